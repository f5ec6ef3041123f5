package house

import (
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const root = "../.." // of the repository

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatalf("%v: it is part of this repository", err)
	}
	return string(text)
}

// set gathers the first group of every match.
func set(text string, pattern *regexp.Regexp) map[string]bool {
	found := map[string]bool{}
	for _, m := range pattern.FindAllStringSubmatch(text, -1) {
		found[m[1]] = true
	}
	return found
}

var (
	target = regexp.MustCompile(`(?m)^([a-z][a-z-]*):`)
	helped = regexp.MustCompile(`(?m)^([a-z][a-z-]*):.*## \S`)
	// A command stands between backticks or guillemets, after a prompt, at the
	// start of a line of code, or as a stage of CI.
	command = regexp.MustCompile("(?m)(?:[`«][\\s\u00a0]*|^[ \\t]*(?:\\$ |stage )?)make ([a-z][a-z-]*)")
)

// TestCommandsExist: what the documentation and CI tell people to run is there.
func TestCommandsExist(t *testing.T) {
	t.Parallel()
	targets := set(read(t, "Makefile"), target)
	for _, name := range append([]string{".ci/run"}, documents(t)...) {
		for c := range set(read(t, name), command) {
			if !targets[c] {
				t.Errorf("%s says « make %s », which the Makefile does not know", name, c)
			}
		}
	}
}

// documents are the README and all that is below docs.
func documents(t *testing.T) []string {
	t.Helper()
	found := []string{"README.md"}
	err := fs.WalkDir(os.DirFS(root), "docs", func(name string, _ fs.DirEntry, err error) error {
		if strings.HasSuffix(name, ".md") {
			found = append(found, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestHelp: each target that a person may call says what it is for.
func TestHelp(t *testing.T) {
	t.Parallel()
	text := read(t, "Makefile")
	cmd := exec.CommandContext(t.Context(), "make", "--no-print-directory", "help")
	cmd.Dir = root
	help, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("make help: %v: %s", err, help)
	}
	shown := set(string(help), regexp.MustCompile(`(?m)^  ([a-z-]+) `))
	if want := set(text, helped); !maps.Equal(shown, want) {
		t.Errorf("make help shows %v, want %v", sorted(shown), sorted(want))
	}
	for name := range set(text, target) {
		if !shown[name] {
			t.Errorf("make %s has no ## text", name)
		}
	}
	for _, name := range []string{"run", "build", "test", "check", "generate", "fmt", "live", "soak", "bench", "help"} {
		if !shown[name] {
			t.Errorf("there is no make %s", name)
		}
	}
}

// TestSettings: the example of settings lists those that the program reads.
func TestSettings(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(root, "internal/config/*.go"))
	if err != nil {
		t.Fatal(err)
	}
	settings := map[string]bool{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		maps.Copy(settings, set(string(text), regexp.MustCompile(`"(COPIL_[A-Z_]+)"`)))
	}
	example := set(read(t, ".env.example"), regexp.MustCompile(`(?m)^#?(COPIL_[A-Z_]+)=`))
	if !maps.Equal(settings, example) {
		t.Errorf(".env.example lists %v, internal/config reads %v", sorted(example), sorted(settings))
	}
	composed := set(read(t, "docker-compose.yml"), regexp.MustCompile(`(COPIL_[A-Z_]+):`))
	for name := range composed {
		if !settings[name] {
			t.Errorf("docker-compose.yml sets %s, which the program does not read", name)
		}
	}
}

// TestVersions: the generator of templates is the version that runs them, and
// the image is built with this module's Go.
func TestVersions(t *testing.T) {
	t.Parallel()
	templ := regexp.MustCompile(`(?m)^\s*github\.com/a-h/templ (\S+)`)
	if app, tool := set(read(t, "go.mod"), templ), set(read(t, "go.tool.mod"), templ); !maps.Equal(app, tool) {
		t.Errorf("go.mod has templ %v, go.tool.mod has %v", sorted(app), sorted(tool))
	}
	language := set(read(t, "go.mod"), regexp.MustCompile(`(?m)^go (\d+\.\d+)`))
	if image := set(read(t, "Dockerfile"), regexp.MustCompile(`(?m)^FROM golang:(\d+\.\d+)`)); !maps.Equal(language, image) {
		t.Errorf("go.mod says Go %v, the Dockerfile %v", sorted(language), sorted(image))
	}
}

func sorted(names map[string]bool) []string { return slices.Sorted(maps.Keys(names)) }
