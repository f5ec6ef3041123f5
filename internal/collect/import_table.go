package collect

import (
	"slices"
	"strings"

	"copil/internal/sheet"
)

// table is one sheet of a file, its columns found by their headers.
type table struct {
	page     sheet.Page
	header   int             // number of the row with the headers
	columns  map[string]int  // by header
	places   map[[2]int]bool // rows and columns that have a problem
	problems []ImportProblem
}

func (t *table) report(row int, column, message string) {
	at, known := t.columns[column]
	if !known {
		at = -1
	} else if t.told(row, at) {
		return // what follows from it is not worth saying
	}
	t.problems = append(t.problems, ImportProblem{t.page.Name, row, at, message})
}

func (t *table) told(row, column int) bool {
	place := [2]int{row, column}
	defer func() { t.places[place] = true }()
	return t.places[place]
}

// sorted are the problems from top to bottom.
func (t *table) sorted() []ImportProblem {
	slices.SortStableFunc(t.problems, func(a, b ImportProblem) int {
		if a.Row != b.Row {
			return a.Row - b.Row
		}
		return a.Column - b.Column
	})
	return t.problems
}

const fromTemplate = "Partez du modèle téléchargé dans Copil, sans renommer, fusionner ni supprimer ses en-têtes."

// leastHeaders is how many of the headers make a row the header.
const leastHeaders = 4

// findTable finds the sheet that has the headers, wherever its columns are; nil
// when there is none. One that carries the name without them is a table without
// columns, which read reports.
func findTable(book sheet.Book, name string, headers []string) *table {
	var found *table
	for _, page := range book.Sheets {
		if fold(page.Name) == fold(name) && found == nil {
			found = &table{page: page, places: map[[2]int]bool{}}
		}
		for _, row := range page.Rows[:min(len(page.Rows), 30)] {
			columns := map[string]int{}
			for i, text := range row.Cells {
				for _, header := range headers {
					if _, twice := columns[header]; fold(text) == fold(header) && !twice {
						columns[header] = i
					}
				}
			}
			if len(columns) >= leastHeaders && (found == nil || len(columns) > len(found.columns)) {
				found = &table{page: page, header: row.Number, columns: columns, places: map[[2]int]bool{}}
			}
		}
	}
	return found
}

// rows are those under the header, none when the table cannot be read.
func (t *table) rows(headers []string) []sheet.Row {
	if len(t.columns) == 0 {
		t.problems = append(t.problems, ImportProblem{Page: t.page.Name, Column: -1, Message: "La feuille «\u00a0" + t.page.Name + "\u00a0» ne porte pas les en-têtes du modèle. " + fromTemplate})
		return nil
	}
	complete := true
	for _, name := range headers {
		if _, found := t.columns[name]; !found {
			t.report(t.header, "", "La colonne «\u00a0"+name+"\u00a0» manque. "+fromTemplate)
			complete = false
		}
	}
	if !complete || !t.once(headers) {
		return nil
	}
	for _, p := range t.page.Problems {
		for _, name := range headers {
			if t.columns[name] == p.Column && p.Row > t.header && !t.told(p.Row, p.Column) {
				t.problems = append(t.problems, ImportProblem{t.page.Name, p.Row, p.Column, p.Message})
			}
		}
	}
	first := slices.IndexFunc(t.page.Rows, func(r sheet.Row) bool { return r.Number > t.header })
	if first < 0 {
		return nil
	}
	return t.page.Rows[first:]
}

// once reports headers that stand twice.
func (t *table) once(headers []string) bool {
	ok := true
	at := slices.IndexFunc(t.page.Rows, func(r sheet.Row) bool { return r.Number == t.header })
	for i, text := range t.page.Rows[at].Cells {
		for _, name := range headers {
			if fold(text) == fold(name) && t.columns[name] != i {
				t.problems = append(t.problems, ImportProblem{t.page.Name, t.header, i, "L’en-tête «\u00a0" + name + "\u00a0» figure deux fois. " + fromTemplate})
				ok = false
			}
		}
	}
	return ok
}

// text is what a row has under a header.
func (t *table) text(row sheet.Row, column string) string {
	if at, found := t.columns[column]; found && at < len(row.Cells) {
		return strings.TrimSpace(oneLineEnd(row.Cells[at]))
	}
	return ""
}

// empty reports whether a row has nothing under some headers, not even what
// could not be read.
func (t *table) empty(row sheet.Row, headers []string) bool {
	return !slices.ContainsFunc(headers, func(name string) bool {
		at, found := t.columns[name]
		return t.text(row, name) != "" || found && t.places[[2]int{row.Number, at}]
	})
}

// fold makes texts alike that people write in several ways.
func fold(text string) string {
	return strings.ToLower(strings.Join(strings.Fields(text), " "))
}
