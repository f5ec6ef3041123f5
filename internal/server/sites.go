package server

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/collect"
	"copil/internal/convention"
	"copil/internal/fault"
	"copil/internal/french"
	"copil/internal/pg"
	"copil/internal/site"
	"copil/templates/sites"
	"copil/templates/ui"
)

func (s *server) siteIndex(r *Request) (Reply, error) {
	b := r.Tx.Batch()
	found, periods, measures := site.List(b, r.Today), convention.Periods(b), convention.Measures(b, r.Today)
	submissions, sums := collect.List(b, collect.Filter{}), collect.Sums(b, collect.Filter{})
	links := site.Links(b, nil, nil)
	if err := b.Send(r.Context()); err != nil {
		return Reply{}, err
	}
	own := sitesOf(links.All, r.Actor.OrganisationID)
	v := sites.IndexView{
		Sites: found.All, Counts: countStates(found.All), MayCreate: r.Actor.Can(access.SiteWrite), NewHref: r.Path("sites", "nouveau"),
		Measures: headline(measures.All),
		Href: func(id uuid.UUID) string {
			if r.Actor.Role == access.Structure && !own[id] {
				return ""
			}
			return r.Path("sites", id)
		},
	}
	if current := lastCollected(periods.All, r.Today, allValidated(submissions.All)); current != nil && r.Actor.SeesAll() {
		v.Period = lowerFirst(current.Label)
		v.Figures = siteFigures(submissions.All, sums.All, v.Measures, current.PeriodCode)
	}
	return page("Sites", r.crumbs(), sites.Index(v)), nil
}

// crumbs leads from the dashboard to the parents given, in order.
func (r *Request) crumbs(parents ...ui.Link) []ui.Link {
	return append([]ui.Link{{Label: "Tableau de bord", Href: r.Path()}}, parents...)
}

func (r *Request) sitesCrumb() ui.Link { return ui.Link{Label: "Sites", Href: r.Path("sites")} }

// headline are the measures that lists of structures and sites show as columns.
func headline(measures []convention.Measure) []convention.Measure {
	return slices.DeleteFunc(collect.Asked(measures, "structure"), func(m convention.Measure) bool { return m.Headline == "" })
}

func sitesOf(links []site.Link, organisation uuid.UUID) map[uuid.UUID]bool {
	own := map[uuid.UUID]bool{}
	for _, l := range links {
		if l.OrganisationID == organisation {
			own[l.SiteID] = true
		}
	}
	return own
}

// countStates says how many sites are in each state: « 6 actifs, 1 suspendu ».
func countStates(found []site.Listed) string {
	count := map[site.State]int{}
	for _, s := range found {
		count[s.State]++
	}
	var parts []string
	for _, st := range []site.State{site.Actif, site.Suspendu, site.Evalue, site.Conventionne, site.Retenu, site.Instruit, site.Candidat, site.Repere, site.Perennise, site.Clos} {
		if n := count[st]; n > 0 {
			word := strings.ToLower(st.Label())
			parts = append(parts, french.Plural(n, word, word+"s"))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return strings.Join(parts, ", ") + "."
}

func (s *server) siteShow(r *Request) (Reply, error) {
	id, err := r.ID()
	if err != nil {
		return Reply{}, err
	}
	v, err := s.siteView(r, id)
	if err != nil {
		return Reply{}, err
	}
	return page(v.Site.Name, r.crumbs(r.sitesCrumb()), sites.Show(v)), nil
}

// siteView reads all that hangs on one site, in one round trip.
func (s *server) siteView(r *Request, id uuid.UUID) (v sites.ShowView, err error) {
	b := r.Tx.Batch()
	found, communes, sectors := site.Get(b, id, r.Today), site.CommunesOf(b, id), site.SectorsOf(b, id)
	zonings, history, links := site.ZoningsOf(b, id), site.History(b, id), site.Links(b, &id, nil)
	structures, periods, measures := site.Structures(b), convention.Periods(b), convention.Measures(b, r.Today)
	submissions, sums := collect.List(b, collect.Filter{SiteID: &id}), collect.Sums(b, collect.Filter{SiteID: &id})
	if err := b.Send(r.Context()); err != nil {
		return v, err
	}
	if v.Site, err = found.One(); err != nil {
		return v, err
	}
	mine := func(l site.Link) bool { return l.OrganisationID == r.Actor.OrganisationID }
	if r.Actor.Role == access.Structure && !slices.ContainsFunc(links.All, mine) {
		return v, fault.New(fault.NotFound, pg.NoSuchRecord)
	}
	v.Communes, v.Zonings, v.History, v.Links = communes.All, zonings.All, history.All, links.All
	for _, sec := range sectors.All {
		v.Sectors = append(v.Sectors, sec.Label)
	}
	v.EditHref = r.Path("sites", id, "modifier")
	kept := frozen(periods.All, r.Today)
	v.StateHint, v.Kept = kept.hint(), func(day time.Time) string { return kept.note("cet état comptera", &day) }
	v.MayWrite, v.Unread = r.Actor.Can(access.SiteWrite), r.Actor.Role == access.Reader
	v.Measures = headline(measures.All)
	v.StructureAt = func(org uuid.UUID) string { return r.structureHref(org) }
	v.Attach = r.Form(r.Path("sites", id, "structures"), v.Site.Version)
	v.Attach.ID = "rattacher"
	v.Transition = r.Form(r.Path("sites", id, "etat"), v.Site.Version)
	v.Transition.ID = "etat"
	for _, next := range v.Site.State.Next() {
		v.NextStates = append(v.NextStates, ui.Option{Value: string(next), Label: next.Label()})
	}
	for _, t := range structures.All {
		if !slices.ContainsFunc(links.All, func(l site.Link) bool { return l.OrganisationID == t.OrganisationID }) {
			v.Candidates = append(v.Candidates, ui.Option{Value: t.OrganisationID.String(), Label: t.Name})
		}
	}
	lines := lineBuilder{r, v.Measures, submissions.All, bySubmission(sums.All)}
	v.Periods = lines.forSite(v, structures.All, periods.All)
	return v, nil
}

// structureHref leads to a structure's page where the role may open it.
func (r *Request) structureHref(org uuid.UUID) string {
	if r.Actor.SeesAll() || org == r.Actor.OrganisationID {
		return r.Path("structures", org)
	}
	return ""
}

// options makes the answers of a choice from the items of a list.
func options(items []convention.Item, list string) []ui.Option {
	var found []ui.Option
	for _, i := range items {
		if i.ListCode == list {
			found = append(found, ui.Option{Value: i.ItemCode, Label: i.Label})
		}
	}
	return found
}

func (s *server) siteAttach(r *Request) (Reply, error) {
	id, err := r.ID()
	if err != nil {
		return Reply{}, err
	}
	f := readForm(r.PostForm)
	structure, since := f.optionalID("structure"), f.date("since_on")
	if structure == nil {
		f.problems.Add("structure", "Choisissez une structure.")
	}
	if len(f.problems) == 0 {
		err = r.Tx.Try(r.Context(), func(tx *pg.Tx) error {
			return site.Attach(r.Context(), tx, r.Stamp(), id, *structure, since)
		})
		if err == nil {
			return done(r.Path("sites", id), "La structure est rattachée au site."), nil
		}
		problem, ok := errors.AsType[*fault.Error](err)
		if !ok || len(problem.Fields) == 0 {
			return Reply{}, err
		}
		f.problems = problem.Fields
	}
	v, err := s.siteView(r, id)
	if err != nil {
		return Reply{}, err
	}
	v.Attach = r.Again(v.Attach, f.problems)
	return invalid(v.Site.Name, r.crumbs(r.sitesCrumb()), sites.Show(v)), nil
}
