package site

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"

	"copil/internal/french"
)

// mostCommunes is how many communes a site may have.
const mostCommunes = 100

// longestName bounds, in bytes, what may be a commune's name with its code.
const longestName = 100

// ResolveCommunes reads the communes that a person typed, by name or INSEE code,
// separated by commas, semicolons or line ends. It returns their codes in the
// order typed, or a sentence that names the first one it does not know.
func ResolveCommunes(known []Commune, typed string) (codes []string, problem string) {
	words := strings.FieldsFunc(typed, func(r rune) bool { return strings.ContainsRune(",;\n\r", r) })
	if len(words) > mostCommunes {
		return nil, fmt.Sprintf("Un site compte au plus %d communes.", mostCommunes)
	}
	g := gazetteer{known, map[string][]Commune{}}
	for _, c := range known {
		g.named[c.Commune] = append(g.named[c.Commune], c)
		g.named[plain(c.Name)] = append(g.named[plain(c.Name)], c)
	}
	for _, word := range words {
		if word = strings.TrimSpace(word); word == "" {
			continue
		}
		if len(word) > longestName {
			return nil, "Séparez les communes par des virgules\u00a0: un nom est trop long."
		}
		several, problem := g.resolveAll(word)
		if problem != "" {
			return nil, problem
		}
		for _, c := range several {
			if !slices.Contains(codes, c.Commune) {
				codes = append(codes, c.Commune)
			}
		}
	}
	return codes, ""
}

// joints are what people put between two communes instead of a comma. Some of
// them stand in names, too: they are tried after the whole.
var joints = regexp.MustCompile(`(?i)\s+et\s+|\s+[-–—]\s+|\s*[/+|\t•]\s*|^\s*[-–—•*]\s+`)

// resolveAll finds one commune, or those of "Lens et Liévin" or "59350 59512".
func (g gazetteer) resolveAll(word string) ([]Commune, string) {
	c, problem := g.resolve(word)
	if problem == "" {
		return []Commune{c}, ""
	}
	parts := strings.Fields(word)
	if slices.ContainsFunc(parts, func(p string) bool { return !isCode(p) }) {
		parts = slices.DeleteFunc(joints.Split(word, -1), func(p string) bool { return strings.TrimSpace(p) == "" })
	}
	var several []Commune
	for _, part := range parts {
		c, wrong := g.resolve(strings.TrimSpace(part))
		if wrong != "" {
			return nil, problem
		}
		several = append(several, c)
	}
	return several, ""
}

// gazetteer finds communes by code and by plain name.
type gazetteer struct {
	known []Commune
	named map[string][]Commune
}

// resolve finds one commune: by code, by exact name, or in the form
// "Roubaix (59512)" that Copil itself shows.
func (g gazetteer) resolve(word string) (Commune, string) {
	if open := strings.LastIndex(word, "("); open >= 0 && strings.HasSuffix(word, ")") {
		word = word[open+1 : len(word)-1]
	}
	same := g.named[plain(word)]
	switch {
	case len(same) == 1:
		return same[0], ""
	case len(same) > 1:
		return Commune{}, fmt.Sprintf("«\u00a0%s\u00a0»\u00a0: plusieurs communes portent ce nom\u00a0; précisez le code Insee (%s).", word, listed(same))
	case isCode(word):
		return Commune{}, fmt.Sprintf("Le code Insee %s n’est pas celui d’une commune %s.", word, within(g.known))
	}
	return Commune{}, fmt.Sprintf("«\u00a0%s\u00a0» n’est pas une commune %s.%s", word, within(g.known), suggest(g.known, word))
}

func isCode(word string) bool {
	return len(word) == 5 && !strings.ContainsFunc(word, func(r rune) bool { return !unicode.IsDigit(r) })
}

// within names the departments of the known communes.
func within(known []Commune) string {
	var departments []string
	for _, c := range known {
		if !slices.Contains(departments, c.Department) {
			departments = append(departments, c.Department)
		}
	}
	if len(departments) == 0 {
		return "du territoire de la convention"
	}
	slices.Sort(departments)
	word := "du département "
	if len(departments) > 1 {
		word = "des départements "
	}
	return word + french.List(departments)
}

func listed(communes []Commune) string {
	var names []string
	for _, c := range communes {
		names = append(names, fmt.Sprintf("%s, arrondissement de %s", c.Commune, c.Arrondissement))
	}
	return french.List(names)
}

// suggest names the closest commune when it is close enough to be a typing slip.
func suggest(known []Commune, word string) string {
	wanted := plain(word)
	best, distance := Commune{}, min(2, len(wanted)/5)+1 // one slip in five letters, two at most
	for _, c := range known {
		if d := editDistance(plain(c.Name), wanted, distance); d < distance {
			best, distance = c, d
		}
	}
	if best.Commune == "" {
		return ""
	}
	return fmt.Sprintf(" Vouliez-vous dire %s (%s)\u00a0?", best.Name, best.Commune)
}

var ligatures = strings.NewReplacer("œ", "oe", "æ", "ae", " s/ ", " sur ", " s/", " sur ")

// plain reduces a name to what people agree on: no case, accent, hyphen or
// apostrophe; "St" is "Saint".
func plain(name string) string {
	t := transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC)
	s, _, err := transform.String(t, ligatures.Replace(strings.ToLower(name)))
	if err != nil {
		return name
	}
	words := strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for i, w := range words {
		switch w {
		case "st":
			words[i] = "saint"
		case "ste":
			words[i] = "sainte"
		}
	}
	return strings.Join(words, " ")
}

// editDistance is Levenshtein's, or limit once it cannot be less.
func editDistance(a, b string, limit int) int {
	x, y := []rune(a), []rune(b)
	if len(x)-len(y) >= limit || len(y)-len(x) >= limit {
		return limit
	}
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := range x {
		diagonal := row[0]
		row[0] = i + 1
		for j := range y {
			cost := diagonal
			if x[i] != y[j] {
				cost = min(diagonal, row[j], row[j+1]) + 1
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return min(row[len(y)], limit)
}
