package indicator_test

import (
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
	"copil/internal/indicator"
	"copil/internal/pg"
	"copil/internal/testdb"
)

func TestMain(m *testing.M) { testdb.Main(m) }

// Only validated figures count, in their current version.
func TestFacts(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t)
	ours, other := db.Agreement(t), db.Agreement(t)
	for i, a := range []*testdb.Agreement{ours, other} {
		db.In(t, a.ID, func(tx *pg.Tx) error { return enter(t, tx, a, int64(10+i)) })
	}
	for wall, pool := range map[string]*pg.Pool{"both walls": db.Pool, "first wall alone": db.Twin} {
		var byRow, whole, headline, dashboard, none *pg.Rows[indicator.Fact]
		var expected *pg.Rows[indicator.Expectation]
		err := pool.InConvention(t.Context(), ours.ID, pg.ReadOnly, func(tx *pg.Tx) error {
			b := tx.Batch()
			byRow = indicator.Facts(b, []string{"A3-04"}, indicator.Breakdown{Rows: true, Columns: true})
			whole = indicator.Facts(b, []string{"A3-04"}, indicator.Breakdown{})
			none = indicator.Facts(b, []string{}, indicator.Breakdown{})
			headline, dashboard, expected = indicator.HeadlineFacts(b, indicator.Breakdown{}), indicator.DashboardFacts(b), indicator.Expectations(b)
			return b.Send(t.Context())
		})
		if err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]struct{ got, want string }{
			"broken down":         {facts(byRow.All, "mediators"), "CDI F 10 true, CDI H 3 true"},
			"as a whole":          {facts(whole.All, "mediators"), "  13 true"},
			"of no indicator":     {facts(none.All, ""), ""},
			"headline":            {facts(headline.All, "mediators"), "  13 true"},
			"dashboard":           {facts(dashboard.All, "mediators"), "CDI  13 true"},
			"missing is not zero": {facts(dashboard.All, "fte"), "  0 false"},
		} {
			if c.got != c.want {
				t.Errorf("%s, %s: %q, want %q", wall, name, c.got, c.want)
			}
		}
		if len(expected.All) != 2 || expected.All[0].State != "validee" || !expected.All[0].Structure || expected.All[1].State != "brouillon" {
			t.Errorf("%s: %+v", wall, expected.All)
		}
	}
}

// facts lists what is known of a measure, without the boxes of a table that were
// answered by zero.
func facts(list []indicator.Fact, measure string) string {
	var found []string
	for _, f := range list {
		zero := f.Known && f.RowItem != "" && f.Number.IsZero()
		if (measure == "" || f.MeasureCode == measure) && !zero {
			found = append(found, fmt.Sprintf("%s %s %s %v", f.RowItem, f.ColumnItem, f.Number, f.Known))
		}
	}
	slices.Sort(found)
	return strings.Join(found, ", ")
}

// enter has the first structure's figures corrected and validated, and leaves
// the second one's a draft.
func enter(t *testing.T, tx *pg.Tx, a *testdb.Agreement, women int64) error {
	ctx := t.Context()
	by := testdb.By(a.Actors[access.Structure])
	first, err := collect.Begin(ctx, tx, by, a.Structures[0], &a.Sites[0], testdb.OpenPeriod)
	if err != nil {
		return err
	}
	second, err := collect.Begin(ctx, tx, by, a.Structures[1], &a.Sites[0], testdb.OpenPeriod)
	if err != nil {
		return err
	}
	b := tx.Batch()
	measures, items := collect.MeasuresOf(b, first), convention.Items(b, "job_type", "sex")
	if err := b.Send(ctx); err != nil {
		return err
	}
	cells := []collect.Cell{{MeasureCode: "mediators", RowItem: "CDI", ColumnItem: "F", State: collect.Number, Number: new(decimal.NewFromInt(1))}}
	for _, m := range collect.Asked(measures.All, "structure") {
		if m.Source != convention.FromPosts && m.MeasureCode != "mediators" {
			cells = append(cells, collect.Cell{MeasureCode: m.MeasureCode, State: collect.Missing})
		}
	}
	corrected := table(items.All, map[string]int64{"CDI.F": women, "CDI.H": 3})
	checker, other := testdb.By(a.Actors[access.Signatory]), testdb.By(a.Other)
	for _, step := range []func() error{
		func() error { return collect.Save(ctx, tx, by, first, 1, cells, "") },
		func() error { return collect.Save(ctx, tx, by, first, 2, corrected, "") },
		func() error { return collect.Submit(ctx, tx, by, first, 3) },
		func() error { return collect.Validate(ctx, tx, checker, first, 4) },
		func() error { return draft(t, tx, other, second, corrected) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// table answers every box of the mediators' table: those not named are zero.
func table(items []convention.Item, named map[string]int64) (cells []collect.Cell) {
	for _, row := range items {
		for _, column := range items {
			if row.ListCode == "job_type" && column.ListCode == "sex" {
				n := decimal.NewFromInt(named[row.ItemCode+"."+column.ItemCode])
				cells = append(cells, collect.Cell{MeasureCode: "mediators", RowItem: row.ItemCode, ColumnItem: column.ItemCode, State: collect.Number, Number: &n})
			}
		}
	}
	return cells
}

func draft(t *testing.T, tx *pg.Tx, by audit.Stamp, id uuid.UUID, cells []collect.Cell) error {
	return collect.Save(t.Context(), tx, by, id, 1, cells, "")
}
