//go:build soak

package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// COPIL_SOAK_FIGURES says how many files to import, and how many submissions to
// hand in, while the program is killed COPIL_SOAK_KILLS times or so.

// collected is the semester that is collected in the demonstration.
const collected = "2014-S2"

// owing asks new structures for figures: the one of each hand-in and the two of
// each import, whose codes begin with its mark.
const owing = `
	WITH here AS (SELECT convention_id FROM conventions WHERE slug = 'mediation-npdc'),
	codes AS (
		SELECT 'H' || lpad(n::text, 4, '0') AS code FROM generate_series(0, $1::int) n
		UNION ALL SELECT 'I' || lpad(n::text, 4, '0') || part FROM generate_series(0, $1::int) n, unnest('{a,b}'::text[]) part),
	many AS (SELECT gen_random_uuid() AS id, code FROM codes),
	named AS (INSERT INTO organisations (convention_id, organisation_id, code, name) SELECT convention_id, id, code, 'Association ' || code FROM many, here),
	listed AS (INSERT INTO structures (convention_id, organisation_id, operator_type, commune, off_site, listed_on)
		SELECT convention_id, id, 'ASSOCIATION', '59512', true, '2014-02-17' FROM many, here)
	INSERT INTO submissions (convention_id, submission_id, organisation_id, period_code, due_on, state)
	SELECT convention_id, gen_random_uuid(), id, $2, '2015-06-30', 'a_saisir' FROM many, here`

// stored is what there is of hand-ins (H…), of files (F…) and of what these
// changed once confirmed (I…). Parts are answers and states, entries the log's.
const stored = `
	WITH asked AS (
		SELECT left(o.code, 5) AS mark, s.convention_id, s.submission_id, s.state FROM submissions s JOIN organisations o USING (convention_id, organisation_id)
		WHERE o.code ~ '^[HI][0-9]{4}[ab]?$'),
	found AS (
		SELECT mark, 1 AS parts, 0 AS entries FROM asked JOIN cell_versions USING (convention_id, submission_id)
		UNION ALL SELECT mark, 1, 0 FROM asked WHERE state <> 'a_saisir'
		UNION ALL SELECT mark, 0, 1 FROM asked JOIN audit_entries e USING (convention_id) WHERE e.object_type = 'submission' AND e.object_id = asked.submission_id::text
		UNION ALL SELECT left(name, 5), 1, 0 FROM imports WHERE name ~ '^F[0-9]{4}\.csv$'
		UNION ALL SELECT 'I' || substr(name, 2, 4), 1, 0 FROM imports WHERE name ~ '^F[0-9]{4}\.csv$' AND state = 'fait'
		UNION ALL SELECT CASE after ->> 'state' WHEN 'fait' THEN 'I' ELSE 'F' END || substr(object_label, 2, 4), 0, 1
			FROM audit_entries WHERE object_type = 'document' AND object_label ~ '^F[0-9]{4}\.csv,')
	SELECT mark, sum(parts)::int, sum(entries)::int FROM found GROUP BY mark`

// sent is a form of fields and perhaps a file, as a browser sends it.
func (f *filled) sent() (body io.Reader, contentType string, err error) {
	if f.file == "" {
		return strings.NewReader(f.values.Encode()), "application/x-www-form-urlencoded", nil
	}
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, values := range f.values {
		for _, value := range values {
			err = errors.Join(err, w.WriteField(name, value))
		}
	}
	part, err2 := w.CreateFormFile("fichier", f.mark+".csv")
	if err = errors.Join(err, err2); err != nil {
		return nil, "", err
	}
	_, err = io.WriteString(part, f.file)
	return &b, w.FormDataContentType(), errors.Join(err, w.Close())
}

var (
	seenField  = regexp.MustCompile(`<input type="hidden" name="(vu)" value="([^"]*)"`)
	stateField = regexp.MustCompile(`name="([^"]+-etat)"`)
)

// fields reads what a page's form carries, while the program may go away.
func (c *clerk) fields(page string) (url.Values, error) {
	r, err := c.http.Get(c.base + page)
	if err != nil {
		return nil, err
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	if r.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answers %d", page, r.StatusCode)
	}
	values := url.Values{}
	for _, h := range append(hidden.FindAllStringSubmatch(string(body), -1), seenField.FindAllStringSubmatch(string(body), -1)...) {
		if !values.Has(h[1]) {
			values.Set(h[1], h[2])
		}
	}
	for _, s := range stateField.FindAllStringSubmatch(string(body), -1) {
		values.Set(s[1], "non-renseigne")
	}
	return values, nil
}

// act is a hand-in, or a file that is sent and confirmed: one form, or two.
type act struct {
	submission string // of a hand-in, "" for an import
	number     int
	forms      []*filled
}

func (a *act) handIn() bool { return a.submission != "" }

// next makes the form that comes after those that were acknowledged; nil when
// nothing is left to do.
func (a *act) next(c *clerk, whole map[byte]effect) (*filled, error) {
	if n := len(a.forms); n > 0 && a.forms[n-1].location == "" {
		return a.forms[n-1], nil // its answer did not arrive
	}
	f := &filled{}
	page := ""
	switch {
	case a.handIn() && len(a.forms) == 0:
		page = home + "/saisies/" + collected + "/" + a.submission
		f.action, f.mark = page, fmt.Sprintf("H%04d", a.number)
	case !a.handIn() && len(a.forms) == 0:
		page = home + "/saisies/" + collected + "/import"
		f.action, f.mark, f.file = page, fmt.Sprintf("F%04d", a.number), answersFile(a.number)
	case !a.handIn() && len(a.forms) == 1:
		page = a.forms[0].location
		f.action, f.mark = page, fmt.Sprintf("I%04d", a.number)
	default:
		return nil, nil
	}
	values, err := c.fields(page)
	if err != nil {
		return nil, err
	}
	if a.handIn() {
		values.Set("action", "soumettre")
	}
	f.values, f.parts, f.entries = values, whole[f.mark[0]].Parts, whole[f.mark[0]].Entries
	a.forms = append(a.forms, f)
	return f, nil
}

// answersFile answers four questions for each of two structures.
func answersFile(number int) string {
	lines := []string{"Code structure;Code site;Code période;Code donnée;Code ligne;Code colonne;Réponse;Valeur;Motif;Commentaire"}
	for _, part := range "ab" {
		for i, measure := range []string{"entries", "exits", "certified", "training_hours"} {
			lines = append(lines, fmt.Sprintf("I%04d%c;;%s;%s;;;;%d;;", number, part, collected, measure, i+number%7))
		}
	}
	return strings.Join(lines, "\r\n") + "\r\n"
}

// do sends what is left of an act until all is acknowledged, or the program is gone.
func (a *act) do(c *clerk, whole map[byte]effect) error {
	for tries := 0; ; tries++ {
		f, err := a.next(c, whole)
		if tries > 500 {
			return fmt.Errorf("act %+v: no end in sight: %w", a, err)
		}
		if err == nil && f == nil {
			return nil
		}
		if f != nil {
			doubt := len(f.location) == 0 && f.tries > 0 && !f.denied
			if c.http.Timeout = patience; c.hasty && c.IntN(4) == 0 {
				c.http.Timeout = time.Duration(5+c.IntN(150)) * time.Millisecond // hangs up, and will send it again
			}
			status, body, err := c.hand(f)
			c.http.Timeout = patience
			f.tries++
			f.denied = f.denied && !doubt
			if lost, ok := errors.AsType[*url.Error](err); ok && lost.Timeout() {
				continue
			}
			if err != nil {
				return err
			}
			if f.location == "" && status < 500 { // without its database, the program must say so
				c.Errorf("form %s: answer %d: %s", f.mark, status, content(body))
				return nil
			}
		}
		if _, lost := errors.AsType[*url.Error](err); lost {
			return err
		}
		if err != nil || f.location == "" {
			time.Sleep(50 * time.Millisecond)
		}
	}
}

// acts draws hand-ins and imports in a random order.
func (k *durable) acts(t *testing.T, count int, r *rand.Rand) []*act {
	t.Helper()
	conn, _ := k.connect(t, "postgres")
	if _, err := conn.Exec(t.Context(), owing, count, collected); err != nil {
		t.Fatal(err)
	}
	var list []*act
	for _, row := range query[struct{ Code, ID string }](t, conn, `
		SELECT o.code, s.submission_id::text FROM submissions s JOIN organisations o USING (convention_id, organisation_id) WHERE o.code ~ '^H[0-9]{4}$' ORDER BY 1`) {
		list = append(list, &act{submission: row.ID, number: len(list)})
	}
	for n := range list {
		list = append(list, &act{number: n})
	}
	// The first of each kind is done in peace, to see what a whole one leaves.
	half := len(list) / 2
	list[1], list[half] = list[half], list[1]
	r.Shuffle(len(list)-2, func(i, j int) { list[i+2], list[j+2] = list[j+2], list[i+2] })
	return list
}

// inPeace does an act of each kind, and returns what each form leaves when nobody
// disturbs it.
func (k *durable) inPeace(t *testing.T, c *clerk, list []*act) map[byte]effect {
	t.Helper()
	for _, a := range list {
		if err := a.do(c, nil); err != nil {
			t.Fatal(err)
		}
	}
	whole := map[byte]effect{}
	for mark, e := range k.read(t).effects {
		whole[mark[0]] = e
	}
	for _, a := range list {
		for _, f := range a.forms {
			f.parts, f.entries = whole[f.mark[0]].Parts, whole[f.mark[0]].Entries
		}
	}
	t.Logf("a hand-in leaves %+v, a file %+v, its import %+v", whole['H'], whole['F'], whole['I'])
	if whole['H'].Parts < 5 || whole['F'] != (effect{1, 1}) || whole['I'].Parts < 9 || whole['I'].Entries < 3 {
		t.Fatal("too little is at stake")
	}
	return whole
}

// TestKilledFigures: of the files that are imported and the submissions that are
// handed in while the program is killed, each is there whole or not at all, and
// once; what was not acknowledged is sent again as it was, and then is there.
func TestKilledFigures(t *testing.T) {
	count, kills, seed := setting(t, "COPIL_SOAK_FIGURES", 100), setting(t, "COPIL_SOAK_KILLS", 12), setting(t, "COPIL_SOAK_SEED", 1)
	t.Logf("COPIL_SOAK_FIGURES=%d COPIL_SOAK_KILLS=%d COPIL_SOAK_SEED=%d", count, kills, seed)
	k := durableDemo(t)
	r := rand.New(rand.NewPCG(uint64(seed), 1))
	list := k.acts(t, count, r)
	whole := k.inPeace(t, k.clerk(t, 0, nil), list[:2])
	var all []*filled
	doubts, there, killed := 0, 0, 0
	for todo := list[2:]; len(todo) > 0; {
		done := k.actUntilKilled(t, todo, whole, killed%len(victims), min(len(todo), 1+r.IntN(2*count/kills)), r)
		killed++
		k.start(t)
		fresh := formsOf(todo[:done])
		all = append(all, fresh...)
		now := k.read(t)
		for _, wrong := range now.judge(append(formsOf(list[:2]), all...)) {
			t.Errorf("kill %d, %s: %s", killed, victims[(killed-1)%len(victims)], wrong)
		}
		for _, f := range fresh {
			if f.location == "" && !f.denied {
				doubts++
				there += min(1, now.effects[f.mark].Entries)
			}
		}
		k.finish(t, todo[:done], whole, r)
		all = append(all[:len(all)-len(fresh)], formsOf(todo[:done])...)
		todo = todo[done:]
	}
	for _, wrong := range k.read(t).judge(append(formsOf(list[:2]), all...)) {
		t.Error(wrong)
	}
	again := 0
	for _, f := range all {
		again += min(1, max(0, f.tries-1))
	}
	t.Logf("%d imports and %d hand-ins, %d kills; %d forms in doubt when killed, of which %d were stored; %d sent more than once", count, count, killed, doubts, there, again)
	if len(all) != 3*count || killed < 2 || doubts+again == 0 {
		t.Errorf("%d forms, %d kills, %d forms in doubt: nothing was at stake", len(all), killed, doubts)
	}
}

func formsOf(list []*act) (forms []*filled) {
	for _, a := range list {
		forms = append(forms, a.forms...)
	}
	return forms
}

// clerks is how many work at a time.
const clerks = 6

// actUntilKilled kills soon after a number of acts were begun, and returns how
// many were when the program died.
func (k *durable) actUntilKilled(t *testing.T, todo []*act, whole map[byte]effect, victim, after int, r *rand.Rand) (begun int) {
	t.Helper()
	var mu sync.Mutex
	ripe := make(chan struct{})
	take := func() *act {
		mu.Lock()
		defer mu.Unlock()
		if begun == len(todo) || begun == after+2*clerks {
			return nil
		}
		if begun++; begun == after {
			close(ripe)
		}
		return todo[begun-1]
	}
	var all sync.WaitGroup
	for range clerks {
		c := k.clerk(t, r.Uint64(), nil)
		c.hasty = true
		all.Go(func() {
			for a := take(); a != nil; a = take() {
				if a.do(c, whole) != nil {
					return
				}
			}
		})
	}
	shoot := k.aim(t, victim, r)
	<-ripe
	time.Sleep(time.Duration(r.IntN(50)) * time.Millisecond)
	shoot()
	all.Wait()
	return begun
}

// finish does what is left of acts, and sends some forms once more that were
// acknowledged: they lead where they led.
func (k *durable) finish(t *testing.T, list []*act, whole map[byte]effect, r *rand.Rand) {
	t.Helper()
	c := k.clerk(t, 0, nil)
	for _, a := range list {
		for _, f := range a.forms {
			before := f.location
			if before == "" || r.IntN(10) > 0 {
				continue
			}
			if status, body, err := c.hand(f); err != nil || f.location != before {
				t.Errorf("form %s sent again: %d, to %q, before %q, %v: %s", f.mark, status, f.location, before, err, content(body))
			}
		}
		if err := a.do(c, whole); err != nil {
			t.Error(err)
		}
	}
}
