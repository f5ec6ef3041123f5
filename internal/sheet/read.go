package sheet

import (
	"bytes"
	"fmt"
	"path"
	"strings"
	"unicode"

	"copil/internal/fault"
)

// Book is what a file of tables holds.
type Book struct{ Sheets []Page }

// Page is one sheet as it was read. A CSV is one page without a name.
type Page struct {
	Name     string
	Hidden   bool      // from whoever opens the file
	Rows     []Row     // those that hold something, in their order
	Problems []Problem // cells that hold something which cannot be taken over; their text is empty
}

// Row is the cells of a row up to the last one that holds something.
//
// Each is text that the readers of package french take: numbers have all their
// digits, a decimal comma and no spaces (« 1234,5 »), percentages their sign
// (« 7,2 % »), days are 2013-12-06, times of a day 2013-12-06 14:05, booleans
// VRAI or FAUX. Texts are untouched.
type Row struct {
	Number int // as the spreadsheet shows it, from 1
	Cells  []string
}

// Problem is a cell that cannot be taken over, with a sentence that says why
// and what to do. Column is an index of Row.Cells.
type Problem struct {
	Row, Column int
	Message     string
}

// The limits of a file that is read. They keep what one file takes below 64 MiB
// of memory and about a second.
const (
	MaxBytes   = 5 << 20
	MaxRows    = 20_000 // the highest number of a row
	MaxColumns = 200
	MaxSheets  = 50

	maxCells    = 350_000 // of all sheets, the empty ones before the last of a row included
	maxText     = 8 << 20 // bytes, of all cells
	maxCellText = 32_767  // characters, what Excel takes
	maxProblems = 1_000
)

// Read reads the tables of an uploaded file, XLSX or CSV, whatever its name
// says, as long as the name does not promise something else. Formulas are never
// evaluated, nor are their last results believed: they are Problems.
//
// The error is a *fault.Error, Invalid or TooLarge, and says where and what to
// do.
func Read(name string, data []byte) (Book, error) {
	if len(data) > MaxBytes {
		return Book{}, fault.New(fault.TooLarge, "Le fichier dépasse 5\u00a0Mo\u00a0: retirez-en les images et les feuilles inutiles, ou partagez-le en plusieurs fichiers.")
	}
	if len(bytes.Trim(data, "\x00 \t\r\n")) == 0 {
		return Book{}, fault.New(fault.Invalid, "Le fichier est vide\u00a0: enregistrez-le de nouveau, puis envoyez-le.")
	}
	if bytes.HasPrefix(data, []byte("PK")) {
		return readXLSX(data)
	}
	if message := foreign(data); message != "" {
		return Book{}, fault.New(fault.Invalid, "%s", message)
	}
	switch extension := strings.ToLower(path.Ext(name)); extension {
	case ".csv", ".txt", ".tsv", "":
		return readCSV(data)
	case ".xlsx", ".xlsm", ".xls", ".ods":
		return Book{}, fault.New(fault.Invalid, "Ce fichier porte un nom en «\u00a0%s\u00a0» mais n’est pas un classeur. %s", extension, saveAs)
	default:
		return Book{}, fault.New(fault.Invalid, "Ce fichier n’est ni un classeur Excel ni un fichier CSV. %s", saveAs)
	}
}

const saveAs = "Enregistrez le fichier au format Excel (.xlsx) ou CSV."

// foreign names a format that is not read by how the file begins, and says
// what to do instead.
func foreign(data []byte) string {
	if bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")) {
		if bytes.Contains(data, []byte("E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e")) {
			return "Ce fichier est protégé par un mot de passe\u00a0: retirez le mot de passe (Fichier, Informations, Protéger le classeur), enregistrez, puis envoyez-le de nouveau."
		}
		return "Ce fichier est à l’ancien format d’Excel (.xls). " + saveAs
	}
	head := strings.TrimLeft(string(data[:min(len(data), 512)]), "\ufeff \t\r\n")
	if len(head) > 1 && head[0] == '<' && (head[1] == '!' || head[1] == '?' || unicode.IsLetter(rune(head[1]))) {
		return "Ce fichier est une page web ou un fichier XML, pas un tableau. " + saveAs
	}
	for _, f := range []struct{ starts, name string }{
		{"%PDF", "un document PDF"}, {"\x89PNG", "une image"}, {"GIF8", "une image"}, {"\xff\xd8\xff", "une image"},
		{"{\\rtf", "un texte mis en forme"}, {"\x1f\x8b", "une archive"}, {"7z\xbc\xaf", "une archive"}, {"Rar!", "une archive"},
	} {
		if strings.HasPrefix(head, f.starts) {
			return "Ce fichier est " + f.name + ", pas un tableau. " + saveAs
		}
	}
	return ""
}

// Place says where a cell is: « feuille « Saisie », ligne 12, colonne C ». The
// page has no name in a CSV; row is Row.Number, column an index of Row.Cells.
func Place(page string, row, column int) string {
	place := fmt.Sprintf("ligne\u00a0%d, colonne\u00a0%s", row, ColumnName(column))
	if page == "" {
		return place
	}
	return "feuille «\u00a0" + page + "\u00a0», " + place
}

// ColumnName is the letters of a column, counted from 0: A, Z, AA.
func ColumnName(column int) string {
	name := ""
	for ; column >= 0; column = column/26 - 1 {
		name = string(rune('A'+column%26)) + name
	}
	return name
}

// reading gathers a book within its limits.
type reading struct {
	book     Book
	cells    int
	text     int
	problems int
}

// begin opens a page.
func (r *reading) begin(page Page) { r.book.Sheets = append(r.book.Sheets, page) }

func (r *reading) page() *Page { return &r.book.Sheets[len(r.book.Sheets)-1] }

// put adds a cell to the open page. Cells come in order; column counts from 0.
func (r *reading) put(row, column int, text string) error {
	if text == "" {
		return nil
	}
	p := r.page()
	if row > MaxRows || column >= MaxColumns {
		return r.tooLarge(row, column, "le tableau va au-delà de 20\u202f000\u00a0lignes ou de 200\u00a0colonnes")
	}
	if len(text) > maxCellText && len([]rune(text)) > maxCellText {
		return r.tooLarge(row, column, "un texte dépasse 32\u202f767\u00a0caractères")
	}
	if len(p.Rows) == 0 || p.Rows[len(p.Rows)-1].Number < row {
		p.Rows = append(p.Rows, Row{Number: row})
	}
	last := &p.Rows[len(p.Rows)-1]
	if last.Number != row || len(last.Cells) > column {
		return damaged(nil)
	}
	r.cells += column + 1 - len(last.Cells)
	r.text += len(text)
	if r.cells > maxCells || r.text > maxText {
		return r.tooLarge(row, column, "le fichier contient trop de cellules")
	}
	for len(last.Cells) < column {
		last.Cells = append(last.Cells, "")
	}
	last.Cells = append(last.Cells, text)
	return nil
}

// report notes a cell that cannot be taken over.
func (r *reading) report(row, column int, message string) error {
	p := r.page()
	if r.problems++; r.problems > maxProblems {
		return fault.New(fault.Invalid, "Plus de 1\u202f000\u00a0cellules ne peuvent pas être reprises, la dernière vue est %s. %s", Place(p.Name, row, column), message)
	}
	p.Problems = append(p.Problems, Problem{Row: row, Column: column, Message: message})
	return nil
}

func (r *reading) tooLarge(row, column int, why string) error {
	return fault.New(fault.TooLarge, "Le fichier est trop grand\u00a0: %s (%s). Retirez ce qui ne sert pas, ou partagez-le en plusieurs fichiers.", why, Place(r.page().Name, row, column))
}

// damaged is what is said of a file that breaks its own format.
func damaged(cause error) error {
	return &fault.Error{
		Kind:    fault.Invalid,
		Message: "Le fichier est abîmé ou incomplet\u00a0: ouvrez-le dans votre tableur, enregistrez-le au format Excel (.xlsx) ou CSV, puis envoyez-le de nouveau.",
		Err:     cause,
	}
}
