// Command testpg runs a command with a temporary PostgreSQL server, so that the
// tests of all packages share one:
//
//	go run ./internal/pgrun/testpg -- go test ./...
//
// The command finds the superuser's address in TEST_DATABASE_URL; where that is
// set already, no server is started. With no command, testpg prints the folder
// of the PostgreSQL that it would run. COPIL_POSTGRES_BIN names another one.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"copil/internal/pgrun"
)

// variable is where the tests look for their server.
const variable = "TEST_DATABASE_URL"

func main() {
	command := os.Args[1:]
	if len(command) > 0 && command[0] == "--" {
		command = command[1:]
	}
	if err := run(context.Background(), command); err != nil {
		if exit, ok := errors.AsType[*exec.ExitError](err); ok && exit.Exited() {
			os.Exit(exit.ExitCode())
		}
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, command []string) error {
	bin := os.Getenv("COPIL_POSTGRES_BIN")
	if len(command) == 0 {
		found, err := pgrun.Find(ctx, bin)
		if err == nil {
			fmt.Println(found)
		}
		return err
	}
	// Registered before the server starts: whatever ends us, it is stopped.
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	if os.Getenv(variable) != "" {
		return execute(ctx, command, os.Environ(), signals)
	}
	server, err := pgrun.Start(ctx, pgrun.Options{Bin: bin})
	if err != nil {
		return err
	}
	env := append(os.Environ(), variable+"="+server.URL("postgres", pgrun.Superuser))
	err = execute(ctx, command, env, signals)
	if stopped := server.Stop(); stopped != nil {
		return errors.Join(stopped, err)
	}
	return err
}

// execute runs the command to its end, and hands it the signals sent to us. A
// terminal's Ctrl-C reaches it twice, which does no harm.
func execute(ctx context.Context, command, env []string, signals <-chan os.Signal) error {
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Env = env
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := cmd.Start(); err != nil {
		return err
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	for {
		select {
		case err := <-done:
			return err
		case s := <-signals:
			if err := cmd.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
				return errors.Join(err, cmd.Process.Kill())
			}
		}
	}
}
