package collect_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"copil/internal/access"
	"copil/internal/audit"
	"copil/internal/collect"
	"copil/internal/convention"
	"copil/internal/fault"
	"copil/internal/pg"
	"copil/internal/site"
	"copil/internal/testdb"
)

func (d *desk) returned(by audit.Stamp, id uuid.UUID, version int, general string, remarks map[string]string) error {
	return d.try(func(tx *pg.Tx) error { return collect.Return(d.t.Context(), tx, by, id, version, general, remarks) })
}

// queued runs one read of the desk's convention.
func queued[T any](d *desk, read func(*pg.Batch) *pg.Rows[T]) []T {
	d.t.Helper()
	var found *pg.Rows[T]
	d.must(d.try(func(tx *pg.Tx) error {
		b := tx.Batch()
		found = read(b)
		return b.Send(d.t.Context())
	}))
	return found.All
}

// Once returned, a submission takes new figures only where a remark stands, and
// every round of remarks stays readable.
func TestOnlyRemarkedFiguresReopen(t *testing.T) {
	t.Parallel()
	eachWall(t, func(t *testing.T, d *desk) {
		d.must(d.save(d.author, d.own, 1, d.everything(number("entries", 4), number("exits", 2))...))
		d.must(d.submit(d.author, d.own, 2))
		for name, c := range map[string]struct {
			err  error
			kind fault.Kind
		}{
			"no remark":                 {d.returned(d.check, d.own, 3, "À revoir.", nil), fault.Invalid},
			"a remark of spaces":        {d.returned(d.check, d.own, 3, "", map[string]string{"entries": " "}), fault.Invalid},
			"a measure not asked":       {d.returned(d.check, d.own, 3, "", map[string]string{"plde_total": "Combien ?"}), fault.NotFound},
			"another convention's":      {d.returned(d.check, d.foreign, 1, "", map[string]string{"entries": "Combien ?"}), fault.NotFound},
			"a signatory without chair": {d.returned(d.bank(), d.own, 3, "", map[string]string{"entries": "Combien ?"}), fault.Conflict},
		} {
			if c.err == nil || fault.KindOf(c.err) != c.kind {
				t.Errorf("%s: %v", name, c.err)
			}
		}
		d.must(d.returned(d.check, d.own, 3, "Deux points.", map[string]string{"entries": "Sans les retours.", "exits": ""}))

		s := d.now()
		if s.State != collect.ToCorrect || s.Round != 1 || !slices.Equal(s.Remarked, []string{"entries"}) || s.ReturnReason != "Deux points." {
			t.Fatalf("%+v", s)
		}
		err := d.save(d.author, d.own, 4, number("entries", 3), number("exits", 3), missing("referrals"))
		if fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), "Sorties") || strings.Contains(err.Error(), "Entrées") {
			t.Errorf("a figure without remark: %v", err)
		}
		if err := d.save(d.author, d.own, 4, collect.Cell{MeasureCode: "exits"}); fault.KindOf(err) != fault.Conflict {
			t.Errorf("a figure without remark is taken back: %v", err)
		}
		commented := number("exits", 2)
		commented.Comment = "Deux fins de contrat."
		d.must(d.save(d.author, d.own, 4, d.everything(number("entries", 3), commented)...))
		d.must(d.submit(d.author, d.own, 5))
		d.must(d.returned(d.check, d.own, 6, "", map[string]string{"exits": "Et les démissions ?"}))
		if got := d.now().Remarked; !slices.Equal(got, []string{"exits"}) {
			t.Errorf("the second round reopens %v", got)
		}
		var told []string
		for _, r := range queued(d, func(b *pg.Batch) *pg.Rows[collect.Remark] { return collect.Remarks(b, d.own) }) {
			told = append(told, fmt.Sprintf("%d %s: %s", r.Round, r.MeasureCode, r.Remark))
			if r.Reviewer != d.check.Actor.Name || !r.MadeOn.Equal(testdb.Today) {
				t.Errorf("%+v", r)
			}
		}
		if got, want := strings.Join(told, " / "), "2 exits: Et les démissions ? / 1 : Deux points. / 1 entries: Sans les retours."; got != want {
			t.Errorf("%s\nwant %s", got, want)
		}
		if got := d.history("exits"); got != "v1 number 2, v2 number 2 Deux fins de contrat. current" {
			t.Errorf("exits: %s", got)
		}
	})
}

// A rule that blocks at a figure that did not reopen says who can open it, and one
// remark more opens it.
func TestRemarkMore(t *testing.T) {
	t.Parallel()
	eachWall(t, func(t *testing.T, d *desk) {
		d.must(d.save(d.author, d.own, 1, d.everything(append(d.table("mediators", "CDI", "F", 6), number("certified", 6))...)...))
		d.must(d.submit(d.author, d.own, 2))
		add := func(by audit.Stamp, measure, remark string) error {
			return d.try(func(tx *pg.Tx) error { return collect.AddRemark(t.Context(), tx, by, d.own, measure, remark) })
		}
		if err := add(d.check, "certified", "Combien ?"); fault.KindOf(err) != fault.Conflict {
			t.Errorf("before it is returned: %v", err)
		}
		d.must(d.returned(d.check, d.own, 3, "", map[string]string{"mediators": "Sans les départs."}))
		d.must(d.save(d.author, d.own, 4, d.table("mediators", "CDI", "F", 5)...))
		err := d.submit(d.author, d.own, 5)
		problem, _ := errors.AsType[*fault.Error](err)
		if problem == nil || !strings.HasSuffix(problem.Fields["certified"], "Ce champ est fermé\u00a0: la mission d’appui, ou un signataire qui copréside, peut l’ouvrir par une remarque.") {
			t.Fatalf("%v", err)
		}
		for name, c := range map[string]struct {
			err  error
			kind fault.Kind
		}{
			"the structure":             {add(d.author, "certified", "Combien ?"), fault.Conflict},
			"a signatory without chair": {add(d.bank(), "certified", "Combien ?"), fault.Conflict},
			"no measure":                {add(d.check, "", "Combien ?"), fault.Invalid},
			"a measure not asked":       {add(d.check, "plde_total", "Combien ?"), fault.NotFound},
			"open already":              {add(d.check, "mediators", "Combien ?"), fault.Invalid},
			"no words":                  {add(d.check, "certified", " "), fault.Invalid},
		} {
			if c.err == nil || fault.KindOf(c.err) != c.kind {
				t.Errorf("%s: %v", name, c.err)
			}
		}
		d.must(add(d.check, "certified", "Alors combien ?"))
		if s := d.now(); s.Version != 5 || s.Round != 1 || !slices.Equal(s.Remarked, []string{"certified", "mediators"}) {
			t.Errorf("%+v", s)
		}
		if n := d.db.Texts(t, `SELECT count(*)::text FROM audit_entries WHERE convention_id = $1 AND action = 'returned' AND after -> 'remarks' ? 'certified'`, d.ID); n[0] != "1" {
			t.Errorf("the log tells it %s times", n[0])
		}
		d.must(d.save(d.author, d.own, 5, number("certified", 5)))
		d.must(d.submit(d.author, d.own, 6))
		if err := add(d.check, "entries", "Combien ?"); fault.KindOf(err) != fault.Conflict {
			t.Errorf("once handed in again: %v", err)
		}
	})
}

// bank is a signatory that does not co-chair the committee.
func (d *desk) bank() audit.Stamp {
	actor := d.Actors[access.Signatory]
	actor.OrganisationID = d.Mission
	return testdb.By(actor)
}

// Posts are counted anew only if a measure that counts them was remarked.
func TestPostsReopenWithTheirRemark(t *testing.T) {
	t.Parallel()
	eachWall(t, func(t *testing.T, d *desk) {
		add := func() {
			d.must(d.try(func(tx *pg.Tx) error {
				return site.AddPosts(t.Context(), tx, d.author, site.PostDraft{Count: 1, OrganisationID: d.Structures[0], SiteID: &d.Sites[0], JobType: "CDI",
					Quotity: decimal.NewFromInt(1), OpenedOn: testdb.Day(2014, 9, 1), FilledOn: new(testdb.Day(2014, 9, 2))})
			}))
		}
		add()
		d.must(d.save(d.author, d.own, 1, d.everything()...))
		d.must(d.submit(d.author, d.own, 2))
		d.must(d.returned(d.check, d.own, 3, "", map[string]string{"entries": "Combien ?"}))
		add()
		d.must(d.save(d.author, d.own, 4, number("entries", 1), number("posts_open", 9)))
		if got := d.history("posts_open"); got != "v1 number 1 current" {
			t.Errorf("without a remark: %s", got)
		}
		d.must(d.submit(d.author, d.own, 5))
		d.must(d.returned(d.check, d.own, 6, "", map[string]string{"posts_filled": "Il en manque un."}))
		d.must(d.save(d.author, d.own, 7))
		if got := d.history("posts_open"); got != "v1 number 1, v2 number 2 current" {
			t.Errorf("with a remark: %s", got)
		}
		posts := convention.Measure{MeasureCode: "posts_open", Source: convention.FromPosts}
		if got := collect.MayWriteMeasure(d.now(), posts); got != "" {
			t.Errorf("posts: %s", got)
		}
		if got := collect.MayWriteMeasure(d.now(), convention.Measure{MeasureCode: "fte", Source: convention.Typed}); got == "" {
			t.Error("full-time jobs reopen without a remark")
		}
	})
}

// Of many, each is validated or is said why not.
func TestValidateMany(t *testing.T) {
	t.Parallel()
	eachWall(t, func(t *testing.T, d *desk) {
		begin := func(by audit.Stamp, organisation uuid.UUID, at *uuid.UUID) (id uuid.UUID) {
			d.must(d.try(func(tx *pg.Tx) (err error) {
				id, err = collect.Begin(t.Context(), tx, by, organisation, at, testdb.OpenPeriod)
				return err
			}))
			return id
		}
		offSite, others := begin(d.author, d.Structures[0], nil), begin(d.check, d.Structures[1], &d.Sites[1])
		d.must(d.save(d.author, d.own, 1, d.everything()...))
		d.must(d.submit(d.author, d.own, 2))
		d.must(d.save(d.check, others, 1, d.everything()...)) // the mission enters it
		d.must(d.submit(d.check, others, 2))
		d.must(d.save(d.author, offSite, 1, missing("entries")))
		run := func(by audit.Stamp, chosen ...collect.Chosen) (told string) {
			d.must(d.try(func(tx *pg.Tx) error {
				outcomes, err := collect.ValidateMany(t.Context(), tx, by, chosen)
				for _, o := range outcomes {
					reason, _, _ := strings.Cut(o.Reason, "\u00a0")
					told += o.Submission.Organisation + ", " + o.Submission.Place() + ": " + reason + "\n"
				}
				return err
			}))
			return told
		}
		all := []collect.Chosen{{SubmissionID: d.own, Version: 2}, {SubmissionID: others, Version: 3}, {SubmissionID: offSite, Version: 2}, {SubmissionID: d.foreign, Version: 1}}
		if got, want := run(d.check, all...), "Association Passerelle, Roubaix nord: La saisie a changé entre-temps\n"+
			"Association Passerelle, hors site: Seule une saisie soumise se valide.\n"+
			"Rivages, Roubaix sud: Vous avez saisi ces chiffres, ou des postes qu’ils comptent\n"; got != want {
			t.Errorf("%s\nwant\n%s", got, want)
		}
		all[0].Version = 3
		if got, want := run(testdb.By(d.Deputy), all...), "Association Passerelle, Roubaix nord: \n"+
			"Association Passerelle, hors site: Seule une saisie soumise se valide.\nRivages, Roubaix sud: \n"; got != want {
			t.Errorf("%s\nwant\n%s", got, want)
		}
		if s := d.now(); s.State != collect.Validated || s.ValidatorName != d.Deputy.Name {
			t.Errorf("%+v", s)
		}
		log := d.db.Texts(t, `SELECT count(*)::text FROM audit_entries WHERE convention_id = $1 AND action = 'validated'`, d.ID)
		if log[0] != "2" {
			t.Errorf("the log tells of %s validations", log[0])
		}
	})
}
