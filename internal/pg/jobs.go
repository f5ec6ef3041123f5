package pg

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
)

// jobs is the schema of River's tables. Migration 00009 makes it and says who
// may use it.
const jobs = "river"

// migrateJobs makes River's tables, or brings them up to date.
func migrateJobs(ctx context.Context, url string) error {
	pool, err := pgxpool.New(ctx, url)
	if err != nil {
		return fmt.Errorf("connect as owner: %w", err)
	}
	defer pool.Close()
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("connect as owner: %w", err)
	}
	defer conn.Release()
	// Replicas that start together take turns here, too; the lock ends with the connection.
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock(hashtext('copil jobs'))"); err != nil {
		return fmt.Errorf("wait for turn: %w", err)
	}
	migrator, err := rivermigrate.New(riverpgxv5.New(pool), &rivermigrate.Config{Schema: jobs})
	if err != nil {
		return fmt.Errorf("read migrations of jobs: %w", err)
	}
	if _, err := migrator.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("migrate jobs: %w", err)
	}
	return nil
}

// Jobs makes a client of the queue of jobs. Its tables are global, so that a job
// may carry identifiers only: what it works on is behind the walls.
func (s *System) Jobs(config river.Config) (*river.Client[pgx.Tx], error) {
	config.Schema = jobs
	client, err := river.NewClient(riverpgxv5.New(s.pool), &config)
	if err != nil {
		return nil, fmt.Errorf("open queue of jobs: %w", err)
	}
	return client, nil
}
