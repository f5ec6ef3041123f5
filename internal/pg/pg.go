// Package pg runs SQL for one convention at a time.
package pg

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"copil/internal/fault"
)

// Args are the named arguments of a statement; one that is misspelt, missing or
// left over is an error before anything is sent.
type Args = pgx.StrictNamedArgs

// acquireLimit is how long a request waits for a connection before it is told
// that Copil is overloaded.
const acquireLimit = 2 * time.Second

// mostConnections is a pool's size unless its address says pool_max_conns. A
// connection is held while a request reads, not while its page is made.
const mostConnections = 16

// Pool is the server's connections. It deliberately has no Query method: a
// convention's data are reachable only through a Tx.
type Pool struct{ pool *pgxpool.Pool }

// Tx is one convention's transaction. Only InConvention makes one. Two walls
// confine it to that convention's rows, each enough alone: row-level security,
// and the argument @convention, which every statement is given and must use.
type Tx struct {
	tx         pgx.Tx
	convention uuid.UUID
}

// Mode says whether a transaction may write.
type Mode string

// The two modes.
const (
	ReadOnly  Mode = "begin read only"
	ReadWrite Mode = "begin"
)

// Connect opens the pool without waiting for the server. tracer may be nil.
func Connect(ctx context.Context, url string, tracer pgx.QueryTracer) (*Pool, error) {
	pool, err := connect(ctx, url, tracer)
	if err != nil {
		return nil, err
	}
	return &Pool{pool}, nil
}

func connect(ctx context.Context, url string, tracer pgx.QueryTracer) (*pgxpool.Pool, error) {
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("read database address: %w", err)
	}
	if !strings.Contains(url, "pool_max_conns") {
		cfg.MaxConns = mostConnections
	}
	cfg.ConnConfig.Tracer = tracer
	cfg.ConnConfig.ConnectTimeout = acquireLimit
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("connect to database: %w", err)
	}
	return pool, nil
}

// Close ends all connections.
func (p *Pool) Close() { p.pool.Close() }

// Ping reports whether the database answers.
func (p *Pool) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, acquireLimit)
	defer cancel()
	return translate(p.pool.Ping(ctx))
}

// Convention returns the convention that the transaction is confined to.
func (tx *Tx) Convention() uuid.UUID { return tx.convention }

// InConvention runs fn in a transaction of the given convention. It commits if
// fn returns nil and rolls back otherwise.
func (p *Pool) InConvention(ctx context.Context, convention uuid.UUID, mode Mode, fn func(*Tx) error) error {
	conn, err := acquire(ctx, p.pool)
	if err != nil {
		return err
	}
	defer conn.Release()
	// One round trip: begin and name the convention. A uuid needs no quoting.
	begin := fmt.Sprintf("%s; set local copil.convention_id = '%s'", mode, convention)
	committing := false
	err = pgx.BeginTxFunc(ctx, conn, pgx.TxOptions{BeginQuery: begin}, func(tx pgx.Tx) error {
		err := fn(&Tx{tx, convention})
		committing = err == nil
		return err
	})
	if committing && mode == ReadWrite && lost(err) {
		return inDoubt(err)
	}
	return translate(err)
}

func acquire(ctx context.Context, pool *pgxpool.Pool) (*pgxpool.Conn, error) {
	waiting, cancel := context.WithTimeout(ctx, acquireLimit)
	defer cancel()
	conn, err := pool.Acquire(waiting)
	if err != nil {
		return nil, unavailable(err)
	}
	return conn, nil
}

// Try runs fn under a savepoint, so that the transaction stays usable when fn
// fails on a constraint.
func (tx *Tx) Try(ctx context.Context, fn func(*Tx) error) error {
	return pgx.BeginFunc(ctx, tx.tx, func(sub pgx.Tx) error { return fn(&Tx{sub, tx.convention}) })
}

// scoped adds @convention to a statement's arguments. They are strict, so a
// statement that does not use it is an error before it is sent.
func (tx *Tx) scoped(args Args) Args {
	all := maps.Clone(args)
	if all == nil {
		all = Args{}
	}
	all["convention"] = tx.convention
	return all
}

// Many returns all rows. T's fields must match the columns exactly, by name.
func Many[T any](ctx context.Context, tx *Tx, sql string, args Args) ([]T, error) {
	rows, err := tx.tx.Query(ctx, sql, tx.scoped(args))
	if err != nil {
		return nil, translate(err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[T])
	return found, translate(err)
}

// One returns the only row, or a NotFound fault.
func One[T any](ctx context.Context, tx *Tx, sql string, args Args) (T, error) {
	rows, err := tx.tx.Query(ctx, sql, tx.scoped(args))
	if err != nil {
		return *new(T), translate(err)
	}
	found, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[T])
	return found, translate(err)
}

// Exec runs a statement that must touch at least one row; none is NotFound.
func Exec(ctx context.Context, tx *Tx, sql string, args Args) error {
	n, err := Run(ctx, tx, sql, args)
	if err == nil && n == 0 {
		err = translate(pgx.ErrNoRows)
	}
	return err
}

// Run runs a statement and returns how many rows it touched, which may be none.
func Run(ctx context.Context, tx *Tx, sql string, args Args) (int64, error) {
	tag, err := tx.tx.Exec(ctx, sql, tx.scoped(args))
	return tag.RowsAffected(), translate(err)
}

// ViolatedConstraint returns the name of the constraint that err violated, or "".
func ViolatedConstraint(err error) string {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e.ConstraintName
	}
	return ""
}

// translate turns what PostgreSQL says into a fault. It is the only place where
// error codes are named.
func translate(err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*fault.Error](err); ok {
		return err
	}
	if errors.Is(err, pgx.ErrNoRows) {
		return &fault.Error{Kind: fault.NotFound, Message: NoSuchRecord, Err: err}
	}
	e, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		if away(err) {
			return unavailable(err)
		}
		return err
	}
	switch e.Code {
	case "23503", "23505", "23P01": // foreign key, unique, exclusion
		return &fault.Error{Kind: fault.Conflict, Message: "Un autre enregistrement s’y oppose.", Err: err}
	case "23514": // check
		return &fault.Error{Kind: fault.Invalid, Message: "Une valeur est hors des limites permises.", Err: err}
	case "57P01", "57P02", "57P03", "53300", "57014", "55P03": // stopping, starting, too many connections, timeouts
		return unavailable(err)
	}
	return err
}

// NoSuchRecord is what every page says of a record that does not exist, or that
// exists in another convention.
const NoSuchRecord = "Cette page n’existe pas, ou vous n’y avez pas accès."

func away(err error) bool {
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return true
	}
	if _, ok := errors.AsType[net.Error](err); ok {
		return true
	}
	return pgconn.Timeout(err) || errors.Is(err, net.ErrClosed) || pgconn.SafeToRetry(err)
}

func unavailable(err error) error {
	return &fault.Error{
		Kind:    fault.Unavailable,
		Message: "La base de données ne répond pas. Réessayez dans quelques instants\u00a0; rien n’a été enregistré.",
		Err:     err,
	}
}

// lost reports whether the server may have done what it was asked without being
// able to say so. An answer of severity ERROR is a clear no.
func lost(err error) bool {
	e, told := errors.AsType[*pgconn.PgError](err)
	return err != nil && (!told || e.Severity != "ERROR")
}

func inDoubt(err error) error {
	return &fault.Error{
		Kind:    fault.Unavailable,
		Message: "La base de données a cessé de répondre au dernier moment\u00a0: votre envoi est peut-être enregistré. Actualisez cette page pour le renvoyer tel quel\u00a0; il ne comptera qu’une fois.",
		Err:     err,
	}
}
