package pdf

// element is a node of the structure tree: what a screen reader follows.
type element struct {
	tag     string
	parent  *element
	kids    []any       // *element, *mark or *link, in reading order
	alt     string      // of a Figure
	scope   string      // of a TH: Column or Row
	list    string      // of an L: Disc, Decimal or None
	id      string      // of a Note
	bbox    *[4]float64 // of a Figure, in page coordinates
	summary string      // of a Table: what a screen reader announces
	object  int         // number in the file, once written
}

// mark is a stretch of drawn content of an element. It is drawn in several sequences when a page breaks within it.
type mark struct {
	of        *element
	sequences []sequence
}

// sequence is one marked-content sequence.
type sequence struct{ page, id int }

// link is an active area over the drawn words of a Link element.
type link struct {
	of     *element
	page   int
	rect   [4]float64
	words  string  // what the link says, for its Contents
	uri    string  // outside the document …
	target *anchor // … or in it
	object int
}

// anchor is a place that bookmarks and the table of contents lead to.
type anchor struct {
	title string
	level int
	page  int     // 0 until placed
	y     float64 // from the top of the page
}

// add appends a child.
func (e *element) add(tag string) *element {
	child := &element{tag: tag, parent: e}
	e.kids = append(e.kids, child)
	return child
}

// content opens a stretch of content after the kids so far.
func (e *element) content() *mark {
	m := &mark{of: e}
	e.kids = append(e.kids, m)
	return m
}

// walk visits the element and all below it, parents first.
func (e *element) walk(visit func(*element)) {
	visit(e)
	for _, kid := range e.kids {
		if child, ok := kid.(*element); ok {
			child.walk(visit)
		}
	}
}
