package indicator_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"copil/internal/convention"
	"copil/internal/indicator"
	"copil/internal/site"
)

var (
	passerelle, rivages, liane = uuid.UUID{1}, uuid.UUID{2}, uuid.UUID{3}
	lens, douai                = uuid.UUID{11}, uuid.UUID{12}
)

func dec(s string) decimal.Decimal { return decimal.RequireFromString(s) }

// periods are three semesters; the report of the first one is validated.
var periods = []convention.Period{
	{PeriodCode: "S1", Label: "S1", Position: 1, StartsOn: day(2014, 1, 1), EndsOn: day(2014, 6, 30), ValidatedOn: new(day(2014, 10, 7)), PresentedOn: new(day(2014, 11, 25))},
	{PeriodCode: "S2", Label: "S2", Position: 2, StartsOn: day(2014, 7, 1), EndsOn: day(2014, 12, 31)},
	{PeriodCode: "S3", Label: "S3", Position: 3, StartsOn: day(2015, 1, 1), EndsOn: day(2015, 6, 30)},
}

func day(year int, month time.Month, d int) time.Time {
	return time.Date(year, month, d, 0, 0, 0, 0, time.UTC)
}

// data are facts written as "period organisation site measure row number"; "-"
// is off-site or no row, "?" a number that is not known. Every organisation is
// expected, and has its submission validated where it has a fact.
func data(facts ...string) indicator.Data {
	organisations := map[string]uuid.UUID{"passerelle": passerelle, "rivages": rivages, "liane": liane}
	sites := map[string]*uuid.UUID{"lens": &lens, "douai": &douai, "-": nil}
	d := indicator.Data{Periods: periods, Measures: []convention.Measure{
		{MeasureCode: "mediators", Kind: convention.Stock, Source: convention.Typed, EnteredBy: []string{"structure"}},
		{MeasureCode: "trained", Kind: convention.Flow, Source: convention.Typed, EnteredBy: []string{"structure"}},
		{MeasureCode: "created", Label: "Emplois créés", Kind: convention.Cumulative, Source: convention.FromPosts},
		{MeasureCode: "consolidated", Label: "Emplois consolidés", Kind: convention.Cumulative, Source: convention.FromPosts},
		{MeasureCode: "supported", Kind: convention.Flow, Source: convention.Identifiers, EnteredBy: []string{"mission"}},
	}}
	declared := map[string]bool{}
	for _, text := range facts {
		f := strings.Fields(text)
		fact := indicator.Fact{PeriodCode: f[0], OrganisationID: organisations[f[1]], SiteID: sites[f[2]], MeasureCode: f[3], Known: f[5] != "?"}
		if f[4] != "-" {
			fact.RowItem = f[4]
		}
		if ids, isList := strings.CutPrefix(f[5], "="); isList {
			fact.Identifiers = strings.Split(ids, "+")
			fact.Number = decimal.NewFromInt(int64(len(fact.Identifiers)))
		} else if fact.Known {
			fact.Number = dec(f[5])
		}
		d.Facts = append(d.Facts, fact)
		declared[f[0]+f[1]+f[2]] = true
	}
	for _, p := range periods {
		for _, name := range slices.Sorted(maps.Keys(organisations)) {
			for _, place := range []string{"-", "douai", "lens"} {
				if declared[p.PeriodCode+name+place] {
					d.Expectations = append(d.Expectations, indicator.Expectation{PeriodCode: p.PeriodCode, OrganisationID: organisations[name], SiteID: sites[place], Structure: true, State: "validee", Selected: sites[place] != nil})
				}
			}
		}
	}
	return d
}

// waiting adds a submission that is not validated.
func waiting(d indicator.Data, period string, organisation uuid.UUID, at *uuid.UUID) indicator.Data {
	d.Expectations = append(d.Expectations, indicator.Expectation{PeriodCode: period, OrganisationID: organisation, SiteID: at, Structure: true, State: "soumise", Selected: at != nil, Entered: []string{"mediators"}})
	return d
}

func terms(measures ...string) []convention.Term {
	var list []convention.Term
	for _, m := range measures {
		list = append(list, convention.Term{Measure: m})
	}
	return list
}

func ratio(numerator, denominator string) convention.Indicator {
	return convention.Indicator{Unit: "%", AcrossPeriods: "ratio", Formula: convention.Formula{Numerator: terms(numerator), Denominator: terms(denominator)}}
}

func sum(measures ...string) convention.Indicator {
	return convention.Indicator{AcrossPeriods: "sum", Formula: convention.Formula{Numerator: terms(measures...)}}
}

func TestRead(t *testing.T) {
	t.Parallel()
	women := sum("mediators")
	women.Formula.Numerator[0].Rows = []string{"F"}
	distinct := sum("supported")
	distinct.AcrossSites = "distinct"
	for name, c := range map[string]struct {
		d    indicator.Data
		ind  convention.Indicator
		at   int    // period
		want string // "" when it is not known
	}{
		"a sum over sites":            {data("S1 passerelle lens mediators - 12", "S1 passerelle - mediators - 3", "S1 rivages lens mediators - 5"), sum("mediators"), 0, "20"},
		"of the period only":          {data("S1 passerelle lens mediators - 12", "S2 passerelle lens mediators - 14"), sum("mediators"), 1, "14"},
		"of two measures":             {data("S1 passerelle lens created - 7", "S1 passerelle lens consolidated - 2"), sum("created", "consolidated"), 0, "9"},
		"of some rows":                {data("S1 passerelle lens mediators F 5", "S1 passerelle lens mediators H 7"), women, 0, "5"},
		"zero is a figure":            {data("S1 passerelle lens mediators - 0"), sum("mediators"), 0, "0"},
		"missing is not zero":         {data("S1 passerelle lens mediators - ?"), sum("mediators"), 0, ""},
		"nothing at all":              {data(), sum("mediators"), 0, ""},
		"missing beside known":        {data("S1 passerelle lens mediators - ?", "S1 rivages lens mediators - 5"), sum("mediators"), 0, "5"},
		"sums are divided, not means": {data("S1 passerelle lens trained - 9", "S1 passerelle lens mediators - 10", "S1 rivages lens trained - 1", "S1 rivages lens mediators - 90"), ratio("trained", "mediators"), 0, "0.1"},
		"divided by nothing":          {data("S1 passerelle lens trained - 1", "S1 passerelle lens mediators - 0"), ratio("trained", "mediators"), 0, ""},
		"divided by the unknown":      {data("S1 passerelle lens trained - 1", "S1 passerelle lens mediators - ?"), ratio("trained", "mediators"), 0, ""},
		"each identifier once":        {data("S1 passerelle - supported - =A+B", "S1 rivages - supported - =B+C"), distinct, 0, "3"},
		"a flow stays in its period":  {data("S1 passerelle lens trained - 4"), sum("trained"), 1, ""},
		"a cumul goes on":             {data("S1 passerelle lens created - 4"), sum("created"), 1, "au moins 4"},
		"a cumul that is declared":    {data("S1 passerelle lens created - 4", "S2 passerelle lens created - 6"), sum("created"), 1, "6"},
		"a cumul of one silent":       {data("S1 passerelle lens created - 4", "S1 rivages lens created - 3", "S2 passerelle lens created - 6"), sum("created"), 1, "au moins 9"},
		"silent by missing":           {data("S1 passerelle lens created - 4", "S2 passerelle lens created - ?"), sum("created"), 1, "au moins 4"},
		"silent twice":                {data("S1 passerelle lens created - 4"), sum("created"), 2, "au moins 4"},
		"a cumul that lacks one":      {waiting(data("S1 passerelle lens created - 4"), "S1", rivages, nil), sum("created"), 0, "au moins 4"},
		"a stock that lacks one":      {waiting(data("S1 passerelle lens mediators - 4"), "S1", rivages, nil), sum("mediators"), 0, "4"},
		"a share that lacks one":      {waiting(data("S1 passerelle lens created - 1", "S1 passerelle lens mediators - 4"), "S1", rivages, nil), ratio("created", "mediators"), 0, "0.25"},
		"nobody known, one lacking":   {waiting(data(), "S1", rivages, nil), sum("created"), 0, ""},
		"not what came later":         {data("S2 passerelle lens created - 4"), sum("created"), 0, ""},
		"by site":                     {data("S1 passerelle lens created - 4", "S1 passerelle douai created - 1", "S2 passerelle lens created - 5"), sum("created"), 1, "au moins 6"},
	} {
		r := c.d.Read(c.ind, periods[c.at])
		if got := strings.ReplaceAll(text(r), "\u00a0", " "); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if r.Provisional != (c.at > 0) {
			t.Errorf("%s: provisional is %v", name, r.Provisional)
		}
	}
}

func text(r indicator.Reading) string {
	switch {
	case !r.Known:
		return ""
	case r.AtLeast:
		return "au moins " + r.Value.String()
	}
	return r.Value.String()
}

func TestCoverage(t *testing.T) {
	t.Parallel()
	d := data("S1 passerelle lens mediators - 12", "S1 passerelle - mediators - 3", "S1 rivages lens mediators - 5", "S1 rivages douai mediators - 5")
	if got := d.Coverage("S1"); got != (indicator.Coverage{Structures: 2, StructuresExpected: 2, Sites: 2, SitesExpected: 2}) || !got.Complete() {
		t.Errorf("%+v", got)
	}
	d = waiting(d, "S1", rivages, &lens) // a structure and a site with one submission too few
	d = waiting(d, "S1", liane, nil)
	got := d.Coverage("S1")
	if got != (indicator.Coverage{Structures: 1, StructuresExpected: 3, Sites: 1, SitesExpected: 2}) || got.Complete() {
		t.Errorf("%+v", got)
	}
	if text := strings.ReplaceAll(got.Text(), "\u00a0", " "); text != "1 structure sur 3, 1 site complet sur 2" {
		t.Errorf("%q", text)
	}
	if (indicator.Coverage{}).Text() != "" {
		t.Error("nobody is expected, yet something is said")
	}
	d.Expectations = append(d.Expectations, indicator.Expectation{PeriodCode: "S1", State: "a_saisir"}) // an authority's
	if d.Coverage("S1") != got {
		t.Error("an authority counts as a structure")
	}
}

// Two periods are compared over the structures that are complete in both.
func TestConstant(t *testing.T) {
	t.Parallel()
	d := data("S1 passerelle lens mediators - 10", "S1 rivages lens mediators - 5", "S2 passerelle lens mediators - 14", "S2 liane lens mediators - 100")
	c, ok := d.Constant(sum("mediators"), periods[1])
	if !ok || c.Structures != 1 || !c.Change().Equal(dec("4")) || !c.Before.Equal(dec("10")) {
		t.Errorf("%+v, %v", c, ok)
	}
	c, ok = waiting(d, "S2", passerelle, nil).Constant(sum("mediators"), periods[1])
	if ok || c.Structures != 0 {
		t.Errorf("with an incomplete structure: %+v, %v", c, ok)
	}
	if _, ok := d.Constant(sum("mediators"), periods[0]); ok {
		t.Error("the first period is compared with nothing")
	}
}

// A flow adds up since the start, a cumul is so already, a stock never does.
func TestSinceStart(t *testing.T) {
	t.Parallel()
	cumulative, last := sum("created"), sum("mediators")
	cumulative.AcrossPeriods, last.AcrossPeriods = "cumulative", "last"
	for name, c := range map[string]struct {
		d    indicator.Data
		ind  convention.Indicator
		want string
	}{
		"a flow":               {data("S1 passerelle lens trained - 4", "S2 passerelle lens trained - 3", "S3 passerelle lens trained - 2"), sum("trained"), "4 7 9"},
		"a flow with a gap":    {data("S1 passerelle lens trained - 4", "S3 passerelle lens trained - 2"), sum("trained"), "4  6"},
		"a cumul":              {data("S1 passerelle lens created - 4", "S2 passerelle lens created - 7"), cumulative, "4 7 au moins 7"},
		"a stock is not added": {data("S1 passerelle lens mediators - 4", "S2 passerelle lens mediators - 7"), last, "4 7 "},
	} {
		var got []string
		for _, r := range c.d.SinceStart(c.ind) {
			got = append(got, text(r))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestPace(t *testing.T) {
	t.Parallel()
	now, before := indicator.Reading{Period: periods[1], Value: dec("216")}, indicator.Reading{Value: dec("166")}
	p := now.Pace(dec("3000"), before, periods, day(2015, 12, 31))
	if !p.Share.Equal(dec("0.072")) || !p.Remaining.Equal(dec("2784")) || !p.Gained.Equal(dec("50")) || p.Periods != 1 || !p.Needed.Equal(dec("2784")) {
		t.Errorf("%+v", p)
	}
	p = now.Pace(dec("200"), before, periods, day(2015, 3, 1)) // reached, and no whole period left
	if !p.Remaining.IsZero() || p.Periods != 0 || !p.Needed.IsZero() {
		t.Errorf("%+v", p)
	}
	if p := now.Pace(decimal.Zero, before, periods, day(2015, 12, 31)); !p.Share.IsZero() {
		t.Errorf("%+v", p)
	}
}

// Masking: under five, fewer than three structures, or one above 85 %.
func TestMasked(t *testing.T) {
	t.Parallel()
	for parts, want := range map[string]bool{
		"":          false, // nobody is revealed by nothing
		"0 0":       false,
		"1 1 1":     true, // 3
		"1 1 2":     true, // 4
		"1 2 2":     false,
		"10 10":     true, // two structures
		"10 10 0":   true,
		"10 10 0 1": false,
		"85 10 5":   false, // exactly 85 %
		"86 10 4":   true,
		"100":       true,
		"40 40 20":  false,
		"17 2 1":    false,
		"18 1 1":    true,
		"0.5 2.5 2": false,
		"1.4 1.5 2": true,
	} {
		var list []decimal.Decimal
		for _, p := range strings.Fields(parts) {
			list = append(list, dec(p))
		}
		if got := indicator.Masked(list); got != want {
			t.Errorf("%q: %v", parts, got)
		}
	}
}

func TestBreakdowns(t *testing.T) {
	t.Parallel()
	d := data("S1 passerelle lens mediators F 5", "S1 passerelle douai mediators H 7", "S1 rivages lens mediators F 2", "S1 liane - mediators F ?")
	by := d.By(terms("mediators"), periods[0], func(f indicator.Fact) string { return f.RowItem })
	if !by["F"].Equal(dec("7")) || !by["H"].Equal(dec("7")) || len(by) != 2 {
		t.Errorf("%v", by)
	}
	if own := d.Of(passerelle); len(own.Facts) != 2 || len(own.Expectations) != 2 || len(d.Facts) != 4 {
		t.Errorf("%+v", own)
	}
	named := d.PartsOf(sum("created", "consolidated"), periods[0])
	if named[0].Label != "Emplois créés" || named[1].Label != "Emplois consolidés" || named[0].Known {
		t.Errorf("%+v", named)
	}
	for measure, want := range map[string]bool{"mediators": true, "created": true, "supported": false} {
		if d.Collected(sum(measure)) != want {
			t.Errorf("%s is collected from structures: %v", measure, !want)
		}
	}
}

func TestComputed(t *testing.T) {
	t.Parallel()
	states := []site.StateCount{{PeriodCode: "S1", State: site.Actif, Sites: 6}, {PeriodCode: "S1", State: site.Retenu, Sites: 2}, {PeriodCode: "S3", State: site.Actif, Sites: 9}}
	d := indicator.Data{Periods: periods, Computed: indicator.Compute(periods, states, day(2015, 3, 16))}
	active := convention.Indicator{Formula: convention.Formula{Computed: convention.ComputedActiveSites}}
	presented := convention.Indicator{Formula: convention.Formula{Computed: convention.ComputedPresentations}}
	meetings := convention.Indicator{Formula: convention.Formula{Computed: convention.ComputedMeetings}}
	for name, c := range map[string]struct {
		ind  convention.Indicator
		want string
	}{
		"active sites, a period that runs is not counted yet": {active, "6 0 "},
		"reports presented, in the period of the day":         {presented, "0 1 "},
		"meetings are not followed yet":                       {meetings, "  "},
	} {
		var got []string
		for _, r := range d.Series(c.ind) {
			got = append(got, text(r))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestText(t *testing.T) {
	t.Parallel()
	for want, c := range map[string]struct {
		ind   convention.Indicator
		value string
	}{
		"7,2 %":   {convention.Indicator{Unit: "%"}, "0.072"},
		"1 234,5": {convention.Indicator{Places: 1}, "1234.5"},
		"3":       {convention.Indicator{}, "2.6"},
	} {
		got := strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(indicator.Text(c.ind, dec(c.value)))
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	r := indicator.Reading{Known: true, AtLeast: true, Value: dec("216")}
	if got := strings.ReplaceAll(r.Text(convention.Indicator{}), "\u00a0", " "); got != "au moins 216" {
		t.Errorf("%q", got)
	}
	if (indicator.Reading{}).Text(convention.Indicator{}) != "" {
		t.Error("what is not known has a text")
	}
	if _, ok := indicator.Headline(nil, convention.Progress); ok {
		t.Error("no indicator is the headline")
	}
}

func TestWhatWaitsIsNotMissing(t *testing.T) {
	t.Parallel()
	d := data("S1 passerelle lens mediators - 12")
	d = waiting(waiting(d, "S1", rivages, &lens), "S2", rivages, &lens)
	for name, c := range map[string]struct {
		measure string
		at      int
		want    string
	}{
		"beside a validated figure":    {"mediators", 0, "soumise"},
		"alone":                        {"mediators", 1, "soumise"},
		"in another period":            {"mediators", 2, ""},
		"of a measure nobody answered": {"trained", 1, ""},
	} {
		if got := strings.Join(d.Waiting(sum(c.measure), periods[c.at]), " "); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if !d.PartialSites("S1")[lens] || len(d.PartialSites("S2")) > 0 {
		t.Errorf("partial sites: %v, %v", d.PartialSites("S1"), d.PartialSites("S2"))
	}
}

func TestOfWhich(t *testing.T) {
	t.Parallel()
	d := data("S1 passerelle lens created - 7", "S1 passerelle lens consolidated - 2")
	created := sum("created")
	created.Formula.Numerator[0].Word = "créés"
	if got := d.OfWhichText(created, periods[0]); got != "" {
		t.Errorf("no part is named: %q", got)
	}
	created.Formula.OfWhich = []convention.Term{{Measure: "consolidated", Word: "encore ouverts"}}
	for i, want := range []string{"7 créés, dont 2 encore ouverts", "au moins 7 créés, dont 2 encore ouverts"} {
		if got := strings.ReplaceAll(d.OfWhichText(created, periods[i]), "\u00a0", " "); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestReportsOfOneDayAreTwoReports(t *testing.T) {
	t.Parallel()
	two := slices.Clone(periods)
	two[1].PresentedOn = periods[0].PresentedOn
	presented := convention.Indicator{Formula: convention.Formula{Computed: convention.ComputedPresentations}}
	d := indicator.Data{Periods: two, Computed: indicator.Compute(two, nil, day(2015, 3, 16))}
	if got := text(d.Read(presented, two[1])); got != "2" {
		t.Errorf("%q reports presented, want 2", got)
	}
}
