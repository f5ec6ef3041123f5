package demo

import (
	"copil/internal/audit"
	"copil/internal/governance"
)

const (
	prefectureRoom = "Préfecture de région, Lille"
	regionRoom     = "Siège de Région, Lille"
	stateDeputy    = "Le préfet délégué pour l’égalité des chances"
	regionDeputy   = "La vice-présidente chargée de la politique de la ville"
)

// caisse is the seat of the third party, which does not chair.
func caisse() []governance.Attendance {
	return []governance.Attendance{{PartyCode: new("CDC"), Present: true}, {Label: "Mission régionale d’appui (secrétariat)", Present: true}}
}

var sittings = []sitting{
	{
		key: "copil 1", body: "COPIL", who: mission, planned: date(2014, 1, 6), on: date(2014, 2, 4), at: "14 h 30", place: prefectureRoom,
		points:   []governance.Item{{Title: "Installation du comité et méthode de travail", Asked: governance.ToHear}},
		convened: date(2014, 1, 17), others: caisse(), sent: map[string]string{"REGION": regionDeputy},
		minutes: "Le comité s’installe et prend connaissance de la méthode de travail.\n\n" +
			"Sites. Le comité retient sept sites d’expérimentation, S1 à S6 et S8.\n\n" +
			"Indicateurs. L’annexe annoncée par le texte n’ayant pas été retrouvée, le comité adopte à titre provisoire celle que propose la mission.\n\n" +
			"Définitions. Le comité demande à la mission de définir «\u00a0créé\u00a0» et «\u00a0consolidé\u00a0» avant le 30 juin 2014.\n\n" +
			"Ce relevé est fictif.",
	},
	{
		key: "conférence 1", body: "CP_SRDE", who: mission, planned: date(2014, 4, 7), on: date(2014, 6, 17), at: "9 h 30", place: regionRoom,
		points:   []governance.Item{{Title: "Bilan 2013 (reconstitué)", Asked: governance.ToHear}},
		convened: date(2014, 5, 28), sent: map[string]string{"ETAT": stateDeputy},
	},
	{
		key: "copil 2", body: "COPIL", who: mission, planned: date(2014, 8, 25), on: date(2014, 10, 7), at: "10 h", place: regionRoom,
		points:   []governance.Item{{Title: "Situation de Dunkerque – Grande-Synthe", Asked: governance.ToDiscuss}},
		convened: date(2014, 9, 19), others: caisse(), sent: map[string]string{"ETAT": stateDeputy},
		minutes: "Bilan. Le comité valide le bilan du 1er semestre 2014, qui sera présenté à la Conférence permanente du 25 novembre.\n\n" +
			"Sites. Le comité retient le site de Douai – Somain (S7). Il est informé des difficultés du site de Dunkerque.\n\n" +
			"Évaluation. Le comité lance l’évaluation prévue à l’article 5. La Caisse des Dépôts émet une réserve sur son calendrier.\n\n" +
			"Ce relevé est fictif.",
	},
	{
		key: "conférence 2", body: "CP_SRDE", who: mission, planned: date(2014, 10, 13), on: date(2014, 11, 25), at: "9 h 30", place: regionRoom,
		points:   []governance.Item{{Title: "Bilan du 1er semestre 2014", Asked: governance.ToHear}},
		convened: date(2014, 11, 6), sent: map[string]string{"ETAT": stateDeputy, "REGION": regionDeputy},
	},
	{
		key: "copil 3", body: "COPIL", who: mission, planned: date(2015, 2, 2), on: date(2015, 4, 14), at: "14 h 30", place: prefectureRoom,
		points: []governance.Item{{Title: "Définitions de «\u00a0créé\u00a0» et «\u00a0consolidé\u00a0» (décision 2014-03)", Asked: governance.ToDiscuss}},
	},
	{key: "conférence 3", body: "CP_SRDE", who: mission, planned: date(2015, 2, 9), on: date(2015, 6, 9), at: "9 h 30", place: regionRoom,
		points: []governance.Item{{Title: "Bilan du 2e semestre 2014", Asked: governance.ToHear}}},
}

var agreed = governance.Outcome{State: governance.Adopted}

var rulings = []ruling{
	{sitting: "copil 1", title: "Retenir les sites S1 à S6 et S8", axis: 1, about: audit.Site, ids: []string{"S1", "S2", "S3", "S4", "S5", "S6", "S8"},
		text: "Le comité retient sept sites d’expérimentation, instruits selon les trois critères de l’article 3.", outcome: agreed,
		owner: "MRA", due: date(2014, 3, 31), finished: date(2014, 3, 3), done: "Les sept sites sont conventionnés et actifs.", paper: "etat-des-sites-2014-03-03.txt"},
	{sitting: "copil 1", title: "Annexe des indicateurs proposée par la mission", axis: 3, outcome: governance.Outcome{State: governance.Adopted, Note: "Adoptée à titre provisoire, jusqu’à ce que l’annexe annoncée par le texte soit retrouvée ou écrite."}},
	{sitting: "copil 1", title: "Définir «\u00a0créé\u00a0» et «\u00a0consolidé\u00a0»", axis: 3, text: "La mission propose au comité une définition de l’emploi créé et de l’emploi consolidé, sur laquelle se comptera la cible de 3 000.",
		outcome: agreed, owner: "MRA", due: date(2014, 6, 30)},
	{sitting: "copil 2", title: "Bilan du 1er semestre 2014", axis: 1, about: audit.Report, ids: []string{"2014-S1"}, text: "Le comité valide le bilan du 1er semestre 2014 avant sa présentation à la Conférence permanente.",
		outcome: agreed, owner: "MRA", due: date(2014, 11, 25), finished: date(2014, 11, 25), done: "Bilan présenté à la Conférence permanente."},
	{sitting: "copil 2", title: "Retenir le site de Douai – Somain (S7)", axis: 1, about: audit.Site, ids: []string{"S7"}, outcome: agreed,
		owner: "MRA", due: date(2014, 12, 31), finished: date(2014, 12, 18), done: "Convention locale signée."},
	{sitting: "copil 2", title: "Lancer l’évaluation de l’article 5", axis: 3, text: "Le rapport est attendu pour le 30 avril 2015, après un pré-rapport le 31 mars.",
		outcome: governance.Outcome{State: governance.Adopted, Reservation: "Caisse des Dépôts\u00a0: réserve sur le calendrier, jugé trop tardif pour éclairer la suite de la convention."},
		owner:   "MRA", due: date(2015, 4, 30)},
	{sitting: "copil 3", title: "Bilan du 2e semestre 2014", axis: 1, about: audit.Report, ids: []string{"2014-S2"}, text: "Le comité valide le bilan du 2e semestre 2014 avant sa présentation à la Conférence permanente."},
	{sitting: "copil 3", title: "Site du Ternois (S9)", axis: 1, about: audit.Site, ids: []string{"S9"}, text: "Le comité retient ou écarte le site de Saint-Pol-sur-Ternoise – Frévent."},
	{sitting: "copil 3", title: "Suspension du site de Dunkerque (S5)", axis: 1, about: audit.Site, ids: []string{"S5"}, text: "Le comité confirme ou lève la suspension conservatoire du 1er novembre 2014."},
	{sitting: "copil 3", title: "Suite après le 31 décembre 2015", axis: 1, about: audit.Convention, ids: []string{npdc}, text: "Le comité dit s’il engage la préparation d’une suite à la convention."},
}

// governing tells the meetings and decisions of the real act; all that is said
// in them is fictive.
func governing(t *teller) {
	g := newGatherings(t)
	for _, s := range sittings {
		g.sit(s, rulings)
	}
	g.attach(date(2014, 2, 24), mission, "copil 1", "releve-2014-02-04-signe.txt", "Relevé du comité de pilotage du 4 février 2014, signé (document fictif).\n")
	g.scanned(date(2014, 2, 26), mission, "copil 1", "ETAT", "Pour le préfet de région, le préfet délégué pour l’égalité des chances")
	g.approve(date(2014, 3, 3), presidence, "copil 1", "REGION", "Le président du Conseil régional")
	g.move(date(2014, 3, 4), mission, "copil 1", governance.Closed)
	g.approve(date(2014, 11, 3), prefecture, "copil 2", "ETAT", "Pour le préfet de région, le préfet délégué pour l’égalité des chances")
}

// governingBrume tells the one meeting of the second convention.
func governingBrume(t *teller) {
	g := newGatherings(t)
	g.sit(sitting{
		key: "comité 1", body: "COPIL", who: brumeMission, planned: date(2014, 9, 1), on: date(2014, 9, 22), at: "10 h", place: "Mairie de Port-de-Brume (fictive)",
		convened: date(2014, 9, 15), minutes: "Le comité retient les sites de Port de Brume et des Dunes du Nord. Ce relevé est fictif.",
	}, []ruling{{sitting: "comité 1", title: "Retenir les sites L1 et L2", axis: 2, about: audit.Site, ids: []string{"L1", "L2"}, outcome: agreed,
		owner: "ANIM", due: date(2014, 10, 31), finished: date(2014, 10, 6), done: "Les deux sites sont actifs.", paper: "etat-des-sites.txt"}})
	g.attach(date(2014, 9, 30), brumeMission, "comité 1", "releve-signe.txt", "Relevé du comité des partenaires du 22 septembre 2014, signé (document fictif).\n")
	g.scanned(date(2014, 9, 30), brumeMission, "comité 1", "COMMUNAUTE", "La présidente de la Communauté (fictive)")
}
