package server

import (
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"copil/internal/access"
	"copil/internal/collect"
	"copil/internal/convention"
	"copil/internal/pg"
	"copil/internal/site"
	"copil/internal/testdb"
)

// newEstuary is a convention that shares nothing with those Copil comes with:
// five axes, eight signatories, years, neither posts nor sites. One structure has
// given its figures of the first year.
func newEstuary(t *testing.T) *office {
	t.Helper()
	f, err := os.Open("testdata/estuaire.yaml")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	file, err := convention.Read(f, f.Name())
	if err != nil {
		t.Fatal(err)
	}
	a := appOver(t, testdb.Open(t).Pool, demonstration{})
	o := &office{a, a.db.AgreementOf(t, file)}
	var id uuid.UUID
	o.db.In(t, o.ID, func(tx *pg.Tx) error {
		return collect.OpenPeriod(t.Context(), tx, testdb.By(o.Actors[access.Mission]), "2014", testdb.Day(2015, 1, 5), testdb.Day(2015, 4, 30))
	})
	o.db.In(t, o.ID, func(tx *pg.Tx) (err error) {
		id, err = collect.Begin(t.Context(), tx, testdb.By(o.Actors[access.Mission]), o.Structures[0], nil, "2014")
		return err
	})
	number := func(measure, row, figure string) collect.Cell {
		return collect.Cell{MeasureCode: measure, RowItem: row, State: collect.Number, Number: new(decimal.RequireFromString(figure))}
	}
	by := testdb.By(o.Actors[access.Structure])
	o.db.In(t, o.ID, func(tx *pg.Tx) error {
		return collect.Save(t.Context(), tx, by, id, 1, []collect.Cell{
			number("banks", "ORNE", "3.5"), number("banks", "AFFLUENT", "1"), number("samples", "", "40"), number("clean", "", "38"),
		}, "")
	})
	o.db.In(t, o.ID, func(tx *pg.Tx) error { return collect.Submit(t.Context(), tx, by, id, 2) })
	o.db.In(t, o.ID, func(tx *pg.Tx) error {
		return collect.Validate(t.Context(), tx, testdb.By(o.Actors[access.Signatory]), id, 3)
	})
	o.db.In(t, o.ID, func(tx *pg.Tx) error {
		silent, err := site.CreateStructure(t.Context(), tx, testdb.By(o.Actors[access.Mission]), site.StructureDraft{
			Code: "F2", Name: "Ferme des Prés", OperatorType: "FERME", Commune: "59512", OffSite: true, ListedOn: testdb.Day(2014, 2, 17),
		})
		if err != nil {
			return err
		}
		_, err = collect.Begin(t.Context(), tx, testdb.By(o.Actors[access.Mission]), silent, nil, "2014")
		return err
	})
	return o
}

// unlinked are the pages that this convention has nothing for: a site, a file that
// was sent, a submission that waits for a correction or a validation, papers, reviews, funding
// lines; and a file that only who knows its address finds.
var unlinked = regexp.MustCompile(`/sites/\{id\}|/import/\{import\}|/rouvrir$|/valider$|\{id\}/modele.csv$|/pieces/|/note$|/financements(/\{id\}|\.)`)

var (
	linked  = regexp.MustCompile(`(?:href|action)="([^"#]+)`)
	foreign = regexp.MustCompile(`(?i)[^.]{0,60}(médiat|adulte|nord|calais|région(ale)? d’appui|emplois?\b|postes?\b|semestr|3 000|tripartite|préfet|caisse)[^.]{0,60}`)
	hole    = regexp.MustCompile(`%!|<nil>|\bNaN\b|[a-z]+_[a-z]+ `)
)

// Every page that can be reached by links is whole, in each role, and says
// nothing that only another convention could say.
func TestWhollyDifferentConvention(t *testing.T) {
	t.Parallel()
	o := newEstuary(t)
	visited := map[string]bool{}
	for _, role := range []access.Role{access.Chair, access.Signatory, access.Mission, access.Structure, access.Reader} {
		for path := range o.reached(role) {
			visited[path] = true
		}
	}
	for _, rt := range o.routes() {
		pattern := regexp.MustCompile("^" + regexp.MustCompile(`\\\{[a-z]+\\\}`).ReplaceAllString(regexp.QuoteMeta(rt.pattern), `[^/?]+`) + `(\?.*)?$`)
		reached := func(path string) bool { return pattern.MatchString(path) }
		if rt.method == get && rt.inConvention() && !slices.ContainsFunc(slices.Collect(maps.Keys(visited)), reached) && !rt.ofPosts() && !unlinked.MatchString(rt.pattern) {
			t.Errorf("no link leads to %s", rt.pattern)
		}
	}
	chair := o.by(o.Actors[access.Chair])
	reads(t, "dashboard", chair.get(o.path()), "Au moins 4,5 km sur 120,0, soit 3,8 % : 31 décembre 2014, provisoire.")
	if w := chair.get(o.path("emplois")); w.Code != http.StatusNotFound || strings.Contains(chair.page(o.path()), `/emplois"`) {
		t.Errorf("posts: %d", w.Code)
	}
}

// reached visits, from the dashboard, all that a role can reach by links.
func (o *office) reached(role access.Role) map[string]bool {
	b := o.by(o.Actors[role])
	seen := map[string]bool{o.path(): true}
	for queue := []string{o.path()}; len(queue) > 0; queue = queue[1:] {
		w := b.get(queue[0])
		if to := w.Header().Get("Location"); strings.HasPrefix(to, o.path()) {
			if !seen[to] {
				seen[to] = true
				queue = append(queue, to)
			}
			continue
		}
		if w.Code != http.StatusOK {
			o.t.Errorf("%s: %s answers %d", role, queue[0], w.Code)
			continue
		}
		if !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
			continue
		}
		text := sentences(w.Body.String())
		for _, wrong := range []*regexp.Regexp{foreign, hole} {
			if found := wrong.FindString(text); found != "" {
				o.t.Errorf("%s: %s says « %s »", role, queue[0], found)
			}
		}
		for _, link := range linked.FindAllStringSubmatch(w.Body.String(), -1) {
			path := strings.ReplaceAll(link[1], "&amp;", "&")
			if strings.HasPrefix(path, o.path()) && !seen[path] && strings.Count(path, "?") < 2 {
				seen[path] = true
				queue = append(queue, path)
			}
		}
	}
	return seen
}
