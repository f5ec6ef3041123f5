package indicator_test

import (
	"maps"
	"strings"
	"testing"

	"copil/internal/convention"
	"copil/internal/indicator"
)

// Who stands behind an indicator is who gave its number, not who handed in.
func TestCoverageOfAnIndicator(t *testing.T) {
	t.Parallel()
	d := data("S1 passerelle lens mediators - 12", "S1 passerelle lens trained - ?", "S1 rivages - mediators - 5", "S1 rivages - trained - 0",
		"S2 passerelle lens mediators - 14", "S2 passerelle lens trained - 9", "S2 rivages - mediators - 6", "S2 rivages - trained - 2")
	d = waiting(d, "S1", liane, nil)
	for name, c := range map[string]struct {
		ind  convention.Indicator
		want string
	}{
		"given by both":         {sum("mediators"), "2 structures sur 3, 1 site complet sur 1"},
		"zero is a number":      {sum("trained"), "1 structure sur 3 a donné ce chiffre, 0 site complet sur 1"},
		"a share needs both":    {ratio("trained", "mediators"), "1 structure sur 3 a donné ce chiffre, 0 site complet sur 1"},
		"nobody":                {sum("created"), "0 structure sur 3 a donné ce chiffre, 0 site complet sur 1"},
		"not of the structures": {sum("supported"), "2 structures sur 3, 1 site complet sur 1"},
	} {
		if got := strings.ReplaceAll(d.CoverageOf(c.ind, "S1").Text(), "\u00a0", " "); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if c, ok := d.Constant(sum("trained"), periods[1]); !ok || c.Structures != 1 || !c.Now.Equal(dec("2")) {
		t.Errorf("compared over who gave no number: %+v", c)
	}
}

// What a short form leaves out is neither zero nor missing: nothing is expected
// there, and a share is one of the others.
func TestCoverageOfShortForms(t *testing.T) {
	t.Parallel()
	d := data("S1 passerelle lens mediators - 12", "S1 passerelle lens trained - 6", "S1 rivages - mediators - 3", "S1 liane - mediators - 2", "S1 liane - trained - ?")
	for i, e := range d.Expectations {
		d.Expectations[i].ShortForm = e.OrganisationID != passerelle
	}
	for i, m := range d.Measures {
		d.Measures[i].ShortForm = m.MeasureCode == "mediators"
	}
	for name, c := range map[string]struct {
		ind   convention.Indicator
		want  string
		value string
	}{
		"asked of all":                {sum("mediators"), "3 structures sur 3, 1 site complet sur 1", "17"},
		"not asked of one":            {sum("trained"), "1 structure sur 2 a donné ce chiffre, 1 site complet sur 1", "6"},
		"a share of those asked":      {ratio("trained", "mediators"), "1 structure sur 2 a donné ce chiffre, 1 site complet sur 1", "0.4285714285714286"},
		"posts are counted for all":   {sum("created"), "0 structure sur 3 a donné ce chiffre, 0 site complet sur 1", "0"},
		"not what structures declare": {sum("supported"), "3 structures sur 3, 1 site complet sur 1", "0"},
	} {
		if got := strings.ReplaceAll(d.CoverageOf(c.ind, "S1").Text(), "\u00a0", " "); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if got := d.Read(c.ind, periods[0]); got.Value.String() != c.value {
			t.Errorf("%s: %s, want %s", name, got.Value, c.value)
		}
	}
}

// A part that holds a count of an earlier period is « au moins » as its total is.
func TestLeast(t *testing.T) {
	t.Parallel()
	d := data("S1 passerelle lens created - 4", "S1 rivages douai created - 3", "S2 passerelle lens created - 6")
	got := d.Least(terms("created"), periods[1], func(f indicator.Fact) string { return f.SiteID.String() })
	if want := map[string]bool{douai.String(): true}; !maps.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	d = waiting(data("S1 passerelle lens created CDI 4", "S1 passerelle douai created CDD 1"), "S1", rivages, &lens)
	for name, c := range map[string]struct {
		key  func(indicator.Fact) string
		want map[string]bool
	}{
		"by site":   {func(f indicator.Fact) string { return f.SiteID.String() }, map[string]bool{lens.String(): true}},
		"by item":   {func(f indicator.Fact) string { return f.RowItem }, map[string]bool{"CDI": true, "CDD": true}},
		"by holder": {func(f indicator.Fact) string { return f.OrganisationID.String() }, map[string]bool{rivages.String(): true}},
	} {
		if got := d.Least(terms("created"), periods[0], c.key); !maps.Equal(got, c.want) {
			t.Errorf("one is silent, %s: %v, want %v", name, got, c.want)
		}
	}
}

// A site counts in the coverage once it was selected, whatever was declared of
// its place before.
func TestNoSiteIsExpectedBeforeSelection(t *testing.T) {
	t.Parallel()
	d := data("S1 passerelle lens mediators - 12")
	d.Expectations[0].Selected = false
	if got := strings.ReplaceAll(d.Coverage("S1").Text(), "\u00a0", " "); got != "1 structure sur 1, sites : sans objet" {
		t.Errorf("%q", got)
	}
}
