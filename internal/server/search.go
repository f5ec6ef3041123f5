package server

import (
	"net/url"
	"strings"

	"copil/internal/access"
	"copil/internal/convention"
	"copil/internal/site"
	"copil/templates/search"
	"copil/templates/ui"
)

const (
	longestQuery  = 100 // runes
	shortestQuery = 2
	shownByKind   = 20
)

// searchIndex looks through what the role may open. A convention is small
// enough to be read whole, in one round trip, and to be searched here: accents
// are folded, and nothing that is typed has a meaning in SQL.
func (s *server) searchIndex(r *Request) (Reply, error) {
	typed := []rune(strings.TrimSpace(r.URL.Query().Get("q")))
	query := string(typed[:min(len(typed), longestQuery)])
	v := search.View{Query: query, Cut: len(typed) > longestQuery, OwnOnly: !r.Actor.SeesAll(), Form: ui.Form{Action: r.Path("recherche"), Values: url.Values{}}}
	m := newMatcher(query)
	switch {
	case query == "":
	case m.length() < shortestQuery:
		v.Short = true
	default:
		var err error
		if v.Groups, v.Most, err = r.find(m); err != nil {
			return Reply{}, err
		}
		if len(v.Groups) == 0 || v.Most > 0 {
			v.Suggested, v.Words = m.suggest(), m.counted()
		}
	}
	return page("Recherche", r.crumbs(), search.Index(v)), nil
}

// find returns what has all the words, or else what has the most of them, and how
// many that is: 0 where it is all.
func (r *Request) find(m matcher) (groups []search.Group, most int, err error) {
	b := r.Tx.Batch()
	sites, structures, links := site.List(b, r.Today), site.Structures(b), site.Links(b, nil, &r.Actor.OrganisationID)
	indicators, axes := convention.Indicators(b, r.Today), convention.Axes(b)
	articles, commitments, parties := convention.Articles(b), convention.Commitments(b), convention.Parties(b)
	periods, act := convention.Periods(b), readAct(b)
	if err := b.Send(r.Context()); err != nil {
		return nil, 0, err
	}
	agreement, err := act.agreement.One()
	if err != nil {
		return nil, 0, err
	}
	look := func(m matcher) []search.Group {
		return shownOf(
			r.foundSites(m, sites.All, links.All),
			r.foundStructures(m, structures.All),
			r.foundIndicators(m, indicators.All, axes.All),
			r.foundArticles(m, articles.All),
			r.foundCommitments(m, commitments.All, parties.All),
			r.foundAims(m, axes.All, act),
			r.foundFigures(m, act.figures.All),
			r.foundNotes(m, act.footnotes.All),
			r.foundMarks(m, agreement, act),
			r.foundFindings(m, act.findings.All),
			r.foundReports(m, periods.All),
		)
	}
	if groups = look(m); len(groups) > 0 {
		return groups, 0, nil
	}
	if fewer, ok := m.orMost(); ok {
		return look(fewer), fewer.least, nil
	}
	return nil, 0, nil
}

// shownOf leaves out the kinds of which nothing was found, and the end of long lists.
func shownOf(found ...search.Group) (groups []search.Group) {
	for _, g := range found {
		if len(g.Results) == 0 {
			continue
		}
		if len(g.Results) > shownByKind {
			g.More = len(g.Results) - shownByKind
			g.Results = g.Results[:shownByKind]
		}
		groups = append(groups, g)
	}
	return groups
}

// foundSites leads a structure to the pages of its own sites only: the list
// shows it the others.
func (r *Request) foundSites(m matcher, list []site.Listed, links []site.Link) search.Group {
	g := search.Group{ID: "sites", Title: "Sites"}
	own := sitesOf(links, r.Actor.OrganisationID)
	for _, s := range list {
		where := strings.Join(s.Communes, ", ")
		title := s.Code + " – " + s.Name
		if !m.in(title, where, strings.Join(s.Sectors, ", "), s.CarrierName) {
			continue
		}
		href := r.Path("sites", s.SiteID)
		if r.Actor.Role == access.Structure && !own[s.SiteID] {
			href = r.Path("sites")
		}
		g.Results = append(g.Results, search.Result{Title: m.mark(title), Href: href, Context: s.State.Label(),
			Excerpt: m.mark(strings.Join(append([]string{where}, s.Sectors...), ", "))})
	}
	return g
}

func (r *Request) foundStructures(m matcher, list []site.Structure) search.Group {
	g := search.Group{ID: "structures", Title: "Structures"}
	for _, s := range list {
		href := r.structureHref(s.OrganisationID)
		if href == "" || !m.in(s.Code, s.Name, s.OperatorType, s.CommuneName) {
			continue
		}
		g.Results = append(g.Results, search.Result{Title: m.mark(s.Name), Href: href, Context: s.OperatorType, Excerpt: m.mark(s.CommuneName)})
	}
	return g
}

func (r *Request) foundIndicators(m matcher, list []convention.Indicator, axes []convention.Axis) search.Group {
	g := search.Group{ID: "indicateurs", Title: "Indicateurs"}
	for _, i := range list {
		title := i.IndicatorCode + " – " + i.Label
		if !m.in(title, i.Doctrine) {
			continue
		}
		context := "Transversal"
		for _, a := range axes {
			if i.AxisNo != nil && a.AxisNo == *i.AxisNo {
				context = a.ShortLabel
			}
		}
		if i.Status != "active" {
			context += ", en bibliothèque"
		}
		g.Results = append(g.Results, search.Result{Title: m.mark(title), Href: r.Path("indicateurs", i.IndicatorCode), Context: context, Excerpt: m.excerpt(i.Doctrine)})
	}
	return g
}

// foundArticles leaves out what stands before and after the articles: the people
// who signed are no subject of a search.
func (r *Request) foundArticles(m matcher, list []convention.Article) search.Group {
	g := search.Group{ID: "articles", Title: "Articles de la convention"}
	for _, a := range list {
		title := articleName(a)
		if !m.in(title, a.Body) {
			continue
		}
		result := search.Result{Title: m.mark(title), Href: r.Path("convention") + articleAnchor(a.ArticleNo), Excerpt: m.excerpt(a.Body)}
		if a.Missing {
			result.Context = "absent du document source"
		}
		g.Results = append(g.Results, result)
	}
	return g
}

func (r *Request) foundCommitments(m matcher, list []convention.Commitment, parties []convention.Party) search.Group {
	g := search.Group{ID: "engagements", Title: "Engagements"}
	names := map[string]string{}
	for _, p := range parties {
		names[p.PartyCode] = p.OrganisationName
	}
	for _, c := range list {
		who := "Toutes les parties"
		if c.PartyCode != nil {
			who = names[*c.PartyCode]
		}
		if !m.in(c.CommitmentCode, who, c.Quoted, c.ByQuoted, c.ConditionQuoted, c.BudgetLine, c.BudgetQuoted) {
			continue
		}
		g.Results = append(g.Results, search.Result{Title: m.mark(c.CommitmentCode), Href: r.Path("convention") + "#engagement-" + c.CommitmentCode,
			Context: who, Excerpt: m.excerpt(c.Quoted)})
	}
	return g
}

func (r *Request) foundReports(m matcher, list []convention.Period) search.Group {
	g := search.Group{ID: "bilans", Title: "Bilans"}
	if !r.Actor.Can(access.ReportRead) {
		return g
	}
	for _, p := range list {
		title := "Bilan du " + p.Label
		state := p.StateOn(r.Today)
		if state == convention.PeriodClosed || !m.in(title, p.PeriodCode) {
			continue
		}
		g.Results = append(g.Results, search.Result{Title: m.mark(title), Href: r.Path("bilans", p.PeriodCode), Context: state.Label()})
	}
	return g
}
