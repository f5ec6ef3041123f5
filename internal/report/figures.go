package report

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"copil/internal/convention"
	"copil/internal/document"
	"copil/internal/french"
	"copil/internal/indicator"
)

// Notes that stand under many tables.
const (
	atLeastNote = "Au moins : une structure sans saisie validée n’est comptée que pour son dernier cumul validé, s’il y en a un."
)

// toBeFixed stands for a target that nobody has set yet.
func (b *builder) toBeFixed() string { return "à fixer par " + b.convention.Words.TheCommittee() }

// cell shows a reading with the indicator's decimals. What nobody gave is missing, never zero.
func (b *builder) cell(ind convention.Indicator, r indicator.Reading) document.Cell {
	if !r.Known {
		return b.absent(r.Period, everywhere, ind.Formula.Measures()...)
	}
	c := quantity(ind, r.Value)
	var notes []string
	if r.AtLeast {
		c = c.AtLeast()
	}
	if n := b.silent(ind, r.Period); n > 0 {
		notes = append(notes, say("%s n’%s pas donné ce chiffre (non renseigné ou sans objet).", french.Plural(n, "structure", "structures"), french.Agree(n, "a", "ont")))
	}
	return c.WithNote(strings.Join(notes, " "))
}

// absent stands for what no validated submission gives for a period: it is « non validé » where somebody did enter it, and only
// « non renseigné » where nobody has.
func (b *builder) absent(p convention.Period, at func(indicator.Expectation) bool, measures ...string) document.Cell {
	for _, e := range b.source.expectations.All {
		if e.PeriodCode == p.PeriodCode && at(e) && slices.ContainsFunc(e.Entered, func(m string) bool { return slices.Contains(measures, m) }) {
			return document.UnvalidatedCell()
		}
	}
	return document.MissingCell()
}

func everywhere(indicator.Expectation) bool { return true }

// explained adds to a table what « au moins » means, if one of its cells says it.
func explained(t document.Table) document.Table {
	if slices.ContainsFunc(t.Rows, func(r document.Row) bool {
		return slices.ContainsFunc(r.Cells, func(c document.Cell) bool { return c.Least })
	}) {
		t.Notes = append(t.Notes, say(atLeastNote))
	}
	return t
}

// coverageNotes say once, under a table of indicators, who stands behind their values; where that differs, with the codes concerned.
func (b *builder) coverageNotes(own []convention.Indicator) (notes []string) {
	var origins []string
	codes := map[string][]string{}
	for _, ind := range own {
		said := b.coverage(ind, b.read(ind, b.Period))
		if b.sums.Collected(ind) {
			said = say("Couverture de %s : %s", b.Period.PeriodCode, said)
		} else {
			said = say("Origine : %s", said)
		}
		if len(codes[said]) == 0 {
			origins = append(origins, said)
		}
		codes[said] = append(codes[said], ind.IndicatorCode)
	}
	slices.SortStableFunc(origins, func(x, y string) int { return len(codes[y]) - len(codes[x]) })
	for i, said := range origins {
		if i > 0 {
			said += " (" + french.List(codes[said]) + ")"
		}
		notes = append(notes, said+".")
	}
	return notes
}

// silent counts the structures whose validated figures leave open what an indicator reads.
func (b *builder) silent(ind convention.Indicator, p convention.Period) int {
	found := map[uuid.UUID]bool{}
	for _, f := range b.sums.Facts {
		if !f.Known && f.PeriodCode == p.PeriodCode && slices.Contains(ind.Formula.Measures(), f.MeasureCode) {
			found[f.OrganisationID] = true
		}
	}
	return len(found)
}

// quantity is a value of an indicator; a rate is held as a ratio.
func quantity(ind convention.Indicator, d decimal.Decimal) document.Cell {
	if ind.Unit == "%" {
		return document.PercentCell(d, int32(ind.Places))
	}
	return amount(d, int32(ind.Places))
}

// amount is a plain number.
func amount(d decimal.Decimal, places int32) document.Cell {
	if places == 0 {
		return document.Cell{Kind: document.Integer, Number: &d}
	}
	return document.DecimalCell(d, places)
}

// words is a value within a sentence, with its unit: « au moins 216 emplois », « 7,2 % ».
func (b *builder) words(ind convention.Indicator, r indicator.Reading) string {
	if !r.Known {
		return b.cell(ind, r).French()
	}
	text := bare(ind, r)
	if ind.Unit == "%" {
		return text
	}
	return text + "\u00a0" + unit(ind.Unit, r.Value)
}

// bare is a known value where the sentence names its unit.
func bare(ind convention.Indicator, r indicator.Reading) string {
	if r.AtLeast {
		return "au moins " + quantity(ind, r.Value).French()
	}
	return quantity(ind, r.Value).French()
}

// unit agrees the unit with its number, where its plural is a plain s.
func unit(name string, d decimal.Decimal) string {
	if d.Abs().GreaterThanOrEqual(decimal.NewFromInt(2)) {
		return name
	}
	return strings.TrimSuffix(name, "s")
}

// target is a cell too: a number, or that the committee has to fix it.
func (b *builder) target(ind convention.Indicator) document.Cell {
	switch {
	case ind.Target != nil && ind.TargetSource != "":
		return quantity(ind, *ind.Target).WithNote(say("Cible : %s.", ind.TargetSource))
	case ind.Target != nil:
		return quantity(ind, *ind.Target)
	case ind.TargetSource != "":
		short, _, _ := strings.Cut(ind.TargetSource, ":")
		short = strings.TrimRight(short, " \u00a0")
		c := document.TextCell(lowerFirst(short))
		if short != ind.TargetSource {
			c = c.WithNote(say("%s", ind.TargetSource))
		}
		return c
	case ind.Direction == "context":
		return document.NotApplicableCell(say("Indicateur de contexte : il n’appelle pas de cible."))
	}
	return document.TextCell(b.toBeFixed())
}

func fromStructures(m convention.Measure) bool {
	return m.Source == convention.FromPosts || slices.Contains(m.EnteredBy, convention.ByStructure)
}

// coverage says who stands behind an indicator's value.
func (b *builder) coverage(ind convention.Indicator, r indicator.Reading) string {
	if b.sums.Collected(ind) {
		return covered(r.Coverage)
	}
	return ind.EnteredBy
}

// covered is « 10 structures sur 12, 6 sites complets sur 7 ».
func covered(c indicator.Coverage) string { return cmp.Or(c.Text(), "aucune saisie attendue") }

// covered is the coverage of the report's period.
func (b *builder) covered() string { return covered(b.sums.Coverage(b.Period.PeriodCode)) }

// before is the period before the report's.
func (b *builder) before() (convention.Period, bool) { return b.sums.Before(b.Period) }

// yearBefore is the same period of the year before, unless that is the period before.
func (b *builder) yearBefore() (convention.Period, bool) {
	start := b.Period.StartsOn.AddDate(-1, 0, 0)
	for i, p := range b.past {
		if p.StartsOn.Equal(start) {
			return p, i < len(b.past)-2
		}
	}
	return convention.Period{}, false
}

// compared are the periods whose values stand side by side, the report's first.
func (b *builder) compared() []convention.Period {
	all := []convention.Period{b.Period}
	if p, ok := b.before(); ok {
		all = append(all, p)
	}
	if p, ok := b.yearBefore(); ok {
		all = append(all, p)
	}
	return all
}

// progress is the headline indicator on its way to a target.
func (b *builder) progress() (convention.Indicator, bool) {
	ind, ok := indicator.Headline(b.indicators, convention.Progress)
	return ind, ok && ind.Target != nil
}

// stock is the headline indicator of what is there on a day.
func (b *builder) stock() (convention.Indicator, bool) {
	return indicator.Headline(b.indicators, convention.StockFigure)
}

// reached is what a progress came to since the convention's start.
func (b *builder) reached(ind convention.Indicator, p convention.Period) indicator.Reading {
	for _, r := range b.data(ind.Formula).SinceStart(ind) {
		if r.Period.PeriodCode == p.PeriodCode {
			return r
		}
	}
	return indicator.Reading{Period: p}
}

// pace compares the progress with its target.
func (b *builder) pace(ind convention.Indicator) indicator.Pace {
	var before indicator.Reading
	if p, ok := b.before(); ok {
		before = b.reached(ind, p)
	}
	return b.reached(ind, b.Period).Pace(*ind.Target, before, b.periods, b.convention.EndsOn)
}

// parts are the terms of a sum, each with its name and value.
func (b *builder) parts(ind convention.Indicator, p convention.Period) []part {
	var found []part
	for _, t := range ind.Formula.Numerator {
		alone := convention.Indicator{Formula: convention.Formula{Numerator: []convention.Term{t}}}
		found = append(found, part{b.partName(t, ind), b.data(alone.Formula).Read(alone, p)})
	}
	return found
}

type part struct {
	name    string
	reading indicator.Reading
}

// partName is the label of the indicator that is this term alone, or of the measure.
func (b *builder) partName(t convention.Term, of convention.Indicator) string {
	for _, i := range b.indicators {
		f := i.Formula
		if i.IndicatorCode != of.IndicatorCode && len(f.Numerator) == 1 && len(f.Denominator) == 0 && f.Numerator[0].Measure == t.Measure &&
			slices.Equal(f.Numerator[0].Rows, t.Rows) && slices.Equal(f.Numerator[0].Columns, t.Columns) {
			return i.Label
		}
	}
	return b.measures[t.Measure].Label
}

func onDay(day time.Time) string { return "au " + french.Date(day) }
