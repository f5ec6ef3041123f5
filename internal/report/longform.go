package report

import (
	"slices"
	"strings"

	"github.com/google/uuid"

	"copil/internal/collect"
	"copil/internal/convention"
	"copil/internal/document"
	"copil/internal/indicator"
)

// longForm lists every value behind the report: the indicators of each period, then what each organisation declared for this one.
func (b *builder) longForm() document.Table {
	t := document.Table{Caption: say("Données du bilan %s : une ligne par valeur", b.Period.PeriodCode), Columns: []document.Column{
		{Title: "Période", Head: true}, {Title: "Code"}, {Title: "Libellé"}, {Title: "Structure"}, {Title: "Site"}, {Title: "Ventilation"},
		{Title: "Valeur", Align: document.Right}, {Title: "Unité"}, {Title: "État"}, {Title: "Couverture"}}}
	for _, ind := range b.indicators {
		for _, p := range b.past {
			t.Rows = append(t.Rows, b.indicatorRows(ind, p)...)
		}
	}
	t.Rows = append(t.Rows, b.declaredRows()...)
	return t
}

const whole = "Ensemble"

func (b *builder) indicatorRows(ind convention.Indicator, p convention.Period) []document.Row {
	r := b.read(ind, p)
	state := "validé"
	switch {
	case !r.Known:
		state = "non renseigné"
	case r.Provisional:
		state = "provisoire"
	}
	if r.AtLeast {
		state += ", au moins"
	}
	value := b.cell(ind, r)
	if value.Note = ""; value.Kind == document.Percent { // the unit stands in its own column
		value = document.DecimalCell(r.Value.Shift(2).Round(4), int32(ind.Places))
	}
	if value.Kind == document.Unvalidated {
		state = value.French()
	}
	row := func(item string, c document.Cell, unit string) document.Row {
		return longRow(p.PeriodCode, ind.IndicatorCode, ind.Label, whole, whole, item, c, unit, state, b.coverage(ind, r))
	}
	rows := []document.Row{row("", value, ind.Unit)}
	if len(ind.Formula.Denominator) > 0 && r.Known {
		rows = append(rows, row("Numérateur", amount(r.Numerator, b.places(ind.Formula.Numerator)), b.measures[ind.Formula.Numerator[0].Measure].Unit),
			row("Dénominateur", amount(r.Denominator, b.places(ind.Formula.Denominator)), b.measures[ind.Formula.Denominator[0].Measure].Unit))
	}
	return rows
}

func longRow(period, code, label, structure, site, item string, value document.Cell, unit, state, coverage string) document.Row {
	text := document.TextCell
	return document.Row{Cells: []document.Cell{text(period), text(code), text(label), text(structure), text(site), text(item), value, text(unit), text(state), text(coverage)}}
}

// declaredRows are the validated cells of the period; a submission that does not count has one row that says why.
func (b *builder) declaredRows() []document.Row {
	var rows []document.Row
	for _, s := range b.source.submissions.All {
		if s.State != collect.Validated {
			value := document.MissingCell()
			if b.entered(s.SubmissionID) {
				value = document.UnvalidatedCell()
			}
			rows = append(rows, longRow(b.Period.PeriodCode, "", "Saisie entière", s.Organisation, s.Place(), "", value, "", strings.ToLower(s.State.Label()), "hors totaux"))
			continue
		}
		rows = append(rows, b.submissionRows(s)...)
	}
	return rows
}

// entered reports whether a submission that is not validated holds any figure.
func (b *builder) entered(submission uuid.UUID) bool {
	return slices.ContainsFunc(b.source.expectations.All, func(e indicator.Expectation) bool {
		return e.SubmissionID == submission && len(e.Entered) > 0
	})
}

func (b *builder) submissionRows(s collect.Submission) []document.Row {
	facts := b.cells.Facts
	if s.Reporter != convention.ByStructure {
		facts = b.regional.Facts
	}
	own := slices.DeleteFunc(slices.Clone(facts), func(f indicator.Fact) bool {
		return f.PeriodCode != s.PeriodCode || f.OrganisationID != s.OrganisationID || !sameSite(f.SiteID, s.SiteID)
	})
	var rows []document.Row
	for _, m := range b.measureList {
		mine := slices.DeleteFunc(slices.Clone(own), func(f indicator.Fact) bool { return f.MeasureCode != m.MeasureCode })
		b.order(mine, m)
		for _, f := range mine {
			value, state := amount(f.Number, int32(m.Places)), "validé"
			if !f.Known {
				value, state = b.unknown(s.SubmissionID, f)
			}
			rows = append(rows, longRow(s.PeriodCode, m.MeasureCode, m.Label, s.Organisation, s.Place(), b.itemNames(m, f), value, m.Unit, state, ""))
		}
	}
	return rows
}

func sameSite(x, y *uuid.UUID) bool { return (x == nil) == (y == nil) && (x == nil || *x == *y) }

// order sorts the cells of a measure as its lists do.
func (b *builder) order(facts []indicator.Fact, m convention.Measure) {
	rank := func(list *string, code string) int {
		if list == nil {
			return 0
		}
		return slices.IndexFunc(b.items(*list), func(i convention.Item) bool { return i.ItemCode == code })
	}
	slices.SortStableFunc(facts, func(x, y indicator.Fact) int {
		if d := rank(m.RowList, x.RowItem) - rank(m.RowList, y.RowItem); d != 0 {
			return d
		}
		return rank(m.ColumnList, x.ColumnItem) - rank(m.ColumnList, y.ColumnItem)
	})
}

// unknown tells "non renseigné" from "sans objet".
func (b *builder) unknown(submission uuid.UUID, f indicator.Fact) (document.Cell, string) {
	for _, r := range b.source.remarks.All {
		if r.SubmissionID == submission && r.MeasureCode == f.MeasureCode && r.RowItem == f.RowItem && r.ColumnItem == f.ColumnItem && r.State == collect.NotApplicable {
			return document.NotApplicableCell(r.Reason), "sans objet"
		}
	}
	return document.MissingCell(), "non renseigné"
}

func (b *builder) itemNames(m convention.Measure, f indicator.Fact) string {
	var names []string
	add := func(list *string, code string) {
		if list == nil || code == "" {
			return
		}
		for _, i := range b.items(*list) {
			if i.ItemCode == code {
				names = append(names, i.Label)
			}
		}
	}
	add(m.RowList, f.RowItem)
	add(m.ColumnList, f.ColumnItem)
	return strings.Join(names, ", ")
}
