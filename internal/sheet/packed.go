package sheet

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// packedPage comes before the rows of a page.
type packedPage struct {
	Name     string    `json:"n,omitempty"`
	Hidden   bool      `json:"h,omitempty"`
	Problems []Problem `json:"p,omitempty"`
	Rows     int       `json:"r"`
}

// Pack writes what was read of a file in little room, for Unpack: whoever keeps
// a file for later need not read it, nor trust it, a second time. Row by row, as
// a whole would stand in memory twice.
func (b Book) Pack() ([]byte, error) {
	var packed bytes.Buffer
	small, err := gzip.NewWriterLevel(&packed, gzip.BestSpeed)
	if err != nil {
		return nil, fmt.Errorf("pack book: %w", err)
	}
	out := json.NewEncoder(small)
	out.SetEscapeHTML(false)
	for _, p := range b.Sheets {
		err = errors.Join(err, out.Encode(packedPage{p.Name, p.Hidden, p.Problems, len(p.Rows)}))
		for _, row := range p.Rows {
			err = errors.Join(err, out.Encode(row))
		}
	}
	if err = errors.Join(err, small.Close()); err != nil {
		return nil, fmt.Errorf("pack book: %w", err)
	}
	return packed.Bytes(), nil
}

// Unpack returns the book that Pack wrote.
func Unpack(data []byte) (Book, error) {
	small, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return Book{}, fmt.Errorf("unpack book: %w", err)
	}
	in := json.NewDecoder(small)
	var b Book
	for {
		var head packedPage
		if err := in.Decode(&head); errors.Is(err, io.EOF) {
			return b, nil
		} else if err != nil {
			return Book{}, fmt.Errorf("unpack book: %w", err)
		}
		p := Page{Name: head.Name, Hidden: head.Hidden, Problems: head.Problems, Rows: make([]Row, head.Rows)}
		for i := range p.Rows {
			if err := in.Decode(&p.Rows[i]); err != nil {
				return Book{}, fmt.Errorf("unpack book: %w", err)
			}
		}
		b.Sheets = append(b.Sheets, p)
	}
}
