package demo

import (
	"fmt"

	"github.com/shopspring/decimal"

	"copil/internal/collect"
)

// Shares in which orders of magnitude are broken down, in the order of the lists.
var (
	activities     = []string{"PRES", "CONF", "VSOC", "REL", "CONC", "VTEC", "PROJ", "SENS", "INTC"}
	activityShares = []int{34, 17, 10, 13, 5, 9, 3, 5, 4}
	outcomes       = []string{"RESOLUE", "APAISEE", "ORIENTEE", "SANS_SUITE", "REFUS"}
	outcomeShares  = []int{38, 24, 22, 12, 4}
	origins        = []string{"HABITANT", "BAILLEUR", "COLLECTIVITE", "TRANSPORTEUR", "ETABLISSEMENT", "POLICE", "AUTRE"}
	originShares   = []int{38, 22, 14, 10, 8, 3, 5}
)

// Activity per full-time job and semester.
const (
	referralsPerJob = 70
	presencePerJob  = 380
	casesPerJob     = 45
)

// interventionsPerJob depends on what a site works on.
func interventionsPerJob(site string) int64 {
	switch site {
	case "S4", "S5": // transport
		return 450
	case "S3", "S6": // health
		return 180
	}
	return 320
}

// trainingHours are hours of training per person and semester.
var trainingHours = [known]int{6, 7, 9, 10}

// The posts whose jobs are paid by several, at the end of a semester and of
// those that are filled; who pays, and whether it is firm beyond twelve months.
var (
	pooled2014S1 = map[string]int{"S5": 8}
	pooled2014S2 = map[string]int{"S1": 2, "S2": 4, "S3": 0, "S4": 6, "S5": 0, "S6": 3, "S8": 5}
	payers       = map[string][]string{
		"S1": sirens(3010, 2), // a commune, a social landlord
		"S2": sirens(3020, 3), // a social landlord, communes together, a département
		"S4": sirens(3040, 2), // a transport company, communes together
		"S6": sirens(3060, 3), // communes together, a hospital, a social landlord
		"S8": sirens(3080, 3), // a supplier of energy, a commune, a postal operator
	}
	secured = map[string]bool{"S4": true, "S6": true} // beyond 31 December 2015
)

// poolers carry the pooled posts of their site, where two employers share it.
var poolers = map[string]string{"S1": "P1", "S2": "A2", "S3": "P2", "S4": "P2", "S5": "P3", "S6": "C2", "S8": "M1"}

// answers collects the cells of one submission.
type answers []collect.Cell

func (a *answers) number(measure string, n decimal.Decimal) {
	*a = append(*a, collect.Cell{MeasureCode: measure, State: collect.Number, Number: &n})
}

func (a *answers) count(measure string, n int) { a.number(measure, decimal.NewFromInt(int64(n))) }

// missing answers "non renseigné", which is not zero.
func (a *answers) missing(measures ...string) {
	for _, m := range measures {
		*a = append(*a, collect.Cell{MeasureCode: m, State: collect.Missing})
	}
}

func (a *answers) notApplicable(reason string, measures ...string) {
	for _, m := range measures {
		*a = append(*a, collect.Cell{MeasureCode: m, State: collect.NotApplicable, Reason: reason})
	}
}

func (a *answers) table(measure, row, column string, n int) {
	*a = append(*a, collect.Cell{MeasureCode: measure, RowItem: row, ColumnItem: column, State: collect.Number,
		Number: new(decimal.NewFromInt(int64(n)))})
}

// shared breaks a total down by the items of one list.
func (a *answers) shared(measure string, total int, items []string, shares []int) {
	for i, n := range apportion(total, shares) {
		a.table(measure, items[i], "", n)
	}
}

func (a *answers) identifiers(measure string, ids []string) {
	*a = append(*a, collect.Cell{MeasureCode: measure, State: collect.Number,
		Number: new(decimal.NewFromInt(int64(len(ids)))), Identifiers: ids})
}

// comment explains the first cell of a measure.
func (a answers) comment(measure, text string) {
	for i := range a {
		if a[i].MeasureCode == measure {
			a[i].Comment = text
			return
		}
	}
}

// answersOf are what an employer enters for one of its places.
func answersOf(e employer, at, semester int, h headcount) answers {
	var a answers
	for j, sexes := range h.types {
		a.table("mediators", jobTypes[j], "F", sexes[0])
		a.table("mediators", jobTypes[j], "H", sexes[1])
		a.table("mediators", jobTypes[j], "NR", 0)
	}
	a.number("fte", decimal.New(h.fte, -2))
	if h.flow == nil {
		a.missing("entries", "exits")
	} else {
		a.count("entries", h.flow.entries)
		a.count("exits", h.flow.exits)
	}
	if h.certified == nil {
		a.missing("certified")
	} else {
		a.count("certified", *h.certified)
	}
	a.count("training_hours", trainingHours[semester]*h.people)
	a.missing("qualifying_entries", "certifications_obtained", "social_value_reviews", "funding")
	a.pooling(e, e.places[at].site, semester, h)
	if add(e.peopleAt(semester)) < fewPeople { // nobody counts its activity
		if !e.answersShort(semester) {
			a.missing("interventions", "referrals", "presence_hours", "cases_closed")
		}
		return a
	}
	jobs := func(each int64) int { return int((h.fte*each + 50) / 100) }
	a.shared("interventions", jobs(interventionsPerJob(e.places[at].site)), activities, activityShares)
	a.shared("referrals", jobs(referralsPerJob), origins, originShares)
	a.count("presence_hours", jobs(presencePerJob))
	a.shared("cases_closed", jobs(casesPerJob), outcomes, outcomeShares)
	return a
}

// answersShort reports whether an employer has the short form: by its figure of
// the semester before. A new one of several places is not known to be small
// before the last of them has answered.
func (e employer) answersShort(semester int) bool {
	if semester == 0 {
		return len(e.places) == 1
	}
	return add(e.peopleAt(semester-1)) < fewPeople
}

// pooling answers what is known of pooled posts: on sites, since the end of 2014.
func (a *answers) pooling(e employer, site string, semester int, h headcount) {
	last := semester == known-1
	switch {
	case site == "":
		a.notApplicable("Le portage mutualisé s’expérimente sur les sites.", "pooled_posts", "commissioners")
		a.missing("posts_secured")
	case last:
		a.count("pooled_posts", pooledBy(e, site, pooled2014S2))
		if poolers[site] == e.code && payers[site] != nil {
			a.identifiers("commissioners", payers[site])
		} else {
			a.notApplicable("Aucun poste mutualisé n’est pourvu.", "commissioners")
		}
		a.count("posts_secured", map[bool]int{true: h.filled}[secured[site]])
	default:
		if n, told := pooled2014S1[site]; told && semester == known-2 {
			a.count("pooled_posts", n)
		} else {
			a.missing("pooled_posts")
		}
		a.missing("commissioners", "posts_secured")
	}
}

func pooledBy(e employer, site string, told map[string]int) int {
	if poolers[site] != e.code {
		return 0
	}
	return told[site]
}

// sirens are n numbers that stand for organisations; one met in a semester is met
// again in the next. They begin with 0, as no real SIREN does, and have a key.
func sirens(first, n int) []string {
	ids := make([]string, n)
	for i := range ids {
		digits := fmt.Sprintf("%08d", first+i)
		sum := 0
		for at, digit := range digits {
			d := int(digit-'0') * (1 + at%2)
			sum += d/10 + d%10
		}
		ids[i] = fmt.Sprintf("%s%d", digits, (10-sum%10)%10)
	}
	return ids
}
