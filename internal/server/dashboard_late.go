package server

import (
	"slices"
	"strings"

	"copil/internal/collect"
	"copil/internal/convention"
	"copil/internal/french"
	"copil/internal/indicator"
	"copil/templates/ui"
)

// stock is a figure in its own word: « 633 médiateurs en poste ».
func stock(ind convention.Indicator, r indicator.Reading) string {
	word := ind.Unit
	if w := ind.Formula.Numerator[0].Word; w != "" {
		word = w
	}
	return indicator.Text(ind, r.Value) + "\u00a0" + word
}

// collectingLine tells of the period whose collecting has begun after the one
// that the totals tell of, and what of it is validated.
func (d *board) collectingLine() (ui.Line, bool) {
	if d.current.PeriodCode == d.shown.PeriodCode {
		return ui.Line{}, false
	}
	asked, validated := handed(d.all, d.current.PeriodCode)
	text := "\u00a0: " + french.Plural(validated, "saisie validée", "saisies validées") + " sur " + french.Int(asked)
	if ind, ok := indicator.Headline(d.indicators, convention.StockFigure); ok {
		if now := d.totals.Read(ind, *d.current); now.Known {
			text += ", " + stock(ind, now) + ", " + now.Coverage.StructuresText()
		}
	}
	if d.current.DueOn != nil {
		text += "\u00a0; échéance le " + french.Date(*d.current.DueOn)
	}
	return ui.Line{Lead: "Collecte en cours, " + lowerFirst(d.current.Label), Text: text + ".", Href: d.Path("saisies", d.current.PeriodCode)}, true
}

// lateLine says which decisions are late, and what the collecting still lacks once
// its deadline has passed.
func (d *board) lateLine() (ui.Line, bool) {
	count := map[collect.State]int{}
	for _, s := range d.collected {
		if d.late(s) {
			count[s.State]++
		}
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
	add("pas encore soumise", "pas encore soumises", collect.ToEnter, collect.Draft)
	add("à corriger", "à corriger", collect.ToCorrect)
	text := strings.Join(parts, ", ")
	rulings, items := d.lateDecisions()
	if len(rulings) > 0 {
		text = strings.TrimSuffix(strings.Join(rulings, "\u00a0; ")+"\u00a0; "+text, "\u00a0; ")
	}
	if text == "" {
		return ui.Line{}, false
	}
	return ui.Line{Lead: "En retard", Text: "\u00a0: " + text + ".", Items: append(items, d.lateItems()...), Tag: "À suivre", Kind: ui.Danger}, true
}

// late reports whether the collecting lacks a submission's figures.
func (d *board) late(s collect.Submission) bool {
	switch s.State {
	case collect.Unreturned, collect.ToCorrect:
		return true
	case collect.ToEnter, collect.Draft:
		return collect.Late(s, d.period(s.PeriodCode), d.Today)
	case collect.Submitted, collect.Validated:
	}
	return false
}

// lateItems lead to the submissions that are late, each with its deadline and,
// in short, what it was returned for.
func (d *board) lateItems() []ui.LineItem {
	var items []ui.LineItem
	for _, s := range d.collected {
		if !d.late(s) {
			continue
		}
		text := "\u00a0: " + lowerFirst(s.State.Label())
		if due := d.period(s.PeriodCode).DueOn; due != nil {
			text += ", échéance le " + french.Date(*due)
		}
		if s.State == collect.ToCorrect && s.ReturnReason != "" {
			text += "\u00a0; motif\u00a0: " + inShort(s.ReturnReason)
		}
		items = append(items, ui.LineItem{Label: s.Organisation + ", " + s.Place(), Text: text + ".", Href: d.Path("saisies", s.PeriodCode, s.SubmissionID)})
	}
	if rest := len(items) - mostLate; rest > 0 {
		items = append(items[:mostLate], ui.LineItem{Label: french.Plural(rest, "autre saisie", "autres saisies"), Text: ".", Href: d.Path("saisies") + "?etat=retard"})
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
	return " (" + firstNames(slices.DeleteFunc(slices.Clone(d.collected), func(s collect.Submission) bool { return !d.late(s) || !slices.Contains(states, s.State) })) + ")"
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
