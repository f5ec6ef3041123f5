//go:build soak

package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// These tests kill the program and its PostgreSQL while people work, and have
// many people press a button at once. COPIL_SOAK_ROUNDS says how often to kill,
// COPIL_SOAK_SEED which moments and forms to draw.

func setting(t *testing.T, name string, otherwise int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("%s is %q, not a number from 1", name, text)
	}
	return n
}

// durable is a demonstration whose data outlive it.
type durable struct {
	*demonstration
	dir string
}

func durableDemo(t *testing.T) *durable {
	t.Helper()
	dir, err := os.MkdirTemp("", "copil-soak-") //nolint:usetesting // t.TempDir is closed to PostgreSQL's account
	if err != nil {
		t.Fatal(err)
	}
	k := &durable{dir: dir}
	t.Cleanup(func() {
		if k.demonstration != nil {
			err = k.stop()
		}
		if err := errors.Join(err, os.RemoveAll(dir)); err != nil {
			t.Error(err)
		}
	})
	if err := os.Chmod(dir, 0o755); err != nil { // PostgreSQL’s account passes through
		t.Fatal(err)
	}
	k.start(t)
	return k
}

func (k *durable) start(t *testing.T) {
	t.Helper()
	d, err := launch(k.dir, nil, "--data-dir", k.dir)
	if err != nil {
		t.Fatal(err)
	}
	k.demonstration = d
}

// connect reaches PostgreSQL by the socket that it names beside its data.
func (k *durable) connect(t *testing.T, role string) (conn *pgx.Conn, postmaster int) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(k.dir, "data", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(text), "\n")
	if postmaster, err = strconv.Atoi(lines[0]); err != nil || len(lines) < 5 {
		t.Fatalf("postmaster.pid is unfinished: %s", text)
	}
	if conn, err = pgx.Connect(t.Context(), fmt.Sprintf("host=%s user=%s dbname=%s", lines[4], role, demoDatabase)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.WithoutCancel(t.Context())) })
	return conn, postmaster
}

func query[T any](t *testing.T, conn *pgx.Conn, sql string, args ...any) []T {
	t.Helper()
	rows, err := conn.Query(t.Context(), sql, args...)
	if err != nil {
		t.Fatal(err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[T])
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// victims are who is killed, in turn, always without warning.
var victims = []string{"the program", "PostgreSQL, then the program", "a process of PostgreSQL, then the program", "both at once"}

// aim returns what leaves nothing alive of the demonstration. Where PostgreSQL
// goes first, the clerks go on for a moment.
func (k *durable) aim(t *testing.T, victim int, r *rand.Rand) (shoot func()) {
	t.Helper()
	conn, postmaster := k.connect(t, "postgres")
	return func() {
		pids := []int{postmaster}
		for _, p := range query[struct{ PID int }](t, conn, `SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()`) {
			pids = append(pids, p.PID)
		}
		switch victim {
		case 0:
			pids = nil
		case 2:
			pids = pids[1+r.IntN(len(pids)-1):][:1]
		}
		for _, pid := range pids {
			_ = syscall.Kill(pid, syscall.SIGKILL) // it may have ended with the others
		}
		if victim == 1 || victim == 2 {
			time.Sleep(time.Duration(200+r.IntN(600)) * time.Millisecond)
		}
		if err := k.cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		if err := <-k.exited; err == nil {
			t.Error("copil demo ended in peace")
		}
		k.demonstration = nil
	}
}

// TestKills: what a clerk was told is stored is stored, once, and what a clerk
// was not told about may be sent again.
func TestKills(t *testing.T) {
	rounds, seed := setting(t, "COPIL_SOAK_ROUNDS", 8), setting(t, "COPIL_SOAK_SEED", 1)
	t.Logf("COPIL_SOAK_ROUNDS=%d COPIL_SOAK_SEED=%d", rounds, seed)
	k := durableDemo(t)
	conn, _ := k.connect(t, "copil_app")
	if set := query[struct{ A, B string }](t, conn, `SELECT current_setting('fsync'), current_setting('synchronous_commit')`)[0]; set.A+set.B != "onon" {
		t.Fatalf("kept data have fsync %s, synchronous_commit %s", set.A, set.B)
	}
	r := rand.New(rand.NewPCG(uint64(seed), 0))
	var next atomic.Int64
	var forms []*filled
	for round := range rounds {
		fresh := k.workUntilKilled(t, round%len(victims), r, &next)
		forms = append(forms, fresh...)
		k.start(t)
		now := k.read(t)
		for _, wrong := range now.judge(forms) {
			t.Errorf("round %d, killed %s: %s", round, victims[round%len(victims)], wrong)
		}
		told, denied, silent, stored := 0, 0, 0, 0
		for _, f := range fresh {
			switch {
			case f.location != "":
				told++
			case f.denied:
				denied++
			default:
				silent++
				stored += now.effects[f.mark].Entries
			}
		}
		t.Logf("round %d, killed %s: %d forms, %d acknowledged, %d refused, %d in doubt of which %d stored; back in %s",
			round, victims[round%len(victims)], len(fresh), told, denied, silent, stored, k.begun.Round(time.Millisecond))
		if told == 0 {
			t.Error("nothing was at stake")
		}
		k.sendAgain(t, fresh)
		for _, wrong := range k.read(t).judge(forms) {
			t.Errorf("round %d, after sending again: %s", round, wrong)
		}
	}
}

// workUntilKilled returns the forms that were handed in until the program died.
func (k *durable) workUntilKilled(t *testing.T, victim int, r *rand.Rand, next *atomic.Int64) (forms []*filled) {
	t.Helper()
	var all sync.WaitGroup
	hands := make([][]*filled, 6)
	for i := range hands {
		c := k.clerk(t, r.Uint64(), next)
		all.Go(func() { hands[i] = c.work() })
	}
	time.Sleep(time.Duration(r.IntN(1000)) * time.Millisecond)
	k.aim(t, victim, r)()
	all.Wait()
	return slices.Concat(hands...)
}

// sendAgain sends what was not acknowledged, and some of what was.
func (k *durable) sendAgain(t *testing.T, forms []*filled) {
	t.Helper()
	c := k.clerk(t, 0, nil)
	for i, f := range forms {
		if f.location != "" && i%10 > 0 {
			continue
		}
		before := f.location
		status, body, err := c.hand(f)
		if err != nil || f.location == "" || before != "" && f.location != before {
			t.Errorf("form %s sent again: %d, %q, before %q, %v: %s", f.mark, status, f.location, before, err, content(body))
		}
	}
}

// TestIdenticalForms: a form that arrives 50 times at once has one effect, and
// each answer leads to it.
func TestIdenticalForms(t *testing.T) {
	k := durableDemo(t)
	c := k.clerk(t, 1, new(atomic.Int64))
	var forms []*filled
	for range 5 {
		forms = append(forms, c.newPosts(3), c.newSite())
	}
	for _, f := range forms {
		start := make(chan struct{})
		var all sync.WaitGroup
		copies := make([]filled, 50)
		for i := range copies {
			copies[i] = *f
			all.Go(func() {
				<-start
				if status, body, err := c.hand(&copies[i]); err != nil || copies[i].location == "" {
					t.Errorf("form %s: answer %d, %v: %s", f.mark, status, err, content(body))
				}
			})
		}
		close(start)
		all.Wait()
		*f = copies[0]
		for _, other := range copies {
			if other.location != f.location {
				t.Errorf("form %s leads to %s and to %s", f.mark, f.location, other.location)
			}
		}
	}
	for _, wrong := range k.read(t).judge(forms) {
		t.Error(wrong)
	}
}

// edit is a change of a post: the version that the clerk saw, the day typed.
type edit struct {
	Version int
	Day     string
}

// judgeEdits says what is wrong with the edits that were accepted: each follows
// on another version, the last one stays, and the log tells of all.
func judgeEdits(accepted []edit, last edit, entries int) (wrong []string) {
	seen := map[int]string{}
	for _, e := range accepted {
		if _, twice := seen[e.Version]; twice {
			wrong = append(wrong, fmt.Sprintf("two edits of version %d were accepted", e.Version))
		}
		seen[e.Version] = e.Day
	}
	if len(accepted) != last.Version-1 || entries != len(accepted) {
		wrong = append(wrong, fmt.Sprintf("%d edits were accepted: version %d, %d log entries", len(accepted), last.Version, entries))
	}
	if seen[last.Version-1] != last.Day {
		wrong = append(wrong, fmt.Sprintf("the last edit accepted is %s, the post says %s", seen[last.Version-1], last.Day))
	}
	return wrong
}

// TestLostUpdates: of those who edit the same version of a post, one wins; the
// others are told, and keep what they typed.
func TestLostUpdates(t *testing.T) {
	const writers, turns = 32, 20
	k := durableDemo(t)
	c := k.clerk(t, 1, new(atomic.Int64))
	f := c.newPosts(1)
	if status, body, err := c.hand(f); err != nil || f.location == "" {
		t.Fatalf("add a post: %d, %v: %s", status, err, content(body))
	}
	conn, _ := k.connect(t, "copil_backup")
	id := query[struct{ ID string }](t, conn, `SELECT post_id::text FROM posts WHERE opened_on = $1::text::date`, f.mark)[0].ID
	page := home + "/emplois/" + id
	var mu sync.Mutex
	var accepted []edit
	refused := 0
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			for turn := range turns {
				typed := time.Date(1950, 1, 1+w*turns+turn, 0, 0, 0, 0, time.UTC).Format("2/1/2006") // not as Copil would write it
				version := c.hidden(page, "_version")
				g := &filled{action: page, mark: typed, values: c.form(url.Values{"_version": {version}, "filled_on": {typed}})}
				status, body, err := c.hand(g)
				mu.Lock()
				switch seen, _ := strconv.Atoi(version); {
				case err == nil && g.location != "":
					accepted = append(accepted, edit{seen, typed})
				case status == http.StatusConflict && strings.Contains(body, `value="`+typed+`"`):
					refused++
				default:
					t.Errorf("edit %s of version %s: %d, %v: %s", typed, version, status, err, content(body))
				}
				mu.Unlock()
			}
		})
	}
	all.Wait()
	last := query[edit](t, conn, `SELECT version, to_char(filled_on, 'FMDD/FMMM/YYYY') FROM posts WHERE post_id::text = $1`, id)[0]
	entries := query[struct{ N int }](t, conn, `SELECT count(*) FROM audit_entries WHERE action = 'changed' AND object_id = $1`, id)[0].N
	for _, wrong := range judgeEdits(accepted, last, entries) {
		t.Error(wrong)
	}
	t.Logf("%d edits accepted, %d refused, version %d", len(accepted), refused, last.Version)
	if refused == 0 || len(accepted)+refused != writers*turns {
		t.Errorf("%d accepted and %d refused of %d edits", len(accepted), refused, writers*turns)
	}
}

// TestJudges: what the tests above look for is found when it is there.
func TestJudges(t *testing.T) {
	k := durableDemo(t)
	c := k.clerk(t, 1, new(atomic.Int64))
	posts, site, untold := c.newPosts(2), c.newSite(), c.newPosts(1)
	twice := *untold
	for _, f := range []*filled{posts, site, untold} {
		if status, body, err := c.hand(f); err != nil || f.location == "" {
			t.Fatalf("form %s: %d, %v: %s", f.mark, status, err, content(body))
		}
	}
	all := []*filled{posts, site, untold}
	if wrong := k.read(t).judge(all); len(wrong) > 0 {
		t.Fatalf("nothing is wrong, but: %q", wrong)
	}
	finds := func(want string, forms ...*filled) {
		t.Helper()
		if wrong := strings.Join(k.read(t).judge(forms), "\n"); !strings.Contains(wrong, want) {
			t.Errorf("%q is not found, only %q", want, wrong)
		}
	}
	changed := func(f *filled, change func(*filled)) *filled {
		g := *f
		change(&g)
		return &g
	}
	finds("nobody sent "+posts.mark, site, untold)
	finds("is lost", changed(c.newPosts(1), func(f *filled) { f.location = home + "/emplois" }))
	finds("is half there", changed(posts, func(f *filled) { f.parts++ }))
	finds("is half there", changed(site, func(f *filled) { f.parts++ }))
	finds("is half there", changed(site, func(f *filled) { f.values = c.form(url.Values{}) })) // its key is not claimed
	finds("answered with another place", changed(site, func(f *filled) { f.location = home + "/sites" }))
	finds("there, though the answer said", changed(untold, func(f *filled) { f.location, f.denied = "", true }))
	twice.values = c.form(maps.Clone(twice.values)) // the same posts under another key
	if _, body, err := c.hand(&twice); err != nil || twice.location == "" {
		t.Fatalf("the same posts again: %v: %s", err, content(body))
	}
	finds("is doubled", untold)
	conn, _ := k.connect(t, "postgres")
	query[struct{}](t, conn, `DELETE FROM audit_entries WHERE after ->> 'Code' = $1`, site.mark)
	finds("is half there", site)

	accepted := []edit{{1, "1/1/2013"}, {2, "2/1/2013"}}
	for name, wrong := range map[string][]string{
		"an edit was overwritten":      judgeEdits(append(accepted, edit{2, "3/1/2013"}), edit{3, "3/1/2013"}, 3),
		"an edit was lost":             judgeEdits(accepted, edit{2, "1/1/2013"}, 1),
		"an edit is not in the log":    judgeEdits(accepted, edit{3, "2/1/2013"}, 1),
		"the last edit did not remain": judgeEdits(accepted, edit{3, "1/1/2013"}, 2),
	} {
		if len(wrong) == 0 {
			t.Errorf("%s: not found", name)
		}
	}
	if wrong := judgeEdits(accepted, edit{3, "2/1/2013"}, 2); len(wrong) > 0 {
		t.Errorf("nothing is wrong with the edits, but: %q", wrong)
	}
}
