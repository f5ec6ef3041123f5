package server

import (
	"slices"
	"time"

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
	horizonTitle  = "Horizon"
	resourceTitle = "Ajouter une ressource"
	withdrawTitle = "Retirer une ressource"
)

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
	reply, bad, err := toMend(f.problems, err)
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
