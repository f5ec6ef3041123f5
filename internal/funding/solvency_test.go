package funding

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/shopspring/decimal"
)

func d(text string) decimal.Decimal { return decimal.RequireFromString(text) }

func on(year int, month time.Month, day int) *time.Time {
	return new(time.Date(year, month, day, 0, 0, 0, 0, time.UTC))
}

// fourPosts costs 32,000 € a post: 20,000 of salary, 40 % of charges (8,000), 500
// of training, 1,500 of supervision, 2,000 of running costs. Four cost 128,000 €.
func fourPosts(change func(*Scenario)) Scenario {
	s := Scenario{
		Posts: 4, Quotity: d("1"), FirstYear: 2015, Years: 1,
		Terms: []Terms{{Salary: d("20000"), ChargesRate: d("40"), Training: d("500"), Supervision: d("1500"), Running: d("2000")}},
		Backers: []Backer{
			{Name: "Bailleur", Share: d("40")},
			{Name: "Intercommunalité", Share: d("35")},
			{Name: "Conseil général", Share: d("25")},
		},
	}
	change(&s)
	return s
}

func TestSimulateByHand(t *testing.T) {
	t.Parallel()
	aid := func(until *time.Time) []Aid {
		return []Aid{{Name: "Aide à l’emploi", Basis: PerPost, Value: d("10000"), Until: until}}
	}
	for name, c := range map[string]struct {
		change    func(*Scenario)
		cost      string
		aids      []string
		backers   []string
		uncovered string
	}{
		// 128,000 × 40 %, 35 %, 25 %.
		"shares of the cost": {func(*Scenario) {}, "128000", nil, []string{"51200", "44800", "32000"}, "0"},
		// Aid: 40,000 × 6/12 = 20,000. First half: 64,000 − 20,000 = 44,000 → 17,600, 15,400, 11,000.
		// Second half: 64,000 → 25,600, 22,400, 16,000.
		"an aid ends as planned": {func(s *Scenario) { s.Aids = aid(on(2015, 6, 30)) },
			"128000", []string{"20000"}, []string{"43200", "37800", "27000"}, "0"},
		// Planned for the year: 128,000 − 40,000 = 88,000 → 35,200, 30,800, 22,000. The aid lacks 20,000.
		"an aid ends early, uncovered": {func(s *Scenario) {
			s.Aids, s.WhatIf = aid(nil), WhatIf{Aid: 1, AidUntil: *on(2015, 6, 30), Loss: Uncovered}
		}, "128000", []string{"20000"}, []string{"35200", "30800", "22000"}, "20000"},
		// As if it had been planned so.
		"an aid ends early, spread": {func(s *Scenario) {
			s.Aids, s.WhatIf = aid(nil), WhatIf{Aid: 1, AidUntil: *on(2015, 6, 30), Loss: Spread}
		}, "128000", []string{"20000"}, []string{"43200", "37800", "27000"}, "0"},
		// 44,800 × 8/12 = 29,866.66…, lacking 44,800 × 4/12 = 14,933.33…: the cent goes to the larger remainder.
		"a commissioner leaves, uncovered": {func(s *Scenario) {
			s.WhatIf = WhatIf{Backer: 2, BackerUntil: *on(2015, 8, 31), Loss: Uncovered}
		}, "128000", nil, []string{"51200", "29866.67", "32000"}, "14933.33"},
		// Eight months: 85,333.33… → 34,133.33…, 29,866.66…, 21,333.33…. Four months: 42,666.66… between 40 and 25:
		// × 40/65 = 26,256.4102…, × 25/65 = 16,410.2564…. Sums 60,389.7435…, 29,866.6666…, 37,743.5897…:
		// rounded down they lack 0.02, for the third (remainder 0.97 of a cent) and the second (0.66).
		"a commissioner leaves, spread": {func(s *Scenario) {
			s.WhatIf = WhatIf{Backer: 2, BackerUntil: *on(2015, 8, 31), Loss: Spread}
		}, "128000", nil, []string{"60389.74", "29866.67", "37743.59"}, "0"},
		// All leave: nobody is left to take it over. 128,000 × 3/12 = 32,000 paid.
		"the only commissioner leaves": {func(s *Scenario) {
			s.Backers = []Backer{{Name: "Commune", Share: d("100")}}
			s.WhatIf = WhatIf{Backer: 1, BackerUntil: *on(2015, 3, 31), Loss: Spread}
		}, "128000", nil, []string{"32000"}, "96000"},
		// 40 + 35 % are agreed: 25 % of 128,000 is covered by nobody.
		"shares below 100 %": {func(s *Scenario) { s.Backers = s.Backers[:2] },
			"128000", nil, []string{"51200", "44800"}, "32000"},
		// From 1 April: 32,000 × 9/12 = 24,000 for the third; the first three months lack 8,000.
		"a commissioner arrives": {func(s *Scenario) { s.Backers[2].From = on(2015, 4, 1) },
			"128000", nil, []string{"51200", "44800", "24000"}, "8000"},
		// 75 % of 80,000 of salaries = 60,000, 60 % of 128,000 = 76,800 but 68,000 is left: nothing for the others.
		"aids stop at the cost": {func(s *Scenario) {
			s.Aids = []Aid{{Name: "A", Basis: OfSalary, Value: d("75")}, {Name: "B", Basis: OfCost, Value: d("60")}}
		}, "128000", []string{"60000", "68000"}, []string{"0", "0", "0"}, "0"},
		// January from the 17th: 15 days of 31. 3,720 a year and post are 310 a month, × 15/31 = 150; four posts: 600.
		// Left: 127,400 → 50,960, 44,590, 31,850.
		"part of a month": {func(s *Scenario) {
			s.Aids = []Aid{{Name: "A", Basis: PerPost, Value: d("3720"), From: on(2015, 1, 17), Until: on(2015, 1, 31)}}
		}, "128000", []string{"600"}, []string{"50960", "44590", "31850"}, "0"},
		// February of a leap year: 2,784 a year are 232 a month; January 232, ten days of 29: 80. Four posts: 1,248.
		"part of February 2016": {func(s *Scenario) {
			s.FirstYear, s.Backers = 2016, nil
			s.Aids = []Aid{{Name: "A", Basis: PerPost, Value: d("2784"), Until: on(2016, 2, 10)}}
		}, "128000", []string{"1248"}, nil, "126752"},
		// Half-time: salaries and charges halve (14,000), the rest of a post stays (4,000): 18,000 × 4 = 72,000.
		"half-time": {func(s *Scenario) { s.Quotity, s.Backers = d("0.5"), nil }, "72000", nil, nil, "72000"},
		// From 1 July salaries of 21,000: 29,400 + 4,000 = 33,400 a post. (32,000 + 33,400) / 2 × 4 = 130,800.
		"terms change": {func(s *Scenario) {
			later := s.Terms[0]
			later.From, later.Salary, s.Backers = *on(2015, 7, 1), d("21000"), nil
			s.Terms = append(s.Terms, later)
		}, "130800", nil, nil, "130800"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := fourPosts(c.change)
			if bad := s.Problems(); len(bad) > 0 {
				t.Fatal(bad)
			}
			y := Simulate(s).Years[0]
			got := []string{y.Cost.String(), y.Uncovered.String()}
			want := []string{c.cost, c.uncovered}
			for _, a := range append(y.Aids, y.Backers...) {
				got = append(got, a.String())
			}
			if want = append(append(want, c.aids...), c.backers...); !slices.Equal(got, want) {
				t.Errorf("cost, uncovered, aids, commissioners\n got %v\nwant %v", got, want)
			}
		})
	}
}

// Costs of several kinds are rounded so that they sum to the cost: 10,000.01 of
// salary at 33.33 % is 3,333.003333 of charges, in all 13,333.013333 → 13,333.01.
func TestCostsSumToTheCost(t *testing.T) {
	t.Parallel()
	y := Simulate(Scenario{Posts: 1, Quotity: d("1"), FirstYear: 2015, Years: 1,
		Terms: []Terms{{Salary: d("10000.01"), ChargesRate: d("33.33")}}}).Years[0]
	if !y.Salary.Equal(d("10000.01")) || !y.Charges.Equal(d("3333.00")) || !y.Cost.Equal(d("13333.01")) {
		t.Errorf("salary %s, charges %s, cost %s", y.Salary, y.Charges, y.Cost)
	}
}

// Whatever the scenario, costs sum to the cost, who pays and what nobody pays sum
// to it too, nothing is negative, all years are the sum of each, and what is lost
// is paid by the others only where they take it over.
func TestSimulateNeverLosesACent(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 400 {
		s := anyScenario(rnd)
		if bad := s.Problems(); len(bad) > 0 {
			t.Fatal(bad, s)
		}
		r := Simulate(s)
		total := s.empty()
		for _, y := range append(r.Years, r.Total) {
			costs := []decimal.Decimal{y.Salary, y.Charges, y.Training, y.Supervision, y.Running}
			paid := append(append([]decimal.Decimal{y.Uncovered}, y.Aids...), y.Backers...)
			if !sumOf(costs).Equal(y.Cost) || !sumOf(paid).Equal(y.Cost) {
				t.Fatalf("%d: costs %s, paid %s, cost %s in %+v", y.Year, sumOf(costs), sumOf(paid), y.Cost, s)
			}
			for _, p := range append(costs, paid...) {
				if p.IsNegative() || !p.Equal(p.Round(2)) {
					t.Fatalf("%d: %s in %+v", y.Year, p, s)
				}
			}
			if y.Year > 0 {
				total.add(y)
			}
		}
		if !total.Cost.Equal(r.Total.Cost) || !total.Uncovered.Equal(r.Total.Uncovered) ||
			!slices.EqualFunc(append(total.Aids, total.Backers...), append(r.Total.Aids, r.Total.Backers...), decimal.Decimal.Equal) {
			t.Fatalf("all years are %+v, not %+v", r.Total, total)
		}
		planned := Simulate(s.Planned())
		for i, b := range r.Total.Backers {
			if s.WhatIf.Loss == Uncovered && b.GreaterThan(planned.Total.Backers[i].Add(d("0.1"))) {
				t.Fatalf("commissioner %d pays %s rather than %s in %+v", i, b, planned.Total.Backers[i], s)
			}
		}
		if !r.Total.Cost.Equal(planned.Total.Cost) {
			t.Fatal("a supposition changes the cost")
		}
	}
}

func sumOf(parts []decimal.Decimal) (sum decimal.Decimal) {
	for _, p := range parts {
		sum = sum.Add(p)
	}
	return sum
}

func anyScenario(r *rand.Rand) Scenario {
	day := func() *time.Time {
		if r.IntN(3) == 0 {
			return nil
		}
		return new(on(2014, 1, 1).AddDate(0, 0, r.IntN(1500)))
	}
	cents := func(most int) decimal.Decimal { return decimal.New(int64(r.IntN(most*100)), -2) }
	s := Scenario{Posts: 1 + r.IntN(9), Quotity: decimal.New(int64(1+r.IntN(100)), -2), FirstYear: 2014, Years: 1 + r.IntN(4)}
	for i := range 1 + r.IntN(3) {
		s.Terms = append(s.Terms, Terms{From: on(2014, 1, 1).AddDate(0, 5*i, r.IntN(100)), Salary: cents(30000), ChargesRate: cents(60),
			Training: cents(900), Supervision: cents(3000), Running: cents(3000)})
	}
	for range r.IntN(4) {
		a := Aid{Name: "A", Basis: AidBases[r.IntN(3)], Value: cents(100), From: day()}
		if a.Basis == PerPost {
			a.Value = cents(20000)
		}
		if until := day(); !backwards(a.From, until) {
			a.Until = until
		}
		s.Aids = append(s.Aids, a)
	}
	left := 10000
	for left > 0 && len(s.Backers) < 5 {
		share := 1 + r.IntN(left)
		left -= share
		b := Backer{Name: "B", Share: decimal.New(int64(share), -2), From: day()}
		if until := day(); !backwards(b.From, until) {
			b.Until = until
		}
		s.Backers = append(s.Backers, b)
	}
	s.WhatIf = WhatIf{Aid: r.IntN(len(s.Aids) + 1), AidUntil: *on(2014, 7, 1), Backer: r.IntN(len(s.Backers) + 1),
		BackerUntil: *on(2015, 2, 10), Loss: Losses[r.IntN(2)]}
	return s
}

func TestScenarioProblems(t *testing.T) {
	t.Parallel()
	for field, change := range map[string]func(*Scenario){
		"posts":      func(s *Scenario) { s.Posts = 0 },
		"quotity":    func(s *Scenario) { s.Quotity = d("1.01") },
		"first_year": func(s *Scenario) { s.FirstYear = 15 },
		"years":      func(s *Scenario) { s.Years = MostYears + 1 },
		"terms":      func(s *Scenario) { s.Terms = append(s.Terms, s.Terms[0]) },
		"aids":       func(s *Scenario) { s.Aids = []Aid{{Name: "A", Basis: OfCost, Value: d("100.01")}} },
		"backers": func(s *Scenario) {
			s.Backers = append(s.Backers, Backer{Name: "Commune", Share: d("0.01"), From: on(2016, 2, 1)})
		},
		"what_if": func(s *Scenario) { s.WhatIf = WhatIf{Backer: 4, BackerUntil: *on(2015, 1, 1), Loss: Spread} },
	} {
		bad := fourPosts(change).Problems()
		if bad[field] == "" || len(bad) != 1 {
			t.Errorf("%s: %v", field, bad)
		}
	}
}

func TestShareOut(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		amount        string
		weights, want []string
	}{
		{"100", []string{"40", "35", "25"}, []string{"40", "35", "25"}},
		// 33.333… each: the cent left goes to the first.
		{"100", []string{"1", "1", "1"}, []string{"33.34", "33.33", "33.33"}},
		// 0.008, 0.007, 0.005: rounded down to nothing; two cents for the two largest.
		{"0.02", []string{"40", "35", "25"}, []string{"0.01", "0.01", "0"}},
		{"10", []string{"0", "0"}, []string{"0", "0"}},
	} {
		var weights []decimal.Decimal
		for _, w := range c.weights {
			weights = append(weights, d(w))
		}
		var got []string
		for _, p := range ShareOut(d(c.amount), weights) {
			got = append(got, p.String())
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s by %v: got %v, want %v", c.amount, c.weights, got, c.want)
		}
	}
}
