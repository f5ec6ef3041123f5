package report

import (
	"slices"

	"copil/internal/chart"
	"copil/internal/convention"
	"copil/internal/document"
	"copil/internal/french"
	"copil/internal/indicator"
)

// axis is the section of one axis: its indicators, then what they count in detail.
func (b *builder) axis(a convention.Axis) {
	own := slices.DeleteFunc(slices.Clone(b.indicators), func(i convention.Indicator) bool { return i.AxisNo == nil || *i.AxisNo != a.AxisNo })
	b.heading(1, "Axe %d – %s", a.AxisNo, a.ShortLabel)
	if len(own) == 0 {
		b.paragraph("Aucun indicateur de cet axe n’est suivi à ce jour.")
		return
	}
	b.heading(2, "Indicateurs de l’axe %d", a.AxisNo)
	b.add(b.indicatorTable(say("Axe %d : indicateurs et valeurs comparées", a.AxisNo), say("Axe %d – indicateurs", a.AxisNo), own))
	for _, i := range own {
		b.charts(i)
	}
	if b.sitesIn(own) {
		b.siteSection(own)
	}
	b.structureSection(a, own)
	b.breakdownSection(a, own)
}

// across is the section of the indicators that belong to no axis.
func (b *builder) across() {
	own := slices.DeleteFunc(slices.Clone(b.indicators), func(i convention.Indicator) bool { return i.AxisNo != nil })
	if len(own) > 0 {
		b.heading(1, "Pilotage de la convention")
		b.add(b.indicatorTable("Indicateurs transversaux et valeurs comparées", "Indicateurs transversaux", own))
	}
	if !b.sitesIn(b.indicators) && len(b.sites) > 0 {
		b.heading(1, "Sites")
		b.siteTables(b.indicators)
	}
}

// indicatorTable sets the indicators' values beside those of earlier periods and the target.
func (b *builder) indicatorTable(caption, short string, own []convention.Indicator) document.Table {
	periods := b.compared()
	t := document.Table{Caption: caption, Short: short, Columns: []document.Column{{Title: "Indicateur", Head: true}, {Title: "Unité"}}}
	for _, p := range periods {
		t.Columns = append(t.Columns, document.Column{Title: p.PeriodCode, Align: document.Right})
	}
	t.Columns = append(t.Columns, document.Column{Title: "Cible", Align: document.Right})
	for _, ind := range own {
		cells := []document.Cell{document.TextCell(ind.IndicatorCode + " – " + ind.Label).WithNote(ind.Doctrine), document.TextCell(ind.Unit)}
		for _, p := range periods {
			cells = append(cells, b.cell(ind, b.read(ind, p)))
		}
		t.Rows = append(t.Rows, document.Row{Cells: append(cells, b.target(ind))})
	}
	t.Notes = b.coverageNotes(own)
	if !b.validated() {
		t.Notes = append(t.Notes, say("%s : provisoire, le bilan n’est pas validé.", b.Period.PeriodCode))
	}
	return explained(t)
}

// charts draws the trajectory or the stock when the indicator is one of the two headlines, never both on one axis.
func (b *builder) charts(ind convention.Indicator) {
	if head, ok := b.progress(); ok && head.IndicatorCode == ind.IndicatorCode {
		b.heading(2, "Trajectoire vers la cible")
		b.figure(b.whole(ind).Trajectory(ind, b.Period, b.convention.EndsOn), b.trajectoryData(ind))
	}
	if head, ok := b.stock(); ok && head.IndicatorCode == ind.IndicatorCode {
		b.heading(2, "%s", ind.Label)
		b.figure(b.data(ind.Formula).Stock(ind, b.Period), b.stockData(ind))
	}
}

// drawing is a chart of any kind.
type drawing interface {
	Scene(chart.Format) chart.Scene
}

func (b *builder) figure(d drawing, data document.Table) {
	wide := d.Scene(chart.Wide)
	b.add(document.Figure{Caption: wide.Title, Alt: wide.Desc, Scene: wide, Data: &data})
	b.Narrow = append(b.Narrow, d.Scene(chart.Narrow))
}

// whole is the data over every period, those ahead included, as drawings show them.
func (b *builder) whole(ind convention.Indicator) indicator.Data {
	d := b.data(ind.Formula)
	d.Periods = b.periods
	return d
}

func (b *builder) trajectoryData(ind convention.Indicator) document.Table {
	names := b.parts(ind, b.Period)
	t := document.Table{Caption: say("%s : données du graphique", ind.Label), Short: "Trajectoire vers la cible", Columns: []document.Column{{Title: "Période", Head: true}}}
	for _, n := range names {
		t.Columns = append(t.Columns, document.Column{Title: n.name, Unit: ind.Unit, Align: document.Right})
	}
	t.Columns = append(t.Columns, document.Column{Title: "Ensemble", Unit: ind.Unit, Align: document.Right}, document.Column{Title: "Part de la cible", Align: document.Right}, document.Column{Title: "Couverture"})
	for _, p := range b.past {
		r := b.read(ind, p)
		cells := []document.Cell{document.TextCell(p.PeriodCode)}
		for _, part := range b.parts(ind, p) {
			cells = append(cells, b.cell(ind, part.reading))
		}
		share := b.cell(ind, r)
		switch {
		case r.Known && ind.Target.IsZero():
			share = document.MissingCell()
		case r.Known:
			share = document.PercentCell(r.Value.Div(*ind.Target), 1)
		}
		t.Rows = append(t.Rows, document.Row{Cells: append(cells, b.cell(ind, r), share, document.TextCell(covered(r.Coverage)))})
	}
	return explained(t)
}

func (b *builder) stockData(ind convention.Indicator) document.Table {
	t := document.Table{Caption: say("%s : données du graphique", ind.Label), Short: tabName(shortened(ind.Label), ""), Columns: []document.Column{{Title: "Période", Head: true},
		{Title: "Ensemble", Unit: ind.Unit, Align: document.Right}, {Title: "Évolution à périmètre constant", Unit: ind.Unit, Align: document.Right},
		{Title: "Périmètre constant"}, {Title: "Couverture"}}}
	for _, p := range b.past {
		r := b.read(ind, p)
		change, over := document.NotApplicableCell("Première période."), document.TextCell("–")
		if c, ok := b.sums.Constant(ind, p); ok {
			change, over = quantity(ind, c.Change()).WithSign(), document.TextCell(say("de %s à %s (%s)", quantity(ind, c.Before).French(), quantity(ind, c.Now).French(), french.Plural(c.Structures, "structure", "structures")))
		}
		t.Rows = append(t.Rows, document.Row{Cells: []document.Cell{document.TextCell(p.PeriodCode), b.cell(ind, r), change, over, document.TextCell(covered(r.Coverage))}})
	}
	for _, base := range ind.Baselines {
		if base.Year != 0 && !base.Minimum.Equal(base.Maximum) {
			t.Notes = append(t.Notes, say("Repère %d, jamais additionné ni prolongé : %s à %s. %s", base.Year, number(base.Minimum), number(base.Maximum), base.Note))
		}
	}
	return t
}
