package convention

import (
	"time"

	"github.com/shopspring/decimal"
)

// Period is a stretch of time for which figures are due: a semester here, a year
// or a quarter elsewhere. It is a row, never parsed out of its code.
type Period struct {
	PeriodCode    string
	Label         string
	Position      int
	StartsOn      time.Time
	EndsOn        time.Time
	Reconstituted bool       // before or nearly before the signature
	OpenedOn      *time.Time // nil: not open yet
	DueOn         *time.Time
	ValidatedOn   *time.Time // its report was validated
	PresentedOn   *time.Time
	Version       int
}

// PeriodState is what follows from a period's dates on a day.
type PeriodState string

// The states of a period.
const (
	PeriodClosed    PeriodState = "fermee"    // not open yet: nobody may enter figures
	PeriodOpen      PeriodState = "ouverte"   // figures are collected
	PeriodValidated PeriodState = "validee"   // its report was validated
	PeriodPresented PeriodState = "presentee" // and presented
)

// StateOn returns the period's state on a day.
func (p Period) StateOn(day time.Time) PeriodState {
	reached := func(on *time.Time) bool { return on != nil && !on.After(day) }
	switch {
	case reached(p.PresentedOn):
		return PeriodPresented
	case reached(p.ValidatedOn):
		return PeriodValidated
	case reached(p.OpenedOn):
		return PeriodOpen
	}
	return PeriodClosed
}

// Label returns the state's name on screen.
func (s PeriodState) Label() string {
	switch s {
	case PeriodClosed:
		return "Non ouverte"
	case PeriodOpen:
		return "En collecte"
	case PeriodValidated:
		return "Bilan validé"
	case PeriodPresented:
		return "Bilan présenté"
	}
	return ""
}

// Item is one entry of a reference list.
type Item struct {
	ListCode string
	ItemCode string
	Label    string
	Quoted   bool // the label's words are the act's own
	Note     string
}

// Measure kinds.
const (
	Stock      = "stock"      // counted on the last day: never summed over time
	Flow       = "flow"       // counted over the period
	Cumulative = "cumulative" // counted since the convention's start
)

// Measure sources.
const (
	Typed       = "typed"
	FromPosts   = "posts"       // derived from posts, never typed
	Identifiers = "identifiers" // a list of identifiers; the number is its length
)

// Measure is one figure that is collected. Indicators are formulas over
// measures, so that nothing is entered twice.
type Measure struct {
	MeasureCode string
	Version     int
	ValidFrom   time.Time
	Label       string
	Hint        string
	Unit        string
	Section     string
	Kind        string // Stock, Flow or Cumulative
	Source      string // Typed, FromPosts or Identifiers
	Places      int16  // decimals
	EnteredBy   []string
	RowList     *string // nil: no breakdown
	ColumnList  *string
	ShortForm   bool // asked of the smallest structures too
}

// Term is a part of a formula: a measure, restricted to some items of its lists
// when Rows or Columns are given.
type Term struct {
	Measure string   `json:"measure" yaml:"measure"`
	Rows    []string `json:"rows,omitempty" yaml:"rows,omitempty"`
	Columns []string `json:"columns,omitempty" yaml:"columns,omitempty"`
}

// What Copil counts by itself.
const (
	ComputedActiveSites   = "active_sites"
	ComputedMeetings      = "meetings_held"
	ComputedPresentations = "reports_presented"
)

// Formula says how an indicator follows from measures: the sum of its
// numerator's terms, divided by the sum of its denominator's when there is one.
// A ratio is never averaged: sums first, division last.
type Formula struct {
	Numerator   []Term `json:"numerator,omitempty" yaml:"numerator,omitempty"`
	Denominator []Term `json:"denominator,omitempty" yaml:"denominator,omitempty"`
	Computed    string `json:"computed,omitempty" yaml:"computed,omitempty"` // instead of terms
}

// Measures returns the codes of the measures that the formula reads.
func (f Formula) Measures() []string {
	var codes []string
	for _, t := range f.Numerator {
		codes = append(codes, t.Measure)
	}
	for _, t := range f.Denominator {
		codes = append(codes, t.Measure)
	}
	return codes
}

// Baseline is a reference value as the act gives it, with its perimeter.
type Baseline struct {
	Minimum decimal.Decimal `json:"minimum" yaml:"minimum"`
	Maximum decimal.Decimal `json:"maximum" yaml:"maximum"`               // equal to Minimum unless a range
	Year    int             `json:"year,omitempty" yaml:"year,omitempty"` // 0: not dated
	Note    string          `json:"note" yaml:"note"`
}

// Indicator is the definition sheet of an indicator, in the version valid on a day.
type Indicator struct {
	IndicatorCode string
	AxisNo        *int   // nil: across axes
	Status        string // "active" or "library"
	Origin        string // "act", "objective" or "practice"
	Version       int
	ValidFrom     time.Time
	Label         string
	Reference     string
	Type          string // "outcome", "monitoring" or "implementation"
	Unit          string
	Places        int16
	AcrossSites   string // "sum", "distinct", "ratio" or "none"
	AcrossPeriods string // "sum", "last", "cumulative", "ratio" or "distinct"
	Direction     string // "up", "down" or "context"
	Doctrine      string // what exactly is counted
	Formula       Formula
	Breakdowns    []string
	Baselines     []Baseline
	Target        *decimal.Decimal // nil: to be fixed by the committee
	TargetSource  string
	EnteredBy     string
	ValidatedBy   string
	Rule          string
}
