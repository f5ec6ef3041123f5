package sheet

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

const lineHeight = 13.5 // points, of texts of size 10

// XLSX writes the workbook. The same workbook always gives the same bytes.
func (b Workbook) XLSX(w io.Writer) (err error) {
	f := excelize.NewFile()
	defer func() { err = cmp.Or(err, f.Close()) }()
	f.SetZipWriter(newSortedZip)
	if err := b.properties(f); err != nil {
		return fmt.Errorf("writing xlsx properties: %w", err)
	}
	// The last name is kept for the lists, which few workbooks have.
	names := tabs(append(slices.Clone(b.Sheets), Sheet{Name: "Listes"}))
	lists := &lists{sheet: names[len(names)-1], known: map[string]int{}}
	if len(b.Sheets) == 0 {
		names[0] = "Feuille"
	}
	if err := f.SetSheetName(f.GetSheetName(0), names[0]); err != nil {
		return fmt.Errorf("naming xlsx sheet: %w", err)
	}
	styles := styles{file: f, ids: map[look]int{}}
	for i, s := range b.Sheets {
		if i > 0 {
			if _, err := f.NewSheet(names[i]); err != nil {
				return fmt.Errorf("adding xlsx sheet: %w", err)
			}
		}
		t := &tab{file: f, styles: styles, name: names[i], lists: lists}
		if err := t.write(b, s); err != nil {
			return fmt.Errorf("writing xlsx sheet %q: %w", names[i], err)
		}
	}
	if err := cmp.Or(lists.write(f), hide(f, b.Sheets, names)); err != nil {
		return fmt.Errorf("hiding xlsx sheets: %w", err)
	}
	if err := f.Write(w); err != nil {
		return fmt.Errorf("writing xlsx: %w", err)
	}
	return nil
}

// hide comes last: the sheet that is shown first must be another.
func hide(f *excelize.File, sheets []Sheet, names []string) error {
	for i, s := range sheets {
		if !s.Hidden {
			f.SetActiveSheet(i)
			break
		}
	}
	for i, s := range sheets {
		if s.Hidden {
			if err := f.SetSheetVisible(names[i], false); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b Workbook) properties(f *excelize.File) error {
	at := b.At.UTC().Format(time.RFC3339)
	return cmp.Or(
		f.SetDocProps(&excelize.DocProperties{
			Title: b.Title, Creator: b.Author, LastModifiedBy: b.Author, Description: strings.Join(b.Notices, "\n"),
			Created: at, Modified: at, Language: "fr-FR",
		}),
		f.SetAppProps(&excelize.AppProperties{Application: "Microsoft Excel", AppVersion: "16.0300"}),
	)
}

// tab is a sheet being written.
type tab struct {
	file   *excelize.File
	styles styles
	name   string
	lists  *lists
	out    *excelize.StreamWriter
	row    int // the last one written
}

func (t *tab) write(b Workbook, s Sheet) error {
	above := b.above(s)
	header := len(above) + 1
	if len(above) > 0 {
		header++ // an empty row
	}
	if err := t.setUp(s, b.Author, header, header+len(s.Rows)-min(max(s.Totals, 0), len(s.Rows))); err != nil {
		return err
	}
	for _, line := range above {
		if err := t.put([]Cell{Text(line.text)}, nil, line.look); err != nil {
			return err
		}
	}
	t.row = header - 1
	if err := t.header(s.Columns); err != nil {
		return err
	}
	for i, row := range s.Rows {
		if err := t.put(row, s.Columns, look{border: true, bold: i >= len(s.Rows)-s.Totals}); err != nil {
			return err
		}
	}
	t.row++
	for _, note := range s.Notes {
		if err := t.put([]Cell{Text(note)}, nil, look{muted: true, free: true}); err != nil {
			return err
		}
	}
	return t.out.Flush()
}

// line is a text above a table.
type line struct {
	text string
	look look
}

func (b Workbook) above(s Sheet) []line {
	var lines []line
	add := func(text string, l look) {
		if l.free = true; text != "" {
			lines = append(lines, line{text, l})
		}
	}
	add(b.Title, look{title: true})
	if s.Caption != b.Title {
		add(s.Caption, look{bold: true})
	}
	for _, notice := range b.Notices {
		add(notice, look{notice: true})
	}
	return lines
}

// setUp settles what must be known before the first row: panes, widths,
// filter and paper.
func (t *tab) setUp(s Sheet, author string, header, last int) error {
	f := t.file
	if err := cmp.Or(
		f.SetPageLayout(t.name, &excelize.PageLayoutOptions{
			Size: new(9), Orientation: new("landscape"), FitToWidth: new(1), FitToHeight: new(0), // 9 is A4; 0 is as many pages as needed
		}),
		f.SetHeaderFooter(t.name, &excelize.HeaderFooterOptions{OddFooter: "&L&A&RPage &P / &N"}),
	); err != nil {
		return err
	}
	if err := t.heads(s, header, last); err != nil {
		return err
	}
	// Only now: AutoFilter sets the sheet's properties back.
	if err := f.SetSheetProps(t.name, &excelize.SheetPropsOptions{FitToPage: new(true)}); err != nil {
		return err
	}
	if err := t.form(s, author, header, t.lists); err != nil {
		return err
	}
	out, err := f.NewStreamWriter(t.name)
	if err != nil {
		return err
	}
	t.out = out
	for i, column := range slices.Backward(s.Columns) { // each goes in before the others, and the file wants them in order
		if err := out.SetColWidth(i+1, i+1, column.width()); err != nil {
			return err
		}
		if column.Hidden {
			if err := out.SetColVisible(i+1, i+1, false); err != nil {
				return err
			}
		}
	}
	panes := &excelize.Panes{
		Freeze: true, YSplit: header, XSplit: s.Frozen, TopLeftCell: cellName(s.Frozen, header+1), ActivePane: "bottomLeft",
	}
	if s.Frozen > 0 {
		panes.ActivePane = "bottomRight"
	}
	return out.SetPanes(panes)
}

// heads has the header filter the rows and stand on every page of paper. A
// protected sheet does not filter.
func (t *tab) heads(s Sheet, header, last int) error {
	if len(s.Columns) == 0 {
		return nil
	}
	if !s.Protected {
		if err := t.file.AutoFilter(t.name, fmt.Sprintf("A%d:%s", header, cellName(len(s.Columns)-1, last)), nil); err != nil {
			return err
		}
	}
	return t.file.SetDefinedName(&excelize.DefinedName{
		Name: "_xlnm.Print_Titles", Scope: t.name, RefersTo: fmt.Sprintf("'%s'!$%d:$%d", t.name, header, header),
	})
}

func (t *tab) header(columns []Column) error {
	cells, titles := make([]any, len(columns)), make([]Cell, len(columns))
	for i, column := range columns {
		titles[i] = Text(column.title())
		style, err := t.styles.id(look{head: true, border: true, bold: true, right: column.Kind.right()})
		if err != nil {
			return err
		}
		cells[i] = excelize.Cell{StyleID: style, Value: column.title()}
	}
	return t.set(cells, height(titles, columns)...)
}

// put writes a row of cells, all in the same look but for their kind. A row
// that is shorter than the table is filled with empty cells.
func (t *tab) put(row []Cell, columns []Column, l look) error {
	cells := make([]any, max(len(row), len(columns)))
	for i := range cells {
		var cell Cell
		if i < len(row) {
			cell = row[i]
		}
		look := l.of(cell)
		look.right = look.right || i < len(columns) && columns[i].Kind.right()
		style, err := t.styles.id(look)
		if err != nil {
			return err
		}
		cells[i] = excelize.Cell{StyleID: style, Value: cell.xlsx()}
	}
	if l.title {
		return t.set(cells, excelize.RowOpts{Height: 22})
	}
	return t.set(cells, height(row, columns)...)
}

// height makes room for the texts that need several lines: programs other
// than Excel do not make it by themselves.
func height(row []Cell, columns []Column) []excelize.RowOpts {
	most := 1
	for i, cell := range row[:min(len(row), len(columns))] {
		lines := 0
		for part := range strings.SplitSeq(cell.text, "\n") {
			lines += 1 + utf8.RuneCountInString(part)/int(max(1, columns[i].width()))
		}
		most = max(most, lines)
	}
	if most == 1 {
		return nil
	}
	return []excelize.RowOpts{{Height: min(float64(most)*lineHeight, excelize.MaxRowHeight)}}
}

func (t *tab) set(cells []any, options ...excelize.RowOpts) error {
	t.row++
	return t.out.SetRow(fmt.Sprintf("A%d", t.row), cells, options...)
}

// xlsx is the value as excelize writes it: text, float64 or time. Text goes in
// as an inline string, which no program reads as a formula.
func (c Cell) xlsx() any {
	switch {
	case c.kind.number():
		return c.number.InexactFloat64()
	case c.kind == KindDate && c.date.IsZero():
		return nil
	case c.kind == KindDate:
		year, month, day := c.date.Date()
		return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	case c.text == "":
		return nil
	default:
		return c.text
	}
}

// width is in characters.
func (c Column) width() float64 {
	switch {
	case c.Width > 0:
		return min(c.Width, excelize.MaxColumnWidth)
	case c.Kind == KindText:
		return 32
	default:
		return 16
	}
}

// tabs gives each sheet a name that Excel takes: at most 31 UTF-16 units,
// without :\/?*[] nor quotes, and unlike the others, whatever their capitals.
func tabs(sheets []Sheet) []string {
	names := make([]string, len(sheets))
	taken := map[string]bool{"history": true, "historique": true} // reserved by Excel
	for i, s := range sheets {
		clean := strings.TrimSpace(strings.Map(func(r rune) rune {
			switch {
			case strings.ContainsRune(`:\/?*[]`, r), r < ' ', r == 0xfffe, r == 0xffff, r == 0xfffd:
				return ' '
			case r == '\'':
				return '’'
			}
			return r
		}, s.Name))
		if clean == "" {
			clean = "Feuille"
		}
		name := shortened(clean, "")
		for n := 2; taken[strings.ToLower(name)]; n++ {
			name = shortened(clean, fmt.Sprintf(" (%d)", n))
		}
		taken[strings.ToLower(name)] = true
		names[i] = name
	}
	return names
}

// shortened cuts a name so that it fits with its suffix.
func shortened(name, suffix string) string {
	room := excelize.MaxSheetNameLength - len(suffix)
	var b strings.Builder
	for _, r := range name {
		if room--; r > 0xffff {
			room--
		}
		if room < 0 {
			break
		}
		b.WriteRune(r)
	}
	return strings.TrimSpace(b.String()) + suffix
}
