package main

import (
	"bytes"
	"encoding/csv"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

func TestValidatedReport(t *testing.T) {
	t.Parallel()
	c := sharedDemo(t).signedIn(t, "delegue@cdc.example")
	checkFiles(t, c, home+"/bilans/2014-S1", "", map[string]float64{
		"Médiateurs en poste au dernier jour de la période": 651,
		"Emplois de médiation sociale créés":                70,
		"Emplois de médiation sociale consolidés":           96,
		"Emplois créés et consolidés (cumul)":               166,
	})
}

// checkFiles reads a report as page, PDF, XLSX and CSV: each gives the
// indicators their values, and says it is a working document if it is one.
func checkFiles(t *testing.T, c *client, path, mark string, values map[string]float64) {
	t.Helper()
	texts := map[string]string{
		"page": plain(c.get(path).body),
		"PDF":  plain(pdfText(t, download(t, c, path+".pdf", "application/pdf"))),
	}
	for _, format := range slices.Sorted(maps.Keys(texts)) {
		text := strings.ToLower(texts[format])
		if marked := strings.Contains(text, "document de travail"); marked != (mark != "") {
			t.Errorf("%s: %s says « document de travail »: %v", path, format, marked)
		}
		if !strings.Contains(text, "fictives") {
			t.Errorf("%s: %s does not say that the data are fictive", path, format)
		}
		for label, value := range values {
			if n := strconv.Itoa(int(value)); !strings.Contains(text, n) {
				t.Errorf("%s: %s says %s nowhere (%s)", path, format, n, label)
			}
		}
	}
	sheets := xlsxRows(t, download(t, c, path+".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))
	lines := csvRows(t, download(t, c, path+".csv", "text/csv"))
	for label, value := range values {
		if !holds(sheets, label, value) {
			t.Errorf("%s: the workbook has no line with « %s » and the number %v", path, label, value)
		}
		if !holds(lines, label, value) {
			t.Errorf("%s: the CSV has no line with « %s » and the number %v", path, label, value)
		}
	}
}

func download(t *testing.T, c *client, path, kind string) []byte {
	t.Helper()
	a := c.get(path)
	if a.status != 200 || !strings.HasPrefix(a.header.Get("Content-Type"), kind) || !strings.Contains(a.header.Get("Content-Disposition"), filepath.Ext(path)) {
		t.Fatalf("%s: %d, %s, %s", path, a.status, a.header.Get("Content-Type"), a.header.Get("Content-Disposition"))
	}
	return []byte(a.body)
}

func pdfText(t *testing.T, file []byte) string {
	t.Helper()
	if _, err := exec.LookPath("pdftotext"); err != nil {
		t.Fatal("this test reads PDF files with pdftotext, which is missing: apt-get install poppler-utils")
	}
	name := filepath.Join(t.TempDir(), "bilan.pdf")
	if err := os.WriteFile(name, file, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "pdftotext", "-layout", name, "-")
	cmd.Stderr = t.Output()
	text, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// cell is text, or a number where the file holds one as such.
type cell struct {
	text   string
	number *float64
}

// holds reports whether some line has both the text and the number.
func holds(lines [][]cell, text string, number float64) bool {
	return slices.ContainsFunc(lines, func(line []cell) bool {
		return slices.ContainsFunc(line, func(c cell) bool { return strings.Contains(plain(c.text), text) }) &&
			slices.ContainsFunc(line, func(c cell) bool { return c.number != nil && *c.number == number })
	})
}

func xlsxRows(t *testing.T, file []byte) (lines [][]cell) {
	t.Helper()
	book, err := excelize.OpenReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	for _, sheet := range book.GetSheetList() {
		rows, err := book.GetRows(sheet, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		for y, row := range rows {
			line := make([]cell, len(row))
			for x, text := range row {
				name, err := excelize.CoordinatesToCellName(x+1, y+1)
				if err != nil {
					t.Fatal(err)
				}
				kind, err := book.GetCellType(sheet, name)
				if err != nil {
					t.Fatal(err)
				}
				line[x].text = text
				if n, err := strconv.ParseFloat(text, 64); err == nil && (kind == excelize.CellTypeNumber || kind == excelize.CellTypeUnset) {
					line[x].number = &n
				}
			}
			lines = append(lines, line)
		}
	}
	return lines
}

// csvRows reads a file as French spreadsheets write them: semicolons, commas in
// numbers.
func csvRows(t *testing.T, file []byte) (lines [][]cell) {
	t.Helper()
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(file, []byte("\ufeff"))))
	r.Comma, r.FieldsPerRecord = ';', -1
	for {
		record, err := r.Read()
		if err == io.EOF {
			return lines
		}
		if err != nil {
			t.Fatal(err)
		}
		line := make([]cell, len(record))
		for i, text := range record {
			line[i].text = text
			if n, err := strconv.ParseFloat(strings.ReplaceAll(text, ",", "."), 64); err == nil {
				line[i].number = &n
			}
		}
		lines = append(lines, line)
	}
}
