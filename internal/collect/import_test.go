package collect_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"copil/internal/access"
	"copil/internal/collect"
	"copil/internal/convention"
	"copil/internal/sheet"
	"copil/internal/testdb"
)

// blank is an open submission of a structure, without any answer.
func blank(t testing.TB, slug, code string) collect.Form {
	t.Helper()
	c := shippedCase(t, slug)
	c.Measures, c.OnSite = collect.Asked(c.Measures, "structure"), true
	f := collect.Form{OrganisationCode: code, SiteCode: "S1"}
	f.Submission = collect.Submission{
		SubmissionID: uuid.New(), OrganisationID: uuid.New(), Organisation: "Structure " + code, Reporter: "structure",
		SiteID: new(uuid.New()), SiteName: "Roubaix", PeriodCode: "2014-S2", State: collect.ToEnter, Version: 1,
	}
	f.Case = c
	f.Case.Period = convention.Period{PeriodCode: "2014-S2", Label: "2014-S2", StartsOn: testdb.Day(2014, 7, 1), EndsOn: testdb.Day(2014, 12, 31), OpenedOn: new(testdb.Day(2015, 1, 5))}
	return f
}

// mine is the structure's own person.
func mine(f collect.Form) access.Actor {
	return access.Actor{PersonID: uuid.New(), OrganisationID: f.Submission.OrganisationID, Role: access.Structure}
}

// texts are hard to carry through a file.
var texts = []string{"", "", "", "Deux départs en novembre.", "=1+1", "'apostrophe", "+33", "1/2", "a;b, « c » \"d\"", "deux\nlignes", "00123"}

// anyAnswers draws answers as the form would store them; those of a draft may be
// incomplete.
func anyAnswers(r *rand.Rand, c collect.Case) (cells []collect.Cell) {
	for _, m := range c.Measures {
		if m.Source == convention.FromPosts {
			continue
		}
		cell := collect.Cell{MeasureCode: m.MeasureCode, Comment: texts[r.IntN(len(texts))]}
		switch r.IntN(5) {
		case 0:
			cell.State = collect.Missing
			cells = append(cells, cell)
			continue
		case 1:
			cell.State, cell.Reason = collect.NotApplicable, "Pas d’accueil "+texts[3+r.IntN(len(texts)-3)]
			cells = append(cells, cell)
			continue
		case 2:
			continue
		}
		cell.State = collect.Number
		if m.Source == convention.Identifiers {
			for range r.IntN(4) {
				cell.Identifiers = append(cell.Identifiers, fmt.Sprintf("ID-%06d", r.IntN(1e6)))
			}
			slices.Sort(cell.Identifiers)
			cell.Identifiers = slices.Compact(cell.Identifiers)
			cell.Number = new(decimal.NewFromInt(int64(len(cell.Identifiers))))
			cells = append(cells, cell)
			continue
		}
		for _, b := range table(c, m) {
			if m.RowList != nil && r.IntN(6) == 0 {
				continue
			}
			one := cell
			one.RowItem, one.ColumnItem = b[0], b[1]
			one.Number = new(decimal.New(r.Int64N(1e6), -int32(m.Places)))
			cells = append(cells, one)
			cell.Comment = ""
		}
	}
	return cells
}

// written is a template as a file.
func written(t testing.TB, extension string, forms ...collect.Form) []byte {
	t.Helper()
	return writtenWith(t, extension, collect.TemplateSheet, collect.Register{}, forms...)
}

// writtenWith is a template with posts; a CSV holds one sheet of it.
func writtenWith(t testing.TB, extension, only string, register collect.Register, forms ...collect.Form) []byte {
	t.Helper()
	w := sheet.Workbook{Title: "Saisie", Notices: []string{"Données fictives"}, Sheets: collect.Template(forms, register, func(collect.Submission) string { return "" })}
	var file bytes.Buffer
	var err error
	if extension == ".csv" {
		w.Sheets = slices.DeleteFunc(w.Sheets, func(s sheet.Sheet) bool { return s.Name != only })
		err = w.CSV(&file)
	} else {
		err = w.XLSX(&file)
	}
	if err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

func readFile(t testing.TB, extension string, file []byte) sheet.Book {
	t.Helper()
	book, err := sheet.Read("a"+extension, file)
	if err != nil {
		t.Fatal(err)
	}
	return book
}

// listed writes cells in an order of their own.
func listed(cells []collect.Cell) string {
	var lines []string
	for _, c := range cells {
		n := "–"
		if c.Number != nil {
			n = c.Number.String()
		}
		lines = append(lines, fmt.Sprintf("%s/%s/%s %s %s %q %q %q", c.MeasureCode, c.RowItem, c.ColumnItem, c.State, n, c.Identifiers, c.Reason, c.Comment))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// Whatever is stored comes back from its file: into a submission without answers
// exactly as it was, into its own as no change at all.
func TestTemplateComesBack(t *testing.T) {
	t.Parallel()
	for _, slug := range []string{"mediation-npdc", "territoire-b"} {
		for seed := range uint64(20) {
			r := rand.New(rand.NewPCG(seed, 1))
			empty := blank(t, slug, "A1")
			full := empty
			full.Case.Now = anyAnswers(r, empty.Case)
			actor := mine(empty)
			for _, extension := range []string{".xlsx", ".csv"} {
				book := readFile(t, extension, written(t, extension, full))
				found := collect.ReadImport(book, []collect.Form{empty}, collect.Register{}, empty.Case.Period, actor, testdb.Today)
				if len(found.Problems) > 0 || len(found.Entries) != 1 {
					t.Fatalf("%s %s %d: %+v", slug, extension, seed, found.Problems)
				}
				if got, want := listed(found.Entries[0].Cells), listed(full.Case.Now); got != want {
					t.Fatalf("%s %s %d: stored\n%s\nread\n%s", slug, extension, seed, want, got)
				}
				found = collect.ReadImport(book, []collect.Form{full}, collect.Register{}, empty.Case.Period, actor, testdb.Today)
				if len(found.Problems) > 0 || len(found.Changed()) > 0 {
					t.Fatalf("%s %s %d: %+v %+v", slug, extension, seed, found.Problems, found.Changed()[0].Changes)
				}
			}
		}
	}
}
