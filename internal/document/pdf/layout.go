package pdf

import (
	"strconv"

	"copil/internal/document"
)

// layout turns blocks into strips and, at the same time, builds the structure tree in reading order.
type layout struct {
	doc     document.Document
	accent  rgb
	root    *element
	strips  []strip
	anchors []*anchor // of the headings, in order
	notes   int       // footnotes so far
}

// newLayout names the anchors of all headings first: the contents stand before them.
func newLayout(d document.Document, accent rgb) *layout {
	l := &layout{doc: d, accent: accent, root: &element{tag: "Document"}}
	for _, b := range d.Body {
		if h, ok := b.(document.Heading); ok {
			l.anchors = append(l.anchors, &anchor{title: bold().clean(h.Text), level: h.Level})
		}
	}
	return l
}

// append adds strips with a space above the first.
func (l *layout) append(before float64, strips []strip) {
	strips[0].before = before
	l.strips = append(l.strips, strips...)
}

// body lays out the blocks.
func (l *layout) body(blocks document.Blocks) {
	headings := 0
	turn := l.doc.Cover || l.doc.Contents && len(l.anchors) > 0
	for _, b := range blocks {
		first := len(l.strips)
		switch b := b.(type) {
		case document.Heading:
			l.heading(b, l.anchors[headings])
			headings++
		case document.Paragraph:
			l.append(paragraphGap, l.paragraph(l.root.add("P"), b.Text))
		case document.List:
			l.list(b)
		case document.Definitions:
			l.definitions(b)
		case document.KeyFigures:
			l.keyFigures(b)
		case document.Table:
			l.table(b, 14)
		case document.Figure:
			l.figure(b)
		case document.Callout:
			l.callout(b)
		case document.Signatures:
			l.signatures(b)
		case document.PageBreak:
			turn = true
			continue
		}
		if turn && len(l.strips) > first {
			l.strips[first].turn, turn = true, false
		}
	}
}

func (l *layout) heading(h document.Heading, a *anchor) {
	styles := map[int]struct {
		size, lead, before, below float64
		color                     rgb
	}{
		1: {17, 21, 26, 7, l.accent},
		2: {12.5, 16, 18, 2, l.accent},
		3: {10.5, 14, 13, 0, ink},
	}
	s := styles[h.Level]
	style := rowStyle{size: s.size, lead: s.lead, below: s.below, whole: true}
	if h.Level == 1 {
		style.paint = func(c *canvas, y, height float64, end bool) {
			if end {
				c.stroke(margin, y+height-3, margin+textWidth, 0.8, l.accent)
			}
		}
	}
	element := l.root.add("H" + strconv.Itoa(h.Level))
	runs := []run{{text: bold().clean(h.Text), look: look{face: bold(), size: s.size, color: s.color}, mark: element.content()}}
	strips := kept(setRow([]cell{{x: margin, width: textWidth, lines: breakLines(runs, textWidth)}}, style))
	strips[0].anchor = a
	l.append(s.before, strips)
}

func (l *layout) paragraph(of *element, t document.Text) []strip {
	runs := l.runs(of, t, look{face: regular(), size: bodySize, color: ink})
	return setRow([]cell{{x: margin, width: textWidth, lines: breakLines(runs, textWidth)}}, rowStyle{size: bodySize, lead: bodyLead})
}

// words lays out a paragraph of one look, for titles, captions and the like.
func (l *layout) words(of *element, s string, k look, width float64) []line {
	return breakLines([]run{{text: k.face.clean(s), look: k, mark: of.content()}}, width)
}

// runs gives each span its look and its place in the tree: links and note calls are elements of their own.
func (l *layout) runs(of *element, t document.Text, base look) []run {
	var runs []run
	var open *mark
	for _, span := range t {
		k := base
		switch span.Style {
		case document.Strong:
			k.face = bold()
		case document.Emphasis:
			k.face = italic()
		}
		text := k.face.clean(span.Text)
		switch {
		case span.Link != "":
			e := of.add("Link")
			k.color, open = l.accent, nil
			runs = append(runs, run{text: text, look: k, mark: e.content(), link: &link{of: e, words: text, uri: span.Link}})
		case text != "":
			if open == nil {
				open = of.content()
			}
			runs = append(runs, run{text: text, look: k, mark: open})
		}
		if span.Footnote != "" {
			runs, open = append(runs, l.call(of, span.Footnote, base)), nil
		}
	}
	return runs
}

// call numbers a footnote, lays it out and returns the run that calls it.
func (l *layout) call(of *element, text string, base look) run {
	l.notes++
	number := strconv.Itoa(l.notes)
	reference := of.add("Reference")
	raised := look{face: regular(), size: 0.68 * base.size, color: l.accent, rise: 0.34 * base.size}
	n := l.note(of, "note-"+number, number, text)
	return run{text: number, look: raised, mark: reference.content(), note: &note{strips: n, height: height(n)}}
}

// note lays out the text of a note behind its label.
func (l *layout) note(of *element, id, label, text string) []strip {
	e := of.add("Note")
	e.id = id
	k := look{face: regular(), size: smallSize, color: ink}
	return setRow([]cell{
		{x: margin, width: 12, lines: l.words(e.add("Lbl"), label, k, 14)},
		{x: margin + 14, width: textWidth - 14, lines: l.words(e, text, k, textWidth-14)},
	}, rowStyle{size: smallSize, lead: smallLead, below: 1.5})
}
