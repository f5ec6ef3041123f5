// Package sample holds a document with one of everything, for the tests of those that write documents.
package sample

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"copil/internal/chart"
	"copil/internal/document"
)

// Document is a report with one of everything.
func Document() document.Document {
	return document.Document{
		Title:    "Bilan du second semestre 2014",
		Subtitle: "Convention-cadre pour le développement de la médiation sociale en Région Nord-Pas de Calais, 2013-2015",
		Number:   "Bilan n\u00b0\u00a04",
		Version:  "version 2",
		Date:     time.Date(2015, time.April, 14, 0, 0, 0, 0, time.UTC),
		Author:   "Mission régionale d’appui",
		Parties: []document.Party{
			{Name: "L’État", Role: "préfecture de région"},
			{Name: "La Région Nord-Pas de Calais", Role: "Conseil régional"},
			{Name: "La Caisse des Dépôts", Role: "direction régionale"},
		},
		Notices:  []string{"Données fictives"},
		Cover:    true,
		Contents: true,
		Body: document.Blocks{
			document.Heading{Level: 1, Text: "Ce qu’il faut retenir"},
			keyFigures(),
			document.Paragraph{Text: document.Text{
				{Text: "Au "}, {Text: "31 décembre 2014", Style: document.Strong}, {Text: ", la convention a permis de créer ou de consolider "},
				{Text: "216 emplois", Style: document.Strong, Footnote: "Un poste compte une fois, quel que soit le nombre de ses commanditaires. Les adultes-relais sont compris ; la doctrine de comptage a été adoptée par le comité de pilotage du 7 octobre 2014."},
				{Text: ". Le rythme reste très inférieur à celui que suppose l’objectif, "}, {Text: "même à périmètre constant", Style: document.Emphasis},
				{Text: ". Le détail par structure est publié sur "}, {Text: "le site de la convention", Link: "https://convention.example/bilans/2014-S2"},
				{Text: " et mis à jour après chaque validation\u00a0; les écarts avec le bilan précédent figurent dans les errata", Footnote: "Voir la dernière partie."}, {Text: "."},
			}},
			document.Callout{Warning: true, Title: "comptage à confirmer", Text: []document.Text{
				document.Plain("La définition de «\u00a0créé\u00a0» et de «\u00a0consolidé\u00a0» n’a pas été arrêtée par le COPIL ; elle est attendue depuis 259 jours. Les chiffres de ce bilan suivent la proposition du secrétariat."),
				document.Plain("Une saisie n’est pas remise, une autre est à corriger."),
			}},
			document.Heading{Level: 2, Text: "Décisions attendues"},
			document.List{Items: []document.Text{
				document.Plain("approuver le bilan du semestre ;"),
				document.Plain("conventionner le site du Ternois, instruit depuis novembre 2014, et décider de la suspension de Dunkerque dans l’attente d’un nouveau porteur ;"),
				{{Text: "engager "}, {Text: "l’évaluation prévue à l’article 5", Style: document.Strong}, {Text: "."}},
			}},
			document.List{Numbered: true, Items: []document.Text{document.Plain("pré-rapport au 31 mars ;"), document.Plain("rapport au 30 juin.")}},
			document.Callout{Title: "lecture", Text: []document.Text{document.Plain("« Non renseigné » n’est jamais compté comme zéro : chaque total indique sa couverture.")}},
			document.Heading{Level: 1, Text: "Emplois"},
			document.Heading{Level: 2, Text: "Trajectoire"},
			figure(),
			document.Heading{Level: 2, Text: "Situation par structure"},
			document.Paragraph{Text: document.Plain("Œuvrer à l’égalité : les structures ci-dessous ont été saisies, où qu’elles soient, à Étaples, Mons-en-Barœul ou Saint-Pol-sur-Mer.")},
			byStructure(),
			document.Heading{Level: 3, Text: "Vocabulaire"},
			document.Definitions{Items: []document.Definition{
				{Term: "Emploi créé", Text: document.Plain("poste ouvert après le 1er janvier 2013 et pourvu au moins une fois.")},
				{Term: "Emploi consolidé", Text: document.Plain("poste existant dont le financement est assuré pour vingt-quatre mois, ou repris par l’employeur, ou occupé en CDI ou par un agent titulaire de la fonction publique.")},
			}},
			document.PageBreak{},
			document.Heading{Level: 1, Text: "Annexe : liste des postes"},
			Posts(60),
		},
	}
}

func keyFigures() document.KeyFigures {
	return document.KeyFigures{Items: []document.KeyFigure{
		{Value: document.IntCell(216), Label: "emplois créés (88) ou consolidés (128), sur un objectif de 3\u202f000", Detail: "postes, cumul au 31 décembre 2014, provisoire ; 10 structures sur 12"},
		{Value: document.PercentCell(decimal.RequireFromString("0.072"), 1), Label: "de l’objectif atteint"},
		{Value: document.DecimalCell(decimal.RequireFromString("571.25"), 2), Unit: "ETP", Label: "équivalents temps plein au 31 décembre 2014"},
		{Value: document.IntCell(50).WithSign(), Label: "sur le semestre ; il en faudrait 1\u202f392 par semestre"},
		{Value: document.MissingCell().WithNote("indicateur ouvert en 2015"), Label: "bénéficiaires du dispositif"},
	}}
}

func figure() document.Figure {
	part := func(name string, created, consolidated int) chart.Step {
		return chart.Step{Period: chart.Period{Label: name}, Lower: chart.Known(created), Upper: chart.Known(consolidated)}
	}
	trajectory := chart.Trajectory{
		Title: "Emplois créés ou consolidés, cumul", Lower: "créés", Upper: "consolidés",
		Steps: []chart.Step{
			part("2013-S1", 12, 28), part("2013-S2", 39, 66), part("2014-S1", 64, 102), part("2014-S2", 88, 128),
			{Period: chart.Period{Label: "2015-S1", Ahead: true}},
		},
		Target: chart.Goal{Value: chart.Known(3000), Label: "cible, fin 2015", Pace: "+\u00a01\u202f392 par semestre"},
	}
	return document.Figure{
		Caption: "Emplois créés ou consolidés, cumul par semestre",
		Alt:     "Le cumul passe de 40 emplois au premier semestre 2013 à 216 au second semestre 2014, loin de la cible de 3\u202f000.",
		Scene:   trajectory.Scene(chart.Wide),
		Data: &document.Table{Caption: "Données de la figure",
			Columns: []document.Column{{Title: "Semestre", Head: true}, {Title: "Créés", Unit: "postes"}, {Title: "Consolidés", Unit: "postes"}, {Title: "Part de l’objectif"}},
			Rows: []document.Row{
				{Cells: []document.Cell{document.TextCell("2013-S1"), document.IntCell(12), document.IntCell(28), document.PercentCell(decimal.New(13, -3), 1)}},
				{Cells: []document.Cell{document.TextCell("2014-S2"), document.IntCell(88), document.IntCell(128), document.PercentCell(decimal.New(72, -3), 1)}},
			}},
	}
}

func byStructure() document.Table {
	num := document.IntCell
	return document.Table{
		Caption: "Postes, personnes et équivalents temps plein par structure au 31 décembre 2014",
		Columns: []document.Column{{Title: "Structure", Head: true}, {Title: "Site"}, {Title: "Postes ouverts"}, {Title: "Personnes en poste"}, {Title: "Temps de travail", Unit: "ETP"}, {Title: "Financement ferme", Unit: "€"}, {Title: "Saisie remise le"}},
		Rows: []document.Row{
			{Cells: []document.Cell{document.TextCell("Association Passerelle (fictive)"), document.TextCell("Lille-Métropole"), num(1210), num(1140), document.DecimalCell(decimal.New(10525, -1), 1), document.DecimalCell(decimal.New(123456789, -2), 2), document.DateCell(time.Date(2015, 1, 28, 0, 0, 0, 0, time.UTC))}},
			{Cells: []document.Cell{document.TextCell("Médiation Rivages (fictive)"), document.TextCell("Dunkerque"), num(48), num(45), document.MissingCell(), document.NotApplicableCell("Site suspendu depuis le 1er octobre 2014."), document.DateCell(time.Date(2015, 2, 3, 0, 0, 0, 0, time.UTC))}},
			{Cells: []document.Cell{document.TextCell("Régie des quartiers du Ternois (fictive)"), document.TextCell("Ternois"), num(12), document.MissingCell().WithNote("Saisie retournée pour correction."), document.MissingCell(), document.DecimalCell(decimal.New(8750000, -2), 2), document.MissingCell()}},
			{Total: true, Cells: []document.Cell{document.TextCell("Ensemble"), document.TextCell("10 structures sur 12"), num(1270), num(1185), document.DecimalCell(decimal.New(10525, -1), 1), document.DecimalCell(decimal.New(132206789, -2), 2), document.TextCell("")}},
		},
		Notes: []string{"Source : saisies validées des structures ; les totaux ne portent que sur les valeurs renseignées."},
	}
}

// Posts is a table of n rows.
func Posts(n int) document.Table {
	t := document.Table{Caption: "Postes ouverts depuis le début de la convention",
		Columns: []document.Column{{Title: "Référence", Head: true}, {Title: "Structure"}, {Title: "Métier"}, {Title: "Quotité"}, {Title: "Ouvert le"}}}
	for i := range n {
		t.Rows = append(t.Rows, document.Row{Cells: []document.Cell{
			document.TextCell(fmt.Sprintf("P-%04d", i+1)), document.TextCell("Association Passerelle (fictive)"), document.TextCell([]string{"Adulte-relais", "Médiateur en CDI", "Emploi d’avenir"}[i%3]),
			document.PercentCell(decimal.New(int64(50+i%51), -2), 0), document.DateCell(time.Date(2013, 1, 1+i, 0, 0, 0, 0, time.UTC)),
		}})
	}
	return t
}
