package report

import (
	"strings"

	"github.com/google/uuid"

	"copil/internal/convention"
	"copil/internal/document"
	"copil/internal/indicator"
	"copil/internal/site"
)

// listed are the structures on the list on the period's last day.
func (b *builder) listed() []site.Structure {
	var found []site.Structure
	for _, s := range b.source.structures.All {
		if !s.ListedOn.After(b.Period.EndsOn) && (s.DelistedOn == nil || s.DelistedOn.After(b.Period.EndsOn)) {
			found = append(found, s)
		}
	}
	return found
}

// unlisted are the other organisations whose figures the totals of some measures hold, or that had to declare: structures taken
// off the list since, parties that declared in a structure's stead.
func (b *builder) unlisted(measures []convention.Measure) []placeName {
	on := map[uuid.UUID]bool{}
	for _, s := range b.listed() {
		on[s.OrganisationID] = true
	}
	entered := map[uuid.UUID]bool{}
	for _, e := range b.source.expectations.All {
		if e.PeriodCode == b.Period.PeriodCode && e.Structure {
			entered[e.OrganisationID] = true
		}
	}
	for _, m := range measures {
		for _, f := range b.behindMeasure(m) {
			entered[f.OrganisationID] = true
		}
	}
	var found []placeName
	for _, n := range b.source.names.All {
		if entered[n.ID] && !on[n.ID] {
			found = append(found, n)
		}
	}
	return found
}

// of is the row of an organisation.
func of(id uuid.UUID, name document.Cell) place {
	return place{name, func(f indicator.Fact) bool { return f.OrganisationID == id },
		func(e indicator.Expectation) bool { return e.OrganisationID == id }}
}

// enteredSites are those that had to declare for the period, or whose figures its totals hold.
func (b *builder) enteredSites() map[uuid.UUID]bool {
	found := map[uuid.UUID]bool{}
	for _, e := range b.source.expectations.All {
		if e.PeriodCode == b.Period.PeriodCode && e.Structure && e.SiteID != nil {
			found[*e.SiteID] = true
		}
	}
	for _, m := range b.columns(b.indicators, true) {
		for _, f := range b.behindMeasure(m) {
			if f.SiteID != nil {
				found[*f.SiteID] = true
			}
		}
	}
	return found
}

// unplaced is a site with figures that had no state yet: at least its name is known.
func (b *builder) unplaced(n placeName) placed {
	for _, s := range b.source.sites.All {
		if s.SiteID == n.ID {
			return placed{Listed: s}
		}
	}
	code, name, _ := strings.Cut(n.Name, " – ")
	return placed{Listed: site.Listed{SiteID: n.ID, Code: code, Name: name}}
}

func (s placed) title() string { return s.Code + " – " + s.Name }

// state is that of the period's last day.
func (s placed) state() document.Cell {
	if s.step.State == "" {
		return document.MissingCell().WithNote("Ce site a des chiffres, mais pas d’état connu au dernier jour de la période.")
	}
	return document.TextCell(s.step.State.Label())
}
