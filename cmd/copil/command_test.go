package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"copil/internal/pg"
	"copil/internal/testdb"
)

// copil runs the program to its end.
func copil(t *testing.T, env []string, args ...string) (code int, out, said string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), binary, args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH")}, env...)
	err := cmd.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		code = exit.ExitCode()
	} else if err != nil {
		t.Fatal(err)
	}
	return code, stdout.String(), stderr.String()
}

// must runs the program, which has to succeed.
func must(t *testing.T, env []string, args ...string) string {
	t.Helper()
	code, out, said := copil(t, env, args...)
	if code != 0 || said != "" {
		t.Fatalf("copil %v ends with %d: %s%s", args, code, out, said)
	}
	return out
}

var shipped = []string{"mediation-npdc", "territoire-b"}

func shippedFile(slug string) string {
	return filepath.Join("..", "..", "internal", "convention", "files", slug+".yaml")
}

func TestConventionCheck(t *testing.T) {
	t.Parallel()
	for _, slug := range shipped {
		if out := must(t, nil, "convention", "check", shippedFile(slug)); !strings.Contains(out, "fichier correct") {
			t.Errorf("check of %s says %s", slug, out)
		}
	}
	if out := must(t, nil, "convention", "check", shippedFile("mediation-npdc")); !strings.Contains(out, "L’article 7 manque (art.\u00a07)") {
		t.Errorf("check of the real convention does not list that article 7 is missing:\n%s", out)
	}
	text, err := os.ReadFile(shippedFile("mediation-npdc"))
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range []struct {
		name, old, new string
		want           []string // the field, and what is wrong
	}{
		{"unknown field", "    headline: ETP", "    titre: ETP", []string{"titre"}},
		{"unknown list", "row_list: job_type", "row_list: job_tipe", []string{"row_list", "job_tipe"}},
		{"not a date", `starts_on: 2013-01-01`, `starts_on: 2013-02-30`, []string{"starts_on"}},
	} {
		t.Run(fault.name, func(t *testing.T) {
			at := bytes.Index(text, []byte(fault.old))
			if at < 0 {
				t.Fatalf("the shipped file holds no « %s »", fault.old)
			}
			line := bytes.Count(text[:at], []byte("\n")) + 1
			broken := slices.Concat(text[:at], []byte(fault.new), text[at+len(fault.old):])
			name := filepath.Join(t.TempDir(), "broken.yaml")
			if err := os.WriteFile(name, broken, 0o600); err != nil {
				t.Fatal(err)
			}
			code, out, said := copil(t, nil, "convention", "check", name)
			if code != 1 || out != "" {
				t.Errorf("check ends with %d and says %s", code, out)
			}
			for _, want := range append(fault.want, "broken.yaml:"+strconv.Itoa(line)+": ") {
				if !strings.Contains(said, want) {
					t.Errorf("check does not name « %s » in:\n%s", want, said)
				}
			}
		})
	}
	if code, _, said := copil(t, nil, "convention", "check", "absent.yaml"); code != 1 || !strings.Contains(said, "« absent.yaml » ne s’ouvre pas") {
		t.Errorf("check of no file ends with %d: %s", code, said)
	}
}

// emptyDatabase makes a database beside the shared one of the tests, and returns
// the settings that lead to it.
func emptyDatabase(t *testing.T) []string {
	t.Helper()
	base := os.Getenv("TEST_DATABASE_URL")
	if base == "" {
		t.Fatal("this test needs PostgreSQL: run it with « make test PKG=./cmd/copil »")
	}
	name := "copil_cli_" + strings.ReplaceAll(uuid.NewString(), "-", "")
	if err := pg.CreateDatabase(t.Context(), base, name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx := context.WithoutCancel(t.Context()) // which has ended
		conn, err := pgx.Connect(ctx, base)
		if err == nil {
			_, err = conn.Exec(ctx, "DROP DATABASE "+name+" WITH (FORCE)")
			err = errors.Join(err, conn.Close(ctx))
		}
		if err != nil {
			t.Error(err)
		}
	})
	return []string{
		"COPIL_BASE_URL=http://localhost:8080",
		"COPIL_OWNER_DATABASE_URL=" + testdb.As(base, "copil_owner", name),
		"COPIL_DATABASE_URL=" + testdb.As(base, "copil_app", name),
		"COPIL_SYSTEM_DATABASE_URL=" + testdb.As(base, "copil_system", name),
	}
}

func TestMigrate(t *testing.T) {
	t.Parallel()
	env := emptyDatabase(t)
	before := must(t, env, "migrate", "status")
	if n := strings.Count(before, "\n"); n == 0 || strings.Count(before, "à appliquer") != n {
		t.Errorf("an empty database has applied migrations:\n%s", before)
	}
	for range 2 { // the second time there is nothing to do
		if out := must(t, env, "migrate", "up"); !strings.Contains(out, "La base est à jour.") {
			t.Errorf("migrate up says %s", out)
		}
	}
	after := must(t, env, "migrate", "status")
	if want := strings.Count(before, "\n"); strings.Count(after, "appliquée") != want || strings.Contains(after, "à appliquer") {
		t.Errorf("after migrate up, status says:\n%s", after)
	}
	if code, _, said := copil(t, nil, "migrate", "up"); code != 1 || !strings.Contains(said, "COPIL_OWNER_DATABASE_URL manque") {
		t.Errorf("without settings, migrate ends with %d: %s", code, said)
	}
}

var firstLink = regexp.MustCompile(`(?m)^https?://[^ /]+/invitation/[A-Za-z0-9_-]{43}$`)

func TestConventionRoundTrip(t *testing.T) {
	t.Parallel()
	first, second := emptyDatabase(t), emptyDatabase(t)
	must(t, first, "migrate", "up")
	must(t, second, "migrate", "up")
	for _, slug := range shipped {
		out := must(t, first, "convention", "import", shippedFile(slug), "--mission", slug+"@appui.example", "--name", "Premier membre")
		if !strings.Contains(out, "/c/"+slug) || !firstLink.MatchString(out) {
			t.Errorf("import of %s says %s", slug, out)
		}
		if code, _, said := copil(t, first, "convention", "import", shippedFile(slug)); code != 1 || !strings.Contains(said, "déjà") {
			t.Errorf("a second import of %s ends with %d: %s", slug, code, said)
		}
		exported := must(t, first, "convention", "export", slug)
		name := filepath.Join(t.TempDir(), slug+".yaml")
		if err := os.WriteFile(name, []byte(exported), 0o600); err != nil {
			t.Fatal(err)
		}
		must(t, second, "convention", "import", name)
		if again := must(t, second, "convention", "export", slug); again != exported {
			t.Errorf("%s is not what it was after export, import and export", slug)
		}
	}
	if code, out, said := copil(t, first, "convention", "export", "nulle-part"); code != 1 || out != "" || said == "" {
		t.Errorf("export of no convention ends with %d: %s%s", code, out, said)
	}
}
