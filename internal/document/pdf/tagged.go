package pdf

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// tagger writes what makes a drawn file an accessible one.
type tagger struct {
	*update
	*canvas
	pageObjects []int // by page
	parents     []string
}

var (
	toUnicode = regexp.MustCompile(`/ToUnicode (\d+) 0 R`)
	outlines  = regexp.MustCompile(`/Outlines \d+ 0 R`)
)

// tagged returns the drawn file with structure tree, links, metadata and colour profile.
func tagged(drawn []byte, root *element, c *canvas) ([]byte, error) {
	u, err := newUpdate(drawn)
	if err != nil {
		return nil, err
	}
	t := &tagger{update: u, canvas: c}
	if err := t.findPages(); err != nil {
		return nil, err
	}
	t.mapUnicode()
	root.walk(func(e *element) { e.object = t.alloc() })
	tree := t.alloc()
	t.writeLinks()
	t.writePages()
	root.walk(func(e *element) { t.writeElement(e, tree) })
	t.writeTree(tree, root)
	return t.finish(t.writeCatalog(tree)), nil
}

// findPages learns the objects of the pages, which fpdf writes in order.
func (t *tagger) findPages() error {
	for n := 1; n < len(t.place); n++ {
		if bytes.HasPrefix(t.old(n), []byte("<</Type /Page\n")) {
			t.pageObjects = append(t.pageObjects, n)
		}
	}
	if len(t.pageObjects) != len(t.marked) {
		return fmt.Errorf("read the drawn file: %d pages, want %d", len(t.pageObjects), len(t.marked))
	}
	return nil
}

// mapUnicode writes each font's map from codes to characters again: fpdf's has one range over all of them, but a range may not leave
// its block of 256. Codes and characters are the same numbers.
func (t *tagger) mapUnicode() {
	var b strings.Builder
	b.WriteString("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n" +
		"/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n" +
		"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n")
	for block := range slices.Chunk(blocks(), 64) { // no more than 100 at once
		fmt.Fprintf(&b, "%d beginbfrange\n%sendbfrange\n", len(block), strings.Join(block, ""))
	}
	b.WriteString("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend")
	for n := 1; n < len(t.place); n++ {
		if m := toUnicode.FindSubmatch(t.old(n)); m != nil {
			t.stream(atoi(m[1]), "", []byte(b.String()), true)
		}
	}
}

// blocks are the ranges of the characters that a face may draw.
func blocks() []string {
	ranges := []string{"<0020> <00FF> <0020>\n"}
	for i := 1; i <= 0xFF; i++ {
		if !outOfBounds(i << 8) {
			ranges = append(ranges, fmt.Sprintf("<%02X00> <%02XFF> <%02X00>\n", i, i, i))
		}
	}
	return ranges
}

// writeLinks writes the active areas. Each has a key of its own in the parent tree, after those of the pages.
func (t *tagger) writeLinks() {
	for page, links := range t.links {
		for _, l := range links {
			l.object = t.alloc()
			t.object(l.object, "<</Type /Annot /Subtype /Link /F 4 /Border [0 0 0] /Rect [%.2f %.2f %.2f %.2f] /P %d 0 R /StructParent %d /Contents %s %s>>",
				l.rect[0], l.rect[1], l.rect[2], l.rect[3], t.pageObjects[page], len(t.marked)+len(t.parents), text(l.says()), t.destination(l))
			t.parents = append(t.parents, fmt.Sprintf("%d 0 R", l.of.object))
		}
	}
}

// says is what a reader hears instead of the area.
func (l *link) says() string {
	if l.target != nil {
		return fmt.Sprintf("%s, page %d", l.words, l.target.page)
	}
	return l.words + " (" + l.uri + ")"
}

func (t *tagger) destination(l *link) string {
	if l.target != nil {
		return fmt.Sprintf("/Dest [%d 0 R /XYZ 0 %.2f null]", t.pageObjects[l.target.page-1], pageHeight-l.target.y)
	}
	return "/A <</S /URI /URI " + address(l.uri) + ">>"
}

// writePages writes the pages again with their key in the parent tree and their links.
func (t *tagger) writePages() {
	for i, n := range t.pageObjects {
		var annots strings.Builder
		for _, l := range t.links[i] {
			fmt.Fprintf(&annots, " %d 0 R", l.object)
		}
		extra := ""
		if annots.Len() > 0 {
			extra = " /Annots [" + annots.String() + "]"
		}
		t.object(n, "%s /StructParents %d /Tabs /S%s>>", bytes.TrimSuffix(t.old(n), []byte(">>")), i, extra)
	}
}

// writeElement writes one node of the tree.
func (t *tagger) writeElement(e *element, tree int) {
	parent := tree
	if e.parent != nil {
		parent = e.parent.object
	}
	var kids strings.Builder
	for _, k := range e.kids {
		switch k := k.(type) {
		case *element:
			fmt.Fprintf(&kids, " %d 0 R", k.object)
		case *mark:
			for _, s := range k.sequences {
				fmt.Fprintf(&kids, " <</Type /MCR /Pg %d 0 R /MCID %d>>", t.pageObjects[s.page-1], s.id)
			}
		case *link:
			fmt.Fprintf(&kids, " <</Type /OBJR /Pg %d 0 R /Obj %d 0 R>>", t.pageObjects[k.page-1], k.object)
		}
	}
	t.object(e.object, "<</Type /StructElem /S /%s /P %d 0 R%s /K [%s]>>", e.tag, parent, e.attributes(), kids.String())
}

// attributes are the entries that only some elements have.
func (e *element) attributes() string {
	switch {
	case e.scope != "":
		return " /A <</O /Table /Scope /" + e.scope + ">>"
	case e.list != "":
		return " /A <</O /List /ListNumbering /" + e.list + ">>"
	case e.summary != "":
		return " /A <</O /Table /Summary " + text(e.summary) + ">>"
	case e.id != "":
		return " /ID (" + e.id + ")"
	case e.bbox != nil:
		b := *e.bbox
		return fmt.Sprintf(" /Alt %s /A <</O /Layout /Placement /Block /BBox [%.2f %.2f %.2f %.2f]>>", text(e.alt), b[0], b[1], b[2], b[3])
	}
	return ""
}

// writeTree writes the root of the structure and the tables that lead from drawn content and identifiers back to elements.
func (t *tagger) writeTree(tree int, root *element) {
	var keys strings.Builder
	for page, elements := range t.marked {
		fmt.Fprintf(&keys, "%d [", page)
		for _, e := range elements {
			fmt.Fprintf(&keys, " %d 0 R", e.object)
		}
		keys.WriteString("]\n")
	}
	for i, parent := range t.parents {
		fmt.Fprintf(&keys, "%d %s\n", len(t.marked)+i, parent)
	}
	var notes []*element
	root.walk(func(e *element) {
		if e.id != "" {
			notes = append(notes, e)
		}
	})
	slices.SortFunc(notes, func(a, b *element) int { return strings.Compare(a.id, b.id) })
	var ids strings.Builder
	for _, e := range notes {
		fmt.Fprintf(&ids, " (%s) %d 0 R", e.id, e.object)
	}
	identifiers := ""
	if ids.Len() > 0 {
		identifiers = " /IDTree <</Names [" + ids.String() + "]>>"
	}
	t.object(tree, "<</Type /StructTreeRoot /K [%d 0 R] /RoleMap <</Title /P>> /ParentTree <</Nums [%s]>> /ParentTreeNextKey %d%s>>",
		root.object, keys.String(), len(t.marked)+len(t.parents), identifiers)
}
