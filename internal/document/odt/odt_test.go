package odt_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"copil/internal/document"
	"copil/internal/document/odt"
	"copil/internal/document/sample"
)

func write(t testing.TB, d document.Document) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := odt.Write(&b, d); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// read returns a part of the archive.
func read(t testing.TB, file []byte, name string) string {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := archive.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	content, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// text is the words of a part, each paragraph on a line.
func text(t testing.TB, part string) string {
	t.Helper()
	var out strings.Builder
	in := xml.NewDecoder(strings.NewReader(part))
	for {
		token, err := in.Token()
		if errors.Is(err, io.EOF) {
			return out.String()
		}
		if err != nil {
			t.Fatal(err)
		}
		switch token := token.(type) {
		case xml.CharData:
			out.Write(token)
		case xml.EndElement:
			if token.Name.Local == "p" || token.Name.Local == "h" {
				out.WriteByte('\n')
			}
		}
	}
}

// office has LibreOffice convert the file, and returns where the result lies.
func office(t *testing.T, file []byte, format string) string {
	t.Helper()
	program, err := exec.LookPath("soffice")
	if err != nil {
		t.Fatal("this test needs LibreOffice Writer: apt-get install libreoffice-writer")
	}
	dir, out := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "document.odt"), file, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), program, "--headless", "-env:UserInstallation=file://"+filepath.Join(dir, "profile"),
		"--convert-to", format, "--outdir", out, filepath.Join(dir, "document.odt"))
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return filepath.Join(out, "document."+format)
}

func contains(t *testing.T, text string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(text, want) {
			t.Errorf("%q is absent", want)
		}
	}
}

func TestArchive(t *testing.T) {
	t.Parallel()
	file := write(t, sample.Document())
	if want := "PK\x03\x04"; !bytes.HasPrefix(file, []byte(want)) || string(file[30:38+len(odt.Type)]) != "mimetype"+odt.Type {
		t.Errorf("the file begins %q: the media type is not at its place", file[:90])
	}
	archive, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	list := read(t, file, "META-INF/manifest.xml")
	for _, f := range archive.File {
		if f.Name != "mimetype" && f.Name != "META-INF/manifest.xml" {
			contains(t, list, `full-path="`+f.Name+`"`)
		}
		if f.Name != "mimetype" {
			text(t, read(t, file, f.Name)) // sound XML
		}
	}
	if !bytes.Equal(file, write(t, sample.Document())) {
		t.Error("the same document gave other bytes")
	}
}

func TestProperties(t *testing.T) {
	t.Parallel()
	meta := read(t, write(t, sample.Document()), "meta.xml")
	contains(t, meta, "<dc:title>Bilan du second semestre 2014 – Convention-cadre", "<dc:language>fr-FR<", "<dc:date>2015-04-14T00:00:00<", "Mission régionale d’appui",
		`meta:name="Version">version 2<`, `meta:name="Statut">Document de travail<`, `meta:name="Mentions">Données fictives<`)
	mark := func(d document.Document) string {
		_, after, _ := strings.Cut(read(t, write(t, d), "meta.xml"), `meta:name="Empreinte SHA-256">`)
		return after[:64]
	}
	other := sample.Document()
	other.Body[0] = document.Heading{Level: 1, Text: "Ce qu’il faut oublier"}
	if mark(sample.Document()) == mark(other) {
		t.Error("another text has the same fingerprint")
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	long := "àâäçéèêëîïôöùûüÿœæ ÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸŒÆ «\u00a01\u202f392\u00a0€\u00a0» – — ’ …"
	d := document.Document{Title: "Essai <b>&amp;</b> \"\x00", Date: time.Date(2015, 1, 2, 0, 0, 0, 0, time.UTC), Body: document.Blocks{
		document.Paragraph{Text: document.Plain(long)},
		document.Paragraph{Text: document.Plain("a\x00b\x0bc\ufffe\U0010ffff\x1bd\x80\xffe 😀")},
		document.Paragraph{Text: document.Plain("trois   espaces\nseconde ligne")},
		document.Table{Caption: "Cellules", Columns: []document.Column{{Title: "]]>"}, {Title: "<!--"}}, Rows: []document.Row{{Cells: []document.Cell{document.TextCell("</text:p>"), document.TextCell("&lt;")}}}},
	}}
	content := read(t, write(t, d), "content.xml")
	said := text(t, content)
	contains(t, said, long, "abc\U0010ffffde 😀\n", "Essai <b>&amp;</b> \"", "]]>", "<!--", "</text:p>", "&lt;")
	contains(t, content, `trois <text:s text:c="2"/>espaces<text:line-break/>seconde ligne`)
}

func TestRefusesWhatCheckRefuses(t *testing.T) {
	t.Parallel()
	d := sample.Document()
	d.Body = document.Blocks{document.Paragraph{Text: document.Text{{Text: "ici", Link: "javascript:x"}}}}
	if err := odt.Write(io.Discard, d); err == nil || !strings.Contains(err.Error(), "not on the web") {
		t.Errorf("error %v", err)
	}
}

func TestLibreOfficePrintsIt(t *testing.T) {
	t.Parallel()
	d := sample.Document()
	d.Body[len(d.Body)-1] = sample.Posts(150)
	d.Body = append(d.Body, document.Heading{Level: 1, Text: "Approbation"},
		document.Signatures{Items: []document.Signature{{Party: "L’État", Capacity: "le préfet délégué pour l’égalité des chances"}, {Party: "La Région"}}})
	path := office(t, write(t, d), "pdf")
	out, err := exec.CommandContext(t.Context(), "pdftotext", "-layout", path, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	pages := strings.Split(strings.TrimSuffix(string(out), "\f"), "\f")
	if strings.Contains(pages[0], "page 1 sur") {
		t.Error("the title page has a footer")
	}
	heads, rows := 0, 0
	for i, p := range pages {
		if i > 0 {
			contains(t, p, "Bilan du second semestre 2014", "Document de travail – Données fictives", "Bilan n° 4 – version 2 – 14 avril 2015")
		}
		if strings.Contains(p, "P-00") {
			heads += strings.Count(p, "Référence")
			rows++
		}
	}
	if heads != rows || rows < 2 {
		t.Errorf("%d heads on the %d pages of the long table", heads, rows)
	}
	contains(t, pages[1], "Sommaire", "Annexe : liste des postes")
	if !strings.Contains(pages[1], "Emplois....") && !strings.Contains(pages[1], "Emplois ...") {
		t.Errorf("no dots in the contents:\n%s", pages[1])
	}
	contains(t, string(out), "non renseigné", "sans objet", "1 234 567,89", "Un poste compte une fois", "À noter", "Œuvrer à l’égalité", "Signature", "page 2 sur")
}

func TestLibreOfficeSavesIt(t *testing.T) {
	t.Parallel()
	saved, err := os.ReadFile(office(t, write(t, sample.Document()), "odt"))
	if err != nil {
		t.Fatal(err)
	}
	content := read(t, saved, "content.xml")
	var levels []string
	tables, notes := 0, 0
	in := xml.NewDecoder(strings.NewReader(content))
	for {
		token, err := in.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		switch start.Name.Local {
		case "h":
			for _, a := range start.Attr {
				if a.Name.Local == "outline-level" {
					levels = append(levels, a.Value)
				}
			}
		case "table-header-rows":
			tables++
		case "note":
			notes++
		}
	}
	if want := []string{"1", "2", "1", "2", "2", "3", "1"}; !slices.Equal(levels, want) {
		t.Errorf("levels of headings %v, want %v", levels, want)
	}
	if tables != 3 || notes != 2 {
		t.Errorf("%d tables with heads and %d notes, want 3 and 2", tables, notes)
	}
	contains(t, content, "Le cumul passe de 40 emplois au premier semestre 2013", "<text:table-of-content", "1\u202f234\u202f567,89", "«\u00a0créé\u00a0»")
}
