package collect

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"copil/internal/convention"
	"copil/internal/french"
	"copil/internal/sheet"
)

// Bounds of what is written in one answer.
const (
	MostIdentifiers   = 2000
	LongestIdentifier = 64   // bytes
	LongestText       = 5000 // characters, of a reason or comment
)

func sheetLine(row int) string { return fmt.Sprintf("ligne\u00a0%d", row) }

// read reads what a row answers.
func (r *importReader) read(row sheet.Row, g *group, at boxOf) {
	l := importLine{row: row.Number, at: at, value: r.text(row, colValue), reason: r.text(row, colReason), comment: r.text(row, colComment)}
	before := len(r.problems)
	said := r.text(row, colAnswer)
	switch fold(said) {
	case "":
		if l.value != "" {
			l.answer = Number
		}
	case answerNumber:
		l.answer = Number
		if l.value == "" && g.measure.Source != convention.Identifiers {
			r.report(l.row, colValue, "Le chiffre manque\u00a0: saisissez-le, 0 compris, ou choisissez «\u00a0non renseigné\u00a0».")
		}
	case answerMissing, "non renseigne":
		l.answer = Missing
	case answerNotApplicable:
		l.answer = NotApplicable
	default:
		r.report(l.row, colAnswer, "La réponse «\u00a0"+cut(said)+"\u00a0» n’existe pas\u00a0: choisissez «\u00a0chiffre\u00a0», «\u00a0non renseigné\u00a0» ou «\u00a0sans objet\u00a0».")
	}
	if l.value != "" && (l.answer == Missing || l.answer == NotApplicable) {
		r.report(l.row, colValue, "Cette ligne dit à la fois un chiffre et «\u00a0"+fold(said)+"\u00a0»\u00a0: gardez l’un des deux.")
	}
	if l.reason != "" && l.answer != NotApplicable {
		r.report(l.row, colReason, "Un motif n’accompagne que «\u00a0sans objet\u00a0»\u00a0: choisissez cette réponse, ou passez par le commentaire.")
	}
	for column, text := range map[string]string{colReason: l.reason, colComment: l.comment} {
		if n := utf8.RuneCountInString(text); n > LongestText {
			r.report(l.row, column, french.Int(LongestText)+" caractères au plus, il y en a "+french.Int(n)+".")
		}
	}
	g.lines = append(g.lines, l)
	g.broken = g.broken || len(r.problems) > before
}

// cut keeps a message short, whatever it quotes.
func cut(text string) string {
	const most = 40
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

// settle makes the answer to a measure of the group's lines and of what is
// stored, where the file is silent.
func (r *importReader) settle(g *group, f Form, stored answer) (answer, bool) {
	before := len(r.problems)
	next := answer{Numbers: map[box]decimal.Decimal{}}
	for _, l := range g.lines {
		if l.answer == "" {
			continue
		}
		if next.State == "" {
			next.State = l.answer
		}
		if l.answer != next.State {
			r.report(l.row, colAnswer, "Dans un tableau, «\u00a0non renseigné\u00a0» et «\u00a0sans objet\u00a0» valent pour toutes les cases\u00a0: mettez un chiffre dans chaque case, ou la même réponse partout.")
		}
	}
	if len(r.problems) > before {
		return next, false
	}
	switch {
	case next.State == Number || next.State == "" && stored.State == Number:
		r.numbers(g, stored, &next)
	case next.State == NotApplicable:
		if next.Reason = joined(g.lines, func(l importLine) string { return l.reason }); next.Reason == "" {
			r.report(g.lines[0].row, colReason, "Indiquez pourquoi c’est sans objet.")
		}
	}
	next.Comment = joined(g.lines, func(l importLine) string { return l.comment })
	if first := boxesOf(g.measure, f.Case.Items)[0].place(); next.Comment == "" && next.State != "" &&
		!slices.ContainsFunc(g.lines, func(l importLine) bool { return l.at.place() == first }) {
		next.Comment = stored.Comment
	}
	if next.Comment != "" && next.State == "" {
		r.report(g.lines[0].row, colComment, "Ce commentaire n’accompagne aucune réponse\u00a0: saisissez le chiffre, ou choisissez «\u00a0non renseigné\u00a0».")
	}
	return next, len(r.problems) == before
}

// joined are the different texts of the lines, one after the other.
func joined(lines []importLine, text func(importLine) string) string {
	var texts []string
	for _, l := range lines {
		if t := text(l); t != "" && !slices.Contains(texts, t) {
			texts = append(texts, t)
		}
	}
	return strings.Join(texts, "\n")
}

// numbers reads the figures of a measure.
func (r *importReader) numbers(g *group, stored answer, next *answer) {
	if g.measure.Source == convention.Identifiers {
		if next.State == Number {
			r.identifiers(g.lines[0], next)
		}
		return
	}
	if stored.State == Number {
		for at, n := range stored.Numbers {
			next.Numbers[at] = n
		}
	}
	for _, l := range g.lines {
		delete(next.Numbers, l.at.place())
		if l.answer == Number {
			n, problem := readFigure(l.value, g.measure)
			if problem != "" {
				r.report(l.row, colValue, problem)
			}
			next.Numbers[l.at.place()] = n
		}
	}
	if next.State = Number; len(next.Numbers) == 0 {
		next.State = ""
	}
}

func (r *importReader) identifiers(l importLine, next *answer) {
	for _, id := range strings.FieldsFunc(l.value, func(c rune) bool { return strings.ContainsRune("\n;,", c) }) {
		id = strings.TrimSpace(id)
		if len(id) > LongestIdentifier {
			r.report(l.row, colValue, "L’identifiant «\u00a0"+cut(id)+"\u00a0» est trop long\u00a0: séparez-les par des points-virgules.")
			return
		}
		if siren := bare(id); isSiren(siren) {
			id = siren // as Save writes it
		}
		if id != "" && !slices.Contains(next.Identifiers, id) {
			next.Identifiers = append(next.Identifiers, id)
		}
	}
	if len(next.Identifiers) > MostIdentifiers {
		r.report(l.row, colValue, french.Int(MostIdentifiers)+" identifiants au plus.")
	}
	next.Numbers[box{}] = decimal.NewFromInt(int64(len(next.Identifiers)))
}

// readFigure reads a number of a measure, or says in a sentence why it is none.
func readFigure(text string, m convention.Measure) (decimal.Decimal, string) {
	d, err := french.ParseNumber(text)
	switch {
	case err != nil:
		return d, err.Error()
	case d.IsNegative():
		return d, "Un nombre négatif n’a pas de sens ici."
	case m.Places == 0 && !d.IsInteger():
		return d, "Saisissez un nombre entier, par exemple 12."
	case !d.Equal(d.Round(int32(m.Places))):
		return d, french.Plural(int(m.Places), "décimale", "décimales") + " au plus."
	}
	return d, ""
}

// compare makes the entries, once all rows have been read. posts are what else the
// file changes.
func (r *importReader) compare(posts []PostEntry) (found []ImportEntry) {
	entries := map[int]*ImportEntry{}
	for _, key := range r.order {
		g, f := r.groups[key], r.forms[key.form]
		e := entries[key.form]
		if e == nil {
			e = &ImportEntry{Form: f}
			entries[key.form] = e
		}
		if g.broken {
			continue
		}
		stored := answerTo(f.Case.Now, g.measure)
		next, ok := r.settle(g, f, stored)
		if !ok || stored.same(next) {
			continue
		}
		if r.locked(g, f, stored, next) {
			continue
		}
		e.Cells = append(e.Cells, next.cells(g.measure, f.Case.Items)...)
		e.Changes = append(e.Changes, changes(g.measure, f.Case.Items, stored, next)...)
	}
	for i := range r.forms {
		if e := entries[i]; e != nil {
			e.judge(posts)
			found = append(found, *e)
		}
	}
	return found
}

// locked reports a change that may not be made.
func (r *importReader) locked(g *group, f Form, stored, next answer) bool {
	reason := MayWrite(f.Submission, r.period, r.actor, r.today)
	if reason == "" && !stored.sameFigures(next) {
		if reason = MayWriteMeasure(f.Submission, g.measure); reason != "" {
			reason = "«\u00a0" + g.measure.Label + "\u00a0»\u00a0: " + reason
		}
	}
	if reason == "" {
		return false
	}
	at := g.lines[0].row
	for _, l := range g.lines {
		before, had := stored.Numbers[l.at.place()]
		if after, has := next.Numbers[l.at.place()]; had != has || !before.Equal(after) {
			at = l.row
			break
		}
	}
	r.report(at, colValue, reason)
	return true
}

// judge says what the rules would find once the entry and the posts are saved.
func (e *ImportEntry) judge(posts []PostEntry) {
	if len(e.Cells) == 0 {
		return
	}
	c := e.Form.Case
	if e.Form.Counts != nil {
		c.Now = Counted(c.Measures, c.Items, c.Now, e.Form.counts(posts))
	}
	c.Now = slices.DeleteFunc(slices.Clone(c.Now), func(old Cell) bool {
		return slices.ContainsFunc(e.Cells, func(given Cell) bool { return given.MeasureCode == old.MeasureCode })
	})
	c.Now = append(c.Now, slices.DeleteFunc(slices.Clone(e.Cells), func(given Cell) bool { return given.State == "" })...)
	e.Findings = Check(c)
}
