package chart_test

import (
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"copil/internal/chart"
)

var update = flag.Bool("update", false, "write the golden files anew")

var nothing decimal.NullDecimal

func trajectory() chart.Trajectory {
	period := func(label string) chart.Period { return chart.Period{Label: label} }
	return chart.Trajectory{
		Title: "Emplois créés ou consolidés, cumul", Lower: "créés", Upper: "consolidés",
		Remark: "Postes, tous financements.",
		Steps: []chart.Step{
			{period("2013-S1"), chart.Known(12), chart.Known(28), false},
			{period("2013-S2"), chart.Known(39), chart.Known(66), false},
			{period("2014-S1"), chart.Known(64), chart.Known(102), false},
			{chart.Period{Label: "2014-S2", Provisional: true}, chart.Known(88), chart.Known(128), false},
			{chart.Period{Label: "2015-S1", Ahead: true}, nothing, nothing, false},
			{chart.Period{Label: "2015-S2", Ahead: true}, nothing, nothing, false},
		},
		Target: chart.Goal{Value: chart.Known(3000), Label: "cible, fin 2015", Pace: "+\u00a01\u202f392 par semestre"},
	}
}

func stock() chart.Stock {
	return chart.Stock{
		Title: "Médiateurs en poste", Name: "médiateurs en poste", Constant: "à périmètre constant",
		Remark: "10/12\u00a0: structures qui ont répondu sur structures attendues.",
		Readings: []chart.Reading{
			{Period: chart.Period{Label: "2013-S1", Note: "8/12"}, Value: chart.Known(548)},
			{Period: chart.Period{Label: "2013-S2", Note: "0/12"}},
			{Period: chart.Period{Label: "2014-S1", Note: "11/12"}, Value: chart.Known(629), Constant: chart.Known(602)},
			{Period: chart.Period{Label: "2014-S2", Note: "10/12", Provisional: true}, Value: chart.Known(633), Constant: chart.Known(606)},
			{Period: chart.Period{Label: "2015-S1", Ahead: true}},
			{Period: chart.Period{Label: "2015-S2", Ahead: true}},
		},
		Mark: &chart.Range{At: "2011", Label: "repère 2011, autre champ", Low: decimal.NewFromInt(850), High: decimal.NewFromInt(900)},
	}
}

func bars() chart.Bars {
	return chart.Bars{
		Title: "Postes par type de contrat", Name: "fin 2014", Before: "mi-2014",
		Rows: []chart.Row{
			{Label: "Adulte-relais", Value: chart.Known(412), Before: chart.Known(398)},
			{Label: "CUI-CAE (hors emploi d’avenir)", Value: chart.Known(96), Before: chart.Known(120)},
			{Label: "Emploi d’avenir", Value: decimal.NewNullDecimal(decimal.RequireFromString("57.5")), Before: chart.Known(31)},
			{Label: "CDI de droit commun", Value: chart.Known(0), Before: chart.Known(0)},
			{Label: "Agent titulaire de la fonction publique", Before: chart.Known(14)},
			{Label: "Emploi-jeune (historique)", Text: "sans objet"},
		},
	}
}

func share() chart.Share {
	return chart.Share{Title: "Médiateurs par sexe", Parts: []chart.Part{
		{Label: "femmes", Value: chart.Known(367)},
		{Label: "hommes", Value: chart.Known(244)},
		{Label: "non renseigné", Value: chart.Known(22), Unknown: true},
	}}
}

func sparkline() chart.Sparkline {
	return chart.Sparkline{Title: "Entrées", Values: []decimal.NullDecimal{
		chart.Known(3), nothing, chart.Known(8), chart.Known(5), nothing, chart.Known(0), chart.Known(9),
	}}
}

// scenes are one drawing of each builder.
func scenes() map[string]chart.Scene {
	return map[string]chart.Scene{
		"trajectory":        trajectory().Scene(chart.Wide),
		"trajectory-narrow": trajectory().Scene(chart.Narrow),
		"stock":             stock().Scene(chart.Wide),
		"stock-narrow":      stock().Scene(chart.Narrow),
		"bars":              bars().Scene(chart.Wide),
		"bars-narrow":       bars().Scene(chart.Narrow),
		"share":             share().Scene(chart.Wide),
		"share-narrow":      share().Scene(chart.Narrow),
		"sparkline":         sparkline().Scene(),
	}
}

func TestGolden(t *testing.T) {
	t.Parallel()
	for name, scene := range scenes() {
		path := filepath.Join("testdata", name+".svg")
		got := strings.ReplaceAll(scene.SVG(name), "><", ">\n<") + "\n"
		if *update {
			if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatalf("%v (go test -update writes it)", err)
		}
		if got != string(want) {
			t.Errorf("%s differs; look at the drawing after go test -update", path)
		}
	}
}

// element is what a test asks of a drawing.
type element struct {
	name  string
	attrs map[string]string
	text  string
}

// parse reads a drawing as a strict XML reader does.
func parse(t *testing.T, svg string) []element {
	t.Helper()
	var found []element
	var open []int
	in := xml.NewDecoder(strings.NewReader(svg))
	for {
		token, err := in.Token()
		if errors.Is(err, io.EOF) {
			return found
		}
		if err != nil {
			t.Fatalf("not well-formed: %v\n%s", err, svg)
		}
		switch token := token.(type) {
		case xml.StartElement:
			e := element{name: token.Name.Local, attrs: map[string]string{}}
			for _, a := range token.Attr {
				e.attrs[a.Name.Local] = a.Value
			}
			open, found = append(open, len(found)), append(found, e)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			found[open[len(open)-1]].text += string(token)
		}
	}
}

func TestEveryDrawingIsAccessibleAndUnstyled(t *testing.T) {
	t.Parallel()
	for name, scene := range scenes() {
		seen := map[string]bool{}
		for i, e := range parse(t, scene.SVG(name)) {
			if id, ok := e.attrs["id"]; ok {
				if seen[id] || !strings.HasPrefix(id, name+"-") {
					t.Errorf("%s: id %q is twice there or foreign", name, id)
				}
				seen[id] = true
			}
			for _, forbidden := range []string{"style", "onload", "width", "height"} {
				if _, ok := e.attrs[forbidden]; ok && (i == 0 || forbidden == "style" || forbidden == "onload") {
					t.Errorf("%s: %s has the attribute %s", name, e.name, forbidden)
				}
			}
			for _, colour := range []string{"fill", "stroke"} {
				if value := e.attrs[colour]; value != "" && !strings.HasPrefix(value, "url(#"+name+"-") {
					t.Errorf("%s: %s=%q must come from the stylesheet", name, colour, value)
				}
			}
			if i == 0 && (e.attrs["role"] != "img" || e.attrs["aria-labelledby"] != name+"-title "+name+"-desc") {
				t.Errorf("%s: %v is no named image", name, e.attrs)
			}
		}
		if !seen[name+"-title"] || !seen[name+"-desc"] || scene.Title == "" || scene.Desc == "" {
			t.Errorf("%s: no title or description", name)
		}
	}
}

func TestEverythingStaysInsideAndLegible(t *testing.T) {
	t.Parallel()
	for name, scene := range scenes() {
		for _, s := range scene.Shapes {
			if s.X < 0 || s.Y < 0 || s.X+s.W > scene.Width+0.01 || s.Y+s.H > scene.Height+0.01 {
				t.Errorf("%s: %+v is outside %v × %v", name, s, scene.Width, scene.Height)
			}
			if s.W < 0 && s.Kind == chart.Rect || s.H < 0 && s.Kind == chart.Rect {
				t.Errorf("%s: %+v has a negative size", name, s)
			}
			if s.Kind == chart.Text && s.Size < 13 {
				t.Errorf("%s: %q is too small", name, s.Text)
			}
		}
	}
}

func TestHostileTextsStayText(t *testing.T) {
	t.Parallel()
	const hostile = `"><script>alert(1)</script>&amp;` + "\x00\x1b\uffff" + `' onload='x`
	scene := chart.Bars{
		Title: hostile, Name: hostile, Before: hostile, Remark: hostile,
		Rows: []chart.Row{{Label: hostile, Text: hostile, Value: chart.Known(1), Before: chart.Known(2)}},
	}.Scene(chart.Wide)
	scene.Shapes = append(scene.Shapes, chart.Shape{
		Kind: chart.Text, Text: hostile, Tone: chart.Tone(hostile), Anchor: chart.Anchor(hostile),
	}, chart.Shape{Kind: chart.Rect, Tone: chart.Tone(hostile), Hatch: true})
	allowed := map[string]bool{
		"svg": true, "title": true, "desc": true, "defs": true, "pattern": true, "path": true,
		"rect": true, "line": true, "text": true,
	}
	for _, e := range parse(t, scene.SVG(hostile)) {
		if !allowed[e.name] {
			t.Errorf("a text became the element %s", e.name)
		}
		if _, ok := e.attrs["onload"]; ok {
			t.Errorf("a text became an attribute of %s", e.name)
		}
		if e.name == "title" && !strings.HasPrefix(e.text, `"><script>alert(1)</script>&amp;`) {
			t.Errorf("the title reads %q", e.text)
		}
	}
}

func TestResponsiveHasTwoDrawingsAndNoSharedID(t *testing.T) {
	t.Parallel()
	html := "<body>" + chart.Responsive("emplois", trajectory().Scene) + "</body>"
	seen := map[string]bool{}
	drawings := 0
	for _, e := range parse(t, html) {
		if e.name == "svg" {
			drawings++
		}
		if id := e.attrs["id"]; id != "" && seen[id] {
			t.Errorf("id %q is twice there", id)
		} else if id != "" {
			seen[id] = true
		}
	}
	if drawings != 2 {
		t.Errorf("%d drawings", drawings)
	}
}
