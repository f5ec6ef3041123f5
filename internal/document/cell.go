package document

import (
	"time"

	"github.com/shopspring/decimal"

	"copil/internal/french"
)

// Cell is a typed value. It holds the exact value, so that a spreadsheet gets a number and not its French text;
// missing, not validated and not applicable are kinds of their own, since none is zero.
type Cell struct {
	Kind   CellKind
	Text   string           `json:",omitempty"`
	Number *decimal.Decimal `json:",omitempty"` // of an Integer, Decimal or Percent; a Percent holds the ratio, 0.072 for 7,2 %
	Places int32            `json:",omitempty"` // decimals shown
	Signed bool             `json:",omitempty"` // a change: its sign is always shown
	Least  bool             `json:",omitempty"` // what is known of a larger number: « au moins 216 »
	Date   time.Time        `json:",omitzero"`
	Ref    string           `json:",omitempty"` // where the value comes from, for whoever traces it
	Note   string           `json:",omitempty"` // set under the table
}

// CellKind is the type of a value.
type CellKind string

// The kinds of cell. The zero value is Words.
const (
	Words         CellKind = ""
	Integer       CellKind = "integer"
	Decimal       CellKind = "decimal"
	Percent       CellKind = "percent"
	Day           CellKind = "date"
	Missing       CellKind = "missing"
	Unvalidated   CellKind = "unvalidated"
	NotApplicable CellKind = "notApplicable"
)

// TextCell holds words.
func TextCell(s string) Cell { return Cell{Text: s} }

// IntCell holds a whole number.
func IntCell(n int) Cell { return Cell{Kind: Integer, Number: new(decimal.NewFromInt(int64(n)))} }

// DecimalCell holds a number shown with the given decimals.
func DecimalCell(d decimal.Decimal, places int32) Cell {
	return Cell{Kind: Decimal, Number: &d, Places: places}
}

// PercentCell holds a ratio (0.072) shown as a percentage (7,2 %).
func PercentCell(ratio decimal.Decimal, places int32) Cell {
	return Cell{Kind: Percent, Number: &ratio, Places: places}
}

// DateCell holds a day.
func DateCell(day time.Time) Cell { return Cell{Kind: Day, Date: day} }

// MissingCell says that nobody has given the value.
func MissingCell() Cell { return Cell{Kind: Missing} }

// UnvalidatedCell says that somebody has given the value, which does not count before it is validated.
func UnvalidatedCell() Cell { return Cell{Kind: Unvalidated} }

// NotApplicableCell says that there is no such value, and why.
func NotApplicableCell(reason string) Cell { return Cell{Kind: NotApplicable, Note: reason} }

// WithNote returns the cell with a note.
func (c Cell) WithNote(note string) Cell {
	c.Note = note
	return c
}

// WithRef returns the cell with the reference of its value.
func (c Cell) WithRef(ref string) Cell {
	c.Ref = ref
	return c
}

// WithSign returns the cell as a change, « + 50 ».
func (c Cell) WithSign() Cell {
	c.Signed = true
	return c
}

// AtLeast returns the cell as the known part of a number that may be larger, « au moins 216 ».
func (c Cell) AtLeast() Cell {
	c.Least = true
	return c
}

// Numeric says whether the cell belongs in a column of numbers.
func (c Cell) Numeric() bool {
	return c.Kind == Integer || c.Kind == Decimal || c.Kind == Percent
}

// French is what a reader sees: « 1 392 », « au moins 216 », « 7,2 % », « 31/12/2014 », « non renseigné », « non validé », « sans objet ».
func (c Cell) French() string {
	switch c.Kind {
	case Missing:
		return "non renseigné"
	case Unvalidated:
		return "non validé"
	case NotApplicable:
		return "sans objet"
	case Day:
		return french.ShortDate(c.Date)
	case Integer, Decimal, Percent:
		return c.number()
	default:
		return c.Text
	}
}

func (c Cell) number() string {
	if c.Number == nil { // Check refuses it; a zero here would be an invented figure
		return "non renseigné"
	}
	d, unit := *c.Number, ""
	if c.Kind == Percent {
		d, unit = d.Shift(2), "\u00a0%"
	}
	if c.Least {
		return "au\u00a0moins " + french.Decimal(d, c.Places) + unit
	}
	if c.Signed {
		return french.SignedDecimal(d, c.Places) + unit
	}
	return french.Decimal(d, c.Places) + unit
}
