package document_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"copil/internal/chart"
	"copil/internal/document"
)

var day = time.Date(2014, time.December, 31, 0, 0, 0, 0, time.UTC)

func TestCellFrench(t *testing.T) {
	t.Parallel()
	number := decimal.RequireFromString
	tests := []struct {
		cell document.Cell
		want string
	}{
		{document.TextCell("Étaples"), "Étaples"},
		{document.IntCell(1392), "1\u202f392"},
		{document.IntCell(0), "0"},
		{document.IntCell(50).WithSign(), "+\u00a050"},
		{document.DecimalCell(number("17538.4"), 2), "17\u202f538,40"},
		{document.PercentCell(number("0.072"), 1), "7,2\u00a0%"},
		{document.PercentCell(number("-0.005"), 1).WithSign(), "−\u00a00,5\u00a0%"},
		{document.DateCell(day), "31/12/2014"},
		{document.MissingCell(), "non renseigné"},
		{document.UnvalidatedCell(), "non validé"},
		{document.NotApplicableCell("site suspendu"), "sans objet"},
		{document.Cell{Kind: document.Integer}, "non renseigné"},
	}
	for _, tt := range tests {
		if got := tt.cell.French(); got != tt.want {
			t.Errorf("%+v reads %q, want %q", tt.cell, got, tt.want)
		}
	}
}

func TestCellKeepsTheExactValue(t *testing.T) {
	t.Parallel()
	exact := decimal.RequireFromString("0.0720000000000000000001")
	if c := document.PercentCell(exact, 1); !c.Number.Equal(exact) {
		t.Errorf("%v is no longer %v", c.Number, exact)
	}
}

func table(change func(*document.Table)) document.Table {
	t := document.Table{Caption: "Postes", Columns: []document.Column{{Title: "Site", Head: true}, {Title: "Postes"}},
		Rows: []document.Row{{Cells: []document.Cell{document.TextCell("Lille"), document.IntCell(12)}}}}
	change(&t)
	return t
}

func TestCheck(t *testing.T) {
	t.Parallel()
	heading := func(level int) document.Block { return document.Heading{Level: level, Text: "Titre"} }
	drawing := document.Figure{Caption: "Courbe", Alt: "Elle monte.", Scene: chart.Scene{Width: 10, Height: 10}}
	mute := drawing
	mute.Alt = " "
	tests := map[string]struct {
		body document.Blocks
		want string // empty: sound
	}{
		"sound": {document.Blocks{heading(1), heading(2), heading(3), heading(1), table(func(*document.Table) {}), drawing,
			document.List{Items: []document.Text{document.Plain("un")}}, document.PageBreak{}}, ""},
		"first heading of level 2":   {document.Blocks{heading(2)}, `heading "Titre" of level 2 after level 0`},
		"skipped level":              {document.Blocks{heading(1), heading(3)}, "of level 3 after level 1"},
		"level 4":                    {document.Blocks{heading(1), heading(2), heading(3), heading(4)}, "of level 4"},
		"table without caption":      {document.Blocks{table(func(t *document.Table) { t.Caption = "" })}, "empty table caption"},
		"column without title":       {document.Blocks{table(func(t *document.Table) { t.Columns[1].Title = "" })}, "column 2 has no title"},
		"ragged row":                 {document.Blocks{table(func(t *document.Table) { t.Rows[0].Cells = t.Rows[0].Cells[:1] })}, "row 1 has 1 cells for 2 columns"},
		"number without value":       {document.Blocks{table(func(t *document.Table) { t.Rows[0].Cells[1].Number = nil })}, "integer without a number"},
		"figure without alternative": {document.Blocks{mute}, "empty figure alternative text"},
		"empty list":                 {document.Blocks{document.List{}}, "nothing in it"},
		"empty paragraph":            {document.Blocks{document.Paragraph{}}, "empty paragraph"},
		"script for a link":          {document.Blocks{document.Paragraph{Text: document.Text{{Text: "ici", Link: "javascript:x"}}}}, "not on the web"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := document.Document{Title: "Bilan", Date: day, Body: tt.body}.Check()
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
}

func TestCheckReportsEverything(t *testing.T) {
	t.Parallel()
	err := document.Document{Body: document.Blocks{document.Heading{Level: 3, Text: "x"}, document.Callout{}}}.Check()
	for _, want := range []string{"without title", "without date", "block 1", "block 2"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v lacks %q", err, want)
		}
	}
}

func TestStatusIsWorkingUnlessSaidOtherwise(t *testing.T) {
	t.Parallel()
	if got := (document.Document{}).Status.French(); got != "Document de travail" {
		t.Errorf("status %q", got)
	}
}

func TestJSONGivesTheSameDocument(t *testing.T) {
	t.Parallel()
	d := document.Document{
		Title: "Bilan", Status: document.Validated, Date: day, Parties: []document.Party{{Name: "L’État"}}, Notices: []string{"Données fictives"},
		Body: document.Blocks{
			document.Heading{Level: 1, Text: "Emplois"},
			document.Paragraph{Text: document.Text{{Text: "216", Style: document.Strong, Footnote: "provisoire"}}},
			document.List{Numbered: true, Items: []document.Text{document.Plain("un")}},
			document.Definitions{Items: []document.Definition{{Term: "ETP", Text: document.Plain("équivalent temps plein")}}},
			document.KeyFigures{Items: []document.KeyFigure{{Value: document.PercentCell(decimal.RequireFromString("0.072"), 1), Label: "de l’objectif"}}},
			table(func(t *document.Table) {
				t.Rows[0].Cells[1] = document.MissingCell().WithRef("A1-01").WithNote("à corriger")
			}),
			document.Figure{Caption: "Courbe", Alt: "Elle monte.", Scene: chart.Scene{Width: 10, Height: 10}, Data: new(table(func(*document.Table) {}))},
			document.Callout{Warning: true, Text: []document.Text{document.Plain("Attention.")}},
			document.PageBreak{},
		},
	}
	first, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	var back document.Document
	if err := json.Unmarshal(first, &back); err != nil {
		t.Fatal(err)
	}
	second, err := json.Marshal(back)
	if err != nil {
		t.Fatal(err)
	}
	if string(first) != string(second) {
		t.Errorf("after one turn:\n%s\nbefore:\n%s", second, first)
	}
	for i := range d.Body {
		if reflect.TypeOf(d.Body[i]) != reflect.TypeOf(back.Body[i]) {
			t.Errorf("block %d came back as %T, was %T", i, back.Body[i], d.Body[i])
		}
	}
}

func TestJSONRefusesWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`[{"video":{}}]`:                       `unknown kind "video"`,
		`[{}]`:                                 "0 kinds, want one",
		`[{"heading":{"Level":"un"}}]`:         "block 0",
		`[{"heading":{}},{"table":{},"a":{}}]`: "block 1: 2 kinds",
	} {
		var b document.Blocks
		if err := json.Unmarshal([]byte(text), &b); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", text, err, want)
		}
	}
}
