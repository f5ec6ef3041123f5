package demo

import (
	"cmp"
	"slices"
	"time"

	"copil/internal/site"
)

// post is one job through time. Zero dates are those that have not come.
type post struct {
	site, jobType                                        string
	opened, filled, vacated, closed, moved, consolidated time.Time
	consolidation                                        site.Consolidation
	movedTo                                              string // site, where moved is set
	reference                                            string // once registered
}

// as returns what is known of a post on a day: what happens later is not.
func (p post) as(day time.Time) post {
	for _, on := range []*time.Time{&p.filled, &p.vacated, &p.closed, &p.moved, &p.consolidated} {
		if on.After(day) {
			*on = time.Time{}
		}
	}
	if p.consolidated.IsZero() {
		p.consolidation = ""
	}
	if p.moved.IsZero() {
		p.movedTo = ""
	}
	p.reference = ""
	return p
}

func (p post) isOpen() bool   { return p.closed.IsZero() }
func (p post) isFilled() bool { return p.isOpen() && !p.filled.IsZero() && p.vacated.IsZero() }
func (p post) created() bool  { return !p.opened.Before(date(2013, 1, 1)) }

// openedOn are plausible days on which posts of each job type were opened before 2013.
var openedOn = []time.Time{
	date(2009, 9, 1), date(2012, 11, 5), date(2011, 10, 3), date(2008, 1, 2), date(2012, 3, 1), date(2007, 4, 2), date(2010, 9, 1),
}

// atWork is the day from which employers work on the sites; what is older was
// reconstituted.
var atWork = date(2014, 3, 3)

// suspension is the day on which S5 lost most of its posts.
var suspension = date(2014, 11, 1)

// planner works an employer's posts out, semester by semester, so that the
// counts on each last day are those of the story.
type planner struct {
	employer
	posts []*post
}

// plan returns an employer's posts, from the oldest to the newest of each place.
func (e employer) plan() []*post {
	w := planner{employer: e}
	for i := range e.places {
		w.inherit(i)
	}
	for t := range known {
		if e.code == moving && t == known-1 {
			w.suspend()
		}
		for i := range e.places {
			w.open(t, i)
		}
		for i := range e.places {
			w.fill(t, i)
		}
		w.consolidate(t)
	}
	return w.posts
}

// inherit makes the posts that a place had when the convention began. Those that
// nobody held are the last ones.
func (w *planner) inherit(at int) {
	p := w.places[at]
	held := min(p.before, p.at[0].filled)
	n := 0
	for j, total := range apportion(p.before, w.typesAt(0, at)) {
		for range total {
			made := &post{site: p.site, jobType: jobTypes[j], opened: openedOn[j], filled: openedOn[j]}
			if n >= held {
				made.vacated = date(2012, 10, 31)
			}
			w.posts = append(w.posts, made)
			n++
		}
	}
}

// open makes the posts that a place gained in a semester, of the job types that grew.
func (w *planner) open(semester, at int) {
	gained := w.places[at].at[semester].open - w.count(at, post.isOpen)
	types := w.typesAt(semester, at)
	weights := slices.Clone(types)
	if semester > 0 {
		for j, n := range w.typesAt(semester-1, at) {
			weights[j] = max(0, types[j]-n)
		}
	}
	if add(weights) == 0 {
		weights = types
	}
	for j, n := range apportion(gained, weights) {
		for range n {
			day := monthOf(semester, 1+(j+at)%4)
			if w.places[at].site != "" && day.Year() == atWork.Year() && day.Before(atWork) {
				day = atWork
			}
			w.posts = append(w.posts, &post{site: w.places[at].site, jobType: jobTypes[j], opened: day})
		}
	}
}

// typesAt are the job types of a place; of a silent place, those it had before.
func (w *planner) typesAt(semester, at int) []int {
	if staff := headcounts(semester)[w.code]; staff != nil {
		return staff[at].byType()
	}
	return headcounts(semester - 1)[w.code][at].byType()
}

// fill has vacant posts filled, the oldest first, or held ones left, the newest
// first, until as many are held as the story tells.
func (w *planner) fill(semester, at int) {
	missing := w.places[at].at[semester].filled - w.count(at, post.isFilled)
	for _, p := range w.at(at) {
		if missing > 0 && p.isOpen() && !p.isFilled() {
			p.filled, p.vacated = p.opened, time.Time{}
			if start := monthOf(semester, 0); p.opened.Before(start) {
				p.filled = monthOf(semester, 3)
			}
			missing--
		}
	}
	for _, p := range slices.Backward(w.at(at)) {
		if missing < 0 && p.isFilled() && p.consolidated.IsZero() && p.moved.IsZero() {
			p.vacated = monthOf(semester, 5)
			missing++
		}
	}
}

// suspend tells what happened to S5 (decided as a precaution on 1 November 2014):
// three posts moved off-site, and eleven closed, among which all those created.
func (w *planner) suspend() {
	const moves, closures = 3, 11
	var old []*post
	closed := 0
	for _, p := range w.at(0) {
		if p.created() {
			p.closed = suspension
			closed++
		} else if p.consolidated.IsZero() && p.isFilled() {
			old = append(old, p)
		}
	}
	for _, p := range old[:closures-closed] {
		p.closed = suspension
	}
	for _, p := range old[closures-closed:][:moves] {
		p.moved, p.movedTo = suspension, w.places[1].site
	}
}

// consolidate has as many of the posts that existed before 2013 consolidated as
// the story tells, shared out over the employer's places and spread over their posts.
func (w *planner) consolidate(semester int) {
	var eligible [][]*post
	var weights []int
	done := 0
	for i := range w.places {
		var here []*post
		for _, p := range w.at(i) {
			switch {
			case !p.consolidated.IsZero():
				done++
			case !p.created() && p.isFilled() && p.moved.IsZero():
				here = append(here, p)
			}
		}
		// Lasting contracts first: they need no condition.
		slices.SortStableFunc(here, func(a, b *post) int { return cmp.Compare(lasting(b.jobType), lasting(a.jobType)) })
		eligible, weights = append(eligible, here), append(weights, len(here))
	}
	for i, n := range apportion(w.consolidated[semester]-done, weights) {
		for k := range n {
			p := eligible[i][k]
			p.consolidated, p.consolidation = monthOf(semester, 1+k%5), site.Funded
			switch {
			case lasting(p.jobType) == 1 && k%6 == 5:
				p.consolidation = site.Internal
			case lasting(p.jobType) == 1:
				p.consolidation = site.Permanent
			}
		}
	}
}

// lasting is 1 for the job types without an end.
func lasting(jobType string) int {
	if jobType == "CDI" || jobType == "TITULAIRE" {
		return 1
	}
	return 0
}

// at returns the posts that are at a place now.
func (w *planner) at(at int) []*post {
	code := w.places[at].site
	return slices.DeleteFunc(slices.Clone(w.posts), func(p *post) bool {
		if !p.moved.IsZero() {
			return p.movedTo != code
		}
		return p.site != code
	})
}

func (w *planner) count(at int, is func(post) bool) (n int) {
	for _, p := range w.at(at) {
		if is(*p) {
			n++
		}
	}
	return n
}

// monthOf is the first day of a month of a semester, from 0 to 5.
func monthOf(semester, month int) time.Time {
	return semesterEnds[semester].AddDate(0, 0, 1).AddDate(0, month-6, 0)
}
