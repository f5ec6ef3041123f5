package pdf

import "copil/internal/document"

// strip is a horizontal slice of the text column that no page break cuts. All blocks are laid out as strips, which paginate then stacks.
type strip struct {
	before float64 // space above, dropped at the top of a page
	height float64
	items  []item
	keep   bool    // stays on the page of the next strip, if a page can hold both
	head   []strip // drawn again, as an artifact, above a strip that opens a page
	notes  []*note // called in the strip, to be set at the foot of its page
	anchor *anchor
	turn   bool // opens a page
	bare   bool // opens a page without header and footer
}

// item is something drawn in a strip.
type item struct {
	mark *mark // nil for an artifact
	draw func(c *canvas, y float64)
}

// note is a footnote, laid out and waiting for the page of its call.
type note struct {
	strips []strip
	height float64
}

// cell is a column of lines within a row.
type cell struct {
	x, width float64
	align    document.Align
	lines    []line
}

// rowStyle is how a row of cells is set.
type rowStyle struct {
	size, lead   float64                                      // size fixes the baseline that the cells share
	above, below float64                                      // padding
	whole        bool                                         // kept on one page
	paint        func(c *canvas, y, height float64, end bool) // behind each strip; end for the last
}

// setRow lays cells side by side, one strip for each line: a row taller than a page can so go over to the next, any other stays whole if asked to.
func setRow(cells []cell, s rowStyle) []strip {
	count := 1
	for _, c := range cells {
		count = max(count, len(c.lines))
	}
	strips := make([]strip, count)
	for i := range strips {
		at := &strips[i]
		at.height, at.keep = s.lead, s.whole || i == 0 || i == count-2 // neither a first nor a last line alone
		top := 0.0
		if i == 0 {
			top, at.height = s.above, at.height+s.above
		}
		last := i == count-1
		if last {
			at.height, at.keep = at.height+s.below, false
		}
		if s.paint != nil {
			height := at.height
			at.items = append(at.items, item{draw: func(c *canvas, y float64) { s.paint(c, y, height, last) }})
		}
		for _, c := range cells {
			if i < len(c.lines) {
				at.setLine(c, c.lines[i], top+s.lead/2+0.35*s.size)
			}
		}
	}
	return strips
}

// setLine adds the runs of a line of the cell on a baseline.
func (s *strip) setLine(c cell, l line, baseline float64) {
	x := c.x
	switch c.align {
	case document.Right:
		x += c.width - l.width
	case document.Center:
		x += (c.width - l.width) / 2
	}
	for _, r := range l.runs {
		at := x
		s.items = append(s.items, item{r.mark, func(c *canvas, y float64) { c.run(r, at, y+baseline) }})
		if r.note != nil {
			s.notes = append(s.notes, r.note)
		}
		x += r.face.width(r.text, r.size)
	}
}

// height is the sum of the strips' heights.
func height(strips []strip) float64 {
	sum := 0.0
	for _, s := range strips {
		sum += s.before + s.height
	}
	return sum
}

// kept binds the strips to each other and to what follows.
func kept(strips []strip) []strip {
	for i := range strips {
		strips[i].keep = true
	}
	return strips
}
