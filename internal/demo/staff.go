package demo

import "slices"

// headcount is the staff of one place on the last day of a semester, and what
// happened to it during the semester.
type headcount struct {
	count
	types     [][2]int // women and men by job type
	flow      *flow    // nil where nobody was asked
	certified *int     // nil where nobody was asked
}

func (h headcount) byType() []int {
	found := make([]int, len(h.types))
	for i, sexes := range h.types {
		found[i] = sexes[0] + sexes[1]
	}
	return found
}

// peopleAt returns the people of each place of an employer.
func (e employer) peopleAt(semester int) []int {
	people := make([]int, len(e.places))
	for i, p := range e.places {
		people[i] = p.at[semester].people
	}
	return people
}

// headcounts returns the staff of every place of every employer for a semester,
// by employer code, with the exact totals of the story.
func headcounts(semester int) map[string][]headcount {
	avenirs, certified := avenirsBy(semester), certifiedBy(semester)
	found := map[string][]headcount{}
	for _, e := range employers {
		people := e.peopleAt(semester)
		total := add(people)
		if total == 0 {
			continue // silent
		}
		types := e.typesOf(semester, total, avenirs[e.code])
		women := apportion(apportion(total, []int{e.women, add(e.staff) - e.women})[0], people)
		byPlace := spread(people, types)
		places := make([]headcount, len(e.places))
		for i := range e.places {
			places[i] = headcount{count: e.places[i].at[semester], types: make([][2]int, len(jobTypes)), flow: e.flowAt(semester, i)}
			for j, sexes := range spread(byPlace[i], []int{women[i], people[i] - women[i]}) {
				places[i].types[j] = [2]int{sexes[0], sexes[1]}
			}
			if n := certified[e.code]; n != nil {
				places[i].certified = &n[i]
			}
		}
		found[e.code] = places
	}
	return found
}

// typesOf returns an employer's people by job type: the adultes-relais are told,
// the emplois d'avenir given, the others in the proportions of 2014-S1.
func (e employer) typesOf(semester, total, avenirs int) []int {
	others := apportion(total-e.relais[semester]-avenirs, e.staff[firstOther:])
	return append([]int{e.relais[semester], avenirs}, others...)
}

// avenirsBy shares the emplois d'avenir out among the employers that declare,
// in the proportions of 2014-S1. Who employs nobody else but adultes-relais has
// no other type to put people in.
func avenirsBy(semester int) map[string]int {
	found, left := map[string]int{}, avenirTotals[semester]
	weights := make([]int, len(employers))
	for i, e := range employers {
		switch {
		case !e.declares(semester):
			found[e.code] = apportion(add(e.peopleAt(semester)), e.staff)[avenir]
		case add(e.staff[firstOther:]) == 0:
			found[e.code] = add(e.peopleAt(semester)) - e.relais[semester]
			left -= found[e.code]
		default:
			weights[i] = e.staff[avenir]
		}
	}
	for i, n := range apportion(left, weights) {
		if weights[i] > 0 {
			found[employers[i].code] = n
		}
	}
	return found
}

// declares reports whether an employer's figures count for a semester.
func (e employer) declares(semester int) bool {
	return semester < known-1 || e.code != returned && e.code != silent
}

// flowAt returns who came to and left a place. A transfer from one place to
// another is in both, and an employer's totals are those of the story.
func (e employer) flowAt(semester, at int) *flow {
	if semester == 0 {
		return nil
	}
	before, now := e.peopleAt(semester-1), e.peopleAt(semester)
	least := make([]int, len(now)) // who must have left
	for i := range now {
		least[i] = max(0, before[i]-now[i])
	}
	more := apportion(e.turnover[semester].exits-add(least), before)
	exits := least[at] + more[at]
	return &flow{entries: now[at] - before[at] + exits, exits: exits}
}

// certifiedBy returns the certified people by place of each employer.
func certifiedBy(semester int) map[string][]int {
	if certifiedTotals[semester] == 0 {
		return nil
	}
	var weights []int
	for _, e := range employers {
		for _, n := range e.peopleAt(semester) {
			if !e.declares(semester) {
				n = 0
			}
			weights = append(weights, n)
		}
	}
	all, found := apportion(certifiedTotals[semester], weights), map[string][]int{}
	for _, e := range employers {
		n := len(e.places)
		found[e.code], all = slices.Clone(all[:n]), all[n:]
	}
	// What is sent back for correction had figures, too.
	if semester == known-1 {
		found[returned] = []int{3}
	}
	return found
}
