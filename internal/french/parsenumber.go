package french

import (
	"strings"

	"github.com/shopspring/decimal"
)

const (
	percentSign Mistake = "Saisissez un nombre sans le signe\u00a0%, par exemple 12."
	badPercent  Mistake = "Saisissez un pourcentage, par exemple 7,2\u00a0%."
)

// ParseNumber reads a number as files from elsewhere hold it. It takes what
// ParseDecimal takes, and points or commas between thousands where they can be
// nothing else: « 1.234,5 », « 1,234.5 », « 1.234.567 ».
//
// A comma that stands alone is the decimal mark. A point that stands alone is
// it too, unless three digits follow: « 1.234 » is 1 234 for some and 1,234 for
// others, and is refused. The error is a Mistake.
func ParseNumber(text string) (decimal.Decimal, error) {
	text = trim(text)
	if strings.HasSuffix(text, "%") {
		return decimal.Decimal{}, percentSign
	}
	sign, rest := cutSign(text)
	if mark := strings.LastIndexAny(rest, ",."); mark >= 0 {
		whole, fraction := rest[:mark], rest[mark+1:]
		last := rest[mark : mark+1]
		switch others := strings.Trim(whole, "0123456789"); {
		case strings.Contains(whole, last): // twice the same: between thousands
			whole, fraction = rest, "0"
		case last == "." && others == "" && len(fraction) == 3 && len(whole) <= 3 && allDigits(whole) && allDigits(fraction) && whole[0] != '0':
			return decimal.Decimal{}, Mistake("Le nombre «\u00a0" + rest + "\u00a0» peut se lire de deux façons\u00a0: écrivez " +
				sign + whole + group + fraction + " ou " + sign + whole + "," + fraction + ".")
		}
		var ok bool
		if whole, ok = unpoint(whole); !ok {
			return decimal.Decimal{}, badDecimal
		}
		rest = whole + "," + fraction
	}
	return ParseDecimal(sign + rest)
}

// unpoint takes out the points, or the commas, between thousands.
func unpoint(text string) (digits string, ok bool) {
	at := strings.IndexAny(text, ",.")
	if at < 0 {
		return text, true
	}
	groups := strings.Split(text, text[at:at+1])
	for i, part := range groups {
		if !allDigits(part) || i > 0 && len(part) != 3 {
			return "", false
		}
	}
	return strings.Join(groups, ""), len(groups[0]) <= 3
}

// ParsePercent reads « 7,2 % » or « 7,2 » as the ratio 0.072, the way Percent
// writes it. The error is a Mistake.
func ParsePercent(text string) (decimal.Decimal, error) {
	plain, found := strings.CutSuffix(trim(text), "%")
	if found && strings.HasSuffix(plain, "%") {
		return decimal.Decimal{}, badPercent
	}
	d, err := ParseNumber(plain)
	return d.Shift(-2), err
}
