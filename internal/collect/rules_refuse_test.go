package collect_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"copil/internal/collect"
	"copil/internal/convention"
)

// Broken rules keep figures from being handed in, and so do alerts without a
// comment; what is only to be looked at again does not.
func TestRefused(t *testing.T) {
	t.Parallel()
	const explained = "Suspension en mars."
	for name, c := range map[string]struct {
		found   []collect.Finding
		comment string
		want    string // part of the message at the measure; "" when it is accepted
	}{
		"blocking":            {[]collect.Finding{{Level: convention.Blocking, Measure: "entries", Message: "Non."}}, explained + "!", "Non."},
		"alert":               {[]collect.Finding{{Level: convention.Alert, Measure: "entries", Message: "Oui."}}, "", "Oui. Expliquez-le"},
		"alert, 19 signs":     {[]collect.Finding{{Level: convention.Alert, Measure: "entries", Message: "Oui."}}, "  " + explained + "  ", "Commentaire trop court\u00a0: 19 caractères sur 20. Oui. Expliquez-le"},
		"alert, 20 signs":     {[]collect.Finding{{Level: convention.Alert, Measure: "entries", Message: "Oui."}}, explained + "!", ""},
		"alert, another's":    {[]collect.Finding{{Level: convention.Alert, Measure: "exits", Message: "Oui."}}, explained + "!", ""},
		"to be looked at":     {[]collect.Finding{{Level: convention.Alert, Measure: "entries", Warning: true}}, "", ""},
		"blocking goes first": {[]collect.Finding{{Level: convention.Alert, Measure: "entries", Message: "Oui."}, {Level: convention.Blocking, Measure: "entries", Message: "Non."}}, "", "Non."},
	} {
		bad := collect.Hindrances(collect.Case{Now: []collect.Cell{{MeasureCode: "entries", Comment: c.comment}}}, c.found)
		if got := bad["entries"]; (c.want == "") != (got == "") || !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// A rule speaks at measures that are asked only, and of figures that are asked only.
func TestRulesSpeakOfWhatIsAsked(t *testing.T) {
	t.Parallel()
	c := shippedCase(t, "mediation-npdc")
	c.Now = figures(c, m{"fte": "12.5", "mediators": "12"})
	for _, measure := range []string{"fte", "mediators"} {
		fewer := c
		fewer.Measures = slices.DeleteFunc(slices.Clone(c.Measures), func(m convention.Measure) bool { return m.MeasureCode == measure })
		if got := told(collect.Check(fewer)); got != "" {
			t.Errorf("without %s: %s", measure, got)
		}
	}
}

// Thresholds are the convention's: another one moves the border.
func TestThresholds(t *testing.T) {
	t.Parallel()
	n := func(n int64) *decimal.Decimal { return new(decimal.NewFromInt(n)) }
	term := func(measure string) []convention.Term { return []convention.Term{{Measure: measure}} }
	for name, e := range map[string]struct {
		rule        convention.Rule
		now, before m
		breaks      bool
	}{
		"equal":                   {convention.Rule{Kind: convention.Equal, Left: term("entries"), Right: term("exits")}, m{"entries": "2", "exits": "2"}, nil, false},
		"not equal":               {convention.Rule{Kind: convention.Equal, Left: term("entries"), Right: term("exits")}, m{"entries": "2", "exits": "3"}, nil, true},
		"equal, not told":         {convention.Rule{Kind: convention.Equal, Left: term("entries"), Right: term("exits")}, m{"entries": "2", "exits": ""}, nil, false},
		"twice as much":           {convention.Rule{Kind: convention.AtMost, Left: term("entries"), Right: term("exits"), Factor: n(2)}, m{"entries": "4", "exits": "2"}, nil, false},
		"more than twice as much": {convention.Rule{Kind: convention.AtMost, Left: term("entries"), Right: term("exits"), Factor: n(2)}, m{"entries": "5", "exits": "2"}, nil, true},
		"not above zero":          {convention.Rule{Kind: convention.AtMost, Left: term("entries"), Right: term("exits"), Factor: n(0)}, m{"entries": "1", "exits": "2"}, nil, true},
		"three at least":          {convention.Rule{Kind: convention.Least, Left: term("entries"), Right: term("exits"), Factor: n(3)}, m{"entries": "1", "exits": "3"}, nil, false},
		"fewer than three":        {convention.Rule{Kind: convention.Least, Left: term("entries"), Right: term("exits"), Factor: n(3)}, m{"entries": "1", "exits": "2"}, nil, true},
		"a tenth":                 {convention.Rule{Kind: convention.Variation, Percent: n(10)}, m{"entries": "11"}, m{"entries": "10"}, false},
		"more than a tenth":       {convention.Rule{Kind: convention.Variation, Percent: n(10)}, m{"entries": "12"}, m{"entries": "10"}, true},
		"more, but few":           {convention.Rule{Kind: convention.Variation, Percent: n(10), Allowance: n(2)}, m{"entries": "12"}, m{"entries": "10"}, false},
		"from nothing":            {convention.Rule{Kind: convention.Variation, Percent: n(10), Allowance: n(2)}, m{"entries": "3"}, m{"entries": "0"}, true},
	} {
		c := shippedCase(t, "mediation-npdc")
		e.rule.Level, e.rule.At, e.rule.Message = convention.Blocking, "entries", "Non."
		c.Rules, c.Now, c.Before = []convention.Rule{e.rule}, figures(c, e.now), figures(c, e.before)
		if found := collect.Check(c); (len(found) > 0) != e.breaks {
			t.Errorf("%s: %+v", name, found)
		}
	}
}

// Every kind of rule that a file may hold is judged.
func TestEveryKindIsUsed(t *testing.T) {
	t.Parallel()
	used := map[string]bool{convention.Equal: true} // shown in TestThresholds
	for _, slug := range []string{"mediation-npdc", "territoire-b"} {
		for _, r := range shippedCase(t, slug).Rules {
			used[r.Kind] = true
		}
	}
	for _, kind := range []string{convention.AtMost, convention.RowsAtMost, convention.Balance, convention.Variation, convention.NeverLower, convention.Cumulated, convention.Together,
		convention.Least, convention.ValidSiren, convention.Dated, convention.PriorityArea, convention.Control, convention.Names} {
		if !used[kind] {
			t.Errorf("no shipped convention has a rule %q, want one to show it: %v", kind, slices.Sorted(maps.Keys(used)))
		}
	}
}

func TestNaming(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "",
		"Écrire à jean.dupont+x@mairie.example": "jean.dupont+x@mairie.example",
		"é@ville.example":                       "é@ville.example",
		"a@b":                                   "",
		"12 @ 3,50 €":                           "",
		"M. Dupont a quitté le site":            "M. Dupont",
		"suivi de Mme\u00a0Élise":               "Mme\u00a0Élise",
		"MM. Petit et Grand":                    "MM. Petit",
		"Madame Leroy":                          "Madame Leroy",
		"Monsieur Leroy":                        "Monsieur Leroy",
		"M. le maire":                           "",
		"Madame la préfète":                     "",
		"le 3e M. 2":                            "",
		"AMM. Suite":                            "",
		"0320000000":                            "0320000000",
		"03.20.00.00.00":                        "03.20.00.00.00",
		"03-20-00-00-00.":                       "03-20-00-00-00",
		"tél. 06\u00a012\u00a034\u00a056\u00a078": "06\u00a012\u00a034\u00a056\u00a078",
		"+33 6 12 34 56 78":                       "+33 6 12 34 56 78",
		"+33 (0)6 12 34 56 78":                    "+33 (0)6 12 34 56 78",
		"0033612345678":                           "0033612345678",
		"SIREN 732829320":                         "",
		"1 032 000 000 000":                       "",
		"du 01/01/2014 au 30/06/2014":             "",
		"10 000 heures":                           "",
	} {
		if got := collect.Naming(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// Whatever is typed, what is found is a part of it, and what is typed around a
// name hides it not.
func FuzzNaming(f *testing.F) {
	for _, seed := range []string{"", "M. Dupont", "a@b.example", "03 20 00 00 00", "Mme", "@", "+33", "\xff M. \xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if found := collect.Naming(text); !strings.Contains(text, found) {
			t.Errorf("%q is not in %q", found, text)
		}
		if utf8.ValidString(text) && collect.Naming(text+"\nM. Dupont, "+text) == "" {
			t.Errorf("a name is lost in %q", text)
		}
	})
}
