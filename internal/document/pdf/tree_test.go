package pdf_test

import (
	"iter"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"copil/internal/document/sample"
)

// node is an element of the structure tree, as read back from a file.
type node struct {
	object                    int
	tag, scope, alt, id, bbox string
	content                   int      // sequences of drawn content
	links                     []string // the annotations
	parent                    *node
	kids                      []*node
}

// all yields the node and all below it, in reading order.
func (n *node) all() iter.Seq[*node] {
	return func(yield func(*node) bool) { n.visit(yield) }
}

func (n *node) visit(yield func(*node) bool) bool {
	if !yield(n) {
		return false
	}
	for _, k := range n.kids {
		if !k.visit(yield) {
			return false
		}
	}
	return true
}

func (n *node) has(tag string) bool {
	for _, k := range n.kids {
		if k.tag == tag {
			return true
		}
	}
	return false
}

var (
	objectAt  = regexp.MustCompile(`(?m)^(\d+) 0 obj\n`)
	tagOf     = regexp.MustCompile(`^<</Type /StructElem /S /(\w+) `)
	parentOf  = regexp.MustCompile(` /P (\d+) 0 R`)
	scopeOf   = regexp.MustCompile(`/O /Table /Scope /(\w+)`)
	altOf     = regexp.MustCompile(`/Alt <([0-9a-f]+)>`)
	bboxOf    = regexp.MustCompile(`/BBox \[([^]]+)\]`)
	idOf      = regexp.MustCompile(`/ID \(([^)]+)\)`)
	kidsOf    = regexp.MustCompile(`/K \[(.*)\]`)
	kidOf     = regexp.MustCompile(`<</Type /MCR /Pg \d+ 0 R /MCID \d+>>|<</Type /OBJR /Pg \d+ 0 R /Obj (\d+) 0 R>>|(\d+) 0 R`)
	treeRoot  = regexp.MustCompile(`<</Type /StructTreeRoot /K \[(\d+) 0 R\]`)
	lastValue = func(re *regexp.Regexp, text string) string {
		if m := re.FindStringSubmatch(text); m != nil {
			return m[1]
		}
		return ""
	}
)

// objects returns the newest version of each object's text.
func objects(file []byte) map[int]string {
	found := map[int]string{}
	for _, at := range objectAt.FindAllSubmatchIndex(file, -1) {
		n, _ := strconv.Atoi(string(file[at[2]:at[3]]))
		text, _, _ := strings.Cut(string(file[at[1]:]), "\nendobj")
		found[n] = text
	}
	return found
}

// readTree reads the structure tree back.
func readTree(t *testing.T, file []byte) *node {
	t.Helper()
	found := objects(file)
	root := treeRoot.FindSubmatch(file)
	if root == nil {
		t.Fatal("no structure tree")
	}
	n, _ := strconv.Atoi(string(root[1]))
	return readNode(t, found, n, nil)
}

func readNode(t *testing.T, found map[int]string, object int, parent *node) *node {
	t.Helper()
	text := found[object]
	n := &node{object: object, parent: parent, tag: lastValue(tagOf, text), scope: lastValue(scopeOf, text), alt: lastValue(altOf, text), id: lastValue(idOf, text), bbox: lastValue(bboxOf, text)}
	if n.tag == "" {
		t.Fatalf("object %d is no element: %s", object, text)
	}
	if p := lastValue(parentOf, text); parent != nil && p != strconv.Itoa(parent.object) {
		t.Errorf("element %d says its parent is %s, not %d", object, p, parent.object)
	}
	for _, m := range kidOf.FindAllStringSubmatch(lastValue(kidsOf, text), -1) {
		switch {
		case m[2] != "":
			kid, _ := strconv.Atoi(m[2])
			n.kids = append(n.kids, readNode(t, found, kid, n))
		case m[1] != "":
			link, _ := strconv.Atoi(m[1])
			n.links = append(n.links, found[link])
		default:
			n.content++
		}
	}
	return n
}

func TestStructureTree(t *testing.T) {
	t.Parallel()
	file, _ := write(t, sample.Document())
	level, ids, seen := 0, map[string]bool{}, map[string]int{}
	for n := range readTree(t, file).all() {
		seen[n.tag]++
		switch n.tag {
		case "H1", "H2", "H3":
			next, _ := strconv.Atoi(n.tag[1:])
			if next > level+1 {
				t.Errorf("%s after level %d", n.tag, level)
			}
			level = next
		case "TH":
			if n.scope != "Column" && n.scope != "Row" || n.parent.tag != "TR" {
				t.Errorf("TH with scope %q in %s", n.scope, n.parent.tag)
			}
		case "Figure":
			if !strings.HasPrefix(n.alt, "feff") || n.bbox == "" {
				t.Error("figure without alternative text or box")
			}
		case "Table":
			if !n.has("Caption") || !n.has("THead") || !n.has("TBody") {
				t.Error("table without caption, head or body")
			}
		case "Link":
			if len(n.links) == 0 || n.content == 0 {
				t.Error("link without area or words")
			}
			for _, l := range n.links {
				contains(t, l, "/Subtype /Link", "/Contents <feff", "/StructParent ", "/F 4")
			}
		case "Note":
			if n.id == "" || ids[n.id] {
				t.Errorf("note with identifier %q", n.id)
			}
			ids[n.id] = true
		}
		if len(n.kids) == 0 && n.content == 0 && n.tag != "TD" { // a cell may be empty
			t.Errorf("empty %s", n.tag)
		}
	}
	for tag, want := range map[string]int{"Document": 1, "Title": 1, "H1": 4, "Figure": 1, "Table": 3, "Note": 2, "Reference": 8, "TOC": 3, "TOCI": 6, "Link": 7, "LI": 15, "Lbl": 14} {
		if seen[tag] != want {
			t.Errorf("%d %s, want %d", seen[tag], tag, want)
		}
	}
}

// Every sequence of drawn content leads back to its element, and every link to its own.
func TestParentTree(t *testing.T) {
	t.Parallel()
	file, _ := write(t, sample.Document())
	nums := regexp.MustCompile(`(?s)/ParentTree <</Nums \[(.*?)\]>> /ParentTreeNextKey (\d+)`).FindSubmatch(file)
	if nums == nil {
		t.Fatal("no parent tree")
	}
	sequences, links := 0, 0
	for n := range readTree(t, file).all() {
		sequences, links = sequences+n.content, links+len(n.links)
		if n.content > 0 && !regexp.MustCompile(`[ \[]`+strconv.Itoa(n.object)+` 0 R`).Match(nums[1]) {
			t.Errorf("%s %d is not in the parent tree", n.tag, n.object)
		}
	}
	if got := strings.Count(string(nums[1]), " 0 R"); got != sequences+links {
		t.Errorf("%d entries, want %d sequences and %d links", got, sequences, links)
	}
	if pages := strings.Count(string(nums[1]), "["); string(nums[2]) != strconv.Itoa(pages+links) {
		t.Errorf("next key %s, want %d pages and %d links", nums[2], pages, links)
	}
}
