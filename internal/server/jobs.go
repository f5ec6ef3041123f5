package server

import (
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"copil/internal/access"
	"copil/internal/collect"
	"copil/internal/convention"
	"copil/internal/indicator"
	"copil/internal/pg"
	"copil/internal/site"
	"copil/templates/jobs"
	"copil/templates/ui"
)

func (s *server) jobIndex(r *Request) (Reply, error) {
	v, err := s.jobView(r, r.chosenStructure(r.URL.Query().Get("structure")))
	if err != nil {
		return Reply{}, err
	}
	if v.Add != nil {
		v.Add.Values.Set("quotity", "1")
		v.Add.Values.Set("count", "1")
	}
	return page(r.Actor.Words.PostsTitle(), r.crumbs(), jobs.Index(v)), nil
}

// chosenStructure is whose posts are listed: a structure's own, or the one that
// was asked for; nil when none.
func (r *Request) chosenStructure(asked string) *uuid.UUID {
	if r.Actor.Role == access.Structure {
		return &r.Actor.OrganisationID
	}
	id, err := uuid.Parse(asked)
	if err != nil || !r.Actor.SeesAll() {
		return nil
	}
	return &id
}

func (s *server) jobView(r *Request, chosen *uuid.UUID) (v jobs.View, err error) {
	b := r.Tx.Batch()
	d := indicator.Data{}
	periods, measures, items := convention.Periods(b), convention.Measures(b, r.Today), convention.Items(b)
	expected, facts := indicator.Expectations(b), indicator.HeadlineFacts(b, indicator.Breakdown{Rows: true, Columns: true})
	structures, links := site.Structures(b), site.Links(b, nil, chosen)
	posts, entries := &pg.Rows[site.Post]{}, &pg.Rows[collect.Submission]{}
	if chosen != nil {
		entries = collect.List(b, collect.Filter{OrganisationID: chosen})
		posts = site.ListPosts(b, site.PostFilter{OrganisationID: chosen})
	}
	if err := b.Send(r.Context()); err != nil {
		return v, err
	}
	d.Periods, d.Measures, d.Expectations, d.Facts = periods.All, measures.All, expected.All, facts.All
	v.CountsJobs = collect.CountsJobs(measures.All)
	if r.Actor.Can(access.CollectRead) && !r.Actor.Words.NoPosts {
		v.PooledHref = r.Path("emplois", "mutualises")
	}
	v.Own, v.Today, v.Measures = r.Actor.Role == access.Structure, r.Today, headline(measures.All)
	if v.Own {
		d = d.Of(r.Actor.OrganisationID)
	}
	v.ByPeriod = byPeriod(d, v.Measures, r.Actor, r.Today)
	if current := lastCollected(periods.All, r.Today, completeIn(d)); current != nil {
		v.Period = lowerFirst(current.Label)
		if r.Actor.SeesAll() {
			v.ByStructure = byStructure(r, d, v.Measures, *current)
		}
		if r.Actor.SeesAll() || v.Own {
			v.Breakdown = breakdownOf(d, v.Measures, *current, items.All)
		}
	}
	s.jobPosts(r, &v, structures.All, posts.All, chosen)
	v.DateHint = frozen(periods.All, r.Today).hint()
	v.Entries = r.entryLinks(entries.All, periods.All)
	s.jobForm(r, &v, items.All, links.All, chosen)
	return v, nil
}

// byPeriod sums the headline measures of each period that has figures. A reader
// sees a total only where it reveals nobody.
func byPeriod(d indicator.Data, measures []convention.Measure, actor access.Actor, today time.Time) []jobs.Row {
	var list []jobs.Row
	for _, p := range slices.Backward(d.Periods) {
		state := p.StateOn(today)
		if state == convention.PeriodClosed || (actor.Role == access.Reader && state == convention.PeriodOpen) {
			continue
		}
		row := jobs.Row{Name: p.Label, Note: d.Coverage(p.PeriodCode).Text(), Values: make([]*decimal.Decimal, len(measures))}
		if actor.Role == access.Structure {
			row.Note = "Provisoire"
			if p.ValidatedOn != nil {
				row.Note = "Bilan validé"
			}
		}
		for i, m := range measures {
			reading := d.Read(convention.Indicator{Formula: convention.Formula{Numerator: []convention.Term{{Measure: m.MeasureCode}}}}, p)
			if reading.Known && (actor.Role != access.Reader || !d.Hidden([]convention.Term{{Measure: m.MeasureCode}}, p, uuid.Nil)) {
				row.Values[i] = &reading.Value
			}
		}
		if slices.ContainsFunc(row.Values, func(v *decimal.Decimal) bool { return v != nil }) {
			list = append(list, row)
		}
	}
	return list
}

func byStructure(r *Request, d indicator.Data, measures []convention.Measure, p convention.Period) []jobs.Row {
	sums := map[string]map[string]decimal.Decimal{}
	for _, m := range measures {
		sums[m.MeasureCode] = d.By([]convention.Term{{Measure: m.MeasureCode}}, p, func(f indicator.Fact) string { return f.OrganisationID.String() })
	}
	var list []jobs.Row
	seen := map[uuid.UUID]int{}
	for _, e := range d.Expectations {
		if e.PeriodCode != p.PeriodCode || !e.Structure {
			continue
		}
		i, known := seen[e.OrganisationID]
		if !known {
			i = len(list)
			seen[e.OrganisationID] = i
			row := jobs.Row{Name: e.Organisation, Href: r.Path("structures", e.OrganisationID), Note: "Validée", Values: make([]*decimal.Decimal, len(measures))}
			for k, m := range measures {
				if n, ok := sums[m.MeasureCode][e.OrganisationID.String()]; ok {
					row.Values[k] = &n
				}
			}
			row.Entered = make([]bool, len(measures))
			list = append(list, row)
		}
		for k, m := range measures {
			list[i].Entered[k] = list[i].Entered[k] || slices.Contains(e.Entered, m.MeasureCode)
		}
		if e.State != "validee" {
			list[i].Note = stateLabel(e.State)
		}
	}
	return list
}

// breakdownOf shows the first headline measure that has two lists, row by column.
func breakdownOf(d indicator.Data, measures []convention.Measure, p convention.Period, items []convention.Item) *jobs.Breakdown {
	i := slices.IndexFunc(measures, func(m convention.Measure) bool { return m.RowList != nil && m.ColumnList != nil })
	if i < 0 {
		return nil
	}
	m := measures[i]
	sums := d.By([]convention.Term{{Measure: m.MeasureCode}}, p, func(f indicator.Fact) string { return f.RowItem + "|" + f.ColumnItem })
	if len(sums) == 0 {
		return nil
	}
	rows, columns := itemsOf(items, m.RowList), itemsOf(items, m.ColumnList)
	bd := &jobs.Breakdown{Caption: m.Label + ", " + p.Label, Note: d.Coverage(p.PeriodCode).Text(), Places: int32(m.Places), Columns: []ui.Column{{Label: "Détail"}}}
	total := make([]*decimal.Decimal, len(columns)+1)
	for j := range total {
		total[j] = new(decimal.Zero)
	}
	for _, row := range rows {
		line := jobs.Row{Name: row.Label, Note: row.Note, Values: make([]*decimal.Decimal, len(columns)+1)}
		sum := decimal.Zero
		for j, column := range columns {
			n := sums[row.ItemCode+"|"+column.ItemCode]
			line.Values[j], sum = &n, sum.Add(n)
			total[j] = new(total[j].Add(n))
		}
		line.Values[len(columns)] = &sum
		total[len(columns)] = new(total[len(columns)].Add(sum))
		bd.Rows = append(bd.Rows, line)
	}
	bd.Rows = append(bd.Rows, jobs.Row{Name: "Ensemble", Values: total, Emphasis: true})
	for _, column := range columns {
		bd.Columns = append(bd.Columns, ui.Column{Label: column.Label, Numeric: true})
	}
	bd.Columns = append(bd.Columns, ui.Column{Label: "Ensemble", Numeric: true})
	return bd
}

// postsAPage is how many posts a page lists.
const postsAPage = 100

func (s *server) jobPosts(r *Request, v *jobs.View, structures []site.Structure, posts []site.Post, chosen *uuid.UUID) {
	v.AllPosts = len(posts)
	v.Pages = ui.Pages{Number: 1, Last: max(1, (len(posts)+postsAPage-1)/postsAPage), Href: func(page int) string {
		q := url.Values{"page": {strconv.Itoa(page)}}
		if chosen != nil && r.Actor.SeesAll() {
			q.Set("structure", chosen.String())
		}
		return r.Path("emplois") + "?" + q.Encode() + "#postes"
	}}
	if n, err := strconv.Atoi(r.URL.Query().Get("page")); err == nil {
		v.Pages.Number = min(max(1, n), v.Pages.Last)
	}
	first := (v.Pages.Number - 1) * postsAPage
	v.Posts = posts[first:min(first+postsAPage, len(posts))]
	v.EditHref = func(id uuid.UUID) string { return r.Path("emplois", id) }
	if r.Actor.SeesAll() {
		v.Filter = ui.Form{Action: r.Path("emplois"), Values: r.URL.Query(), Filter: true}
		v.Structures = []ui.Option{{Value: "", Label: "Choisir une structure"}}
	}
	for _, t := range structures {
		if chosen != nil && t.OrganisationID == *chosen {
			v.Chosen = t.Name
		}
		if r.Actor.SeesAll() {
			v.Structures = append(v.Structures, ui.Option{Value: t.OrganisationID.String(), Label: t.Name})
		}
	}
	if chosen != nil && r.Actor.SeesAll() {
		v.FilterReset = r.Path("emplois")
	}
	if r.Actor.Can(access.SiteWrite) {
		v.NewStructure = r.Path("structures", "nouvelle")
	}
}

func (s *server) jobForm(r *Request, v *jobs.View, items []convention.Item, links []site.Link, chosen *uuid.UUID) {
	if chosen == nil || v.Chosen == "" || !r.Actor.Can(access.PostWrite) {
		return
	}
	v.Add = new(r.Form(r.Path("emplois"), 0))
	v.Add.ID = "ajout"
	v.Add.Order = []string{"count", "site", "job_type", "quotity", "opened_on", "filled_on", "consolidation", "consolidated_on"}
	v.Add.Hidden = append(v.Add.Hidden, ui.Hidden{Name: "structure", Value: chosen.String()})
	v.JobTypes = append([]ui.Option{{Value: "", Label: "Choisir"}}, options(items, "job_type")...)
	v.Places = []ui.Option{{Value: "", Label: "Hors site"}}
	for _, l := range links {
		v.Places = append(v.Places, ui.Option{Value: l.SiteID.String(), Label: l.SiteCode + " – " + l.SiteName})
	}
}
