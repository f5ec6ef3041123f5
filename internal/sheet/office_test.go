package sheet_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// officeCell is a cell as LibreOffice understood it.
type officeCell struct{ kind, value, formula, text string }

// convert has LibreOffice open a file and save it as flat ODS, and returns the
// cells that are not empty.
func convert(t *testing.T, name string, content []byte, options ...string) []officeCell {
	t.Helper()
	return officeCells(t, office(t, name, content, "fods", options...))
}

// office has LibreOffice open a file and save it in a format: an extension,
// which a colon and a filter may follow.
func office(t *testing.T, name string, content []byte, format string, options ...string) []byte {
	t.Helper()
	office, err := exec.LookPath("soffice")
	if err != nil {
		t.Fatal("this test needs LibreOffice Calc: apt-get install libreoffice-calc")
	}
	dir, out := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
		t.Fatal(err)
	}
	args := append([]string{"--headless", "-env:UserInstallation=file://" + filepath.Join(dir, "profile")}, options...)
	cmd := exec.CommandContext(t.Context(), office, append(args, "--convert-to", format, "--outdir", out, filepath.Join(dir, name))...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	extension, _, _ := strings.Cut(format, ":")
	saved, err := os.ReadFile(filepath.Join(out, strings.TrimSuffix(name, filepath.Ext(name))+"."+extension))
	if err != nil {
		t.Fatal(err)
	}
	return saved
}

func officeCells(t *testing.T, saved []byte) []officeCell {
	t.Helper()
	var found []officeCell
	in := xml.NewDecoder(bytes.NewReader(saved))
	inside := false
	for {
		token, err := in.Token()
		if errors.Is(err, io.EOF) {
			return found
		}
		if err != nil {
			t.Fatal(err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			if inside = inside || token.Name.Local == "table-cell"; token.Name.Local != "table-cell" {
				continue
			}
			var c officeCell
			for _, a := range token.Attr {
				switch {
				case a.Name.Local == "value-type" && strings.Contains(a.Name.Space, "office"):
					c.kind = a.Value
				case a.Name.Local == "value", a.Name.Local == "date-value":
					c.value = a.Value
				case a.Name.Local == "formula":
					c.formula = a.Value
				}
			}
			found = append(found, c)
		case xml.EndElement:
			inside = inside && token.Name.Local != "table-cell"
		case xml.CharData:
			if inside {
				found[len(found)-1].text += strings.TrimSpace(string(token))
			}
		}
	}
}

// expect checks that no cell is a formula and that the given ones are there.
func expect(t *testing.T, cells []officeCell, wanted []officeCell) {
	t.Helper()
	for _, c := range cells {
		if c.formula != "" || strings.HasPrefix(c.text, "#") || strings.HasPrefix(c.text, "Err:") {
			t.Errorf("LibreOffice runs a formula: %+v", c)
		}
	}
	for _, want := range wanted {
		found := false
		for _, c := range cells {
			found = found || c.kind == want.kind && c.value == want.value && (want.text == "" || c.text == want.text)
		}
		if !found {
			t.Errorf("LibreOffice has no cell %+v", want)
		}
	}
	if t.Failed() {
		t.Logf("%+.2000v", cells[:min(len(cells), 60)])
	}
}

func TestLibreOfficeReadsTheXLSX(t *testing.T) {
	t.Parallel()
	expect(t, convert(t, "bilan.xlsx", xlsx(t, workbook())), []officeCell{
		{kind: "float", value: "1234"},
		{kind: "float", value: "57.25"},
		{kind: "percentage", value: "0.072"},
		{kind: "float", value: "17538.4"},
		{kind: "date", value: "2013-12-06", text: "06/12/2013"},
		{kind: "float", value: "-18"},
		{kind: "string", text: "non renseigné"},
		{kind: "string", text: "=1+1"},
		{kind: "string", text: "007"},
		{kind: "string", text: "06/12/2013"},
	})
}

func TestLibreOfficeReadsTheCSV(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := workbook().CSV(&b); err != nil {
		t.Fatal(err)
	}
	// Semicolon, quotes, UTF-8, from line 1, French, special numbers detected, formulas evaluated.
	const filter = "--infilter=CSV:59,34,76,1,,1036,false,true,false,false,false,-1,true"
	control := convert(t, "control.csv", []byte("=1+1;2\r\n"), filter)
	if len(control) == 0 || control[0].formula == "" {
		t.Fatalf("LibreOffice does not run formulas of a CSV, so this test would prove nothing: %+v", control)
	}
	expect(t, convert(t, "bilan.csv", b.Bytes(), filter), []officeCell{
		{kind: "float", value: "1234"},
		{kind: "float", value: "57.25"},
		{kind: "float", value: "7.2"},
		{kind: "float", value: "17538.4"},
		{kind: "date", value: "2013-12-06"},
		{kind: "float", value: "-18"},
		{kind: "string", text: "non renseigné"},
		{kind: "string", text: "'=1+1"},
	})
}
