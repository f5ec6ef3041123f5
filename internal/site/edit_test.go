package site_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/audit"
	"copil/internal/collect"
	"copil/internal/convention"
	"copil/internal/fault"
	"copil/internal/pg"
	"copil/internal/site"
	"copil/internal/testdb"
)

// What is known of a site is replaced as a whole; the log tells what differs.
func TestChangeSite(t *testing.T) {
	t.Parallel()
	eachWall(t, func(t *testing.T, s *store) {
		by, id := testdb.By(s.ours.Actors[access.Mission]), s.ours.Sites[0]
		try := func(id uuid.UUID, version int, change func(*site.Draft)) error {
			d := draft()
			change(&d)
			return s.try(func(tx *pg.Tx) error { return site.Change(t.Context(), tx, by, id, version, d) })
		}
		same := func(*site.Draft) {}
		for name, c := range map[string]struct {
			err  error
			want fault.Kind
		}{
			"another convention's site": {try(s.other.Sites[0], 6, same), fault.NotFound},
			"the version before":        {try(id, 5, same), fault.Conflict},
			"a name taken":              {try(id, 6, func(d *site.Draft) { d.Name = "Roubaix sud" }), fault.Conflict},
			"with problems":             {try(id, 6, func(d *site.Draft) { d.Need = "" }), fault.Invalid},
			"a zoning that has ended":   {try(id, 6, func(d *site.Draft) { d.Zonings[1].SinceOn = testdb.Today }), fault.Invalid},
		} {
			if fault.KindOf(c.err) != c.want {
				t.Errorf("%s: %v", name, c.err)
			}
		}
		if err := try(id, 6, func(d *site.Draft) { d.Zonings[1].UntilOn = nil }); err != nil {
			t.Fatal(err)
		}
		got := found(s, func(b *pg.Batch) *pg.Rows[site.Site] { return site.Get(b, id, testdb.Today) })[0]
		if got.Code != "S1" || got.Name != "Lens – Liévin" || got.Need != "Prévenir les conflits." || got.State != site.Actif || got.Version != 7 {
			t.Errorf("%+v", got)
		}
		if n := len(found(s, func(b *pg.Batch) *pg.Rows[site.Commune] { return site.CommunesOf(b, id) })); n != 2 {
			t.Errorf("%d communes", n)
		}
		zonings := found(s, func(b *pg.Batch) *pg.Rows[site.Zoning] { return site.ZoningsOf(b, id) })
		if len(zonings) != 2 || zonings[0].UntilOn == nil || !zonings[0].UntilOn.Equal(day(2014, time.December, 31)) || zonings[1].UntilOn != nil {
			t.Errorf("a zoning ends with its kind: %+v", zonings)
		}
		log := s.db.Texts(t, `SELECT before::text || after::text FROM audit_entries WHERE convention_id = $1 AND object_id = $2 AND action = 'changed'`, s.ours.ID, id)
		if len(log) != 1 || !strings.Contains(log[0], "Roubaix nord") || !strings.Contains(log[0], "Lens – Liévin") || strings.Contains(log[0], "2014-01-06\"}") {
			t.Errorf("the log tells %v", log)
		}
	})
}

func TestZoningProblems(t *testing.T) {
	t.Parallel()
	from, to := day(2015, time.January, 1), day(2014, time.December, 31)
	kinds := []site.ZoningKind{
		{Zoning: "QPV", Label: "Quartier prioritaire", Short: "QPV", ValidFrom: &from},
		{Zoning: "ZUS", Label: "Zone urbaine sensible", Short: "ZUS", ValidTo: &to},
		{Zoning: "AUCUN", Label: "Hors territoire", Short: "hors territoire prioritaire"},
	}
	for name, c := range map[string]struct {
		zonings []site.Zoning
		want    string
	}{
		"one after the other": {[]site.Zoning{{Zoning: "ZUS", SinceOn: day(2000, 1, 1), UntilOn: &to}, {Zoning: "QPV", SinceOn: from}}, ""},
		"on the last day":     {[]site.Zoning{{Zoning: "ZUS", SinceOn: to}}, ""},
		"after it ended":      {[]site.Zoning{{Zoning: "ZUS", SinceOn: from}}, "zoning_since_0"},
		"before it began":     {[]site.Zoning{{Zoning: "AUCUN", SinceOn: to}, {Zoning: "QPV", SinceOn: to}}, "zoning_since_1"},
		"longer than it is":   {[]site.Zoning{{Zoning: "ZUS", SinceOn: to, UntilOn: &from}}, "zoning_until_0"},
		"backwards":           {[]site.Zoning{{Zoning: "AUCUN", SinceOn: from, UntilOn: &to}}, "zoning_until_0"},
		"twice":               {[]site.Zoning{{Zoning: "QPV", SinceOn: from}, {Zoning: "QPV", SinceOn: from}}, "zoning_1"},
		"unknown":             {[]site.Zoning{{Zoning: "ZFU", SinceOn: from}}, "zoning_0"},
	} {
		if got := fields(site.ZoningProblems(kinds, c.zonings)); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	says := site.ZoningProblems(kinds, []site.Zoning{{Zoning: "ZUS", SinceOn: from}})["zoning_since_0"]
	if plain(says) != "Zone urbaine sensible : ce zonage a pris fin le 31 décembre 2014. À la date du 01/01/2015, choisissez parmi : QPV et hors territoire prioritaire." {
		t.Error(says)
	}
}

// A decision has a number: a year, and a rank in it.
func TestDecisionNumbers(t *testing.T) {
	t.Parallel()
	for number, good := range map[string]bool{
		"2014-03": true, "2014-B-01": true, "2015-112": true,
		"3": false, "2014": false, "14-03": false, "2014/03": false, "2014-3": false, "le 7 octobre": false, "2014-03 bis": false,
	} {
		change := site.Transition{To: site.Retenu, SinceOn: testdb.Today, Decision: number}
		if _, refused := change.Problems(site.Instruit, testdb.Today, testdb.Today)["decision"]; refused == good {
			t.Errorf("%q: refused %v", number, refused)
		}
	}
}

// A post that figures handed in have counted stays; another one goes, and leaves
// no trace in lists and counts.
func TestWithdrawPost(t *testing.T) {
	t.Parallel()
	eachWall(t, func(t *testing.T, s *store) {
		own, mission := testdb.By(s.ours.Actors[access.Structure]), testdb.By(s.ours.Actors[access.Mission])
		later := own
		later.At, mission.At = own.At.Add(time.Hour), own.At.Add(time.Hour)
		theirs := (&store{t, s.pool, s.other, s.ours, s.db}).add(func(*site.PostDraft) {})
		counted := s.add(func(*site.PostDraft) {})
		s.handIn(own)
		late := s.addBy(mission, func(*site.PostDraft) {})
		future := s.add(func(d *site.PostDraft) { d.OpenedOn = day(2015, time.March, 2) })
		try := func(by audit.Stamp, id uuid.UUID, version int, reason string) error {
			return s.try(func(tx *pg.Tx) error { return site.WithdrawPost(t.Context(), tx, by, id, version, reason) })
		}
		for name, c := range map[string]struct {
			err  error
			want fault.Kind
		}{
			"counted":                   {try(later, counted, 1, "Erreur."), fault.Conflict},
			"by another structure":      {try(testdb.By(s.ours.Other), late, 1, "Erreur."), fault.NotFound},
			"of another convention":     {try(later, theirs, 1, "Erreur."), fault.NotFound},
			"the version before":        {try(later, late, 0, "Erreur."), fault.Conflict},
			"no reason":                 {try(later, late, 1, " "), fault.Invalid},
			"one that was made nowhere": {try(later, uuid.New(), 1, "Erreur."), fault.NotFound},
		} {
			if fault.KindOf(c.err) != c.want {
				t.Errorf("%s: %v", name, c.err)
			}
		}
		for name, id := range map[string]uuid.UUID{"added after": late, "opened after": future} {
			if err := try(later, id, 1, "Saisi deux fois."); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if err := try(later, id, 2, "Encore."); fault.KindOf(err) != fault.NotFound {
				t.Errorf("%s, again: %v", name, err)
			}
		}
		if n := s.count(&s.ours.Sites[0], testdb.Today); n.Open != 1 || n.Created != 1 {
			t.Errorf("counted: %+v", n)
		}
		if list := found(s, func(b *pg.Batch) *pg.Rows[site.Post] { return site.ListPosts(b, site.PostFilter{}) }); len(list) != 1 || list[0].PostID != counted {
			t.Errorf("listed: %+v", list)
		}
		s.add(func(*site.PostDraft) {})
		if got := s.db.Texts(t, `SELECT reference FROM posts WHERE convention_id = $1 AND withdrawn_on IS NULL ORDER BY reference`, s.ours.ID); strings.Join(got, " ") != "A1-001 A1-004" {
			t.Errorf("references go on: %v", got)
		}
		if log := s.db.Texts(t, `SELECT after->>'reason' FROM audit_entries WHERE convention_id = $1 AND action = 'removed'`, s.ours.ID); len(log) != 2 || log[0] != "Saisi deux fois." {
			t.Errorf("the log tells %v", log)
		}
	})
}

// handIn hands in the first structure's figures of the open period on the first site.
func (s *store) handIn(by audit.Stamp) {
	s.t.Helper()
	s.in(func(tx *pg.Tx) error {
		id, err := collect.Begin(s.t.Context(), tx, by, s.ours.Structures[0], &s.ours.Sites[0], testdb.OpenPeriod)
		if err != nil {
			return err
		}
		b := tx.Batch()
		measures := collect.MeasuresOf(b, id)
		if err := b.Send(s.t.Context()); err != nil {
			return err
		}
		var cells []collect.Cell
		for _, m := range collect.Asked(measures.All, "structure") {
			if m.Source != convention.FromPosts {
				cells = append(cells, collect.Cell{MeasureCode: m.MeasureCode, State: collect.Missing})
			}
		}
		if err := collect.Save(s.t.Context(), tx, by, id, 1, cells, ""); err != nil {
			return err
		}
		return collect.Submit(s.t.Context(), tx, by, id, 2)
	})
}

// What is recorded of a period whose report is validated leaves its sites as
// they were counted.
func TestLateStates(t *testing.T) {
	t.Parallel()
	eachWall(t, func(t *testing.T, s *store) {
		by := testdb.By(s.ours.Actors[access.Mission])
		by.OnDay = testdb.Today.AddDate(0, 0, 1) // after the report of 2014-S1
		late := site.Transition{To: site.Suspendu, SinceOn: day(2014, time.May, 5), Reason: "Un financeur s’est retiré."}
		s.in(func(tx *pg.Tx) error { return site.ChangeState(t.Context(), tx, by, s.ours.Sites[0], 6, late) })
		counts := map[string]int{}
		for _, c := range found(s, site.CountStates) {
			counts[c.PeriodCode+" "+string(c.State)] = c.Sites
		}
		if counts["2014-S1 actif"] != 2 || counts["2014-S1 suspendu"] != 0 || counts["2014-S2 actif"] != 1 || counts["2014-S2 suspendu"] != 1 {
			t.Errorf("%v", counts)
		}
	})
}
