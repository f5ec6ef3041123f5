package server

import (
	"bytes"
	"context"
	"errors"
	"path"
	"slices"
	"strings"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/collect"
	"copil/internal/convention"
	"copil/internal/fault"
	"copil/internal/pg"
	"copil/internal/sheet"
	"copil/templates/imports"
	"copil/templates/ui"
)

// templateOfPeriod sends one file for all submissions of a period that the actor
// may still fill in; for all that they would fill in, when that is over.
func (s *server) templateOfPeriod(r *Request) (Reply, error) {
	forms, register, period, err := r.forms(collect.ImportFilter(r.Actor, r.Param("periode")))
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
	return s.template(r, "saisies-"+period.PeriodCode, open, register, period)
}

// templateOfSubmission sends the file of one submission, with what is stored.
func (s *server) templateOfSubmission(r *Request) (Reply, error) {
	id, err := r.ID()
	if err != nil {
		return Reply{}, err
	}
	forms, register, period, err := r.forms(collect.FormFilter{PeriodCode: r.Param("periode"), SubmissionID: &id})
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
	return s.template(r, name, forms, register, period)
}

// forms reads forms in one round trip, and the posts that the actor may change.
func (r *Request) forms(f collect.FormFilter) (forms []collect.Form, register collect.Register, period convention.Period, err error) {
	b := r.Tx.Batch()
	rows := collect.QueueForms(b, f)
	if err = b.Send(r.Context()); err != nil {
		return nil, register, period, err
	}
	if forms, err = rows.Forms(); err != nil {
		return nil, register, period, err
	}
	if r.Actor.Can(access.PostWrite) {
		register = rows.Register()
	}
	period, err = rows.Period()
	return forms, register, period, err
}

// mostTemplateCells keeps a file well within what is read of it once filled in.
const mostTemplateCells = 250_000

// template makes the file, once the transaction has ended. A CSV holds one sheet.
func (s *server) template(r *Request, name string, forms []collect.Form, register collect.Register, period convention.Period) (Reply, error) {
	w := sheet.Workbook{Title: "Saisie " + period.PeriodCode, Author: r.Membership.ShortName, At: r.Today}
	if r.Membership.Fictive != "" {
		w.Notices = []string{r.Membership.Fictive}
	}
	w.Sheets = collect.Template(forms, register, func(sub collect.Submission) string {
		return collect.MayWrite(sub, period, r.Actor, r.Today)
	})
	asCSV := strings.HasSuffix(r.URL.Path, ".csv")
	if asCSV {
		wanted := collect.TemplateSheet
		if r.URL.Query().Get("feuille") == "postes" {
			wanted, name = collect.PostsSheet, name+"-postes"
		}
		w.Sheets = slices.DeleteFunc(w.Sheets, func(s sheet.Sheet) bool { return s.Name != wanted })
	}
	cells := 0
	for _, one := range w.Sheets {
		cells += len(one.Rows) * len(one.Columns)
		if len(one.Rows) > sheet.MaxRows-10 || cells > mostTemplateCells { // the notices and headers count too
			return Reply{}, fault.New(fault.TooLarge, "Le modèle de toute la période serait trop grand pour être envoyé ensuite\u00a0: téléchargez-le saisie par saisie.")
		}
	}
	if len(w.Sheets) == 0 {
		return Reply{}, fault.New(fault.NotFound, pg.NoSuchRecord)
	}
	return later(func() (Reply, error) {
		free, err := s.inTurn(r.Context())
		if err != nil {
			return Reply{}, err
		}
		defer free()
		var file bytes.Buffer
		if asCSV {
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

// inTurn waits until the server may take up one more piece of heavy work, which
// must hold no connection meanwhile; when many wait already it says so at once.
func (s *server) inTurn(ctx context.Context) (free func(), err error) {
	select {
	case s.waiting <- struct{}{}:
		defer func() { <-s.waiting }()
	default:
		return nil, fault.New(fault.Unavailable, "Trop de fichiers sont traités en même temps. Réessayez dans une minute\u00a0; rien n’a été enregistré.")
	}
	select {
	case s.exports <- struct{}{}:
		return func() { <-s.exports }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
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
	periods, waiting := convention.Periods(b), collect.Waiting(b, r.Param("periode"), r.Actor.PersonID)
	if err := b.Send(r.Context()); err != nil {
		return v, err
	}
	v.Waiting, v.Posts = waiting.All, r.Actor.Can(access.PostWrite) && !r.Actor.Words.NoPosts
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
	v.Href = func(u collect.Upload) string { return r.Path("saisies", v.Period.PeriodCode, "import", u.ImportID) }
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
	case r.File.Problem != "":
		return again(r.File.Problem)
	}
	id, err := collect.KeepUpload(r.Context(), r.Tx, r.Stamp(), v.Period.PeriodCode, r.File.Read)
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
	period, unknown := rows.Period()
	if fault.KindOf(err) == fault.NotFound || unknown != nil || upload.PeriodCode != code {
		return nil, fault.New(fault.NotFound, "Cet envoi n’existe pas, ou n’existe plus. Seul qui envoie un fichier le voit, et un fichier qui n’est pas confirmé est effacé après 7\u00a0jours\u00a0: envoyez-le de nouveau depuis la page de la période.")
	}
	if err != nil {
		return nil, err
	}
	v := imports.ShowView{Upload: upload, Period: period, PostsHref: r.Path("emplois")}
	v.NewHref = r.Path("saisies", code, "import")
	v.Form = r.Form(path.Join(v.NewHref, id.String()), 0)
	v.Href = func(sub collect.Submission) string { return r.Path("saisies", code, sub.SubmissionID) }
	return func() (imports.ShowView, error) {
		if upload.DoneOn != nil {
			return v, nil
		}
		if v.Import, err = rows.Import(upload, r.Actor, r.Today); err != nil {
			return v, err
		}
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
	period := r.Param("periode")
	stored, err := collect.ConfirmImport(r.Context(), r.Tx, r.Stamp(), id, period, r.PostForm.Get(imports.SeenField))
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
	return done(r.Path("saisies", period, "import", id), "L’import est enregistré\u00a0: "+imports.Stored(stored.Submissions, stored.Posts)+"."), nil
}
