package server

import (
	"fmt"
	"strconv"

	"copil/internal/convention"
	"copil/internal/french"
	"copil/internal/pg"
	"copil/templates/conventions"
	"copil/templates/search"
)

// actRows is what a search reads of the act beside its articles and commitments.
type actRows struct {
	agreement  *pg.Rows[convention.Convention]
	stakes     *pg.Rows[convention.Stake]
	objectives *pg.Rows[convention.Objective]
	figures    *pg.Rows[convention.KeyFigure]
	footnotes  *pg.Rows[convention.Footnote]
	bodies     *pg.Rows[convention.Body]
	findings   *pg.Rows[convention.Finding]
}

func readAct(b *pg.Batch) actRows {
	return actRows{convention.Get(b), convention.Stakes(b), convention.Objectives(b), convention.KeyFigures(b),
		convention.Footnotes(b), convention.Bodies(b), convention.Findings(b)}
}

func (r *Request) foundFigures(m matcher, list []convention.KeyFigure) search.Group {
	g := search.Group{ID: "chiffres", Title: "Chiffres de l’acte"}
	for _, k := range list {
		title := conventions.FigureText(k)
		if !m.in(k.FigureCode, title, k.Doctrine, k.Quoted) {
			continue
		}
		g.Results = append(g.Results, search.Result{Title: m.mark(title), Href: r.Path("convention") + "#chiffre-" + k.FigureCode,
			Context: articleCited(k.ArticleNo), Excerpt: m.excerpt(k.Doctrine + " – " + k.Quoted)})
	}
	return g
}

func (r *Request) foundNotes(m matcher, list []convention.Footnote) search.Group {
	g := search.Group{ID: "notes", Title: "Notes de l’acte"}
	for _, n := range list {
		title := "Note " + strconv.Itoa(n.FootnoteNo)
		if !m.in(title, n.Quoted) {
			continue
		}
		g.Results = append(g.Results, search.Result{Title: m.mark(title), Href: fmt.Sprintf("%s#note-%d", r.Path("convention"), n.FootnoteNo),
			Context: articleCited(n.ArticleNo), Excerpt: m.excerpt(n.Quoted)})
	}
	return g
}

// foundAims looks through axes, stakes with their points, and objectives.
func (r *Request) foundAims(m matcher, axes []convention.Axis, act actRows) search.Group {
	g := search.Group{ID: "axes", Title: "Axes, enjeux et objectifs"}
	add := func(title, anchor, text string) {
		if m.in(title, text) {
			g.Results = append(g.Results, search.Result{Title: m.mark(title), Href: r.Path("convention") + anchor, Excerpt: m.excerpt(text)})
		}
	}
	for _, a := range axes {
		add(fmt.Sprintf("Axe %d – %s", a.AxisNo, a.ShortLabel), fmt.Sprintf("#axe-%d", a.AxisNo), a.Quoted)
	}
	for _, s := range act.stakes.All {
		text := s.Quoted
		for _, item := range s.Items {
			text += " " + item
		}
		add(fmt.Sprintf("Enjeu %d", s.StakeNo), "#axes", text)
	}
	for _, o := range act.objectives.All {
		add(fmt.Sprintf("Objectif %d", o.ObjectiveNo), "#axes", o.Quoted)
	}
	return g
}

// foundMarks looks through what the act defines and names: its subject, its
// bodies and what else is worth finding again.
func (r *Request) foundMarks(m matcher, agreement convention.Convention, rows actRows) search.Group {
	g := search.Group{ID: "reperes", Title: "Définitions et repères de l’acte"}
	add := func(title, anchor, text string) {
		if m.in(title, text) {
			g.Results = append(g.Results, search.Result{Title: m.mark(title), Href: r.Path("convention") + anchor, Excerpt: m.excerpt(text)})
		}
	}
	act := agreement.Act
	if d := act.Definition; d != nil {
		add("Définition", "#reperes", d.Quoted+" "+french.List(d.Principles)+" "+french.List(d.Excludes))
	}
	for _, body := range rows.bodies.All {
		add(body.ShortLabel, "#pilotage", body.NameQuoted)
	}
	if s := act.SupportMission; s != nil {
		add(french.Capital(s.Label), "#pilotage", s.Quoted)
	}
	if t := act.Trials; t != nil {
		add("Sites d’expérimentation", "#pilotage", t.Quoted)
	}
	if e := act.Evaluation; e != nil {
		add("Évaluation", "#pilotage", e.Quoted)
	}
	if s := act.SourceStudy; s != nil {
		add("Étude de départ", "#reperes", s.NameQuoted)
	}
	for _, q := range act.OtherQuotes {
		add(q.Label, "#reperes", q.Quoted)
	}
	return g
}

func (r *Request) foundFindings(m matcher, list []convention.Finding) search.Group {
	g := search.Group{ID: "constats", Title: "Constats de lecture"}
	for _, f := range list {
		if !m.in(f.Title, f.Explanation) {
			continue
		}
		g.Results = append(g.Results, search.Result{Title: m.mark(f.Title), Href: r.Path("convention") + "#constat-" + f.FindingCode, Excerpt: m.excerpt(f.Explanation)})
	}
	return g
}

// articleCited says where in the act something stands.
func articleCited(no int) string {
	if no == 0 {
		return "préambule"
	}
	return fmt.Sprintf("article\u00a0%d", no)
}
