package conventions

import (
	"strconv"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"copil/internal/convention"
)

// TestParagraphsChangeNoWord puts the shown lines together again: what is read
// is what is written, to the letter.
func TestParagraphsChangeNoWord(t *testing.T) {
	t.Parallel()
	for _, slug := range []string{"mediation-npdc", "territoire-b"} {
		file, err := convention.Shipped(slug)
		if err != nil {
			t.Fatal(err)
		}
		v := ShowView{Footnotes: file.Footnotes}
		for _, a := range file.Articles {
			var groups []string
			for _, group := range paragraphs(a.Body, v.notesOf(a.ArticleNo)) {
				var lines []string
				for _, l := range group {
					if l.Note > 0 {
						l.Text += strconv.Itoa(l.Note)
					}
					lines = append(lines, l.Text)
				}
				groups = append(groups, strings.Join(lines, "\n"))
			}
			got := strings.Join(groups, "\n\n")
			if plain(got) != plain(a.Body) {
				t.Errorf("%s, article %d: shown as\n%s\nwritten as\n%s", slug, a.ArticleNo, got, a.Body)
			}
		}
	}
}

// plain leaves out spaces: a footnote's call may stand apart in the source.
func plain(text string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(text, " ", "")), "\n")
}

func TestParagraphs(t *testing.T) {
	t.Parallel()
	notes := []convention.Footnote{{FootnoteNo: 2, ArticleNo: 1}}
	got := paragraphs("Comité de pilotage\n\nIl comptait 900 médiateurs en 2011.2\n- Des bailleurs.\nEn 2011.3", notes)
	if len(got) != 2 || !got[0][0].Head || got[1][0].Head {
		t.Fatalf("paragraphs = %+v, want a heading, then three lines", got)
	}
	if l := got[1][0]; l.Note != 2 || l.Text != "Il comptait 900 médiateurs en 2011." {
		t.Errorf("first line = %+v, want its note 2 set apart", l)
	}
	if !got[1][1].Item {
		t.Errorf("second line = %+v, want an item", got[1][1])
	}
	if l := got[1][2]; l.Note != 0 || l.Text != "En 2011.3" {
		t.Errorf("third line = %+v, want it unchanged: the article has no note 3", l)
	}
}

func TestValue(t *testing.T) {
	t.Parallel()
	number := decimal.RequireFromString
	for want, k := range map[string]convention.KeyFigure{
		"850 à 900":   {Minimum: number("850"), Maximum: number("900")},
		"environ 200": {Minimum: number("200"), Maximum: number("200"), Approximate: true},
		"3\u202f000":  {Minimum: number("3000"), Maximum: number("3000")},
		"12,5":        {Minimum: number("12.5"), Maximum: number("12.5")},
	} {
		if got := value(k); got != want {
			t.Errorf("value = %q, want %q", got, want)
		}
	}
}

func TestGap(t *testing.T) {
	t.Parallel()
	v := ShowView{Articles: []convention.Article{{ArticleNo: 6}, {ArticleNo: 7, Missing: true}, {ArticleNo: 8}, {ArticleNo: 9}, {ArticleNo: 10, Missing: true}}}
	if got := v.gap(7); !strings.HasPrefix(got, "Le document source passe de l’article 6 à l’article 8.") {
		t.Errorf("gap(7) = %q", got)
	}
	if got := v.gap(10); !strings.HasPrefix(got, "Le document source ne contient pas cet article.") {
		t.Errorf("gap(10) = %q", got)
	}
}
