package demo_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
)

// rows reads a table of the story, cell by cell, without its heading and totals.
func rows(t *testing.T, name string) [][]string {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	var found [][]string
	for line := range strings.Lines(string(data)) {
		fields := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		for i := range fields {
			fields[i] = strings.TrimSpace(fields[i])
		}
		if code := fields[0]; len(code) == 2 {
			found = append(found, fields)
		}
	}
	if len(found) == 0 {
		t.Fatalf("%s holds no row", name)
	}
	return found
}

var numbers = regexp.MustCompile(`\d+(,\d+)?`)

// figures are the first n numbers in a text, written the French way.
func figures(text string, n int) []string {
	found := numbers.FindAllString(strings.ReplaceAll(text, "13S1, 13S2, 14S1, 14S2", ""), -1)
	if len(found) < n {
		return nil
	}
	for i := range found[:n] {
		found[i] = strings.ReplaceAll(found[i], ",", ".")
	}
	return found[:n]
}

// One row for each structure and site: people, full-time jobs, posts open and
// filled at the end of each semester.
func TestStaffIsThatOfTheStory(t *testing.T) {
	t.Parallel()
	w := theWorld(t)
	before := decimal.Zero
	for _, row := range rows(t, "staff.md") {
		before = before.Add(decimal.RequireFromString(row[2]))
		for i, period := range semesters {
			told := figures(row[3+i], 4)
			for j, measure := range []string{"mediators", "fte", "posts_open", "posts_filled"} {
				what := strings.Join([]string{period, row[0], row[1], measure}, " ")
				if told == nil { // "n.r."
					for _, c := range w.cells {
						if c.Period == period && c.Organisation == row[0] && c.Site == row[1] {
							t.Fatalf("%s: %s, want nothing", what, c.Number)
						}
					}
					continue
				}
				equal(t, what, w.of(period, row[0], row[1], measure), told[j])
			}
		}
	}
	equal(t, "posts of 2012", before, "599")
	got := w.Texts(t, `SELECT count(*)::text FROM posts WHERE convention_id = $1 AND opened_on < '2013-01-01'`, w.mediation)
	if got[0] != "599" {
		t.Errorf("%s posts opened before 2013, want 599", got[0])
	}
	for i, want := range []string{"80", "94", "119", "114"} { // 2014-S2 with what is to be corrected
		equal(t, "people on sites "+semesters[i], w.sum(func(c cell) bool {
			return c.Period == semesters[i] && c.Measure == "mediators" && c.Site != "HS"
		}), want)
	}
	equal(t, "people on sites, validated", w.sum(func(c cell) bool {
		return c.Period == "2014-S2" && c.Measure == "mediators" && c.Site != "HS" && c.State == "validee"
	}), "98")
}

func TestJobsAreThoseOfTheStory(t *testing.T) {
	t.Parallel()
	w := theWorld(t)
	for _, row := range rows(t, "jobs.md") {
		for i, period := range semesters {
			if strings.Contains(row[1+i], "†") { // silent or to be corrected: the last validated count
				period = "2014-S1"
			}
			told := figures(row[1+i], 2)
			equal(t, period+" "+row[0]+" created", w.of(period, row[0], "", "jobs_created"), told[0])
			equal(t, period+" "+row[0]+" consolidated", w.of(period, row[0], "", "jobs_consolidated"), told[1])
		}
	}
}

func TestTypesAreThoseOfTheStory(t *testing.T) {
	t.Parallel()
	w := theWorld(t)
	types := []string{"ADULTE_RELAIS", "EMPLOI_AVENIR", "CUI_CAE", "CDI", "CDD", "TITULAIRE", "CONTRACTUEL_PUBLIC"}
	people := func(period, organisation, jobType, sex string) decimal.Decimal {
		return w.sum(func(c cell) bool {
			return c.Measure == "mediators" && c.Period == period && (organisation == "" && c.State == "validee" || c.Organisation == organisation) &&
				(jobType == "" || c.Row == jobType) && (sex == "" || c.Column == sex)
		})
	}
	for _, row := range rows(t, "types.md") {
		for j, jobType := range types {
			equal(t, row[0]+" "+jobType, people("2014-S1", row[0], jobType, ""), row[1+j])
		}
		sexes := figures(strings.ReplaceAll(row[8], "/", " "), 2)
		equal(t, row[0]+" women", people("2014-S1", row[0], "", "F"), sexes[0])
		equal(t, row[0]+" men", people("2014-S1", row[0], "", "H"), sexes[1])
		for i, told := range strings.SplitN(strings.ReplaceAll(row[9], "(", ""), ", ", 4) {
			if n := figures(told, 1); n != nil {
				equal(t, semesters[i]+" "+row[0]+" adultes-relais", people(semesters[i], row[0], types[0], ""), n[0])
			}
		}
	}
	for j, want := range []string{"74", "58", "38", "402", "64", "10", "5"} {
		equal(t, types[j], people("2014-S1", "", types[j], ""), want)
	}
	equal(t, "women", people("2014-S1", "", "", "F"), "305")
	equal(t, "men", people("2014-S1", "", "", "H"), "346")
	for i, want := range [][2]string{{"61", "22"}, {"64", "34"}, {"74", "58"}, {"59", "62"}} {
		equal(t, "adultes-relais "+semesters[i], people(semesters[i], "", types[0], ""), want[0])
		equal(t, "emplois d’avenir "+semesters[i], people(semesters[i], "", types[1], ""), want[1])
	}
}

func TestTurnoverIsThatOfTheStory(t *testing.T) {
	t.Parallel()
	w := theWorld(t)
	const told = `P1 17/12, 21/13, 20/13 · P2 14/10, 19/10, 17/11 · P3 12/8, 17/9, 6/19 · A1 0/0, 0/0, 0/0 · A2 3/1, 4/1, 3/1 · A3 2/1, 4/1, 2/1 · A4 0/0, 0/0, 0/0 · C1 1/1, 2/1, 1/1 · C2 3/1, 5/1, 3/1 · B1 1/1, 2/1, 1/1 · M1 2/0, 3/1, 1/1 · M2 0/0, 1/0`
	for _, text := range strings.Split(told, " · ") {
		code, flows, _ := strings.Cut(text, " ")
		for i, flow := range strings.Split(flows, ", ") {
			in, out, _ := strings.Cut(flow, "/")
			equal(t, code+" entries "+semesters[1+i], w.of(semesters[1+i], code, "", "entries"), in)
			equal(t, code+" exits "+semesters[1+i], w.of(semesters[1+i], code, "", "exits"), out)
		}
	}
	for _, c := range w.cells {
		if c.Period == "2013-S1" && c.Measure == "entries" && c.Answer != "missing" {
			t.Errorf("2013-S1 %s: entries are %s, want missing", c.Organisation, c.Answer)
		}
	}
}
