package server

import (
	"archive/zip"
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/testdb"
)

// A burst of large files waits for its turn, without a connection: none is lost,
// and nobody is told that the database is away.
func TestManyUploadsAtOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.newSubmission()
	b := o.by(o.Actors[access.Mission])
	form := b.filled(o.importPath(), o.importPath(), nil)
	large := o.entriesFile("7") + strings.Repeat("\r\n;;;;;;;;;", 18_000)
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			own := url.Values{keyField: {uuid.NewString()}, profileField: form[profileField]}
			w := b.postFile(o.importPath(), own, fmt.Sprintf("saisie-%d.csv", i), []byte(large))
			if w.Code != http.StatusSeeOther {
				t.Errorf("file %d: %d\n%s", i, w.Code, text(w))
			}
		})
	}
	all.Wait()
	sent := o.db.Texts(t, `SELECT object_label FROM audit_entries WHERE convention_id = $1 AND action = 'imported'`, o.ID)
	if len(sent) != 20 {
		t.Errorf("%d files are in the log", len(sent))
	}
	// The oldest make room; what waits is offered to who sent it, and to nobody else.
	o.newUpload(o.Actors[access.Mission], "8")
	if n := strings.Count(text(b.get(o.importPath())), "gardé jusqu’au"); n != 10 {
		t.Errorf("%d files wait", n)
	}
	if strings.Contains(text(o.by(o.Deputy).get(o.importPath())), "gardé jusqu’au") {
		t.Error("somebody else sees them")
	}
}

// Where too many wait, one more is told to come again, and the file is not lost
// half-way.
func TestTooManyWait(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.newSubmission()
	b := o.by(o.Actors[access.Structure])
	form := b.filled(o.importPath(), o.importPath(), url.Values{fileField: {o.entriesFile("7")}})
	for range waitingAtOnce {
		o.waiting <- struct{}{}
	}
	before := o.entries()
	w := b.post(o.importPath(), form)
	expect(t, w, http.StatusServiceUnavailable, "Trop de fichiers sont traités en même temps", "rien n’a été enregistré")
	if w.Header().Get("Retry-After") == "" || o.entries() != before {
		t.Error("it does not say when to come again, or something is stored")
	}
	for range waitingAtOnce {
		<-o.waiting
	}
	expect(t, b.post(o.importPath(), form), http.StatusSeeOther)
}

// archive is an XLSX whose parts are as given.
func archive(t *testing.T, parts ...string) []byte {
	t.Helper()
	var file bytes.Buffer
	out := zip.NewWriter(&file)
	for i := 0; i < len(parts); i += 2 {
		w, err := out.Create(parts[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(parts[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// What is made to do harm is refused at the field with a sentence, by the route
// that everybody uses, and nothing of it is kept. All of them are in the tests of
// package sheet, with what they take.
func TestHostileUploads(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.newSubmission()
	b := o.by(o.Actors[access.Structure])
	const types = `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`
	before := o.entries()
	for name, c := range map[string]struct {
		file    string
		content []byte
		says    string
	}{
		"bomb":            {"a.xlsx", archive(t, "[Content_Types].xml", types, "xl/worksheets/sheet1.xml", strings.Repeat("\n", 62<<20)), "décompressé"},
		"path upwards":    {"a.xlsx", archive(t, "[Content_Types].xml", types, "../../etc/cron.d/x", "x"), "chemin"},
		"macros":          {"a.xlsx", archive(t, "[Content_Types].xml", types, "xl/workbook.xml", "<x/>", "xl/vbaProject.bin", "x"), "macros"},
		"other archive":   {"a.xlsx", archive(t, "photo.jpg", "x"), "archive"},
		"PDF":             {"a.xlsx", []byte("%PDF-1.7\n"), "un document PDF"},
		"old Excel":       {"a.xls", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 512)), "ancien format"},
		"page":            {"a.csv", []byte("<html><script>alert(1)</script>"), "une page web"},
		"20,001 rows":     {"a.csv", []byte(strings.Repeat("1;2\n", 20_001)), "20 000 lignes"},
		"only separators": {"a.csv", append(bytes.Repeat([]byte(";"), 5_000_000), 'x'), "200 colonnes"},
		"an open quote":   {"a.csv", append([]byte(`"`), bytes.Repeat([]byte("a\n"), 2_000_000)...), "n’est pas fermé"},
		"NUL":             {"a.csv", []byte("a;b\n1;2\x00\n"), "ligne 2, colonne B"},
	} {
		w := b.postFile(o.importPath(), b.filled(o.importPath(), o.importPath(), nil), c.file, c.content)
		if w.Code != http.StatusUnprocessableEntity || !strings.Contains(text(w), c.says) {
			_, said, _ := strings.Cut(text(w), `id="fichier-erreur"`)
			t.Errorf("%s: %d, %.300s", name, w.Code, said)
		}
		if !strings.Contains(w.Body.String(), `id="fichier-erreur"`) || strings.Contains(w.Body.String(), "<script>alert") {
			t.Errorf("%s: nothing is said at the field", name)
		}
	}
	if kept := o.db.Texts(t, `SELECT name FROM imports WHERE convention_id = $1`, o.ID); len(kept) > 0 || o.entries() != before {
		t.Errorf("%v are kept", kept)
	}
	expect(t, b.get(o.path("saisies", testdb.OpenPeriod, "import", uuid.NewString())), http.StatusNotFound, "effacé après 7 jours")
}
