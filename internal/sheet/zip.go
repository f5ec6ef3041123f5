package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"maps"
	"slices"

	"github.com/xuri/excelize/v2"
)

// sortedZip writes the parts of a file in the order of their names and without
// times: excelize hands over its sheets in the order of a map. The list of
// types sorts first, as readers like it.
type sortedZip struct {
	out   *zip.Writer
	parts map[string]*bytes.Buffer
}

func newSortedZip(w io.Writer) excelize.ZipWriter {
	return &sortedZip{out: zip.NewWriter(w), parts: map[string]*bytes.Buffer{}}
}

// Create holds a part back until Close.
func (z *sortedZip) Create(name string) (io.Writer, error) {
	z.parts[name] = new(bytes.Buffer)
	return z.parts[name], nil
}

// AddFS belongs to the interface; excelize does not call it.
func (z *sortedZip) AddFS(fs.FS) error { return errors.ErrUnsupported }

// Close writes all parts.
func (z *sortedZip) Close() error {
	for _, name := range slices.Sorted(maps.Keys(z.parts)) {
		part, err := z.out.Create(name)
		if err != nil {
			return err
		}
		if _, err := z.parts[name].WriteTo(part); err != nil {
			return err
		}
	}
	return z.out.Close()
}
