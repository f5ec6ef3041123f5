package server

import (
	"net/url"
	"slices"
	"strconv"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/collect"
	"copil/internal/convention"
	"copil/internal/fault"
	"copil/internal/french"
	"copil/internal/pg"
	"copil/templates/campaigns"
	"copil/templates/submissions"
	"copil/templates/ui"
)

// rowsAPage is how many lines a matrix shows.
const rowsAPage = 50

// own narrows reads of the collecting to what the actor may see: a structure
// sees its own submissions only.
func (r *Request) own() *uuid.UUID {
	if r.Actor.SeesAll() {
		return nil
	}
	return &r.Actor.OrganisationID
}

func (s *server) campaignIndex(r *Request) (Reply, error) {
	q := r.URL.Query()
	b := r.Tx.Batch()
	periods, briefs := convention.Periods(b), collect.Overview(b, collect.Filter{OrganisationID: r.own()})
	var answers *answersRead
	if q.Get(campaigns.ViewField) == campaigns.Indicators {
		answers = r.queueAnswers(b, q.Get(campaigns.PeriodField))
	}
	if err := b.Send(r.Context()); err != nil {
		return Reply{}, err
	}
	v := campaigns.Index{Own: r.own() != nil, Filter: ui.Form{Action: r.Path("saisies"), Values: q, Filter: true}}
	for _, p := range slices.Backward(periods.All) {
		began := p.OpenedOn != nil && !p.OpenedOn.After(r.Today)
		switch {
		case began || r.mayOpen(p) && len(v.Campaigns) > 0: // one that was left out
			v.Campaigns = append(v.Campaigns, r.campaignLine(p, briefs.All))
		case r.mayOpen(p):
			v.Open = ui.Link{Label: "Ouvrir la collecte " + p.PeriodCode, Href: r.Path("saisies", p.PeriodCode, "ouverture")}
		}
	}
	for _, view := range []struct{ label, name string }{{"Par période", ""}, {"Par indicateur", campaigns.Indicators}} {
		href := r.Path("saisies")
		if view.name != "" {
			query := url.Values{campaigns.ViewField: {view.name}}
			if last := lastOpen(periods.All, r.Today); last != nil {
				query.Set(campaigns.PeriodField, last.PeriodCode)
			}
			href += "?" + query.Encode()
		}
		v.Tabs = append(v.Tabs, ui.NavItem{Label: view.label, Href: href, Current: (answers != nil) == (view.name != "")})
	}
	if q.Get(campaigns.SearchField) != "" || q.Get(campaigns.StateField) != "" {
		v.Reset = v.Tabs[0].Href
	}
	if answers != nil {
		answers.matrix(r, periods.All, briefs.All, &v)
	} else {
		r.periodMatrix(periods.All, briefs.All, &v)
	}
	r.cutMatrix(&v)
	return page("Saisies", r.crumbs(), campaigns.List(v)), nil
}

// mayOpen reports whether the collecting of a period can be opened by the actor.
func (r *Request) mayOpen(p convention.Period) bool {
	return r.Actor.Can(access.CampaignWrite) && p.OpenedOn == nil && !p.StartsOn.After(r.Today)
}

func (r *Request) campaignLine(p convention.Period, briefs []collect.Brief) campaigns.Campaign {
	state, kind := r.campaignState(p)
	c := campaigns.Campaign{Label: p.Label, Href: r.Path("saisies", p.PeriodCode), State: state, Kind: kind, Due: shortDate(p.DueOn)}
	for _, sub := range briefs {
		if sub.PeriodCode == p.PeriodCode {
			c.Tally.All++
			c.Tally.HandedIn += count(handedIn(sub.State))
			c.Tally.Validated += count(sub.State == collect.Validated)
			c.Tally.Late += count(late(sub, p, r))
		}
	}
	return c
}

func count(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

func handedIn(s collect.State) bool { return s == collect.Submitted || s == collect.Validated }

// late reports whether figures are awaited after their deadline, also where that
// was noted for good.
func late(sub collect.Brief, p convention.Period, r *Request) bool {
	return sub.State == collect.Unreturned || sub.Late(p, r.Today)
}

// campaignState names where the collecting of a period stands.
func (r *Request) campaignState(p convention.Period) (string, ui.Kind) {
	switch state := p.StateOn(r.Today); {
	case state == convention.PeriodClosed:
		return "Non ouverte", ui.Neutral
	case state != convention.PeriodOpen:
		return state.Label(), ui.Success
	case p.ClosedOn != nil && !p.ClosedOn.After(r.Today):
		return "Collecte close", ui.Locked
	case p.DueOn != nil && p.DueOn.Before(r.Today):
		return "Échéance passée", ui.Warning
	}
	return "En collecte", ui.Info
}

// states are the choices of a filter by state.
func stateOptions() []ui.Option {
	list := make([]ui.Option, 0, 7)
	for _, st := range []collect.State{collect.ToEnter, collect.Draft, collect.Submitted, collect.ToCorrect, collect.Validated, collect.Unreturned} {
		list = append(list, ui.Option{Value: string(st), Label: st.Label()})
	}
	return append(list, ui.Option{Value: campaigns.Late, Label: "En retard"})
}

// periodMatrix shows each organisation and place in a row, each period in a column.
func (r *Request) periodMatrix(periods []convention.Period, briefs []collect.Brief, v *campaigns.Index) {
	v.Columns, v.States = []ui.Column{{Label: "Structure et lieu"}}, stateOptions()
	column := map[string]int{}
	var shown []convention.Period
	for _, p := range slices.Backward(periods) { // a narrow screen shows the last one first
		if p.OpenedOn != nil && !p.OpenedOn.After(r.Today) {
			column[p.PeriodCode] = len(shown)
			shown = append(shown, p)
			v.Columns = append(v.Columns, ui.Column{Label: p.PeriodCode})
		}
	}
	wanted := r.URL.Query().Get(campaigns.StateField)
	named := newMatcher(r.URL.Query().Get(campaigns.SearchField))
	var last collect.Brief
	found := wanted == ""
	keep := func() {
		if n := len(v.Matrix); n > 0 && !found {
			v.Matrix = v.Matrix[:n-1]
		}
		found = wanted == ""
	}
	for _, sub := range briefs {
		i, opened := column[sub.PeriodCode]
		if !opened || named.length() > 0 && !named.in(sub.Organisation, sub.Place()) {
			continue
		}
		if len(v.Matrix) == 0 || sub.OrganisationID != last.OrganisationID || !sameSite(sub.SiteID, last.SiteID) {
			keep()
			v.Matrix = append(v.Matrix, campaigns.Row{Name: sub.Organisation, Place: sub.Place(), Cells: make([]campaigns.Cell, len(shown))})
			last = sub
		}
		isLate := late(sub, shown[i], r)
		v.Matrix[len(v.Matrix)-1].Cells[i] = campaigns.Cell{Label: sub.State.Label(), Kind: submissions.StateKind(sub.State),
			Late: isLate && sub.State != collect.Unreturned, Href: r.Path("saisies", sub.PeriodCode, sub.SubmissionID)}
		found = found || wanted == string(sub.State) || wanted == campaigns.Late && isLate
	}
	keep()
}

func sameSite(a, b *uuid.UUID) bool { return a == nil && b == nil || a != nil && b != nil && *a == *b }

// cutMatrix keeps the page of the matrix that the address asks for.
func (r *Request) cutMatrix(v *campaigns.Index) {
	v.Found = len(v.Matrix)
	var first, end int
	v.Pages, first, end = r.pagesOf(v.Found, rowsAPage, "saisies")
	v.Matrix = v.Matrix[first:end]
}

// pagesOf cuts a long list of the page at path, under whatever filters the
// address has, and returns the bounds of the page asked for.
func (r *Request) pagesOf(all, each int, path ...any) (pages ui.Pages, first, end int) {
	pages = ui.Pages{Number: 1, Last: max(1, (all+each-1)/each), Href: func(n int) string {
		q := r.URL.Query()
		q.Set("page", strconv.Itoa(n))
		return r.Path(path...) + "?" + q.Encode()
	}}
	if n, err := strconv.Atoi(r.URL.Query().Get("page")); err == nil {
		pages.Number = min(max(1, n), pages.Last)
	}
	first = (pages.Number - 1) * each
	return pages, first, min(first+each, all)
}

// answersRead is what the matrix by indicator is made of.
type answersRead struct {
	period     string
	indicators *pg.Rows[convention.Indicator]
	measures   *pg.Rows[convention.Measure]
	tallies    *pg.Rows[collect.Tally]
}

// queueAnswers reads the answers of a period, which the address names: which one
// is the last is not known before the reading.
func (r *Request) queueAnswers(b *pg.Batch, period string) *answersRead {
	return &answersRead{period: period, indicators: convention.Indicators(b, r.Today), measures: convention.Measures(b, r.Today),
		tallies: collect.Tallies(b, collect.Filter{PeriodCode: period, OrganisationID: r.own()})}
}

func (a *answersRead) matrix(r *Request, periods []convention.Period, briefs []collect.Brief, v *campaigns.Index) {
	v.Indicators = true
	for _, p := range periods {
		if p.OpenedOn == nil || p.OpenedOn.After(r.Today) {
			continue
		}
		v.Periods = append(v.Periods, ui.Option{Value: p.PeriodCode, Label: p.Label})
		if p.PeriodCode == a.period {
			v.Shown = p.Label
		}
	}
	v.Columns = []ui.Column{{Label: "Structure"}}
	asked := map[string]bool{}
	for _, m := range collect.Asked(a.measures.All, "structure") {
		asked[m.MeasureCode] = true
	}
	var columns [][]string // measures of each indicator
	for _, ind := range a.indicators.All {
		var of []string
		for _, t := range ind.Formula.Numerator {
			if asked[t.Measure] {
				of = append(of, t.Measure)
			}
		}
		if ind.Status == "active" && len(of) > 0 {
			columns = append(columns, of)
			v.Columns = append(v.Columns, ui.Column{Label: ind.IndicatorCode, Unit: ind.Label})
		}
	}
	given := map[uuid.UUID]map[string]collect.Tally{}
	for _, t := range a.tallies.All {
		if given[t.OrganisationID] == nil {
			given[t.OrganisationID] = map[string]collect.Tally{}
		}
		given[t.OrganisationID][t.MeasureCode] = t
	}
	named := newMatcher(r.URL.Query().Get(campaigns.SearchField))
	var last uuid.UUID
	for i, sub := range briefs {
		if sub.PeriodCode != a.period || !sub.OfStructure || named.length() > 0 && !named.in(sub.Organisation) {
			continue
		}
		if sub.OrganisationID == last {
			continue
		}
		last = sub.OrganisationID
		row, waiting := campaigns.Row{Name: sub.Organisation}, a.waiting(briefs[i:])
		for _, of := range columns {
			row.Cells = append(row.Cells, answerCell(of, given[sub.OrganisationID], waiting))
		}
		v.Matrix = append(v.Matrix, row)
	}
}

// waiting is what an organisation's figures are where it gave none yet: those of
// the first of some submissions are meant.
func (a *answersRead) waiting(briefs []collect.Brief) (c campaigns.Cell) {
	for _, o := range briefs {
		if o.OrganisationID != briefs[0].OrganisationID {
			break
		}
		if o.PeriodCode != a.period || handedIn(o.State) {
			continue
		}
		if o.State != collect.Unreturned {
			return campaigns.Cell{Label: "à saisir", Kind: ui.Neutral}
		}
		c = campaigns.Cell{Label: "non remise", Kind: submissions.StateKind(o.State)}
	}
	return c
}

// answerCell says what an organisation answered to the measures of an indicator;
// waiting stands where it answered nothing.
func answerCell(measures []string, given map[string]collect.Tally, waiting campaigns.Cell) campaigns.Cell {
	var all collect.Tally
	for _, m := range measures {
		all.Numbers += given[m].Numbers
		all.Unvalidated += given[m].Unvalidated
		all.Returned += given[m].Returned
		all.Missing += given[m].Missing
		all.NotApplicable += given[m].NotApplicable
	}
	switch {
	case all.Missing > 0:
		return campaigns.Cell{Label: "non renseigné", Kind: ui.Absent}
	case all.Returned > 0:
		return campaigns.Cell{Label: "renseigné, à corriger", Kind: ui.Danger}
	case all.Unvalidated > 0:
		return campaigns.Cell{Label: "renseigné, non validé", Kind: ui.Info}
	case all.Numbers > 0:
		return campaigns.Cell{Label: "renseigné", Kind: ui.Success}
	case all.NotApplicable > 0:
		return campaigns.Cell{Label: "sans objet", Kind: ui.Excluded}
	case waiting.Label != "":
		return waiting
	}
	return campaigns.Cell{Label: "non demandé", Kind: ui.Neutral} // of a short form
}

// periodNamed finds the period of the path.
func (r *Request) periodNamed(periods []convention.Period) (convention.Period, error) {
	i := slices.IndexFunc(periods, func(p convention.Period) bool { return p.PeriodCode == r.Param("periode") })
	if i < 0 {
		return convention.Period{}, fault.New(fault.NotFound, pg.NoSuchRecord)
	}
	return periods[i], nil
}

func (r *Request) collectCrumb() ui.Link { return ui.Link{Label: "Saisies", Href: r.Path("saisies")} }

// periodCrumb leads to the page of a period's collecting.
func (r *Request) periodCrumb(p convention.Period) ui.Link {
	return ui.Link{Label: french.Capital(p.Label), Href: r.Path("saisies", p.PeriodCode)}
}
