// Package collect keeps what structures and offices declare: submissions, and
// every version of every cell in them.
package collect

import (
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
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
	ReturnReason   string     // on the whole; what is said of single measures is in Remarks
	Round          int        // how many times it was returned
	Remarked       []string   // measures remarked in this round: only they reopen while State is ToCorrect
	DueOn          *time.Time // its own deadline; nil: the period's
	Reminders      int        // sent for this period
	RemindedOn     *time.Time // for the last time
	SubmittedOn    *time.Time
	ValidatedOn    *time.Time
	ValidatorName  string
	Authors        []uuid.UUID                // persons who entered a value or submitted; of one that is submitted, also who touched its posts
	AuthorNames    []string                   // as displayed, of who entered a value or submitted
	Chairs         []uuid.UUID                // the signatories that co-chair the committee
	Controls       map[string]decimal.Decimal // totals typed beside tables, by measure
	ShortForm      bool                       // when it was last handed in, some of what only larger organisations must answer was left out
	Alerts         int                        // that stood then, each explained by a comment
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
	MeasureCode string           `json:"measure_code"`
	RowItem     string           `json:"row_item"` // "" where the measure has no breakdown
	ColumnItem  string           `json:"column_item"`
	State       CellState        `json:"state"`
	Number      *decimal.Decimal `json:"number"`      // nil unless State is Number
	Identifiers []string         `json:"identifiers"` // of a distinct count; Number is then its length
	Reason      string           `json:"reason"`      // why not applicable
	Comment     string           `json:"comment"`
}
