package collect

import (
	"slices"
	"time"

	"copil/internal/access"
	"copil/internal/convention"
	"copil/internal/french"
	"copil/internal/lifecycle"
)

// standing is a submission as its steps are judged: with its period, on a day.
type standing struct {
	Submission
	period convention.Period
	today  time.Time
}

// What the steps ask for, in words.
const (
	ifEntering  = "la période est en collecte\u00a0; un organisme saisit ses seuls chiffres"
	ifReviewing = "parmi les signataires, ceux qui coprésident"
	ifAccepting = "parmi les signataires, ceux qui coprésident\u00a0; jamais qui a saisi ces chiffres"
	ifOverdue   = "quinze jours après l’échéance"
	ifReopening = "la période est en collecte"
	ifOther     = "une autre personne que celle qui propose\u00a0; parmi les signataires, ceux qui coprésident"
)

// Lifecycles returns the steps of a submission and of a correction, to be printed.
func Lifecycles() []lifecycle.Table {
	return []lifecycle.Table{steps.Table("Saisie", State.Label), corrections.Table("Rectification", CorrectionState.Label)}
}

// steps are all that can become of a submission (domain.md 4.2 with 8.1).
var steps = lifecycle.Machine[State, standing]{
	{From: ToEnter, To: Draft, By: access.FigureWrite, Guard: standing.mayEnter, If: ifEntering},
	{From: Draft, To: Draft, By: access.FigureWrite, Guard: standing.mayEnter, If: ifEntering},
	{From: ToCorrect, To: ToCorrect, By: access.FigureWrite, Guard: standing.mayEnter, If: ifEntering},
	{From: ToEnter, To: Submitted, By: access.FigureWrite, Guard: standing.mayEnter, If: ifEntering},
	{From: Draft, To: Submitted, By: access.FigureWrite, Guard: standing.mayEnter, If: ifEntering},
	{From: ToCorrect, To: Submitted, By: access.FigureWrite, Guard: standing.mayEnter, If: ifEntering},

	{From: Submitted, To: ToCorrect, By: access.FigureValidate, Guard: standing.mayReview, If: ifReviewing},
	{From: ToCorrect, To: ToCorrect, By: access.FigureValidate, Guard: standing.mayReview, If: ifReviewing}, // one remark more
	{From: Submitted, To: Validated, By: access.FigureValidate, Guard: standing.mayAccept, If: ifAccepting},

	{From: ToEnter, To: Unreturned, By: "", Guard: standing.isOverdue, If: ifOverdue},
	{From: Draft, To: Unreturned, By: "", Guard: standing.isOverdue, If: ifOverdue},
	{From: ToEnter, To: Unreturned, By: access.CampaignWrite}, // the collecting is closed
	{From: Draft, To: Unreturned, By: access.CampaignWrite},
	{From: Unreturned, To: Draft, By: access.CampaignWrite, Guard: standing.mayReopen, If: ifReopening},

	{From: Validated, To: Validated, By: access.FigureValidate, Guard: standing.mayReview, If: ifReviewing}, // a correction that somebody else proposed
}

// MayWrite answers whether the actor may enter figures in a submission of a
// period, and if not, why and who can lift it. Pages, imports and API ask it.
func MayWrite(s Submission, period convention.Period, actor access.Actor, today time.Time) (reason string) {
	o := standing{s, period, today}
	if !actor.Can(access.FigureWrite) {
		return "Votre profil consulte les chiffres sans les saisir."
	}
	if reason := o.mayEnter(actor); reason != "" {
		return reason
	}
	next := Draft
	if s.State == ToCorrect {
		next = ToCorrect
	}
	reason = steps.May(o, s.State, next, actor)
	switch {
	case reason == lifecycle.NotYours:
		return "Le délai est dépassé. " + french.Capital(actor.Words.TheMission()) + " peut rouvrir la saisie."
	case reason == lifecycle.NoStep && s.State == Submitted:
		return "La saisie est soumise et attend sa validation. " + french.Capital(actor.Words.TheMission()) + ", ou un signataire qui copréside, peut la renvoyer pour correction."
	case reason == lifecycle.NoStep:
		return "La saisie a été validée" + onDay(s.ValidatedOn) + "\u00a0: elle ne change plus. Une correction passe par une rectification motivée, que " + actor.Words.TheMission() + " enregistre."
	}
	return reason
}

// MayWriteMeasure answers whether figures of one measure may change in a
// submission that MayWrite allows: once it was returned, only where a remark of
// its round stands. Comments may always be added.
func MayWriteMeasure(s Submission, m convention.Measure) (reason string) {
	switch {
	case s.State != ToCorrect || slices.Contains(s.Remarked, m.MeasureCode):
		return ""
	case m.Source == convention.FromPosts && countsPosts(s):
		return "" // posts are counted together
	}
	return "Ce chiffre n’a pas reçu de remarque\u00a0: il ne change pas."
}

// MayValidate answers whether the actor may validate a submission, and if not,
// why. Nobody validates figures that they entered: persons are compared.
func MayValidate(s Submission, actor access.Actor) (reason string) {
	if s.State == Validated && actor.Can(access.FigureValidate) {
		return "Cette saisie est déjà validée" + onDay(s.ValidatedOn) + "."
	}
	return mayDecide(s, Validated, actor, "Seule une saisie soumise se valide.")
}

// MayReturn answers whether the actor may send a submission back for correction,
// and if not, why.
func MayReturn(s Submission, actor access.Actor) (reason string) {
	return mayDecide(s, ToCorrect, actor, "Seule une saisie soumise se renvoie.")
}

// MayRemark answers whether the actor may add a remark to a submission that was
// returned, which opens one more of its figures, and if not, why.
func MayRemark(s Submission, actor access.Actor) (reason string) {
	switch {
	case !actor.Can(access.FigureValidate):
		return "Votre profil ne relit pas les chiffres. " + whoDecides(actor)
	case s.State != ToCorrect:
		return "Une remarque s’ajoute à une saisie renvoyée, tant qu’elle n’est pas soumise à nouveau."
	}
	return standing{Submission: s}.mayReview(actor)
}

func mayDecide(s Submission, to State, actor access.Actor, notNow string) string {
	if !actor.Can(access.FigureValidate) {
		return "Votre profil ne valide pas les chiffres. " + whoDecides(actor)
	}
	if s.State != Submitted {
		return notNow
	}
	return steps.May(standing{Submission: s}, s.State, to, actor)
}

// mayEnter guards the figures of one organisation while its period is collected.
func (o standing) mayEnter(actor access.Actor) string {
	mission := actor.Words.TheMission()
	switch state := o.period.StateOn(o.today); {
	case actor.Role != access.Mission && o.OrganisationID != actor.OrganisationID:
		return "Ces chiffres sont ceux d’un autre organisme\u00a0: vous les lisez sans pouvoir les changer."
	case state == convention.PeriodClosed:
		return "La période " + o.period.Label + " n’est pas ouverte à la saisie. " + french.Capital(mission) + " l’ouvrira."
	case state != convention.PeriodOpen:
		return "Le bilan de cette période est validé\u00a0: ses chiffres ne changent plus. Une correction passe par une rectification motivée, que " + mission + " enregistre."
	case (o.State == ToEnter || o.State == Draft) && o.closedToAll() && !actor.Can(access.CampaignWrite):
		return "La collecte est close" + onDay(o.period.ClosedOn) + ". " + french.Capital(mission) + " peut rouvrir la saisie."
	}
	return ""
}

// closedToAll reports whether the collecting is closed and the submission has no
// deadline of its own that still runs.
func (o standing) closedToAll() bool {
	closed := o.period.ClosedOn != nil && !o.period.ClosedOn.After(o.today)
	return closed && (o.DueOn == nil || o.DueOn.Before(o.today))
}

// mayReview: among the signatories, only those that co-chair the committee.
func (o standing) mayReview(actor access.Actor) string {
	if actor.Role == access.Signatory && !slices.Contains(o.Chairs, actor.OrganisationID) {
		return "Votre organisme ne copréside pas " + actor.Words.TheCommittee() + ". " + whoDecides(actor)
	}
	return ""
}

// whoDecides tells who may not validate who does. A party that co-chairs has two
// profiles: who represents it reads, and who follows its figures validates them.
func whoDecides(actor access.Actor) string {
	return "Cette décision revient " + french.To(actor.Words.TheMission()) + ", ou au suivi des parties qui coprésident " + actor.Words.TheCommittee() + "."
}

// mayAccept: and nobody what they entered.
func (o standing) mayAccept(actor access.Actor) string {
	if reason := o.mayReview(actor); reason != "" {
		return reason
	}
	if slices.Contains(o.Authors, actor.PersonID) {
		return "Vous avez saisi ces chiffres, ou des postes qu’ils comptent\u00a0: une autre personne, " + french.Of(actor.Words.TheMission()) + " ou d’un signataire qui copréside, doit les valider."
	}
	return ""
}

// mayReopen: until the committee has validated the period's report.
func (o standing) mayReopen(actor access.Actor) string {
	if o.period.StateOn(o.today) != convention.PeriodOpen {
		return "La période " + o.period.Label + " n’est pas en collecte\u00a0: une saisie n’y rouvre plus."
	}
	return ""
}

func (o standing) isOverdue(access.Actor) string {
	if due := Deadline(o.Submission, o.period); due == nil || due.AddDate(0, 0, GraceDays).After(o.today) {
		return "Le délai court encore."
	}
	return ""
}

// GraceDays is how long after its deadline a submission that was not handed in
// counts as unreturned (domain.md 4.2).
const GraceDays = 15

// Deadline is the last day on which a submission may be handed in in time: its
// own, else the period's; nil while none is set.
func Deadline(s Submission, period convention.Period) *time.Time {
	if s.DueOn != nil {
		return s.DueOn
	}
	return period.DueOn
}

// Late reports whether a submission is past its deadline without being handed
// in; one that was returned has to be handed in again. It is derived and never
// stored, and reminds nobody: those have rules of their own.
func Late(s Submission, period convention.Period, today time.Time) bool {
	due := Deadline(s, period)
	return due != nil && due.Before(today) && (s.State == ToEnter || s.State == Draft || s.State == ToCorrect)
}

func onDay(day *time.Time) string {
	if day == nil {
		return ""
	}
	return " le " + french.Date(*day)
}
