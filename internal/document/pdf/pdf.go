// Package pdf writes a document as an A4 PDF that is at once accessible (PDF/UA-1, tagged) and fit for archiving (PDF/A-2a).
//
// The work goes in three steps: layout turns the blocks into strips and builds the structure tree, paginate stacks the strips on pages,
// and canvas draws them through fpdf, which knows no tags; update then appends the tree, the links and the metadata to fpdf's file.
package pdf

import (
	"fmt"
	"io"

	"copil/internal/document"
	"copil/internal/document/palette"
)

// Write writes the document. The same document always gives the same bytes. A document that does not pass its Check is refused.
func Write(w io.Writer, d document.Document) error {
	if err := d.Check(); err != nil {
		return fmt.Errorf("write pdf: %w", err)
	}
	accent := palette.Accent(d.Accent)
	l := newLayout(d, accent)
	l.front()
	l.body(d.Body)
	c := newCanvas(d, accent)
	drawn, err := c.drawPages(paginate(l.strips))
	if err != nil {
		return fmt.Errorf("write pdf: %w", err)
	}
	file, err := tagged(drawn, l.root, c)
	if err != nil {
		return fmt.Errorf("write pdf: %w", err)
	}
	_, err = w.Write(file)
	return err
}
