package server

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"copil/internal/access"
	"copil/internal/chart"
	"copil/internal/convention"
	"copil/internal/fault"
	"copil/internal/french"
	"copil/internal/funding"
	"copil/internal/pg"
	"copil/internal/site"
	"copil/templates/fundings"
	"copil/templates/ui"
)

const (
	lineTitle     = "Ajouter une ligne"
	lineEditTitle = "Modifier la ligne"
	horizonTitle  = "Horizon"
	resourceTitle = "Ajouter une ressource"
	inEuros       = "euros"
	inKind        = "nature"
)

// againWith says how to show a form again: what could not be read, or what the
// domain refused at its fields. Anything else is an error of the page.
func againWith(problems fault.Fields, err error) (func(string, []ui.Link, templ.Component) Reply, fault.Fields, error) {
	if len(problems) > 0 {
		return invalid, problems, nil
	}
	problem, ok := errors.AsType[*fault.Error](err)
	switch {
	case !ok || !problem.Mendable():
		return nil, nil, err
	case len(problem.Fields) > 0:
		return invalid, problem.Fields, nil
	}
	return conflicting, fault.Fields{"": problem.Message}, nil
}

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
	reply, bad, err := againWith(f.problems, err)
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
	reply, bad, err := againWith(f.problems, err)
	if err != nil {
		return Reply{}, err
	}
	v.Form = r.Again(v.Form, bad)
	return reply(lineEditTitle, r.fundingCrumbs(ui.Link{Label: v.Line.Object, Href: v.Back}), fundings.Edit(v)), nil
}

func (s *server) horizonShow(r *Request) (Reply, error) {
	b := r.Tx.Batch()
	staffed, resources := funding.SitePosts(b, r.Today), funding.Resources(b)
	conv, periods := convention.Get(b), convention.Periods(b)
	if err := b.Send(r.Context()); err != nil {
		return Reply{}, err
	}
	c, err := conv.One()
	if err != nil {
		return Reply{}, err
	}
	v := fundings.HorizonView{Endings: funding.Horizon(staffed.All, resources.All), Today: r.Today, Months: c.Thresholds().BudgetMonths,
		Lead:     "Jusqu’à quel jour les postes de chaque site sont payés par de l’argent ferme.",
		SiteHref: func(e funding.Ending) string { return r.Path("sites", e.SiteID) },
		Withdraw: func(funding.Resource) string { return "" },
	}
	if r.Actor.Can(access.MoneyWrite) {
		v.New = ui.Link{Label: "Ajouter une ressource", Href: r.Path("financements", "horizon", "nouvelle")}
		v.Withdraw = func(found funding.Resource) string {
			if r.Actor.Role == access.Signatory && idOr(found.FunderID) != r.Actor.OrganisationID {
				return ""
			}
			return r.Path("financements", "horizon", found.ResourceID, "retirer")
		}
	}
	for _, day := range horizonDays(v.Endings, periods.All, c.EndsOn, r.Today) {
		unpaid, posts := funding.Unpaid(v.Endings, day)
		v.Marks = append(v.Marks, fundings.Mark{Day: day, Unpaid: unpaid, Posts: posts})
	}
	v.Chart = ui.Chart{SVG: chart.Responsive("horizon", horizonBars(v.Endings, r.Today).Scene), Title: "Combien de mois encore",
		Caption: "Mois entiers entre le " + french.Date(r.Today) + " et le dernier euro ferme de chaque site.", Data: fundings.ChartData(v)}
	return page(horizonTitle, r.fundingCrumbs(), fundings.Horizon(v)), nil
}

// horizonDays are the days after which the posts without money are counted: the
// ends of periods to come on which some are, and the end of the convention.
func horizonDays(endings []funding.Ending, periods []convention.Period, endsOn, today time.Time) []time.Time {
	var days []time.Time
	for _, e := range endings {
		if e.LastFirm != nil && e.Posts > 0 && !e.LastFirm.Before(today) && e.LastFirm.Before(endsOn) {
			days = append(days, *e.LastFirm)
		}
	}
	for _, p := range periods {
		if unpaid, _ := funding.Unpaid(endings, p.EndsOn); unpaid > 0 && !p.EndsOn.Before(today) {
			days = append(days, p.EndsOn)
		}
	}
	days = append(days, endsOn)
	slices.SortFunc(days, time.Time.Compare)
	return slices.CompactFunc(days, time.Time.Equal)
}

func horizonBars(endings []funding.Ending, today time.Time) chart.Bars {
	bars := chart.Bars{Title: "Mois payés, par site", Name: "mois"}
	for _, e := range endings {
		row := chart.Row{Label: e.Code, Text: "aucun euro ferme\u00a0; " + french.Plural(e.Posts, "poste", "postes")}
		if e.LastFirm != nil {
			months := 0
			for !today.AddDate(0, months+1, 0).After(e.LastFirm.AddDate(0, 0, 1)) {
				months++
			}
			row.Value = decimal.NewNullDecimal(decimal.NewFromInt(int64(months)))
			row.Text = french.ShortDate(*e.LastFirm) + "\u00a0; " + french.Plural(e.Posts, "poste", "postes")
		}
		bars.Rows = append(bars.Rows, row)
	}
	return bars
}

func (s *server) resourceView(r *Request) (v fundings.ResourceView, err error) {
	b := r.Tx.Batch()
	partners, sites := funding.Partners(b), site.List(b, r.Today)
	if err := b.Send(r.Context()); err != nil {
		return v, err
	}
	v = fundings.ResourceView{Form: r.Form(r.Path("financements", "horizon"), 0), Back: r.Path("financements", "horizon"), Funders: r.ownParty(partners.All)}
	if r.Actor.Role == access.Signatory {
		v.Form.Values.Set("funder", r.Actor.OrganisationID.String())
	}
	for _, st := range sites.All {
		v.Sites = append(v.Sites, ui.Option{Value: st.SiteID.String(), Label: st.Code + " – " + st.Name})
	}
	_, _, _, v.Firmnesses = r.lineChoices(nil)
	return v, nil
}

func (r *Request) horizonCrumbs() []ui.Link {
	return r.fundingCrumbs(ui.Link{Label: horizonTitle, Href: r.Path("financements", "horizon")})
}

func (s *server) resourceNew(r *Request) (Reply, error) {
	v, err := s.resourceView(r)
	if err != nil {
		return Reply{}, err
	}
	return page(resourceTitle, r.horizonCrumbs(), fundings.Resource(v)), nil
}

func (s *server) resourceCreate(r *Request) (Reply, error) {
	f := readForm(r.PostForm)
	found := funding.Resource{SiteID: idOr(f.optionalID("site")), FunderID: f.optionalID("funder"), Label: f.text("label"),
		FirmUntil: f.date("firm_until"), Firmness: funding.Firmness(f.text("firmness"))}
	if f.text("amount") != "" {
		found.Amount = new(f.decimal("amount"))
	}
	var err error
	if len(f.problems) == 0 {
		err = r.Tx.Try(r.Context(), func(tx *pg.Tx) error {
			_, err := funding.AddResource(r.Context(), tx, r.Stamp(), found)
			return err
		})
		if err == nil {
			return done(r.Path("financements", "horizon"), "La ressource est enregistrée."), nil
		}
	}
	reply, bad, err := againWith(f.problems, err)
	if err != nil {
		return Reply{}, err
	}
	v, err := s.resourceView(r)
	if err != nil {
		return Reply{}, err
	}
	v.Form = r.Again(v.Form, bad)
	return reply(resourceTitle, r.horizonCrumbs(), fundings.Resource(v)), nil
}

const withdrawTitle = "Retirer une ressource"

func (s *server) resourceWithdrawal(r *Request) (Reply, error) {
	id, err := pathID(r, "ressource")
	if err != nil {
		return Reply{}, err
	}
	b := r.Tx.Batch()
	resources := funding.Resources(b)
	if err := b.Send(r.Context()); err != nil {
		return Reply{}, err
	}
	i := slices.IndexFunc(resources.All, func(found funding.Resource) bool { return found.ResourceID == id })
	if i < 0 {
		return Reply{}, fault.New(fault.NotFound, pg.NoSuchRecord)
	}
	found := resources.All[i]
	return page(withdrawTitle, r.horizonCrumbs(), ui.ConfirmPage(ui.Confirm{
		Title: withdrawTitle, Question: "Retirer «\u00a0" + found.Label + "\u00a0» de l’horizon\u00a0?",
		Consequences: []string{"Le dernier euro ferme du site se calcule sans elle.", "Le retrait s’inscrit au journal."},
		Form:         r.Form(r.URL.Path, 0), Submit: "Retirer la ressource", Danger: true,
		Cancel: ui.Link{Label: "Annuler", Href: r.Path("financements", "horizon")},
	})), nil
}

func (s *server) resourceWithdraw(r *Request) (Reply, error) {
	id, err := pathID(r, "ressource")
	if err != nil {
		return Reply{}, err
	}
	if err := funding.WithdrawResource(r.Context(), r.Tx, r.Stamp(), id); err != nil {
		return Reply{}, err
	}
	return done(r.Path("financements", "horizon"), "La ressource est retirée."), nil
}
