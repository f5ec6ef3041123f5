package odt

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"copil/internal/document"
)

var entities = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")

// escape writes a text for XML, without the signs that XML cannot hold.
func escape(s string) string {
	return entities.Replace(strings.Map(func(r rune) rune {
		switch {
		case r == '\t', r == '\n', r == '\r':
			return ' '
		case r < 0x20, r == utf8.RuneError, r == 0xfffe, r == 0xffff, r >= 0x7f && r < 0xa0:
			return -1
		}
		return r
	}, s))
}

// words writes a text whose lines and repeated spaces are kept: readers of ODF fold plain ones.
func words(s string) string {
	lines := strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n")
	for i, line := range lines {
		text := escape(line)
		for strings.Contains(text, "  ") {
			from := strings.Index(text, "  ")
			rest := strings.TrimLeft(text[from:], " ")
			text = text[:from] + ` <text:s text:c="` + strconv.Itoa(len(text)-from-len(rest)-1) + `"/>` + rest
		}
		lines[i] = text
	}
	return strings.Join(lines, "<text:line-break/>")
}

// spans writes a text with its emphasis, links and notes.
func (b *body) spans(t document.Text) string {
	var out strings.Builder
	for _, s := range t {
		text := words(s.Text)
		switch s.Style {
		case document.Strong:
			text = `<text:span text:style-name="Strong_20_Emphasis">` + text + `</text:span>`
		case document.Emphasis:
			text = `<text:span text:style-name="Emphasis">` + text + `</text:span>`
		}
		if s.Link != "" {
			text = `<text:a xlink:type="simple" xlink:href="` + escape(s.Link) + `" text:style-name="Internet_20_link">` + text + `</text:a>`
		}
		out.WriteString(text)
		if s.Footnote != "" {
			b.notes++
			fmt.Fprintf(&out, `<text:note text:id="note-%d" text:note-class="footnote"><text:note-citation>%[1]d</text:note-citation>`+
				`<text:note-body><text:p text:style-name="Footnote">%s</text:p></text:note-body></text:note>`, b.notes, words(s.Footnote))
		}
	}
	return out.String()
}

func nonEmpty(words ...string) []string {
	var kept []string
	for _, w := range words {
		if w != "" {
			kept = append(kept, w)
		}
	}
	return kept
}
