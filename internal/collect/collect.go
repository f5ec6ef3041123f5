// Package collect keeps what structures and offices declare: submissions, and
// every version of every cell in them.
package collect

import (
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"copil/internal/access"
	"copil/internal/convention"
	"copil/internal/french"
)

// State is where a submission stands (domain.md 4.2, without "vérifiée").
type State string

// The states, as stored.
const (
	ToEnter    State = "a_saisir"
	Draft      State = "brouillon"
	Submitted  State = "soumise"
	ToCorrect  State = "a_corriger"
	Validated  State = "validee"
	Unreturned State = "non_remise" // not handed in by the deadline and its grace
)

// Label returns the state's name on screen.
func (s State) Label() string {
	switch s {
	case ToEnter:
		return "À saisir"
	case Draft:
		return "En cours"
	case Submitted:
		return "Soumise"
	case ToCorrect:
		return "À corriger"
	case Validated:
		return "Validée"
	case Unreturned:
		return "Non remise"
	}
	return ""
}

// Submission is what one organisation owes for one site (nil: off-site) and one
// period.
type Submission struct {
	SubmissionID   uuid.UUID
	OrganisationID uuid.UUID
	Organisation   string // name
	Reporter       string // "structure", "mission", or a party's code
	SiteID         *uuid.UUID
	SiteName       string // "" off-site
	PeriodCode     string
	State          State
	Remark         string
	ReturnReason   string
	SubmittedOn    *time.Time
	ValidatedOn    *time.Time
	ValidatorName  string
	Authors        []uuid.UUID // persons who entered a value or submitted; of one that is submitted, also who touched its posts
	AuthorNames    []string    // as displayed, of who entered a value or submitted
	Chairs         []uuid.UUID // the signatories that co-chair the committee
	Version        int
}

// Place names where the figures are counted.
func (s Submission) Place() string {
	if s.SiteID == nil {
		return "hors site"
	}
	return s.SiteName
}

// CellState is one of the three answers: zero is not "non renseigné", which is
// not "sans objet".
type CellState string

// The three answers, as stored.
const (
	Number        CellState = "number"
	Missing       CellState = "missing"
	NotApplicable CellState = "not_applicable"
)

// Cell is the current answer to one question. Given to Save without a State, it
// takes the answer to its measure back.
type Cell struct {
	MeasureCode string
	RowItem     string // "" where the measure has no breakdown
	ColumnItem  string
	State       CellState
	Number      *decimal.Decimal // nil unless State is Number
	Identifiers []string         // of a distinct count; Number is then its length
	Reason      string           // why not applicable
	Comment     string
}

// MayWrite answers whether the actor may enter figures in a submission of a
// period, and if not, why and who can lift it. Pages, imports and API ask it.
func MayWrite(s Submission, period convention.Period, actor access.Actor, today time.Time) (reason string) {
	switch {
	case !actor.Can(access.FigureWrite):
		return "Votre profil consulte les chiffres sans les saisir."
	case actor.Role != access.Mission && s.OrganisationID != actor.OrganisationID:
		return "Ces chiffres sont ceux d’un autre organisme."
	case period.StateOn(today) == convention.PeriodClosed:
		return "La période " + period.Label + " n’est pas ouverte à la saisie. " + french.Capital(actor.Words.TheMission()) + " l’ouvrira."
	case period.StateOn(today) != convention.PeriodOpen:
		return "Le bilan de cette période est validé\u00a0: ses chiffres ne changent plus. Une correction passe par une rectification motivée, que " + actor.Words.TheMission() + " enregistre."
	}
	switch s.State {
	case Submitted:
		return "La saisie est soumise et attend sa validation. " + french.Capital(actor.Words.TheMission()) + ", ou un signataire qui copréside, peut la renvoyer pour correction."
	case Validated:
		return "La saisie a été validée" + onDay(s.ValidatedOn) + "\u00a0: elle ne change plus. Une correction passe par une rectification motivée, que " + actor.Words.TheMission() + " enregistre."
	case Unreturned:
		if actor.Role == access.Structure {
			return "Le délai est dépassé. " + french.Capital(actor.Words.TheMission()) + " peut rouvrir la saisie."
		}
	case ToEnter, Draft, ToCorrect:
	}
	return ""
}

// MayValidate answers whether the actor may validate a submission, and if not,
// why. Nobody validates figures that they entered: persons are compared.
func MayValidate(s Submission, actor access.Actor) (reason string) {
	switch {
	case !actor.Can(access.FigureValidate):
		return "Votre profil ne valide pas les chiffres."
	case s.State != Submitted:
		return "Seule une saisie soumise se valide."
	case actor.Role == access.Signatory && !slices.Contains(s.Chairs, actor.OrganisationID):
		return "Parmi les signataires, seuls ceux qui coprésident " + actor.Words.TheCommittee() + " valident les chiffres."
	case slices.Contains(s.Authors, actor.PersonID):
		return "Vous avez saisi ces chiffres, ou des postes qu’ils comptent\u00a0: une autre personne, " + french.Of(actor.Words.TheMission()) + " ou d’un signataire qui copréside, doit les valider."
	}
	return ""
}

func onDay(day *time.Time) string {
	if day == nil {
		return ""
	}
	return " le " + french.Date(*day)
}
