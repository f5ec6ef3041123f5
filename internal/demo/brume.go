package demo

import (
	"context"
	"time"

	"github.com/shopspring/decimal"

	"copil/internal/audit"
	"copil/internal/site"
)

// coast are the sites of the second convention, which is wholly fictive.
var coast = []trial{
	{
		code: "L1", name: "Port de Brume", carrier: "Commune de Port-de-Brume (fictive)",
		need:     "Rénover les maisons de pêcheurs du vieux port.",
		communes: []string{"59273", "59107"}, sectors: []string{"MAISON"},
		zonings: []site.Zoning{{Zoning: "AUCUN", SinceOn: date(2014, 1, 1), Note: fictive}},
		life:    begun(), spotted: date(2014, 2, 17),
	},
	{
		code: "L2", name: "Dunes du Nord", carrier: "Syndicat des Dunes (fictif)",
		need:     "Isoler les copropriétés de bord de mer.",
		communes: []string{"62193", "62548"}, sectors: []string{"COPRO", "SOCIAL"},
		zonings: []site.Zoning{{Zoning: "AUCUN", SinceOn: date(2014, 1, 1), Note: fictive}},
		life:    begun(), spotted: date(2014, 2, 17),
	},
	{
		code: "L3", name: "Pointe du Phare", carrier: "Commune de La Pointe (fictive)",
		need:     "Diagnostiquer le parc social de la pointe.",
		communes: []string{"62108", "62318"}, sectors: []string{"SOCIAL"},
		zonings: []site.Zoning{{Zoning: "AUCUN", SinceOn: date(2014, 1, 1), Note: fictive}},
		life:    begun()[:2], spotted: date(2014, 9, 1),
	},
}

// begun is the life of the sites that work.
func begun() []site.Transition {
	return []site.Transition{
		{To: site.Candidat, SinceOn: date(2014, 9, 8)},
		{To: site.Instruit, SinceOn: date(2014, 9, 15)},
		{To: site.Retenu, SinceOn: date(2014, 9, 22), Decision: "2014-01"},
		{To: site.Conventionne, SinceOn: date(2014, 9, 29)},
		{To: site.Actif, SinceOn: date(2014, 10, 6)},
	}
}

// builder is one structure of the second convention and its year 2014.
type builder struct {
	code, name, operatorType, commune, login string
	site                                     string // "" off-site
	jobType                                  string
	posts, filled                            int
	homes                                    [2][]int // modest and other households, by label reached
	advised                                  [2]int   // modest and other households
	trained                                  int
	energy                                   int64 // tenths of a MWh
}

var builders = []builder{
	{"B1", "Les Toits de Brume", "ASSOCIATION", "59273", "structure", "L1", "CONSEILLER", 5, 5,
		[2][]int{{4, 18, 22}, {6, 15, 9}}, [2]int{212, 148}, 0, 8125},
	{"B2", "Bureau du Phare", "BUREAU", "62193", "phare", "L2", "TECHNICIEN", 4, 3,
		[2][]int{{2, 11, 14}, {8, 21, 12}}, [2]int{96, 131}, 18, 7460},
	{"B3", "Habitat des Dunes", "BAILLEUR", "62108", "dunes", "", "TECHNICIEN", 3, 3,
		[2][]int{{12, 30, 8}, {0, 4, 0}}, [2]int{60, 12}, 6, 6040},
}

// year2014 is the only period of the second convention that has figures.
const year2014 = "2014"

// brume tells the story of the second convention.
func brume(t *teller) {
	t.organisation(date(2014, 2, 14), nobody, "ANIM", "Équipe d’animation (fictive)")
	t.join("ANIM")
	governingBrume(t)
	for _, s := range coast {
		t.trial(brumeMission, s)
	}
	opened := date(2015, 1, 12)
	for _, b := range builders {
		t.structure(date(2014, 4, 1), brumeMission, site.StructureDraft{
			Code: b.code, Name: b.name, OperatorType: b.operatorType, Commune: b.commune, OffSite: b.site == "",
		})
		t.join(b.code)
		if b.site != "" {
			t.attach(date(2014, 10, 6), brumeMission, b.code, b.site)
		}
		t.register2014(b)
	}
	team := due{"ANIM", "", year2014}
	dues := []due{team}
	for _, b := range builders {
		dues = append(dues, due{b.code, b.site, year2014})
	}
	t.campaign(brumeMission, year2014, opened, date(2015, 2, 28), "Premiers chiffres du partenariat\u00a0: comptez ceux de toute l’année 2014.", dues)
	for i, b := range builders {
		d := dues[1+i]
		t.enter(date(2015, 2, 2+i), b.login+"@autre.example", d, b.answers(), "")
		if i < len(builders)-1 { // the last one waits to be validated
			t.validate(date(2015, 2, 16), brumeMission, d)
		}
	}
	var a answers
	a.count("professionals_trained", 24)
	t.enter(date(2015, 2, 9), brumeMission, team, a, "")
	t.validate(date(2015, 2, 17), brumeAdjoint, team)
}

// register2014 lists a builder's posts.
func (t *teller) register2014(b builder) {
	t.on(date(2014, 10, 20), b.login+"@autre.example", func(ctx context.Context, by audit.Stamp) error {
		for _, group := range []struct {
			count  int
			filled time.Time
		}{{b.filled, date(2014, 10, 13)}, {b.posts - b.filled, time.Time{}}} {
			if group.count == 0 {
				continue
			}
			err := site.AddPosts(ctx, t.tx, by, site.PostDraft{
				Count: group.count, OrganisationID: t.organisations[b.code], SiteID: t.at(b.site), JobType: b.jobType,
				Quotity: decimal.NewFromInt(1), OpenedOn: date(2014, 10, 6), FilledOn: when(group.filled),
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func (b builder) answers() (a answers) {
	for i, income := range []string{"MODESTE", "AUTRE"} {
		for j, label := range []string{"B", "C", "D"} {
			a.table("homes_renovated", label, income, b.homes[i][j])
		}
		a.table("households_advised", income, "", b.advised[i])
	}
	a.count("professionals_trained", b.trained)
	a.number("energy_saved", decimal.New(b.energy, -1))
	return a
}
