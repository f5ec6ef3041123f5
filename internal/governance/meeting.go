// Package governance keeps what the bodies of a convention do: meetings, with
// their agenda, attendance and minutes, and decisions with what became of them.
package governance

import (
	"strconv"
	"time"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/french"
	"copil/internal/lifecycle"
)

// MeetingState is where a meeting stands (domain.md 4.4).
type MeetingState string

// The states of a meeting, as stored.
const (
	Planned   MeetingState = "planifiee"
	Convened  MeetingState = "convoquee"
	Held      MeetingState = "tenue" // its minutes are a draft
	InReview  MeetingState = "releve_en_relecture"
	Approved  MeetingState = "releve_approuve"
	Closed    MeetingState = "close"
	Postponed MeetingState = "reportee"
	Cancelled MeetingState = "annulee"
)

// Label returns the state's name on screen, "" for an unknown one.
func (s MeetingState) Label() string {
	switch s {
	case Planned:
		return "Planifiée"
	case Convened:
		return "Convoquée"
	case Held:
		return "Tenue"
	case InReview:
		return "Relevé en relecture"
	case Approved:
		return "Relevé approuvé"
	case Closed:
		return "Close"
	case Postponed:
		return "Reportée"
	case Cancelled:
		return "Annulée"
	}
	return ""
}

// Took reports whether a meeting in this state was held.
func (s MeetingState) Took() bool {
	return s == Held || s == InReview || s == Approved || s == Closed
}

// ToCome reports whether a meeting in this state is still to be held.
func (s MeetingState) ToCome() bool { return s == Planned || s == Convened }

// Published reports whether the minutes may be read by everybody.
func (s MeetingState) Published() bool { return s == Approved || s == Closed }

// Meeting is one meeting of a body.
type Meeting struct {
	MeetingID uuid.UUID
	BodyCode  string
	BodyLabel string
	Ordinal   int // among the meetings of the body
	OnDay     time.Time
	AtTime    string
	Place     string
	State     MeetingState
	Minutes   string // Markdown
	Version   int
	Items     int      // on the agenda
	Open      int      // decisions on its agenda that have no outcome
	Unseated  []string // organisations that chair and were neither present nor represented
	Unsigned  []string // organisations that chair and have not approved the minutes
	Signed    int      // approvals of its minutes
}

// Name is what a meeting is called: « Comité de pilotage n° 2 ».
func (m Meeting) Name() string { return m.BodyLabel + " n°\u00a0" + strconv.Itoa(m.Ordinal) }

// Title is its name with its day.
func (m Meeting) Title() string { return m.Name() + " du " + french.Date(m.OnDay) }

// sitting is a meeting as its steps are judged, on a day.
type sitting struct {
	Meeting
	today time.Time
}

// What the steps of a meeting ask for, in words.
const (
	ifAgenda   = "l’ordre du jour compte au moins un point"
	ifReason   = "un motif"
	ifMoved    = "un motif et une nouvelle date"
	ifSeated   = "à sa date ou après\u00a0; chaque coprésident présent ou représenté"
	ifSettled  = "relevé rédigé, issue de chaque décision enregistrée"
	ifUnsigned = "un motif, et aucune approbation encore"
	ifSigned   = "approbation de chaque coprésident, pour sa partie\u00a0; celle que le secrétariat enregistre a son relevé signé"
)

// Lifecycles returns the steps of a meeting and of a decision, to be printed.
func Lifecycles() []lifecycle.Table {
	return []lifecycle.Table{meetings.Table("Réunion", MeetingState.Label), decisions.Table("Décision", DecisionState.Label)}
}

// meetings are all that can become of a meeting (domain.md 4.4).
var meetings = lifecycle.Machine[MeetingState, sitting]{
	{From: Planned, To: Convened, By: access.GovernanceWrite, Guard: sitting.mayConvene, If: ifAgenda},
	{From: Planned, To: Postponed, By: access.GovernanceWrite, If: ifMoved},
	{From: Convened, To: Postponed, By: access.GovernanceWrite, If: ifMoved},
	{From: Postponed, To: Planned, By: access.GovernanceWrite}, // at once, on its new day
	{From: Planned, To: Cancelled, By: access.GovernanceWrite, If: ifReason},
	{From: Convened, To: Cancelled, By: access.GovernanceWrite, If: ifReason},
	{From: Convened, To: Held, By: access.GovernanceWrite, Guard: sitting.mayBeHeld, If: ifSeated},
	{From: Held, To: InReview, By: access.GovernanceWrite, Guard: sitting.mayBeReviewed, If: ifSettled},
	{From: InReview, To: Held, By: access.GovernanceWrite, Guard: sitting.unapproved, If: ifUnsigned},
	{From: InReview, To: Approved, By: access.GovernanceDecide, Guard: sitting.approvedByAll, If: ifSigned},
	{From: Approved, To: Closed, By: access.GovernanceWrite},
}

func (s sitting) mayConvene(access.Actor) string {
	if s.Items == 0 {
		return "L’ordre du jour est vide\u00a0: inscrivez au moins un point avant de convoquer."
	}
	return ""
}

func (s sitting) mayBeHeld(access.Actor) string {
	switch {
	case s.OnDay.After(s.today):
		return "Cette réunion est prévue le " + french.Date(s.OnDay) + "\u00a0: elle ne s’est pas encore tenue."
	case len(s.Unseated) > 0:
		return "Indiquez d’abord qui était présent ou représenté pour\u00a0: " + french.List(s.Unseated) + "."
	}
	return ""
}

func (s sitting) mayBeReviewed(access.Actor) string {
	switch {
	case s.Open > 0:
		return "Enregistrez d’abord l’issue de chaque décision inscrite à l’ordre du jour."
	case s.Minutes == "":
		return "Rédigez d’abord le relevé."
	}
	return ""
}

func (s sitting) unapproved(access.Actor) string {
	if s.Signed > 0 {
		return "Le relevé est déjà approuvé par un coprésident\u00a0: il ne change plus."
	}
	return ""
}

func (s sitting) approvedByAll(access.Actor) string {
	if len(s.Unsigned) > 0 {
		return "Il manque l’approbation de\u00a0: " + french.List(s.Unsigned) + "."
	}
	return ""
}

// MayMeeting answers why the actor may not take a meeting to a state; "" when
// they may.
func MayMeeting(m Meeting, to MeetingState, actor access.Actor, today time.Time) string {
	return meetings.May(sitting{m, today}, m.State, to, actor)
}

// MeetingNext lists the states that the actor may take a meeting to, whatever a
// guard says today.
func MeetingNext(m Meeting, actor access.Actor) (next []MeetingState) {
	for _, to := range meetings.Next(m.State) {
		if reason := meetings.May(sitting{m, m.OnDay}, m.State, to, actor); reason != lifecycle.NotYours && to != Approved {
			next = append(next, to)
		}
	}
	return next
}

// Step is one stage of a meeting's life.
type Step struct {
	State      MeetingState
	DayPlanned time.Time // the meeting's day after the step
	Note       string
	RecordedOn time.Time
	Author     string
}

// Asked is what an item of an agenda asks of those who meet.
type Asked string

// What an item asks, as stored.
const (
	ToHear    Asked = "information"
	ToDiscuss Asked = "echange"
	ToDecide  Asked = "decision"
)

// EveryAsked lists what an item may ask, in the order of the form.
var EveryAsked = []Asked{ToDecide, ToDiscuss, ToHear}

// Label returns its name on screen.
func (a Asked) Label() string {
	switch a {
	case ToHear:
		return "Pour information"
	case ToDiscuss:
		return "Pour échange"
	case ToDecide:
		return "Pour décision"
	}
	return ""
}

// Item is one point of an agenda.
type Item struct {
	ItemNo     int
	Title      string
	Asked      Asked
	DecisionID *uuid.UUID
	Number     string        // of its decision, "" for none
	Outcome    DecisionState // of its decision in this meeting, "" for none
}

// Attendance is one seat of a meeting. It names offices, never people.
type Attendance struct {
	AttendanceID  uuid.UUID
	PartyCode     *string // nil: another seat
	Label         string  // the party's organisation, or what the other seat is
	Present       bool
	RepresentedBy string
	Capacity      string
}

// Approval is a party's approval of the minutes of a meeting.
type Approval struct {
	PartyCode    string
	Organisation string
	Capacity     string // in which somebody signed: « pour le préfet de région »
	SignedOn     time.Time
	Reservation  string
	AttachmentID *uuid.UUID // the signed minutes, where the secretariat recorded it
	RecordedBy   uuid.UUID
}
