package site_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/fault"
	"copil/internal/pg"
	"copil/internal/site"
	"copil/internal/testdb"
)

// found sends one read and returns its rows.
func found[T any](s *store, queue func(*pg.Batch) *pg.Rows[T]) []T {
	s.t.Helper()
	var rows *pg.Rows[T]
	s.in(func(tx *pg.Tx) error {
		b := tx.Batch()
		rows = queue(b)
		return b.Send(s.t.Context())
	})
	return rows.All
}

func draft() site.Draft {
	return site.Draft{
		Code: "S10", Name: "Lens – Liévin", Need: "Prévenir les conflits.", Communes: []string{"62510", "62498"}, Sectors: []string{"LOG", "EDU"},
		Zonings: []site.Zoning{{Zoning: "QPV", SinceOn: day(2015, time.January, 1)}, {Zoning: "ZUS", SinceOn: day(2000, time.January, 1), UntilOn: new(day(2014, time.December, 31)), Note: "Avant."}},
		SinceOn: day(2015, time.March, 2),
	}
}

func TestCreateSite(t *testing.T) {
	t.Parallel()
	eachWall(t, func(t *testing.T, s *store) {
		by := testdb.By(s.ours.Actors[access.Mission])
		create := func(d site.Draft) (id uuid.UUID, err error) {
			err = s.try(func(tx *pg.Tx) (err error) { id, err = site.Create(t.Context(), tx, by, d); return err })
			return id, err
		}
		d := draft()
		d.CarrierID = &s.ours.Mission
		id, err := create(d)
		if err != nil {
			t.Fatal(err)
		}
		got := found(s, func(b *pg.Batch) *pg.Rows[site.Site] { return site.Get(b, id, testdb.Today) })[0]
		if got.Name != d.Name || got.State != site.Repere || got.CarrierName != "Mission régionale d’appui" || got.Version != 1 {
			t.Errorf("%+v", got)
		}
		communes := found(s, func(b *pg.Batch) *pg.Rows[site.Commune] { return site.CommunesOf(b, id) })
		if len(communes) != 2 || communes[0].Name != "Lens" || communes[0].Population < communes[1].Population || communes[0].Arrondissement != "Lens" {
			t.Errorf("%+v", communes)
		}
		zonings := found(s, func(b *pg.Batch) *pg.Rows[site.Zoning] { return site.ZoningsOf(b, id) })
		if len(zonings) != 2 || zonings[0].Zoning != "ZUS" || zonings[0].UntilOn == nil || zonings[0].Note != "Avant." {
			t.Errorf("%+v", zonings)
		}
		sectors := found(s, func(b *pg.Batch) *pg.Rows[site.Sector] { return site.SectorsOf(b, id) })
		if fmt.Sprint(sectors) != "[{EDU Éducation} {LOG Logement}]" {
			t.Errorf("%v", sectors)
		}
		for name, c := range map[string]struct {
			change func(*site.Draft)
			kind   fault.Kind
			field  string
		}{
			"a code taken":                 {func(d *site.Draft) { d.Code = "S1" }, fault.Conflict, "code"},
			"a name taken":                 {func(d *site.Draft) { d.Name = "Roubaix nord" }, fault.Conflict, "name"},
			"another convention's carrier": {func(d *site.Draft) { d.CarrierID = &s.other.Mission }, fault.Conflict, ""},
			"a commune that there is not":  {func(d *site.Draft) { d.Communes = []string{"99999"} }, fault.Conflict, ""},
			"with problems":                {func(d *site.Draft) { d.Need = "" }, fault.Invalid, "need"},
		} {
			bad := draft()
			bad.Code, bad.Name = "S11", "Un autre"
			c.change(&bad)
			_, err := create(bad)
			if f, ok := err.(*fault.Error); !ok || f.Kind != c.kind || c.field != "" && f.Fields[c.field] == "" { //nolint:errorlint // returned as it is
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// The list and the history say what was so on a day.
func TestSitesOnADay(t *testing.T) {
	t.Parallel()
	eachWall(t, func(t *testing.T, s *store) {
		on := func(d time.Time) string {
			var list []string
			for _, l := range found(s, func(b *pg.Batch) *pg.Rows[site.Listed] { return site.List(b, d) }) {
				list = append(list, fmt.Sprintf("%s %s %v %d", l.Code, l.State, l.Communes, l.Structures))
			}
			return strings.Join(list, ", ")
		}
		for d, want := range map[time.Time]string{
			day(2014, time.January, 5):   "",
			day(2014, time.January, 6):   "S1 repere [Roubaix] 0, S2 repere [Roubaix] 0",
			day(2014, time.January, 8):   "S1 instruit [Roubaix] 0, S2 instruit [Roubaix] 0",
			day(2014, time.February, 17): "S1 actif [Roubaix] 2, S2 actif [Roubaix] 1",
		} {
			if got := on(d); got != want {
				t.Errorf("%s: %q, want %q", d.Format(time.DateOnly), got, want)
			}
		}
		steps := found(s, func(b *pg.Batch) *pg.Rows[site.Step] { return site.History(b, s.ours.Sites[0]) })
		if len(steps) != 6 || steps[0].State != site.Repere || steps[3].Decision != "2014-01" || steps[5].State != site.Actif {
			t.Errorf("%+v", steps)
		}
		counts := map[string]int{}
		for _, c := range found(s, site.CountStates) {
			counts[c.PeriodCode+" "+string(c.State)] = c.Sites
		}
		if counts["2013-S2 repere"] != 0 || counts["2014-S1 actif"] != 2 || counts["2015-S2 actif"] != 2 {
			t.Errorf("%v", counts)
		}
	})
}

func TestChangeState(t *testing.T) {
	t.Parallel()
	eachWall(t, func(t *testing.T, s *store) {
		by, id := testdb.By(s.ours.Actors[access.Mission]), s.ours.Sites[0]
		try := func(id uuid.UUID, version int, to site.Transition) error {
			return s.try(func(tx *pg.Tx) error { return site.ChangeState(t.Context(), tx, by, id, version, to) })
		}
		suspend := site.Transition{To: site.Suspendu, SinceOn: testdb.Today, Reason: "Un financeur s’est retiré."}
		for name, c := range map[string]struct {
			err  error
			want fault.Kind
		}{
			"another convention's site": {try(s.other.Sites[0], 6, suspend), fault.NotFound},
			"the version before":        {try(id, 5, suspend), fault.Conflict},
			"not allowed":               {try(id, 6, site.Transition{To: site.Retenu, SinceOn: testdb.Today, Decision: "1"}), fault.Invalid},
		} {
			if fault.KindOf(c.err) != c.want {
				t.Errorf("%s: %v", name, c.err)
			}
		}
		if err := try(id, 6, suspend); err != nil {
			t.Fatal(err)
		}
		if err := try(id, 7, site.Transition{To: site.Actif, SinceOn: testdb.Today}); err != nil {
			t.Fatal(err)
		}
		steps := found(s, func(b *pg.Batch) *pg.Rows[site.Step] { return site.History(b, id) })
		if last := steps[len(steps)-1]; len(steps) != 8 || last.Step != 8 || last.State != site.Actif || steps[6].Reason != suspend.Reason {
			t.Errorf("%+v", steps)
		}
	})
}

func TestStructures(t *testing.T) {
	t.Parallel()
	eachWall(t, func(t *testing.T, s *store) {
		by := testdb.By(s.ours.Actors[access.Mission])
		draft := site.StructureDraft{Code: "B1", Name: "Bailleur du Nord", OperatorType: "BAILLEUR", Commune: "59350", ListedOn: testdb.Today}
		create := func(d site.StructureDraft) (id uuid.UUID, err error) {
			err = s.try(func(tx *pg.Tx) (err error) { id, err = site.CreateStructure(t.Context(), tx, by, d); return err })
			return id, err
		}
		id, err := create(draft)
		if err != nil {
			t.Fatal(err)
		}
		got := found(s, func(b *pg.Batch) *pg.Rows[site.Structure] { return site.GetStructure(b, id) })[0]
		if got.Name != draft.Name || got.OperatorType != "Bailleur" || got.CommuneName != "Lille" || got.OffSite {
			t.Errorf("%+v", got)
		}
		if n := len(found(s, site.Structures)); n != 3 {
			t.Errorf("%d structures", n)
		}
		if _, err := create(draft); fault.KindOf(err) != fault.Conflict {
			t.Errorf("a code taken: %v", err)
		}
		if _, err := create(site.StructureDraft{}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("with problems: %v", err)
		}
		attach := func(at, structure uuid.UUID) error {
			return s.try(func(tx *pg.Tx) error { return site.Attach(t.Context(), tx, by, at, structure, testdb.Today) })
		}
		for name, c := range map[string]struct {
			err  error
			want fault.Kind
		}{
			"twice":                          {attach(s.ours.Sites[0], s.ours.Structures[0]), fault.Conflict},
			"another convention's structure": {attach(s.ours.Sites[0], s.other.Structures[0]), fault.NotFound},
			"another convention's site":      {attach(s.other.Sites[0], s.ours.Structures[0]), fault.NotFound},
			"no structure":                   {attach(s.ours.Sites[0], s.ours.Mission), fault.NotFound},
		} {
			if fault.KindOf(c.err) != c.want {
				t.Errorf("%s: %v", name, c.err)
			}
		}
		if err := attach(s.ours.Sites[0], id); err != nil {
			t.Fatal(err)
		}
		links := found(s, func(b *pg.Batch) *pg.Rows[site.Link] { return site.Links(b, &s.ours.Sites[0], nil) })
		if len(links) != 3 || links[1].StructureName != draft.Name {
			t.Errorf("%+v", links)
		}
	})
}

func TestKnownCommunes(t *testing.T) {
	t.Parallel()
	eachWall(t, func(t *testing.T, s *store) {
		departments := map[string]int{}
		s.in(func(tx *pg.Tx) error {
			known, err := site.KnownCommunes(t.Context(), tx)
			for _, c := range known {
				departments[c.Department]++
			}
			return err
		})
		if len(departments) != 2 || departments["59"] < 600 || departments["62"] < 800 {
			t.Errorf("%v", departments)
		}
		organisations := found(s, site.Carriers)
		if len(organisations) != 2 || organisations[0].Code != "A1" || organisations[1].Code != "P3" { // neither parties nor mission
			t.Errorf("%v", organisations)
		}
		posts := found(s, func(b *pg.Batch) *pg.Rows[site.Post] { return site.ListPosts(b, site.PostFilter{}) })
		if len(posts) > 0 {
			t.Errorf("%v", posts)
		}
	})
}
