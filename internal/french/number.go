// Package french writes figures, dates and lists as French readers expect them, and reads what they type.
package french

import (
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
)

// The spaces and the sign that French typography asks for.
const (
	space = "\u00a0" // before units and after a sign that stands apart
	group = "\u202f" // between thousands
	minus = "\u2212"
)

// Int writes a whole number: « 3 000 », « −18 ».
func Int(n int) string {
	digits := strconv.Itoa(n)
	if n < 0 {
		return minus + grouped(digits[1:])
	}
	return grouped(digits)
}

// Decimal writes d with exactly places decimals: « 17 538,40 ». A half is
// rounded away from zero, as sums of money are.
func Decimal(d decimal.Decimal, places int32) string {
	fixed := d.Round(places).StringFixed(max(places, 0))
	fixed, negative := strings.CutPrefix(fixed, "-")
	whole, fraction, found := strings.Cut(fixed, ".")
	text := grouped(whole)
	if found {
		text += "," + fraction
	}
	if negative && strings.ContainsAny(fixed, "123456789") {
		return minus + text
	}
	return text
}

// Percent writes a ratio as a percentage: 0.072 with one place is « 7,2 % ».
func Percent(ratio decimal.Decimal, places int32) string {
	return Decimal(ratio.Shift(2), places) + space + "%"
}

// Signed writes a change, its sign always shown and apart: « + 50 », « − 18 », « 0 ».
func Signed(n int) string {
	switch {
	case n > 0:
		return "+" + space + Int(n)
	case n < 0:
		return minus + space + strings.TrimPrefix(Int(n), minus)
	}
	return "0"
}

// SignedDecimal writes a change as Signed does, with exactly places decimals.
func SignedDecimal(d decimal.Decimal, places int32) string {
	text, negative := strings.CutPrefix(Decimal(d, places), minus)
	switch {
	case negative:
		return minus + space + text
	case strings.ContainsAny(text, "123456789"):
		return "+" + space + text
	}
	return text
}

// Euros writes an amount of money: « 17 538,40 € », and « 5 000 000 € » when
// there are no cents.
func Euros(d decimal.Decimal) string {
	places := int32(2)
	if d = d.Round(2); d.IsInteger() {
		places = 0
	}
	return Decimal(d, places) + space + "€"
}

// grouped puts a narrow space between thousands.
func grouped(digits string) string {
	var b strings.Builder
	for i, digit := range digits {
		if left := len(digits) - i; i > 0 && left%3 == 0 {
			b.WriteString(group)
		}
		b.WriteRune(digit)
	}
	return b.String()
}
