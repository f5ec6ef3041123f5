// Package meetings holds the pages of governance: the calendar, a meeting with
// its minutes, the register of decisions and one of them.
package meetings

import (
	"strings"

	"github.com/google/uuid"

	"copil/internal/attachment"
	"copil/internal/convention"
	"copil/internal/french"
	"copil/internal/governance"
	"copil/templates/ui"
)

// Calendar is the page of all meetings.
type Calendar struct {
	Next, Past []governance.Meeting // by day, the nearest first
	Years      []governance.Year
	Warnings   []string
	MayPlan    bool
	Href       func(governance.Meeting) string
	NewHref    string
	Decisions  string // leads to the register
}

// Meeting is one meeting as one role sees it. A form that is not offered is nil.
type Meeting struct {
	Meeting     governance.Meeting
	Steps       []governance.Step
	Agenda      []governance.Item
	Attendances []governance.Attendance
	Approvals   []governance.Approval
	Papers      []attachment.Paper
	Hidden      bool // what is said there is not approved yet, and the role waits for that
	Refusals    []string
	Forms
	Moves   []ui.Option
	Parties []ui.Option // for a seat
	Signers []ui.Option // who may still approve
	Scans   []ui.Option // papers to show an approval
	Scanned bool        // an approval is recorded with one
	Paper   func(uuid.UUID) string
	At      func(uuid.UUID) string // of a decision
}

// Forms are those of a meeting's page.
type Forms struct{ Move, Item, Seat, Minutes, Attach, Approve *ui.Form }

// Planning is the form of a meeting to come.
type Planning struct {
	Form   ui.Form
	Bodies []ui.Option
	Back   string
}

// Register is the list of decisions.
type Register struct {
	Decisions  []Line
	All        int // before the filter
	Filter     ui.Form
	Reset      string
	States     []ui.Option
	Axes       []ui.Option
	MayPropose bool
	NewHref    string
}

// Line is one decision of the register.
type Line struct {
	governance.Decision
	Late int // days; 0 when it is not
	Href string
}

// Names of the filters of the register.
const (
	StateField = "etat"
	AxisField  = "axe"
	LateState  = "retard"
)

// Decision is one decision as one role sees it. A form that is not offered is nil.
type Decision struct {
	Decision governance.Decision
	Late     int
	Steps    []governance.DecisionStep
	Axis     string // "" for none
	Clause   string // the commitment it is about, quoted; "" for none
	About    []ui.Link
	Meeting  ui.Link
	Paper    func(uuid.UUID) string
	Why      string // why nothing can be recorded now, "" when something can

	List, Decide, Execute, Follow, Abandon *ui.Form

	Meetings []ui.Option // to come
	Owners   []ui.Option
	MayEnd   bool // a follow-up may say that it is carried out
}

// Proposing is the form of a new decision.
type Proposing struct {
	Form              ui.Form
	Axes, Commitments []ui.Option
	Sites             []ui.Option
	Back              string
}

// Outcomes are what a body can make of a proposal.
var Outcomes = []ui.Option{
	{Value: string(governance.Adopted), Label: "Adoptée", Hint: "Par consensus\u00a0: le texte ne prévoit pas de vote."},
	{Value: string(governance.Adjourned), Label: "Ajournée", Hint: "Elle pourra être remise à un prochain ordre du jour."},
	{Value: string(governance.Rejected), Label: "Rejetée"},
}

// Asks are what an item of an agenda may ask, but for a decision, which is
// listed from its own page.
var Asks = []ui.Option{
	{Value: string(governance.ToDiscuss), Label: governance.ToDiscuss.Label()},
	{Value: string(governance.ToHear), Label: governance.ToHear.Label()},
}

// Presences are how a seat may be taken.
var Presences = []ui.Option{
	{Value: "present", Label: "Présent"},
	{Value: "represente", Label: "Représenté"},
	{Value: "absent", Label: "Absent"},
}

// MoveLabel says as an action where a meeting may be taken.
func MoveLabel(m governance.Meeting, to governance.MeetingState) string {
	if m.State == governance.InReview {
		return "Le relevé redevient un projet"
	}
	switch to {
	case governance.Convened:
		return "La réunion est convoquée"
	case governance.Held:
		return "La réunion s’est tenue"
	case governance.InReview:
		return "Le relevé est envoyé en relecture"
	case governance.Postponed:
		return "La réunion est reportée"
	case governance.Cancelled:
		return "La réunion est annulée"
	case governance.Closed:
		return "La réunion est close"
	case governance.Planned, governance.Approved:
	}
	return to.Label()
}

func meetingKind(s governance.MeetingState) ui.Kind {
	switch s {
	case governance.Convened, governance.Held:
		return ui.Info
	case governance.InReview:
		return ui.Warning
	case governance.Approved, governance.Closed:
		return ui.Success
	case governance.Cancelled, governance.Postponed:
		return ui.Excluded
	case governance.Planned:
	}
	return ui.Neutral
}

// DecisionKind is the tone of a decision's state.
func DecisionKind(s governance.DecisionState) ui.Kind {
	switch s {
	case governance.Adopted, governance.UnderWay:
		return ui.Info
	case governance.CarriedOut:
		return ui.Success
	case governance.Adjourned:
		return ui.Warning
	case governance.Rejected, governance.Abandoned:
		return ui.Excluded
	case governance.Proposed:
	}
	return ui.Neutral
}

// when says at what time and where a meeting is.
func when(m governance.Meeting) string {
	parts := []string{french.LongDate(m.OnDay)}
	if m.AtTime != "" {
		parts = append(parts, m.AtTime)
	}
	if m.Place != "" {
		parts = append(parts, m.Place)
	}
	return french.Capital(strings.Join(parts, ", "))
}

func held(y governance.Year) string {
	text := french.Plural(y.Held, "réunion tenue", "réunions tenues") + ", " + french.Plural(y.Planned, "prévue", "prévues")
	if y.Body.PerYear != nil {
		text += "\u00a0; le texte en demande " + french.Int(*y.Body.PerYear) + " par an"
	}
	return text + "."
}

func presence(a governance.Attendance) string {
	switch {
	case a.Present:
		return "Présent"
	case a.RepresentedBy != "":
		return "Représenté"
	}
	return "Absent"
}

// explains reports whether a change of the meeting's state may need a reason,
// and dates whether it may need a day.
func (v Meeting) explains() bool { return v.dates() || v.Meeting.State == governance.InReview }
func (v Meeting) dates() bool    { return v.Meeting.State.ToCome() }

// missing says whose approval a meeting's minutes wait for, "" when for nobody's.
func missing(m governance.Meeting) string {
	if m.State != governance.InReview || len(m.Unsigned) == 0 {
		return ""
	}
	return "manque\u00a0: " + french.List(m.Unsigned)
}

// due is a decision's deadline, and by how long it has passed.
func (v Decision) due() string {
	text := french.Date(*v.Decision.DueOn)
	if v.Late > 0 {
		text += ", dépassée de " + french.Plural(v.Late, "jour", "jours")
	}
	return text
}

func (v Decision) steps() []ui.Step {
	var list []ui.Step
	for i, s := range v.Steps {
		label := s.State.Label()
		if i > 0 && s.State == v.Steps[i-1].State {
			label = "Suivi"
		}
		if label == "Suivi" && s.State == governance.Proposed {
			label = "Inscrite à un ordre du jour"
		}
		step := ui.Step{Label: label, When: french.Date(s.RecordedOn), State: ui.Done, Detail: s.Note}
		if s.Paper != "" {
			step.Detail = strings.TrimSpace(step.Detail + " Pièce\u00a0: " + s.Paper + ".")
		}
		if i == len(v.Steps)-1 {
			step.State = ui.Current
		}
		list = append(list, step)
	}
	return list
}

func (v Meeting) steps() []ui.Step {
	var list []ui.Step
	for i, s := range v.Steps {
		step := ui.Step{Label: s.State.Label(), When: french.Date(s.RecordedOn), State: ui.Done, Detail: s.Note}
		if s.State == governance.Planned || s.State == governance.Postponed {
			step.Detail = strings.TrimSpace("Réunion prévue le " + french.Date(s.DayPlanned) + ". " + s.Note)
		}
		if i == len(v.Steps)-1 {
			step.State = ui.Current
		}
		list = append(list, step)
	}
	return list
}

// size is a paper's in the unit that suits it.
func size(bytes int) string {
	if bytes < 1<<20 {
		return french.Int(max(1, bytes/1024)) + "\u00a0ko"
	}
	return french.Int(bytes/(1<<20)) + "\u00a0Mo"
}

// PartyOptions makes choices of parties.
func PartyOptions(parties []convention.Party) []ui.Option {
	list := make([]ui.Option, len(parties))
	for i, p := range parties {
		list[i] = ui.Option{Value: p.PartyCode, Label: p.OrganisationName}
	}
	return list
}
