package collect_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"copil/internal/collect"
	"copil/internal/convention"
	"copil/internal/site"
	"copil/internal/testdb"
)

// shippedCase asks every measure of a shipped convention, at the end of 2014.
func shippedCase(t testing.TB, slug string) collect.Case {
	t.Helper()
	f, err := convention.Shipped(slug)
	if err != nil {
		t.Fatal(err)
	}
	c := collect.Case{Rules: f.Rules, Measures: f.Measures, Period: convention.Period{EndsOn: testdb.Day(2014, time.December, 31)}}
	for _, l := range f.Lists {
		for _, i := range l.Items {
			i.ListCode = l.ListCode
			c.Items = append(c.Items, i)
		}
	}
	return c
}

// figures fills a measure's table, all in its first box and 0 elsewhere; "" is
// « non renseigné », "-" is « sans objet ». « mesure LIGNE COLONNE » names a box.
func figures(c collect.Case, texts map[string]string) (cells []collect.Cell) {
	for name, text := range texts {
		at := strings.Fields(name)
		for _, m := range c.Measures {
			if m.MeasureCode != at[0] {
				continue
			}
			if text == "" || text == "-" {
				cells = append(cells, collect.Cell{MeasureCode: at[0], State: map[string]collect.CellState{"": collect.Missing, "-": collect.NotApplicable}[text]})
				continue
			}
			given := decimal.RequireFromString(text)
			for _, b := range table(c, m) {
				cell := collect.Cell{MeasureCode: at[0], RowItem: b[0], ColumnItem: b[1], State: collect.Number, Number: new(decimal.Zero)}
				switch {
				case len(at) == 1 && given.IsPositive():
					cell.Number, given = new(given), decimal.Zero
				case len(at) > 1 && at[1] == b[0] && (len(at) == 2 || at[2] == b[1]):
					cell.Number = new(given)
				case len(at) > 1:
					continue
				}
				cells = append(cells, cell)
			}
		}
	}
	return cells
}

func table(c collect.Case, m convention.Measure) (boxes [][2]string) {
	list := func(code *string) (items []string) {
		for _, i := range c.Items {
			if code != nil && i.ListCode == *code {
				items = append(items, i.ItemCode)
			}
		}
		if code == nil {
			items = []string{""}
		}
		return items
	}
	for _, row := range list(m.RowList) {
		for _, column := range list(m.ColumnList) {
			boxes = append(boxes, [2]string{row, column})
		}
	}
	return boxes
}

// told are the findings as « V02 blocking fte: message ».
func told(found []collect.Finding) string {
	var lines []string
	for _, f := range found {
		at := strings.Join(strings.Fields(f.Measure+" "+f.Row+" "+f.Column), " ")
		lines = append(lines, f.Number+" "+f.Level+" "+at+": "+strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(f.Message))
	}
	return strings.Join(lines, "\n")
}

type example struct {
	name                 string
	now, before, earlier map[string]string
	also                 func(*collect.Case)
	want                 string // "" when nothing is said
}

type m = map[string]string

// Each rule of the regional convention is broken, held, held to the last unit and
// unable to judge, in the words that a person reads.
func TestRulesOfMediation(t *testing.T) {
	t.Parallel()
	adultes := func(notified, agreed, filled string) m {
		return m{"adultes_relais NOTIFIE 59": notified, "adultes_relais CONVENTIONNE 59": agreed, "adultes_relais POURVU 59": filled,
			"adultes_relais NOTIFIE 62": "0", "adultes_relais CONVENTIONNE 62": "0", "adultes_relais POURVU 62": "0"}
	}
	control := func(measure string, n int64) func(*collect.Case) {
		return func(c *collect.Case) { c.Controls = map[string]decimal.Decimal{measure: decimal.NewFromInt(n)} }
	}
	whole := func(measures ...string) func(*collect.Case) { // 0 in the boxes that are not named
		return func(c *collect.Case) {
			for _, measure := range measures {
				for _, zero := range figures(*c, m{measure: "0"}) {
					if !slices.ContainsFunc(c.Now, func(g collect.Cell) bool {
						return g.MeasureCode == measure && g.RowItem == zero.RowItem && g.ColumnItem == zero.ColumnItem
					}) {
						c.Now = append(c.Now, zero)
					}
				}
			}
		}
	}
	const mediators, hours = "Médiateurs et médiatrices en poste au dernier jour : ", "910 × "
	for _, e := range []example{
		{name: "nothing known"},
		{name: "V01 and V06 break", now: m{"mediators": "12"}, also: control("mediators", 13), want: "V01 blocking mediators: La somme femmes + hommes + non renseigné doit être égale au total. Total saisi : 13 ; somme des cases : 12.\n" +
			"V06 blocking mediators: Chaque médiateur relève d’un seul type d’emploi. Total saisi : 13 ; somme des cases : 12."},
		{name: "V01 and V06 hold", now: m{"mediators": "12"}, also: control("mediators", 12)},
		{name: "V01 and V06, a table that is not full", now: m{"mediators CDI F": "12"}, also: control("mediators", 13)},
		{name: "V01 and V06, not told", now: m{"mediators": ""}, also: control("mediators", 13)},

		{name: "V02 breaks", now: m{"fte": "12.5", "mediators": "12"}, want: "V02 blocking fte: Les ETP ne peuvent pas dépasser le nombre de médiateurs en poste. Équivalents temps plein au dernier jour : 12,50 ; " + mediators + "12."},
		{name: "V02 to the last unit", now: m{"fte": "12", "mediators": "12", "posts_filled": "12", "posts_open": "12"}},
		{name: "V02, not told", now: m{"fte": "12.5", "mediators": ""}},
		{name: "V02, not applicable", now: m{"fte": "-", "mediators": "0"}},
		{name: "V02, above the posts", now: m{"fte": "10", "posts_filled": "9"}, want: "V02 blocking fte: Les ETP ne peuvent pas dépasser le nombre de postes pourvus : enregistrez d’abord les postes, ou corrigez les ETP. " +
			"Équivalents temps plein au dernier jour : 10 ; Postes pourvus au dernier jour : 9."},

		{name: "V03 breaks", now: m{"posts_filled": "4", "posts_open": "3"}, want: "V03 blocking posts_filled: Les postes pourvus dépassent les postes ouverts. Postes pourvus au dernier jour : 4 ; Postes ouverts au dernier jour : 3."},
		{name: "V03 to the last unit", now: m{"posts_filled": "3", "posts_open": "3"}},
		{name: "V03, not told", now: m{"posts_filled": "3", "posts_open": ""}},

		{name: "V04 breaks, filled", now: adultes("10", "8", "9"), want: "V04 blocking adultes_relais: Un poste d’adulte-relais pourvu doit être conventionné. " +
			"Postes d’adultes-relais de la région (Pourvus, Nord) : 9 ; Postes d’adultes-relais de la région (Conventionnés, Nord) : 8."},
		{name: "V04 breaks, under agreement", now: adultes("10", "11", "9"), want: "V04 blocking adultes_relais: Un poste d’adulte-relais conventionné doit être notifié. " +
			"Postes d’adultes-relais de la région (Conventionnés, Nord) : 11 ; Postes d’adultes-relais de la région (Notifiés, Nord) : 10."},
		{name: "V04 to the last unit", now: adultes("9", "9", "9")},
		{name: "V04, not told", now: m{"adultes_relais POURVU 59": "9"}},

		{name: "V05 breaks", now: with(adultes("10", "8", "8"), "flagged_posts", "9"), want: "V05 blocking flagged_posts: Les postes fléchés dépassent les postes conventionnés. " +
			"Postes d’adultes-relais fléchés sur les sites d’expérimentation : 9 ; Postes d’adultes-relais de la région (Conventionnés) : 8."},
		{name: "V05 to the last unit", now: with(adultes("10", "8", "8"), "flagged_posts", "8")},
		{name: "V05, not told", now: m{"flagged_posts": "9", "adultes_relais": ""}},

		{name: "P01 breaks", now: m{"posts_filled": "12", "mediators CDI F": "3"}, also: whole("mediators"), want: "P01 alert mediators: Plus de postes pourvus que de personnes dans un même type d’emploi. " +
			"Postes pourvus au dernier jour (Adulte-relais) : 12 ; Médiateurs et médiatrices en poste au dernier jour (Adulte-relais) : 0."},
		{name: "P01 to the last unit", now: m{"posts_filled CDI": "5", "mediators CDI F": "3"}, also: whole("posts_filled", "mediators")},
		{name: "P01, three more, but a tenth", now: m{"posts_filled CDI": "33", "mediators CDI F": "30"}, also: whole("posts_filled", "mediators")},
		{name: "P01, more people than posts", now: m{"posts_filled CDI": "2", "mediators CDI F": "3"}, also: whole("posts_filled", "mediators")},
		{name: "P01, not told", now: m{"posts_filled": "12", "mediators": ""}},

		{name: "V11 breaks", now: m{"mediators": "12", "entries": "3", "exits": "2"}, before: m{"mediators": "10"},
			want: "V11 alert mediators: L’effectif ne correspond pas aux entrées et sorties. " + mediators + "12 ; attendu : 11, soit 10 à la période précédente, plus 3, moins 2."},
		{name: "V11 holds", now: m{"mediators": "11", "entries": "3", "exits": "2"}, before: m{"mediators": "10"}},
		{name: "V11, first period", now: m{"mediators": "12", "entries": "3", "exits": "2"}},
		{name: "V11, not told before", now: m{"mediators": "12", "entries": "3", "exits": "2"}, before: m{"mediators": ""}},

		{name: "V12 breaks", now: m{"mediators": "4"}, before: m{"mediators": "19"}, want: "V12 alert mediators: Variation inhabituelle : ajoutez un commentaire. " + mediators + "4, contre 19 à la période précédente."},
		{name: "V12, a quarter exactly", now: m{"mediators": "75"}, before: m{"mediators": "100"}},
		{name: "V12, one more than a quarter", now: m{"mediators": "74"}, before: m{"mediators": "100"}, want: "V12 alert mediators: Variation inhabituelle : ajoutez un commentaire. " + mediators + "74, contre 100 à la période précédente."},
		{name: "V12, five people exactly", now: m{"mediators": "1"}, before: m{"mediators": "6"}},
		{name: "V12, not told before", now: m{"mediators": "74"}, before: m{"mediators": ""}},

		{name: "V13 breaks", now: m{"certified": "4", "mediators": "3"}, want: "V13 blocking certified: Le nombre dépasse l’effectif. Médiateurs et médiatrices titulaires d’une certification du métier : 4 ; " + mediators + "3."},
		{name: "V13 to the last unit", now: m{"certified": "3", "mediators": "3"}},
		{name: "V13, not told", now: m{"certified": "3", "mediators": ""}},
		{name: "V13 breaks, posts", now: m{"posts_secured": "4", "posts_filled": "3"}, want: "V13 blocking posts_secured: Le nombre dépasse l’effectif. Postes au financement assuré à plus de 12 mois : 4 ; Postes pourvus au dernier jour : 3."},

		{name: "V14 breaks", now: m{"certifications_obtained": "3", "qualifying_entries": "1"}, earlier: m{"certifications_obtained": "1", "qualifying_entries": "2"},
			want: "V14 alert certifications_obtained: Plus de certifications que d’entrées en parcours. Depuis le début, 4 pour 3."},
		{name: "V14 to the last unit", now: m{"certifications_obtained": "3", "qualifying_entries": "1"}, earlier: m{"certifications_obtained": "0", "qualifying_entries": "2"}},
		{name: "V14, first period", now: m{"certifications_obtained": "3", "qualifying_entries": "1"}, want: "V14 alert certifications_obtained: Plus de certifications que d’entrées en parcours. Depuis le début, 3 pour 1."},
		{name: "V14, not told once", now: m{"certifications_obtained": "3", "qualifying_entries": "1"}, earlier: m{"certifications_obtained": "1", "qualifying_entries": ""}},

		{name: "V15 breaks", now: m{"training_hours": "9101", "mediators": "10"}, want: "V15 alert training_hours: Nombre d’heures impossible pour cet effectif. Heures de formation suivies : 9 101 ; " + mediators + "10 (" + hours + "10 = 9 100)."},
		{name: "V15 to the last hour", now: m{"training_hours": "9100", "mediators": "10"}},
		{name: "V15, not told", now: m{"training_hours": "9101", "mediators": ""}},

		{name: "V16 breaks", now: m{"pooled_posts": "3", "posts_filled": "2", "commissioners": "2"}, want: "V16 blocking pooled_posts: Les postes en portage mutualisé dépassent les postes pourvus. " +
			"Postes en portage mutualisé au dernier jour : 3 ; Postes pourvus au dernier jour : 2."},
		{name: "V16 breaks, who pays", now: m{"pooled_posts": "1", "commissioners": "1"}, want: "V16 blocking commissioners: Un emploi mutualisé suppose au moins deux commanditaires. " +
			"Postes en portage mutualisé au dernier jour : 1 ; Commanditaires d’un financement mutualisé : 1."},
		{name: "V16 to the last unit", now: m{"pooled_posts": "2", "posts_filled": "2", "commissioners": "2"}},
		{name: "V16, nothing is pooled", now: m{"pooled_posts": "0", "commissioners": "1"}},
		{name: "V16, not applicable", now: m{"pooled_posts": "1", "commissioners": "-"}},

		{name: "V22 breaks", now: m{"interventions": "10"}, also: control("interventions", 11), want: "V22 blocking interventions: La somme des ventilations ne correspond pas au total. Total saisi : 11 ; somme des cases : 10."},
		{name: "V22 breaks, origins", now: m{"referrals": "10"}, also: control("referrals", 9), want: "V22 blocking referrals: La somme des ventilations ne correspond pas au total. Total saisi : 9 ; somme des cases : 10."},
		{name: "V22 breaks, outcomes", now: m{"cases_closed": "10"}, also: control("cases_closed", 9), want: "V22 blocking cases_closed: La somme des ventilations ne correspond pas au total. Total saisi : 9 ; somme des cases : 10."},
		{name: "V22 holds", now: m{"interventions": "10"}, also: control("interventions", 10)},
		{name: "V22, no total typed", now: m{"interventions": "10"}},

		{name: "V23 breaks", now: m{"interventions": "10", "mediators": "0"}, want: "V23 alert interventions: Effectif et activité ne concordent pas. Interventions de médiation : 10 ; " + mediators + "0."},
		{name: "V23 breaks the other way", now: m{"interventions": "0", "mediators": "3"}, want: "V23 alert interventions: Effectif et activité ne concordent pas. Interventions de médiation : 0 ; " + mediators + "3."},
		{name: "V23 holds", now: m{"interventions": "1", "mediators": "1"}},
		{name: "V23, nobody and nothing", now: m{"interventions": "0", "mediators": "0"}},
		{name: "V23, not told", now: m{"interventions": "", "mediators": "3"}},

		{name: "V24 breaks", now: m{"presence_hours": "456", "fte": "0.5"}, want: "V24 alert presence_hours: Heures de présence supérieures au temps de travail. " +
			"Heures de présence active de proximité : 456 ; Équivalents temps plein au dernier jour : 0,50 (910 × 0,50 = 455)."},
		{name: "V24 to the last hour", now: m{"presence_hours": "455", "fte": "0.5"}},
		{name: "V24, not told", now: m{"presence_hours": "456", "fte": ""}},

		{name: "A1-02 breaks", now: m{"authorities_with_team": "13"}, before: m{"authorities_with_team": "10"}, want: "A1-02 alert authorities_with_team: Variation inhabituelle : ajoutez un commentaire. " +
			"Collectivités ayant un dispositif interne de médiation : 13, contre 10 à la période précédente."},
		{name: "A1-02, a fifth exactly", now: m{"authorities_with_team": "12"}, before: m{"authorities_with_team": "10"}},
		{name: "A1-04 breaks", now: m{"plde_with_section": "23", "plde_total": "22"}, want: "A1-04 blocking plde_with_section: Les plans dotés d’un volet dépassent les plans existants. " +
			"Plans locaux dotés d’un volet médiation sociale : 23 ; Plans locaux de développement économique : 22."},
		{name: "A1-04 to the last unit", now: m{"plde_with_section": "22", "plde_total": "22"}},
		{name: "A2-02 breaks", now: m{"qualifying_entries": "6", "mediators": "4", "exits": "1"}, want: "A2-02 alert qualifying_entries: Plus de personnes en parcours que de personnes présentes pendant la période. " +
			"Personnes entrées en parcours qualifiant : 6 ; " + mediators + "4 ; Sorties pendant la période : 1."},
		{name: "A2-02 to the last unit", now: m{"qualifying_entries": "5", "mediators": "4", "exits": "1"}},
		{name: "A2-05 breaks", now: with(adultes("9", "9", "9"), "adultes_relais_trained", "10"), want: "A2-05 blocking adultes_relais_trained: Les adultes-relais formés dépassent les postes pourvus. " +
			"Adultes-relais en poste couverts par le plan de professionnalisation : 10 ; Postes d’adultes-relais de la région (Pourvus) : 9."},
		{name: "A2-05 to the last unit", now: with(adultes("9", "9", "9"), "adultes_relais_trained", "9")},
	} {
		examine(t, "mediation-npdc", e)
	}
}

func with(figures m, name, n string) m {
	figures[name] = n
	return figures
}

func examine(t *testing.T, slug string, e example) {
	t.Run(e.name, func(t *testing.T) {
		t.Parallel()
		c := shippedCase(t, slug)
		c.Now, c.Before, c.Earlier = figures(c, e.now), figures(c, e.before), figures(c, e.earlier)
		if e.also != nil {
			e.also(&c)
		}
		if got := told(collect.Check(c)); got != e.want {
			t.Errorf("got  %s\nwant %s", got, e.want)
		}
	})
}

// The rules that read more than numbers.
func TestRulesOfWordsAndPlaces(t *testing.T) {
	t.Parallel()
	on := func(zonings ...site.Zoning) func(*collect.Case) {
		return func(c *collect.Case) { c.OnSite, c.Zonings = true, zonings }
	}
	sirens := func(ids ...string) func(*collect.Case) {
		return func(c *collect.Case) {
			c.Now = []collect.Cell{{MeasureCode: "commissioners", State: collect.Number, Number: new(decimal.NewFromInt(int64(len(ids)))), Identifiers: ids}}
		}
	}
	says := func(comment, reason, remark string) func(*collect.Case) {
		return func(c *collect.Case) {
			c.Now, c.Remark = []collect.Cell{{MeasureCode: "entries", State: collect.Missing, Comment: comment, Reason: reason}}, remark
		}
	}
	ends := testdb.Day(2014, time.December, 31)
	zus := site.Zoning{Zoning: "ZUS", SinceOn: testdb.Day(2007, time.January, 1)}
	const siren, area, names = "V25 blocking commissioners: Numéro SIREN en double ou invalide. ", "V26 blocking flagged_posts: Le site n’est pas dans une zone prioritaire à cette date. " +
		"Postes d’adultes-relais fléchés sur les sites d’expérimentation : 2.", "V31 alert entries: N’écrivez pas le nom de personnes accompagnées. À retirer : "
	for _, e := range []example{
		{name: "V25 holds", also: sirens("732829320", "356 000 000")},
		{name: "V25, wrong key", also: sirens("732829321"), want: siren + "À vérifier : 732829321."},
		{name: "V25, too short", also: sirens("73282932"), want: siren + "À vérifier : 73282932."},
		{name: "V25, a SIRET", also: sirens("73282932000074"), want: siren + "À vérifier : 73282932000074."},
		{name: "V25, zeros", also: sirens("000000000"), want: siren + "À vérifier : 000000000."},
		{name: "V25, letters", also: sirens("A32829320"), want: siren + "À vérifier : A32829320."},
		{name: "V25, twice", also: sirens("732829320", "732 829 320"), want: siren + "En double : 732829320."},
		{name: "V25, both", also: sirens("732829320", "1", "732829320", "2", "3", "4"), want: siren + "À vérifier : 1, 2, 3 …. En double : 732829320."},

		{name: "V26 breaks", now: m{"flagged_posts": "2"}, also: on(), want: area},
		{name: "V26, said to be in none", now: m{"flagged_posts": "2"}, also: on(site.Zoning{Zoning: site.NoZoning, SinceOn: zus.SinceOn}), want: area},
		{name: "V26, only from the next day", now: m{"flagged_posts": "2"}, also: on(site.Zoning{Zoning: "QPV", SinceOn: ends.AddDate(0, 0, 1)}), want: area},
		{name: "V26, from the last day", now: m{"flagged_posts": "2"}, also: on(site.Zoning{Zoning: "QPV", SinceOn: ends})},
		{name: "V26, it was when agreements were signed", now: m{"flagged_posts": "2"}, also: on(site.Zoning{Zoning: "ZUS", SinceOn: zus.SinceOn, UntilOn: new(ends.AddDate(-1, 0, 0))})},
		{name: "V26 holds", now: m{"flagged_posts": "2"}, also: on(zus)},
		{name: "V26, no post", now: m{"flagged_posts": "0"}, also: on()},
		{name: "V26, not told", now: m{"flagged_posts": ""}, also: on()},
		{name: "V26, off-site", now: m{"flagged_posts": "2"}},

		{name: "V27 breaks", now: m{"certifications_obtained MSADS": "1"}, want: "V27 alert certifications_obtained MSADS: Cette certification n’existait pas encore. Titre médiateur social accès aux droits et services : depuis le 16 mai 2017."},
		{name: "V27, none", now: m{"certifications_obtained MSADS": "0"}},
		{name: "V27, on its first day", now: m{"certifications_obtained MSADS": "1"}, also: func(c *collect.Case) { c.Period.EndsOn = testdb.Day(2017, time.May, 16) }},
		{name: "V27, the day before", now: m{"certifications_obtained MSADS": "1"}, also: func(c *collect.Case) { c.Period.EndsOn = testdb.Day(2017, time.May, 15) },
			want: "V27 alert certifications_obtained MSADS: Cette certification n’existait pas encore. Titre médiateur social accès aux droits et services : depuis le 16 mai 2017."},
		{name: "V27, another one", now: m{"certifications_obtained AMIS": "1"}},

		{name: "V31, in a comment", also: says("Arrivée de Mme Durand en mars.", "", ""), want: names + "« Mme Durand »."},
		{name: "V31, in a reason", also: says("", "Voir accueil@mairie.example.", ""), want: names + "« accueil@mairie.example »."},
		{name: "V31, in the remark", also: says("", "", "Appelez le 03 20 00 00 00."), want: "V31 alert : N’écrivez pas le nom de personnes accompagnées. À retirer de la remarque : « 03 20 00 00 00 »."},
		{name: "V31 holds", also: says("Deux départs en retraite, un recrutement.", "Sans objet ici.", "Rien à signaler.")},
	} {
		examine(t, "mediation-npdc", e)
	}
}

// Another convention has rules of its own, with the same code.
func TestRulesOfTerritoire(t *testing.T) {
	t.Parallel()
	for _, e := range []example{
		{name: "R01 breaks", now: m{"posts_filled": "4", "posts_open": "3"}, want: "R01 blocking posts_filled: Les postes pourvus dépassent les postes ouverts. Postes pourvus au dernier jour : 4 ; Postes ouverts au dernier jour : 3."},
		{name: "R02 breaks", now: m{"homes_renovated": "99"}, before: m{"homes_renovated": "100"}, want: "R02 blocking homes_renovated: Le cumul ne peut pas baisser. Utilisez une rectification motivée. " +
			"Logements rénovés depuis le 1er janvier 2014 : 99, contre 100 à la période précédente."},
		{name: "R02 to the last unit", now: m{"homes_renovated": "100"}, before: m{"homes_renovated": "100"}},
		{name: "R02, not told", now: m{"homes_renovated": ""}, before: m{"homes_renovated": "100"}},
		{name: "R04, half exactly", now: m{"households_advised": "150"}, before: m{"households_advised": "100"}},
		{name: "R04 breaks", now: m{"households_advised": "151"}, before: m{"households_advised": "100"}, want: "R04 alert households_advised: Variation inhabituelle : ajoutez un commentaire. Ménages conseillés : 151, contre 100 à la période précédente."},
	} {
		examine(t, "territoire-b", e)
	}
}
