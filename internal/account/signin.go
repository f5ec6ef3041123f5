package account

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"github.com/google/uuid"

	"copil/internal/fault"
	"copil/internal/pg"
)

// Visitor is from where somebody tries to sign in.
type Visitor struct {
	Address string // IP address
	Device  string // what the browser is known by, as Sessions.Device returns it; "" for one that is not
}

// SignIn returns the person with this e-mail and password, and what their browser
// is known by from now on. now is by the wall clock. An unknown account, one
// without a password, a disabled one and a wrong password all give the same
// Invalid fault after the same work; too many attempts give Throttled, even with
// the right password (see throttle.go). Every evaluated attempt is entered in the
// platform's log.
func SignIn(ctx context.Context, sys *pg.System, from Visitor, email, password string, now time.Time) (Person, string, error) {
	email = tidyEmail(email)
	a, err := begin(ctx, sys, from, email, now)
	if err != nil {
		return Person{}, "", err
	}
	found, err := a.candidate(ctx, sys)
	if err != nil {
		return Person{}, "", err
	}
	if refusal := a.refusal(found.counted); refusal != nil {
		return Person{}, "", errors.Join(refusal, a.forget(ctx, sys))
	}
	ok, err := matches(ctx, password, found.PasswordHash)
	if err != nil {
		return Person{}, "", err
	}
	ctx = context.WithoutCancel(ctx) // who hangs up now has been answered all the same
	if !ok {
		if err := a.fail(ctx, sys, found.PersonID); err != nil {
			return Person{}, "", err
		}
		return Person{}, "", fault.New(fault.Invalid, "Adresse électronique ou mot de passe incorrect.")
	}
	device := rand.Text()
	if err := a.succeed(ctx, sys, found.PersonID, device); err != nil {
		return Person{}, "", err
	}
	return found.Person, device, nil
}

// candidate is who may be signing in, and what counts against it. Nobody has the
// zero person and no hash.
type candidate struct {
	Person
	PasswordHash string
	counted
}

func (a attempt) candidate(ctx context.Context, sys *pg.System) (candidate, error) {
	return pg.SystemOne[candidate](ctx, sys, `
		SELECT coalesce(p.person_id, @nobody) AS person_id, coalesce(p.email, '') AS email, coalesce(p.name, '') AS name,
			coalesce(p.administrator, false) AS administrator, coalesce(p.password_hash, '') AS password_hash,
			tried.*
		FROM (
			SELECT coalesce(array_agg(bucket ORDER BY failed_at DESC, ctid), '{}') AS buckets,
				coalesce(array_agg(failed_at ORDER BY failed_at DESC, ctid), '{}') AS times
			FROM sign_in_failures
			WHERE bucket = ANY (@buckets) AND failed_at > @since
		) tried
		LEFT JOIN people p ON p.email = @email AND p.disabled_at IS NULL`,
		pg.Args{"nobody": uuid.Nil, "email": a.email, "since": a.at.Add(-longestWindow), "buckets": buckets(a.counts)})
}

// fail enters a failure in the platform's log. It names nobody who has no
// account: what was typed there may be a password.
func (a attempt) fail(ctx context.Context, sys *pg.System, person uuid.UUID) error {
	detail := map[string]string{"address": a.address}
	if person == uuid.Nil {
		detail["account"] = a.account
	}
	_, err := pg.SystemExec(ctx, sys, `
		INSERT INTO platform_log (entry_id, at, person_id, action, detail)
		VALUES (@id, @at, @person, @action, @detail)`,
		pg.Args{
			"id": uuid.Must(uuid.NewV7()), "at": a.at, "person": orNil(person),
			"action": signInFailed, "detail": detail,
		})
	return err
}

// succeed clears what this browser or address did wrong at the account, but not
// what others tried there, enters the success in the platform's log, and makes the
// browser known by device instead of what it was known by.
func (a attempt) succeed(ctx context.Context, sys *pg.System, person uuid.UUID, device string) error {
	_, err := pg.SystemExec(ctx, sys, `
		WITH cleared AS (
			DELETE FROM sign_in_failures
			WHERE bucket = @own OR (bucket = ANY (@buckets) AND ctid = ANY (@rows::text[]::tid[]))
		), gone AS (
			DELETE FROM known_devices WHERE device = @before AND person_id = @person
		), renamed AS (
			UPDATE known_devices SET device = @device WHERE device = @before AND person_id <> @person
		), known AS (
			INSERT INTO known_devices (device, person_id, signed_in_at) VALUES (@device, @person, @at)
		)
		INSERT INTO platform_log (entry_id, at, person_id, action, detail)
		VALUES (@id, @at, @person, @action, jsonb_build_object('address', @address::text))`,
		pg.Args{
			"own": a.counts[0].bucket, "buckets": buckets(a.counts), "rows": a.rows, "at": a.at, "address": a.address,
			"before": a.device, "device": hashedDevice(device),
			"id": uuid.Must(uuid.NewV7()), "person": person, "action": signedIn,
		})
	return err
}
