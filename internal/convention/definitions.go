package convention

import (
	"slices"
	"strconv"
	"time"

	"github.com/shopspring/decimal"
)

// Period is a stretch of time for which figures are due: a semester here, a year
// or a quarter elsewhere. It is a row, never parsed out of its code.
type Period struct {
	PeriodCode    string     `json:"period_code" yaml:"period_code"`
	Label         string     `json:"label" yaml:"label"`
	Position      int        `json:"-" yaml:"-"`
	StartsOn      time.Time  `json:"starts_on" yaml:"starts_on"`
	EndsOn        time.Time  `json:"ends_on" yaml:"ends_on"`
	Reconstituted bool       `json:"reconstituted" yaml:"reconstituted,omitempty"` // before or nearly before the signature
	OpenedOn      *time.Time `json:"-" yaml:"-"`                                   // nil: not open yet
	DueOn         *time.Time `json:"-" yaml:"-"`
	ClosedOn      *time.Time `json:"-" yaml:"-"` // nil: collecting goes on
	Message       string     `json:"-" yaml:"-"` // of who opened the collecting
	ValidatedOn   *time.Time `json:"-" yaml:"-"` // its report was validated
	PresentedOn   *time.Time `json:"-" yaml:"-"`
	Version       int        `json:"-" yaml:"-"`
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
	ListCode string     `json:"list_code" yaml:"-"`
	ItemCode string     `json:"item_code" yaml:"item_code"`
	Label    string     `json:"label" yaml:"label"`
	Quoted   bool       `json:"quoted" yaml:"quoted,omitempty"` // the label's words are the act's own
	Note     string     `json:"note" yaml:"note,omitempty"`
	SinceOn  *time.Time `json:"since_on" yaml:"since_on,omitempty"` // its first day; nil: always
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
	MeasureCode string    `json:"measure_code" yaml:"measure_code"`
	Version     int       `json:"version" yaml:"-"`
	ValidFrom   time.Time `json:"valid_from" yaml:"-"`
	Label       string    `json:"label" yaml:"label"`
	Hint        string    `json:"hint" yaml:"hint,omitempty"`
	Unit        string    `json:"unit" yaml:"unit"`
	Section     string    `json:"section" yaml:"section"`
	Kind        string    `json:"kind" yaml:"kind" one_of:"stock flow cumulative"`
	Source      string    `json:"source" yaml:"source" one_of:"typed posts identifiers"`
	Places      int16     `json:"places" yaml:"places,omitempty"` // decimals
	EnteredBy   []string  `json:"entered_by" yaml:"entered_by,omitempty"`
	RowList     *string   `json:"row_list" yaml:"row_list,omitempty"` // nil: no breakdown
	ColumnList  *string   `json:"column_list" yaml:"column_list,omitempty"`
	ShortForm   bool      `json:"short_form" yaml:"short_form,omitempty"` // asked of the smallest structures too
	Headline    string    `json:"headline" yaml:"headline,omitempty"`     // its column head in lists; "" keeps it out of them
}

// Term is a part of a formula: a measure, restricted to some items of its lists
// when Rows or Columns are given.
type Term struct {
	Measure string   `json:"measure" yaml:"measure"`
	Rows    []string `json:"rows,omitempty" yaml:"rows,omitempty"`
	Columns []string `json:"columns,omitempty" yaml:"columns,omitempty"`
	Word    string   `json:"word,omitempty" yaml:"word,omitempty"` // how a sentence names it, after the number and the unit: « créés »
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
	OfWhich     []Term `json:"of_which,omitempty" yaml:"of_which,omitempty"`                                                       // parts of the numerator worth telling beside it; they add nothing
	Computed    string `json:"computed,omitempty" yaml:"computed,omitempty" one_of:"active_sites meetings_held reports_presented"` // instead of terms
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

// What the dashboard shows first.
const (
	Progress    = "progress" // a cumulative count on its way to a target
	StockFigure = "stock"    // how many there are at the end of a period
)

// Indicator is the definition sheet of an indicator, in the version valid on a day.
type Indicator struct {
	IndicatorCode string           `json:"indicator_code" yaml:"indicator_code"`
	AxisNo        *int             `json:"axis_no" yaml:"axis_no,omitempty"` // nil: across axes
	Status        string           `json:"status" yaml:"status" one_of:"active library"`
	Origin        string           `json:"origin" yaml:"origin" one_of:"act objective practice"`
	Headline      string           `json:"headline" yaml:"headline,omitempty" one_of:"progress stock"` // what the dashboard shows first; "" for the others
	Version       int              `json:"version" yaml:"-"`
	ValidFrom     time.Time        `json:"valid_from" yaml:"-"`
	Label         string           `json:"label" yaml:"label"`
	Reference     string           `json:"reference" yaml:"reference"`
	Type          string           `json:"type" yaml:"type" one_of:"outcome monitoring implementation"`
	Unit          string           `json:"unit" yaml:"unit"`
	Places        int16            `json:"places" yaml:"places,omitempty"`
	AcrossSites   string           `json:"across_sites" yaml:"across_sites" one_of:"sum distinct ratio none"`
	AcrossPeriods string           `json:"across_periods" yaml:"across_periods" one_of:"sum last cumulative ratio distinct"`
	Direction     string           `json:"direction" yaml:"direction" one_of:"up down context"`
	Doctrine      string           `json:"doctrine" yaml:"doctrine"` // what exactly is counted
	Formula       Formula          `json:"formula" yaml:"formula"`
	Breakdowns    []string         `json:"breakdowns" yaml:"breakdowns,omitempty"`
	Baselines     []Baseline       `json:"baselines" yaml:"baselines,omitempty"`
	Target        *decimal.Decimal `json:"target" yaml:"target,omitempty"` // nil: to be fixed by the committee
	TargetSource  string           `json:"target_source" yaml:"target_source,omitempty"`
	EnteredBy     string           `json:"entered_by" yaml:"entered_by"`
	ValidatedBy   string           `json:"validated_by" yaml:"validated_by"`
	Rule          string           `json:"rule" yaml:"rule"`
}

// LacksTarget reports whether the committee has yet to fix the target: the
// indicator is followed and wants a direction, and neither a number nor the act's
// words say how far.
func (i Indicator) LacksTarget() bool {
	return i.Status == "active" && i.Target == nil && i.TargetSource == "" && i.Direction != "context"
}

// At writes the baseline's year; "" when the act does not date it.
func (b Baseline) At() string {
	if b.Year == 0 {
		return ""
	}
	return strconv.Itoa(b.Year)
}

// Reads reports whether the term counts a cell of a measure.
func (t Term) Reads(measure, rowItem, columnItem string) bool {
	return t.Measure == measure &&
		(len(t.Rows) == 0 || slices.Contains(t.Rows, rowItem)) &&
		(len(t.Columns) == 0 || slices.Contains(t.Columns, columnItem))
}

// Rhythm names the convention's periods in sentences, from the length of this
// one: « au dernier semestre », « par semestre ».
func (p Period) Rhythm() (last, each string) {
	switch days := p.EndsOn.Sub(p.StartsOn) / (24 * time.Hour); {
	case days < 100:
		return "au dernier trimestre", "par trimestre"
	case days < 190:
		return "au dernier semestre", "par semestre"
	case days < 370:
		return "sur la dernière année", "par an"
	}
	return "sur la dernière période", "par période"
}
