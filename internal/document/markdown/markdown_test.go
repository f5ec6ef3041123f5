package markdown_test

import (
	"encoding/json"
	"io"
	"strings"
	"testing"
	"time"

	"copil/internal/document"
	"copil/internal/document/markdown"
	"copil/internal/document/odt"
)

func said(t testing.TB, blocks document.Blocks) string {
	t.Helper()
	text, err := json.Marshal(blocks)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestBlocks(t *testing.T) {
	t.Parallel()
	plain := document.Plain
	paragraph := func(spans ...document.Span) document.Block { return document.Paragraph{Text: spans} }
	for source, want := range map[string]document.Blocks{
		"":                     {},
		"Un.\nDeux.\n\nTrois.": {paragraph(document.Span{Text: "Un. Deux."}), paragraph(document.Span{Text: "Trois."})},
		"«\u00a0Œuvre\u00a0» à 1\u202f392 €": {paragraph(document.Span{Text: "«\u00a0Œuvre\u00a0» à 1\u202f392 €"})},
		"# Un\n### Deux\n#### Trois":         {document.Heading{Level: 2, Text: "Un"}, document.Heading{Level: 3, Text: "Deux"}, document.Heading{Level: 3, Text: "Trois"}},
		"a **b** *c*":                        {paragraph(document.Span{Text: "a "}, document.Span{Text: "b", Style: document.Strong}, document.Span{Text: " "}, document.Span{Text: "c", Style: document.Emphasis})},
		"[ici](https://a.example/b) ou <moi@a.example>": {paragraph(document.Span{Text: "ici", Link: "https://a.example/b"}, document.Span{Text: " ou "},
			document.Span{Text: "moi@a.example", Link: "mailto:moi@a.example"})},
		"- un\n- deux\n  - trois\n": {document.List{Items: []document.Text{plain("un"), plain("deux"), {{Text: "– "}, {Text: "trois"}}}}},
		"1. un\n2. deux\n":          {document.List{Numbered: true, Items: []document.Text{plain("un"), plain("deux")}}},
		"> dit":                     {paragraph(document.Span{Text: "dit", Style: document.Emphasis})},
		"| A | |\n| - | - |\n| 1 | **2** |\n": {document.Table{Caption: "Tableau 1", Columns: []document.Column{{Title: "A", Head: true}, {Title: "Colonne 2"}},
			Rows: []document.Row{{Cells: []document.Cell{document.TextCell("1"), document.TextCell("2")}}}}},
		`5 \* 3 &amp; &eacute;`: {paragraph(document.Span{Text: "5 * 3 & é"})},
	} {
		got := markdown.Blocks(source, 1)
		if got == nil {
			got = document.Blocks{}
		}
		if said(t, got) != said(t, want) {
			t.Errorf("%q gives\n%s, want\n%s", source, said(t, got), said(t, want))
		}
	}
}

// What is hostile keeps its words, and nothing else.
func TestHostile(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		"<script>alert(1)</script>":                 "<script>alert(1)</script>",
		"a <img src=x onerror=alert(1)> b":          "a <img src=x onerror=alert(1)> b",
		"[ici](javascript:alert(1))":                "ici",
		"[ici](JaVaScRiPt:alert(1))":                "ici",
		"[ici](data:text/html;base64,PHNjcmlwdD4=)": "ici",
		"<javascript:alert(1)>":                     "javascript:alert(1)",
		"![vue](https://espion.example/p.png)":      "vue",
		"[ici](/c/autre/reglages)":                  "ici",
		"<div\nonclick=x>\n\ntexte":                 "<div\nonclick=x>",
		"[ici][1]\n\n[1]: javascript:x":             "ici",
		"\x00\xff a":                                "a",
	} {
		blocks := markdown.Blocks(source, 0)
		if len(blocks) == 0 {
			t.Errorf("%q gives nothing", source)
			continue
		}
		if p := blocks[0].(document.Paragraph); p.Text.String() != want || strings.Contains(said(t, blocks), `"Link"`) {
			t.Errorf("%q gives %s", source, said(t, blocks))
		}
	}
}

// Texts that make readers of Markdown slow, or fall, give documents all the same.
func TestHuge(t *testing.T) {
	t.Parallel()
	for name, source := range map[string]string{
		"100 kB":   strings.Repeat("mot ", 25_000),
		"quotes":   strings.Repeat(">", 50_000) + "a",
		"lists":    strings.Repeat("- ", 20_000) + "a",
		"brackets": strings.Repeat("[", 50_000),
		"links":    strings.Repeat("[a](", 15_000),
		"stars":    strings.Repeat("*a _b ", 10_000),
		"rows":     "|a|\n|-|\n" + strings.Repeat("|b|\n", 10_000),
		"indented": func() (s string) {
			for i := range 200 {
				s += strings.Repeat(" ", 2*i) + "- a\n"
			}
			return s
		}(),
		"entities": strings.Repeat("&amp;", 12_000),
		"ticks":    strings.Repeat("`a``b```", 8_000),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := document.Document{Title: "Essai", Date: time.Date(2015, 1, 2, 0, 0, 0, 0, time.UTC), Body: markdown.Blocks(source, 0)}
			if len(d.Body) == 0 {
				t.Error("nothing is left")
			}
			if err := odt.Write(io.Discard, d); err != nil {
				t.Error(err)
			}
		})
	}
}

func FuzzBlocks(f *testing.F) {
	f.Add("# a\n- b\n\n|c|d|\n|-|-|\n|e|\n<i>")
	f.Fuzz(func(t *testing.T, source string) {
		d := document.Document{Title: "Essai", Date: time.Date(2015, 1, 2, 0, 0, 0, 0, time.UTC), Body: markdown.Blocks(source, 0)}
		if err := d.Check(); err != nil {
			t.Error(err)
		}
	})
}
