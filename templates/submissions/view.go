// Package submissions holds the form in which figures are entered, and the page
// on which they are read, validated or returned.
package submissions

import (
	"maps"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"copil/internal/collect"
	"copil/internal/convention"
	"copil/internal/fault"
	"copil/internal/french"
	"copil/templates/ui"
)

// View is one submission.
type View struct {
	Submission collect.Submission
	Period     convention.Period
	Sections   []Section
	Form       ui.Form        // of the figures
	Cells      []collect.Cell // as stored, but for what is counted from posts
	Hindered   fault.Fields   // by measure: what the rules say against handing the stored answers in
	Broken     fault.Fields   // the same, by field
	Conflict   bool           // the form is shown again because somebody else changed the submission
	Locked     string         // why the figures may not be entered, "" when they may
	PostsHref  string
	FileHref   string // of the submission as a file, without extension; "" for who enters no figures
	ImportHref string
	Validate   *ui.Form // nil: the actor may not validate
	NoValidate string   // why not, where it is worth saying
	Return     *ui.Form
	Small      bool        // the short form is enough, or was
	Size       string      // why, while the figures are entered
	Reopen     *ui.Form    // opens one more figure of what was returned; nil: the actor may not
	Closed     []ui.Option // the figures that it may open

	Corrections []collect.Correction // of the validated figures, the latest first
}

// Section is a heading of the form and its measures.
type Section struct {
	Title    string
	Measures []Measure
}

// Measure is one question, with the answer now and the period before.
type Measure struct {
	convention.Measure
	Rows     []convention.Item // of its breakdown; empty where it has none
	Columns  []convention.Item
	Optional bool // it may stay without an answer
	Now      Answer
	Before   Answer
	Control  bool   // a rule compares a total typed beside the table with its sum
	Alerted  bool   // a rule may ask for a comment
	Fixed    string // why the figure may not change, "" when it may
	Remark   string // what a reviewer asked to correct when it last came back
	Changed  bool   // by a correction, once it was validated
	Alerts   []Alert
}

// Alert is a figure worth a second look.
type Alert struct {
	Number    string // of the rule
	Message   string
	Explained bool // by a comment
	Warning   bool // it asks to look again, not for a comment
}

// AlertText says the alerts of a measure that ask for nothing more.
func (m Measure) AlertText() string {
	var texts []string
	for _, a := range m.Alerts {
		switch {
		case a.Warning:
			texts = append(texts, "À vérifier\u00a0: "+a.Message)
		case a.Explained:
			texts = append(texts, "Alerte expliquée par le commentaire\u00a0: "+a.Message)
		}
	}
	return strings.Join(texts, " ")
}

// Answer is what a submission says of a measure.
type Answer struct {
	State   collect.CellState // "" when there is no answer
	Total   decimal.Decimal
	Cells   map[[2]string]decimal.Decimal // by row and column item
	Empty   int                           // boxes without a number in a table that was begun: Total is then partial
	Reason  string
	Comment string
	List    []string // identifiers
}

// Equal reports whether two answers say the same, comment included.
func (a Answer) Equal(b Answer) bool {
	return a.State == b.State && a.Reason == b.Reason && a.Comment == b.Comment && slices.Equal(a.List, b.List) &&
		maps.EqualFunc(a.Cells, b.Cells, decimal.Decimal.Equal)
}

// Measures are those of all sections, in the order of the form.
func (v View) Measures() (all []Measure) {
	for _, s := range v.Sections {
		all = append(all, s.Measures...)
	}
	return all
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

// TotalSuffix names the total that a person types beside a measure's table.
const TotalSuffix = ".total"

// What the form's buttons send.
const (
	ActionField = "action"
	HandIn      = "soumettre"
	ToPosts     = "postes"
	Auto        = "auto" // sent by the script while one types

	RemarkPrefix = "remarque-" // before the measure of which a reviewer says something

	ZerosField = "zeros" // the measure whose empty boxes become 0
)

// Box is one cell of a measure's form.
type Box struct {
	Name        string
	Row, Column convention.Item // zero where the measure has no such list
}

// Boxes are those of a measure, row by row; one where it has no breakdown.
func (m Measure) Boxes() (boxes []Box) {
	none := []convention.Item{{}}
	rows, columns := m.Rows, m.Columns
	if len(rows) == 0 {
		rows = none
	}
	if len(columns) == 0 {
		columns = none
	}
	for _, row := range rows {
		for _, column := range columns {
			boxes = append(boxes, Box{Name(m.MeasureCode, row.ItemCode, column.ItemCode), row, column})
		}
	}
	return boxes
}

// label names a box as the page does: « Médiateurs en poste, CDI, Femmes ».
func (m Measure) label(b Box) string {
	label := m.Label
	for _, item := range []convention.Item{b.Row, b.Column} {
		if item.Label != "" {
			label += ", " + item.Label
		}
	}
	return label
}

// NameFields gives the form the order and the names of its fields, for the
// summary of errors.
func (v *View) NameFields() {
	v.Form.Labels = map[string]string{"remark": "Remarque"}
	add := func(name, label string) {
		v.Form.Order = append(v.Form.Order, name)
		v.Form.Labels[name] = label
	}
	for _, s := range v.Sections {
		for _, m := range s.Measures {
			add(m.MeasureCode, m.label(Box{}))
			for _, b := range m.Boxes() {
				if len(m.Rows) > 0 {
					add(b.Name, m.label(b))
				}
			}
			add(m.MeasureCode+TotalSuffix, m.label(Box{})+", total de contrôle")
			add(m.MeasureCode+ui.ReasonSuffix, m.label(Box{})+", motif")
			add(m.MeasureCode+CommentSuffix, m.label(Box{})+", commentaire")
		}
	}
}

// empty reports whether a table of the form has boxes without anything typed.
func (v View) empty(m Measure) bool {
	return slices.ContainsFunc(m.Boxes(), func(b Box) bool { return strings.TrimSpace(v.Form.Values.Get(b.Name)) == "" })
}

// invalid reports whether something is wrong with a box: by itself, or as one of
// those that its table says are empty.
func (v View) invalid(m Measure, name string) bool {
	return v.Form.Problems[name] != "" || (v.Form.Problems[m.MeasureCode] != "" && v.Form.Values.Get(name) == "")
}

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

// part is one box of a table as read: what has no number is not zero.
func (a Answer) part(key [2]string, places int16) string {
	if n, given := a.Cells[key]; given {
		return french.Decimal(n, int32(places))
	}
	if a.State == collect.NotApplicable {
		return a.Text(places)
	}
	return "non renseigné"
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
	if len(m.Columns) > 0 {
		columns = append(columns, ui.Column{Label: "Total", Numeric: true})
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
	return slices.DeleteFunc(slices.Clone(s.Measures), func(m Measure) bool { return m.Source == convention.FromPosts || m.Optional })
}

// optional are those that a person may answer.
func (s Section) optional() []Measure {
	return slices.DeleteFunc(slices.Clone(s.Measures), func(m Measure) bool { return !m.Optional })
}

// unfolds reports whether a form says something of one of the measures.
func (v View) unfolds(measures []Measure) bool {
	return slices.ContainsFunc(measures, func(m Measure) bool {
		of := func(name string) bool {
			rest, found := strings.CutPrefix(name, m.MeasureCode)
			return found && (rest == "" || rest[0] == '.' || rest[0] == '-')
		}
		for name := range v.Form.Problems {
			if of(name) {
				return true
			}
		}
		for name, values := range v.Form.Values {
			if of(name) && slices.ContainsFunc(values, func(text string) bool { return strings.TrimSpace(text) != "" }) {
				return true
			}
		}
		return len(m.Alerts) > 0
	})
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

type detail struct{ label, now, before, difference string }

// details are the parts of a broken-down measure that are not zero.
func (m Measure) details() []detail {
	var list []detail
	for _, row := range m.Rows {
		for _, column := range m.columnsOrOne() {
			key := [2]string{row.ItemCode, column.ItemCode}
			if m.Now.Cells[key].IsZero() && m.Before.Cells[key].IsZero() {
				continue
			}
			d := detail{label: row.Label, now: m.Now.part(key, m.Places), before: m.Before.part(key, m.Places)}
			if len(m.Columns) > 0 {
				d.label += ", " + column.Label
			}
			if m.Now.State == collect.Number && m.Before.State == collect.Number {
				d.difference = difference(m.Now.Cells[key], m.Before.Cells[key], m.Places)
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
		parts = append(parts, "soumis le "+french.Date(*s.SubmittedOn))
	}
	if s.ValidatedOn != nil {
		parts = append(parts, "validés le "+french.Date(*s.ValidatedOn)+" par "+s.ValidatorName)
	}
	if len(parts) == 0 {
		return ""
	}
	text := "Chiffres " + strings.Join(parts, ", ")
	for _, c := range slices.Backward(v.Corrections) {
		if c.State == collect.Accepted {
			text += "\u00a0; rectifiés le " + french.Date(*c.DecidedOn) + "\u00a0: proposé par " + c.Proposer + ", accepté par " + c.Decider
		}
	}
	return text + "."
}

// proposed is the correction that waits for a decision; nil: none.
func (v View) proposed() *collect.Correction {
	i := slices.IndexFunc(v.Corrections, func(c collect.Correction) bool { return c.State == collect.Proposed })
	if i < 0 {
		return nil
	}
	return &v.Corrections[i]
}

// remarkedMeasures are those that reopened when the submission came back.
func (v View) remarkedMeasures() (all []Measure) {
	for _, s := range v.Sections {
		for _, m := range s.Measures {
			if m.Remark != "" {
				all = append(all, m)
			}
		}
	}
	return all
}
