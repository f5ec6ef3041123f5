package pdf

import (
	"strconv"
	"strings"

	"copil/internal/document"
)

func (l *layout) list(b document.List) {
	list := l.root.add("L")
	list.list = "Disc"
	if b.Numbered {
		list.list = "Decimal"
	}
	base := look{face: regular(), size: bodySize, color: ink}
	for i, text := range b.Items {
		label, indent := "•", 14.0
		if b.Numbered {
			label, indent = strconv.Itoa(i+1)+".", 20
		}
		entry := list.add("LI")
		bullet := base
		bullet.color = l.accent
		head := cell{x: margin + 4, width: indent, lines: l.words(entry.add("Lbl"), label, bullet, indent)}
		width := textWidth - indent - 4
		text := cell{x: margin + 4 + indent, width: width, lines: breakLines(l.runs(entry.add("LBody"), text, base), width)}
		gap := 2.0
		if i == 0 {
			gap = 5
		}
		strips := setRow([]cell{head, text}, rowStyle{size: bodySize, lead: bodyLead})
		if i == 0 && len(b.Items) > 1 {
			strips = kept(strips)
		}
		l.append(gap, strips)
	}
}

func (l *layout) definitions(b document.Definitions) {
	const terms, between = 140.0, 12.0
	list := l.root.add("L")
	list.list = "None"
	base := look{face: regular(), size: bodySize, color: ink}
	term := look{face: bold(), size: bodySize, color: ink}
	for i, d := range b.Items {
		entry := list.add("LI")
		width := textWidth - terms - between
		strips := setRow([]cell{
			{x: margin, width: terms, lines: l.words(entry.add("Lbl"), d.Term, term, terms)},
			{x: margin + terms + between, width: width, lines: breakLines(l.runs(entry.add("LBody"), d.Text, base), width)},
		}, rowStyle{size: bodySize, lead: bodyLead, above: 3, below: 3, whole: true, paint: underline(rule)})
		l.append(gapOnce(i, 8), strips)
	}
	l.space(5)
}

// gapOnce is a space above the first of several.
func gapOnce(i int, gap float64) float64 {
	if i == 0 {
		return gap
	}
	return 0
}

// underline draws a hairline below the last strip of a row.
func underline(color rgb) func(c *canvas, y, height float64, end bool) {
	return func(c *canvas, y, height float64, end bool) {
		if end {
			c.hairline(margin, y+height, margin+textWidth, color)
		}
	}
}

// keyFigures sets the values in large, right-aligned, each before what it counts.
func (l *layout) keyFigures(b document.KeyFigures) {
	value := look{face: bold(), size: 16, color: l.accent}
	unit := look{face: regular(), size: bodySize, color: l.accent}
	label := look{face: regular(), size: bodySize + 0.5, color: ink}
	detail := look{face: regular(), size: smallSize + 0.4, color: muted}
	list := l.root.add("L")
	list.list = "None"
	values, width := make([][]run, len(b.Items)), 0.0
	entries := make([]*element, len(b.Items))
	for i, item := range b.Items {
		entries[i] = list.add("LI")
		values[i] = valueRuns(entries[i].add("Lbl"), item, value, unit)
		_, natural := measure(values[i])
		width = max(width, natural)
	}
	width = min(width, 170)
	for i, item := range b.Items {
		x := margin + 4 + width + 12
		body := entries[i].add("LBody")
		mark := body.content()
		said := breakLines([]run{{text: label.face.clean(item.Label), look: label, mark: mark}}, margin+textWidth-x)
		if more := strings.Join(nonEmpty(item.Detail, item.Value.Note), "\u00a0; "); more != "" {
			said[len(said)-1].spaced(true)
			said = append(said, breakLines([]run{{text: detail.face.clean(more), look: detail, mark: mark}}, margin+textWidth-x)...)
		}
		strips := setRow([]cell{
			{x: margin + 4, width: width, align: document.Right, lines: breakLines(values[i], width)},
			{x: x, width: margin + textWidth - x, lines: said},
		}, rowStyle{size: 13, lead: 13.5, above: 7, below: 5.5, whole: true, paint: underline(rule)})
		l.append(gapOnce(i, 8), strips)
	}
	l.space(5)
}

// valueRuns sets a value with its unit. What is not a number is not set in large.
func valueRuns(of *element, item document.KeyFigure, value, unit look) []run {
	mark := of.content()
	if !item.Value.Numeric() {
		unit.color = muted
		return []run{{text: unit.face.clean(item.Value.French()), look: unit, mark: mark}}
	}
	runs := []run{{text: value.face.clean(item.Value.French()), look: value, mark: mark}}
	if item.Unit != "" {
		runs = append(runs, run{text: "\u00a0" + unit.face.clean(item.Unit), look: unit, mark: mark})
	}
	return runs
}

// callout frames a remark. A warning says so in words, the colour only repeats it.
func (l *layout) callout(b document.Callout) {
	color, sign, title := l.accent, "À noter", b.Title
	if b.Warning {
		color, sign = amber, "Attention"
	}
	if title != "" {
		sign += "\u00a0: " + title
	}
	const inset = 14.0
	width := textWidth - 2*inset
	paint := func(c *canvas, y, height float64, _ bool) {
		c.fill(margin, y, textWidth, height, color.Mix(paper, 0.92))
		c.fill(margin, y, 3, height, color)
	}
	group := l.root.add("Div")
	row := func(lines []line, above, below float64) []strip {
		return kept(setRow([]cell{{x: margin + inset, width: width, lines: lines}},
			rowStyle{size: bodySize, lead: bodyLead, above: above, below: below, paint: paint}))
	}
	head := look{face: bold(), size: bodySize, color: color}
	strips := row(l.words(group.add("P"), sign, head, width), 8, 1)
	for i, text := range b.Text {
		below := 3.0
		if i == len(b.Text)-1 {
			below = 9
		}
		strips = append(strips, row(breakLines(l.runs(group.add("P"), text, look{face: regular(), size: bodySize, color: ink}), width), 0, below)...)
	}
	strips[len(strips)-1].keep = false
	l.append(10, strips)
	l.space(4)
}

// space leaves room below what was laid out last.
func (l *layout) space(below float64) { l.strips[len(l.strips)-1].height += below }
