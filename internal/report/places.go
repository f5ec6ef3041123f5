package report

import (
	"cmp"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"copil/internal/collect"
	"copil/internal/convention"
	"copil/internal/document"
	"copil/internal/french"
	"copil/internal/indicator"
)

// sitesIn says whether the sites belong to the section of these indicators: the one that counts them.
func (b *builder) sitesIn(own []convention.Indicator) bool {
	return slices.ContainsFunc(own, func(i convention.Indicator) bool { return i.Formula.Computed == convention.ComputedActiveSites })
}

func (b *builder) siteSection(own []convention.Indicator) {
	b.heading(2, "Sites")
	if len(b.sites) == 0 {
		b.paragraph("Aucun site n’est connu au dernier jour de la période.")
		return
	}
	b.siteTables(own)
}

// siteTables are who and where, then how many.
func (b *builder) siteTables(own []convention.Indicator) {
	b.add(b.siteTable())
	if measures := b.columns(own, false); len(measures) > 0 {
		b.add(b.siteFigures(measures))
	}
}

func (b *builder) siteTable() document.Table {
	t := document.Table{Caption: say("Sites : communes, état et structures %s", onDay(b.Period.EndsOn)), Short: "Sites – communes et état",
		Columns: []document.Column{{Title: "Site", Head: true}, {Title: "Communes"}, {Title: "Secteurs"}, {Title: "État"}, {Title: "Depuis le"}, {Title: "Structures"}}}
	for _, s := range b.sites {
		state, since := s.state(), document.MissingCell()
		if s.step.State != "" {
			since = document.DateCell(s.step.SinceOn)
		}
		switch {
		case s.step.Reason != "" && s.step.Decision != "":
			state = state.WithNote(say("%s (décision %s)", s.step.Reason, s.step.Decision))
		case s.step.Reason != "":
			state = state.WithNote(s.step.Reason)
		case s.step.Decision != "":
			state = state.WithNote("Décision " + s.step.Decision + ".")
		}
		t.Rows = append(t.Rows, document.Row{Cells: []document.Cell{document.TextCell(s.title()), document.TextCell(strings.Join(s.Communes, ", ")),
			document.TextCell(strings.Join(s.Sectors, ", ")), state, since, document.TextCell(strings.Join(b.structuresOn(s.SiteID), ", "))}})
	}
	return t
}

// structuresOn names the structures at work on a site on the period's last day.
func (b *builder) structuresOn(id uuid.UUID) []string {
	names := []string{}
	for _, l := range b.source.links.All {
		if l.SiteID == id && !l.SinceOn.After(b.Period.EndsOn) && (l.UntilOn == nil || l.UntilOn.After(b.Period.EndsOn)) {
			names = append(names, l.StructureName)
		}
	}
	if len(names) == 0 {
		return []string{"aucune"}
	}
	return names
}

// columns are the measures that structures declare and that some indicators read, in the order of the collecting. Flows are told
// by structure only, since a site's activity needs its hours beside it.
func (b *builder) columns(own []convention.Indicator, flows bool) []convention.Measure {
	var found []convention.Measure
	for _, m := range b.measureList {
		read := slices.ContainsFunc(own, func(i convention.Indicator) bool { return slices.Contains(i.Formula.Measures(), m.MeasureCode) })
		if read && fromStructures(m) && m.Source != convention.Identifiers && (flows || m.Kind != convention.Flow) {
			found = append(found, m)
		}
	}
	return found
}

func titles(measures []convention.Measure) []document.Column {
	var columns []document.Column
	for _, m := range measures {
		c := document.Column{Title: cmp.Or(m.Headline, shortened(m.Label)), Unit: m.Unit, Align: document.Right}
		if c.Unit == c.Title {
			c.Unit = ""
		}
		columns = append(columns, c)
	}
	return columns
}

// shortened drops from a label the moment that its sentence or its table gives.
func shortened(label string) string {
	for _, end := range []string{" (cumul)", " au dernier jour de la période", " au dernier jour", " depuis le début", " pendant la période"} {
		label = strings.TrimSuffix(label, end)
	}
	return label
}

// place is a row of figures: a site, off-site, or a structure.
type place struct {
	name    document.Cell
	here    func(indicator.Fact) bool
	expects func(indicator.Expectation) bool
}

func (b *builder) siteFigures(measures []convention.Measure) document.Table {
	t := document.Table{Caption: say("Sites : chiffres validés %s", onDay(b.Period.EndsOn)), Short: "Sites – chiffres validés",
		Columns: slices.Concat([]document.Column{{Title: "Site", Head: true}}, titles(measures), []document.Column{{Title: "Saisies validées"}})}
	var places []place
	for _, s := range b.sites {
		places = append(places, atSite(s.title(), &s.SiteID))
	}
	places = append(places, atSite("Hors site", nil))
	for _, p := range places {
		t.Rows = append(t.Rows, b.placeRow(p, measures))
	}
	t.Rows = append(t.Rows, b.totalRow(measures))
	t.Notes = []string{say("Couverture : %s.", b.covered())}
	return explained(t)
}

func atSite(name string, id *uuid.UUID) place {
	same := func(other *uuid.UUID) bool { return (id == nil) == (other == nil) && (id == nil || *id == *other) }
	return place{document.TextCell(name), func(f indicator.Fact) bool { return same(f.SiteID) }, func(e indicator.Expectation) bool { return same(e.SiteID) }}
}

// placeRow shows what is validated for a place: all, a part of it with how much, a cumul carried over, or nothing.
func (b *builder) placeRow(p place, measures []convention.Measure) document.Row {
	done, expected := 0, 0
	for _, e := range b.source.expectations.All {
		if e.PeriodCode == b.Period.PeriodCode && e.Structure && p.expects(e) {
			expected++
			if e.State == string(collect.Validated) {
				done++
			}
		}
	}
	cells := []document.Cell{p.name}
	for _, m := range measures {
		cells = append(cells, b.placeCell(p, m, done, expected))
	}
	state := document.TextCell(say("%s sur %s", french.Int(done), french.Int(expected)))
	if expected == 0 {
		state = document.NotApplicableCell("Aucune saisie n’est attendue pour cette période.")
	}
	return document.Row{Cells: append(cells, state)}
}

func (b *builder) placeCell(p place, m convention.Measure, done, expected int) document.Cell {
	value, known, carried := b.sumAt(m, p.here)
	switch {
	case expected == 0 && !known:
		return document.NotApplicableCell("Aucune saisie n’est attendue pour cette période.")
	case !known:
		return b.absent(b.Period, p.expects, m.MeasureCode)
	}
	c := amount(value, int32(m.Places))
	switch {
	case carried, m.Kind == convention.Cumulative && done < expected:
		return c.AtLeast()
	case done < expected:
		return c.WithNote(say("Partiel : une saisie au moins n’est pas validée."))
	}
	return c
}

// behindMeasure are the facts that a measure's total adds up. They are worked out
// once, since there is a cell for every place.
func (b *builder) behindMeasure(m convention.Measure) []indicator.Fact {
	facts, done := b.behind[m.MeasureCode]
	if !done {
		alone := convention.Indicator{Formula: convention.Formula{Numerator: []convention.Term{{Measure: m.MeasureCode}}}}
		facts = b.sums.Behind(alone, b.Period)
		b.behind[m.MeasureCode] = facts
	}
	return facts
}

// sumAt adds up a measure over some of the period's facts.
func (b *builder) sumAt(m convention.Measure, here func(indicator.Fact) bool) (total decimal.Decimal, known, carried bool) {
	for _, f := range b.behindMeasure(m) {
		if here(f) {
			total, known = total.Add(f.Number), true
			carried = carried || f.CarriedTo(b.Period)
		}
	}
	return total, known, carried
}

func (b *builder) totalRow(measures []convention.Measure) document.Row {
	cells := []document.Cell{document.TextCell("Ensemble")}
	for _, m := range measures {
		value, known, carried := b.sumAt(m, func(indicator.Fact) bool { return true })
		c := b.absent(b.Period, everywhere, m.MeasureCode)
		if known {
			c = amount(value, int32(m.Places))
		}
		if known && (carried || b.sums.Lacks(m.MeasureCode, b.Period)) {
			c = c.AtLeast()
		}
		cells = append(cells, c)
	}
	done, expected := 0, 0
	for _, e := range b.source.expectations.All {
		if e.PeriodCode == b.Period.PeriodCode && e.Structure {
			expected++
			if e.State == string(collect.Validated) {
				done++
			}
		}
	}
	return document.Row{Cells: append(cells, document.TextCell(say("%s sur %s", french.Int(done), french.Int(expected)))), Total: true}
}

// structureSection tells the axis's figures structure by structure.
func (b *builder) structureSection(a convention.Axis, own []convention.Indicator) {
	measures := b.columns(own, true)
	listed := b.listed()
	if len(measures) == 0 || len(listed) == 0 {
		return
	}
	b.heading(2, "Structures : chiffres de l’axe %d", a.AxisNo)
	t := document.Table{Caption: say("Axe %d : chiffres validés par structure, %s", a.AxisNo, b.Period.Label), Short: say("Axe %d – par structure", a.AxisNo),
		Columns: slices.Concat([]document.Column{{Title: "Structure", Head: true}}, titles(measures), []document.Column{{Title: "Saisies validées"}})}
	for _, s := range listed {
		t.Rows = append(t.Rows, b.placeRow(of(s.OrganisationID, document.TextCell(s.Name)), measures))
	}
	for _, s := range b.unlisted(measures) {
		t.Rows = append(t.Rows, b.placeRow(of(s.ID, document.TextCell(s.Name).WithNote("N’est pas une structure inscrite au dernier jour de la période.")), measures))
	}
	t.Rows = append(t.Rows, b.totalRow(measures))
	t.Notes = []string{say("Couverture : %s.", b.covered())}
	b.add(explained(t))
}

// breakdownSection tells what is made of what: by the items of a list, or of two. Each measure stands in one axis only.
func (b *builder) breakdownSection(a convention.Axis, own []convention.Indicator) {
	var tables []document.Block
	for _, m := range b.columns(own, true) {
		if m.RowList != nil && b.axisOf(m) == a.AxisNo {
			tables = append(tables, b.breakdown(b.cells, m, say("Couverture : %s", b.covered())))
		}
	}
	var whole []convention.Measure
	for _, m := range b.regionalMeasures() {
		switch {
		case b.axisOf(m) != a.AxisNo:
		case m.RowList == nil:
			whole = append(whole, m)
		default:
			tables = append(tables, b.breakdown(b.regional, m, say("Déclaré pour tout le territoire par : %s", b.enteredBy(m))))
		}
	}
	if len(whole) > 0 {
		tables = append(tables, b.wholeTable(a, whole))
	}
	if len(tables) > 0 {
		b.heading(2, "Ventilations et chiffres d’ensemble de l’axe %d", a.AxisNo)
		b.add(tables...)
	}
}

// axisOf is the axis of the first indicator, active or not, that counts a measure whole; failing that, of the first that reads it.
func (b *builder) axisOf(m convention.Measure) int {
	found := -1
	for _, i := range b.source.indicators.All {
		if i.AxisNo == nil || !slices.Contains(i.Formula.Measures(), m.MeasureCode) {
			continue
		}
		if len(i.Formula.Denominator) == 0 {
			return *i.AxisNo
		}
		if found < 0 {
			found = *i.AxisNo
		}
	}
	return found
}

// wholeTable are the figures that parties give for the whole territory, a line each.
func (b *builder) wholeTable(a convention.Axis, measures []convention.Measure) document.Table {
	t := document.Table{Caption: say("Axe %d : chiffres déclarés pour tout le territoire", a.AxisNo), Short: say("Axe %d – tout le territoire", a.AxisNo), Columns: []document.Column{{Title: "Chiffre", Head: true}, {Title: "Unité"}}}
	for _, p := range b.compared() {
		t.Columns = append(t.Columns, document.Column{Title: p.PeriodCode, Align: document.Right})
	}
	t.Columns = append(t.Columns, document.Column{Title: "Déclaré par"})
	for _, m := range measures {
		cells := []document.Cell{document.TextCell(m.Label), document.TextCell(m.Unit)}
		for _, p := range b.compared() {
			values := b.regional.By([]convention.Term{{Measure: m.MeasureCode}}, p, func(indicator.Fact) string { return "" })
			c := b.absent(p, everywhere, m.MeasureCode)
			if v, known := values[""]; known {
				c = amount(v, int32(m.Places))
			}
			cells = append(cells, c)
		}
		t.Rows = append(t.Rows, document.Row{Cells: append(cells, document.TextCell(b.enteredBy(m)))})
	}
	return t
}

func (b *builder) enteredBy(m convention.Measure) string {
	var names []string
	for _, code := range m.EnteredBy {
		names = append(names, b.partyName(&code))
	}
	return french.List(names)
}

// breakdown is a measure by the items of its list; by those of a second list, or beside earlier periods.
func (b *builder) breakdown(data indicator.Data, m convention.Measure, note string) document.Table {
	t := document.Table{Caption: say("%s, %s", m.Label, b.Period.PeriodCode), Short: tabName(cmp.Or(m.Headline, shortened(m.Label)), b.listLabel(*m.RowList)), Columns: []document.Column{{Title: b.listLabel(*m.RowList), Head: true}}, Notes: []string{note + "."}}
	type column struct {
		sums  map[string]decimal.Decimal
		least map[string]bool // « au moins »
		none  document.Cell
	}
	var columns []column
	add := func(title string, p convention.Period, items ...string) {
		term := convention.Term{Measure: m.MeasureCode, Columns: items}
		t.Columns = append(t.Columns, document.Column{Title: title, Unit: m.Unit, Align: document.Right})
		item := func(f indicator.Fact) string { return f.RowItem }
		columns = append(columns, column{data.By([]convention.Term{term}, p, item), data.Least([]convention.Term{term}, p, item), b.absent(p, everywhere, m.MeasureCode)})
	}
	if m.ColumnList != nil {
		for _, item := range b.items(*m.ColumnList) {
			add(item.Label, b.Period, item.ItemCode)
		}
		add(whole, b.Period)
	} else {
		for _, p := range b.compared() {
			add(p.PeriodCode, p)
		}
	}
	row := func(label string, total bool, value func(column) (sum decimal.Decimal, known, atLeast bool)) {
		cells := []document.Cell{document.TextCell(label)}
		for _, c := range columns {
			cell := c.none
			if v, known, atLeast := value(c); known {
				if cell = amount(v, int32(m.Places)); atLeast {
					cell = cell.AtLeast()
				}
			}
			cells = append(cells, cell)
		}
		t.Rows = append(t.Rows, document.Row{Cells: cells, Total: total})
	}
	for _, item := range b.items(*m.RowList) {
		row(capital(item.Label), false, func(c column) (decimal.Decimal, bool, bool) {
			v, known := c.sums[item.ItemCode]
			return v, known, c.least[item.ItemCode]
		})
	}
	if b.addsUp(m) {
		row(whole, true, func(c column) (decimal.Decimal, bool, bool) { return sumOf(c.sums), len(c.sums) > 0, len(c.least) > 0 })
	}
	return explained(t)
}

func (b *builder) listLabel(code string) string {
	for _, l := range b.source.lists.All {
		if l.ListCode == code {
			return l.Label
		}
	}
	return code
}

// addsUp says whether the items of a measure's list sum to a whole: some indicator reads it whole. Stages of one thing, which
// indicators only read one by one, do not.
func (b *builder) addsUp(m convention.Measure) bool {
	for _, i := range b.source.indicators.All {
		for _, t := range slices.Concat(i.Formula.Numerator, i.Formula.Denominator) {
			if t.Measure == m.MeasureCode && len(t.Rows) == 0 {
				return true
			}
		}
	}
	return false
}
