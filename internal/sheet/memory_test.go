package sheet_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"copil/internal/sheet"
)

const childVariable = "COPIL_TEST_READ_SHEET"

// TestMain lets the tests run this program as one that reads a single file and
// says how many bytes it took from the system on top of the file, those of the
// language included.
func TestMain(m *testing.M) {
	if name := os.Getenv(childVariable); name != "" {
		data, err := io.ReadAll(os.Stdin)
		if err != nil {
			panic(err)
		}
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		book, _ := sheet.Read(name, data)
		runtime.ReadMemStats(&after)
		runtime.KeepAlive(book)
		if _, err := fmt.Fprint(os.Stdout, after.Sys-before.HeapAlloc); err != nil {
			panic(err)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// heavy are files that come near the limits, or go beyond.
func heavy() []badFile {
	var distinct, shared, refs, styled strings.Builder
	for i := range 180_000 {
		if i%100 == 0 {
			fmt.Fprint(&distinct, "</row><row>")
			fmt.Fprint(&refs, "</row><row>")
		}
		fmt.Fprintf(&distinct, `<c t="inlineStr"><is><t>%d</t></is></c>`, uint32(i)*2654435761)
		fmt.Fprintf(&shared, `<si><t>%d</t></si>`, uint32(i)*2654435761)
		fmt.Fprintf(&refs, `<c t="s"><v>%d</v></c>`, i)
	}
	for i := range 2400 {
		fmt.Fprintf(&styled, `<row r="%d"><c r="A%d"><v>%d</v></c>`, i+1, i+1, i)
		for c := range 400 {
			fmt.Fprintf(&styled, `<c r="%s%d" s="%d"/>`, sheet.ColumnName(c+1), i+1, c%7)
		}
		styled.WriteString("</row>")
	}
	sst := part{"xl/sharedStrings.xml", `<sst>` + shared.String() + `</sst>`}
	files := []badFile{
		{title: "180,000 texts", data: book(`<row>` + distinct.String() + `</row>`)},
		{title: "180,000 shared texts", data: book(`<row>`+refs.String()+`</row>`, sst)},
		{title: "a million styled cells", data: book(styled.String())},
		{title: "CSV of texts", name: "a.csv", data: []byte(strings.Repeat(strings.Repeat("abcdefgh;", 99)+"x\n", 2400))},
		{title: "CSV of separators", name: "a.csv", data: bytes.Repeat([]byte(";"), sheet.MaxBytes)},
		{title: "CSV of line ends", name: "a.csv", data: append(bytes.Repeat([]byte("\n"), sheet.MaxBytes-1), 'x')},
		{title: "CSV of quotes", name: "a.csv", data: bytes.Repeat([]byte(`"`), sheet.MaxBytes)},
		{title: "CSV in UTF-16", name: "a.csv", data: utf16Text("\ufeff"+strings.Repeat("éé;éé\n", 400_000), binary.LittleEndian)},
		{title: "CSV in Windows-1252", name: "a.csv", data: bytes.Repeat([]byte("\xe9\xe9\xe9;\xe9\n"), 800_000)},
	}
	for i := range files {
		if files[i].name == "" {
			files[i].name = "a.xlsx"
		}
	}
	for _, f := range badWorkbooks() {
		if strings.Contains(f.title, "bomb") || strings.Contains(f.title, "00,000") || strings.Contains(f.title, "million") {
			f.name = "a.xlsx"
			files = append(files, f)
		}
	}
	return files
}

func TestReadTakesLittleMemory(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range heavy() {
		if len(f.data) > sheet.MaxBytes {
			t.Errorf("%s: %d bytes would be refused unseen", f.title, len(f.data))
		}
		cmd := exec.CommandContext(t.Context(), self)
		cmd.Env = append(os.Environ(), childVariable+"="+f.name)
		cmd.Stdin = bytes.NewReader(f.data)
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%s: %v", f.title, err)
		}
		taken, err := strconv.Atoi(string(out))
		if err != nil || taken > 64<<20 {
			t.Errorf("%s: reading takes %d MiB (%v)", f.title, taken>>20, err)
		}
		t.Logf("%s: %d MiB", f.title, taken>>20)
	}
}

func BenchmarkRead(b *testing.B) {
	for _, f := range heavy() {
		b.Run(f.title, func(b *testing.B) {
			for b.Loop() {
				_, _ = sheet.Read(f.name, f.data)
			}
		})
	}
}
