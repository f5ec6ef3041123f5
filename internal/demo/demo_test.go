package demo_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"copil/internal/convention"
	"copil/internal/demo"
	"copil/internal/indicator"
	"copil/internal/pg"
	"copil/internal/testdb"
)

var semesters = []string{"2013-S1", "2013-S2", "2014-S1", "2014-S2"}

const password = "mot de passe de démonstration"

// world is the demonstration, made once for all tests of this run.
type world struct {
	*testdb.DB
	options          demo.Options
	accounts         []demo.Account
	mediation, coast uuid.UUID // conventions
	cells            []cell    // of the first one
}

// cell is a current answer, of a submission in whatever state.
type cell struct {
	Period, Organisation, Site, State     string // Site is "HS" off-site; State is the submission's
	Measure, Row, Column, Answer, Comment string
	Number                                decimal.Decimal // zero unless Answer is "number"
}

var (
	once   sync.Once
	shared world
	failed error
)

func theWorld(t *testing.T) world {
	t.Helper()
	db := testdb.Open(t)
	once.Do(func() {
		now := time.Now()
		shared.options = demo.Options{Pool: db.Pool, System: db.System, Password: password, Now: now, Suffix: fmt.Sprintf("t%x", now.UnixNano())}
		if shared.accounts, failed = demo.Load(context.Background(), shared.options); failed != nil {
			return
		}
		// A new convention is unknown to the planner until the next analyze.
		if _, failed = db.Owner.Exec(context.Background(), `ANALYZE`); failed != nil {
			return
		}
		shared.DB = db
		shared.mediation = conventionOf(t, db, "mediation-npdc-"+shared.options.Suffix)
		shared.coast = conventionOf(t, db, "territoire-b-"+shared.options.Suffix)
		shared.cells = cellsOf(t, db, shared.mediation)
	})
	if failed != nil {
		t.Fatal(failed)
	}
	return shared
}

func conventionOf(t *testing.T, db *testdb.DB, slug string) uuid.UUID {
	t.Helper()
	return uuid.MustParse(db.Texts(t, `SELECT convention_id::text FROM conventions WHERE slug = $1`, slug)[0])
}

func cellsOf(t *testing.T, db *testdb.DB, id uuid.UUID) []cell {
	t.Helper()
	rows, err := db.Owner.Query(t.Context(), `
		SELECT s.period_code AS period, o.code AS organisation, coalesce(x.code, 'HS') AS site, s.state,
		       c.measure_code AS measure, c.row_item AS row, c.column_item AS "column", c.state AS answer, c.comment,
		       coalesce(c.number, 0) AS number
		FROM cell_versions c
		JOIN submissions s USING (convention_id, submission_id)
		JOIN organisations o USING (convention_id, organisation_id)
		LEFT JOIN sites x USING (convention_id, site_id)
		WHERE convention_id = $1 AND c.current
		ORDER BY 1, 2, 3, 5, 6, 7`, id)
	if err != nil {
		t.Fatal(err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[cell])
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// sum adds up the numbers of the cells that keep lets through.
func (w world) sum(keep func(cell) bool) decimal.Decimal {
	total := decimal.Zero
	for _, c := range w.cells {
		if keep(c) {
			total = total.Add(c.Number)
		}
	}
	return total
}

// of is the sum of a measure for one organisation, one site ("" for all) and one period.
func (w world) of(period, organisation, site, measure string) decimal.Decimal {
	return w.sum(func(c cell) bool {
		return c.Period == period && c.Organisation == organisation && (site == "" || c.Site == site) && c.Measure == measure
	})
}

// readings are what the indicators say, by the code that the pages use.
type readings struct {
	indicator.Data
	indicators map[string]convention.Indicator
	periods    map[string]convention.Period
}

func (w world) read(t *testing.T, id uuid.UUID) readings {
	t.Helper()
	r := readings{indicators: map[string]convention.Indicator{}, periods: map[string]convention.Period{}}
	w.Read(t, id, func(b *pg.Batch) {
		indicators := convention.Indicators(b, testdb.Today)
		periods, measures, expected := convention.Periods(b), convention.Measures(b, testdb.Today), indicator.Expectations(b)
		if err := b.Send(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, ind := range indicators.All {
			r.indicators[ind.IndicatorCode] = ind
		}
		for _, p := range periods.All {
			r.periods[p.PeriodCode] = p
		}
		r.Periods, r.Measures, r.Expectations = periods.All, measures.All, expected.All
	})
	w.Read(t, id, func(b *pg.Batch) {
		facts := indicator.Facts(b, slices.Sorted(maps.Keys(r.indicators)), indicator.Breakdown{Rows: true, Columns: true})
		if err := b.Send(t.Context()); err != nil {
			t.Fatal(err)
		}
		r.Facts = facts.All
	})
	return r
}

func (r readings) at(code, period string) indicator.Reading {
	return r.Read(r.indicators[code], r.periods[period])
}

func equal(t *testing.T, what string, got decimal.Decimal, want string) {
	t.Helper()
	if !got.Equal(decimal.RequireFromString(want)) {
		t.Errorf("%s: %s, want %s", what, got, want)
	}
}

// percent is a ratio as shown.
func percent(d decimal.Decimal) string { return d.Mul(decimal.NewFromInt(100)).StringFixed(1) }
