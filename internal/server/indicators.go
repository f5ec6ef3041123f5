package server

import (
	"fmt"
	"slices"
	"strings"

	"copil/internal/access"
	"copil/internal/convention"
	"copil/internal/fault"
	"copil/internal/french"
	"copil/internal/indicator"
	"copil/internal/pg"
	"copil/internal/site"
	"copil/templates/indicators"
	"copil/templates/ui"
)

func (s *server) indicatorIndex(r *Request) (Reply, error) {
	b := r.Tx.Batch()
	inds, axes, conv := convention.Indicators(b, r.Today), convention.Axes(b), convention.Get(b)
	read := r.queueData(b, indicator.Facts(b, nil, indicator.Breakdown{Rows: true, Columns: true}))
	if err := b.Send(r.Context()); err != nil {
		return Reply{}, err
	}
	all := read()
	d, current := r.shown(all)
	v := indicators.IndexView{Own: r.Actor.Role == access.Structure, Withheld: current == nil && !r.Actor.SeesAll()}
	if c, err := conv.One(); err == nil {
		v.Note = proposal(c)
	}
	var before convention.Period
	if current != nil {
		v.Period = current.PeriodCode
		var found bool
		if before, found = d.Before(*current); found {
			v.Before = before.PeriodCode
		}
	}
	v.Note = strings.TrimSpace(v.Note + " " + lacking(inds.All, r.Actor.Words))
	groups := map[int]*indicators.Group{}
	var order []int
	for _, ind := range inds.All {
		row := indicators.Row{Indicator: ind, Href: r.Path("indicateurs", ind.IndicatorCode), Target: targetText(ind, r.Actor.Words)}
		if ind.Status != "active" {
			v.Library = append(v.Library, row)
			continue
		}
		if v.Own {
			row.Own = r.ownValue(all, ind)
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

// proposal says that the indicators are ours where the act announces an annex
// that its source does not hold.
func proposal(c convention.Convention) string {
	if c.Act.Annex == nil || !c.Act.Annex.Missing {
		return ""
	}
	return fmt.Sprintf("L’annexe annoncée par l’article %d n’est pas dans le document source : ces indicateurs sont une proposition, avec leur définition et leur article.", c.Act.Annex.ArticleNo)
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
	row.Value, row.Masked = r.total(d, ind, now), r.masked(d, ind, current)
	if before.PeriodCode != "" {
		row.Before = r.total(d, ind, d.Read(ind, before))
		row.Masked = row.Masked || r.masked(d, ind, before)
	}
	if d.Collected(ind) {
		row.Coverage = now.Coverage.Text()
	}
}

// ownValue is a structure's own value for the last period opened; an indicator
// that structures do not declare has none.
func (r *Request) ownValue(all indicator.Data, ind convention.Indicator) ui.Reading {
	last := lastCollected(all.Periods, r.Today, completeIn(all.Of(r.Actor.OrganisationID)))
	if last == nil || !all.Collected(ind) {
		return ui.Reading{Text: "sans objet"}
	}
	own := all.Of(r.Actor.OrganisationID)
	return figure(own, ind, own.Read(ind, *last))
}

// figure writes a reading by the one rule of every page: what is validated, else
// that it is entered without being so, else that nobody gave it.
func figure(d indicator.Data, ind convention.Indicator, reading indicator.Reading) ui.Reading {
	if reading.Known {
		return ui.Reading{Text: reading.Text(ind)}
	}
	states := d.Waiting(ind, reading.Period)
	f := ui.Reading{Entered: len(states) > 0}
	if len(states) == 1 {
		f.State = strings.ToLower(stateLabel(states[0]))
	}
	return f
}

// total is a figure of everybody's: who does not see the parts is not told what
// waits.
func (r *Request) total(d indicator.Data, ind convention.Indicator, reading indicator.Reading) ui.Reading {
	if !r.Actor.SeesAll() {
		return ui.Reading{Text: reading.Text(ind)}
	}
	return figure(d, ind, reading)
}

// masked reports whether a total must be hidden from the actor, who may not see
// the parts it is made of.
func (r *Request) masked(d indicator.Data, ind convention.Indicator, p convention.Period) bool {
	if r.Actor.SeesAll() || !d.Collected(ind) {
		return false
	}
	for _, terms := range [][]convention.Term{ind.Formula.Numerator, ind.Formula.Denominator} {
		if d.Hidden(terms, p, r.Actor.OrganisationID) {
			return true
		}
	}
	return false
}

func targetText(ind convention.Indicator, words access.Words) string {
	switch {
	case ind.Target != nil:
		return indicator.Text(ind, *ind.Target)
	case ind.TargetSource != "":
		return ind.TargetSource
	case ind.Direction == "context":
		return "sans cible (donnée de contexte)"
	}
	return "à fixer par " + words.TheCommittee()
}

// lacking says how many indicators wait for a target.
func lacking(inds []convention.Indicator, words access.Words) string {
	n := 0
	for _, ind := range inds {
		if ind.LacksTarget() {
			n++
		}
	}
	if n == 0 {
		return ""
	}
	return french.Plural(n, "indicateur actif sans cible", "indicateurs actifs sans cible") + "\u00a0: à fixer par " + words.TheCommittee() + "."
}

func (s *server) indicatorShow(r *Request) (Reply, error) {
	code := r.Param("code")
	b := r.Tx.Batch()
	found, axes, conv := convention.IndicatorByCode(b, code, r.Today), convention.Axes(b), convention.Get(b)
	items, lists, sites := convention.Items(b), convention.Lists(b), site.List(b, r.Today)
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
	if asked := r.URL.Query().Get("periode"); asked != "" && !slices.ContainsFunc(d.Periods, func(p convention.Period) bool { return p.PeriodCode == asked }) {
		return Reply{}, fault.New(fault.NotFound, "Cette convention n’a pas de période «\u00a0%s\u00a0».", asked)
	}
	v := indicators.ShowView{Indicator: ind, Own: r.Actor.Role == access.Structure, Axis: axisTitle(axes.All, axisNo(ind)), Target: targetText(ind, r.Actor.Words),
		Ratio: len(ind.Formula.Denominator) > 0 && r.Actor.SeesAll(), Formula: formulaText(d.Measures, items.All, ind.Formula)}
	for _, base := range ind.Baselines {
		v.Baselines = append(v.Baselines, baselineText(base))
	}
	for _, p := range d.Periods {
		v.Series = append(v.Series, s.indicatorValue(r, d, ind, p))
	}
	s.indicatorCharts(r, d, ind, c, &v)
	v.Proposal = proposal(c)
	s.indicatorDetail(r, d, ind, items.All, lists.All, sites.All, &v)
	return page(ind.IndicatorCode, r.crumbs(ui.Link{Label: "Indicateurs", Href: r.Path("indicateurs")}), indicators.Show(v)), nil
}

func (s *server) indicatorValue(r *Request, d indicator.Data, ind convention.Indicator, p convention.Period) indicators.Value {
	own := d
	if !r.Actor.SeesAll() {
		d = d.Published() // a cumul must not carry over what nobody has published
	}
	reading := d.Read(ind, p)
	x := indicators.Value{Period: p.Label, Value: r.total(d, ind, reading), Provisional: reading.Provisional, Ahead: p.StateOn(r.Today) == convention.PeriodClosed}
	if x.Ahead {
		return x
	}
	if r.Actor.Role == access.Structure && d.Collected(ind) {
		own = own.Of(r.Actor.OrganisationID)
		x.Own = figure(own, ind, own.Read(ind, p))
	}
	if x.Withheld = !r.Actor.SeesAll() && p.ValidatedOn == nil && d.Collected(ind); x.Withheld {
		return x
	}
	x.Masked = r.masked(d, ind, p)
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
		text += ", rapporté à\u00a0: " + termsText(measures, items, f.Denominator) + ". Les numérateurs et les dénominateurs sont additionnés, puis divisés."
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
