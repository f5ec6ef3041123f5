package convention

import (
	"bytes"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/shopspring/decimal"
)

// Write writes f as a file, always the same way, so that two versions can be
// compared line by line. Read gives f back.
func Write(w io.Writer, f File) error {
	var b bytes.Buffer
	b.WriteString(header)
	writeFields(&b, reflect.ValueOf(f), "", "")
	_, err := w.Write(b.Bytes())
	return err
}

// widest is how long an element may be, in characters, and still be one line.
const widest = 150

// writeFields writes a mapping; first comes before its first field, indent
// before the others.
func writeFields(b *bytes.Buffer, v reflect.Value, first, indent string) {
	for name, field := range ordered(v.Type()) {
		value := v.FieldByIndex(field.Index)
		if optional(field) && isEmpty(value) {
			continue
		}
		b.WriteString(first + name + ":")
		writeValue(b, reflect.Indirect(value), indent)
		first = indent
	}
}

// writeValue writes what comes after a colon, with its end of line.
func writeValue(b *bytes.Buffer, v reflect.Value, indent string) {
	deeper := indent + "  "
	switch {
	case isMultiline(v):
		b.WriteString(" |-\n")
		for line := range strings.SplitSeq(v.String(), "\n") {
			if line != "" {
				line = deeper + line
			}
			b.WriteString(line + "\n")
		}
	case isScalar(v):
		b.WriteString(" " + scalarText(v) + "\n")
	case v.Kind() == reflect.Slice:
		if short, ok := onOneLine(v); ok {
			b.WriteString(" " + short + "\n")
			return
		}
		b.WriteString("\n")
		for i := range v.Len() {
			writeElement(b, v.Index(i), deeper)
		}
	default:
		b.WriteString("\n")
		writeFields(b, v, deeper, deeper)
	}
}

func writeElement(b *bytes.Buffer, v reflect.Value, indent string) {
	short, ok := onOneLine(v)
	switch {
	case ok:
		b.WriteString(indent + "- " + short + "\n")
	case v.Kind() == reflect.Struct:
		writeFields(b, v, indent+"- ", indent+"  ")
	default:
		b.WriteString(indent + "-")
		writeValue(b, v, indent)
	}
}

// onOneLine writes a value in one line, if it is short and simple enough.
func onOneLine(v reflect.Value) (string, bool) {
	text, ok := flow(v)
	return text, ok && utf8.RuneCountInString(text) <= widest
}

func flow(v reflect.Value) (string, bool) {
	var parts []string
	switch {
	case isMultiline(v):
		return "", false
	case isScalar(v):
		return scalarText(v), true
	case v.Kind() == reflect.Slice:
		if !isScalar(reflect.Zero(v.Type().Elem())) {
			return "", false
		}
		for i := range v.Len() {
			part, ok := flow(v.Index(i))
			if !ok {
				return "", false
			}
			parts = append(parts, part)
		}
		return "[" + strings.Join(parts, ", ") + "]", true
	}
	for name, field := range ordered(v.Type()) {
		value := v.FieldByIndex(field.Index)
		if optional(field) && isEmpty(value) {
			continue
		}
		part, ok := flow(reflect.Indirect(value))
		if !ok {
			return "", false
		}
		parts = append(parts, name+": "+part)
	}
	return "{" + strings.Join(parts, ", ") + "}", true
}

func isEmpty(v reflect.Value) bool {
	return v.IsZero() || v.Kind() == reflect.Slice && v.Len() == 0
}

func isScalar(v reflect.Value) bool {
	return v.Type() == timeType || v.Type() == decimalType || v.Kind() != reflect.Struct && v.Kind() != reflect.Slice
}

func isMultiline(v reflect.Value) bool {
	return v.Kind() == reflect.String && strings.Contains(v.String(), "\n")
}

// aWord is text that YAML cannot take for anything else, once the words below are left out.
var (
	aWord    = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]*$`)
	reserved = regexp.MustCompile(`^(?i:true|false|null|yes|no|on|off|y|n|nan|inf)$`)
)

// scalarText writes one value. Only a word goes without quotes.
func scalarText(v reflect.Value) string {
	switch value := v.Interface().(type) {
	case time.Time:
		return value.Format(time.DateOnly)
	case decimal.Decimal:
		return value.String()
	case string:
		if aWord.MatchString(value) && !reserved.MatchString(value) {
			return value
		}
		return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(value) + `"`
	default:
		return fmt.Sprint(value)
	}
}
