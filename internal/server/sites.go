package server

import (
	"errors"
	"slices"
	"strings"

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
	if current := lastOpen(periods.All, r.Today); current != nil && r.Actor.SeesAll() {
		v.Period = current.Label
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
	v.Periods = lines.forSite(v, periods.All)
	return v, nil
}

// structureHref leads to a structure's page where the role may open it.
func (r *Request) structureHref(org uuid.UUID) string {
	if r.Actor.SeesAll() || org == r.Actor.OrganisationID {
		return r.Path("structures", org)
	}
	return ""
}

func (s *server) siteNew(r *Request) (Reply, error) {
	v, err := s.siteNewView(r)
	if err != nil {
		return Reply{}, err
	}
	v.Form.Values.Set("since_on", french.ShortDate(r.Today))
	return page("Créer un site", r.crumbs(r.sitesCrumb()), sites.New(v)), nil
}

func (s *server) siteNewView(r *Request) (sites.NewView, error) {
	b := r.Tx.Batch()
	items, organisations := convention.Items(b, "sector"), site.Organisations(b)
	if err := b.Send(r.Context()); err != nil {
		return sites.NewView{}, err
	}
	v := sites.NewView{Form: r.Form(r.Path("sites"), 0), Back: r.Path("sites"), Sectors: options(items.All, "sector")}
	v.Form.Order = []string{"code", "name", "communes", "sectors", "need", "carrier", "zoning", "since_on"}
	v.Carriers = []ui.Option{{Value: "", Label: "À préciser plus tard"}}
	for _, o := range organisations.All {
		v.Carriers = append(v.Carriers, ui.Option{Value: o.OrganisationID.String(), Label: o.Name})
	}
	return v, nil
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

func (s *server) siteCreate(r *Request) (Reply, error) {
	v, err := s.siteNewView(r)
	if err != nil {
		return Reply{}, err
	}
	again := func(bad fault.Fields) (Reply, error) {
		v.Form = r.Again(v.Form, bad)
		return invalid("Créer un site", r.crumbs(r.sitesCrumb()), sites.New(v)), nil
	}
	known, err := site.KnownCommunes(r.Context(), r.Tx)
	if err != nil {
		return Reply{}, err
	}
	draft, bad := readSite(r, known)
	if len(bad) > 0 {
		return again(bad)
	}
	id, err := site.Create(r.Context(), r.Tx, r.Stamp(), draft)
	if f, ok := errors.AsType[*fault.Error](err); ok && len(f.Fields) > 0 {
		return again(f.Fields)
	}
	if err != nil {
		return Reply{}, err
	}
	return done(r.Path("sites", id), "Le site «\u00a0"+draft.Name+"\u00a0» est créé."), nil
}

func readSite(r *Request, known []site.Commune) (site.Draft, fault.Fields) {
	f := readForm(r.PostForm)
	d := site.Draft{Code: f.text("code"), Name: f.text("name"), Need: f.long("need"), Sectors: r.PostForm["sectors"],
		CarrierID: f.optionalID("carrier"), SinceOn: f.date("since_on")}
	codes, problem := site.ResolveCommunes(known, f.long("communes"))
	if d.Communes = codes; problem != "" {
		f.problems.Add("communes", problem)
	}
	if z := f.text("zoning"); z != "" {
		d.Zonings = []site.Zoning{{Zoning: z, SinceOn: d.SinceOn}}
	}
	if d.SinceOn.After(r.Today) {
		f.problems.Add("since_on", "Cette date est dans le futur.")
	}
	for name, message := range d.Problems() {
		f.problems.Add(name, message) // what could not be read comes first
	}
	return d, f.problems
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

func (s *server) siteChangeState(r *Request) (Reply, error) {
	id, err := r.ID()
	if err != nil {
		return Reply{}, err
	}
	f := readForm(r.PostForm)
	t := site.Transition{To: site.State(f.text("state")), SinceOn: f.date("since_on"), Decision: f.text("decision"), Reason: f.long("reason")}
	if t.To == "" {
		f.problems.Add("state", "Choisissez le nouvel état.")
	}
	reply := invalid
	if len(f.problems) == 0 {
		err = site.ChangeState(r.Context(), r.Tx, r.Stamp(), id, f.version(), t)
		if err == nil {
			return done(r.Path("sites", id), "Le site est maintenant «\u00a0"+t.To.Label()+"\u00a0»."), nil
		}
		problem, ok := errors.AsType[*fault.Error](err)
		if !ok || problem.Kind == fault.NotFound {
			return Reply{}, err
		}
		if f.problems = problem.Fields; len(f.problems) == 0 {
			f.problems, reply = fault.Fields{"": problem.Message}, conflicting
		}
	}
	v, err := s.siteView(r, id)
	if err != nil {
		return Reply{}, err
	}
	v.Transition = r.Again(v.Transition, f.problems)
	return reply(v.Site.Name, r.crumbs(r.sitesCrumb()), sites.Show(v)), nil
}
