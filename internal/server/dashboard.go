package server

import (
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/chart"
	"copil/internal/collect"
	"copil/internal/convention"
	"copil/internal/french"
	"copil/internal/governance"
	"copil/internal/indicator"
	"copil/internal/pg"
	"copil/internal/site"
	"copil/templates/dashboards"
	"copil/templates/sites"
	"copil/templates/ui"
)

// board is what a dashboard is made from.
type board struct {
	*Request
	convention convention.Convention
	axes       []convention.Axis
	indicators []convention.Indicator
	items      []convention.Item
	sites      []site.Listed
	data       indicator.Data       // active indicators and headline measures
	current    *convention.Period   // the last one opened
	totals     indicator.Data       // what the actor may see of everybody's
	shown      *convention.Period   // the last one of these totals
	all        []collect.Submission // of every period
	collected  []collect.Submission // of those that are being collected
	decisions  []collect.Correction // that wait for one
	sums       []collect.Sum
	purse      purse
	followed   followed // nothing for who does not see all
}

func (s *server) dashboard(r *Request) (Reply, error) {
	b := r.Tx.Batch()
	conv, axes, inds, items := convention.Get(b), convention.Axes(b), convention.Indicators(b, r.Today), convention.Items(b)
	found := site.List(b, r.Today)
	waiting := collect.Corrections(b, collect.CorrectionFilter{State: collect.Proposed})
	submissionRows, sums := collect.List(b, collect.Filter{}), &pg.Rows[collect.Sum]{}
	met, ruled := &pg.Rows[governance.Meeting]{}, &pg.Rows[governance.Decision]{}
	if r.Actor.SeesAll() {
		sums = collect.Sums(b, collect.Filter{})
		met, ruled = governance.Meetings(b), governance.Decisions(b)
	}
	money := r.queuePurse(b)
	read := r.queueData(b, indicator.DashboardFacts(b))
	if err := b.Send(r.Context()); err != nil {
		return Reply{}, err
	}
	c, err := conv.One()
	if err != nil {
		return Reply{}, err
	}
	d := &board{Request: r, convention: c, axes: axes.All, indicators: inds.All, items: items.All, sites: found.All, data: read(), sums: sums.All, all: submissionRows.All, decisions: waiting.All, purse: money, followed: followed{met.All, ruled.All}}
	d.current = lastOpen(d.data.Periods, r.Today)
	d.totals, d.shown = r.shown(d.data)
	for _, sub := range submissionRows.All {
		if d.period(sub.PeriodCode).StateOn(r.Today) == convention.PeriodOpen {
			d.collected = append(d.collected, sub)
		}
	}
	return page("Tableau de bord", nil, dashboards.Show(d.view())), nil
}

func (d *board) view() dashboards.View {
	v := dashboards.View{Title: d.convention.Name, Lead: d.situation(), ToDoName: "À faire"}
	v.ToDo = d.tasks()
	if d.current == nil {
		v.Empty = "Aucune période n’est encore ouverte à la collecte."
		return v
	}
	if d.Actor.Role == access.Structure {
		v.Nothing = "Rien à faire\u00a0: aucun chiffre n’est attendu de vous pour le moment. " + french.Capital(d.Actor.Words.TheMission()) + " ouvrira la prochaine période."
		d.ownFigures(&v)
	} else if d.Actor.SeesAll() {
		v.Nothing = "Rien à faire\u00a0: aucune saisie n’attend de vous une correction ou une validation."
		if !d.Actor.Can(access.FigureWrite) && !d.Actor.Can(access.FigureValidate) {
			v.Nothing = "Rien ne vous est demandé dans Copil."
		}
	}
	if d.shown == nil {
		return v
	}
	switch d.Actor.Role {
	case access.Structure:
		v.AxesTitle, v.AxesNote = "Ensemble des structures", "Totaux de toutes les structures, "+d.shown.Label+", dernier bilan validé. Un total qui révélerait les chiffres d’une structure est masqué."
	case access.Reader:
		v.AxesTitle, v.AxesNote = "Chiffres par axe", d.shown.Label+", dernier bilan validé. Un total qui révélerait les chiffres d’une structure est masqué."
		d.headlines(&v)
	default:
		d.headlines(&v)
		v.Charts = d.charts(d.totals, *d.shown, "")
		v.Sites = d.siteTable()
	}
	v.Axes = d.axisFigures()
	return v
}

// situation says where the convention stands in time.
func (d *board) situation() string {
	days := int(d.convention.EndsOn.Sub(d.Today) / (24 * time.Hour))
	text := "Situation au " + french.Date(d.Today) + "\u00a0: "
	switch {
	case d.Today.Before(d.convention.StartsOn):
		return text + "la convention commence le " + french.Date(d.convention.StartsOn) + "."
	case days < 0:
		return text + "la convention est achevée depuis le " + french.Date(d.convention.EndsOn) + "."
	case days == 0:
		return text + "la convention s’achève aujourd’hui."
	}
	text += "la convention s’achève dans " + french.Plural(days, "jour", "jours")
	if days <= lastYear && d.Actor.SeesAll() && !d.followed.continued() {
		text += "\u00a0; aucune suite décidée"
	}
	return text + "."
}

// headlines are the sentences that answer a chair in ten seconds (product.md §6).
func (d *board) headlines(v *dashboards.View) {
	if ind, ok := indicator.Headline(d.indicators, convention.Progress); ok && !d.masked(d.totals, ind, *d.shown) {
		d.progressLines(ind, v)
	}
	if ind, ok := indicator.Headline(d.indicators, convention.StockFigure); ok && !d.masked(d.totals, ind, *d.shown) {
		v.Lines = append(v.Lines, d.stockLine(ind))
	}
	if line, on := d.collectingLine(); on && d.Actor.SeesAll() {
		v.Lines = append(v.Lines, line)
	}
	for _, of := range []func() (ui.Line, bool){d.toDecideLine, d.toSignLine} {
		if line, waits := of(); waits {
			v.Lines = append(v.Lines, line)
		}
	}
	if line, late := d.lateLine(); late && d.Actor.SeesAll() {
		v.Lines = append(v.Lines, line)
	}
	if line, ok := d.moneyLine(); ok {
		v.Lines = append(v.Lines, line)
	}
	if line, ok := d.siteLine(); ok {
		v.Lines = append(v.Lines, line)
	}
}

func (d *board) progressLines(ind convention.Indicator, v *dashboards.View) {
	series := d.totals.SinceStart(ind)
	i := slices.IndexFunc(series, func(r indicator.Reading) bool { return r.Period.PeriodCode == d.shown.PeriodCode })
	if i < 0 || !series[i].Known {
		return
	}
	now := series[i]
	lead := french.Decimal(now.Value, int32(ind.Places)) + "\u00a0" + ind.Unit
	if now.AtLeast {
		lead = "Au moins " + lead
	}
	text := d.wordsOf(ind, *d.shown)
	if !d.Actor.SeesAll() {
		text = "" // a part may reveal what the whole does not
	}
	href := d.Path("indicateurs", ind.IndicatorCode)
	after := "\u00a0: " + d.countedIn(ind) + french.Date(d.shown.EndsOn)
	if now.Provisional {
		after += ", provisoire" + d.lastValidated(series[:i])
	}
	if ind.Target == nil {
		v.Lines = append(v.Lines, ui.Line{Lead: lead, Text: text + ", cible à fixer par " + d.Actor.Words.TheCommittee() + after + ".", Href: href})
		return
	}
	var before indicator.Reading
	if i > 0 {
		before = series[i-1]
	}
	p := now.Pace(*ind.Target, before, d.totals.Periods, d.convention.EndsOn)
	share := french.Percent(p.Share, 1)
	v.Lines = append(v.Lines, ui.Line{Lead: lead, Text: text + " sur " + indicator.Text(ind, *ind.Target) + ", soit " + share + after + ".", Href: href})
	v.Progress = &ui.Progress{Label: ind.Label, Value: now.Value.InexactFloat64(), Target: ind.Target.InexactFloat64(),
		Text: now.Text(ind) + " sur " + indicator.Text(ind, *ind.Target) + ", soit " + now.Reserved(share), Hint: progressHint(now)}
	if !d.Actor.SeesAll() {
		return // nor is what one period brought tested
	}
	last, each := d.shown.Rhythm()
	line := ui.Line{Lead: french.SignedDecimal(p.Gained, int32(ind.Places)) + " " + last, Text: "."}
	if p.Periods > 0 {
		line.Text = "\u00a0; il en faudrait " + indicator.Text(ind, p.Needed) + " " + each + "."
	}
	v.Lines = append(v.Lines, line)
}

// progressHint says what a progress is worth that is not final.
func progressHint(r indicator.Reading) string {
	var parts []string
	if r.AtLeast {
		parts = append(parts, "«\u00a0Au moins\u00a0»\u00a0: une structure sans saisie validée n’est comptée que pour son dernier cumul, s’il y en a un\u00a0; la part est donc un minimum, le rythme nécessaire un maximum.")
	}
	if r.Provisional {
		parts = append(parts, "«\u00a0Provisoire\u00a0»\u00a0: le bilan de la période n’est pas validé.")
	}
	return strings.Join(parts, " ")
}

// wordsOf names the parts of a total: « créés (88) ou consolidés (128) ».
func (d *board) wordsOf(ind convention.Indicator, p convention.Period) string {
	parts := d.totals.PartsOf(ind, p)
	var words []string
	for i, t := range ind.Formula.Numerator {
		switch {
		case t.Word == "":
			continue
		case len(parts) > 1:
			words = append(words, t.Word+" ("+indicator.Text(ind, parts[i].Value)+")")
		default:
			words = append(words, t.Word)
		}
	}
	if len(words) == 0 {
		return ""
	}
	return " " + strings.Join(words, " ou ")
}

// countedIn names what is counted when the measures' unit says more than the
// indicator's: « postes, ».
func (d *board) countedIn(ind convention.Indicator) string {
	for _, m := range d.totals.Measures {
		if m.MeasureCode == ind.Formula.Numerator[0].Measure && m.Unit != ind.Unit {
			return m.Unit + ", "
		}
	}
	return ""
}

func (d *board) lastValidated(series []indicator.Reading) string {
	for _, r := range slices.Backward(series) {
		if r.Known && !r.Provisional {
			return "\u00a0; validé au " + french.Date(r.Period.EndsOn) + "\u00a0: " + french.Decimal(r.Value, 0)
		}
	}
	return ""
}

func (d *board) stockLine(ind convention.Indicator) ui.Line {
	now := d.totals.Read(ind, *d.shown)
	line := ui.Line{Lead: stock(ind, now), Text: ", " + now.Coverage.StructuresText(), Href: d.Path("indicateurs", ind.IndicatorCode)}
	if c, ok := d.totals.Constant(ind, *d.shown); ok && !now.Coverage.Complete() && d.Actor.SeesAll() {
		line.Text += " (" + french.SignedDecimal(c.Change(), int32(ind.Places)) + " à périmètre constant)"
	}
	for _, b := range ind.Baselines {
		if b.Year > 0 {
			line.Text += "\u00a0; repère " + b.At() + ", autre champ\u00a0: " + french.Decimal(b.Minimum, 0)
			if !b.Maximum.Equal(b.Minimum) {
				line.Text += " à " + french.Decimal(b.Maximum, 0)
			}
			break
		}
	}
	line.Text += "."
	return line
}

// siteLine counts the sites by state, and the regional figures that an authority
// declares by stage.
func (d *board) siteLine() (ui.Line, bool) {
	counts := strings.TrimSuffix(countStates(d.sites), ".")
	if counts == "" {
		return ui.Line{}, false
	}
	line := ui.Line{Lead: "Sites", Text: "\u00a0: " + counts, Href: d.Path("sites")}
	for _, m := range d.totals.Measures {
		if m.Headline == "" || m.RowList == nil || slices.Contains(m.EnteredBy, "structure") || m.Source == convention.FromPosts {
			continue
		}
		by := d.totals.By([]convention.Term{{Measure: m.MeasureCode}}, *d.shown, func(f indicator.Fact) string { return f.RowItem })
		var parts []string
		for _, item := range itemsOf(d.items, m.RowList) {
			if n, known := by[item.ItemCode]; known {
				parts = append(parts, french.Decimal(n, int32(m.Places))+" "+strings.ToLower(item.Label))
			}
		}
		if len(parts) > 0 {
			line.Text += "\u00a0; " + lowerFirst(m.Headline) + "\u00a0: " + strings.Join(parts, ", ")
		}
	}
	line.Text += "."
	return line, true
}

// charts draws the way to the target and the stock, never on one axis.
func (d *board) charts(data indicator.Data, upTo convention.Period, whose string) []ui.Chart {
	var list []ui.Chart
	if ind, ok := indicator.Headline(d.indicators, convention.Progress); ok {
		if whose != "" {
			ind.Target = nil
		}
		list = append(list, ui.Chart{SVG: chart.Responsive("trajectoire", data.Trajectory(ind, upTo, d.convention.EndsOn).Scene), Title: ind.Label + whose,
			Caption: ind.Doctrine, Data: dashboards.Series(seriesRows(data, ind, data.SinceStart(ind), d.Today), ind.Label+whose)})
	}
	if ind, ok := indicator.Headline(d.indicators, convention.StockFigure); ok {
		if whose != "" {
			ind.Baselines = nil
		}
		list = append(list, ui.Chart{SVG: chart.Responsive("stock", data.Stock(ind, upTo).Scene), Title: ind.Label + whose,
			Caption: ind.Doctrine, Data: dashboards.Series(seriesRows(data, ind, data.Series(ind), d.Today), ind.Label+whose)})
	}
	return list
}

func seriesRows(d indicator.Data, ind convention.Indicator, series []indicator.Reading, today time.Time) []dashboards.SeriesRow {
	var rows []dashboards.SeriesRow
	for _, r := range series {
		if r.Period.StateOn(today) != convention.PeriodClosed {
			rows = append(rows, dashboards.SeriesRow{Period: r.Period.Label, Value: figure(d, ind, r), Coverage: r.Coverage.Text()})
		}
	}
	return rows
}

func (d *board) siteTable() *sites.IndexView {
	measures := headline(d.data.Measures)
	return &sites.IndexView{Brief: true, Sites: d.sites, Measures: measures, Period: lowerFirst(d.shown.Label),
		Figures: siteFigures(d.all, d.sums, measures, d.shown.PeriodCode),
		Href:    func(id uuid.UUID) string { return d.Path("sites", id) }}
}
