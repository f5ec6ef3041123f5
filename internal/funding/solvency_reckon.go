package funding

import (
	"math/big"
	"slices"
	"time"

	"github.com/shopspring/decimal"
)

// YearResult is what one year, or all together, costs and who pays, in euros to
// the cent. Its costs sum to Cost, and what aids and commissioners pay and what
// is left Uncovered sum to Cost too.
type YearResult struct {
	Year        int // 0: all years
	Salary      decimal.Decimal
	Charges     decimal.Decimal
	Training    decimal.Decimal
	Supervision decimal.Decimal
	Running     decimal.Decimal
	Cost        decimal.Decimal
	Aids        []decimal.Decimal // as Scenario.Aids
	Backers     []decimal.Decimal // as Scenario.Backers
	Uncovered   decimal.Decimal
}

// Result is a scenario reckoned.
type Result struct {
	Years []YearResult
	Total YearResult // the sum of the years
}

// Simulate reckons a scenario without problems. A full month is a twelfth of a
// year; part of one counts its days over the days of that month, so that a half
// year is half of the amount. Every amount is exact until the end of its year,
// then rounded to the cent by largest remainders, costs and resources apart.
func Simulate(s Scenario) Result {
	r := Result{Total: s.empty()}
	for year := s.FirstYear; year < s.FirstYear+s.Years; year++ {
		y := s.year(year)
		r.Years = append(r.Years, y)
		r.Total.add(y)
	}
	return r
}

// Planned is the scenario without its supposition.
func (s Scenario) Planned() Scenario {
	s.WhatIf = WhatIf{}
	return s
}

func (s Scenario) empty() YearResult {
	return YearResult{Aids: make([]decimal.Decimal, len(s.Aids)), Backers: make([]decimal.Decimal, len(s.Backers))}
}

func (y *YearResult) add(o YearResult) {
	y.Salary, y.Charges, y.Training = y.Salary.Add(o.Salary), y.Charges.Add(o.Charges), y.Training.Add(o.Training)
	y.Supervision, y.Running, y.Cost = y.Supervision.Add(o.Supervision), y.Running.Add(o.Running), y.Cost.Add(o.Cost)
	y.Uncovered = y.Uncovered.Add(o.Uncovered)
	for i := range y.Aids {
		y.Aids[i] = y.Aids[i].Add(o.Aids[i])
	}
	for i := range y.Backers {
		y.Backers[i] = y.Backers[i].Add(o.Backers[i])
	}
}

// costs is how many kinds of cost there are.
const costs = 5

// year sums the spans of a year during which nothing changes, then rounds.
func (s Scenario) year(year int) YearResult {
	spent, paid := rats(costs), rats(len(s.Aids)+len(s.Backers)+1)
	days := s.changes(year)
	for i, from := range days[:len(days)-1] {
		part := s.costAt(from)
		whole := sum(part)
		share := fraction(from, days[i+1])
		for j, p := range part {
			spent[j].Add(spent[j], p.Mul(p, share))
		}
		for j, p := range s.paidAt(from, whole) {
			paid[j].Add(paid[j], p.Mul(p, share))
		}
	}
	cost, from := toCents(spent), toCents(paid)
	y := YearResult{Year: year, Salary: cost[0], Charges: cost[1], Training: cost[2], Supervision: cost[3], Running: cost[4],
		Aids: from[:len(s.Aids)], Backers: from[len(s.Aids) : len(from)-1], Uncovered: from[len(from)-1]}
	for _, c := range cost {
		y.Cost = y.Cost.Add(c)
	}
	return y
}

// changes are the days of a year on which an amount may change, from its first
// day to the first of the next.
func (s Scenario) changes(year int) []time.Time {
	first, next := start(year), start(year+1)
	days := []time.Time{first, next}
	add := func(day time.Time) {
		if day.After(first) && day.Before(next) {
			days = append(days, day)
		}
	}
	span := func(from, until *time.Time) {
		if from != nil {
			add(*from)
		}
		if until != nil {
			add(until.AddDate(0, 0, 1))
		}
	}
	for _, t := range s.Terms {
		add(t.From)
	}
	for _, a := range s.Aids {
		span(a.From, a.Until)
	}
	for _, b := range s.Backers {
		span(b.From, b.Until)
	}
	span(nil, &s.WhatIf.AidUntil)
	span(nil, &s.WhatIf.BackerUntil)
	slices.SortFunc(days, time.Time.Compare)
	return slices.CompactFunc(days, time.Time.Equal)
}

// fraction is which part of a year lies between two days of it, the second not
// included.
func fraction(from, next time.Time) *big.Rat {
	part := new(big.Rat)
	for from.Before(next) {
		month := time.Date(from.Year(), from.Month(), 1, 0, 0, 0, 0, time.UTC)
		after := month.AddDate(0, 1, 0)
		end := after
		if next.Before(end) {
			end = next
		}
		part.Add(part, big.NewRat(dayCount(from, end), 12*dayCount(month, after)))
		from = end
	}
	return part
}

func dayCount(from, to time.Time) int64 { return int64(to.Sub(from) / (24 * time.Hour)) }

// costAt is what the posts cost on a day, per year: salary, charges, training,
// supervision, running.
func (s Scenario) costAt(day time.Time) []*big.Rat {
	t := s.Terms[0]
	for _, later := range s.Terms[1:] {
		if !later.From.After(day) {
			t = later
		}
	}
	posts := decimal.NewFromInt(int64(s.Posts))
	salary := t.Salary.Mul(s.Quotity).Mul(posts)
	return []*big.Rat{salary.Rat(), percent(salary.Rat(), t.ChargesRate), t.Training.Mul(posts).Rat(),
		t.Supervision.Mul(posts).Rat(), t.Running.Mul(posts).Rat()}
}

// paidAt is who pays a cost on a day, per year: each aid, each commissioner, then
// nobody. Together they are the cost.
func (s Scenario) paidAt(day time.Time, cost *big.Rat) []*big.Rat {
	planned := s.aidsAt(day, cost, false)
	aids := s.aidsAt(day, cost, true)
	after := aids
	if s.WhatIf.Loss == Uncovered {
		after = planned // what the commissioners agreed to share does not grow
	}
	rest := new(big.Rat).Sub(cost, sum(after))
	paid := append(aids, s.backersAt(day, rest)...)
	return append(paid, new(big.Rat).Sub(cost, sum(paid)))
}

// aidsAt is what each aid pays on a day, as planned or as supposed.
func (s Scenario) aidsAt(day time.Time, cost *big.Rat, supposed bool) []*big.Rat {
	salary, left := s.costAt(day)[0], new(big.Rat).Set(cost)
	paid := rats(len(s.Aids))
	for i, a := range s.Aids {
		if !within(a.From, a.Until, day) || supposed && s.WhatIf.Aid == i+1 && day.After(s.WhatIf.AidUntil) {
			continue
		}
		switch a.Basis {
		case PerPost:
			paid[i] = a.Value.Mul(decimal.NewFromInt(int64(s.Posts))).Rat()
		case OfSalary:
			paid[i] = percent(salary, a.Value)
		case OfCost:
			paid[i] = percent(cost, a.Value)
		}
		if paid[i].Cmp(left) > 0 {
			paid[i].Set(left)
		}
		left.Sub(left, paid[i])
	}
	return paid
}

// backersAt is what each commissioner pays of the rest on a day.
func (s Scenario) backersAt(day time.Time, rest *big.Rat) []*big.Rat {
	paid := rats(len(s.Backers))
	agreed, there := new(big.Rat), new(big.Rat)
	for i, b := range s.Backers {
		if !within(b.From, b.Until, day) {
			continue
		}
		agreed.Add(agreed, b.Share.Rat())
		if s.WhatIf.Backer == i+1 && day.After(s.WhatIf.BackerUntil) {
			continue
		}
		there.Add(there, b.Share.Rat())
		paid[i] = percent(rest, b.Share)
	}
	if s.WhatIf.Loss == Spread && there.Sign() > 0 {
		more := agreed.Quo(agreed, there)
		for _, p := range paid {
			p.Mul(p, more)
		}
	}
	return paid
}

func percent(of *big.Rat, rate decimal.Decimal) *big.Rat {
	p := new(big.Rat).Mul(of, rate.Rat())
	return p.Quo(p, big.NewRat(100, 1))
}

func sum(parts []*big.Rat) *big.Rat {
	s := new(big.Rat)
	for _, p := range parts {
		s.Add(s, p)
	}
	return s
}

func rats(n int) []*big.Rat {
	zero := make([]*big.Rat, n)
	for i := range zero {
		zero[i] = new(big.Rat)
	}
	return zero
}
