package main

import (
	"errors"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestDemoEnds(t *testing.T) {
	t.Parallel()
	for name, change := range accounts(t) {
		t.Run("interrupted as "+name, func(t *testing.T) {
			t.Parallel()
			d, dir := started(t, change)
			family, data := postgresOf(t, d)
			if err := d.stop(); err != nil {
				t.Errorf("after Ctrl-C: %v", err)
			}
			checkGone(t, family, 0)
			if _, err := os.Stat(data); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("the temporary data stay in %s (%v)", data, err)
			}
			if err := onlyEmpty(dir); err != nil {
				t.Error(err)
			}
		})
		t.Run("killed as "+name, func(t *testing.T) {
			t.Parallel()
			d, _ := started(t, change)
			family, data := postgresOf(t, d)
			if err := d.cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			if err := <-d.exited; err == nil {
				t.Error("killed, yet it ended well")
			}
			checkGone(t, family, patience)
			_ = os.RemoveAll(filepath.Dir(data)) // the next demonstration would do it
		})
	}
}

// accounts are those that run the demonstration: our own and, as root, one that
// has no privilege at all.
func accounts(t *testing.T) map[string]func(*exec.Cmd) {
	t.Helper()
	list := map[string]func(*exec.Cmd){"ourselves": nil}
	if os.Geteuid() == 0 {
		nobody, err := user.Lookup("nobody")
		if err != nil {
			t.Fatal(err)
		}
		uid, errUID := strconv.ParseUint(nobody.Uid, 10, 32)
		gid, errGID := strconv.ParseUint(nobody.Gid, 10, 32)
		if err := errors.Join(errUID, errGID); err != nil {
			t.Fatal(err)
		}
		list["nobody"] = func(c *exec.Cmd) {
			c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
			c.Dir = "/" // those of tests are closed to others
		}
	}
	return list
}

func started(t *testing.T, change func(*exec.Cmd)) (d *demonstration, dir string) {
	t.Helper()
	dir = t.TempDir()
	d, err := launch(dir, change)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("ready after %s", d.begun)
	t.Cleanup(func() { _ = d.cmd.Process.Kill() }) // ended by the test, as a rule
	return d, dir
}

// postgresOf returns the processes below a demonstration, and the folder of its data.
func postgresOf(t *testing.T, d *demonstration) (family []string, data string) {
	t.Helper()
	family = descendants(t, d.cmd.Process.Pid)
	if len(family) < 3 {
		t.Fatalf("copil demo has only %d processes below it", len(family))
	}
	line, err := os.ReadFile(filepath.Join("/proc", strings.Fields(family[0])[0], "cmdline"))
	if err != nil {
		t.Fatal(err)
	}
	words := strings.Split(string(line), "\x00")
	i := slices.Index(words, "-D")
	if i < 0 {
		t.Fatalf("%q is no PostgreSQL", words)
	}
	return family, words[i+1]
}

// descendants lists the processes below one, children first, each as its number
// and the time of its start: numbers are given again.
func descendants(t *testing.T, pid int) (found []string) {
	t.Helper()
	parents := map[string][]string{}
	all, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range all {
		if id, parent := identity(file); id != "" {
			parents[parent] = append(parents[parent], id)
		}
	}
	for next := parents[strconv.Itoa(pid)]; len(next) > 0; {
		found = append(found, next...)
		var below []string
		for _, id := range next {
			below = append(below, parents[strings.Fields(id)[0]]...)
		}
		next = below
	}
	return found
}

// identity reads /proc/…/stat; it is empty for a process that has ended.
func identity(file string) (id, parent string) {
	text, err := os.ReadFile(file)
	if err != nil {
		return "", ""
	}
	pid, _, _ := strings.Cut(string(text), " ")
	fields := strings.Fields(string(text)[strings.LastIndexByte(string(text), ')')+1:])
	const state, ppid, started = 0, 1, 19 // proc(5), from the third field on
	if fields[state] == "Z" || fields[state] == "X" {
		return "", ""
	}
	return pid + " " + fields[started], fields[ppid]
}

func checkGone(t *testing.T, family []string, wait time.Duration) {
	t.Helper()
	alive := func() []string {
		return slices.DeleteFunc(slices.Clone(family), func(id string) bool {
			now, _ := identity(filepath.Join("/proc", strings.Fields(id)[0], "stat"))
			return now != id
		})
	}
	for end := time.Now().Add(wait); len(alive()) > 0 && time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
	}
	if left := alive(); len(left) > 0 {
		t.Errorf("%d of %d processes of PostgreSQL are left: %v", len(left), len(family), left)
	}
}

func TestDemoKeepsData(t *testing.T) {
	t.Parallel()
	dir, err := os.MkdirTemp("", "copil-test-") //nolint:usetesting // t.TempDir is closed to PostgreSQL's account
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil { //nolint:gosec // PostgreSQL's account passes through
		t.Fatal(err)
	}
	run := func(use func(*client)) {
		d, err := launch(t.TempDir(), nil, "--data-dir", filepath.Join(dir, "kept"))
		if err != nil {
			t.Fatal(err)
		}
		use(d.signedIn(t, "mission@appui.example"))
		if err := d.stop(); err != nil {
			t.Fatal(err)
		}
	}
	run(func(c *client) {
		a := c.send(home+"/sites/nouveau", home+"/sites", url.Values{"code": {"S11"}, "name": {"Saint-Omer – Arques"},
			"communes": {"Saint-Omer, Arques"}, "need": {"Gare et centre-ville."}, "since_on": {"02/02/2015"}})
		if a.status != http.StatusOK || a.at == home+"/sites" {
			t.Fatalf("the site is not created: %d at %s", a.status, a.at)
		}
	})
	run(func(c *client) {
		c.find(home+"/sites", "S11 – Saint-Omer – Arques")
		c.find(home+"/sites", "S1 – Roubaix – Wattrelos")
	})
}

func TestDemoRefuses(t *testing.T) {
	t.Parallel()
	taken := sharedDemo(t)
	for _, r := range []struct {
		args []string
		want string
	}{
		{[]string{"--listen", "0.0.0.0:0"}, "la démonstration n’écoute que sur cette machine"},
		{[]string{"--listen", ":8080"}, "la démonstration n’écoute que sur cette machine"},
		{[]string{"--listen", "8080"}, "n’est pas une adresse telle que 127.0.0.1:8080"},
		{[]string{"--listen", strings.TrimPrefix(taken.base, "http://")}, "est déjà pris"},
		{[]string{"--today", "16 mars"}, "Saisissez une date sous la forme jour/mois/année"},
	} {
		code, out, said := copil(t, nil, append([]string{"demo"}, r.args...)...)
		if code != 1 || out != "" || !strings.Contains(said, r.want) || strings.Count(said, "\n") != 1 {
			t.Errorf("copil demo %v ends with %d: %s%s", r.args, code, out, said)
		}
	}
}

// BenchmarkDemo measures from the start in an empty folder to the first page.
func BenchmarkDemo(b *testing.B) {
	for b.Loop() {
		d, err := launch(b.TempDir(), nil)
		if err != nil {
			b.Fatal(err)
		}
		if a := d.signedIn(b, "").get("/"); a.status != http.StatusOK {
			b.Fatalf("the first page answers %d", a.status)
		}
		b.StopTimer()
		if err := d.stop(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}
