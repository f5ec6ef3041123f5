package server

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/account"
	"copil/internal/pg"
	"copil/internal/testdb"
)

// subject is somebody who asks for a page.
type subject struct {
	name   string
	person uuid.UUID // zero for a visitor
	member uuid.UUID // in the convention; zero for who has none
}

// matrix asks for every route as everybody.
type matrix struct {
	*app
	subjects []subject
	objects  map[string]object // by the section of the site that the path names
}

// object is what a path can name, by whose it is: the parameters of the path. A
// form may name a structure.
type object struct{ own, neighbour, foreign, madeUp map[string]string }

// TestAccessMatrix requests every route as every role, on what is theirs,
// another structure's, another convention's and nobody's, and compares who gets
// in with testdata/access.golden, so that a change of rights shows in review.
func TestAccessMatrix(t *testing.T) {
	t.Parallel()
	d, err := loadDemonstration(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	bothWalls(t, func(t *testing.T, pool *pg.Pool) {
		m := newMatrix(t, pool, d)
		golden(t, "testdata/access.golden", m.of(m.routes()))
		m.hides(m.routes())
	})
}

// TestAccessMatrixNotices is the control of the test above: whatever is widened
// in the table shows.
func TestAccessMatrixNotices(t *testing.T) {
	t.Parallel()
	m := newMatrix(t, testdb.Open(t).Pool, newApp(t).demonstration)
	for pattern, wider := range map[string]access.Permission{
		"/c/{slug}/sites/nouveau": access.ConventionRead,
		"/c/{slug}/journal":       access.FigureRead,
		"/admin":                  access.SignedIn,
		"/compte":                 anyone,
	} {
		i := slices.IndexFunc(m.routes(), func(rt route) bool { return rt.method == get && rt.pattern == pattern })
		rt := m.routes()[i]
		before := m.of([]route{rt})
		rt.needs = wider
		if after := m.of([]route{rt}); after == before {
			t.Errorf("%s for %q is not noticed: %s", pattern, wider, after)
		}
		rt.needs = ""
		if after := m.of([]route{rt}); strings.TrimSpace(after) != strings.TrimSpace(heading(rt)) {
			t.Errorf("somebody holds no permission at all: %s", after)
		}
	}
}

// TestNoSideDoor fails if something is mounted on the router that is neither in
// the route table nor named here as open to all.
func TestNoSideDoor(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	known := []string{"GET /static/*", "GET /healthz", "GET /readyz"}
	for _, rt := range app.routes() {
		known = append(known, rt.method+" "+rt.pattern)
	}
	err := chi.Walk(app.router(), func(method, pattern string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		if !slices.Contains(known, method+" "+pattern) {
			t.Errorf("%s %s has no permission", method, pattern)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestAnyoneIsShort names the routes that are open without signing in.
func TestAnyoneIsShort(t *testing.T) {
	t.Parallel()
	for _, rt := range newApp(t).routes() {
		if rt.needs == anyone && rt.inConvention() {
			t.Errorf("%s %s is open to anyone, but it runs in a convention", rt.method, rt.pattern)
		}
		if rt.method == get && rt.body != none || rt.method == post && rt.body == none {
			t.Errorf("%s %s takes a body of %d bytes", rt.method, rt.pattern, rt.body)
		}
	}
	for _, role := range access.Roles {
		if actor := (access.Actor{Role: role}); actor.Can("") || actor.Can(anyone) {
			t.Errorf("%s holds a permission that is none", role)
		}
	}
}

// of writes who gets in at each route, on what is theirs and on another structure's.
func (m *matrix) of(routes []route) string {
	m.t.Helper()
	m.handler = m.only(routes)
	var got strings.Builder
	for _, rt := range routes {
		o, named := m.object(rt)
		got.WriteString(strings.TrimSpace(heading(rt)+" "+m.whoGetsIn(rt, o.own)) + "\n")
		if named && o.neighbour != nil {
			fmt.Fprintf(&got, "%-48s %s\n", "     of another structure", m.whoGetsIn(rt, o.neighbour))
		}
	}
	return got.String()
}

func heading(rt route) string { return fmt.Sprintf("%-4s %-43s", rt.method, rt.pattern) }

func (m *matrix) whoGetsIn(rt route, object map[string]string) string {
	var in []string
	for _, s := range m.subjects {
		w := m.ask(s, rt, m.slug, object)
		refused := w.Code == http.StatusUnauthorized || w.Code == http.StatusForbidden || w.Code == http.StatusNotFound ||
			strings.HasPrefix(w.Header().Get("Location"), "/connexion")
		if w.Code >= http.StatusInternalServerError {
			m.t.Errorf("%s %s as %s: %d\n%s", rt.method, rt.pattern, s.name, w.Code, m.log)
		}
		if !refused {
			in = append(in, s.name)
		}
	}
	return strings.Join(in, " ")
}

// hides fails where the answer tells another convention's object, or another
// structure's to a structure, from one that does not exist.
func (m *matrix) hides(routes []route) {
	m.t.Helper()
	m.handler = m.only(routes)
	for _, rt := range routes {
		if !rt.inConvention() {
			continue
		}
		o, named := m.object(rt)
		for _, s := range m.subjects {
			m.same(s, rt, [2]string{m.other, "nulle-part"}, o.own, o.own)
			if named && o.foreign != nil {
				m.same(s, rt, [2]string{m.slug, m.slug}, o.foreign, o.madeUp)
			}
			if named && o.neighbour != nil && s.name == string(access.Structure) && (strings.Contains(rt.pattern, "{id}") || strings.Contains(rt.pattern, "{import}")) {
				m.same(s, rt, [2]string{m.slug, m.slug}, o.neighbour, o.madeUp)
			}
		}
	}
}

func (m *matrix) same(s subject, rt route, slugs [2]string, there, nowhere map[string]string) {
	m.t.Helper()
	if s.name == "elsewhere" && slugs[0] == m.other {
		return // it is theirs
	}
	foreign, madeUp := m.ask(s, rt, slugs[0], there), m.ask(s, rt, slugs[1], nowhere)
	what := fmt.Sprintf("%s %s as %s, %v against %v", rt.method, rt.pattern, s.name, there, nowhere)
	if foreign.Code != madeUp.Code || foreign.Code < 300 {
		m.t.Errorf("%s: %d and %d", what, foreign.Code, madeUp.Code)
	}
	a, b := foreign.Result().Header, madeUp.Result().Header
	for _, h := range []http.Header{a, b} {
		h.Del("Date")
		if to := h.Get("Location"); strings.HasPrefix(to, "/connexion?retour=") {
			h.Set("Location", "/connexion") // it says what was asked for
		}
	}
	if !maps.EqualFunc(a, b, slices.Equal[[]string]) {
		m.t.Errorf("%s: headers %v and %v", what, a, b)
	}
	// A form that comes after its session is shown again, as it was sent.
	if foreign.Code != http.StatusSeeOther && foreign.Code != http.StatusUnauthorized && foreign.Body.String() != madeUp.Body.String() {
		m.t.Errorf("%s: the bodies differ", what)
	}
}

// ask sends a request with all that a form must carry and nothing else.
func (m *matrix) ask(s subject, rt route, slug string, object map[string]string) *httptest.ResponseRecorder {
	m.t.Helper()
	b := m.visitor()
	if s.person != uuid.Nil {
		b = m.signedIn(s.person)
	}
	path := strings.ReplaceAll(rt.pattern, "{slug}", slug)
	form := url.Values{keyField: {uuid.NewString()}, profileField: {s.member.String()}, "profil": {s.member.String()}}
	for name, value := range object {
		path = strings.ReplaceAll(path, "{"+name+"}", value)
		form.Set(name, value)
	}
	if strings.Contains(path, "{") {
		m.t.Fatalf("nothing is known of %s: say in newMatrix what it can name", rt.pattern)
	}
	if rt.method == get {
		return b.get(path)
	}
	return b.post(path, form)
}

// links are those that let somebody choose a password.
func (m *matrix) links() (invitation, reset object) {
	m.t.Helper()
	by := testdb.By(access.Actor{})
	person, err := account.CreatePerson(m.t.Context(), m.db.System, by, account.PersonDraft{Email: uuid.NewString() + "@essai.example", Name: "Personne invitée"})
	if err != nil {
		m.t.Fatal(err)
	}
	token := func(make func(context.Context, *pg.System, uuid.UUID, time.Time) (string, error)) object {
		made, err := make(m.t.Context(), m.db.System, person.PersonID, m.Now())
		if err != nil || made == "" {
			m.t.Fatalf("%q, %v", made, err)
		}
		return object{own: map[string]string{"token": path.Base(made)}}
	}
	return token(account.InvitationPath), token(account.ResetPath)
}

// only serves a route table, whatever the server's own is.
func (m *matrix) only(routes []route) http.Handler {
	r := chi.NewRouter()
	r.Use(m.Sessions.Middleware)
	for _, rt := range routes {
		r.Method(rt.method, rt.pattern, m.serve(rt))
	}
	return r
}

// object is what a route's path can name, and whether it names anything.
func (m *matrix) object(rt route) (object, bool) {
	parts := strings.Split(strings.TrimPrefix(strings.TrimPrefix(rt.pattern, "/c/{slug}"), "/"), "/")
	if strings.Contains(rt.pattern, "/saisies/{periode}") && strings.Count(rt.pattern, "{") == 2 && (rt.method == get || len(parts) > 2) {
		parts[0] = "campagnes" // whose only object is the period
	}
	if strings.Contains(rt.pattern, "/gouvernance/decisions") {
		parts[0] = "decisions"
	}
	o, known := m.objects[parts[0]]
	if !known || strings.Count(rt.pattern, "{") == 1 && (rt.method == get || o.own["structure"] == "") {
		return object{own: o.own}, false
	}
	return o, true
}

// newMatrix gathers the subjects and one object of each kind.
func newMatrix(t *testing.T, pool *pg.Pool, d demonstration) *matrix {
	t.Helper()
	m := &matrix{app: appOver(t, pool, d)}
	m.addSubjects()
	m.addObjects()
	return m
}

func (m *matrix) addSubjects() {
	m.subjects = []subject{{name: "visitor"}}
	for _, role := range access.Roles {
		s := subject{name: string(role), person: m.person(emails[role])}
		if role != access.Admin {
			s.member = m.memberOf(m.slug, s.person)
		}
		m.subjects = append(m.subjects, s)
	}
	elsewhere := m.person("mission@autre.example")
	m.subjects = append(m.subjects, subject{"elsewhere", elsewhere, m.memberOf(m.other, elsewhere)}, m.ended())
}

func (m *matrix) memberOf(slug string, person uuid.UUID) uuid.UUID {
	return m.one(`SELECT member_id::text FROM members JOIN conventions USING (convention_id) WHERE slug = $1 AND person_id = $2`, slug, person)
}

// ended is a member of the mission until yesterday.
func (m *matrix) ended() subject {
	m.t.Helper()
	by := testdb.By(access.Actor{})
	person, err := account.CreatePerson(m.t.Context(), m.db.System, by, account.PersonDraft{Email: uuid.NewString() + "@essai.example", Name: "Ancien membre"})
	if err != nil {
		m.t.Fatal(err)
	}
	s := subject{name: "ended", person: person.PersonID}
	id := m.one(`SELECT convention_id::text FROM conventions WHERE slug = $1`, m.slug)
	m.db.In(m.t, id, func(tx *pg.Tx) error {
		member, err := account.AddMember(m.t.Context(), tx, by, account.Draft{
			PersonID: person.PersonID, Role: access.Mission, Name: "Ancien membre", StartsOn: testdb.Day(2014, 1, 1), EndsOn: new(testdb.Today.AddDate(0, 0, -1)),
			OrganisationID: m.one(`SELECT organisation_id::text FROM organisations WHERE convention_id = $1 AND code = 'MRA'`, id),
		})
		s.member = member.MemberID
		return err
	})
	return s
}

func (m *matrix) addObjects() {
	const period = "2014-S2"
	organisation := func(slug, code string) string {
		return m.one(`SELECT organisation_id::text FROM organisations JOIN conventions USING (convention_id) WHERE slug = $1 AND code = $2`, slug, code).String()
	}
	own, neighbour, foreign, nobody := organisation(m.slug, "A1"), organisation(m.slug, "P3"), organisation(m.other, "B1"), uuid.NewString()
	find := func(sql, organisation string) string { return m.one(sql, organisation).String() }
	const (
		siteOf = `SELECT site_id::text FROM site_structures WHERE organisation_id = $1 AND site_id NOT IN
			(SELECT site_id FROM site_structures s JOIN organisations o USING (organisation_id) WHERE o.code = 'A1' AND o.organisation_id <> $1) LIMIT 1`
		postOf       = `SELECT post_id::text FROM posts WHERE organisation_id = $1 ORDER BY reference LIMIT 1`
		submissionOf = `SELECT submission_id::text FROM submissions WHERE organisation_id = $1 AND period_code LIKE '2014%' ORDER BY period_code DESC LIMIT 1`
	)
	four := func(of func(organisation string) map[string]string) object {
		o := object{of(own), of(neighbour), of(foreign), map[string]string{"id": nobody}}
		for _, params := range []map[string]string{o.own, o.neighbour, o.foreign, o.madeUp} {
			params["periode"] = period
		}
		return o
	}
	by := func(sql string) func(string) map[string]string {
		return func(organisation string) map[string]string { return map[string]string{"id": find(sql, organisation)} }
	}
	itself := func(organisation string) map[string]string { return map[string]string{"id": organisation} }
	m.objects = map[string]object{
		"sites":      four(by(siteOf)),
		"structures": four(itself),
		"emplois": four(func(organisation string) map[string]string {
			return map[string]string{"id": find(postOf, organisation), "structure": organisation}
		}),
		"saisies": four(func(organisation string) map[string]string {
			return map[string]string{"id": find(submissionOf, organisation), "structure": organisation, "site": find(siteOf, organisation), "import": m.upload(organisation)}
		}),
		"indicateurs": {own: map[string]string{"code": "A3-03"}, foreign: map[string]string{"code": "M-1"}, madeUp: map[string]string{"code": "Z-9"}},
		"bilans":      {own: map[string]string{"periode": period}, foreign: map[string]string{"periode": "2014"}, madeUp: map[string]string{"periode": "1914"}},
		"campagnes":   {own: map[string]string{"periode": period}, foreign: map[string]string{"periode": "2014"}, madeUp: map[string]string{"periode": "1914"}},
	}
	m.addGovernance(nobody)
	memberAt := func(slug, email string) string { return m.memberOf(slug, m.person(email)).String() }
	m.objects["reglages"] = object{
		own:     map[string]string{"section": "periodes", "id": memberAt(m.slug, emails[access.Reader])},
		foreign: map[string]string{"section": "nulle-part", "id": memberAt(m.other, "structure@autre.example")},
		madeUp:  map[string]string{"section": "nulle-part", "id": nobody},
	}
	m.objects["convention"] = object{
		own:     map[string]string{"engagement": "ETAT-1", "partie": "ETAT", "annee": "2014", "constat": "annexe"},
		foreign: map[string]string{"engagement": "COM-1", "partie": "COMMUNAUTE", "annee": "2014", "constat": "annuel-COM-1"},
		madeUp:  map[string]string{"engagement": "Z-1", "partie": "Z", "annee": "1914", "constat": "rien"},
	}
	m.objects["financements"] = object{own: m.money(m.slug), foreign: m.money(m.other), madeUp: map[string]string{"id": nobody, "etape": "1", "ressource": nobody}}
	m.objects["admin"] = object{own: map[string]string{
		"id": m.person(emails[access.Reader]).String(), "convention": m.one(`SELECT convention_id::text FROM conventions WHERE slug = $1`, m.slug).String(),
	}}
	m.objects["invitation"], m.objects["mot-de-passe-oublie"] = m.links()
	for _, name := range []string{"emplois", "saisies"} {
		m.objects[name].madeUp["structure"] = nobody
	}
	m.objects["saisies"].madeUp["import"] = nobody
}

// addGovernance names a meeting whose minutes are approved, with its signed
// minutes, and a decision with evidence.
func (m *matrix) addGovernance(nobody string) {
	find := func(slug, sql string) string {
		return m.one(`SELECT `+sql+` JOIN conventions USING (convention_id) WHERE slug = $1 ORDER BY 1 LIMIT 1`, slug).String()
	}
	const (
		meeting  = `min(meeting_id::text) FROM (SELECT * FROM meetings WHERE state IN ('close', 'releve_approuve')) x`
		decision = `min(decision_id::text) FROM (SELECT * FROM decisions WHERE state = 'executee') x`
		signed   = `min(attachment_id::text) FROM (SELECT * FROM attachments WHERE object_type = 'meeting') x`
		evidence = `min(attachment_id::text) FROM (SELECT * FROM attachments WHERE object_type = 'decision') x`
	)
	of := func(slug, name, object, paper string) map[string]string {
		return map[string]string{name: find(slug, object), "piece": find(slug, paper)}
	}
	m.objects["gouvernance"] = object{own: of(m.slug, "reunion", meeting, signed), foreign: of(m.other, "reunion", meeting, signed), madeUp: map[string]string{"reunion": nobody, "piece": nobody}}
	m.objects["decisions"] = object{own: of(m.slug, "decision", decision, evidence), foreign: of(m.other, "decision", decision, evidence), madeUp: map[string]string{"decision": nobody, "piece": nobody}}
}
