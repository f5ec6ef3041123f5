package mail_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	netmail "net/mail"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/mail"
	"copil/internal/pg"
	"copil/internal/testdb"
)

const base = "https://copil.example.org"

// run starts a mailer, which ends with the test.
func run(t *testing.T, db *testdb.DB, relay *mail.Relay, change func(*mail.Options)) *mail.Mailer {
	t.Helper()
	o := mail.Options{
		Pool: db.Pool, System: db.System, Relay: relay, BaseURL: base, Now: time.Now,
		Today: func() time.Time { return testdb.Today }, Log: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})),
	}
	if change != nil {
		change(&o)
	}
	m, err := mail.New(o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { m.Run(ctx); close(done) }()
	t.Cleanup(func() { stop(); <-done })
	return m
}

// until waits for what a mailer does in its own time.
func until(t *testing.T, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); !done(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("in vain: ", what)
		}
	}
}

func caught(t *testing.T) *mail.Catcher {
	t.Helper()
	c, err := mail.Catch(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func address(t *testing.T, db *testdb.DB, who access.Actor) string {
	t.Helper()
	return db.Texts(t, `SELECT email FROM people WHERE person_id = $1`, who.PersonID)[0]
}

func queue(t *testing.T, db *testdb.DB, a *testdb.Agreement, drafts ...mail.Draft) {
	t.Helper()
	db.In(t, a.ID, func(tx *pg.Tx) error {
		for _, d := range drafts {
			if err := mail.Queue(t.Context(), tx, testdb.By(a.Actors[access.Mission]), d); err != nil {
				return err
			}
		}
		return nil
	})
}

func states(t *testing.T, db *testdb.DB, a *testdb.Agreement) []string {
	t.Helper()
	return db.Texts(t, `SELECT subject || ' ' || state FROM mails WHERE convention_id = $1 ORDER BY mail_id`, a.ID)
}

// What a person gets, and that it is what was queued; the rest of the outbox goes
// to nobody.
func TestDelivery(t *testing.T) {
	t.Parallel()
	db, c := testdb.Own(t), caught(t)
	a := db.Agreement(t)
	to := a.Actors[access.Structure]
	letter := draft(to, "un")
	letter.Paragraphs = append(letter.Paragraphs, "Zéro n’est pas <vide> & « sans objet » non plus.")
	invitation := mail.Draft{Kind: mail.Invitation, To: a.Other.PersonID, Subject: "Invitation", Link: mail.Link{Label: "Ouvrir votre compte", Path: "/connexion"}}
	withdrawn, closed := draft(a.Deputy, ""), draft(a.Actors[access.Reader], "")
	withdrawn.Subject, closed.Subject = "Retiré", "Fermé"
	for _, sql := range []string{
		`UPDATE members SET ends_on = '2015-03-15' WHERE person_id = '` + a.Deputy.PersonID.String() + `'`,
		`UPDATE people SET disabled_at = now() WHERE person_id = '` + a.Actors[access.Reader].PersonID.String() + `'`,
	} {
		if _, err := db.Owner.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	queue(t, db, a, letter, invitation, withdrawn, closed)
	m := run(t, db, c.Relay(), func(o *mail.Options) {
		o.Secret = func(_ context.Context, kind mail.Kind, person uuid.UUID) (string, error) {
			return "/" + string(kind) + "/" + person.String()[:8], nil
		}
	})
	if err := m.Forgotten(t.Context(), to.PersonID); err != nil {
		t.Fatal(err)
	}
	until(t, "three mails and two cancelled", func() bool {
		return len(c.All()) == 3 && !slices.ContainsFunc(states(t, db, a), func(s string) bool { return strings.HasSuffix(s, " en_cours") || strings.HasSuffix(s, " en_attente") })
	})
	want := []string{letter.Subject + " envoye", "Invitation envoye", "Retiré annule", "Fermé annule"}
	if got := states(t, db, a); !slices.Equal(got, want) {
		t.Errorf("outbox %q, want %q", got, want)
	}
	all := c.All()
	find := func(part string) mail.Caught {
		i := slices.IndexFunc(all, func(m mail.Caught) bool { return strings.Contains(m.Subject, part) })
		if i < 0 {
			t.Fatalf("no mail says %q", part)
		}
		return all[i]
	}
	got := find("Relance")
	id := db.Texts(t, `SELECT mail_id::text FROM mails WHERE convention_id = $1 AND once = 'un'`, a.ID)[0]
	if got.To != address(t, db, to) || got.ID != "<"+id+"@copil.example>" || !strings.HasPrefix(got.Subject, letter.Subject+" – ") {
		t.Errorf("to %s, id %s, subject %s", got.To, got.ID, got.Subject)
	}
	for what, part := range map[string]string{
		"greeting": "Bonjour " + to.Name + ",", "second paragraph": "Zéro n’est pas <vide> & « sans objet » non plus.",
		"link": "Saisir les données\u00a0:\n" + base + "/c/essai/saisies/2014-S2", "why": "parce que vous êtes membre de la convention",
	} {
		if !strings.Contains(got.Text, part) {
			t.Errorf("%s is missing: %s", what, got.Text)
		}
	}
	for what, part := range map[string]string{"language": `<html lang="fr">`, "escaped": "&lt;vide&gt; &amp;", "link": `<a href="` + base + `/c/essai/saisies/2014-S2"`} {
		if !strings.Contains(got.HTML, part) {
			t.Errorf("%s is missing: %s", what, got.HTML)
		}
	}
	for _, secret := range []string{"go-mail", "User-Agent", "X-Mailer", "<img", "src="} {
		if strings.Contains(strings.ToLower(got.Raw+got.HTML), strings.ToLower(secret)) {
			t.Errorf("the mail holds %q: %s", secret, got.Raw)
		}
	}
	if invited := find("Invitation").Text; strings.Contains(invited, "vous êtes membre") || !strings.Contains(invited, "parce qu’il vous est proposé de rejoindre la convention") {
		t.Errorf("who is invited has accepted nothing yet: %s", invited)
	}
	if link := find("Invitation").Link(base); link != "/invitation/"+a.Other.PersonID.String()[:8] {
		t.Errorf("the invitation leads to %q", link)
	}
	if got := find("mot de passe"); got.To != address(t, db, to) || got.Link(base) != "/mot-de-passe/"+to.PersonID.String()[:8] {
		t.Errorf("forgotten: to %s, %s", got.To, got.Text)
	}
	checkJobs(t, db)
}

// checkJobs reads all that is stored of jobs: identifiers, no address and no name.
func checkJobs(t *testing.T, db *testdb.DB) {
	t.Helper()
	jobs := db.Texts(t, `SELECT to_jsonb(j)::text FROM river.river_job j`)
	if len(jobs) == 0 {
		t.Error("there are no jobs")
	}
	for _, secret := range db.Texts(t, `SELECT unnest(ARRAY[email, name]) FROM people`) {
		if strings.Contains(strings.Join(jobs, "\n"), secret) {
			t.Errorf("a job says %q", secret)
		}
	}
}

// refusing is a relay that answers RCPT with a code, and repeats the address.
type refusing struct{ code int }

func (r refusing) NewSession(*smtp.Conn) (smtp.Session, error) { return r, nil }
func (refusing) Reset()                                        {}
func (refusing) Logout() error                                 { return nil }
func (refusing) Mail(string, *smtp.MailOptions) error          { return nil }
func (refusing) Data(io.Reader) error                          { return errors.New("not reached") }
func (r refusing) Rcpt(to string, _ *smtp.RcptOptions) error {
	return &smtp.SMTPError{Code: r.code, Message: "no mailbox for " + to}
}

// What the relay refuses for good is given up; what it may take later is tried
// again. Either way the outbox says why, without an address.
func TestRefusals(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		code  int // 0: nobody answers
		state string
		says  string
	}{
		"unknown address": {550, "echec", "a refusé l’adresse de la personne (code 550)"},
		"full for now":    {452, "en_attente", "a refusé l’adresse de la personne (code 452)"},
		"no relay":        {0, "en_attente", "ne répond pas"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := testdb.Own(t)
			a := db.Agreement(t)
			listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			port := listener.Addr().(*net.TCPAddr).Port
			if tt.code == 0 {
				_ = listener.Close()
			} else {
				server := smtp.NewServer(refusing{tt.code})
				go func() { _ = server.Serve(listener) }()
				t.Cleanup(func() { _ = server.Close() })
			}
			queue(t, db, a, draft(a.Actors[access.Structure], ""))
			run(t, db, &mail.Relay{Host: "127.0.0.1", Port: port, Security: mail.Plain, From: netmail.Address{Address: "copil@copil.example"}}, nil)
			var row []string
			until(t, "one attempt", func() bool {
				row = db.Texts(t, `SELECT state || ' ' || last_error FROM mails WHERE convention_id = $1 AND last_error <> ''`, a.ID)
				return len(row) == 1
			})
			if !strings.HasPrefix(row[0], tt.state+" ") || !strings.Contains(row[0], tt.says) || strings.Contains(row[0], "@") {
				t.Errorf("%s", row[0])
			}
			again := db.Texts(t, `SELECT (due_at > now())::text || ' ' || attempts FROM mails WHERE convention_id = $1`, a.ID)[0]
			if tt.state == "en_attente" && again != "true 1" {
				t.Errorf("due again: %s", again)
			}
			checkJobs(t, db)
		})
	}
}

// Every convention has its hour at the start, once; without a relay the mails wait.
func TestHourlyWithoutRelay(t *testing.T) {
	t.Parallel()
	db := testdb.Own(t)
	a, other := db.Agreement(t), db.Agreement(t)
	queue(t, db, a, draft(a.Actors[access.Structure], ""))
	var mu sync.Mutex
	var seen []uuid.UUID
	count := func() []uuid.UUID {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(seen)
	}
	hourly := func(o *mail.Options) {
		o.Hourly = func(_ context.Context, convention uuid.UUID) error {
			mu.Lock()
			defer mu.Unlock()
			seen = append(seen, convention)
			return nil
		}
	}
	m := run(t, db, nil, hourly)
	until(t, "a round of two conventions", func() bool { return len(count()) == 2 })
	if got := count(); !slices.Contains(got, a.ID) || !slices.Contains(got, other.ID) {
		t.Errorf("went round %v", got)
	}
	if err := m.Forgotten(t.Context(), a.Deputy.PersonID); err != nil {
		t.Error(err)
	}
	if got := states(t, db, a); !strings.HasSuffix(got[0], " en_attente") {
		t.Errorf("outbox %q", got)
	}
}
