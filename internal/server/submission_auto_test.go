package server

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"copil/internal/access"
	"copil/internal/testdb"
)

// script is what the form's script sends and reads.
type script struct {
	*browser
	at   string
	form url.Values
}

func (o *office) script(actor access.Actor, at string) *script {
	o.t.Helper()
	b := o.by(actor)
	form := b.form(at, at)
	form.Set("action", "auto")
	b.header.Set("Accept", "application/json")
	return &script{b, at, form}
}

// save sends the form with what was typed since.
func (s *script) save(typed url.Values) (*httptest.ResponseRecorder, saved) {
	s.app.t.Helper()
	maps.Copy(s.form, typed)
	w := s.post(s.at, s.form)
	if w.Code == http.StatusSeeOther {
		w = s.get(w.Header().Get("Location"))
	}
	var answer saved
	if got := w.Header().Get("Content-Type"); got != "application/json; charset=utf-8" {
		s.app.t.Fatalf("%d, Content-Type %q: %s", w.Code, got, w.Body)
	}
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		s.app.t.Fatal(err)
	}
	return w, answer
}

// refused expects a status and a sentence for the person.
func (s *script) refused(status int, message string, typed url.Values) {
	s.app.t.Helper()
	w, _ := s.save(typed)
	var answer struct{ Message string }
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		s.app.t.Fatal(err)
	}
	if w.Code != status || !strings.Contains(answer.Message, message) {
		s.app.t.Errorf("%d: %q, want %d: %q", w.Code, answer.Message, status, message)
	}
}

// stored are the current cells as « mesure rangée colonne état nombre ».
func (o *office) stored(measure string) string {
	o.t.Helper()
	return strings.Join(o.db.Texts(o.t, `
		SELECT concat_ws(' ', nullif(row_item, ''), nullif(column_item, ''), state, trim_scale(number), nullif(comment, '')) FROM cell_versions
		WHERE convention_id = $1 AND measure_code = $2 AND current ORDER BY 1`, o.ID, measure), ", ")
}

// What is typed is stored as it goes. A box that cannot be read keeps what was
// stored of it, and holds up nothing else.
func TestAutosave(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	at := o.path("saisies", testdb.OpenPeriod, o.newSubmission())
	s := o.script(o.Actors[access.Structure], at)
	for _, step := range []struct {
		name     string
		typed    url.Values
		problems []string          // names of fields
		stored   map[string]string // by measure
	}{
		{"half a table", url.Values{"mediators.CDI.F": {"3"}, "certified": {"1"}}, nil,
			map[string]string{"mediators": "CDI F number 3", "certified": "number 1"}},
		{"a slip", url.Values{"mediators.CDI.F": {"3x"}, "mediators.CDI.H": {"2"}, "certified": {"un"}, "entries": {"4"}}, []string{"certified", "mediators.CDI.F"},
			map[string]string{"mediators": "CDI F number 3, CDI H number 2", "certified": "number 1", "entries": "number 4"}},
		{"a broken rule", url.Values{"mediators.CDI.F": {"5"}, "certified": {"1"}, "fte": {"1,5"}}, []string{"fte"},
			map[string]string{"mediators": "CDI F number 5, CDI H number 2", "fte": "number 1.5"}},
		{"a comment too long", url.Values{"fte": {"0"}, "certified": {"2"}, "certified-commentaire": {strings.Repeat("é", 5001)}}, []string{"certified-commentaire"},
			map[string]string{"certified": "number 1", "fte": "number 0"}},
		{"a comment alone", url.Values{"certified": {""}, "certified-etat": {""}, "certified-commentaire": {"À venir."}}, []string{"certified-commentaire"},
			map[string]string{"certified": "number 1"}},
		{"taken back", url.Values{"certified-commentaire": {""}, "mediators.CDI.H": {""}}, nil,
			map[string]string{"certified": "", "mediators": "CDI F number 5"}},
		{"no number", url.Values{"entries": {""}, "entries-etat": {"non-renseigne"}}, nil, map[string]string{"entries": "missing"}},
	} {
		w, answer := s.save(step.typed)
		if w.Code != http.StatusOK || answer.At.IsZero() {
			t.Fatalf("%s: %d %s", step.name, w.Code, w.Body)
		}
		if got := slices.Sorted(maps.Keys(answer.Problems)); !slices.Equal(got, step.problems) {
			t.Errorf("%s: problems %q", step.name, answer.Problems)
		}
		for measure, want := range step.stored {
			if got := o.stored(measure); got != want {
				t.Errorf("%s: %s is stored as %q, want %q", step.name, measure, got, want)
			}
		}
		s.form.Set("_version", strconv.Itoa(answer.Version))
	}
	// Nothing new is nothing to store, nor to tell the log.
	entries := o.entries()
	_, answer := s.save(nil)
	if s.form.Get("_version") != strconv.Itoa(answer.Version) || o.entries() != entries {
		t.Errorf("version %d, was %s; %d entries more", answer.Version, s.form.Get("_version"), o.entries()-entries)
	}
	// The log tells what was typed, not the whole form.
	_, _ = s.save(url.Values{"exits": {"2"}})
	last := o.db.Texts(t, `SELECT after::text FROM audit_entries WHERE convention_id = $1 ORDER BY entry_id DESC LIMIT 1`, o.ID)
	if !strings.Contains(last[0], "exits") || strings.Contains(last[0], "mediators") {
		t.Errorf("the log tells %s", last[0])
	}
}

// The same sending, as after an answer that was lost, comes once; the script
// learns where it stands.
func TestAutosaveComesOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	at := o.path("saisies", testdb.OpenPeriod, o.newSubmission())
	s := o.script(o.Actors[access.Structure], at)
	s.form.Set("certified", "1")
	versions := make([]int, 50)
	var all sync.WaitGroup
	for i := range versions {
		again := &script{&browser{app: s.app, handler: s.handler, header: s.header, cookie: s.cookie}, at, maps.Clone(s.form)}
		all.Go(func() { // fewer would not show two at once
			_, answer := again.save(nil)
			versions[i] = answer.Version
		})
	}
	all.Wait()
	if slices.ContainsFunc(versions, func(v int) bool { return v != 2 }) {
		t.Errorf("versions %v", versions)
	}
	if got := o.db.Texts(t, `SELECT version::text FROM cell_versions WHERE convention_id = $1 AND measure_code = 'certified'`, o.ID); len(got) != 1 {
		t.Errorf("%d versions of the cell", len(got))
	}
}

// Of two editors, the second is told, and overwrites nothing.
func TestAutosaveOfTwo(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	at := o.path("saisies", testdb.OpenPeriod, o.newSubmission())
	first, second := o.script(o.Actors[access.Structure], at), o.script(o.Actors[access.Mission], at)
	_, _ = first.save(url.Values{"certified": {"1"}})
	second.refused(http.StatusConflict, "modifiée entre-temps, dans une autre fenêtre ou par une autre personne", url.Values{"certified": {"2"}})
	second.refused(http.StatusConflict, "modifiée entre-temps", url.Values{"certified": {""}, "certified-etat": {""}}) // even with nothing to store
	if got := o.stored("certified"); got != "number 1" {
		t.Errorf("stored: %q", got)
	}
	second.form.Set("_version", "2")
	if w, _ := second.save(url.Values{"certified": {"2"}}); w.Code != http.StatusOK || o.stored("certified") != "number 2" {
		t.Errorf("%d, stored %q", w.Code, o.stored("certified"))
	}
}

// A script is refused in a sentence, with the status that says what to do.
func TestAutosaveRefused(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.newSubmission()
	at := o.path("saisies", testdb.OpenPeriod, id)
	s := o.script(o.Actors[access.Structure], at)
	typed := url.Values{"certified": {"1"}}
	other := *s
	other.browser = o.by(o.Actors[access.Mission])
	other.header.Set("Accept", "application/json")
	other.refused(http.StatusConflict, "sous un autre profil", typed)
	expired := *s
	expired.browser = o.visitor()
	expired.header.Set("Accept", "application/json")
	expired.refused(http.StatusUnauthorized, "Votre session a expiré.", typed)
	reader := *s
	reader.browser = o.by(o.Actors[access.Reader])
	reader.header.Set("Accept", "application/json")
	reader.refused(http.StatusForbidden, "ne donne pas accès", typed)
	large := *s
	large.form = url.Values{"remark": {strings.Repeat("x", 600<<10)}}
	large.refused(http.StatusRequestEntityTooLarge, "taille permise", nil)
	broken := *s
	broken.form = maps.Clone(s.form)
	broken.form.Set("_cle", "")
	broken.refused(http.StatusUnprocessableEntity, "incomplet", typed)
	o.handIn(id)
	s.refused(http.StatusConflict, "soumise et attend sa validation", typed)
	if got := o.stored("certified"); got != "missing" {
		t.Errorf("stored: %q", got)
	}
}
