package site_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"copil/internal/access"
	"copil/internal/audit"
	"copil/internal/fault"
	"copil/internal/pg"
	"copil/internal/site"
	"copil/internal/testdb"
)

// eachWall runs a test as the server's role and as its twin that bypasses
// row-level security, each with an agreement of its own and another one beside it.
func eachWall(t *testing.T, test func(*testing.T, *store)) {
	t.Helper()
	db := testdb.Open(t)
	for name, pool := range map[string]*pg.Pool{"both walls": db.Pool, "first wall alone": db.Twin} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, &store{t, pool, db.Agreement(t), db.Agreement(t), db})
		})
	}
}

// store is a convention of the test's own, and one that must not be touched.
type store struct {
	t     *testing.T
	pool  *pg.Pool
	ours  *testdb.Agreement
	other *testdb.Agreement
	db    *testdb.DB
}

func (s *store) try(fn func(*pg.Tx) error) error {
	s.t.Helper()
	return s.pool.InConvention(s.t.Context(), s.ours.ID, pg.ReadWrite, fn)
}

func (s *store) in(fn func(*pg.Tx) error) {
	s.t.Helper()
	if err := s.try(fn); err != nil {
		s.t.Fatal(err)
	}
}

// add adds posts of the first structure and returns the last one.
func (s *store) add(change func(*site.PostDraft)) uuid.UUID {
	s.t.Helper()
	return s.addBy(testdb.By(s.ours.Actors[access.Mission]), change)
}

func (s *store) addBy(by audit.Stamp, change func(*site.PostDraft)) uuid.UUID {
	s.t.Helper()
	d := site.PostDraft{Count: 1, OrganisationID: s.ours.Structures[0], SiteID: &s.ours.Sites[0], JobType: "CDI", Quotity: decimal.NewFromInt(1), OpenedOn: day(2014, time.March, 3)}
	change(&d)
	s.in(func(tx *pg.Tx) error {
		return site.AddPosts(s.t.Context(), tx, by, d)
	})
	return uuid.MustParse(s.db.Texts(s.t, `SELECT post_id::text FROM posts WHERE convention_id = $1 ORDER BY reference DESC LIMIT 1`, s.ours.ID)[0])
}

func (s *store) count(at *uuid.UUID, on time.Time) counts {
	s.t.Helper()
	return totals(s.countPosts(at, on))
}

func totals(n site.Counts) counts {
	return counts{n.Open, n.Filled, n.Created, n.CreatedOpen, n.Consolidated, n.CreatedConsolidated}
}

func (s *store) countPosts(at *uuid.UUID, on time.Time) (n site.Counts) {
	s.t.Helper()
	s.in(func(tx *pg.Tx) (err error) {
		n, err = site.CountPosts(s.t.Context(), tx, s.ours.Structures[0], at, on)
		return err
	})
	return n
}

// counts are site.Counts that can be compared; job types have a test of their own.
type counts struct{ Open, Filled, Created, CreatedOpen, Consolidated, CreatedConsolidated int }

// What posts amount to on a day: each once, where it was that day.
func TestCountPosts(t *testing.T) {
	t.Parallel()
	end := day(2014, time.June, 30)
	one := decimal.NewFromInt(1)
	post := func(change func(*site.PostDraft)) []site.PostDraft {
		d := site.PostDraft{Count: 1, JobType: "CDI", Quotity: one, OpenedOn: day(2014, time.March, 3)}
		change(&d)
		return []site.PostDraft{d}
	}
	for name, c := range map[string]struct {
		posts []site.PostDraft
		want  counts // open, filled, created, created still open, consolidated, created then consolidated
	}{
		"none":                   {nil, counts{}},
		"opened":                 {post(func(*site.PostDraft) {}), counts{Open: 1, Created: 1, CreatedOpen: 1}},
		"opened on the last day": {post(func(d *site.PostDraft) { d.OpenedOn = end }), counts{Open: 1, Created: 1, CreatedOpen: 1}},
		"opened the day after":   {post(func(d *site.PostDraft) { d.OpenedOn = end.AddDate(0, 0, 1) }), counts{}},
		"filled":                 {post(func(d *site.PostDraft) { d.FilledOn = &end }), counts{Open: 1, Filled: 1, Created: 1, CreatedOpen: 1}},
		"filled, then left":      {post(func(d *site.PostDraft) { d.FilledOn, d.VacatedOn = new(day(2014, time.April, 1)), &end }), counts{Open: 1, Created: 1, CreatedOpen: 1}},
		"filled, left later": {post(func(d *site.PostDraft) {
			d.FilledOn, d.VacatedOn = new(day(2014, time.April, 1)), new(end.AddDate(0, 0, 1))
		}), counts{Open: 1, Filled: 1, Created: 1, CreatedOpen: 1}},
		"created, then closed":   {post(func(d *site.PostDraft) { d.FilledOn, d.ClosedOn = new(day(2014, time.April, 1)), &end }), counts{Created: 1}},
		"created on the start":   {post(func(d *site.PostDraft) { d.OpenedOn = day(2013, time.January, 1) }), counts{Open: 1, Created: 1, CreatedOpen: 1}},
		"there before the start": {post(func(d *site.PostDraft) { d.OpenedOn = day(2012, time.December, 31) }), counts{Open: 1}},
		"consolidated": {post(func(d *site.PostDraft) {
			d.OpenedOn, d.ConsolidatedOn, d.Consolidation = day(2012, time.May, 2), &end, site.Permanent
		}), counts{Open: 1, Consolidated: 1}},
		"consolidated, closed": {post(func(d *site.PostDraft) {
			d.OpenedOn, d.ConsolidatedOn, d.Consolidation, d.ClosedOn = day(2012, time.May, 2), new(day(2014, time.January, 2)), site.Funded, &end
		}), counts{Consolidated: 1}},
		"consolidated later": {post(func(d *site.PostDraft) {
			d.OpenedOn, d.ConsolidatedOn, d.Consolidation = day(2012, time.May, 2), new(end.AddDate(0, 0, 1)), site.Permanent
		}), counts{Open: 1}},
		"consolidated before": {post(func(d *site.PostDraft) {
			d.OpenedOn, d.ConsolidatedOn, d.Consolidation = day(2012, time.May, 2), new(day(2012, time.December, 31)), site.Permanent
		}), counts{Open: 1}},
		"created, consolidated": {post(func(d *site.PostDraft) { d.ConsolidatedOn, d.Consolidation = &end, site.Internal }), counts{Open: 1, Created: 1, CreatedOpen: 1, CreatedConsolidated: 1}},
		"twelve identical":      {post(func(d *site.PostDraft) { d.Count = 12 }), counts{Open: 12, Created: 12, CreatedOpen: 12}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := testdb.Open(t)
			s := &store{t, db.Pool, db.Agreement(t), nil, db}
			var told site.Counts // without asking the database
			for _, d := range c.posts {
				told = told.Plus(d.Count, d.CountsOn(day(2013, time.January, 1), end))
				s.add(func(draft *site.PostDraft) {
					d.OrganisationID, d.SiteID = draft.OrganisationID, draft.SiteID
					*draft = d
				})
			}
			if got := s.count(&s.ours.Sites[0], end); got != c.want {
				t.Errorf("%+v, want %+v", got, c.want)
			}
			if totals(told) != c.want {
				t.Errorf("told without asking: %+v, want %+v", told, c.want)
			}
			if n := s.countPosts(&s.ours.Sites[0], end); !slices.Equal(n.OpenTypes, told.OpenTypes) || !slices.Equal(n.FilledTypes, told.FilledTypes) {
				t.Errorf("job types told without asking: %+v, want %+v", told, n)
			}
			if got := s.count(nil, end); got != (counts{}) {
				t.Errorf("off-site: %+v", got)
			}
		})
	}
}

// A move keeps the post: it is counted where it was on each day, once.
func TestMovePost(t *testing.T) {
	t.Parallel()
	eachWall(t, func(t *testing.T, s *store) {
		id := s.add(func(d *site.PostDraft) { d.FilledOn = new(day(2014, time.March, 10)) })
		first, second, by := day(2014, time.July, 1), day(2014, time.October, 1), testdb.By(s.ours.Actors[access.Mission])
		s.in(func(tx *pg.Tx) error { return site.MovePost(t.Context(), tx, by, id, nil, first) })
		s.in(func(tx *pg.Tx) error { return site.MovePost(t.Context(), tx, by, id, &s.ours.Sites[1], second) })
		places := map[string]*uuid.UUID{"S1": &s.ours.Sites[0], "off-site": nil, "S2": &s.ours.Sites[1]}
		for on, want := range map[time.Time]string{
			first.AddDate(0, 0, -1): "S1", first: "off-site", second.AddDate(0, 0, -1): "off-site", second: "S2", testdb.Today: "S2",
		} {
			for name, at := range places {
				n := s.count(at, on)
				if here := n == (counts{Open: 1, Filled: 1, Created: 1, CreatedOpen: 1}); here != (name == want) {
					t.Errorf("on %s, %s: %+v", on.Format(time.DateOnly), name, n)
				}
			}
		}
		if err := s.try(func(tx *pg.Tx) error { return site.MovePost(t.Context(), tx, by, id, &s.other.Sites[0], testdb.Today) }); fault.KindOf(err) != fault.Conflict {
			t.Errorf("to another convention's site: %v", err)
		}
		if err := s.try(func(tx *pg.Tx) error { return site.MovePost(t.Context(), tx, by, uuid.New(), nil, testdb.Today) }); fault.KindOf(err) != fault.NotFound {
			t.Errorf("a post that is not there: %v", err)
		}
	})
}

// References go on from the structure's own, even when two people add at once.
func TestAddPosts(t *testing.T) {
	t.Parallel()
	eachWall(t, func(t *testing.T, s *store) {
		by := testdb.By(s.ours.Actors[access.Mission])
		draft := site.PostDraft{Count: 3, OrganisationID: s.ours.Structures[0], JobType: "CDI", Quotity: decimal.NewFromInt(1), OpenedOn: day(2014, time.March, 3)}
		var both sync.WaitGroup
		for range 4 {
			both.Go(func() {
				if err := s.try(func(tx *pg.Tx) error { return site.AddPosts(t.Context(), tx, by, draft) }); err != nil {
					t.Error(err)
				}
			})
		}
		both.Wait()
		references := s.db.Texts(t, `SELECT reference FROM posts WHERE convention_id = $1 ORDER BY reference`, s.ours.ID)
		if len(references) != 12 || references[0] != "A1-001" || references[11] != "A1-012" || len(slices.Compact(references)) != 12 {
			t.Errorf("%v", references)
		}
		// A reference of its own is kept, and the numbers go on from the highest.
		own := draft
		own.Count, own.Reference = 1, "A1-020"
		for range 2 {
			err := s.try(func(tx *pg.Tx) error { return site.AddPosts(t.Context(), tx, by, own) })
			if taken := fault.KindOf(err) == fault.Conflict; (err != nil) != (len(references) > 12) || err != nil && !taken {
				t.Errorf("with a reference of its own: %v", err)
			}
			references = append(references, own.Reference)
		}
		s.add(func(*site.PostDraft) {})
		if last := s.db.Texts(t, `SELECT reference FROM posts WHERE convention_id = $1 ORDER BY reference DESC LIMIT 2`, s.ours.ID); last[0] != "A1-021" || last[1] != "A1-020" {
			t.Errorf("the next references are %v", last)
		}
		for name, c := range map[string]struct {
			change func(*site.PostDraft)
			want   fault.Kind
		}{
			"a reference for three":          {func(d *site.PostDraft) { d.Reference = "A1-030" }, fault.Invalid},
			"a reference like a name":        {func(d *site.PostDraft) { d.Count, d.Reference = 1, "A1-Durand" }, fault.Invalid},
			"another structure's reference":  {func(d *site.PostDraft) { d.Count, d.Reference = 1, "P3-030" }, fault.Invalid},
			"another convention's structure": {func(d *site.PostDraft) { d.OrganisationID = s.other.Structures[0] }, fault.NotFound},
			"no structure":                   {func(d *site.PostDraft) { d.OrganisationID = s.ours.Mission }, fault.NotFound},
			"another convention's site":      {func(d *site.PostDraft) { d.SiteID = &s.other.Sites[0] }, fault.Invalid},
			"a site where it does not work":  {func(d *site.PostDraft) { d.SiteID = &s.ours.Sites[1] }, fault.Invalid},
			"before the site was spotted":    {func(d *site.PostDraft) { d.SiteID, d.OpenedOn = &s.ours.Sites[0], day(2014, time.January, 5) }, fault.Invalid},
			"before it works there":          {func(d *site.PostDraft) { d.SiteID, d.OpenedOn = &s.ours.Sites[0], day(2014, time.February, 16) }, fault.Invalid},
			"a type that there is not":       {func(d *site.PostDraft) { d.JobType = "BENEVOLE" }, fault.Conflict},
			"a draft with problems":          {func(d *site.PostDraft) { d.Count = 0 }, fault.Invalid},
		} {
			d := draft
			c.change(&d)
			if err := s.try(func(tx *pg.Tx) error { return site.AddPosts(t.Context(), tx, by, d) }); fault.KindOf(err) != c.want {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestChangePost(t *testing.T) {
	t.Parallel()
	eachWall(t, func(t *testing.T, s *store) {
		id := s.add(func(*site.PostDraft) {})
		filled, own, other := day(2014, time.April, 1), testdb.By(s.ours.Actors[access.Structure]), testdb.By(s.ours.Other)
		change := site.PostChange{FilledOn: &filled, ConsolidatedOn: &filled, Consolidation: site.Permanent}
		try := func(version int, c site.PostChange) error {
			return s.try(func(tx *pg.Tx) error { return site.ChangePost(t.Context(), tx, own, id, version, c) })
		}
		if err := s.try(func(tx *pg.Tx) error { return site.ChangePost(t.Context(), tx, other, id, 1, change) }); fault.KindOf(err) != fault.NotFound {
			t.Errorf("by another structure: %v", err)
		}
		if err := try(1, change); err != nil {
			t.Fatal(err)
		}
		if err := try(1, change); fault.KindOf(err) != fault.Conflict {
			t.Errorf("the version before: %v", err)
		}
		if err := try(2, site.PostChange{VacatedOn: &filled}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("left without being there: %v", err)
		}
		log := s.db.Texts(t, `SELECT before::text || after::text FROM audit_entries WHERE convention_id = $1 AND object_id = $2 AND action = 'changed'`, s.ours.ID, id)
		if len(log) != 1 || !strings.Contains(log[0], "2014-04-01") || strings.Contains(log[0], "CDI") {
			t.Errorf("the log tells %v", log)
		}
		if err := try(2, site.PostChange{}); err != nil { // all dates go
			t.Fatal(err)
		}
		if n := s.count(&s.ours.Sites[0], testdb.Today); n != (counts{Open: 1, Created: 1, CreatedOpen: 1}) {
			t.Errorf("%+v", n)
		}
	})
}
