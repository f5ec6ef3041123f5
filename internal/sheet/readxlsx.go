package sheet

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"copil/internal/fault"
)

// readXLSX reads a workbook part by part, forwards only: the library that
// writes files would load whole sheets to tell formulas and dates apart, which
// no limit of memory allows.
func readXLSX(data []byte) (Book, error) {
	a, err := openArchive(data)
	if err != nil {
		return Book{}, err
	}
	w := workbook{archive: a}
	if err := w.open(); err != nil {
		return Book{}, err
	}
	for _, tab := range w.tabs {
		w.begin(Page{Name: tab.name, Hidden: tab.hidden})
		p := sheetParser{workbook: &w}
		if err := a.walk(tab.part, p.token); err != nil {
			return Book{}, err
		}
	}
	return w.book, nil
}

// workbook is an XLSX being read.
type workbook struct {
	*archive
	reading
	tabs    []tabEntry
	strings []string
	looks   []Kind // of the styles of cells: KindDate, KindPercent or KindDecimal
	from04  bool   // days count from 1904, as on old Macs
}

type tabEntry struct {
	name, part string
	hidden     bool
}

// open reads all but the sheets.
func (w *workbook) open() error {
	root, err := w.relations("")
	if err != nil {
		return err
	}
	main := ""
	for _, r := range root {
		if r.kind == "officeDocument" {
			main = r.target
		}
	}
	parts, err := w.relations(main)
	if err != nil {
		return err
	}
	if err := w.list(main, parts); err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(parts)) {
		switch r := parts[id]; r.kind {
		case "sharedStrings":
			err = w.shared(r.target)
		case "styles":
			err = w.styles(r.target)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// list reads the names of the sheets. Sheets that are charts are left out.
func (w *workbook) list(main string, parts map[string]relation) error {
	taken := map[string]bool{}
	return w.walk(main, func(t xml.Token) error {
		start, ok := t.(xml.StartElement)
		if !ok {
			return nil
		}
		switch start.Name.Local {
		case "workbookPr":
			w.from04 = truth(attribute(start, "date1904"))
		case "sheet":
			name := attribute(start, "name")
			if taken[strings.ToLower(name)] {
				return fault.New(fault.Invalid, "Deux feuilles portent le nom «\u00a0%.31s\u00a0»\u00a0: renommez l’une d’elles.", name)
			}
			taken[strings.ToLower(name)] = true
			if len(taken) > MaxSheets {
				return fault.New(fault.TooLarge, "Le classeur contient plus de 50\u00a0feuilles\u00a0: retirez celles qui ne servent pas.")
			}
			id := ""
			for _, a := range start.Attr {
				if a.Name.Local == "id" && a.Name.Space != "" {
					id = a.Value
				}
			}
			switch r := parts[id]; r.kind {
			case "worksheet":
				w.tabs = append(w.tabs, tabEntry{name: name, part: r.target, hidden: attribute(start, "state") != "" && attribute(start, "state") != "visible"})
			case "chartsheet", "dialogsheet":
			default:
				return damaged(fmt.Errorf("sheet %q is %+v", name, r))
			}
		}
		return nil
	})
}

func truth(value string) bool { return value == "1" || value == "true" }

// shared reads the texts that cells refer to by number.
func (w *workbook) shared(part string) error {
	var text texts
	size := 0
	return w.walk(part, func(t xml.Token) error {
		text.token(t)
		if end, ok := t.(xml.EndElement); ok && end.Name.Local == "si" {
			s := text.take()
			if size += len(s); size > maxText || len(w.strings) >= maxCells {
				return tooDense()
			}
			w.strings = append(w.strings, s)
		}
		return nil
	})
}

// texts gathers the <t> of a text, which may be in several parts with looks of
// their own. How a text is pronounced (<rPh>) is not part of it.
type texts struct {
	b        strings.Builder
	inside   bool
	phonetic bool
}

func (s *texts) token(t xml.Token) {
	switch t := t.(type) {
	case xml.StartElement:
		s.phonetic = s.phonetic || t.Name.Local == "rPh"
		s.inside = t.Name.Local == "t"
	case xml.EndElement:
		s.phonetic = s.phonetic && t.Name.Local != "rPh"
		s.inside = false
	case xml.CharData:
		if s.inside && !s.phonetic {
			s.b.Write(t)
		}
	}
}

func (s *texts) take() string {
	text := unescape(s.b.String())
	s.b.Reset()
	return text
}

// unescape reads _x000D_, the way of the format to write signs that XML lacks.
func unescape(text string) string {
	if !strings.Contains(text, "_x") {
		return text
	}
	var b strings.Builder
	for {
		before, after, found := strings.Cut(text, "_x")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		text = after
		if len(after) > 4 && after[4] == '_' {
			// Signs that are not text stay as they are written.
			if code, err := strconv.ParseUint(after[:4], 16, 16); err == nil && code < 0xd800 && !control(rune(code)) {
				b.WriteRune(rune(code))
				text = after[5:]
				continue
			}
		}
		b.WriteString("_x")
	}
}

// sheetParser goes through one sheet.
type sheetParser struct {
	*workbook
	row, column int // column counts from 0, -1 before the first
	data        bool
	kind        string // of the open cell: s, n, b, e, str, inlineStr, d
	look        int
	formula     bool
	value       strings.Builder
	inValue     bool
	inline      texts
	inCell      bool
}

func (p *sheetParser) token(t xml.Token) error {
	switch t := t.(type) {
	case xml.StartElement:
		return p.start(t)
	case xml.EndElement:
		p.inValue = false
		switch t.Name.Local {
		case "sheetData":
			p.data = false
		case "c":
			if p.inCell {
				p.inCell = false
				return p.cell()
			}
		}
	case xml.CharData:
		if p.inValue {
			p.value.Write(t)
		}
	}
	if p.inCell {
		p.inline.token(t)
	}
	return nil
}

func (p *sheetParser) start(e xml.StartElement) error {
	switch {
	case e.Name.Local == "sheetData":
		p.data = true
	case !p.data:
	case e.Name.Local == "row":
		number := p.row + 1
		if r := attribute(e, "r"); r != "" {
			n, err := strconv.Atoi(r)
			if err != nil || n < number {
				return damaged(err)
			}
			number = n
		}
		p.row, p.column = number, -1
	case e.Name.Local == "c":
		return p.open(e)
	case p.inCell:
		p.formula = p.formula || e.Name.Local == "f"
		p.inValue = e.Name.Local == "v"
		p.inline.token(e)
	}
	return nil
}

// open begins a cell.
func (p *sheetParser) open(e xml.StartElement) error {
	column := p.column + 1
	if ref := attribute(e, "r"); ref != "" {
		letters := strings.TrimRight(ref, "0123456789")
		n, ok := columnNumber(letters)
		if !ok || n < column || ref[len(letters):] != strconv.Itoa(p.row) {
			return damaged(fmt.Errorf("cell %q in row %d after column %d", ref, p.row, p.column))
		}
		column = n
	}
	p.column, p.inCell, p.formula = column, true, false
	p.kind, p.look = attribute(e, "t"), 0
	if s := attribute(e, "s"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			return damaged(err)
		}
		p.look = n
	}
	p.value.Reset()
	p.inline.take()
	return nil
}

func columnNumber(letters string) (int, bool) {
	n := 0
	for _, c := range []byte(letters) {
		if c < 'A' || c > 'Z' || n > 1000 {
			return 0, false
		}
		n = 26*n + int(c-'A') + 1
	}
	return n - 1, n > 0
}

// cell ends a cell.
func (p *sheetParser) cell() error {
	value := p.value.String()
	if p.formula {
		return p.report(p.row, p.column, "Cette cellule contient une formule\u00a0: remplacez-la par sa valeur (copier, puis collage spécial «\u00a0Valeurs\u00a0»).")
	}
	switch p.kind {
	case "s":
		n, err := strconv.Atoi(strings.TrimSpace(value))
		if value == "" {
			return nil
		}
		if err != nil || n < 0 || n >= len(p.strings) {
			return damaged(err)
		}
		value = p.strings[n]
	case "inlineStr":
		value = p.inline.take()
	case "str":
		value = unescape(value)
	case "b":
		value = map[string]string{"1": "VRAI", "true": "VRAI", "0": "FAUX", "false": "FAUX"}[strings.TrimSpace(value)]
	case "e":
		return p.report(p.row, p.column, fmt.Sprintf("Cette cellule contient l’erreur %.20s\u00a0: saisissez sa valeur.", cmp.Or(value, "du tableur")))
	case "d":
		value = strings.TrimSuffix(strings.TrimSpace(value), "T00:00:00")
	case "", "n":
		return p.figure(strings.TrimSpace(value))
	default:
		return damaged(fmt.Errorf("cell of type %q", p.kind))
	}
	return p.put(p.row, p.column, value)
}
