package site

import (
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"copil/internal/fault"
)

// Consolidation is how a job became lasting (product.md, settled questions).
type Consolidation string

// The ways to consolidate a job.
const (
	Permanent Consolidation = "permanent" // CDI or civil servant
	Funded    Consolidation = "funded"    // funding secured for 24 months
	Internal  Consolidation = "internal"  // taken over by the employer
)

// Consolidations lists the ways in the order of the form.
var Consolidations = []Consolidation{Permanent, Funded, Internal}

// Label returns the way's name on screen.
func (c Consolidation) Label() string {
	switch c {
	case Permanent:
		return "CDI ou titularisation"
	case Funded:
		return "Financement assuré pour 24 mois"
	case Internal:
		return "Reprise par l’employeur"
	}
	return ""
}

// Post is one job, anonymous: never the person who holds it.
type Post struct {
	PostID         uuid.UUID
	OrganisationID uuid.UUID
	StructureName  string
	SiteID         *uuid.UUID // where it is now; nil: off-site
	SiteCode       string     // "" off-site
	Reference      string
	JobType        string // item of the list "job_type"
	JobTypeLabel   string
	Quotity        decimal.Decimal // share of a full-time job, 0 < q ≤ 1
	OpenedOn       time.Time
	FilledOn       *time.Time
	VacatedOn      *time.Time
	ClosedOn       *time.Time // the first day on which it no longer exists
	ConsolidatedOn *time.Time
	Consolidation  *Consolidation
	Version        int
}

// Filled reports whether somebody holds the post on a day.
func (p Post) Filled(day time.Time) bool {
	return p.Open(day) && p.FilledOn != nil && !p.FilledOn.After(day) && (p.VacatedOn == nil || p.VacatedOn.After(day))
}

// Open reports whether the post exists on a day.
func (p Post) Open(day time.Time) bool {
	return !p.OpenedOn.After(day) && (p.ClosedOn == nil || p.ClosedOn.After(day))
}

// PostDraft is what a person enters to add identical posts.
type PostDraft struct {
	Count          int    // how many
	Reference      string `json:",omitempty"` // of a single one; "" to go on from the last
	OrganisationID uuid.UUID
	SiteID         *uuid.UUID
	JobType        string
	Quotity        decimal.Decimal
	OpenedOn       time.Time
	FilledOn       *time.Time
	VacatedOn      *time.Time
	ClosedOn       *time.Time
	ConsolidatedOn *time.Time
	Consolidation  Consolidation // "" when not consolidated
}

// maxIdentical bounds "add n identical", so that a slip of the finger does not
// make a thousand posts.
const maxIdentical = 300

// Problems returns what is wrong with the draft on a day, field by field.
func (d PostDraft) Problems(today time.Time) fault.Fields {
	bad := fault.Fields{}
	if d.Count < 1 || d.Count > maxIdentical {
		bad.Add("count", "Saisissez un nombre de postes entre 1 et 300.")
	}
	if d.Reference != "" && d.Count > 1 {
		bad.Add("count", "Une référence ne désigne qu’un poste.")
	}
	if d.JobType == "" {
		bad.Add("job_type", "Choisissez un type d’emploi.")
	}
	if !d.Quotity.IsPositive() || d.Quotity.GreaterThan(decimal.NewFromInt(1)) || !d.Quotity.Equal(d.Quotity.Round(2)) {
		bad.Add("quotity", "La quotité est comprise entre 0,01 et 1 (1 pour un temps plein), avec deux décimales au plus.")
	}
	if d.OpenedOn.After(today) {
		bad.Add("opened_on", "Un poste ouvert plus tard s’ajoutera le moment venu\u00a0: cette date est dans le futur.")
	}
	after := func(field string, on *time.Time, what string) {
		if on != nil && on.After(today) {
			bad.Add(field, "Cette date est dans le futur.")
		}
		if on != nil && on.Before(d.OpenedOn) {
			bad.Add(field, what+" ne peut pas précéder l’ouverture du poste.")
		}
	}
	after("filled_on", d.FilledOn, "La prise de poste")
	after("closed_on", d.ClosedOn, "La suppression")
	after("consolidated_on", d.ConsolidatedOn, "La consolidation")
	if d.VacatedOn != nil && d.VacatedOn.After(today) {
		bad.Add("vacated_on", "Cette date est dans le futur.")
	}
	if d.VacatedOn != nil && (d.FilledOn == nil || d.VacatedOn.Before(*d.FilledOn)) {
		bad.Add("vacated_on", "Le départ suppose une prise de poste antérieure.")
	}
	if d.ConsolidatedOn != nil && d.Consolidation == "" {
		bad.Add("consolidation", "Indiquez comment l’emploi a été consolidé.")
	}
	if d.ConsolidatedOn == nil && d.Consolidation != "" {
		bad.Add("consolidated_on", "Indiquez la date de consolidation.")
	}
	return bad
}

// Counts are what the posts of one structure on one site (or off-site) amount to
// on a day, each post once.
type Counts struct {
	Open                int      // posts that exist
	Filled              int      // of which held by somebody
	Created             int      // opened since the convention's start, even if closed since (A3-01)
	CreatedOpen         int      // of which still open
	Consolidated        int      // existed before the start and consolidated since (A3-02)
	CreatedConsolidated int      // created, then consolidated: they stay in Created
	OpenTypes           []string // the job type of each open post
	FilledTypes         []string // and of each that somebody holds
}

// CountsOn is what CountPosts would answer of one post of a draft, in a convention
// that starts on a day.
func (d PostDraft) CountsOn(start, day time.Time) (n Counts) {
	by := func(on *time.Time) bool { return on != nil && !on.After(day) }
	if d.OpenedOn.After(day) {
		return n
	}
	one := func(is bool) int {
		if is {
			return 1
		}
		return 0
	}
	created, open := !d.OpenedOn.Before(start), !by(d.ClosedOn)
	var opened, held []string
	if open {
		opened = []string{d.JobType}
	}
	if open && by(d.FilledOn) && !by(d.VacatedOn) {
		held = opened
	}
	return Counts{
		OpenTypes: opened, FilledTypes: held,
		Open: one(open), Filled: len(held), Created: one(created), CreatedOpen: one(created && open),
		Consolidated:        one(!created && by(d.ConsolidatedOn) && !d.ConsolidatedOn.Before(start)),
		CreatedConsolidated: one(created && by(d.ConsolidatedOn)),
	}
}

// Plus adds what others amount to, so many times; fewer than none takes it away.
func (n Counts) Plus(times int, o Counts) Counts {
	return Counts{n.Open + times*o.Open, n.Filled + times*o.Filled, n.Created + times*o.Created, n.CreatedOpen + times*o.CreatedOpen,
		n.Consolidated + times*o.Consolidated, n.CreatedConsolidated + times*o.CreatedConsolidated,
		plusTypes(n.OpenTypes, times, o.OpenTypes), plusTypes(n.FilledTypes, times, o.FilledTypes)}
}

// plusTypes is Plus for job types, one by one.
func plusTypes(types []string, times int, others []string) []string {
	types = slices.Clone(types)
	for _, other := range others {
		for range times {
			types = append(types, other)
		}
		for range -times {
			if i := slices.Index(types, other); i >= 0 {
				types = slices.Delete(types, i, i+1)
			}
		}
	}
	return types
}
