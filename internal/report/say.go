package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"copil/internal/document"
	"copil/internal/french"
)

// spaces puts the no-break spaces that French wants where sentences have plain ones.
var spaces = strings.NewReplacer(" :", "\u00a0:", " ;", "\u00a0;", " ?", "\u00a0?", " !", "\u00a0!", " %", "\u00a0%", " €", "\u00a0€", "« ", "«\u00a0", " »", "\u00a0»")

// say formats a sentence.
func say(format string, args ...any) string { return spaces.Replace(fmt.Sprintf(format, args...)) }

// rich is a sentence in which **words** are strong.
func rich(format string, args ...any) document.Text {
	var text document.Text
	for i, part := range strings.Split(say(format, args...), "**") {
		if part == "" {
			continue
		}
		style := document.Normal
		if i%2 == 1 {
			style = document.Strong
		}
		text = append(text, document.Span{Text: part, Style: style})
	}
	return text
}

// quote sets words of the act apart: they stay as they are written, between
// our own marks.
func quote(words string) document.Text {
	return document.Text{{Text: "«\u00a0"}, {Text: words, Style: document.Emphasis}, {Text: "\u00a0»"}}
}

// number writes a figure with its own decimals.
func number(d decimal.Decimal) string { return french.Decimal(d, max(0, -d.Exponent())) }

// lowerFirst starts a label in lower case, for use inside a sentence; an acronym stays.
func lowerFirst(label string) string {
	first, rest, _ := strings.Cut(label, " ")
	if first == strings.ToUpper(first) && len([]rune(first)) > 1 {
		return label
	}
	words := strings.ToLower(first)
	if rest != "" {
		words += " " + rest
	}
	return words
}

// capital starts a sentence.
func capital(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}
