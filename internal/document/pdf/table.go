package pdf

import (
	"math"
	"slices"

	"copil/internal/document"
)

const (
	cellPad     = 5.0      // left and right of a cell …
	tightPad    = 3.0      // … and where room is short
	smallestFit = 6.2      // the type of a table too wide for the page shrinks no further
	wholeTable  = full / 3 // no page cuts a table lower than this
)

// grid is a table being laid out.
type grid struct {
	*layout
	table  document.Table
	size   float64
	lead   float64
	pad    float64
	x      []float64 // left edges of the columns
	widths []float64
	aligns []document.Align
	calls  []string // notes of cells, in order of their letters
}

// table lays out caption, head, rows and notes. A row is never cut by a page unless it is taller than one, a
// small table neither.
func (l *layout) table(t document.Table, before float64) {
	if len(t.Rows) == 0 {
		t.Rows = []document.Row{emptyRow(t)}
	}
	first := len(l.strips)
	g := &grid{layout: l, table: t, size: tableSize, lead: tableLead, pad: cellPad}
	g.collectNotes()
	g.fit()
	table := l.root.add("Table")
	table.summary = t.Caption
	caption := look{face: bold(), size: 9.5, color: ink}
	l.append(before, kept(setRow([]cell{{x: margin, width: textWidth, lines: l.words(table.add("Caption"), t.Caption, caption, textWidth)}},
		rowStyle{size: 9.5, lead: 12.5, below: 4, whole: true})))
	l.append(0, kept(g.head(table.add("THead").add("TR"))))
	again := g.head(nil)
	body := table.add("TBody")
	for i, r := range t.Rows {
		strips := g.row(body.add("TR"), r)
		for j := range strips {
			strips[j].head = again
		}
		if i == 0 && len(t.Rows) > 1 || i == len(t.Rows)-2 { // no row alone below the head or at the top of a page
			kept(strips)
		}
		l.append(0, strips)
	}
	g.notesBelow()
	if own := l.strips[first:]; height(own) <= wholeTable {
		kept(own[:len(own)-1])
	}
	l.space(6)
}

// emptyRow says that a table has no rows.
func emptyRow(t document.Table) document.Row {
	cells := make([]document.Cell, len(t.Columns))
	cells[0] = document.TextCell("Aucune ligne")
	return document.Row{Cells: cells}
}

// collectNotes gives a letter to each distinct note.
func (g *grid) collectNotes() {
	for _, r := range g.table.Rows {
		for _, c := range r.Cells {
			if c.Note != "" && g.letter(c.Note) == "" {
				g.calls = append(g.calls, c.Note)
			}
		}
	}
}

// letter is the call of a note: a to z, then aa, ab …
func (g *grid) letter(note string) string {
	for i, n := range g.calls {
		if n == note {
			return letters(i)
		}
	}
	return ""
}

func letters(i int) string {
	if i < 26 {
		return string(rune('a' + i))
	}
	return letters(i/26-1) + letters(i%26)
}

// fit finds the column widths: the natural ones if they leave room, else narrower, down to the longest word, else in smaller type.
func (g *grid) fit() {
	for {
		least, natural := g.measureColumns()
		if total(least) <= textWidth || g.size <= smallestFit {
			g.widths = share(least, natural)
			break
		}
		g.size, g.lead, g.pad = 0.95*g.size, 0.95*g.lead, tightPad
	}
	x := margin
	for i, w := range g.widths {
		g.x, g.aligns = append(g.x, x), append(g.aligns, g.align(i))
		x += w
	}
}

func (g *grid) measureColumns() (least, natural []float64) {
	least, natural = make([]float64, len(g.table.Columns)), make([]float64, len(g.table.Columns))
	widen := func(i int, runs []run) {
		word, whole := measure(runs)
		least[i], natural[i] = max(least[i], word+2*g.pad), max(natural[i], whole+2*g.pad)
	}
	for i, c := range g.table.Columns {
		widen(i, g.headRuns(nil, c))
	}
	for _, r := range g.table.Rows {
		for i, c := range r.Cells {
			widen(i, g.cellRuns(nil, c, r.Total || g.table.Columns[i].Head))
		}
	}
	return least, natural
}

func total(ws []float64) float64 {
	sum := 0.0
	for _, w := range ws {
		sum += w
	}
	return sum
}

// share fills the width of the text: what is over goes to the columns in proportion to what they could use.
func share(least, natural []float64) []float64 {
	widths := make([]float64, len(least))
	minimum, wish := total(least), total(natural)
	for i := range widths {
		switch {
		case wish <= textWidth:
			widths[i] = natural[i] * textWidth / wish
		case minimum <= textWidth:
			widths[i] = least[i] + (natural[i]-least[i])*(textWidth-minimum)/(wish-minimum)
		default:
			widths[i] = least[i] * textWidth / minimum
		}
	}
	return widths
}

// align finds the side of a column: by default numbers and dates, which have their own width, go right.
func (g *grid) align(i int) document.Align {
	if a := g.table.Columns[i].Align; a != document.Auto {
		return a
	}
	right := func(r document.Row) bool { return r.Cells[i].Numeric() || r.Cells[i].Kind == document.Day }
	if slices.ContainsFunc(g.table.Rows, right) {
		return document.Right
	}
	return document.Left
}

// head sets the column heads: in the tree under tr, or as an artifact when tr is nil.
func (g *grid) head(tr *element) []strip {
	var cells []cell
	deepest := 0
	for i, c := range g.table.Columns {
		var th *element
		if tr != nil {
			th = tr.add("TH")
			th.scope = "Column"
		}
		width := g.widths[i] - 2*g.pad
		lines := breakLines(g.headRuns(th, c), width)
		deepest = max(deepest, len(lines))
		cells = append(cells, cell{x: g.x[i] + g.pad, width: width, align: g.aligns[i], lines: lines})
	}
	for i := range cells { // heads of one line stand at the bottom
		cells[i].lines = append(make([]line, deepest-len(cells[i].lines)), cells[i].lines...)
	}
	paint := func(c *canvas, y, height float64, end bool) {
		c.fill(margin, y, textWidth, height, g.accent.Mix(paper, 0.9))
		if end {
			c.stroke(margin, y+height, margin+textWidth, 1, g.accent)
		}
	}
	return setRow(cells, rowStyle{size: g.size, lead: g.lead, above: 4, below: 4, whole: true, paint: paint})
}

func (g *grid) headRuns(th *element, c document.Column) []run {
	title := look{face: bold(), size: g.size, color: ink}
	unit := look{face: regular(), size: g.size, color: muted}
	var m *mark
	if th != nil {
		m = th.content()
	}
	runs := []run{{text: title.face.clean(c.Title), look: title, mark: m}}
	if c.Unit != "" {
		runs = append(runs, run{text: " (" + unit.face.clean(c.Unit) + ")", look: unit, mark: m})
	}
	return runs
}

// row sets the cells of a row; those of a head column name it.
func (g *grid) row(tr *element, r document.Row) []strip {
	cells := make([]cell, len(r.Cells))
	for i, c := range r.Cells {
		head := g.table.Columns[i].Head
		var e *element
		if head {
			e = tr.add("TH")
			e.scope = "Row"
		} else {
			e = tr.add("TD")
		}
		width := g.widths[i] - 2*g.pad
		cells[i] = cell{x: g.x[i] + g.pad, width: width, align: g.aligns[i], lines: breakLines(g.cellRuns(e, c, r.Total), width)}
	}
	paint := underline(rule)
	if r.Total {
		tint := underline(g.accent)
		paint = func(c *canvas, y, height float64, end bool) {
			c.fill(margin, y, textWidth, height, g.accent.Mix(paper, 0.93))
			tint(c, y, height, end)
		}
	}
	return setRow(cells, rowStyle{size: g.size, lead: g.lead, above: 3, below: 3, whole: true, paint: paint})
}

// cellRuns sets a value. What is missing or does not apply is set back, so that it is never read as a number.
func (g *grid) cellRuns(e *element, c document.Cell, strong bool) []run {
	k := look{face: regular(), size: g.size, color: ink}
	switch {
	case c.Kind == document.Missing, c.Kind == document.Unvalidated, c.Kind == document.NotApplicable:
		k.face, k.color = italic(), muted
	case strong:
		k.face = bold()
	}
	var m *mark
	if e != nil {
		m = e.content()
	}
	runs := []run{{text: k.face.clean(c.French()), look: k, mark: m}}
	if c.Note != "" {
		call := look{face: regular(), size: math.Max(0.72*g.size, 5), color: g.accent, rise: 0.32 * g.size}
		runs = append(runs, run{text: "\u00a0" + g.letter(c.Note), look: call, mark: m})
	}
	return runs
}

// notesBelow lists the notes of the cells and of the table.
func (g *grid) notesBelow() {
	k := look{face: regular(), size: smallSize, color: muted}
	style := rowStyle{size: smallSize, lead: smallLead, below: 1, whole: true}
	g.strips[len(g.strips)-1].keep = len(g.calls)+len(g.table.Notes) > 0
	for i, n := range g.calls {
		text := cell{x: margin + 14, width: textWidth - 14}
		p := g.root.add("P")
		letter := cell{x: margin + cellPad, width: 9, lines: g.words(p, letters(i), k, 12)}
		text.lines = g.words(p, n, k, text.width)
		g.append(gapOnce(i, 4), setRow([]cell{letter, text}, style))
	}
	for i, n := range g.table.Notes {
		lines := g.words(g.root.add("P"), n, k, textWidth-2*cellPad)
		g.append(gapOnce(i+len(g.calls), 4), setRow([]cell{{x: margin + cellPad, width: textWidth - 2*cellPad, lines: lines}}, style))
	}
}
