package server

import (
	"slices"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/audit"
	"copil/internal/convention"
	"copil/internal/fault"
	"copil/internal/governance"
	"copil/internal/pg"
	"copil/templates/conventions"
	"copil/templates/ui"
)

// noteParts are what the committee may note something of, as the handlers below
// find it.
type noteParts struct {
	view   conventions.NoteView
	crumbs []ui.Link
	record func(*pg.Tx, governance.NoteDraft) error
}

func (s *server) noteForm(find func(*Request) (noteParts, error)) handler {
	return func(r *Request) (Reply, error) {
		n, err := find(r)
		if err != nil {
			return Reply{}, err
		}
		return page(n.view.Title, n.crumbs, conventions.NotePage(n.view)), nil
	}
}

func (s *server) noteRecord(find func(*Request) (noteParts, error)) handler {
	return func(r *Request) (Reply, error) {
		n, err := find(r)
		if err != nil {
			return Reply{}, err
		}
		f := readForm(r.PostForm)
		d := governance.NoteDraft{Body: f.long("body"), Number: f.text("decision")}
		bad, reply := f.problems, invalid
		if len(bad) == 0 {
			err := r.Tx.Try(r.Context(), func(tx *pg.Tx) error { return n.record(tx, d) })
			if err == nil {
				return done(n.view.Back, "La note du comité est enregistrée."), nil
			}
			if reply, bad, err = toMend(nil, err); err != nil {
				return Reply{}, err
			}
		}
		n.view.Form = r.Again(n.view.Form, bad)
		return reply(n.view.Title, n.crumbs, conventions.NotePage(n.view)), nil
	}
}

// noteOfFinding is the form of a note that closes something odd in the act.
func (s *server) noteOfFinding(r *Request) (n noteParts, err error) {
	b := r.Tx.Batch()
	findings, notes, decisions := convention.Findings(b), governance.Notes(b), governance.Decisions(b)
	if err := b.Send(r.Context()); err != nil {
		return n, err
	}
	code := r.Param("constat")
	i := slices.IndexFunc(findings.All, func(f convention.Finding) bool { return f.FindingCode == code })
	if i < 0 {
		return n, fault.New(fault.NotFound, pg.NoSuchRecord)
	}
	n.view = r.noteView(decisions.All, r.Path("convention", "constats", code))
	n.view.Title, n.view.Text = findings.All[i].Title, findings.All[i].Explanation
	n.view.Notes, n.view.Back = governance.NotesOf(notes.All, audit.Finding, code), r.Path("convention")+"#constat-"+code
	n.crumbs = r.crumbs(r.conventionCrumb())
	n.record = func(tx *pg.Tx, d governance.NoteDraft) error {
		return governance.NoteFinding(r.Context(), tx, r.Stamp(), code, d)
	}
	return n, nil
}

// noteOfClause is the form of a note on the review of a commitment.
func (s *server) noteOfClause(r *Request) (n noteParts, err error) {
	v, err := s.clauseView(r)
	if err != nil {
		return n, err
	}
	review := v.Clause.Review()
	if review == nil {
		return n, fault.New(fault.NotFound, pg.NoSuchRecord)
	}
	n.view = r.noteView(v.Decisions, v.Form.Action+"/note")
	n.view.Title, n.view.Text, n.view.Notes, n.view.Back = v.Title(), review.State.Label()+". "+review.Body, v.Notes, v.Form.Action
	n.crumbs = r.clauseCrumbs(v.Clause)
	n.record = func(tx *pg.Tx, d governance.NoteDraft) error {
		return governance.NoteClause(r.Context(), tx, r.Stamp(), v.Clause, d)
	}
	return n, nil
}

func (r *Request) noteView(decisions []governance.Decision, action string) conventions.NoteView {
	v := conventions.NoteView{Form: r.Form(action, 0), Decision: r.decisionHref}
	for _, d := range governance.Noting(decisions) {
		v.Decisions = append(v.Decisions, ui.Option{Value: d.Number, Label: d.Name()})
	}
	return v
}

// decisionHref leads to a decision where the actor may read it.
func (r *Request) decisionHref(id uuid.UUID) string {
	if !r.Actor.Can(access.GovernanceRead) {
		return ""
	}
	return r.Path("gouvernance", "decisions", id)
}
