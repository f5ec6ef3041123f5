package server

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"copil/internal/access"
	"copil/internal/pg"
	"copil/internal/testdb"
)

// recorder keeps the last batch that was sent; once sent, its statements have
// their arguments in order.
type recorder struct {
	mu    sync.Mutex
	begin string
	batch *pgx.Batch
}

func (r *recorder) TraceQueryStart(ctx context.Context, _ *pgx.Conn, d pgx.TraceQueryStartData) context.Context {
	r.mu.Lock()
	defer r.mu.Unlock()
	if d.SQL != "commit" {
		r.begin = d.SQL
	}
	return ctx
}

func (r *recorder) TraceBatchStart(ctx context.Context, _ *pgx.Conn, d pgx.TraceBatchStartData) context.Context {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.batch = d.Batch
	return ctx
}

func (r *recorder) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData)     {}
func (r *recorder) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}
func (r *recorder) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData)     {}

// BenchmarkPage compares a page with its own SQL, which is the same batch in the
// same transaction, and with a handler that does nothing, turn by turn, so that
// what else the machine does weighs on all three.
func BenchmarkPage(b *testing.B) {
	a := newApp(b)
	o := newOffice(b)
	o.structures(300)
	if _, err := a.db.Owner.Exec(b.Context(), "ANALYZE"); err != nil {
		b.Fatal(err)
	}
	for name, path := range map[string]string{"list": "/sites", "dashboard": ""} {
		b.Run(name, func(b *testing.B) { a.benchmark(b, a.person(emails[access.Mission]), "/c/"+a.slug+path) })
	}
	for name, path := range map[string]string{"campaign of 300": o.path("saisies", testdb.OpenPeriod), "campaigns of 300": o.path("saisies"), "dashboard of 300": o.path()} {
		b.Run(name, func(b *testing.B) { o.benchmark(b, o.Actors[access.Mission].PersonID, path) })
	}
}

func (a *app) benchmark(b *testing.B, as uuid.UUID, path string) {
	record := &recorder{}
	config := a.db.Owner.Config().ConnConfig
	address := testdb.As(config.ConnString(), "copil_app", config.Database)
	pool, err := pg.Connect(b.Context(), address+"&pool_max_conns=1", record)
	if err != nil {
		b.Fatal(err)
	}
	defer pool.Close()
	conn, err := pgx.Connect(b.Context(), address)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(b.Context())) }()
	page := appOver(b, pool, a.demonstration).signedIn(as)
	page.page(path)
	begin, statements := record.begin, record.batch
	own := func() {
		if err := replay(b.Context(), conn, begin, statements); err != nil {
			b.Fatal(err)
		}
	}
	own()
	var pages, sql, trivial []time.Duration
	for b.Loop() {
		pages = append(pages, took(func() { page.page(path) }))
		sql = append(sql, took(own))
		trivial = append(trivial, took(func() { page.get("/healthz") }))
	}
	b.ReportMetric(float64(p50(pages))/float64(p50(sql)), "×sql")
	b.ReportMetric(float64(p50(pages))/float64(p50(trivial)), "×trivial")
	b.ReportMetric(float64(p50(pages).Microseconds()), "µs-page")
	b.ReportMetric(float64(p50(sql).Microseconds()), "µs-sql")
}

// replay runs a page's statements as the page did, and reads no row.
func replay(ctx context.Context, conn *pgx.Conn, begin string, statements *pgx.Batch) error {
	return pgx.BeginTxFunc(ctx, conn, pgx.TxOptions{BeginQuery: begin}, func(tx pgx.Tx) error {
		batch := &pgx.Batch{}
		for _, q := range statements.QueuedQueries {
			batch.Queue(q.SQL, q.Arguments...)
		}
		return tx.SendBatch(ctx, batch).Close()
	})
}

func took(do func()) time.Duration {
	start := time.Now()
	do()
	return time.Since(start)
}

func p50(list []time.Duration) time.Duration {
	slices.Sort(list)
	return list[len(list)/2]
}
