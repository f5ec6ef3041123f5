package server

import (
	"errors"
	"slices"

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

// postsSection is the part of the address under which posts and structures are
// listed: that of structures where there are no posts.
func (r *Request) postsSection() string {
	if r.Actor.Words.NoPosts {
		return "structures"
	}
	return "emplois"
}

// structureIndex lists the structures of a convention without posts; else it leads
// to where they are listed, or to the one that the actor belongs to.
func (s *server) structureIndex(r *Request) (Reply, error) {
	switch {
	case r.Actor.Words.NoPosts:
		return s.jobIndex(r)
	case r.Actor.SeesAll():
		return done(r.Path("emplois")+"#structures", ""), nil
	case r.Actor.Role == access.Structure:
		return done(r.Path("structures", r.Actor.OrganisationID), ""), nil
	}
	return done(r.Path("sites"), ""), nil
}

func (s *server) structureShow(r *Request) (Reply, error) {
	id, err := r.ID()
	if err != nil {
		return Reply{}, err
	}
	if r.structureHref(id) == "" {
		return Reply{}, fault.New(fault.NotFound, pg.NoSuchRecord)
	}
	b := r.Tx.Batch()
	found, links, periods := site.GetStructure(b, id), site.Links(b, nil, &id), convention.Periods(b)
	measures := convention.Measures(b, r.Today)
	submissions, sums := collect.List(b, collect.Filter{OrganisationID: &id}), collect.Sums(b, collect.Filter{OrganisationID: &id})
	if err := b.Send(r.Context()); err != nil {
		return Reply{}, err
	}
	v := sites.StructureView{Own: id == r.Actor.OrganisationID, Links: links.All, Measures: headline(measures.All)}
	if !r.Actor.Words.NoPosts {
		v.PostsHref = r.Path("emplois") + "?structure=" + id.String()
	}
	if v.Structure, err = found.One(); err != nil {
		return Reply{}, err
	}
	v.SiteHref = func(site uuid.UUID) string { return r.Path("sites", site) }
	lines := lineBuilder{r, v.Measures, submissions.All, bySubmission(sums.All)}
	v.Periods = lines.forStructure(v, periods.All)
	return page(v.Structure.Name, r.structureCrumbs(), sites.Structure(v)), nil
}

// forStructure lists, for each open period, the structure's submissions by
// place, and offers to begin those that do not exist yet.
func (lb lineBuilder) forStructure(v sites.StructureView, periods []convention.Period) []sites.PeriodFigures {
	var list []sites.PeriodFigures
	org := v.Structure.OrganisationID
	for _, p := range slices.Backward(periods) {
		state := p.StateOn(lb.r.Today)
		if state == convention.PeriodClosed {
			continue
		}
		pf := sites.PeriodFigures{Period: p, State: state}
		for _, sub := range lb.submissions {
			if sub.PeriodCode == p.PeriodCode {
				pf.Lines = append(pf.Lines, lb.line(sub, placeName(sub)))
			}
		}
		if state == convention.PeriodOpen && lb.mayBegin(org) {
			for _, l := range v.Links {
				if !lb.has(p.PeriodCode, org, &l.SiteID) {
					pf.Lines = append(pf.Lines, lb.offer(p, v.Structure, v.Links, &l.SiteID, l.SiteName))
				}
			}
			if v.Structure.OffSite && !lb.has(p.PeriodCode, org, nil) {
				pf.Lines = append(pf.Lines, lb.offer(p, v.Structure, v.Links, nil, "Hors site"))
			}
		}
		if len(pf.Lines) > 0 {
			list = append(list, pf)
		}
	}
	return list
}

func placeName(s collect.Submission) string {
	if s.SiteID == nil {
		return "Hors site"
	}
	return s.SiteName
}

func (s *server) structureNew(r *Request) (Reply, error) {
	form, operators, err := s.structureForm(r)
	if err != nil {
		return Reply{}, err
	}
	form.Values.Set("listed_on", french.ShortDate(r.Today))
	return page("Ajouter une structure", r.structureCrumbs(), sites.StructureNew(form, operators, r.Path(r.postsSection()))), nil
}

func (r *Request) jobsCrumb() ui.Link {
	return ui.Link{Label: r.Actor.Words.PostsTitle(), Href: r.Path(r.postsSection())}
}

func (r *Request) structureCrumbs() []ui.Link { return r.crumbs(r.jobsCrumb()) }

func (s *server) structureForm(r *Request) (ui.Form, []ui.Option, error) {
	b := r.Tx.Batch()
	items := convention.Items(b, "operator_type")
	err := b.Send(r.Context())
	form := r.Form(r.Path("structures"), 0)
	form.Order = []string{"code", "name", "operator_type", "commune", "off_site", "listed_on"}
	operators := append([]ui.Option{{Value: "", Label: "Choisir"}}, options(items.All, "operator_type")...)
	return form, operators, err
}

func (s *server) structureCreate(r *Request) (Reply, error) {
	form, operators, err := s.structureForm(r)
	if err != nil {
		return Reply{}, err
	}
	again := func(bad fault.Fields) (Reply, error) {
		return invalid("Ajouter une structure", r.structureCrumbs(), sites.StructureNew(r.Again(form, bad), operators, r.Path(r.postsSection()))), nil
	}
	known, err := site.KnownCommunes(r.Context(), r.Tx)
	if err != nil {
		return Reply{}, err
	}
	f := readForm(r.PostForm)
	d := site.StructureDraft{Code: f.text("code"), Name: f.text("name"), OperatorType: f.text("operator_type"),
		OffSite: f.text("off_site") != "", ListedOn: f.date("listed_on")}
	codes, problem := site.ResolveCommunes(known, f.text("commune"))
	switch {
	case problem != "":
		f.problems.Add("commune", problem)
	case len(codes) > 1:
		f.problems.Add("commune", "Indiquez une seule commune.")
	case len(codes) == 1:
		d.Commune = codes[0]
	}
	for name, message := range d.Problems() {
		f.problems.Add(name, message)
	}
	if len(f.problems) > 0 {
		return again(f.problems)
	}
	id, err := site.CreateStructure(r.Context(), r.Tx, r.Stamp(), d)
	if problem, ok := errors.AsType[*fault.Error](err); ok && len(problem.Fields) > 0 {
		return again(problem.Fields)
	}
	if err != nil {
		return Reply{}, err
	}
	return done(r.Path("structures", id), "La structure «\u00a0"+d.Name+"\u00a0» est ajoutée."), nil
}

// mayActFor reports whether the actor may write for a structure: the mission for
// all, a structure for itself. Another structure does not exist for it.
func (r *Request) mayActFor(org uuid.UUID) error {
	switch {
	case r.Actor.Role == access.Mission || org == r.Actor.OrganisationID:
		return nil
	case r.Actor.SeesAll():
		return fault.New(fault.Forbidden, "Cette structure agit elle-même, ou par %s.", r.Actor.Words.TheMission())
	}
	return fault.New(fault.NotFound, pg.NoSuchRecord)
}
