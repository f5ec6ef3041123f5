package demo

import (
	"context"
	"slices"
	"time"

	"copil/internal/access"
	"copil/internal/audit"
	"copil/internal/collect"
)

// campaign is the collecting of one semester.
type campaign struct {
	opened, due          time.Time
	first                time.Time // day of the first entries; each structure comes a day later
	validated, presented time.Time // its report; zero where that has not come
}

// 2013 was reconstituted in spring 2014, before it was presented on 17 June.
var campaigns = [known]campaign{
	{date(2014, 3, 3), date(2014, 4, 30), date(2014, 3, 10), date(2014, 6, 17), date(2014, 6, 17)},
	{date(2014, 3, 3), date(2014, 4, 30), date(2014, 4, 7), date(2014, 6, 17), date(2014, 6, 17)},
	{date(2014, 7, 1), date(2014, 8, 31), date(2014, 7, 7), date(2014, 10, 7), date(2014, 11, 25)},
	{date(2015, 1, 5), date(2015, 2, 15), date(2015, 1, 19), time.Time{}, time.Time{}},
}

// registrations are the posts' states that structures bring to the register
// before they enter a semester: what was so until this day.
var registrations = [known]time.Time{semesterEnds[1], {}, semesterEnds[2], semesterEnds[3]}

// collecting tells the four campaigns.
func collecting(t *teller) {
	plans := map[string][]*post{}
	for _, e := range employers {
		plans[e.code] = e.plan()
	}
	for s := range campaigns {
		t.open(s)
		staff := headcounts(s)
		for i, e := range employers {
			t.collectFrom(e, i, s, plans[e.code], staff[e.code])
		}
		t.collectRegional(s)
		t.report(s)
	}
}

// open tells how the collecting of a semester began, and the reminders of those
// that were not put together afterwards: at their days, or the Monday after.
func (t *teller) open(semester int) {
	c, period := campaigns[semester], semesters[semester]
	dues := []due{{"MRA", "", period}, {"ETAT", "", period}}
	for _, e := range employers {
		for _, p := range e.places {
			dues = append(dues, due{e.code, p.site, period})
		}
	}
	if semester == known-1 {
		dues = append(dues, due{"REGION", "", period})
		for _, s := range flagging() {
			dues = append(dues, due{"ETAT", s.code, period})
		}
	}
	if reconstituted := semester < 2; reconstituted { // before its structures were listed: nobody could propose them
		t.openPeriod(mission, period, c.opened, c.due)
		for _, d := range dues {
			t.expect(c.opened, mission, d)
		}
		return
	}
	t.campaign(mission, period, c.opened, c.due, openings[semester], dues)
	for _, days := range []int{-15, -5, 0, 7} {
		t.on(workday(c.due.AddDate(0, 0, days)), nobody, func(ctx context.Context, by audit.Stamp) error {
			_, err := collect.Remind(ctx, t.tx, by)
			return err
		})
	}
}

// openings are the mission's words to those who owe figures.
var openings = [known]string{
	2: "Premier semestre collecté en ligne\u00a0: comptez les personnes en poste et les postes au 30 juin 2014. Un chiffre que vous ne connaissez pas se répond «\u00a0non renseigné\u00a0».",
	3: "Comptez les personnes en poste et les postes au 31 décembre 2014. Le comité de pilotage du 14 avril 2015 examinera le bilan\u00a0: soumettez vos chiffres pour le 15 février.",
}

// flagging are the sites for which posts can be set aside: not that without
// priority area.
func flagging() []trial {
	return slices.DeleteFunc(slices.Clone(trials), func(s trial) bool { return s.code == "S9" })
}

// collectFrom tells what an employer entered for a semester, and what became of it.
func (t *teller) collectFrom(e employer, order, semester int, posts []*post, staff []headcount) {
	c, last := campaigns[semester], semester == known-1
	day := workday(c.first.AddDate(0, 0, order*2))
	who, checker := e.email(), []string{mission, adjoint}[order%2]
	if last && e.code == viaMission {
		who, checker = mission, suiviRegion
	}
	if last && e.code == silent {
		t.on(workday(c.due.AddDate(0, 0, collect.GraceDays)), nobody, func(ctx context.Context, by audit.Stamp) error {
			return collect.MarkUnreturned(ctx, t.tx, by)
		})
		return
	}
	if until := registrations[semester]; !until.IsZero() {
		from := registrations[max(0, semester-1)]
		if from.IsZero() {
			from = registrations[0]
		}
		t.on(day, who, func(ctx context.Context, by audit.Stamp) error {
			return t.register(ctx, by, e.code, posts, from, until)
		})
	}
	for i, p := range e.places {
		d := due{e.code, p.site, semesters[semester]}
		cells, remark := answersOf(e, i, semester, staff[i]), ""
		if last && p.site == suspendedSite {
			remark = suspendedRemark
			explain(cells)
		}
		t.enter(day, who, d, cells, remark)
		if last && e.code == returned {
			t.sendBack(date(2015, 3, 4), mission, d, returnReason, remarks)
			continue
		}
		t.validate(workday(day.AddDate(0, 0, 7)), checker, d)
	}
}

const returnReason = "2 adultes-relais déclarés pourvus ont une convention échue le 30/11/2014, à vérifier"

// remarks are what the mission asks to correct, by measure: all that changes if
// the two jobs have ended.
var remarks = map[string]string{
	"mediators":    "9 adultes-relais déclarés en poste, dont 2 avec une convention échue le 30 novembre 2014. Retirez-les de l’effectif, ou confirmez leur renouvellement en commentaire.",
	"fte":          "À revoir avec l’effectif\u00a0: les ETP ne dépassent pas le nombre de personnes.",
	"exits":        "Comptez ces 2 départs parmi les sorties si les conventions n’ont pas été renouvelées.",
	"posts_filled": "16 postes pourvus\u00a0: enregistrez le départ des 2 adultes-relais si leur convention n’a pas été renouvelée.",
}

const suspendedRemark = "Site suspendu à titre conservatoire le 1er novembre 2014\u00a0: 14 postes l’ont quitté, dont 3 transférés hors site."

// explain comments the three alerts of the suspended site.
func explain(cells answers) {
	cells.comment("mediators", "Suspension du site le 1er novembre 2014\u00a0: 19 médiateurs au semestre précédent, 4 maintenus pour assurer la transition.")
	cells.comment("fte", "Même cause que l’effectif\u00a0: 3,80 ETP maintenus.")
	cells.comment("interventions", "L’activité suit l’effectif\u00a0: les lignes de bus ne sont plus couvertes depuis novembre.")
}

func (t *teller) sendBack(day time.Time, who string, d due, reason string, remarks map[string]string) {
	t.on(day, who, func(ctx context.Context, by audit.Stamp) error {
		return collect.Return(ctx, t.tx, by, t.submissions[d], handedIn, reason, remarks)
	})
}

// report tells when the committee validated the report of a semester, and when
// the conference heard it.
func (t *teller) report(semester int) {
	c := campaigns[semester]
	if c.validated.IsZero() {
		return
	}
	t.on(c.validated, prefecture, func(ctx context.Context, by audit.Stamp) error {
		return collect.ValidatePeriod(ctx, t.tx, by, semesters[semester])
	})
	t.on(c.presented, mission, func(ctx context.Context, by audit.Stamp) error {
		return collect.PresentPeriod(ctx, t.tx, by, semesters[semester])
	})
}

// collectRegional tells what the State, the Region and the mission entered.
func (t *teller) collectRegional(semester int) {
	last, period := semester == known-1, semesters[semester]
	t.hand(semester, due{"MRA", "", period}, adjoint, suiviEtat, missionAnswers(semester))
	t.hand(semester, due{"ETAT", "", period}, suiviEtat, suiviRegion, stateAnswers(semester))
	if !last {
		return
	}
	for _, s := range flagging() {
		var a answers
		a.count("flagged_posts", s.flagged)
		a.notApplicable("Chiffre de la région entière.", "adultes_relais", "emplois_avenir", "adultes_relais_trained")
		t.hand(semester, due{"ETAT", s.code, period}, suiviEtat, suiviRegion, a)
	}
	var a answers
	a.count("plde_total", plans)
	a.count("plde_with_section", plansWithSection)
	t.hand(semester, due{"REGION", "", period}, suiviRegion, suiviEtat, a)
}

// hand has figures entered by one office and validated by another. An office
// whose role does not enter figures has the mission enter them, and validates them.
func (t *teller) hand(semester int, d due, who, checker string, a answers) {
	c := campaigns[semester]
	for _, p := range people() {
		if p.email == who && !(access.Actor{Role: p.role}).Can(access.FigureWrite) {
			who, checker = mission, who
			break
		}
	}
	day := workday(c.first.AddDate(0, 0, 18))
	t.enter(day, who, d, a, "")
	t.validate(workday(day.AddDate(0, 0, 7)), checker, d)
}

func missionAnswers(semester int) (a answers) {
	a.count("promotion_actions", promotionActions[semester])
	a.identifiers("supported_deciders", sirens(1000, supportedDeciders[semester]))
	a.identifiers("supported_structures", sirens(2000, supportedStructures[semester]))
	a.missing("network_members", "authorities_with_team")
	return a
}

func stateAnswers(semester int) (a answers) {
	r := regional[semester]
	for i, stage := range []string{"NOTIFIE", "CONVENTIONNE", "POURVU"} {
		a.table("adultes_relais", stage, "59", r.nord[i])
		a.table("adultes_relais", stage, "62", r.pasDeCalais[i])
	}
	a.count("emplois_avenir", r.avenir)
	a.missing("adultes_relais_trained")
	a.notApplicable("Chiffre de chaque site.", "flagged_posts")
	return a
}
