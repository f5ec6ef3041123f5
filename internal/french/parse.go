package french

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/shopspring/decimal"
)

// Mistake says, in a French sentence for the person who typed it, why a text
// cannot be read and what to type instead.
type Mistake string

// Error is the sentence itself.
func (m Mistake) Error() string { return string(m) }

// What the readers of this file say.
const (
	badInt     Mistake = "Saisissez un nombre entier, par exemple 12."
	noFraction Mistake = "Saisissez un nombre entier, sans décimale."
	badDecimal Mistake = "Saisissez un nombre, par exemple 1\u202f234,56."
	ambiguous  Mistake = "Saisissez un nombre avec une seule virgule et sans point, par exemple 1\u202f234,56."
	tooLong    Mistake = "Ce nombre est trop grand\u00a0: 15 chiffres au plus avant la virgule, 6 après."
	badDate    Mistake = "Saisissez une date sous la forme jour/mois/année, par exemple 31/01/2015."
	noSuchDay  Mistake = "Cette date n’existe pas dans le calendrier\u00a0: vérifiez le jour et le mois."
)

const maxWhole, maxFraction = 15, 6 // digits

// ParseInt reads a whole number as people type it: « 12 », « 3 000 », « -4 ».
// The error is a Mistake.
func ParseInt(text string) (int, error) {
	sign, rest := cutSign(trim(text))
	digits, ok := ungroup(rest)
	if !ok {
		if _, err := ParseDecimal(text); err == nil {
			return 0, noFraction
		}
		return 0, badInt
	}
	n, err := strconv.Atoi(sign + digits)
	if err != nil || len(strings.TrimLeft(digits, "0")) > maxWhole {
		return 0, tooLong
	}
	return n, nil
}

// ParseDecimal reads a number as people type it: « 1 234,56 », « 1234.5 ».
// One comma or one point is the decimal mark; spaces stand between thousands
// only. The error is a Mistake.
func ParseDecimal(text string) (decimal.Decimal, error) {
	sign, rest := cutSign(trim(text))
	if strings.Count(rest, ",")+strings.Count(rest, ".") > 1 {
		if strings.Trim(rest, "0123456789,. \u00a0\u202f\u2009") != "" {
			return decimal.Decimal{}, badDecimal
		}
		return decimal.Decimal{}, ambiguous
	}
	whole, fraction := rest, ""
	if mark := strings.IndexAny(rest, ",."); mark >= 0 {
		whole, fraction = rest[:mark], rest[mark+1:]
		if !allDigits(fraction) {
			return decimal.Decimal{}, badDecimal
		}
	}
	digits, ok := ungroup(whole)
	if !ok {
		return decimal.Decimal{}, badDecimal
	}
	if len(strings.TrimLeft(digits, "0")) > maxWhole || len(strings.TrimRight(fraction, "0")) > maxFraction {
		return decimal.Decimal{}, tooLong
	}
	d, err := decimal.NewFromString(sign + digits + "." + fraction + "0")
	if err != nil {
		return decimal.Decimal{}, badDecimal
	}
	return d, nil
}

// ParseDate reads « 06/12/2013 », « 6/12/2013 » or « 2013-12-06 » as midnight
// UTC. Years run from 1900 to 2199. The error is a Mistake.
func ParseDate(text string) (time.Time, error) {
	text = trim(text)
	var year, month, day string
	if parts := strings.Split(text, "/"); len(parts) == 3 {
		day, month, year = parts[0], parts[1], parts[2]
	} else if parts := strings.Split(text, "-"); len(parts) == 3 && len(parts[1]) == 2 && len(parts[2]) == 2 {
		year, month, day = parts[0], parts[1], parts[2]
	}
	if len(year) != 4 || len(month) > 2 || len(day) > 2 || !allDigits(year) || !allDigits(month) || !allDigits(day) {
		return time.Time{}, badDate
	}
	y, _ := strconv.Atoi(year) // digits only, as checked above
	m, _ := strconv.Atoi(month)
	d, _ := strconv.Atoi(day)
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	if y < 1900 || y > 2199 {
		return time.Time{}, badDate
	}
	if t.Day() != d || int(t.Month()) != m {
		return time.Time{}, noSuchDay
	}
	return t, nil
}

// isSpace covers what keyboards, word processors and our own writers put
// around and inside numbers.
func isSpace(r rune) bool {
	switch r {
	case ' ', '\t', '\r', '\n', '\u00a0', '\u2009', '\u202f':
		return true
	}
	return false
}

func trim(text string) string { return strings.TrimFunc(text, isSpace) }

// cutSign takes the sign off: « - », « − » or « + », with a space after it or not.
func cutSign(text string) (sign, rest string) {
	r, size := utf8.DecodeRuneInString(text)
	switch r {
	case '-', '\u2212':
		return "-", strings.TrimLeftFunc(text[size:], isSpace)
	case '+':
		return "", strings.TrimLeftFunc(text[size:], isSpace)
	}
	return "", text
}

// ungroup takes out the spaces between thousands. A space anywhere else is
// likely a slip of the finger, and is refused.
func ungroup(text string) (digits string, ok bool) {
	groups := strings.FieldsFunc(text, isSpace)
	for i, part := range groups {
		if !allDigits(part) || i > 0 && len(part) != 3 {
			return "", false
		}
	}
	if len(groups) == 0 || len(groups) > 1 && len(groups[0]) > 3 {
		return "", false
	}
	return strings.Join(groups, ""), true
}

func allDigits(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == ""
}
