package server

import (
	"fmt"
	"html"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"copil/internal/access"
	"copil/internal/account"
	"copil/internal/audit"
	"copil/internal/collect"
	"copil/internal/convention"
	"copil/internal/pg"
	"copil/internal/site"
	"copil/internal/testdb"
)

// office is the application with a convention that belongs to the test, which
// may write there.
type office struct {
	*app
	*testdb.Agreement
}

func newOffice(t testing.TB) *office {
	t.Helper()
	return newOfficeOn(t, testdb.Open(t).Pool)
}

func newOfficeOn(t testing.TB, pool *pg.Pool) *office {
	t.Helper()
	a := appOver(t, pool, demonstration{})
	return &office{a, a.db.Agreement(t)}
}

// by returns a browser in which the actor has signed in.
func (o *office) by(actor access.Actor) *browser { return o.signedIn(actor.PersonID) }

// path is an address within the convention.
func (o *office) path(parts ...any) string {
	path := "/c/" + o.Slug
	for _, p := range parts {
		path += "/" + fmt.Sprint(p)
	}
	return path
}

// entries counts what the log tells of the convention.
func (o *office) entries() int {
	o.t.Helper()
	return len(o.db.Texts(o.t, `SELECT entry_id::text FROM audit_entries WHERE convention_id = $1`, o.ID))
}

// newPost opens one post of a structure and returns it.
func (o *office) newPost(structure uuid.UUID, at *uuid.UUID, filled bool) uuid.UUID {
	o.t.Helper()
	d := site.PostDraft{Count: 1, OrganisationID: structure, SiteID: at, JobType: "CDI", Quotity: decimal.NewFromInt(1), OpenedOn: testdb.Day(2014, 3, 3)}
	if filled {
		d.FilledOn = new(testdb.Day(2014, 3, 10))
	}
	o.db.In(o.t, o.ID, func(tx *pg.Tx) error {
		return site.AddPosts(o.t.Context(), tx, testdb.By(o.Actors[access.Mission]), d)
	})
	return o.one(`SELECT post_id::text FROM posts WHERE convention_id = $1 AND organisation_id = $2 ORDER BY reference DESC LIMIT 1`, o.ID, structure)
}

// newSubmission asks the first structure for its figures on the first site.
func (o *office) newSubmission() uuid.UUID {
	o.t.Helper()
	var id uuid.UUID
	o.db.In(o.t, o.ID, func(tx *pg.Tx) (err error) {
		id, err = collect.Begin(o.t.Context(), tx, testdb.By(o.Actors[access.Mission]), o.Structures[0], &o.Sites[0], testdb.OpenPeriod)
		return err
	})
	return id
}

// handIn answers every question of a submission with « non renseigné » and hands it in.
func (o *office) handIn(id uuid.UUID) {
	o.t.Helper()
	by := testdb.By(o.Actors[access.Structure])
	o.db.In(o.t, o.ID, func(tx *pg.Tx) error {
		b := tx.Batch()
		found, measures := collect.Get(b, id), collect.MeasuresOf(b, id)
		if err := b.Send(o.t.Context()); err != nil {
			return err
		}
		var cells []collect.Cell
		for _, m := range collect.Asked(measures.All, "structure") {
			if m.Source != convention.FromPosts {
				cells = append(cells, collect.Cell{MeasureCode: m.MeasureCode, State: collect.Missing})
			}
		}
		version := found.All[0].Version
		if err := collect.Save(o.t.Context(), tx, by, id, version, cells, ""); err != nil {
			return err
		}
		return collect.Submit(o.t.Context(), tx, by, id, version+1)
	})
}

// form returns the form of a page that posts to action, with what a browser
// would send if nothing were changed.
func (b *browser) form(page, action string) url.Values {
	b.app.t.Helper()
	values, found := readPostForm(b.page(page), action)
	if !found {
		b.app.t.Fatalf("%s has no form that posts to %s", page, action)
	}
	return values
}

// filled is form with some answers.
func (b *browser) filled(page, action string, answers url.Values) url.Values {
	b.app.t.Helper()
	form := b.form(page, action)
	for name, values := range answers {
		form[name] = values
	}
	return form
}

var (
	anElement  = regexp.MustCompile(`(?s)<input\b[^>]*>|<select\b.*?</select>|<textarea\b.*?</textarea>`)
	anOption   = regexp.MustCompile(`<option\b[^>]*>`)
	attributes = regexp.MustCompile(`([a-z-]+)(?:="([^"]*)")?`)
)

// readPostForm reads the first form of a page that posts to action.
func readPostForm(page, action string) (url.Values, bool) {
	for _, text := range strings.Split(page, "<form ")[1:] {
		text, _, _ = strings.Cut(text, "</form>")
		head, body, _ := strings.Cut(text, ">")
		a := attributesOf(head)
		if a["method"] != "post" || a["action"] != action {
			continue
		}
		values := url.Values{}
		for _, element := range anElement.FindAllString(body, -1) {
			readControl(element, values)
		}
		return values, true
	}
	return nil, false
}

func readControl(element string, values url.Values) {
	head, content, _ := strings.Cut(element, ">")
	a := attributesOf(head)
	_, checked := a["checked"]
	switch {
	case strings.HasPrefix(element, "<textarea"):
		values.Add(a["name"], html.UnescapeString(strings.TrimSuffix(content, "</textarea>")))
	case strings.HasPrefix(element, "<select"):
		options := anOption.FindAllString(content, -1)
		chosen := ""
		for i, option := range options {
			o := attributesOf(option)
			if _, selected := o["selected"]; selected || i == 0 {
				chosen = o["value"]
			}
		}
		values.Add(a["name"], chosen)
	case (a["type"] == "radio" || a["type"] == "checkbox") && !checked:
	default:
		values.Add(a["name"], a["value"])
	}
}

func attributesOf(tag string) map[string]string {
	found := map[string]string{}
	for _, m := range attributes.FindAllStringSubmatch(tag, -1) {
		found[m[1]] = html.UnescapeString(m[2])
	}
	return found
}

// text is a page as a person reads it: entities resolved, every space plain.
func text(w *httptest.ResponseRecorder) string {
	return strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(html.UnescapeString(w.Body.String()))
}

// expect checks an answer's status and what its page shows.
func expect(t testing.TB, w *httptest.ResponseRecorder, status int, shows ...string) {
	t.Helper()
	if w.Code != status {
		t.Errorf("status %d, want %d", w.Code, status)
	}
	for _, s := range shows {
		if !strings.Contains(text(w), s) {
			t.Errorf("the page does not show %q", s)
		}
	}
	if t.Failed() && testing.Verbose() {
		t.Log(text(w))
	}
}

// administrator is a browser in which somebody who administers the platform has
// signed in, and who that is.
func (o *office) administrator() (*browser, uuid.UUID) {
	o.t.Helper()
	by := audit.Stamp{At: o.Now(), OnDay: testdb.Today}
	person, err := account.CreatePerson(o.t.Context(), o.System, by, account.PersonDraft{Email: uuid.NewString() + "@essai.example", Name: "Administration", Administrator: true})
	if err != nil {
		o.t.Fatal(err)
	}
	return o.signedIn(person.PersonID), person.PersonID
}
