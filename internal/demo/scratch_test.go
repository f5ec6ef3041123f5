package demo_test

import (
	"context"
	"fmt"
	"os"
	"sort"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"copil/internal/demo"
	"copil/internal/pg"
	"copil/internal/testdb"
)

type tr struct {
	mu sync.Mutex
	n  map[string]int
	d  map[string]time.Duration
}
type k struct{}
type st struct {
	sql string
	at  time.Time
}

func (t *tr) TraceQueryStart(ctx context.Context, c *pgx.Conn, d pgx.TraceQueryStartData) context.Context {
	return context.WithValue(ctx, k{}, st{d.SQL, time.Now()})
}
func (t *tr) TraceQueryEnd(ctx context.Context, c *pgx.Conn, d pgx.TraceQueryEndData) {
	s := ctx.Value(k{}).(st)
	t.add(s.sql, time.Since(s.at))
}
func (t *tr) add(s string, d time.Duration) { t.mu.Lock(); t.n[s]++; t.d[s] += d; t.mu.Unlock() }
func (t *tr) TraceBatchStart(ctx context.Context, c *pgx.Conn, d pgx.TraceBatchStartData) context.Context {
	s := "BATCH " + d.Batch.QueuedQueries[0].SQL
	return context.WithValue(ctx, k{}, st{s, time.Now()})
}
func (t *tr) TraceBatchQuery(ctx context.Context, c *pgx.Conn, d pgx.TraceBatchQueryData) {}
func (t *tr) TraceBatchEnd(ctx context.Context, c *pgx.Conn, d pgx.TraceBatchEndData) {
	s := ctx.Value(k{}).(st)
	t.add(s.sql, time.Since(s.at))
}

func TestProfile(t *testing.T) {
	testdb.Open(t)
	x := &tr{n: map[string]int{}, d: map[string]time.Duration{}}
	base := os.Getenv("TEST_DATABASE_URL")
	var name string
	db := testdb.Open(t)
	if err := db.Owner.QueryRow(t.Context(), "select current_database()").Scan(&name); err != nil {
		t.Fatal(err)
	}
	pool, err := pg.Connect(t.Context(), testdb.As(base, "copil_app", name), x)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	_, err = demo.Load(t.Context(), demo.Options{Pool: pool, System: db.System, Password: "x", Now: now, Suffix: fmt.Sprintf("p%x", now.UnixNano())})
	if err != nil {
		t.Fatal(err)
	}
	t.Log("total", time.Since(now))
	var ks []string
	n := 0
	var sum time.Duration
	for s := range x.n {
		ks = append(ks, s)
		n += x.n[s]
		sum += x.d[s]
	}
	sort.Slice(ks, func(i, j int) bool { return x.d[ks[i]] > x.d[ks[j]] })
	t.Log(n, sum)
	for _, s := range ks[:14] {
		t.Logf("%d %v %.130q", x.n[s], x.d[s], s)
	}
}
