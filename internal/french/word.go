package french

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/shopspring/decimal"
	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// Plural writes n with its noun: « 0 poste », « 1 poste », « 3 000 postes ».
// In French zero is singular.
func Plural(n int, one, many string) string {
	return Int(n) + " " + Agree(n, one, many)
}

// Agree chooses the form of a word that goes with n, without writing n.
func Agree(n int, one, many string) string {
	if n >= -1 && n <= 1 {
		return one
	}
	return many
}

// Capital writes the first letter as a capital.
func Capital(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	if size == 0 {
		return ""
	}
	return string(unicode.ToUpper(first)) + text[size:]
}

// Of puts « de » before a name that begins with its article, as in « le comité »:
// « du comité », « de la mission », « de l’équipe », « des partenaires ».
func Of(name string) string {
	if rest, ok := strings.CutPrefix(name, "le "); ok {
		return "du " + rest
	}
	if rest, ok := strings.CutPrefix(name, "les "); ok {
		return "des " + rest
	}
	return "de " + name
}

// To puts « à » before a name that begins with its article: « au comité », « à la
// mission », « à l’équipe », « aux partenaires ».
func To(name string) string {
	if rest, ok := strings.CutPrefix(name, "le "); ok {
		return "au " + rest
	}
	if rest, ok := strings.CutPrefix(name, "les "); ok {
		return "aux " + rest
	}
	return "à " + name
}

// Bare is a name without the article it begins with: « comité de pilotage ».
func Bare(name string) string {
	for _, article := range []string{"le ", "la ", "les ", "l’"} {
		if rest, ok := strings.CutPrefix(name, article); ok {
			return rest
		}
	}
	return name
}

// List joins words as a sentence does: « a, b et c ».
func List(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " et " + words[last]
}

// A collator keeps a buffer, so it serves one goroutine at a time.
var collators = sync.Pool{New: func() any {
	return collate.New(language.French, collate.IgnoreCase, collate.Numeric)
}}

// Compare orders two words as a French directory does: accents and capitals
// count last (« Escaudain » before « Étaples »), numbers by value.
func Compare(a, b string) int {
	c := collators.Get().(*collate.Collator)
	defer collators.Put(c)
	return cmp.Or(c.CompareString(a, b), strings.Compare(a, b))
}

// Sort orders words in place, as Compare does.
func Sort(words []string) {
	slices.SortFunc(words, Compare)
}

// SortBy orders items in place by the word that key gives for each, and keeps
// the order of those whose words are the same.
func SortBy[T any](items []T, key func(T) string) {
	slices.SortStableFunc(items, func(a, b T) int { return Compare(key(a), key(b)) })
}

// Unit puts a unit that is given in the plural, « heures-stagiaires », beside a
// number: in the singular below two.
func Unit(n decimal.Decimal, unit string) string {
	if n.Abs().GreaterThanOrEqual(decimal.NewFromInt(2)) {
		return unit
	}
	words := strings.FieldsFunc(unit, func(r rune) bool { return r == ' ' })
	for i, word := range words {
		parts := strings.Split(word, "-")
		for j, part := range parts {
			if utf8.RuneCountInString(part) > 3 {
				parts[j] = strings.TrimSuffix(part, "s")
			}
		}
		words[i] = strings.Join(parts, "-")
	}
	return strings.Join(words, " ")
}
