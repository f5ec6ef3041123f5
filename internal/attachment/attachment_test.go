package attachment_test

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/attachment"
	"copil/internal/audit"
	"copil/internal/fault"
	"copil/internal/pg"
	"copil/internal/testdb"
)

func TestMain(m *testing.M) { testdb.Main(m) }

const pdf = "%PDF-1.7\n%…"

// archive is a zip with the entries named; the first one holds first.
func archive(t *testing.T, first string, names ...string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i, name := range names {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			_, _ = w.Write([]byte(first))
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTypes(t *testing.T) {
	t.Parallel()
	odt := "application/vnd.oasis.opendocument.text"
	docx := archive(t, "", "[Content_Types].xml", "word/document.xml")
	for name, c := range map[string]struct {
		file, content, want string // type; "" for a refusal
	}{
		"pdf":                    {"relevé.pdf", pdf, "application/pdf"},
		"odt":                    {"a.odt", archive(t, odt, "mimetype", "content.xml"), odt},
		"ods":                    {"a.ods", archive(t, odt[:len(odt)-4]+"spreadsheet", "mimetype"), odt[:len(odt)-4] + "spreadsheet"},
		"docx":                   {"A.DOCX", docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
		"xlsx":                   {"a.xlsx", archive(t, "", "[Content_Types].xml", "xl/workbook.xml"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
		"png":                    {"a.png", "\x89PNG\x0d\x0a\x1a\x0a…", "image/png"},
		"jpeg":                   {"a.jpeg", "\xff\xd8\xff\xe0…", "image/jpeg"},
		"text":                   {"a.txt", "Bonjour.", "text/plain"},
		"csv of an old sheet":    {"a.csv", "Libell\xe9;1\r\n", "text/csv"},
		"nothing":                {"a.pdf", "", ""},
		"html named pdf":         {"a.pdf", "<!DOCTYPE html><script>alert(1)</script>", ""},
		"html named txt":         {"a.txt", " \n<html><script>", ""},
		"script named txt":       {"a.txt", "<script>alert(1)</script>", ""},
		"other markup named csv": {"a.csv", "\ufeff <iframe src=x>", ""},
		"svg":                    {"a.svg", `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`, ""},
		"svg named png":          {"a.png", `<?xml version="1.0"?><svg/>`, ""},
		"svg named txt":          {"a.txt", `<svg onload="alert(1)"/>`, ""},
		"utf-16":                 {"a.txt", "\xff\xfe<\x00s\x00", ""},
		"program":                {"a.pdf", "MZ\x90\x00\x03", ""},
		"gif":                    {"a.gif", "GIF89a/*", ""},
		"pdf named html":         {"a.html", pdf, ""},
		"pdf without an ending":  {"releve", pdf, ""},
		"pdf behind html":        {"a.pdf", "<html>" + pdf, ""},
		"zip":                    {"a.zip", archive(t, "", "a.txt"), ""},
		"zip named docx":         {"a.docx", archive(t, "", "a.txt"), ""},
		"docx named xlsx":        {"a.xlsx", docx, ""},
		"docx and xlsx at once":  {"a.docx", archive(t, "", "[Content_Types].xml", "word/document.xml", "xl/workbook.xml"), ""},
		"html before docx":       {"a.docx", "<script>…</script>" + docx, ""},
		"docm":                   {"a.docm", docx, ""},
		"macros":                 {"a.docx", archive(t, "", "[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), ""},
		"macros in odt":          {"a.odt", archive(t, odt, "mimetype", "Basic/Standard/Module1.xml"), ""},
		"half a zip":             {"a.docx", docx[:40], ""},
		"names that climb":       {"a.docx", archive(t, "", "[Content_Types].xml", "word/document.xml", "../../etc/passwd"), ""},
		"too large":              {"a.pdf", pdf + strings.Repeat(" ", attachment.MaxBytes), ""},
	} {
		_, media, err := attachment.Examine(c.file, []byte(c.content))
		if media != c.want || (err != nil) != (c.want == "") {
			t.Errorf("%s: %q, %v, want %q", name, media, err, c.want)
		}
		if f, ok := err.(*fault.Error); err != nil && (!ok || f.Kind != fault.Invalid || f.Fields[attachment.Field] == "") { //nolint:errorlint // returned as it is
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("é", 300)
	for sent, want := range map[string]string{
		"Relevé du 7 octobre.pdf": "Relevé du 7 octobre.pdf",
		"../../etc/passwd.pdf":    "passwd.pdf",
		`C:\Users\a\b.pdf`:        "b.pdf",
		"a\nb\r\t.pdf":            "a b .pdf",
		"a\x00b.pdf":              "ab.pdf",
		"facture\u202efdp.pdf":    "facturefdp.pdf", // would read backwards
		"a\u200b\ufeff.pdf":       "a.pdf",
		"CON.pdf":                 "_CON.pdf",
		"com1.pdf":                "_com1.pdf",
		"Contrat.pdf":             "Contrat.pdf",
		`a"; filename="x.pdf`:     "a__ filename=_x.pdf",
		"  .a.pdf. ":              "a.pdf",
		long + ".pdf":             strings.Repeat("é", 116) + ".pdf",
		"a\xff.pdf":               "a.pdf",
	} {
		got, _, err := attachment.Examine(sent, []byte(pdf))
		if got != want || err != nil {
			t.Errorf("%q becomes %q, want %q: %v", sent, got, want, err)
		}
	}
	for _, sent := range []string{"", "..", "/", "\u202e", "." + long} {
		if got, _, err := attachment.Examine(sent, []byte(pdf)); err == nil || got != "" {
			t.Errorf("%q becomes %q", sent, got)
		}
	}
}

func TestStore(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t)
	for wall, pool := range map[string]*pg.Pool{"both walls": db.Pool, "first wall alone": db.Twin} {
		t.Run(wall, func(t *testing.T) {
			t.Parallel()
			ours, theirs := db.Agreement(t), db.Agreement(t)
			by := testdb.By(ours.Actors[access.Mission])
			in := func(convention uuid.UUID, do func(*pg.Tx) error) error {
				return pool.InConvention(t.Context(), convention, pg.ReadWrite, do)
			}
			o := attachment.Object{Type: audit.Meeting, ID: uuid.NewString()}
			add := func(a *testdb.Agreement, o attachment.Object) (id uuid.UUID) {
				err := in(a.ID, func(tx *pg.Tx) (err error) {
					id, err = attachment.Add(t.Context(), tx, testdb.By(a.Actors[access.Mission]), o, "relevé.pdf", []byte(pdf))
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
				return id
			}
			papers := func(o attachment.Object) (list []attachment.Paper) {
				err := in(ours.ID, func(tx *pg.Tx) error {
					b := tx.Batch()
					found := attachment.List(b, o)
					err := b.Send(t.Context())
					list = found.All
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
				return list
			}
			get := func(o attachment.Object, id uuid.UUID) (f attachment.File, err error) {
				err = in(ours.ID, func(tx *pg.Tx) error {
					b := tx.Batch()
					found := attachment.Get(b, o, id)
					if err := b.Send(t.Context()); err != nil {
						return err
					}
					f, err = found.One()
					return err
				})
				return f, err
			}
			id, foreign := add(ours, o), add(theirs, o)
			other := attachment.Object{Type: audit.Decision, ID: o.ID}
			if list := papers(o); len(list) != 1 || list[0].AttachmentID != id || list[0].Author != "Mission d’appui" || list[0].Size != len(pdf) {
				t.Errorf("%+v", list)
			}
			if f, err := get(o, id); err != nil || f.Name != "relevé.pdf" || f.MediaType != "application/pdf" || string(f.Content) != pdf {
				t.Errorf("%+v, %v", f, err)
			}
			withdraw := func(o attachment.Object, id uuid.UUID, reason string) error {
				return in(ours.ID, func(tx *pg.Tx) error { return attachment.Withdraw(t.Context(), tx, by, o, id, reason) })
			}
			for _, c := range []struct { // in this order
				name string
				do   func() error
				want fault.Kind
			}{
				{"another convention's", func() error { return second(get(o, foreign)) }, fault.NotFound},
				{"through another object", func() error { return second(get(other, id)) }, fault.NotFound},
				{"another convention's, to withdraw", func() error { return withdraw(o, foreign, "Erreur.") }, fault.NotFound},
				{"withdrawn through another object", func() error { return withdraw(other, id, "Erreur.") }, fault.NotFound},
				{"withdrawn without a reason", func() error { return withdraw(o, id, " ") }, fault.Invalid},
				{"withdrawn", func() error { return withdraw(o, id, "Mauvais fichier.") }, fault.Internal},
				{"read once withdrawn", func() error { return second(get(o, id)) }, fault.NotFound},
				{"withdrawn twice", func() error { return withdraw(o, id, "Encore.") }, fault.NotFound},
			} {
				if err := c.do(); fault.KindOf(err) != c.want || (err == nil) != (c.want == fault.Internal) {
					t.Errorf("%s: %v", c.name, err)
				}
			}
			if list := papers(o); len(list) != 1 || list[0].Withdrawal != "Mauvais fichier." {
				t.Errorf("%+v", list)
			}
		})
	}
}

func second(_ attachment.File, err error) error { return err }
