package server

import (
	"maps"
	"net/url"
	"strings"

	"github.com/shopspring/decimal"

	"copil/internal/collect"
	"copil/internal/fault"
	"copil/templates/submissions"
)

// entered is what a form says of a submission.
type entered struct {
	cells    []collect.Cell
	controls map[string]decimal.Decimal // totals typed beside tables, by measure
	remark   string
}

// readControls reads the totals typed beside tables. One that the form does not
// ask, or that cannot be read, stays what is stored.
func readControls(form url.Values, v submissions.View, bad fault.Fields) map[string]decimal.Decimal {
	controls := map[string]decimal.Decimal{}
	maps.Copy(controls, v.Submission.Controls)
	for _, m := range v.Measures() {
		name := m.MeasureCode + submissions.TotalSuffix
		if !m.Control || m.Fixed != "" || !form.Has(name) {
			continue
		}
		text := strings.TrimSpace(form.Get(name))
		if text == "" {
			delete(controls, m.MeasureCode)
			continue
		}
		problem := fault.Fields{}
		if n := readNumber(text, name, m, problem); len(problem) == 0 {
			controls[m.MeasureCode] = *n
		}
		maps.Copy(bad, problem)
	}
	return controls
}

// sameControls reports whether the totals typed beside tables are those stored.
func (e entered) sameControls(sub collect.Submission) bool {
	return maps.EqualFunc(e.controls, sub.Controls, decimal.Decimal.Equal)
}

// store saves what a form says, in the version of the submission that it was
// filled in from.
func (r *Request) store(v submissions.View, version int, e entered) error {
	id := v.Submission.SubmissionID
	if err := collect.Save(r.Context(), r.Tx, r.Stamp(), id, version, e.cells, e.remark); err != nil || e.sameControls(v.Submission) {
		return err
	}
	return collect.KeepControls(r.Context(), r.Tx, r.Stamp(), id, e.controls)
}
