package demo

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"copil/internal/audit"
	"copil/internal/funding"
	"copil/internal/site"
)

// commissioners are bodies that pay for posts on the sites, besides the carriers
// of these. All are fictive.
var commissioners = []struct{ code, name string }{
	{"BAIL-S1", "Bailleur de Roubaix et Wattrelos (fictif)"},
	{"BAIL-S2", "Bailleur de Lens et Liévin (fictif)"},
	{"CG62", "Conseil général du Pas-de-Calais, part fictive"},
	{"TRANS-S4", "Transporteur du Valenciennois (fictif)"},
	{"BAIL-S5", "Bailleur de Dunkerque (fictif)"},
	{"BAIL-S6", "Bailleur du Boulonnais (fictif)"},
	{"HOP-S6", "Hôpital du Boulonnais (fictif)"},
	{"FLU-S8", "Fournisseur d’énergie du Béthunois (fictif)"},
	{"POSTE-S8", "Opérateur postal du Béthunois (fictif)"},
}

// payment is what a commissioner pays, in percent of the hours and of the money.
type payment struct {
	organisation string
	hours, euros int64
}

// pooled are posts of one employer on one site that the same commissioners pay for.
type pooled struct {
	site, employer  string
	posts           int
	recorded, since time.Time
	until           time.Time // zero: still so
	payers          []payment
}

var poolings = []pooled{
	{site: "S1", employer: "P1", posts: 2, recorded: date(2015, 1, 20), since: date(2014, 9, 1),
		payers: []payment{{"PORTEUR-S1", 50, 50}, {"BAIL-S1", 50, 50}}},
	{site: "S2", employer: "A2", posts: 4, recorded: date(2015, 1, 20), since: date(2014, 9, 1),
		payers: []payment{{"BAIL-S2", 45, 40}, {"PORTEUR-S2", 35, 35}, {"CG62", 20, 25}}},
	{site: "S4", employer: "P2", posts: 6, recorded: date(2015, 1, 21), since: date(2014, 9, 1),
		payers: []payment{{"TRANS-S4", 60, 60}, {"PORTEUR-S4", 40, 40}}},
	// The landlord withdrew: the site was suspended (domain.md 4.1), its posts closed or moved.
	{site: "S5", employer: "P3", posts: 8, recorded: date(2014, 9, 8), since: date(2014, 4, 1), until: suspension.AddDate(0, 0, -1),
		payers: []payment{{"PORTEUR-S5", 55, 55}, {"BAIL-S5", 45, 45}}},
	{site: "S6", employer: "C2", posts: 3, recorded: date(2015, 1, 21), since: date(2014, 9, 1),
		payers: []payment{{"PORTEUR-S6", 50, 50}, {"HOP-S6", 30, 30}, {"BAIL-S6", 20, 20}}},
	{site: "S8", employer: "M1", posts: 5, recorded: date(2015, 1, 22), since: date(2014, 9, 1),
		payers: []payment{{"FLU-S8", 45, 45}, {"PORTEUR-S8", 30, 30}, {"POSTE-S8", 25, 25}}},
}

// pooling tells who pays for the posts that several commissioners share.
func pooling(t *teller) {
	for _, c := range commissioners {
		t.organisation(date(2014, 9, 5), mission, c.code, c.name)
	}
	for _, p := range poolings {
		t.on(p.recorded, mission, func(ctx context.Context, by audit.Stamp) error { return t.pool(ctx, by, p) })
	}
}

// pool shares the first posts of an employer on a site that somebody holds.
func (t *teller) pool(ctx context.Context, by audit.Stamp, p pooled) error {
	b := t.tx.Batch()
	posts := site.ListPosts(b, site.PostFilter{OrganisationID: new(t.organisations[p.employer]), SiteID: t.at(p.site)})
	partners := funding.Partners(b)
	if err := b.Send(ctx); err != nil {
		return err
	}
	names := map[uuid.UUID]string{}
	for _, partner := range partners.All {
		names[partner.OrganisationID] = partner.Name
	}
	left := p.posts
	for _, post := range posts.All {
		if left == 0 || !post.Filled(by.OnDay) || post.OpenedOn.After(p.since) {
			continue
		}
		left--
		s := funding.Pooling{SinceOn: p.since, UntilOn: when(p.until)}
		for _, x := range p.payers {
			id := t.organisations[x.organisation]
			s.Payers = append(s.Payers, funding.Payer{OrganisationID: id, Name: names[id],
				Hours: decimal.NewFromInt(x.hours), Euros: decimal.NewFromInt(x.euros)})
		}
		if err := funding.Pool(ctx, t.tx, by, post.PostID, 0, s); err != nil {
			return err
		}
	}
	return nil
}
