package pg

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// System is the connections of the system role: people, sessions and the
// platform's log. It has no grant on any convention's table, so that it cannot
// stand in for a Tx.
type System struct{ pool *pgxpool.Pool }

// ConnectSystem opens the system role's pool. tracer may be nil.
func ConnectSystem(ctx context.Context, url string, tracer pgx.QueryTracer) (*System, error) {
	pool, err := connect(ctx, url, tracer)
	if err != nil {
		return nil, err
	}
	return &System{pool}, nil
}

// Close ends all connections.
func (s *System) Close() { s.pool.Close() }

// SystemMany returns all rows of a statement on global tables.
func SystemMany[T any](ctx context.Context, s *System, sql string, args Args) ([]T, error) {
	conn, err := acquire(ctx, s.pool)
	if err != nil {
		return nil, err
	}
	defer conn.Release()
	rows, err := conn.Query(ctx, sql, args)
	if err != nil {
		return nil, translate(err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[T])
	return found, translate(err)
}

// SystemOne returns the only row, or a NotFound fault.
func SystemOne[T any](ctx context.Context, s *System, sql string, args Args) (T, error) {
	found, err := SystemMany[T](ctx, s, sql, args)
	if err == nil && len(found) == 0 {
		err = translate(pgx.ErrNoRows)
	}
	if err != nil {
		return *new(T), err
	}
	return found[0], nil
}

// SystemExec runs a statement on global tables and returns how many rows it touched.
func SystemExec(ctx context.Context, s *System, sql string, args Args) (int64, error) {
	conn, err := acquire(ctx, s.pool)
	if err != nil {
		return 0, err
	}
	defer conn.Release()
	tag, err := conn.Exec(ctx, sql, args)
	return tag.RowsAffected(), translate(err)
}
