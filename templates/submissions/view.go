// Package submissions holds the form in which figures are entered, and the page
// on which they are read, validated or returned.
package submissions

import (
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"copil/internal/collect"
	"copil/internal/convention"
	"copil/internal/french"
	"copil/templates/ui"
)

// View is one submission.
type View struct {
	Submission collect.Submission
	Period     convention.Period
	Sections   []Section
	Form       ui.Form // of the figures
	Locked     string  // why the figures may not be entered, "" when they may
	PostsHref  string
	Validate   *ui.Form // nil: the actor may not validate
	NoValidate string   // why not, where it is worth saying
	Return     *ui.Form
}

// Section is a heading of the form and its measures.
type Section struct {
	Title    string
	Measures []Measure
}

// Measure is one question, with the answer now and the period before.
type Measure struct {
	convention.Measure
	Rows    []convention.Item // of its breakdown; empty where it has none
	Columns []convention.Item
	Now     Answer
	Before  Answer
}

// Answer is what a submission says of a measure.
type Answer struct {
	State   collect.CellState // "" when there is no answer
	Total   decimal.Decimal
	Cells   map[[2]string]decimal.Decimal // by row and column item
	Reason  string
	Comment string
	List    []string // identifiers
}

// Name is the name of a cell's box in the form.
func Name(measure, row, column string) string {
	name := measure
	for _, part := range []string{row, column} {
		if part != "" {
			name += "." + part
		}
	}
	return name
}

// CommentSuffix names the comment on a measure.
const CommentSuffix = "-commentaire"

// Text is the answer as read: a number, « non renseigné », « sans objet ».
func (a Answer) Text(places int16) string {
	switch a.State {
	case collect.Number:
		return french.Decimal(a.Total, int32(places))
	case collect.Missing:
		return "non renseigné"
	case collect.NotApplicable:
		return "sans objet"
	}
	return ""
}

func (m Measure) before() string {
	if m.Before.State == "" {
		return ""
	}
	return "Période précédente\u00a0: " + m.Before.Text(m.Places)
}

// columnsOrOne lets a table with rows only have one unnamed column.
func (m Measure) columnsOrOne() []convention.Item {
	if len(m.Columns) == 0 {
		return []convention.Item{{Label: m.Label}}
	}
	return m.Columns
}

// headers are those of the measure's table.
func (m Measure) headers() []ui.Column {
	columns := []ui.Column{{Label: "Détail"}}
	for _, c := range m.columnsOrOne() {
		columns = append(columns, ui.Column{Label: c.Label, Numeric: true})
	}
	return columns
}

// StateKind is the tone of a submission's state.
func StateKind(s collect.State) ui.Kind {
	switch s {
	case collect.Validated:
		return ui.Success
	case collect.Submitted, collect.Draft:
		return ui.Info
	case collect.ToCorrect, collect.Unreturned:
		return ui.Danger
	case collect.ToEnter:
	}
	return ui.Neutral
}

// counted are the section's measures that Copil counts from posts.
func (s Section) counted() []Measure {
	return slices.DeleteFunc(slices.Clone(s.Measures), func(m Measure) bool { return m.Source != convention.FromPosts })
}

// asked are those that a person answers.
func (s Section) asked() []Measure {
	return slices.DeleteFunc(slices.Clone(s.Measures), func(m Measure) bool { return m.Source == convention.FromPosts })
}

// unanswerable reports whether the answer is, or should have been, that there is
// no number.
func (v View) unanswerable(m Measure) bool {
	state := v.Form.Values.Get(m.MeasureCode + ui.StateSuffix)
	return state == ui.StateMissing || state == ui.StateNotApplicable || v.Form.Problems[m.MeasureCode+ui.ReasonSuffix] != ""
}

var tableStates = []ui.Option{
	{Value: "", Label: "À saisir"},
	{Value: ui.StateNumber, Label: "Chiffres ci-dessus"},
	{Value: ui.StateMissing, Label: "Non renseigné"},
	{Value: ui.StateNotApplicable, Label: "Sans objet"},
}

type detail struct{ label, now, before string }

// details are the parts of a broken-down measure that are not zero.
func (m Measure) details() []detail {
	var list []detail
	for _, row := range m.Rows {
		for _, column := range m.columnsOrOne() {
			key := [2]string{row.ItemCode, column.ItemCode}
			now, before := m.Now.Cells[key], m.Before.Cells[key]
			if now.IsZero() && before.IsZero() {
				continue
			}
			d := detail{label: row.Label, now: french.Decimal(now, int32(m.Places)), before: french.Decimal(before, int32(m.Places))}
			if len(m.Columns) > 0 {
				d.label += ", " + column.Label
			}
			if m.Before.State == "" {
				d.before = ""
			}
			list = append(list, d)
		}
	}
	return list
}

// byline says who entered the figures and who validated them.
func (v View) byline() string {
	s := v.Submission
	var parts []string
	if len(s.AuthorNames) > 0 {
		parts = append(parts, "saisis par "+french.List(s.AuthorNames))
	}
	if s.SubmittedOn != nil {
		parts = append(parts, "transmis le "+french.Date(*s.SubmittedOn))
	}
	if s.ValidatedOn != nil {
		parts = append(parts, "validés le "+french.Date(*s.ValidatedOn)+" par "+s.ValidatorName)
	}
	if len(parts) == 0 {
		return ""
	}
	return "Chiffres " + strings.Join(parts, ", ") + "."
}
