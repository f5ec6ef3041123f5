//go:build soak

package main

import (
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
)

// filled is a form as a clerk filled it in, and what came of it.
type filled struct {
	action   string
	mark     string // a day on which no other post was opened, or the code of a site
	parts    int    // rows that it stores: posts, or the site's communes
	entries  int    // of the log
	values   url.Values
	file     string // that comes with it, "" for none
	tries    int    // how often it was sent until it was acknowledged
	location string // where the answer led that the clerk read, "" while there is none
	denied   bool   // the answer said that nothing was stored
}

// clerk is one person of the mission who fills in forms without rest.
type clerk struct {
	*client
	*rand.Rand
	next               *atomic.Int64 // number of the next form of the campaign
	structure, profile string
	hasty              bool // does not always wait for the answer
}

var structureOption = regexp.MustCompile(`<option value="([0-9a-f-]{36})"`)

func (k *durable) clerk(t *testing.T, seed uint64, next *atomic.Int64) *clerk {
	t.Helper()
	c := &clerk{client: k.signedIn(t, "mission@appui.example"), Rand: rand.New(rand.NewPCG(seed, 0)), next: next}
	structures := structureOption.FindAllStringSubmatch(c.get(home+"/emplois").body, 3) // few, so that clerks meet
	c.structure = structures[c.IntN(len(structures))][1]
	c.profile = c.hidden(home+"/emplois?structure="+c.structure, "_profil")
	c.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	c.http.Timeout = patience
	return c
}

var markup = regexp.MustCompile(`(?s)^.*<main|<[^>]*>`)

// content is what a page says, without its frame.
func content(body string) string { return plain(markup.ReplaceAllString(body, " ")) }

// hidden returns what a page's form carries unseen.
func (c *clerk) hidden(page, name string) string {
	c.Helper()
	for _, h := range hidden.FindAllStringSubmatch(c.get(page).body, -1) {
		if h[1] == name {
			return h[2]
		}
	}
	c.Fatalf("%s carries no %s", page, name)
	return ""
}

// form adds what travels with every form.
func (c *clerk) form(values url.Values) url.Values {
	values.Set("_cle", uuid.Must(uuid.NewV7()).String())
	values.Set("_profil", c.profile)
	return values
}

func (c *clerk) newPosts(count int) *filled {
	day := time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, int(c.next.Add(1)))
	return &filled{action: home + "/emplois", mark: day.Format(time.DateOnly), parts: count, entries: 1, values: c.form(url.Values{
		"structure": {c.structure}, "count": {strconv.Itoa(count)}, "job_type": {"CDI"}, "quotity": {"0,5"}, "opened_on": {day.Format("02/01/2006")},
	})}
}

func (c *clerk) newSite() *filled {
	communes := []string{"Calais", "Marck", "Roubaix", "Lens"}[:1+c.IntN(4)]
	code := fmt.Sprintf("K%05d", c.next.Add(1))
	return &filled{action: home + "/sites", mark: code, parts: len(communes), entries: 1, values: c.form(url.Values{
		"code": {code}, "name": {"Quartier " + code}, "communes": {strings.Join(communes, ", ")}, "need": {"Présence le soir."}, "since_on": {"05/01/2015"},
	})}
}

var denial = regexp.MustCompile(`(?i)rien n’a été (enregistré|modifié|importé)`)

// hand sends a form and notes what the answer says. An answer that does not
// arrive says nothing.
func (c *clerk) hand(f *filled) (status int, body string, err error) {
	f.denied = false
	sent, contentType, err := f.sent()
	if err != nil {
		return 0, "", err
	}
	r, err := c.http.Post(c.base+f.action, contentType, sent)
	if err != nil {
		return 0, "", err
	}
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return 0, "", err
	}
	if at := r.Header.Get("Location"); r.StatusCode == http.StatusSeeOther && strings.HasPrefix(at, home) {
		f.location = at
	} else {
		f.denied = denial.Match(text)
	}
	return r.StatusCode, string(text), nil
}

// work hands in one form after the other until the program is gone.
func (c *clerk) work() (forms []*filled) {
	for {
		f := c.newPosts(1 + c.IntN(3))
		if c.IntN(3) == 0 {
			f = c.newSite()
		}
		forms = append(forms, f)
		status, body, err := c.hand(f)
		if err != nil {
			return forms
		}
		if f.location == "" {
			if status < 500 { // without its database, the program must say so
				c.Errorf("form %s: answer %d: %s", f.mark, status, content(body))
			}
			time.Sleep(20 * time.Millisecond)
		}
	}
}

// effect is what the database holds of one form.
type effect struct{ Parts, Entries int }

// facts is what the database holds of all forms.
type facts struct {
	effects map[string]effect // by mark
	keys    map[string]string // where the forms led whose keys are claimed
}

// read looks as the role of back-ups, which sees every convention.
func (k *durable) read(t *testing.T) facts {
	t.Helper()
	conn, _ := k.connect(t, "copil_backup")
	now := facts{map[string]effect{}, map[string]string{}}
	for _, row := range query[struct {
		Mark string
		effect
	}](t, conn, `
		WITH stored AS (
			SELECT opened_on::text AS mark, count(*) AS parts FROM posts WHERE opened_on < '2006-01-01' GROUP BY 1
			UNION ALL
			SELECT code, (SELECT count(*) FROM site_communes c JOIN site_states st USING (convention_id, site_id) WHERE c.site_id = s.site_id)
			FROM sites s WHERE code LIKE 'K_____'
		), told AS (
			SELECT coalesce(left(after ->> 'OpenedOn', 10), after ->> 'Code') AS mark, count(*) AS entries
			FROM audit_entries WHERE action = 'created' AND object_type IN ('post', 'site') GROUP BY 1
		)
		SELECT mark, coalesce(parts, 0), coalesce(entries, 0) FROM stored FULL JOIN told USING (mark)
		WHERE mark < '2006-01-01' OR mark LIKE 'K_____'`) {
		now.effects[row.Mark] = row.effect
	}
	for _, row := range query[struct {
		Mark string
		effect
	}](t, conn, stored) {
		now.effects[row.Mark] = row.effect
	}
	for _, row := range query[struct{ Key, Location string }](t, conn, `SELECT form_key::text, location FROM form_keys`) {
		now.keys[row.Key] = row.Location
	}
	return now
}

// judge says what is wrong with what became of the forms: one whose answer was
// read is there once, any other once or not at all, and nothing is there that
// nobody sent.
func (now facts) judge(forms []*filled) (wrong []string) {
	nobody := maps.Clone(now.effects)
	for _, f := range forms {
		delete(nobody, f.mark)
		e := now.effects[f.mark]
		at, claimed := now.keys[f.values.Get("_cle")]
		verdict := ""
		switch {
		case e.Parts > f.parts || e.Entries > f.entries:
			verdict = "doubled"
		case e == effect{} && !claimed && f.location == "":
		case e == effect{} && !claimed:
			verdict = "lost"
		case e != effect{f.parts, f.entries} || !claimed:
			verdict = "half there"
		case f.location != "" && at != f.location:
			verdict = "answered with another place"
		case f.denied && f.location == "":
			verdict = "there, though the answer said that nothing was stored"
		}
		if verdict != "" {
			wrong = append(wrong, fmt.Sprintf("form %s is %s: %d of %d rows, %d of %d log entries, key claimed %v for %q, answer read %q",
				f.mark, verdict, e.Parts, f.parts, e.Entries, f.entries, claimed, at, f.location))
		}
	}
	for mark := range nobody {
		wrong = append(wrong, "nobody sent "+mark)
	}
	return wrong
}
