package collect_test

import (
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"copil/internal/collect"
	"copil/internal/testdb"
)

// A template that LibreOffice opened and saved says what it said.
func TestTemplateThroughLibreOffice(t *testing.T) {
	t.Parallel()
	office, err := exec.LookPath("soffice")
	if err != nil {
		t.Fatal("this test needs LibreOffice Calc: apt-get install libreoffice-calc")
	}
	empty := blank(t, "mediation-npdc", "A1")
	full := empty
	full.Case.Now = anyAnswers(rand.New(rand.NewPCG(7, 7)), empty.Case)
	dir, out := t.TempDir(), t.TempDir()
	source := filepath.Join(dir, "saisie.xlsx")
	if err := os.WriteFile(source, written(t, ".xlsx", full), 0o600); err != nil {
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
	found := collect.ReadImport(readFile(t, ".xlsx", saved), []collect.Form{empty}, collect.Register{}, empty.Case.Period, mine(empty), testdb.Today)
	if len(found.Problems) > 0 || len(found.Entries) != 1 {
		t.Fatalf("%+v", found.Problems)
	}
	if got, want := listed(found.Entries[0].Cells), listed(full.Case.Now); got != want {
		t.Errorf("stored\n%s\nread\n%s", want, got)
	}
}
