package server

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"copil/internal/collect"
	"copil/internal/convention"
	"copil/internal/fault"
	"copil/templates/submissions"
	"copil/templates/ui"
)

// placeFindings puts what the rules have to say where a person can answer it: a broken
// rule at its box, an alert at the comment that it asks for, what is said of the
// remark at the remark.
func placeFindings(v *submissions.View, found []collect.Finding) {
	v.Broken = fault.Fields{}
	for code, message := range v.Hindered {
		v.Broken.Add(fieldOf(v, found, code, message), message)
	}
	for i, section := range v.Sections {
		for k, m := range section.Measures {
			for _, f := range found {
				if f.Measure == m.MeasureCode && f.Level == convention.Alert {
					v.Sections[i].Measures[k].Alerts = append(m.Alerts, submissions.Alert{Number: f.Number, Message: f.Message, Warning: f.Warning, Explained: collect.Explained(v.Cells, f.Measure)})
					m = v.Sections[i].Measures[k]
				}
			}
		}
	}
}

// fieldOf is the field at which a hindrance of a measure stands.
func fieldOf(v *submissions.View, found []collect.Finding, code, message string) string {
	if code == "" {
		return "remark"
	}
	i := slices.IndexFunc(found, func(f collect.Finding) bool {
		return f.Measure == code && f.Level == convention.Blocking && strings.HasPrefix(message, f.Message)
	})
	of := slices.IndexFunc(v.Measures(), func(m submissions.Measure) bool { return m.MeasureCode == code })
	if i < 0 { // an alert
		return code + submissions.CommentSuffix
	}
	name := submissions.Name(code, found[i].Row, found[i].Column)
	if m := v.Measures()[of]; m.Fixed == "" {
		if found[i].Total && m.Control {
			return code + submissions.TotalSuffix
		}
		if slices.ContainsFunc(m.Boxes(), func(b submissions.Box) bool { return b.Name == name }) {
			return name
		}
	}
	return code
}

// atFields puts what keeps a submission from being handed in, by measure, at its
// fields. The answers have been saved, in what will be undone.
func (s *server) atFields(r *Request, byMeasure fault.Fields) (fault.Fields, error) {
	v, err := s.submissionView(r)
	if err != nil {
		return nil, err
	}
	bad := v.Broken
	for code, message := range byMeasure {
		if v.Hindered[code] == "" { // an answer lacks
			bad.Add(code, message)
		}
	}
	return bad, nil
}

// remarkOn is what a reviewer asked of a measure when the submission last came
// back; "" when it is not to be corrected now.
func remarkOn(sub collect.Submission, remarks []collect.Remark, m convention.Measure) string {
	if sub.State != collect.ToCorrect && sub.State != collect.Submitted {
		return ""
	}
	i := slices.IndexFunc(remarks, func(k collect.Remark) bool { return k.Round == sub.Round && k.MeasureCode == m.MeasureCode })
	if i < 0 {
		return ""
	}
	return remarks[i].Remark
}

// submissionDecision offers to validate or return, or says why not.
func (s *server) submissionDecision(r *Request, v *submissions.View) {
	r.offerReopening(v)
	if v.Submission.State != collect.Submitted {
		return
	}
	if v.NoValidate = collect.MayValidate(v.Submission, r.Actor); v.NoValidate != "" {
		return
	}
	path := func(action string) string {
		return r.Path("saisies", v.Period.PeriodCode, v.Submission.SubmissionID, action)
	}
	v.Validate = new(r.Form(path("valider"), v.Submission.Version))
	v.Return = new(r.Form(path("renvoyer"), v.Submission.Version))
	v.Return.ID = "renvoi"
}

func (s *server) submissionValidate(r *Request) (Reply, error) {
	return s.decide(r, "Les chiffres sont validés\u00a0: ils comptent désormais dans les totaux.", func(v submissions.View, version int) error {
		return collect.Validate(r.Context(), r.Tx, r.Stamp(), v.Submission.SubmissionID, version)
	})
}

// submissionReturn sends a submission back with what is said of its measures.
func (s *server) submissionReturn(r *Request) (Reply, error) {
	return s.decide(r, "La saisie est renvoyée pour correction.", func(v submissions.View, version int) error {
		f := readForm(r.PostForm)
		general, remarks := f.long("reason"), map[string]string{}
		for _, m := range v.Measures() {
			remarks[m.MeasureCode] = f.long(submissions.RemarkPrefix + m.MeasureCode)
		}
		if len(f.problems) > 0 {
			return &fault.Error{Kind: fault.Invalid, Fields: f.problems}
		}
		if err := collect.Return(r.Context(), r.Tx, r.Stamp(), v.Submission.SubmissionID, version, general, remarks); err != nil {
			return err
		}
		return r.tellReturned(v.Submission.SubmissionID)
	})
}

// offerReopening offers to open one more figure of what was returned.
func (r *Request) offerReopening(v *submissions.View) {
	if collect.MayRemark(v.Submission, r.Actor) != "" {
		return
	}
	v.Closed = []ui.Option{{Value: "", Label: "Choisir"}}
	for _, m := range v.Measures() {
		if m.Fixed != "" {
			v.Closed = append(v.Closed, ui.Option{Value: m.MeasureCode, Label: m.Label})
		}
	}
	if len(v.Closed) == 1 {
		return
	}
	form := r.Form(r.Path("saisies", v.Period.PeriodCode, v.Submission.SubmissionID, "remarque"), 0)
	form.ID, form.Order, form.Labels = "rouvrir", []string{"measure", "remark"}, map[string]string{"measure": "Chiffre à rouvrir", "remark": "À corriger"}
	v.Reopen = &form
}

// submissionRemark opens one more figure of a submission that was returned.
func (s *server) submissionRemark(r *Request) (Reply, error) {
	v, err := s.submissionView(r)
	if err != nil {
		return Reply{}, err
	}
	f, id := readForm(r.PostForm), v.Submission.SubmissionID
	measure, remark := f.text("measure"), f.long("remark")
	bad := f.problems
	if len(bad) == 0 {
		err = collect.AddRemark(r.Context(), r.Tx, r.Stamp(), id, measure, remark)
		if err == nil {
			return done(r.Path("saisies", v.Period.PeriodCode, id), "La remarque est ajoutée\u00a0: le chiffre est rouvert."), r.tellRemarked(id)
		}
		if problem, ok := errors.AsType[*fault.Error](err); ok {
			bad = problem.Fields
		}
	}
	switch {
	case len(bad) == 0:
		return Reply{}, err
	case v.Reopen == nil:
		return Reply{}, fault.New(fault.Conflict, "%s", collect.MayRemark(v.Submission, r.Actor))
	}
	v.Form.Values = values(v)
	*v.Reopen = r.Again(*v.Reopen, bad)
	return invalid(submissionTitle(v), r.submissionCrumbs(v), submissions.Show(v)), nil
}

// decide runs a decision on a submission and shows its page again if it fails.
func (s *server) decide(r *Request, message string, act func(submissions.View, int) error) (Reply, error) {
	v, err := s.submissionView(r)
	if err != nil {
		return Reply{}, err
	}
	err = act(v, readForm(r.PostForm).version())
	problem, ok := errors.AsType[*fault.Error](err)
	if ok && v.Return != nil && (len(problem.Fields) > 0 || problem.Kind == fault.Conflict) {
		reply, bad, form := invalid, maps.Clone(problem.Fields), v.Validate
		if len(bad) == 0 {
			reply, bad = conflicting, fault.Fields{"": problem.Message}
		}
		if r.PostForm.Has("reason") {
			form = v.Return
		}
		*form = r.Again(*form, bad)
		return reply(submissionTitle(v), r.submissionCrumbs(v), submissions.Show(v)), nil
	}
	if err != nil {
		return Reply{}, err
	}
	return done(r.Path("saisies", v.Period.PeriodCode, v.Submission.SubmissionID), message), nil
}
