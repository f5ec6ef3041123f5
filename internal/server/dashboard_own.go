package server

import (
	"strings"

	"copil/internal/convention"
	"copil/internal/indicator"
	"copil/templates/dashboards"
	"copil/templates/ui"
)

// ownFigures shows a structure its own headline figures and its own curves.
func (d *board) ownFigures(v *dashboards.View) {
	own := d.data.Of(d.Actor.OrganisationID)
	v.OwnHref = d.Path("structures", d.Actor.OrganisationID)
	for _, m := range headline(d.data.Measures) {
		ind := convention.Indicator{Places: m.Places, Formula: convention.Formula{Numerator: []convention.Term{{Measure: m.MeasureCode}}}}
		r := d.lastKnown(own, ind)
		f := ui.KeyFigure{Value: r.Text(ind), Unit: m.Unit, Label: m.Label, Text: r.Period.Label + ", " + ownStanding(own, r), Href: d.ownHref(m)}
		switch {
		case !r.Known:
			withoutFigure(&f, figure(own, ind, r))
			f.Text = d.current.Label + "\u00a0: aucun chiffre validé."
		case r.Period.PeriodCode != d.current.PeriodCode:
			f.Text += " " + d.current.Label + "\u00a0: pas encore."
		}
		v.Own = append(v.Own, f)
	}
	v.Charts = d.charts(own, *d.current, ", votre structure")
	if d.current.ValidatedOn == nil {
		for i := range v.Charts {
			v.Charts[i].Caption = strings.TrimSpace(v.Charts[i].Caption + " «\u00a0Provisoire\u00a0»\u00a0: le bilan de la période n’est pas encore validé, même si votre saisie l’est.")
		}
	}
}

// ownStanding says apart how far one's own submissions have come, and the report of
// the period.
func ownStanding(own indicator.Data, r indicator.Reading) string {
	text := "saisie validée"
	if c := own.Coverage(r.Period.PeriodCode); c.Structures < c.StructuresExpected {
		text = "saisies validées à ce jour"
	}
	if r.Provisional {
		return text + "\u00a0; bilan de la période provisoire."
	}
	return text + "\u00a0; bilan de la période validé."
}

// lastKnown reads an indicator for the period being collected, or for the last
// one before it that has a figure: a collection that opens takes nothing away.
func (d *board) lastKnown(own indicator.Data, ind convention.Indicator) indicator.Reading {
	now := own.Read(ind, *d.current)
	for r, at := now, *d.current; ; r = own.Read(ind, at) {
		if r.Known {
			return r
		}
		before, found := own.Before(at)
		if !found {
			return now
		}
		at = before
	}
}

// ownHref leads from a figure of one's own to what tells more of it: the posts that
// it counts, or the indicator that it is.
func (d *board) ownHref(m convention.Measure) string {
	if m.Source == convention.FromPosts {
		return d.Path("emplois") + "#postes"
	}
	for _, ind := range d.indicators {
		if n := ind.Formula.Numerator; ind.Status == "active" && len(n) == 1 && n[0].Measure == m.MeasureCode && len(ind.Formula.Denominator) == 0 {
			return d.Path("indicateurs", ind.IndicatorCode)
		}
	}
	return d.Path("structures", d.Actor.OrganisationID)
}

// ownAt is what one's own structure declared for a period, to compare with a total of it.
func (d *board) ownAt(ind convention.Indicator, p convention.Period) string {
	own := d.data.Of(d.Actor.OrganisationID)
	text := own.Read(ind, p).Text(ind)
	if text == "" {
		text = "aucun chiffre validé"
	}
	return "votre structure, " + p.PeriodCode + "\u00a0: " + text
}
