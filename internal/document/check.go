package document

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Check finds what would make the document inaccessible or misleading: a heading that skips a level, a table without caption, a ragged row,
// a figure without text, a number without value. It returns all of them, joined; nil when there are none.
func (d Document) Check() error {
	var problems []error
	report := func(format string, a ...any) { problems = append(problems, fmt.Errorf(format, a...)) }
	if strings.TrimSpace(d.Title) == "" {
		report("document without title")
	}
	if d.Date.IsZero() {
		report("document without date")
	}
	level := 0
	for i, b := range d.Body {
		at := fmt.Sprintf("block %d", i+1)
		if h, ok := b.(Heading); ok {
			if h.Level < 1 || h.Level > 3 || h.Level > level+1 {
				report("%s: heading %q of level %d after level %d", at, h.Text, h.Level, level)
			}
			level = h.Level
		}
		for _, err := range checkBlock(b) {
			report("%s: %w", at, err)
		}
	}
	return errors.Join(problems...)
}

func checkBlock(b Block) []error {
	switch b := b.(type) {
	case Heading:
		return need("heading", b.Text)
	case Paragraph:
		return b.Text.check("paragraph")
	case List:
		return checkTexts(b.Items)
	case Definitions:
		return checkDefinitions(b)
	case KeyFigures:
		return checkKeyFigures(b)
	case Table:
		return b.check()
	case Figure:
		return b.check()
	case Callout:
		return checkTexts(b.Text)
	case Signatures:
		return checkSignatures(b)
	default:
		return nil
	}
}

func need(what, text string) []error {
	if strings.TrimSpace(text) == "" {
		return []error{fmt.Errorf("empty %s", what)}
	}
	return nil
}

func (t Text) check(what string) []error {
	problems := need(what, t.String())
	for _, span := range t {
		if span.Link == "" {
			continue
		}
		if WebLink(span.Link) == "" {
			problems = append(problems, fmt.Errorf("%s: link to %q, which is not on the web", what, span.Link))
		}
		problems = append(problems, need("link", span.Text)...)
	}
	return problems
}

// schemes are the addresses that a link may have: a document goes out by mail, and must not run anything.
var schemes = []string{"https://", "http://", "mailto:"}

// WebLink is an address if a document may lead there, else "".
func WebLink(address string) string {
	if slices.ContainsFunc(schemes, func(s string) bool { return strings.HasPrefix(address, s) }) {
		return address
	}
	return ""
}

func checkTexts(items []Text) (problems []error) {
	if len(items) == 0 {
		problems = append(problems, errors.New("nothing in it"))
	}
	for _, item := range items {
		problems = append(problems, item.check("item")...)
	}
	return problems
}

func checkDefinitions(b Definitions) (problems []error) {
	if len(b.Items) == 0 {
		problems = append(problems, errors.New("nothing in it"))
	}
	for _, item := range b.Items {
		problems = append(problems, need("term", item.Term)...)
		problems = append(problems, item.Text.check("definition")...)
	}
	return problems
}

func checkKeyFigures(b KeyFigures) (problems []error) {
	if len(b.Items) == 0 {
		problems = append(problems, errors.New("nothing in it"))
	}
	for _, item := range b.Items {
		problems = append(problems, need("label", item.Label)...)
		problems = append(problems, item.Value.check()...)
	}
	return problems
}

func checkSignatures(b Signatures) (problems []error) {
	if len(b.Items) == 0 {
		problems = append(problems, errors.New("nothing in it"))
	}
	for _, item := range b.Items {
		problems = append(problems, need("signatory", item.Party)...)
	}
	return problems
}

// longestShort is what the tab of a spreadsheet holds.
const longestShort = 31

func (t Table) check() []error {
	problems := need("table caption", t.Caption)
	if utf8.RuneCountInString(t.Short) > longestShort {
		problems = append(problems, fmt.Errorf("table %q: short name %q of more than %d characters", t.Caption, t.Short, longestShort))
	}
	if len(t.Columns) == 0 {
		problems = append(problems, fmt.Errorf("table %q has no columns", t.Caption))
	}
	for i, c := range t.Columns {
		if strings.TrimSpace(c.Title) == "" {
			problems = append(problems, fmt.Errorf("table %q: column %d has no title", t.Caption, i+1))
		}
	}
	for i, r := range t.Rows {
		if len(r.Cells) != len(t.Columns) {
			problems = append(problems, fmt.Errorf("table %q: row %d has %d cells for %d columns", t.Caption, i+1, len(r.Cells), len(t.Columns)))
		}
		for _, c := range r.Cells {
			for _, err := range c.check() {
				problems = append(problems, fmt.Errorf("table %q: row %d: %w", t.Caption, i+1, err))
			}
		}
	}
	return problems
}

func (f Figure) check() []error {
	problems := append(need("figure caption", f.Caption), need("figure alternative text", f.Alt)...)
	if f.Scene.Width <= 0 || f.Scene.Height <= 0 {
		problems = append(problems, fmt.Errorf("figure %q has no size", f.Caption))
	}
	if f.Data != nil {
		problems = append(problems, f.Data.check()...)
	}
	return problems
}

func (c Cell) check() []error {
	if c.Numeric() && c.Number == nil {
		return []error{fmt.Errorf("%s without a number", c.Kind)}
	}
	if c.Kind == Day && c.Date.IsZero() {
		return []error{errors.New("date without a day")}
	}
	return nil
}
