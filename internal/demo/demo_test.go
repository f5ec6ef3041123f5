package demo_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"copil/internal/demo"
	"copil/internal/testdb"
)

// loaded is the demonstration, made once for all tests of this run.
type loaded struct {
	suffix   string
	accounts []demo.Account
	took     time.Duration
}

var once sync.Once
var shared loaded
var sharedErr error

func load(t *testing.T) (*testdb.DB, loaded) {
	t.Helper()
	db := testdb.Open(t)
	once.Do(func() {
		now := time.Now()
		shared.suffix = fmt.Sprintf("t%x", now.UnixNano())
		shared.accounts, sharedErr = demo.Load(context.Background(), demo.Options{Pool: db.Pool, System: db.System,
			Password: "demonstration", Now: now, Suffix: shared.suffix})
		shared.took = time.Since(now)
	})
	if sharedErr != nil {
		t.Fatal(sharedErr)
	}
	return db, shared
}

func TestLoad(t *testing.T) {
	_, l := load(t)
	t.Log(l.took, len(l.accounts))
}
