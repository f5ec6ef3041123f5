// Package attachment keeps the papers of a convention: each belongs to one object
// and is read through that object only. What a paper is, its content says.
package attachment

import (
	"cmp"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"copil/internal/audit"
	"copil/internal/fault"
)

const (
	// MaxBytes is the size of the largest paper.
	MaxBytes = 10 << 20
	// Quota bounds, in bytes, the papers of one convention, withdrawn ones included.
	Quota = 500 << 20

	longestName = 120 // characters
)

// Object is what a paper belongs to.
type Object struct {
	Type  audit.ObjectType
	ID    string // as in the object's address
	Label string // for the log; the paper's own name where it is empty
}

// Accepted says on screen what may be sent.
const Accepted = "PDF, document ou classeur (ODT, ODS, DOCX, XLSX), image (PNG, JPEG), texte ou CSV\u00a0; 10\u00a0Mo au plus."

// kind is one accepted type and how its names end.
type kind struct {
	media   string
	endings []string
}

var kinds = []kind{
	{"application/pdf", []string{".pdf"}},
	{"application/vnd.oasis.opendocument.text", []string{".odt"}},
	{"application/vnd.oasis.opendocument.spreadsheet", []string{".ods"}},
	{"application/vnd.openxmlformats-officedocument.wordprocessingml.document", []string{".docx"}},
	{"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", []string{".xlsx"}},
	{"image/png", []string{".png"}},
	{"image/jpeg", []string{".jpg", ".jpeg"}},
	{"text/plain", []string{".txt"}},
	{"text/csv", []string{".csv"}},
}

// Examine returns a paper's name, made harmless, and its type, or a fault that
// tells the sender what to do.
func Examine(name string, content []byte) (safe, media string, err error) {
	safe = safeName(name)
	switch {
	case len(content) == 0:
		return "", "", refuse("Ce fichier est vide\u00a0: choisissez-en un autre.")
	case len(content) > MaxBytes:
		return "", "", refuse("Ce fichier dépasse 10\u00a0Mo\u00a0: allégez-le, ou partagez-le en plusieurs.")
	}
	ending := strings.ToLower(path.Ext(safe))
	media = sniff(content)
	if media == "text/plain" && ending == ".csv" {
		media = "text/csv"
	}
	i := slices.IndexFunc(kinds, func(k kind) bool { return k.media == media })
	if i < 0 {
		return "", "", refuse("Ce type de fichier n’est pas accepté. " + Accepted)
	}
	if !slices.Contains(kinds[i].endings, ending) {
		return "", "", refuse("Le nom de ce fichier ne correspond pas à son contenu\u00a0: il devrait finir par «\u00a0" + kinds[i].endings[0] + "\u00a0».")
	}
	return safe, media, nil
}

// Field is the name of the form's field that carries a paper.
const Field = "fichier"

func refuse(message string) error { return fault.OnField(fault.Invalid, Field, message) }

// sniff finds the type from the content alone; "" for one that is not accepted.
func sniff(content []byte) string {
	media, _, _ := strings.Cut(http.DetectContentType(content), ";")
	switch media {
	case "application/zip":
		return office(content)
	case "text/plain":
		if plain(content) {
			return media
		}
		return ""
	}
	if slices.ContainsFunc(kinds, func(k kind) bool { return k.media == media }) {
		return media
	}
	return ""
}

var markup = regexp.MustCompile(`(?i)^[\s\x{feff}]*<\s*[!?/a-z]`)

// plain reports whether a text is one: neither markup that a browser might run
// nor UTF-16, which hides what it says.
func plain(content []byte) bool {
	begins := content[:min(len(content), 1024)]
	return !markup.Match(begins) && !slices.Contains(content, 0)
}

// reserved are names that some systems take for devices.
var reserved = regexp.MustCompile(`(?i)^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)`)

// safeName is the last part of a name, without anything that a system, a header
// or an eye could take for something else.
func safeName(name string) string {
	name = path.Base(strings.ReplaceAll(strings.ToValidUTF8(name, ""), "\\", "/"))
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.In(r, unicode.Cf, unicode.Co, unicode.Zl, unicode.Zp): // with what turns the writing round
			return -1
		case strings.ContainsRune(`<>:"|?*;%`, r):
			return '_'
		}
		return r
	}, name)
	name = strings.Trim(strings.Join(strings.Fields(name), " "), ". /")
	ending := path.Ext(name)
	if n := []rune(strings.TrimSuffix(name, ending)); len(n)+len([]rune(ending)) > longestName {
		name = string(n[:max(1, min(len(n), longestName-len([]rune(ending))))]) + ending
	}
	if n := []rune(name); len(n) > longestName {
		name = string(n[:longestName])
	}
	if reserved.MatchString(name) {
		name = "_" + name
	}
	return cmp.Or(name, "piece")
}
