package server

import (
	"net/url"
	"strings"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"copil/internal/access"
	"copil/internal/chart"
	"copil/internal/collect"
	"copil/internal/convention"
	"copil/internal/french"
	"copil/internal/indicator"
	"copil/internal/site"
	"copil/templates/indicators"
	"copil/templates/submissions"
	"copil/templates/ui"
)

// indicatorCharts draws the indicator: its way to the target, its stock, or its
// value period by period. Who may not see the total sees their own.
func (s *server) indicatorCharts(r *Request, d indicator.Data, ind convention.Indicator, c convention.Convention, v *indicators.ShowView) {
	current := lastCollected(d.Periods, r.Today, completeIn(d))
	if ind.Formula.Computed != "" || current == nil {
		return
	}
	whose := ""
	if r.Actor.Role == access.Structure {
		d, whose = d.Of(r.Actor.OrganisationID), ", votre structure"
		ind.Target, ind.Baselines = nil, nil
	} else if !r.Actor.SeesAll() {
		return // a drawing tells parts and differences that no mask tests
	}
	var svg string
	switch {
	case ind.Headline == convention.Progress || ind.AcrossPeriods == "cumulative":
		svg = chart.Responsive("courbe", d.Trajectory(ind, *current, c.EndsOn).Scene)
	case len(ind.Formula.Denominator) > 0:
		return // a share reads better in the table
	case ind.AcrossPeriods == "last":
		svg = chart.Responsive("courbe", d.Stock(ind, *current).Scene)
	default:
		svg = chart.Responsive("courbe", d.Bars(ind, *current).Scene)
	}
	v.Charts = append(v.Charts, ui.Chart{SVG: svg, Caption: ind.Label + whose + " (" + ind.Unit + "), saisies validées."})
}

// indicatorDetail breaks the chosen period down and traces it, for who sees all
// or for one's own structure.
func (s *server) indicatorDetail(r *Request, d indicator.Data, ind convention.Indicator, items []convention.Item, lists []convention.List, sites []site.Listed, v *indicators.ShowView) {
	current := lastCollected(d.Periods, r.Today, completeIn(d))
	if current == nil || r.Actor.Role == access.Reader || ind.Formula.Computed != "" {
		return
	}
	if r.Actor.Role == access.Structure {
		d = d.Of(r.Actor.OrganisationID)
	}
	for _, p := range d.Periods {
		if p.StateOn(r.Today) == convention.PeriodClosed {
			continue
		}
		if p.PeriodCode == r.URL.Query().Get("periode") {
			current = &p
		}
		v.Periods = append(v.Periods, ui.NavItem{Label: p.PeriodCode, Href: r.Path("indicateurs", ind.IndicatorCode) + "?periode=" + p.PeriodCode})
	}
	v.Period = current.PeriodCode
	for i := range v.Periods {
		v.Periods[i].Current = v.Periods[i].Label == v.Period
	}
	names := map[uuid.UUID]string{}
	for _, st := range sites {
		names[st.SiteID] = st.Code + " – " + st.Name
	}
	listNames := map[string]string{}
	for _, l := range lists {
		listNames[l.ListCode] = l.Label
	}
	v.Breakdowns = s.indicatorBreakdowns(d, ind, *current, items, listNames, names)
	if text := d.OfWhichText(ind, *current); text != "" {
		v.OfWhich = "Au " + french.Date(current.EndsOn) + "\u00a0: " + text + "."
	}
	v.Trace = s.indicatorTrace(r, d, ind, *current, names)
}

func (s *server) indicatorBreakdowns(d indicator.Data, ind convention.Indicator, p convention.Period, items []convention.Item, listNames map[string]string, sites map[uuid.UUID]string) []indicators.Breakdown {
	if len(ind.Formula.Denominator) > 0 || len(ind.Formula.Numerator) == 0 {
		return nil
	}
	var list []indicators.Breakdown
	notes, partial := map[string]string{}, map[string]bool{}
	add := func(first, what string, order []string, key func(indicator.Fact) string) {
		b := indicators.Breakdown{Caption: ind.Label + " " + what + ", " + p.PeriodCode, First: first}
		sums, least := d.By(ind.Formula.Numerator, p, key), d.Least(ind.Formula.Numerator, p, key)
		if order == nil {
			order = sortedKeys(sums)
		}
		for _, label := range order {
			if n, declared := sums[label]; declared {
				part := indicator.Reading{Known: true, Value: n, AtLeast: least[label]}
				b.Rows = append(b.Rows, indicators.Part{Label: label, Value: part.Text(ind), Note: notes[label], Partial: partial[label]})
			}
		}
		if len(b.Rows) > 1 {
			list = append(list, b)
		}
	}
	first := ind.Formula.Numerator[0].Measure
	for _, m := range d.Measures {
		if m.MeasureCode != first {
			continue
		}
		if m.RowList != nil {
			for _, item := range itemsOf(items, m.RowList) {
				notes[item.Label] = item.Note
			}
			add(listNames[*m.RowList], "par "+strings.ToLower(listNames[*m.RowList]), labels(items, *m.RowList), func(f indicator.Fact) string { return itemLabel(items, *m.RowList, f.RowItem) })
		}
		if m.ColumnList != nil {
			add(listNames[*m.ColumnList], "par "+strings.ToLower(listNames[*m.ColumnList]), labels(items, *m.ColumnList), func(f indicator.Fact) string { return itemLabel(items, *m.ColumnList, f.ColumnItem) })
		}
	}
	if d.Collected(ind) {
		types := map[uuid.UUID]string{}
		for _, e := range d.Expectations {
			types[e.OrganisationID] = e.OperatorType
		}
		add("Type d’opérateur", "par type d’opérateur", nil, func(f indicator.Fact) string { return types[f.OrganisationID] })
	}
	for id, done := range d.PartialSites(p.PeriodCode) {
		partial[sites[id]] = done
	}
	add("Lieu", "par site", nil, func(f indicator.Fact) string {
		if f.SiteID == nil {
			return "Hors site"
		}
		return sites[*f.SiteID]
	})
	return list
}

func itemLabel(items []convention.Item, list, code string) string {
	for _, i := range items {
		if i.ListCode == list && i.ItemCode == code {
			return i.Label
		}
	}
	return code
}

// labels lists the labels of a list in its order.
func labels(items []convention.Item, list string) []string {
	found := []string{}
	for _, i := range itemsOf(items, &list) {
		found = append(found, i.Label)
	}
	return found
}

func sortedKeys(sums map[string]decimal.Decimal) []string {
	keys := make([]string, 0, len(sums))
	for k := range sums {
		keys = append(keys, k)
	}
	french.Sort(keys)
	return keys
}

// indicatorTrace lists the submissions behind a figure.
func (s *server) indicatorTrace(r *Request, d indicator.Data, ind convention.Indicator, p convention.Period, sites map[uuid.UUID]string) []indicators.Trace {
	type place struct{ org, site uuid.UUID }
	at := func(org uuid.UUID, siteID *uuid.UUID) place {
		if siteID == nil {
			return place{org: org}
		}
		return place{org, *siteID}
	}
	sums, carried := map[place]decimal.Decimal{}, map[place]string{}
	for _, f := range d.Behind(ind, p) {
		here := at(f.OrganisationID, f.SiteID)
		sums[here] = sums[here].Add(f.Number)
		if f.CarriedTo(p) {
			carried[here] = f.PeriodCode
		}
	}
	var list []indicators.Trace
	for _, e := range d.Expectations {
		n, declared := sums[at(e.OrganisationID, e.SiteID)]
		if e.PeriodCode != p.PeriodCode || (!declared && (!e.Structure || !d.Collected(ind))) {
			continue
		}
		t := indicators.Trace{Organisation: e.Organisation, Place: "Hors site", State: stateLabel(e.State), Kind: submissions.StateKind(collect.State(e.State)),
			Href: r.Path("saisies", p.PeriodCode, e.SubmissionID)}
		if e.SiteID != nil {
			t.Place = sites[*e.SiteID]
		}
		t.Value.Entered = e.Waits(ind)
		if declared {
			t.History = t.Href + "/historique?" + url.Values{submissions.RectifiedField: {ind.Formula.Numerator[0].Measure}}.Encode()
			t.Value.Text = numeratorText(ind, n)
			if from := carried[at(e.OrganisationID, e.SiteID)]; from != "" {
				t.Value.Text += ", repris de " + from
			}
		}
		list = append(list, t)
	}
	return list
}

// numeratorText writes a part of a numerator: of a share it is a count.
func numeratorText(ind convention.Indicator, n decimal.Decimal) string {
	if len(ind.Formula.Denominator) > 0 {
		return french.Decimal(n, 0)
	}
	return indicator.Text(ind, n)
}
