package house

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"copil/internal/access"
	"copil/internal/collect"
	"copil/internal/convention"
	"copil/internal/funding"
	"copil/internal/governance"
	"copil/internal/lifecycle"
	"copil/internal/site"
)

var update = flag.Bool("update", false, "rewrite golden files")

// lifecycles are the tables of every kind of object that has states.
func lifecycles() []lifecycle.Table {
	return slices.Concat(site.Lifecycles(), collect.Lifecycles(), governance.Lifecycles(), funding.Lifecycles(), convention.Lifecycles())
}

// TestLifecycles keeps docs/lifecycles.md as the tables are.
func TestLifecycles(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	out.WriteString("# Cycles de vie\n\nCe que chaque objet peut devenir, par qui et à quelle condition. Ces tableaux sont ceux que le programme applique\u00a0: un test les écrit\n" +
		"(`make golden`) et refuse qu’ils diffèrent. Tout changement s’inscrit au journal.\n")
	for _, table := range lifecycles() {
		out.WriteString("\n## " + table.Title + "\n\n| De | Vers | Qui | Condition |\n| --- | --- | --- | --- |\n")
		for _, l := range table.Lines {
			if l.Guarded && l.If == "" { // a step may also ask for something to be typed
				t.Errorf("%s, from %q to %q: what its guard asks for is not said in words", table.Title, l.From, l.To)
			}
			if l.To == "" {
				t.Errorf("%s: a state that follows %q has no name", table.Title, l.From)
			}
			from := l.From
			if from == "" {
				from = "*(nouveau)*"
			}
			out.WriteString("| " + from + " | " + l.To + " | " + holders(l.By) + " | " + l.If + " |\n")
		}
	}
	name := filepath.Join(root, "docs", "lifecycles.md")
	if *update {
		if err := os.WriteFile(name, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != out.String() {
		t.Errorf("%s is not what the tables say: run `make golden`, read what changed, commit it", name)
	}
}

// TestLifecyclesAreAllThere finds a machine that is printed nowhere.
func TestLifecyclesAreAllThere(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(root, "internal", "*", "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	machines := 0
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		machines += strings.Count(string(source), "= lifecycle.Machine[")
	}
	if got := len(lifecycles()); got != machines {
		t.Errorf("%d machines and %d tables: give the package a function Lifecycles, and name it in lifecycles", machines, got)
	}
}

// holders names those who hold a permission.
func holders(p access.Permission) string {
	if p == "" {
		return "le temps qui passe"
	}
	var names []string
	for _, role := range access.Roles {
		if (access.Actor{Role: role}).Can(p) {
			names = append(names, access.Words{}.Role(role))
		}
	}
	return strings.Join(names, ", ")
}
