package funding

import (
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"copil/internal/fault"
	"copil/internal/french"
)

// PooledPost is a post that several commissioners pay for, or did.
type PooledPost struct {
	PostID         uuid.UUID
	OrganisationID uuid.UUID // the structure that registered it
	StructureName  string
	SiteID         *uuid.UUID // where it is now; nil: off-site
	SiteCode       string     // "" off-site
	SiteName       string
	Reference      string
	JobTypeLabel   string
	Quotity        decimal.Decimal
	OpenedOn       time.Time
	FilledOn       *time.Time
	VacatedOn      *time.Time
	ClosedOn       *time.Time
	Poolings       []Pooling `db:"-"` // by day
}

// Pooling is who pays for a post during some time.
type Pooling struct {
	PostID    uuid.UUID `json:"-"`
	SinceOn   time.Time
	UntilOn   *time.Time // last day; nil: still so
	Edition   int        `json:"-"`
	Payers    []Payer    `db:"-"`
	Employers []Employer `db:"-"`
}

// Payer is a commissioner and its shares, in percent.
type Payer struct {
	OrganisationID uuid.UUID
	Name           string
	Hours          decimal.Decimal // of the work
	Euros          decimal.Decimal // of what the commissioners pay
}

// Employer is who employs the person, and for which share of the hours, in percent.
type Employer struct {
	OrganisationID uuid.UUID
	Name           string
	Hours          decimal.Decimal
}

// On returns how the post is paid for on a day; false when it is not pooled then.
func (p PooledPost) On(day time.Time) (Pooling, bool) {
	for _, s := range p.Poolings {
		if within(&s.SinceOn, s.UntilOn, day) {
			return s, true
		}
	}
	return Pooling{}, false
}

// Filled reports whether somebody holds the post on a day.
func (p PooledPost) Filled(day time.Time) bool {
	by := func(on *time.Time) bool { return on != nil && !on.After(day) }
	return !p.OpenedOn.After(day) && by(p.FilledOn) && !by(p.VacatedOn) && !by(p.ClosedOn)
}

// Edition is the version of the post's poolings: 0 when it never had one.
func (p PooledPost) Edition() (last int) {
	for _, s := range p.Poolings {
		last = max(last, s.Edition)
	}
	return last
}

// PooledOn are the posts that are filled and pooled on a day, each once, whoever
// pays (indicator A3-11).
func PooledOn(posts []PooledPost, day time.Time) []PooledPost {
	return slices.DeleteFunc(slices.Clone(posts), func(p PooledPost) bool {
		_, pooled := p.On(day)
		return !pooled || !p.Filled(day)
	})
}

// Tally is what pooled posts of one kind amount to.
type Tally struct {
	Key, Name string
	Posts     int
	Payers    int // distinct organisations that pay for one of them (indicator A3-13)
}

// TallyBy counts the posts pooled on a day by what key says of each, in the order
// in which they come. Every post is in one tally; an organisation may be in several.
func TallyBy(posts []PooledPost, day time.Time, key func(PooledPost) (key, name string)) []Tally {
	var tallies []Tally
	seen := map[string]map[uuid.UUID]bool{}
	for _, p := range PooledOn(posts, day) {
		k, name := key(p)
		if seen[k] == nil {
			seen[k] = map[uuid.UUID]bool{}
			tallies = append(tallies, Tally{Key: k, Name: name})
		}
		t := &tallies[slices.IndexFunc(tallies, func(t Tally) bool { return t.Key == k })]
		t.Posts++
		pooling, _ := p.On(day)
		for _, payer := range pooling.Payers {
			seen[k][payer.OrganisationID] = true
		}
		t.Payers = len(seen[k])
	}
	return tallies
}

// Problems returns what is wrong with a pooling of a post, by field: since_on,
// until_on, payers, employers. earlier are the post's other poolings.
func (s Pooling) Problems(p PooledPost) fault.Fields {
	bad := fault.Fields{}
	switch {
	case s.SinceOn.Before(p.OpenedOn):
		bad.Add("since_on", "Le poste n’existe que depuis le "+french.Date(p.OpenedOn)+".")
	case p.ClosedOn != nil && !s.SinceOn.Before(*p.ClosedOn):
		bad.Add("since_on", "Le poste est supprimé depuis le "+french.Date(*p.ClosedOn)+".")
	}
	if s.UntilOn != nil && s.UntilOn.Before(s.SinceOn) {
		bad.Add("until_on", "Le dernier jour ne peut pas précéder le premier.")
	}
	for _, other := range p.Poolings {
		if other.SinceOn.After(s.SinceOn) && within(&s.SinceOn, s.UntilOn, other.SinceOn) {
			bad.Add("until_on", "D’autres parts commencent le "+french.Date(other.SinceOn)+"\u00a0: indiquez un dernier jour qui les précède.")
		}
	}
	s.payerProblems(bad)
	s.employerProblems(bad)
	return bad
}

func (s Pooling) payerProblems(bad fault.Fields) {
	if len(s.Payers) < 2 {
		bad.Add("payers", "Un emploi mutualisé suppose au moins deux commanditaires.")
	}
	hours, euros, seen := decimal.Zero, decimal.Zero, map[uuid.UUID]bool{}
	for _, p := range s.Payers {
		if !isShare(p.Hours) || !isShare(p.Euros) || p.Hours.IsZero() && p.Euros.IsZero() {
			bad.Add("payers", "Une part est un pourcentage entre 0 et 100, avec deux décimales au plus\u00a0; aucun commanditaire n’a ses deux parts à zéro.")
		}
		if seen[p.OrganisationID] {
			bad.Add("payers", "Un commanditaire ne paraît qu’une fois.")
		}
		seen[p.OrganisationID] = true
		hours, euros = hours.Add(p.Hours), euros.Add(p.Euros)
	}
	whole(bad, "payers", "Les parts des heures", hours)
	whole(bad, "payers", "Les parts du financement", euros)
}

func (s Pooling) employerProblems(bad fault.Fields) {
	hours, seen := decimal.Zero, map[uuid.UUID]bool{}
	for _, e := range s.Employers {
		if !isShare(e.Hours) || e.Hours.IsZero() {
			bad.Add("employers", "Une part est un pourcentage entre 0,01 et 100, avec deux décimales au plus.")
		}
		if seen[e.OrganisationID] {
			bad.Add("employers", "Un employeur ne paraît qu’une fois.")
		}
		seen[e.OrganisationID] = true
		hours = hours.Add(e.Hours)
	}
	whole(bad, "employers", "Les parts des employeurs", hours)
}

func isShare(share decimal.Decimal) bool {
	return !share.IsNegative() && !share.GreaterThan(hundred) && share.Equal(share.Round(2))
}

// whole says by how much shares miss 100 %.
func whole(bad fault.Fields, field, what string, sum decimal.Decimal) {
	if missing := hundred.Sub(sum); missing.IsPositive() {
		bad.Add(field, what+" font "+french.Decimal(sum, 2)+"\u00a0%\u00a0: il manque "+french.Decimal(missing, 2)+".")
	} else if missing.IsNegative() {
		bad.Add(field, what+" font "+french.Decimal(sum, 2)+"\u00a0%\u00a0: il y a "+french.Decimal(missing.Neg(), 2)+" de trop.")
	}
}
