package server

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"copil/internal/collect"
	"copil/internal/fault"
	"copil/internal/french"
	"copil/internal/pg"
	"copil/templates/campaigns"
	"copil/templates/ui"
)

// mostListed bounds what a page of confirmation names one by one.
const mostListed = 20

// listed names the first of what a confirmation is about.
func listed(names []string) []string {
	if rest := len(names) - mostListed; rest > 0 {
		names = append(names[:mostListed:mostListed], "et "+french.Plural(rest, "autre", "autres")+".")
	}
	return names
}

// chosen reads which submissions of a campaign were chosen, in the versions seen.
// What is not of the campaign names nothing.
func (r *Request) chosen(c campaign) (list []collect.Chosen) {
	for _, text := range r.PostForm[campaigns.Choice] {
		id, version, _ := strings.Cut(text, ":")
		n, err := strconv.Atoi(version)
		submission, bad := uuid.Parse(id)
		if err == nil && bad == nil && slices.ContainsFunc(c.submissions, func(s collect.Submission) bool { return s.SubmissionID == submission }) {
			list = append(list, collect.Chosen{SubmissionID: submission, Version: n})
		}
	}
	return list
}

// refuseChoice shows a campaign again with what stands against what was asked.
func (r *Request) refuseChoice(c campaign, again func(*campaigns.Show) *ui.Form, err error) (Reply, error) {
	problem, ok := errors.AsType[*fault.Error](err)
	if !ok || !problem.Mendable() {
		return Reply{}, err
	}
	v := r.campaignView(c)
	form := again(&v)
	if form == nil {
		return Reply{}, err
	}
	reply, bad := invalid, problem.Fields
	if len(bad) == 0 {
		bad = fault.Fields{"": problem.Message}
		if problem.Kind == fault.Conflict {
			reply = conflicting
		}
	}
	*form = r.Again(*form, bad)
	return reply(campaignTitle(c.period), r.crumbs(r.collectCrumb()), campaigns.Page(v)), nil
}

func chooseForm(v *campaigns.Show) *ui.Form  { return v.Choose }
func extendForm(v *campaigns.Show) *ui.Form  { return v.Extend }
func closingForm(v *campaigns.Show) *ui.Form { return v.Close }

var nothingChosen = fault.New(fault.Invalid, "Choisissez au moins une saisie dans le tableau.")

// confirmation makes a page that asks before an act on a campaign; its form sends
// what the first one sent.
func (r *Request) confirmation(c campaign, act string, k ui.Confirm, fields ...string) Reply {
	k.Form = r.Form(r.Path("saisies", c.period.PeriodCode, act), 0)
	k.Form.Hidden = append(k.Form.Hidden, ui.Hidden{Name: confirmField, Value: "1"})
	for _, name := range fields {
		for _, value := range r.PostForm[name] {
			k.Form.Hidden = append(k.Form.Hidden, ui.Hidden{Name: name, Value: value})
		}
	}
	k.Cancel = ui.Link{Label: "Annuler", Href: r.Path("saisies", c.period.PeriodCode)}
	return trial(k.Title, r.crumbs(r.collectCrumb(), r.periodCrumb(c.period)), ui.ConfirmPage(k))
}

// campaignValidate validates those chosen that the actor may validate, once they
// have seen which.
func (s *server) campaignValidate(r *Request) (Reply, error) {
	c, err := r.campaign()
	if err != nil {
		return Reply{}, err
	}
	list := r.chosen(c)
	if len(list) == 0 {
		return r.refuseChoice(c, chooseForm, nothingChosen)
	}
	outcomes, err := collect.ValidateMany(r.Context(), r.Tx, r.Stamp(), list)
	if err != nil {
		return Reply{}, err
	}
	var validated, refused []string
	for _, o := range outcomes {
		name := o.Submission.Organisation + ", " + o.Submission.Place()
		if o.Reason == "" {
			validated = append(validated, name)
		} else {
			refused = append(refused, name+"\u00a0: "+o.Reason)
		}
	}
	if len(validated) == 0 {
		return r.refuseChoice(c, chooseForm, fault.New(fault.Conflict, "Aucune des saisies choisies ne se valide. %s", strings.Join(listed(refused), " ")))
	}
	if r.PostForm.Get(confirmField) == "" {
		k := ui.Confirm{Title: "Confirmer la validation", Submit: "Valider " + french.Plural(len(validated), "saisie", "saisies"),
			Question: "Vous allez valider " + french.Plural(len(validated), "saisie", "saisies") + " de la période " + c.period.Label +
				". Leurs chiffres compteront dans les totaux et ne changeront plus que par une rectification motivée.", Consequences: listed(validated)}
		for _, why := range listed(refused) {
			k.Consequences = append(k.Consequences, "Non validée\u00a0: "+why)
		}
		return r.confirmation(c, "valider", k, campaigns.Choice), nil
	}
	said := french.Plural(len(validated), "saisie est validée", "saisies sont validées") + "."
	if len(refused) > 0 {
		said += " " + french.Plural(len(refused), "autre ne l’est pas", "autres ne le sont pas") + "\u00a0: " + strings.Join(listed(refused), " ")
	}
	return done(r.Path("saisies", c.period.PeriodCode), said), nil
}

// campaignRemind writes to those who have not handed in what was chosen, once the
// actor has seen to whom.
func (s *server) campaignRemind(r *Request) (Reply, error) {
	c, err := r.campaign()
	if err != nil {
		return Reply{}, err
	}
	var ids []uuid.UUID
	for _, one := range r.chosen(c) {
		ids = append(ids, one.SubmissionID)
	}
	if len(ids) == 0 {
		return r.refuseChoice(c, chooseForm, nothingChosen)
	}
	reminders, err := collect.RemindNow(r.Context(), r.Tx, r.Stamp(), ids)
	if err != nil {
		return r.refuseChoice(c, chooseForm, err)
	}
	if len(reminders) == 0 {
		return r.refuseChoice(c, chooseForm, fault.New(fault.Conflict, "Rien à relancer\u00a0: les saisies choisies sont déjà soumises."))
	}
	var names []string
	for _, d := range reminders {
		names = append(names, d.Name+" ("+d.Organisation+")\u00a0: "+french.List(d.Places))
	}
	if r.PostForm.Get(confirmField) == "" {
		return r.confirmation(c, "relancer", ui.Confirm{Title: "Confirmer la relance", Submit: "Envoyer " + french.Plural(len(reminders), "relance", "relances"),
			Question: french.Plural(len(reminders), "personne recevra", "personnes recevront") + " un courriel de relance pour la période " + c.period.Label + ".", Consequences: listed(names)}, campaigns.Choice), nil
	}
	if err := r.queueMails(reminders, r.reminderMail); err != nil {
		return Reply{}, err
	}
	return done(r.Path("saisies", c.period.PeriodCode), french.Plural(len(reminders), "relance est partie", "relances sont parties")+"."+s.mailsWait()), nil
}

// campaignExtend moves the deadline of a campaign, once the actor has confirmed.
func (s *server) campaignExtend(r *Request) (Reply, error) {
	c, err := r.campaign()
	if err != nil {
		return Reply{}, err
	}
	f := readForm(r.PostForm)
	due := f.date("due")
	if len(f.problems) > 0 {
		return r.refuseChoice(c, extendForm, &fault.Error{Kind: fault.Invalid, Fields: f.problems})
	}
	err = r.Tx.Try(r.Context(), func(tx *pg.Tx) error {
		return collect.ExtendCampaign(r.Context(), tx, r.Stamp(), c.period.PeriodCode, due)
	})
	if err != nil {
		return r.refuseChoice(c, extendForm, err)
	}
	told, err := r.awaitedOf(c)
	if err != nil {
		return Reply{}, err
	}
	if r.PostForm.Get(confirmField) == "" {
		k := ui.Confirm{Title: "Confirmer la prolongation", Submit: "Prolonger jusqu’au " + french.Date(due),
			Question: "La collecte de la période " + c.period.Label + " durera jusqu’au " + french.Date(due) + "."}
		k.Consequences = []string{"Ce qui était noté «\u00a0non remise\u00a0» redevient modifiable.", s.mailCount(told)}
		return r.confirmation(c, "prolongation", k, "due"), nil
	}
	if err := r.queueMails(told, r.extensionMail); err != nil {
		return Reply{}, err
	}
	return done(r.Path("saisies", c.period.PeriodCode), "La collecte est prolongée jusqu’au "+french.Date(due)+". "+s.mailCount(told)), nil
}

// campaignClose ends a campaign, once the actor has confirmed.
func (s *server) campaignClose(r *Request) (Reply, error) {
	c, err := r.campaign()
	if err != nil {
		return Reply{}, err
	}
	err = r.Tx.Try(r.Context(), func(tx *pg.Tx) error {
		return collect.CloseCampaign(r.Context(), tx, r.Stamp(), c.period.PeriodCode)
	})
	if err != nil {
		return r.refuseChoice(c, closingForm, err)
	}
	if r.PostForm.Get(confirmField) != "" {
		return done(r.Path("saisies", c.period.PeriodCode), "La collecte est close."), nil
	}
	left, returned := 0, 0
	for _, sub := range c.submissions {
		returned += count(sub.State == collect.ToCorrect)
		left += count((sub.State == collect.ToEnter || sub.State == collect.Draft) && (sub.DueOn == nil || sub.DueOn.Before(r.Today)))
	}
	k := ui.Confirm{Title: "Confirmer la clôture", Submit: "Clore la collecte", Question: "Vous allez clore la collecte de la période " + c.period.Label + "."}
	switch left {
	case 0:
		k.Consequences = []string{"Aucune autre saisie ne sera notée «\u00a0non remise\u00a0»."}
	default:
		k.Consequences = []string{french.Plural(left, "saisie sera notée", "saisies seront notées") + " «\u00a0non remise\u00a0».", "Vous pourrez en rouvrir une, ou prolonger la collecte."}
	}
	if returned > 0 {
		k.Consequences = append(k.Consequences, french.Plural(returned, "saisie renvoyée peut", "saisies renvoyées peuvent")+" encore être corrigée"+french.Agree(returned, "", "s")+".")
	}
	return r.confirmation(c, "cloture", k), nil
}

// submissionReopening asks how long one submission reopens, and why.
func (s *server) submissionReopening(r *Request) (Reply, error) {
	v, err := r.reopening()
	if err != nil {
		return Reply{}, err
	}
	v.Form.Values.Set("due", french.ShortDate(r.Today.Add(14*24*time.Hour)))
	return r.showReopening(page, v), nil
}

// submissionReopen reopens one submission that was not handed in.
func (s *server) submissionReopen(r *Request) (Reply, error) {
	v, err := r.reopening()
	if err != nil {
		return Reply{}, err
	}
	f := readForm(r.PostForm)
	due, reason := f.date("due"), f.long("reason")
	reply := invalid
	if len(f.problems) == 0 {
		id := v.Submission.SubmissionID
		err := r.Tx.Try(r.Context(), func(tx *pg.Tx) error {
			return collect.ReopenSubmission(r.Context(), tx, r.Stamp(), id, f.version(), due, reason)
		})
		if err == nil {
			told, err := r.remindersOf([]uuid.UUID{id})
			if err == nil {
				err = r.queueMails(told, func(d collect.DueReminder) mailDraft { return r.reopeningMail(d, reason) })
			}
			return done(v.Back, "La saisie est rouverte jusqu’au "+french.Date(due)+". "+s.mailCount(told)), err
		}
		if reply, f.problems, err = toMend(nil, err); err != nil {
			return Reply{}, err
		}
	}
	v.Form = r.Again(v.Form, f.problems)
	return r.showReopening(reply, v), nil
}
