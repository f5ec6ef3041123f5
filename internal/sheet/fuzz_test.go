package sheet_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"copil/internal/fault"
	"copil/internal/sheet"
)

// sound checks what must hold of whatever is read, and that it is read the same
// again.
func sound(t *testing.T, name string, data []byte) {
	t.Helper()
	book, err := sheet.Read(name, data)
	if err != nil {
		e, ok := errors.AsType[*fault.Error](err)
		if !ok || e.Kind != fault.Invalid && e.Kind != fault.TooLarge || !strings.HasSuffix(e.Message, ".") || book.Sheets != nil {
			t.Fatalf("%v, with %d sheets", err, len(book.Sheets))
		}
		return
	}
	if len(book.Sheets) > sheet.MaxSheets {
		t.Fatalf("%d sheets", len(book.Sheets))
	}
	for _, page := range book.Sheets {
		last := 0
		for _, r := range page.Rows {
			if r.Number <= last || r.Number > sheet.MaxRows || len(r.Cells) == 0 || len(r.Cells) > sheet.MaxColumns || r.Cells[len(r.Cells)-1] == "" {
				t.Fatalf("row %d after %d: %q", r.Number, last, r.Cells)
			}
			last = r.Number
			for _, cell := range r.Cells {
				if !utf8.ValidString(cell) || strings.Contains(cell, "\x00") {
					t.Fatalf("row %d: %q is no text that can be stored", r.Number, cell)
				}
			}
		}
		for _, p := range page.Problems {
			if p.Row < 1 || p.Column < 0 || p.Message == "" {
				t.Fatalf("problem %+v", p)
			}
		}
	}
	packed, err := book.Pack()
	if err != nil {
		t.Fatal(err)
	}
	if kept, err := sheet.Unpack(packed); err != nil || !sameBook(book, kept) {
		t.Fatalf("kept: %v", err)
	}
	again, err := sheet.Read(name, data)
	if err != nil || !sameBook(book, again) {
		t.Fatalf("read again: %v", err)
	}
}

func sameBook(a, b sheet.Book) bool {
	return slices.EqualFunc(a.Sheets, b.Sheets, func(a, b sheet.Page) bool {
		return a.Name == b.Name && a.Hidden == b.Hidden && slices.EqualFunc(a.Rows, b.Rows, sameRow) && slices.Equal(a.Problems, b.Problems)
	})
}

// FuzzReadXLSX replaces one part of a workbook, as which most of the bytes of a
// mutated archive would never be seen: their checksums would not hold.
func FuzzReadXLSX(f *testing.F) {
	parts := bookParts(`<row r="1">` + inline("A1", "x") + `<c r="B1" s="1"><v>41614</v></c><c r="C1" t="s"><v>1</v></c><c r="D1"><f>1+1</f><v>2</v></c><c r="E1" t="e"><v>#REF!</v></c></row>`)
	for i, p := range parts {
		f.Add(byte(i), p.content)
	}
	for _, w := range []sheet.Workbook{workbook(), template()} {
		var b bytes.Buffer
		if err := w.XLSX(&b); err != nil {
			f.Fatal(err)
		}
		f.Add(byte(255), b.String())
	}
	f.Fuzz(func(t *testing.T, which byte, content string) {
		if int(which) >= len(parts) {
			sound(t, "a.xlsx", []byte(content))
			return
		}
		changed := slices.Clone(parts)
		changed[which].content = content
		sound(t, "a.xlsx", pack(changed...))
	})
}

func FuzzReadCSV(f *testing.F) {
	for _, seed := range []string{
		"a;b\r\n1 234,5;2", "a,b\n\"c\nd\",\"e\"\"f\"", "sep=\t\na\tb", "\ufeffé;b", "\xff\xfea\x00;\x00b\x00", "a\x00;\x00", "\xe9;\x80", "'=1;''=1\n\n;;x",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) { sound(t, "a.csv", data) })
}

// FuzzCSVComesBack writes texts and reads them.
func FuzzCSVComesBack(f *testing.F) {
	for _, text := range hostile {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		// Other signs are refused on reading; line ends are made alike.
		if !utf8.ValidString(text) || len(text) > 30_000 || strings.ContainsFunc(text, func(r rune) bool { return r < ' ' && r != '\t' && r != '\n' || r == 0x7f }) {
			return
		}
		var b bytes.Buffer
		w := sheet.Workbook{Sheets: []sheet.Sheet{{
			Columns: []sheet.Column{{Header: "A"}, {Header: "B"}},
			Rows:    [][]sheet.Cell{{sheet.Text(text), sheet.Int(-1)}},
		}}}
		if err := w.CSV(&b); err != nil {
			t.Fatal(err)
		}
		page := read(t, "a.csv", b.Bytes()).Sheets[0]
		if len(page.Rows) != 2 || len(page.Rows[1].Cells) != 2 || page.Rows[1].Cells[0] != text {
			t.Errorf("%q is written as %q and read as %+v", text, b.String(), page.Rows)
		}
	})
}
