package audit

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"copil/internal/pg"
)

// PageSize is how many lines of the log a page shows.
const PageSize = 50

// Filter chooses lines of the log; a zero field chooses all.
type Filter struct {
	Person     uuid.UUID
	ObjectType ObjectType
	ObjectID   string
	Action     Action
	From, To   time.Time // business dates, both included
	Page       int       // from 1; less is the first
}

// Line is one entry of the log, as shown.
type Line struct {
	EntryID     uuid.UUID
	At          time.Time // wall clock
	OnDay       time.Time // business date
	PersonID    *uuid.UUID
	Name        string // of the member; « Copil » when nobody acted
	Action      Action
	ObjectType  ObjectType
	ObjectID    string
	ObjectLabel string
	Before      json.RawMessage // nil when nothing was kept
	After       json.RawMessage
	Total       int // how many entries the filter chooses, on all pages
}

// List queues a page of the log, newest first.
func List(b *pg.Batch, f Filter) *pg.Rows[Line] {
	return pg.Queue[Line](b, `
		SELECT e.entry_id, e.at, e.on_day, e.person_id, e.action, e.object_type, e.object_id, e.object_label,
			e.before, e.after,
			CASE WHEN e.person_id IS NULL THEN 'Copil'
			     ELSE coalesce(m.name, 'Administration de la plateforme') END AS name,
			count(*) OVER () AS total
		FROM audit_entries e
		LEFT JOIN members m USING (convention_id, member_id)
		WHERE e.convention_id = @convention
		  AND (@person::uuid IS NULL OR e.person_id = @person)
		  AND (@object_type = '' OR e.object_type = @object_type)
		  AND (@object_id = '' OR e.object_id = @object_id)
		  AND (@action = '' OR e.action = @action)
		  AND (@from::date IS NULL OR e.on_day >= @from)
		  AND (@to::date IS NULL OR e.on_day <= @to)
		ORDER BY e.entry_id DESC
		LIMIT @size OFFSET @skip`,
		pg.Args{
			"person": known(f.Person), "object_type": string(f.ObjectType), "object_id": f.ObjectID,
			"action": string(f.Action), "from": day(f.From), "to": day(f.To),
			"size": PageSize, "skip": max(f.Page-1, 0) * PageSize,
		})
}

// day is nil for the zero date, which stands for any.
func day(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
