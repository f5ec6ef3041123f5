package server

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/collect"
	"copil/internal/convention"
	"copil/internal/pg"
	"copil/internal/site"
	"copil/internal/testdb"
	"copil/templates/submissions"
	"copil/templates/ui"
)

// toldAnswer is what a person says of one measure.
type toldAnswer struct {
	state   string               // as the form names it; "" takes an answer back
	numbers map[[2]string]string // as typed, by row and column
	list    bool                 // it takes identifiers
	ids     []string
	reason  string
	comment string
}

// toldPost is what a person says of one post; days are as typed, "" where there
// is none. What never changes is said of new posts only.
type toldPost struct {
	site                                          bool // on the first site, else off-site
	kind, label, quotity                          string
	opened, filled, vacated, closed, consolidated string
	how                                           site.Consolidation
}

// postsOfRounds are the posts that each round changes: A1-001 is there before,
// three are added, then dates come, move and go.
var postsOfRounds = []map[string]toldPost{
	{
		"A1-001": {filled: "10/03/2014", vacated: "05/01/2015", consolidated: "01/09/2014", how: site.Funded},
		"A1-002": {site: true, kind: "ADULTE_RELAIS", label: "Adulte-relais", quotity: "0,8", opened: "01/04/2014", filled: "15/04/2014"},
		"A1-003": {kind: "CDI", label: "CDI de droit commun", quotity: "0,05", opened: "17/02/2014"},
		"A1-004": {
			site: true, kind: "CDI", label: "CDI de droit commun", quotity: "1", opened: "17/02/2014", filled: "17/02/2014",
			consolidated: "31/12/2014", how: site.Internal, closed: "16/03/2015",
		},
	},
	{
		"A1-001": {filled: "10/03/2014"},
		"A1-002": {filled: "29/04/2014", vacated: "31/12/2014", consolidated: "30/06/2014", how: site.Permanent},
		"A1-003": {closed: "28/02/2014"},
		"A1-004": {consolidated: "31/12/2014", how: site.Funded},
	},
}

// kindsTold are the kinds of answers that toldIn turns through.
const kindsTold = 5

// toldIn is what is said in a round: of each measure another kind of answer than
// in the round before, so that each kind comes after another.
func toldIn(round int, c collect.Case) map[string]toldAnswer {
	told := map[string]toldAnswer{}
	for i, m := range c.Measures {
		if m.Source == convention.FromPosts {
			continue
		}
		a := toldAnswer{list: m.Source == convention.Identifiers, numbers: map[[2]string]string{}}
		switch kind := (i + round) % kindsTold; kind {
		case 0:
			a.state, a.comment = ui.StateMissing, "Registre égaré\u00a0: l’équipe le cherche à Noyelles-Godault."
		case 1:
			a.state, a.reason = ui.StateNotApplicable, "Pas d’accueil l’été,\r\n«\u00a0ni à Noël\u00a0»"
		case 2: // zeros, and an empty list
			a.state = ui.StateNumber
			a.fill(m, c.Items, func(n int) (string, bool) { return "0", n%4 != 1 })
		case 3:
			a.state, a.comment = ui.StateNumber, "=Deux départs\u00a0;\r\n\r\n<été> & \"cœur\"\r\n-1"
			if a.list {
				a.ids = []string{"732 829 320", "552100554", "732829320", "Œuvre-007"}
			}
			a.fill(m, c.Items, func(n int) (string, bool) {
				number := strconv.Itoa(1204 + 3*n)
				if m.Places > 0 {
					number += ",5"
				}
				return number, n%4 != 0 || n == 0 && m.RowList == nil
			})
		}
		told[m.MeasureCode] = a
	}
	return told
}

// fill says a number of each cell of a measure, or nothing.
func (a toldAnswer) fill(m convention.Measure, items []convention.Item, number func(n int) (string, bool)) {
	if a.list {
		return
	}
	n := 0
	for _, box := range (submissions.Measure{Measure: m, Rows: itemsOf(items, m.RowList), Columns: itemsOf(items, m.ColumnList)}).Boxes() {
		if text, given := number(n); given {
			a.numbers[[2]string{box.Row.ItemCode, box.Column.ItemCode}] = text
		}
		n++
	}
}

// way is one of the ways by which figures come in, in a convention of its own.
type way struct {
	*office
	b          *browser
	submission uuid.UUID
}

// newWay has one post, and one submission that nobody has filled in; it is asked
// for everything, with the lists of identifiers.
func newWay(t *testing.T) *way {
	o := newOffice(t)
	if _, err := o.db.Owner.Exec(t.Context(), `UPDATE indicators SET status = 'active' WHERE convention_id = $1`, o.ID); err != nil {
		t.Fatal(err)
	}
	o.newPost(o.Structures[0], &o.Sites[0], true)
	return &way{o, o.by(o.Actors[access.Structure]), o.newSubmission()}
}

func (w *way) at() string { return w.path("saisies", testdb.OpenPeriod, w.submission) }

// asked is what the submission asks.
func (w *way) asked() (c collect.Case) {
	w.t.Helper()
	w.db.In(w.t, w.ID, func(tx *pg.Tx) (err error) {
		b := tx.Batch()
		read := collect.QueueCase(b, w.submission)
		if err := b.Send(w.t.Context()); err != nil {
			return err
		}
		c, err = read.Case()
		return err
	})
	return c
}

// send sends the form of a page, with answers.
func (w *way) send(page, action string, answers url.Values) {
	w.t.Helper()
	if got := w.b.post(action, w.b.filled(page, action, answers)); got.Code != http.StatusSeeOther {
		w.t.Fatalf("%s: %d\n%s", action, got.Code, text(got))
	}
}

// byForm says posts and answers in their forms, as a browser sends them.
func (w *way) byForm(told map[string]toldAnswer, posts map[string]toldPost) {
	w.t.Helper()
	for _, reference := range slices.Sorted(maps.Keys(posts)) {
		w.postByForm(reference, posts[reference])
	}
	answers := url.Values{}
	for name := range w.b.form(w.at(), w.at()) {
		if code, _, _ := strings.Cut(name, "."); told[code].numbers != nil {
			answers[name] = []string{""}
		}
	}
	for code, a := range told {
		answers.Set(code+ui.StateSuffix, a.state)
		answers.Set(code+ui.ReasonSuffix, a.reason)
		answers.Set(code+submissions.CommentSuffix, a.comment)
		for box, number := range a.numbers {
			answers.Set(submissions.Name(code, box[0], box[1]), number)
		}
		if a.list {
			answers.Set(code, strings.Join(a.ids, "\r\n"))
		}
	}
	w.send(w.at(), w.at(), answers)
}

func (w *way) postByForm(reference string, p toldPost) {
	w.t.Helper()
	days := url.Values{"filled_on": {p.filled}, "consolidated_on": {p.consolidated}, "consolidation": {string(p.how)}}
	find := `SELECT post_id::text FROM posts WHERE convention_id = $1 AND reference = $2`
	if p.opened != "" {
		added := url.Values{"site": {""}, "job_type": {p.kind}, "quotity": {p.quotity}, "opened_on": {p.opened}}
		if p.site {
			added.Set("site", w.Sites[0].String())
		}
		maps.Copy(added, days)
		if w.send(w.path("emplois"), w.path("emplois"), added); p.vacated == "" && p.closed == "" {
			return
		}
	}
	page := w.path("emplois", w.one(find, w.ID, reference))
	maps.Copy(days, url.Values{"vacated_on": {p.vacated}, "closed_on": {p.closed}})
	w.send(page, page, days)
}

// byFile sends a file, and confirms what it changes.
func (w *way) byFile(file []byte) {
	w.t.Helper()
	preview := w.preview("saisie.xlsx", file)
	page := w.b.get(preview)
	if strings.Contains(text(page), "dans le fichier") || page.Code != http.StatusOK {
		w.t.Fatalf("%d\n%s", page.Code, text(page))
	}
	w.send(preview, preview, nil)
}

// preview sends a file and returns where it is compared.
func (w *way) preview(name string, file []byte) string {
	w.t.Helper()
	got := w.b.postFile(w.importPath(), w.b.filled(w.importPath(), w.importPath(), nil), name, file)
	if got.Code != http.StatusSeeOther {
		w.t.Fatalf("%s: %d\n%s", name, got.Code, text(got))
	}
	return got.Header().Get("Location")
}

// stored is all that the database holds of the figures and posts, without what
// names them and when they came.
func (w *way) stored() string {
	w.t.Helper()
	return strings.Join(slices.Concat(
		w.db.Texts(w.t, `SELECT concat_ws(' ', state, to_json(remark), controls, short_form, alerts) FROM submissions WHERE submission_id = $1`, w.submission),
		w.db.Texts(w.t, `
			SELECT concat_ws(' ', measure_code, row_item, column_item, 'v' || version, 'm' || measure_version, state, coalesce(number::text, '–'), coalesce(identifiers::text, '–'),
			       to_json(reason), to_json(comment), to_json(correction), current)
			FROM cell_versions WHERE submission_id = $1 ORDER BY measure_code, row_item, column_item, version`, w.submission),
		w.db.Texts(w.t, `
			SELECT concat_ws(' ', reference, coalesce(s.code, 'off-site'), job_type, quotity, coalesce(opened_on::text, '–'), coalesce(filled_on::text, '–'), coalesce(vacated_on::text, '–'),
			       coalesce(closed_on::text, '–'), coalesce(consolidated_on::text, '–'), coalesce(consolidation, '–'), cardinality(authors), touched_on, withdrawn_on)
			FROM posts p LEFT JOIN sites s USING (convention_id, site_id) WHERE p.convention_id = $1 ORDER BY reference`, w.ID),
	), "\n")
}

// unchanged sends back what may be downloaded, and the form as it is shown:
// nothing changes by it.
func (w *way) unchanged() {
	w.t.Helper()
	before := w.stored()
	for _, file := range []string{"/modele.xlsx", "/modele.csv", "/modele.csv?feuille=postes"} {
		name, _, _ := strings.Cut(file[1:], "?")
		got := w.b.get(w.at() + file)
		expect(w.t, w.b.get(w.preview(name, got.Body.Bytes())), http.StatusOK, "Rien ne change")
	}
	form := w.b.form(w.at(), w.at())
	for name, values := range form {
		form.Set(name, strings.ReplaceAll(values[0], "\n", "\r\n")) // as browsers do
	}
	w.send(w.at(), w.at(), form)
	if after := w.stored(); after != before {
		w.t.Errorf("sent as it is shown, the form changes %s", difference(before, after))
	}
}

// difference is the lines that are not in both texts.
func difference(a, b string) string {
	var lines []string
	for i, pair := range [][2]string{{a, b}, {b, a}} {
		for line := range strings.Lines(pair[0] + "\n") {
			if !strings.Contains(pair[1]+"\n", line) {
				lines = append(lines, "-+"[i:i+1]+" "+strings.TrimSpace(line))
			}
		}
	}
	return "\n" + strings.Join(lines, "\n")
}

// Figures and posts are stored the same to the last sign, whether they come by
// the forms, by the template that a program filled in, or by that file once
// LibreOffice has saved it; and what is downloaded then changes nothing.
func TestFormAndFileStoreTheSame(t *testing.T) {
	t.Parallel()
	form, program, office := newWay(t), newWay(t), newWay(t)
	for round := range kindsTold {
		told, posts := toldIn(round, form.asked()), map[string]toldPost{}
		if round < len(postsOfRounds) {
			posts = postsOfRounds[round]
		}
		form.byForm(told, posts)
		program.byFile(program.filledFile(told, posts))
		office.byFile(resaved(t, office.filledFile(told, posts)))
		want := form.stored()
		if round == kindsTold-1 {
			for _, kind := range []string{" number 0 ", " number 1204.5 ", " missing ", " not_applicable ", " 3 {732829320,552100554,Œuvre-007} ", `\n\n<été> & \"cœur\"\n-1"`,
				"A1-002 S1 ADULTE_RELAIS 0.80 2014-04-01 2014-04-29 2014-12-31 – 2014-06-30 permanent"} {
				if !strings.Contains(want, kind) {
					t.Errorf("nothing says %q in\n%s", kind, want)
				}
			}
		}
		for name, w := range map[string]*way{"a program": program, "LibreOffice": office} {
			if got := w.stored(); got != want {
				t.Errorf("round %d: filled in by %s, not by the form, it is %s", round, name, difference(want, got))
			}
		}
		if form.unchanged(); t.Failed() {
			break
		}
	}
	program.unchanged()
	office.unchanged()
}
