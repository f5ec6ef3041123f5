//go:build soak

package mail_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/netip"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"copil/internal/access"
	"copil/internal/mail"
	"copil/internal/pg"
	"copil/internal/testdb"
)

// TestWorker is no test: TestKilledWorkers runs it in processes of its own.
func TestWorker(t *testing.T) {
	given := strings.Fields(os.Getenv("COPIL_TEST_MAILER")) // app's address, system's, the catcher's
	if len(given) == 0 {
		return
	}
	app, err := pg.Connect(t.Context(), given[0], nil)
	if err != nil {
		t.Fatal(err)
	}
	system, err := pg.ConnectSystem(t.Context(), given[1], nil)
	if err != nil {
		t.Fatal(err)
	}
	at := netip.MustParseAddrPort(given[2])
	relay := &mail.Relay{Host: at.Addr().String(), Port: int(at.Port()), Security: mail.Plain}
	relay.From.Address = "copil@copil.example"
	m, err := mail.New(mail.Options{
		Pool: app, System: system, Relay: relay, BaseURL: base, Log: slog.New(slog.DiscardHandler), Now: time.Now,
		Today: func() time.Time { return testdb.Today },
	})
	if err != nil {
		t.Fatal(err)
	}
	m.Run(context.Background()) // until killed
}

// TestKilledWorkers: a thousand reminders are due, and the workers are killed
// while they send. Each leaves once; a second copy may only come from the window
// that docs/decisions/0017 bounds, under the same Message-ID: no more than one for
// each kill, though four mails are on their way in each process. Who has left the
// convention gets nothing.
func TestKilledWorkers(t *testing.T) {
	const reminders, kills, workers = 1000, 20, 4
	db, c := testdb.Own(t), caught(t)
	a := db.Agreement(t)
	people := []access.Actor{a.Actors[access.Structure], a.Other, a.Actors[access.Mission], a.Actors[access.Signatory]}
	db.In(t, a.ID, func(tx *pg.Tx) error {
		for i := range reminders {
			if err := mail.Queue(t.Context(), tx, testdb.By(a.Actors[access.Mission]), draft(people[i%len(people)], fmt.Sprint("relance ", i))); err != nil {
				return err
			}
		}
		for i := range 50 {
			if err := mail.Queue(t.Context(), tx, testdb.By(a.Actors[access.Mission]), draft(a.Deputy, fmt.Sprint("retiré ", i))); err != nil {
				return err
			}
		}
		return pg.Exec(t.Context(), tx, `UPDATE members SET ends_on = '2015-03-15' WHERE convention_id = @convention AND member_id = @id`, pg.Args{"id": a.Deputy.MemberID})
	})
	config := db.Owner.Config().ConnConfig
	as := func(role string) string { return testdb.As(config.ConnString(), role, config.Database) }
	worker := exec.CommandContext(t.Context(), "true")
	start := func() {
		worker = exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestWorker$", "-test.timeout=1h")
		worker.Env = append(os.Environ(), fmt.Sprintf("COPIL_TEST_MAILER=%s %s 127.0.0.1:%d", as("copil_app"), as("copil_system"), c.Relay().Port))
		if err := worker.Start(); err != nil {
			t.Fatal(err)
		}
	}
	kill := func() {
		_ = worker.Process.Kill()
		_ = worker.Wait()
	}
	left := func() int {
		return len(db.Texts(t, `SELECT mail_id::text FROM mails WHERE convention_id = $1 AND state IN ('en_attente', 'en_cours')`, a.ID))
	}
	draw := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 0))
	killed := 0
	for killed < kills && left() > 4*workers {
		start()
		before := len(c.All())
		until(t, "a mail leaves", func() bool { return len(c.All()) > before || left() <= 4*workers })
		time.Sleep(time.Duration(draw.IntN(300)) * time.Millisecond) // somewhere in the middle
		kill()
		killed++
	}
	t.Logf("%d kills while sending, %d mails left", killed, left())
	start()
	defer kill()
	for end := time.Now().Add(5 * time.Minute); left() > 0 && time.Now().Before(end); time.Sleep(time.Second) {
	}
	judge(t, db, a, c, killed)
}

// judge counts what arrived against the outbox.
func judge(t *testing.T, db *testdb.DB, a *testdb.Agreement, c *mail.Catcher, most int) {
	t.Helper()
	arrived, extra := map[string]int{}, 0
	withdrawn := address(t, db, a.Deputy)
	for _, m := range c.All() {
		if m.To == withdrawn {
			t.Errorf("%s got a mail after leaving", m.To)
		}
		if arrived[m.ID]++; arrived[m.ID] > 1 {
			extra++
		}
	}
	for _, row := range db.Texts(t, `SELECT mail_id || ' ' || state || ' ' || once FROM mails WHERE convention_id = $1`, a.ID) {
		f := strings.Fields(row)
		id := "<" + f[0] + "@copil.example>"
		want := "envoye"
		if f[2] == "retiré" {
			want = "annule"
		}
		if f[1] != want || (want == "envoye") != (arrived[id] > 0) {
			t.Errorf("%s: arrived %d times", row, arrived[id])
		}
		delete(arrived, id)
	}
	if len(arrived) > 0 {
		t.Errorf("%d mails are in no outbox", len(arrived))
	}
	if extra > most {
		t.Errorf("%d copies too many, %d allowed", extra, most)
	}
	t.Logf("%d copies came twice, under the same Message-ID", extra)
	if !slices.Contains(states(t, db, a), "Relance\u00a0: données du 2ᵉ semestre 2014 envoye") {
		t.Error("nothing was sent: nothing is proved")
	}
}
