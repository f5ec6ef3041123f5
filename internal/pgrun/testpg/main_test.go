package main

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
)

// TestMain lets this test binary be the command itself.
func TestMain(m *testing.M) {
	if os.Getenv("TESTPG_BE_THE_COMMAND") != "" {
		main()
		return
	}
	m.Run()
}

// testpg is the command, with a chosen TEST_DATABASE_URL.
func testpg(t *testing.T, url string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self, args...)
	cmd.Env = append(os.Environ(), "TESTPG_BE_THE_COMMAND=1", variable+"="+url)
	cmd.Stderr = t.Output()
	return cmd
}

func TestCommandGetsAServer(t *testing.T) {
	t.Parallel()
	cmd := testpg(t, "", "--", "sh", "-c", `echo "$TEST_DATABASE_URL"; cat >/dev/null`)
	stdin, url := startAndRead(t, cmd)
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	if err := conn.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := stdin.Close(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	wantStopped(t, url)
}

func TestSignalReachesCommandAndServerStops(t *testing.T) {
	t.Parallel()
	cmd := testpg(t, "", "sh", "-c", `trap 'exit 7' TERM; echo "$TEST_DATABASE_URL"; while :; do sleep 0.05; done`)
	_, url := startAndRead(t, cmd)
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	wantExit(t, cmd.Wait(), 7)
	wantStopped(t, url)
}

func TestExitCode(t *testing.T) {
	t.Parallel()
	wantExit(t, testpg(t, "given", "--", "sh", "-c", "exit 3").Run(), 3)
}

func TestGivenServerIsUsed(t *testing.T) {
	t.Parallel()
	out, err := testpg(t, "postgres://elsewhere/", "--", "sh", "-c", `echo "$TEST_DATABASE_URL"`).Output()
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.TrimSpace(string(out)); got != "postgres://elsewhere/" {
		t.Errorf("the command was given %q", got)
	}
}

func TestWithoutCommandPrintsPrograms(t *testing.T) {
	t.Parallel()
	out, err := testpg(t, "").Output()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(strings.TrimSpace(string(out)), "initdb")); err != nil {
		t.Error(err)
	}
}

func TestNoPostgres(t *testing.T) {
	t.Parallel()
	cmd := testpg(t, "", "true")
	cmd.Env = append(cmd.Env, "COPIL_POSTGRES_BIN=/nowhere")
	var told bytes.Buffer
	cmd.Stderr = &told
	wantExit(t, cmd.Run(), 1)
	if !strings.Contains(told.String(), "COPIL_POSTGRES_BIN") {
		t.Errorf("told %q", told.String())
	}
}

// startAndRead starts a command and reads the first line that it prints.
func startAndRead(t *testing.T, cmd *exec.Cmd) (stdin io.WriteCloser, line string) {
	t.Helper()
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
	line, err = bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatal(errors.Join(err, cmd.Wait()))
	}
	return stdin, strings.TrimSpace(line)
}

func wantExit(t *testing.T, err error, code int) {
	t.Helper()
	exit, ok := errors.AsType[*exec.ExitError](err)
	if !ok || exit.ExitCode() != code {
		t.Errorf("ended with %v, want exit code %d", err, code)
	}
}

func wantStopped(t *testing.T, url string) {
	t.Helper()
	if conn, err := pgx.Connect(t.Context(), url); err == nil {
		t.Error("the server still answers", conn.Close(t.Context()))
	}
}
