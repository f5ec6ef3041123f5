package funding

import (
	"time"

	"github.com/shopspring/decimal"

	"copil/internal/fault"
	"copil/internal/french"
)

// Terms are what one post costs from a day on, in euros per year, until the next
// terms. The salary is that of a full-time job, before employer charges; the
// other costs are those of a post, whatever its quotity.
type Terms struct {
	From        time.Time
	Salary      decimal.Decimal
	ChargesRate decimal.Decimal // percent of the salary
	Training    decimal.Decimal
	Supervision decimal.Decimal
	Running     decimal.Decimal
}

// AidBasis is how an aid is reckoned.
type AidBasis string

// The bases of an aid.
const (
	PerPost  AidBasis = "amount" // euros per post and year
	OfSalary AidBasis = "salary" // percent of the salaries, before charges
	OfCost   AidBasis = "cost"   // percent of the whole cost
)

// AidBases lists the bases in the order of the form.
var AidBases = []AidBasis{PerPost, OfSalary, OfCost}

// Label returns the basis on screen.
func (b AidBasis) Label() string {
	switch b {
	case PerPost:
		return "Euros par poste et par an"
	case OfSalary:
		return "% du salaire brut"
	case OfCost:
		return "% du coût total"
	}
	return ""
}

// Aid pays part of the cost before the commissioners do, in its order, and never
// more than what is left to pay.
type Aid struct {
	Name  string
	Basis AidBasis
	Value decimal.Decimal
	From  *time.Time // nil: from the start
	Until *time.Time // its last day; nil: to the end
}

// Backer is a commissioner: it pays a share, in percent, of what aids leave.
type Backer struct {
	Name  string
	Share decimal.Decimal
	From  *time.Time
	Until *time.Time // its last day
}

// Loss says what becomes of what an aid or a commissioner that ends early was to
// pay.
type Loss string

// The two answers.
const (
	Uncovered Loss = "uncovered" // nobody pays it: the others keep to what was planned
	Spread    Loss = "spread"    // the commissioners still there pay it, in proportion to their shares
)

// Losses lists the answers in the order of the form.
var Losses = []Loss{Uncovered, Spread}

// Label returns the answer on screen.
func (l Loss) Label() string {
	switch l {
	case Uncovered:
		return "Personne ne la reprend : elle reste à couvrir"
	case Spread:
		return "Les commanditaires présents la reprennent, au prorata de leurs parts"
	}
	return ""
}

// WhatIf is a supposition: an aid ends early, or a commissioner leaves, or both.
// Its zero value supposes nothing.
type WhatIf struct {
	Aid         int       // rank of the aid that ends, from 1; 0: none
	AidUntil    time.Time // its last day
	Backer      int       // rank of the commissioner that leaves, from 1; 0: none
	BackerUntil time.Time // its last day
	Loss        Loss
}

// Scenario is a post, or several that are alike, whose solvency is asked.
type Scenario struct {
	Posts     int
	Quotity   decimal.Decimal
	FirstYear int
	Years     int
	Terms     []Terms // by From; the first covers the days before it too
	Aids      []Aid
	Backers   []Backer
	WhatIf    WhatIf
}

// Bounds of a scenario, so that a slip of the finger stays readable.
const (
	MostYears   = 10
	mostAlike   = 300
	mostPercent = 100
)

// Problems returns what is wrong with a scenario, by field: posts, quotity,
// first_year, years, terms, aids, backers, what_if.
func (s Scenario) Problems() fault.Fields {
	bad := fault.Fields{}
	if s.Posts < 1 || s.Posts > mostAlike {
		bad.Add("posts", "Saisissez un nombre de postes entre 1 et 300.")
	}
	if !s.Quotity.IsPositive() || s.Quotity.GreaterThan(decimal.NewFromInt(1)) {
		bad.Add("quotity", "La quotité est comprise entre 0,01 et 1 (1 pour un temps plein).")
	}
	if s.FirstYear < 2000 || s.FirstYear > 2100 {
		bad.Add("first_year", "Saisissez une année, par exemple 2015.")
	}
	if s.Years < 1 || s.Years > MostYears {
		bad.Add("years", "Saisissez un nombre d’années entre 1 et 10.")
	}
	if len(s.Terms) == 0 {
		bad.Add("terms", "Saisissez ce que coûte un poste.")
	}
	for i, t := range s.Terms {
		if t.Salary.IsNegative() || t.ChargesRate.IsNegative() || t.Training.IsNegative() || t.Supervision.IsNegative() || t.Running.IsNegative() {
			bad.Add("terms", "Un coût ne peut pas être négatif.")
		}
		if i > 0 && !t.From.After(s.Terms[i-1].From) {
			bad.Add("terms", "Rangez les coûts par date, une seule fois chacune.")
		}
	}
	s.aidProblems(bad)
	s.backerProblems(bad)
	s.WhatIf.problems(s, bad)
	return bad
}

func (s Scenario) aidProblems(bad fault.Fields) {
	for _, a := range s.Aids {
		switch {
		case a.Name == "":
			bad.Add("aids", "Nommez chaque aide.")
		case a.Basis.Label() == "":
			bad.Add("aids", "Choisissez comment se calcule "+a.Name+".")
		case a.Value.IsNegative() || a.Basis != PerPost && a.Value.GreaterThan(hundred):
			bad.Add("aids", "L’aide "+a.Name+" est un montant positif, ou un taux entre 0 et 100.")
		case backwards(a.From, a.Until):
			bad.Add("aids", "L’aide "+a.Name+" finit avant de commencer.")
		}
	}
}

// backerProblems tells of shares that pass 100 % on some day. Less than 100 % is
// no mistake: what nobody pays is what the simulation is to show.
func (s Scenario) backerProblems(bad fault.Fields) {
	for _, b := range s.Backers {
		switch {
		case b.Name == "":
			bad.Add("backers", "Nommez chaque commanditaire.")
		case !b.Share.IsPositive() || b.Share.GreaterThan(hundred) || !b.Share.Equal(b.Share.Round(2)):
			bad.Add("backers", "La part de "+b.Name+" est comprise entre 0,01 et 100, avec deux décimales au plus.")
		case backwards(b.From, b.Until):
			bad.Add("backers", b.Name+" part avant d’arriver.")
		}
	}
	for _, at := range s.Backers {
		day, sum := start(s.FirstYear), decimal.Zero
		if at.From != nil {
			day = *at.From
		}
		for _, b := range s.Backers {
			if within(b.From, b.Until, day) {
				sum = sum.Add(b.Share)
			}
		}
		if sum.GreaterThan(hundred) {
			bad.Add("backers", "Les parts font "+french.Decimal(sum, 2)+"\u00a0% au "+french.Date(day)+"\u00a0: 100\u00a0% au plus.")
		}
	}
}

func (w WhatIf) problems(s Scenario, bad fault.Fields) {
	switch {
	case w.Aid < 0 || w.Aid > len(s.Aids) || w.Backer < 0 || w.Backer > len(s.Backers):
		bad.Add("what_if", "Choisissez dans la liste.")
	case w.Aid > 0 && w.AidUntil.IsZero() || w.Backer > 0 && w.BackerUntil.IsZero():
		bad.Add("what_if", "Indiquez le dernier jour.")
	case (w.Aid > 0 || w.Backer > 0) && w.Loss.Label() == "":
		bad.Add("what_if", "Indiquez ce que devient la part perdue.")
	}
}

// Any reports whether something is supposed.
func (w WhatIf) Any() bool { return w.Aid > 0 || w.Backer > 0 }

func backwards(from, until *time.Time) bool {
	return from != nil && until != nil && until.Before(*from)
}

// within reports whether a day lies between two others, both included; nil does
// not bound.
func within(from, until *time.Time, day time.Time) bool {
	return (from == nil || !from.After(day)) && (until == nil || !until.Before(day))
}

func start(year int) time.Time { return time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC) }
