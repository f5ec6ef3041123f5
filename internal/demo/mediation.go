package demo

import (
	"context"
	"time"

	"copil/internal/audit"
	"copil/internal/site"
)

// trial is one experimentation site (fictive, in real communes).
type trial struct {
	code, name string
	need       string
	carrier    string // name of the organisation that carries it
	communes   []string
	sectors    []string
	zonings    []site.Zoning
	life       []site.Transition // after "repéré"
	spotted    time.Time
	flagged    int // adultes-relais set aside for it, end of 2014
}

var newMap = date(2015, 1, 1) // the priority areas change

// zus is the zoning of most sites: one map until the end of 2014, another since.
func zus(note string) []site.Zoning {
	return []site.Zoning{
		{Zoning: "ZUS", SinceOn: date(1996, 12, 28), UntilOn: new(date(2014, 12, 31)), Note: "Zonage fictif."},
		{Zoning: "QPV", SinceOn: newMap, Note: note},
	}
}

// first is the life of the sites that the first committee retained.
func first(more ...site.Transition) []site.Transition {
	return append([]site.Transition{
		{To: site.Candidat, SinceOn: date(2013, 12, 16)},
		{To: site.Instruit, SinceOn: date(2014, 1, 20)},
		{To: site.Retenu, SinceOn: date(2014, 2, 4), Decision: "2014-01"},
		{To: site.Conventionne, SinceOn: date(2014, 2, 17)},
		{To: site.Actif, SinceOn: date(2014, 3, 3)},
	}, more...)
}

const fictive = "Zonage fictif."

var trials = []trial{
	{
		code: "S1", name: "Roubaix – Wattrelos", carrier: "Commune de Roubaix (porteuse du site)",
		need:     "Apaiser les abords des collèges et les parties communes des résidences.",
		communes: []string{"59512", "59650"}, sectors: []string{"EDU", "GUP"},
		zonings: zus(fictive), life: first(), spotted: date(2013, 12, 9), flagged: 6,
	},
	{
		code: "S2", name: "Lens – Liévin", carrier: "Intercommunalité de Lens – Liévin (porteuse du site)",
		need:     "Prévenir les conflits de voisinage dans les cités minières en rénovation.",
		communes: []string{"62498", "62510"}, sectors: []string{"LOG", "GUP"},
		zonings: zus(fictive), life: first(), spotted: date(2013, 12, 9), flagged: 8,
	},
	{
		code: "S3", name: "Maubeuge – Louvroil – Hautmont", carrier: "Intercommunalité de la Sambre (porteuse du site)",
		need:     "Rapprocher des soins et des services publics les habitants qui y renoncent.",
		communes: []string{"59392", "59365", "59291"}, sectors: []string{"SAN", "ASP"},
		zonings: zus(fictive), life: first(), spotted: date(2013, 12, 9), flagged: 12,
	},
	{
		code: "S4", name: "Valenciennes – Anzin – Denain", carrier: "Intercommunalité de l’Escaut (porteuse du site)",
		need:     "Assurer une présence sur les lignes et aux stations de tramway.",
		communes: []string{"59606", "59014", "59172"}, sectors: []string{"TRA"},
		zonings: zus(fictive), life: first(), spotted: date(2013, 12, 9), flagged: 4,
	},
	{
		code: "S5", name: "Dunkerque – Grande-Synthe", carrier: "Intercommunalité du Littoral dunkerquois (porteuse du site)",
		need:     "Partager l’espace public autour des arrêts de bus et des places.",
		communes: []string{"59183", "59271"}, sectors: []string{"ESP", "TRA"},
		zonings: zus(fictive), spotted: date(2013, 12, 9), flagged: 4,
		life: first(site.Transition{To: site.Suspendu, SinceOn: suspension,
			Reason: "Suspension conservatoire décidée par la mission, à confirmer au prochain COPIL\u00a0: un bailleur qui portait 45\u00a0% du plan de financement s’est retiré."}),
	},
	{
		code: "S6", name: "Boulogne-sur-Mer – Outreau – Le Portel", carrier: "Intercommunalité de la Liane (porteuse du site)",
		need:     "Accompagner les habitants vers l’hôpital et veiller sur les quartiers portuaires.",
		communes: []string{"62160", "62643", "62667"}, sectors: []string{"GUP", "SAN"},
		zonings: zus(fictive), life: first(), spotted: date(2013, 12, 9), flagged: 6,
	},
	{
		code: "S7", name: "Douai – Somain", carrier: "Commune de Douai (porteuse du site)",
		need:     "Doter les agences d’un bailleur d’une présence de proximité. Premier poste attendu le 1er avril 2015.",
		communes: []string{"59178", "59574"}, sectors: []string{"LOG"},
		zonings: []site.Zoning{
			{Zoning: "CUCS", SinceOn: date(2007, 1, 1), UntilOn: new(date(2014, 12, 31)), Note: fictive},
			{Zoning: "QPV", SinceOn: newMap, Note: fictive},
		},
		spotted: date(2014, 4, 1),
		life: []site.Transition{
			{To: site.Candidat, SinceOn: date(2014, 6, 2)},
			{To: site.Instruit, SinceOn: date(2014, 9, 15)},
			{To: site.Retenu, SinceOn: date(2014, 10, 7), Decision: "2014-05"},
			{To: site.Conventionne, SinceOn: date(2014, 12, 18)},
		},
	},
	{
		code: "S8", name: "Béthune – Bruay-la-Buissière", carrier: "Commune de Béthune (porteuse du site)",
		need:     "Aider aux démarches et prévenir les impayés d’énergie.",
		communes: []string{"62119", "62178"}, sectors: []string{"ASP"},
		zonings: zus("Zonage fictif\u00a0: un quartier est sorti de la géographie prioritaire."),
		life:    first(), spotted: date(2013, 12, 9), flagged: 4,
	},
	{
		code: "S9", name: "Saint-Pol-sur-Ternoise – Frévent", carrier: "Intercommunalité du Ternois (porteuse du site)",
		need:     "Ouvrir l’accès aux services publics en milieu rural.",
		communes: []string{"62767", "62361"}, sectors: []string{"ASP", "RUR"},
		zonings: []site.Zoning{{Zoning: "AUCUN", SinceOn: date(2007, 1, 1),
			Note: "Hors territoire prioritaire\u00a0: le premier critère de l’article 3 est à motiver (fictif)."}},
		spotted: date(2014, 10, 15),
		life: []site.Transition{
			{To: site.Candidat, SinceOn: date(2015, 1, 12)},
			{To: site.Instruit, SinceOn: date(2015, 3, 2)},
		},
	},
}

// mediation tells the story of the real act, with fictive sites and figures.
func mediation(t *teller) {
	signed := date(2013, 12, 6)
	t.organisation(signed, nobody, "MRA", "Mission régionale d’appui")
	for _, code := range []string{"ETAT", "REGION", "CDC", "MRA"} {
		t.join(code)
	}
	governing(t) // before what it decides on the same day
	for _, s := range trials {
		t.trial(mission, s)
	}
	for i, e := range employers {
		t.structure(workday(date(2014, 2, 10).AddDate(0, 0, i/3)), adjoint, site.StructureDraft{
			Code: e.code, Name: e.name, OperatorType: e.operatorType, Commune: e.commune, OffSite: e.worksOffSite(),
		})
		t.join(e.code)
		for _, p := range e.places {
			if p.site != "" {
				t.attach(atWork, mission, e.code, p.site)
			}
		}
	}
	t.organisation(date(2015, 1, 12), mission, "EVAL", "Méthodéval (fictif)")
	t.join("EVAL")
	money(t)
	collecting(t)
	promises(t)
	pooling(t)
}

// trial tells a site's life.
func (t *teller) trial(who string, s trial) {
	carrier := "PORTEUR-" + s.code
	t.organisation(s.spotted, who, carrier, s.carrier)
	t.on(s.spotted, who, func(ctx context.Context, by audit.Stamp) error {
		id, err := site.Create(ctx, t.tx, by, site.Draft{
			Code: s.code, Name: s.name, Need: s.need, Communes: s.communes, Sectors: s.sectors,
			CarrierID: new(t.organisations[carrier]), Zonings: s.zonings, SinceOn: s.spotted,
		})
		t.sites[s.code] = id
		return err
	})
	for _, next := range s.life {
		t.state(who, s.code, next)
	}
}

func (e employer) worksOffSite() bool {
	for _, p := range e.places {
		if p.site == "" {
			return true
		}
	}
	return false
}
