package sheet_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"unicode/utf16"

	"copil/internal/fault"
	"copil/internal/sheet"
)

type badFile struct {
	title, name string
	data        []byte
	want        string // part of the sentence
	kind        fault.Kind
}

// badWorkbooks are XLSX that are refused as a whole.
var badWorkbooks = sync.OnceValue(func() []badFile {
	rowA := `<row r="1">` + inline("A1", "x") + `</row>`
	good := book(rowA)
	var many, wide strings.Builder
	for i := range 60 {
		fmt.Fprintf(&many, `<sheet name="F%d" sheetId="%d" r:id="rId1"/>`, i, i+1)
	}
	for range 1001 {
		wide.WriteString("<si><t>" + strings.Repeat("x", 10000) + "</t></si>")
	}
	entries := make([]part, 1200)
	for i := range entries {
		entries[i] = part{fmt.Sprintf("xl/media/%d.png", i), ""}
	}
	encrypted := strings.ReplaceAll(string(good), "PK\x01\x02\x14\x00\x14\x00\x08\x00", "PK\x01\x02\x14\x00\x14\x00\x09\x00")
	million := strings.ReplaceAll(string(good), "PK\x05\x06", strings.Repeat("PK\x01\x02"+strings.Repeat("\x00", 42), 100_000)+"PK\x05\x06")
	lying := strings.ReplaceAll(string(book(rowA, part{"xl/media/a.bin", zeros(1 << 20)})), "\x00\x00\x10\x00", "\x00\x00\x00\x7f")
	sheet1 := sheetXML(rowA + zeros(300_000))
	small := bytes.ReplaceAll(book(rowA, part{"xl/worksheets/sheet1.xml", sheet1}), little(len(sheet1)), little(len(sheet1)-100_000))
	doctype := `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>`
	laughs := `<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>`
	wrongType := `<Types><Override PartName="/xl/workbook.xml" ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/></Types>`
	outside := strings.Replace(relations("externalLink", "file:///etc/passwd"), `passwd"`, `passwd" TargetMode="External"`, 1)
	return []badFile{
		{title: "zip bomb", data: book(rowA, part{"xl/worksheets/sheet1.xml", sheetXML(zeros(60 << 20))}), want: "décompressé", kind: fault.TooLarge},
		{title: "bomb of 70 MB", data: book(rowA, part{"xl/media/a.bin", zeros(70 << 20)}), want: "décompressé", kind: fault.TooLarge},
		{title: "bomb that lies about its size", data: []byte(lying), want: "décompressé", kind: fault.TooLarge},
		{title: "part larger than it says", data: small, want: "abîmé"},
		{title: "bomb in one text", data: book(`<row>` + inline("A1", strings.NewReplacer("<", "", ">", "").Replace(numbers(600_000))) + `</row>`), want: "décompressé", kind: fault.TooLarge},
		{title: "bomb in shared strings", data: book(rowA, part{"xl/sharedStrings.xml", "<sst>" + wide.String() + "</sst>"}), want: "décompressé", kind: fault.TooLarge},
		{title: "shared texts of 9 MB", data: book(rowA, part{"xl/sharedStrings.xml", "<sst>" + strings.Repeat("<si><t>"+strings.NewReplacer("<", "", ">", "").Replace(numbers(60_000))+"</t></si>", 9) + "</sst>"}), want: "décompressé", kind: fault.TooLarge},
		{title: "a million tags", data: book(strings.Repeat(`<row>`+strings.Repeat(`<c/>`, 2000)+`</row>`, 800)), want: "décompressé", kind: fault.TooLarge},
		{title: "1,200 entries", data: book(rowA, entries...), want: "1\u202f000\u00a0éléments", kind: fault.TooLarge},
		{title: "100,000 entries in the list only", data: []byte(million), want: "1\u202f000\u00a0éléments", kind: fault.TooLarge},
		{title: "archive in the archive", data: book(rowA, part{"xl/inner.zip", "x"}), want: "un autre fichier"},
		{title: "archive under another name", data: book(rowA, part{"xl/media/image1.png", string(good)}), want: "un autre fichier"},
		{title: "embedded document", data: book(rowA, part{"xl/embeddings/oleObject1.bin", "x"}), want: "un autre fichier"},
		{title: "path upwards", data: book(rowA, part{"../../etc/cron.d/x", "x"}), want: "chemin"},
		{title: "path upwards, Windows", data: book(rowA, part{`..\..\x`, "x"}), want: "chemin"},
		{title: "absolute path", data: book(rowA, part{"/etc/passwd", "x"}), want: "chemin"},
		{title: "drive", data: book(rowA, part{"c:/x", "x"}), want: "chemin"},
		{title: "symlink", data: book(rowA, part{"link", "/etc/passwd"}), want: "lien"},
		{title: "part twice", data: pack(append(bookParts(rowA), part{"xl/WORKBOOK.xml", "x"})...), want: "abîmé"},
		{title: "macros", data: book(rowA, part{"xl/vbaProject.bin", "x"}), want: "macros"},
		{title: "macros by type only", data: book(rowA, part{"[Content_Types].xml", wrongType}), want: "macros"},
		{title: "macro sheet", data: book(rowA, part{"xl/macrosheets/sheet1.xml", "<x/>"}), want: "macros"},
		{title: "links to other files", data: book(rowA, part{"xl/externalLinks/externalLink1.xml", "<x/>"}), want: "liaisons"},
		{title: "links by relation only", data: book(rowA, part{"xl/_rels/workbook.xml.rels", outside}), want: "liaisons"},
		{title: "external entity", data: book(rowA, part{"xl/worksheets/sheet1.xml", doctype + `<worksheet><sheetData><row r="1">` + inline("A1", "&a;") + `</row></sheetData></worksheet>`}), want: "entités"},
		{title: "external entity in a part that is not read", data: book(rowA, part{"docProps/core.xml", doctype + "<x/>"}), want: "entités"},
		{title: "entity far into a part", data: book(rowA, part{"xl/sharedStrings.xml", "<!--" + strings.Repeat("-x", 1000) + " -->" + laughs[21:] + "<sst/>"}), want: "entités"},
		{title: "billion laughs", data: book(rowA, part{"xl/sharedStrings.xml", laughs + `<sst><si><t>&b;</t></si></sst>`}), want: "entités"},
		{title: "unknown entity", data: book(`<row r="1">` + inline("A1", "&a;") + `</row>`), want: "abîmé"},
		{title: "UTF-16 within", data: book(rowA, part{"xl/worksheets/sheet1.xml", `<?xml version="1.0" encoding="UTF-16"?><worksheet/>`}), want: "abîmé"},
		{title: "encrypted part", data: []byte(encrypted), want: "mot de passe"},
		{title: "truncated by half", data: good[:len(good)/2], want: "abîmé"},
		{title: "truncated by a byte", data: good[:len(good)-1], want: "abîmé"},
		{title: "only the first bytes", data: []byte("PK\x03\x04"), want: "abîmé"},
		{title: "empty archive", data: pack(), want: "archive"},
		{title: "other archive", data: pack(part{"photo.jpg", "x"}), want: "archive"},
		{title: "OpenDocument", data: pack(part{"mimetype", "application/vnd.oasis.opendocument.spreadsheet"}, part{"content.xml", "<x/>"}), want: ".ods"},
		{title: "Word", data: book(rowA, part{"word/document.xml", "<x/>"}), want: "document"},
		{title: "binary workbook", data: book(rowA, part{"xl/workbook.bin", "x"}), want: ".xlsb"},
		{title: "no workbook", data: pack(bookParts(rowA)[:2]...), want: "abîmé"},
		{title: "broken XML", data: book(`<row r="1"><c r="A1"`), want: "abîmé"},
		{title: "XML that ends early", data: book(rowA, part{"xl/worksheets/sheet1.xml", "<worksheet><sheetData><row>"}), want: "abîmé"},
		{title: "text that is not there", data: book(`<row r="1"><c r="A1" t="s"><v>7</v></c></row>`), want: "abîmé"},
		{title: "text of number −1", data: book(`<row r="1"><c r="A1" t="s"><v>-1</v></c></row>`), want: "abîmé"},
		{title: "number that is none", data: book(`<row r="1"><c r="A1"><v>douze</v></c></row>`), want: "abîmé"},
		{title: "NaN", data: book(`<row r="1"><c r="A1"><v>NaN</v></c></row>`), want: "abîmé"},
		{title: "rows backwards", data: book(`<row r="2"/><row r="1"/>`), want: "abîmé"},
		{title: "a cell twice", data: book(`<row r="1">` + inline("A1", "x") + inline("A1", "y") + `</row>`), want: "abîmé"},
		{title: "a cell of another row", data: book(`<row r="1">` + inline("A2", "x") + `</row>`), want: "abîmé"},
		{title: "a cell beyond reason", data: book(`<row r="1">` + inline("ZZZZZZZZZZZZZZZZ1", "x") + `</row>`), want: "abîmé"},
		{title: "800,000 columns", data: book(`<row r="1">` + numbers(800_000) + `</row>`), want: "ligne\u00a01, colonne\u00a0GS", kind: fault.TooLarge},
		{title: "last column of Excel", data: book(`<row r="1">` + inline("XFD1", "x") + `</row>`), want: "colonne\u00a0XFD", kind: fault.TooLarge},
		{title: "row 20,001", data: book(`<row r="20001">` + inline("A20001", "x") + `</row>`), want: "feuille «\u00a0Saisie\u00a0», ligne\u00a020001, colonne\u00a0A", kind: fault.TooLarge},
		{title: "too many cells", data: book(strings.Repeat(`<row>`+numbers(200)+`</row>`, 1780)), want: "trop de cellules", kind: fault.TooLarge},
		{title: "long text", data: book(`<row r="1">` + inline("A1", strings.Repeat("é", 32_768)) + `</row>`), want: "32\u202f767", kind: fault.TooLarge},
		{title: "60 sheets", data: book(rowA, part{"xl/workbook.xml", workbookXML(many.String())}), want: "50\u00a0feuilles", kind: fault.TooLarge},
		{title: "two sheets of one name", data: book(rowA, part{"xl/workbook.xml", workbookXML(`<sheet name="É" sheetId="1" r:id="rId1"/><sheet name="é" sheetId="2" r:id="rId1"/>`)}), want: "Deux feuilles portent le nom «\u00a0é\u00a0»"},
		{title: "formulas all over", data: book(strings.Repeat(`<row><c><f>1+1</f><v>2</v></c></row>`, 1001)), want: "Plus de 1\u202f000\u00a0cellules"},
	}
})

// badFiles are the others.
func badFiles() []badFile {
	ole := "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 512)
	return []badFile{
		{title: "empty", name: "a.xlsx", want: "vide"},
		{title: "blank", name: "a.csv", data: []byte(" \r\n\r\n"), want: "vide"},
		{title: "over 5 MB", name: "a.xlsx", data: make([]byte, sheet.MaxBytes+1), want: "5\u00a0Mo", kind: fault.TooLarge},
		{title: "old Excel", name: "a.xls", data: []byte(ole), want: "ancien format d’Excel (.xls)"},
		{title: "encrypted", name: "a.xlsx", data: []byte(ole + "E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00"), want: "mot de passe"},
		{title: "PDF named xlsx", name: "a.xlsx", data: []byte("%PDF-1.7\n"), want: "un document PDF"},
		{title: "PNG named xlsx", name: "a.xlsx", data: []byte("\x89PNG\r\n\x1a\n"), want: "une image"},
		{title: "JPEG named csv", name: "a.csv", data: []byte("\xff\xd8\xff\xe0JFIF"), want: "une image"},
		{title: "page named xls", name: "a.xls", data: []byte("\ufeff\n<HTML><table><tr><td>1</table>"), want: "une page web"},
		{title: "archive", name: "a.csv", data: []byte("\x1f\x8b\x08\x00"), want: "une archive"},
		{title: "text named xlsx", name: "A.XLSX", data: []byte("a;b\n1;2\n"), want: "«\u00a0.xlsx\u00a0»"},
		{title: "text named otherwise", name: "a.docx", data: []byte("a;b\n1;2\n"), want: "ni un classeur Excel ni un fichier CSV"},
		{title: "binary named csv", name: "a.csv", data: []byte("a;b\n\x01\x02\x03;\x04"), want: "ligne\u00a02, colonne\u00a0A"},
		{title: "NUL", name: "a.csv", data: []byte("a;b\n1;2\x00\n"), want: "ligne\u00a02, colonne\u00a0B"},
		{title: "open quote", name: "a.csv", data: []byte("a;b\n1;\"2\n3;4\n"), want: "guillemet ouvert n’est pas fermé (ligne\u00a02, colonne\u00a0B)"},
		{title: "signs that no page of code has", name: "a.csv", data: []byte("a;\x81\x8d\n"), want: "CSV UTF-8"},
		{title: "20,001 rows", name: "a.csv", data: []byte(strings.Repeat("1;2\n", 20_001)), want: "ligne\u00a020001, colonne\u00a0A", kind: fault.TooLarge},
		{title: "201 columns", name: "a.csv", data: []byte(strings.Repeat(";", 200) + "x"), want: "ligne\u00a01, colonne\u00a0GS", kind: fault.TooLarge},
		{title: "too many cells", name: "a.csv", data: []byte(strings.Repeat(strings.Repeat(";", 199)+"x\n", 1780)), want: "trop de cellules", kind: fault.TooLarge},
	}
}

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	files := badFiles()
	for _, f := range badWorkbooks() {
		f.name = "saisie.xlsx"
		files = append(files, f)
	}
	if len(files) < 60 {
		t.Errorf("%d files", len(files))
	}
	for _, f := range files {
		t.Run(f.title, func(t *testing.T) {
			t.Parallel()
			if f.kind == 0 {
				f.kind = fault.Invalid
			}
			if len(f.data) > sheet.MaxBytes+1 {
				t.Fatalf("the test itself makes %d bytes, which hides what it is about", len(f.data))
			}
			book, err := sheet.Read(f.name, f.data)
			e, ok := errors.AsType[*fault.Error](err)
			if !ok || e.Kind != f.kind || !strings.Contains(e.Message, f.want) || !strings.HasSuffix(e.Message, ".") || len(e.Message) > 400 {
				t.Errorf("got %d sheets, %v; want kind %d and a sentence with %q", len(book.Sheets), err, f.kind, f.want)
			}
			if book.Sheets != nil {
				t.Error("a part of the file is handed over")
			}
		})
	}
}

func little(n int) []byte { return binary.LittleEndian.AppendUint32(nil, uint32(n)) }

// numbers are cells that no packing makes small.
func numbers(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "<c><v>%d</v></c>", uint32(i)*2654435761)
	}
	return b.String()
}

// utf16Text is a text in UTF-16.
func utf16Text(text string, order binary.AppendByteOrder) []byte {
	var b []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		b = order.AppendUint16(b, unit)
	}
	return b
}
