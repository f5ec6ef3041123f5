package pdf

import (
	"encoding/binary"
	"math"
	"strings"
	"sync"

	"codeberg.org/go-fonts/liberation/liberationsansbold"
	"codeberg.org/go-fonts/liberation/liberationsansitalic"
	"codeberg.org/go-fonts/liberation/liberationsansregular"
)

// family is the name under which fpdf knows the faces.
const family = "sans"

// face is one embedded font. It is read once, so that text is measured without going through fpdf, which can only do so on an open document.
type face struct {
	style   string // as fpdf writes it
	ttf     []byte
	advance []int16 // by character, in thousandths of the size; absent where the font has no glyph
}

const absent = -1

var (
	regular = sync.OnceValue(func() *face { return readFace("", liberationsansregular.TTF) })
	bold    = sync.OnceValue(func() *face { return readFace("B", liberationsansbold.TTF) })
	italic  = sync.OnceValue(func() *face { return readFace("I", liberationsansitalic.TTF) })
)

// readFace reads the advances of a TrueType font by its tables head, hhea, hmtx and cmap (format 4).
// The fonts are compiled in: one that cannot be read is a fault of the build, hence no error.
func readFace(style string, ttf []byte) *face {
	u16 := func(at int) int { return int(binary.BigEndian.Uint16(ttf[at:])) }
	u32 := func(at int) int { return int(binary.BigEndian.Uint32(ttf[at:])) }
	tables := map[string]int{}
	for i := range u16(4) {
		tables[string(ttf[12+16*i:16+16*i])] = u32(12 + 16*i + 8)
	}
	unitsPerEm, metrics := u16(tables["head"]+18), u16(tables["hhea"]+34)
	width := func(glyph int) int16 {
		w := u16(tables["hmtx"] + 4*min(glyph, metrics-1))
		return int16(math.Round(float64(w) * 1000 / float64(unitsPerEm))) // rounded as fpdf does in the file
	}
	f := &face{style: style, ttf: ttf, advance: make([]int16, 1<<16)}
	for i := range f.advance {
		f.advance[i] = absent
	}
	for char, glyph := range glyphs(ttf, tables["cmap"]) {
		if !outOfBounds(char) {
			f.advance[char] = width(glyph)
		}
	}
	for r := range standIns {
		f.advance[r] = absent // even where there is a glyph: not all viewers draw the narrow spaces
	}
	return f
}

// outOfBounds is true of controls, surrogates, the private area and specials: PDF/A-2a takes none of them for text.
func outOfBounds(char int) bool {
	return char < ' ' || char >= 0xD800 && char < 0xF900 || char >= 0xFE00
}

// glyphs yields the characters of the basic plane that the font can draw, each with its glyph.
func glyphs(ttf []byte, cmap int) func(yield func(char, glyph int) bool) {
	u16 := func(at int) int { return int(binary.BigEndian.Uint16(ttf[at:])) }
	sub := 0
	for i := range u16(cmap + 2) {
		record := cmap + 4 + 8*i
		if u16(record) == 3 && u16(record+2) == 1 { // Windows, Unicode
			sub = cmap + int(binary.BigEndian.Uint32(ttf[record+4:]))
		}
	}
	size := u16(sub + 6) // twice the number of segments
	return func(yield func(char, glyph int) bool) {
		for seg := 0; seg < size; seg += 2 {
			end, start := u16(sub+14+seg), u16(sub+16+size+seg)
			delta, offsetAt := u16(sub+16+2*size+seg), sub+16+3*size+seg
			for char := start; char <= end && char < 0xFFFF; char++ {
				glyph := char
				if offset := u16(offsetAt); offset != 0 {
					glyph = u16(offsetAt + offset + 2*(char-start))
				}
				if glyph = (glyph + delta) & 0xFFFF; glyph != 0 && !yield(char, glyph) {
					return
				}
			}
		}
	}
}

// width returns the length of the text in points. The text has been through clean.
func (f *face) width(s string, size float64) float64 {
	sum := 0
	for _, r := range s {
		sum += int(f.advance[r])
	}
	return float64(sum) * size / 1000
}

// standIns replaces characters that Liberation Sans lacks, or that PDF text has no use for, by the nearest it has.
var standIns = map[rune]string{
	'\u202f': "\u00a0", '\u2007': "\u00a0", '\u2009': "\u00a0", '\u200a': "\u00a0",
	'\u2011': "-", '\u00ad': "", '\u200b': "", '\ufeff': "", '\n': " ", '\r': "", '\t': " ",
	'✓': "√", '✔': "√", '☐': "□", '☑': "■", '⚠': "!", 'ℹ': "i",
}

// clean returns the text with only characters that the font can draw: PDF/A and PDF/UA allow no missing glyph.
func (f *face) clean(s string) string {
	has := func(r rune) bool { return r <= 0xFFFF && f.advance[r] != absent }
	missing := func(r rune) bool { return !has(r) }
	if strings.IndexFunc(s, missing) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		stand, known := standIns[r]
		switch {
		case has(r):
			b.WriteRune(r)
		case known:
			b.WriteString(stand)
		default:
			b.WriteByte('?')
		}
	}
	return b.String()
}
