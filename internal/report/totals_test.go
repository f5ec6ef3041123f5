package report_test

import (
	"cmp"
	"errors"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"copil/internal/document"
	"copil/internal/pg"
	"copil/internal/report"
	"copil/internal/testdb"
)

// placeTables are the tables of figures by site or by structure.
func placeTables(r report.Report) (found []document.Table) {
	for _, b := range r.Document.Body {
		if t, ok := b.(document.Table); ok && (t.Short == "Sites – chiffres validés" || strings.HasSuffix(t.Short, "– par structure")) {
			found = append(found, t)
		}
	}
	return found
}

func TestRowsAddUpToTheirTotal(t *testing.T) {
	t.Parallel()
	reports := []struct{ slug, code string }{
		{"mediation-npdc", "2013-S1"}, {"mediation-npdc", "2014-S1"}, {"mediation-npdc", "2014-S2"},
		{"territoire-b", "2014"}, // an organisation that is no structure declares there
	}
	for _, of := range reports {
		t.Run(of.slug+" "+of.code, func(t *testing.T) {
			t.Parallel()
			tables := placeTables(must(t, of.slug, of.code))
			if len(tables) == 0 {
				t.Fatalf("%d tables of places", len(tables))
			}
			for _, table := range tables {
				total := table.Rows[len(table.Rows)-1]
				for i, c := range total.Cells[1:] {
					sum := decimal.Zero
					for _, r := range table.Rows[:len(table.Rows)-1] {
						if n := r.Cells[i+1].Number; n != nil {
							sum = sum.Add(*n)
						}
					}
					if c.Number != nil && !sum.Equal(*c.Number) {
						t.Errorf("%s, %s: rows add up to %s, total %s", table.Caption, table.Columns[i+1].Title, sum, c.Number)
					}
				}
			}
		})
	}
}

// A site whose first state comes after the figures were given, and a structure that has left the list, keep their rows.
func TestPlacesWithoutStateKeepTheirRows(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t)
	must(t, "mediation-npdc", "2014-S2") // loads the demonstration
	id := uuid.MustParse(db.Texts(t, `SELECT convention_id::text FROM conventions WHERE slug = $1`, "mediation-npdc-"+suffix)[0])
	late := testdb.Today.AddDate(0, 0, -1)
	var r report.Report
	undo := errors.New("undone: other tests read the same data")
	err := db.InConvention(t.Context(), id, pg.ReadWrite, func(tx *pg.Tx) error {
		for _, sql := range []string{
			`UPDATE site_states SET since_on = @late WHERE convention_id = @convention AND site_id = (SELECT site_id FROM sites WHERE convention_id = @convention AND code = 'S4')`,
			`UPDATE structures SET delisted_on = '2014-12-01' WHERE convention_id = @convention AND @late::date IS NOT NULL
			 AND organisation_id = (SELECT organisation_id FROM organisations WHERE convention_id = @convention AND name = 'Beffrois Médiation')`,
		} {
			if err := pg.Exec(t.Context(), tx, sql, pg.Args{"late": late}); err != nil {
				return err
			}
		}
		b := tx.Batch()
		source := report.Load(b, "2014-S2", testdb.Today)
		if err := b.Send(t.Context()); err != nil {
			return err
		}
		var err error
		r, err = source.Build()
		return cmp.Or(err, undo)
	})
	if !errors.Is(err, undo) {
		t.Fatal(err)
	}
	for _, table := range placeTables(r) {
		want := "Beffrois Médiation"
		if strings.HasPrefix(table.Short, "Sites") {
			want = "S4 – Valenciennes – Anzin – Denain"
		}
		if !hasRow(table, want) {
			t.Errorf("%s has no row for %s", table.Caption, want)
		}
	}
}

func hasRow(t document.Table, head string) bool {
	for _, r := range t.Rows {
		if r.Cells[0].Text == head {
			return true
		}
	}
	return false
}
