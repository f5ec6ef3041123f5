package collect_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
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

// desk is a convention of the test's own, another one beside it, and a
// submission of each.
type desk struct {
	*testdb.Agreement
	t             *testing.T
	db            *testdb.DB
	pool          *pg.Pool
	other         *testdb.Agreement
	own, foreign  uuid.UUID // submissions
	author, check audit.Stamp
}

// eachWall runs a test as the server's role and as its twin that bypasses
// row-level security.
func eachWall(t *testing.T, test func(*testing.T, *desk)) {
	t.Helper()
	db := testdb.Open(t)
	for name, pool := range map[string]*pg.Pool{"both walls": db.Pool, "first wall alone": db.Twin} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := &desk{Agreement: db.Agreement(t), t: t, db: db, pool: pool, other: db.Agreement(t)}
			d.author, d.check = testdb.By(d.Actors[access.Structure]), testdb.By(d.Actors[access.Mission])
			for a, id := range map[*testdb.Agreement]*uuid.UUID{d.Agreement: &d.own, d.other: &d.foreign} {
				db.In(t, a.ID, func(tx *pg.Tx) (err error) {
					*id, err = collect.Begin(t.Context(), tx, testdb.By(a.Actors[access.Mission]), a.Structures[0], &a.Sites[0], testdb.OpenPeriod)
					return err
				})
			}
			test(t, d)
		})
	}
}

func (d *desk) try(fn func(*pg.Tx) error) error {
	d.t.Helper()
	return d.pool.InConvention(d.t.Context(), d.ID, pg.ReadWrite, fn)
}

func (d *desk) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) save(by audit.Stamp, id uuid.UUID, version int, cells ...collect.Cell) error {
	return d.try(func(tx *pg.Tx) error { return collect.Save(d.t.Context(), tx, by, id, version, cells, "") })
}

func (d *desk) submit(by audit.Stamp, id uuid.UUID, version int) error {
	return d.try(func(tx *pg.Tx) error { return collect.Submit(d.t.Context(), tx, by, id, version) })
}

func (d *desk) validate(by audit.Stamp, id uuid.UUID, version int) error {
	return d.try(func(tx *pg.Tx) error { return collect.Validate(d.t.Context(), tx, by, id, version) })
}

func (d *desk) giveBack(by audit.Stamp, id uuid.UUID, version int, reason string) error {
	return d.try(func(tx *pg.Tx) error {
		return collect.Return(d.t.Context(), tx, by, id, version, "", map[string]string{"entries": reason})
	})
}

// now reads the submission as it is.
func (d *desk) now() collect.Submission {
	d.t.Helper()
	var found *pg.Rows[collect.Submission]
	d.must(d.try(func(tx *pg.Tx) error {
		b := tx.Batch()
		found = collect.Get(b, d.own)
		return b.Send(d.t.Context())
	}))
	return found.All[0]
}

// history is every version of the cells of a measure.
func (d *desk) history(measure string) string {
	d.t.Helper()
	return strings.Join(d.db.Texts(d.t, `
		SELECT concat_ws(' ', nullif(row_item || column_item, ''), 'v' || version, state, number::float8, nullif(reason, ''), nullif(comment, ''), CASE WHEN current THEN 'current' END)
		FROM cell_versions WHERE submission_id = $1 AND measure_code = $2 ORDER BY row_item, column_item, version`, d.own, measure), ", ")
}

func number(measure string, n int64) collect.Cell {
	return collect.Cell{MeasureCode: measure, State: collect.Number, Number: new(decimal.NewFromInt(n))}
}

func missing(measure string) collect.Cell {
	return collect.Cell{MeasureCode: measure, State: collect.Missing}
}

// everything answers all that is asked with « non renseigné », but for what is given.
func (d *desk) everything(but ...collect.Cell) []collect.Cell {
	d.t.Helper()
	var measures *pg.Rows[convention.Measure]
	d.must(d.try(func(tx *pg.Tx) error {
		b := tx.Batch()
		measures = collect.MeasuresOf(b, d.own)
		return b.Send(d.t.Context())
	}))
	cells := but
	for _, m := range collect.Asked(measures.All, "structure") {
		if m.Source != convention.FromPosts && !slices.ContainsFunc(but, func(c collect.Cell) bool { return c.MeasureCode == m.MeasureCode }) {
			cells = append(cells, missing(m.MeasureCode))
		}
	}
	return cells
}

// Only a cell that differs gets a new version, and the old one is kept.
func TestVersionsOfCells(t *testing.T) {
	t.Parallel()
	eachWall(t, func(t *testing.T, d *desk) {
		with := func(row, column string, n int64) collect.Cell {
			c := number("mediators", n)
			c.RowItem, c.ColumnItem = row, column
			return c
		}
		commented := number("entries", 12)
		commented.Comment = "Dont deux retours."
		d.must(d.save(d.author, d.own, 1, number("entries", 12), number("exits", 3), with("CDI", "F", 4), with("CDI", "H", 5)))
		d.must(d.save(d.author, d.own, 2, number("entries", 12), number("exits", 4), with("CDI", "F", 4), with("CDI", "H", 6)))
		d.must(d.save(d.author, d.own, 3, commented, with("CDI", "F", 4)))
		d.must(d.save(d.author, d.own, 4, collect.Cell{MeasureCode: "exits", State: collect.NotApplicable, Reason: "Aucun départ suivi."}))
		d.must(d.save(d.author, d.own, 5, missing("exits")))
		for measure, want := range map[string]string{
			"entries":   "v1 number 12, v2 number 12 Dont deux retours. current",
			"exits":     "v1 number 3, v2 number 4, v3 not_applicable Aucun départ suivi., v4 missing current",
			"mediators": "CDIF v1 number 4 current, CDIH v1 number 5, CDIH v2 number 6",
		} {
			if got := d.history(measure); got != want {
				t.Errorf("%s: %q, want %q", measure, got, want)
			}
		}
		by := d.db.Texts(t, `SELECT DISTINCT entered_by::text FROM cell_versions WHERE submission_id = $1`, d.own)
		if s := d.now(); s.Version != 6 || s.State != collect.Draft || len(s.Authors) != 1 || fmt.Sprint(by) != "["+d.author.Actor.PersonID.String()+"]" {
			t.Errorf("%+v, entered by %v", s, by)
		}
	})
}

// What is counted from posts is counted anew at each saving, at the period's end.
func TestCountedFromPosts(t *testing.T) {
	t.Parallel()
	eachWall(t, func(t *testing.T, d *desk) {
		add := func(n int, opened, filled int) {
			d.must(d.try(func(tx *pg.Tx) error {
				return site.AddPosts(t.Context(), tx, d.check, site.PostDraft{Count: n, OrganisationID: d.Structures[0], SiteID: &d.Sites[0], JobType: "CDI",
					Quotity: decimal.NewFromInt(1), OpenedOn: testdb.Day(2014, 9, opened), FilledOn: new(testdb.Day(2014, 9, filled))})
			}))
		}
		add(3, 1, 2)
		d.must(d.save(d.author, d.own, 1, number("posts_open", 99))) // what is typed there counts for nothing
		if got := d.history("posts_open"); got != "v1 number 3 current" {
			t.Errorf("%q", got)
		}
		add(2, 3, 4)
		d.must(d.save(d.author, d.own, 2))
		for measure, want := range map[string]string{"posts_open": "5", "posts_filled": "5", "jobs_created": "5", "jobs_consolidated": "0"} {
			if got := d.db.Texts(t, `SELECT sum(number)::float8::text FROM cell_versions WHERE submission_id = $1 AND measure_code = $2 AND current`, d.own, measure); fmt.Sprint(got) != "["+want+"]" {
				t.Errorf("%s: %v, want %s", measure, got, want)
			}
		}
	})
}

// A draft may break rules and lack answers; what is handed in may not.
func TestDraftIsLenient(t *testing.T) {
	t.Parallel()
	eachWall(t, func(t *testing.T, d *desk) {
		half := collect.Cell{MeasureCode: "fte", State: collect.Number, Number: new(decimal.RequireFromString("5.5"))}
		in := func(measure, row, column string, n int64) collect.Cell {
			c := number(measure, n)
			c.RowItem, c.ColumnItem = row, column
			return c
		}
		unexplained := collect.Cell{MeasureCode: "exits", State: collect.NotApplicable}
		for i, step := range []struct {
			cells []collect.Cell
			want  string // measures that keep it from being handed in
		}{
			{d.everything(), ""},
			{[]collect.Cell{half}, "fte"}, // there are no posts
			{[]collect.Cell{missing("fte"), number("certified", 1), in("mediators", "CDI", "F", 0)}, "mediators"}, // partial: V13 cannot speak
			{[]collect.Cell{missing("certified"), missing("mediators"), unexplained}, "exits"},
			{[]collect.Cell{{MeasureCode: "entries"}, missing("exits")}, "entries"}, // taken back
			{[]collect.Cell{missing("entries"), in("interventions", "PRES", "", 1)}, "interventions"},
		} {
			d.must(d.save(d.author, d.own, i+1, step.cells...))
			err := d.try(func(tx *pg.Tx) error {
				if err := collect.Submit(d.t.Context(), tx, d.author, d.own, i+2); err != nil {
					return err
				}
				return errHandedIn
			})
			if got := fields(err); got != step.want || (got == "" && !errors.Is(err, errHandedIn)) {
				t.Errorf("step %d: %q keeps it, want %q: %v", i, got, step.want, err)
			}
		}
		if got := d.history("entries"); got != "v1 missing, v2 missing current" {
			t.Errorf("taken back and given again: %q", got)
		}
	})
}

var errHandedIn = errors.New("handed in, and undone")

// fields are the names of the fields of a refusal.
func fields(err error) string {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok || f.Kind != fault.Invalid {
		return ""
	}
	var names []string
	for name := range f.Fields {
		names = append(names, name)
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}

// A submission goes from one hand to the other, and is refused anything else.
func TestWorkflow(t *testing.T) {
	t.Parallel()
	eachWall(t, func(t *testing.T, d *desk) {
		deputy, signatory, stranger := testdb.By(d.Deputy), testdb.By(d.Actors[access.Signatory]), testdb.By(d.Other)
		steps := []struct {
			what string
			err  func() error
			want fault.Kind // -1: it succeeds
			then collect.State
		}{
			{"another structure saves", func() error { return d.save(stranger, d.own, 1, missing("entries")) }, fault.NotFound, collect.ToEnter},
			{"a signatory saves", func() error { return d.save(signatory, d.own, 1, missing("entries")) }, fault.Conflict, collect.ToEnter},
			{"another convention's is saved", func() error { return d.save(d.author, d.foreign, 1, missing("entries")) }, fault.NotFound, collect.ToEnter},
			{"validated before it is handed in", func() error { return d.validate(d.check, d.own, 1) }, fault.Conflict, collect.ToEnter},
			{"handed in without answers", func() error { return d.submit(d.author, d.own, 1) }, fault.Invalid, collect.ToEnter},
			{"saved", func() error { return d.save(d.author, d.own, 1, d.everything()...) }, -1, collect.Draft},
			{"saved on the version before", func() error { return d.save(d.author, d.own, 1, d.everything()...) }, fault.Conflict, collect.Draft},
			{"another structure hands it in", func() error { return d.submit(stranger, d.own, 2) }, fault.NotFound, collect.Draft},
			{"handed in on the version before", func() error { return d.submit(d.author, d.own, 1) }, fault.Conflict, collect.Draft},
			{"handed in", func() error { return d.submit(d.author, d.own, 2) }, -1, collect.Submitted},
			{"handed in twice", func() error { return d.submit(d.author, d.own, 3) }, fault.Conflict, collect.Submitted},
			{"saved while it waits", func() error { return d.save(d.author, d.own, 3, missing("entries")) }, fault.Conflict, collect.Submitted},
			{"returned without reason", func() error { return d.giveBack(d.check, d.own, 3, "") }, fault.Invalid, collect.Submitted},
			{"returned by the structure", func() error { return d.giveBack(d.author, d.own, 3, "Non.") }, fault.Conflict, collect.Submitted},
			{"returned on the version before", func() error { return d.giveBack(d.check, d.own, 2, "Non.") }, fault.Conflict, collect.Submitted},
			{"returned", func() error { return d.giveBack(d.check, d.own, 3, "Les entrées manquent.") }, -1, collect.ToCorrect},
			{"returned twice", func() error { return d.giveBack(d.check, d.own, 4, "Encore.") }, fault.Conflict, collect.ToCorrect},
			{"corrected", func() error { return d.save(d.check, d.own, 4, number("entries", 2)) }, -1, collect.ToCorrect},
			{"handed in again", func() error { return d.submit(d.author, d.own, 5) }, -1, collect.Submitted},
			{"validated by who corrected it", func() error { return d.validate(d.check, d.own, 6) }, fault.Conflict, collect.Submitted},
			{"validated by the structure", func() error { return d.validate(d.author, d.own, 6) }, fault.Conflict, collect.Submitted},
			{"validated on the version before", func() error { return d.validate(deputy, d.own, 5) }, fault.Conflict, collect.Submitted},
			{"another convention's is validated", func() error { return d.validate(deputy, d.foreign, 1) }, fault.NotFound, collect.Submitted},
			{"validated", func() error { return d.validate(deputy, d.own, 6) }, -1, collect.Validated},
			{"validated twice", func() error { return d.validate(deputy, d.own, 7) }, fault.Conflict, collect.Validated},
			{"saved after that", func() error { return d.save(d.check, d.own, 7, number("entries", 3)) }, fault.Conflict, collect.Validated},
		}
		for _, s := range steps {
			before := d.now()
			err := s.err()
			if got := fault.KindOf(err); s.want >= 0 && (err == nil || got != s.want) || s.want < 0 && err != nil {
				t.Fatalf("%s: %v", s.what, err)
			}
			after := d.now()
			if after.State != s.then || (after.Version != before.Version) != (s.want < 0) {
				t.Fatalf("%s: %s, version %d → %d", s.what, after.State, before.Version, after.Version)
			}
		}
		if s := d.now(); s.ValidatorName != d.Deputy.Name || s.ValidatedOn == nil || !s.ValidatedOn.Equal(testdb.Today) || s.ReturnReason != "" ||
			!slices.Contains(s.Authors, d.author.Actor.PersonID) || !slices.Contains(s.Authors, d.check.Actor.PersonID) {
			t.Errorf("%+v", s)
		}
		log := d.db.Texts(t, `SELECT action FROM audit_entries WHERE convention_id = $1 AND object_id = $2 ORDER BY entry_id`, d.ID, d.own)
		if got := strings.Join(log, " "); got != "created changed submitted returned changed submitted validated" {
			t.Errorf("the log tells: %s", got)
		}
	})
}

// Asked for twice, even at once, figures are one submission.
func TestExpectOnce(t *testing.T) {
	t.Parallel()
	eachWall(t, func(t *testing.T, d *desk) {
		ids := make([]uuid.UUID, 8)
		var all sync.WaitGroup
		for i := range ids {
			all.Go(func() {
				err := d.try(func(tx *pg.Tx) (err error) {
					ids[i], err = collect.Begin(t.Context(), tx, d.author, d.Structures[0], nil, testdb.OpenPeriod)
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if slices.SortFunc(ids, func(a, b uuid.UUID) int { return strings.Compare(a.String(), b.String()) }); len(slices.Compact(ids)) != 1 {
			t.Errorf("%v", ids)
		}
		for name, begin := range map[string]func(*pg.Tx) (uuid.UUID, error){
			"another convention's structure": func(tx *pg.Tx) (uuid.UUID, error) {
				return collect.Begin(t.Context(), tx, d.check, d.other.Structures[0], nil, testdb.OpenPeriod)
			},
			"another convention's site": func(tx *pg.Tx) (uuid.UUID, error) {
				return collect.Begin(t.Context(), tx, d.check, d.Structures[0], &d.other.Sites[0], testdb.OpenPeriod)
			},
			"a site that does not exist for a structure": func(tx *pg.Tx) (uuid.UUID, error) {
				return collect.Begin(t.Context(), tx, d.author, d.Structures[0], &d.Sites[1], testdb.OpenPeriod)
			},
			"a period that there is not": func(tx *pg.Tx) (uuid.UUID, error) {
				return collect.Begin(t.Context(), tx, d.check, d.Structures[0], nil, "1914-S1")
			},
		} {
			if err := d.try(func(tx *pg.Tx) error { _, err := begin(tx); return err }); fault.KindOf(err) != fault.NotFound {
				t.Errorf("%s: %v", name, err)
			}
		}
		for name, c := range map[string]struct {
			structure int
			at        *uuid.UUID
			period    string
			says      string
		}{
			"a period not opened yet":       {0, nil, testdb.ClosedPeriod, "n’est pas ouverte à la saisie"},
			"a period with its report":      {0, nil, testdb.ValidatedPeriod, "est validé"},
			"a site where it does not work": {0, &d.Sites[1], testdb.OpenPeriod, "doit d’abord l’y rattacher"},
			"off-site, where it is nobody":  {1, nil, testdb.OpenPeriod, "pas d’activité hors site"},
		} {
			err := d.try(func(tx *pg.Tx) error {
				_, err := collect.Begin(t.Context(), tx, d.check, d.Structures[c.structure], c.at, c.period)
				return err
			})
			if fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// A submission that nobody handed in is said so, and the mission takes it over.
func TestMarkUnreturned(t *testing.T) {
	t.Parallel()
	eachWall(t, func(t *testing.T, d *desk) {
		due := testdb.Day(2015, 4, 30)
		for _, c := range []struct {
			days int
			want collect.State
		}{{collect.GraceDays - 1, collect.ToEnter}, {collect.GraceDays, collect.Unreturned}, {collect.GraceDays + 1, collect.Unreturned}} {
			d.must(d.try(func(tx *pg.Tx) error {
				return collect.MarkUnreturned(t.Context(), tx, audit.Stamp{At: d.author.At, OnDay: due.AddDate(0, 0, c.days)})
			}))
			if s := d.now(); s.State != c.want {
				t.Errorf("%d days after the deadline it is %s, want %s", c.days, s.State, c.want)
			}
		}
		if got := d.db.Texts(t, `SELECT state FROM submissions WHERE submission_id = $1`, d.foreign); got[0] != string(collect.ToEnter) {
			t.Errorf("another convention's is %s", got[0])
		}
		if err := d.save(d.author, d.own, 2, missing("entries")); fault.KindOf(err) != fault.Conflict {
			t.Errorf("the structure saves: %v", err)
		}
		d.must(d.save(d.check, d.own, 2, missing("entries")))
		if s := d.now(); s.State != collect.Draft {
			t.Errorf("%s", s.State)
		}
	})
}
