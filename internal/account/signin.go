package account

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"copil/internal/fault"
	"copil/internal/pg"
)

// SignIn returns the person with this e-mail and password, trying from clientIP
// at now by the wall clock. An unknown account, one without a password, a
// disabled one and a wrong password all give the same Invalid fault after the
// same work; too many attempts give Throttled, even with the right password (see
// throttle.go). Every evaluated attempt is entered in the platform's log.
func SignIn(ctx context.Context, sys *pg.System, clientIP, email, password string, now time.Time) (Person, error) {
	email = tidyEmail(email)
	a, err := begin(ctx, sys, clientIP, email, now)
	if err != nil {
		return Person{}, err
	}
	found, err := a.candidate(ctx, sys, email)
	if err != nil {
		return Person{}, err
	}
	if refusal := a.refusal(found.counted); refusal != nil {
		return Person{}, errors.Join(refusal, a.forget(ctx, sys))
	}
	ok, err := matches(ctx, password, found.PasswordHash)
	if err != nil {
		return Person{}, err
	}
	ctx = context.WithoutCancel(ctx) // who hangs up now has been answered all the same
	if !ok {
		if err := a.fail(ctx, sys, found.PersonID); err != nil {
			return Person{}, err
		}
		return Person{}, fault.New(fault.Invalid, "Adresse électronique ou mot de passe incorrect.")
	}
	if err := a.succeed(ctx, sys, found.PersonID); err != nil {
		return Person{}, err
	}
	return found.Person, nil
}

// candidate is who may be signing in, and what counts against it. Nobody has the
// zero person and no hash.
type candidate struct {
	Person
	PasswordHash string
	counted
}

func (a attempt) candidate(ctx context.Context, sys *pg.System, email string) (candidate, error) {
	return pg.SystemOne[candidate](ctx, sys, `
		SELECT coalesce(p.person_id, @nobody) AS person_id, coalesce(p.email, '') AS email, coalesce(p.name, '') AS name,
			coalesce(p.administrator, false) AS administrator, coalesce(p.password_hash, '') AS password_hash,
			tried.*
		FROM (
			SELECT coalesce(array_agg(failed_at ORDER BY failed_at DESC) FILTER (WHERE bucket = @pair), '{}') AS pair,
				coalesce(array_agg(failed_at ORDER BY failed_at DESC) FILTER (WHERE bucket = @account), '{}') AS account,
				coalesce(array_agg(failed_at ORDER BY failed_at DESC) FILTER (WHERE bucket = @address), '{}') AS address
			FROM sign_in_failures
			WHERE bucket IN (@pair, @account, @address) AND failed_at > @since
		) tried
		LEFT JOIN people p ON p.email = @email AND p.disabled_at IS NULL`,
		pg.Args{
			"nobody": uuid.Nil, "email": email, "since": a.at.Add(-longestWindow),
			"pair": a.pair, "account": a.account, "address": a.address,
		})
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

// succeed clears what counted against the account, but not the other failures
// of the address, and enters the success in the platform's log.
func (a attempt) succeed(ctx context.Context, sys *pg.System, person uuid.UUID) error {
	_, err := pg.SystemExec(ctx, sys, `
		WITH cleared AS (
			DELETE FROM sign_in_failures
			WHERE bucket IN (@pair, @account) OR (bucket = @address AND ctid = ANY (@rows::text[]::tid[]))
		)
		INSERT INTO platform_log (entry_id, at, person_id, action, detail)
		VALUES (@id, @at, @person, @action, jsonb_build_object('address', @address::text))`,
		pg.Args{
			"pair": a.pair, "account": a.account, "address": a.address, "rows": a.rows, "at": a.at,
			"id": uuid.Must(uuid.NewV7()), "person": person, "action": signedIn,
		})
	return err
}
