package pdf

// page is what is drawn on a page.
type page struct {
	items   []placed
	anchors []*anchor
	notes   []*note
	bare    bool
}

type placed struct {
	item
	y float64
}

const (
	notesGap = 16.0 // between the text and the notes, with the short rule
	full     = textBottom - textTop
)

// paginator stacks strips on pages.
type paginator struct {
	pages []page
	y     float64
	foot  float64 // height taken by the notes of the page
}

// paginate distributes the strips over pages.
func paginate(strips []strip) []page {
	p := &paginator{}
	for len(strips) > 0 {
		n := 1
		for n < len(strips) && strips[n-1].keep {
			n++
		}
		p.place(strips[:n])
		strips = strips[n:]
	}
	p.setNotes()
	return p.pages
}

// place puts strips that want to stay together on the page, on the next, or, if no page can hold them, one after the other.
func (p *paginator) place(together []strip) {
	if need := p.need(together); need > p.room() && need <= full {
		p.turn()
	}
	for _, s := range together {
		if len(p.pages) == 0 || s.turn && p.y > textTop || p.need([]strip{s}) > p.room() && p.y > textTop {
			p.turn()
		}
		p.put(s)
	}
}

func (p *paginator) room() float64 {
	if len(p.pages) == 0 {
		return 0
	}
	return textBottom - p.foot - p.y
}

// need is the height of the strips with the notes they call.
func (p *paginator) need(strips []strip) float64 {
	sum := height(strips)
	if p.y == textTop {
		sum -= strips[0].before
	}
	called := false
	for _, s := range strips {
		for _, n := range s.notes {
			sum, called = sum+n.height, true
		}
	}
	if called && p.foot == 0 {
		sum += notesGap
	}
	return sum
}

func (p *paginator) put(s strip) {
	if p.y == textTop {
		s.before = 0
		for _, h := range s.head {
			p.draw(h)
		}
	}
	p.y += s.before
	at := &p.pages[len(p.pages)-1]
	at.bare = at.bare || s.bare
	if s.anchor != nil {
		s.anchor.page, s.anchor.y = len(p.pages), p.y
		at.anchors = append(at.anchors, s.anchor)
	}
	for _, n := range s.notes {
		if p.foot == 0 {
			p.foot = notesGap
		}
		at.notes = append(at.notes, n)
		p.foot += n.height
	}
	p.draw(s)
}

func (p *paginator) draw(s strip) {
	at := &p.pages[len(p.pages)-1]
	for _, it := range s.items {
		at.items = append(at.items, placed{it, p.y})
	}
	p.y += s.height
}

// turn closes the page and opens the next.
func (p *paginator) turn() {
	p.setNotes()
	p.pages = append(p.pages, page{})
	p.y, p.foot = textTop, 0
}

// setNotes draws the notes called on the page at its foot.
func (p *paginator) setNotes() {
	if p.foot == 0 {
		return
	}
	p.y = textBottom - p.foot
	separator := item{draw: func(c *canvas, y float64) { c.hairline(margin, y+notesGap/2, margin+90, muted) }}
	p.draw(strip{height: notesGap, items: []item{separator}})
	for _, n := range p.pages[len(p.pages)-1].notes {
		for _, s := range n.strips {
			p.draw(s)
		}
	}
}
