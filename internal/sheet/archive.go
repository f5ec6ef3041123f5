package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strings"

	"copil/internal/fault"
)

const (
	maxParts    = 1_000
	maxUnpacked = 64 << 20  // bytes, of all parts as the archive states them
	maxRatio    = 100       // of unpacked to packed, beyond the first MB
	maxXML      = 24 << 20  // bytes of XML that is read
	maxToken    = 512 << 10 // bytes of one tag or text of XML
	maxTokens   = 2_000_000
)

// archive is the parts of an XLSX whose list has been checked.
type archive struct {
	parts  map[string]*zip.File // by name in small letters
	room   int64                // bytes of XML that may still be unpacked
	tokens int                  // that may still be read
}

func tooDense() error {
	return fault.New(fault.TooLarge, "Le fichier est trop grand une fois décompressé\u00a0: retirez-en les images et les feuilles inutiles, ou partagez-le en plusieurs fichiers.")
}

func refused(what string) error {
	return fault.New(fault.Invalid, "Le fichier contient %s, ce qui n’est pas accepté. Copiez vos données dans un nouveau classeur, enregistrez-le au format Excel (.xlsx), puis envoyez-le.", what)
}

// openArchive checks the list of parts before anything is unpacked.
func openArchive(data []byte) (*archive, error) {
	// The list itself may be a bomb: its entries are counted before they are read.
	if bytes.Count(data, []byte("PK\x01\x02")) > maxParts {
		return nil, fault.New(fault.TooLarge, "Le fichier contient plus de 1\u202f000\u00a0éléments, ce qu’un tableau n’a pas. %s", saveAs)
	}
	in, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, damaged(err)
	}
	a := &archive{parts: map[string]*zip.File{}, room: maxXML, tokens: maxTokens}
	var total uint64
	for _, f := range in.File {
		if err := a.add(f); err != nil {
			return nil, err
		}
		if total += min(f.UncompressedSize64, maxUnpacked+1); total > maxUnpacked {
			return nil, tooDense()
		}
	}
	if total > 1<<20 && total > maxRatio*uint64(len(data)) {
		return nil, tooDense()
	}
	return a, a.spreadsheet()
}

func (a *archive) add(f *zip.File) error {
	name := strings.ToLower(f.Name)
	switch {
	case strings.ContainsAny(name, "\\\x00:"), path.IsAbs(name), strings.Contains("/"+name+"/", "/../"), !f.Mode().IsRegular() && !f.Mode().IsDir():
		return refused("un chemin ou un lien vers d’autres fichiers")
	case f.Flags&1 != 0:
		return fault.New(fault.Invalid, "Ce fichier est protégé par un mot de passe\u00a0: retirez-le, puis envoyez le fichier de nouveau.")
	case a.parts[name] != nil:
		return damaged(fmt.Errorf("part %q twice", f.Name))
	case strings.Contains(name, "vbaproject"), strings.Contains(name, "vbadata"), strings.Contains(name, "/macrosheets/"):
		return macros()
	case strings.HasPrefix(name, "xl/externallinks/"), name == "xl/connections.xml":
		return refused("des liaisons vers d’autres fichiers")
	case strings.HasPrefix(name, "xl/embeddings/"), strings.HasPrefix(name, "xl/activex/"), nested(path.Ext(name)):
		return refused("un autre fichier")
	}
	a.parts[name] = f
	return nil
}

func macros() error {
	return fault.New(fault.Invalid, "Ce classeur contient des macros, ce qui n’est pas accepté. Enregistrez-le au format «\u00a0Classeur Excel (.xlsx)\u00a0», puis envoyez-le.")
}

func nested(extension string) bool {
	switch extension {
	case ".zip", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar", ".tar", ".jar", ".xlsx", ".xlsm", ".xls", ".ods", ".docx", ".exe", ".dll", ".js", ".vbs":
		return true
	}
	return false
}

// spreadsheet checks that the archive is a workbook, and which.
func (a *archive) spreadsheet() error {
	switch {
	case a.parts["[content_types].xml"] != nil && a.parts["_rels/.rels"] != nil:
	case a.parts["mimetype"] != nil && a.parts["content.xml"] != nil:
		return fault.New(fault.Invalid, "Ce fichier est au format OpenDocument (.ods). %s", saveAs)
	default:
		return fault.New(fault.Invalid, "Ce fichier est une archive, pas un classeur. %s", saveAs)
	}
	if a.parts["xl/workbook.bin"] != nil {
		return fault.New(fault.Invalid, "Ce fichier est au format binaire d’Excel (.xlsb). %s", saveAs)
	}
	if a.parts["word/document.xml"] != nil || a.parts["ppt/presentation.xml"] != nil {
		return fault.New(fault.Invalid, "Ce fichier est un document, pas un classeur. %s", saveAs)
	}
	for _, name := range slices.Sorted(maps.Keys(a.parts)) { // in the order of their names, as the same file is refused for the same reason
		if err := a.prolog(name, a.parts[name]); err != nil {
			return err
		}
	}
	return a.walk("[content_types].xml", func(t xml.Token) error {
		if start, ok := t.(xml.StartElement); ok && strings.Contains(strings.ToLower(attribute(start, "ContentType")), "macroenabled") {
			return macros()
		}
		return nil
	})
}

// prolog looks at how a part begins: parts that are not read further must not
// declare entities nor be archives either.
func (a *archive) prolog(name string, f *zip.File) error {
	if f.Mode().IsDir() {
		return nil
	}
	in, err := f.Open()
	if err != nil {
		return damaged(err)
	}
	defer in.Close()
	head := make([]byte, 1024)
	n, err := io.ReadFull(in, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return damaged(err)
	}
	head = head[:n]
	if bytes.HasPrefix(head, []byte("PK\x03\x04")) {
		return refused("un autre fichier")
	}
	if ext := path.Ext(name); ext != ".xml" && ext != ".rels" && ext != ".vml" {
		return nil
	}
	if upper := bytes.ToUpper(head); bytes.Contains(upper, []byte("<!DOCTYPE")) || bytes.Contains(upper, []byte("<!ENTITY")) {
		return entities()
	}
	return nil
}

func entities() error { return refused("une déclaration d’entités XML") }

// walk reads a part and hands over its tags and texts. The tokens are valid
// during the call only, and prefixes of names stay as they are.
func (a *archive) walk(name string, visit func(xml.Token) error) error {
	f := a.parts[strings.ToLower(name)]
	if f == nil {
		return damaged(fmt.Errorf("no part %q", name))
	}
	packed, err := f.Open()
	if err != nil {
		return damaged(err)
	}
	defer packed.Close()
	r := &partReader{packed: packed, room: &a.room}
	in := xml.NewDecoder(r)
	for depth := 0; ; {
		token, err := in.RawToken()
		r.seen = in.InputOffset()
		switch {
		case errors.Is(err, errDense):
			return tooDense()
		case errors.Is(err, io.EOF) && depth == 0:
			return nil
		case err != nil:
			return damaged(fmt.Errorf("part %q: %w", name, err))
		}
		if a.tokens--; a.tokens < 0 {
			return tooDense()
		}
		switch token.(type) {
		case xml.Directive:
			return entities()
		case xml.StartElement:
			depth++
		case xml.EndElement:
			depth--
		case xml.CharData:
		default:
			continue
		}
		if err := visit(token); err != nil {
			return err
		}
	}
}

var errDense = errors.New("too much XML")

// partReader unpacks a part as far as there is room. The decoder keeps a whole
// tag or text, so these are bounded too.
type partReader struct {
	packed     io.Reader
	room       *int64
	read, seen int64 // bytes unpacked, and of these the ones that have become tokens
}

func (r *partReader) Read(b []byte) (int, error) {
	if *r.room <= 0 || r.read-r.seen > maxToken {
		return 0, errDense
	}
	n, err := r.packed.Read(b)
	r.read += int64(n)
	*r.room -= int64(n)
	return n, err
}

// attribute is the value of an attribute by its name without prefix.
func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// relation is a line of a .rels part.
type relation struct{ kind, target string }

// relations are what a part points to, by id. Targets are names of parts.
func (a *archive) relations(name string) (map[string]relation, error) {
	found := map[string]relation{}
	dir, base := path.Split(name)
	err := a.walk(dir+"_rels/"+base+".rels", func(t xml.Token) error {
		start, ok := t.(xml.StartElement)
		if !ok || start.Name.Local != "Relationship" {
			return nil
		}
		r := relation{kind: path.Base(attribute(start, "Type")), target: attribute(start, "Target")}
		if strings.EqualFold(attribute(start, "TargetMode"), "External") {
			if r.kind != "hyperlink" { // e-mail addresses become links as one types them
				return refused("des liaisons vers d’autres fichiers")
			}
			return nil
		}
		if path.IsAbs(r.target) {
			r.target = strings.TrimPrefix(path.Clean(r.target), "/")
		} else {
			r.target = path.Join(dir, r.target)
		}
		found[attribute(start, "Id")] = r
		return nil
	})
	return found, err
}
