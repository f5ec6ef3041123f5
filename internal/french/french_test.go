package french_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"copil/internal/french"
)

func TestNumbers(t *testing.T) {
	t.Parallel()
	d := decimal.RequireFromString
	for _, c := range []struct{ name, got, want string }{
		{"zero", french.Int(0), "0"},
		{"hundreds", french.Int(413), "413"},
		{"thousands", french.Int(3000), "3\u202f000"},
		{"millions", french.Int(1234567), "1\u202f234\u202f567"},
		{"negative", french.Int(-1804), "\u22121\u202f804"},

		{"money", french.Decimal(d("17538.4"), 2), "17\u202f538,40"},
		{"no decimals", french.Decimal(d("17538.4"), 0), "17\u202f538"},
		{"half goes up", french.Decimal(d("2.5"), 0), "3"},
		{"half of a cent goes up", french.Decimal(d("0.125"), 2), "0,13"},
		{"half below zero goes away from zero", french.Decimal(d("-2.5"), 0), "\u22123"},
		{"carries into thousands", french.Decimal(d("999.995"), 2), "1\u202f000,00"},
		{"negative", french.Decimal(d("-1234.5"), 1), "\u22121\u202f234,5"},
		{"never minus zero", french.Decimal(d("-0.04"), 1), "0,0"},

		{"percent", french.Percent(d("0.072"), 1), "7,2\u00a0%"},
		{"percent without decimals", french.Percent(d("1"), 0), "100\u00a0%"},

		{"rise", french.Signed(50), "+\u00a050"},
		{"fall", french.Signed(-18), "\u2212\u00a018"},
		{"no change", french.Signed(0), "0"},
		{"great rise", french.Signed(1392), "+\u00a01\u202f392"},
		{"decimal rise", french.SignedDecimal(d("1.25"), 1), "+\u00a01,3"},
		{"decimal fall", french.SignedDecimal(d("-1.25"), 1), "\u2212\u00a01,3"},
		{"decimal no change", french.SignedDecimal(d("0.01"), 1), "0,0"},

		{"euros", french.Euros(d("17538.4")), "17\u202f538,40\u00a0€"},
		{"whole euros", french.Euros(d("5000000")), "5\u202f000\u202f000\u00a0€"},
		{"euros rounded to whole", french.Euros(d("9.999")), "10\u00a0€"},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, c.got, c.want)
		}
	}
}

func TestDates(t *testing.T) {
	t.Parallel()
	day := time.Date(2013, time.December, 6, 14, 5, 0, 0, time.UTC)
	first := time.Date(2015, time.January, 1, 9, 0, 0, 0, time.UTC)
	for _, c := range []struct{ got, want string }{
		{french.Date(day), "6 décembre 2013"},
		{french.Date(first), "1er janvier 2015"},
		{french.ShortDate(day), "06/12/2013"},
		{french.DayMonth(day), "6 décembre"},
		{french.Month(first), "janvier 2015"},
		{french.LongDate(day), "vendredi 6 décembre 2013"},
		{french.DateTime(day), "6 décembre 2013 à 14\u00a0h\u00a005"},
		{french.Time(first), "9\u00a0h"},
		{french.DateRange(day, first), "du 6 décembre 2013 au 1er janvier 2015"},
		{french.DateRange(first, first.AddDate(0, 6, -1)), "du 1er janvier au 30 juin 2015"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ got, want string }{
		{french.Plural(0, "poste", "postes"), "0 poste"},
		{french.Plural(1, "poste", "postes"), "1 poste"},
		{french.Plural(-1, "poste", "postes"), "\u22121 poste"},
		{french.Plural(2, "poste", "postes"), "2 postes"},
		{french.Plural(3000, "poste", "postes"), "3\u202f000 postes"},
		{french.Agree(2, "validé", "validés"), "validés"},
		{french.List(nil), ""},
		{french.List([]string{"a"}), "a"},
		{french.List([]string{"a", "b"}), "a et b"},
		{french.List([]string{"a", "b", "c"}), "a, b et c"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestSort(t *testing.T) {
	t.Parallel()
	want := []string{"arras", "Avion", "Cote", "Côte", "Coté", "Escaudain", "Étaples", "Œuf-en-Ternois", "Site 2", "Site 10"}
	got := slices.Clone(want)
	slices.Reverse(got)
	french.Sort(got)
	// Which accent comes first in « Côte », « Coté » is a refinement that the
	// screens do not depend on; that they stay together is not.
	for _, words := range [][]string{got, want} {
		slices.Sort(words[2:5])
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}

	type site struct{ name string }
	sites := []site{{"Étaples"}, {"Escaudain"}}
	french.SortBy(sites, func(s site) string { return s.name })
	if sites[0].name != "Escaudain" {
		t.Errorf("SortBy put %q first", sites[0].name)
	}
}

func TestCompareServesManyAtOnce(t *testing.T) {
	t.Parallel()
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 200 {
				if french.Compare("Étaples", "escaudain") <= 0 {
					t.Error("Étaples must come after escaudain")
				}
			}
		})
	}
	all.Wait()
}

func TestArticles(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, of, to, bare string }{
		{"le comité de pilotage", "du comité de pilotage", "au comité de pilotage", "comité de pilotage"},
		{"la mission d’appui", "de la mission d’appui", "à la mission d’appui", "mission d’appui"},
		{"l’équipe d’animation", "de l’équipe d’animation", "à l’équipe d’animation", "équipe d’animation"},
		{"les partenaires", "des partenaires", "aux partenaires", "partenaires"},
	} {
		if of, to, bare := french.Of(tt.name), french.To(tt.name), french.Bare(tt.name); of != tt.of || to != tt.to || bare != tt.bare {
			t.Errorf("%s: %q, %q, %q", tt.name, of, to, bare)
		}
	}
	for text, want := range map[string]string{"": "", "équipe": "Équipe", "COPIL": "COPIL"} {
		if got := french.Capital(text); got != want {
			t.Errorf("Capital(%q) = %q", text, got)
		}
	}
}

func TestUnit(t *testing.T) {
	t.Parallel()
	for n, want := range map[string]string{"0": "heure-stagiaire suivie", "1.99": "heure-stagiaire suivie", "2": "heures-stagiaires suivies", "-1": "heure-stagiaire suivie"} {
		if got := french.Unit(decimal.RequireFromString(n), "heures-stagiaires suivies"); got != want {
			t.Errorf("%s: %q, want %q", n, got, want)
		}
	}
	if got := french.Unit(decimal.NewFromInt(1), "%"); got != "%" {
		t.Errorf("%q", got)
	}
}
