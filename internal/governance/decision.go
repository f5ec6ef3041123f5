package governance

import (
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/audit"
	"copil/internal/french"
	"copil/internal/lifecycle"
)

// DecisionState is where a decision stands (domain.md 4.5). None lapses by itself (8.1).
type DecisionState string

// The states of a decision, as stored.
const (
	Proposed   DecisionState = "proposee"
	Adopted    DecisionState = "adoptee"
	Rejected   DecisionState = "rejetee"
	Adjourned  DecisionState = "ajournee"
	UnderWay   DecisionState = "en_execution"
	CarriedOut DecisionState = "executee"
	Abandoned  DecisionState = "abandonnee"
)

// DecisionStates lists every state of a decision, in the order of its life.
var DecisionStates = []DecisionState{Proposed, Adjourned, Adopted, UnderWay, CarriedOut, Rejected, Abandoned}

// Label returns the state's name on screen, "" for an unknown one.
func (s DecisionState) Label() string {
	switch s {
	case Proposed:
		return "Proposée"
	case Adopted:
		return "Adoptée"
	case Rejected:
		return "Rejetée"
	case Adjourned:
		return "Ajournée"
	case UnderWay:
		return "En exécution"
	case CarriedOut:
		return "Exécutée"
	case Abandoned:
		return "Abandonnée"
	}
	return ""
}

// Decision is one decision of a body, or the proposal of one.
type Decision struct {
	DecisionID     uuid.UUID
	Number         string     // year and rank: 2014-03; "" until it stands on an agenda
	MeetingID      *uuid.UUID // on whose agenda it stands, or stood last
	MeetingBody    string     // label
	MeetingOn      *time.Time
	MeetingState   MeetingState // "" for no meeting
	DecidedIn      *uuid.UUID
	DecidedOn      *time.Time
	Title          string
	Body           string // Markdown
	AxisNo         *int
	CommitmentCode *string
	State          DecisionState
	OwnerID        *uuid.UUID
	OwnerName      string // "" while nobody has to carry it out
	DueOn          *time.Time
	Reservation    string // of a party, as it was said
	AboutType      string // audit.ObjectType; "" for nothing in particular
	AboutIDs       []string
	AbandonedBy    *uuid.UUID
	AbandonNumber  string // of the decision that gave it up
	ProposedBy     uuid.UUID
	Proposer       string // as displayed
	ProposedOn     time.Time
	Version        int
}

// Name is what a decision is called: its number once it has one, and its title.
func (d Decision) Name() string {
	if d.Number == "" {
		return d.Title
	}
	return d.Number + " – " + d.Title
}

// InForce reports whether a decision was adopted and not given up since.
func (d Decision) InForce() bool {
	return d.State == Adopted || d.State == UnderWay || d.State == CarriedOut
}

// Published reports whether everybody may read a decision.
func (d Decision) Published() bool { return d.InForce() || d.State == Abandoned }

// DaysLate counts the days since a decision that is not carried out was due; 0
// when it is not late.
func (d Decision) DaysLate(today time.Time) int {
	if d.DueOn == nil || d.State != Adopted && d.State != UnderWay || !d.DueOn.Before(today) {
		return 0
	}
	return int(today.Sub(*d.DueOn) / (24 * time.Hour))
}

// Stands answers why d does not decide about an object: "" when it was adopted
// in a meeting that was held, is in force, and is about that object.
func Stands(d Decision, about audit.ObjectType, id string) (reason string) {
	switch why := d.notTaken(); {
	case why != "":
		return why
	case d.AboutType != string(about) || !slices.Contains(d.AboutIDs, id):
		return "La décision " + d.Number + " porte sur autre chose\u00a0: «\u00a0" + d.Title + "\u00a0»."
	}
	return ""
}

// notTaken says why a decision is none yet, or no more: "" when it was adopted in
// a meeting that was held, and is in force.
func (d Decision) notTaken() string {
	if !d.InForce() || d.DecidedIn == nil || !d.MeetingState.Took() {
		return "La décision " + d.Number + " n’est pas adoptée\u00a0: elle est «\u00a0" + strings.ToLower(d.State.Label()) + "\u00a0»."
	}
	return ""
}

// deciding is a decision as its steps are judged.
type deciding struct{ Decision }

// What the steps of a decision ask for, in words.
const (
	ifDiscussed = "inscrite à l’ordre du jour d’une réunion tenue, dont le relevé est un projet\u00a0; un motif pour rejeter ou ajourner"
	ifListed    = "une réunion à venir"
	ifOwned     = "un organisme chargé de l’exécution et une échéance"
	ifConcerned = "parmi les signataires, l’organisme chargé de l’exécution\u00a0; un commentaire ou une pièce"
	ifShown     = "un commentaire ou une pièce"
	ifGivenUp   = "une autre décision adoptée, et un motif"
)

// decisions are all that can become of a decision (domain.md 4.5 with 8.1).
var decisions = lifecycle.Machine[DecisionState, deciding]{
	{From: Proposed, To: Adopted, By: access.GovernanceDecide, Guard: deciding.wasDiscussed, If: ifDiscussed},
	{From: Proposed, To: Rejected, By: access.GovernanceDecide, Guard: deciding.wasDiscussed, If: ifDiscussed},
	{From: Proposed, To: Adjourned, By: access.GovernanceDecide, Guard: deciding.wasDiscussed, If: ifDiscussed},
	{From: Proposed, To: Proposed, By: access.GovernanceWrite, Guard: deciding.mayBeListed, If: ifListed},
	{From: Adjourned, To: Proposed, By: access.GovernanceWrite, Guard: deciding.mayBeListed, If: ifListed},
	{From: Adopted, To: UnderWay, By: access.GovernanceWrite, If: ifOwned},
	{From: UnderWay, To: UnderWay, By: access.GovernancePropose, Guard: deciding.isConcerned, If: ifConcerned},
	{From: UnderWay, To: CarriedOut, By: access.GovernanceWrite, If: ifShown},
	{From: Adopted, To: Abandoned, By: access.GovernanceWrite, If: ifGivenUp},
	{From: UnderWay, To: Abandoned, By: access.GovernanceWrite, If: ifGivenUp},
}

func (d deciding) wasDiscussed(access.Actor) string {
	switch {
	case d.MeetingID == nil:
		return "Cette proposition n’est à l’ordre du jour d’aucune réunion."
	case d.MeetingState.ToCome():
		return "La réunion du " + french.Date(*d.MeetingOn) + " ne s’est pas encore tenue."
	case d.MeetingState != Held:
		return "Le relevé de cette réunion n’est plus un projet\u00a0: ses décisions ne changent plus."
	}
	return ""
}

// mayBeListed lets a proposal change meetings only while it has not been discussed.
func (d deciding) mayBeListed(access.Actor) string {
	switch {
	case d.State == Adjourned || d.MeetingID == nil:
		return ""
	case d.MeetingState.ToCome():
		return "Cette proposition est déjà à l’ordre du jour de la réunion du " + french.Date(*d.MeetingOn) + "."
	case d.MeetingState == Held:
		return "Enregistrez d’abord l’issue de la réunion du " + french.Date(*d.MeetingOn) + "."
	}
	return ""
}

func (d deciding) isConcerned(actor access.Actor) string {
	if actor.Can(access.GovernanceWrite) || d.OwnerID != nil && *d.OwnerID == actor.OrganisationID {
		return ""
	}
	return "Le suivi est tenu par " + actor.Words.TheMission() + " et par l’organisme chargé de l’exécution."
}

// MayDecision answers why the actor may not take a decision to a state; "" when
// they may. To its own state: of a proposal, why it may not be put on an agenda;
// of a decision under way, why they may not tell what was done.
func MayDecision(d Decision, to DecisionState, actor access.Actor) string {
	return decisions.May(deciding{d}, d.State, to, actor)
}

// DecisionStep is one stage of a decision's life, or a note of what was done.
type DecisionStep struct {
	State        DecisionState
	Note         string
	AttachmentID *uuid.UUID // evidence
	Paper        string     // its name
	RecordedOn   time.Time
	Author       string
}
