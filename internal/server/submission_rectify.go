package server

import (
	"errors"
	"maps"
	"net/url"
	"slices"

	"github.com/a-h/templ"
	"github.com/google/uuid"

	"copil/internal/audit"
	"copil/internal/collect"
	"copil/internal/convention"
	"copil/internal/fault"
	"copil/internal/pg"
	"copil/templates/submissions"
	"copil/templates/ui"
)

// correctionShow shows the correction of a submission that waits, or how to
// propose one: which figures first, then their new values.
func (s *server) correctionShow(r *Request) (Reply, error) {
	if r.URL.Query().Has(submissions.RectifiedField) {
		v, err := s.proposal(r, r.URL.Query()[submissions.RectifiedField])
		if err != nil {
			return Reply{}, err
		}
		return r.showProposal(page, v), nil
	}
	v, err := r.rectification()
	if err != nil {
		return Reply{}, err
	}
	if r.URL.Query().Has(submissions.ChoosingField) {
		v.Choose.Problems = fault.Fields{submissions.RectifiedField: noneChosen}
	}
	return r.showRectification(page, v), nil
}

const noneChosen = "Choisissez au moins un chiffre à rectifier."

func (r *Request) showRectification(reply func(string, []ui.Link, templ.Component) Reply, v submissions.RectifyView) Reply {
	return reply("Rectification", r.crumbs(r.collectCrumb(), r.periodCrumb(v.Period), r.submissionCrumb(v.Submission)), submissions.Rectify(v))
}

func (r *Request) showProposal(reply func(string, []ui.Link, templ.Component) Reply, v submissions.View) Reply {
	return reply("Proposer une rectification", r.crumbs(r.collectCrumb(), r.periodCrumb(v.Period), r.submissionCrumb(v.Submission)),
		submissions.Propose(v, r.correctionPath(v.Submission.SubmissionID)))
}

// rectification reads what a correction would change, and what the actor may do.
func (r *Request) rectification() (v submissions.RectifyView, err error) {
	id, err := r.ID()
	if err != nil {
		return v, err
	}
	b := r.Tx.Batch()
	found, periods, measures, items := collect.Get(b, id), convention.Periods(b), collect.MeasuresOf(b, id), convention.Items(b)
	cells, before := collect.Cells(b, id), collect.Previous(b, id)
	all, sums := collect.Corrections(b, collect.CorrectionFilter{SubmissionID: &id}), collect.ValidatedSums(b, r.Param("periode"))
	if err := b.Send(r.Context()); err != nil {
		return v, err
	}
	if v.Submission, v.Period, err = r.foundSubmission(found, periods); err != nil {
		return v, err
	}
	v.Back = r.Path("saisies", v.Period.PeriodCode, id)
	asked := collect.Asked(measures.All, v.Submission.Reporter)
	if i := slices.IndexFunc(all.All, r.namesDecided); i >= 0 {
		v.Decided = &all.All[i]
	}
	if i := slices.IndexFunc(all.All, func(c collect.Correction) bool { return c.State == collect.Proposed }); i >= 0 {
		c := all.All[i]
		v.Pending, v.Changes = &c, changes(asked, items.All, cells.All, c.Cells, before.All)
		for k, x := range v.Changes {
			v.Changes[k].History = v.Back + "/historique?" + url.Values{submissions.RectifiedField: {x.MeasureCode}}.Encode()
		}
		if r.Actor.SeesAll() {
			v.Totals = movedTotals(asked, sums.All, cells.All, c.Cells)
		}
		if v.NoDecision = collect.MayDecide(c, v.Submission, r.Actor); v.NoDecision == "" {
			named := ui.Hidden{Name: "rectification", Value: c.CorrectionID.String()}
			v.Accept, v.Refuse = new(r.Form(r.correctionPath(id, "accepter"), c.Version)), new(r.Form(r.correctionPath(id, "refuser"), c.Version))
			v.Accept.Hidden, v.Refuse.Hidden = append(v.Accept.Hidden, named), append(v.Refuse.Hidden, named)
			v.Accept.ID, v.Refuse.ID = "acceptation", "refus"
		}
		return v, nil
	}
	v.Refusal = collect.MayPropose(v.Submission, r.Actor)
	v.Choose = ui.Form{Action: r.correctionPath(id), Values: url.Values{}}
	for _, m := range asked {
		if m.Source != convention.FromPosts {
			v.Options = append(v.Options, ui.Option{Value: m.MeasureCode, Label: m.Label})
		}
	}
	return v, nil
}

// proposal is the form of the measures to correct.
func (s *server) proposal(r *Request, codes []string) (v submissions.View, err error) {
	if v, err = s.submissionView(r); err != nil {
		return v, err
	}
	if reason := collect.MayPropose(v.Submission, r.Actor); reason != "" {
		return v, fault.New(fault.Conflict, "%s", reason)
	}
	var kept []submissions.Section
	for _, section := range v.Sections {
		section.Measures = slices.DeleteFunc(section.Measures, func(m submissions.Measure) bool {
			return m.Source == convention.FromPosts || !slices.Contains(codes, m.MeasureCode)
		})
		if len(section.Measures) > 0 {
			kept = append(kept, section)
		}
	}
	if len(kept) == 0 {
		return v, fault.New(fault.NotFound, pg.NoSuchRecord)
	}
	v.Sections = kept
	v.Form = r.Form(r.correctionPath(v.Submission.SubmissionID), v.Submission.Version)
	v.Form.Values = values(v)
	v.NameFields()
	return v, nil
}

// correctionPropose keeps new answers until somebody else decides on them.
func (s *server) correctionPropose(r *Request) (Reply, error) {
	if len(r.PostForm[submissions.RectifiedField]) == 0 {
		v, err := r.rectification()
		if err != nil {
			return Reply{}, err
		}
		v.Choose.Problems = fault.Fields{submissions.RectifiedField: noneChosen}
		return r.showRectification(invalid, v), nil
	}
	v, err := s.proposal(r, r.PostForm[submissions.RectifiedField])
	if err != nil {
		return Reply{}, err
	}
	f := readForm(r.PostForm)
	reason := f.long("reason")
	cells, bad := readCells(r.PostForm, v)
	maps.Copy(bad, f.problems)
	maps.Copy(bad, reasons(cells))
	reply := invalid
	if len(bad) == 0 {
		id := v.Submission.SubmissionID
		proposed, err := collect.ProposeCorrection(r.Context(), r.Tx, r.Stamp(), id, f.version(), reason, cells)
		if err == nil {
			return done(r.correctionPath(id), "La rectification est proposée. Une autre personne l’acceptera ou la refusera."), r.tellDeciders(v, proposed, reason)
		}
		problem, ok := errors.AsType[*fault.Error](err)
		if !ok || !problem.Mendable() {
			return Reply{}, err
		}
		if bad = problem.Fields; len(bad) == 0 {
			bad = fault.Fields{"": problem.Message}
			if problem.Kind == fault.Conflict {
				reply = conflicting
			}
		}
	}
	if v, err = s.widened(r, v, bad); err != nil {
		return Reply{}, err
	}
	return r.showProposal(reply, v), nil
}

// widened is the form of a correction as it was sent, with what is wrong, and with
// the measures of which something is wrong that were not chosen: a figure may
// contradict another, or ask for a comment there.
func (s *server) widened(r *Request, v submissions.View, bad fault.Fields) (submissions.View, error) {
	codes := slices.Clone(r.PostForm[submissions.RectifiedField])
	for name := range bad {
		if !slices.Contains(v.Form.Order, name) && name != "" && name != "reason" {
			codes = append(codes, name)
		}
	}
	typed := maps.Clone(r.PostForm)
	if len(codes) > len(r.PostForm[submissions.RectifiedField]) {
		wider, err := s.proposal(r, codes)
		if err != nil {
			return v, err
		}
		v = wider
		for name, stored := range v.Form.Values {
			if _, sent := typed[name]; !sent {
				typed[name] = stored
			}
		}
	}
	v.Form.Values, v.Form.Problems = typed, bad
	return v, nil
}

// namesDecided reports whether the form is about a correction on which somebody
// has already decided.
func (r *Request) namesDecided(c collect.Correction) bool {
	return c.State != collect.Proposed && c.CorrectionID.String() == r.PostForm.Get("rectification")
}

const acceptedWord = "acceptée"

func (s *server) correctionAccept(r *Request) (Reply, error) {
	return r.decideCorrection(acceptedWord, func(v *submissions.RectifyView) *ui.Form { return v.Accept },
		func(tx *pg.Tx, by audit.Stamp, id uuid.UUID, version int, _ string) error {
			return collect.AcceptCorrection(r.Context(), tx, by, id, version)
		})
}

func (s *server) correctionRefuse(r *Request) (Reply, error) {
	return r.decideCorrection("refusée", func(v *submissions.RectifyView) *ui.Form { return v.Refuse },
		func(tx *pg.Tx, by audit.Stamp, id uuid.UUID, version int, answer string) error {
			return collect.RefuseCorrection(r.Context(), tx, by, id, version, answer)
		})
}

// decideCorrection runs a decision on the correction that waits, tells those
// concerned, and shows the page again if it fails.
func (r *Request) decideCorrection(word string, form func(*submissions.RectifyView) *ui.Form, act func(*pg.Tx, audit.Stamp, uuid.UUID, int, string) error) (Reply, error) {
	v, err := r.rectification()
	if err != nil {
		return Reply{}, err
	}
	f := readForm(r.PostForm)
	id, answer := f.optionalID("rectification"), f.long("answer")
	if v.Pending == nil || id == nil || *id != v.Pending.CorrectionID {
		if v.Decided != nil {
			return r.showRectification(conflicting, v), nil
		}
		return Reply{}, fault.New(fault.Conflict, "Cette rectification n’attend plus de décision.")
	}
	reply, bad := invalid, f.problems
	if len(bad) == 0 {
		err := r.Tx.Try(r.Context(), func(tx *pg.Tx) error { return act(tx, r.Stamp(), *id, f.version(), answer) })
		if err == nil {
			return done(v.Back, "La rectification est "+word+"."), r.tellDecision(v, word, answer)
		}
		problem, ok := errors.AsType[*fault.Error](err)
		if !ok || !problem.Mendable() || form(&v) == nil {
			return Reply{}, err
		}
		if bad = problem.Fields; len(bad) == 0 {
			bad, reply = fault.Fields{"": problem.Message}, conflicting
		}
	}
	if form(&v) == nil {
		return Reply{}, fault.New(fault.Conflict, "%s", v.NoDecision)
	}
	*form(&v) = r.Again(*form(&v), bad)
	return r.showRectification(reply, v), nil
}
