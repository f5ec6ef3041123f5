package pdf_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"copil/internal/document"
	"copil/internal/document/pdf"
	"copil/internal/document/sample"
)

// write returns the file, and its path for the tools.
func write(t testing.TB, d document.Document) (file []byte, path string) {
	t.Helper()
	var b bytes.Buffer
	if err := pdf.Write(&b, d); err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(t.TempDir(), "document.pdf")
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), path
}

// tool runs a program of poppler-utils or qpdf.
func tool(t *testing.T, name string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Fatalf("%s is missing: apt-get install -y poppler-utils qpdf", name)
	}
	out, err := exec.CommandContext(t.Context(), name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

func contains(t *testing.T, text string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(text, want) {
			t.Errorf("%q is absent", want)
		}
	}
}

func TestFileIsSoundAndDeclaresItsStandards(t *testing.T) {
	t.Parallel()
	_, path := write(t, sample.Document())
	contains(t, tool(t, "qpdf", "--check", path), "No syntax or stream encoding errors found")
	info := tool(t, "pdfinfo", path)
	for _, line := range []string{`Tagged: +yes`, `Metadata Stream: +yes`, `JavaScript: +no`, `Encrypted: +no`, `Page size: .*A4`, `Title: +Bilan du second semestre 2014 – Convention-cadre`} {
		if !regexp.MustCompile(`(?m)^` + line).MatchString(info) {
			t.Errorf("pdfinfo does not say %q:\n%s", line, info)
		}
	}
	contains(t, tool(t, "pdfinfo", "-meta", path), "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>", "<pdfuaid:part>1</pdfuaid:part>")
	contains(t, tool(t, "qpdf", "--qdf", "--object-streams=disable", path, "-"), "/DisplayDocTitle true", "/Lang (fr-FR)", "/S /GTS_PDFA1", "/PageMode /UseOutlines")
}

func TestFontsAreEmbedded(t *testing.T) {
	t.Parallel()
	_, path := write(t, sample.Document())
	fonts := strings.Split(strings.TrimSpace(tool(t, "pdffonts", path)), "\n")[2:]
	if len(fonts) == 0 {
		t.Error("no fonts")
	}
	for _, line := range fonts {
		columns := strings.Fields(line)
		if embedded, unicode := columns[len(columns)-5], columns[len(columns)-3]; embedded != "yes" || unicode != "yes" {
			t.Errorf("font not embedded or without characters: %s", line)
		}
	}
}

func TestSameDocumentSameBytes(t *testing.T) {
	t.Parallel()
	first, _ := write(t, sample.Document())
	second, _ := write(t, sample.Document())
	if !bytes.Equal(first, second) {
		t.Error("two runs differ")
	}
}

func TestTextCanBeRead(t *testing.T) {
	t.Parallel()
	_, path := write(t, sample.Document())
	contains(t, tool(t, "pdftotext", "-layout", path, "-"),
		"Document de travail – Données fictives", "page 4 sur 7", "Bilan n° 4 – version 2 – 14 avril 2015",
		"3 000", "571,25", "7,2 %", "1 234 567,89", // pdftotext writes plain spaces "28/01/2015", "non renseigné", "sans objet",
		"Œuvrer à l’égalité", "Étaples, Mons-en-Barœul", "À noter : lecture", "indicateur ouvert en 2015", "Site suspendu depuis le 1er octobre 2014.")
	contains(t, tool(t, "pdftotext", path, "-"), "elle est attendue\ndepuis 259 jours")
}

func TestScreenReaderFindsItsWay(t *testing.T) {
	t.Parallel()
	d := sample.Document()
	d.Body[len(d.Body)-1] = sample.Posts(3) // poppler draws the whole page again for each element
	_, path := write(t, d)
	tree := tool(t, "pdfinfo", "-struct-text", path)
	contains(t, tree, "Document\n", "TOCI\n", "Caption", "THead", "TBody", "/Scope /Column", "/Scope /Row", "Note <note-1>", "/ListNumbering /Decimal")
	var headings []string
	for _, m := range regexp.MustCompile(`(?m)^ *(H\d) \(block\)\n +"(.*)"`).FindAllStringSubmatch(tree, -1) {
		headings = append(headings, m[1]+" "+m[2])
	}
	want := []string{
		"H1 Sommaire", "H1 Ce qu’il faut retenir", "H2 Décisions attendues", "H1 Emplois", "H2 Trajectoire",
		"H2 Situation par structure", "H3 Vocabulaire", "H1 Annexe : liste des postes",
	}
	if !slices.Equal(headings, want) {
		t.Errorf("headings\n%q\nwant\n%q", headings, want)
	}
}

func TestLongTableRepeatsItsHead(t *testing.T) {
	t.Parallel()
	d := sample.Document()
	d.Cover, d.Contents = false, false
	d.Body = document.Blocks{sample.Posts(300)}
	file, path := write(t, d)
	pages := strings.Split(strings.TrimSuffix(tool(t, "pdftotext", "-layout", path, "-"), "\f"), "\f")
	if len(pages) != 8 {
		t.Errorf("%d pages, want 8", len(pages))
	}
	rows := 0
	for i, p := range pages {
		if strings.Count(p, "Référence") != 1 {
			t.Errorf("page %d does not have the head once", i+1)
		}
		contains(t, p, fmt.Sprintf("page %d sur %d", i+1, len(pages)))
		rows += strings.Count(p, "P-0")
	}
	if rows != 300 {
		t.Errorf("%d rows, want 300", rows)
	}
	heads := 0
	for n := range readTree(t, file).all() {
		if n.tag == "TH" && n.scope == "Column" {
			heads++
		}
	}
	if heads != 5 {
		t.Errorf("a screen reader meets %d column heads, want 5", heads)
	}
}

func TestNoHeadingAtTheFootOfAPage(t *testing.T) {
	t.Parallel()
	for n := 36; n < 56; n++ {
		d := document.Document{Title: "Note", Date: time.Date(2015, 3, 16, 0, 0, 0, 0, time.UTC)}
		for range n {
			d.Body = append(d.Body, document.Paragraph{Text: document.Plain("Ligne.")})
		}
		d.Body = append(d.Body, document.Heading{Level: 1, Text: "Suites"}, document.Heading{Level: 2, Text: "Calendrier"}, document.Paragraph{Text: document.Plain("Voilà.")})
		_, path := write(t, d)
		for page := range strings.SplitSeq(tool(t, "pdftotext", path, "-"), "\f") {
			if strings.Contains(page, "Suites") != strings.Contains(page, "Voilà") {
				t.Errorf("after %d lines the headings leave their text", n)
			}
		}
	}
}

func TestWriteRefusesAnInaccessibleDocument(t *testing.T) {
	t.Parallel()
	d := sample.Document()
	d.Body = append(d.Body, document.Table{Columns: []document.Column{{Title: "Site"}}})
	if err := pdf.Write(&bytes.Buffer{}, d); err == nil || !strings.Contains(err.Error(), "empty table caption") {
		t.Errorf("error %v", err)
	}
}

// Documents at the edges: each must still give a sound file.
func TestUnusualDocuments(t *testing.T) {
	t.Parallel()
	day := time.Date(2015, 3, 16, 0, 0, 0, 0, time.UTC)
	long := strings.Repeat("médiation ", 1500)
	wide := document.Table{Caption: "Large"}
	row := document.Row{}
	for i := range 18 {
		wide.Columns = append(wide.Columns, document.Column{Title: fmt.Sprintf("Colonne %d", i)})
		row.Cells = append(row.Cells, document.MissingCell())
	}
	wide.Rows = []document.Row{row}
	tests := map[string]struct {
		body document.Blocks
		want string
	}{
		"no body":              {nil, "page 1 sur 1"},
		"table without rows":   {document.Blocks{document.Table{Caption: "Vide", Columns: []document.Column{{Title: "A"}, {Title: "B"}}}}, "Aucune ligne"},
		"row beyond a page":    {document.Blocks{document.Table{Caption: "Haut", Columns: []document.Column{{Title: "A", Head: true}, {Title: "B"}}, Rows: []document.Row{{Cells: []document.Cell{document.TextCell("x"), document.TextCell(long)}}}}}, "page 2 sur"},
		"eighteen columns":     {document.Blocks{wide}, "Large"},
		"word beyond a line":   {document.Blocks{document.Paragraph{Text: document.Plain(strings.Repeat("m", 400))}}, "mmmm"},
		"parentheses":          {document.Blocks{document.Paragraph{Text: document.Plain(`a (b \ c) d`)}}, `a (b \ c) d`},
		"character not there":  {document.Blocks{document.Paragraph{Text: document.Plain("oui 😀 ✓ 中\x01")}}, "oui ? √ ??"},
		"warning of two pages": {document.Blocks{document.Callout{Warning: true, Text: []document.Text{document.Plain(long)}}}, "page 2 sur"},
		"address with accents": {document.Blocks{document.Paragraph{Text: document.Text{{Text: "ici", Link: "https://exemple.example/é(1)"}}}}, "ici"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, path := write(t, document.Document{Title: "Essai", Date: day, Body: tt.body})
			tool(t, "qpdf", "--check", path)
			contains(t, tool(t, "pdftotext", "-layout", path, "-"), tt.want)
		})
	}
}

// BenchmarkWrite writes a report of some thirty pages.
func BenchmarkWrite(b *testing.B) {
	d := sample.Document()
	for range 3 {
		d.Body = append(d.Body, sample.Document().Body[:15]...)
		d.Body = append(d.Body, sample.Posts(220))
	}
	file, _ := write(b, d)
	for b.Loop() {
		if err := pdf.Write(&bytes.Buffer{}, d); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(bytes.Count(file, []byte("/StructParents "))), "pages")
}
