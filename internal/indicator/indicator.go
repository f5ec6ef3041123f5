// Package indicator computes indicators from validated facts: sums, ratios of
// sums, cumulative and distinct counts, each with its coverage.
package indicator

import (
	"slices"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"copil/internal/convention"
)

// validated is the one state of a submission that counts in a total.
const validated = "validee"

// Data is everything that the readings of a page are computed from.
type Data struct {
	Periods      []convention.Period // in order
	Measures     []convention.Measure
	Expectations []Expectation
	Facts        []Fact
	Computed     Computed
}

// Reading is an indicator's value for one period.
type Reading struct {
	Period      convention.Period
	Known       bool // false: no validated figure at all; Value then means nothing
	Value       decimal.Decimal
	Numerator   decimal.Decimal
	Denominator decimal.Decimal // zero unless a ratio
	AtLeast     bool            // a cumulative count in which a silent structure counts for its last validated count, or for nothing
	Coverage    Coverage
	Provisional bool // the period's report is not validated yet
}

// Coverage says who stands behind a figure: structures that declared among those
// expected, and sites complete among those expected (domain.md §8.1). Of an
// indicator, who declared is who gave its number.
type Coverage struct {
	Structures, StructuresExpected int
	Sites, SitesExpected           int
	Unanswered                     int // structures whose submissions are validated, without this number
}

// Complete reports whether nobody is missing.
func (c Coverage) Complete() bool {
	return c.Structures == c.StructuresExpected && c.Sites == c.SitesExpected
}

// Constant compares two periods over the structures that declared in both
// ("à périmètre constant").
type Constant struct {
	Structures  int
	Before, Now decimal.Decimal
}

// Change is how much the figure moved.
func (c Constant) Change() decimal.Decimal { return c.Now.Sub(c.Before) }

// Read computes an indicator for a period.
func (d Data) Read(ind convention.Indicator, period convention.Period) Reading {
	if ind.Formula.Computed != "" {
		return d.Computed.read(ind.Formula.Computed, period)
	}
	r := Reading{Period: period, Coverage: d.CoverageOf(ind, period.PeriodCode), Provisional: period.ValidatedOn == nil}
	if len(ind.Formula.Denominator) > 0 {
		d = d.asked(ind, period.PeriodCode)
	}
	var known, atLeast bool
	r.Numerator, known, atLeast = d.sum(ind.Formula.Numerator, period, nil)
	r.Known, r.AtLeast, r.Value = known, atLeast, r.Numerator
	if ind.AcrossSites == "distinct" {
		r.Value = decimal.NewFromInt(int64(len(d.identifiers(ind.Formula.Numerator, period))))
		r.Numerator = r.Value
	}
	if len(ind.Formula.Denominator) == 0 {
		r.AtLeast = known && (atLeast || d.lacks(ind.Formula.Numerator, period))
		return r
	}
	r.Denominator, known, _ = d.sum(ind.Formula.Denominator, period, nil)
	if r.Known = r.Known && known && !r.Denominator.IsZero(); r.Known {
		r.Value = r.Numerator.Div(r.Denominator)
	}
	return r
}

// Series computes an indicator for every period.
func (d Data) Series(ind convention.Indicator) []Reading {
	all := make([]Reading, len(d.Periods))
	for i, p := range d.Periods {
		all[i] = d.Read(ind, p)
	}
	return all
}

// Constant compares a period with the one before, over the structures complete
// in both; ok is false where there is none.
func (d Data) Constant(ind convention.Indicator, period convention.Period) (c Constant, ok bool) {
	before, found := d.Before(period)
	if !found {
		return Constant{}, false
	}
	now, then := d.complete(ind, period.PeriodCode), d.complete(ind, before.PeriodCode)
	both := func(f Fact) bool { return now[f.OrganisationID] && then[f.OrganisationID] }
	for id := range now {
		if then[id] {
			c.Structures++
		}
	}
	var known, knownBefore bool
	c.Now, known, _ = d.sum(ind.Formula.Numerator, period, both)
	c.Before, knownBefore, _ = d.sum(ind.Formula.Numerator, before, both)
	return c, known && knownBefore
}

// Before returns the period before the given one.
func (d Data) Before(period convention.Period) (convention.Period, bool) {
	i := slices.IndexFunc(d.Periods, func(p convention.Period) bool { return p.PeriodCode == period.PeriodCode })
	if i <= 0 {
		return convention.Period{}, false
	}
	return d.Periods[i-1], true
}

// By sums the numerator of an indicator by a key of its facts, such as their
// site, structure or item. Unknown facts are left out.
func (d Data) By(terms []convention.Term, period convention.Period, key func(Fact) string) map[string]decimal.Decimal {
	found := map[string]decimal.Decimal{}
	for _, f := range d.reading(terms, period, nil) {
		if f.Known {
			found[key(f)] = found[key(f)].Add(f.Number)
		}
	}
	return found
}

// Least names the keys of By whose sum is « au moins »: a part of it is carried
// over from an earlier period, or lacks who is silent without any earlier count.
func (d Data) Least(terms []convention.Term, period convention.Period, key func(Fact) string) map[string]bool {
	found := map[string]bool{}
	for _, f := range d.reading(terms, period, nil) {
		if f.Known && f.CarriedTo(period) {
			found[key(f)] = true
		}
	}
	for _, t := range terms {
		items := map[[2]string]bool{}
		for _, f := range d.reading([]convention.Term{t}, period, nil) {
			items[[2]string{f.RowItem, f.ColumnItem}] = true
		}
		for _, e := range d.lacking(t, period) {
			for i := range items {
				found[key(Fact{PeriodCode: e.PeriodCode, OrganisationID: e.OrganisationID, SiteID: e.SiteID, MeasureCode: t.Measure, RowItem: i[0], ColumnItem: i[1]})] = true
			}
		}
	}
	return found
}

// Behind returns the known facts that an indicator's numerator adds up for a
// period; those of an earlier period are counts carried over.
func (d Data) Behind(ind convention.Indicator, period convention.Period) []Fact {
	return slices.DeleteFunc(d.reading(ind.Formula.Numerator, period, nil), func(f Fact) bool { return !f.Known })
}

// sum adds up terms over the facts that keep lets through (nil: all). atLeast
// says that a silent submission was counted at its last validated value.
func (d Data) sum(terms []convention.Term, period convention.Period, keep func(Fact) bool) (total decimal.Decimal, known, atLeast bool) {
	for _, f := range d.reading(terms, period, keep) {
		if !f.Known {
			continue
		}
		known = true
		total = total.Add(f.Number)
		atLeast = atLeast || f.CarriedTo(period)
	}
	return total, known, atLeast
}

func (d Data) identifiers(terms []convention.Term, period convention.Period) map[string]bool {
	distinct := map[string]bool{}
	for _, f := range d.reading(terms, period, nil) {
		for _, id := range f.Identifiers {
			distinct[id] = true
		}
	}
	return distinct
}

// reading returns the facts that terms read for a period. Of a cumulative
// measure it takes, for each organisation and site, the last validated count: a
// silent structure is not taken out of a cumul.
func (d Data) reading(terms []convention.Term, period convention.Period, keep func(Fact) bool) []Fact {
	var found []Fact
	for _, t := range terms {
		if d.kind(t.Measure) == convention.Cumulative {
			found = append(found, d.last(t, period, keep)...)
			continue
		}
		for _, f := range d.Facts {
			if f.PeriodCode == period.PeriodCode && t.Reads(f.MeasureCode, f.RowItem, f.ColumnItem) && (keep == nil || keep(f)) {
				found = append(found, f)
			}
		}
	}
	return found
}

func (d Data) last(t convention.Term, period convention.Period, keep func(Fact) bool) []Fact {
	position := map[string]int{}
	for _, p := range d.Periods {
		position[p.PeriodCode] = p.Position
	}
	type box struct {
		place
		rowItem, columnItem string
	}
	latest := map[box]Fact{}
	var order []box
	for _, f := range d.Facts {
		at, listed := position[f.PeriodCode]
		if !t.Reads(f.MeasureCode, f.RowItem, f.ColumnItem) || !f.Known || !listed || at > period.Position || (keep != nil && !keep(f)) {
			continue
		}
		where := box{place{f.OrganisationID, siteOf(f)}, f.RowItem, f.ColumnItem}
		old, seen := latest[where]
		if !seen {
			order = append(order, where)
		}
		if !seen || position[old.PeriodCode] < position[f.PeriodCode] {
			latest[where] = f
		}
	}
	found := make([]Fact, len(order))
	for i, at := range order {
		found[i] = latest[at]
	}
	return found
}

func siteOf(f Fact) uuid.UUID {
	if f.SiteID == nil {
		return uuid.Nil
	}
	return *f.SiteID
}

func (d Data) kind(measure string) string {
	for _, m := range d.Measures {
		if m.MeasureCode == measure {
			return m.Kind
		}
	}
	return ""
}

// Of keeps only what one organisation declared.
func (d Data) Of(organisation uuid.UUID) Data {
	d.Facts = slices.DeleteFunc(slices.Clone(d.Facts), func(f Fact) bool { return f.OrganisationID != organisation })
	d.Expectations = slices.DeleteFunc(slices.Clone(d.Expectations), func(e Expectation) bool { return e.OrganisationID != organisation })
	return d
}

// Published keeps only the facts of periods whose report was validated. While a
// period is collected, each validation changes its totals by one structure's
// figures, which who may not see them could read off.
func (d Data) Published() Data {
	validated := map[string]bool{}
	for _, p := range d.Periods {
		validated[p.PeriodCode] = p.ValidatedOn != nil
	}
	d.Facts = slices.DeleteFunc(slices.Clone(d.Facts), func(f Fact) bool { return !validated[f.PeriodCode] })
	return d
}
