package collect_test

import (
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"copil/internal/collect"
	"copil/internal/testdb"
)

// A template that LibreOffice opened and saved says what it said, of answers and
// of posts.
func TestTemplateThroughLibreOffice(t *testing.T) {
	t.Parallel()
	office, err := exec.LookPath("soffice")
	if err != nil {
		t.Fatal("this test needs LibreOffice Calc: apt-get install libreoffice-calc")
	}
	empty := blank(t, "mediation-npdc", "A1")
	full := empty
	full.Case.Now = anyAnswers(rand.New(rand.NewPCG(7, 7)), empty.Case)
	none := noPosts(empty, true)
	register := anyPosts(rand.New(rand.NewPCG(7, 8)), none)
	dir, out := t.TempDir(), t.TempDir()
	source := filepath.Join(dir, "saisie.xlsx")
	if err := os.WriteFile(source, writtenWith(t, ".xlsx", "", register, full), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), office, "--headless", "-env:UserInstallation=file://"+filepath.Join(dir, "profile"),
		"--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", out, source)
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	saved, err := os.ReadFile(filepath.Join(out, "saisie.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	found := collect.ReadImport(readFile(t, ".xlsx", saved), []collect.Form{empty}, none, empty.Case.Period, mine(empty), testdb.Today)
	if len(found.Problems) > 0 || len(found.Entries) != 1 {
		t.Fatalf("%+v", found.Problems)
	}
	if got, want := listed(found.Entries[0].Cells), listed(full.Case.Now); got != want {
		t.Errorf("stored\n%s\nread\n%s", want, got)
	}
	var posts []string
	for _, p := range register.Posts {
		posts = append(posts, draft(p.With(p.Change())))
	}
	if got, want := drafts(found.Posts), strings.Join(posts, "\n"); got != want {
		t.Errorf("posts\n%s\nread\n%s", want, got)
	}
}
