package server

import (
	"errors"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"

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
	v.Form.Values = values(v)
	return page(submissionTitle(v), r.submissionCrumbs(v), submissions.Show(v)), nil
}

func submissionTitle(v submissions.View) string {
	return "Saisie " + v.Period.PeriodCode + ", " + v.Submission.Organisation
}

func (r *Request) submissionCrumbs(v submissions.View) []ui.Link {
	if v.Submission.Reporter != "structure" {
		return r.crumbs()
	}
	return r.crumbs(ui.Link{Label: v.Submission.Organisation, Href: r.Path("structures", v.Submission.OrganisationID)})
}

// submissionView reads one submission with its questions and answers.
func (s *server) submissionView(r *Request) (v submissions.View, err error) {
	id, err := r.ID()
	if err != nil {
		return v, err
	}
	b := r.Tx.Batch()
	found, periods, items := collect.Get(b, id), convention.Periods(b), convention.Items(b)
	now, before := collect.Cells(b, id), collect.Previous(b, id)
	measures := collect.MeasuresOf(b, id)
	if err := b.Send(r.Context()); err != nil {
		return v, err
	}
	if v.Submission, err = found.One(); err != nil {
		return v, err
	}
	if v.Submission.PeriodCode != r.Param("periode") || !r.seesSubmission(v.Submission) {
		return v, fault.New(fault.NotFound, pg.NoSuchRecord)
	}
	for _, p := range periods.All {
		if p.PeriodCode == v.Submission.PeriodCode {
			v.Period = p
		}
	}
	v.PostsHref = r.Path("emplois") + "?structure=" + v.Submission.OrganisationID.String()
	v.Locked = collect.MayWrite(v.Submission, v.Period, r.Actor, r.Today)
	v.Form = r.Form(r.Path("saisies", v.Period.PeriodCode, id), v.Submission.Version)
	for _, m := range collect.Asked(measures.All, v.Submission.Reporter) {
		q := submissions.Measure{Measure: m, Now: answer(now.All, m.MeasureCode), Before: answer(before.All, m.MeasureCode)}
		q.Rows, q.Columns = itemsOf(items.All, m.RowList), itemsOf(items.All, m.ColumnList)
		if n := len(v.Sections); n == 0 || v.Sections[n-1].Title != m.Section {
			v.Sections = append(v.Sections, submissions.Section{Title: m.Section})
		}
		last := &v.Sections[len(v.Sections)-1]
		last.Measures = append(last.Measures, q)
		v.Form.Order = append(v.Form.Order, q.MeasureCode)
	}
	s.submissionDecision(r, &v)
	return v, nil
}

func (r *Request) seesSubmission(sub collect.Submission) bool {
	return r.Actor.SeesAll() || sub.OrganisationID == r.Actor.OrganisationID
}

// submissionDecision offers to validate or return, or says why not.
func (s *server) submissionDecision(r *Request, v *submissions.View) {
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
	again := func(reply func(string, []ui.Link, templ.Component) Reply, bad fault.Fields) (Reply, error) {
		v.Form = r.Again(v.Form, bad)
		v.Locked = ""
		return reply(submissionTitle(v), r.submissionCrumbs(v), submissions.Show(v)), nil
	}
	if v.Locked != "" {
		if r.mayActFor(v.Submission.OrganisationID) == nil { // it was locked meanwhile: what was typed is not lost
			return again(conflicting, fault.Fields{"": v.Locked})
		}
		return Reply{}, fault.New(fault.Conflict, "%s", v.Locked)
	}
	cells, bad := readCells(r.PostForm, v)
	if len(bad) > 0 {
		return again(invalid, bad)
	}
	f := readForm(r.PostForm)
	remark := f.long("remark")
	if len(f.problems) > 0 {
		return again(invalid, f.problems)
	}
	err = collect.Save(r.Context(), r.Tx, r.Stamp(), v.Submission.SubmissionID, f.version(), cells, remark)
	message := "Le brouillon est enregistré."
	if err == nil && f.text("action") == "transmettre" {
		err = collect.Submit(r.Context(), r.Tx, r.Stamp(), v.Submission.SubmissionID, f.version()+1)
		message = "Les chiffres sont transmis. Une autre personne les validera."
	}
	if problem, ok := errors.AsType[*fault.Error](err); ok {
		switch {
		case len(problem.Fields) > 0:
			return again(invalid, problem.Fields)
		case problem.Kind == fault.Conflict:
			return again(conflicting, fault.Fields{"": problem.Message})
		}
	}
	if err != nil {
		return Reply{}, err
	}
	return done(r.Path("saisies", v.Period.PeriodCode, v.Submission.SubmissionID), message), nil
}

// readCells reads the answers of the form. A measure without any answer gives no
// cell; in a table that was begun, an empty box is a zero.
func readCells(form url.Values, v submissions.View) ([]collect.Cell, fault.Fields) {
	var cells []collect.Cell
	bad := fault.Fields{}
	for _, section := range v.Sections {
		for _, m := range section.Measures {
			if m.Source != convention.FromPosts {
				cells = append(cells, readMeasure(form, m, bad)...)
			}
		}
	}
	return cells, bad
}

func readMeasure(form url.Values, m submissions.Measure, bad fault.Fields) []collect.Cell {
	code := m.MeasureCode
	typed := func(name string) string { return strings.TrimSpace(form.Get(name)) }
	cell := collect.Cell{MeasureCode: code, Comment: typed(code + submissions.CommentSuffix)}
	for _, suffix := range []string{submissions.CommentSuffix, ui.ReasonSuffix} {
		if problem := tooLong(typed(code+suffix), longText); problem != "" {
			bad.Add(code+suffix, "«\u00a0"+m.Label+"\u00a0»\u00a0: "+problem)
		}
	}
	switch form.Get(code + ui.StateSuffix) {
	case ui.StateMissing:
		cell.State = collect.Missing
		return []collect.Cell{cell}
	case ui.StateNotApplicable:
		if cell.Reason = typed(code + ui.ReasonSuffix); cell.Reason == "" {
			bad.Add(code+ui.ReasonSuffix, "«\u00a0"+m.Label+"\u00a0»\u00a0: indiquez pourquoi c’est sans objet.")
		}
		cell.State = collect.NotApplicable
		return []collect.Cell{cell}
	}
	cell.State = collect.Number
	switch {
	case m.Source == convention.Identifiers:
		return readIdentifiers(typed(code), form.Get(code+ui.StateSuffix) == ui.StateNumber, cell, m, bad)
	case len(m.Rows) > 0:
		return readGrid(typed, m, cell, bad)
	case typed(code) == "":
		if form.Get(code+ui.StateSuffix) == ui.StateNumber {
			bad.Add(code, "«\u00a0"+m.Label+"\u00a0»\u00a0: saisissez le chiffre, ou choisissez «\u00a0non renseigné\u00a0».")
		}
		return nil
	}
	cell.Number = readNumber(typed(code), code, m, bad)
	return []collect.Cell{cell}
}

// Bounds of a list of identifiers.
const (
	mostIdentifiers   = 2000
	longestIdentifier = 64 // bytes
)

func readIdentifiers(text string, asked bool, cell collect.Cell, m submissions.Measure, bad fault.Fields) []collect.Cell {
	seen := map[string]bool{}
	for _, l := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("\r\n;,", r) }) {
		l = strings.TrimSpace(l)
		if len(l) > longestIdentifier {
			bad.Add(m.MeasureCode, "«\u00a0"+m.Label+"\u00a0»\u00a0: un identifiant est trop long\u00a0; mettez-en un par ligne.")
		}
		if l != "" && !seen[l] {
			seen[l] = true
			cell.Identifiers = append(cell.Identifiers, l)
		}
	}
	if len(cell.Identifiers) > mostIdentifiers {
		bad.Add(m.MeasureCode, "«\u00a0"+m.Label+"\u00a0»\u00a0: "+french.Int(mostIdentifiers)+" identifiants au plus.")
	}
	if len(cell.Identifiers) == 0 && !asked {
		return nil
	}
	cell.Number = new(decimal.NewFromInt(int64(len(cell.Identifiers))))
	return []collect.Cell{cell}
}

func readGrid(typed func(string) string, m submissions.Measure, cell collect.Cell, bad fault.Fields) []collect.Cell {
	columns := m.Columns
	if len(columns) == 0 {
		columns = []convention.Item{{}}
	}
	begun := false
	var cells []collect.Cell
	for _, row := range m.Rows {
		for _, column := range columns {
			name := submissions.Name(m.MeasureCode, row.ItemCode, column.ItemCode)
			c := cell
			c.RowItem, c.ColumnItem, c.Number = row.ItemCode, column.ItemCode, new(decimal.Zero)
			if text := typed(name); text != "" {
				begun = true
				c.Number = readNumber(text, name, m, bad)
			}
			cells = append(cells, c)
			cell.Comment = "" // the comment stands once, on the first cell
		}
	}
	if !begun {
		return nil
	}
	return cells
}

func readNumber(text, name string, m submissions.Measure, bad fault.Fields) *decimal.Decimal {
	if m.Places == 0 {
		n, err := french.ParseInt(text)
		if err != nil {
			bad.Add(name, "«\u00a0"+m.Label+"\u00a0»\u00a0: "+err.Error())
		}
		if n < 0 {
			bad.Add(name, "«\u00a0"+m.Label+"\u00a0»\u00a0: un nombre négatif n’a pas de sens ici.")
		}
		return new(decimal.NewFromInt(int64(n)))
	}
	d, err := french.ParseDecimal(text)
	switch {
	case err != nil:
		bad.Add(name, "«\u00a0"+m.Label+"\u00a0»\u00a0: "+err.Error())
	case d.IsNegative():
		bad.Add(name, "«\u00a0"+m.Label+"\u00a0»\u00a0: un nombre négatif n’a pas de sens ici.")
	case !d.Equal(d.Round(int32(m.Places))):
		bad.Add(name, "«\u00a0"+m.Label+"\u00a0»\u00a0: "+french.Plural(int(m.Places), "décimale", "décimales")+" au plus.")
	}
	return &d
}

func (s *server) submissionValidate(r *Request) (Reply, error) {
	return s.decide(r, "Les chiffres sont validés\u00a0: ils comptent désormais dans les totaux.", func(id uuid.UUID, version int) error {
		return collect.Validate(r.Context(), r.Tx, r.Stamp(), id, version)
	})
}

func (s *server) submissionReturn(r *Request) (Reply, error) {
	return s.decide(r, "La saisie est renvoyée pour correction.", func(id uuid.UUID, version int) error {
		return collect.Return(r.Context(), r.Tx, r.Stamp(), id, version, strings.TrimSpace(r.PostForm.Get("reason")))
	})
}

// decide runs a decision on a submission and shows its page again if it fails.
func (s *server) decide(r *Request, message string, act func(uuid.UUID, int) error) (Reply, error) {
	v, err := s.submissionView(r)
	if err != nil {
		return Reply{}, err
	}
	err = act(v.Submission.SubmissionID, readForm(r.PostForm).version())
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
