package server

import (
	"bytes"
	"context"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	"copil/internal/access"
	"copil/internal/account"
	"copil/internal/pg"
	"copil/internal/testdb"
)

// Budgets of a page (product.md §7).
const (
	mostTrips  = 4 // session, begin, one batch, commit
	firstVisit = 100 << 10
	nextPage   = 20 << 10
	mostScript = 20 << 10
)

// counter counts round trips to PostgreSQL.
type counter struct{ trips atomic.Int64 }

func (c *counter) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	c.trips.Add(1)
	return ctx
}

func (c *counter) TraceBatchStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchStartData) context.Context {
	c.trips.Add(1)
	return ctx
}

func (c *counter) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData)     {}
func (c *counter) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}
func (c *counter) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData)     {}

// counted is the application with one connection for each role, whose round
// trips are counted.
func counted(t testing.TB, d demonstration) (*app, *counter) {
	t.Helper()
	c := &counter{}
	config := testdb.Open(t).Owner.Config().ConnConfig
	address := func(role string) string {
		return testdb.As(config.ConnString(), role, config.Database) + "&pool_max_conns=1"
	}
	pool, err := pg.Connect(t.Context(), address("copil_app"), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	sys, err := pg.ConnectSystem(t.Context(), address("copil_system"), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sys.Close)
	a := appOver(t, pool, d)
	a.System = sys
	a.Sessions = account.NewSessions(sys, account.Options{Now: a.Now, Today: a.Today, Fail: a.fail})
	a.handler = a.router()
	return a, c
}

// trips counts what a page takes once its statements are prepared.
func (b *browser) trips(c *counter, path string) int {
	b.app.t.Helper()
	b.get(path)
	before := c.trips.Load()
	if w := b.get(path); w.Code >= http.StatusBadRequest {
		b.app.t.Errorf("%s: %d\n%s", path, w.Code, b.app.log)
	}
	return int(c.trips.Load() - before)
}

// Every page of every role takes at most four round trips.
func TestRoundTrips(t *testing.T) {
	t.Parallel()
	a, c := counted(t, newApp(t).demonstration)
	m := &matrix{app: a}
	m.addObjects()
	for _, role := range access.Roles {
		b := a.as(role)
		for _, path := range m.pages(role) {
			if n := b.trips(c, path); n > mostTrips {
				t.Errorf("%s as %s takes %d round trips", path, role, n)
			}
		}
	}
}

// A page takes as many round trips with a thousand sites as with ten, and
// answers, even before PostgreSQL has gathered statistics on them.
func TestRoundTripsDoNotGrow(t *testing.T) {
	t.Parallel()
	found := map[int]map[string]int{}
	for _, sites := range []int{10, 1000} {
		a, c := counted(t, demonstration{})
		o := &office{a, a.db.Agreement(t)}
		o.crowd(sites)
		b := o.by(o.Actors[access.Mission])
		found[sites] = map[string]int{}
		submission := o.one(`SELECT submission_id::text FROM submissions WHERE convention_id = $1 LIMIT 1`, o.ID)
		for name, path := range map[string]string{
			"dashboard": o.path(), "sites": o.path("sites"), "site": o.path("sites", o.Sites[0]), "jobs": o.path("emplois"),
			"posts": o.path("emplois") + "?structure=" + o.Structures[0].String(), "structure": o.path("structures", o.Structures[0]),
			"indicators": o.path("indicateurs"), "indicator": o.path("indicateurs", "A3-03"), "log": o.path("journal"),
			"submission": o.path("saisies", testdb.OpenPeriod, submission), "reports": o.path("bilans"), "report": o.path("bilans", testdb.OpenPeriod),
			"search": o.path("recherche") + "?q=roubaix", "members": o.path("reglages"), "mails": o.path("reglages", "courriels"),
			"campaigns": o.path("saisies"), "campaign": o.path("saisies", testdb.OpenPeriod), "opening": o.path("saisies", testdb.ClosedPeriod, "ouverture"),
			"answers": o.path("saisies") + "?vue=indicateurs&periode=" + testdb.OpenPeriod,
			"history": o.path("saisies", testdb.OpenPeriod, submission, "historique"), "correction": o.path("saisies", testdb.OpenPeriod, submission, "rectification"),
		} {
			found[sites][name] = b.trips(c, path)
		}
	}
	if !maps.Equal(found[10], found[1000]) {
		t.Errorf("round trips with ten sites: %v, with a thousand: %v", found[10], found[1000])
	}
}

// The pages of a campaign of 300 structures stay light, and take no more round
// trips than others.
func TestBudgetOfCampaign(t *testing.T) {
	t.Parallel()
	a, c := counted(t, demonstration{})
	o := &office{a, a.db.Agreement(t)}
	o.structures(300)
	b := o.by(o.Actors[access.Mission])
	b.header = http.Header{"Accept-Encoding": {"gzip"}}
	for _, path := range []string{o.path(), o.path("saisies"), o.path("saisies") + "?vue=indicateurs&periode=2014-S2", o.path("saisies", testdb.OpenPeriod),
		o.path("saisies", testdb.OpenPeriod) + "?etat=soumise&page=1", o.path("saisies", testdb.OpenPeriod) + "?page=3", o.path("saisies", testdb.ClosedPeriod, "ouverture"),
		o.path("financements"), o.path("financements", "horizon"), o.path("financements", "nouveau"), o.path("financements", o.newLine())} {
		w := b.get(path)
		trips := b.trips(c, path)
		t.Logf("%s: %d bytes, %d round trips", strings.TrimPrefix(path, o.path()), w.Body.Len(), trips)
		if w.Code != http.StatusOK || w.Body.Len() > nextPage || trips > mostTrips {
			t.Errorf("%s: %d, %d bytes, %d round trips", path, w.Code, w.Body.Len(), trips)
		}
	}
}

// structures makes more structures, each with figures in both semesters of 2014.
func (o *office) structures(n int) {
	o.t.Helper()
	if _, err := o.db.Owner.Exec(o.t.Context(), `
		WITH many AS (SELECT gen_random_uuid() AS id, n FROM generate_series(1, $2::int) n),
		named AS (INSERT INTO organisations (convention_id, organisation_id, code, name) SELECT $1, id, 'X' || n, 'Association de quartier ' || n FROM many),
		listed AS (INSERT INTO structures (convention_id, organisation_id, operator_type, commune, off_site, listed_on) SELECT $1, id, 'ASSOCIATION', '59512', true, '2014-02-17' FROM many)
		INSERT INTO submissions (convention_id, submission_id, organisation_id, period_code, state)
		SELECT $1, gen_random_uuid(), id, p, (ARRAY['a_saisir', 'brouillon', 'soumise', 'a_corriger', 'non_remise'])[1 + n % 5] FROM many, unnest(ARRAY['2014-S1', '2014-S2']) p`, o.ID, n); err != nil {
		o.t.Fatal(err)
	}
}

// crowd makes more sites, each with a structure's validated figures and two posts.
func (o *office) crowd(sites int) {
	o.t.Helper()
	for _, sql := range []string{`
		INSERT INTO sites (convention_id, site_id, code, name, need)
		SELECT $1::uuid, gen_random_uuid(), 'T' || n, 'Site de trop ' || n, 'Le besoin.' FROM generate_series(1, $3::int) n WHERE $2::uuid IS NOT NULL`, `
		INSERT INTO site_communes (convention_id, site_id, commune)
		SELECT $1::uuid, site_id, '59512' FROM sites WHERE convention_id = $1 AND code LIKE 'T%' AND $2::uuid IS NOT NULL AND $3::int > 0`, `
		INSERT INTO site_states (convention_id, site_id, step, state, since_on, recorded_on)
		SELECT $1::uuid, site_id, step, 'actif', '2014-02-03', '2014-02-03' FROM sites, generate_series(1, 5) step
		WHERE convention_id = $1 AND code LIKE 'T%' AND $2::uuid IS NOT NULL AND $3::int > 0`, `
		INSERT INTO site_structures (convention_id, site_id, organisation_id, since_on)
		SELECT $1::uuid, site_id, $2::uuid, '2014-02-17' FROM sites WHERE convention_id = $1 AND code LIKE 'T%' AND $3::int > 0`, `
		INSERT INTO posts (convention_id, post_id, organisation_id, site_id, reference, job_type, opened_on, authors, touched_on, added_at)
		SELECT $1::uuid, gen_random_uuid(), $2::uuid, site_id, code || '-' || n, 'CDI', '2014-03-03', '{}', '2014-03-03', '2014-03-03' FROM sites, generate_series(1, 2) n
		WHERE convention_id = $1 AND code LIKE 'T%' AND $3::int > 0`, `
		INSERT INTO submissions (convention_id, submission_id, organisation_id, site_id, period_code, state, validated_on)
		SELECT $1::uuid, gen_random_uuid(), $2::uuid, site_id, '2014-S2', 'validee', '2015-02-02' FROM sites
		WHERE convention_id = $1 AND code LIKE 'T%' AND $3::int > 0`, `
		INSERT INTO cell_versions (convention_id, submission_id, measure_code, version, measure_version, state, number, entered_by, entered_at, entered_on)
		SELECT $1::uuid, submission_id, measure_code, 1, m.version, 'number', 2, gen_random_uuid(), now(), '2015-02-02'
		FROM submissions JOIN measures m USING (convention_id) WHERE convention_id = $1 AND row_list IS NULL AND $2::uuid IS NOT NULL AND $3::int > 0`,
	} {
		if _, err := o.db.Owner.Exec(o.t.Context(), sql, o.ID, o.Structures[0], sites); err != nil {
			o.t.Fatal(err)
		}
	}
}

var anAsset = regexp.MustCompile(`(?:src|href)="(/static/[^"]+)"`)

// Pages are light: what a browser fetches at the first visit, then by page.
func TestWeight(t *testing.T) {
	t.Parallel()
	m := newMatrix(t, newApp(t).Pool, newApp(t).demonstration)
	for _, role := range access.Roles {
		b := m.as(role)
		b.header = http.Header{"Accept-Encoding": {"gzip"}}
		for _, path := range m.pages(role) {
			w := b.get(path)
			if !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") || w.Code != http.StatusOK || path == "/admin" {
				continue // the accounts of all tests of this database are no measure
			}
			if w.Header().Get("Content-Encoding") != "gzip" {
				t.Errorf("%s is not compressed", path)
			}
			page := w.Body.Len()
			if page > nextPage {
				t.Errorf("%s as %s: %d bytes", path, role, page)
			}
			plain := b.plain(path)
			total, script := page, 0
			for _, asset := range assets(plain) {
				size := b.get(asset).Body.Len()
				total += size
				if strings.HasSuffix(asset, ".js") {
					script += size
				}
			}
			if total > firstVisit || script > mostScript {
				t.Errorf("%s as %s: first visit %d bytes, of which scripts %d", path, role, total, script)
			}
		}
	}
}

// plain is a page before compression.
func (b *browser) plain(path string) *httptest.ResponseRecorder {
	uncompressed := *b
	uncompressed.header = nil
	return uncompressed.get(path)
}

// assets are the files that a page fetches, each once.
func assets(w *httptest.ResponseRecorder) []string {
	var list []string
	for _, m := range anAsset.FindAllSubmatch(bytes.Clone(w.Body.Bytes()), -1) {
		list = append(list, string(m[1]))
	}
	slices.Sort(list)
	return slices.Compact(list)
}
