package pdf

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
)

// update is an incremental update of a PDF file: new objects, and new versions of some, appended with a cross-reference table of their own.
type update struct {
	base    []byte
	place   []int // of each object of the base file, by number
	root    int   // the catalogue
	prev    int   // where the base file's cross-reference table stands
	out     bytes.Buffer
	written map[int]int // place by object number
	next    int
}

var (
	startXref = regexp.MustCompile(`startxref\s+(\d+)\s+%%EOF\s*$`)
	xrefHead  = regexp.MustCompile(`^xref\s+0 (\d+)\s+`)
	rootEntry = regexp.MustCompile(`/Root (\d+) 0 R`)
)

// newUpdate reads the cross-reference table that fpdf writes: one section, entries of 20 bytes (or 19, with a bare line feed).
func newUpdate(base []byte) (*update, error) {
	notOurs := func(what string) error { return fmt.Errorf("read the drawn file: no %s", what) }
	tail := startXref.FindSubmatch(base[max(0, len(base)-64):])
	if tail == nil {
		return nil, notOurs("startxref")
	}
	u := &update{base: base, prev: atoi(tail[1]), written: map[int]int{}}
	head := xrefHead.FindSubmatch(base[u.prev:])
	if head == nil {
		return nil, notOurs("cross-reference table")
	}
	u.next = atoi(head[1])
	for i, row := range bytes.SplitN(base[u.prev+len(head[0]):], []byte("\n"), u.next+1)[:u.next] {
		if len(row) < 10 {
			return nil, notOurs("cross-reference " + strconv.Itoa(i))
		}
		u.place = append(u.place, atoi(row[:10]))
	}
	root := rootEntry.FindSubmatch(base[u.prev:])
	if root == nil {
		return nil, notOurs("catalogue")
	}
	u.root = atoi(root[1])
	u.out.WriteString("%PDF-1.7") // fpdf says 1.3
	u.out.Write(base[u.out.Len():])
	return u, nil
}

func atoi(b []byte) int {
	n, _ := strconv.Atoi(string(b)) // the callers match digits only
	return n
}

// old returns the text of an object of the base file, between « obj » and « endobj », without its stream.
func (u *update) old(n int) []byte {
	text := u.base[u.place[n]:]
	_, text, _ = bytes.Cut(text, []byte(" obj\n"))
	text, _, _ = bytes.Cut(text, []byte("endobj"))
	text, _, _ = bytes.Cut(text, []byte("stream\n"))
	return bytes.TrimSpace(text)
}

// alloc reserves the number of a new object.
func (u *update) alloc() int {
	u.next++
	return u.next - 1
}

// object writes an object.
func (u *update) object(n int, format string, a ...any) {
	u.written[n] = u.out.Len()
	fmt.Fprintf(&u.out, "%d 0 obj\n", n)
	fmt.Fprintf(&u.out, format, a...)
	u.out.WriteString("\nendobj\n")
}

// stream writes an object with data. XMP must stay readable for tools that do not know PDF; the rest is compressed.
func (u *update) stream(n int, entries string, data []byte, compress bool) {
	if compress {
		var packed bytes.Buffer
		z := zlib.NewWriter(&packed)
		_, _ = z.Write(data) // into memory: cannot fail
		_ = z.Close()
		data, entries = packed.Bytes(), entries+" /Filter /FlateDecode"
	}
	u.object(n, "<<%s /Length %d>>\nstream\n%s\nendstream", entries, len(data), data)
}

// finish appends the cross-reference table and the trailer. The file's identity is a hash of its content, so that it is the same each time.
func (u *update) finish(info int) []byte {
	at := u.out.Len()
	numbers := slices.Sorted(maps.Keys(u.written))
	u.out.WriteString("xref\n")
	for i := 0; i < len(numbers); {
		j := i + 1
		for j < len(numbers) && numbers[j] == numbers[j-1]+1 {
			j++
		}
		fmt.Fprintf(&u.out, "%d %d\n", numbers[i], j-i)
		for ; i < j; i++ {
			fmt.Fprintf(&u.out, "%010d 00000 n \n", u.written[numbers[i]])
		}
	}
	id := sha256.Sum256(u.out.Bytes())
	fmt.Fprintf(&u.out, "trailer\n<</Size %d /Root %d 0 R /Info %d 0 R /Prev %d /ID [<%x> <%x>]>>\nstartxref\n%d\n%%%%EOF\n",
		u.next, u.root, info, u.prev, id[:16], id[:16], at)
	return u.out.Bytes()
}
