package testdb

import (
	"context"
	"fmt"
	"os"
	"sync"
	"testing"

	"copil/internal/pgrun"
)

// variable is where `make test` says which server all packages share.
const variable = "TEST_DATABASE_URL"

var private struct {
	sync.Mutex
	server *pgrun.Server
}

// Address returns the superuser's address of the server that tests use. The
// first call starts a private one where no other is named.
func Address() (string, error) {
	if base := os.Getenv(variable); base != "" {
		return base, nil
	}
	private.Lock()
	defer private.Unlock()
	if private.server == nil {
		server, err := pgrun.Start(context.Background(), pgrun.Options{Bin: os.Getenv("COPIL_POSTGRES_BIN")})
		if err != nil {
			return "", fmt.Errorf("start private PostgreSQL: %w", err)
		}
		private.server = server
	}
	return private.server.URL("postgres", pgrun.Superuser), nil
}

// Main runs a package's tests, then stops the private server if one was started.
// A package that does not call it leaves its server to the kernel, which ends it
// with the process, and its folder to the next start.
func Main(m *testing.M) {
	code := m.Run()
	private.Lock()
	defer private.Unlock()
	if private.server != nil {
		if err := private.server.Stop(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = max(code, 1)
		}
	}
	os.Exit(code)
}
