package server

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"copil/internal/convention"
	"copil/templates/search"
)

// matcher looks for words whatever their accents, capitals, hyphens and plurals.
type matcher struct {
	words [][]rune
	typed [][]rune        // the same with their plurals
	seen  map[string]bool // words of the texts looked through, for suggestions
	least int             // how many words that count a text must have; 0 for all words
	most  *int            // how many of them a text had at most
}

func newMatcher(query string) matcher {
	m := matcher{seen: map[string]bool{}, most: new(int)}
	for word := range strings.FieldsSeq(string(fold(query).runes)) {
		if strings.ContainsFunc(word, unicode.IsDigit) { // a code is taken as it is
			m.words, m.typed = append(m.words, []rune(word)), append(m.typed, []rune(word))
			continue
		}
		for part := range strings.FieldsFuncSeq(word, func(r rune) bool { return r == '-' }) {
			m.words, m.typed = append(m.words, singular([]rune(part))), append(m.typed, []rune(part))
		}
	}
	return m
}

// singular takes the plural's letter from a word, which is then found in both.
func singular(word []rune) []rune {
	if n := len(word); n > 4 && (word[n-1] == 's' || word[n-1] == 'x') {
		return word[:n-1]
	}
	return word
}

// length counts what is looked for, without spaces.
func (m matcher) length() (n int) {
	for _, w := range m.words {
		n += len(w)
	}
	return n
}

// emptyWords are words that stand everywhere: having them says nothing of a text.
var emptyWords = []string{"les", "des", "une", "aux", "par", "sur", "pour", "dans", "avec", "que", "qui", "est"}

// counts reports whether a word weighs where not all of them are found.
func counts(word []rune) bool {
	if slices.ContainsFunc(word, unicode.IsDigit) {
		return true
	}
	return len(word) > 2 && !slices.Contains(emptyWords, string(word))
}

// counted is how many words weigh where not all of them are found.
func (m matcher) counted() (n int) {
	for _, w := range m.typed {
		if counts(w) {
			n++
		}
	}
	return n
}

// orMost is a matcher of the texts that have the most words, for when none has all;
// ok is false when there is nothing between all and none.
func (m matcher) orMost() (fewer matcher, ok bool) {
	fewer = m
	fewer.least = *m.most
	return fewer, m.least == 0 && fewer.least > 0 && len(m.words) > 1
}

// in reports whether every word stands somewhere in the texts, or the least of them.
func (m matcher) in(texts ...string) bool {
	all := fold(strings.Join(texts, "\n")).runes
	for word := range strings.FieldsFuncSeq(string(all), func(r rune) bool { return !unicode.IsLetter(r) }) {
		m.seen[word] = true
	}
	found, weigh := 0, 0
	for i, w := range m.words {
		if indexRunes(all, w, 0) < 0 {
			continue
		}
		if found++; counts(m.typed[i]) {
			weigh++
		}
	}
	*m.most = max(*m.most, weigh)
	if m.least > 0 {
		return weigh >= m.least
	}
	return found == len(m.words) && found > 0
}

// mark sets apart the words that are looked for.
func (m matcher) mark(text string) []search.Part {
	if text == "" {
		return nil
	}
	f := fold(text)
	runes := []rune(text)
	hit := make([]bool, len(runes))
	for _, w := range m.words {
		for at := indexRunes(f.runes, w, 0); at >= 0; at = indexRunes(f.runes, w, at+len(w)) {
			for i := f.from[at]; i <= f.from[at+len(w)-1]; i++ {
				hit[i] = true
			}
		}
	}
	var parts []search.Part
	for from := 0; from < len(runes); {
		to := from + 1
		for to < len(runes) && hit[to] == hit[from] {
			to++
		}
		parts = append(parts, search.Part{Text: string(runes[from:to]), Hit: hit[from]})
		from = to
	}
	return parts
}

// suggest returns the query with each word that stands nowhere replaced by the
// nearest one that does; "" when nothing is near.
func (m matcher) suggest() string {
	var words []string
	changed := false
	for _, w := range m.typed {
		near := m.nearest(w)
		if near == "" {
			return ""
		}
		changed = changed || near != string(w)
		words = append(words, near)
	}
	if !changed {
		return ""
	}
	return strings.Join(words, " ")
}

// nearest returns the word that was looked through and holds w, or else differs
// from it by the fewest letters: one, or two in a long word that begins alike, for
// two at the head make another word: « rectification » is no « certification ».
func (m matcher) nearest(w []rune) string {
	best, least := "", 2
	if len(w) > 7 {
		least = 3
	}
	for _, word := range slices.Sorted(maps.Keys(m.seen)) {
		if indexRunes([]rune(word), w, 0) >= 0 {
			return string(w)
		}
		letters := []rune(word)
		if d := distance(w, letters); d < least && (d < 2 || letters[0] == w[0]) {
			best, least = word, d
		}
	}
	return best
}

// distance counts the letters to add, drop or change between two words.
func distance(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j := range b {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal, row[j+1] = row[j+1], min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

const around = 90 // runes kept on each side of the first word found

// excerpt is what stands around the first word found, or the beginning.
func (m matcher) excerpt(text string) []search.Part {
	text = strings.Join(strings.Fields(text), " ")
	runes := []rune(text)
	f, first := fold(text), -1
	for _, w := range m.words {
		if at := indexRunes(f.runes, w, 0); at >= 0 && (first < 0 || f.from[at] < first) {
			first = f.from[at]
		}
	}
	from := wordStart(runes, max(first, 0)-around)
	to := wordStart(runes, max(first, 0)+2*around)
	cut := strings.TrimSpace(string(runes[from:to]))
	if from > 0 {
		cut = "… " + cut
	}
	if to < len(runes) {
		cut += " …"
	}
	return m.mark(cut)
}

// wordStart moves a place in a text on to where a word begins.
func wordStart(runes []rune, at int) int {
	if at <= 0 {
		return 0
	}
	for at < len(runes) && runes[at-1] != ' ' {
		at++
	}
	return min(at, len(runes))
}

// folded is a text without accents and capitals, and where each rune was.
type folded struct {
	runes []rune
	from  []int
}

func fold(text string) folded {
	runes := []rune(text)
	var f folded
	for i, r := range runes {
		if thousands(runes, i) {
			continue // « 3 000 » is found as « 3000 », too
		}
		for _, plain := range simpler(r) {
			f.runes, f.from = append(f.runes, plain), append(f.from, i)
		}
	}
	return f
}

// simpler is a rune as it is looked for.
func simpler(r rune) []rune {
	switch r {
	case 'œ', 'Œ':
		return []rune("oe")
	case 'æ', 'Æ':
		return []rune("ae")
	case '’', '‘':
		return []rune{'\''}
	case '–', '—', '‑', '−':
		return []rune{'-'}
	}
	if unicode.IsSpace(r) {
		return []rune{' '}
	}
	var plain []rune
	for _, d := range norm.NFD.String(string(unicode.ToLower(r))) {
		if !unicode.Is(unicode.Mn, d) {
			plain = append(plain, d)
		}
	}
	return plain
}

// thousands reports whether the rune is the space within a number.
func thousands(runes []rune, i int) bool {
	digit := func(at int) bool { return at >= 0 && at < len(runes) && unicode.IsDigit(runes[at]) }
	return unicode.IsSpace(runes[i]) && digit(i-1) && digit(i+1) && digit(i+2) && digit(i+3) && !digit(i+4)
}

func indexRunes(text, word []rune, from int) int {
	for at := from; at+len(word) <= len(text); at++ {
		if slices.Equal(text[at:at+len(word)], word) {
			return at
		}
	}
	return -1
}

// articleName is an article's heading in a list.
func articleName(a convention.Article) string {
	name := fmt.Sprintf("Article %d", a.ArticleNo)
	if a.ArticleNo == 0 {
		name = "Préambule"
	}
	if a.Title == "" || a.ArticleNo == 0 {
		return name
	}
	return name + " – " + a.Title
}

func articleAnchor(no int) string { return fmt.Sprintf("#article-%d", no) }
