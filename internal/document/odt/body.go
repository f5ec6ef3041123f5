package odt

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"copil/internal/document"
	"copil/internal/document/palette"
	"copil/internal/french"
)

// body writes the text. Automatic styles are gathered as they are needed: they stand before the text in the file.
type body struct {
	doc      document.Document
	accent   palette.RGB
	out      strings.Builder
	auto     strings.Builder // automatic styles
	pictures []part
	turn     string // what the next paragraph or table opens: "" nothing, "page", or the name of a kind of page
	autos    int
	headings int
	notes    int
	tables   int
}

func (b *body) put(format string, args ...any) { fmt.Fprintf(&b.out, format, args...) }

// content is the main part of the file.
func (b *body) content() string {
	b.front()
	for _, block := range b.doc.Body {
		b.block(block)
	}
	return prolog + `<office:document-content` + namespaces + ` office:version="1.3"><office:font-face-decls>` + fonts + `</office:font-face-decls><office:automatic-styles>` +
		b.frames() + b.auto.String() + `</office:automatic-styles><office:body><office:text>` + b.out.String() + `</office:text></office:body></office:document-content>`
}

func (b *body) block(block document.Block) {
	switch block := block.(type) {
	case document.Heading:
		b.headings++
		b.put(`<text:h text:style-name="%s" text:outline-level="%d"><text:bookmark text:name="titre-%d"/>%s</text:h>`,
			b.style("Heading_20_"+strconv.Itoa(block.Level)), block.Level, b.headings, words(block.Text))
	case document.Paragraph:
		b.paragraph("Text_20_body", b.spans(block.Text))
	case document.List:
		b.list(block)
	case document.Definitions:
		for _, d := range block.Items {
			b.paragraph("Terme", words(d.Term))
			b.paragraph("Definition", b.spans(d.Text))
		}
	case document.KeyFigures:
		b.keyFigures(block)
	case document.Table:
		b.table(block)
	case document.Figure:
		b.figure(block)
	case document.Callout:
		b.callout(block)
	case document.Signatures:
		b.signatures(block)
	case document.PageBreak:
		b.turn = "page"
	}
}

// style is the style of the next paragraph, or one that inherits from it and opens a page when that was asked for.
func (b *body) style(parent string) string {
	if b.turn == "" {
		return parent
	}
	b.autos++
	name := "P" + strconv.Itoa(b.autos)
	fmt.Fprintf(&b.auto, `<style:style style:name="%s" style:family="paragraph" style:parent-style-name="%s"%s</style:style>`, name, parent, b.opening("paragraph", ""))
	return name
}

// opening ends the start tag of an automatic style, which opens a page where that was asked for, and gives its properties.
func (b *body) opening(family, properties string) string {
	master := ""
	switch b.turn {
	case "":
	case "page":
		properties += ` fo:break-before="page"`
	default:
		master, properties = ` style:master-page-name="`+b.turn+`"`, properties+` style:page-number="auto"`
	}
	b.turn = ""
	return master + "><style:" + family + "-properties" + properties + "/>"
}

func (b *body) paragraph(style, inner string) {
	b.put(`<text:p text:style-name="%s">%s</text:p>`, b.style(style), inner)
}

// front writes what precedes the body: the title page or the title alone, then the contents.
func (b *body) front() {
	d := b.doc
	b.turn = "Standard"
	if d.Cover {
		b.turn = "Couverture"
		if d.Number != "" {
			b.paragraph("Numero", words(d.Number))
		}
	}
	b.paragraph("Title", words(d.Title))
	if d.Subtitle != "" {
		b.paragraph("Subtitle", words(d.Subtitle))
	}
	dated := reference(d)
	if d.Cover {
		dated = strings.Join(nonEmpty(d.Author, d.Version, french.Date(d.Date)), " – ")
	}
	b.paragraph("Reference", words(dated))
	band := "Etat"
	if d.Status != document.Validated {
		band = "Etat_20_provisoire"
	}
	b.paragraph(band, words(standing(d)))
	for _, n := range d.Notices {
		b.paragraph("Mention", words(n))
	}
	if d.Cover {
		b.parties()
		b.turn = "Standard"
	}
	b.contents()
}

func (b *body) parties() {
	if len(b.doc.Parties) == 0 {
		return
	}
	b.paragraph("Parties", "Parties à la convention")
	items := make([]document.Text, len(b.doc.Parties))
	for i, p := range b.doc.Parties {
		items[i] = document.Text{{Text: p.Name, Style: document.Strong}}
		if p.Role != "" {
			items[i] = append(items[i], document.Span{Text: " — " + p.Role})
		}
	}
	b.list(document.List{Items: items})
}

// contents writes the table of contents as it stands; the numbers of its pages are fields that the reader's program fills in.
func (b *body) contents() {
	lines := b.contentsLines()
	if !b.doc.Contents || lines == "" {
		return
	}
	title := b.style("Contents_20_Heading")
	b.put(`<text:table-of-content text:name="Sommaire" text:protected="true"><text:table-of-content-source text:outline-level="2">` +
		`<text:index-title-template text:style-name="Contents_20_Heading">Sommaire</text:index-title-template>`)
	for level := range 2 {
		b.put(`<text:table-of-content-entry-template text:outline-level="%d" text:style-name="Contents_20_%[1]d"><text:index-entry-link-start/>`+
			`<text:index-entry-text/><text:index-entry-tab-stop style:type="right" style:leader-char="."/><text:index-entry-page-number/>`+
			`<text:index-entry-link-end/></text:table-of-content-entry-template>`, level+1)
	}
	b.put(`</text:table-of-content-source><text:index-body><text:index-title text:name="Sommaire_Titre"><text:p text:style-name="%s">Sommaire</text:p></text:index-title>%s</text:index-body></text:table-of-content>`,
		title, lines)
	b.turn = "page"
}

func (b *body) contentsLines() string {
	var out strings.Builder
	n := 0
	for _, block := range b.doc.Body {
		h, ok := block.(document.Heading)
		if !ok {
			continue
		}
		n++
		if h.Level <= 2 {
			fmt.Fprintf(&out, `<text:p text:style-name="Contents_20_%d"><text:a xlink:type="simple" xlink:href="#titre-%d" text:style-name="Index_20_Link" text:visited-style-name="Index_20_Link">%s<text:tab/>`+
				`<text:bookmark-ref text:reference-format="page" text:ref-name="titre-%[2]d">1</text:bookmark-ref></text:a></text:p>`, h.Level, n, words(h.Text))
		}
	}
	return out.String()
}

func (b *body) list(list document.List) {
	style := "List_20_1"
	if list.Numbered {
		style = "Numbering_20_1"
	}
	b.put(`<text:list text:style-name="%s">`, style)
	for _, item := range list.Items {
		b.put("<text:list-item>")
		b.paragraph("Enumeration", b.spans(item))
		b.put("</text:list-item>")
	}
	b.put("</text:list>")
}

// callout frames a remark. A warning says so in words, the colour only repeats it.
func (b *body) callout(c document.Callout) {
	style, title := "Remarque", "À noter"
	if c.Warning {
		style, title = "Avertissement", "Attention"
	}
	if c.Title != "" {
		title += "\u00a0: " + c.Title
	}
	b.paragraph(style+"_20_titre", words(title))
	for _, text := range c.Text {
		b.paragraph(style, b.spans(text))
	}
}

// standing is the status in full.
func standing(d document.Document) string { return cmp.Or(d.Standing, d.Status.French()) }

// reference is « Bilan n° 3 – version 2 – 14 avril 2015 ».
func reference(d document.Document) string {
	return strings.Join(nonEmpty(d.Number, d.Version, french.Date(d.Date)), " – ")
}
