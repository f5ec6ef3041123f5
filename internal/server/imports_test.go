package server

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"copil/internal/access"
	"copil/internal/sheet"
	"copil/internal/testdb"
)

// importPath is the page that asks for a file of the open period.
func (o *office) importPath() string { return o.path("saisies", testdb.OpenPeriod, "import") }

// A file leads to a comparison, which nothing is stored before, and the answers
// are then what the form would store.
func TestImport(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	submission := o.newSubmission()
	b := o.by(o.Actors[access.Structure])
	stored := func() string {
		return strings.Join(o.db.Texts(t, `SELECT measure_code || ' ' || number::text FROM cell_versions WHERE submission_id = $1 AND current AND measure_code = 'entries'`, submission), ", ")
	}
	w := b.post(o.importPath(), b.filled(o.importPath(), o.importPath(), url.Values{fileField: {o.entriesFile("1 204")}}))
	if w.Code != http.StatusSeeOther {
		t.Fatalf("%d\n%s", w.Code, text(w))
	}
	preview := w.Header().Get("Location")
	page := b.get(preview)
	expect(t, page, http.StatusOK, "1 ligne lue, 1 réponse qui change dans 1 saisie", "aucune réponse")
	if stored() != "" {
		t.Fatal("it is stored already")
	}
	if w := b.post(preview, b.filled(preview, preview, nil)); w.Code != http.StatusSeeOther {
		t.Fatalf("%d\n%s", w.Code, text(w))
	}
	if stored() != "entries 1204" {
		t.Errorf("stored %q", stored())
	}
	expect(t, b.get(preview), http.StatusOK, "Import effectué le 16 mars 2015")
	// The file of what is now stored changes nothing.
	for _, extension := range []string{".xlsx", ".csv"} {
		file := b.get(o.path("saisies", testdb.OpenPeriod, submission, "modele") + extension)
		w := b.postFile(o.importPath(), b.filled(o.importPath(), o.importPath(), nil), "modele"+extension, file.Body.Bytes())
		if w.Code != http.StatusSeeOther {
			t.Fatalf("%s: %d\n%s", extension, w.Code, text(w))
		}
		expect(t, b.get(w.Header().Get("Location")), http.StatusOK, "Rien ne change")
	}
}

// What cannot be read is refused at once, with a sentence at the field.
func TestRefusedFiles(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.newSubmission()
	b := o.by(o.Actors[access.Structure])
	for name, c := range map[string]struct {
		file    string
		content []byte
		status  int
		says    string
	}{
		"empty":          {"saisie.csv", nil, http.StatusUnprocessableEntity, "Ce fichier est vide."},
		"an image":       {"saisie.xlsx", []byte("\x89PNG\r\n\x1a\n\x00\x00"), http.StatusUnprocessableEntity, ""},
		"cut short":      {"saisie.xlsx", []byte("PK\x03\x04"), http.StatusUnprocessableEntity, "abîmé"},
		"a byte too big": {"saisie.csv", bytes.Repeat([]byte("a"), sheet.MaxBytes+1), http.StatusUnprocessableEntity, ""},
		"far too big":    {"saisie.csv", bytes.Repeat([]byte("a"), sheet.MaxBytes+small), http.StatusRequestEntityTooLarge, "Le fichier dépasse 5 Mo"},
	} {
		t.Run(name, func(t *testing.T) {
			before := o.entries()
			w := b.postFile(o.importPath(), b.filled(o.importPath(), o.importPath(), nil), c.file, c.content)
			expect(t, w, c.status, c.says)
			if c.status == http.StatusUnprocessableEntity && !strings.Contains(w.Body.String(), `id="fichier-erreur"`) {
				t.Error("nothing is said at the field")
			}
			if o.entries() != before {
				t.Error("something changed")
			}
		})
	}
	nothing := b.filled(o.importPath(), o.importPath(), nil)
	nothing.Del(fileField)
	expect(t, b.post(o.importPath(), nothing), http.StatusUnprocessableEntity, "Choisissez un fichier")
	expect(t, b.get(o.path("saisies", testdb.ValidatedPeriod, "import")), http.StatusOK, "n’est pas en collecte")
	expect(t, b.get(o.path("saisies", "1914-S2", "import")), http.StatusNotFound)
	expect(t, b.get(o.path("saisies", "1914-S2", "modele.xlsx")), http.StatusNotFound)
}

// A structure imports nothing of another one, by whatever codes.
func TestImportOfAnotherStructure(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.newSubmission()
	b := o.by(o.Other)
	w := b.post(o.importPath(), b.filled(o.importPath(), o.importPath(), url.Values{fileField: {o.entriesFile("3")}}))
	if w.Code != http.StatusSeeOther {
		t.Fatalf("%d\n%s", w.Code, text(w))
	}
	preview := w.Header().Get("Location")
	page := b.get(preview)
	expect(t, page, http.StatusOK, "1 problème dans le fichier", "ne porte pas sur vos chiffres", "Ligne 2, colonne A")
	if strings.Contains(page.Body.String(), "Passerelle") {
		t.Error("it names the other structure")
	}
	form := url.Values{keyField: {"0192d5c8-0000-7000-8000-000000000001"}, profileField: {o.Other.MemberID.String()}}
	expect(t, b.post(preview, form), http.StatusConflict, "Rien n’a été importé")
	expect(t, o.by(o.Actors[access.Mission]).get(preview), http.StatusNotFound)
}
