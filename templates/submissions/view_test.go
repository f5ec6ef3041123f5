package submissions

import (
	"testing"

	"github.com/shopspring/decimal"

	"copil/internal/collect"
	"copil/internal/convention"
)

// A line of a table says what its total says: what nobody gave is not zero.
func TestDetailsWithoutNumber(t *testing.T) {
	t.Parallel()
	given := Answer{State: collect.Number, Cells: map[[2]string]decimal.Decimal{{"CDI", ""}: decimal.NewFromInt(7)}}
	for name, c := range map[string]struct {
		now  Answer
		want string
	}{
		"never handed in": {Answer{}, "non renseigné"},
		"missing":         {Answer{State: collect.Missing}, "non renseigné"},
		"an empty box":    {Answer{State: collect.Number}, "non renseigné"},
		"no object":       {Answer{State: collect.NotApplicable}, "sans objet"},
		"zero":            {Answer{State: collect.Number, Cells: map[[2]string]decimal.Decimal{{"CDI", ""}: {}}}, "0"},
	} {
		m := Measure{Rows: []convention.Item{{ItemCode: "CDI"}}, Now: c.now, Before: given}
		if got := m.details(); len(got) != 1 || got[0].now != c.want || got[0].before != "7" {
			t.Errorf("%s: %+v, want %q", name, got, c.want)
		}
	}
}
