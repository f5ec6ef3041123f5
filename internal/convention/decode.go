package convention

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/goccy/go-yaml/ast"
	"github.com/shopspring/decimal"
)

// decoder fills a File from parsed YAML. Unlike the library's own, it goes on
// after a problem, so that all are told at once, and it remembers the line of
// every field for the checks that follow.
type decoder struct {
	file     string
	problems Problems
	lines    map[string]int // by path
	quotes   []quote
}

// quote is an extract to be found in the act.
type quote struct {
	path    string
	text    string
	article *int // nil: anywhere in the act
}

func (d *decoder) problem(line int, field, format string, args ...any) {
	d.problems = append(d.problems, Problem{d.file, line, field, fmt.Sprintf(format, args...)})
}

// at reports a problem of a field, on the field's line or on that of what should hold it.
func (d *decoder) at(field, format string, args ...any) {
	line, path := 0, field
	for path != "" && line == 0 {
		line = d.lines[path]
		path = path[:max(strings.LastIndexAny(path, ".["), 0)]
	}
	d.problem(max(line, 1), field, format, args...)
}

func (d *decoder) decode(root ast.Node, f *File) {
	d.value(root, reflect.ValueOf(f).Elem(), "", "")
}

var (
	timeType    = reflect.TypeFor[time.Time]()
	decimalType = reflect.TypeFor[decimal.Decimal]()
)

// value decodes node into v, which sits at path; tag is its field's.
func (d *decoder) value(node ast.Node, v reflect.Value, path string, tag reflect.StructTag) {
	line := lineOf(node)
	if path != "" {
		d.lines[path] = line
	}
	switch node.(type) {
	case nil, *ast.NullNode:
		d.problem(line, path, "La valeur manque : donnez-la, ou retirez le champ s’il est facultatif.")
		return
	case *ast.AnchorNode, *ast.AliasNode, *ast.TagNode:
		d.problem(line, path, "Les ancres, les renvois et les étiquettes YAML ne sont pas acceptés : écrivez la valeur en entier.")
		return
	}
	switch {
	case v.Kind() == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.value(node, v.Elem(), path, tag)
	case v.Type() == timeType || v.Type() == decimalType:
		d.scalar(node, v, path)
	case v.Kind() == reflect.Struct:
		d.structure(node, v, path)
	case v.Kind() == reflect.Slice:
		d.slice(node, v, path, tag)
	case v.Kind() == reflect.String:
		d.text(node, v, path, tag)
	default:
		d.scalar(node, v, path)
	}
}

// structure decodes a mapping: its fields are those of v's type and no others.
func (d *decoder) structure(node ast.Node, v reflect.Value, path string) {
	mapping, ok := node.(ast.MapNode)
	if !ok {
		d.problem(lineOf(node), path, "Il faut ici des champs « nom: valeur ».")
		return
	}
	line := lineOf(node)
	fields := fieldsOf(v.Type())
	given := map[string]bool{}
	for entry := mapping.MapRange(); entry.Next(); {
		name := keyOf(entry.Key())
		field, known := fields[name]
		switch {
		case !known:
			d.problem(lineOf(entry.Key()), join(path, name), "Ce champ n’existe pas ici%s", nearest(name, fields))
		case given[name]:
			d.problem(lineOf(entry.Key()), join(path, name), "Ce champ est donné deux fois au même endroit.")
		default:
			given[name] = true
			d.value(entry.Value(), v.FieldByIndex(field.Index), join(path, name), field.Tag)
			d.lines[join(path, name)] = lineOf(entry.Key())
		}
	}
	for name, field := range ordered(v.Type()) {
		value := v.FieldByIndex(field.Index)
		if !given[name] && !optional(field) {
			d.problem(line, join(path, name), "Ce champ manque.")
		}
		if value.Kind() == reflect.Slice && value.IsNil() {
			value.Set(reflect.MakeSlice(value.Type(), 0, 0)) // as the database gives it back
		}
	}
	d.collectQuotes(v, path)
}

func (d *decoder) slice(node ast.Node, v reflect.Value, path string, tag reflect.StructTag) {
	sequence, ok := node.(*ast.SequenceNode)
	if !ok {
		d.problem(lineOf(node), path, "Il faut ici une liste : un « - » devant chaque élément.")
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(sequence.Values), len(sequence.Values)))
	for i, element := range sequence.Values {
		d.value(element, v.Index(i), fmt.Sprintf("%s[%d]", path, i+1), tag)
	}
	if len(sequence.Values) == 0 {
		d.problem(lineOf(node), path, "La liste est vide : remplissez-la, ou retirez le champ s’il est facultatif.")
	}
}

func (d *decoder) text(node ast.Node, v reflect.Value, path string, tag reflect.StructTag) {
	var text string
	switch n := node.(type) {
	case *ast.StringNode:
		text = n.Value
	case *ast.LiteralNode:
		text = strings.TrimRight(n.Value.Value, "\n")
	default:
		d.problem(lineOf(node), path, "Il faut ici un texte ; mettez-le entre guillemets s’il ressemble à un nombre ou à un mot réservé.")
		return
	}
	v.SetString(text)
	if fault := textFault(text); fault != "" {
		d.problem(lineOf(node), path, "%s", fault)
		return
	}
	if words, closed := tag.Lookup("one_of"); closed && !slices.Contains(strings.Fields(words), text) {
		d.problem(lineOf(node), path, "« %s » n’est pas un choix possible ; les choix : %s.", text, strings.Join(strings.Fields(words), ", "))
	}
}

// textFault says why a text cannot be kept exactly as it is, or "".
func textFault(text string) string {
	if text == "" {
		return "Le texte est vide : donnez-le, ou retirez le champ s’il est facultatif."
	}
	if strings.ContainsFunc(text, func(r rune) bool {
		return r != '\n' && unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || r == '\ufeff'
	}) {
		return "Le texte contient un caractère de contrôle (une tabulation, par exemple) : retirez-le."
	}
	for line := range strings.SplitSeq(text, "\n") {
		if strings.TrimSpace(line) != line {
			return "Une ligne du texte commence ou finit par un espace : retirez-le."
		}
	}
	if strings.Trim(text, "\n") != text {
		return "Le texte commence par une ligne vide : retirez-la."
	}
	return ""
}

// aNumber keeps out exponents, which a few characters can make enormous.
var aNumber = regexp.MustCompile(`^-?[0-9]{1,12}(\.[0-9]{1,4})?$`)

func (d *decoder) scalar(node ast.Node, v reflect.Value, path string) {
	token := ""
	if s, ok := node.(ast.ScalarNode); ok {
		token = s.GetToken().Value
	}
	line := lineOf(node)
	switch {
	case v.Type() == timeType:
		day, err := time.Parse(time.DateOnly, token)
		if err != nil || day.Year() < 1900 || day.Year() > 2200 {
			d.problem(line, path, "Il faut ici une date comme 2013-12-06.")
			return
		}
		v.Set(reflect.ValueOf(day))
	case v.Type() == decimalType:
		if !isNumber(node) || !aNumber.MatchString(token) {
			d.problem(line, path, "Il faut ici un nombre comme 3000 ou 0.5.")
			return
		}
		shortest := decimal.RequireFromString(token).String() // 1.50 and 1.5 are one number
		v.Set(reflect.ValueOf(decimal.RequireFromString(shortest)))
	case v.Kind() == reflect.Bool:
		b, ok := node.(*ast.BoolNode)
		if !ok {
			d.problem(line, path, "Il faut ici true ou false.")
			return
		}
		v.SetBool(b.Value)
	default: // int, int16
		n, err := strconv.ParseInt(token, 10, 16)
		if err != nil || !isNumber(node) {
			d.problem(line, path, "Il faut ici un nombre entier.")
			return
		}
		v.SetInt(n)
	}
}

func isNumber(node ast.Node) bool {
	switch node.(type) {
	case *ast.IntegerNode, *ast.FloatNode:
		return true
	}
	return false
}

// collectQuotes keeps v's extracts of the act, to be looked for in its text.
func (d *decoder) collectQuotes(v reflect.Value, path string) {
	for name, field := range ordered(v.Type()) {
		where := field.Tag.Get("quote")
		if where == "" {
			continue
		}
		var article *int
		if where == "article" {
			article = new(int(v.FieldByName("ArticleNo").Int()))
		}
		at := join(path, name)
		switch value := v.FieldByIndex(field.Index).Interface().(type) {
		case string:
			d.quotes = append(d.quotes, quote{at, value, article})
		case []string:
			for i, text := range value {
				d.quotes = append(d.quotes, quote{fmt.Sprintf("%s[%d]", at, i+1), text, article})
			}
		}
	}
}
