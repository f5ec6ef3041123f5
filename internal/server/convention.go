package server

import (
	"fmt"
	"math"

	"copil/internal/access"
	"copil/internal/convention"
	"copil/internal/governance"
	"copil/templates/conventions"
)

func (s *server) conventionShow(r *Request) (Reply, error) {
	b := r.Tx.Batch()
	agreement, articles, footnotes, parties := convention.Get(b), convention.Articles(b), convention.Footnotes(b), convention.Parties(b)
	axes, stakes, objectives, commitments := convention.Axes(b), convention.Stakes(b), convention.Objectives(b), convention.Commitments(b)
	figures, bodies, findings := convention.KeyFigures(b), convention.Bodies(b), convention.Findings(b)
	notes := governance.Notes(b)
	if err := b.Send(r.Context()); err != nil {
		return Reply{}, err
	}
	v := conventions.ShowView{
		Articles: articles.All, Footnotes: footnotes.All, Parties: parties.All, Axes: axes.All, Stakes: stakes.All,
		Objectives: objectives.All, Commitments: commitments.All, KeyFigures: figures.All, Bodies: bodies.All, Findings: findings.All,
	}
	var err error
	if v.Convention, err = agreement.One(); err != nil {
		return Reply{}, err
	}
	v.Notes, v.Decision = notes.All, r.decisionHref
	if r.Actor.Can(access.GovernanceWrite) {
		v.NoteHref = func(finding string) string { return r.Path("convention", "constats", finding) }
	}
	if r.Actor.Can(access.CommitmentRead) {
		v.LedgerHref = r.Path("convention", "engagements")
	}
	return page("Convention", r.crumbs(), conventions.Show(v)), nil
}

// themeHours is how long a browser keeps a convention's colour without asking.
const themeHours = 1

// theme is the convention's colour. One that would be hard to read on white
// leaves the colour of Copil in place.
func (s *server) theme(r *Request) (Reply, error) {
	css := "/* La couleur de Copil. */\n"
	if accent := r.Membership.Accent; contrastOnWhite(accent) >= 4.5 {
		css = ":root{--accent:" + accent + "}\n"
	}
	reply := inline("text/css; charset=utf-8", []byte(css))
	reply.cache = fmt.Sprintf("private, max-age=%d", themeHours*60*60)
	return reply, nil
}

// contrastOnWhite is the contrast ratio of a colour "#rrggbb" with white, as
// WCAG 2 defines it; 0 for what is no colour.
func contrastOnWhite(colour string) float64 {
	var red, green, blue uint8
	if n, err := fmt.Sscanf(colour, "#%02x%02x%02x", &red, &green, &blue); n != 3 || err != nil || len(colour) != 7 {
		return 0
	}
	linear := func(channel uint8) float64 {
		c := float64(channel) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	luminance := 0.2126*linear(red) + 0.7152*linear(green) + 0.0722*linear(blue)
	return 1.05 / (luminance + 0.05)
}
