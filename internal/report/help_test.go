package report_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"copil/internal/demo"
	"copil/internal/pg"
	"copil/internal/report"
	"copil/internal/testdb"
)

// The demonstration is loaded once for the package, under a suffix of its own.
var (
	suffix = strings.ToLower(uuid.NewString()[24:])
	once   sync.Once
	failed error
)

// build makes the report of a period of a demonstration convention, as of a day.
func build(t *testing.T, slug, code string, today time.Time) (r report.Report, err error) {
	t.Helper()
	db := testdb.Open(t)
	once.Do(func() {
		_, failed = demo.Load(context.Background(), demo.Options{Pool: db.Pool, System: db.System,
			Password: "un mot de passe d’essai", Now: testdb.Today.Add(9 * time.Hour), Suffix: suffix})
		if failed == nil {
			_, failed = db.Owner.Exec(context.Background(), `ANALYZE`) // a database just filled has no statistics to plan with
		}
	})
	if failed != nil {
		t.Fatal(failed)
	}
	id := uuid.MustParse(db.Texts(t, `SELECT convention_id::text FROM conventions WHERE slug = $1`, slug+"-"+suffix)[0])
	db.In(t, id, func(tx *pg.Tx) error {
		b := tx.Batch()
		source := report.Load(b, code, today)
		if err := b.Send(t.Context()); err != nil {
			return err
		}
		r, err = source.Build()
		return nil
	})
	return r, err
}

// must is a report that has to be there.
func must(t *testing.T, slug, code string) report.Report {
	t.Helper()
	r, err := build(t, slug, code, testdb.Today)
	if err != nil {
		t.Fatal(err)
	}
	return r
}
