package house

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
)

const module = "copil/"

// plan is the plan of the house, top floor first. A room imports rooms of lower
// floors, and on its own floor those to its right. A star stands for several
// rooms that share a place and do not import each other.
var plan = [][]string{
	{"internal/house"},
	{"cmd/copil", "internal/pgrun/testpg"},
	{"internal/server", "internal/testdb"},
	{"internal/demo"},
	{"templates/*", "templates/sites", "templates/submissions", "templates/ui"}, // parts of the two in the middle stand in other pages too
	{"internal/report"},
	{"internal/collect", "internal/funding"},
	{"internal/indicator", "internal/site", "internal/governance", "internal/convention"},
	{"internal/account", "internal/mail", "internal/attachment", "internal/audit"},
	{"internal/document/*", "internal/document", "internal/document/palette"},
	{"internal/pg", "internal/lifecycle"},
	{
		"internal/access", "internal/sheet", "internal/fault", "internal/chart", "internal/french",
		"internal/pgrun", "internal/config", "migrations", "web", "docs",
	},
}

// forbidden are imports from lower floors, or from outside, that some rooms do
// without all the same.
var forbidden = []struct{ rooms, imports []string }{
	// Templates show, they do not fetch, and know no handlers.
	{[]string{"templates/*", "templates/ui"}, []string{module + "internal/pg", module + "internal/server", "net/http"}},
	// The domain knows neither HTTP nor HTML. account is not in this list: its
	// sessions live in cookies.
	{
		[]string{
			"internal/report", "internal/collect", "internal/funding", "internal/indicator", "internal/site",
			"internal/governance", "internal/convention", "internal/mail", "internal/audit", "internal/document",
			"internal/document/*", "internal/lifecycle", "internal/access", "internal/fault", "internal/french", "internal/sheet",
		},
		[]string{"net/http", "github.com/a-h/templ"},
	},
	// Nothing that runs in production carries what only tests need.
	{[]string{"cmd/copil", "internal/server", "internal/demo"}, []string{"testing", module + "internal/testdb"}},
}

// place is where a room stands in the plan: its floor, counted from the top,
// and how far to the right.
type place struct{ floor, column int }

func find(room string) (place, bool) {
	var starred place
	found := false
	for floor, rooms := range plan {
		if column := slices.Index(rooms, room); column >= 0 {
			return place{floor, column}, true
		}
		column := slices.IndexFunc(rooms, func(r string) bool { return r == path.Dir(room)+"/*" })
		if column >= 0 {
			starred, found = place{floor, column}, true
		}
	}
	return starred, found
}

// mayImport says whether the plan lets one room import another.
func mayImport(from, to place) bool {
	return to.floor > from.floor || to.floor == from.floor && to.column > from.column
}

// pkg is what `go list` tells of a package; its tests may import what they like.
type pkg struct {
	ImportPath string
	Imports    []string
}

func (p pkg) room() string { return strings.TrimPrefix(p.ImportPath, module) }

func packages(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-e", "-json=ImportPath,Imports", module+"...")
	cmd.Dir, cmd.Stderr = root, t.Output()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var found []pkg
	for d := json.NewDecoder(out); ; {
		var p pkg
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		found = append(found, p)
	}
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	if len(found) == 0 {
		t.Fatal("go list names no package")
	}
	return found
}

// TestPlan is a test and not a rule of a linter, because linters skip generated
// code, which is what templates become.
func TestPlan(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		from, ok := find(p.room())
		if !ok {
			t.Errorf("%s is not in the plan of the house: give it a place in internal/house/plan_test.go, or put the code in a room that is there.", p.room())
			continue
		}
		for _, imported := range p.Imports {
			room, ours := strings.CutPrefix(imported, module)
			if !ours {
				continue
			}
			if to, ok := find(room); ok && !mayImport(from, to) {
				t.Errorf("%s imports %s, which does not stand below it nor to its right: move the code, or pass what it needs as an argument.", p.room(), room)
			}
		}
	}
}

func TestForbiddenImports(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		for _, rule := range forbidden {
			if !slices.ContainsFunc(rule.rooms, func(r string) bool { return r == p.room() || r == path.Dir(p.room())+"/*" }) {
				continue
			}
			for _, imported := range p.Imports {
				if slices.Contains(rule.imports, imported) {
					t.Errorf("%s imports %s, which it must do without.", p.room(), imported)
				}
			}
		}
	}
}

func TestMayImport(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		from, to string
		want     bool
	}{
		"below":                      {"internal/server", "internal/site", true},
		"above":                      {"internal/site", "internal/server", false},
		"to the right":               {"internal/site", "internal/convention", true},
		"to the left":                {"internal/convention", "internal/site", false},
		"a page and what all share":  {"templates/sites", "templates/ui", true},
		"what all share and a page":  {"templates/ui", "templates/sites", false},
		"two pages":                  {"templates/sites", "templates/plan", false},
		"a writer and the document":  {"internal/document/pdf", "internal/document", true},
		"the document and a writer":  {"internal/document", "internal/document/pdf", false},
		"the wrapper and the server": {"internal/pgrun/testpg", "internal/pgrun", true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			from, ok := find(tt.from)
			to, ok2 := find(tt.to)
			if !ok || !ok2 {
				t.Fatalf("%s or %s is not in the plan", tt.from, tt.to)
			}
			if got := mayImport(from, to); got != tt.want {
				t.Errorf("%s may import %s: %v, want %v", tt.from, tt.to, got, tt.want)
			}
		})
	}
	if _, ok := find("internal/utils"); ok {
		t.Error("internal/utils has a place in the plan")
	}
}
