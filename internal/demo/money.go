package demo

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"copil/internal/audit"
	"copil/internal/funding"
)

const delegueCDC = "delegue@cdc.example"

// grant is one line of the story with what became of it, each amount at once.
// Every amount is fictive: the act gives none.
type grant struct {
	who, funder, commitment, object string
	year                            int
	amount                          int64 // planned
	expected                        funding.Firmness
	purpose                         funding.Purpose
	programme, act                  string
	created                         time.Time
	steps                           []turn
}

// turn is a step of a grant; amount 0 is the grant's own.
type turn struct {
	kind   funding.Kind
	day    time.Time
	amount int64
}

const (
	mission13 = "Mission régionale d’appui 2013"
	mission14 = "Mission régionale d’appui 2014"
	mission15 = "Mission régionale d’appui 2015"
)

var grants = []grant{
	{suiviEtat, "ETAT", "ETAT-1", mission13, 2013, 60_000, funding.Voted, funding.ForMission, "BOP 147", "Décision du SG CIV (fictive)", date(2013, 12, 9), []turn{
		{funding.Grant, date(2013, 12, 10), 0}, {funding.Notice, date(2013, 12, 11), 0}, {funding.Agreement, date(2013, 12, 16), 0},
		{funding.Payment, date(2013, 12, 20), 0}, {funding.Account, date(2014, 6, 24), 0}, {funding.Closing, date(2014, 7, 7), 0},
	}},
	{suiviEtat, "ETAT", "ETAT-1", mission14, 2014, 60_000, funding.Arbitrated, funding.ForMission, "BOP 147", "Décision du CGET (fictive)", date(2014, 1, 20), []turn{
		{funding.Request, date(2014, 1, 20), 0}, {funding.Grant, date(2014, 4, 14), 0}, {funding.Notice, date(2014, 4, 22), 0},
		{funding.Agreement, date(2014, 5, 12), 0}, {funding.Payment, date(2014, 6, 10), 0},
	}},
	{suiviEtat, "ETAT", "ETAT-1", mission15, 2015, 45_000, funding.Arbitrated, funding.ForMission, "BOP 147", "", date(2015, 1, 19), nil},
	{suiviRegion, "REGION", "REG-2", mission13, 2013, 50_000, funding.Voted, funding.ForMission, "", "Délibération de décembre 2013 (fictive)", date(2013, 12, 9), []turn{
		{funding.Grant, date(2013, 12, 12), 0}, {funding.Notice, date(2013, 12, 13), 0}, {funding.Agreement, date(2013, 12, 18), 0},
		{funding.Payment, date(2014, 1, 15), 0}, {funding.Account, date(2014, 6, 26), 0}, {funding.Closing, date(2014, 9, 8), 0},
	}},
	{suiviRegion, "REGION", "REG-2", mission14, 2014, 50_000, funding.Announced, funding.ForMission, "", "Délibération d’avril 2014 (fictive)", date(2014, 1, 27), []turn{
		{funding.Request, date(2014, 1, 27), 0}, {funding.Grant, date(2014, 4, 28), 0}, {funding.Notice, date(2014, 5, 5), 0},
		{funding.Agreement, date(2014, 5, 26), 0}, {funding.Payment, date(2014, 6, 30), 40_000},
	}},
	{suiviRegion, "REGION", "REG-2", mission15, 2015, 50_000, funding.Announced, funding.ForMission, "", "", date(2015, 2, 2), nil},
	{delegueCDC, "CDC", "CDC-3", "Expérimentation (art. 6, « en 2013 »)", 2013, 40_000, funding.Voted, funding.ForSite, "", "Décision de la direction régionale (fictive)", date(2013, 12, 10), []turn{
		{funding.Grant, date(2013, 12, 13), 0}, {funding.Notice, date(2013, 12, 17), 0}, {funding.Agreement, date(2013, 12, 20), 0},
		{funding.Payment, date(2014, 2, 14), 0}, {funding.Account, date(2014, 6, 25), 0},
	}},
	{suiviEtat, "ETAT", "ETAT-4", "Professionnalisation des adultes-relais 2014", 2014, 35_000, funding.Arbitrated, funding.ForOther, "", "Décision de la préfecture (fictive)", date(2014, 2, 3), []turn{
		{funding.Request, date(2014, 2, 3), 0}, {funding.Grant, date(2014, 5, 19), 0}, {funding.Notice, date(2014, 5, 27), 0},
		{funding.Agreement, date(2014, 6, 16), 0}, {funding.Payment, date(2014, 7, 15), 0},
	}},
}

// money tells who brought what, and until when each site is paid for.
func money(t *teller) {
	for _, g := range grants {
		t.grant(g)
	}
	t.on(date(2014, 3, 17), delegueCDC, func(ctx context.Context, by audit.Stamp) error {
		_, err := funding.Create(ctx, t.tx, by, funding.Draft{
			FunderID: t.organisations["CDC"], Purpose: funding.ForMission, BeneficiaryID: t.organisations["MRA"], PrivateLaw: true,
			Object: "Appui en ingénierie (fictif)", FirstYear: 2014, LastYear: 2014, CommitmentCode: new("CDC-1"), InKind: true, Expected: funding.Announced,
			Contribution: "Ingénierie\u00a0: modèles économiques des sites", Days: decimal.NewFromInt(12),
		})
		return err
	})
	for _, p := range payings {
		t.on(date(2015, 2, 16), mission, func(ctx context.Context, by audit.Stamp) error {
			var funder *uuid.UUID
			if p.funder != "" {
				funder = new(t.organisations[p.funder])
			}
			_, err := funding.AddResource(ctx, t.tx, by, funding.Resource{SiteID: t.sites[p.site], FunderID: funder, Label: p.label, FirmUntil: p.until, Firmness: p.firmness})
			return err
		})
	}
}

// grant tells a line's life. Its version counts its changes.
func (t *teller) grant(g grant) {
	var id uuid.UUID
	t.on(g.created, g.who, func(ctx context.Context, by audit.Stamp) (err error) {
		id, err = funding.Create(ctx, t.tx, by, funding.Draft{
			FunderID: t.organisations[g.funder], Purpose: g.purpose, BeneficiaryID: t.organisations["MRA"], PrivateLaw: true, Object: g.object,
			FirstYear: g.year, LastYear: g.year, Programme: g.programme, CommitmentCode: &g.commitment, Territory: "Région", Deliberation: g.act,
			Planned: decimal.NewFromInt(g.amount), Expected: g.expected,
		})
		return err
	})
	for i, s := range g.steps {
		t.on(s.day, g.who, func(ctx context.Context, by audit.Stamp) error {
			step := funding.Step{Kind: s.kind, OnDay: s.day, FiscalYear: g.year, Amount: decimal.NewFromInt(s.amount)}
			if s.amount == 0 && s.kind.InEuros() {
				step.Amount = decimal.NewFromInt(g.amount)
			}
			if s.kind == funding.Agreement {
				step.Reference = "Convention n° " + s.day.Format("2006-0102") + " (fictive)"
			}
			return funding.Record(ctx, t.tx, by, id, i+1, step)
		})
	}
}

// paying is what pays for a site's posts, until when.
type paying struct {
	site, funder, label string
	until               time.Time
	firmness            funding.Firmness
}

const (
	jobAids = "Aides à l’emploi de l’État"
	local   = "Part de la commune ou de l’intercommunalité"
	housing = "Part des bailleurs"
)

// payings end, for each site, on the day that its last firm euro does.
var payings = []paying{
	{"S1", "ETAT", jobAids, date(2015, 12, 31), funding.Notified}, {"S1", "PORTEUR-S1", local, date(2015, 12, 31), funding.Notified},
	{"S1", "", housing, date(2015, 9, 30), funding.Notified},
	{"S2", "ETAT", jobAids, date(2015, 8, 31), funding.Notified}, {"S2", "PORTEUR-S2", local, date(2015, 8, 31), funding.Notified},
	{"S2", "", housing, date(2015, 6, 30), funding.Notified},
	{"S3", "ETAT", jobAids, date(2015, 12, 31), funding.Notified}, {"S3", "PORTEUR-S3", local, date(2015, 12, 31), funding.Notified},
	{"S4", "ETAT", jobAids, date(2015, 12, 31), funding.Notified}, {"S4", "PORTEUR-S4", local, date(2016, 6, 30), funding.Notified},
	{"S4", "", "Part du transporteur", date(2016, 6, 30), funding.Notified},
	{"S5", "PORTEUR-S5", local, date(2015, 5, 31), funding.Notified}, {"S5", "", housing, date(2014, 10, 31), funding.NotRenewed},
	{"S6", "PORTEUR-S6", "Repris au budget de l’intercommunalité", date(2016, 12, 31), funding.Notified}, {"S6", "ETAT", jobAids, date(2015, 12, 31), funding.Notified},
	{"S7", "PORTEUR-S7", local, date(2017, 12, 31), funding.Notified}, {"S7", "", housing, date(2017, 12, 31), funding.Voted},
	{"S8", "PORTEUR-S8", local, date(2015, 6, 30), funding.Notified}, {"S8", "ETAT", jobAids, date(2015, 6, 30), funding.Notified},
	{"S8", "", "Opérateur de fluides", date(2015, 6, 30), funding.NotRenewed},
}
