package collect

import (
	"context"
	"time"

	"copil/internal/audit"
	"copil/internal/convention"
	"copil/internal/fault"
	"copil/internal/french"
	"copil/internal/pg"
)

// ValidatePeriod notes that the committee validated a period's report on the
// stamp's day: from then on its figures do not change (art. 4).
func ValidatePeriod(ctx context.Context, tx *pg.Tx, by audit.Stamp, period string) error {
	p, err := lockPeriod(ctx, tx, period)
	if err != nil {
		return err
	}
	if p.StateOn(by.OnDay) != convention.PeriodOpen || !p.EndsOn.Before(by.OnDay) {
		return fault.New(fault.Conflict, "Seul se valide le bilan d’une période achevée et en collecte.")
	}
	waiting, err := pg.One[struct{ N int }](ctx, tx, `
		SELECT count(*) AS n FROM submissions
		WHERE convention_id = @convention AND period_code = @period AND state = 'soumise'`, pg.Args{"period": period})
	if err != nil {
		return err
	}
	if waiting.N > 0 {
		return fault.New(fault.Conflict, "Des saisies soumises attendent encore leur validation\u00a0: %s.", french.Int(waiting.N))
	}
	return closePeriod(ctx, tx, by, p, "validated_on", `
		UPDATE periods SET validated_on = @on, version = version + 1
		WHERE convention_id = @convention AND period_code = @period`)
}

// PresentPeriod notes that a period's report, validated before, was presented on
// the stamp's day.
func PresentPeriod(ctx context.Context, tx *pg.Tx, by audit.Stamp, period string) error {
	p, err := lockPeriod(ctx, tx, period)
	if err != nil {
		return err
	}
	if p.StateOn(by.OnDay) != convention.PeriodValidated {
		return fault.New(fault.Conflict, "Un bilan est validé avant d’être présenté, et présenté une seule fois.")
	}
	return closePeriod(ctx, tx, by, p, "presented_on", `
		UPDATE periods SET presented_on = @on, version = version + 1
		WHERE convention_id = @convention AND period_code = @period`)
}

func lockPeriod(ctx context.Context, tx *pg.Tx, period string) (convention.Period, error) {
	return pg.One[convention.Period](ctx, tx, `
		SELECT period_code, label, position, starts_on, ends_on, reconstituted, opened_on, due_on, closed_on, message, validated_on, presented_on, version
		FROM periods WHERE convention_id = @convention AND period_code = @period FOR UPDATE`, pg.Args{"period": period})
}

// closePeriod runs one of the two statements above and tells the log.
func closePeriod(ctx context.Context, tx *pg.Tx, by audit.Stamp, p convention.Period, field, sql string) error {
	if err := pg.Exec(ctx, tx, sql, pg.Args{"period": p.PeriodCode, "on": by.OnDay}); err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Entry{Stamp: by, Action: audit.StateChanged, ObjectType: audit.Period,
		ObjectID: p.PeriodCode, ObjectLabel: p.Label,
		After: map[string]string{field: by.OnDay.Format(time.DateOnly)}})
}
