package sheet

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"
)

// entry is what a cell that people fill in has more than others.
type entry struct {
	open    bool
	note    string
	choices []string
}

func (c Cell) with(change func(*entry)) Cell {
	var e entry
	if c.entry != nil {
		e = *c.entry
	}
	change(&e)
	c.entry = &e
	return c
}

// Open returns a cell in which one may type although its sheet is protected. It
// is shaded, so that one sees where.
func (c Cell) Open() Cell { return c.with(func(e *entry) { e.open = true }) }

// WithNote returns a cell with a text that shows when one points at it.
func (c Cell) WithNote(text string) Cell { return c.with(func(e *entry) { e.note = text }) }

// OneOf returns a cell with a drop-down list; nothing else can be typed. It may
// stay empty.
func (c Cell) OneOf(choices ...string) Cell {
	return c.with(func(e *entry) { e.choices = choices })
}

func (c Cell) open() bool { return c.entry != nil && c.entry.open }

// form adds to a sheet what helps to fill it in.
func (t *tab) form(s Sheet, author string, header int, lists *lists) error {
	if s.Protected {
		if err := t.file.ProtectSheet(t.name, &excelize.SheetProtectionOptions{
			SelectLockedCells: true, SelectUnlockedCells: true, FormatColumns: true, FormatRows: true,
		}); err != nil {
			return err
		}
	}
	note := func(column, row int, text string) error {
		if text == "" {
			return nil
		}
		lines := 1 + len(text)/30
		return t.file.AddComment(t.name, excelize.Comment{
			Author: cmp.Or(author, t.name), Cell: cellName(column, row), Text: text, Width: 220, Height: uint(18*min(lines, 15) + 14),
		})
	}
	for i, column := range s.Columns {
		if err := note(i, header, column.Note); err != nil {
			return err
		}
	}
	places := areas{}
	for r, row := range s.Rows {
		for c, cell := range row {
			if cell.entry == nil {
				continue
			}
			if err := note(c, header+1+r, cell.entry.note); err != nil {
				return err
			}
			if len(cell.entry.choices) > 0 {
				places.add(lists.number(cell.entry.choices), c, header+1+r)
			}
		}
	}
	return t.dropDowns(places, lists)
}

func (t *tab) dropDowns(places areas, lists *lists) error {
	for list := range lists.all {
		if len(places[list]) == 0 {
			continue
		}
		validation := excelize.NewDataValidation(true)
		validation.SetSqrefDropList(lists.reference(list))
		for _, area := range places[list] {
			validation.SetSqref(area.String())
		}
		validation.SetError(excelize.DataValidationErrorStyleStop, "Valeur hors liste", "Choisissez une valeur dans la liste.")
		if err := t.file.AddDataValidation(t.name, validation); err != nil {
			return err
		}
	}
	return nil
}

// area is a run of cells of one column.
type area struct{ column, first, last int }

func (a area) String() string {
	if a.first == a.last {
		return cellName(a.column, a.first)
	}
	return cellName(a.column, a.first) + ":" + cellName(a.column, a.last)
}

// areas are where each list is used.
type areas map[int][]area

func (a areas) add(list, column, row int) {
	for i := range a[list] {
		if known := &a[list][i]; known.column == column && known.last == row-1 {
			known.last = row
			return
		}
	}
	a[list] = append(a[list], area{column, row, row})
}

func cellName(column, row int) string { return fmt.Sprintf("%s%d", ColumnName(column), row) }

// lists are the choices of a workbook. They stand in a hidden sheet: within a
// cell a list is short, and its items hold no comma.
type lists struct {
	sheet string
	known map[string]int
	all   [][]string
}

func (l *lists) number(choices []string) int {
	key := strings.Join(choices, "\x00")
	n, ok := l.known[key]
	if !ok {
		n = len(l.all)
		l.known[key] = n
		l.all = append(l.all, choices)
	}
	return n
}

func (l *lists) reference(n int) string {
	column := ColumnName(n)
	return fmt.Sprintf("'%s'!$%s$1:$%s$%d", l.sheet, column, column, len(l.all[n]))
}

// write adds the sheet, if there are lists.
func (l *lists) write(f *excelize.File) error {
	if len(l.all) == 0 {
		return nil
	}
	if _, err := f.NewSheet(l.sheet); err != nil {
		return err
	}
	for column, choices := range l.all {
		for row, choice := range choices {
			if err := f.SetCellStr(l.sheet, cellName(column, row+1), choice); err != nil {
				return err
			}
		}
	}
	return f.SetSheetVisible(l.sheet, false)
}
