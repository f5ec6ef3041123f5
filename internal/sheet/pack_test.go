package sheet_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io/fs"
	"strings"
)

// pack makes an archive of parts in their order.
func pack(parts ...part) []byte {
	var b bytes.Buffer
	out := zip.NewWriter(&b)
	for _, p := range parts {
		header := &zip.FileHeader{Name: p.name, Method: zip.Deflate}
		if strings.HasPrefix(p.name, "link") {
			header.SetMode(fs.ModeSymlink | 0o777)
		}
		w, err := out.CreateHeader(header)
		if err != nil {
			panic(err) // which a buffer never makes
		}
		if _, err := w.Write([]byte(p.content)); err != nil {
			panic(err) // which a buffer never makes
		}
	}
	if err := out.Close(); err != nil {
		panic(err) // which a buffer never makes
	}
	return b.Bytes()
}

const (
	prolog        = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	mainSpace     = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`
	relationTypes = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
)

// book is a small workbook whose first sheet holds the rows; what is given
// after them replaces parts by name, or adds some.
func book(rows string, more ...part) []byte {
	return pack(bookParts(rows, more...)...)
}

func bookParts(rows string, more ...part) []part {
	parts := []part{
		{"[Content_Types].xml", prolog + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>`},
		{"_rels/.rels", relations("officeDocument", "xl/workbook.xml")},
		{"xl/_rels/workbook.xml.rels", relations("worksheet", "worksheets/sheet1.xml", "sharedStrings", "/xl/sharedStrings.xml", "styles", "styles.xml")},
		{"xl/workbook.xml", workbookXML(`<sheet name="Saisie" sheetId="1" r:id="rId1"/>`)},
		{"xl/worksheets/sheet1.xml", sheetXML(rows)},
		{"xl/sharedStrings.xml", prolog + `<sst ` + mainSpace + `><si><t>Lens</t></si><si><r><t>Ar</t></r><r><t xml:space="preserve">ras </t></r><rPh sb="0" eb="1"><t>zzz</t></rPh></si></sst>`},
		{"xl/styles.xml", prolog + `<styleSheet ` + mainSpace + `><numFmts><numFmt numFmtId="164" formatCode="[$-40C]d\ mmmm\ yyyy;@"/><numFmt numFmtId="165" formatCode="#,##0.00\ &quot;jours&quot;"/></numFmts>` +
			`<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="10"/><xf numFmtId="22"/></cellXfs></styleSheet>`},
	}
	for _, m := range more {
		replaced := false
		for i := range parts {
			if parts[i].name == m.name {
				parts[i], replaced = m, true
			}
		}
		if !replaced {
			parts = append(parts, m)
		}
	}
	return parts
}

// relations is a part of relations, of kinds and targets in turn.
func relations(pairs ...string) string {
	var b strings.Builder
	b.WriteString(prolog + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`)
	for i := 0; i < len(pairs); i += 2 {
		fmt.Fprintf(&b, `<Relationship Id="rId%d" Type="%s" Target="%s"/>`, i/2+1, relationTypes+pairs[i], pairs[i+1])
	}
	return b.String() + `</Relationships>`
}

func workbookXML(sheets string) string {
	return prolog + `<workbook ` + mainSpace + `><workbookPr/><sheets>` + sheets + `</sheets></workbook>`
}

func sheetXML(rows string) string {
	return prolog + `<worksheet ` + mainSpace + `><sheetData>` + rows + `</sheetData></worksheet>`
}

// inline is a cell of text.
func inline(ref, text string) string {
	return `<c r="` + ref + `" t="inlineStr"><is><t>` + text + `</t></is></c>`
}

// zeros are blank lines within XML, which weigh next to nothing when packed.
func zeros(n int) string { return strings.Repeat("\n", n) }
