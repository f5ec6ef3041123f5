package collect

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"copil/internal/audit"
	"copil/internal/convention"
	"copil/internal/fault"
	"copil/internal/pg"
)

// Submit hands the figures in for validation. Every measure asked of the
// reporter must have an answer, but for what a short form leaves out, every box of
// a table a number, and no rule may be broken.
func Submit(ctx context.Context, tx *pg.Tx, by audit.Stamp, id uuid.UUID, version int) error {
	s, err := loadToWrite(ctx, tx, by, id, version)
	if err != nil {
		return err
	}
	b := tx.Batch()
	read := QueueCase(b, id)
	if err := b.Send(ctx); err != nil {
		return err
	}
	c, err := read.Case()
	if err != nil {
		return err
	}
	c.Words = by.Actor.Words
	if bad := Blocking(c); len(bad) > 0 {
		return &fault.Error{Kind: fault.Invalid, Message: "La saisie n’est pas soumise\u00a0: des réponses manquent ou se contredisent.", Fields: bad}
	}
	err = pg.Exec(ctx, tx, `
		UPDATE submissions SET state = 'soumise', submitted_by = @by, submitted_on = @on, submitted_at = @at, return_reason = '',
			short_form = @short, alerts = @alerts, version = version + 1
		WHERE convention_id = @convention AND submission_id = @id`,
		pg.Args{"id": id, "by": by.Actor.PersonID, "on": by.OnDay, "at": by.At, "short": c.leftOut(), "alerts": c.explained()})
	if err != nil {
		return err
	}
	return audit.Record(ctx, tx, entry(by, audit.Submitted, s.Submission))
}

// Validate accepts figures that somebody else entered; from then on they count.
func Validate(ctx context.Context, tx *pg.Tx, by audit.Stamp, id uuid.UUID, version int) error {
	s, err := load(ctx, tx, id)
	if err != nil {
		return err
	}
	if reason := MayValidate(s.Submission, by.Actor); reason != "" {
		return fault.New(fault.Conflict, "%s", reason)
	}
	if s.period.StateOn(by.OnDay) != convention.PeriodOpen {
		return fault.New(fault.Conflict, "Le bilan de cette période est validé\u00a0: ses chiffres ne changent plus.")
	}
	if err := s.changed(version); err != nil {
		return err
	}
	return move(ctx, tx, by, s, audit.Validated, `
		UPDATE submissions SET state = 'validee', validated_by = @by, validated_on = @on, version = version + 1
		WHERE convention_id = @convention AND submission_id = @id`)
}

// move changes a submission's state and tells the log.
func move(ctx context.Context, tx *pg.Tx, by audit.Stamp, s loaded, action audit.Action, sql string) error {
	if err := pg.Exec(ctx, tx, sql, pg.Args{"id": s.SubmissionID, "by": by.Actor.PersonID, "on": by.OnDay}); err != nil {
		return err
	}
	return audit.Record(ctx, tx, entry(by, action, s.Submission))
}

func entry(by audit.Stamp, action audit.Action, s Submission) audit.Entry {
	return audit.Entry{Stamp: by, Action: action, ObjectType: Object, ObjectID: s.SubmissionID.String(),
		ObjectLabel: fmt.Sprintf("%s, %s, %s", s.Organisation, s.Place(), s.PeriodCode),
		Before:      map[string]any{"state": s.State}}
}

// OpenPeriod opens the collecting of a period, with the day on which figures are due.
func OpenPeriod(ctx context.Context, tx *pg.Tx, by audit.Stamp, period string, opened, due time.Time) error {
	err := pg.Exec(ctx, tx, `
		UPDATE periods SET opened_on = @opened, due_on = @due, version = version + 1
		WHERE convention_id = @convention AND period_code = @period`,
		pg.Args{"period": period, "opened": opened, "due": due})
	if err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Entry{Stamp: by, Action: audit.StateChanged, ObjectType: audit.Period, ObjectID: period, ObjectLabel: period,
		After: map[string]string{"opened_on": opened.Format(time.DateOnly), "due_on": due.Format(time.DateOnly)}})
}
