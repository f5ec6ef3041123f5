package indicator_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/uuid"

	"copil/internal/convention"
	"copil/internal/indicator"
)

// Totals of successive periods that are each masked properly must not tell about
// one structure by their difference either.
func TestHiddenDifferences(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		figures []string // by period: those of each structure
		hidden  string   // by period: x where the total is hidden
		but     uuid.UUID
		open    bool // the last but one is not validated
	}{
		"all change":                        {figures: []string{"10 10 10", "12 13 9"}, hidden: ".."},
		"nobody changes":                    {figures: []string{"10 10 10", "10 10 10"}, hidden: ".."},
		"one changes":                       {figures: []string{"10 10 10", "10 10 17"}, hidden: ".x"},
		"one comes":                         {figures: []string{"10 10 10 0", "10 10 10 17"}, hidden: ".x"},
		"one leaves":                        {figures: []string{"10 10 10 17", "10 10 10 -"}, hidden: ".x"},
		"two change":                        {figures: []string{"10 10 10", "10 12 17"}, hidden: ".x"},
		"two change, and hide each other":   {figures: []string{"10 10 10 10", "10 10 13 7"}, hidden: ".x"},
		"one changes much, others a little": {figures: []string{"20 20 20", "21 21 39"}, hidden: ".x"},
		"85 %":                              {figures: []string{"20 20 20", "21 22 37"}, hidden: ".."},
		"a total of few is not told":        {figures: []string{"10 10", "10 10 17", "10 10 17"}, hidden: "x.."},
		"compared with all that were told":  {figures: []string{"10 10 10 10", "15 15 15 10", "15 15 15 14", "20 20 20 14"}, hidden: "..x."},
		"back to where it was, but for one": {figures: []string{"10 10 10", "15 15 15", "10 10 14"}, hidden: "..x"},
		"without one's own":                 {figures: []string{"10 10 10 10", "11 10 12 13"}, hidden: ".x", but: uuid.UUID{1}},
		"the same for others":               {figures: []string{"10 10 10 10", "11 10 12 13"}, hidden: ".."},
		"compared with what is open":        {figures: []string{"10 10 10", "15 15 14", "15 15 17"}, hidden: "...", open: true},
		"compared with what is validated":   {figures: []string{"10 10 10", "15 15 14", "15 15 17"}, hidden: "..x"},
	} {
		d := indicator.Data{Measures: []convention.Measure{{MeasureCode: "mediators", Kind: convention.Stock}}}
		for i, line := range c.figures {
			p := convention.Period{PeriodCode: "S" + strconv.Itoa(i), Position: i, ValidatedOn: new(day(2015, 1, 1))}
			if c.open && i == len(c.figures)-2 {
				p.ValidatedOn = nil
			}
			d.Periods = append(d.Periods, p)
			for k, n := range strings.Fields(line) {
				if n != "-" {
					d.Facts = append(d.Facts, indicator.Fact{PeriodCode: p.PeriodCode, OrganisationID: uuid.UUID{byte(k + 1)}, MeasureCode: "mediators", Known: true, Number: dec(n)})
				}
			}
		}
		slices.Reverse(d.Facts) // their order says nothing
		got := ""
		for _, p := range d.Periods {
			if d.Hidden(terms("mediators"), p, c.but) {
				got += "x"
			} else {
				got += "."
			}
		}
		if got != c.hidden {
			t.Errorf("%s: %s, want %s", name, got, c.hidden)
		}
	}
	if d := data(); !d.Hidden(terms("mediators"), convention.Period{PeriodCode: "S9"}, uuid.Nil) {
		t.Error("a period that is not listed is shown")
	}
}
