// Package testdb gives tests a real, migrated PostgreSQL. All tests share one
// database and run in parallel: each makes its own conventions, and the walls
// between conventions keep them apart exactly as they do in production.
package testdb

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"copil/internal/pg"
	"copil/migrations"
)

// Today is the business date of tests that do not need another one.
var Today = time.Date(2015, time.March, 16, 0, 0, 0, 0, time.UTC)

// DB is the shared database and two conventions that belong to one test.
type DB struct {
	*pg.Pool                 // as copil_app, like the server
	System     *pg.System    // as copil_system
	Twin       *pg.Pool      // as a copy of copil_app that bypasses row-level security: the first wall alone
	Owner      *pgxpool.Pool // as a superuser, for what only tests may do
	Acme, Bolt uuid.UUID     // conventions seen by this test alone
}

// New returns the database with two new conventions. It fails, rather than
// skips, when no PostgreSQL can be had: a skipped test proves nothing.
func New(t testing.TB) *DB {
	t.Helper()
	db := Open(t)
	db.Acme, db.Bolt = db.Convention(t), db.Convention(t)
	return db
}

// Open returns the database without any convention of the test's own. Where
// TEST_DATABASE_URL names no server, a private one is started for this process;
// see Main.
func Open(t testing.TB) *DB {
	t.Helper()
	db, err := Shared()
	if err != nil {
		t.Fatalf("these tests need PostgreSQL, which « make postgres » installs: %v", err)
	}
	return db
}

// Shared is Open for what a test binary makes once, outside any test.
func Shared() (*DB, error) {
	shared, err := open()
	if err != nil {
		return nil, err
	}
	copied := *shared
	return &copied, nil
}

// Convention makes one more convention, with nothing in it.
func (db *DB) Convention(t testing.TB) uuid.UUID {
	t.Helper()
	id := uuid.Must(uuid.NewV7())
	_, err := db.Owner.Exec(t.Context(), `
		INSERT INTO conventions (convention_id, slug, name, short_name, starts_on, ends_on)
		VALUES ($1, $2, 'Convention d’essai', 'Essai', '2013-01-01', '2015-12-31')`, id, "t-"+id.String())
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// In runs fn in a transaction of the convention and fails the test if it cannot.
func (db *DB) In(t testing.TB, convention uuid.UUID, fn func(*pg.Tx) error) {
	t.Helper()
	if err := db.InConvention(t.Context(), convention, pg.ReadWrite, fn); err != nil {
		t.Fatal(err)
	}
}

// Read sends one batch in a transaction of the convention.
func (db *DB) Read(t testing.TB, convention uuid.UUID, queue func(*pg.Batch)) {
	t.Helper()
	db.In(t, convention, func(tx *pg.Tx) error {
		b := tx.Batch()
		queue(b)
		return b.Send(t.Context())
	})
}

// Texts runs a query as the superuser and returns its one text column.
func (db *DB) Texts(t testing.TB, sql string, args ...any) []string {
	t.Helper()
	rows, err := db.Owner.Query(t.Context(), sql, args...)
	if err != nil {
		t.Fatal(err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// open makes and migrates the database once. Its name carries a hash of the
// migrations, so that a changed schema gets a new database and an old one is kept.
var open = sync.OnceValues(func() (*DB, error) {
	ctx := context.Background()
	base, err := Address()
	if err != nil {
		return nil, err
	}
	return connect(ctx, base, "copil_test_"+schemaHash())
})

// connect makes and migrates a database where it is missing, and opens its pools.
func connect(ctx context.Context, base, name string) (*DB, error) {
	if err := pg.CreateDatabase(ctx, base, name); err != nil {
		return nil, err
	}
	err := pg.Migrate(ctx, As(base, "copil_owner", name))
	if err != nil {
		return nil, err
	}
	db := &DB{}
	if db.Owner, err = pgxpool.New(ctx, As(base, "", name)); err != nil {
		return nil, err
	}
	if _, err := db.Owner.Exec(ctx, twin); err != nil {
		return nil, fmt.Errorf("make twin role: %w", err)
	}
	if db.Pool, err = pg.Connect(ctx, As(base, "copil_app", name), nil); err != nil {
		return nil, err
	}
	if db.Twin, err = pg.Connect(ctx, As(base, "copil_app_twin", name), nil); err != nil {
		return nil, err
	}
	db.System, err = pg.ConnectSystem(ctx, As(base, "copil_system", name), nil)
	return db, err
}

// Own returns a database that no other test sees, for what works on every
// convention of a database, as jobs do. It is dropped after the test.
func Own(t testing.TB) *DB {
	t.Helper()
	base, err := Address()
	if err != nil {
		t.Fatal(err)
	}
	name := "copil_own_" + strings.ReplaceAll(uuid.NewString(), "-", "")
	db, err := connect(t.Context(), base, name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for _, pool := range []interface{ Close() }{db.Pool, db.Twin, db.System, db.Owner} {
			pool.Close()
		}
		ctx := context.Background()
		conn, err := pgx.Connect(ctx, base)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close(ctx) }()
		if _, err := conn.Exec(ctx, "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	return db
}

// twin is copil_app without the second wall.
const twin = `
	SELECT pg_advisory_lock(hashtext('copil twin'));
	DO $$ BEGIN
		IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'copil_app_twin') THEN
			CREATE ROLE copil_app_twin LOGIN BYPASSRLS IN ROLE copil_app;
		END IF;
	END $$;
	ALTER ROLE copil_app_twin SET enable_nestloop = off; -- settings are not inherited
	ALTER ROLE copil_app_twin SET jit = off;
	SELECT pg_advisory_unlock(hashtext('copil twin'))`

// As returns the address of a database as a role; an empty role keeps the address's own.
func As(base, role, database string) string {
	u, err := url.Parse(base)
	if err != nil {
		panic(err)
	}
	u.Path = "/" + database
	q := u.Query()
	if role != "" {
		if q.Has("user") {
			q.Set("user", role)
		} else {
			u.User = url.User(role)
		}
	}
	u.RawQuery = q.Encode()
	return u.String()
}

func schemaHash() string {
	h := sha256.New()
	err := fs.WalkDir(migrations.FS, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".sql") {
			return err
		}
		b, err := fs.ReadFile(migrations.FS, path)
		h.Write(b)
		return err
	})
	if err != nil {
		panic(err)
	}
	return fmt.Sprintf("%x", h.Sum(nil)[:6])
}
