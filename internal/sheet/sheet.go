// Package sheet writes and reads tables of spreadsheets: XLSX for people who work in Excel or LibreOffice, CSV for the same
// and for programs. Numbers and dates stay numbers and dates, no text ever becomes a formula, and no formula is ever run.
package sheet

import (
	"strings"
	"time"

	"github.com/shopspring/decimal"
)

// Workbook is a file of one or more sheets.
type Workbook struct {
	Title   string
	Author  string    // who answers for the content, in the properties of the file
	Notices []string  // above every table: « Données fictives », « Document de travail »
	At      time.Time // stated as the time of creation, so that the same data give the same bytes
	Sheets  []Sheet
}

// Sheet is one table.
type Sheet struct {
	Name    string // of the tab; shortened and cleaned where the format asks for it
	Caption string
	Columns []Column
	Rows    [][]Cell
	Totals  int      // how many of the last rows are totals: set apart and not filtered
	Notes   []string // under the table: coverage, source

	// For files that people fill in; see form.go. A CSV has none of it.
	Protected bool // only the cells made with Cell.Open take what is typed; there is no password
	Frozen    int  // how many of the first columns stay in sight
	Hidden    bool // from whoever opens the file; Excel wants one sheet that is not
}

// Column is the head of a column.
type Column struct {
	Header string
	Unit   string  // « € », « ETP »; in brackets after the header
	Kind   Kind    // of most of its cells; decides the side they stand on and the width
	Width  float64 // in characters; 0 for what suits the kind
	Note   string  // shown beside the header in an XLSX
	Hidden bool    // in an XLSX: for codes that only programs read
}

// Kind is the type of a value.
type Kind int

// The kinds of value. The zero value is KindText.
const (
	KindText Kind = iota
	KindInt
	KindDecimal
	KindPercent
	KindEuros
	KindDate
	KindMissing
	KindNotApplicable
)

func (k Kind) number() bool { return k >= KindInt && k <= KindEuros }

// right says whether cells of the kind stand to the right of their column.
func (k Kind) right() bool { return k.number() || k == KindDate }

// Cell is a typed value. The zero Cell is empty.
type Cell struct {
	kind   Kind
	text   string
	number decimal.Decimal
	places int32
	signed bool
	least  bool
	date   time.Time
	entry  *entry // nil for nearly all
}

// Text is a cell of words: whatever they are, they stay words.
func Text(text string) Cell { return Cell{text: text} }

// Int is a whole number.
func Int(n int) Cell { return Cell{kind: KindInt, number: decimal.NewFromInt(int64(n))} }

// Decimal is a number shown with the given decimals; the file keeps it exact.
func Decimal(d decimal.Decimal, places int32) Cell {
	return Cell{kind: KindDecimal, number: d, places: places}
}

// Percent is a ratio (0.072) shown as a percentage (7,2 %).
func Percent(ratio decimal.Decimal, places int32) Cell {
	return Cell{kind: KindPercent, number: ratio, places: places}
}

// Euros is an amount of money.
func Euros(d decimal.Decimal) Cell { return Cell{kind: KindEuros, number: d, places: 2} }

// Date is a day. The zero time is an empty cell in which a day is to be typed.
func Date(day time.Time) Cell { return Cell{kind: KindDate, date: day} }

// Missing says that nobody has given the value, which is not zero.
func Missing() Cell { return Cell{kind: KindMissing, text: "non renseigné"} }

// Unvalidated says that the value is given, but does not count before it is validated.
func Unvalidated() Cell { return Cell{kind: KindMissing, text: "non validé"} }

// NotApplicable says that there is no such value, and why if a reason is given.
func NotApplicable(reason string) Cell {
	if reason == "" {
		return Cell{kind: KindNotApplicable, text: "sans objet"}
	}
	return Cell{kind: KindNotApplicable, text: "sans objet (" + reason + ")"}
}

// Signed returns a number as a change, its sign always shown.
func (c Cell) Signed() Cell {
	c.signed = true
	return c
}

// AtLeast returns a number as the known part of one that may be larger: it stays a number and shows « au moins 216 ».
func (c Cell) AtLeast() Cell {
	c.least = true
	return c
}

// title is the header with its unit.
func (c Column) title() string {
	if c.Unit == "" {
		return c.Header
	}
	return strings.TrimSpace(c.Header + " (" + c.Unit + ")")
}
