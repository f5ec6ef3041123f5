package sheet

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"copil/internal/fault"
)

// readCSV reads what Excel and LibreOffice write in French and English: cells
// apart by semicolon, tab or comma, text in UTF-8, UTF-16 or Windows-1252.
// Rows count as a spreadsheet counts them: a quoted text may span lines.
func readCSV(data []byte) (Book, error) {
	text, err := decode(data)
	if err != nil {
		return Book{}, err
	}
	comma, text := separator(text)
	var r reading
	r.begin(Page{})
	in := csvReader{text: text, comma: comma, row: 1}
	for in.more() {
		row, column, cell, ok := in.next()
		if !ok {
			return Book{}, fault.New(fault.Invalid, "Un guillemet ouvert n’est pas fermé (%s)\u00a0: fermez-le, ou enregistrez de nouveau le fichier depuis votre tableur.", Place("", row, column))
		}
		if at := strings.IndexFunc(cell, control); at >= 0 {
			return Book{}, fault.New(fault.Invalid, "Le fichier contient des signes qui ne sont pas du texte (%s). %s", Place("", row, column), saveAs)
		}
		// What the writer put before a text that could run as a formula is no part of it.
		if plain, found := strings.CutPrefix(cell, "'"); found && safe(plain) == cell {
			cell = plain
		}
		if err := r.put(row, column, cell); err != nil {
			return Book{}, err
		}
	}
	return r.book, nil
}

func control(r rune) bool { return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0x7f }

// decode finds out how a text is written. Windows-1252 is what French programs
// write when they do not say.
func decode(data []byte) (string, error) {
	if rest, found := bytes.CutPrefix(data, []byte("\xef\xbb\xbf")); found {
		data = rest
	}
	if order := utf16Order(data); order != nil {
		units := make([]uint16, len(data)/2)
		for i := range units {
			units[i] = order.Uint16(data[2*i:])
		}
		return strings.TrimPrefix(string(utf16.Decode(units)), "\ufeff"), nil
	}
	if utf8.Valid(data) {
		return string(data), nil
	}
	text, err := charmap.Windows1252.NewDecoder().Bytes(data)
	if err != nil || bytes.ContainsRune(text, utf8.RuneError) {
		return "", fault.New(fault.Invalid, "Les caractères de ce fichier ne peuvent pas être lus\u00a0: enregistrez-le au format «\u00a0CSV UTF-8\u00a0» ou Excel (.xlsx).")
	}
	return string(text), nil
}

// utf16Order is the order of bytes of a text in UTF-16, nil if it is not. A
// text without a mark shows it by its many zero bytes.
func utf16Order(data []byte) binary.ByteOrder {
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		return binary.LittleEndian
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		return binary.BigEndian
	case len(data) < 4 || len(data)%2 != 0:
		return nil
	}
	sample := data[:min(len(data), 4096)]
	var zeros [2]int
	for i, b := range sample {
		if b == 0 {
			zeros[i%2]++
		}
	}
	switch most := len(sample) / 4; {
	case zeros[1] > most && zeros[0] == 0:
		return binary.LittleEndian
	case zeros[0] > most && zeros[1] == 0:
		return binary.BigEndian
	}
	return nil
}

// separator finds what stands between cells, by how many of the first lines
// hold it outside quotes. The semicolon goes before the comma, which may be in
// every line as a decimal mark. A first line « sep=; », as Excel knows it,
// decides and is taken off.
func separator(text string) (comma byte, rest string) {
	if len(text) >= 5 && strings.EqualFold(text[:4], "sep=") && strings.IndexByte(";,\t", text[4]) >= 0 {
		line, rest, _ := strings.Cut(text, "\n")
		if len(strings.TrimSuffix(line, "\r")) == 5 {
			return text[4], rest
		}
	}
	var lines [3]int
	var seen [3]bool
	quoted, most := false, 0
	for i := range min(len(text), 1<<16) {
		switch c := text[i]; {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '\n':
			seen = [3]bool{}
		default:
			if k := strings.IndexByte(";\t,", c); k >= 0 && !seen[k] {
				seen[k] = true
				lines[k]++
				most = max(most, lines[k])
			}
		}
	}
	for k, n := range lines {
		if n > 0 && 2*n >= most {
			return ";\t,"[k], text
		}
	}
	return ';', text
}

// csvReader goes through the cells of a CSV one by one.
type csvReader struct {
	text   string
	comma  byte
	row    int
	column int
}

func (c *csvReader) more() bool { return c.text != "" }

// next takes the next cell off. A quote inside a cell that does not begin with
// one is a sign like others, and what follows a closing quote belongs to the
// cell, as in Excel. It is not ok when a quote is never closed.
func (c *csvReader) next() (row, column int, cell string, ok bool) {
	row, column = c.row, c.column
	if rest, quoted := strings.CutPrefix(c.text, `"`); quoted {
		var b strings.Builder
		for {
			part, after, closed := strings.Cut(rest, `"`)
			if !closed {
				return row, column, "", false
			}
			b.WriteString(part)
			if rest, quoted = strings.CutPrefix(after, `"`); !quoted {
				break
			}
			b.WriteByte('"')
		}
		c.text = rest
		b.WriteString(c.plain())
		return row, column, strings.ReplaceAll(b.String(), "\r\n", "\n"), true
	}
	return row, column, c.plain(), true
}

// plain takes off what goes up to the next separator or end of line, and that.
func (c *csvReader) plain() string {
	end := strings.IndexAny(c.text, string(c.comma)+"\r\n")
	if end < 0 {
		cell := c.text
		c.text = ""
		return cell
	}
	cell, mark := c.text[:end], c.text[end]
	c.text = c.text[end+1:]
	if mark == c.comma {
		c.column++
		return cell
	}
	if mark == '\r' {
		c.text = strings.TrimPrefix(c.text, "\n")
	}
	c.row, c.column = c.row+1, 0
	return cell
}
