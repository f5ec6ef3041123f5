package server

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/collect"
	"copil/internal/convention"
	"copil/internal/fault"
	"copil/internal/french"
	"copil/internal/pg"
	"copil/templates/campaigns"
	"copil/templates/ui"
)

// daysToAnswer is how long after a period's end its figures are due, unless the
// mission says otherwise.
const daysToAnswer = 45

// opening reads a period that may be opened, and who owes figures for it.
func (r *Request) opening() (p convention.Period, owed []collect.Owed, err error) {
	b := r.Tx.Batch()
	periods, who := convention.Periods(b), collect.WhoOwes(b, r.Param("periode"))
	if err := b.Send(r.Context()); err != nil {
		return p, nil, err
	}
	p, err = r.periodNamed(periods.All)
	return p, who.All, err
}

func (s *server) campaignOpening(r *Request) (Reply, error) {
	p, owed, err := r.opening()
	if err != nil {
		return Reply{}, err
	}
	if !r.mayOpen(p) {
		return done(r.Path("saisies", p.PeriodCode), ""), nil
	}
	v := r.openingView(p, owed)
	due := p.EndsOn.AddDate(0, 0, daysToAnswer)
	if !due.After(r.Today) {
		due = r.Today.AddDate(0, 0, daysToAnswer)
	}
	v.Form.Values = url.Values{"due": {french.ShortDate(due)}, "message": {defaultMessage(p, r.Actor.Words)}}
	for _, o := range owed {
		v.Form.Values.Add("who", owedName(o))
	}
	return r.showOpening(page, v), nil
}

func defaultMessage(p convention.Period, words access.Words) string {
	count := "Comptez les personnes en poste et les postes au " + french.Date(p.EndsOn) + ", l’activité sur toute la période."
	if words.NoPosts {
		count = "Comptez l’activité sur toute la période, du " + french.Date(p.StartsOn) + " au " + french.Date(p.EndsOn) + "."
	}
	return count + " Un chiffre que vous ne connaissez pas se répond «\u00a0non renseigné\u00a0»\u00a0; zéro est une réponse."
}

func (r *Request) showOpening(reply func(string, []ui.Link, templ.Component) Reply, v campaigns.Opening) Reply {
	return reply("Ouvrir la collecte "+v.Period.PeriodCode, r.crumbs(r.collectCrumb(), r.periodCrumb(v.Period)), campaigns.Open(v))
}

func (r *Request) openingView(p convention.Period, owed []collect.Owed) campaigns.Opening {
	v := campaigns.Opening{Period: p, Form: r.Form(r.Path("saisies", p.PeriodCode, "ouverture"), 0), Back: r.Path("saisies", p.PeriodCode)}
	groups := []campaigns.Group{{Title: "Structures à qui demander leurs chiffres"}, {Title: "Signataires et " + strings.TrimSpace(french.Bare(r.Actor.Words.TheMission()))}}
	for _, o := range owed {
		g := &groups[0]
		if o.Reporter != "structure" {
			g = &groups[1]
		}
		label := o.Organisation + ", hors site"
		if o.SiteID != nil {
			label = o.Organisation + ", " + o.SiteName
		}
		if o.Asked {
			label += " (déjà demandée)"
		}
		g.Options = append(g.Options, ui.Option{Value: owedName(o), Label: label})
	}
	v.Groups = slices.DeleteFunc(groups, func(g campaigns.Group) bool { return len(g.Options) == 0 })
	return v
}

// owedName is what a form sends for a submission that is owed.
func owedName(o collect.Owed) string {
	if o.SiteID == nil {
		return o.OrganisationID.String()
	}
	return o.OrganisationID.String() + "/" + o.SiteID.String()
}

// chosenOwed reads who is to be asked.
func chosenOwed(names []string, owed []collect.Owed) (list []collect.Owed) {
	for _, o := range owed {
		if slices.Contains(names, owedName(o)) {
			list = append(list, o)
		}
	}
	return list
}

// campaignOpen opens the collecting of a period, once the actor has seen how many
// are written to.
func (s *server) campaignOpen(r *Request) (Reply, error) {
	p, owed, err := r.opening()
	if err != nil {
		return Reply{}, err
	}
	f := readForm(r.PostForm)
	due, message, who := f.date("due"), f.long("message"), chosenOwed(r.PostForm["who"], owed)
	reply := invalid
	if len(f.problems) == 0 {
		err = r.Tx.Try(r.Context(), func(tx *pg.Tx) error {
			return collect.OpenCampaign(r.Context(), tx, r.Stamp(), p.PeriodCode, due, message, who)
		})
		if err == nil {
			return s.opened(r, p, due, message, who)
		}
		if reply, f.problems, err = toMend(nil, err); err != nil {
			return Reply{}, err
		}
	}
	v := r.openingView(p, owed)
	v.Form = r.Again(v.Form, f.problems)
	return r.showOpening(reply, v), nil
}

// opened asks for a confirmation of what was tried, or queues the mails of what
// is confirmed.
func (s *server) opened(r *Request, p convention.Period, due time.Time, message string, who []collect.Owed) (Reply, error) {
	c, err := r.campaign()
	if err != nil {
		return Reply{}, err
	}
	told, err := r.awaitedOf(c)
	if err != nil {
		return Reply{}, err
	}
	organisations := map[uuid.UUID]bool{}
	for _, o := range who {
		organisations[o.OrganisationID] = true
	}
	asked := french.Plural(len(who), "saisie demandée", "saisies demandées") + " à " + french.Plural(len(organisations), "organisme", "organismes")
	if r.PostForm.Get(confirmField) == "" {
		k := ui.Confirm{Title: "Confirmer l’ouverture", Submit: "Ouvrir la collecte", Question: "Vous allez ouvrir la collecte de la période " + p.Label + ", jusqu’au " + french.Date(due) + "."}
		k.Consequences = append(k.Consequences, french.Capital(asked)+".", s.mailCount(told))
		if n := standIns(told); n > 0 {
			k.Consequences = append(k.Consequences, french.Plural(n, "organisme n’a aucun membre", "organismes n’ont aucun membre")+" dans Copil\u00a0: le courriel va "+french.To(r.Actor.Words.TheMission())+".")
		}
		return r.confirmation(c, "ouverture", k, "due", "message", "who"), nil
	}
	if err := r.queueMails(told, func(d collect.DueReminder) mailDraft { return r.openingMail(d, message) }); err != nil {
		return Reply{}, err
	}
	return done(r.Path("saisies", p.PeriodCode), "La collecte est ouverte\u00a0: "+asked+". "+s.mailCount(told)), nil
}

// standIns counts the organisations for which the mission is written to.
func standIns(told []collect.DueReminder) int {
	of := map[uuid.UUID]bool{}
	for _, d := range told {
		if d.StandIn {
			of[d.OrganisationID] = true
		}
	}
	return len(of)
}

// reopening reads a submission that was not handed in.
func (r *Request) reopening() (v campaigns.Reopening, err error) {
	id, err := r.ID()
	if err != nil {
		return v, err
	}
	b := r.Tx.Batch()
	found, periods := collect.Get(b, id), convention.Periods(b)
	if err := b.Send(r.Context()); err != nil {
		return v, err
	}
	if v.Submission, err = found.One(); err != nil {
		return v, err
	}
	if v.Period, err = r.periodNamed(periods.All); err != nil {
		return v, err
	}
	if v.Submission.PeriodCode != v.Period.PeriodCode {
		return v, fault.New(fault.NotFound, pg.NoSuchRecord)
	}
	v.Form = r.Form(r.Path("saisies", v.Period.PeriodCode, id, "rouvrir"), v.Submission.Version)
	v.Form.Values, v.Back = url.Values{}, r.Path("saisies", v.Period.PeriodCode)
	return v, nil
}

func (r *Request) showReopening(reply func(string, []ui.Link, templ.Component) Reply, v campaigns.Reopening) Reply {
	return reply("Rouvrir la saisie", r.crumbs(r.collectCrumb(), r.periodCrumb(v.Period)), campaigns.Reopen(v))
}
