package demo

import (
	"testing"
	"time"
)

// counted is what the posts of a place amount to on a day, by the rules of the domain.
type counted struct{ open, filled, created, createdOpen, consolidated int }

func countPosts(posts []*post, place string, day time.Time) (n counted) {
	for _, planned := range posts {
		p := planned.as(day)
		here := p.site
		if !p.moved.IsZero() {
			here = p.movedTo
		}
		if here != place || p.opened.After(day) {
			continue
		}
		if p.isOpen() {
			n.open++
		}
		if p.isFilled() {
			n.filled++
		}
		if p.created() {
			n.created++
		}
		if p.created() && p.isOpen() {
			n.createdOpen++
		}
		if !p.created() && !p.consolidated.IsZero() {
			n.consolidated++
		}
	}
	return n
}

// told are the cumulated created and consolidated posts of each structure.
var told = map[string][known][2]int{
	"P1": {{4, 8}, {8, 18}, {16, 34}, {24, 46}},
	"P2": {{3, 5}, {7, 12}, {17, 22}, {22, 30}},
	"P3": {{2, 4}, {5, 9}, {13, 16}, {13, 20}},
	"A1": {{0, 0}, {0, 0}, {0, 0}, {0, 1}},
	"A2": {{1, 0}, {3, 2}, {6, 4}, {8, 6}},
	"A3": {{0, 0}, {1, 1}, {4, 3}, {5, 3}}, // of 2014-S2 one more than validated
	"A4": {},
	"C1": {{0, 0}, {0, 2}, {1, 4}, {1, 5}},
	"C2": {{1, 0}, {3, 2}, {7, 5}, {9, 7}},
	"B1": {{0, 0}, {0, 3}, {0, 5}, {1, 6}},
	"M1": {{1, 0}, {3, 0}, {5, 2}, {5, 3}},
	"M2": {{0, 0}, {0, 0}, {1, 1}, {1, 1}},
}

func TestPostsAreThoseOfTheStory(t *testing.T) {
	t.Parallel()
	for _, e := range employers {
		posts := e.plan()
		for s, day := range semesterEnds {
			created, consolidated := 0, 0
			for _, p := range e.places {
				n := countPosts(posts, p.site, day)
				created, consolidated = created+n.created, consolidated+n.consolidated
				if n.open != p.at[s].open || n.filled != p.at[s].filled {
					t.Errorf("%s %s %s: %d open, %d filled, want %d, %d", semesters[s], e.code, p.site, n.open, n.filled, p.at[s].open, p.at[s].filled)
				}
			}
			if got := [2]int{created, consolidated}; got != told[e.code][s] {
				t.Errorf("%s %s: created and consolidated %v, want %v", semesters[s], e.code, got, told[e.code][s])
			}
		}
	}
}

func TestSuspendedSiteKeepsWhatItCreated(t *testing.T) {
	t.Parallel()
	for _, e := range employers {
		if e.code != moving {
			continue
		}
		if got, want := countPosts(e.plan(), suspendedSite, semesterEnds[3]), (counted{6, 4, 8, 0, 1}); got != want {
			t.Errorf("S5: %+v, want %+v", got, want)
		}
	}
}

func TestStaffAddsUp(t *testing.T) {
	t.Parallel()
	for s := range known {
		avenirs := 0
		for code, places := range headcounts(s) {
			for i, h := range places {
				sum := 0
				for _, sexes := range h.types {
					if sexes[0] < 0 || sexes[1] < 0 {
						t.Errorf("%s %s %d: negative cell in %v", semesters[s], code, i, h.types)
					}
					sum += sexes[0] + sexes[1]
				}
				if sum != h.people {
					t.Errorf("%s %s %d: %d people by type and sex, want %d", semesters[s], code, i, sum, h.people)
				}
				if h.fte > int64(h.filled)*100 || h.filled > h.people || h.filled > h.open {
					t.Errorf("%s %s %d: %+v breaks ETP ≤ filled ≤ people, filled ≤ open", semesters[s], code, i, h.count)
				}
				if h.flow != nil && (h.flow.entries < 0 || h.flow.exits < 0) {
					t.Errorf("%s %s %d: negative flow %+v", semesters[s], code, i, *h.flow)
				}
				if h.certified != nil && *h.certified > h.people {
					t.Errorf("%s %s %d: %d certified of %d", semesters[s], code, i, *h.certified, h.people)
				}
				if s < 3 || code != returned {
					avenirs += h.byType()[avenir]
				}
			}
		}
		if avenirs != avenirTotals[s] {
			t.Errorf("%s: %d emplois d’avenir, want %d", semesters[s], avenirs, avenirTotals[s])
		}
	}
}
