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

// Failed sign-ins are counted in buckets, others for a browser in which the
// account's owner has signed in before (devices.go) than for any other.
//
// Another browser meets three limits: one account from one address, which stops
// who guesses from one place; one account from anywhere; one address against any
// account, which leaves room for an office whose people share an address. Who
// exhausts them keeps out others like themselves, not a browser that is known: it
// has buckets of its own. Both together leave at most 100 tries in an hour at one
// account (docs/decisions/0016-known-browsers.md).
//
// An attempt is counted before its password is looked at, so that attempts made
// at the same time cannot exceed a limit together. A refused attempt is not
// counted, so that trying again does not prolong the wait. Whether the account
// exists plays no part.
var (
	fromAddress = limit{5, 15 * time.Minute} // of one account from one address
	ofStrangers = limit{60, longestWindow}   // of one account from all browsers that are not known
	ofAddress   = limit{50, 15 * time.Minute}

	fromDevice = limit{5, 15 * time.Minute} // of one account from one browser that is known
	ofDevices  = limit{40, longestWindow}   // of one account from all of these
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
	at     time.Time
	email  string
	device string // hashed
	counts []count
	rows   []string // what counts it: where PostgreSQL keeps its rows, for nothing else tells attempts of one instant apart
	places
}

// count is one bucket and its limit.
type count struct {
	bucket string
	limit  limit
}

// places are the buckets that the platform's log names.
type places struct{ account, address string }

// begin counts an attempt, whether or not it will be evaluated.
func begin(ctx context.Context, sys *pg.System, from Visitor, email string, now time.Time) (attempt, error) {
	network := network(from.Address)
	a := attempt{at: now, email: email, device: hashedDevice(from.Device), places: places{bucket("account", email), bucket("address", network)}}
	// The first of each is cleared by a success.
	strange := []count{{bucket("pair", email, network), fromAddress}, {a.account, ofStrangers}, {a.address, ofAddress}}
	known := []count{{bucket("device", email, a.device), fromDevice}, {bucket("devices", email), ofDevices}}
	rows, err := pg.SystemMany[struct{ Row, Bucket string }](ctx, sys, `
		INSERT INTO sign_in_failures (bucket, failed_at)
		SELECT unnest(CASE WHEN EXISTS (
			SELECT FROM known_devices d JOIN people p USING (person_id)
			WHERE d.device = @device AND d.signed_in_at > @kept AND p.email = @email
		) THEN @known::text[] ELSE @strange::text[] END), @at
		RETURNING ctid::text AS row, bucket`,
		pg.Args{
			"device": a.device, "kept": now.Add(-deviceKept), "email": email, "at": a.at,
			"known": buckets(known), "strange": buckets(strange),
		})
	a.counts = strange
	for _, r := range rows {
		a.rows = append(a.rows, r.Row)
		if r.Bucket == known[0].bucket {
			a.counts = known
		}
	}
	return a, err
}

func buckets(counts []count) []string {
	var list []string
	for _, c := range counts {
		list = append(list, c.bucket)
	}
	return list
}

// counted is what the buckets of an attempt hold, the newest first.
type counted struct {
	Buckets []string
	Times   []time.Time
}

// refusal returns the fault of an attempt that comes too soon, nil if it does not.
func (a attempt) refusal(found counted) error {
	var wait time.Duration
	advice := ""
	for _, c := range a.counts {
		var attempts []time.Time
		for i, b := range found.Buckets {
			if b == c.bucket {
				attempts = append(attempts, found.Times[i])
			}
		}
		if w := c.limit.wait(attempts, a.at); w > wait {
			wait, advice = w, ""
			if c.limit == ofStrangers {
				advice = ", ou connectez-vous avec un navigateur qui vous a déjà servi ici"
			}
		}
	}
	if wait <= 0 {
		return nil
	}
	minutes := int((wait + time.Minute - 1) / time.Minute)
	return fault.New(fault.Throttled, "Trop d’essais\u00a0: réessayez dans %s%s.", french.Plural(minutes, "minute", "minutes"), advice)
}

// forget takes back the attempt itself.
func (a attempt) forget(ctx context.Context, sys *pg.System) error {
	_, err := pg.SystemExec(ctx, sys, `
		DELETE FROM sign_in_failures WHERE ctid = ANY (@rows::text[]::tid[]) AND bucket = ANY (@buckets)`,
		pg.Args{"rows": a.rows, "buckets": buckets(a.counts)})
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
