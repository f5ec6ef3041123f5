package pgrun

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// TestMain lets this test binary be the owner of a server, to be killed.
func TestMain(m *testing.M) {
	if len(os.Args) == 4 && os.Args[1] == "own" {
		if err := own(Options{Bin: os.Args[2], Dir: os.Args[3]}); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	m.Run()
}

func own(o Options) error {
	s, err := Start(context.Background(), o)
	if err != nil {
		return err
	}
	fmt.Println(s.URL("postgres", Superuser))
	_, err = io.Copy(io.Discard, os.Stdin)
	return errors.Join(err, s.Stop())
}

// owner is another process that runs a server.
type owner struct {
	cmd   *exec.Cmd
	stdin io.WriteCloser // closing it stops the server in good order
	url   string
	data  string
	pid   int // of the server
}

// newOwner starts an owner under a system account, nil for our own.
func newOwner(t *testing.T, as *syscall.Credential, dir string) *owner {
	t.Helper()
	bin, err := Find(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), program(t), "own", bin, dir)
	cmd.Dir, cmd.Stderr = "/", t.Output()
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: as}
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	url, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatalf("the owner started no server: %v", errors.Join(err, cmd.Wait()))
	}
	o := &owner{cmd: cmd, stdin: stdin, url: strings.TrimSpace(url)}
	o.data = query[string](t, o.url, "SELECT current_setting('data_directory')")
	if o.pid, _, err = readPID(o.data); err != nil {
		t.Fatal(err)
	}
	return o
}

// program is this test binary, where any account may run it.
func program(t *testing.T) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(openFolder(t), "owner")
	if err := os.WriteFile(path, text, 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

// openFolder is a temporary folder that any account may enter, unlike t.TempDir.
func openFolder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "pgrun-test-") //nolint:usetesting // t.TempDir is closed to other accounts
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// accounts are those that this test can run servers under: ours, and when that
// is root, an ordinary one.
func accounts(t *testing.T) map[string]*syscall.Credential {
	t.Helper()
	found := map[string]*syscall.Credential{"own account": nil}
	if os.Geteuid() == 0 {
		user, err := serverAccount()
		if err != nil {
			t.Fatal(err)
		}
		found["ordinary account"] = user.credential
		found["nobody"] = &syscall.Credential{Uid: 65534, Gid: 65534}
	}
	return found
}

func start(t *testing.T, o Options) *Server {
	t.Helper()
	s, err := Start(t.Context(), o)
	if err != nil {
		t.Fatalf("these tests need PostgreSQL (apt-get install postgresql): %v", err)
	}
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func query[T any](t *testing.T, url, sql string) T {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	rows, err := conn.Query(t.Context(), sql)
	if err != nil {
		t.Fatal(err)
	}
	value, err := pgx.CollectExactlyOneRow(rows, pgx.RowTo[T])
	if err != nil {
		t.Fatal(err)
	}
	return value
}

func execute(t *testing.T, url, sql string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}

// eventually waits for what another process does in its own time.
func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for !done() {
		select {
		case <-ctx.Done():
			t.Fatalf("still not so after a minute: %s", what)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func gone(pid int) bool { return errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) }

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
