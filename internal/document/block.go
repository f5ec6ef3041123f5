package document

import (
	"encoding/json"
	"fmt"

	"copil/internal/chart"
)

// Block is one element of the body: a Heading, Paragraph, List, Definitions, KeyFigures, Table, Figure, Callout, Signatures or PageBreak.
type Block interface {
	kind() string // its name in JSON
}

// Heading opens a section. Level is 1 to 3 and never skips one on the way down.
type Heading struct {
	Level int
	Text  string
}

// Paragraph is running text.
type Paragraph struct{ Text Text }

// List is a list of items, with bullets or with numbers.
type List struct {
	Numbered bool `json:",omitempty"`
	Items    []Text
}

// Definitions is a list of terms and what is said of each.
type Definitions struct{ Items []Definition }

// Definition is one line of Definitions.
type Definition struct {
	Term string
	Text Text
}

// KeyFigures is a few values to be read at a glance.
type KeyFigures struct{ Items []KeyFigure }

// KeyFigure is a value, what it counts and, in small, its doctrine or coverage.
type KeyFigure struct {
	Value  Cell
	Unit   string `json:",omitempty"`
	Label  string
	Detail string `json:",omitempty"`
}

// Table is a captioned table. Every row has one cell for each column.
type Table struct {
	Caption string
	Short   string `json:",omitempty"` // its name where room is short, at most 31 characters: the tab of a spreadsheet
	Columns []Column
	Rows    []Row
	Notes   []string `json:",omitempty"` // source, coverage: set under the table
}

// Column is the head of a column.
type Column struct {
	Title string
	Unit  string `json:",omitempty"` // « % », « ETP »
	Align Align  `json:",omitempty"`
	Head  bool   `json:",omitempty"` // its cells name their rows
}

// Align is the side on which the cells of a column stand.
type Align string

// The alignments of a column. By default numbers go right and the rest left.
const (
	Auto   Align = ""
	Left   Align = "left"
	Right  Align = "right"
	Center Align = "center"
)

// Row is one row. A Total is set apart from the rows it sums.
type Row struct {
	Cells []Cell
	Total bool `json:",omitempty"`
}

// Figure is a drawing, told in words by Alt, with the numbers it was made from.
type Figure struct {
	Caption string
	Alt     string
	Scene   chart.Scene
	Data    *Table `json:",omitempty"`
}

// Callout is a framed remark.
type Callout struct {
	Warning bool   `json:",omitempty"`
	Title   string `json:",omitempty"`
	Text    []Text
}

// Signatures leaves room for those who sign the document on paper.
type Signatures struct{ Items []Signature }

// Signature is one place: whose, and in what capacity one signs there.
type Signature struct {
	Party    string
	Capacity string `json:",omitempty"`
}

// PageBreak asks for the next block to open a page, where the format has pages.
type PageBreak struct{}

func (Heading) kind() string     { return "heading" }
func (Paragraph) kind() string   { return "paragraph" }
func (List) kind() string        { return "list" }
func (Definitions) kind() string { return "definitions" }
func (KeyFigures) kind() string  { return "keyFigures" }
func (Table) kind() string       { return "table" }
func (Figure) kind() string      { return "figure" }
func (Callout) kind() string     { return "callout" }
func (Signatures) kind() string  { return "signatures" }
func (PageBreak) kind() string   { return "pageBreak" }

// Blocks is the body of a document. In JSON each block is an object of one member, named after its kind.
type Blocks []Block

// MarshalJSON writes the blocks under their kinds.
func (bs Blocks) MarshalJSON() ([]byte, error) {
	named := make([]map[string]Block, len(bs))
	for i, b := range bs {
		named[i] = map[string]Block{b.kind(): b}
	}
	return json.Marshal(named)
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (bs *Blocks) UnmarshalJSON(data []byte) error {
	var named []map[string]json.RawMessage
	if err := json.Unmarshal(data, &named); err != nil {
		return err
	}
	*bs = make(Blocks, 0, len(named))
	for i, m := range named {
		if len(m) != 1 {
			return fmt.Errorf("block %d: %d kinds, want one", i, len(m))
		}
		for kind, raw := range m {
			b, err := readBlock(kind, raw)
			if err != nil {
				return fmt.Errorf("block %d: %w", i, err)
			}
			*bs = append(*bs, b)
		}
	}
	return nil
}

func readBlock(kind string, raw []byte) (Block, error) {
	switch kind {
	case "heading":
		return read[Heading](raw)
	case "paragraph":
		return read[Paragraph](raw)
	case "list":
		return read[List](raw)
	case "definitions":
		return read[Definitions](raw)
	case "keyFigures":
		return read[KeyFigures](raw)
	case "table":
		return read[Table](raw)
	case "figure":
		return read[Figure](raw)
	case "callout":
		return read[Callout](raw)
	case "signatures":
		return read[Signatures](raw)
	case "pageBreak":
		return PageBreak{}, nil
	}
	return nil, fmt.Errorf("unknown kind %q", kind)
}

func read[T Block](raw []byte) (Block, error) {
	var b T
	err := json.Unmarshal(raw, &b)
	return b, err
}
