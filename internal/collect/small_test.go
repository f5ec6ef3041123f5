package collect_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"copil/internal/audit"
	"copil/internal/collect"
	"copil/internal/convention"
	"copil/internal/fault"
	"copil/internal/pg"
	"copil/internal/sheet"
	"copil/internal/site"
	"copil/internal/testdb"
)

// lacks are the measures that keep a case from being handed in.
func lacks(c collect.Case) []string { return slices.Sorted(maps.Keys(collect.Blocking(c))) }

// short are the answers that everybody must give, with so many people in post.
func (d *desk) short(people int64) []collect.Cell {
	return append(d.table("mediators", "CDI", "F", people), missing("fte"), missing("entries"), missing("exits"), missing("certified"), missing("training_hours"))
}

// Who is small answers a short form: by what they say when they are new, then by
// the last figure known. The rest may be answered, and is not missing otherwise.
func TestShortForm(t *testing.T) {
	t.Parallel()
	eachWall(t, func(t *testing.T, d *desk) {
		if got := d.judged(); got.Small() || len(got.Optional()) > 0 {
			t.Error("somebody of whom nothing is known is small")
		}
		d.must(d.save(d.author, d.own, 1, d.short(5)...))
		if got := lacks(d.judged()); !slices.Contains(got, "interventions") || slices.Contains(got, "entries") {
			t.Errorf("five people: %v", got)
		}
		if got := fields(d.submit(d.author, d.own, 2)); !strings.Contains(got, "interventions") {
			t.Errorf("five people: %q", got)
		}
		d.must(d.save(d.author, d.own, 2, d.short(4)...))
		c := d.judged()
		if !c.Small() || !c.Optional()["interventions"] || c.Optional()["fte"] || c.Optional()["posts_open"] || len(lacks(c)) > 0 {
			t.Errorf("four people: %v, lacks %v", c.Optional(), lacks(c))
		}
		if n := d.rowsSaying("Interventions de médiation (facultatif)"); n != 9 {
			t.Errorf("%d rows of the file are optional", n)
		}
		d.must(d.submit(d.author, d.own, 3))
		if s := d.now(); !s.ShortForm || s.State != collect.Submitted {
			t.Errorf("handed in: %+v", s)
		}
		// What a reviewer asks for is asked.
		d.must(d.returned(d.check, d.own, 4, "", map[string]string{"interventions": "Combien ?"}))
		if got := lacks(d.judged()); !slices.Equal(got, []string{"interventions"}) {
			t.Errorf("returned: %v", got)
		}
		d.must(d.save(d.author, d.own, 5, missing("interventions")))
		d.must(d.submit(d.author, d.own, 6))
		d.must(d.validate(d.check, d.own, 7))
		if c := d.judged(); c.Optional()["interventions"] {
			t.Errorf("validated: %v", c.Optional())
		}
	})
}

// rowsSaying counts the rows of the submission's file that hold a label.
func (d *desk) rowsSaying(label string) (n int) {
	d.t.Helper()
	c := d.judged()
	for _, row := range collect.Template([]collect.Form{{Submission: c.Submission, Case: c}}, collect.Register{}, func(collect.Submission) string { return "" })[0].Rows {
		if slices.Contains(row, sheet.Text(label)) {
			n++
		}
	}
	return n
}

// Nobody is kept from answering everything, and then the form was not short.
func TestCompleteForm(t *testing.T) {
	t.Parallel()
	eachWall(t, func(t *testing.T, d *desk) {
		d.must(d.save(d.author, d.own, 1, d.everything(d.short(1)...)...))
		d.must(d.submit(d.author, d.own, 2))
		if s := d.now(); s.ShortForm {
			t.Errorf("%+v", s)
		}
	})
}

// A structure is small or not with all its places.
func TestSizeOfAllPlaces(t *testing.T) {
	t.Parallel()
	eachWall(t, func(t *testing.T, d *desk) {
		begin := func(period string, at *uuid.UUID) (id uuid.UUID) {
			d.must(d.try(func(tx *pg.Tx) (err error) {
				id, err = collect.Expect(t.Context(), tx, d.check, d.Structures[0], at, period)
				return err
			}))
			return id
		}
		size := func() (string, bool) {
			c, text := d.judged(), func(n *decimal.Decimal) string {
				if n == nil {
					return "?"
				}
				return n.String()
			}
			return text(c.Size.Last) + " " + text(c.Size.Others), c.Small()
		}
		expect := func(when, want string, small bool) {
			t.Helper()
			if got, is := size(); got != want || is != small {
				t.Errorf("%s: %s, small %v", when, got, is)
			}
		}
		d.must(d.save(d.author, d.own, 1, d.short(3)...))
		expect("one place", "? 0", true)
		offSite := begin(testdb.OpenPeriod, nil)
		expect("another one that says nothing", "? ?", false)
		d.must(d.save(d.author, offSite, 1, d.table("mediators", "CDD", "H", 1)...))
		expect("four in all", "? 1", true)
		d.must(d.save(d.author, offSite, 2, d.table("mediators", "CDD", "H", 2)...))
		expect("five in all", "? 2", false)

		early := d.author
		early.OnDay = testdb.Day(2014, 8, 1)
		before := begin(testdb.ValidatedPeriod, &d.Sites[0])
		d.must(d.save(early, before, 1, d.everything(d.table("mediators", "CDI", "F", 4)...)...))
		expect("before, not validated", "? 2", false)
		d.must(d.submit(early, before, 2))
		checks := d.check
		checks.OnDay = early.OnDay
		d.must(d.validate(checks, before, 3))
		expect("before, validated", "4 2", true)
		silent := begin(testdb.ValidatedPeriod, nil)
		expect("before, one place silent", "? 2", false)
		if c := d.judged(); c.Size.Measure != "mediators" || c.Size.Below != 5 || silent == uuid.Nil {
			t.Errorf("%+v", c.Size)
		}
	})
}

// Posts are broken down by the type of the job, and a comment on their count stays.
func TestPostsByTypeAndTheirComment(t *testing.T) {
	t.Parallel()
	eachWall(t, func(t *testing.T, d *desk) {
		add := func(by audit.Stamp, jobType string, n int) {
			d.must(d.try(func(tx *pg.Tx) error {
				return site.AddPosts(t.Context(), tx, by, site.PostDraft{Count: n, OrganisationID: d.Structures[0], SiteID: &d.Sites[0], JobType: jobType,
					Quotity: decimal.NewFromInt(1), OpenedOn: testdb.Day(2014, 9, 1), FilledOn: new(testdb.Day(2014, 9, 2))})
			}))
		}
		stored := func(measure string) string {
			return strings.Join(d.db.Texts(t, `
				SELECT concat_ws(' ', nullif(row_item, ''), number::int, nullif(comment, '')) FROM cell_versions
				WHERE submission_id = $1 AND measure_code = $2 AND current AND (number > 0 OR comment <> '') ORDER BY 1`, d.own, measure), ", ")
		}
		says := func(measure, comment string) collect.Cell {
			return collect.Cell{MeasureCode: measure, Comment: comment}
		}
		const text = "Une personne arrive en janvier."
		add(d.author, "CDI", 2)
		add(d.author, "CDD", 3)
		d.must(d.save(d.author, d.own, 1, d.everything(append(d.table("mediators", "CDI", "F", 6), says("posts_open", text))...)...))
		if got := stored("posts_filled") + "; " + stored("posts_open"); got != "CDD 3, CDI 2; 5 "+text {
			t.Errorf("%q", got)
		}
		found := collect.Check(d.judged())
		if i := slices.IndexFunc(found, func(f collect.Finding) bool { return f.Number == "P01" }); i < 0 || !strings.Contains(found[i].Message, "CDD") || strings.Contains(found[i].Message, "CDI") {
			t.Errorf("%+v", found)
		}
		problem, _ := errors.AsType[*fault.Error](d.submit(d.author, d.own, 2))
		if problem == nil || !strings.Contains(problem.Fields["mediators"], "Expliquez-le") {
			t.Errorf("%v", problem)
		}
		explained := d.table("mediators", "CDI", "F", 6)
		explained[0].Comment = "Une fin de contrat le dernier jour."
		d.must(d.save(d.author, d.own, 2, explained...))
		if got := stored("posts_open"); got != "5 "+text {
			t.Errorf("a saving that says nothing of it: %q", got)
		}
		d.must(d.submit(d.author, d.own, 3))
		if s := d.now(); s.Alerts != 1 {
			t.Errorf("%d alerts", s.Alerts)
		}
		// Closed, the count stays as it was; its comment may change.
		d.must(d.returned(d.check, d.own, 4, "", map[string]string{"entries": "Combien ?"}))
		add(d.author, "CDI", 1)
		d.must(d.save(d.author, d.own, 5, says("posts_filled", "Un de plus en janvier."), says("posts_open", "")))
		if got := stored("posts_filled") + "; " + stored("posts_open"); got != "ADULTE_RELAIS 0 Un de plus en janvier., CDD 3, CDI 2; 5" {
			t.Errorf("closed: %q", got)
		}
	})
}

// An alert may stand at a count of posts.
func TestAlertAtPosts(t *testing.T) {
	t.Parallel()
	c := shippedCase(t, "mediation-npdc")
	c.Rules = []convention.Rule{{Number: "X", Level: convention.Alert, Kind: convention.AtMost, At: "posts_open", Left: []convention.Term{{Measure: "posts_open"}}, Right: []convention.Term{{Measure: "entries"}}, Message: "Trop."}}
	c.Now = figures(c, m{"posts_open": "3", "entries": "1"})
	if bad := collect.Hindrances(c, collect.Check(c)); !strings.HasPrefix(bad["posts_open"], "Trop.") {
		t.Errorf("%v", bad)
	}
	c.Now = collect.Counted(c.Measures, c.Items, append(c.Now, collect.Cell{MeasureCode: "posts_open", Comment: "Trois postes attendent leur titulaire."}), site.Counts{Open: 3})
	if bad := collect.Hindrances(c, collect.Check(c)); len(bad) > 0 {
		t.Errorf("explained: %v", bad)
	}
}
