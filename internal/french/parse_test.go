package french_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"copil/internal/french"
)

func TestParseInt(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		"12": 12, " 12 ": 12, "0": 0, "007": 7, "+5": 5, "-4": -4, "\u2212\u00a018": -18, "+\u00a050": 50,
		"3 000": 3000, "3\u202f000": 3000, "3\u00a0000": 3000, "3\u2009000": 3000, "1 234 567": 1234567,
	} {
		if got, err := french.ParseInt(text); err != nil || got != want {
			t.Errorf("ParseInt(%q) = %d, %v; want %d", text, got, err, want)
		}
	}
	for _, text := range []string{
		"", " ", "-", "douze", "12 postes", "1,5", "1.5", "1 23", "12 5", "1234 567", "--4", "4-", "1e3", "0x10", "１２", "٣", "9999999999999999", "99999999999999999999999",
	} {
		refused(t, text, func() error { _, err := french.ParseInt(text); return err })
	}
}

func TestParseDecimal(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"12": "12", "1 234,56": "1234.56", "1234.56": "1234.56", "1\u202f234,56": "1234.56", "17\u00a0538,40": "17538.4",
		"-0,5": "-0.5", "\u22120,5": "-0.5", "0,000001": "0.000001", "12,50000000000000000000": "12.5", "999999999999999": "999999999999999",
	} {
		got, err := french.ParseDecimal(text)
		if err != nil || !got.Equal(decimal.RequireFromString(want)) {
			t.Errorf("ParseDecimal(%q) = %s, %v; want %s", text, got, err, want)
		}
	}
	for _, text := range []string{
		"", ",", "12,", ",5", "douze", "1,2,3", "1.234,56", "1,234.56", "1.234.567", "12 50,1", "1, 5", "1e5", "1E-5",
		"NaN", "Inf", "12 €", "7 %", "1234567890123456", "0,1234567", "1_000", strings.Repeat("9", 100000),
	} {
		refused(t, text, func() error { _, err := french.ParseDecimal(text); return err })
	}
}

func TestParseDecimalNamesTheAmbiguity(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"1.234,56", "1,234.56", "1.234.567"} {
		_, err := french.ParseDecimal(text)
		if err == nil || !strings.Contains(err.Error(), "une seule virgule") {
			t.Errorf("ParseDecimal(%q): %v", text, err)
		}
	}
}

func TestParseDate(t *testing.T) {
	t.Parallel()
	want := time.Date(2013, time.December, 6, 0, 0, 0, 0, time.UTC)
	for _, text := range []string{"06/12/2013", "6/12/2013", "2013-12-06", " 06/12/2013\u00a0"} {
		if got, err := french.ParseDate(text); err != nil || !got.Equal(want) {
			t.Errorf("ParseDate(%q) = %v, %v", text, got, err)
		}
	}
	if _, err := french.ParseDate("29/02/2012"); err != nil {
		t.Errorf("a leap day: %v", err)
	}
	for _, text := range []string{
		"", "6 décembre", "12/2013", "06/12/13", "31/02/2015", "29/02/2013", "00/01/2013", "01/13/2013", "01/00/2013", "1/1/0001", "06/12/12013",
		"06-12-2013", "2013-1-6", "2013-12-06T00:00:00Z", "6/12/2013/1", "-6/12/2013", "006/12/2013",
	} {
		refused(t, text, func() error { _, err := french.ParseDate(text); return err })
	}
	if _, err := french.ParseDate("31/02/2015"); err == nil || !strings.Contains(err.Error(), "calendrier") {
		t.Errorf("a day that does not exist: %v", err)
	}
}

// refused checks that what a person typed is refused with a sentence for them.
func refused(t *testing.T, text string, parse func() error) {
	t.Helper()
	err := parse()
	if _, ok := errors.AsType[french.Mistake](err); !ok {
		t.Errorf("%.40q: got %v, want a mistake told in French", text, err)
		return
	}
	if sentence := err.Error(); !strings.HasSuffix(sentence, ".") || sentence[0] < 'A' || sentence[0] > 'Z' {
		t.Errorf("%.40q: %q is no sentence", text, sentence)
	}
}

func FuzzParseInt(f *testing.F) {
	for _, seed := range []string{"12", "3\u202f000", "-4", "douze", "\u2212\u00a018"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n, err := french.ParseInt(text)
		if err != nil {
			return
		}
		for _, written := range []string{french.Int(n), french.Signed(n)} {
			if again, err := french.ParseInt(written); err != nil || again != n {
				t.Errorf("%q is %d, written %q, read again as %d (%v)", text, n, written, again, err)
			}
		}
	})
}

func FuzzParseDecimal(f *testing.F) {
	for _, seed := range []string{"1 234,56", "17\u202f538,40", "-0,5", "1.234,56", "douze", "0.000001"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := french.ParseDecimal(text)
		if err != nil {
			return
		}
		written := french.Decimal(d, 6)
		if again, err := french.ParseDecimal(written); err != nil || !again.Equal(d) {
			t.Errorf("%q is %s, written %q, read again as %s (%v)", text, d, written, again, err)
		}
	})
}

func FuzzParseDate(f *testing.F) {
	for _, seed := range []string{"06/12/2013", "6/12/2013", "2013-12-06", "31/02/2015", "1/1/1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		day, err := french.ParseDate(text)
		if err != nil {
			return
		}
		for _, written := range []string{french.ShortDate(day), day.Format(time.DateOnly)} {
			if again, err := french.ParseDate(written); err != nil || !again.Equal(day) {
				t.Errorf("%q is %v, written %q, read again as %v (%v)", text, day, written, again, err)
			}
		}
	})
}
