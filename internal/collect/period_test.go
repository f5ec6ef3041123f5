package collect_test

import (
	"testing"
	"time"

	"copil/internal/audit"
	"copil/internal/collect"
	"copil/internal/fault"
	"copil/internal/pg"
	"copil/internal/testdb"
)

func TestReportIsValidatedThenPresentedOnce(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	on := func(month time.Month, day int) time.Time { return time.Date(2014, month, day, 0, 0, 0, 0, time.UTC) }
	if _, err := db.Owner.Exec(t.Context(), `
		INSERT INTO periods (convention_id, period_code, label, position, starts_on, ends_on)
		VALUES ($1, 'P1', 'Premier semestre', 1, '2014-01-01', '2014-06-30')`, db.Acme); err != nil {
		t.Fatal(err)
	}
	type step = func(*pg.Tx, audit.Stamp) error
	open := func(tx *pg.Tx, by audit.Stamp) error {
		return collect.OpenPeriod(t.Context(), tx, by, "P1", by.OnDay, on(time.August, 31))
	}
	validate := func(tx *pg.Tx, by audit.Stamp) error { return collect.ValidatePeriod(t.Context(), tx, by, "P1") }
	present := func(tx *pg.Tx, by audit.Stamp) error { return collect.PresentPeriod(t.Context(), tx, by, "P1") }
	for _, s := range []struct {
		what    string
		day     time.Time
		do      step
		refused bool
	}{
		{"validate what was never collected", on(time.June, 2), validate, true},
		{"open", on(time.June, 2), open, false},
		{"validate a period that runs", on(time.June, 30), validate, true},
		{"present what is not validated", on(time.July, 1), present, true},
		{"validate", on(time.October, 7), validate, false},
		{"validate twice", on(time.October, 8), validate, true},
		{"present", on(time.November, 25), present, false},
		{"present twice", on(time.November, 26), present, true},
	} {
		err := db.InConvention(t.Context(), db.Acme, pg.ReadWrite, func(tx *pg.Tx) error {
			return s.do(tx, audit.Stamp{At: s.day, OnDay: s.day})
		})
		if got := fault.KindOf(err) == fault.Conflict; got != s.refused || (err != nil) != s.refused {
			t.Errorf("%s: %v, refused should be %t", s.what, err, s.refused)
		}
	}
	got := db.Texts(t, `SELECT concat_ws(' ', validated_on, presented_on) FROM periods WHERE convention_id = $1`, db.Acme)
	if got[0] != "2014-10-07 2014-11-25" {
		t.Errorf("validated and presented on %s", got[0])
	}
	log := db.Texts(t, `SELECT on_day::text FROM audit_entries WHERE convention_id = $1 AND object_type = 'period' ORDER BY entry_id`, db.Acme)
	if len(log) != 3 {
		t.Errorf("the log has %v, want an opening, a validation and a presentation", log)
	}
}
