package server

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"copil/internal/access"
	"copil/internal/audit"
	"copil/internal/convention"
	"copil/internal/fault"
	"copil/internal/governance"
	"copil/internal/pg"
	"copil/templates/conventions"
	"copil/templates/ui"
)

// ledger is what the pages of commitments read, in one round trip.
type ledger struct {
	agreement   convention.Convention
	commitments []convention.Commitment
	parties     []convention.Party
	indicators  []convention.Indicator
	clauses     []convention.Clause
	notes       []governance.Note
	decisions   []governance.Decision
}

// readLedger reads the commitments, with what was said of one of them, or of all
// when code is "". A code that no commitment has is NotFound.
func (r *Request) readLedger(code string) (l ledger, err error) {
	b := r.Tx.Batch()
	agreement, commitments, parties := convention.Get(b), convention.Commitments(b), convention.Parties(b)
	indicators, steps := convention.Indicators(b, r.Today), convention.ClauseSteps(b, code)
	notes, decisions := governance.Notes(b), governance.Decisions(b)
	if err := b.Send(r.Context()); err != nil {
		return l, err
	}
	if l.agreement, err = agreement.One(); err != nil {
		return l, err
	}
	l.commitments, l.parties, l.indicators = commitments.All, parties.All, indicators.All
	l.notes, l.decisions = notes.All, decisions.All
	if code != "" {
		l.commitments = slices.DeleteFunc(l.commitments, func(m convention.Commitment) bool { return m.CommitmentCode != code })
		if len(l.commitments) == 0 {
			return l, fault.New(fault.NotFound, pg.NoSuchRecord)
		}
	}
	l.clauses = convention.Clauses(l.agreement, l.commitments, l.parties, steps.All, r.Today)
	return l, nil
}

func (s *server) clauseIndex(r *Request) (Reply, error) {
	l, err := r.readLedger("")
	if err != nil {
		return Reply{}, err
	}
	v := conventions.LedgerView{Agreement: l.agreement, Parties: l.parties, Clauses: l.clauses, Own: r.Actor.OrganisationID,
		Commitments: l.commitments, Indicators: l.indicators, Href: r.clauseHref, Indicator: r.indicatorHref}
	return page("Engagements", r.crumbs(r.conventionCrumb()), conventions.Ledger(v)), nil
}

// clauseHref leads to a commitment, or to one party's year of it.
func (r *Request) clauseHref(c convention.Clause) string {
	if c.Year == 0 {
		return r.Path("convention", "engagements", c.Commitment.CommitmentCode)
	}
	return r.Path("convention", "engagements", c.Commitment.CommitmentCode, c.Party.PartyCode, c.Year)
}

func (r *Request) indicatorHref(code string) string { return r.Path("indicateurs", code) }

func (r *Request) conventionCrumb() ui.Link {
	return ui.Link{Label: "Convention", Href: r.Path("convention")}
}

func (r *Request) ledgerCrumb() ui.Link {
	return ui.Link{Label: "Engagements", Href: r.Path("convention", "engagements")}
}

func (s *server) clauseCommitment(r *Request) (Reply, error) {
	l, err := r.readLedger(r.Param("engagement"))
	if err != nil {
		return Reply{}, err
	}
	v := conventions.CommitmentView{Commitment: l.commitments[0], Clauses: l.clauses, Indicators: l.indicators, Href: r.clauseHref, Indicator: r.indicatorHref,
		Article: func(no int) string { return fmt.Sprintf("%s#article-%d", r.Path("convention"), no) }}
	if r.Actor.Can(access.PlanWrite) {
		v.LinkHref = r.Path("convention", "engagements", v.Commitment.CommitmentCode, "indicateurs")
	}
	return page("Engagement "+v.Commitment.CommitmentCode, r.crumbs(r.conventionCrumb(), r.ledgerCrumb()), conventions.CommitmentPage(v)), nil
}

func (s *server) clauseView(r *Request) (v conventions.ClauseView, err error) {
	year, err := strconv.Atoi(r.Param("annee"))
	if err != nil {
		return v, fault.New(fault.NotFound, pg.NoSuchRecord)
	}
	l, err := r.readLedger(r.Param("engagement"))
	if err != nil {
		return v, err
	}
	c, known := convention.FindClause(l.clauses, r.Param("engagement"), r.Param("partie"), year)
	if !known {
		return v, fault.New(fault.NotFound, pg.NoSuchRecord)
	}
	v = conventions.ClauseView{Clause: c, Form: r.Form(r.clauseHref(c), c.Version())}
	for _, to := range c.NextFor(r.Actor) {
		v.Next = append(v.Next, ui.Option{Value: string(to), Label: to.Label()})
	}
	if len(v.Next) == 0 {
		v.Closed = c.WhyNot(r.Actor)
	}
	v.Notes = governance.NotesOf(l.notes, audit.Commitment, governance.ClauseID(c.Commitment.CommitmentCode, c.Party.PartyCode, c.Year))
	v.Decisions, v.Decision = l.decisions, r.decisionHref
	if c.Review() != nil && r.Actor.Can(access.GovernanceWrite) {
		v.NoteHref = v.Form.Action + "/note"
	}
	v.Back = r.clauseHref(convention.Clause{Commitment: c.Commitment})
	return v, nil
}

func (s *server) clauseShow(r *Request) (Reply, error) {
	v, err := s.clauseView(r)
	if err != nil {
		return Reply{}, err
	}
	return page(v.Title(), r.clauseCrumbs(v.Clause), conventions.ClausePage(v)), nil
}

func (r *Request) clauseCrumbs(c convention.Clause) []ui.Link {
	return r.crumbs(r.conventionCrumb(), r.ledgerCrumb(), ui.Link{Label: c.Commitment.CommitmentCode, Href: r.clauseHref(convention.Clause{Commitment: c.Commitment})})
}

func (s *server) clauseChange(r *Request) (Reply, error) {
	v, err := s.clauseView(r)
	if err != nil {
		return Reply{}, err
	}
	f := readForm(r.PostForm)
	to := convention.ClauseChange{Commitment: v.Clause.Commitment.CommitmentCode, Party: v.Clause.Party.PartyCode, Year: v.Clause.Year,
		To: convention.ClauseState(f.text("state")), Body: f.long("body"), Proof: f.long("proof")}
	if to.To == "" && len(v.Next) > 0 {
		f.problems.Add("state", "Choisissez dans la liste.")
	}
	reply, bad := invalid, f.problems
	if len(bad) == 0 {
		err := r.Tx.Try(r.Context(), func(tx *pg.Tx) error {
			return convention.ChangeClause(r.Context(), tx, r.Stamp(), f.version(), to)
		})
		if err == nil {
			return done(v.Form.Action, "L’engagement "+to.Commitment+" est enregistré\u00a0: "+to.To.Label()+"."), nil
		}
		if reply, bad, err = toMend(nil, err); err != nil {
			return Reply{}, err
		}
	}
	if len(v.Next) == 0 { // nothing to choose any more: what stands against it is said, not where
		return Reply{}, fault.New(fault.Forbidden, "%s", v.Closed)
	}
	v.Form = r.Again(v.Form, bad)
	return reply(v.Title(), r.clauseCrumbs(v.Clause), conventions.ClausePage(v)), nil
}

func (s *server) clauseIndicators(r *Request) (Reply, error) {
	v, err := s.linkView(r)
	if err != nil {
		return Reply{}, err
	}
	v.Form.Values["indicators"] = v.Commitment.Indicators
	return page("Indicateurs de "+v.Commitment.CommitmentCode, r.clauseCrumbs(convention.Clause{Commitment: v.Commitment}), conventions.LinkIndicators(v)), nil
}

func (s *server) linkView(r *Request) (v conventions.LinkView, err error) {
	l, err := r.readLedger(r.Param("engagement"))
	if err != nil {
		return v, err
	}
	v = conventions.LinkView{Commitment: l.commitments[0], Back: r.clauseHref(convention.Clause{Commitment: l.commitments[0]})}
	v.Form = r.Form(v.Back+"/indicateurs", 0)
	for _, n := range l.indicators {
		v.Options = append(v.Options, ui.Option{Value: n.IndicatorCode, Label: n.IndicatorCode + " – " + n.Label})
	}
	return v, nil
}

func (s *server) clauseLink(r *Request) (Reply, error) {
	v, err := s.linkView(r)
	if err != nil {
		return Reply{}, err
	}
	err = r.Tx.Try(r.Context(), func(tx *pg.Tx) error {
		return convention.LinkIndicators(r.Context(), tx, r.Stamp(), v.Commitment.CommitmentCode, r.PostForm["indicators"])
	})
	if problem, ok := errors.AsType[*fault.Error](err); ok && len(problem.Fields) > 0 {
		v.Form = r.Again(v.Form, problem.Fields)
		return invalid("Indicateurs de "+v.Commitment.CommitmentCode, r.clauseCrumbs(convention.Clause{Commitment: v.Commitment}), conventions.LinkIndicators(v)), nil
	}
	if err != nil {
		return Reply{}, err
	}
	return done(v.Back, "Les indicateurs qui suivent l’engagement "+v.Commitment.CommitmentCode+" sont enregistrés."), nil
}
