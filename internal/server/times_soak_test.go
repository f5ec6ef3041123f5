//go:build soak

package server

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"copil/internal/account"
	"copil/internal/mail"
	"copil/internal/testdb"
)

// timed sends forms to the application over HTTP, as a stranger does who looks
// for addresses that have an account, from another place each time.
type timed struct {
	t   *testing.T
	url string
	n   int
}

func (w *timed) took(path, email, password string) time.Duration {
	w.t.Helper()
	form := url.Values{"email": {email}, "password": {password}}
	r, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, w.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		w.t.Fatal(err)
	}
	w.n++
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("X-Forwarded-For", fmt.Sprintf("198.18.%d.%d", w.n/250, w.n%250+1))
	begun := time.Now()
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	took := time.Since(begun)
	if err != nil || res.StatusCode == http.StatusTooManyRequests || res.StatusCode >= http.StatusInternalServerError {
		w.t.Fatalf("%s: %d, %v: %s", path, res.StatusCode, err, body)
	}
	return took
}

// auc is how probable it is that one of a takes longer than one of b: a half when
// nothing tells them apart.
func auc(a, b []time.Duration) float64 {
	wins := 0.0
	for _, x := range a {
		for _, y := range b {
			switch {
			case x > y:
				wins++
			case x == y:
				wins += 0.5
			}
		}
	}
	return wins / float64(len(a)) / float64(len(b))
}

// mostAUC is what may tell known addresses from others, beside chance.
const mostAUC = 0.05

// TestAnswerTimes: how long an answer takes does not tell whether an address has
// an account. COPIL_SOAK_PAIRS says how many pairs are compared.
func TestAnswerTimes(t *testing.T) {
	pairs := 400
	if text := os.Getenv("COPIL_SOAK_PAIRS"); text != "" {
		var err error
		if pairs, err = strconv.Atoi(text); err != nil || pairs < 1 {
			t.Fatalf("COPIL_SOAK_PAIRS is %q, not a number from 1", text)
		}
	}
	db := testdb.Own(t)
	w := &timed{t: t, url: sending(t, db)}
	known := db.Texts(t, `
		INSERT INTO people (person_id, email, name, password_hash, created_at)
		SELECT gen_random_uuid(), 'connu-' || gen_random_uuid() || '@essai.example', 'Personne d’essai', $1, now() FROM generate_series(1, 2 * $2::int) RETURNING email`, someHash(t, db), pairs)
	chance := math.Sqrt(float64(2*pairs+1) / 12 / float64(pairs) / float64(pairs)) // of the area, when there is no difference
	for _, c := range []struct {
		name, path, password string
		next                 bool // something is left to do after the answer, which could slow down the next one
	}{{"forgotten password", "/mot-de-passe-oublie", "", true}, {"sign-in", "/connexion", "un mauvais mot de passe", false}} {
		of := known[:pairs]
		known = known[pairs:]
		first, next := w.compare(c.path, c.password, of, c.next)
		for what, times := range map[string][2][]time.Duration{"": first, ", the next answer": next} {
			if len(times[0]) == 0 {
				continue
			}
			area := auc(times[1], times[0])
			t.Logf("%s%s, %d pairs: AUC %.3f (± %.3f by chance); p50 %v known, %v unknown", c.name, what, pairs, area, chance, p50(times[1]), p50(times[0]))
			if math.Abs(area-0.5) > mostAUC+3*chance {
				t.Errorf("%s%s tells known addresses from others: AUC %.3f", c.name, what, area)
			}
		}
	}
}

// compare asks for known addresses and for as many that nobody has, in a random
// order, so that what comes before an answer is the same for both. It returns the
// times of unknown and of known addresses, and those of the answers to a third
// party that came next.
func (w *timed) compare(path, password string, known []string, after bool) (first, next [2][]time.Duration) {
	w.t.Helper()
	nobody := func() string { return "inconnu-" + uuid.NewString() + "@essai.example" }
	for range 20 { // to warm up
		w.took(path, nobody(), password)
	}
	kinds := make([]int, 2*len(known))
	for i := range known {
		kinds[i] = 1
	}
	rand.Shuffle(len(kinds), func(i, j int) { kinds[i], kinds[j] = kinds[j], kinds[i] })
	for _, kind := range kinds {
		email := nobody()
		if kind == 1 {
			email, known = known[0], known[1:]
		}
		first[kind] = append(first[kind], w.took(path, email, password))
		if after {
			next[kind] = append(next[kind], w.took(path, nobody(), password))
		}
	}
	return first, next
}

// sending runs the application with a mailer that sends, as serve does.
func sending(t *testing.T, db *testdb.DB) string {
	t.Helper()
	catcher, err := mail.Catch(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = catcher.Close() })
	today, log := func() time.Time { return testdb.Today }, slog.New(slog.DiscardHandler)
	m, err := mail.New(mail.Options{Pool: db.Pool, System: db.System, Relay: catcher.Relay(), BaseURL: "http://127.0.0.1", Log: log, Now: time.Now, Today: today,
		Secret: func(ctx context.Context, kind mail.Kind, person uuid.UUID) (string, error) {
			return account.LinkFor(ctx, db.System, kind, person, time.Now())
		}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { m.Run(ctx); close(done) }()
	t.Cleanup(func() { stop(); <-done })
	server := httptest.NewServer(New(Options{Pool: db.Pool, System: db.System, Log: log, Now: time.Now, Today: today, Forgotten: m.Forgotten,
		TrustedProxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}))
	t.Cleanup(server.Close)
	return server.URL
}

// someHash is the stored form of a password.
func someHash(t *testing.T, db *testdb.DB) string {
	t.Helper()
	by := testdb.By(db.Agreement(t).Deputy)
	p, err := account.CreatePerson(t.Context(), db.System, by, account.PersonDraft{Email: uuid.NewString() + "@essai.example", Name: "Personne d’essai"})
	if err != nil {
		t.Fatal(err)
	}
	if err := account.SetPassword(t.Context(), db.System, by, p.PersonID, newPassword); err != nil {
		t.Fatal(err)
	}
	return db.Texts(t, `SELECT password_hash FROM people WHERE person_id = $1`, p.PersonID)[0]
}
