package convention

import (
	"iter"
	"reflect"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// ordered yields the fields that a file may give to a type, by name, in order.
func ordered(t reflect.Type) iter.Seq2[string, reflect.StructField] {
	return func(yield func(string, reflect.StructField) bool) {
		for field := range t.Fields() {
			name, _, _ := strings.Cut(field.Tag.Get("yaml"), ",")
			if name != "" && name != "-" && !yield(name, field) {
				return
			}
		}
	}
}

func fieldsOf(t reflect.Type) map[string]reflect.StructField {
	fields := map[string]reflect.StructField{}
	for name, field := range ordered(t) {
		fields[name] = field
	}
	return fields
}

func optional(field reflect.StructField) bool {
	return strings.HasSuffix(field.Tag.Get("yaml"), ",omitempty")
}

// nearest ends a sentence by suggesting the field that was probably meant, or by nothing.
func nearest(name string, fields map[string]reflect.StructField) string {
	best, least := "", 3
	for known := range fields {
		if n := distance(name, known); n < least || n == least && known < best && best != "" {
			best, least = known, n
		}
	}
	if best == "" {
		return "."
	}
	return "\u00a0; vouliez-vous dire «\u00a0" + best + "\u00a0»\u00a0?"
}

// distance counts the letters to add, remove or replace between two names. Very
// long names are not worth comparing.
func distance(a, b string) int {
	if len(a) > 40 || len(b) > 40 {
		return 40
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

func keyOf(key ast.MapKeyNode) string {
	if s, ok := key.(*ast.StringNode); ok {
		return s.Value
	}
	return key.String()
}

func lineOf(node ast.Node) int {
	if node == nil || node.GetToken() == nil || node.GetToken().Position == nil {
		return 1
	}
	if m, ok := node.(*ast.MappingNode); ok && len(m.Values) > 0 && !m.IsFlowStyle {
		return lineOf(m.Values[0].Key) // its own token is the first colon
	}
	if m, ok := node.(*ast.MappingValueNode); ok {
		return lineOf(m.Key)
	}
	return max(node.GetToken().Position.Line, 1)
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
