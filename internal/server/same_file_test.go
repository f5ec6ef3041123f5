package server

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"copil/internal/collect"
	"copil/templates/ui"
)

// filler fills in one sheet of a template, by the headers of its columns.
type filler struct {
	t       testing.TB
	file    *excelize.File
	sheet   string
	columns map[string]int
	rows    [][]string // as they were
	header  int        // row of the headers, from 0
}

// newFiller finds the row of a sheet in which a header stands.
func newFiller(t testing.TB, file *excelize.File, sheet, header string) *filler {
	t.Helper()
	rows, err := file.GetRows(sheet)
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range rows {
		f := &filler{t, file, sheet, map[string]int{}, rows, i}
		for k, name := range row {
			f.columns[name] = k
		}
		if _, found := f.columns[header]; found {
			return f
		}
	}
	t.Fatalf("%s has no header %q", sheet, header)
	return nil
}

// text is what a cell said in the template.
func (f *filler) text(row int, column string) string {
	k, found := f.columns[column]
	if !found {
		f.t.Fatalf("%s has no column %q", f.sheet, column)
	}
	if k >= len(f.rows[row]) {
		return ""
	}
	return f.rows[row][k]
}

// put writes into a cell; nil empties it.
func (f *filler) put(row int, column string, value any) {
	f.text(row, column)
	cell, err := excelize.CoordinatesToCellName(f.columns[column]+1, row+1)
	if err == nil {
		err = f.file.SetCellValue(f.sheet, cell, value)
	}
	if err != nil {
		f.t.Fatal(err)
	}
}

// filledFile is the template of the submission as a program fills it in, with
// numbers and dates as numbers.
func (w *way) filledFile(told map[string]toldAnswer, posts map[string]toldPost) []byte {
	w.t.Helper()
	book, err := excelize.OpenReader(bytes.NewReader(w.b.get(w.at() + "/modele.xlsx").Body.Bytes()))
	if err != nil {
		w.t.Fatal(err)
	}
	answers := newFiller(w.t, book, collect.TemplateSheet, "Valeur")
	before := ""
	for row := answers.header + 1; row < len(answers.rows); row++ {
		code := answers.text(row, "Code donnée")
		answers.answer(row, told[code], code != before)
		before = code
	}
	register := newFiller(w.t, book, collect.PostsSheet, "Référence")
	for row := register.header + 1; row < len(register.rows); row++ {
		if p, said := posts[register.text(row, "Référence")]; said {
			register.post(row, p)
		}
	}
	var file bytes.Buffer
	if err := book.Write(&file); err != nil {
		w.t.Fatal(err)
	}
	return file.Bytes()
}

// answer writes what is said of one cell of a measure; the first holds the comment.
func (f *filler) answer(row int, a toldAnswer, first bool) {
	number := a.numbers[[2]string{f.text(row, "Code ligne"), f.text(row, "Code colonne")}]
	f.put(row, "Réponse", map[string]any{ui.StateMissing: "non renseigné", ui.StateNotApplicable: "sans objet"}[a.state])
	f.put(row, "Motif", lineEnds(a.reason))
	f.put(row, "Commentaire", nil)
	f.put(row, "Valeur", nil)
	if first {
		f.put(row, "Commentaire", lineEnds(a.comment))
	}
	if number != "" {
		f.put(row, "Valeur", f.number(number))
	}
	if len(a.ids) > 0 {
		f.put(row, "Valeur", strings.Join(a.ids, "; "))
	}
	if a.list && a.state == ui.StateNumber || number != "" && row%2 == 0 {
		f.put(row, "Réponse", "chiffre")
	}
}

func (f *filler) post(row int, p toldPost) {
	if p.opened != "" {
		place := "Hors site"
		if p.site {
			place = "S1 – Roubaix nord"
		}
		f.put(row, "Lieu", place)
		f.put(row, "Type d’emploi", p.label)
		f.put(row, "Quotité", f.number(p.quotity))
		f.put(row, "Ouvert le", f.day(p.opened))
	}
	f.put(row, "Consolidation", p.how.Label())
	for column, day := range map[string]string{"Pourvu le": p.filled, "Vacant depuis le": p.vacated, "Consolidé le": p.consolidated, "Supprimé le": p.closed} {
		f.put(row, column, f.day(day))
	}
}

func lineEnds(text string) string { return strings.ReplaceAll(text, "\r\n", "\n") }

func (f *filler) number(text string) float64 {
	n, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64)
	if err != nil {
		f.t.Fatal(err)
	}
	return n
}

// day is a day as a cell holds it; nil for none.
func (f *filler) day(text string) any {
	if text == "" {
		return nil
	}
	day, err := time.Parse("02/01/2006", text)
	if err != nil {
		f.t.Fatal(err)
	}
	return day
}

// resaved is a file as LibreOffice saves it.
func resaved(t *testing.T, file []byte) []byte {
	t.Helper()
	office, err := exec.LookPath("soffice")
	if err != nil {
		t.Fatal("this test needs LibreOffice Calc: apt-get install libreoffice-calc")
	}
	dir, out := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "saisie.xlsx"), file, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), office, "--headless", "-env:UserInstallation=file://"+filepath.Join(dir, "profile"),
		"--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", out, filepath.Join(dir, "saisie.xlsx"))
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	saved, err := os.ReadFile(filepath.Join(out, "saisie.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	return saved
}
