package account

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// commonWords are what most passwords are made of, one a line: those of the usual
// lists, French first, and runs of a keyboard.
//
//go:embed common.txt
var commonWords string

var commonSet = sync.OnceValue(func() map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(commonWords) {
		set[word] = true
	}
	return set
})

// disguises are signs that people write for letters, and that programs try first.
var disguises = strings.NewReplacer("@", "a", "4", "a", "3", "e", "€", "e", "1", "i", "!", "i", "0", "o", "$", "s", "5", "s", "7", "t")

// common reports whether nothing is left of a password once its common words are
// taken away: « Motdepasse2015! », « P@ssw0rd-P@ssw0rd ». Rules on characters let
// these pass, and they are tried before any other.
func common(password string) bool {
	plain, _, err := transform.String(transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn))), strings.ToLower(password))
	if err != nil {
		return false
	}
	onlyLetters := func(text string) string {
		return strings.Map(func(r rune) rune {
			if unicode.IsLetter(r) {
				return r
			}
			return -1
		}, text)
	}
	letters := onlyLetters(plain)
	return letters == "" && password != "" || made(letters) || made(onlyLetters(disguises.Replace(plain))) ||
		made(onlyLetters(disguises.Replace(strings.TrimRightFunc(plain, func(r rune) bool { return !unicode.IsLetter(r) }))))
}

// made reports whether a text is made of common words and nothing else.
func made(text string) bool {
	if text == "" {
		return false
	}
	reach := make([]bool, len(text)+1) // whether what is before is made of them
	reach[0] = true
	for i := range text {
		for j := i + 1; reach[i] && j <= len(text); j++ {
			reach[j] = reach[j] || commonSet()[text[i:j]]
		}
	}
	return reach[len(text)]
}
