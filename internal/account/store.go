package account

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/google/uuid"

	"copil/internal/fault"
	"copil/internal/pg"
)

// store keeps sessions in PostgreSQL. With a session it finds the person and
// their memberships as they are now, so that a right that was withdrawn is gone
// with the next request and a page needs no further look-up.
//
// A session's expiry is the earlier of its absolute limit (in its data) and its
// idle limit, so that one comparison ends it.
type store struct {
	scs.Store  // never used: scs prefers the methods with a context
	sys        *pg.System
	now, today func() time.Time
}

// session is a row of sessions, and whose it is.
type session struct {
	Data        json.RawMessage
	Deadline    time.Time // the absolute limit
	SeenAt      time.Time // the last request, to within idleGrain
	Person      *Person   // nil for a visitor, and for a disabled account
	Memberships []Membership
	Current     *uuid.UUID
}

// FindCtx returns a session's data and puts who is signed in into the context's carrier.
func (s *store) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	c := carried(ctx)
	if c == nil {
		return nil, false, errors.New("find session: no carrier in context")
	}
	now := s.now()
	found, err := pg.SystemOne[session](ctx, s.sys, `
		SELECT s.data, s.seen_at, (s.data ->> 'deadline')::timestamptz AS deadline,
			(s.data #>> '{values,member}')::uuid AS current,
			CASE WHEN p.person_id IS NOT NULL THEN
				jsonb_build_object('person_id', p.person_id, 'email', p.email, 'name', p.name, 'administrator', p.administrator)
			END AS person,
			coalesce((SELECT jsonb_agg(m) FROM memberships_of(p.person_id, @day) m), '[]') AS memberships
		FROM sessions s
		LEFT JOIN people p ON p.person_id = (s.data #>> '{values,person}')::uuid AND p.disabled_at IS NULL
		WHERE s.token = @token AND s.expiry > @now`,
		pg.Args{"token": token, "now": now, "day": s.today()})
	if fault.KindOf(err) == fault.NotFound {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	c.token, c.signed = token, found.signed()
	return found.Data, true, s.touch(ctx, token, found, now)
}

// signed is who the session belongs to, nil for nobody.
func (f session) signed() *Signed {
	if f.Person == nil {
		return nil
	}
	signed := &Signed{Person: *f.Person, Memberships: f.Memberships}
	sortMemberships(signed.Memberships)
	for _, m := range signed.Memberships {
		if f.Current != nil && m.MemberID == *f.Current {
			signed.Current = m.MemberID
		}
	}
	return signed
}

// touch moves the idle limit, at most once in idleGrain.
func (s *store) touch(ctx context.Context, token string, found session, now time.Time) error {
	if now.Sub(found.SeenAt) < idleGrain {
		return nil
	}
	_, err := pg.SystemExec(ctx, s.sys, `UPDATE sessions SET expiry = @expiry, seen_at = @now WHERE token = @token AND seen_at < @now`,
		pg.Args{"token": token, "expiry": sooner(found.Deadline, now.Add(idleLimit)), "now": now})
	return err
}

// CommitCtx stores a new session, or changes the one that was found. One that
// has been ended meanwhile stays so: only a new token makes a new row.
func (s *store) CommitCtx(ctx context.Context, token string, data []byte, deadline time.Time) error {
	c := carried(ctx)
	if c == nil {
		return errors.New("store session: no carrier in context")
	}
	statement := `INSERT INTO sessions (token, data, expiry, seen_at) VALUES (@token, @data, @expiry, @now)`
	known := token == c.token
	if known {
		statement = `UPDATE sessions SET data = @data, expiry = @expiry, seen_at = @now WHERE token = @token`
	}
	now := s.now()
	_, err := pg.SystemExec(ctx, s.sys, statement,
		pg.Args{"token": token, "data": json.RawMessage(data), "expiry": sooner(deadline, now.Add(idleLimit)), "now": now})
	if err != nil && known {
		err = errors.Join(errNotKept, err)
	}
	return err
}

// errNotKept says that a session stays as it was, but for the sentence that the
// next page shows.
var errNotKept = errors.New("store session")

// DeleteCtx ends a session.
func (s *store) DeleteCtx(ctx context.Context, token string) error {
	_, err := pg.SystemExec(ctx, s.sys, `DELETE FROM sessions WHERE token = @token`, pg.Args{"token": token})
	return err
}

func sooner(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// codec writes sessions as JSON, so that SQL can read whose they are.
type codec struct{}

type sessionData struct {
	Deadline time.Time      `json:"deadline"`
	Values   map[string]any `json:"values"`
}

func (codec) Encode(deadline time.Time, values map[string]any) ([]byte, error) {
	data, err := json.Marshal(sessionData{deadline, values})
	if err != nil {
		return nil, fmt.Errorf("write session: %w", err)
	}
	return data, nil
}

func (codec) Decode(b []byte) (time.Time, map[string]any, error) {
	data := sessionData{}
	if err := json.Unmarshal(b, &data); err != nil {
		return time.Time{}, nil, fmt.Errorf("read session: %w", err)
	}
	if data.Values == nil {
		data.Values = map[string]any{}
	}
	return data.Deadline, data.Values, nil
}
