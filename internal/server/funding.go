package server

import (
	"bytes"
	"net/url"
	"slices"
	"strconv"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/convention"
	"copil/internal/fault"
	"copil/internal/french"
	"copil/internal/funding"
	"copil/internal/pg"
	"copil/internal/sheet"
	"copil/templates/fundings"
	"copil/templates/ui"
)

const fundingTitle = "Financements"

func (r *Request) fundingCrumbs(more ...ui.Link) []ui.Link {
	return r.crumbs(append([]ui.Link{{Label: fundingTitle, Href: r.Path("financements")}}, more...)...)
}

func (s *server) fundingIndex(r *Request) (Reply, error) {
	b := r.Tx.Batch()
	rows, steps, conv := funding.Lines(b), funding.AllSteps(b), convention.Get(b)
	if err := b.Send(r.Context()); err != nil {
		return Reply{}, err
	}
	c, err := conv.One()
	if err != nil {
		return Reply{}, err
	}
	all := funding.Together(rows.All, steps.All)
	chosen, problems := r.chosenLines(all)
	v := fundings.IndexView{
		Years: funding.ByYear(all), Objects: funding.Cofunded(all),
		Filter: ui.Form{Action: r.Path("financements") + "#lignes", Values: r.URL.Query(), Problems: problems, Filter: true},
	}
	if !r.Actor.Words.NoPosts {
		v.Horizon = ui.Link{Label: "Horizon des financements", Href: r.Path("financements", "horizon")}
	}
	if r.Actor.Can(access.MoneyWrite) {
		v.New = ui.Link{Label: "Ajouter une ligne", Href: r.Path("financements", "nouveau")}
	}
	if len(chosen) < len(all) || len(problems) > 0 {
		v.Reset = r.Path("financements") + "#lignes"
	}
	for _, l := range all {
		if l.InKind {
			v.InKind = append(v.InKind, l)
		}
	}
	for _, l := range chosen {
		v.Lines = append(v.Lines, fundings.Listed{Line: l, Href: r.Path("financements", l.LineID), Alerts: l.Alerts(all, c.Thresholds(), r.Today)})
	}
	v.Figures = steeringFigures(all)
	v.Funders, v.YearList, v.Purposes, v.Firmnesses = r.lineChoices(all)
	query := ""
	if q := r.URL.RawQuery; q != "" {
		query = "?" + q
	}
	v.Files = []ui.Link{{Label: "XLSX", Href: r.Path("financements.xlsx") + query}, {Label: "CSV", Href: r.Path("financements.csv") + query}}
	if len(problems) > 0 {
		return invalid(fundingTitle, r.crumbs(), fundings.Index(v)), nil
	}
	return page(fundingTitle, r.crumbs(), fundings.Index(v)), nil
}

// steeringFigures are what is firm of the mission and of the experiment, by year.
func steeringFigures(all []funding.Line) (figures []ui.KeyFigure) {
	for _, y := range funding.ByYear(steering(all)) {
		f := ui.KeyFigure{Value: french.Decimal(y.Notified, 0), Unit: "€", Label: "Exercice " + strconv.Itoa(y.Year), Text: "notifiés\u00a0; " + french.Euros(y.Paid) + " versés"}
		if !y.Notified.IsInteger() {
			f.Value = french.Decimal(y.Notified, 2)
		}
		if y.Notified.IsZero() {
			f.Text, f.Tag, f.Kind = "rien n’est notifié", "aucun euro ferme", ui.Danger
		}
		figures = append(figures, f)
	}
	return figures
}

// steering are the lines that pay for the mission and for the experiment on sites.
func steering(all []funding.Line) []funding.Line {
	return slices.DeleteFunc(slices.Clone(all), func(l funding.Line) bool { return l.Purpose != funding.ForMission && l.Purpose != funding.ForSite })
}

// lineChoices are what the filter offers: what occurs in the lines.
func (r *Request) lineChoices(all []funding.Line) (funders, years, purposes, firmnesses []ui.Option) {
	for _, l := range all {
		if id := l.FunderID.String(); !slices.ContainsFunc(funders, func(o ui.Option) bool { return o.Value == id }) {
			funders = append(funders, ui.Option{Value: id, Label: l.FunderName})
		}
	}
	french.SortBy(funders, func(o ui.Option) string { return o.Label })
	for _, y := range funding.YearsOf(all) {
		years = append(years, ui.Option{Value: strconv.Itoa(y), Label: strconv.Itoa(y)})
	}
	for _, p := range funding.Purposes {
		purposes = append(purposes, ui.Option{Value: string(p), Label: p.Label(r.Actor.Words)})
	}
	for _, f := range funding.Firmnesses {
		firmnesses = append(firmnesses, ui.Option{Value: string(f), Label: f.Label()})
	}
	return funders, years, purposes, firmnesses
}

// chosenLines are those that the page's address asks for.
func (r *Request) chosenLines(all []funding.Line) ([]funding.Line, fault.Fields) {
	f := readForm(r.URL.Query())
	funder := f.optionalID("financeur")
	year, purpose, firmness := 0, funding.Purpose(f.text("objet")), funding.Firmness(f.text("fermete"))
	if f.text("exercice") != "" {
		year = f.int("exercice")
	}
	if purpose != "" && !slices.Contains(funding.Purposes, purpose) {
		f.problems.Add("objet", "Ce filtre est inconnu. Choisissez dans la liste.")
	}
	if firmness != "" && !slices.Contains(funding.Firmnesses, firmness) {
		f.problems.Add("fermete", "Ce filtre est inconnu. Choisissez dans la liste.")
	}
	chosen := slices.DeleteFunc(slices.Clone(all), func(l funding.Line) bool {
		return funder != nil && l.FunderID != *funder || year != 0 && (year < l.FirstYear || year > l.LastYear) ||
			purpose != "" && l.Purpose != purpose || firmness != "" && (l.InKind || l.FirmnessIn(year) != firmness)
	})
	return chosen, f.problems
}

func (s *server) fundingCSV(r *Request) (Reply, error) {
	return r.fundingFile(".csv", "text/csv; charset=utf-8", func(book sheet.Workbook, to *bytes.Buffer) error { return book.CSV(to) })
}

func (s *server) fundingXLSX(r *Request) (Reply, error) {
	return r.fundingFile(".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		func(book sheet.Workbook, to *bytes.Buffer) error { return book.XLSX(to) })
}

// fundingFile sends the chosen lines, one row for each fiscal year of each.
func (r *Request) fundingFile(extension, contentType string, write func(sheet.Workbook, *bytes.Buffer) error) (Reply, error) {
	b := r.Tx.Batch()
	rows, steps := funding.Lines(b), funding.AllSteps(b)
	if err := b.Send(r.Context()); err != nil {
		return Reply{}, err
	}
	chosen, problems := r.chosenLines(funding.Together(rows.All, steps.All))
	if len(problems) > 0 {
		return Reply{}, fault.New(fault.Invalid, "Un critère de cette adresse est inconnu. Revenez aux financements et filtrez de nouveau.")
	}
	book := sheet.Workbook{Title: fundingTitle + ", " + r.Membership.ShortName, Author: "Copil", At: r.Today, Sheets: []sheet.Sheet{r.fundingSheet(chosen)}}
	if r.Membership.Fictive != "" {
		book.Notices = []string{r.Membership.Fictive}
	}
	return later(func() (Reply, error) {
		var file bytes.Buffer
		if err := write(book, &file); err != nil {
			return Reply{}, err
		}
		return download("financements-"+r.Membership.Slug+extension, contentType, file.Bytes()), nil
	}), nil
}

func (r *Request) fundingSheet(lines []funding.Line) sheet.Sheet {
	t := sheet.Sheet{Name: "Lignes", Caption: "Lignes de financement au " + french.Date(r.Today)}
	for _, h := range []string{"Financeur", "Objet", "Ce qui est financé", "Site", "Bénéficiaire", "Programme", "Engagement", "Territoire", "Délibération"} {
		t.Columns = append(t.Columns, sheet.Column{Header: h, Width: 24})
	}
	t.Columns = append(t.Columns, sheet.Column{Header: "Exercice", Kind: sheet.KindInt}, sheet.Column{Header: "État", Width: 18}, sheet.Column{Header: "Fermeté", Width: 22})
	for _, h := range []string{"Prévu", "Accordé", "Notifié", "Versé"} {
		t.Columns = append(t.Columns, sheet.Column{Header: h, Unit: "€", Kind: sheet.KindEuros})
	}
	t.Columns = append(t.Columns, sheet.Column{Header: "Apport en nature", Width: 30}, sheet.Column{Header: "Jours", Kind: sheet.KindDecimal}, sheet.Column{Header: "Mention", Width: 60})
	for _, l := range lines {
		for _, y := range l.Years() {
			t.Rows = append(t.Rows, r.fundingRow(l, y))
		}
	}
	return t
}

func (r *Request) fundingRow(l funding.Line, year int) []sheet.Cell {
	commitment := ""
	if l.CommitmentCode != nil {
		commitment = *l.CommitmentCode
	}
	var cells []sheet.Cell
	for _, text := range []string{l.FunderName, l.Object, l.Purpose.Label(r.Actor.Words), l.SiteCode, l.BeneficiaryName, l.Programme, commitment, l.Territory, l.Deliberation} {
		cells = append(cells, sheet.Text(text))
	}
	cells = append(cells, sheet.Int(year))
	if l.InKind {
		none := sheet.NotApplicable("apport en nature")
		cells = append(cells, sheet.Text("En nature"), sheet.Text(""), none, none, none, none, sheet.Text(l.Contribution), sheet.Decimal(l.Days, 2))
	} else {
		sums := funding.SumsOf(l.Steps, year)
		cells = append(cells, sheet.Text(funding.StateOf(l.Steps).Label()), sheet.Text(l.FirmnessIn(year).Label()),
			sheet.Euros(l.Share(year)), sheet.Euros(sums.Granted), sheet.Euros(sums.Notified), sheet.Euros(sums.Paid), sheet.Text(""), sheet.Cell{})
	}
	return append(cells, sheet.Text(r.Membership.Fictive))
}

func (s *server) fundingShow(r *Request) (Reply, error) {
	v, err := s.fundingView(r)
	if err != nil {
		return Reply{}, err
	}
	return page(v.Line.Object, r.fundingCrumbs(), fundings.Show(v)), nil
}

// fundingView reads all that the page of a line shows.
func (s *server) fundingView(r *Request) (v fundings.ShowView, err error) {
	id, err := r.ID()
	if err != nil {
		return v, err
	}
	b := r.Tx.Batch()
	rows, steps, conv, commitments := funding.Lines(b), funding.AllSteps(b), convention.Get(b), convention.Commitments(b)
	if err := b.Send(r.Context()); err != nil {
		return v, err
	}
	c, err := conv.One()
	if err != nil {
		return v, err
	}
	all := funding.Together(rows.All, steps.All)
	i := slices.IndexFunc(all, func(l funding.Line) bool { return l.LineID == id })
	if i < 0 {
		return v, fault.New(fault.NotFound, pg.NoSuchRecord)
	}
	v.Line = all[i]
	v.Alerts = v.Line.Alerts(all, c.Thresholds(), r.Today)
	if due, ok := v.Line.AccountDue(c.Thresholds()); ok {
		v.Due = french.Date(due)
	}
	for _, c := range commitments.All {
		if v.Line.CommitmentCode != nil && c.CommitmentCode == *v.Line.CommitmentCode {
			v.Quoted, v.Article = c.Quoted, c.ArticleNo
		}
	}
	s.fundingActions(r, &v)
	return v, nil
}

// fundingActions says what the reader may do about a line.
func (s *server) fundingActions(r *Request, v *fundings.ShowView) {
	v.UndoHref = func(int) string { return "" }
	o := funding.Standing{Line: v.Line, Today: r.Today}
	v.Locked = funding.MayWrite(v.Line, r.Actor)
	if v.Locked != "" {
		return
	}
	v.EditHref = r.Path("financements", v.Line.LineID, "modifier")
	live := map[int]bool{}
	for _, step := range funding.Live(v.Line.Steps) {
		live[step.Step] = true
	}
	v.UndoHref = func(step int) string {
		if !live[step] {
			return ""
		}
		return r.Path("financements", v.Line.LineID, "etapes", step)
	}
	for _, k := range funding.NextKinds(o, r.Actor) {
		v.Kinds = append(v.Kinds, ui.Option{Value: string(k), Label: k.Label()})
	}
	if len(v.Kinds) == 0 {
		v.Locked = "La ligne est " + lowerFirst(funding.StateOf(v.Line.Steps).Label()) + "\u00a0: elle ne connaît plus d’étape."
	}
	v.Record = r.Form(r.Path("financements", v.Line.LineID, "etapes"), v.Line.Version)
	v.Record.Values = url.Values{"on_day": {french.ShortDate(r.Today)}, "fiscal_year": {strconv.Itoa(min(max(r.Today.Year(), v.Line.FirstYear), v.Line.LastYear))}}
}

func (s *server) fundingRecord(r *Request) (Reply, error) {
	v, err := s.fundingView(r)
	if err != nil {
		return Reply{}, err
	}
	f := readForm(r.PostForm)
	step := funding.Step{Kind: funding.Kind(f.text("kind")), OnDay: f.date("on_day"), FiscalYear: f.int("fiscal_year"),
		Reference: f.text("reference"), Reason: f.text("reason"), UntilOn: f.optionalDate("until_on")}
	if f.text("amount") != "" {
		step.Amount = f.decimal("amount")
	}
	if len(f.problems) == 0 {
		if err = funding.Record(r.Context(), r.Tx, r.Stamp(), v.Line.LineID, f.version(), step); err == nil {
			return done(r.Path("financements", v.Line.LineID), "L’étape est enregistrée."), nil
		}
	}
	reply, bad, err := toMend(f.problems, err)
	if err != nil {
		return Reply{}, err
	}
	v.Record = r.Again(v.Record, bad)
	if v.Locked != "" {
		return Reply{}, fault.New(fault.Conflict, "%s", v.Locked)
	}
	return reply(v.Line.Object, r.fundingCrumbs(), fundings.Show(v)), nil
}

// undoView finds the step that the path names.
func (s *server) undoView(r *Request) (v fundings.UndoView, err error) {
	shown, err := s.fundingView(r)
	if err != nil {
		return v, err
	}
	step, _ := strconv.Atoi(r.Param("etape")) // unreadable: 0, which no step has
	for _, live := range funding.Live(shown.Line.Steps) {
		if live.Step == step {
			v = fundings.UndoView{Line: shown.Line, Step: live, Form: r.Form(r.URL.Path, shown.Line.Version), Back: r.Path("financements", shown.Line.LineID)}
		}
	}
	switch {
	case v.Step.Step == 0:
		return v, fault.New(fault.NotFound, pg.NoSuchRecord)
	case shown.EditHref == "":
		return v, fault.New(fault.Forbidden, "%s", shown.Locked)
	}
	return v, nil
}

const undoTitle = "Corriger une étape"

func (s *server) fundingUndoForm(r *Request) (Reply, error) {
	v, err := s.undoView(r)
	if err != nil {
		return Reply{}, err
	}
	return page(undoTitle, r.fundingCrumbs(ui.Link{Label: v.Line.Object, Href: v.Back}), fundings.Undo(v)), nil
}

func (s *server) fundingUndo(r *Request) (Reply, error) {
	v, err := s.undoView(r)
	if err != nil {
		return Reply{}, err
	}
	f := readForm(r.PostForm)
	reason := f.text("undo_reason")
	if len(f.problems) == 0 {
		if err = funding.Undo(r.Context(), r.Tx, r.Stamp(), v.Line.LineID, f.version(), v.Step.Step, reason); err == nil {
			return done(v.Back, "L’étape est annulée par une étape contraire."), nil
		}
	}
	reply, bad, err := toMend(f.problems, err)
	if err != nil {
		return Reply{}, err
	}
	v.Form = r.Again(v.Form, bad)
	return reply(undoTitle, r.fundingCrumbs(ui.Link{Label: v.Line.Object, Href: v.Back}), fundings.Undo(v)), nil
}

// ownParty leaves a signatory only their own party among the funders.
func (r *Request) ownParty(partners []funding.Partner) (list []ui.Option) {
	for _, p := range partners {
		if r.Actor.Role == access.Signatory && p.OrganisationID != r.Actor.OrganisationID {
			continue
		}
		list = append(list, partnerOption(p))
	}
	return list
}

func partnerOption(p funding.Partner) ui.Option {
	group := "Autres organismes"
	if p.Party {
		group = "Signataires"
	}
	return ui.Option{Value: p.OrganisationID.String(), Label: p.Name, Group: group}
}

func idOr(id *uuid.UUID) uuid.UUID {
	if id == nil {
		return uuid.Nil
	}
	return *id
}
