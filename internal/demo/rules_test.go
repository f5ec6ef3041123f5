package demo_test

import (
	"slices"
	"testing"

	"github.com/shopspring/decimal"
)

// The assertions that the story makes of itself.

func TestStaffAndPostsAgreeEverywhere(t *testing.T) {
	t.Parallel()
	w := theWorld(t)
	type spot struct{ period, organisation, site string }
	sums := map[spot]map[string]decimal.Decimal{}
	for _, c := range w.cells {
		at := spot{c.Period, c.Organisation, c.Site}
		if sums[at] == nil {
			sums[at] = map[string]decimal.Decimal{}
		}
		sums[at][c.Measure] = sums[at][c.Measure].Add(c.Number)
	}
	seen := 0
	for at, n := range sums {
		if _, structure := n["mediators"]; !structure {
			continue
		}
		seen++
		if n["fte"].GreaterThan(n["posts_filled"]) || n["posts_filled"].GreaterThan(n["mediators"]) || n["posts_filled"].GreaterThan(n["posts_open"]) {
			t.Errorf("%+v: %v, want ETP ≤ filled ≤ people and filled ≤ open", at, n)
		}
		if n["certified"].GreaterThan(n["mediators"]) || n["pooled_posts"].GreaterThan(n["posts_filled"]) || n["posts_secured"].GreaterThan(n["posts_filled"]) {
			t.Errorf("%+v: %v, want no part larger than its whole", at, n)
		}
	}
	if seen != 71 { // 18 places × 4 semesters, one of them silent once
		t.Errorf("%d submissions of structures have figures, want 71", seen)
	}
}

// open(t) = open(t−1) + created + moved in − moved out − closed, on every place.
func TestPostsFollowFromWhatHappened(t *testing.T) {
	t.Parallel()
	w := theWorld(t)
	bad := w.Texts(t, `
		WITH spells AS ( -- where each post was, from when to when
			SELECT p.post_id, p.organisation_id, coalesce(m.from_site_id, p.site_id) AS site_id, p.opened_on AS from_on,
			       coalesce(m.moved_on, p.closed_on) AS to_on, p.opened_on >= '2013-01-01' AS born, p.closed_on IS NOT NULL AND m.post_id IS NULL AS died
			FROM posts p LEFT JOIN post_moves m USING (convention_id, post_id) WHERE convention_id = $1
			UNION ALL
			SELECT p.post_id, p.organisation_id, p.site_id, m.moved_on, p.closed_on, false, p.closed_on IS NOT NULL
			FROM posts p JOIN post_moves m USING (convention_id, post_id) WHERE convention_id = $1
		), places AS (SELECT DISTINCT organisation_id, site_id FROM spells), counted AS (
			SELECT s.organisation_id, s.site_id, pe.period_code, pe.starts_on, pe.ends_on, c.number AS open,
			       lag(c.number) OVER (PARTITION BY s.organisation_id, s.site_id ORDER BY pe.position) AS before
			FROM submissions s JOIN periods pe USING (convention_id, period_code)
			JOIN cell_versions c USING (convention_id, submission_id)
			WHERE s.convention_id = $1 AND c.measure_code = 'posts_open' AND c.current)
		SELECT period_code || ' ' || open::text FROM counted c
		WHERE before IS NOT NULL AND open <> before
			+ (SELECT count(*) FROM spells x WHERE (x.organisation_id, x.from_on) = (c.organisation_id, x.from_on) AND x.site_id IS NOT DISTINCT FROM c.site_id AND x.from_on BETWEEN c.starts_on AND c.ends_on)
			- (SELECT count(*) FROM spells x WHERE x.organisation_id = c.organisation_id AND x.site_id IS NOT DISTINCT FROM c.site_id AND x.to_on BETWEEN c.starts_on AND c.ends_on)`, w.mediation)
	if len(bad) > 0 {
		t.Errorf("posts open do not follow: %v", bad)
	}
}

func TestCreatedJobsStayCounted(t *testing.T) {
	t.Parallel()
	w := theWorld(t)
	// The last validated count of each place, as A3-01 reads it.
	last := func(measure string) decimal.Decimal {
		latest := map[string]cell{}
		for _, c := range w.cells {
			if at := c.Organisation + c.Site; c.Measure == measure && c.State == "validee" && c.Period >= latest[at].Period {
				latest[at] = c
			}
		}
		total := decimal.Zero
		for _, c := range latest {
			total = total.Add(c.Number)
		}
		return total
	}
	equal(t, "created", last("jobs_created"), "88")
	equal(t, "still open", last("jobs_created_still_open"), "80")
	equal(t, "closed on S5", w.of("2014-S2", "P3", "S5", "jobs_created").Sub(w.of("2014-S2", "P3", "S5", "jobs_created_still_open")), "8")
	gone := w.Texts(t, `
		SELECT count(*) FILTER (WHERE closed_on = '2014-11-01')::text || ' closed, of which '
			|| count(*) FILTER (WHERE closed_on = '2014-11-01' AND opened_on >= '2013-01-01')::text || ' created, '
			|| (SELECT count(*) FROM post_moves WHERE convention_id = $1 AND moved_on = '2014-11-01')::text || ' moved'
		FROM posts WHERE convention_id = $1`, w.mediation)
	if gone[0] != "11 closed, of which 8 created, 3 moved" {
		t.Errorf("S5: %s", gone[0])
	}
}

func TestFilledPostsOfSites(t *testing.T) {
	t.Parallel()
	w := theWorld(t)
	filled, secured := decimal.Zero, decimal.Zero
	for site, want := range map[string]string{"S1": "22", "S2": "21", "S3": "22", "S4": "25", "S5": "4", "S6": "11", "S8": "8"} {
		of := func(measure string) decimal.Decimal {
			return w.sum(func(c cell) bool { return c.Period == "2014-S2" && c.Site == site && c.Measure == measure })
		}
		equal(t, "filled on "+site, of("posts_filled"), want)
		filled, secured = filled.Add(of("posts_filled")), secured.Add(of("posts_secured"))
	}
	equal(t, "filled on sites", filled, "113")
	equal(t, "without firm money after 2015", filled.Sub(secured), "77")
	for site, want := range map[string]string{"S1": "2", "S2": "4", "S3": "0", "S4": "6", "S5": "0", "S6": "3", "S8": "5"} {
		equal(t, "pooled on "+site, w.sum(func(c cell) bool {
			return c.Period == "2014-S2" && c.Site == site && c.Measure == "pooled_posts"
		}), want)
	}
	equal(t, "pooled on S5 before", w.of("2014-S1", "P3", "S5", "pooled_posts"), "8")
}

func TestDeclaredRelaisAreFewerThanThoseOfTheRegion(t *testing.T) {
	t.Parallel()
	w := theWorld(t)
	for _, period := range semesters {
		declared := w.sum(func(c cell) bool { return c.Period == period && c.Measure == "mediators" && c.Row == "ADULTE_RELAIS" })
		region := func(stage string) decimal.Decimal {
			return w.sum(func(c cell) bool { return c.Period == period && c.Measure == "adultes_relais" && c.Row == stage })
		}
		stages := []decimal.Decimal{declared, region("POURVU"), region("CONVENTIONNE"), region("NOTIFIE")}
		if !slices.IsSortedFunc(stages, decimal.Decimal.Cmp) {
			t.Errorf("%s: %v, want declared ≤ filled ≤ under agreement ≤ notified", period, stages)
		}
	}
}
