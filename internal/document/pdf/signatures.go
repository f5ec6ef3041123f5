package pdf

import "copil/internal/document"

// signatureRoom is what a signature with its stamp takes, in points.
const signatureRoom = 74.0

// signatures sets a place for each signatory: whose it is on the left, the date and the signature on the right. They stay
// together, since a signature alone on a page attests nothing.
func (l *layout) signatures(b document.Signatures) {
	party := look{face: bold(), size: bodySize + 0.5, color: ink}
	small := look{face: regular(), size: bodySize - 0.5, color: muted}
	const half = textWidth / 2
	for i, s := range b.Items {
		group := l.root.add("Div")
		who := l.words(group.add("P"), s.Party, party, half-24)
		if s.Capacity != "" {
			who = append(who, l.words(group.add("P"), s.Capacity, small, half-24)...)
		}
		place := append(l.words(group.add("P"), "Date\u00a0:", small, half-24), l.words(group.add("P"), "Signature\u00a0:", small, half-24)...)
		paint := func(c *canvas, y, height float64, end bool) {
			c.fill(margin+half, y, half, height, l.accent.Mix(paper, 0.95))
			if end {
				c.hairline(margin, y+height, margin+textWidth, rule)
			}
		}
		strips := setRow([]cell{
			{x: margin + 12, width: half - 24, lines: who},
			{x: margin + half + 12, width: half - 24, lines: place},
		}, rowStyle{size: bodySize, lead: 16, above: 8, below: signatureRoom, whole: true, paint: paint})
		strips[len(strips)-1].keep = i < len(b.Items)-1
		l.append(8, strips)
	}
	l.space(6)
}
