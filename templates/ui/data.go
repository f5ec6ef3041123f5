package ui

import (
	"strconv"

	"github.com/a-h/templ"
)

// Kind is the tone of a tag or a callout. Each has its own colour and shape.
type Kind string

// The kinds, from the quietest to the loudest.
const (
	Neutral  Kind = "neutral"  // not started, not concerned
	Info     Kind = "info"     // under way
	Success  Kind = "success"  // validated, done
	Warning  Kind = "warning"  // to watch, provisional
	Danger   Kind = "danger"   // late, returned, suspended
	Locked   Kind = "locked"   // closed to writing
	Absent   Kind = "absent"   // « non renseigné »
	Excluded Kind = "excluded" // « sans objet »
)

// Line is one sentence of a dashboard: Lead in bold, then Text, joined as they
// are (Text brings its own space or colon).
type Line struct {
	Lead, Text string
	Href       string // where the details are; makes Lead a link
	Tag        string // optional state after the sentence
	Kind       Kind
	Items      []LineItem // what the sentence sums up, under it
}

// LineItem is one thing that a Line sums up: Label leads to it, Text is joined as it is.
type LineItem struct{ Label, Text, Href string }

// Table describes a data table; its rows are the component's children.
type Table struct {
	Caption string // also the name of the region that scrolls
	Note    string // under the caption: doctrine, coverage, source
	Columns []Column
	Foot    templ.Component // rows of totals, optional
	Compact bool
	Cards   bool // on a narrow screen, each row is a card; its cells carry their labels as data-label
	Even    bool // one of several with the same columns, which stand under each other
	Matrix  bool // too wide for cards: the rows keep their headers in sight while they scroll
}

// Column is one header of a table.
type Column struct {
	Label, Unit string
	Numeric     bool // right-aligned; its cells take class "n"
	Hidden      bool // read by screen readers only, as for a column of actions
}

func (c Column) class() string {
	if c.Numeric {
		return "n"
	}
	return ""
}

// KeyFigure is one number worth a glance, with the sentence that gives it its meaning.
type KeyFigure struct {
	Value, Unit string // as displayed
	Label       string
	Text        string // sentence under the number: coverage, change since the last period
	Doctrine    string // how it is counted, behind « Comment ce chiffre est compté »
	Href        string // leads to the figure's own page
	Tag         string
	Kind        Kind
}

// Progress is the way towards a target. A zero Target draws no bar: Text must
// then say that the target is not set.
type Progress struct {
	Label         string
	Value, Target float64
	Text          string // the same in words: « au moins 216 sur 3 000, soit 7,2 %, provisoire »
	Hint          string // what « au moins » and « provisoire » mean for it, if they are said
}

// percent is the filled share, at most 100.
func (p Progress) percent() float64 {
	return max(0, min(100, 100*p.Value/p.Target))
}

func number(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// Step is one stage of a life-cycle or one entry of a timeline.
type Step struct {
	Label, Detail, When string
	State               StepState
}

// StepState says where a step stands.
type StepState string

// The states of a step.
const (
	Done    StepState = "done"
	Current StepState = "current"
	ToCome  StepState = "to-come"
)

func (s StepState) label() string {
	switch s {
	case Done:
		return "Fait"
	case Current:
		return "En cours"
	default:
		return "À venir"
	}
}

// Chart is a drawing with what it says, and its data.
type Chart struct {
	SVG     string          // chart.Responsive(id, scene.Scene) or a Scene's SVG(id), which escape their texts
	Caption string          // visible: what is drawn, unit, period, source
	Title   string          // visible heading, optional
	Data    templ.Component // the same figures in a table
}

// Confirm is the page that asks before what cannot be undone.
type Confirm struct {
	Title, Question string
	Consequences    []string
	Form            Form
	Submit          string
	Danger          bool // destroys something: the button says so by its colour
	Cancel          Link
}

// Pages is a position in a long list. Href makes the address of a page, counted from 1.
type Pages struct {
	Number, Last int
	Href         func(page int) string
}

// near lists the pages to offer: the first, the last, and those around; 0 is a gap.
func (p Pages) near() []int {
	var list []int
	for n := 1; n <= p.Last; n++ {
		switch {
		case n == 1, n == p.Last, n >= p.Number-1 && n <= p.Number+1:
			list = append(list, n)
		case len(list) > 0 && list[len(list)-1] != 0:
			list = append(list, 0)
		}
	}
	return list
}
