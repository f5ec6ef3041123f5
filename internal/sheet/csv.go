package sheet

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"copil/internal/french"
)

// CSV writes the tables one after the other, an empty line between them, as a
// French Excel opens them without questions: semicolons, CRLF, UTF-8 with a
// byte order mark, decimal commas, days as 06/12/2013. Notices come first; with
// several sheets each begins with its caption.
//
// Texts that a spreadsheet could take for a formula get an apostrophe.
func (b Workbook) CSV(w io.Writer) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return fmt.Errorf("writing csv: %w", err)
	}
	out := csv.NewWriter(w)
	out.Comma, out.UseCRLF = ';', true
	for _, line := range b.lines() {
		if err := out.Write(line); err != nil {
			return fmt.Errorf("writing csv: %w", err)
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("writing csv: %w", err)
	}
	return nil
}

// lines are all cells, as texts that are safe to open.
func (b Workbook) lines() [][]string {
	var lines [][]string
	for _, notice := range b.Notices {
		lines = append(lines, []string{safe(notice)})
	}
	for _, s := range b.Sheets {
		if len(lines) > 0 {
			lines = append(lines, nil)
		}
		if len(b.Sheets) > 1 {
			lines = append(lines, []string{safe(s.caption())})
		}
		lines = append(lines, s.header())
		for _, row := range s.Rows {
			line := make([]string, len(row))
			for i, cell := range row {
				line[i] = cell.csv(i < len(s.Columns) && s.Columns[i].Kind == KindPercent)
			}
			lines = append(lines, line)
		}
		for _, note := range s.Notes {
			lines = append(lines, []string{safe(note)})
		}
	}
	return lines
}

func (s Sheet) caption() string {
	if s.Caption != "" {
		return s.Caption
	}
	return s.Name
}

// header adds « % » to the columns of percentages: their cells hold 7,2.
func (s Sheet) header() []string {
	line := make([]string, len(s.Columns))
	for i, column := range s.Columns {
		if column.Kind == KindPercent && column.Unit == "" {
			column.Unit = "%"
		}
		line[i] = safe(column.title())
	}
	return line
}

// csv is a cell as text. Numbers have no thousands separator and keep all
// their digits, except percentages and money, which have those they show. A
// percentage in a column of other figures keeps its sign.
func (c Cell) csv(percentColumn bool) string {
	switch c.kind {
	case KindInt, KindDecimal:
		return strings.Replace(c.number.String(), ".", ",", 1)
	case KindPercent:
		text := strings.Replace(c.number.Shift(2).StringFixed(c.places), ".", ",", 1)
		if percentColumn {
			return text
		}
		return text + "%"
	case KindEuros:
		return strings.Replace(c.number.StringFixed(c.places), ".", ",", 1)
	case KindDate:
		if c.date.IsZero() {
			return ""
		}
		return french.ShortDate(c.date)
	default:
		return safe(c.text)
	}
}

// safe keeps a text from being run as a formula. Spreadsheets look at the
// first sign, some of them after spaces and control characters, and some take
// the full-width forms for the plain ones. A text that begins with such an
// apostrophe gets one more, so that a reader can take it off.
func safe(text string) string {
	text = strings.ReplaceAll(text, "\x00", "")
	rest := strings.TrimLeftFunc(text, func(r rune) bool { return r == '\'' || unicode.IsSpace(r) || !unicode.IsGraphic(r) })
	blank := text[:len(text)-len(rest)]
	first, _ := utf8.DecodeRuneInString(rest)
	if strings.ContainsAny(blank, "\t\r\n") || strings.ContainsRune("=+-@＝＋－＠", first) {
		return "'" + text
	}
	return text
}
