package pdf

import (
	"bytes"
	"fmt"
	"strings"

	"codeberg.org/go-pdf/fpdf"

	"copil/internal/document"
)

// canvas draws pages through fpdf and keeps the account of the marked content. The layer below knows nothing of tags: it is given no
// links, no output intent and no XMP, all of which the update writes.
type canvas struct {
	*fpdf.Fpdf
	doc    document.Document
	accent rgb
	page   int          // from 1
	marked [][]*element // by page, then by MCID
	links  [][]*link    // by page
}

// newCanvas opens a file whose dates are the document's.
func newCanvas(d document.Document, accent rgb) *canvas {
	c := &canvas{Fpdf: fpdf.New("P", "pt", "A4", ""), doc: d, accent: accent}
	c.SetMargins(0, 0, 0)
	c.SetAutoPageBreak(false, 0)
	c.SetCatalogSort(true)
	c.SetCreationDate(d.Date)
	c.SetModificationDate(d.Date)
	for _, f := range []*face{regular(), bold(), italic()} {
		c.AddUTF8FontFromBytes(family, f.style, f.ttf)
	}
	return c
}

// drawPages draws everything and returns fpdf's untagged file.
func (c *canvas) drawPages(pages []page) ([]byte, error) {
	c.marked, c.links = make([][]*element, len(pages)), make([][]*link, len(pages))
	for i, p := range pages {
		c.AddPage()
		c.page = i + 1
		c.SetLineJoinStyle("round")
		if !p.bare {
			c.artifact("/Artifact <</Type /Pagination /Subtype /Header>> BDC", c.header)
			c.artifact("/Artifact <</Type /Pagination /Subtype /Footer>> BDC", func() { c.footer(len(pages)) })
		}
		for _, a := range p.anchors {
			c.SetFont(family, "", bodySize) // fpdf encodes the title by the current font
			c.Bookmark(a.title, a.level-1, a.y)
		}
		c.drawItems(p.items)
	}
	var out bytes.Buffer
	if err := c.Output(&out); err != nil {
		return nil, fmt.Errorf("draw pages: %w", err)
	}
	return out.Bytes(), nil
}

// drawItems opens one sequence for each stretch of neighbours that share a mark.
func (c *canvas) drawItems(items []placed) {
	for i, it := range items {
		if i == 0 || it.mark != items[i-1].mark {
			c.open(it.mark)
		}
		it.draw(c, it.y)
		if i == len(items)-1 || it.mark != items[i+1].mark {
			c.RawWriteStr("EMC")
		}
	}
}

func (c *canvas) open(m *mark) {
	if m == nil {
		c.RawWriteStr("/Artifact BMC")
		return
	}
	here := &c.marked[c.page-1]
	m.sequences = append(m.sequences, sequence{c.page, len(*here)})
	c.RawWriteStr(fmt.Sprintf("/%s <</MCID %d>> BDC", m.of.tag, len(*here)))
	*here = append(*here, m.of)
}

func (c *canvas) artifact(begin string, draw func()) {
	c.RawWriteStr(begin)
	draw()
	c.RawWriteStr("EMC")
}

// run draws words on a baseline and, under a link, makes them active.
func (c *canvas) run(r run, x, baseline float64) {
	c.SetFont(family, r.face.style, r.size)
	c.SetTextColor(r.color.R, r.color.G, r.color.B)
	c.Text(x, baseline-r.rise, r.text)
	if r.link == nil {
		return
	}
	width := r.face.width(strings.TrimRight(r.text, " "), r.size)
	if r.link.uri != "" {
		c.hairline(x, baseline+1.6, x+width, r.color)
	}
	c.activate(r.link, x, baseline-r.size, width, 1.3*r.size)
}

// activate lays the link over a rectangle of the page.
func (c *canvas) activate(l *link, x, y, width, height float64) {
	here := *l
	here.page, here.rect = c.page, [4]float64{x, pageHeight - y - height, x + width, pageHeight - y}
	c.links[c.page-1] = append(c.links[c.page-1], &here)
	l.of.kids = append(l.of.kids, &here)
}

func (c *canvas) hairline(x1, y, x2 float64, color rgb) { c.stroke(x1, y, x2, 0.5, color) }

func (c *canvas) stroke(x1, y, x2, width float64, color rgb) {
	c.SetDrawColor(color.R, color.G, color.B)
	c.SetLineWidth(width)
	c.Line(x1, y, x2, y)
}

func (c *canvas) fill(x, y, width, height float64, color rgb) {
	c.SetFillColor(color.R, color.G, color.B)
	c.Rect(x, y, width, height, "F")
}
