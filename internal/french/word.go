package french

import (
	"cmp"
	"slices"
	"strings"
	"sync"

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
