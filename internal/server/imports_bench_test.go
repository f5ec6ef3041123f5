package server

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"copil/internal/access"
	"copil/internal/collect"
	"copil/internal/pg"
	"copil/internal/sheet"
	"copil/internal/site"
	"copil/internal/testdb"
)

// answersOfBench is how many answers BenchmarkImport changes at a time.
const answersOfBench = 10_000

// BenchmarkImport sends a file of 10,000 answers of many structures, looks at
// what it would change, and confirms it, with all that a browser's requests go
// through. It reports each of the three.
func BenchmarkImport(b *testing.B) {
	o := newOffice(b)
	mission := o.by(o.Actors[access.Mission])
	by := testdb.By(o.Actors[access.Mission])
	rows := 0
	for i := 0; rows < answersOfBench; i++ {
		o.db.In(b, o.ID, func(tx *pg.Tx) error {
			id, err := site.CreateStructure(b.Context(), tx, by, site.StructureDraft{
				Code: fmt.Sprintf("B%d", i), Name: fmt.Sprintf("Structure %d", i), OperatorType: "ASSOCIATION", OffSite: true, ListedOn: testdb.Day(2014, 2, 17)})
			if err != nil {
				return err
			}
			_, err = collect.Begin(b.Context(), tx, by, id, nil, testdb.OpenPeriod)
			return err
		})
		if i == 0 {
			rows = len(answerRows(o.template(mission)))
		} else {
			rows += rows / i
		}
	}
	if _, err := o.db.Owner.Exec(b.Context(), "ANALYZE"); err != nil {
		b.Fatal(err)
	}
	page := o.template(mission)
	var took [3]time.Duration
	round := 0
	for b.Loop() {
		round++
		file := filledIn(b, page, fmt.Sprint(round))
		start := time.Now()
		w := mission.postFile(o.importPath(), mission.filled(o.importPath(), o.importPath(), nil), "saisie.xlsx", file)
		took[0] += time.Since(start)
		preview := w.Header().Get("Location")
		start = time.Now()
		form := mission.filled(preview, preview, nil)
		took[1] += time.Since(start)
		start = time.Now()
		if w := mission.post(preview, form); w.Code != http.StatusSeeOther {
			b.Fatalf("%d\n%s", w.Code, text(w))
		}
		took[2] += time.Since(start)
	}

	stored := len(o.db.Texts(b, `SELECT measure_code FROM cell_versions WHERE convention_id = $1 AND current AND number = $2`, o.ID, round))
	if stored < answersOfBench {
		b.Fatalf("%d answers are stored", stored)
	}
	for i, name := range []string{"ms-send", "ms-look", "ms-confirm"} {
		b.ReportMetric(float64(took[i].Milliseconds())/float64(b.N), name)
	}
	b.ReportMetric(float64(stored), "answers")
}

// template is the sheet of answers of the open period's file.
func (o *office) template(b *browser) sheet.Page {
	o.t.Helper()
	book, err := sheet.Read("modele.xlsx", b.get(o.path("saisies", testdb.OpenPeriod, "modele.xlsx")).Body.Bytes())
	if err != nil {
		o.t.Fatal(err)
	}
	return book.Sheets[slices.IndexFunc(book.Sheets, func(p sheet.Page) bool { return p.Name == collect.TemplateSheet })]
}

// answerRows are the rows of a template that hold a number.
func answerRows(page sheet.Page) (rows []sheet.Row) {
	for _, row := range page.Rows[headerOf(page)+1:] {
		if row.Cells[3] != "commissioners" {
			rows = append(rows, row)
		}
	}
	return rows
}

func headerOf(page sheet.Page) int {
	return slices.IndexFunc(page.Rows, func(r sheet.Row) bool { return slices.Contains(r.Cells, "Valeur") })
}

// filledIn is a template with the same number everywhere, as a program writes it.
func filledIn(t testing.TB, page sheet.Page, n string) []byte {
	t.Helper()
	head := page.Rows[headerOf(page)].Cells
	s := sheet.Sheet{Name: page.Name}
	for _, name := range head {
		s.Columns = append(s.Columns, sheet.Column{Header: name})
	}
	for _, row := range answerRows(page) {
		cells := make([]sheet.Cell, len(head))
		for i, text := range row.Cells {
			if head[i] != "Réponse" {
				cells[i] = sheet.Text(text)
			}
		}
		cells[slices.Index(head, "Valeur")] = sheet.Text(n)
		s.Rows = append(s.Rows, cells)
	}
	var file bytes.Buffer
	if err := (sheet.Workbook{Sheets: []sheet.Sheet{s}}).XLSX(&file); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}
