// Package odt writes a document as an OpenDocument text (ODF 1.3) to be taken up in a word processor: real styles, headings in
// an outline, a table of contents, tables whose heads repeat, footnotes, and drawings with their text.
package odt

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"strings"

	"copil/internal/document"
	"copil/internal/document/palette"
)

// Type is the media type of the files written.
const Type = "application/vnd.oasis.opendocument.text"

// Write writes the document. The same document always gives the same bytes. A document that does not pass its Check is refused.
func Write(w io.Writer, d document.Document) error {
	if err := d.Check(); err != nil {
		return fmt.Errorf("write odt: %w", err)
	}
	mark, err := fingerprint(d)
	if err != nil {
		return fmt.Errorf("write odt: %w", err)
	}
	b := &body{doc: d, accent: palette.Accent(d.Accent)}
	content := b.content()
	parts := []part{
		{"content.xml", "text/xml", content},
		{"styles.xml", "text/xml", b.styles()},
		{"meta.xml", "text/xml", meta(d, mark)},
	}
	parts = append(parts, b.pictures...)
	if err := pack(w, append(parts, part{"META-INF/manifest.xml", "", manifest(parts)})); err != nil {
		return fmt.Errorf("write odt: %w", err)
	}
	return nil
}

// part is one file of the archive.
type part struct {
	name, mediaType string
	content         string
}

// pack writes the archive. The media type comes first and as it is, so that programs know the file by its first bytes.
func pack(w io.Writer, parts []part) error {
	out := zip.NewWriter(w)
	kind := []byte(Type)
	raw, err := out.CreateRaw(&zip.FileHeader{Name: "mimetype", Method: zip.Store, CRC32: crc32.ChecksumIEEE(kind),
		CompressedSize64: uint64(len(kind)), UncompressedSize64: uint64(len(kind))})
	if err != nil {
		return err
	}
	if _, err := raw.Write(kind); err != nil {
		return err
	}
	for _, p := range parts {
		f, err := out.CreateHeader(&zip.FileHeader{Name: p.name, Method: zip.Deflate})
		if err != nil {
			return err
		}
		if _, err := io.WriteString(f, p.content); err != nil {
			return err
		}
	}
	return out.Close()
}

const prolog = `<?xml version="1.0" encoding="UTF-8"?>` + "\n"

func manifest(parts []part) string {
	var out strings.Builder
	out.WriteString(prolog + `<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">` +
		`<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="` + Type + `"/>`)
	for _, p := range parts {
		fmt.Fprintf(&out, `<manifest:file-entry manifest:full-path="%s" manifest:media-type="%s"/>`, p.name, p.mediaType)
	}
	out.WriteString("</manifest:manifest>")
	return out.String()
}

// fingerprint is the SHA-256 of what the document says, whatever the format of its file.
func fingerprint(d document.Document) (string, error) {
	said, err := json.Marshal(d)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(said)
	return hex.EncodeToString(sum[:]), nil
}

// meta says which document this is to whoever opens its properties.
func meta(d document.Document, mark string) string {
	var out bytes.Buffer
	day := d.Date.Format("2006-01-02") + "T00:00:00"
	out.WriteString(prolog + `<office:document-meta` + namespaces + ` office:version="1.3"><office:meta>`)
	element := func(name, text string) {
		if text != "" {
			fmt.Fprintf(&out, "<%s>%s</%[1]s>", name, escape(text))
		}
	}
	element("meta:generator", "Copil")
	element("dc:title", strings.Join(nonEmpty(d.Title, d.Subtitle), " – "))
	element("meta:initial-creator", d.Author)
	element("dc:creator", d.Author)
	element("meta:creation-date", day)
	element("dc:date", day)
	element("dc:language", "fr-FR")
	for _, p := range []struct{ name, value string }{{"Numéro", d.Number}, {"Version", d.Version}, {"Statut", standing(d)}, {"Mentions", strings.Join(d.Notices, " – ")}, {"Empreinte SHA-256", mark}} {
		if p.value != "" {
			fmt.Fprintf(&out, `<meta:user-defined meta:name="%s">%s</meta:user-defined>`, p.name, escape(p.value))
		}
	}
	out.WriteString("</office:meta></office:document-meta>")
	return out.String()
}
