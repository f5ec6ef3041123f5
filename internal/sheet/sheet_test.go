package sheet_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/xuri/excelize/v2"

	"copil/internal/sheet"
)

func day(year int, month time.Month, d int) time.Time {
	return time.Date(year, month, d, 0, 0, 0, 0, time.UTC)
}

// hostile are texts that a spreadsheet could run, or that could break a file.
var hostile = []string{
	"=1+1", "+1+1", "-1+1", "@SUM(A1:A9)", "\t=1+1", "\r=1+1", "\n=1+1", " =1+1", "\u00a0=1+1", "\x00=1+1", "\x1b=1", "\u200b=1+1",
	"＝1+1", "＋1", "－1", "＠A1", "=cmd|' /C calc'!A0", `=HYPERLINK("http://x.example","clic")`, "'=1+1", `"=1+1`, "a;=1+1", "a\r\n=1+1",
	"_x003D_1+1", "</t></is></c><c><f>1+1</f></c>", "]]>", "a\x08b\x0bc", "\xff\xfe", "\ufffe", "007", "1e5", "06/12/2013", "VRAI",
	" bords ", strings.Repeat("é", 40000), "-", "+ 50", "État", "😀",
}

func workbook() sheet.Workbook {
	w := sheet.Workbook{
		Title: "Bilan du 2e semestre 2014", Author: "Mission régionale d’appui", At: day(2015, time.March, 16),
		Notices: []string{"Données fictives", "Document de travail"},
		Sheets: []sheet.Sheet{
			{
				Name: "Postes", Caption: "Postes par structure",
				Columns: []sheet.Column{
					{Header: "Structure", Width: 40}, {Header: "Postes", Kind: sheet.KindInt}, {Header: "ETP", Unit: "ETP", Kind: sheet.KindDecimal},
					{Header: "Part des femmes", Kind: sheet.KindPercent}, {Header: "Montant", Unit: "€", Kind: sheet.KindEuros},
					{Header: "Remis le", Kind: sheet.KindDate}, {Header: "Évolution", Kind: sheet.KindInt},
				},
				Rows: [][]sheet.Cell{
					{
						sheet.Text("Passerelle (fictive)"), sheet.Int(1234), sheet.Decimal(decimal.RequireFromString("57.25"), 1),
						sheet.Percent(decimal.RequireFromString("0.072"), 1), sheet.Euros(decimal.RequireFromString("17538.4")),
						sheet.Date(day(2013, time.December, 6)), sheet.Int(-18).Signed(),
					},
					{sheet.Text("Rivages (fictive)"), sheet.Missing(), sheet.Int(0), sheet.NotApplicable(""), sheet.Missing(), sheet.NotApplicable("site suspendu"), {}},
					{sheet.Text("Ensemble"), sheet.Int(1234)},
				},
				Totals: 1, Notes: []string{"10 structures sur 12."},
			},
			{Name: "Textes d'ailleurs : [1/2]", Columns: []sheet.Column{{Header: "=Texte"}, {Header: "Nombre", Kind: sheet.KindInt}}},
		},
	}
	for i, text := range hostile {
		w.Sheets[1].Rows = append(w.Sheets[1].Rows, []sheet.Cell{sheet.Text(text), sheet.Int(-i)})
	}
	return w
}

func xlsx(t *testing.T, w sheet.Workbook) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := w.XLSX(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func open(t *testing.T, file []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func TestXLSXKeepsTypes(t *testing.T) {
	t.Parallel()
	f := open(t, xlsx(t, workbook()))
	// Rows 1 to 4 are title, caption and notices; 5 is empty; 6 the header.
	for _, c := range []struct {
		cell, raw, shown string
		kind             excelize.CellType
	}{
		{"A1", "Bilan du 2e semestre 2014", "", excelize.CellTypeInlineString},
		{"A2", "Postes par structure", "", excelize.CellTypeInlineString},
		{"A3", "Données fictives", "", excelize.CellTypeInlineString},
		{"C6", "ETP (ETP)", "", excelize.CellTypeInlineString},
		{"B7", "1234", "1,234", excelize.CellTypeUnset},
		{"C7", "57.25", "57.3", excelize.CellTypeUnset},
		{"D7", "0.072", "", excelize.CellTypeUnset},
		{"E7", "17538.4", "17,538.40\u00a0€", excelize.CellTypeUnset},
		{"F7", "41614", "06/12/2013", excelize.CellTypeUnset},
		{"G7", "-18", "\u2212\u00a018", excelize.CellTypeUnset},
		{"B8", "non renseigné", "", excelize.CellTypeInlineString},
		{"C8", "0", "0", excelize.CellTypeUnset},
		{"D8", "sans objet", "", excelize.CellTypeInlineString},
		{"F8", "sans objet (site suspendu)", "", excelize.CellTypeInlineString},
		{"G8", "", "", excelize.CellTypeUnset},
		{"A11", "10 structures sur 12.", "", excelize.CellTypeInlineString},
	} {
		kind, err := f.GetCellType("Postes", c.cell)
		raw, err2 := f.GetCellValue("Postes", c.cell, excelize.Options{RawCellValue: true})
		if err := errors.Join(err, err2); err != nil || raw != c.raw || kind != c.kind {
			t.Errorf("%s: %q of type %v (%v), want %q of type %v", c.cell, raw, kind, err, c.raw, c.kind)
		}
		if shown, err := f.GetCellValue("Postes", c.cell); c.shown != "" && (err != nil || shown != c.shown) {
			t.Errorf("%s is shown as %q (%v), want %q", c.cell, shown, err, c.shown)
		}
	}
}

func TestXLSXIsReadyToUseAndPrint(t *testing.T) {
	t.Parallel()
	file := xlsx(t, workbook())
	f := open(t, file)
	if names := f.GetSheetList(); len(names) != 2 || names[0] != "Postes" || strings.ContainsAny(names[1], `:\/?*[]'`) {
		t.Errorf("sheets %q", names)
	}
	panes, err := f.GetPanes("Postes")
	if err != nil || !panes.Freeze || panes.YSplit != 6 {
		t.Errorf("panes %+v (%v), want the first 6 rows frozen", panes, err)
	}
	if height, err := f.GetRowHeight("Postes", 8); err != nil || height <= 15 {
		t.Errorf("row 8 is %v high (%v), its longest text needs two lines", height, err)
	}
	layout, err := f.GetPageLayout("Postes")
	if err != nil || *layout.Orientation != "landscape" || *layout.FitToWidth != 1 || *layout.FitToHeight != 0 {
		t.Errorf("page layout %+v (%v)", layout, err)
	}
	if width, err := f.GetColWidth("Postes", "A"); err != nil || width != 40 {
		t.Errorf("column A is %v wide (%v)", width, err)
	}
	if sheetProps, err := f.GetSheetProps("Postes"); err != nil || !*sheetProps.FitToPage {
		t.Errorf("a page does not fit the table (%v)", err)
	}
	titles, filter := "", ""
	for _, name := range f.GetDefinedName() {
		if name.Scope == "Postes" && name.Name == "_xlnm.Print_Titles" {
			titles = name.RefersTo
		}
	}
	for _, part := range parts(t, file) {
		if part.name == "xl/worksheets/sheet1.xml" {
			_, filter, _ = strings.Cut(part.content, "<autoFilter ref=")
		}
	}
	if titles != "'Postes'!$6:$6" || !strings.HasPrefix(filter, `"$A$6:$G$8"`) && !strings.HasPrefix(filter, `"A6:G8"`) {
		t.Errorf("titles %q, filter %.20q; the total row stays out of the filter", titles, filter)
	}
	props, err := f.GetDocProps()
	if err != nil || props.Created != "2015-03-16T00:00:00Z" || props.Modified != props.Created || props.Title != "Bilan du 2e semestre 2014" {
		t.Errorf("properties %+v (%v)", props, err)
	}
}

type part struct{ name, content string }

func parts(t *testing.T, file []byte) []part {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	var found []part
	for _, f := range archive.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, part{f.Name, string(content)})
	}
	return found
}

func TestXLSXHoldsNoFormulaAndWellFormedXML(t *testing.T) {
	t.Parallel()
	file := xlsx(t, workbook())
	for _, part := range parts(t, file) {
		in := xml.NewDecoder(strings.NewReader(part.content))
		for {
			token, err := in.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", part.name, err)
			}
			if start, ok := token.(xml.StartElement); ok && start.Name.Local == "f" {
				t.Errorf("%s holds a formula", part.name)
			}
		}
	}
	f := open(t, file)
	name := f.GetSheetList()[1]
	rows, err := f.GetRows(name, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]bool{}
	for _, row := range rows {
		if len(row) > 0 {
			texts[row[0]] = true
		}
	}
	for _, text := range []string{"=1+1", "+1+1", "@SUM(A1:A9)", "\t=1+1", "_x003D_1+1", "007", " bords ", "😀", "'=1+1", "]]>"} {
		if !texts[text] {
			t.Errorf("%q is not kept as it is", text)
		}
	}
}

func TestSameDataSameBytes(t *testing.T) {
	t.Parallel()
	first := xlsx(t, workbook())
	var firstCSV bytes.Buffer
	if err := workbook().CSV(&firstCSV); err != nil {
		t.Fatal(err)
	}
	for range 12 {
		var again bytes.Buffer
		if err := workbook().CSV(&again); err != nil || !bytes.Equal(again.Bytes(), firstCSV.Bytes()) {
			t.Fatalf("another CSV from the same data (%v)", err)
		}
		if !bytes.Equal(xlsx(t, workbook()), first) {
			t.Fatal("another XLSX from the same data")
		}
	}
}

func TestTabNames(t *testing.T) {
	t.Parallel()
	var w sheet.Workbook
	for _, name := range []string{"", "Axe 1", "axe 1", "AXE 1", "Historique", strings.Repeat("long ", 10), strings.Repeat("long ", 10), strings.Repeat("😀", 20), "d'un", "?*"} {
		w.Sheets = append(w.Sheets, sheet.Sheet{Name: name, Columns: []sheet.Column{{Header: "A"}}})
	}
	f := open(t, xlsx(t, w))
	if got := f.GetSheetList(); len(got) != len(w.Sheets) {
		t.Errorf("sheets %q", got)
	}
	if got := open(t, xlsx(t, sheet.Workbook{})).GetSheetList(); len(got) != 1 {
		t.Errorf("an empty workbook has the sheets %q", got)
	}
}

func TestCSV(t *testing.T) {
	t.Parallel()
	w := workbook()
	w.Sheets = w.Sheets[:1]
	var b bytes.Buffer
	if err := w.CSV(&b); err != nil {
		t.Fatal(err)
	}
	want := "\ufeff" + strings.Join([]string{
		"Données fictives",
		"Document de travail",
		"",
		"Structure;Postes;ETP (ETP);Part des femmes (%);Montant (€);Remis le;Évolution",
		"Passerelle (fictive);1234;57,25;7,2;17538,40;06/12/2013;-18",
		"Rivages (fictive);non renseigné;0;sans objet;non renseigné;sans objet (site suspendu);",
		"Ensemble;1234",
		"10 structures sur 12.",
		"",
	}, "\r\n")
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}

func TestCSVMixedColumnKeepsThePercentSign(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	w := sheet.Workbook{Sheets: []sheet.Sheet{{
		Columns: []sheet.Column{{Header: "Valeur", Kind: sheet.KindDecimal}},
		Rows:    [][]sheet.Cell{{sheet.Percent(decimal.RequireFromString("0.072"), 1)}},
	}}}
	if err := w.CSV(&b); err != nil || b.String() != "\ufeffValeur\r\n7,2%\r\n" {
		t.Errorf("%q (%v)", b.String(), err)
	}
}

// dangerous says whether a spreadsheet could take a text for a formula.
func dangerous(text string) bool {
	text = strings.TrimLeft(text, " \u00a0\u200b\x00\x1b\x08")
	for _, sign := range []string{"=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"} {
		if strings.HasPrefix(text, sign) {
			return true
		}
	}
	return false
}

// firstCell writes one text as CSV and returns its cells as read back.
func cells(t *testing.T, text string) []string {
	t.Helper()
	var b bytes.Buffer
	w := sheet.Workbook{Sheets: []sheet.Sheet{{
		Columns: []sheet.Column{{Header: "A"}, {Header: "B"}},
		Rows:    [][]sheet.Cell{{sheet.Text(text), sheet.Int(-1)}},
	}}}
	if err := w.CSV(&b); err != nil {
		t.Fatal(err)
	}
	in := csv.NewReader(strings.NewReader(strings.TrimPrefix(b.String(), "\ufeff")))
	in.Comma, in.FieldsPerRecord = ';', 2
	rows, err := in.ReadAll()
	if err != nil || len(rows) != 2 || rows[1][1] != "-1" {
		t.Fatalf("%q is written as %q, read as %q (%v)", text, b.String(), rows, err)
	}
	return rows[1]
}

func TestCSVRunsNoText(t *testing.T) {
	t.Parallel()
	for _, text := range hostile {
		if got := cells(t, text)[0]; dangerous(got) {
			t.Errorf("%.40q is written as %.40q", text, got)
		}
	}
	for _, text := range []string{"État", "a=b", "6 - 7", "", "'x", "3 000"} {
		if got := cells(t, text)[0]; got != text {
			t.Errorf("%q is written as %q", text, got)
		}
	}
}

func FuzzCSVText(f *testing.F) {
	for _, text := range hostile {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := cells(t, text)[0]
		if dangerous(got) {
			t.Errorf("%q is written as %q", text, got)
		}
		// Line ends are made alike on the way and NUL is dropped; nothing else is lost.
		plain := strings.NewReplacer("\r", "", "\x00", "").Replace
		if kept := plain(got); kept != plain(text) && kept != "'"+plain(text) {
			t.Errorf("%q is read back as %q", text, got)
		}
	})
}
