package convention

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// maxFile bounds a file: the longest act that we know takes a tenth of it.
const maxFile = 1 << 20

// Read reads and checks a file; name is how problems call it. When anything is
// wrong the error is a Problems that tells everything at once.
func Read(r io.Reader, name string) (File, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return File{}, fmt.Errorf("read convention file %s: %w", name, err)
	}
	d := &decoder{file: name, lines: map[string]int{}}
	root, problem := parse(data)
	if problem != nil {
		d.problem(problem.Line, "", "%s", problem.Message)
		return File{}, d.problems
	}
	var f File
	d.decode(root, &f)
	check(d, &f)
	if len(d.problems) > 0 {
		slices.SortFunc(d.problems, func(a, b Problem) int {
			return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Field, b.Field), cmp.Compare(a.Message, b.Message))
		})
		return File{}, d.problems
	}
	return f, nil
}

// parse returns the file's one mapping, or what keeps it from being read at all.
func parse(data []byte) (root ast.Node, problem *Problem) {
	switch {
	case binary(data):
		return nil, &Problem{Line: 1, Message: notAConvention}
	case len(data) > maxFile:
		return nil, &Problem{Line: 1, Message: "Le fichier dépasse 1 Mio : ce n’est sans doute pas une convention."}
	case !utf8.Valid(data):
		return nil, &Problem{Line: badLine(data), Message: "Le fichier n’est pas en UTF-8 : enregistrez-le dans ce codage."}
	case tooDeep(data):
		return nil, &Problem{Line: 1, Message: "Le fichier imbrique trop de niveaux : ce n’est sans doute pas une convention."}
	}
	// The parser's own panics on malformed input are a problem of the file, too.
	defer func() {
		if recover() != nil {
			root, problem = nil, &Problem{Line: 1, Message: "La syntaxe YAML est incorrecte."}
		}
	}()
	parsed, err := parser.ParseBytes(data, 0)
	if err != nil {
		return nil, syntaxProblem(err)
	}
	if len(parsed.Docs) != 1 || parsed.Docs[0].Body == nil {
		return nil, &Problem{Line: 1, Message: "Le fichier doit contenir une convention, et une seule."}
	}
	if _, ok := parsed.Docs[0].Body.(ast.MapNode); !ok {
		return nil, &Problem{Line: 1, Message: notAConvention}
	}
	return parsed.Docs[0].Body, nil
}

// notAConvention is said of what is no text, or a text without any field.
const notAConvention = "Ce fichier n’est pas une convention (YAML)."

// binary reports whether the data are those of an office document or of a picture:
// no text holds a zero byte.
func binary(data []byte) bool { return bytes.IndexByte(data, 0) >= 0 }

func syntaxProblem(err error) *Problem {
	p := &Problem{Line: 1, Message: "La syntaxe YAML est incorrecte ici : vérifiez le retrait, les deux-points et les guillemets."}
	if e, ok := errors.AsType[*yaml.SyntaxError](err); ok {
		if t := e.GetToken(); t != nil && t.Position != nil {
			p.Line = max(t.Position.Line, 1)
		}
		// The library's only message worth a sentence of its own.
		if strings.Contains(e.GetMessage(), "already defined") {
			p.Message = "Ce champ est donné deux fois au même endroit."
		}
	}
	return p
}

func badLine(data []byte) int {
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size == 1 {
			return 1 + bytes.Count(data[:i], []byte("\n"))
		}
		i += size
	}
	return 1
}

// tooDeep spares the recursive parser what only an attack would nest.
func tooDeep(data []byte) bool {
	const deepest = 200
	for line := range bytes.Lines(data) {
		opening := bytes.Count(line, []byte("- ")) + bytes.Count(line, []byte("[")) + bytes.Count(line, []byte("{")) + bytes.Count(line, []byte("? "))
		indent := len(line) - len(bytes.TrimLeft(line, " "))
		if opening > deepest || indent > deepest {
			return true
		}
	}
	return false
}
