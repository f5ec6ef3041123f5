package pdf

import (
	_ "embed"
	"encoding/hex"
	"fmt"
	"html"
	"strings"
	"unicode/utf16"
)

// The profile of the output intent; icc/README says where it comes from.
//
//go:embed icc/sRGB2014.icc
var profile []byte

const producer = "Copil"

// xmp declares both standards. PDF/A wants the schema of any property that it does not know, here the one of PDF/UA.
const xmp = `<?xpacket begin="` + "\ufeff" + `" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">%[1]s</rdf:li></rdf:Alt></dc:title>%[2]s
<dc:language><rdf:Bag><rdf:li>fr-FR</rdf:li></rdf:Bag></dc:language>
<pdf:Producer>%[3]s</pdf:Producer><xmp:CreatorTool>%[3]s</xmp:CreatorTool><xmp:CreateDate>%[4]s</xmp:CreateDate><xmp:ModifyDate>%[4]s</xmp:ModifyDate>
<pdfuaid:part>1</pdfuaid:part><pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource"><pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>PDF/UA version identifier</pdfaProperty:description><pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType></rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>`

// writeCatalog writes the metadata and the catalogue, and returns the number of the document information.
func (t *tagger) writeCatalog(tree int) (info int) {
	title, author := regular().clean(strings.Join(nonEmpty(t.doc.Title, t.doc.Subtitle), " – ")), ""
	day := t.doc.Date.Format("2006-01-02")
	info = t.alloc()
	entries := fmt.Sprintf("/Title %s /Producer (%s) /Creator (%s) /CreationDate (D:%[4]s000000Z) /ModDate (D:%[4]s000000Z)",
		text(title), producer, producer, t.doc.Date.Format("20060102"))
	if t.doc.Author != "" {
		name := regular().clean(t.doc.Author)
		entries += " /Author " + text(name)
		author = "<dc:creator><rdf:Seq><rdf:li>" + html.EscapeString(name) + "</rdf:li></rdf:Seq></dc:creator>"
	}
	t.object(info, "<<%s>>", entries)
	metadata := t.alloc()
	t.stream(metadata, "/Type /Metadata /Subtype /XML", fmt.Appendf(nil, xmp, html.EscapeString(title), author, producer, day+"T00:00:00Z"), false)
	icc := t.alloc()
	t.stream(icc, "/N 3", profile, true)
	bookmarks := ""
	if m := outlines.Find(t.old(t.root)); m != nil {
		bookmarks = string(m) + " /PageMode /UseOutlines"
	}
	t.object(t.root, "<</Type /Catalog /Version /1.7 /Pages 1 0 R /Lang (fr-FR) /MarkInfo <</Marked true>> /StructTreeRoot %d 0 R /Metadata %d 0 R %s "+
		"/ViewerPreferences <</DisplayDocTitle true>> /OutputIntents [<</Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier (sRGB) "+
		"/Info (sRGB IEC61966-2.1) /DestOutputProfile %d 0 R>>]>>", tree, metadata, bookmarks, icc)
	return info
}

// text is a PDF string for people, in UTF-16.
func text(s string) string {
	bytes := []byte{0xFE, 0xFF}
	for _, unit := range utf16.Encode([]rune(s)) {
		bytes = append(bytes, byte(unit>>8), byte(unit))
	}
	return "<" + hex.EncodeToString(bytes) + ">"
}

// address is a PDF string for an address, in which all but ASCII is percent-encoded.
func address(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		switch {
		case c <= ' ' || c > '~' || c == '\\':
			fmt.Fprintf(&b, "%%%02X", c)
		case c == '(' || c == ')':
			b.WriteByte('\\')
			fallthrough
		default:
			b.WriteByte(c)
		}
	}
	return "(" + b.String() + ")"
}
