package sheet_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"copil/internal/sheet"
)

// read reads a file that must be right.
func read(t *testing.T, name string, data []byte) sheet.Book {
	t.Helper()
	book, err := sheet.Read(name, data)
	if err != nil {
		t.Fatal(err)
	}
	return book
}

// page finds a row of a page by its number.
func row(p sheet.Page, number int) string {
	for _, r := range p.Rows {
		if r.Number == number {
			return strings.Join(r.Cells, "|")
		}
	}
	return "none"
}

func TestReadTakesBackWhatIsWritten(t *testing.T) {
	t.Parallel()
	book := read(t, "bilan.xlsx", xlsx(t, workbook()))
	if len(book.Sheets) != 2 || book.Sheets[0].Name != "Postes" {
		t.Fatalf("sheets %+v", book.Sheets)
	}
	for number, want := range map[int]string{
		1: "Bilan du 2e semestre 2014",
		4: "Document de travail",
		5: "none",
		6: "Structure|Postes|ETP (ETP)|Part des femmes|Montant (€)|Remis le|Évolution",
		7: "Passerelle (fictive)|1234|57,25|7,2\u00a0%|17538,4|2013-12-06|-18",
		8: "Rivages (fictive)|non renseigné|0|sans objet|non renseigné|sans objet (site suspendu)",
		9: "Ensemble|1234",
	} {
		if got := row(book.Sheets[0], number); got != want {
			t.Errorf("row %d: %q, want %q", number, got, want)
		}
	}
	texts := map[string]bool{}
	for _, r := range book.Sheets[1].Rows {
		texts[r.Cells[0]] = true
	}
	for _, text := range []string{"=1+1", "+1+1", "@SUM(A1:A9)", "\t=1+1", "_x003D_1+1", "007", " bords ", "😀", "'=1+1", "]]>", "a\r\n=1+1"} {
		if !texts[text] {
			t.Errorf("%q is not read as it was written", text)
		}
	}
	var b bytes.Buffer
	w := workbook()
	w.Sheets = w.Sheets[:1]
	if err := w.CSV(&b); err != nil {
		t.Fatal(err)
	}
	page := read(t, "bilan.csv", b.Bytes()).Sheets[0]
	for number, want := range map[int]string{
		4: "Structure|Postes|ETP (ETP)|Part des femmes (%)|Montant (€)|Remis le|Évolution",
		5: "Passerelle (fictive)|1234|57,25|7,2|17538,40|06/12/2013|-18",
	} {
		if got := row(page, number); got != want {
			t.Errorf("CSV row %d: %q, want %q", number, got, want)
		}
	}
}

func TestReadXLSXCells(t *testing.T) {
	t.Parallel()
	cell := func(attributes, content string) string {
		return `<row r="1"><c r="A1" ` + attributes + `>` + content + `</c></row>`
	}
	value := func(attributes, value string) string { return cell(attributes, "<v>"+value+"</v>") }
	for _, c := range []struct{ title, rows, want string }{
		{"whole number", value("", "12"), "12"},
		{"as a double", value("", "12.0"), "12"},
		{"decimals", value("", "1234.5"), "1234,5"},
		{"three decimals", value("", "1.234"), "1,234"},
		{"noise of doubles", value("", "0.30000000000000004"), "0,3"},
		{"exponent", value("", "1.5E3"), "1500"},
		{"small", value(`t="n"`, "1E-3"), "0,001"},
		{"negative", value("", "-3"), "-3"},
		{"minus zero", value("", "-0"), "0"},
		{"a format with words", value(`s="3"`, "12.5"), "12,5"},
		{"percentage", value(`s="4"`, "7.1999999999999995E-2"), "7,2\u00a0%"},
		{"date", value(`s="1"`, "41614"), "2013-12-06"},
		{"date in a format of its own", value(`s="2"`, "42369"), "2015-12-31"},
		{"date and time", value(`s="5"`, "41614.586805555555"), "2013-12-06 14:05"},
		{"time", value(`s="5"`, "0.58680555555555558"), "14:05"},
		{"a minute before midnight, rounded up", value(`s="5"`, "41614.99999"), "2013-12-07"},
		{"before March 1900", value(`s="1"`, "59"), "1900-02-28"},
		{"after", value(`s="1"`, "61"), "1900-03-01"},
		{"a date without its look is a number", value("", "41614"), "41614"},
		{"a look that is not there", value(`s="99"`, "41614"), "41614"},
		{"ISO date", value(`t="d"`, "2013-12-06T00:00:00"), "2013-12-06"},
		{"true", value(`t="b"`, "1"), "VRAI"},
		{"false", value(`t="b"`, "0"), "FAUX"},
		{"shared text", value(`t="s"`, "0"), "Lens"},
		{"text in parts, its pronunciation left out", value(`t="s"`, "1"), "Arras "},
		{"text", cell(`t="inlineStr"`, "<is><t>a&amp;b&#233;</t></is>"), "a&bé"},
		{"figures as text", cell(`t="inlineStr"`, "<is><t>1\u00a0234,5</t></is>"), "1\u00a0234,5"},
		{"a text that looks like a formula", cell(`t="inlineStr"`, "<is><t>=1+1</t></is>"), "=1+1"},
		{"escaped signs", cell(`t="inlineStr"`, "<is><t>a_x000D_b_x005F_x0041__x0000__xD83D_</t></is>"), "a\rb_x0041__x0000__xD83D_"},
		{"CDATA", cell(`t="inlineStr"`, "<is><t><![CDATA[<a>]]></t></is>"), "<a>"},
		{"empty", value("", ""), "none"},
		{"empty text", value(`t="s"`, ""), "none"},
		{"no value", cell(`s="1"`, ""), "none"},
		{"no places at all", `<row><c><v>1</v></c><c/><c><v>3</v></c></row>`, "1||3"},
		{"a gap", `<row r="1">` + inline("C1", "x") + `</row>`, "||x"},
		{"looks far to the right", `<row r="1">` + inline("A1", "x") + `<c r="XFD1" s="1"/></row><row r="1048576"><c r="A1048576" s="1"/></row>`, "x"},
		{"prefixed tags", `<x:row r="1"><x:c r="A1"><x:v>5</x:v></x:c></x:row>`, "5"},
	} {
		book := read(t, "a.xlsx", book(c.rows))
		if got := row(book.Sheets[0], 1); got != c.want || len(book.Sheets[0].Problems) > 0 {
			t.Errorf("%s: %q %v, want %q", c.title, got, book.Sheets[0].Problems, c.want)
		}
	}
}

func TestReadXLSXProblems(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ title, cell, want string }{
		{"formula with its last result", `<c r="C2"><f>SUM(A1:A9)</f><v>12</v></c>`, "une formule"},
		{"formula without", `<c r="C2"><f>1+1</f></c>`, "une formule"},
		{"formula of texts", `<c r="C2" t="str"><f>"a"</f><v>a</v></c>`, "une formule"},
		{"shared formula", `<c r="C2"><f t="shared" si="0"/><v>1</v></c>`, "une formule"},
		{"formula that fails", `<c r="C2" t="e"><f>1/0</f><v>#DIV/0!</v></c>`, "une formule"},
		{"error", `<c r="C2" t="e"><v>#REF!</v></c>`, "#REF!"},
		{"error without a name", `<c r="C2" t="e"/>`, "du tableur"},
		{"no date", `<c r="C2" s="1"><v>-5</v></c>`, "ne contient pas de date"},
		{"29 February 1900", `<c r="C2" s="1"><v>60</v></c>`, "ne contient pas de date"},
		{"huge", `<c r="C2"><v>1E300</v></c>`, "trop grand"},
		{"tiny", `<c r="C2"><v>1E-300</v></c>`, "trop petit"},
	} {
		page := read(t, "a.xlsx", book(`<row r="2">`+inline("A2", "x")+c.cell+inline("D2", "y")+`</row>`)).Sheets[0]
		if row(page, 2) != "x|||y" || len(page.Problems) != 1 {
			t.Errorf("%s: %+v", c.title, page)
			continue
		}
		p := page.Problems[0]
		if !strings.Contains(p.Message, c.want) || !strings.HasSuffix(p.Message, ".") {
			t.Errorf("%s: %q", c.title, p.Message)
		}
		if place := sheet.Place(page.Name, p.Row, p.Column); place != "feuille «\u00a0Saisie\u00a0», ligne\u00a02, colonne\u00a0C" {
			t.Errorf("%s: %q", c.title, place)
		}
	}
}

func TestReadXLSXBooks(t *testing.T) {
	t.Parallel()
	rows := `<row r="1"><c r="A1" s="1"><v>40152</v></c></row>`
	// Days counted from 1904, a hidden sheet, an empty one, a chart, parts under other names.
	w := workbookXML(`<sheet name="A" sheetId="1" r:id="rId1"/><sheet name="B" sheetId="2" state="veryHidden" r:id="rId4"/><sheet name="G" sheetId="3" r:id="rId5"/>`)
	w = strings.Replace(w, "<workbookPr/>", `<workbookPr date1904="1"/>`, 1)
	links := strings.Replace(relations("hyperlink", "mailto:a@b.example"), `example"`, `example" TargetMode="External"`, 1)
	got := read(t, "a.xlsx", book(rows, part{"xl/workbook.xml", w},
		part{"xl/_rels/workbook.xml.rels", relations("worksheet", "worksheets/sheet1.xml", "sharedStrings", "sharedStrings.xml", "styles", "styles.xml", "worksheet", "worksheets/other.xml", "chartsheet", "chartsheets/sheet1.xml")},
		part{"xl/worksheets/other.xml", "\ufeff" + sheetXML("")},
		part{"xl/worksheets/_rels/sheet1.xml.rels", links},
		part{"xl/printerSettings/printerSettings1.bin", "x"},
		part{"xl/media/", ""},
	))
	if len(got.Sheets) != 2 || row(got.Sheets[0], 1) != "2013-12-06" || got.Sheets[0].Hidden || !got.Sheets[1].Hidden || len(got.Sheets[1].Rows) != 0 {
		t.Errorf("%+v", got)
	}
	// Merged headers stand in their first cell.
	merged := strings.Replace(sheetXML(`<row r="1">`+inline("A1", "Postes")+`<c r="B1"/></row><row r="2">`+inline("A2", "H")+inline("B2", "F")+`</row>`),
		"</sheetData>", `</sheetData><mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells>`, 1)
	page := read(t, "a.xlsx", book("", part{"xl/worksheets/sheet1.xml", merged})).Sheets[0]
	if row(page, 1) != "Postes" || row(page, 2) != "H|F" {
		t.Errorf("%+v", page)
	}
	// A workbook in the name of a CSV is still a workbook.
	if page := read(t, "a.csv", book(rows)).Sheets[0]; page.Name != "Saisie" {
		t.Errorf("%+v", page)
	}
}

func TestReadCSV(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("Passerelle;1,5;é\r\n", 300)
	windows := strings.NewReplacer("é", "\xe9", "€", "\x80", "’", "\x92", "œ", "\x9c").Replace
	for _, c := range []struct{ title, text, want string }{
		{"semicolons", "a;b\r\n1 234,5;2", "1:a|b 2:1 234,5|2"},
		{"commas", "a,b\n1234.5,2\n", "1:a|b 2:1234.5|2"},
		{"tabs", "a\tb\n1,5\t2\n", "1:a|b 2:1,5|2"},
		{"decimal commas do not separate", "Données, fictives\na;b\n1,5;2,5\n", "1:Données, fictives 2:a|b 3:1,5|2,5"},
		{"semicolons within texts", "a,b\n1,2\n\"x;y\",3\n", "1:a|b 2:1|2 3:x;y|3"},
		{"told by its first line", "sep=,\r\na,b;c\r\n", "1:a|b;c"},
		{"one column", "a\nb\n", "1:a 2:b"},
		{"old Mac", "a;b\rc;d\r", "1:a|b 2:c|d"},
		{"byte order mark", "\xef\xbb\xbfa;b", "1:a|b"},
		{"no-break spaces stay", "1\u00a0234,5;1\u202f234,5", "1:1\u00a0234,5|1\u202f234,5"},
		{"Windows-1252", windows("Œuvre : l’été; 5 €"[2:]), "1:uvre : l’été| 5 €"},
		{"UTF-16, little end, marked", string(utf16Text("\ufeffé;b\r\n", binary.LittleEndian)), "1:é|b"},
		{"UTF-16, big end, marked", string(utf16Text("\ufeffé;b\r\n", binary.BigEndian)), "1:é|b"},
		{"UTF-16, little end", string(utf16Text("é;b", binary.LittleEndian)), "1:é|b"},
		{"UTF-16, big end", string(utf16Text("é;b", binary.BigEndian)), "1:é|b"},
		{"UTF-16, long", string(utf16Text(long, binary.LittleEndian))[:12*17*2], ""},
		{"quotes", `"a;b";"c ""d"" e";f"g` + "\n\"\";\"h\"i", "1:a;b|c \"d\" e|f\"g 2:|hi"},
		{"lines within quotes count as one row", "a;\"b\r\nc\"\nd;e", "1:a|b\nc 2:d|e"},
		{"blank lines count", "a\n\n;;\nb;;\n", "1:a 4:b"},
		{"ragged rows", "a;b;c\nd\ne;f;g;h", "1:a|b|c 2:d 3:e|f|g|h"},
		{"texts kept from running", "'=1+1;'-5;'x;''=1", "1:=1+1|-5|'x|'=1"},
		{"less than", "<5 ans;2", "1:<5 ans|2"},
	} {
		book, err := sheet.Read("a.csv", []byte(c.text))
		if err != nil {
			t.Errorf("%s: %v", c.title, err)
			continue
		}
		var rows []string
		for _, r := range book.Sheets[0].Rows {
			rows = append(rows, fmt.Sprintf("%d:%s", r.Number, strings.Join(r.Cells, "|")))
		}
		if got := strings.Join(rows, " "); c.want != "" && got != c.want || got == "" || book.Sheets[0].Name != "" {
			t.Errorf("%s: %q, want %q", c.title, got, c.want)
		}
	}
	if place := sheet.Place("", 3, 27); place != "ligne\u00a03, colonne\u00a0AB" {
		t.Errorf("place %q", place)
	}
}
