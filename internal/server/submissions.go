package server

import (
	"errors"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"
	"github.com/shopspring/decimal"

	"copil/internal/access"
	"copil/internal/collect"
	"copil/internal/convention"
	"copil/internal/fault"
	"copil/internal/french"
	"copil/internal/pg"
	"copil/templates/submissions"
	"copil/templates/ui"
)

// submissionBegin asks a structure for its figures and leads to their form.
func (s *server) submissionBegin(r *Request) (Reply, error) {
	f := readForm(r.PostForm)
	org, at := f.optionalID("structure"), f.optionalID("site")
	if org == nil || len(f.problems) > 0 {
		return Reply{}, fault.New(fault.NotFound, pg.NoSuchRecord)
	}
	if err := r.mayActFor(*org); err != nil {
		return Reply{}, err
	}
	period := r.Param("periode")
	id, err := collect.Begin(r.Context(), r.Tx, r.Stamp(), *org, at, period)
	if err != nil {
		return Reply{}, err
	}
	return done(r.Path("saisies", period, id), ""), nil
}

func (s *server) submissionShow(r *Request) (Reply, error) {
	v, err := s.submissionView(r)
	if err != nil {
		return Reply{}, err
	}
	if wantsData(r.Request) {
		return s.submissionNow(r, v, nil)
	}
	v.Form.Values = values(v)
	if v.Locked == "" && len(v.Broken) > 0 {
		v.Form.Problems = v.Broken
		v.Form.Stored = french.Plural(len(v.Broken), "point bloque la soumission", "points bloquent la soumission")
	}
	return page(submissionTitle(v), r.submissionCrumbs(v), submissions.Show(v)), nil
}

// entryLinks lead from the posts back to the submissions that count them and that
// the actor may still write.
func (r *Request) entryLinks(list []collect.Submission, periods []convention.Period) (links []ui.Link) {
	for _, sub := range list {
		i := slices.IndexFunc(periods, func(p convention.Period) bool { return p.PeriodCode == sub.PeriodCode })
		if i >= 0 && collect.MayWrite(sub, periods[i], r.Actor, r.Today) == "" {
			links = append(links, ui.Link{Label: "Revenir à la saisie " + sub.PeriodCode + ", " + sub.Place(), Href: r.Path("saisies", sub.PeriodCode, sub.SubmissionID)})
		}
	}
	return links
}

func submissionTitle(v submissions.View) string {
	return "Saisie " + v.Period.PeriodCode + ", " + v.Submission.Organisation
}

func (r *Request) submissionCrumbs(v submissions.View) []ui.Link {
	if v.Submission.Reporter != "structure" {
		return r.crumbs(r.collectCrumb(), r.periodCrumb(v.Period))
	}
	return r.crumbs(r.collectCrumb(), r.periodCrumb(v.Period), ui.Link{Label: v.Submission.Organisation, Href: r.Path("structures", v.Submission.OrganisationID)})
}

// submissionView reads one submission with its questions and answers.
func (s *server) submissionView(r *Request) (v submissions.View, err error) {
	id, err := r.ID()
	if err != nil {
		return v, err
	}
	b := r.Tx.Batch()
	read, posts, remarks := collect.QueueCase(b, id), collect.PostsNow(b, id), collect.Remarks(b, id)
	corrections, corrected := collect.Corrections(b, collect.CorrectionFilter{SubmissionID: &id}), collect.CorrectedMeasures(b, id)
	if err := b.Send(r.Context()); err != nil {
		return v, err
	}
	c, err := read.Case()
	if err != nil {
		return v, err
	}
	v.Submission, v.Period, v.Corrections = read.Submission.All[0], c.Period, corrections.All
	if v.Submission.PeriodCode != r.Param("periode") || !r.seesSubmission(v.Submission) {
		return v, fault.New(fault.NotFound, pg.NoSuchRecord)
	}
	v.PostsHref = r.Path("emplois") + "?structure=" + v.Submission.OrganisationID.String()
	if r.Actor.Can(access.FigureWrite) {
		v.FileHref, v.ImportHref = r.Path("saisies", v.Period.PeriodCode, id, "modele"), r.Path("saisies", v.Period.PeriodCode, "import")
	}
	c.Words = r.Actor.Words
	v.Locked = collect.MayWrite(v.Submission, v.Period, r.Actor, r.Today)
	v.Form = r.Form(r.Path("saisies", v.Period.PeriodCode, id), v.Submission.Version)
	if v.Locked == "" { // what was counted at the last saving may be out of date
		c.Now = collect.Counted(c.Measures, c.Items, c.Now, posts.All[0])
	}
	found := collect.Check(c)
	v.Cells, v.Hindered = c.Now, collect.Hindrances(c, found)
	optional := c.Optional()
	v.Small, v.Size = c.Small(), sizeOf(c)
	for _, m := range c.Measures {
		q := submissions.Measure{Measure: m, Optional: optional[m.MeasureCode], Now: answer(c.Now, m.MeasureCode), Before: answer(c.Before, m.MeasureCode)}
		q.Now.Empty = len(collect.EmptyBoxes(m, c.Items, c.Now))
		q.Rows, q.Columns = itemsOf(c.Items, m.RowList), itemsOf(c.Items, m.ColumnList)
		q.Control, q.Alerted = c.Controlled(m), c.Alerted(m)
		q.Fixed, q.Remark = collect.MayWriteMeasure(v.Submission, m), remarkOn(v.Submission, remarks.All, m)
		q.Changed = slices.Contains(corrected.All, collect.Corrected{MeasureCode: m.MeasureCode})
		if n := len(v.Sections); n == 0 || v.Sections[n-1].Title != m.Section {
			v.Sections = append(v.Sections, submissions.Section{Title: m.Section})
		}
		last := &v.Sections[len(v.Sections)-1]
		last.Measures = append(last.Measures, q)
	}
	placeFindings(&v, found)
	v.NameFields()
	s.submissionDecision(r, &v)
	return v, nil
}

// sizeOf says why the short form is enough while figures are entered.
func sizeOf(c collect.Case) string {
	i := slices.IndexFunc(c.Measures, func(m convention.Measure) bool { return m.MeasureCode == c.Size.Measure })
	if i < 0 || !c.Small() {
		return ""
	}
	return "Le formulaire court suffit, à moins de " + french.Int(c.Size.Below) + "\u00a0" + c.Measures[i].Unit + " («\u00a0" + c.Measures[i].Label +
		"\u00a0», dernier chiffre connu)\u00a0: ce qui est rangé sous «\u00a0Facultatif\u00a0» n’est pas demandé. Ce que vous y saisissez compte."
}

func (r *Request) seesSubmission(sub collect.Submission) bool {
	return r.Actor.SeesAll() || sub.OrganisationID == r.Actor.OrganisationID
}

func itemsOf(items []convention.Item, list *string) []convention.Item {
	if list == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(items), func(i convention.Item) bool { return i.ListCode != *list })
}

// answer gathers the cells of one measure.
func answer(cells []collect.Cell, measure string) submissions.Answer {
	a := submissions.Answer{Cells: map[[2]string]decimal.Decimal{}}
	for _, c := range cells {
		if c.MeasureCode != measure {
			continue
		}
		a.State, a.List = c.State, c.Identifiers
		if c.Reason != "" {
			a.Reason = c.Reason
		}
		if c.Comment != "" {
			a.Comment = c.Comment
		}
		if c.Number != nil {
			a.Total = a.Total.Add(*c.Number)
			a.Cells[[2]string{c.RowItem, c.ColumnItem}] = *c.Number
		}
	}
	return a
}

// values are the stored answers as the form shows them.
func values(v submissions.View) url.Values {
	vals := url.Values{"remark": {v.Submission.Remark}}
	state := map[collect.CellState]string{collect.Number: ui.StateNumber, collect.Missing: ui.StateMissing, collect.NotApplicable: ui.StateNotApplicable}
	for _, section := range v.Sections {
		for _, m := range section.Measures {
			vals.Set(m.MeasureCode+ui.StateSuffix, state[m.Now.State])
			vals.Set(m.MeasureCode+ui.ReasonSuffix, m.Now.Reason)
			vals.Set(m.MeasureCode+submissions.CommentSuffix, m.Now.Comment)
			if n, given := v.Submission.Controls[m.MeasureCode]; given {
				vals.Set(m.MeasureCode+submissions.TotalSuffix, plainNumber(n, m.Places))
			}
			if m.Source == convention.Identifiers {
				vals.Set(m.MeasureCode, strings.Join(m.Now.List, "\n"))
				continue
			}
			for key, n := range m.Now.Cells {
				vals.Set(submissions.Name(m.MeasureCode, key[0], key[1]), plainNumber(n, m.Places))
			}
		}
	}
	return vals
}

// plainNumber is a number as one would type it: no grouping.
func plainNumber(n decimal.Decimal, places int16) string {
	return strings.ReplaceAll(n.StringFixed(int32(places)), ".", ",")
}

// submissionSave stores the form as a draft and, when asked, hands it in.
func (s *server) submissionSave(r *Request) (Reply, error) {
	v, err := s.submissionView(r)
	if err != nil {
		return Reply{}, err
	}
	if r.PostForm.Get(submissions.ActionField) == submissions.Auto {
		return s.submissionAuto(r, v)
	}
	again := func(reply func(string, []ui.Link, templ.Component) Reply, bad fault.Fields) (Reply, error) {
		v.Form = r.Again(v.Form, bad)
		v.Locked, v.Conflict = "", bad[""] != ""
		return reply(submissionTitle(v), r.submissionCrumbs(v), submissions.Show(v)), nil
	}
	if v.Locked != "" {
		if r.mayActFor(v.Submission.OrganisationID) == nil { // it was locked meanwhile: what was typed is not lost
			return again(conflicting, fault.Fields{"": v.Locked})
		}
		return Reply{}, fault.New(fault.Conflict, "%s", v.Locked)
	}
	zeroed := fillZeros(r.PostForm, v)
	f := readForm(r.PostForm)
	cells, bad := readCells(r.PostForm, v)
	e, action := entered{cells, readControls(r.PostForm, v, bad), f.long("remark")}, f.text("action")
	maps.Copy(bad, f.problems)
	if action == submissions.HandIn {
		maps.Copy(bad, reasons(cells))
	}
	if len(bad) > 0 {
		return again(invalid, bad)
	}
	err = r.store(v, f.version(), e)
	if err == nil && action == submissions.HandIn {
		err = collect.Submit(r.Context(), r.Tx, r.Stamp(), v.Submission.SubmissionID, f.version()+1)
	}
	if problem, ok := errors.AsType[*fault.Error](err); ok {
		switch {
		case len(problem.Fields) > 0:
			bad, err := s.atFields(r, problem.Fields)
			if err != nil {
				return Reply{}, err
			}
			return again(invalid, bad)
		case problem.Kind == fault.Conflict:
			if v, err = s.submissionView(r); err != nil {
				return Reply{}, err
			}
			bad = meanwhile(v, r.PostForm)
			bad[""] = problem.Message
			return again(conflicting, bad)
		}
	}
	if err != nil {
		return Reply{}, err
	}
	at := r.Path("saisies", v.Period.PeriodCode, v.Submission.SubmissionID)
	switch {
	case action == submissions.HandIn:
		return done(at, "Les chiffres sont soumis. "+r.validators()+" les validera."), nil
	case action == submissions.ToPosts:
		return done(v.PostsHref, "Le brouillon est enregistré. Revenez-y par le lien de cette page."), nil
	case zeroed != "":
		return done(at+"#"+zeroed, "Les cases vides du tableau valent maintenant 0. Le brouillon est enregistré."), nil
	}
	return done(at, "Le brouillon est enregistré."), nil
}

// validators names who may validate what the actor hands in.
func (r *Request) validators() string {
	one := "Un membre "
	if r.Actor.Role == access.Mission {
		one = "Un autre membre "
	}
	return one + french.Of(r.Actor.Words.TheMission()) + ", ou un signataire qui copréside,"
}
