package chart_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"copil/internal/chart"
)

// pick returns the shapes that a test speaks of.
func pick(s chart.Scene, keep func(chart.Shape) bool) []chart.Shape {
	var kept []chart.Shape
	for _, shape := range s.Shapes {
		if keep(shape) {
			kept = append(kept, shape)
		}
	}
	return kept
}

func hasText(s chart.Scene, text string) bool {
	return len(pick(s, func(shape chart.Shape) bool { return shape.Kind == chart.Text && shape.Text == text })) > 0
}

func near(a, b float64) bool { return math.Abs(a-b) < 0.01 }

// swatchHeight is that of the squares of a key, which are no bars.
const swatchHeight = 12

func columns(s chart.Scene, tone chart.Tone, hatch bool) []chart.Shape {
	return pick(s, func(shape chart.Shape) bool {
		return shape.Kind == chart.Rect && shape.Tone == tone && shape.Hatch == hatch && shape.Stroke == 0 && shape.H != swatchHeight
	})
}

func TestTrajectoryHeightsAreProportional(t *testing.T) {
	t.Parallel()
	scene := trajectory().Scene(chart.Wide)
	lower, upper := columns(scene, chart.First, false), columns(scene, chart.Second, true)
	if len(lower) != 4 || len(upper) != 4 {
		t.Fatalf("%d lower and %d upper bars, want 4 and 4", len(lower), len(upper))
	}
	unit := lower[0].H / 12
	floor := lower[0].Y + lower[0].H
	for i, want := range []struct{ lower, upper float64 }{{12, 28}, {39, 66}, {64, 102}, {88, 128}} {
		if !near(lower[i].H, want.lower*unit) || !near(upper[i].H, want.upper*unit) {
			t.Errorf("step %d: heights %v and %v, want %v and %v", i, lower[i].H, upper[i].H, want.lower*unit, want.upper*unit)
		}
		if !near(lower[i].Y+lower[i].H, floor) || !near(upper[i].Y+upper[i].H, lower[i].Y) {
			t.Errorf("step %d does not stand on zero, or its parts are not stacked", i)
		}
	}
	target := pick(scene, func(s chart.Shape) bool { return s.Kind == chart.Circle && s.Tone == chart.Target })
	if len(target) != 1 || !near(floor-target[0].Y, 3000*unit) {
		t.Errorf("target at %+v, want %v above zero", target, 3000*unit)
	}
	way := pick(scene, func(s chart.Shape) bool { return s.Kind == chart.Line && s.Tone == chart.Target && s.Dash })
	if len(way) != 1 || !near(floor-way[0].Y, 216*unit) || !near(floor-way[0].Y-way[0].H, 3000*unit) {
		t.Errorf("the way to the target is %+v", way)
	}
	for _, text := range []string{"40", "105", "166", "216", "provisoire", "3\u202f000 cible, fin 2015"} {
		if !hasText(scene, text) {
			t.Errorf("%q is not written", text)
		}
	}
}

func TestTrajectoryTellsMissingFromZeroAndFromAhead(t *testing.T) {
	t.Parallel()
	draw := func(s chart.Step) chart.Scene {
		s.Label = "2014-S1"
		return chart.Trajectory{Title: "t", Lower: "créés", Upper: "consolidés", Steps: []chart.Step{s}}.Scene(chart.Wide)
	}
	for _, c := range []struct {
		name          string
		step          chart.Step
		written, said string
	}{
		{"missing", chart.Step{}, "n.\u00a0r.", "2014-S1\u00a0: non renseigné."},
		{"not validated", chart.Step{Period: chart.Period{Unvalidated: true}}, "n.\u00a0v.", "2014-S1\u00a0: non validé."},
		{"ahead", chart.Step{Period: chart.Period{Ahead: true}}, "", "Aucune donnée."},
		{"zero", chart.Step{Lower: chart.Known(0), Upper: chart.Known(0)}, "0", "2014-S1\u00a0: 0 (créés\u00a0: 0, consolidés\u00a0: 0)."},
		{"half known", chart.Step{Lower: chart.Known(5)}, "≥\u00a05", "2014-S1\u00a0: ≥\u00a05 (créés\u00a0: 5, consolidés\u00a0: non renseigné)."},
		{"at least", chart.Step{Lower: chart.Known(5), Upper: chart.Known(2), Least: true}, "≥\u00a07", "2014-S1\u00a0: ≥\u00a07 (créés\u00a0: 5, consolidés\u00a0: 2)."},
	} {
		scene := draw(c.step)
		if c.written != "" && !hasText(scene, c.written) {
			t.Errorf("%s: %q is not written", c.name, c.written)
		}
		if scene.Desc != c.said {
			t.Errorf("%s: described as %q, want %q", c.name, scene.Desc, c.said)
		}
		if c.name != "missing" && hasText(scene, "n.\u00a0r.") {
			t.Errorf("%s is drawn as missing", c.name)
		}
	}
}

func TestStockKeepsTheRangeApartAndBreaksAtGaps(t *testing.T) {
	t.Parallel()
	scene := stock().Scene(chart.Wide)
	joined := pick(scene, func(s chart.Shape) bool { return s.Kind == chart.Polyline && s.Tone == chart.First })
	if len(joined) != 1 || len(joined[0].Points) != 2 {
		t.Fatalf("the line joins %+v, want 2014-S1 and 2014-S2 only", joined)
	}
	bands := columns(scene, chart.Band, true)
	if len(bands) != 1 {
		t.Fatalf("%d bands", len(bands))
	}
	points := pick(scene, func(s chart.Shape) bool { return s.Kind == chart.Circle && s.Tone == chart.First && s.Y > bands[0].Y })
	for _, point := range points {
		if point.X-point.W <= bands[0].X+bands[0].W {
			t.Errorf("the point %+v stands in the column of the range", point)
		}
	}
	unit := bands[0].H / 50 // 850 to 900
	if floor := bands[0].Y + 900*unit; !near(joined[0].Points[1][1], floor-633*unit) {
		t.Errorf("633 is drawn at %v, want %v", joined[0].Points[1][1], floor-633*unit)
	}
	for _, text := range []string{"n.\u00a0r.", "8/12", "10/12", "850 à 900", "2011", "provisoire"} {
		if !hasText(scene, text) {
			t.Errorf("%q is not written", text)
		}
	}
	if !strings.Contains(scene.Desc, "2013-S2\u00a0: non renseigné (0/12)") || strings.Contains(scene.Desc, "2015") {
		t.Errorf("described as %q", scene.Desc)
	}
}

func TestBarsAreProportionalAndMissingHasNone(t *testing.T) {
	t.Parallel()
	for _, format := range []chart.Format{chart.Wide, chart.Narrow} {
		scene := bars().Scene(format)
		drawn := columns(scene, chart.First, false)
		if len(drawn) != 3 { // 412, 96, 57.5; neither 0, nor missing, nor without object
			t.Fatalf("%d bars, want 3", len(drawn))
		}
		unit := drawn[0].W / 412
		for i, value := range []float64{412, 96, 57.5} {
			if !near(drawn[i].W, value*unit) || drawn[i].X != drawn[0].X {
				t.Errorf("%v: bar %+v", value, drawn[i])
			}
		}
		for _, text := range []string{"412", "57,5", "0", "non renseigné", "sans objet"} {
			if !hasText(scene, text) {
				t.Errorf("%q is not written", text)
			}
		}
	}
}

func TestShareFillsTheBar(t *testing.T) {
	t.Parallel()
	scene := share().Scene(chart.Wide)
	const tall = 28
	var covered float64
	for _, s := range pick(scene, func(s chart.Shape) bool { return s.Kind == chart.Rect && s.H == tall }) {
		if !s.Hatch || s.Stroke == 0 {
			covered += s.W
		}
		if s.Hatch {
			covered -= s.W // its outline counts already
		}
	}
	if !near(covered, scene.Width-2) {
		t.Errorf("the parts cover %v of %v", covered, scene.Width-2)
	}
	if want := "femmes\u00a0: 367 (58,0\u00a0%)"; !hasText(scene, want) {
		t.Errorf("%q is not written", want)
	}
}

func TestSparklineBreaksAtGaps(t *testing.T) {
	t.Parallel()
	scene := sparkline().Scene()
	lines := pick(scene, func(s chart.Shape) bool { return s.Kind == chart.Polyline })
	dots := pick(scene, func(s chart.Shape) bool { return s.Kind == chart.Circle })
	if len(lines) != 2 || len(dots) != 2 {
		t.Errorf("%d lines and %d points, want 2 (8-5, 0-9) and 2 (3 alone, the last)", len(lines), len(dots))
	}
}

// Empty, huge and lopsided charts are drawn too, inside their frame, with
// finite lengths only.
func TestUnusualFigures(t *testing.T) {
	t.Parallel()
	many := chart.Stock{Title: "t", Name: "n"}
	for i := range 40 {
		many.Readings = append(many.Readings, chart.Reading{Period: chart.Period{Label: fmt.Sprintf("%d", 2000+i)}, Value: chart.Known(i * i)})
	}
	reached := trajectory()
	reached.Target.Value = chart.Known(217)
	over := trajectory()
	over.Target.Value = chart.Known(100)
	huge := chart.Bars{Title: "t", Rows: []chart.Row{
		{Label: strings.Repeat("anticonstitutionnellement", 8), Value: chart.Known(math.MaxInt32)},
		{Label: "négatif", Value: chart.Known(-5), Before: chart.Known(-3)}, {},
	}}
	for name, draw := range map[string]func(chart.Format) chart.Scene{
		"no step": chart.Trajectory{}.Scene, "no reading": chart.Stock{}.Scene, "no row": chart.Bars{}.Scene, "no part": chart.Share{}.Scene,
		"zero parts": chart.Share{Parts: []chart.Part{{Label: "a", Value: chart.Known(0)}, {Label: "b"}}}.Scene,
		"no value":   func(chart.Format) chart.Scene { return chart.Sparkline{Values: make([]decimal.NullDecimal, 3)}.Scene() },
		"no values":  func(chart.Format) chart.Scene { return chart.Sparkline{}.Scene() },
		"many":       many.Scene, "nearly reached": reached.Scene, "over the target": over.Scene, "huge": huge.Scene,
		"unset labels": chart.Bars{Rows: make([]chart.Row, 3)}.Scene,
	} {
		for _, format := range []chart.Format{chart.Wide, chart.Narrow} {
			scene := draw(format)
			parse(t, scene.SVG("x"))
			for _, s := range scene.Shapes {
				for _, length := range []float64{s.X, s.Y, s.W, s.H} {
					if math.IsNaN(length) || math.IsInf(length, 0) {
						t.Fatalf("%s: %+v", name, s)
					}
				}
				if s.Kind == chart.Rect && (s.W < 0 || s.H < 0 || s.X < 0 || s.X+s.W > scene.Width+0.01 || s.Y+s.H > scene.Height+0.01) {
					t.Errorf("%s: %+v leaves %v × %v", name, s, scene.Width, scene.Height)
				}
			}
		}
	}
}
