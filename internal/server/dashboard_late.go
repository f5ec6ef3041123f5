package server

import (
	"slices"
	"strings"

	"copil/internal/collect"
	"copil/internal/french"
	"copil/templates/ui"
)

// lateLine says what the collecting still lacks, once its deadline has passed.
func (d *board) lateLine() (ui.Line, bool) {
	count := map[collect.State]int{}
	for _, s := range d.pending {
		count[s.State]++
	}
	var parts []string
	add := func(one, many string, states ...collect.State) {
		n := 0
		for _, s := range states {
			n += count[s]
		}
		noun := []string{" saisie", " saisies"}
		if len(parts) > 0 {
			noun = []string{"", ""} // said once
		}
		switch {
		case n == 1:
			parts = append(parts, "une"+noun[0]+" "+one+d.whose(states))
		case n > 1:
			parts = append(parts, french.Int(n)+noun[1]+" "+many+d.whose(states))
		}
	}
	add("non remise", "non remises", collect.Unreturned)
	if d.overdue() {
		add("pas encore soumise", "pas encore soumises", collect.ToEnter, collect.Draft)
	}
	add("à corriger", "à corriger", collect.ToCorrect)
	if len(parts) == 0 {
		return ui.Line{}, false
	}
	return ui.Line{Lead: "En retard", Text: "\u00a0: " + strings.Join(parts, ", ") + ".", Items: d.lateItems(), Tag: "À suivre", Kind: ui.Danger}, true
}

// late reports whether the collecting lacks a submission's figures.
func (d *board) late(s collect.Submission) bool {
	switch s.State {
	case collect.Unreturned, collect.ToCorrect:
		return true
	case collect.ToEnter, collect.Draft:
		return d.overdue()
	case collect.Submitted, collect.Validated:
	}
	return false
}

// lateItems lead to the submissions that are late, each with its deadline and,
// in short, what it was returned for.
func (d *board) lateItems() []ui.LineItem {
	var items []ui.LineItem
	for _, s := range d.pending {
		if !d.late(s) {
			continue
		}
		text := "\u00a0: " + lowerFirst(s.State.Label())
		if d.current.DueOn != nil {
			text += ", échéance le " + french.Date(*d.current.DueOn)
		}
		if s.State == collect.ToCorrect && s.ReturnReason != "" {
			text += "\u00a0; motif\u00a0: " + inShort(s.ReturnReason)
		}
		items = append(items, ui.LineItem{Label: s.Organisation + ", " + s.Place(), Text: text + ".", Href: d.Path("saisies", s.PeriodCode, s.SubmissionID)})
	}
	if rest := len(items) - mostLate; rest > 0 {
		items = append(items[:mostLate], ui.LineItem{Label: french.Plural(rest, "autre saisie", "autres saisies"), Text: ".", Href: d.Path("saisies", d.current.PeriodCode)})
	}
	return items
}

const (
	mostLate      = 8
	longestReason = 90 // runes
)

// inShort keeps the first words of a text.
func inShort(text string) string {
	text = strings.TrimSuffix(strings.Join(strings.Fields(text), " "), ".")
	runes := []rune(text)
	if len(runes) <= longestReason {
		return text
	}
	cut := string(runes[:longestReason])
	if at := strings.LastIndex(cut, " "); at > 0 {
		cut = cut[:at]
	}
	return cut + "…"
}

// whose names who is behind submissions in some states, three at most.
func (d *board) whose(states []collect.State) string {
	return " (" + firstNames(slices.DeleteFunc(slices.Clone(d.pending), func(s collect.Submission) bool { return !slices.Contains(states, s.State) })) + ")"
}

// firstNames names the organisations behind submissions, three at most.
func firstNames(of []collect.Submission) string {
	var names []string
	for _, s := range of {
		if !slices.Contains(names, s.Organisation) {
			names = append(names, s.Organisation)
		}
	}
	if rest := len(names) - 3; rest > 0 {
		names = append(names[:3], french.Plural(rest, "autre", "autres"))
	}
	return french.List(names)
}
