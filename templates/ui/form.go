package ui

import (
	"cmp"
	"context"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/a-h/templ"
)

// Post is a form: the summary of its errors, its hidden values, then its
// children. These are drawn first, so that the summary knows how the page names
// its fields and in which order it asks for them.
func Post(form Form) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		children, seen := templ.GetChildren(ctx), &questions{labels: map[string]string{}}
		ctx = templ.ClearChildren(ctx)
		var fields strings.Builder
		if err := children.Render(context.WithValue(ctx, questionsKey{}, seen), &fields); err != nil {
			return err
		}
		return post(form, seen, fields.String()).Render(ctx, w)
	})
}

// questions are the fields that a form has shown so far.
type questions struct {
	order  []string
	labels map[string]string
}

type questionsKey struct{}

// asked notes under which label the form in ctx, if any, asks for the fields
// named. The first label stays: a cell speaks for its parts.
func asked(ctx context.Context, label string, names ...string) {
	seen, inForm := ctx.Value(questionsKey{}).(*questions)
	if !inForm {
		return
	}
	for _, name := range names {
		if seen.labels[name] == "" {
			seen.order = append(seen.order, name)
			seen.labels[name] = label
		}
	}
}

var cellStates = []Option{
	{Value: StateNumber, Label: "Chiffre"},
	{Value: StateMissing, Label: "Non renseigné"},
	{Value: StateNotApplicable, Label: "Sans objet"},
}

// reason is required only with « sans objet », which the server checks.
func (c Cell) reason() Field {
	return Field{Name: c.Name + ReasonSuffix, Label: "Pourquoi sans objet ?", Attrs: templ.Attributes{"aria-required": "false"}}
}

// urgency makes the summary of a refusal heard at once; what is wrong with stored
// answers waits for the reader.
func (f Form) urgency() templ.Attributes {
	if f.Stored != "" {
		return nil
	}
	return templ.Attributes{"role": "alert", "tabindex": "-1", "autofocus": true, "data-focus": true}
}

// said is a problem's line in the summary: where it is, then what.
func (f Form) said(p problem) string {
	label := cmp.Or(f.Labels[p.name], p.label)
	if label == "" {
		return p.message
	}
	first, size := utf8.DecodeRuneInString(p.message)
	if second, _ := utf8.DecodeRuneInString(p.message[size:]); unicode.IsUpper(second) { // « ETP… »
		return label + "\u00a0: " + p.message
	}
	return label + "\u00a0: " + string(unicode.ToLower(first)) + p.message[size:]
}

func (f Form) cellProblem(c Cell) bool {
	return f.Problems[c.Name] != "" || f.Problems[c.Name+StateSuffix] != "" || f.Problems[c.Name+ReasonSuffix] != ""
}

// has reports whether value is among the answers given under name.
func (f Form) has(name, value string) bool {
	return slices.Contains(f.Values[name], value)
}

func (f Field) sized(size int) Field {
	f.Size = cmp.Or(f.Size, size)
	return f
}

// DateHint is what a Date says of itself; a hint of its own replaces it.
const DateHint = "Jour, mois, année : par exemple 31/01/2015."

func (f Field) dated() Field {
	f.Hint = cmp.Or(f.Hint, DateHint)
	return f.sized(10)
}

// noChoice is the first entry of a Select.
func (f Form) noChoice() string {
	if f.Filter {
		return "Tout"
	}
	return "Choisir…"
}

func toCorrect(n int) string {
	if n == 1 {
		return "1 erreur à corriger"
	}
	return strconv.Itoa(n) + " erreurs à corriger"
}

// optionGroups cuts the options where the group changes.
func optionGroups(options []Option) [][]Option {
	var groups [][]Option
	for i, o := range options {
		if i == 0 || o.Group != options[i-1].Group {
			groups = append(groups, nil)
		}
		groups[len(groups)-1] = append(groups[len(groups)-1], o)
	}
	return groups
}
