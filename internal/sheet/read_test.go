package sheet_test

import (
	"bytes"
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
