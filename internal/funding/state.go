package funding

import (
	"slices"
	"time"

	"copil/internal/access"
	"copil/internal/lifecycle"
)

// Kind is what a step tells.
type Kind string

// The kinds of steps, as stored.
const (
	Request       Kind = "demande"
	Grant         Kind = "accord"
	Refusal       Kind = "refus"
	Notice        Kind = "notification"
	Agreement     Kind = "convention"
	Payment       Kind = "versement"
	Account       Kind = "compte_rendu" // compte rendu financier
	Extension     Kind = "prolongation"
	Renunciation  Kind = "non_realisation"
	RefundRequest Kind = "reversement_demande"
	Refund        Kind = "reversement"
	Closing       Kind = "solde"
	Cancellation  Kind = "annulation"
)

// Kinds lists every kind of step, in the order of the form.
var Kinds = []Kind{Request, Grant, Refusal, Notice, Agreement, Payment, Account, Extension, Renunciation, RefundRequest, Refund, Closing, Cancellation}

var kindLabels = map[Kind]string{
	Request: "Demande", Grant: "Accord", Refusal: "Refus", Notice: "Notification", Agreement: "Convention signée", Payment: "Versement",
	Account: "Compte rendu financier remis", Extension: "Prolongation accordée", Renunciation: "Attestation de non-réalisation",
	RefundRequest: "Reversement demandé", Refund: "Reversement reçu", Closing: "Solde", Cancellation: "Annulation",
}

// Label returns the kind's name on screen.
func (k Kind) Label() string { return kindLabels[k] }

// InEuros reports whether a step of the kind bears an amount that counts.
func (k Kind) InEuros() bool {
	return slices.Contains([]Kind{Request, Grant, Notice, Payment, RefundRequest, Refund}, k)
}

// Explained reports whether a step of the kind needs a reason.
func (k Kind) Explained() bool {
	return slices.Contains([]Kind{Refusal, Extension, Renunciation, RefundRequest, Cancellation}, k)
}

// State is where a line stands (domain.md 4.7). It is never stored.
type State string

// The states.
const (
	Planned       State = "prevue"
	Requested     State = "demandee"
	Granted       State = "accordee"
	Refused       State = "refusee"
	Notifying     State = "notifiee"
	Agreed        State = "conventionnee"
	PartlyPaid    State = "versee_partiellement"
	Paid          State = "versee"
	Accounted     State = "justifiee"
	Extended      State = "prolongee"
	NotDone       State = "non_realisee"
	RefundAwaited State = "reversement_demande"
	Closed        State = "soldee"
	Cancelled     State = "annulee"
)

// States lists every state, in the order of a line's life.
var States = []State{Planned, Requested, Granted, Notifying, Agreed, PartlyPaid, Paid, Extended, Accounted, Closed, RefundAwaited, NotDone, Refused, Cancelled}

var stateLabels = map[State]string{
	Planned: "Prévu", Requested: "Demandé", Granted: "Accordé", Refused: "Refusé", Notifying: "Notifié", Agreed: "Conventionné",
	PartlyPaid: "Versé en partie", Paid: "Versé", Accounted: "Justifié", Extended: "Prolongé", NotDone: "Non réalisé",
	RefundAwaited: "Reversement demandé", Closed: "Soldé", Cancelled: "Annulé",
}

// Label returns the state's name on screen.
func (s State) Label() string { return stateLabels[s] }

// leads is the state that a step leads to, but for a payment.
var leads = map[Kind]State{
	Request: Requested, Grant: Granted, Refusal: Refused, Notice: Notifying, Agreement: Agreed, Account: Accounted, Extension: Extended,
	Renunciation: NotDone, RefundRequest: RefundAwaited, Closing: Closed, Cancellation: Cancelled,
}

// StateOf deduces where a line stands from its steps, in the order in which they
// were recorded.
func StateOf(steps []Step) State {
	state := Planned
	live := Live(steps)
	for i, s := range live {
		so := SumsOf(live[:i+1], 0)
		switch {
		case s.Kind == Payment && state == Accounted: // the balance, once it is accounted for
		case s.Kind == Payment && so.Paid.GreaterThanOrEqual(so.Notified):
			state = Paid
		case s.Kind == Payment, so.Paid.IsPositive() && (s.Kind == Grant || s.Kind == Notice || s.Kind == Agreement):
			state = PartlyPaid
		case s.Kind != Refund: // which leaves it awaited until the line is closed
			state = leads[s.Kind]
		}
	}
	return state
}

// Standing is a line as its steps are judged, on a day.
type Standing struct {
	Line
	Today time.Time
}

// What the steps ask for, in words.
const (
	ifOwn      = "parmi les signataires, l’organisme qui finance"
	ifBalanced = ifOwn + "\u00a0; tout ce qui a été notifié est versé"
	ifReturned = ifOwn + "\u00a0; tout ce qui a été demandé est reversé"
)

// Lifecycles returns the steps of a line, to be printed.
func Lifecycles() []lifecycle.Table {
	return []lifecycle.Table{Steps.Table("Ligne de financement", State.Label)}
}

// Steps are all that can become of a line (domain.md 4.7). Who may is either the
// mission, for all, or a signatory for what its own party brings.
var Steps = lifecycle.Machine[State, Standing]{
	{From: Planned, To: Requested, By: access.MoneyWrite, Guard: Standing.mine, If: ifOwn},
	{From: Planned, To: Granted, By: access.MoneyWrite, Guard: Standing.mine, If: ifOwn},
	{From: Requested, To: Granted, By: access.MoneyWrite, Guard: Standing.mine, If: ifOwn},
	{From: Requested, To: Refused, By: access.MoneyWrite, Guard: Standing.mine, If: ifOwn},
	{From: Granted, To: Granted, By: access.MoneyWrite, Guard: Standing.mine, If: ifOwn}, // another year, or more
	{From: Granted, To: Notifying, By: access.MoneyWrite, Guard: Standing.mine, If: ifOwn},
	{From: Notifying, To: Granted, By: access.MoneyWrite, Guard: Standing.mine, If: ifOwn},
	{From: Notifying, To: Notifying, By: access.MoneyWrite, Guard: Standing.mine, If: ifOwn},
	{From: Notifying, To: Agreed, By: access.MoneyWrite, Guard: Standing.mine, If: ifOwn},
	{From: Notifying, To: PartlyPaid, By: access.MoneyWrite, Guard: Standing.mine, If: ifOwn},
	{From: Notifying, To: Paid, By: access.MoneyWrite, Guard: Standing.mine, If: ifOwn},
	{From: Agreed, To: Granted, By: access.MoneyWrite, Guard: Standing.mine, If: ifOwn},
	{From: Agreed, To: Notifying, By: access.MoneyWrite, Guard: Standing.mine, If: ifOwn},
	{From: Agreed, To: PartlyPaid, By: access.MoneyWrite, Guard: Standing.mine, If: ifOwn},
	{From: Agreed, To: Paid, By: access.MoneyWrite, Guard: Standing.mine, If: ifOwn},
	{From: PartlyPaid, To: PartlyPaid, By: access.MoneyWrite, Guard: Standing.mine, If: ifOwn},
	{From: PartlyPaid, To: Paid, By: access.MoneyWrite, Guard: Standing.mine, If: ifOwn},
	{From: PartlyPaid, To: Accounted, By: access.MoneyWrite, Guard: Standing.mine, If: ifOwn}, // the balance often comes after
	{From: PartlyPaid, To: Extended, By: access.MoneyWrite, Guard: Standing.mine, If: ifOwn},
	{From: PartlyPaid, To: NotDone, By: access.MoneyWrite, Guard: Standing.mine, If: ifOwn},
	{From: Paid, To: PartlyPaid, By: access.MoneyWrite, Guard: Standing.mine, If: ifOwn}, // more was granted or notified
	{From: Paid, To: Accounted, By: access.MoneyWrite, Guard: Standing.mine, If: ifOwn},
	{From: Paid, To: Extended, By: access.MoneyWrite, Guard: Standing.mine, If: ifOwn},
	{From: Paid, To: NotDone, By: access.MoneyWrite, Guard: Standing.mine, If: ifOwn},
	{From: Extended, To: PartlyPaid, By: access.MoneyWrite, Guard: Standing.mine, If: ifOwn},
	{From: Extended, To: Paid, By: access.MoneyWrite, Guard: Standing.mine, If: ifOwn},
	{From: Extended, To: Accounted, By: access.MoneyWrite, Guard: Standing.mine, If: ifOwn},
	{From: Extended, To: NotDone, By: access.MoneyWrite, Guard: Standing.mine, If: ifOwn},
	{From: Accounted, To: Accounted, By: access.MoneyWrite, Guard: Standing.mine, If: ifOwn}, // the balance is paid
	{From: Accounted, To: Closed, By: access.MoneyWrite, Guard: Standing.balanced, If: ifBalanced},
	{From: Accounted, To: RefundAwaited, By: access.MoneyWrite, Guard: Standing.mine, If: ifOwn},
	{From: NotDone, To: RefundAwaited, By: access.MoneyWrite, Guard: Standing.mine, If: ifOwn},
	{From: RefundAwaited, To: RefundAwaited, By: access.MoneyWrite, Guard: Standing.mine, If: ifOwn}, // part of it came back
	{From: RefundAwaited, To: Closed, By: access.MoneyWrite, Guard: Standing.returned, If: ifReturned},
	{From: Planned, To: Cancelled, By: access.MoneyWrite, Guard: Standing.mine, If: ifOwn},
	{From: Requested, To: Cancelled, By: access.MoneyWrite, Guard: Standing.mine, If: ifOwn},
	{From: Granted, To: Cancelled, By: access.MoneyWrite, Guard: Standing.mine, If: ifOwn},
	{From: Notifying, To: Cancelled, By: access.MoneyWrite, Guard: Standing.mine, If: ifOwn},
	{From: Agreed, To: Cancelled, By: access.MoneyWrite, Guard: Standing.mine, If: ifOwn},
}

func (o Standing) mine(by access.Actor) string {
	if by.Role == access.Signatory && by.OrganisationID != o.FunderID {
		return "Cette ligne est celle d’un autre financeur\u00a0: vous enregistrez celles de votre organisme."
	}
	return ""
}

func (o Standing) balanced(by access.Actor) string {
	if reason := o.mine(by); reason != "" {
		return reason
	}
	if sums := SumsOf(o.Steps, 0); !sums.Paid.Equal(sums.Notified) {
		return "Une ligne est soldée quand tout ce qui a été notifié est versé\u00a0: enregistrez d’abord le dernier versement."
	}
	return ""
}

func (o Standing) returned(by access.Actor) string {
	if reason := o.mine(by); reason != "" {
		return reason
	}
	asked := SumsOf(o.Steps, 0).Returned
	for _, s := range Live(o.Steps) {
		if s.Kind == RefundRequest {
			asked = asked.Sub(s.Amount)
		}
	}
	if asked.IsNegative() {
		return "Le reversement demandé n’est pas entièrement reçu."
	}
	return ""
}

// MayWrite answers why the actor may not change a line, "" when they may.
func MayWrite(l Line, by access.Actor) string {
	if !by.Can(access.MoneyWrite) {
		return "Votre profil consulte les financements sans les enregistrer."
	}
	return Standing{Line: l}.mine(by)
}

// MayRecord answers why a step may not follow those of the line, "" when it may.
func MayRecord(o Standing, s Step, by access.Actor) string {
	if o.InKind {
		return "Un apport en nature ne connaît pas d’étapes\u00a0: modifiez la ligne."
	}
	from := StateOf(o.Steps)
	to := StateOf(append(Live(o.Steps), s))
	if s.Kind == Refund && from != RefundAwaited {
		return "Aucun reversement n’a été demandé."
	}
	switch reason := Steps.May(o, from, to, by); reason {
	case lifecycle.NoStep:
		return "Une ligne «\u00a0" + from.Label() + "\u00a0» ne peut pas recevoir l’étape «\u00a0" + s.Kind.Label() + "\u00a0»."
	default:
		return reason
	}
}

// NextKinds lists the steps that the actor may record now, in the order of the form.
func NextKinds(o Standing, by access.Actor) (next []Kind) {
	for _, k := range Kinds {
		if MayRecord(o, Step{Step: len(o.Steps) + 1, Kind: k, FiscalYear: o.FirstYear}, by) == "" {
			next = append(next, k)
		}
	}
	return next
}
