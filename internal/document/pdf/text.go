package pdf

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// look is how a run of words is drawn.
type look struct {
	face  *face
	size  float64
	color rgb
	rise  float64 // above the baseline, for note calls
}

// run is words of one look that belong to one stretch of content.
type run struct {
	text string
	look
	mark *mark // nil for an artifact
	link *link // what the run leads to; drawn once for each line it takes
	note *note // that the run, a number, calls
}

// line is what fits in a width.
type line struct {
	runs  []run
	width float64
}

// atom is a fragment that is never broken.
type atom struct {
	text  string
	from  int     // index of its run
	width float64 // of the text
	space float64 // before it, 0 when it adjoins the atom before
	loose bool    // a line may break before it
}

// breakLines sets the runs in lines of the given width. Lines break at plain spaces and after hyphens between letters;
// a word longer than a line is cut.
func breakLines(runs []run, width float64) []line {
	var lines []line
	var current []atom
	var length float64
	flush := func() {
		lines = append(lines, setLine(runs, current))
		current, length = nil, 0
	}
	for _, word := range words(atoms(runs, width)) {
		need := 0.0
		for _, a := range word {
			need += a.space + a.width
		}
		if len(current) > 0 && length+need > width+0.01 {
			flush()
			lines[len(lines)-1].spaced(word[0].space > 0)
		}
		if len(current) == 0 {
			need -= word[0].space
			word[0].space = 0
		}
		current, length = append(current, word...), length+need
	}
	if len(current) > 0 || len(lines) == 0 {
		flush()
	}
	return lines
}

// words groups atoms between which no line may break.
func words(atoms []atom) [][]atom {
	var ws [][]atom
	for _, a := range atoms {
		if a.loose || len(ws) == 0 {
			ws = append(ws, nil)
		}
		ws[len(ws)-1] = append(ws[len(ws)-1], a)
	}
	return ws
}

// atoms cuts the runs at the places where a line may break.
func atoms(runs []run, width float64) []atom {
	var as []atom
	space := false // a plain space ended the run before
	for i, r := range runs {
		gap := r.face.width(" ", r.size)
		for j, field := range strings.Split(r.text, " ") {
			space = space || j > 0
			for k, part := range cut(field, r.look, width) {
				a := atom{text: part, from: i, width: r.face.width(part, r.size), loose: space || k > 0}
				if space {
					a.space, space = gap, false
				}
				as = append(as, a)
			}
		}
	}
	return as
}

// cut splits a word after its hyphens and, if a part is still longer than a line, anywhere.
func cut(word string, l look, width float64) []string {
	var parts []string
	start, before := 0, ' '
	for i, r := range word {
		next, _ := utf8.DecodeRuneInString(word[i+utf8.RuneLen(r):])
		if r == '-' && unicode.IsLetter(before) && unicode.IsLetter(next) {
			parts, start = append(parts, word[start:i+1]), i+1
		}
		if i > start && l.face.width(word[start:i], l.size)+l.face.width(string(r), l.size) > width {
			parts, start = append(parts, word[start:i]), i
		}
		before = r
	}
	if start < len(word) {
		parts = append(parts, word[start:])
	}
	return parts
}

// spaced ends a line with the space at which it was broken: unseen, but whoever reads the text aloud or copies it needs it.
func (l line) spaced(broken bool) {
	if broken {
		l.runs[len(l.runs)-1].text += " "
	}
}

// setLine joins the atoms of a line that come from the same run.
func setLine(runs []run, atoms []atom) line {
	var l line
	last := -1
	for _, a := range atoms {
		r := runs[a.from]
		r.text = a.text
		switch {
		case a.space == 0:
		case a.from != last && r.link != nil && len(l.runs) > 0: // not part of what is underlined
			l.runs[len(l.runs)-1].text += " "
		default:
			r.text = " " + a.text
		}
		if a.from == last {
			l.runs[len(l.runs)-1].text += r.text
		} else {
			l.runs, last = append(l.runs, r), a.from
		}
		l.width += a.space + a.width
	}
	return l
}

// measure returns the narrowest width in which no word is cut, and natural the width without any break.
func measure(runs []run) (longestWord, natural float64) {
	for _, word := range words(atoms(runs, textWidth)) {
		w := 0.0
		for _, a := range word {
			w += a.width
			natural += a.width + a.space
		}
		longestWord = max(longestWord, w)
	}
	return longestWord, natural
}
