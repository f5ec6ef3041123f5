package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"copil/internal/pgrun"
)

// These tests run the program as people do: the real binary, its private
// PostgreSQL, real Chromium.

var screenshots = flag.Bool("screenshots", false, "write the pictures of docs/images anew")

// password is that of every account of the demonstrations run here.
const password = "un mot de passe d’essai"

// patience is how long a program may take for what it does in its own time. It
// is no budget: a loaded machine is slow.
const patience = 60 * time.Second

// binary is the program under test, out of the way of the tree and readable by
// any account.
var binary string

func TestMain(m *testing.M) {
	flag.Parse()
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	dir, err := os.MkdirTemp("", "copil-test-")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	binary = filepath.Join(dir, "copil")
	build := exec.CommandContext(context.Background(), "go", "build", "-o", binary, ".")
	build.Stderr = os.Stderr
	if err := errors.Join(os.Chmod(dir, 0o755), build.Run()); err != nil { //nolint:gosec // any account may run it
		return 0, fmt.Errorf("build copil: %w", err)
	}
	defer func() { err = errors.Join(err, closeShared()) }()
	return m.Run(), nil
}

// demonstration is a running `copil demo`.
type demonstration struct {
	base   string // http://127.0.0.1:…
	said   string // what it printed until it was ready
	begun  time.Duration
	cmd    *exec.Cmd
	errors bytes.Buffer
	exited chan error
}

// launch runs `copil demo` in an empty folder until it answers requests.
func launch(dir string, change func(*exec.Cmd), args ...string) (*demonstration, error) {
	d := &demonstration{exited: make(chan error, 1)}
	d.cmd = exec.CommandContext(context.Background(), binary, append([]string{"demo", "--listen", "127.0.0.1:0"}, args...)...)
	d.cmd.Dir, d.cmd.Stderr = dir, &d.errors
	d.cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "COPIL_DEMO_PASSWORD=" + password, "COPIL_POSTGRES_BIN=" + postgresBin()}
	if change != nil {
		change(d.cmd)
	}
	out := newWatched("ready ")
	d.cmd.Stdout = out
	begun := time.Now()
	if err := d.cmd.Start(); err != nil {
		return nil, err
	}
	go func() { d.exited <- d.cmd.Wait() }()
	select {
	case base := <-out.found:
		d.base, d.said, d.begun = base, out.text(), time.Since(begun)
		return d, nil
	case err := <-d.exited:
		return nil, fmt.Errorf("copil demo ended before it was ready: %w\n%s", err, d.errors.String())
	case <-time.After(patience):
		return nil, errors.Join(fmt.Errorf("copil demo is not ready after %s", patience), d.cmd.Process.Kill())
	}
}

// postgresBin is found from the tree, since the demonstration runs elsewhere. It
// says itself what to do when there is none.
func postgresBin() string {
	bin, err := pgrun.Find(context.Background(), os.Getenv("COPIL_POSTGRES_BIN"))
	if err != nil {
		return os.Getenv("COPIL_POSTGRES_BIN")
	}
	return bin
}

// stop asks the demonstration to end as Ctrl-C does, and returns how it ended.
func (d *demonstration) stop() error {
	if err := d.cmd.Process.Signal(os.Interrupt); err != nil {
		return err
	}
	select {
	case err := <-d.exited:
		if err == nil && d.errors.Len() > 0 {
			err = fmt.Errorf("copil demo complained: %s", d.errors.String())
		}
		return err
	case <-time.After(patience):
		return errors.Join(errors.New("copil demo does not stop"), d.cmd.Process.Kill())
	}
}

// ownDemo runs a demonstration that the test may write to.
func ownDemo(t *testing.T) *demonstration {
	t.Helper()
	d, err := launch(t.TempDir(), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.stop(); err != nil {
			t.Error(err)
		}
	})
	return d
}

// shared is the demonstration that tests only read. Forms with mistakes may be
// sent to it: they change nothing.
var shared struct {
	sync.Once
	*demonstration
	dir string
	err error
}

func sharedDemo(t testing.TB) *demonstration {
	t.Helper()
	shared.Do(func() {
		if shared.dir, shared.err = os.MkdirTemp("", "copil-test-"); shared.err == nil { //nolint:usetesting // outlives the test
			shared.demonstration, shared.err = launch(shared.dir, nil)
		}
	})
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	return shared.demonstration
}

func closeShared() error {
	closeBrowser()
	if shared.demonstration == nil {
		return os.RemoveAll(shared.dir) // "" where no test asked for it
	}
	err := shared.stop()
	return errors.Join(err, onlyEmpty(shared.dir), os.RemoveAll(shared.dir))
}

// onlyEmpty says what a demonstration without --data-dir left where it ran.
func onlyEmpty(dir string) error {
	left, err := os.ReadDir(dir)
	if len(left) > 0 {
		err = fmt.Errorf("copil demo left %v in its working folder", left)
	}
	return err
}

// watched keeps what is written to it, and sends the rest of the first line that
// starts with prefix.
type watched struct {
	mu     sync.Mutex
	said   bytes.Buffer
	prefix string
	found  chan string
}

func newWatched(prefix string) *watched { return &watched{prefix: prefix, found: make(chan string, 1)} }

func (w *watched) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	n, err := w.said.Write(p)
	for line := range strings.Lines(w.said.String()) {
		if rest, ok := strings.CutPrefix(line, w.prefix); ok && strings.HasSuffix(line, "\n") {
			select {
			case w.found <- strings.TrimSpace(rest):
			default:
			}
		}
	}
	return n, err
}

func (w *watched) text() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.said.String()
}
