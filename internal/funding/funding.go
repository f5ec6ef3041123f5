// Package funding follows the money of a convention: what each funder brings to
// whom, how firm it is, and until when the posts of the sites are paid for.
package funding

import (
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"copil/internal/access"
)

// Firmness says how much one may count on money (domain.md 8.1). Only what was
// notified is firm; nothing less is ever added to it.
type Firmness string

// The degrees of firmness, as stored, from the firmest.
const (
	Notified   Firmness = "notifie"
	Voted      Firmness = "vote"
	Announced  Firmness = "annonce"
	Arbitrated Firmness = "arbitrage"
	NotRenewed Firmness = "non_reconduit"
)

// Firmnesses lists every degree, from the firmest.
var Firmnesses = []Firmness{Notified, Voted, Announced, Arbitrated, NotRenewed}

// Label returns the degree's name on screen.
func (f Firmness) Label() string {
	switch f {
	case Notified:
		return "Notifié (ferme)"
	case Voted:
		return "Voté"
	case Announced:
		return "Annoncé"
	case Arbitrated:
		return "Sous réserve d’arbitrage"
	case NotRenewed:
		return "Non reconduit"
	}
	return ""
}

// Purpose is the kind of object that a line pays for.
type Purpose string

// The purposes, as stored.
const (
	ForMission   Purpose = "mission"
	ForSite      Purpose = "site"
	ForStructure Purpose = "structure"
	ForOther     Purpose = "autre"
)

// Purposes lists every purpose, in the order of the form.
var Purposes = []Purpose{ForMission, ForSite, ForStructure, ForOther}

// Label returns the purpose's name on screen, in the words of a convention.
func (p Purpose) Label(words access.Words) string {
	switch p {
	case ForMission:
		return words.Role(access.Mission)
	case ForSite:
		return "Expérimentation sur un site"
	case ForStructure:
		return "Structure locale"
	case ForOther:
		return "Autre objet"
	}
	return ""
}

// Line is what a funder brings to a beneficiary, with its steps.
type Line struct {
	LineID          uuid.UUID
	FunderID        uuid.UUID
	FunderName      string
	Purpose         Purpose
	BeneficiaryID   uuid.UUID
	BeneficiaryName string
	PrivateLaw      bool // the beneficiary is a private body
	SiteID          *uuid.UUID
	SiteCode        string // "" for none
	Object          string
	FirstYear       int // fiscal years, both included
	LastYear        int
	Programme       string // budget line: « BOP 147 »
	CommitmentCode  *string
	Territory       string
	Deliberation    string
	InKind          bool
	Planned         decimal.Decimal // euros over all its years; 0 in kind
	Expected        Firmness        // how firm it is as long as nothing is granted
	Days            decimal.Decimal // in kind
	Contribution    string          // what is brought in kind
	Estimate        *decimal.Decimal
	RecordedOn      time.Time
	Version         int
	Steps           []Step `db:"-"`
}

// Step is one thing that became of a line.
type Step struct {
	Step       int             `json:"step"`
	Kind       Kind            `json:"kind"`
	OnDay      time.Time       `json:"on_day"`
	FiscalYear int             `json:"fiscal_year"` // to which the amount belongs
	Amount     decimal.Decimal `json:"amount"`      // euros
	Reference  string          `json:"reference"`
	Reason     string          `json:"reason"`
	UntilOn    *time.Time      `json:"until_on"` // of a prolongation
	Undoes     *int            `json:"undoes"`   // the step that it takes back
}

// Years lists the fiscal years of the line.
func (l Line) Years() []int {
	var years []int
	for y := l.FirstYear; y <= l.LastYear; y++ {
		years = append(years, y)
	}
	return years
}

// Live returns the steps that count, in order: neither those that were taken
// back nor those that take back.
func Live(steps []Step) []Step {
	undone := map[int]bool{}
	for _, s := range steps {
		if s.Undoes != nil {
			undone[*s.Undoes], undone[s.Step] = true, true
		}
	}
	return slices.DeleteFunc(slices.Clone(steps), func(s Step) bool { return undone[s.Step] })
}

// Sums are the euros of a line or of several, by how far they have come.
type Sums struct{ Granted, Notified, Paid, Returned decimal.Decimal }

// Plus adds two sums.
func (s Sums) Plus(other Sums) Sums {
	return Sums{s.Granted.Add(other.Granted), s.Notified.Add(other.Notified), s.Paid.Add(other.Paid), s.Returned.Add(other.Returned)}
}

// SumsOf adds the steps of one fiscal year, or of all with year 0.
func SumsOf(steps []Step, year int) (sums Sums) {
	for _, s := range Live(steps) {
		if year != 0 && s.FiscalYear != year {
			continue
		}
		switch s.Kind {
		case Grant:
			sums.Granted = sums.Granted.Add(s.Amount)
		case Notice:
			sums.Notified = sums.Notified.Add(s.Amount)
		case Payment:
			sums.Paid = sums.Paid.Add(s.Amount)
		case Refund:
			sums.Returned = sums.Returned.Add(s.Amount)
		}
	}
	return sums
}

// Firmness is how much one may count on the line, from what became of it.
func (l Line) Firmness() Firmness { return l.FirmnessIn(0) }

// FirmnessIn is the same of one fiscal year, or of all with year 0.
func (l Line) FirmnessIn(year int) Firmness {
	sums := SumsOf(l.Steps, year)
	switch state := StateOf(l.Steps); {
	case state == Refused, state == Cancelled:
		return NotRenewed
	case sums.Notified.IsPositive():
		return Notified
	case sums.Granted.IsPositive():
		return Voted
	}
	return l.Expected
}

// Share is the planned amount of one fiscal year: the whole where there is only
// one, else equal parts to the cent, what cannot be shared going to the first years.
func (l Line) Share(year int) decimal.Decimal {
	if year < l.FirstYear || year > l.LastYear {
		return decimal.Zero
	}
	n := int64(l.LastYear - l.FirstYear + 1)
	cents := l.Planned.Shift(2).IntPart()
	part := cents / n
	if int64(year-l.FirstYear) < cents%n {
		part++
	}
	return decimal.New(part, -2)
}
