package pg

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// Batch gathers the reads of a page, to be sent in one round trip.
type Batch struct {
	tx    *Tx
	batch pgx.Batch
}

// Rows is what a queued read will have found once its batch has been sent.
type Rows[T any] struct{ All []T }

// One returns the only row, or a NotFound fault.
func (r *Rows[T]) One() (T, error) {
	if len(r.All) == 0 {
		return *new(T), translate(pgx.ErrNoRows)
	}
	return r.All[0], nil
}

// Batch returns an empty batch of the transaction.
func (tx *Tx) Batch() *Batch { return &Batch{tx: tx} }

// Queue adds a read. T's fields must match the columns exactly, by name.
func Queue[T any](b *Batch, sql string, args Args) *Rows[T] {
	found := &Rows[T]{}
	b.batch.Queue(sql, b.tx.scoped(args)).Query(func(rows pgx.Rows) (err error) {
		found.All, err = pgx.CollectRows(rows, pgx.RowToStructByName[T])
		return err
	})
	return found
}

// QueueExec adds a write of any number of rows.
func QueueExec(b *Batch, sql string, args Args) {
	b.batch.Queue(sql, b.tx.scoped(args))
}

// Send runs what was queued, in order.
func (b *Batch) Send(ctx context.Context) error {
	if b.batch.Len() == 0 {
		return nil
	}
	return translate(b.tx.tx.SendBatch(ctx, &b.batch).Close())
}
