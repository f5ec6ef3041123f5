package pdf

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"copil/internal/document"
	"copil/internal/french"
)

// front lays out what precedes the body: the title page or the title alone, then the contents.
func (l *layout) front() {
	if l.doc.Cover {
		l.cover()
	} else {
		l.title()
	}
	if l.doc.Contents && len(l.anchors) > 0 {
		l.contents()
	}
}

// one lays out a paragraph of one look as strips that stay together.
func (l *layout) one(tag, text string, k look, s rowStyle) []strip {
	s.size, s.whole = k.size, true
	lines := l.words(l.root.add(tag), text, k, textWidth)
	return kept(setRow([]cell{{x: margin, width: textWidth, lines: lines}}, s))
}

// title sets the title above the text of a short document.
func (l *layout) title() {
	l.append(0, l.one("Title", l.doc.Title, look{face: bold(), size: 20, color: l.accent}, rowStyle{lead: 24}))
	if l.doc.Subtitle != "" {
		l.append(2, l.one("P", l.doc.Subtitle, look{face: regular(), size: 12, color: muted}, rowStyle{lead: 16}))
	}
	l.append(4, l.one("P", l.reference(), look{face: regular(), size: 9, color: muted}, rowStyle{lead: 12}))
	l.band(10)
	l.noticeBand()
	l.strips[len(l.strips)-1].keep = false
}

// cover fills a page of its own.
func (l *layout) cover() {
	l.strips = append(l.strips, strip{bare: true, keep: true, height: 96, items: []item{{draw: func(c *canvas, _ float64) {
		c.fill(0, 0, pageWidth, 9, l.accent)
	}}}})
	if l.doc.Number != "" {
		l.append(0, l.one("P", l.doc.Number, look{face: bold(), size: 11, color: l.accent}, rowStyle{lead: 15}))
	}
	rule := func(c *canvas, y, height float64, end bool) {
		if end {
			c.fill(margin, y+height-3, 64, 3, l.accent)
		}
	}
	l.append(8, l.one("Title", l.doc.Title, look{face: bold(), size: 27, color: ink}, rowStyle{lead: 33, below: 16, paint: rule}))
	if l.doc.Subtitle != "" {
		l.append(14, l.one("P", l.doc.Subtitle, look{face: regular(), size: 14, color: muted}, rowStyle{lead: 19}))
	}
	l.append(16, l.one("P", l.dated(), look{face: regular(), size: 10.5, color: ink}, rowStyle{lead: 15}))
	l.band(34)
	l.noticeBand()
	if len(l.doc.Parties) > 0 {
		l.parties()
	}
	l.strips[len(l.strips)-1].keep = false
}

// band says the status in a tinted band.
func (l *layout) band(before float64) {
	color := l.accent
	if l.doc.Status != document.Validated {
		color = amber
	}
	l.tinted(before, cmp.Or(l.doc.Standing, l.doc.Status.French()), color)
}

func (l *layout) noticeBand() {
	for _, n := range l.doc.Notices {
		l.tinted(6, n, danger)
	}
}

func (l *layout) tinted(before float64, text string, color rgb) {
	paint := func(c *canvas, y, height float64, _ bool) {
		c.fill(margin, y, textWidth, height, color.Mix(paper, 0.9))
		c.fill(margin, y, 3, height, color)
	}
	k := look{face: bold(), size: 11, color: color}
	lines := l.words(l.root.add("P"), text, k, textWidth-28)
	l.append(before, kept(setRow([]cell{{x: margin + 14, width: textWidth - 28, lines: lines}},
		rowStyle{size: 11, lead: 15, above: 5, below: 5, whole: true, paint: paint})))
}

// parties lists those in whose name the document is made.
func (l *layout) parties() {
	l.append(40, l.one("P", "Parties à la convention", look{face: bold(), size: 9, color: muted}, rowStyle{lead: 13, below: 2}))
	list := l.root.add("L")
	list.list = "None"
	name := look{face: bold(), size: 11, color: ink}
	role := look{face: regular(), size: 9.5, color: muted}
	for _, p := range l.doc.Parties {
		mark := list.add("LI").add("LBody").content()
		runs := []run{{text: name.face.clean(p.Name), look: name, mark: mark}}
		if p.Role != "" {
			runs = append(runs, run{text: " — " + role.face.clean(p.Role), look: role, mark: mark})
		}
		l.append(0, kept(setRow([]cell{{x: margin, width: textWidth, lines: breakLines(runs, textWidth)}},
			rowStyle{size: 11, lead: 15, above: 4, below: 4, whole: true, paint: underline(rule)})))
	}
}

// dated is « Mission régionale d’appui – version 2 – 14 avril 2015 ».
func (l *layout) dated() string {
	return strings.Join(nonEmpty(l.doc.Author, l.doc.Version, french.Date(l.doc.Date)), " – ")
}

// reference is « Bilan n° 3 – version 2 – 14 avril 2015 ».
func (l *layout) reference() string { return reference(l.doc) }

func reference(d document.Document) string {
	return strings.Join(nonEmpty(d.Number, d.Version, french.Date(d.Date)), " – ")
}

func nonEmpty(words ...string) []string {
	var kept []string
	for _, w := range words {
		if w != "" {
			kept = append(kept, w)
		}
	}
	return kept
}

// contents lists the headings of the first two levels, each a link to its page. Lists of the second level hang in the tree below the first.
func (l *layout) contents() {
	first := len(l.strips)
	here := &anchor{title: "Sommaire", level: 1}
	l.heading(document.Heading{Level: 1, Text: here.title}, here)
	l.strips[first].turn = l.doc.Cover
	lists := []*element{l.root.add("TOC")}
	for _, a := range l.anchors {
		if a.level > 2 {
			continue
		}
		if a.level == 1 {
			lists = lists[:1]
		} else if len(lists) == 1 {
			lists = append(lists, lists[0].add("TOC"))
		}
		l.contentsLine(lists[len(lists)-1].add("TOCI").add("Reference").add("Link"), a)
	}
}

func (l *layout) contentsLine(e *element, a *anchor) {
	const lead = 15.5
	k, before, indent := look{face: bold(), size: bodySize, color: ink}, 5.0, 0.0
	if a.level == 2 {
		k, before, indent = look{face: regular(), size: bodySize, color: ink}, 0, 14
	}
	width := textWidth - indent - 40
	lines := breakLines([]run{{text: k.face.clean(a.title), look: k, mark: e.content()}}, width)
	strips := setRow([]cell{{x: margin + indent, width: width, lines: lines}}, rowStyle{size: bodySize, lead: lead, whole: true})
	last := &strips[len(strips)-1]
	end := margin + indent + lines[len(lines)-1].width
	mark := e.kids[0].(*mark)
	target := &link{of: e, words: a.title, target: a}
	last.items = append([]item{{draw: func(c *canvas, y float64) { c.leader(end+6, y+11.5, margin+textWidth-24) }}}, last.items...)
	last.items = append(last.items, item{mark, func(c *canvas, y float64) {
		number := strconv.Itoa(a.page)
		c.run(run{text: " " + number, look: k}, margin+textWidth-k.face.width(" "+number, k.size), y+lead/2+0.35*bodySize)
		c.activate(target, margin+indent, y-lead*float64(len(lines)-1), textWidth-indent, lead*float64(len(lines)))
	}})
	l.append(before, strips)
}

// leader draws the dots that lead to a page number.
func (c *canvas) leader(from, y, to float64) {
	if to-from < 10 {
		return
	}
	c.SetDashPattern([]float64{0.7, 3}, 0)
	c.stroke(from, y, to, 0.7, muted)
	c.SetDashPattern(nil, 0)
}

// header repeats the title, the status and the notices on every page.
func (c *canvas) header() {
	k := look{face: regular(), size: smallSize, color: muted}
	warn := look{face: bold(), size: smallSize, color: amber}
	if c.doc.Status == document.Validated && len(c.doc.Notices) == 0 {
		warn.color = muted
	}
	state := shorten(warn, strings.Join(append([]string{c.doc.Status.French()}, c.doc.Notices...), " – "), 0.7*textWidth)
	width := warn.face.width(state, smallSize)
	c.run(run{text: state, look: warn}, margin+textWidth-width, headerLine-6)
	c.run(run{text: shorten(k, c.doc.Title, textWidth-width-20), look: k}, margin, headerLine-6)
	c.hairline(margin, headerLine, margin+textWidth, rule)
}

// footer says which document this is, and « page x sur y ».
func (c *canvas) footer(pages int) {
	k := look{face: regular(), size: smallSize, color: muted}
	number := fmt.Sprintf("page %d sur %d", c.page, pages)
	width := k.face.width(number, smallSize)
	c.hairline(margin, footerLine, margin+textWidth, rule)
	c.run(run{text: shorten(k, reference(c.doc), textWidth-width-20), look: k}, margin, footerLine+12)
	c.run(run{text: number, look: k}, margin+textWidth-width, footerLine+12)
}

// shorten cuts a text that is too long for its place at a word.
func shorten(k look, s string, width float64) string {
	s = k.face.clean(s)
	if k.face.width(s, k.size) <= width {
		return s
	}
	words := strings.Split(s, " ")
	for len(words) > 1 && k.face.width(strings.Join(words, " ")+" …", k.size) > width {
		words = words[:len(words)-1]
	}
	return strings.Join(words, " ") + " …"
}
