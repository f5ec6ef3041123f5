package report_test

import (
	"bytes"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"copil/internal/convention"
	"copil/internal/document"
	"copil/internal/fault"
	"copil/internal/report"
	"copil/internal/testdb"
)

// words is the text of the PDF, every run of white space made one space.
func words(t *testing.T, r report.Report) string {
	t.Helper()
	if _, err := exec.LookPath("pdftotext"); err != nil {
		t.Fatal("these tests read PDF with pdftotext: install poppler-utils")
	}
	var file, text bytes.Buffer
	if err := report.PDF(&file, r); err != nil {
		t.Fatal(err)
	}
	read := exec.CommandContext(t.Context(), "pdftotext", "-raw", "-", "-")
	read.Stdin, read.Stdout = &file, &text
	if err := read.Run(); err != nil {
		t.Fatal(err)
	}
	return strings.Join(strings.Fields(text.String()), " ")
}

func TestPDFSaysTheFigures(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		slug, code string
		says       []string
		silent     []string
	}{
		"draft": {"mediation-npdc", "2014-S2", []string{
			"Bilan provisoire, non validé", "Document de travail", "Données fictives", "16 mars 2015",
			"emplois créés et consolidés : au moins 216 sur 3 000, soit 7,2 %", "emplois de médiation sociale créés : 88", "consolidés : 128",
			"633 personnes au 31 décembre 2014, 651 au 30 juin 2014", "à périmètre constant (10 structures) : de 629 à 633, soit + 4", "repère 2011, autre champ : 850 à 900",
			"10 structures sur 12, 6 sites complets sur 7", "Rythme : + 50 au dernier semestre ; pour la cible, il en faudrait 1 392 par semestre",
			"470 notifiés, 446 conventionnés et 412 pourvus", "6 actifs, 1 suspendu, 1 conventionné",
			"Saisie non remise : Point services du Cambrésis", "Saisie à corriger : Association Sambre Entraide", "Site suspendu depuis le 1er novembre 2014",
			"à fixer par le COPIL", "« Diffuser et promouvoir les valeurs et pratiques de la médiation sociale. »", "2013 seulement : échu, à constater", "13 engagements (", "dont 1 échu, à constater", "Axe 3 : chiffres validés par structure",
			"Couverture de 2014-S2 : 10 structures sur 12, 6 sites complets sur 7.", "Origine : compté d’après l’état des sites (A3-12).",
			"Emploi consolidé poste qui existait", "Signatures État Date : représentant : « le Préfet de région »",
		}, []string{"Bilan validé", "Copil", "Engagements des signataires : partie, article et années", "aucun indicateur actif"}},
		"validated and presented": {"mediation-npdc", "2014-S1", []string{
			"Bilan validé par le Comité de pilotage le 7 octobre 2014, présenté le 25 novembre 2014", "Validé par le Comité de pilotage le 7 octobre 2014", "Document validé", "emplois créés et consolidés : 166 sur 3 000, soit 5,5 %",
			"651 personnes au 30 juin 2014", "12 structures sur 12, 7 sites complets sur 7", "63,3 %", "18,1 %",
		}, []string{"Copil", "Document de travail", "provisoire, le bilan", "au moins 166", "16 mars 2015"}},
		"first period": {"mediation-npdc", "2013-S1", []string{"Premier cumul connu : 29 emplois", "591"}, nil},
		"another convention": {"territoire-b", "2014", []string{
			"Bilan des actions, Année 2014", "Axe 4 – Mesurer", "au moins 142 sur 1 800, soit 7,9 %", "Premier cumul connu : au moins 142 logements", "Ce rythme est provisoire et part d’un cumul « au moins ».", "Logements rénovés", "par an jusqu’au 31 décembre 2016", "Comité des partenaires",
		}, []string{"Copil", "médiat", "Médiat", "adulte", "emploi", "semestre", "850"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := words(t, must(t, tt.slug, tt.code))
			for _, s := range tt.says {
				if !strings.Contains(text, s) {
					t.Errorf("%q is not said", s)
				}
			}
			for _, s := range tt.silent {
				if strings.Contains(text, s) {
					t.Errorf("%q should not be said", s)
				}
			}
		})
	}
}

// read opens the report's XLSX again.
func read(t *testing.T, r report.Report) *excelize.File {
	t.Helper()
	var file bytes.Buffer
	if err := report.XLSX(&file, r); err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(&file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = book.Close() })
	return book
}

// find returns the row of a sheet that begins with the given cells, as raw values and their types.
func find(t *testing.T, book *excelize.File, tab string, begins ...string) (values []string, types []excelize.CellType) {
	t.Helper()
	name := tab
	for _, n := range book.GetSheetList() {
		if strings.Contains(n, tab) {
			name = n
		}
	}
	rows, err := book.GetRows(name, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range rows {
		if len(row) < len(begins) || !slices.Equal(row[:len(begins)], begins) {
			continue
		}
		for c := range row {
			at, _ := excelize.CoordinatesToCellName(c+1, i+1)
			kind, err := book.GetCellType(name, at)
			if err != nil {
				t.Fatal(err)
			}
			types = append(types, kind)
		}
		return row, types
	}
	t.Fatalf("sheet %q has no row that begins with %q", name, begins)
	return nil, nil
}

func TestXLSXKeepsNumbers(t *testing.T) {
	t.Parallel()
	book := read(t, must(t, "mediation-npdc", "2014-S2"))
	tests := []struct {
		tab    string
		begins []string
		column int
		want   string
	}{
		{"Axe 3 – indicateurs", []string{"A3-03 – Emplois créés et consolidés (cumul)"}, 2, "216"},
		{"Axe 3 – indicateurs", []string{"A3-03 – Emplois créés et consolidés (cumul)"}, 5, "3000"},
		{"Axe 3 – indicateurs", []string{"A3-04 – Médiateurs en poste au dernier jour de la période"}, 2, "633"},
		{"Trajectoire vers la cible", []string{"2014-S2"}, 1, "88"},
		{"Trajectoire vers la cible", []string{"2014-S2"}, 2, "128"},
		{"Trajectoire vers la cible", []string{"2014-S2"}, 4, "0.072"},
		{"Trajectoire vers la cible", []string{"2014-S1"}, 3, "166"},
		{"Sites – chiffres validés", []string{"S5 – Dunkerque – Grande-Synthe"}, 1, "4"},
		{"Sites – chiffres validés", []string{"Ensemble"}, 2, "600.8"},
		{"Données", []string{"2014-S2", "A3-04", "Médiateurs en poste au dernier jour de la période", "Ensemble", "Ensemble", ""}, 6, "633"},
		{"Données", []string{"2014-S2", "fte", "Équivalents temps plein au dernier jour", "Rivages", "Dunkerque – Grande-Synthe", ""}, 6, "3.8"},
	}
	for _, tt := range tests {
		values, types := find(t, book, tt.tab, tt.begins...)
		if values[tt.column] != tt.want {
			t.Errorf("%s, %s: column %d is %s, want %s", tt.tab, tt.begins[0], tt.column+1, values[tt.column], tt.want)
		}
		if kind := types[tt.column]; kind != excelize.CellTypeUnset && kind != excelize.CellTypeNumber {
			t.Errorf("%s, %s: column %d is no number", tt.tab, tt.begins[0], tt.column+1)
		}
	}
}

func TestSilenceIsNotZero(t *testing.T) {
	t.Parallel()
	book := read(t, must(t, "mediation-npdc", "2014-S2"))
	values, _ := find(t, book, "Axe 3 – par structure", "Point services du Cambrésis")
	if values[1] != "non renseigné" {
		t.Errorf("a structure that sent nothing has %q mediators", values[1])
	}
	if values[5] != "1" {
		t.Errorf("its cumulative count is not carried over: %q", values)
	}
	if shown, err := book.GetRows("Axe 3 – par structure"); err != nil || !slices.ContainsFunc(shown, func(row []string) bool {
		return len(row) > 5 && row[0] == "Point services du Cambrésis" && row[5] == "au moins\u00a01"
	}) {
		t.Errorf("it is not shown as « au moins »: %v, %v", shown, err)
	}
	values, _ = find(t, book, "Axe 3 – par structure", "Association Sambre Entraide")
	if values[1] != "non validé" {
		t.Errorf("a structure whose figures were returned has %q mediators", values[1])
	}
	if values, _ = find(t, book, "Données", "2014-S2", "", "Saisie entière", "Association Sambre Entraide"); values[6] != "non validé" || values[8] != "à corriger" {
		t.Errorf("what was returned is told as %q", values)
	}
	if values, _ = find(t, book, "Données", "2014-S2", "", "Saisie entière", "Point services du Cambrésis"); values[6] != "non renseigné" {
		t.Errorf("what was never entered is told as %q", values)
	}
	values, _ = find(t, book, "Sites – chiffres validés", "S7 – Douai – Somain")
	if !strings.HasPrefix(values[1], "sans objet") {
		t.Errorf("a site that is not expected to declare has %q", values[1])
	}
}

func TestMissingDataAreThoseTheReportNeeds(t *testing.T) {
	t.Parallel()
	book := read(t, must(t, "mediation-npdc", "2014-S2"))
	if values, _ := find(t, book, "Données manquantes", "État"); values[3] != "Postes d’adultes-relais de la région" {
		t.Errorf("without object: %q", values)
	}
	rows, err := book.GetRows("Données manquantes")
	if err != nil || len(rows) > 15 {
		t.Errorf("%d rows, %v", len(rows), err)
	}
	if slices.ContainsFunc(rows, func(row []string) bool { return len(row) > 0 && row[0] == "Association Passerelle" }) {
		t.Error("what the short form does not ask is missing")
	}
}

func TestTabsHaveWholeNames(t *testing.T) {
	t.Parallel()
	for slug, code := range map[string]string{"mediation-npdc": "2014-S2", "territoire-b": "2014"} {
		for _, tab := range read(t, must(t, slug, code)).GetSheetList() {
			for _, end := range []string{" et", " de", " des", " du", " au", " par", " –", ")"} {
				if strings.HasSuffix(tab, end) {
					t.Errorf("%s: tab %q is cut or doubled", slug, tab)
				}
			}
		}
	}
}

func TestEveryFileSaysWhatItIs(t *testing.T) {
	t.Parallel()
	r := must(t, "mediation-npdc", "2014-S2")
	var csv bytes.Buffer
	if err := report.CSV(&csv, r); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(csv.String()), "\r\n")
	if !strings.HasPrefix(lines[0], "\ufeffPériode;Code;Libellé;Structure;Site;Ventilation;Valeur;Unité;État;Couverture;") {
		t.Errorf("CSV begins with %q", lines[0])
	}
	for _, l := range lines[1:] {
		if !strings.HasSuffix(l, ";Document de travail;16/03/2015;Données fictives") {
			t.Fatalf("CSV row without its status, date and notice: %q", l)
		}
	}
	if want := "2014-S2;A3-03;Emplois créés et consolidés (cumul);Ensemble;Ensemble;;216;emplois;provisoire, au moins;10 structures sur 12, 6 sites complets sur 7;"; !strings.Contains(csv.String(), want) {
		t.Errorf("CSV lacks %q", want)
	}
	book := read(t, r)
	for _, tab := range book.GetSheetList() {
		rows, err := book.GetRows(tab)
		if err != nil {
			t.Fatal(err)
		}
		var above strings.Builder
		for _, row := range rows[:5] {
			above.WriteString(strings.Join(row, " ") + "\n")
		}
		if text := above.String(); !strings.Contains(text, "Document de travail") || !strings.Contains(text, "16 mars 2015") || !strings.Contains(text, "Données fictives") {
			t.Errorf("sheet %q does not say what it is: %q", tab, text)
		}
	}
	if r.Name != "bilan-mediation-npdc-"+suffix+"-2014-S2" {
		t.Errorf("files are named %q", r.Name)
	}
}

func TestSameDataSameBytes(t *testing.T) {
	t.Parallel()
	var files [2][3]bytes.Buffer
	for i := range files {
		r := must(t, "mediation-npdc", "2014-S1")
		if err := report.PDF(&files[i][0], r); err != nil {
			t.Fatal(err)
		}
		if err := report.XLSX(&files[i][1], r); err != nil {
			t.Fatal(err)
		}
		if err := report.CSV(&files[i][2], r); err != nil {
			t.Fatal(err)
		}
	}
	for f := range files[0] {
		if !bytes.Equal(files[0][f].Bytes(), files[1][f].Bytes()) {
			t.Errorf("file %d differs between two runs", f)
		}
	}
}

func TestValidatedReportIsDatedByItsValidation(t *testing.T) {
	t.Parallel()
	later, err := build(t, "mediation-npdc", "2014-S1", testdb.Today.AddDate(0, 3, 0))
	if err != nil {
		t.Fatal(err)
	}
	if d := later.Document; d.Status != document.Validated || !d.Date.Equal(time.Date(2014, 10, 7, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("status %q, date %s", d.Status, d.Date)
	}
	draft := must(t, "mediation-npdc", "2014-S2")
	if d := draft.Document; d.Status != document.Working || !d.Date.Equal(testdb.Today) {
		t.Errorf("status %q, date %s", d.Status, d.Date)
	}
	if draft.State != convention.PeriodOpen {
		t.Errorf("state %q", draft.State)
	}
}

func TestTwoChartsNeverOnOneAxis(t *testing.T) {
	t.Parallel()
	r := must(t, "mediation-npdc", "2014-S2")
	var captions []string
	for _, b := range r.Document.Body {
		if f, ok := b.(document.Figure); ok {
			captions = append(captions, f.Caption)
			if f.Data == nil || f.Alt == "" {
				t.Errorf("%s: no data or no text", f.Caption)
			}
		}
	}
	if len(captions) != 2 || len(r.Narrow) != 2 {
		t.Fatalf("charts: %q, %d for narrow screens", captions, len(r.Narrow))
	}
	if r.Document.Body == nil || strings.Contains(captions[0], "Médiateurs") == strings.Contains(captions[1], "Médiateurs") {
		t.Errorf("charts: %q", captions)
	}
}

func TestNoReport(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		code string
		want fault.Kind
	}{
		"not open yet":   {"2015-S1", fault.Conflict},
		"unknown period": {"2019-S1", fault.NotFound},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := build(t, "mediation-npdc", tt.code, testdb.Today); err == nil || fault.KindOf(err) != tt.want {
				t.Errorf("got %v", err)
			}
		})
	}
}
