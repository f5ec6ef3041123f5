package pgrun

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

func TestStopLeavesNothing(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	pid := s.process.cmd.Process.Pid
	execute(t, s.URL("postgres", Superuser), "CREATE ROLE copil_app LOGIN")
	if who := query[string](t, s.URL("template1", "copil_app"), "SELECT current_user || ' ' || current_database()"); who != "copil_app template1" {
		t.Errorf("signed in as %q", who)
	}
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	if !gone(pid) {
		t.Error("the server still runs")
	}
	if exists(s.run.path) {
		t.Errorf("%s is left over", s.run.path)
	}
	if err := s.Stop(); err != nil {
		t.Errorf("second Stop: %v", err)
	}
}

func TestServerIsPrivate(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	info, err := os.Stat(s.socket)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o700 {
		t.Errorf("the socket's folder has mode %v", info.Mode())
	}
	if addresses := query[string](t, s.URL("postgres", Superuser), "SELECT current_setting('listen_addresses')"); addresses != "" {
		t.Errorf("listens on %q", addresses)
	}
}

func TestServerSpeaksFrench(t *testing.T) {
	t.Parallel()
	url := start(t, Options{}).URL("postgres", Superuser)
	tests := map[string]struct{ sql, want string }{
		"search ignores case":   {"SELECT ('ÉCOLE' ILIKE 'école')::text", "true"},
		"regexp ignores case":   {"SELECT ('ÉCOLE' ~* '^éc')::text", "true"},
		"lower knows accents":   {"SELECT lower('ÉCOLE À ÉTAPLES')", "école à étaples"},
		"sorting knows accents": {"SELECT string_agg(v, ' ' ORDER BY v) FROM unnest('{Étaples,Zuydcoote,Escaudain,étang}'::text[]) v", "Escaudain étang Étaples Zuydcoote"},
		"text search knows quotes and accents": {
			"SELECT to_tsvector('simple', 'L’« École » : Étaples')::text", "'l':1 'école':2 'étaples':3",
		},
		"encoding": {"SHOW server_encoding", "UTF8"},
		"timezone": {"SHOW timezone", "UTC"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := query[string](t, url, tt.sql); got != tt.want {
				t.Errorf("%s = %q, want %q", tt.sql, got, tt.want)
			}
		})
	}
}

func TestTemporaryDataAreNotSynced(t *testing.T) {
	t.Parallel()
	const sql = "SHOW fsync"
	temporary := start(t, Options{})
	if got := query[string](t, temporary.URL("postgres", Superuser), sql); got != "off" {
		t.Errorf("a temporary server has fsync %s", got)
	}
	kept := start(t, Options{Dir: openFolder(t)})
	if got := query[string](t, kept.URL("postgres", Superuser), sql); got != "on" {
		t.Errorf("a server with kept data has fsync %s", got)
	}
}

func TestKeptData(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(openFolder(t), "new", "data")
	first := start(t, Options{Dir: dir})
	execute(t, first.URL("postgres", Superuser), "CREATE TABLE kept AS SELECT 413 AS posts")

	_, err := Start(t.Context(), Options{Dir: dir})
	wantProblem(t, err, "déjà utilisé")

	if err := first.Stop(); err != nil {
		t.Fatal(err)
	}
	second := start(t, Options{Dir: dir})
	if posts := query[int](t, second.URL("postgres", Superuser), "SELECT posts FROM kept"); posts != 413 {
		t.Errorf("found %d posts", posts)
	}
}

func TestKilledOwner(t *testing.T) {
	t.Parallel()
	for name, as := range accounts(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOwner(t, as, "")
			if err := o.cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			_ = o.cmd.Wait() // killed, as wanted
			eventually(t, "the server ends with its owner", func() bool { return gone(o.pid) })
			next := newOwner(t, as, "")
			if exists(filepath.Dir(o.data)) {
				t.Errorf("%s is left over", filepath.Dir(o.data))
			}
			if err := next.stop(); err != nil {
				t.Fatal(err)
			}
			if exists(filepath.Dir(next.data)) {
				t.Errorf("%s is left over", filepath.Dir(next.data))
			}
		})
	}
}

func (o *owner) stop() error { return errors.Join(o.stdin.Close(), o.cmd.Wait()) }

func TestKeptDataSurviveAKilledOwner(t *testing.T) {
	t.Parallel()
	dir := openFolder(t)
	o := newOwner(t, nil, dir)
	execute(t, o.url, "CREATE TABLE kept AS SELECT 413 AS posts")
	if err := o.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = o.cmd.Wait() // killed, as wanted
	// At once: the old server may still be on its way out.
	s := start(t, Options{Dir: dir})
	if posts := query[int](t, s.URL("postgres", Superuser), "SELECT posts FROM kept"); posts != 413 {
		t.Errorf("found %d posts", posts)
	}
}

// A server that nobody told to end, as on systems where the kernel does not.
func TestOrphanIsEnded(t *testing.T) {
	t.Parallel()
	s := start(t, Options{Dir: openFolder(t)})
	data := query[string](t, s.URL("postgres", Superuser), "SELECT current_setting('data_directory')")
	if err := endOrphan(t.Context(), data); err != nil {
		t.Fatal(err)
	}
	<-s.process.done
	if err := endOrphan(t.Context(), data); err != nil {
		t.Errorf("with no server left: %v", err)
	}
}

func TestSweepSparesTheLiving(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	sweep(t.Context())
	if got := query[int](t, s.URL("postgres", Superuser), "SELECT 1"); got != 1 {
		t.Errorf("got %d", got)
	}
	if !exists(s.run.path) {
		t.Error("a living server's folder was removed")
	}
}

func TestUnfinishedDataAreMadeAnew(t *testing.T) {
	t.Parallel()
	dir := openFolder(t)
	if err := os.MkdirAll(filepath.Join(dir, "data.new", "base"), 0o700); err != nil {
		t.Fatal(err)
	}
	s := start(t, Options{Dir: dir})
	if got := query[int](t, s.URL("postgres", Superuser), "SELECT 1"); got != 1 {
		t.Errorf("got %d", got)
	}
}

func TestOtherAccountsDataAreRefused(t *testing.T) {
	t.Parallel()
	dir := openFolder(t)
	s := start(t, Options{Dir: dir})
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	user, err := serverAccount()
	if err != nil {
		t.Fatal(err)
	}
	user.uid++
	c := cluster{user: user, home: dir, data: filepath.Join(dir, "data")}
	wantProblem(t, c.init(t.Context()), "un autre compte du système")
}

func TestUnreachableFolder(t *testing.T) {
	t.Parallel()
	closed := openFolder(t)
	mode := os.FileMode(0o700) // root may write here, but not the server's account
	if os.Geteuid() != 0 {
		mode = 0o500 // nor may we
	}
	if err := os.Chmod(closed, mode); err != nil {
		t.Fatal(err)
	}
	_, err := Start(t.Context(), Options{Dir: filepath.Join(closed, "data")})
	wantProblem(t, err, "n’a pas accès")
}

func TestServerThatCannotStartShowsItsLog(t *testing.T) {
	t.Parallel()
	dir := openFolder(t)
	s := start(t, Options{Dir: dir})
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "data", "global", "pg_control")); err != nil {
		t.Fatal(err)
	}
	_, err := Start(t.Context(), Options{Dir: dir})
	wantProblem(t, err, "pg_control")
}

func TestCancelledStartLeavesNothing(t *testing.T) {
	t.Parallel()
	dir := openFolder(t)
	ctx, cancel := context.WithCancel(t.Context())
	result := make(chan error, 1)
	go func() {
		_, err := Start(ctx, Options{Dir: dir})
		result <- err
	}()
	eventually(t, "initdb is at work", func() bool { return exists(filepath.Join(dir, "data.new", "base")) })
	cancel()
	if err := <-result; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if exists(filepath.Join(dir, "data")) {
		t.Error("unfinished data look finished")
	}
}

func TestURLIsReadByPgx(t *testing.T) {
	t.Parallel()
	s := &Server{socket: "/tmp/copil-postgres-1/socket"}
	config, err := pgx.ParseConfig(s.URL("copil_démo", "copil_app"))
	if err != nil {
		t.Fatal(err)
	}
	if config.Host != s.socket || config.Database != "copil_démo" || config.User != "copil_app" {
		t.Errorf("read as host %q, database %q, user %q", config.Host, config.Database, config.User)
	}
}

// wantProblem checks that a person is told what is wrong, in words that hold part.
func wantProblem(t *testing.T, err error, part string) {
	t.Helper()
	p, ok := errors.AsType[*Problem](err)
	if !ok {
		t.Fatalf("got %v, not a problem a person can mend", err)
	}
	if !strings.Contains(p.Message, part) {
		t.Errorf("the problem does not say %q: %s", part, p.Message)
	}
}
