package convention_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode"
	"unicode/utf8"

	"copil/internal/convention"
)

func TestReadTellsProblems(t *testing.T) {
	t.Parallel()
	small := read(t, "testdata/small.yaml")
	tests := []struct {
		name     string
		old, new string // the one change to the small file
		line     string // a part of the line that is to be blamed, after the change
		field    string
		message  string
	}{
		{"unknown field", "short_name: Petite", "short_nam: Petite", "short_nam:", "agreement.short_nam", "vouliez-vous dire « short_name » ?"},
		{"unknown field, nothing near", "accent:", "zzzzzzzz:", "zzzzzzzz:", "agreement.zzzzzzzz", "Ce champ n’existe pas ici."},
		{"missing field", "  short_name: Petite\n", "", "slug: petite", "agreement.short_name", "Ce champ manque."},
		{"field given twice", "slug: petite", "slug: petite\n  slug: autre", "slug: autre", "", "deux fois"},
		{"broken syntax", "slug: petite", "slug: \"petite", "  name:", "", "syntaxe YAML"},
		{"text expected", "short_name: Petite", "short_name: 12", "short_name:", "agreement.short_name", "un texte"},
		{"empty text", "short_name: Petite", "short_name: \"\"", "short_name:", "agreement.short_name", "vide"},
		{"no value", "short_name: Petite", "short_name:", "short_name:", "agreement.short_name", "La valeur manque"},
		{"control character", "short_name: Petite", "short_name: \"Pe\\ttite\"", "short_name:", "agreement.short_name", "contrôle"},
		{"space at the end", "short_name: Petite", "short_name: \"Petite \"", "short_name:", "agreement.short_name", "espace"},
		{"anchor", "short_name: Petite", "short_name: &a Petite", "short_name:", "agreement.short_name", "ancres"},
		{"mapping expected", "    definition:\n      article_no: 1\n      quoted: \"aider les voisins\"", "    definition: mot", "definition:", "agreement.act.definition", "des champs"},
		{"list expected", "departments: [\"59\"]", "departments: nord", "departments:", "agreement.departments", "une liste"},
		{"empty list", "departments: [\"59\"]", "departments: []", "departments:", "agreement.departments", "vide"},
		{"date expected", "signed_on: 2014-01-01", "signed_on: 2014-02-30", "signed_on:", "agreement.signed_on", "une date"},
		{"integer expected", "axis_no: 1\n", "axis_no: un\n", "axis_no: un", "indicators[1].axis_no", "entier"},
		{"number expected", "maximum: 100.5", "maximum: 1e999999999", "1e999999999", "key_figures[1].maximum", "un nombre"},
		{"boolean expected", "reconstituted: true", "reconstituted: oui", "oui", "periods[2].reconstituted", "true ou false"},
		{"bad enumeration", "kind: stock\n    source", "kind: stok\n    source", "stok", "measures[1].kind", "stock, flow, cumulative"},
		{"bad slug", "slug: petite", "slug: \"Petite !\"", "slug:", "agreement.slug", "minuscules"},
		{"bad accent", "\"#123456\"", "bleu", "bleu", "agreement.accent", "une couleur"},
		{"bad department", "[\"59\"]", "[\"599\"]", "599", "agreement.departments[1]", "département"},
		{"convention ends first", "  ends_on: 2014-12-31\n  accent", "  ends_on: 2013-12-31\n  accent", "  ends_on: 2013-12-31", "agreement.ends_on", "finit avant"},
		{"duplicate article", "article_no: 1\n    title", "article_no: 2\n    title", "article_no: 2\n    title: \"Moyens\"", "articles[2].article_no", "déjà pris"},
		{"articles out of order", "article_no: 1\n    title", "article_no: 3\n    title", "article_no: 2", "articles[2].article_no", "l’ordre"},
		{"article with no text", "    body: \"Il s’agit d’aider les voisins et de les écouter.\"\n", "", "  - article_no: 1", "articles[1]", "missing: true"},
		{"missing article with a text", "title: \"Moyens\"", "title: \"Moyens\"\n    missing: true", "  - article_no: 2", "articles[2]", "ni titre ni texte"},
		{"duplicate code", "item_code: B", "item_code: A", "Bénévole", "lists[1].items[2].item_code", "déjà pris"},
		{"duplicate list", "list_code: operator_type", "list_code: sector", "list_code: sector\n    label: \"Op", "lists[3].list_code", "déjà pris"},
		{"bad siren", "\"123456789\"", "\"12345678\"", "siren:", "parties[1].siren", "neuf chiffres"},
		{"reserved party", "party_code: VILLE\n", "party_code: mission\n", "party_code: mission", "parties[1].party_code", "réservé"},
		{"range upside down", "maximum: 100.5", "maximum: 99", "maximum: 99", "key_figures[1].maximum", "plus petit"},
		{"missing list", "list_code: operator_type", "list_code: operators", "lists:", "lists", "operator_type"},
		{"period ends first", "ends_on: 2014-06-30", "ends_on: 2013-06-30", "Début", "periods[1].ends_on", "finit avant"},
		{"periods overlap", "starts_on: 2014-07-01", "starts_on: 2014-06-30", "Fin", "periods[2].starts_on", "après la fin"},
		{"period outside", "ends_on: 2014-12-31, rec", "ends_on: 2015-12-31, rec", "Fin", "periods[2]", "sort des dates"},
		{"no such article", "objective_no: 1, article_no: 1", "objective_no: 1, article_no: 9", "objective_no", "objectives[1].article_no", "L’article 9"},
		{"no such axis", "proposed_axis: 1", "proposed_axis: 4", "proposed_axis", "objectives[1].proposed_axis", "L’axe 4"},
		{"no such party", "party_code: VILLE, article", "party_code: VILE, article", "VILE", "commitments[1].party_code", "VILE"},
		{"no such footnote", "    footnote_no: 1", "    footnote_no: 2", "    footnote_no: 2", "key_figures[1].footnote_no", "La note 2"},
		{"no such article in the act", "      article_no: 1\n", "      article_no: 8\n", "      article_no: 8", "agreement.act.definition.article_no", "L’article 8"},
		{"no such list", "row_list: job_type", "row_list: jobs", "row_list", "measures[1].row_list", "« jobs »"},
		{"columns without rows", "    row_list: job_type\n", "", "column_list", "measures[1].column_list", "d’abord en lignes"},
		{"same list twice", "column_list: sector", "column_list: job_type", "column_list", "measures[1].column_list", "même liste"},
		{"who enters", "[structure, VILLE]", "[structure, PREFET]", "PREFET", "measures[1].entered_by[2]", "PREFET"},
		{"nobody enters", "    entered_by: [structure, VILLE]\n", "", "measure_code: people", "measures[1].entered_by", "Dites qui saisit"},
		{"posts are not entered", "source: posts", "source: posts, entered_by: [mission]", "posts_open", "measures[4].entered_by", "déduit des postes"},
		{"identifiers have no rows", "source: identifiers", "source: identifiers, row_list: sector", "partners", "measures[3].row_list", "ne se ventile pas"},
		{"too many decimals", "places: 1, e", "places: 5, e", "visits", "measures[2].places", "0 à 4"},
		{"no such measure", "measure: visits}", "measure: visit}", "measure: visit}", "indicators[2].formula.numerator[1].measure", "« visit »"},
		{"no such item", "rows: [A]", "rows: [Z]", "rows: [Z]", "indicators[1].formula.numerator[1].rows[1]", "« Z »"},
		{"not broken down so", "measure: visits}", "measure: visits, rows: [A]}", "rows: [A]}", "indicators[2].formula.numerator[1].rows", "pas ventilée"},
		{"empty formula", "      computed: meetings_held", "      {}", "formula:\n      {}", "indicators[3].formula", "vide"},
		{"two formulas", "computed: meetings_held", "computed: meetings_held\n      numerator: [{measure: visits}]", "computed: meetings_held", "indicators[3].formula.computed", "ni numérateur"},
		{"ratio is not added", "across_sites: ratio", "across_sites: sum", "across_sites: sum", "indicators[1].across_sites", "dénominateur"},
		{"stock is not summed over time", "measure: visits}", "measure: people}", "across_periods: sum", "indicators[2].across_periods", "un stock garde"},
		{"distinct needs identifiers", "across_sites: sum", "across_sites: distinct", "across_sites: distinct", "indicators[2].across_sites", "identifiants"},
		{"identifiers are distinct", "measure: visits}", "measure: partners}", "across_sites: sum", "indicators[2].across_sites", "identifiants"},
		{"breakdown", "breakdowns: [sector, site]", "breakdowns: [sector, age]", "age]", "indicators[1].breakdowns[2]", "« age »"},
		{"target with no source", "    target_source: \"art. 1\"\n", "", "target: 50", "indicators[1].target", "target_source"},
		{"stock is a last value", "status: library", "headline: stock\n    status: library", "headline: stock", "indicators[2].headline", "across_periods: last"},
		{"progress is cumulative", "status: library", "headline: progress\n    status: library", "headline: progress", "indicators[2].headline", "across_periods: cumulative"},
		{"no such headline", "status: library", "headline: top\n    status: library", "headline: top", "indicators[2].headline", "progress, stock"},
		{"most of it before the signature", "signed_on: 2014-01-01", "signed_on: 2015-12-01", "2014-A", "periods[1]", "reconstituted: true"},
		{"no such measure to judge", "at: people\n    left", "at: peopl\n    left", "at: peopl", "rules[1].at", "« peopl »"},
		{"no such measure in a rule", "{measure: posts_open}\n    factor", "{measure: posts}\n    factor", "measure: posts}", "rules[1].right[1].measure", "« posts »"},
		{"no such item in a rule", "people, rows: [A]}\n    right", "people, rows: [Z]}\n    right", "rows: [Z]", "rules[1].left[1].rows[1]", "« Z »"},
		{"no such kind of rule", "kind: variation", "kind: change", "kind: change", "rules[2].kind", "never_lower"},
		{"no such level", "level: alert", "level: warning", "level: warning", "rules[2].level", "blocking, alert"},
		{"a rule without its threshold", "    percent: 25\n", "", "rule_code: steady", "rules[2].percent", "a besoin de ce champ"},
		{"a threshold too many", "percent: 25", "percent: 25\n    factor: 2", "factor: 2", "rules[2].factor", "n’a pas ce champ"},
		{"a threshold below zero", "percent: 25", "percent: -25", "percent: -25", "rules[2].percent", "positif"},
		{"a rule twice", "rule_code: steady", "rule_code: animators", "animators\n    number: R2", "rules[2].rule_code", "déjà pris"},
		{"a rule's code", "rule_code: steady", "rule_code: Steady", "Steady", "rules[2].rule_code", "Steady"},
		{"a rule's number", "number: R2", "number: r2", "number: r2", "rules[2].number", "V02"},
		{"identifiers of none", "{measure: partners}", "{measure: visits}", "{measure: visits}\n    message", "rules[3].left[1].measure", "source: identifiers"},
		{"a table of none", "kind: identifiers", "kind: control", "{measure: partners}", "rules[3].left[1].measure", "row_list"},
		{"never lower is of a cumulative count", "kind: variation\n    at: people\n    percent: 25", "kind: never_lower\n    at: people", "at: people\n    message", "rules[2].at", "cumul"},
		{"rows of none", "kind: at_most", "kind: rows_at_most", "{measure: posts_open}", "rules[1].right[1].measure", "row_list"},
		{"no such measure of size", "measure: people\n    below", "measure: peopl\n    below", "measure: peopl", "agreement.short_form.measure", "« peopl »"},
		{"a size that few tell", "measure: people\n    below", "measure: visits\n    below", "measure: visits", "agreement.short_form.measure", "demandée à toutes"},
		{"nobody is small", "below: 5", "below: 0", "below: 0", "agreement.short_form.below", "1 au moins"},
		{"posts in columns", "kind: stock, source: posts", "kind: stock, source: posts, row_list: sector", "posts_open", "measures[4].row_list", "par type d’emploi"},
		{"altered quote", "quoted: \"les écouter\"", "quoted: \"les entendre\"", "les entendre", "objectives[1].quoted", "extrait exact de l’article 1"},
		{"quote of another article", "quoted: \"paie 100 euros\"", "quoted: \"aider les voisins\"", "V-1", "commitments[1].quoted", "extrait exact de l’article 2"},
		{"altered name", "name_quoted: \"La commune\"", "name_quoted: \"La Commune\"", "La Commune", "parties[1].name_quoted", "extrait exact du texte"},
		{"altered label", "label: \"écouter\"", "label: \"Écouter\"", "Écouter", "lists[2].items[1].label", "extrait exact du texte"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if strings.Count(small, tt.old) == 0 {
				t.Fatalf("%q is not in the small file", tt.old)
			}
			changed := strings.Replace(small, tt.old, tt.new, 1)
			got := problems(t, changed)
			for _, p := range got {
				if p.Field == tt.field && strings.Contains(p.Message, tt.message) && p.Line == lineOf(t, changed, tt.line) {
					return
				}
			}
			t.Errorf("no problem %q of %q on line %d in:\n%v", tt.message, tt.field, lineOf(t, changed, tt.line), got)
		})
	}
}

// The small file itself is right, so each test above shows what its change did.
func TestReadSmall(t *testing.T) {
	t.Parallel()
	f, err := convention.Read(strings.NewReader(read(t, "testdata/small.yaml")), "small.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if got := f.Indicators[0].Formula.Measures(); !reflect.DeepEqual(got, []string{"people", "people"}) {
		t.Errorf("measures %v", got)
	}
	if p := f.Periods[1]; p.Position != 2 || p.PeriodCode != "2014-B" || !p.Reconstituted {
		t.Errorf("period %+v", p)
	}
	if found := convention.Examine(f); len(found) != 0 {
		t.Errorf("nothing is odd in it, yet: %+v", found)
	}
}

func TestReadTellsAllProblemsAtOnce(t *testing.T) {
	t.Parallel()
	changed := strings.NewReplacer(
		"slug: petite", "slug: PETITE",
		"kind: flow", "kind: debit",
		"proposed_axis: 1", "proposed_axis: 7",
		"\"100 euros\"", "\"200 euros\"",
	).Replace(read(t, "testdata/small.yaml"))
	got := problems(t, changed)
	var fields []string
	last := 0
	for _, p := range got {
		fields = append(fields, p.Field)
		if p.Line < last {
			t.Errorf("line %d after line %d", p.Line, last)
		}
		last = p.Line
	}
	want := []string{"agreement.slug", "objectives[1].proposed_axis", "key_figures[1].quoted", "measures[2].kind"}
	if !slices.Equal(fields, want) {
		t.Errorf("fields %v, want %v\n%v", fields, want, got)
	}
	first := "essai.yaml:2: agreement.slug\u00a0: «\u00a0PETITE\u00a0» ne convient pas\u00a0; il faut\u00a0: minuscules, chiffres et tirets, 61 signes au plus."
	if line, _, _ := strings.Cut(got.Error(), "\n"); line != first {
		t.Errorf("first problem: %s\nwant:          %s", line, first)
	}
}

func TestReadRefusesWhatIsNoFile(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ text, message string }{
		"empty":         {"", "une convention, et une seule"},
		"two documents": {"a: 1\n---\na: 2\n", "une convention, et une seule"},
		"not UTF-8":     {"agreement:\n  slug: \xff\n", "UTF-8"},
		"a list":        {"- 1\n", "Ce fichier n’est pas une convention (YAML)."},
		"a text":        {"Bonjour à tous.\nVoici la convention.\n", "Ce fichier n’est pas une convention (YAML)."},
		"a document":    {"PK\x03\x04\x14\x00\x06\x00\xff", "Ce fichier n’est pas une convention (YAML)."},
		"too long":      {strings.Repeat("# longue\n", 1<<18), "1\u00a0Mio"},
		"too deep":      {strings.Repeat("[", 10_000), "niveaux"},
		"deep dashes":   {strings.Repeat("- ", 10_000), "niveaux"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := problems(t, tt.text); !strings.Contains(got.Error(), tt.message) {
				t.Errorf("got %v, want %q", got, tt.message)
			}
		})
	}
	if _, err := convention.Read(iotest.ErrReader(io.ErrClosedPipe), "x"); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("got %v", err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(read(f, "testdata/small.yaml")))
	f.Add([]byte("agreement: {slug: [}"))
	f.Add([]byte("- - - ? : |\n >-"))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := convention.Read(bytes.NewReader(data), "x")
		if err != nil {
			if _, ok := errors.AsType[convention.Problems](err); !ok {
				t.Fatalf("not a list of problems: %v", err)
			}
			return
		}
		roundTrip(t, file)
	})
}

// Whatever a text looks like, it comes back, unless Read refuses that very text.
func FuzzText(f *testing.F) {
	for _, text := range []string{
		"yes", "null", "~", "- a", "a: b", "a #b", "# b", `"`, `\`, `\n`, "'a'", "{a}", "[a]", "1e3", "0x1", "2014-01-01", "true", "&a", "*a", "!a", "%a", "@a", "`a`",
		"a\nb", "- a\n- b", "# a\nb", "a:\n\nb: c", "---\na", "a\n...\nb", "|-\na", "\u00ab\u00a0a\u00a0\u00bb", "\ufffd a", "é", "a\n\n\nb", "a\u0085b", "😀", "a,", "a:",
	} {
		f.Add(text)
	}
	small := read(f, "testdata/small.yaml")
	f.Fuzz(func(t *testing.T, text string) {
		file, err := convention.Read(strings.NewReader(small), "small")
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.SplitSeq(text, "\n") {
			if strings.ContainsFunc(line, unicode.IsControl) || strings.TrimSpace(line) != line || strings.Trim(text, "\n") != text {
				return // Read gives no such text
			}
		}
		file.Agreement.Name, file.Lists[0].Items[0].Note = text, text
		written := write(t, file)
		again, err := convention.Read(bytes.NewReader(written), "written")
		if told, refused := errors.AsType[convention.Problems](err); refused {
			for _, p := range told {
				if p.Field != "agreement.name" && p.Field != "lists[1].items[1].note" && utf8.ValidString(text) {
					t.Fatalf("%q: %v\n%s", text, p, written)
				}
			}
			return
		}
		if err != nil || !reflect.DeepEqual(again, file) {
			t.Fatalf("%q came back as %q", text, again.Agreement.Name)
		}
	})
}

// roundTrip shows that a file written is the file read.
func roundTrip(t *testing.T, file convention.File) []byte {
	t.Helper()
	written := write(t, file)
	again, err := convention.Read(bytes.NewReader(written), "written")
	if err != nil {
		t.Fatalf("%v\n%s", err, written)
	}
	if !reflect.DeepEqual(file, again) {
		t.Fatalf("read again it differs:\n%s", written)
	}
	if twice := write(t, again); !bytes.Equal(written, twice) {
		t.Fatal("written twice, it differs")
	}
	return written
}

func write(t *testing.T, file convention.File) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := convention.Write(&b, file); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func problems(t *testing.T, text string) convention.Problems {
	t.Helper()
	_, err := convention.Read(strings.NewReader(text), "essai.yaml")
	got, ok := errors.AsType[convention.Problems](err)
	if !ok {
		t.Fatalf("no problems, but: %v", err)
	}
	return got
}

func read(t testing.TB, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// lineOf is the number of the first line that has a part.
func lineOf(t *testing.T, text, part string) int {
	t.Helper()
	before, _, found := strings.Cut(text, part)
	if !found {
		t.Fatalf("%q is on no line", part)
	}
	return 1 + strings.Count(before, "\n")
}
