package server

import (
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"copil/internal/access"
	"copil/internal/chart"
	"copil/internal/collect"
	"copil/internal/convention"
	"copil/internal/fault"
	"copil/internal/french"
	"copil/internal/indicator"
	"copil/internal/pg"
	"copil/internal/site"
	"copil/templates/indicators"
	"copil/templates/submissions"
	"copil/templates/ui"
)

func (s *server) indicatorIndex(r *Request) (Reply, error) {
	b := r.Tx.Batch()
	inds, axes := convention.Indicators(b, r.Today), convention.Axes(b)
	read := r.queueData(b, indicator.Facts(b, nil, indicator.Breakdown{Rows: true, Columns: true}))
	if err := b.Send(r.Context()); err != nil {
		return Reply{}, err
	}
	d := read()
	v := indicators.IndexView{Own: r.Actor.Role == access.Structure, Note: "L’annexe annoncée par l’article 5 n’est pas dans le document source : ces indicateurs sont une proposition, avec leur définition et leur article."}
	current := lastOpen(d.Periods, r.Today)
	var before convention.Period
	if current != nil {
		v.Period = current.PeriodCode
		var found bool
		if before, found = d.Before(*current); found {
			v.Before = before.PeriodCode
		}
	}
	groups := map[int]*indicators.Group{}
	var order []int
	for _, ind := range inds.All {
		row := indicators.Row{Indicator: ind, Href: r.Path("indicateurs", ind.IndicatorCode), Target: targetText(ind)}
		if ind.Status != "active" {
			v.Library = append(v.Library, row)
			continue
		}
		if current != nil {
			s.indicatorValues(r, d, ind, *current, before, &row)
		}
		axis := axisNo(ind)
		if groups[axis] == nil {
			groups[axis] = &indicators.Group{Title: axisTitle(axes.All, axis)}
			order = append(order, axis)
		}
		groups[axis].Rows = append(groups[axis].Rows, row)
	}
	for _, axis := range order {
		v.Groups = append(v.Groups, *groups[axis])
	}
	return page("Indicateurs", r.crumbs(), indicators.Index(v)), nil
}

// queueData queues what readings are computed from; what it returns assembles
// them once the batch has been sent.
func (r *Request) queueData(b *pg.Batch, facts *pg.Rows[indicator.Fact]) func() indicator.Data {
	periods, measures := convention.Periods(b), convention.Measures(b, r.Today)
	expected, states := indicator.Expectations(b), site.CountStates(b)
	return func() indicator.Data {
		return indicator.Data{Periods: periods.All, Measures: measures.All, Expectations: expected.All, Facts: facts.All,
			Computed: indicator.Compute(periods.All, states.All, r.Today)}
	}
}

func axisNo(ind convention.Indicator) int {
	if ind.AxisNo == nil {
		return 0
	}
	return *ind.AxisNo
}

func axisTitle(axes []convention.Axis, no int) string {
	for _, a := range axes {
		if a.AxisNo == no {
			return "Axe " + french.Int(no) + " – " + a.ShortLabel
		}
	}
	return "Gouvernance"
}

// indicatorValues fills a row's values as the role may see them.
func (s *server) indicatorValues(r *Request, d indicator.Data, ind convention.Indicator, current, before convention.Period, row *indicators.Row) {
	now := d.Read(ind, current)
	row.Value, row.Masked = now.Text(ind), r.masked(d, ind, current)
	if before.PeriodCode != "" {
		row.Before = d.Read(ind, before).Text(ind)
		row.Masked = row.Masked || r.masked(d, ind, before)
	}
	if d.Collected(ind) {
		row.Coverage = now.Coverage.Text()
	}
	if r.Actor.Role == access.Structure {
		row.Own = d.Of(r.Actor.OrganisationID).Read(ind, current).Text(ind)
	}
}

// masked reports whether a total must be hidden from the actor, who may not see
// the parts it is made of.
func (r *Request) masked(d indicator.Data, ind convention.Indicator, p convention.Period) bool {
	if r.Actor.SeesAll() || !d.Collected(ind) {
		return false
	}
	for _, terms := range [][]convention.Term{ind.Formula.Numerator, ind.Formula.Denominator} {
		if indicator.Masked(d.Contributions(terms, p, r.Actor.OrganisationID)) {
			return true
		}
	}
	return false
}

func targetText(ind convention.Indicator) string {
	switch {
	case ind.Target != nil:
		return indicator.Text(ind, *ind.Target)
	case ind.TargetSource != "":
		return ind.TargetSource
	}
	return "à fixer par le COPIL"
}

func (s *server) indicatorShow(r *Request) (Reply, error) {
	code := r.Param("code")
	b := r.Tx.Batch()
	found, axes, conv := convention.IndicatorByCode(b, code, r.Today), convention.Axes(b), convention.Get(b)
	items, sites := convention.Items(b), site.List(b, r.Today)
	read := r.queueData(b, indicator.Facts(b, []string{code}, indicator.Breakdown{Rows: true, Columns: true}))
	if err := b.Send(r.Context()); err != nil {
		return Reply{}, err
	}
	ind, err := found.One()
	if err != nil {
		return Reply{}, fault.New(fault.NotFound, pg.NoSuchRecord)
	}
	c, err := conv.One()
	if err != nil {
		return Reply{}, err
	}
	d := read()
	v := indicators.ShowView{Indicator: ind, Own: r.Actor.Role == access.Structure, Axis: axisTitle(axes.All, axisNo(ind)), Target: targetText(ind),
		Ratio: len(ind.Formula.Denominator) > 0 && r.Actor.SeesAll(), Formula: formulaText(d.Measures, items.All, ind.Formula)}
	for _, base := range ind.Baselines {
		v.Baselines = append(v.Baselines, baselineText(base))
	}
	for _, p := range d.Periods {
		v.Series = append(v.Series, s.indicatorValue(r, d, ind, p))
	}
	s.indicatorCharts(r, d, ind, c, &v)
	s.indicatorDetail(r, d, ind, items.All, sites.All, &v)
	return page(ind.IndicatorCode, r.crumbs(ui.Link{Label: "Indicateurs", Href: r.Path("indicateurs")}), indicators.Show(v)), nil
}

func (s *server) indicatorValue(r *Request, d indicator.Data, ind convention.Indicator, p convention.Period) indicators.Value {
	reading := d.Read(ind, p)
	x := indicators.Value{Period: p.Label, Value: reading.Text(ind), Provisional: reading.Provisional, Ahead: p.StateOn(r.Today) == convention.PeriodClosed}
	if x.Ahead {
		x.Value = ""
		return x
	}
	x.Masked = r.masked(d, ind, p)
	if r.Actor.Role == access.Structure {
		x.Own = d.Of(r.Actor.OrganisationID).Read(ind, p).Text(ind)
	}
	if len(ind.Formula.Denominator) > 0 && reading.Known && r.Actor.SeesAll() {
		x.Numerator, x.Denominator = french.Decimal(reading.Numerator, 0), french.Decimal(reading.Denominator, 0)
	}
	if !d.Collected(ind) {
		return x
	}
	x.Coverage = reading.Coverage.Text()
	if c, ok := d.Constant(ind, p); ok && len(ind.Formula.Denominator) == 0 && r.Actor.SeesAll() && c.Structures < reading.Coverage.StructuresExpected {
		x.Constant = indicator.Text(ind, c.Before) + " → " + indicator.Text(ind, c.Now) + " sur " + french.Plural(c.Structures, "structure", "structures")
	}
	return x
}

func baselineText(b convention.Baseline) string {
	text := french.Decimal(b.Minimum, 0)
	if !b.Maximum.Equal(b.Minimum) {
		text += " à " + french.Decimal(b.Maximum, 0)
	}
	if b.At() != "" {
		text += " (" + b.At() + ")"
	}
	return text + ". " + b.Note
}

// formulaText says in words how an indicator is computed.
func formulaText(measures []convention.Measure, items []convention.Item, f convention.Formula) string {
	if f.Computed != "" {
		return "Compté par Copil."
	}
	text := termsText(measures, items, f.Numerator)
	if len(f.Denominator) > 0 {
		text += ", rapporté à : " + termsText(measures, items, f.Denominator) + ". Les numérateurs et les dénominateurs sont additionnés, puis divisés."
	}
	return text
}

func termsText(measures []convention.Measure, items []convention.Item, terms []convention.Term) string {
	var parts []string
	for _, t := range terms {
		i := slices.IndexFunc(measures, func(m convention.Measure) bool { return m.MeasureCode == t.Measure })
		if i < 0 {
			continue
		}
		part := measures[i].Label
		var only []string
		for _, code := range slices.Concat(t.Rows, t.Columns) {
			for _, item := range items {
				if item.ItemCode == code && (equal(measures[i].RowList, item.ListCode) || equal(measures[i].ColumnList, item.ListCode)) {
					only = append(only, item.Label)
				}
			}
		}
		if len(only) > 0 {
			part += " (" + strings.Join(only, ", ") + ")"
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, " + ")
}

func equal(list *string, code string) bool { return list != nil && *list == code }

// indicatorCharts draws the indicator: its way to the target, its stock, or its
// value period by period. Who may not see the total sees their own.
func (s *server) indicatorCharts(r *Request, d indicator.Data, ind convention.Indicator, c convention.Convention, v *indicators.ShowView) {
	if ind.Formula.Computed != "" {
		return
	}
	whose := ""
	if r.Actor.Role == access.Structure {
		d, whose = d.Of(r.Actor.OrganisationID), ", votre structure"
		ind.Target, ind.Baselines = nil, nil
	} else if r.Actor.Role == access.Reader && slices.ContainsFunc(d.Periods, func(p convention.Period) bool { return r.masked(d, ind, p) }) {
		return
	}
	var svg string
	switch {
	case ind.Headline == convention.Progress || ind.AcrossPeriods == "cumulative":
		svg = chart.Responsive("courbe", d.Trajectory(ind, r.Today, c.EndsOn).Scene)
	case len(ind.Formula.Denominator) > 0:
		return // a share reads better in the table
	case ind.AcrossPeriods == "last":
		svg = chart.Responsive("courbe", d.Stock(ind, r.Today).Scene)
	default:
		svg = chart.Responsive("courbe", d.Bars(ind, r.Today).Scene)
	}
	v.Charts = append(v.Charts, ui.Chart{SVG: svg, Caption: ind.Label + whose + " (" + ind.Unit + "), saisies validées."})
}

// indicatorDetail breaks the chosen period down and traces it, for who sees all
// or for one's own structure.
func (s *server) indicatorDetail(r *Request, d indicator.Data, ind convention.Indicator, items []convention.Item, sites []site.Listed, v *indicators.ShowView) {
	current := lastOpen(d.Periods, r.Today)
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
	v.Breakdowns = s.indicatorBreakdowns(d, ind, *current, items, names)
	v.Trace = s.indicatorTrace(r, d, ind, *current, names)
}

func (s *server) indicatorBreakdowns(d indicator.Data, ind convention.Indicator, p convention.Period, items []convention.Item, sites map[uuid.UUID]string) []indicators.Breakdown {
	if len(ind.Formula.Denominator) > 0 || len(ind.Formula.Numerator) == 0 {
		return nil
	}
	var list []indicators.Breakdown
	add := func(first, what string, order []string, key func(indicator.Fact) string) {
		b := indicators.Breakdown{Caption: ind.Label + " " + what + ", " + p.PeriodCode, First: first}
		sums := d.By(ind.Formula.Numerator, p, key)
		if order == nil {
			order = sortedKeys(sums)
		}
		for _, label := range order {
			if n, declared := sums[label]; declared {
				b.Rows = append(b.Rows, indicators.Part{Label: label, Value: indicator.Text(ind, n)})
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
			add("Détail", "par catégorie", labels(items, *m.RowList), func(f indicator.Fact) string { return itemLabel(items, *m.RowList, f.RowItem) })
		}
		if m.ColumnList != nil {
			add("Détail", "par répartition", labels(items, *m.ColumnList), func(f indicator.Fact) string { return itemLabel(items, *m.ColumnList, f.ColumnItem) })
		}
	}
	if d.Collected(ind) {
		types := map[uuid.UUID]string{}
		for _, e := range d.Expectations {
			types[e.OrganisationID] = e.OperatorType
		}
		add("Type d’opérateur", "par type d’opérateur", nil, func(f indicator.Fact) string { return types[f.OrganisationID] })
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
	sums := map[place]decimal.Decimal{}
	for _, f := range d.Facts {
		if f.PeriodCode == p.PeriodCode && f.Known && slices.ContainsFunc(ind.Formula.Numerator, func(t convention.Term) bool { return t.Reads(f.MeasureCode, f.RowItem, f.ColumnItem) }) {
			sums[at(f.OrganisationID, f.SiteID)] = sums[at(f.OrganisationID, f.SiteID)].Add(f.Number)
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
		if declared {
			t.Value = numeratorText(ind, n)
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
