package audit_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgconn"

	"copil/internal/access"
	"copil/internal/audit"
	"copil/internal/pg"
	"copil/internal/testdb"
)

func doc(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func raw(s string) json.RawMessage {
	if s == "" {
		return nil
	}
	return json.RawMessage(s)
}

func entry(onDay time.Time, actor access.Actor, action audit.Action, object audit.ObjectType, id string) audit.Entry {
	return audit.Entry{
		Stamp:  audit.Stamp{At: noon, OnDay: onDay, Actor: actor},
		Action: action, ObjectType: object, ObjectID: id, ObjectLabel: "Site de " + id,
	}
}

func record(t *testing.T, db *testdb.DB, convention uuid.UUID, entries ...audit.Entry) {
	t.Helper()
	db.In(t, convention, func(tx *pg.Tx) error { return audit.Record(t.Context(), tx, entries...) })
}

func list(t *testing.T, pool *pg.Pool, convention uuid.UUID, f audit.Filter) []audit.Line {
	t.Helper()
	var found *pg.Rows[audit.Line]
	err := pool.InConvention(t.Context(), convention, pg.ReadOnly, func(tx *pg.Tx) error {
		b := tx.Batch()
		found = audit.List(b, f)
		return b.Send(t.Context())
	})
	if err != nil {
		t.Fatal(err)
	}
	return found.All
}

func measure(t *testing.T, pool *pg.Pool, convention uuid.UUID, f audit.Filter) audit.Extent {
	t.Helper()
	var found *pg.Rows[audit.Extent]
	err := pool.InConvention(t.Context(), convention, pg.ReadOnly, func(tx *pg.Tx) error {
		b := tx.Batch()
		found = audit.Measure(b, f)
		return b.Send(t.Context())
	})
	if err != nil {
		t.Fatal(err)
	}
	extent, err := found.One()
	if err != nil {
		t.Fatal(err)
	}
	return extent
}

// addMember stores a person and what makes them a member of the convention.
func addMember(t *testing.T, db *testdb.DB, convention uuid.UUID, name string) access.Actor {
	t.Helper()
	a := access.Actor{
		PersonID: uuid.New(), MemberID: uuid.New(), ConventionID: convention, OrganisationID: uuid.New(),
		Role: access.Mission, Name: name,
	}
	_, err := db.Owner.Exec(t.Context(), `
		WITH p AS (INSERT INTO people (person_id, email, name, created_at) VALUES ($1, gen_random_uuid() || '@essai.example', $5, now())),
		     o AS (INSERT INTO organisations (convention_id, organisation_id, code, name) VALUES ($2, $3, 'MRA', 'Mission'))
		INSERT INTO members (convention_id, member_id, person_id, role, organisation_id, name, starts_on)
		VALUES ($2, $4, $1, 'mission', $3, $5, '2013-01-01')`, a.PersonID, convention, a.OrganisationID, a.MemberID, name)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func denied(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && e.Code == "42501"
}
