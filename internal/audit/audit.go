// Package audit keeps the append-only log of what people do in a convention.
package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/pg"
)

// Stamp says who does something, and when by both clocks. Every command of the
// domain takes one.
type Stamp struct {
	At    time.Time    // wall clock
	OnDay time.Time    // business date: midnight UTC of the day
	Actor access.Actor // the zero actor is Copil itself
}

// Entry is one thing that was done to one object.
type Entry struct {
	Stamp
	Action      Action
	ObjectType  ObjectType
	ObjectID    string // as in the object's address
	ObjectLabel string // the object's name at that time, so that the log stays readable when it changes
	// Before and After are stored as JSON; nil when there is nothing to keep.
	// Changes reduces them to what differs.
	Before, After any
}

// Record adds entries to the log, in the transaction of the change they tell of:
// both are stored or neither is.
func Record(ctx context.Context, tx *pg.Tx, entries ...Entry) error {
	b := tx.Batch()
	for _, e := range entries {
		if err := queue(b, e); err != nil {
			return err
		}
	}
	return b.Send(ctx)
}

func queue(b *pg.Batch, e Entry) error {
	before, err := document(e.Before)
	if err != nil {
		return err
	}
	after, err := document(e.After)
	if err != nil {
		return err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return fmt.Errorf("make id of log entry: %w", err)
	}
	pg.QueueExec(b, `
		INSERT INTO audit_entries (convention_id, entry_id, at, on_day, person_id, member_id,
			action, object_type, object_id, object_label, before, after)
		VALUES (@convention, @id, @at, @on_day, @person, @member,
			@action, @object_type, @object_id, @object_label, @before, @after)`,
		pg.Args{
			"id": id, "at": e.At, "on_day": e.OnDay, "person": known(e.Actor.PersonID), "member": known(e.Actor.MemberID),
			"action": string(e.Action), "object_type": string(e.ObjectType), "object_id": e.ObjectID, "object_label": e.ObjectLabel,
			"before": before, "after": after,
		})
	return nil
}

// document is v as JSON, nil (NULL) for nil.
func document(v any) (json.RawMessage, error) {
	if v == nil {
		return nil, nil
	}
	doc, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("write log entry as json: %w", err)
	}
	if string(doc) == "null" {
		return nil, nil
	}
	return doc, nil
}

// known is nil for the zero id, which stands for nobody.
func known(id uuid.UUID) *uuid.UUID {
	if id == uuid.Nil {
		return nil
	}
	return &id
}
