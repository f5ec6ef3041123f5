package collect

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"copil/internal/audit"
	"copil/internal/convention"
	"copil/internal/pg"
	"copil/internal/site"
)

// CaseRows are what a case is read from, in one batch. A page that shows the
// submission finds in them all that it needs of it.
type CaseRows struct {
	Submission *pg.Rows[Submission]
	Periods    *pg.Rows[convention.Period]
	Items      *pg.Rows[convention.Item]
	Measures   *pg.Rows[convention.Measure] // also those that are not asked of the reporter
	Rules      *pg.Rows[convention.Rule]
	Size       *pg.Rows[Size]
	Cells      *pg.Rows[Cell]
	Previous   *pg.Rows[Cell]
	Earlier    *pg.Rows[Cell]
	Zonings    *pg.Rows[site.Zoning]
}

// QueueCase reads the case of one submission.
func QueueCase(b *pg.Batch, id uuid.UUID) *CaseRows {
	return &CaseRows{
		Submission: Get(b, id), Periods: convention.Periods(b), Items: convention.Items(b), Measures: MeasuresOf(b, id), Rules: convention.Rules(b), Size: SizeOf(b, id),
		Cells: Cells(b, id), Previous: Previous(b, id), Earlier: Earlier(b, id), Zonings: ZoningsOf(b, id),
	}
}

// Case is the submission as stored. Who wants to judge other answers replaces
// Now, Controls and Remark. The error is NotFound.
func (r *CaseRows) Case() (Case, error) {
	s, err := r.Submission.One()
	if err != nil {
		return Case{}, err
	}
	c := Case{
		Submission: s, Rules: r.Rules.All, Measures: Asked(r.Measures.All, s.Reporter), Items: r.Items.All, OnSite: s.SiteID != nil, Zonings: r.Zonings.All,
		Now: r.Cells.All, Controls: s.Controls, Remark: s.Remark, Before: r.Previous.All, Earlier: r.Earlier.All,
	}
	for _, size := range r.Size.All {
		c.Size = size
	}
	for _, p := range r.Periods.All {
		if p.PeriodCode == s.PeriodCode {
			c.Period = p
		}
	}
	return c, nil
}

// Earlier returns the cells of the same organisation and place summed over all
// periods before. A cell without a number in one of them is missing; a submission
// without any cell gives one of no measure, so that it is not taken for none.
func Earlier(b *pg.Batch, id uuid.UUID) *pg.Rows[Cell] {
	return pg.Queue[Cell](b, `SELECT `+cellColumns+` FROM (`+earlierOf(theOne)+`) x ORDER BY 1, 2, 3`, pg.Args{"id": id})
}

// ZoningsOf returns the priority areas of a submission's site.
func ZoningsOf(b *pg.Batch, id uuid.UUID) *pg.Rows[site.Zoning] {
	return pg.Queue[site.Zoning](b, `SELECT zoning, label, since_on, until_on, note FROM (`+zoningsOf(theOne)+`) x ORDER BY since_on, zoning`, pg.Args{"id": id})
}

// Controlled reports whether a rule compares a total typed beside a measure's
// table with the sum of its cells.
func (c Case) Controlled(m convention.Measure) bool {
	return m.RowList != nil && slices.ContainsFunc(c.Rules, func(r convention.Rule) bool {
		return r.Kind == convention.Control && slices.ContainsFunc(r.Left, func(t convention.Term) bool { return t.Measure == m.MeasureCode })
	})
}

// Alerted reports whether a rule may ask for a comment on a measure.
func (c Case) Alerted(m convention.Measure) bool {
	return slices.ContainsFunc(c.Rules, func(r convention.Rule) bool { return r.Level == convention.Alert && r.At == m.MeasureCode })
}

// KeepControls stores the totals that a person typed beside tables, by measure;
// call it after Save, which locks the submission and checks that they may. What
// did not change is not told to the log.
func KeepControls(ctx context.Context, tx *pg.Tx, by audit.Stamp, id uuid.UUID, controls map[string]decimal.Decimal) error {
	b := tx.Batch()
	found := Get(b, id)
	if err := b.Send(ctx); err != nil {
		return err
	}
	s, err := found.One()
	if err != nil || maps.EqualFunc(s.Controls, controls, decimal.Decimal.Equal) {
		return err
	}
	texts := map[string]string{}
	for measure, n := range controls {
		texts[measure] = n.String()
	}
	encoded, err := json.Marshal(texts)
	if err != nil {
		return fmt.Errorf("encode controls: %w", err)
	}
	err = pg.Exec(ctx, tx, `
		UPDATE submissions SET controls = @controls::jsonb
		WHERE convention_id = @convention AND submission_id = @id`, pg.Args{"id": id, "controls": string(encoded)})
	if err != nil {
		return err
	}
	e := entry(by, audit.Changed, s)
	e.After = map[string]any{"controls": texts}
	return audit.Record(ctx, tx, e)
}
