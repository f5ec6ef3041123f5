package french_test

import (
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"copil/internal/french"
)

func TestParseNumber(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"0": "0", "12": "12", " 12 ": "12", "007": "7", "-3": "-3", "- 3": "-3", "\u2212\u00a03": "-3", "+ 50": "50",
		"1 234,5": "1234.5", "1\u00a0234,5": "1234.5", "1\u202f234,5": "1234.5", "1 234.5": "1234.5", "1 234.567": "1234.567",
		"1.234,5": "1234.5", "1,234.5": "1234.5", "1234,5": "1234.5", "1234.5": "1234.5", "- 1.234,5": "-1234.5",
		"1.234.567": "1234567", "1,234,567": "1234567", "1.234.567,89": "1234567.89", "1,234,567.89": "1234567.89",
		"1,234": "1.234", "1.23": "1.23", "1.2345": "1.2345", "1234.567": "1234.567", "0.234": "0.234", "0,234": "0.234",
	} {
		got, err := french.ParseNumber(text)
		if err != nil || !got.Equal(decimal.RequireFromString(want)) {
			t.Errorf("ParseNumber(%q) = %s, %v; want %s", text, got, err, want)
		}
	}
	for _, text := range []string{
		"", " ", "-", "%", "douze", "12 postes", "12 %", ",5", ".000", "-.123", "12,", "1.", ".", "1..2", "1.,2", "1,2,3", "1.23.456", "1234.567,8", "1.234,567.8",
		"1.234.567.8", "1 234.567,8", "12 34,5", "--3", "3-", "1e5", "0x10", "NaN", "12 €", "１２", "١٢", "1'234", "=1+1", "1234567890123456", "0,1234567",
		strings.Repeat("9", 100000), strings.Repeat("1.", 10000), strings.Repeat(".", 10000),
	} {
		refused(t, text, func() error { _, err := french.ParseNumber(text); return err })
	}
}

func TestParseNumberNamesTheAmbiguity(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"1.234": "écrivez 1\u202f234 ou 1,234.", "-12.500": "écrivez -12\u202f500 ou -12,500.", "999.000": "écrivez 999\u202f000 ou 999,000."} {
		_, err := french.ParseNumber(text)
		if err == nil || !strings.HasSuffix(err.Error(), want) || !strings.HasPrefix(err.Error(), "Le nombre «\u00a0") {
			t.Errorf("ParseNumber(%q): %v, want %q", text, err, want)
		}
	}
}

func TestParsePercent(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"12 %": "0.12", "7,2\u00a0%": "0.072", "7.2%": "0.072", "100": "1", "- 3 %": "-0.03"} {
		got, err := french.ParsePercent(text)
		if err != nil || !got.Equal(decimal.RequireFromString(want)) {
			t.Errorf("ParsePercent(%q) = %s, %v; want %s", text, got, err, want)
		}
	}
	for _, text := range []string{"", "%", "12 %%", "% 12", "12 ‰"} {
		refused(t, text, func() error { _, err := french.ParsePercent(text); return err })
	}
}

func FuzzParseNumber(f *testing.F) {
	for _, seed := range []string{"1 234,5", "1.234,5", "1,234.5", "1.234", "- 3", "12 %", "1.234.567", "１２", ".000"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n, err := french.ParseNumber(text)
		if d, dErr := french.ParseDecimal(text); dErr == nil && err == nil && !d.Equal(n) {
			t.Errorf("%q is %s in a form and %s in a file", text, d, n)
		}
		if err != nil {
			return
		}
		for _, written := range []string{french.Decimal(n, 6), strings.Replace(n.String(), ".", ",", 1)} {
			if again, err := french.ParseNumber(written); err != nil || !again.Equal(n) {
				t.Errorf("%q is %s, written %q, read again as %s (%v)", text, n, written, again, err)
			}
		}
		if p, err := french.ParsePercent(text + " %"); err != nil || !p.Shift(2).Equal(n) {
			t.Errorf("%q is %s, as a percentage %s (%v)", text, n, p, err)
		}
	})
}
