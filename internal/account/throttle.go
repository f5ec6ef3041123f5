package account

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"slices"
	"time"

	"copil/internal/fault"
	"copil/internal/french"
	"copil/internal/pg"
)

// Failed sign-ins are counted in three buckets. Somebody who guesses at one
// account from one address is stopped soon, and that does not stop the account's
// owner, who comes from another address. Many addresses against one account are
// stopped by the second limit; they can then delay the owner too, by an hour at
// most after they give up. One address against many accounts is stopped by the third,
// which leaves room for an office whose people share an address.
//
// An attempt is counted before its password is looked at, so that attempts made
// at the same time cannot exceed a limit together. A refused attempt is not
// counted, so that trying again does not prolong the wait. Whether the account
// exists plays no part.
var (
	fromAddress = limit{5, 15 * time.Minute} // of one account from one address
	ofAccount   = limit{100, longestWindow}  // of one account from anywhere
	ofAddress   = limit{50, 15 * time.Minute}
)

// longestWindow is how long a failure counts at most.
const longestWindow = time.Hour

// limit allows a number of attempts in any window of that length.
type limit struct {
	attempts int
	window   time.Duration
}

// wait returns how long to wait after now, given the bucket's attempts, the
// newest first and the present one among them; 0 if it may be evaluated.
func (l limit) wait(attempts []time.Time, now time.Time) time.Duration {
	counted := slices.IndexFunc(attempts, func(at time.Time) bool { return now.Sub(at) >= l.window })
	if counted < 0 {
		counted = len(attempts)
	}
	if counted <= l.attempts {
		return 0
	}
	// Without the present attempt there are l.attempts newer than this one.
	return attempts[l.attempts].Add(l.window).Sub(now)
}

// attempt is one try to sign in, counted from the start.
type attempt struct {
	at                     time.Time
	pair, account, address string   // buckets
	rows                   []string // what counts it: where PostgreSQL keeps its rows, for nothing else tells attempts of one instant apart
}

// begin counts an attempt, whether or not it will be evaluated.
func begin(ctx context.Context, sys *pg.System, clientIP, email string, now time.Time) (attempt, error) {
	network := network(clientIP)
	a := attempt{
		at:      now,
		pair:    bucket("pair", email, network),
		account: bucket("account", email),
		address: bucket("address", network),
	}
	rows, err := pg.SystemMany[struct{ Row string }](ctx, sys, `
		INSERT INTO sign_in_failures (bucket, failed_at) SELECT unnest(@buckets::text[]), @at
		RETURNING ctid::text AS row`,
		pg.Args{"buckets": []string{a.pair, a.account, a.address}, "at": a.at})
	for _, r := range rows {
		a.rows = append(a.rows, r.Row)
	}
	return a, err
}

// counted is what the buckets of an attempt hold, the newest first.
type counted struct{ Pair, Account, Address []time.Time }

// refusal returns the fault of an attempt that comes too soon, nil if it does not.
func (a attempt) refusal(c counted) error {
	wait := max(fromAddress.wait(c.Pair, a.at), ofAccount.wait(c.Account, a.at), ofAddress.wait(c.Address, a.at))
	if wait <= 0 {
		return nil
	}
	minutes := int((wait + time.Minute - 1) / time.Minute)
	return fault.New(fault.Throttled, "Trop d’essais\u00a0: réessayez dans %s.", french.Plural(minutes, "minute", "minutes"))
}

// forget takes back the attempt itself.
func (a attempt) forget(ctx context.Context, sys *pg.System) error {
	_, err := pg.SystemExec(ctx, sys, `
		DELETE FROM sign_in_failures WHERE ctid = ANY (@rows::text[]::tid[]) AND bucket IN (@pair, @account, @address)`,
		pg.Args{"rows": a.rows, "pair": a.pair, "account": a.account, "address": a.address})
	return err
}

// bucket is the SHA-256 of its parts.
func bucket(parts ...string) string {
	h := sha256.New()
	for _, part := range parts {
		sum := sha256.Sum256([]byte(part)) // of one length, so that parts cannot run into each other
		h.Write(sum[:])
	}
	return hex.EncodeToString(h.Sum(nil))
}

// network is the part of an address that its holder cannot change at will: all
// of an IPv4 address, the first half of an IPv6 one.
func network(clientIP string) string {
	addr, err := netip.ParseAddr(clientIP)
	if err != nil {
		return clientIP
	}
	addr = addr.Unmap()
	if addr.Is4() {
		return addr.String()
	}
	prefix, err := addr.Prefix(64)
	if err != nil {
		return clientIP
	}
	return prefix.Masked().String()
}
