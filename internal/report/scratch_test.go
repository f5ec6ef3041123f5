package report_test

import (
	"bytes"
	"os"
	"testing"

	"copil/internal/report"
	"copil/internal/testdb"
)

func TestScratch(t *testing.T) {
	for _, c := range [][2]string{{"mediation-npdc", "2014-S2"}, {"mediation-npdc", "2014-S1"}, {"mediation-npdc", "2013-S1"}, {"territoire-b", "2014"}} {
		r, err := build(t, c[0], c[1], testdb.Today)
		if err != nil {
			t.Error(c, err)
			continue
		}
		for ext, f := range map[string]func(*bytes.Buffer) error{
			"pdf":  func(w *bytes.Buffer) error { return report.PDF(w, r) },
			"csv":  func(w *bytes.Buffer) error { return report.CSV(w, r) },
			"xlsx": func(w *bytes.Buffer) error { return report.XLSX(w, r) },
		} {
			var w bytes.Buffer
			if err := f(&w); err != nil {
				t.Error(c, ext, err)
				continue
			}
			os.WriteFile("/tmp/rep/"+c[0]+"-"+c[1]+"."+ext, w.Bytes(), 0o644)
		}
		t.Log(c, "done")
	}
}
