package main

import (
	"context"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// installation runs `copil serve` until the test ends, and returns its address.
func installation(t *testing.T, env []string) (base string, said *watched) {
	t.Helper()
	said = newWatched(`{"time":`)
	cmd := exec.CommandContext(context.Background(), binary, "serve") // the test’s own ends before it is told to stop
	cmd.Env, cmd.Stderr = append([]string{"PATH=" + os.Getenv("PATH"), "COPIL_LISTEN=127.0.0.1:0"}, env...), said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		if err := <-ended; err != nil {
			t.Errorf("copil serve ends with %v: %s", err, said.text())
		}
	})
	for range 300 {
		if _, rest, found := strings.Cut(said.text(), `"msg":"serving","address":"`); found {
			address, _, _ := strings.Cut(rest, `"`)
			return "http://" + strings.Replace(address, "127.0.0.1", "localhost", 1), said
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("copil serve does not serve: %s", said.text())
	return "", nil
}

// Without a relay, the server says at its start that no mail leaves, pages say so
// where one would, and the mission reads what would be sent. What has had its time
// is swept at the start.
func TestServeWithoutMail(t *testing.T) {
	t.Parallel()
	env := emptyDatabase(t)
	must(t, env, "migrate", "up")
	imported := must(t, env, "convention", "import", shippedFile("mediation-npdc"), "--mission", "mission@appui.example", "--name", "Premier membre")
	conn, err := pgx.Connect(t.Context(), strings.TrimPrefix(env[1], "COPIL_OWNER_DATABASE_URL="))
	if err != nil {
		t.Fatal(err)
	}
	_, err = conn.Exec(t.Context(), `INSERT INTO sessions (token, data, expiry, seen_at) VALUES ('vieux', '{}', now() - interval '1 day', now() - interval '1 day')`)
	if err != nil {
		t.Fatal(err)
	}
	base, said := installation(t, env)
	if !strings.Contains(said.text(), `"level":"WARN","msg":"mail is off: COPIL_SMTP_URL is not set`) {
		t.Errorf("the start says nothing of mail: %s", said.text())
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := &client{t, base, &http.Client{Jar: jar, Transport: fromHere{}}}
	if page := c.get("/mot-de-passe-oublie"); !strings.Contains(page.body, "L’envoi de courriels est arrêté sur cette installation.") {
		t.Error("who forgot a password is not told")
	}
	link, err := url.Parse(firstLink.FindString(imported))
	if err != nil {
		t.Fatal(err)
	}
	if a := c.post(link.Path, url.Values{"password": {"Girafe-violette-42-nage"}}); a.status != http.StatusOK || a.at != home {
		t.Fatalf("the first password leads to %s, %d", a.at, a.status)
	}
	invite := home + "/reglages/membres/nouveau"
	organisation := c.find(invite, `<option value="[0-9a-f-]{36}"`)[len(`<option value="`):]
	a := c.send(invite, home+"/reglages/membres", url.Values{"email": {"lecture@essai.example"}, "name": {"Camille Roy"}, "role": {"reader"}, "organisation": {organisation[:36]}})
	if !strings.Contains(a.body, "L’envoi de courriels n’est pas réglé sur ce serveur") {
		t.Errorf("who invites is not told that nothing leaves: %s", a.at)
	}
	for _, part := range []string{"L’envoi de courriels n’est pas réglé sur ce serveur", "En attente", "Camille Roy", "Invitation à rejoindre la convention", "vous invite à rejoindre la convention"} {
		if !strings.Contains(c.get(home+"/reglages/courriels").body, part) {
			t.Errorf("the outbox does not say %q", part)
		}
	}
	var old int
	for range 100 {
		if err = conn.QueryRow(t.Context(), `SELECT count(*) FROM sessions WHERE token = 'vieux'`).Scan(&old); err != nil || old == 0 {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	if err != nil || old > 0 {
		t.Errorf("a session that has expired stays: %v", err)
	}
	if err := conn.Close(t.Context()); err != nil {
		t.Error(err)
	}
}
