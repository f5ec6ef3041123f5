package funding

import (
	"cmp"
	"slices"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"copil/internal/french"
)

// Soft is money that is not firm, by how sure it is. It is never added to firm money.
type Soft struct {
	Firmness Firmness
	Amount   decimal.Decimal
}

// FunderYear is what one funder brings in a fiscal year, in euros.
type FunderYear struct {
	FunderID uuid.UUID
	Name     string
	Lines    int // all, those not firm included
	Firm     int // of these, those notified
	Sums
	Soft  []Soft          // in the order of Firmnesses
	Share decimal.Decimal // of all that is notified, in percent with one decimal
}

// Year is a fiscal year by funder; Sums are exactly those of its rows.
type Year struct {
	Year int
	Rows []FunderYear // by name
	Sums
}

// ByYear gathers lines in euros by fiscal year and funder.
func ByYear(lines []Line) []Year {
	var years []Year
	for _, n := range YearsOf(lines) {
		y := Year{Year: n}
		for _, l := range lines {
			if l.InKind || n < l.FirstYear || n > l.LastYear {
				continue
			}
			i := slices.IndexFunc(y.Rows, func(f FunderYear) bool { return f.FunderID == l.FunderID })
			if i < 0 {
				i, y.Rows = len(y.Rows), append(y.Rows, FunderYear{FunderID: l.FunderID, Name: l.FunderName})
			}
			y.Rows[i].add(l, n)
		}
		if len(y.Rows) == 0 {
			continue
		}
		slices.SortStableFunc(y.Rows, func(a, b FunderYear) int { return french.Compare(a.Name, b.Name) })
		parts := make([]decimal.Decimal, len(y.Rows))
		for i, f := range y.Rows {
			y.Sums, parts[i] = y.Plus(f.Sums), f.Notified
		}
		for i, share := range Shares(parts) {
			y.Rows[i].Share = share
		}
		years = append(years, y)
	}
	return years
}

func (f *FunderYear) add(l Line, year int) {
	sums := SumsOf(l.Steps, year)
	f.Sums = f.Plus(sums)
	f.Lines++
	firmness := l.FirmnessIn(year)
	if firmness == Notified {
		f.Firm++
		return
	}
	amount := sums.Granted
	if !amount.IsPositive() {
		amount = l.Share(year)
	}
	i := slices.IndexFunc(f.Soft, func(s Soft) bool { return s.Firmness == firmness })
	if i < 0 {
		i, f.Soft = len(f.Soft), append(f.Soft, Soft{Firmness: firmness})
	}
	f.Soft[i].Amount = f.Soft[i].Amount.Add(amount)
	slices.SortFunc(f.Soft, func(a, b Soft) int {
		return cmp.Compare(slices.Index(Firmnesses, a.Firmness), slices.Index(Firmnesses, b.Firmness))
	})
}

// YearsOf lists the fiscal years of lines, in order.
func YearsOf(lines []Line) []int {
	var years []int
	for _, l := range lines {
		years = append(years, l.Years()...)
	}
	slices.Sort(years)
	return slices.Compact(years)
}

// Shares gives each amount its part of the whole, in percent with one decimal.
// They sum to 100 exactly: what rounding leaves goes to the largest remainders.
// All are zero when the whole is.
func Shares(amounts []decimal.Decimal) []decimal.Decimal {
	shares := make([]decimal.Decimal, len(amounts))
	total := decimal.Zero
	for _, a := range amounts {
		total = total.Add(a)
	}
	if !total.IsPositive() {
		return shares
	}
	thousand, left := decimal.NewFromInt(1000), int64(1000)
	remainders, order := make([]decimal.Decimal, len(amounts)), make([]int, len(amounts))
	for i, a := range amounts {
		whole, remainder := a.Mul(thousand).QuoRem(total, 0)
		shares[i], remainders[i], order[i] = whole, remainder, i
		left -= whole.IntPart()
	}
	slices.SortStableFunc(order, func(a, b int) int { return remainders[b].Cmp(remainders[a]) })
	for _, i := range order[:left] {
		shares[i] = shares[i].Add(decimal.NewFromInt(1))
	}
	for i := range shares {
		shares[i] = shares[i].Shift(-1)
	}
	return shares
}

// Object is what several funders pay for together.
type Object struct {
	Purpose Purpose
	SiteID  *uuid.UUID
	Site    string // code, "" for none
	Years   []Year
}

// Cofunded gathers lines by what they pay for: the mission, each site, the
// structures; then by fiscal year and funder.
func Cofunded(lines []Line) []Object {
	var objects []Object
	of := map[int][]Line{}
	for _, l := range lines {
		i := slices.IndexFunc(objects, func(o Object) bool { return o.Purpose == l.Purpose && o.Site == l.SiteCode })
		if i < 0 {
			i, objects = len(objects), append(objects, Object{Purpose: l.Purpose, SiteID: l.SiteID, Site: l.SiteCode})
		}
		of[i] = append(of[i], l)
	}
	for i := range objects {
		objects[i].Years = ByYear(of[i])
	}
	slices.SortStableFunc(objects, func(a, b Object) int {
		return cmp.Or(cmp.Compare(slices.Index(Purposes, a.Purpose), slices.Index(Purposes, b.Purpose)), cmp.Compare(a.Site, b.Site))
	})
	return slices.DeleteFunc(objects, func(o Object) bool { return len(o.Years) == 0 })
}
