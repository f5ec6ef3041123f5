package demo_test

import (
	"testing"

	"github.com/shopspring/decimal"

	"copil/internal/indicator"
)

func TestTotalsOfTheRegion(t *testing.T) {
	t.Parallel()
	w := theWorld(t)
	r := w.read(t, w.mediation)
	for _, c := range []struct {
		code string
		want [4]string
	}{
		{"A3-04", [4]string{"591", "611", "651", "633"}},
		{"A3-05", [4]string{"561.95", "580.70", "618.25", "600.80"}},
		{"A3-01", [4]string{"12", "30", "70", "88"}},
		{"A3-02", [4]string{"17", "49", "96", "128"}},
		{"A3-03", [4]string{"29", "79", "166", "216"}},
		{"A1-01", [4]string{"2", "4", "9", "11"}},
		{"A2-06", [4]string{"6", "9", "14", "15"}},
		{"A3-07", [4]string{"378", "386", "395", "412"}},
		{"A3-09", [4]string{"41", "96", "148", "171"}},
	} {
		for i, period := range semesters {
			equal(t, c.code+" "+period, r.at(c.code, period).Value, c.want[i])
		}
	}
	for i, want := range [][2]string{{"591", "611"}, {"611", "629"}, {"651", "669"}, {"632", "654"}} {
		occupied := r.at("A3-06", semesters[i])
		equal(t, "posts filled "+semesters[i], occupied.Numerator, want[0])
		equal(t, "posts open "+semesters[i], occupied.Denominator, want[1])
	}
	if r.at("A3-04", "2015-S1").Known {
		t.Error("2015-S1 has a figure, although it is not open")
	}
}

func TestCoverageAndConstantPerimeter(t *testing.T) {
	t.Parallel()
	w := theWorld(t)
	r := w.read(t, w.mediation)
	for i, sites := range []int{0, 0, 7} { // sites were selected in 2014
		period := semesters[i]
		if got, want := r.Coverage(period), (indicator.Coverage{Structures: 12, StructuresExpected: 12, Sites: sites, SitesExpected: sites}); got != want {
			t.Errorf("%s: coverage %+v, want %+v", period, got, want)
		}
	}
	now := r.at("A3-04", "2014-S2")
	if want := (indicator.Coverage{Structures: 10, StructuresExpected: 12, Sites: 6, SitesExpected: 7}); now.Coverage != want {
		t.Errorf("2014-S2: coverage %+v, want %+v", now.Coverage, want)
	}
	if !now.Provisional || r.at("A3-04", "2014-S1").Provisional {
		t.Error("2014-S2 is provisional and 2014-S1 is not")
	}
	c, ok := r.Constant(r.indicators["A3-04"], r.periods["2014-S2"])
	if !ok || c.Structures != 10 {
		t.Errorf("constant perimeter: %+v, %t, want 10 structures", c, ok)
	}
	equal(t, "before, same perimeter", c.Before, "629")
	equal(t, "now, same perimeter", c.Now, "633")
	equal(t, "change, same perimeter", c.Change(), "4")
}

func TestTowardsThreeThousandJobs(t *testing.T) {
	t.Parallel()
	w := theWorld(t)
	r := w.read(t, w.mediation)
	jobs := r.indicators["A3-03"]
	if jobs.Target == nil || !jobs.Target.Equal(decimal.NewFromInt(3000)) {
		t.Fatalf("target %v, want 3000", jobs.Target)
	}
	for i, want := range []string{"1.0", "2.6", "5.5", "7.2"} {
		now := r.at("A3-03", semesters[i])
		if got := percent(now.Value.Div(*jobs.Target)); got != want {
			t.Errorf("%s: %s %% of the target, want %s", semesters[i], got, want)
		}
		if now.AtLeast != (i == 3) {
			t.Errorf("%s: at least is %t", semesters[i], now.AtLeast)
		}
	}
	end := r.periods["2015-S2"].EndsOn
	pace := r.at("A3-03", "2014-S2").Pace(*jobs.Target, r.at("A3-03", "2014-S1"), r.Periods, end)
	equal(t, "remaining", pace.Remaining, "2784")
	equal(t, "gained", pace.Gained, "50")
	equal(t, "needed", pace.Needed, "1392")
}

func TestSharesOf2014S1(t *testing.T) {
	t.Parallel()
	w := theWorld(t)
	r := w.read(t, w.mediation)
	for code, want := range map[string][2]string{"A3-10": {"412", "63.3"}, "A2-01": {"118", "18.1"}} {
		share := r.at(code, "2014-S1")
		equal(t, code, share.Numerator, want[0])
		equal(t, code+", of", share.Denominator, "651")
		if got := percent(share.Value); got != want[1] {
			t.Errorf("%s: %s %%, want %s", code, got, want[1])
		}
	}
}

func TestRegionalFigures(t *testing.T) {
	t.Parallel()
	w := theWorld(t)
	for i, want := range [][3][3]string{ // region, Nord, Pas-de-Calais: notified, under agreement, filled
		{{"431", "409", "378"}, {"306", "291", "268"}, {"125", "118", "110"}},
		{{"431", "418", "386"}, {"306", "297", "274"}, {"125", "121", "112"}},
		{{"462", "431", "395"}, {"328", "306", "281"}, {"134", "125", "114"}},
		{{"470", "446", "412"}, {"334", "317", "292"}, {"136", "129", "120"}},
	} {
		for j, stage := range []string{"NOTIFIE", "CONVENTIONNE", "POURVU"} {
			for k, department := range []string{"", "59", "62"} {
				got := w.sum(func(c cell) bool {
					return c.Period == semesters[i] && c.Measure == "adultes_relais" && c.Row == stage && (department == "" || c.Column == department)
				})
				equal(t, semesters[i]+" "+stage+" "+department, got, want[k][j])
			}
		}
	}
	r := w.read(t, w.mediation)
	equal(t, "flagged", r.at("A3-08", "2014-S2").Value, "44")
	for site, want := range map[string]string{"S1": "6", "S2": "8", "S3": "12", "S4": "4", "S5": "4", "S6": "6", "S7": "0", "S8": "4"} {
		equal(t, "flagged for "+site, w.of("2014-S2", "ETAT", site, "flagged_posts"), want)
	}
	plans := r.at("A1-04", "2014-S2")
	equal(t, "plans with a section", plans.Numerator, "3")
	equal(t, "plans", plans.Denominator, "22")
}

func TestActivityIsOfTheToldOrder(t *testing.T) {
	t.Parallel()
	w := theWorld(t)
	for _, c := range []struct{ organisation, site, measure, want string }{
		{"A2", "S2", "interventions", "5600"},  // 17.50 full-time jobs × 320
		{"P2", "S4", "interventions", "9405"},  // transport: 20.90 × 450
		{"C2", "S6", "interventions", "1620"},  // health: 9.00 × 180
		{"A2", "S2", "referrals", "1225"},      // × 70
		{"A2", "S2", "presence_hours", "6650"}, // × 380
		{"B1", "HS", "cases_closed", "450"},    // 10.00 × 45
	} {
		equal(t, c.organisation+" "+c.measure, w.of("2014-S1", c.organisation, c.site, c.measure), c.want)
	}
	for _, small := range []string{"A1", "A4"} {
		for _, c := range w.cells {
			if c.Organisation == small && c.Measure == "interventions" && c.Answer != "missing" {
				t.Errorf("%s %s: activity is %s, want a short form", small, c.Period, c.Answer)
			}
		}
	}
}

func TestSecondConvention(t *testing.T) {
	t.Parallel()
	w := theWorld(t)
	r := w.read(t, w.coast)
	homes := r.at("R-1", "2014")
	equal(t, "homes", homes.Value, "142") // the third structure is not validated yet
	equal(t, "modest", r.at("R-2", "2014").Numerator, "71")
	equal(t, "advised", r.at("I-1", "2014").Value, "587")
	equal(t, "trained", r.at("F-1", "2014").Value, "42")
	equal(t, "energy", r.at("M-1", "2014").Value, "1558.5")
	if want := (indicator.Coverage{Structures: 2, StructuresExpected: 3, Sites: 2, SitesExpected: 2}); homes.Coverage != want {
		t.Errorf("coverage %+v, want %+v", homes.Coverage, want)
	}
}
