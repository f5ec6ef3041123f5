package collect

import (
	"slices"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"copil/internal/convention"
	"copil/internal/pg"
)

// Size is how large the organisation of a submission is, by the measure that its
// convention chose, and below what it may leave the form short. Its zero value is
// that of a convention without a short form.
type Size struct {
	SubmissionID uuid.UUID
	Measure      string
	Below        int
	Last         *decimal.Decimal // in the last period before in which all its places are validated with a number; nil: none
	Others       *decimal.Decimal // in its other places in this period; nil: one of them does not tell yet
}

// queueSizes reads the sizes of the structures among the submissions s that a
// condition chooses.
func queueSizes(b *pg.Batch, which string, args pg.Args) *pg.Rows[Size] {
	return pg.Queue[Size](b, `
		WITH short AS (
			SELECT short_form ->> 'measure' AS measure, (short_form ->> 'below')::int AS below
			FROM conventions WHERE convention_id = @convention AND short_form IS NOT NULL),
		asked AS MATERIALIZED (
			SELECT s.submission_id, s.organisation_id, p.position
			FROM submissions s
			JOIN periods p ON p.convention_id = @convention AND p.period_code = s.period_code
			JOIN structures t ON t.convention_id = @convention AND t.organisation_id = s.organisation_id
			WHERE `+which+`),
		places AS MATERIALIZED (
			SELECT o.submission_id, o.organisation_id, p.position, o.state, sum(c.number) AS n, coalesce(bool_and(c.state = 'number'), false) AS known
			FROM short
			JOIN submissions o ON o.convention_id = @convention AND o.organisation_id IN (SELECT organisation_id FROM asked)
			JOIN periods p ON p.convention_id = @convention AND p.period_code = o.period_code
			LEFT JOIN cell_versions c ON c.convention_id = @convention AND c.submission_id = o.submission_id AND c.current AND c.measure_code = short.measure
			GROUP BY o.submission_id, o.organisation_id, p.position, o.state),
		known AS (
			SELECT organisation_id, position, sum(n) AS n
			FROM places GROUP BY organisation_id, position HAVING bool_and(known AND state = 'validee'))
		SELECT a.submission_id, short.measure, short.below,
		       (SELECT n FROM known k WHERE k.organisation_id = a.organisation_id AND k.position < a.position ORDER BY k.position DESC LIMIT 1) AS last,
		       (SELECT CASE WHEN coalesce(bool_and(o.known), true) THEN coalesce(sum(o.n), 0) END FROM places o
		        WHERE o.organisation_id = a.organisation_id AND o.position = a.position AND o.submission_id <> a.submission_id) AS others
		FROM short CROSS JOIN asked a`, args)
}

// SizeOf is the size of the organisation of one submission; no row where there is
// no short form.
func SizeOf(b *pg.Batch, id uuid.UUID) *pg.Rows[Size] {
	return queueSizes(b, theOne, pg.Args{"id": id})
}

// Small reports whether the short form is enough: by the last figure known, and
// for who is new by the answers. What was handed in stays as it was taken.
func (c Case) Small() bool {
	switch c.Submission.State {
	case Submitted, ToCorrect, Validated:
		return c.Submission.ShortForm
	case ToEnter, Draft, Unreturned:
	}
	if c.Size.Measure == "" {
		return false
	}
	size := c.Size.Last
	if size == nil {
		here, known := newJudge(c).sum(byPlace(c.Now), convention.Term{Measure: c.Size.Measure})
		if !known || c.Size.Others == nil {
			return false
		}
		size = new(here.Add(*c.Size.Others))
	}
	return size.LessThan(decimal.NewFromInt(int64(c.Size.Below)))
}

// Optional names the measures that may stay without an answer: in a short form,
// those that are not asked of the small. What a reviewer asked to correct is not
// among them.
func (c Case) Optional() map[string]bool {
	found := map[string]bool{}
	if !c.Small() {
		return found
	}
	for _, m := range c.Measures {
		if !m.ShortForm && m.Source != convention.FromPosts && !slices.Contains(c.Submission.Remarked, m.MeasureCode) {
			found[m.MeasureCode] = true
		}
	}
	return found
}

// leftOut reports whether something optional has no answer: the form was short.
func (c Case) leftOut() bool {
	for code := range c.Optional() {
		if !slices.ContainsFunc(c.Now, func(a Cell) bool { return a.MeasureCode == code }) {
			return true
		}
	}
	return false
}
