package sheet_test

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"copil/internal/sheet"
)

// template is a file to fill in, with all that helps.
func template() sheet.Workbook {
	states := []string{"actif", "suspendu, sans terme", "=1+1"}
	rows := [][]sheet.Cell{{sheet.Text("P-1"), sheet.Text("Passerelle"), sheet.Cell{}.Open(), sheet.Text("actif").Open().OneOf(states...)}}
	for range 3 {
		rows = append(rows, []sheet.Cell{sheet.Text("R-1"), sheet.Text("Rivages"), sheet.Int(12).Open().WithNote("Au dernier jour du semestre."), sheet.Cell{}.Open().OneOf(states...)})
	}
	return sheet.Workbook{
		Title: "Saisie du 2e semestre 2014", Author: "Mission", At: day(2015, time.March, 16),
		Sheets: []sheet.Sheet{
			{
				Name: "Saisie", Protected: true, Frozen: 2, Rows: rows,
				Columns: []sheet.Column{{Header: "Code", Hidden: true}, {Header: "Site"}, {Header: "Postes", Kind: sheet.KindInt, Note: "Les postes occupés."}, {Header: "État"}},
			},
			{Name: "listes", Columns: []sheet.Column{{Header: "Clé"}}, Rows: [][]sheet.Cell{{sheet.Text("2014-2")}}, Hidden: true},
		},
	}
}

func TestFormOfXLSX(t *testing.T) {
	t.Parallel()
	f := open(t, xlsx(t, template()))
	names := f.GetSheetList()
	if !slices.Equal(names, []string{"Saisie", "listes", "Listes (2)"}) {
		t.Fatalf("sheets %q", names)
	}
	for i, want := range []bool{true, false, false} {
		if got, err := f.GetSheetVisible(names[i]); err != nil || got != want {
			t.Errorf("sheet %q is visible: %v (%v)", names[i], got, err)
		}
	}
	protection, err := f.GetSheetProtection("Saisie")
	if err != nil || !protection.SelectLockedCells || protection.Password != "" || protection.FormatCells {
		t.Errorf("protection %+v (%v)", protection, err)
	}
	for cell, open := range map[string]bool{"B4": false, "C3": false, "C4": true, "D4": true, "C5": true, "D7": true} {
		id, err := f.GetCellStyle("Saisie", cell)
		if err != nil {
			t.Fatal(err)
		}
		style, err := f.GetStyle(id)
		if err != nil || (style.Protection != nil && !style.Protection.Locked) != open {
			t.Errorf("%s is open: %v, want %v (%v)", cell, !open, open, err)
		}
	}
	validations, err := f.GetDataValidations("Saisie")
	if err != nil || len(validations) != 1 || validations[0].Sqref != "D4:D7" || validations[0].Formula1 != "'Listes (2)'!$A$1:$A$3" || !validations[0].AllowBlank {
		t.Errorf("drop-downs %+v (%v)", validations, err)
	}
	notes, err := f.GetComments("Saisie")
	if err != nil || len(notes) != 4 || notes[0].Cell != "C3" || notes[0].Text != "Les postes occupés." {
		t.Errorf("notes %+v (%v)", notes, err)
	}
	if visible, err := f.GetColVisible("Saisie", "A"); err != nil || visible {
		t.Errorf("column A is visible: %v (%v)", visible, err)
	}
	if panes, err := f.GetPanes("Saisie"); err != nil || panes.XSplit != 2 || panes.YSplit != 3 || panes.TopLeftCell != "C4" {
		t.Errorf("panes %+v (%v)", panes, err)
	}
}

func TestSameFormSameBytes(t *testing.T) {
	t.Parallel()
	first := xlsx(t, template())
	for range 12 {
		if !bytes.Equal(xlsx(t, template()), first) {
			t.Fatal("another XLSX from the same data")
		}
	}
}

func TestLibreOfficeKeepsTheForm(t *testing.T) {
	t.Parallel()
	saved := resave(t, xlsx(t, template()))
	f := open(t, saved)
	if protection, err := f.GetSheetProtection("Saisie"); err != nil || protection.EditObjects {
		t.Errorf("protection %+v (%v)", protection, err)
	}
	validations, err := f.GetDataValidations("Saisie")
	if err != nil || len(validations) != 1 || validations[0].Sqref != "D4:D7" {
		t.Errorf("drop-downs %+v (%v)", validations, err)
	}
	if notes, err := f.GetComments("Saisie"); err != nil || len(notes) != 4 {
		t.Errorf("notes %+v (%v)", notes, err)
	}
	if visible, err := f.GetColVisible("Saisie", "A"); err != nil || visible {
		t.Errorf("column A is visible: %v (%v)", visible, err)
	}
	id, err := f.GetCellStyle("Saisie", "C4")
	if err != nil {
		t.Fatal(err)
	}
	if style, err := f.GetStyle(id); err != nil || style.Protection == nil || style.Protection.Locked {
		t.Errorf("C4 is locked: %+v (%v)", style, err)
	}
	// What is read from either file is the same.
	before, after := read(t, "a.xlsx", xlsx(t, template())), read(t, "a.xlsx", saved)
	if len(before.Sheets) != len(after.Sheets) {
		t.Fatalf("%d and %d sheets", len(before.Sheets), len(after.Sheets))
	}
	for i := range before.Sheets {
		one, other := before.Sheets[i], after.Sheets[i]
		if one.Name != other.Name || one.Hidden != other.Hidden || len(other.Problems) > 0 || !slices.EqualFunc(one.Rows, other.Rows, sameRow) {
			t.Errorf("LibreOffice makes %+v of %+v", other, one)
		}
	}
}

func sameRow(a, b sheet.Row) bool { return a.Number == b.Number && slices.Equal(a.Cells, b.Cells) }

func TestLibreOfficeKeepsWhatIsRead(t *testing.T) {
	t.Parallel()
	before, after := read(t, "a.xlsx", xlsx(t, workbook())), read(t, "a.xlsx", resave(t, xlsx(t, workbook())))
	if one, other := before.Sheets[0], after.Sheets[0]; !slices.EqualFunc(one.Rows, other.Rows, sameRow) {
		t.Errorf("LibreOffice makes\n%+v of\n%+v", other, one)
	}
}

// resave has LibreOffice open and save an XLSX.
func resave(t *testing.T, content []byte) []byte {
	t.Helper()
	return office(t, "source.xlsx", content, "xlsx:Calc MS Excel 2007 XML")
}
