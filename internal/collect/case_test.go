package collect_test

import (
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"copil/internal/collect"
	"copil/internal/pg"
	"copil/internal/testdb"
)

// judged is the case of the desk's submission as stored.
func (d *desk) judged() collect.Case {
	d.t.Helper()
	var read *collect.CaseRows
	d.must(d.try(func(tx *pg.Tx) error {
		b := tx.Batch()
		read = collect.QueueCase(b, d.own)
		return b.Send(d.t.Context())
	}))
	c, err := read.Case()
	d.must(err)
	return c
}

// Alerts are answered by a comment, and only then are figures handed in.
func TestAlertWantsComment(t *testing.T) {
	t.Parallel()
	eachWall(t, func(t *testing.T, d *desk) {
		hours := number("training_hours", 911)
		d.must(d.save(d.author, d.own, 1, d.everything(append(d.table("mediators", "CDI", "F", 1), hours)...)...))
		if got := fields(d.submit(d.author, d.own, 2)); got != "training_hours" {
			t.Fatalf("%q keeps it", got)
		}
		hours.Comment = "Formation initiale longue de la seule personne."
		d.must(d.save(d.author, d.own, 2, hours))
		d.must(d.submit(d.author, d.own, 3))
	})
}

// What was declared in the periods before is summed; what one of them does not
// tell is not known.
func TestEarlier(t *testing.T) {
	t.Parallel()
	eachWall(t, func(t *testing.T, d *desk) {
		earlier := func() string {
			var known []string
			for _, c := range d.judged().Earlier {
				if c.Number != nil && !c.Number.IsZero() {
					known = append(known, c.MeasureCode+" "+c.Number.String())
				}
			}
			return strings.Join(known, ", ")
		}
		if got := d.judged().Earlier; len(got) != 0 {
			t.Errorf("before anything: %+v", got)
		}
		before := func(period string, cells ...collect.Cell) {
			by := d.author
			by.OnDay = testdb.Day(2014, 8, 1)
			d.must(d.try(func(tx *pg.Tx) error {
				if period != testdb.ValidatedPeriod {
					if err := collect.OpenPeriod(t.Context(), tx, d.check, period, testdb.Day(2014, 7, 1), by.OnDay); err != nil {
						return err
					}
				}
				id, err := collect.Expect(t.Context(), tx, by, d.Structures[0], &d.Sites[0], period)
				if err != nil || len(cells) == 0 {
					return err
				}
				return collect.Save(t.Context(), tx, by, id, 1, cells, "")
			}))
		}
		before(testdb.ValidatedPeriod, number("entries", 4), number("exits", 2))
		if got := earlier(); got != "entries 4, exits 2" {
			t.Errorf("one period: %q", got)
		}
		before("2013-S2", number("entries", 3), missing("exits"))
		if got := earlier(); got != "entries 7" {
			t.Errorf("two periods: %q", got)
		}
		before("2013-S1")
		if got := d.judged().Earlier; earlier() != "" || len(got) == 0 {
			t.Errorf("one of them silent: %+v", got)
		}
	})
}

// table answers a whole table: n in one box, 0 in the others.
func (d *desk) table(measure, row, column string, n int64) (cells []collect.Cell) {
	d.t.Helper()
	c := d.judged()
	for _, m := range c.Measures {
		if m.MeasureCode != measure {
			continue
		}
		for _, b := range table(c, m) {
			cell := number(measure, 0)
			if cell.RowItem, cell.ColumnItem = b[0], b[1]; b == [2]string{row, column} {
				cell.Number = new(decimal.NewFromInt(n))
			}
			cells = append(cells, cell)
		}
	}
	return cells
}

// Totals typed beside tables are kept, told to the log once, and compared.
func TestControls(t *testing.T) {
	t.Parallel()
	eachWall(t, func(t *testing.T, d *desk) {
		keep := func(n int64) {
			d.must(d.try(func(tx *pg.Tx) error {
				return collect.KeepControls(t.Context(), tx, d.author, d.own, map[string]decimal.Decimal{"mediators": decimal.NewFromInt(n)})
			}))
		}
		d.must(d.save(d.author, d.own, 1, d.everything(d.table("mediators", "CDI", "F", 4)...)...))
		keep(5)
		keep(5)
		if got := fields(d.submit(d.author, d.own, 2)); got != "mediators" {
			t.Errorf("%q keeps it", got)
		}
		keep(4)
		for _, f := range collect.Check(d.judged()) {
			if f.Measure == "mediators" {
				t.Errorf("%+v", f)
			}
		}
		if n := d.db.Texts(t, `SELECT after ->> 'controls' FROM audit_entries WHERE convention_id = $1 AND object_id = $2 AND after ? 'controls'`, d.ID, d.own); len(n) != 2 {
			t.Errorf("the log tells of %v", n)
		}
		err := d.try(func(tx *pg.Tx) error {
			return collect.KeepControls(t.Context(), tx, d.author, d.foreign, map[string]decimal.Decimal{"mediators": decimal.Zero})
		})
		if err == nil {
			t.Error("another convention's submission is written")
		}
	})
}

// An organisation is counted once, however its SIREN is typed.
func TestSirensAreBare(t *testing.T) {
	t.Parallel()
	eachWall(t, func(t *testing.T, d *desk) {
		d.must(d.save(d.author, d.own, 1, collect.Cell{MeasureCode: "commissioners", State: collect.Number, Number: new(decimal.NewFromInt(2)),
			Identifiers: []string{"732 829 320", "inconnu 1"}}))
		if got := d.db.Texts(t, `SELECT identifiers::text FROM cell_versions WHERE submission_id = $1 AND measure_code = 'commissioners'`, d.own); got[0] != `{732829320,"inconnu 1"}` {
			t.Errorf("%v", got)
		}
	})
}
