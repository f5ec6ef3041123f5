// Package conventions shows the act: its words as written, and what Copil reads in them.
package conventions

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"copil/internal/convention"
	"copil/internal/french"
	"copil/internal/governance"
	"copil/templates/ui"
)

// ShowView is the act with all its parts.
type ShowView struct {
	Convention  convention.Convention
	Articles    []convention.Article
	Footnotes   []convention.Footnote
	Parties     []convention.Party
	Axes        []convention.Axis
	Stakes      []convention.Stake
	Objectives  []convention.Objective
	Commitments []convention.Commitment
	KeyFigures  []convention.KeyFigure
	Bodies      []convention.Body
	Findings    []convention.Finding
	Notes       []governance.Note
	Decision    func(uuid.UUID) string
	NoteHref    func(finding string) string // nil for who may not record a note
	LedgerHref  string                      // to what became of the commitments; "" for who may not read it
}

func (v ShowView) lead() string {
	c := v.Convention
	period := french.DateRange(c.StartsOn, c.EndsOn)
	if c.SignedOn == nil {
		return "Pas encore signée. Période retenue\u00a0: " + period + "."
	}
	return "Signée le " + french.Date(*c.SignedOn) + ". Période retenue\u00a0: " + period + "."
}

// chairs names the parties that chair the steering committee.
func (v ShowView) chairs() []string {
	var names []string
	for _, p := range v.Parties {
		if p.Chairs {
			names = append(names, p.OrganisationName)
		}
	}
	return names
}

// contents lists the sections that have something to show.
func (v ShowView) contents() []ui.Link {
	act := v.Convention.Act
	all := []struct {
		link  ui.Link
		shown bool
	}{
		{ui.Link{Label: "Parties et signataires", Href: "#parties"}, len(v.Parties) > 0},
		{ui.Link{Label: "Axes, enjeux et objectifs", Href: "#axes"}, len(v.Axes)+len(v.Stakes)+len(v.Objectives) > 0},
		{ui.Link{Label: "Engagements", Href: "#engagements"}, len(v.Commitments) > 0},
		{ui.Link{Label: "Chiffres de l’acte", Href: "#chiffres"}, len(v.KeyFigures) > 0},
		{ui.Link{Label: "Pilotage et suivi", Href: "#pilotage"}, len(v.Bodies) > 0 || act.SupportMission != nil || act.Trials != nil || act.Evaluation != nil},
		{ui.Link{Label: "Définition et repères", Href: "#reperes"}, v.hasMarks()},
		{ui.Link{Label: "Constats de lecture", Href: "#constats"}, len(v.Findings) > 0},
		{ui.Link{Label: "Texte intégral", Href: "#texte"}, len(v.Articles) > 0},
	}
	var links []ui.Link
	for _, s := range all {
		if s.shown {
			links = append(links, s.link)
		}
	}
	return links
}

func (v ShowView) has(anchor string) bool {
	return slices.ContainsFunc(v.contents(), func(l ui.Link) bool { return l.Href == "#"+anchor })
}

func (v ShowView) hasMarks() bool {
	act := v.Convention.Act
	return act.Definition != nil || act.SourceStudy != nil || len(act.OtherPartners)+len(act.KeyDates)+len(act.OtherQuotes) > 0
}

// annexMissing says whether the act announces an annex that the source lacks.
func (v ShowView) annexMissing() bool {
	annex := v.Convention.Act.Annex
	return annex != nil && annex.Missing
}

// promises groups the commitments by party, in the order of the act; those of
// every party come first.
func (v ShowView) promises() []promise {
	var groups []promise
	add := func(name, id string, mine func(convention.Commitment) bool) {
		g := promise{Name: name, ID: id}
		for _, c := range v.Commitments {
			if mine(c) {
				g.Commitments = append(g.Commitments, c)
			}
		}
		if len(g.Commitments) > 0 {
			groups = append(groups, g)
		}
	}
	add("Toutes les parties", "tous", func(c convention.Commitment) bool { return c.PartyCode == nil })
	for _, p := range v.Parties {
		add(p.OrganisationName, p.PartyCode, func(c convention.Commitment) bool { return c.PartyCode != nil && *c.PartyCode == p.PartyCode })
	}
	return groups
}

type promise struct {
	Name, ID    string
	Commitments []convention.Commitment
}

// notesOf returns the footnotes that an article calls.
func (v ShowView) notesOf(article int) []convention.Footnote {
	var notes []convention.Footnote
	for _, n := range v.Footnotes {
		if n.ArticleNo == article {
			notes = append(notes, n)
		}
	}
	return notes
}

// calledFootnotes are those that the figures rest on.
func (v ShowView) calledFootnotes() []convention.Footnote {
	var notes []convention.Footnote
	for _, n := range v.Footnotes {
		if slices.ContainsFunc(v.KeyFigures, func(k convention.KeyFigure) bool { return k.FootnoteNo != nil && *k.FootnoteNo == n.FootnoteNo }) {
			notes = append(notes, n)
		}
	}
	return notes
}

// articleName is how Copil cites an article: « art. 3 », « préambule ».
func articleName(no int) string {
	if no == 0 {
		return "préambule"
	}
	return "art.\u00a0" + strconv.Itoa(no)
}

func articleAnchor(no int) string { return "#article-" + strconv.Itoa(no) }

// articleTitle is the article's heading, its title as written.
func articleTitle(a convention.Article) string {
	switch {
	case a.ArticleNo == 0 && a.Title != "":
		return a.Title
	case a.ArticleNo == 0:
		return "Préambule"
	case a.Title == "":
		return "Article " + strconv.Itoa(a.ArticleNo)
	}
	return fmt.Sprintf("Article %d\u00a0: %s", a.ArticleNo, a.Title)
}

// gap says where the source jumps over a missing article.
func (v ShowView) gap(no int) string {
	before, after := -1, -1
	for _, a := range v.Articles {
		switch {
		case a.Missing:
		case a.ArticleNo < no:
			before = a.ArticleNo
		case after < 0:
			after = a.ArticleNo
		}
	}
	where := "Le document source ne contient pas cet article"
	if before >= 0 && after >= 0 {
		where = fmt.Sprintf("Le document source passe de l’article %d à l’article %d", before, after)
	}
	return where + ". Copil garde le numéro, ne renumérote rien et n’invente aucun contenu."
}

// FigureText is a figure of the act in a few words: « environ 200 médiateurs (2011) ».
func FigureText(k convention.KeyFigure) string {
	return value(k) + " " + k.Unit + " (" + year(k) + ")"
}

// value writes a figure as the act gives it: a range stays a range.
func value(k convention.KeyFigure) string {
	text := french.Decimal(k.Minimum, -k.Minimum.Exponent())
	if !k.Maximum.Equal(k.Minimum) {
		text += " à " + french.Decimal(k.Maximum, -k.Maximum.Exponent())
	}
	if k.Approximate {
		text = "environ " + text
	}
	return text
}

func year(k convention.KeyFigure) string {
	if k.Year == nil {
		return "année non précisée"
	}
	return strconv.Itoa(*k.Year)
}

func years(list []int) string {
	words := make([]string, len(list))
	for i, y := range list {
		words[i] = strconv.Itoa(y)
	}
	return french.List(words)
}

// when writes a key date as precisely as the act does.
func when(date string) string {
	if day, err := time.Parse(time.DateOnly, date); err == nil {
		return french.Date(day)
	}
	return date
}

func axisLabel(axes []convention.Axis, no int) string {
	for _, a := range axes {
		if a.AxisNo == no {
			return fmt.Sprintf("axe %d, %s", no, strings.ToLower(a.ShortLabel[:1])+a.ShortLabel[1:])
		}
	}
	return "axe " + strconv.Itoa(no)
}

// line is one paragraph of an article, with the footnote that it ends on.
type line struct {
	Text string
	Note int  // 0: none
	Item bool // begins with a dash, a bullet or a number
	Head bool // stands alone, as a heading does
}

var (
	itemStart = regexp.MustCompile(`^\s*(?:[-–•]|[0-9]{1,2}\s?[-.)]|[a-z]\))`)
	noteCall  = regexp.MustCompile(`^(.*["».])\s?([0-9]{1,2})$`)
)

// paragraphs cuts an article's body into groups of lines. Nothing is changed in
// the words: a footnote's call is only set apart.
func paragraphs(body string, notes []convention.Footnote) [][]line {
	var groups [][]line
	for group := range strings.SplitSeq(body, "\n\n") {
		var lines []line
		for text := range strings.SplitSeq(strings.Trim(group, "\n"), "\n") {
			l := line{Text: text, Item: itemStart.MatchString(text)}
			if call := noteCall.FindStringSubmatch(text); call != nil {
				no, _ := strconv.Atoi(call[2])
				if slices.ContainsFunc(notes, func(n convention.Footnote) bool { return n.FootnoteNo == no }) {
					l.Text, l.Note = call[1], no
				}
			}
			lines = append(lines, l)
		}
		if len(lines) == 1 && !strings.ContainsAny(lastRune(lines[0].Text), ".:;,…») ") && len(lines[0].Text) < 100 {
			lines[0].Head = true
		}
		groups = append(groups, lines)
	}
	return groups
}

func lastRune(text string) string {
	runes := []rune(text)
	if len(runes) == 0 {
		return " "
	}
	return string(runes[len(runes)-1])
}
