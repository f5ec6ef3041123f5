package server

import (
	"errors"
	"net/url"
	"time"

	"github.com/google/uuid"

	"copil/internal/collect"
	"copil/internal/convention"
	"copil/internal/fault"
	"copil/internal/french"
	"copil/internal/pg"
	"copil/internal/site"
	"copil/templates/jobs"
	"copil/templates/ui"
)

func (s *server) postCreate(r *Request) (Reply, error) {
	f := readForm(r.PostForm)
	org := f.optionalID("structure")
	if org == nil {
		return Reply{}, fault.New(fault.NotFound, pg.NoSuchRecord)
	}
	if err := r.mayActFor(*org); err != nil {
		return Reply{}, err
	}
	d := site.PostDraft{OrganisationID: *org, Count: f.int("count"), SiteID: f.optionalID("site"), JobType: f.text("job_type"), Quotity: f.decimal("quotity"),
		OpenedOn: f.date("opened_on"), FilledOn: f.optionalDate("filled_on"),
		ConsolidatedOn: f.optionalDate("consolidated_on"), Consolidation: site.Consolidation(f.text("consolidation"))}
	for name, message := range d.Problems(r.Today) {
		f.problems.Add(name, message)
	}
	if len(f.problems) == 0 {
		err := site.AddPosts(r.Context(), r.Tx, r.Stamp(), d)
		problem, ok := errors.AsType[*fault.Error](err)
		switch {
		case err == nil:
			kept, err := r.keptByPosts(*org, d.SiteID)
			note := kept.note(french.Agree(d.Count, "ce poste comptera", "ces postes compteront"), &d.OpenedOn)
			return done(r.Path("emplois")+"?"+url.Values{"structure": {org.String()}}.Encode(), french.Plural(d.Count, "poste ajouté", "postes ajoutés")+"."+note), err
		case !ok || len(problem.Fields) == 0:
			return Reply{}, err
		}
		f.problems = problem.Fields
	}
	v, err := s.jobView(r, org)
	if err != nil {
		return Reply{}, err
	}
	if v.Add == nil {
		return Reply{}, fault.New(fault.NotFound, pg.NoSuchRecord)
	}
	again := r.Again(*v.Add, f.problems)
	v.Add = &again
	return invalid(r.Actor.Words.PostsTitle(), r.crumbs(), jobs.Index(v)), nil
}

func (s *server) postEdit(r *Request) (Reply, error) {
	p, form, counts, err := s.postForm(r)
	if err != nil {
		return Reply{}, err
	}
	for name, day := range map[string]string{"filled_on": shortDate(p.FilledOn), "vacated_on": shortDate(p.VacatedOn),
		"closed_on": shortDate(p.ClosedOn), "consolidated_on": shortDate(p.ConsolidatedOn)} {
		form.Values.Set(name, day)
	}
	if p.Consolidation != nil {
		form.Values.Set("consolidation", string(*p.Consolidation))
	}
	return page("Poste "+p.Reference, r.structureCrumbs(), jobs.Edit(p, form, counts, r.editLinks(p))), nil
}

func (r *Request) postsHref(p site.Post) string {
	return r.Path("emplois") + "?" + url.Values{"structure": {p.OrganisationID.String()}}.Encode()
}

// postForm reads a post that the actor may change, its form, and whether the
// convention counts consolidated jobs.
func (s *server) postForm(r *Request) (p site.Post, form ui.Form, countsJobs bool, err error) {
	id, err := r.ID()
	if err != nil {
		return p, form, false, err
	}
	b := r.Tx.Batch()
	found, measures := site.GetPost(b, id), convention.Measures(b, r.Today)
	if err := b.Send(r.Context()); err != nil {
		return p, form, false, err
	}
	if p, err = found.One(); err != nil {
		return p, form, false, err
	}
	form = r.Form(r.Path("emplois", id), p.Version)
	form.Order = []string{"filled_on", "vacated_on", "consolidation", "consolidated_on", "closed_on"}
	return p, form, collect.CountsJobs(measures.All), r.mayActFor(p.OrganisationID)
}

func (s *server) postUpdate(r *Request) (Reply, error) {
	p, form, counts, err := s.postForm(r)
	if err != nil {
		return Reply{}, err
	}
	f := readForm(r.PostForm)
	c := site.PostChange{FilledOn: f.optionalDate("filled_on"), VacatedOn: f.optionalDate("vacated_on"), ClosedOn: f.optionalDate("closed_on"),
		ConsolidatedOn: f.optionalDate("consolidated_on"), Consolidation: site.Consolidation(f.text("consolidation"))}
	reply := invalid
	if len(f.problems) == 0 {
		err = site.ChangePost(r.Context(), r.Tx, r.Stamp(), p.PostID, f.version(), c)
		if err == nil {
			kept, err := r.keptByPosts(p.OrganisationID, p.SiteID)
			note := kept.note("ce changement comptera", changed(p, c)...)
			return done(r.postsHref(p), "Le poste "+p.Reference+" est enregistré."+note), err
		}
		if reply, f.problems, err = toMend(nil, err); err != nil {
			return Reply{}, err
		}
	}
	return reply("Poste "+p.Reference, r.structureCrumbs(), jobs.Edit(p, r.Again(form, f.problems), counts, r.editLinks(p))), nil
}

// editLinks are where the page of a post leads.
func (r *Request) editLinks(p site.Post) jobs.Links {
	return jobs.Links{Back: r.postsHref(p), Withdraw: r.Path("emplois", p.PostID, "retirer"), Edit: r.Path("emplois", p.PostID), Pool: r.Path("emplois", "mutualises", p.PostID)}
}

// keptByPosts tells what posts of a structure, on a site or off-site, do not
// change any more.
func (r *Request) keptByPosts(organisation uuid.UUID, at *uuid.UUID) (periodsKept, error) {
	b := r.Tx.Batch()
	periods, submissions := convention.Periods(b), collect.List(b, collect.Filter{OrganisationID: &organisation})
	err := b.Send(r.Context())
	return frozen(periods.All, r.Today).with(submissions.All, organisation, at), err
}

// changed are the dates that a change sets or takes away.
func changed(p site.Post, c site.PostChange) (days []*time.Time) {
	for _, pair := range [][2]*time.Time{{p.FilledOn, c.FilledOn}, {p.VacatedOn, c.VacatedOn}, {p.ClosedOn, c.ClosedOn}, {p.ConsolidatedOn, c.ConsolidatedOn}} {
		if shortDate(pair[0]) != shortDate(pair[1]) {
			days = append(days, pair[0], pair[1])
		}
	}
	return days
}

// postWithdrawal asks whether a post was a mistake, or says why it stays.
func (s *server) postWithdrawal(r *Request) (Reply, error) {
	p, form, stays, err := s.withdrawalForm(r)
	if err != nil {
		return Reply{}, err
	}
	return page("Retirer le poste "+p.Reference, r.postCrumbs(p), jobs.Withdraw(p, form, r.editLinks(p), stays)), nil
}

func (r *Request) postCrumbs(p site.Post) []ui.Link {
	return append(r.structureCrumbs(), ui.Link{Label: "Poste " + p.Reference, Href: r.Path("emplois", p.PostID)})
}

// withdrawalForm reads a post that the actor may change, and why it cannot be
// taken back; stays is "" when it can.
func (s *server) withdrawalForm(r *Request) (p site.Post, form ui.Form, stays string, err error) {
	id, err := r.ID()
	if err != nil {
		return p, form, "", err
	}
	b := r.Tx.Batch()
	found, counted := site.GetPost(b, id), site.CountedIn(b, id)
	if err := b.Send(r.Context()); err != nil {
		return p, form, "", err
	}
	if p, err = found.One(); err != nil {
		return p, form, "", err
	}
	if len(counted.All) > 0 {
		stays = site.AlreadyCounted(counted.All)
	}
	return p, r.Form(r.Path("emplois", id, "retirer"), p.Version), stays, r.mayActFor(p.OrganisationID)
}

func (s *server) postWithdraw(r *Request) (Reply, error) {
	p, form, stays, err := s.withdrawalForm(r)
	if err != nil {
		return Reply{}, err
	}
	f := readForm(r.PostForm)
	reason := f.long("reason")
	reply := invalid
	if len(f.problems) == 0 {
		err = site.WithdrawPost(r.Context(), r.Tx, r.Stamp(), p.PostID, f.version(), reason)
		if err == nil {
			return done(r.postsHref(p), "Le poste "+p.Reference+" est retiré\u00a0: il n’est plus compté nulle part."), nil
		}
		if reply, f.problems, err = toMend(nil, err); err != nil {
			return Reply{}, err
		}
	}
	return reply("Retirer le poste "+p.Reference, r.postCrumbs(p), jobs.Withdraw(p, r.Again(form, f.problems), r.editLinks(p), stays)), nil
}
