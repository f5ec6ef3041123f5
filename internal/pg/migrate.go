package pg

import (
	"context"
	"database/sql"
	_ "embed"
	"fmt"

	"github.com/jackc/pgx/v5"
	_ "github.com/jackc/pgx/v5/stdlib" // goose needs database/sql
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"copil/migrations"
)

//go:embed roles.sql
var roles string

// CreateDatabase makes Copil's roles and a database owned by copil_owner, as a
// superuser connected at url. An existing database is kept.
func CreateDatabase(ctx context.Context, url, name string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return fmt.Errorf("connect as superuser: %w", err)
	}
	defer func() { _ = conn.Close(ctx) }()
	// Test binaries of several packages may come at the same time: take turns.
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock(hashtext('copil database'))"); err != nil {
		return fmt.Errorf("wait for turn: %w", err)
	}
	if _, err := conn.Exec(ctx, roles); err != nil {
		return fmt.Errorf("create roles: %w", err)
	}
	var exists bool
	if err = conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name).Scan(&exists); err != nil {
		return fmt.Errorf("look for database: %w", err)
	}
	quoted := pgx.Identifier{name}.Sanitize()
	if !exists {
		if _, err := conn.Exec(ctx, "CREATE DATABASE "+quoted+" OWNER copil_owner"); err != nil {
			return fmt.Errorf("create database: %w", err)
		}
	}
	// By default everybody may connect, and make temporary tables.
	_, err = conn.Exec(ctx, "REVOKE ALL ON DATABASE "+quoted+" FROM PUBLIC; GRANT CONNECT ON DATABASE "+quoted+" TO copil_app, copil_system, copil_backup")
	if err != nil {
		return fmt.Errorf("close database: %w", err)
	}
	return nil
}

// Migrate brings the database at url, opened as the owner of the tables, to the
// newest version. Replicas that start together take turns.
func Migrate(ctx context.Context, url string) error {
	err := withProvider(url, func(p *goose.Provider) error {
		if _, err := p.Up(ctx); err != nil {
			return fmt.Errorf("migrate: %w", err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return migrateJobs(ctx, url)
}

// Rollback undoes every migration; only tests have a use for it.
func Rollback(ctx context.Context, url string) error {
	return withProvider(url, func(p *goose.Provider) error {
		if _, err := p.DownTo(ctx, 0); err != nil {
			return fmt.Errorf("roll back: %w", err)
		}
		return nil
	})
}

// MigrationStatus is one migration and whether it has been applied.
type MigrationStatus struct {
	File    string
	Applied bool
}

// Status lists the migrations in order.
func Status(ctx context.Context, url string) (list []MigrationStatus, err error) {
	err = withProvider(url, func(p *goose.Provider) error {
		found, err := p.Status(ctx)
		for _, m := range found {
			list = append(list, MigrationStatus{m.Source.Path, m.State == goose.StateApplied})
		}
		return err
	})
	return list, err
}

func withProvider(url string, fn func(*goose.Provider) error) error {
	db, err := sql.Open("pgx", url)
	if err != nil {
		return fmt.Errorf("open database: %w", err)
	}
	defer func() { _ = db.Close() }()
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return fmt.Errorf("make migration lock: %w", err)
	}
	provider, err := goose.NewProvider(goose.DialectPostgres, db, migrations.FS, goose.WithSessionLocker(locker))
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	return fn(provider)
}

// Analyze tells PostgreSQL's planner what the tables hold, after many rows were
// added at once; by itself it learns it about a minute later.
func Analyze(ctx context.Context, url string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return fmt.Errorf("connect as owner: %w", err)
	}
	defer func() { _ = conn.Close(ctx) }()
	if _, err := conn.Exec(ctx, "ANALYZE"); err != nil {
		return fmt.Errorf("analyze: %w", err)
	}
	return nil
}
