package collect

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"copil/internal/access"
	"copil/internal/convention"
	"copil/internal/fault"
	"copil/internal/french"
	"copil/internal/site"
)

// Case is one submission as its rules look at it. The form, its autosave, the
// import and Submit all judge a case, so that they say the same.
type Case struct {
	Submission Submission // as stored; its Controls and Remark are not read, those below are
	Size       Size
	Words      access.Words // of the convention
	Rules      []convention.Rule
	Measures   []convention.Measure // asked of the reporter
	Items      []convention.Item
	Period     convention.Period
	OnSite     bool
	Zonings    []site.Zoning              // of its site
	Now        []Cell                     // its answers
	Controls   map[string]decimal.Decimal // totals typed beside tables, by measure
	Remark     string
	Before     []Cell // the answers of the same organisation and place in the period before
	Earlier    []Cell // over all periods before, summed; Missing where one of them is
}

// Finding is what a rule has to say about one case.
type Finding struct {
	Number  string // of the rule: "V02"
	Level   string // convention.Blocking or convention.Alert
	Measure string // at which it stands; "": the remark
	Row     string // "" unless it is of one row of a table
	Column  string
	Message string // the rule's sentence, and what it compared
	Warning bool   // it asks to look again, not for a comment
	Total   bool   // it is about the total typed beside the measure's table
}

// LeastComment is how many characters a comment needs to answer an alert.
const LeastComment = 20

// Check returns what the rules have to say, in their order. What is not known
// breaks no rule; nor does a rule speak at a measure that is not asked.
func Check(c Case) []Finding {
	j := newJudge(c)
	for _, r := range c.Rules {
		j.apply(r)
	}
	return j.found
}

// Hindrances returns, by measure, the findings that keep figures from being handed
// in: broken rules, and alerts without a comment.
func Hindrances(c Case, found []Finding) fault.Fields {
	bad := fault.Fields{}
	for _, f := range found {
		if f.Level == convention.Blocking {
			bad.Add(f.Measure, f.Message+c.closed(f.Measure))
		}
	}
	for _, f := range found {
		if f.asksForComment() && !Explained(c.Now, f.Measure) {
			bad.Add(f.Measure, c.commentTooShort(f.Measure)+f.Message+" Expliquez-le dans le commentaire, en 20\u00a0caractères au moins, ou corrigez.")
		}
	}
	return bad
}

// closed says of a figure that did not reopen who can open it; a comment may
// always be added.
func (c Case) closed(measure string) string {
	if !slices.ContainsFunc(c.Measures, func(m convention.Measure) bool {
		return m.MeasureCode == measure && MayWriteMeasure(c.Submission, m) != ""
	}) {
		return ""
	}
	return " Ce champ est fermé\u00a0: " + c.Words.TheMission() + ", ou un signataire qui copréside, peut l’ouvrir par une remarque."
}

func (f Finding) asksForComment() bool { return f.Level == convention.Alert && !f.Warning }

// commentTooShort says of a comment that is there what it lacks.
func (c Case) commentTooShort(measure string) string {
	for _, cell := range c.Now {
		if n := utf8.RuneCountInString(strings.TrimSpace(cell.Comment)); cell.MeasureCode == measure && n > 0 {
			return fmt.Sprintf("Commentaire trop court\u00a0: %s sur %d. ", french.Plural(n, "caractère", "caractères"), LeastComment)
		}
	}
	return ""
}

// Explained reports whether a measure has a comment long enough for an alert.
func Explained(cells []Cell, measure string) bool {
	return slices.ContainsFunc(cells, func(c Cell) bool {
		return c.MeasureCode == measure && utf8.RuneCountInString(strings.TrimSpace(c.Comment)) >= LeastComment
	})
}

// explained counts the alerts of a case that nothing keeps from being handed in.
func (c Case) explained() (n int) {
	for _, f := range Check(c) {
		if f.asksForComment() {
			n++
		}
	}
	return n
}
