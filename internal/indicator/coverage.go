package indicator

import (
	"slices"

	"github.com/google/uuid"

	"copil/internal/convention"
)

// Coverage counts the structures and sites whose submissions are all validated.
// A site is expected once it has been selected: figures that were reconstituted
// for earlier periods are not those of a site.
func (d Data) Coverage(period string) Coverage {
	return d.coverage(period, func(Expectation) bool { return true })
}

// CoverageOf counts the structures and sites whose submissions are all validated
// and give the indicator's number: « non renseigné » and « sans objet » give none.
// Nothing is expected of who did not have to answer, and did not.
func (d Data) CoverageOf(ind convention.Indicator, period string) Coverage {
	return d.asked(ind, period).coverage(period, d.answered(ind, period))
}

func (d Data) coverage(period string, answered func(Expectation) bool) Coverage {
	structures, valid, sites := map[uuid.UUID]bool{}, map[uuid.UUID]bool{}, map[uuid.UUID]bool{}
	for _, e := range d.Expectations {
		if e.PeriodCode != period || !e.Structure {
			continue
		}
		done := e.State == validated
		all(structures, e.OrganisationID, done && answered(e))
		all(valid, e.OrganisationID, done)
		if e.SiteID != nil && e.Selected {
			all(sites, *e.SiteID, done && answered(e))
		}
	}
	return Coverage{Structures: count(structures), StructuresExpected: len(structures), Sites: count(sites), SitesExpected: len(sites),
		Unanswered: count(valid) - count(structures)}
}

// all keeps true what was so every time.
func all(of map[uuid.UUID]bool, id uuid.UUID, done bool) {
	if before, seen := of[id]; !seen || before {
		of[id] = done
	}
}

func count(of map[uuid.UUID]bool) (n int) {
	for _, done := range of {
		if done {
			n++
		}
	}
	return n
}

// answered tells of a validated submission whether it gives every number that
// structures declare for the indicator.
func (d Data) answered(ind convention.Indicator, period string) func(Expectation) bool {
	var asked []string
	for _, m := range d.Measures {
		if slices.Contains(ind.Formula.Measures(), m.MeasureCode) && declared(m) {
			asked = append(asked, m.MeasureCode)
		}
	}
	type answer struct {
		organisation, site uuid.UUID
		measure            string
	}
	given := map[answer]bool{}
	for _, f := range d.Facts {
		if f.PeriodCode != period || !slices.Contains(asked, f.MeasureCode) {
			continue
		}
		at := answer{f.OrganisationID, siteOf(f), f.MeasureCode}
		before, seen := given[at]
		given[at] = f.Known && (before || !seen)
	}
	return func(e Expectation) bool {
		at := answer{organisation: e.OrganisationID}
		if e.SiteID != nil {
			at.site = *e.SiteID
		}
		return !slices.ContainsFunc(asked, func(m string) bool {
			at.measure = m
			return !given[at]
		})
	}
}

// place is one organisation at one place; no site is off-site.
type place struct{ organisation, site uuid.UUID }

// asked leaves out the submissions of a period that were handed in as a short
// form without the indicator's number: it is not missing there, and its ratio is
// one of the others.
func (d Data) asked(ind convention.Indicator, period string) Data {
	short := map[place]bool{}
	for _, e := range d.Expectations {
		if e.PeriodCode == period && e.ShortForm {
			short[e.place()] = true
		}
	}
	if len(short) == 0 {
		return d
	}
	left := map[place]bool{}
	for _, m := range d.Measures {
		if m.ShortForm || m.Source == convention.FromPosts || !declared(m) || !slices.Contains(ind.Formula.Measures(), m.MeasureCode) {
			continue
		}
		given := map[place]bool{}
		for _, f := range d.Facts {
			if f.PeriodCode == period && f.MeasureCode == m.MeasureCode {
				given[place{f.OrganisationID, siteOf(f)}] = true
			}
		}
		for at := range short {
			left[at] = left[at] || !given[at]
		}
	}
	d.Expectations = slices.DeleteFunc(slices.Clone(d.Expectations), func(e Expectation) bool { return e.PeriodCode == period && left[e.place()] })
	d.Facts = slices.DeleteFunc(slices.Clone(d.Facts), func(f Fact) bool { return f.PeriodCode == period && left[place{f.OrganisationID, siteOf(f)}] })
	return d
}

// lacking returns the submissions of a period that are not validated and are asked
// for a cumulative measure: its total is a minimum without them, whether or not an
// earlier count stands in.
func (d Data) lacking(t convention.Term, period convention.Period) []Expectation {
	if !slices.ContainsFunc(d.Measures, func(m convention.Measure) bool {
		return m.MeasureCode == t.Measure && m.Kind == convention.Cumulative && declared(m)
	}) {
		return nil
	}
	var found []Expectation
	for _, e := range d.asked(convention.Indicator{Formula: convention.Formula{Numerator: []convention.Term{t}}}, period.PeriodCode).Expectations {
		if e.PeriodCode == period.PeriodCode && e.Structure && e.State != validated {
			found = append(found, e)
		}
	}
	return found
}

func (d Data) lacks(terms []convention.Term, period convention.Period) bool {
	return slices.ContainsFunc(terms, func(t convention.Term) bool { return len(d.lacking(t, period)) > 0 })
}

// Lacks reports whether a period's total of a measure is « au moins » for want of
// a submission that is not validated.
func (d Data) Lacks(measure string, period convention.Period) bool {
	return d.lacks([]convention.Term{{Measure: measure}}, period)
}

// declared reports whether structures give a measure.
func declared(m convention.Measure) bool {
	return m.Source == convention.FromPosts || slices.Contains(m.EnteredBy, convention.ByStructure)
}

// PartialSites returns the sites of which some submissions are validated, not all.
func (d Data) PartialSites(period string) map[uuid.UUID]bool {
	done, expected := map[uuid.UUID]int{}, map[uuid.UUID]int{}
	for _, e := range d.Expectations {
		if e.PeriodCode != period || !e.Structure || e.SiteID == nil {
			continue
		}
		expected[*e.SiteID]++
		if e.State == validated {
			done[*e.SiteID]++
		}
	}
	partial := map[uuid.UUID]bool{}
	for id, n := range done {
		if n < expected[id] {
			partial[id] = true
		}
	}
	return partial
}

// complete returns the structures that gave the indicator's number in every place.
func (d Data) complete(ind convention.Indicator, period string) map[uuid.UUID]bool {
	found, answered := map[uuid.UUID]bool{}, d.answered(ind, period)
	for _, e := range d.asked(ind, period).Expectations {
		if e.PeriodCode == period && e.Structure {
			all(found, e.OrganisationID, e.State == validated && answered(e))
		}
	}
	for id, done := range found {
		if !done {
			delete(found, id)
		}
	}
	return found
}
