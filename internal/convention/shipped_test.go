package convention_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"copil/internal/convention"
	"copil/internal/fault"
)

var shipped = []string{"mediation-npdc", "territoire-b"}

func load(t testing.TB, slug string) convention.File {
	t.Helper()
	f, err := convention.Shipped(slug)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

var update = flag.Bool("update", false, "rewrite the shipped files as Write writes them")

// What is shipped is written as Write writes, so that an export compares with it.
func TestShippedAreAsWritten(t *testing.T) {
	t.Parallel()
	for _, slug := range shipped {
		f := load(t, slug)
		if f.Agreement.Slug != slug {
			t.Errorf("slug %q in file %q", f.Agreement.Slug, slug)
		}
		written := roundTrip(t, f)
		if *update {
			if err := os.WriteFile("files/"+slug+".yaml", written, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(written, []byte(read(t, "files/"+slug+".yaml"))) {
			t.Errorf("%s is not written as Write writes it: run go test ./internal/convention -update", slug)
		}
	}
	if _, err := convention.Shipped("inconnue"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("got %v", err)
	}
}

func TestMediationIsWhole(t *testing.T) {
	t.Parallel()
	f := load(t, "mediation-npdc")
	var active []string
	for _, n := range f.Indicators {
		if n.Status == "active" {
			active = append(active, n.IndicatorCode)
		}
		if n.Target != nil && n.IndicatorCode != "A3-03" {
			t.Errorf("%s has a target that the act does not give", n.IndicatorCode)
		}
	}
	want := strings.Fields("A1-01 A1-03 A2-01 A2-03 A3-01 A3-02 A3-03 A3-04 A3-05 A3-06 A3-10 A3-12 A3-17 G-01 G-02")
	if len(f.Indicators) != 35 || !slices.Equal(active, want) {
		t.Errorf("%d indicators, active: %v", len(f.Indicators), active)
	}
	counts := map[string][2]int{
		"articles": {len(f.Articles), 9}, "parties": {len(f.Parties), 3}, "axes": {len(f.Axes), 3}, "stakes": {len(f.Stakes), 3},
		"objectives": {len(f.Objectives), 6}, "commitments": {len(f.Commitments), 13}, "key figures": {len(f.KeyFigures), 6},
		"footnotes": {len(f.Footnotes), 2}, "bodies": {len(f.Bodies), 2}, "periods": {len(f.Periods), 6},
	}
	for what, n := range counts {
		if n[0] != n[1] {
			t.Errorf("%d %s, want %d", n[0], what, n[1])
		}
	}
	if a := f.Articles[7]; a.ArticleNo != 7 || !a.Missing || a.Body != "" {
		t.Errorf("article 7: %+v", a)
	}
	for _, l := range f.Lists {
		if l.ListCode == "activity" && len(l.Items) != 9 {
			t.Errorf("%d activities, the act has nine", len(l.Items))
		}
	}
}

// The file says the whole source and nothing else: every line of one is in the
// other. Read checks that what is quoted is in the articles.
func TestMediationIsTheSource(t *testing.T) {
	t.Parallel()
	source := read(t, "testdata/convention-cadre-2013-2015.txt")
	f := load(t, "mediation-npdc")
	act := f.Agreement.Act
	texts := append(slices.Clone(act.Title), act.Opening)
	for _, a := range f.Articles {
		texts = append(texts, a.Title, a.Body)
		for _, n := range f.Footnotes {
			if n.ArticleNo == a.ArticleNo {
				texts = append(texts, n.Quoted)
			}
		}
	}
	texts = append(texts, act.Closing)
	all := squeezed(strings.Join(texts, ""))
	numbers := regexp.MustCompile(`^ *(ARTICLE [0-9] : |[12] (?:Définition|Ce))`)
	for line := range strings.Lines(source) {
		line = numbers.ReplaceAllStringFunc(line, func(found string) string {
			return strings.TrimLeft(strings.TrimLeft(strings.TrimPrefix(strings.TrimLeft(found, " "), "ARTICLE "), "0123456789"), " :")
		})
		if !strings.Contains(all, squeezed(line)) {
			t.Errorf("the file lacks %q", line)
		}
	}
	inSource := squeezed(source)
	for line := range strings.Lines(strings.Join(texts, "\n")) {
		if !strings.Contains(inSource, squeezed(line)) {
			t.Errorf("the source lacks %q", line)
		}
	}
}

// squeezed leaves white space out: the source breaks lines, even inside words.
func squeezed(text string) string { return strings.Join(strings.Fields(text), "") }

func TestTerritoireBIsAnotherShape(t *testing.T) {
	t.Parallel()
	f := load(t, "territoire-b")
	if len(f.Axes) != 4 || len(f.Parties) != 5 || len(f.Indicators) != 6 || len(f.Periods) != 3 {
		t.Errorf("%d axes, %d parties, %d indicators, %d periods", len(f.Axes), len(f.Parties), len(f.Indicators), len(f.Periods))
	}
	text := read(t, "files/territoire-b.yaml")
	if strings.Contains(text, "médiat") || !strings.Contains(f.Agreement.Fictive, "fictive") {
		t.Error("it must be fictive, and about something else")
	}
}

func TestExamine(t *testing.T) {
	t.Parallel()
	tests := map[string][]string{
		"mediation-npdc": {
			"article-7 7", "annexe 5", "retroactive -", "evaluation 5", "cible-CIBLE 2", "montants 6", "annuel-ETAT-1 6", "annuel-REG-2 6",
			"duree-CDC-3 6", "recouvrement-2 1", "dates 1", "unites-1 1", "instances 4", "signataires -", "temoin -", "conditions 6", "revision -", "noms-mission -", "axes 3",
		},
		"territoire-b":        {"retroactive -", "montants 3", "annuel-COM-1 3", "dates 2", "instances 4", "frequence 4", "revision -"},
		"testdata/small.yaml": nil,
		"testdata/foret.yaml": {"article-3 3", "retroactive -", "evaluation 4", "cible-ARBRES 1", "montants 2", "annuel-S-1 2", "temoin -", "sans-engagement -", "revision -"},
		"testdata/lecture.yaml": {
			"article-3 3", "annexe 2", "duree-V-1 1", "recouvrement-1 0", "dates 0", "unites-0 0", "instances 2", "frequence 2", "signataires -",
			"conditions 1", "noms-mission -", "axes 1",
		},
	}
	for name, want := range tests {
		var got []string
		for _, found := range convention.Examine(actOf(t, name)) {
			got = append(got, found.FindingCode+" "+articleText(found.ArticleNo))
			if found.Title == "" || !strings.HasSuffix(found.Explanation, ".") {
				t.Errorf("%+v is no sentence", found)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q\nwant %q", name, got, want)
		}
	}
}

// actOf is a shipped convention, or a made-up one of testdata.
func actOf(t *testing.T, name string) convention.File {
	t.Helper()
	if !strings.HasSuffix(name, ".yaml") {
		return load(t, name)
	}
	f, err := convention.Read(strings.NewReader(read(t, name)), name)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func articleText(no *int) string {
	if no == nil {
		return "-"
	}
	return string(rune('0' + *no))
}

func TestExamineQuotes(t *testing.T) {
	t.Parallel()
	text := map[string]string{}
	for _, found := range convention.Examine(load(t, "mediation-npdc")) {
		text[found.FindingCode] = found.Explanation
	}
	for code, part := range map[string]string{
		"evaluation":     "que 13\u00a0mois environ depuis la signature du 6\u00a0décembre 2013",
		"duree-CDC-3":    "il en restait 25\u00a0jours.",
		"montants":       "«\u00a0accompagnera financièrement cette expérimentation en 2013\u00a0»",
		"cible-CIBLE":    "«\u00a0créer\u00a0» et quelle part à «\u00a0consolider\u00a0»",
		"recouvrement-2": "«\u00a0entre 850 et 900 médiateurs en 2011\u00a0»",
		"temoin":         "« Ministre délégué à la ville »",
		"signataires":    "«\u00a0le directeur régional\u00a0» en tête, «\u00a0Directeur Interrégional Nord\u00a0» à la signature",
	} {
		if !strings.Contains(oneSpace(text[code]), oneSpace(part)) {
			t.Errorf("%s: %q lacks %q", code, text[code], part)
		}
	}
}

// oneSpace forgets which space is used: package french decides.
func oneSpace(text string) string { return strings.Join(strings.Fields(text), " ") }

// Every field of the file is described, and no other.
func TestDocumentationNamesEveryField(t *testing.T) {
	t.Parallel()
	doc := read(t, "../../docs/convention-file.md")
	seen := map[reflect.Type]bool{}
	var walk func(reflect.Type)
	walk = func(typ reflect.Type) {
		for typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Slice {
			typ = typ.Elem()
		}
		if typ.Kind() != reflect.Struct || seen[typ] {
			return
		}
		seen[typ] = true
		for field := range typ.Fields() {
			name, _, _ := strings.Cut(field.Tag.Get("yaml"), ",")
			if name == "" || name == "-" {
				continue
			}
			if !strings.Contains(doc, "`"+name+"`") {
				t.Errorf("docs/convention-file.md lacks `%s`", name)
			}
			for word := range strings.FieldsSeq(field.Tag.Get("one_of")) {
				if !strings.Contains(doc, "`"+word+"`") {
					t.Errorf("docs/convention-file.md lacks the choice `%s` of %s", word, name)
				}
			}
			walk(field.Type)
		}
	}
	walk(reflect.TypeFor[convention.File]())
}

// Each rule of the shipped files, and each number of the thirty-one, is told where it lives.
func TestDocumentationNamesEveryRule(t *testing.T) {
	t.Parallel()
	doc := read(t, "../../docs/rules.md")
	numbers := []string{"V17 à V21"}
	for n := 1; n <= 31; n++ {
		if n < 17 || n > 21 {
			numbers = append(numbers, fmt.Sprintf("| V%02d |", n))
		}
	}
	for _, r := range load(t, "mediation-npdc").Rules {
		numbers = append(numbers, r.Number)
	}
	for _, number := range numbers {
		if !strings.Contains(doc, number) {
			t.Errorf("docs/rules.md lacks %s", number)
		}
	}
}
