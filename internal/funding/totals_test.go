package funding_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"copil/internal/funding"
)

// lines makes lines from a seed: several funders, years and amounts, to the cent.
func lines(seed uint64, n int) (list []funding.Line) {
	next := func(below uint64) uint64 {
		seed = seed*6364136223846793005 + 1442695040888963407
		return (seed >> 33) % below
	}
	funders := []uuid.UUID{state, region, bank}
	names := map[uuid.UUID]string{state: "État", region: "Région", bank: "Caisse"}
	for range n {
		first := 2013 + int(next(3))
		l := funding.Line{LineID: uuid.New(), FunderID: funders[next(3)], Purpose: funding.Purposes[next(4)], FirstYear: first, LastYear: first + int(next(3)),
			Planned: decimal.New(int64(next(10_000_000)), -2), Expected: funding.Announced}
		l.FunderName = names[l.FunderID]
		for _, kind := range []funding.Kind{funding.Grant, funding.Notice, funding.Payment}[:next(4)] {
			l.Steps = append(l.Steps, funding.Step{Step: len(l.Steps) + 1, Kind: kind, FiscalYear: first, Amount: decimal.New(int64(next(1_000_000)), -2)})
		}
		list = append(list, l)
	}
	return list
}

// Totals are those of their parts, to the cent, under any grouping.
func TestTotalsEqualTheirParts(t *testing.T) {
	t.Parallel()
	for seed := range uint64(200) {
		all := lines(seed, int(seed%17)+1)
		direct, byYear, byObject := funding.Sums{}, funding.Sums{}, funding.Sums{}
		for _, l := range all {
			direct = direct.Plus(funding.SumsOf(l.Steps, 0))
			shared := decimal.Zero
			for _, y := range l.Years() {
				shared = shared.Add(l.Share(y))
			}
			if !shared.Equal(l.Planned) {
				t.Fatalf("%s over %s is shared as %s", l.Planned, l.YearText(), shared)
			}
		}
		for _, y := range funding.ByYear(all) {
			byYear = byYear.Plus(y.Sums)
			rows, shares := funding.Sums{}, decimal.Zero
			for _, f := range y.Rows {
				rows, shares = rows.Plus(f.Sums), shares.Add(f.Share)
			}
			if !same(rows, y.Sums) {
				t.Fatalf("%d: the rows make %v, the total is %v", y.Year, rows, y.Sums)
			}
			if y.Notified.IsPositive() && !shares.Equal(decimal.NewFromInt(100)) {
				t.Fatalf("%d: the shares make %s %%", y.Year, shares)
			}
		}
		for _, o := range funding.Cofunded(all) {
			for _, y := range o.Years {
				byObject = byObject.Plus(y.Sums)
			}
		}
		if !same(direct, byYear) || !same(direct, byObject) {
			t.Fatalf("%v by line, %v by year, %v by object", direct, byYear, byObject)
		}
	}
}

func same(a, b funding.Sums) bool {
	return a.Granted.Equal(b.Granted) && a.Notified.Equal(b.Notified) && a.Paid.Equal(b.Paid) && a.Returned.Equal(b.Returned)
}

// Three equal parts: 33.4 + 33.3 + 33.3 = 100, the first taking what is left.
func TestShares(t *testing.T) {
	t.Parallel()
	for want, amounts := range map[string][]decimal.Decimal{
		"33.4 33.3 33.3": {euros("1"), euros("1"), euros("1")},
		"54.5 45.5":      {euros("60000"), euros("50000")},
		"0 0":            {decimal.Zero, decimal.Zero},
		"100 0":          {euros("0.01"), decimal.Zero},
	} {
		var texts []string
		for _, s := range funding.Shares(amounts) {
			texts = append(texts, s.String())
		}
		if got := strings.Join(texts, " "); got != want {
			t.Errorf("%v: %s, want %s", amounts, got, want)
		}
	}
}

func TestHorizon(t *testing.T) {
	t.Parallel()
	ids := map[string]uuid.UUID{"S1": uuid.New(), "S2": uuid.New(), "S3": uuid.New(), "S4": uuid.New()}
	var sites []funding.Staffed
	for i, code := range slices.Sorted(maps.Keys(ids)) {
		sites = append(sites, funding.Staffed{SiteID: ids[code], Code: code, Posts: []int{10, 5, 3, 0}[i]})
	}
	list := funding.Horizon(sites, []funding.Resource{
		{SiteID: ids["S1"], FirmUntil: day(2015, 6, 30), Firmness: funding.Notified},
		{SiteID: ids["S1"], FirmUntil: day(2015, 12, 31), Firmness: funding.Notified},
		{SiteID: ids["S1"], FirmUntil: day(2017, 12, 31), Firmness: funding.Voted}, // is not firm
		{SiteID: ids["S2"], FirmUntil: day(2015, 6, 30), Firmness: funding.Notified},
	})
	order := ""
	for _, e := range list {
		order += e.Code + " "
	}
	if order != "S3 S2 S1 " { // S4 has neither posts nor money
		t.Errorf("in the order %s", order)
	}
	for _, tt := range []struct {
		after  time.Time
		unpaid int
	}{{today, 3}, {day(2015, 6, 29), 3}, {day(2015, 6, 30), 8}, {day(2015, 12, 30), 8}, {day(2015, 12, 31), 18}} {
		if unpaid, posts := funding.Unpaid(list, tt.after); unpaid != tt.unpaid || posts != 18 {
			t.Errorf("after %s: %d of %d", tt.after, unpaid, posts)
		}
	}
	if !list[1].Pressing(today, 4) || list[1].Pressing(today, 3) {
		t.Error("the money of S2 ends in three months and a half")
	}
}
