package server

import (
	"copil/internal/pg"
	"copil/internal/site"
	"copil/templates/sites"
	"copil/templates/ui"
)

// confirmField is what the button of a page of confirmation sends.
const confirmField = "confirme"

// siteChangeState asks for a confirmation of a change that it has tried, and
// makes it once it is confirmed.
func (s *server) siteChangeState(r *Request) (Reply, error) {
	id, err := r.ID()
	if err != nil {
		return Reply{}, err
	}
	v, err := s.siteView(r, id)
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
		err = r.Tx.Try(r.Context(), func(tx *pg.Tx) error {
			return site.ChangeState(r.Context(), tx, r.Stamp(), id, f.version(), t)
		})
		if err == nil && f.text(confirmField) == "" {
			return trial("Confirmer le changement d’état", r.siteCrumbs(v.Site), sites.ConfirmState(r.confirmView(v, t, f.version()))), nil
		}
		if err == nil {
			return done(r.Path("sites", id), "Le site est maintenant «\u00a0"+t.To.Label()+"\u00a0»."+v.Kept(t.SinceOn)), nil
		}
		if reply, f.problems, err = toMend(nil, err); err != nil {
			return Reply{}, err
		}
	}
	v.Transition = r.Again(v.Transition, f.problems)
	return reply(v.Site.Name, r.crumbs(r.sitesCrumb()), sites.Show(v)), nil
}

// siteCrumbs leads to a page below a site's own.
func (r *Request) siteCrumbs(s site.Site) []ui.Link {
	return r.crumbs(r.sitesCrumb(), ui.Link{Label: s.Code + " – " + s.Name, Href: r.Path("sites", s.SiteID)})
}

// confirmView shows what a change of state would do. Its form has a key of its
// own, and the version that the person saw first.
func (r *Request) confirmView(v sites.ShowView, t site.Transition, version int) sites.ConfirmView {
	form := r.Form(v.Transition.Action, version)
	for _, name := range []string{"state", "since_on", "decision", "reason"} {
		form.Hidden = append(form.Hidden, ui.Hidden{Name: name, Value: r.PostForm.Get(name)})
	}
	return sites.ConfirmView{Site: v.Site, Now: v.History[len(v.History)-1], Change: t, By: r.Actor.Name, Form: form,
		Note: v.Kept(t.SinceOn), Back: r.Path("sites", v.Site.SiteID)}
}
