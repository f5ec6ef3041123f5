package server

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"copil/internal/access"
	"copil/internal/convention"
	"copil/internal/fault"
	"copil/internal/funding"
	"copil/internal/pg"
	"copil/internal/site"
	"copil/templates/fundings"
	"copil/templates/ui"
)

const (
	lineTitle     = "Ajouter une ligne"
	lineEditTitle = "Modifier la ligne"
	inEuros       = "euros"
	inKind        = "nature"
)

// lineForm reads what the form of a line offers, and the line unless it is new.
func (s *server) lineForm(r *Request, id *uuid.UUID) (v fundings.EditView, err error) {
	b := r.Tx.Batch()
	partners, sites, commitments := funding.Partners(b), site.List(b, r.Today), convention.Commitments(b)
	found := &pg.Rows[funding.Line]{}
	if id != nil {
		found = funding.GetLine(b, *id)
	}
	if err := b.Send(r.Context()); err != nil {
		return v, err
	}
	v = fundings.EditView{Form: r.Form(r.Path("financements"), 0), Back: r.Path("financements"), Funders: r.ownParty(partners.All)}
	for _, p := range partners.All {
		v.Beneficiaries = append(v.Beneficiaries, partnerOption(p))
	}
	_, _, v.Purposes, _ = r.lineChoices(nil)
	v.Sites = []ui.Option{{Value: "", Label: "Aucun"}}
	for _, st := range sites.All {
		v.Sites = append(v.Sites, ui.Option{Value: st.SiteID.String(), Label: st.Code + " – " + st.Name})
	}
	v.Commitments = []ui.Option{{Value: "", Label: "Aucun"}}
	for _, c := range commitments.All {
		v.Commitments = append(v.Commitments, ui.Option{Value: c.CommitmentCode, Label: fundings.CommitmentLabel(c)})
	}
	for _, f := range []funding.Firmness{funding.Voted, funding.Announced, funding.Arbitrated, funding.NotRenewed} {
		v.Expected = append(v.Expected, ui.Option{Value: string(f), Label: f.Label()})
	}
	if id == nil {
		v.Form.Values = url.Values{"first_year": {strconv.Itoa(r.Today.Year())}, "in_kind": {inEuros}}
		if r.Actor.Role == access.Signatory {
			v.Form.Values.Set("funder", r.Actor.OrganisationID.String())
		}
		return v, nil
	}
	if v.Line, err = found.One(); err != nil {
		return v, err
	}
	if reason := funding.MayWrite(v.Line, r.Actor); reason != "" {
		return v, fault.New(fault.Forbidden, "%s", reason)
	}
	v.Back = r.Path("financements", *id)
	v.Form = r.Form(r.Path("financements", *id, "modifier"), v.Line.Version)
	v.Form.Values = lineValues(v.Line)
	return v, nil
}

// lineValues are what a line's form shows of it.
func lineValues(l funding.Line) url.Values {
	values := url.Values{"object": {l.Object}, "purpose": {string(l.Purpose)}, "beneficiary": {l.BeneficiaryID.String()}, "first_year": {strconv.Itoa(l.FirstYear)},
		"programme": {l.Programme}, "territory": {l.Territory}, "deliberation": {l.Deliberation}, "expected": {string(l.Expected)}, "contribution": {l.Contribution}}
	if l.PrivateLaw {
		values.Set("private_law", "oui")
	}
	if l.LastYear != l.FirstYear {
		values.Set("last_year", strconv.Itoa(l.LastYear))
	}
	if l.SiteID != nil {
		values.Set("site", l.SiteID.String())
	}
	if l.CommitmentCode != nil {
		values.Set("commitment", *l.CommitmentCode)
	}
	amount := func(name string, d decimal.Decimal) {
		values.Set(name, strings.ReplaceAll(d.String(), ".", ","))
	}
	if l.InKind {
		amount("days", l.Days)
		if l.Estimate != nil {
			amount("estimate", *l.Estimate)
		}
	} else {
		amount("planned", l.Planned)
	}
	return values
}

func (s *server) lineNew(r *Request) (Reply, error) {
	v, err := s.lineForm(r, nil)
	if err != nil {
		return Reply{}, err
	}
	return page(lineTitle, r.fundingCrumbs(), fundings.Edit(v)), nil
}

func (s *server) lineEdit(r *Request) (Reply, error) {
	id, err := r.ID()
	if err != nil {
		return Reply{}, err
	}
	v, err := s.lineForm(r, &id)
	if err != nil {
		return Reply{}, err
	}
	return page(lineEditTitle, r.fundingCrumbs(ui.Link{Label: v.Line.Object, Href: v.Back}), fundings.Edit(v)), nil
}

// readLine reads the form of a line.
func readLine(f *formReader) funding.Draft {
	d := funding.Draft{
		FunderID: idOr(f.optionalID("funder")), Purpose: funding.Purpose(f.text("purpose")), BeneficiaryID: idOr(f.optionalID("beneficiary")),
		PrivateLaw: f.text("private_law") != "", SiteID: f.optionalID("site"), Object: f.text("object"), FirstYear: f.int("first_year"),
		Programme: f.text("programme"), Territory: f.text("territory"), Deliberation: f.text("deliberation"),
		InKind: f.text("in_kind") == inKind, Expected: funding.Firmness(f.text("expected")), Contribution: f.text("contribution"),
	}
	d.LastYear = d.FirstYear
	if f.text("last_year") != "" {
		d.LastYear = f.int("last_year")
	}
	if code := f.text("commitment"); code != "" {
		d.CommitmentCode = &code
	}
	for name, to := range map[string]*decimal.Decimal{"planned": &d.Planned, "days": &d.Days} {
		if f.text(name) != "" {
			*to = f.decimal(name)
		}
	}
	if f.text("estimate") != "" {
		d.Estimate = new(f.decimal("estimate"))
	}
	return d
}

func (s *server) lineCreate(r *Request) (Reply, error) {
	f := readForm(r.PostForm)
	d := readLine(f)
	var id uuid.UUID
	var err error
	if len(f.problems) == 0 {
		err = r.Tx.Try(r.Context(), func(tx *pg.Tx) (err error) {
			id, err = funding.Create(r.Context(), tx, r.Stamp(), d)
			return err
		})
		if err == nil {
			return done(r.Path("financements", id), "La ligne est enregistrée."), nil
		}
	}
	reply, bad, err := toMend(f.problems, err)
	if err != nil {
		return Reply{}, err
	}
	v, err := s.lineForm(r, nil)
	if err != nil {
		return Reply{}, err
	}
	v.Form = r.Again(v.Form, bad)
	return reply(lineTitle, r.fundingCrumbs(), fundings.Edit(v)), nil
}

func (s *server) lineUpdate(r *Request) (Reply, error) {
	id, err := r.ID()
	if err != nil {
		return Reply{}, err
	}
	v, err := s.lineForm(r, &id)
	if err != nil {
		return Reply{}, err
	}
	f := readForm(r.PostForm)
	d := readLine(f)
	if len(f.problems) == 0 {
		err = r.Tx.Try(r.Context(), func(tx *pg.Tx) error { return funding.Change(r.Context(), tx, r.Stamp(), id, f.version(), d) })
		if err == nil {
			return done(v.Back, "La ligne est enregistrée."), nil
		}
	}
	reply, bad, err := toMend(f.problems, err)
	if err != nil {
		return Reply{}, err
	}
	v.Form = r.Again(v.Form, bad)
	return reply(lineEditTitle, r.fundingCrumbs(ui.Link{Label: v.Line.Object, Href: v.Back}), fundings.Edit(v)), nil
}
