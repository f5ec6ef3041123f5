package odt

import (
	"fmt"
	"strings"

	"copil/internal/document"
	"copil/internal/document/palette"
)

const namespaces = ` xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"` +
	` xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"` +
	` xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"` +
	` xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"` +
	` xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0"`

const fonts = `<style:font-face style:name="Liberation Sans" svg:font-family="'Liberation Sans', Arial, Helvetica, sans-serif" style:font-family-generic="swiss" style:font-pitch="variable"/>`

// look is a named style of paragraphs. Names that word processors know are theirs, so that their own commands act on them.
type look struct {
	name, parent, next string
	paragraph, text    string // properties
	level              int    // of a heading in the outline
	stop               string // where words after a tab end, and what leads there
}

// styles is the part of the file that holds the named styles and the pages.
func (b *body) styles() string {
	var out strings.Builder
	out.WriteString(prolog + `<office:document-styles` + namespaces + ` office:version="1.3"><office:font-face-decls>` + fonts + `</office:font-face-decls><office:styles>` +
		`<style:default-style style:family="paragraph"><style:paragraph-properties fo:hyphenation-ladder-count="no-limit" style:tab-stop-distance="1.25cm" style:writing-mode="lr-tb"/>` +
		`<style:text-properties style:font-name="Liberation Sans" fo:font-size="10pt" fo:language="fr" fo:country="FR" fo:hyphenate="false" fo:color="` + palette.Ink.Hex() + `" style:use-window-font-color="false"/></style:default-style>` +
		`<style:default-style style:family="table"><style:table-properties table:border-model="collapsing"/></style:default-style>` +
		`<style:default-style style:family="graphic"><style:text-properties fo:language="fr" fo:country="FR"/></style:default-style>`)
	for _, l := range b.looks() {
		out.WriteString(l.xml())
	}
	b.spanStyles(&out)
	listStyles(&out)
	out.WriteString(`<text:notes-configuration text:note-class="footnote" text:citation-style-name="Appel" text:citation-body-style-name="Appel" style:num-format="1" text:start-value="0" text:footnotes-position="page" text:start-numbering-at="document"/>`)
	out.WriteString("</office:styles>" + b.pages() + "</office:document-styles>")
	return out.String()
}

func (l look) xml() string {
	level := ""
	if l.level > 0 {
		level = fmt.Sprintf(` style:default-outline-level="%d"`, l.level)
	}
	stops := ""
	if l.stop != "" {
		stops = `<style:tab-stops><style:tab-stop style:position="17cm" style:type="right"` + l.stop + `/></style:tab-stops>`
	}
	return fmt.Sprintf(`<style:style style:name="%s" style:display-name="%s" style:family="paragraph"%s%s%s style:class="text"><style:paragraph-properties%s>%s</style:paragraph-properties><style:text-properties%s/></style:style>`,
		l.name, strings.ReplaceAll(l.name, "_20_", " "), attribute("style:parent-style-name", l.parent), attribute("style:next-style-name", l.next), level, l.paragraph, stops, l.text)
}

func attribute(name, value string) string {
	if value == "" {
		return ""
	}
	return " " + name + `="` + value + `"`
}

// looks are the styles of paragraphs.
func (b *body) looks() []look {
	accent, muted := ` fo:color="`+b.accent.Hex()+`"`, ` fo:color="`+palette.Muted.Hex()+`"`
	const bold = ` fo:font-weight="bold"`
	heading := func(level int, size, above, below, color, rule string) look {
		return look{name: fmt.Sprintf("Heading_20_%d", level), parent: "Heading", next: "Text_20_body", paragraph: space(above, below) + rule, text: sized(size) + bold + color, level: level}
	}
	framed := func(name string, color palette.RGB) []look {
		frame := fmt.Sprintf(` fo:background-color="%s" fo:border-left="2.5pt solid %s" fo:border-right="none" fo:border-top="none" fo:border-bottom="none" fo:padding="0.15cm" fo:padding-left="0.35cm" fo:margin-left="0.1cm" fo:margin-right="0cm" style:join-border="true"`,
			color.Mix(palette.Paper, 0.92).Hex(), color.Hex())
		return []look{
			{name: name + "_20_titre", parent: "Text_20_body", next: name, paragraph: space("8pt", "0pt") + ` fo:keep-with-next="always"` + frame, text: bold + ` fo:color="` + color.Hex() + `"`},
			{name: name, parent: "Text_20_body", paragraph: space("0pt", "0pt") + frame},
		}
	}
	all := []look{
		{name: "Standard"},
		{name: "Text_20_body", parent: "Standard", paragraph: space("0pt", "6pt") + ` fo:line-height="120%" fo:orphans="2" fo:widows="2"`},
		{name: "Heading", parent: "Standard", next: "Text_20_body", paragraph: ` fo:keep-with-next="always"`},
		heading(1, "17pt", "22pt", "7pt", accent, ` fo:border-bottom="0.8pt solid `+b.accent.Hex()+`" fo:padding-bottom="0.05cm"`),
		heading(2, "12.5pt", "16pt", "4pt", accent, ""),
		heading(3, "10.5pt", "12pt", "3pt", "", ""),
		{name: "Title", parent: "Heading", next: "Subtitle", paragraph: space("0pt", "10pt"), text: sized("24pt") + bold + accent},
		{name: "Subtitle", parent: "Heading", next: "Text_20_body", paragraph: space("0pt", "8pt"), text: sized("13pt") + muted},
		{name: "Numero", parent: "Standard", paragraph: space("3cm", "6pt"), text: sized("11pt") + bold + accent},
		{name: "Reference", parent: "Standard", paragraph: space("0pt", "10pt"), text: muted},
		{name: "Parties", parent: "Heading", paragraph: space("26pt", "6pt"), text: bold + muted},
		{name: "Contents_20_Heading", parent: "Heading", paragraph: space("0pt", "8pt"), text: sized("17pt") + bold + accent},
		{name: "Contents_20_1", parent: "Standard", paragraph: space("4pt", "2pt"), text: bold, stop: leader},
		{name: "Contents_20_2", parent: "Standard", paragraph: space("0pt", "2pt") + ` fo:margin-left="0.5cm"`, stop: leader},
		{name: "Caption", parent: "Standard", next: "Text_20_body", paragraph: space("12pt", "4pt") + ` fo:keep-with-next="always"`, text: bold},
		{name: "Enumeration", parent: "Text_20_body", paragraph: space("0pt", "3pt")},
		{name: "Terme", parent: "Text_20_body", next: "Definition", paragraph: space("4pt", "0pt") + ` fo:keep-with-next="always"`, text: bold},
		{name: "Definition", parent: "Text_20_body", paragraph: space("0pt", "4pt") + ` fo:margin-left="0.6cm"`},
		{name: "Valeur", parent: "Standard", paragraph: ` fo:text-align="end"`, text: sized("15pt") + bold + accent},
		{name: "Valeur_20_absente", parent: "Valeur", text: sized("10pt") + ` fo:font-weight="normal"` + muted},
		{name: "Lecture", parent: "Standard", text: sized("10.5pt")},
		{name: "Precision", parent: "Standard", text: sized("8.5pt") + muted},
		{name: "Note_20_de_20_tableau", parent: "Standard", paragraph: space("2pt", "2pt"), text: sized("8pt") + muted},
		{name: "Figure", parent: "Standard", paragraph: space("0pt", "4pt") + ` fo:text-align="center"`},
		{name: "Footnote", parent: "Standard", paragraph: ` fo:margin-left="0.5cm" fo:text-indent="-0.5cm"`, text: sized("8pt")},
		{name: "Header", parent: "Standard", paragraph: ` fo:border-bottom="0.4pt solid ` + palette.Rule.Hex() + `" fo:padding-bottom="0.1cm"`, text: sized("8pt") + muted, stop: " "},
		{name: "Footer", parent: "Standard", paragraph: ` fo:border-top="0.4pt solid ` + palette.Rule.Hex() + `" fo:padding-top="0.1cm"`, text: sized("8pt") + muted, stop: " "},
	}
	all = append(all, b.bands()...)
	all = append(all, b.cellLooks()...)
	all = append(all, framed("Remarque", b.accent)...)
	return append(all, framed("Avertissement", palette.Warn)...)
}

// leader draws the dots that lead to a page number.
const leader = ` style:leader-style="dotted" style:leader-text="."`

func space(above, below string) string {
	return ` fo:margin-top="` + above + `" fo:margin-bottom="` + below + `"`
}

func sized(size string) string { return ` fo:font-size="` + size + `"` }

// bands are the tinted lines that say the state of the document and what must be known of it.
func (b *body) bands() []look {
	band := func(name string, c palette.RGB) look {
		return look{name: name, parent: "Standard", paragraph: space("4pt", "4pt") + ` fo:background-color="` + c.Mix(palette.Paper, 0.9).Hex() + `" fo:border-left="3pt solid ` + c.Hex() +
			`" fo:border-right="none" fo:border-top="none" fo:border-bottom="none" fo:padding="0.15cm" fo:padding-left="0.35cm"`, text: sized("11pt") + ` fo:font-weight="bold" fo:color="` + c.Hex() + `"`}
	}
	return []look{band("Etat", b.accent), band("Etat_20_provisoire", palette.Warn), band("Mention", palette.Danger)}
}

// cellLooks are the styles of the words of tables: in three sizes, on three sides.
func (b *body) cellLooks() (all []look) {
	for _, size := range [][2]string{{"", "8.8pt"}, {"_20_petit", "7.5pt"}, {"_20_serre", "6.2pt"}} {
		for _, side := range [][2]string{{"", "start"}, {"_20_droite", "end"}, {"_20_centre", "center"}} {
			for _, kind := range [][2]string{{"Table_20_Contents", ""}, {"Table_20_Heading", ` fo:font-weight="bold"`}} {
				all = append(all, look{name: kind[0] + size[0] + side[0], parent: "Standard", paragraph: ` fo:text-align="` + side[1] + `"`, text: sized(size[1]) + kind[1]})
			}
		}
	}
	return all
}

// spanStyles are the styles of words within a paragraph.
func (b *body) spanStyles(out *strings.Builder) {
	for _, s := range [][2]string{
		{"Strong_20_Emphasis", ` fo:font-weight="bold"`},
		{"Emphasis", ` fo:font-style="italic"`},
		{"Internet_20_link", ` fo:color="` + b.accent.Hex() + `" style:text-underline-style="solid" style:text-underline-width="auto" style:text-underline-color="font-color"`},
		{"Index_20_Link", ""},
		{"Absent", ` fo:font-style="italic" fo:color="` + palette.Muted.Hex() + `"`},
		{"Appel", ` style:text-position="super 62%" fo:color="` + b.accent.Hex() + `"`},
		{"Alerte", ` fo:font-weight="bold" fo:color="` + palette.Warn.Hex() + `"`},
	} {
		fmt.Fprintf(out, `<style:style style:name="%s" style:display-name="%s" style:family="text"><style:text-properties%s/></style:style>`, s[0], strings.ReplaceAll(s[0], "_20_", " "), s[1])
	}
}

// frames are the styles of cells, of rows that no page cuts, and of drawings. They stand with the text: word processors know no
// named styles of these.
func (b *body) frames() string {
	var out strings.Builder
	rule, accent := palette.Rule.Hex(), b.accent.Hex()
	const pad, none = ` fo:padding="0.08cm"`, ` fo:border-left="none" fo:border-right="none" fo:border-top="none"`
	for _, s := range [][2]string{
		{"Cellule", pad + none + ` fo:border-bottom="0.4pt solid ` + rule + `"`},
		{"Cellule_tete", pad + none + ` fo:border-bottom="1pt solid ` + accent + `" style:vertical-align="bottom" fo:background-color="` + b.accent.Mix(palette.Paper, 0.9).Hex() + `"`},
		{"Cellule_total", pad + none + ` fo:border-bottom="0.4pt solid ` + accent + `" fo:background-color="` + b.accent.Mix(palette.Paper, 0.93).Hex() + `"`},
		{"Cellule_cadre", pad + ` fo:border="0.4pt solid ` + rule + `"`},
	} {
		fmt.Fprintf(&out, `<style:style style:name="%s" style:family="table-cell"><style:table-cell-properties%s/></style:style>`, s[0], s[1])
	}
	out.WriteString(`<style:style style:name="Ligne" style:family="table-row"><style:table-row-properties fo:keep-together="always"/></style:style>` +
		`<style:style style:name="Ligne_signature" style:family="table-row"><style:table-row-properties style:min-row-height="2.6cm" fo:keep-together="always"/></style:style>` +
		`<style:style style:name="Image" style:family="graphic"><style:graphic-properties style:vertical-pos="top" style:vertical-rel="baseline" fo:border="none" fo:padding="0cm"/></style:style>`)
	return out.String()
}

func listStyles(out *strings.Builder) {
	const place = `><style:list-level-properties text:list-level-position-and-space-mode="label-alignment"><style:list-level-label-alignment text:label-followed-by="listtab" text:list-tab-stop-position="0.7cm" fo:text-indent="-0.55cm" fo:margin-left="0.7cm"/></style:list-level-properties>`
	out.WriteString(`<text:list-style style:name="List_20_1" style:display-name="List 1"><text:list-level-style-bullet text:level="1" text:bullet-char="•"` + place + `</text:list-level-style-bullet></text:list-style>` +
		`<text:list-style style:name="Numbering_20_1" style:display-name="Numbering 123"><text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."` + place + `</text:list-level-style-number></text:list-style>`)
}

// pages are the A4 page and the title page, which has neither header nor footer.
func (b *body) pages() string {
	const size = ` fo:page-width="21cm" fo:page-height="29.7cm" style:print-orientation="portrait" fo:margin-top="1.4cm" fo:margin-bottom="1.3cm" fo:margin-left="2cm" fo:margin-right="2cm"`
	d := b.doc
	state := strings.Join(append([]string{d.Status.French()}, d.Notices...), " – ")
	style := "Alerte"
	if d.Status == document.Validated && len(d.Notices) == 0 {
		style = "Emphasis"
	}
	return `<office:automatic-styles><style:page-layout style:name="A4"><style:page-layout-properties` + size + `/><style:header-style><style:header-footer-properties fo:min-height="0.6cm" fo:margin-bottom="0.5cm"/></style:header-style>` +
		`<style:footer-style><style:header-footer-properties fo:min-height="0.6cm" fo:margin-top="0.5cm"/></style:footer-style></style:page-layout>` +
		`<style:page-layout style:name="A4nu"><style:page-layout-properties` + size + `/></style:page-layout></office:automatic-styles><office:master-styles>` +
		`<style:master-page style:name="Standard" style:page-layout-name="A4"><style:header><text:p text:style-name="Header">` + words(d.Title) +
		`<text:tab/><text:span text:style-name="` + style + `">` + words(state) + `</text:span></text:p></style:header>` +
		`<style:footer><text:p text:style-name="Footer">` + words(reference(d)) + `<text:tab/>page <text:page-number text:select-page="current">1</text:page-number> sur <text:page-count>1</text:page-count></text:p></style:footer></style:master-page>` +
		`<style:master-page style:name="Couverture" style:page-layout-name="A4nu" style:next-style-name="Standard"/></office:master-styles>`
}
