package server

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"

	"copil/internal/access"
	"copil/internal/testdb"
	"copil/templates/ui"
)

// answered is a form in which every question has an answer, to be handed in.
func answered(form url.Values) url.Values {
	form = maps.Clone(form)
	for name := range form {
		if code, found := strings.CutSuffix(name, "-motif"); found {
			form.Set(code+ui.StateSuffix, ui.StateMissing)
		}
	}
	form.Set("action", "soumettre")
	return form
}

// Fifty identical sendings at the same time hand the figures in once, and are all
// told so.
func TestFiftySubmits(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.newSubmission()
	at := o.path("saisies", testdb.OpenPeriod, id)
	b := o.by(o.Actors[access.Structure])
	form := answered(b.form(at, at))
	form.Set("entries", "7")
	form.Set("entries-etat", "nombre")
	answers := make([]string, 50)
	var all sync.WaitGroup
	for i := range answers {
		all.Go(func() {
			alone := *b
			w := alone.post(at, form)
			answers[i] = fmt.Sprint(w.Code, " ", w.Header().Get("Location"))
		})
	}
	all.Wait()
	for _, got := range answers {
		if got != fmt.Sprint(http.StatusSeeOther, " ", at) {
			t.Errorf("answered with %s", got)
		}
	}
	for sql, want := range map[string]int{
		`SELECT 1::text FROM audit_entries WHERE convention_id = $1 AND object_id = $2::text AND action = 'submitted'`:                        1,
		`SELECT 1::text FROM audit_entries WHERE convention_id = $1 AND object_id = $2::text AND action = 'changed'`:                          1,
		`SELECT 1::text FROM cell_versions WHERE convention_id = $1 AND submission_id = $2::uuid AND measure_code = 'entries'`:                1,
		`SELECT 1::text FROM cell_versions WHERE convention_id = $1 AND submission_id = $2::uuid AND version > 1`:                             0,
		`SELECT 1::text FROM submissions WHERE convention_id = $1 AND submission_id = $2::uuid AND state = 'soumise' AND version = 3`:         1,
		`SELECT 1::text FROM cell_versions WHERE convention_id = $1 AND submission_id = $2::uuid AND measure_code = 'entries' AND number = 7`: 1,
	} {
		if n := len(o.db.Texts(t, sql, o.ID, id.String())); n != want {
			t.Errorf("%d rows, want %d: %s", n, want, sql)
		}
	}
	expect(t, b.get(at), http.StatusOK, "Soumise")
}

// Two people fill in one form at the same time, one with the script and one
// without: who comes second is told, takes what is there, and puts back what they
// typed. In the end both have what they typed.
func TestTwoEditors(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	at := o.path("saisies", testdb.OpenPeriod, o.newSubmission())
	first, second := o.script(o.Actors[access.Structure], at), o.by(o.Actors[access.Mission])
	const rounds = 12
	var both sync.WaitGroup
	told := [2]int{}
	both.Go(func() {
		for i := 1; i <= rounds; i++ {
			for {
				w, answer := first.save(url.Values{"entries": {strconv.Itoa(i)}, "mediators.CDI.F": {strconv.Itoa(2 * i)}})
				if w.Code == http.StatusOK {
					first.form.Set(versionField, strconv.Itoa(answer.Version))
					break
				}
				told[0]++
				fresh := o.script(o.Actors[access.Structure], at) // « Garder ce que j’ai tapé »
				first.form = fresh.form
			}
		}
	})
	both.Go(func() {
		for i := 1; i <= rounds; i++ {
			for {
				form := second.filled(at, at, url.Values{"exits": {strconv.Itoa(i)}, "mediators.CDI.H": {strconv.Itoa(3 * i)}})
				w := second.post(at, form)
				if w.Code == http.StatusSeeOther {
					break
				}
				told[1]++
				expect(t, w, http.StatusConflict, "modifiée entre-temps, dans une autre fenêtre ou par une autre personne", `value="`+strconv.Itoa(3*i)+`"`)
			}
		}
	})
	both.Wait()
	t.Logf("told: %v", told)
	for measure, want := range map[string]string{"entries": "number 12", "exits": "number 12", "mediators": "CDI F number 24, CDI H number 36"} {
		if got := o.stored(measure); got != want {
			t.Errorf("%s is %q, want %q", measure, got, want)
		}
	}
	// Each saving that was answered « enregistré » has left its version.
	for measure, want := range map[string]int{"entries": rounds, "exits": rounds, "mediators": 2 * rounds} {
		if n := len(o.db.Texts(t, `SELECT version::text FROM cell_versions WHERE convention_id = $1 AND measure_code = $2`, o.ID, measure)); n != want {
			t.Errorf("%d versions of %s, want %d", n, measure, want)
		}
	}
}

// Who is overtaken sees at each field what is stored there, so that sending their
// form again replaces nothing unseen.
func TestOvertaken(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	at := o.path("saisies", testdb.OpenPeriod, o.newSubmission())
	first, second := o.by(o.Actors[access.Structure]), o.by(o.Actors[access.Mission])
	one := first.filled(at, at, url.Values{"entries": {"5"}, "exits-etat": {"sans-objet"}, "exits-motif": {"Équipe récente."}, "fte": {"1,5"}, "remark": {"À vérifier."}})
	two := second.filled(at, at, url.Values{"certified": {"2"}, "fte": {"1,50"}, "remark": {"Autre chose."}})
	expect(t, first.post(at, one), http.StatusSeeOther)
	w := second.post(at, two)
	expect(t, w, http.StatusConflict, "modifiée entre-temps", `value="2"`, "Entrées pendant la période : valeur enregistrée : « 5 »",
		"« sans objet »", "« Équipe récente. »", "Remarque : valeur enregistrée : « À vérifier. »")
	if strings.Contains(text(w), "« 1,50 »") {
		t.Error("1,5 and 1,50 are told apart")
	}
	again, _ := readPostForm(w.Body.String(), at)
	expect(t, second.post(at, again), http.StatusSeeOther)
}

// A form that comes after its session has ended is kept on the page until it can
// be sent again.
func TestSentAfterTheSession(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.newSubmission()
	at := o.path("saisies", testdb.OpenPeriod, id)
	b := o.by(o.Actors[access.Structure])
	typed := "Avec « soin » & <sans> perte.\r\nSur deux lignes."
	form := b.filled(at, at, url.Values{"entries": {"5"}, "remark": {typed}, "action": {""}})
	v := o.visitor()
	w := v.post(at, form)
	expect(t, w, http.StatusUnauthorized, "Votre session a expiré", "n’est pas encore enregistré", `href="/connexion"`)
	again, found := readPostForm(w.Body.String(), at)
	if !found || !maps.EqualFunc(again, form, func(a, b []string) bool { return strings.Join(a, "|") == strings.Join(b, "|") }) {
		t.Fatalf("the page holds %v\nwas sent %v", again, form)
	}
	if strings.Contains(w.Body.String(), "<sans>") {
		t.Error("what was typed is not quoted")
	}
	if w = o.by(o.Actors[access.Mission]).post(at, again); w.Code != http.StatusConflict {
		t.Errorf("sent under another profile: %d", w.Code)
	}
	expect(t, b.post(at, again), http.StatusSeeOther)
	if got := o.stored("entries"); got != "number 5" {
		t.Errorf("stored: %q", got)
	}
	// What is no form of ours leads to sign in, and a password never comes back.
	for path, form := range map[string]url.Values{at: {"entries": {"5"}}, "/compte/mot-de-passe": {keyField: {"x"}, "current": {"secret"}}} {
		if w := v.post(path, form); w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/connexion" {
			t.Errorf("%s: %d to %s", path, w.Code, w.Header().Get("Location"))
		}
	}
}

// A refused form may be shown again by Back, where the browser forgets it once
// the person signs out; nothing else is kept.
func TestKeptForBack(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		secure bool
		host   string
		want   string
	}{
		"over HTTPS":          {true, "example.com", "private, no-cache"},
		"without":             {false, "example.com", "no-store"},
		"on this machine":     {false, "", "private, no-cache"},
		"HTTPS, this machine": {true, "localhost", "private, no-cache"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			o.Secure, o.Host = c.secure, c.host
			v := o.visitor()
			v.header.Set("Sec-Fetch-Site", "same-origin")
			v.host = c.host
			if c.host == "" {
				v.host = "127.0.0.1:8080"
			}
			if got := v.post("/connexion", nil).Header().Get("Cache-Control"); got != c.want {
				t.Errorf("refused: %q", got)
			}
			if got := v.get("/connexion").Header().Get("Cache-Control"); got != "no-store" {
				t.Errorf("a page: %q", got)
			}
		})
	}
	o := newOffice(t)
	b := o.by(o.Actors[access.Mission])
	w := b.post("/deconnexion", nil)
	if got := w.Header().Get("Clear-Site-Data"); w.Code != http.StatusSeeOther || got != `"cache"` {
		t.Errorf("signed out: %d, %q", w.Code, got)
	}
}
