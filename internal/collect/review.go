package collect

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"copil/internal/audit"
	"copil/internal/convention"
	"copil/internal/fault"
	"copil/internal/french"
	"copil/internal/pg"
)

// Remark is what a reviewer asked to correct.
type Remark struct {
	Round       int
	MeasureCode string // "" for the submission as a whole
	Remark      string
	Reviewer    string // as displayed
	MadeOn      time.Time
}

// Remarks returns every remark on a submission, the last round first.
func Remarks(b *pg.Batch, id uuid.UUID) *pg.Rows[Remark] {
	return pg.Queue[Remark](b, `
		SELECT round, measure_code, remark, made_on,
		       coalesce((SELECT name FROM members m WHERE m.convention_id = @convention AND m.person_id = r.made_by ORDER BY m.ends_on DESC LIMIT 1), '') AS reviewer
		FROM remarks r
		WHERE r.convention_id = @convention AND r.submission_id = @id
		ORDER BY round DESC, measure_code`, pg.Args{"id": id})
}

// Return sends figures back to who entered them: general says what it is about
// and may be empty, remarks say by measure what to correct. Only the measures
// that are remarked reopen, so that there must be one.
func Return(ctx context.Context, tx *pg.Tx, by audit.Stamp, id uuid.UUID, version int, general string, remarks map[string]string) error {
	s, err := load(ctx, tx, id)
	if err != nil {
		return err
	}
	if reason := MayReturn(s.Submission, by.Actor); reason != "" {
		return fault.New(fault.Conflict, "%s", reason)
	}
	if err := s.changed(version); err != nil {
		return err
	}
	remarks = maps.Clone(remarks)
	maps.DeleteFunc(remarks, func(_, remark string) bool { return strings.TrimSpace(remark) == "" })
	if len(remarks) == 0 {
		return fault.OnField(fault.Invalid, "reason", "Indiquez ce qui est à corriger, sous chaque chiffre concerné\u00a0: seuls ces chiffres rouvrent.")
	}
	for code := range remarks {
		if !slices.ContainsFunc(s.measures, func(m convention.Measure) bool { return m.MeasureCode == code }) {
			return fault.New(fault.NotFound, pg.NoSuchRecord)
		}
	}
	b := tx.Batch()
	insert := func(measure, remark string) {
		pg.QueueExec(b, `
			INSERT INTO remarks (convention_id, submission_id, round, measure_code, remark, made_by, made_on)
			VALUES (@convention, @id, @round, @measure, @remark, @by, @on)`,
			pg.Args{"id": id, "round": s.Round + 1, "measure": measure, "remark": remark, "by": by.Actor.PersonID, "on": by.OnDay})
	}
	if general != "" {
		insert("", general)
	}
	for _, code := range slices.Sorted(maps.Keys(remarks)) {
		insert(code, remarks[code])
	}
	pg.QueueExec(b, `
		UPDATE submissions SET state = 'a_corriger', round = round + 1, return_reason = @reason, version = version + 1
		WHERE convention_id = @convention AND submission_id = @id`, pg.Args{"id": id, "reason": general})
	if err := b.Send(ctx); err != nil {
		return err
	}
	e := entry(by, audit.Returned, s.Submission)
	e.After = map[string]any{"reason": general, "remarks": remarks}
	return audit.Record(ctx, tx, e)
}

// AddRemark opens one more figure of a submission that was returned, which is then
// to be corrected as the others are. The figures themselves do not change, so that
// who is entering them goes on.
func AddRemark(ctx context.Context, tx *pg.Tx, by audit.Stamp, id uuid.UUID, measure, remark string) error {
	s, err := load(ctx, tx, id)
	if err != nil {
		return err
	}
	if reason := MayRemark(s.Submission, by.Actor); reason != "" {
		return fault.New(fault.Conflict, "%s", reason)
	}
	i := slices.IndexFunc(s.measures, func(m convention.Measure) bool { return m.MeasureCode == measure })
	switch {
	case measure == "":
		return fault.OnField(fault.Invalid, "measure", "Choisissez le chiffre à rouvrir.")
	case i < 0:
		return fault.New(fault.NotFound, pg.NoSuchRecord)
	case slices.Contains(s.Remarked, measure):
		return fault.OnField(fault.Invalid, "measure", "Ce chiffre porte déjà une remarque\u00a0: il est ouvert.")
	case strings.TrimSpace(remark) == "":
		return fault.OnField(fault.Invalid, "remark", "Écrivez ce qui est à corriger.")
	}
	err = pg.Exec(ctx, tx, `
		INSERT INTO remarks (convention_id, submission_id, round, measure_code, remark, made_by, made_on)
		VALUES (@convention, @id, @round, @measure, @remark, @by, @on)`,
		pg.Args{"id": id, "round": s.Round, "measure": measure, "remark": remark, "by": by.Actor.PersonID, "on": by.OnDay})
	if err != nil {
		return err
	}
	e := entry(by, audit.Returned, s.Submission)
	e.After = map[string]any{"remarks": map[string]string{measure: remark}}
	return audit.Record(ctx, tx, e)
}

// onlyRemarked refuses new figures where no remark stands. Figures that stay what
// they are, and new comments, are fine.
func (l loaded) onlyRemarked(cells []Cell) error {
	var locked []string
	for _, m := range l.measures {
		of := func(c Cell) bool { return c.MeasureCode == m.MeasureCode }
		if slices.ContainsFunc(cells, of) && MayWriteMeasure(l.Submission, m) != "" && !sameFigures(only(cells, of), only(l.cells, of)) {
			locked = append(locked, "«\u00a0"+m.Label+"\u00a0»")
		}
	}
	if len(locked) > 0 {
		return fault.New(fault.Conflict, "La saisie a été renvoyée pour correction\u00a0: seuls changent les chiffres qui portent une remarque, et non %s.", french.List(locked))
	}
	return nil
}

func only(cells []Cell, which func(Cell) bool) []Cell {
	return slices.DeleteFunc(slices.Clone(cells), func(c Cell) bool { return !which(c) || c.State == "" })
}

// sameFigures compares the cells of one measure, whatever their comments.
func sameFigures(a, b []Cell) bool {
	if len(a) != len(b) {
		return false
	}
	for _, x := range a {
		if !slices.ContainsFunc(b, func(y Cell) bool {
			return x.RowItem == y.RowItem && x.ColumnItem == y.ColumnItem && x.State == y.State && x.Reason == y.Reason &&
				slices.Equal(x.Identifiers, y.Identifiers) && (x.Number == y.Number || x.Number != nil && y.Number != nil && x.Number.Equal(*y.Number))
		}) {
			return false
		}
	}
	return true
}

// Chosen is a submission in the version that somebody saw.
type Chosen struct {
	SubmissionID uuid.UUID
	Version      int
}

// Outcome is what became of one of those to validate.
type Outcome struct {
	Submission Submission // as it was before
	Reason     string     // why it was not validated, "" when it was
}

// ValidateMany validates those of the chosen submissions that the actor may
// validate, and says of each other one why not. One that does not exist in the
// convention has no outcome.
func ValidateMany(ctx context.Context, tx *pg.Tx, by audit.Stamp, chosen []Chosen) ([]Outcome, error) {
	seen, ids := map[uuid.UUID]int{}, []uuid.UUID{}
	for _, c := range chosen {
		seen[c.SubmissionID] = c.Version
		ids = append(ids, c.SubmissionID)
	}
	b := tx.Batch()
	pg.QueueExec(b, `
		SELECT FROM submissions WHERE convention_id = @convention AND submission_id = ANY (@ids) ORDER BY submission_id FOR UPDATE`, pg.Args{"ids": ids})
	found := pg.Queue[Submission](b, selectSubmissions+` AND s.submission_id = ANY (@ids) ORDER BY o.name, x.code NULLS LAST`, pg.Args{"ids": ids})
	periods := convention.Periods(b)
	if err := b.Send(ctx); err != nil {
		return nil, err
	}
	var outcomes []Outcome
	var accepted []uuid.UUID
	var log []audit.Entry
	for _, s := range found.All {
		o := Outcome{s, mayValidateIn(periods.All, s, by)}
		if o.Reason == "" && s.Version != seen[s.SubmissionID] {
			o.Reason = "La saisie a changé entre-temps\u00a0: relisez-la."
		}
		if o.Reason == "" {
			accepted, log = append(accepted, s.SubmissionID), append(log, entry(by, audit.Validated, s))
		}
		outcomes = append(outcomes, o)
	}
	if len(accepted) == 0 {
		return outcomes, nil
	}
	err := pg.Exec(ctx, tx, `
		UPDATE submissions SET state = 'validee', validated_by = @by, validated_on = @on, version = version + 1
		WHERE convention_id = @convention AND submission_id = ANY (@ids)`, pg.Args{"ids": accepted, "by": by.Actor.PersonID, "on": by.OnDay})
	if err != nil {
		return nil, err
	}
	return outcomes, audit.Record(ctx, tx, log...)
}

func mayValidateIn(periods []convention.Period, s Submission, by audit.Stamp) string {
	if reason := MayValidate(s, by.Actor); reason != "" {
		return reason
	}
	i := slices.IndexFunc(periods, func(p convention.Period) bool { return p.PeriodCode == s.PeriodCode })
	if periods[i].StateOn(by.OnDay) != convention.PeriodOpen {
		return "Le bilan de cette période est validé\u00a0: ses chiffres ne changent plus."
	}
	return ""
}
