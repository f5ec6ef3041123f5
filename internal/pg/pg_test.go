package pg_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"copil/internal/fault"
	"copil/internal/pg"
	"copil/internal/testdb"
)

func TestMain(m *testing.M) { testdb.Main(m) }

// tracer keeps the statements that were sent.
type tracer struct {
	mu   sync.Mutex
	sent []string
}

func (t *tracer) TraceQueryStart(ctx context.Context, _ *pgx.Conn, d pgx.TraceQueryStartData) context.Context {
	t.note(d.SQL)
	return ctx
}

func (t *tracer) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

func (t *tracer) TraceBatchStart(ctx context.Context, _ *pgx.Conn, d pgx.TraceBatchStartData) context.Context {
	for _, q := range d.Batch.QueuedQueries {
		t.note(q.SQL)
	}
	return ctx
}

func (t *tracer) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}
func (t *tracer) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData)     {}

func (t *tracer) note(sql string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sent = append(t.sent, sql)
}

// traced is the application's pool, which tells what it sends.
func traced(t *testing.T, db *testdb.DB) (*pg.Pool, *tracer) {
	t.Helper()
	config := db.Owner.Config().ConnConfig
	trace := &tracer{}
	pool, err := pg.Connect(t.Context(), testdb.As(config.ConnString(), "copil_app", config.Database), trace)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return pool, trace
}

type named struct{ Name string }

// ways are all the ways to run a statement in a convention.
var ways = map[string]func(context.Context, *pg.Tx, string, pg.Args) error{
	"Many": func(ctx context.Context, tx *pg.Tx, sql string, a pg.Args) error {
		_, err := pg.Many[named](ctx, tx, sql, a)
		return err
	},
	"One": func(ctx context.Context, tx *pg.Tx, sql string, a pg.Args) error {
		_, err := pg.One[named](ctx, tx, sql, a)
		return err
	},
	"Exec": pg.Exec,
	"Run": func(ctx context.Context, tx *pg.Tx, sql string, a pg.Args) error {
		_, err := pg.Run(ctx, tx, sql, a)
		return err
	},
	"Queue": func(ctx context.Context, tx *pg.Tx, sql string, a pg.Args) error {
		b := tx.Batch()
		pg.Queue[named](b, sql, a)
		return b.Send(ctx)
	},
	"QueueExec": func(ctx context.Context, tx *pg.Tx, sql string, a pg.Args) error {
		b := tx.Batch()
		pg.QueueExec(b, sql, a)
		return b.Send(ctx)
	},
}

// A statement that does not name the convention is refused before it is sent:
// had it been, its division by zero would have spoilt the transaction.
func TestStatementsNameTheConvention(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	for name, way := range ways {
		for what, c := range map[string]struct {
			where   string
			args    pg.Args
			refused string // by pgx; "" for a statement that PostgreSQL gets to see
		}{
			"without the convention":   {``, nil, "argument convention"},
			"with a misspelt argument": {` WHERE convention_id = @convention AND slug = @slugg`, pg.Args{"slug": "x"}, "slug"},
			"with an argument missing": {` WHERE convention_id = @convention AND slug = @slug`, nil, "slug"},
			"with one left over":       {` WHERE convention_id = @convention`, pg.Args{"slug": "x"}, "slug"},
			"as it should be":          {` WHERE convention_id = @convention`, nil, ""},
		} {
			err := db.InConvention(t.Context(), db.Acme, pg.ReadOnly, func(tx *pg.Tx) error {
				err := way(t.Context(), tx, `SELECT name FROM conventions`+c.where+` ORDER BY 1 / (length(name) - length(name))`, c.args)
				if err == nil || c.refused != "" && !strings.Contains(err.Error(), c.refused) {
					t.Errorf("%s %s: %v", name, what, err)
				}
				_, err = pg.One[named](t.Context(), tx, `SELECT name FROM conventions WHERE convention_id = @convention`, nil)
				return err
			})
			if sent := err != nil; sent != (c.refused == "") {
				t.Errorf("%s %s: sent: %v", name, what, err)
			}
		}
	}
}

// One page is one transaction of three round trips, whatever it reads.
func TestRoundTrips(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	pool, trace := traced(t, db)
	read := func() {
		err := pool.InConvention(t.Context(), db.Acme, pg.ReadOnly, func(tx *pg.Tx) error {
			return ways["Queue"](t.Context(), tx, `SELECT name FROM conventions WHERE convention_id = @convention`, nil)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	read()
	trace.sent = nil
	read()
	if len(trace.sent) != 3 || trace.sent[0] != "begin read only; set local copil.convention_id = '"+db.Acme.String()+"'" || trace.sent[2] != "commit" {
		t.Errorf("%q", trace.sent)
	}
}

func TestConventionsAreApart(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	for wall, pool := range map[string]*pg.Pool{"both walls": db.Pool, "first wall alone": db.Twin} {
		err := pool.InConvention(t.Context(), db.Acme, pg.ReadWrite, func(tx *pg.Tx) error {
			if tx.Convention() != db.Acme {
				t.Error("the transaction is of another convention")
			}
			// The second wall alone: the first one is got round by naming the other convention.
			found, err := pg.Many[named](t.Context(), tx, `SELECT name FROM conventions WHERE convention_id = @other AND @convention::uuid IS NOT NULL`, pg.Args{"other": db.Bolt})
			if err != nil || (wall == "both walls") != (len(found) == 0) {
				t.Errorf("%s: %v, %v", wall, found, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

var errStop = errors.New("stop")

func TestCommitAndRollback(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	rename := func(tx *pg.Tx, name string) error {
		return pg.Exec(t.Context(), tx, `UPDATE conventions SET name = @name WHERE convention_id = @convention`, pg.Args{"name": name})
	}
	name := func() string { return db.Texts(t, `SELECT name FROM conventions WHERE convention_id = $1`, db.Acme)[0] }
	for what, c := range map[string]struct {
		mode pg.Mode
		do   func(*pg.Tx) error
		want string
	}{
		"kept":               {pg.ReadWrite, func(tx *pg.Tx) error { return rename(tx, "kept") }, "kept"},
		"undone by an error": {pg.ReadWrite, func(tx *pg.Tx) error { return errors.Join(rename(tx, "x"), errStop) }, "start"},
		"refused when read":  {pg.ReadOnly, func(tx *pg.Tx) error { return rename(tx, "x") }, "start"},
		"try that fails": {pg.ReadWrite, func(tx *pg.Tx) error {
			err := tx.Try(t.Context(), func(sub *pg.Tx) error { return errors.Join(rename(sub, "x"), rename(sub, "")) })
			if fault.KindOf(err) != fault.Invalid {
				t.Errorf("try: %v", err)
			}
			return rename(tx, "after the try")
		}, "after the try"},
	} {
		db.In(t, db.Acme, func(tx *pg.Tx) error { return rename(tx, "start") })
		_ = db.InConvention(t.Context(), db.Acme, c.mode, c.do)
		if got := name(); got != c.want {
			t.Errorf("%s: %q, want %q", what, got, c.want)
		}
	}
	func() {
		defer func() { _ = recover() }()
		_ = db.InConvention(t.Context(), db.Acme, pg.ReadWrite, func(tx *pg.Tx) error {
			if err := rename(tx, "panicked"); err != nil {
				t.Error(err)
			}
			panic("stop")
		})
	}()
	if name() == "panicked" {
		t.Error("a panic keeps what was written")
	}
}

// What PostgreSQL says becomes a fault, with a sentence for the person.
func TestFaults(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	const organisation = `INSERT INTO organisations (convention_id, organisation_id, code, name) VALUES (@convention, @id, @code, 'x')`
	for what, c := range map[string]struct {
		sql  string
		args pg.Args
		want fault.Kind
		name string // of the constraint
	}{
		"no row":       {`UPDATE organisations SET name = 'y' WHERE convention_id = @convention`, nil, fault.NotFound, ""},
		"unique":       {organisation + `, (@convention, gen_random_uuid(), @code, 'x')`, pg.Args{"id": uuid.New(), "code": "A"}, fault.Conflict, "organisations_code_taken"},
		"foreign key":  {`INSERT INTO sites (convention_id, site_id, code, name, need, carrier_id) VALUES (@convention, @id, 'a', 'a', '', @id)`, pg.Args{"id": uuid.New()}, fault.Conflict, "sites_convention_id_carrier_id_fkey"},
		"check":        {organisation, pg.Args{"id": uuid.New(), "code": ""}, fault.Invalid, "organisations_code_check"},
		"too slow":     {`SELECT set_config('statement_timeout', '1', true), pg_sleep(1), @convention::uuid`, nil, fault.Internal, ""},
		"a wrong name": {`SELECT nothing FROM organisations WHERE convention_id = @convention`, nil, fault.Internal, ""},
		"other's row":  {`UPDATE conventions SET convention_id = @other WHERE convention_id = @convention`, pg.Args{"other": uuid.New()}, fault.Internal, ""},
	} {
		err := db.InConvention(t.Context(), db.Acme, pg.ReadWrite, func(tx *pg.Tx) error {
			if what == "too slow" {
				if _, err := pg.Run(t.Context(), tx, `SELECT set_config('statement_timeout', '5', true), @convention::uuid`, nil); err != nil {
					return err
				}
				err := pg.Exec(t.Context(), tx, `SELECT pg_sleep(2), @convention::uuid`, nil)
				if fault.KindOf(err) != fault.Unavailable {
					t.Errorf("too slow: %v", err)
				}
				return errStop
			}
			return pg.Exec(t.Context(), tx, c.sql, c.args)
		})
		if err == nil || fault.KindOf(err) != c.want || pg.ViolatedConstraint(err) != c.name {
			t.Errorf("%s: %v (%q)", what, err, pg.ViolatedConstraint(err))
		}
	}
	db.In(t, db.Acme, func(tx *pg.Tx) error {
		if _, err := pg.One[named](t.Context(), tx, `SELECT name FROM organisations WHERE convention_id = @convention`, nil); fault.KindOf(err) != fault.NotFound {
			t.Errorf("no row: %v", err)
		}
		if _, err := (&pg.Rows[named]{}).One(); fault.KindOf(err) != fault.NotFound || !strings.Contains(err.Error(), pg.NoSuchRecord) {
			t.Errorf("no row: %v", err)
		}
		return tx.Batch().Send(t.Context()) // nothing queued is nothing sent
	})
}

// The system role stands in for no transaction.
func TestSystem(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	for _, table := range db.Texts(t, `SELECT table_name::text FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'convention_id'`) {
		if _, err := pg.SystemExec(t.Context(), db.System, "SELECT FROM "+table, nil); err == nil {
			t.Errorf("the system role reads %s", table)
		}
	}
	if _, err := pg.SystemOne[named](t.Context(), db.System, `SELECT name FROM people WHERE person_id = @id`, pg.Args{"id": uuid.New()}); fault.KindOf(err) != fault.NotFound {
		t.Errorf("nobody: %v", err)
	}
	if _, err := pg.SystemMany[named](t.Context(), db.System, `SELECT name FROM people`, pg.Args{"id": 1}); err == nil {
		t.Error("an argument too many is sent")
	}
}
