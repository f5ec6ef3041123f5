package server

import (
	"bytes"
	"errors"
	"path"
	"strings"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/collect"
	"copil/internal/convention"
	"copil/internal/fault"
	"copil/internal/french"
	"copil/internal/pg"
	"copil/internal/sheet"
	"copil/templates/imports"
	"copil/templates/ui"
)

// templateOfPeriod sends one file for all submissions of a period that the actor
// may still fill in; for all that they would fill in, when that is over.
func (s *server) templateOfPeriod(r *Request) (Reply, error) {
	forms, period, err := r.forms(collect.ImportFilter(r.Actor, r.Param("periode")))
	if err != nil {
		return Reply{}, err
	}
	var open []collect.Form
	for _, f := range forms {
		if collect.MayWrite(f.Submission, period, r.Actor, r.Today) == "" {
			open = append(open, f)
		}
	}
	if len(open) == 0 { // to read, and to keep
		open = forms
	}
	return s.template(r, "saisies-"+period.PeriodCode, open, period)
}

// templateOfSubmission sends the file of one submission, with what is stored.
func (s *server) templateOfSubmission(r *Request) (Reply, error) {
	id, err := r.ID()
	if err != nil {
		return Reply{}, err
	}
	forms, period, err := r.forms(collect.FormFilter{PeriodCode: r.Param("periode"), SubmissionID: &id})
	if err != nil {
		return Reply{}, err
	}
	if len(forms) == 0 || !r.seesSubmission(forms[0].Submission) {
		return Reply{}, fault.New(fault.NotFound, pg.NoSuchRecord)
	}
	name := "saisie-" + period.PeriodCode + "-" + forms[0].OrganisationCode
	if forms[0].SiteCode != "" {
		name += "-" + forms[0].SiteCode
	}
	return s.template(r, name, forms, period)
}

// forms reads forms in one round trip.
func (r *Request) forms(f collect.FormFilter) ([]collect.Form, convention.Period, error) {
	b := r.Tx.Batch()
	rows := collect.QueueForms(b, f)
	if err := b.Send(r.Context()); err != nil {
		return nil, convention.Period{}, err
	}
	forms, err := rows.Forms()
	if err != nil {
		return nil, convention.Period{}, err
	}
	period, err := rows.Period()
	return forms, period, err
}

// template makes the file, once the transaction has ended.
func (s *server) template(r *Request, name string, forms []collect.Form, period convention.Period) (Reply, error) {
	w := sheet.Workbook{Title: "Saisie " + period.PeriodCode, Author: r.Membership.ShortName, At: r.Today}
	if r.Membership.Fictive != "" {
		w.Notices = []string{r.Membership.Fictive}
	}
	w.Sheets = collect.Template(forms, func(sub collect.Submission) string {
		return collect.MayWrite(sub, period, r.Actor, r.Today)
	})
	if len(w.Sheets[0].Rows) > sheet.MaxRows-10 { // the notices and headers count too
		return Reply{}, fault.New(fault.TooLarge, "Le modèle de toute la période dépasserait %s\u00a0lignes\u00a0: téléchargez-le saisie par saisie.", french.Int(sheet.MaxRows))
	}
	asCSV := strings.HasSuffix(r.URL.Path, ".csv")
	return later(func() (Reply, error) {
		free, err := s.inTurn(r)
		if err != nil {
			return Reply{}, err
		}
		defer free()
		var file bytes.Buffer
		if asCSV {
			w.Sheets = w.Sheets[:1]
			err = w.CSV(&file)
			return download(fileName(name)+".csv", csvType, file.Bytes()), err
		}
		err = w.XLSX(&file)
		return download(fileName(name)+".xlsx", xlsxType, file.Bytes()), err
	}), nil
}

// fileName keeps what every system and header takes.
func fileName(text string) string {
	return strings.Map(func(c rune) rune {
		if strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_", c) {
			return c
		}
		return '-'
	}, text)
}

// inTurn waits until the server may take up one more piece of heavy work.
func (s *server) inTurn(r *Request) (free func(), err error) {
	select {
	case s.exports <- struct{}{}:
		return func() { <-s.exports }, nil
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
}

func (r *Request) importCrumbs(p convention.Period) []ui.Link {
	return r.crumbs(r.collectCrumb(), r.periodCrumb(p))
}

// importNew asks for a file.
func (s *server) importNew(r *Request) (Reply, error) {
	v, err := r.importForm()
	if err != nil {
		return Reply{}, err
	}
	return page(v.Title(), r.importCrumbs(v.Period), imports.New(v)), nil
}

func (r *Request) importForm() (v imports.NewView, err error) {
	b := r.Tx.Batch()
	periods := convention.Periods(b)
	if err := b.Send(r.Context()); err != nil {
		return v, err
	}
	for _, p := range periods.All {
		if p.PeriodCode == r.Param("periode") {
			v.Period = p
		}
	}
	if v.Period.PeriodCode == "" {
		return v, fault.New(fault.NotFound, pg.NoSuchRecord)
	}
	if v.Period.StateOn(r.Today) != convention.PeriodOpen {
		v.Locked = "La période " + v.Period.Label + " n’est pas en collecte\u00a0: aucun chiffre ne s’y importe."
	}
	v.All = r.Actor.Role == access.Mission
	v.TemplateHref = r.Path("saisies", v.Period.PeriodCode, "modele")
	v.Form = r.Form(r.Path("saisies", v.Period.PeriodCode, "import"), 0)
	v.Form.Multipart = true
	return v, nil
}

// importSend keeps a file that can be read, and leads to what it would change.
func (s *server) importSend(r *Request) (Reply, error) {
	v, err := r.importForm()
	if err != nil {
		return Reply{}, err
	}
	again := func(message string) (Reply, error) {
		v.Form = r.Again(v.Form, fault.Fields{fileField: message})
		return invalid(v.Title(), r.importCrumbs(v.Period), imports.New(v)), nil
	}
	switch {
	case v.Locked != "":
		return Reply{}, fault.New(fault.Conflict, "%s", v.Locked)
	case r.File.Name == "":
		return again("Choisissez un fichier .xlsx ou .csv.")
	case len(r.File.Content) == 0:
		return again("Ce fichier est vide.")
	}
	free, err := s.inTurn(r)
	if err != nil {
		return Reply{}, err
	}
	defer free()
	if _, err := sheet.Read(r.File.Name, r.File.Content); err != nil {
		if problem, ok := errors.AsType[*fault.Error](err); ok {
			return again(problem.Message)
		}
		return Reply{}, err
	}
	id, err := collect.KeepUpload(r.Context(), r.Tx, r.Stamp(), v.Period.PeriodCode, r.File.Name, r.File.Content)
	if err != nil {
		return Reply{}, err
	}
	return done(r.Path("saisies", v.Period.PeriodCode, "import", id), ""), nil
}

// importShow compares a file with what is stored.
func (s *server) importShow(r *Request) (Reply, error) {
	id, err := pathID(r, "import")
	if err != nil {
		return Reply{}, err
	}
	compare, err := r.comparison(id)
	if err != nil {
		return Reply{}, err
	}
	return later(func() (Reply, error) {
		free, err := s.inTurn(r)
		if err != nil {
			return Reply{}, err
		}
		defer free()
		v, err := compare()
		return page(v.Title(), r.importCrumbs(v.Period), imports.Show(v)), err
	}), nil
}

// comparison reads what an import would change, and returns how to work it out.
func (r *Request) comparison(id uuid.UUID) (func() (imports.ShowView, error), error) {
	code := r.Param("periode")
	b := r.Tx.Batch()
	uploads, rows := collect.GetUpload(b, id, r.Actor.PersonID), collect.QueueForms(b, collect.ImportFilter(r.Actor, code))
	if err := b.Send(r.Context()); err != nil {
		return nil, err
	}
	upload, err := uploads.One()
	if err != nil {
		return nil, err
	}
	period, err := rows.Period()
	if err != nil || upload.PeriodCode != code {
		return nil, fault.New(fault.NotFound, pg.NoSuchRecord)
	}
	v := imports.ShowView{Upload: upload, Period: period}
	v.NewHref = r.Path("saisies", code, "import")
	v.Form = r.Form(path.Join(v.NewHref, id.String()), 0)
	v.Href = func(sub collect.Submission) string { return r.Path("saisies", code, sub.SubmissionID) }
	return func() (imports.ShowView, error) {
		if upload.DoneOn != nil {
			return v, nil
		}
		book, err := sheet.Read(upload.Name, upload.Content)
		if err != nil {
			return v, err
		}
		forms, err := rows.Forms()
		if err != nil {
			return v, err
		}
		v.Import = collect.ReadImport(book, forms, period, r.Actor, r.Today)
		v.Form.Hidden = append(v.Form.Hidden, ui.Hidden{Name: imports.SeenField, Value: v.Import.Seen()})
		return v, nil
	}, nil
}

// importConfirm saves what a file changes, all or nothing.
func (s *server) importConfirm(r *Request) (Reply, error) {
	id, err := pathID(r, "import")
	if err != nil {
		return Reply{}, err
	}
	free, err := s.inTurn(r)
	if err != nil {
		return Reply{}, err
	}
	defer free()
	period := r.Param("periode")
	n, err := collect.ConfirmImport(r.Context(), r.Tx, r.Stamp(), id, period, r.PostForm.Get(imports.SeenField))
	if problem, ok := errors.AsType[*fault.Error](err); ok && problem.Kind == fault.Conflict {
		compare, err := r.comparison(id)
		if err != nil {
			return Reply{}, err
		}
		v, err := compare()
		if err != nil {
			return Reply{}, err
		}
		v.Form.Problems = fault.Fields{"": problem.Message}
		return conflicting(v.Title(), r.importCrumbs(v.Period), imports.Show(v)), nil
	}
	if err != nil {
		return Reply{}, err
	}
	return done(r.Path("saisies", period, "import", id), "L’import est enregistré en brouillon\u00a0: "+french.Plural(n, "saisie modifiée", "saisies modifiées")+"."), nil
}
