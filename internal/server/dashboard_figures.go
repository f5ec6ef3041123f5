package server

import (
	"strings"

	"copil/internal/access"
	"copil/internal/convention"
	"copil/internal/french"
	"copil/internal/indicator"
	"copil/templates/dashboards"
	"copil/templates/ui"
)

// axisFigures are the active indicators of each axis for the last period shown.
func (d *board) axisFigures() []dashboards.Axis {
	var list []dashboards.Axis
	for _, a := range d.axes {
		axis := dashboards.Axis{Title: axisTitle(d.axes, a.AxisNo), Quoted: strings.TrimSuffix(a.Quoted, ".")}
		for _, ind := range d.indicators {
			if ind.Status == "active" && (ind.Headline == "" || d.Actor.Role == access.Structure) && axisNo(ind) == a.AxisNo {
				axis.Figures = append(axis.Figures, d.keyFigure(ind))
			}
		}
		if len(axis.Figures) > 0 {
			list = append(list, axis)
		}
	}
	return list
}

func (d *board) keyFigure(ind convention.Indicator) ui.KeyFigure {
	r := d.totals.Read(ind, *d.shown)
	f := ui.KeyFigure{Value: indicator.Text(ind, r.Value), Unit: ind.Unit, Label: ind.Label, Doctrine: ind.Doctrine, Href: d.Path("indicateurs", ind.IndicatorCode)}
	if ind.Unit == "%" {
		f.Unit = ""
	}
	f.Text = d.shown.PeriodCode + ", " + standing(r)
	if d.totals.Collected(ind) {
		f.Text += "\u00a0; " + r.Coverage.Text()
	}
	if text := d.totals.OfWhichText(ind, *d.shown); text != "" && d.Actor.SeesAll() {
		_, text, _ = strings.Cut(text, ", ")
		f.Text += "\u00a0; " + text
	}
	if before, ok := d.totals.Before(*d.shown); ok {
		if old := d.totals.Read(ind, before); old.Known && !d.masked(d.totals, ind, before) {
			f.Text += "\u00a0; " + before.PeriodCode + "\u00a0: " + old.Text(ind)
		}
	}
	if d.Actor.Role == access.Structure && d.totals.Collected(ind) {
		f.Text += "\u00a0; " + d.ownAt(ind, *d.shown)
	}
	switch {
	case d.masked(d.totals, ind, *d.shown):
		f.Value, f.Unit, f.Tag, f.Kind = "—", "", "masqué", ui.Absent
		f.Text = d.shown.PeriodCode + "\u00a0: ce total révélerait les chiffres d’une structure."
		if d.Actor.Role == access.Structure {
			f.Text += " " + french.Capital(d.ownAt(ind, *d.shown)) + "."
		}
	case !r.Known:
		withoutFigure(&f, d.total(d.totals, ind, r))
	case r.AtLeast:
		f.Value = "au moins " + f.Value
	}
	return f
}

// standing says whether a reading may still change.
func standing(r indicator.Reading) string {
	if r.Provisional {
		return "provisoire"
	}
	return "validé"
}

// withoutFigure says why a key figure has no number.
func withoutFigure(f *ui.KeyFigure, r ui.Reading) {
	f.Value, f.Unit, f.Tag, f.Kind = "—", "", "non renseigné", ui.Absent
	if r.Entered {
		f.Tag = "non validé"
		if r.State != "" {
			f.Tag += " (" + r.State + ")"
		}
	}
}
