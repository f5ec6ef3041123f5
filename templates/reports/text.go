package reports

import (
	"context"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/a-h/templ"

	"copil/internal/document"
)

// text writes a run of words with their emphasis. It is written by hand because a template puts white space between elements, which
// French typography would show before its colons.
func text(v ShowView, t document.Text) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		var b strings.Builder
		for _, s := range t {
			words := templ.EscapeString(s.Text)
			switch {
			case s.Link != "":
				b.WriteString(`<a href="` + templ.EscapeString(string(templ.URL(s.Link))) + `">` + words + `</a>`)
			case s.Style == document.Strong:
				b.WriteString(`<strong>` + words + `</strong>`)
			case s.Style == document.Emphasis:
				b.WriteString(`<em>` + words + `</em>`)
			default:
				b.WriteString(words)
			}
			if s.Footnote != "" {
				n := v.footnote(s.Footnote)
				b.WriteString(`<sup><a href="#note-` + n + `"><span class="visually-hidden">note </span>` + n + `</a></sup>`)
			}
		}
		_, err := io.WriteString(w, b.String())
		return err
	})
}

// signature is a signatory with their capacity. No white space may stand before the comma.
func signature(s document.Signature) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		words := `<strong>` + templ.EscapeString(s.Party) + `</strong>`
		if s.Capacity != "" {
			words += ", " + templ.EscapeString(s.Capacity)
		}
		_, err := io.WriteString(w, words)
		return err
	})
}

// capital starts a label that stands alone.
func capital(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}

// unbroken keeps a code such as 2014-S2 on one line.
func unbroken(title string) string {
	if strings.Contains(title, " ") {
		return title
	}
	return strings.ReplaceAll(title, "-", "\u2011")
}
