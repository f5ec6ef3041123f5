package account

import (
	"context"
	"time"

	"github.com/google/uuid"

	"copil/internal/fault"
	"copil/internal/pg"
)

// How often another password may be asked for, whether or not the account exists.
var (
	resetsOfAccount = limit{3, time.Hour} // more are left without effect: the owner has had three mails
	resetsOfAddress = limit{20, 15 * time.Minute}
)

// AskReset returns who is to be sent a link to set another password: the zero
// identifier when nobody is. The caller answers the same either way, and sends
// after it has answered. Each request takes the same statements, whoever is asked
// for; too many from one place are Throttled.
func AskReset(ctx context.Context, sys *pg.System, from Visitor, email string, now time.Time) (uuid.UUID, error) {
	email = tidyEmail(email)
	account, address := bucket("reset", email), bucket("reset-address", network(from.Address))
	_, err := pg.SystemExec(ctx, sys, `INSERT INTO sign_in_failures (bucket, failed_at) SELECT unnest(@buckets::text[]), @at`,
		pg.Args{"buckets": []string{account, address}, "at": now})
	if err != nil {
		return uuid.Nil, err
	}
	found, err := pg.SystemOne[struct {
		Asked, Here int
		PersonID    *uuid.UUID
	}](ctx, sys, `
		SELECT (SELECT count(*) FROM sign_in_failures WHERE bucket = @account AND failed_at > @account_since)::int AS asked,
			(SELECT count(*) FROM sign_in_failures WHERE bucket = @address AND failed_at > @address_since)::int AS here,
			(SELECT person_id FROM people WHERE email = @email AND disabled_at IS NULL) AS person_id`,
		pg.Args{
			"account": account, "account_since": now.Add(-resetsOfAccount.window),
			"address": address, "address_since": now.Add(-resetsOfAddress.window), "email": email,
		})
	if err != nil {
		return uuid.Nil, err
	}
	if found.Here > resetsOfAddress.attempts {
		return uuid.Nil, fault.New(fault.Throttled, "Trop de demandes depuis cet accès à Internet\u00a0: réessayez dans un quart d’heure.")
	}
	if found.PersonID == nil || found.Asked > resetsOfAccount.attempts {
		return uuid.Nil, nil
	}
	return *found.PersonID, nil
}
