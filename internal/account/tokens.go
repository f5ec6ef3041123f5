package account

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/fault"
	"copil/internal/pg"
)

// Purpose is what a link is for.
type Purpose string

// The purposes, as stored.
const (
	ForInvitation Purpose = "invitation" // a first password
	ForReset      Purpose = "reset"      // another one, when it is forgotten
)

// How long a link can be used.
const (
	InvitationKept = 14 * 24 * time.Hour
	ResetKept      = time.Hour
)

// spentKept is how long a link that cannot be used any more is kept.
const spentKept = 30 * 24 * time.Hour

// linkPaths are where links of each purpose lead.
var linkPaths = map[Purpose]string{ForInvitation: "/invitation/", ForReset: "/mot-de-passe-oublie/"}

// InvitationPath makes the link by which a person sets a first password, as a
// path such as "/invitation/…". It is made when the mail leaves, and its token is
// not kept. The path is "" for a person who has a password: they sign in with it,
// and an invitation must not be a way around it.
func InvitationPath(ctx context.Context, sys *pg.System, person uuid.UUID, now time.Time) (string, error) {
	return linkPath(ctx, sys, ForInvitation, person, now, InvitationKept)
}

// ResetPath makes the link by which a person sets another password. It is "" for
// an account that is closed.
func ResetPath(ctx context.Context, sys *pg.System, person uuid.UUID, now time.Time) (string, error) {
	return linkPath(ctx, sys, ForReset, person, now, ResetKept)
}

func linkPath(ctx context.Context, sys *pg.System, purpose Purpose, person uuid.UUID, now time.Time, kept time.Duration) (string, error) {
	secret := make([]byte, 32)
	_, _ = rand.Read(secret) // never fails
	raw := base64.RawURLEncoding.EncodeToString(secret)
	n, err := pg.SystemExec(ctx, sys, `
		INSERT INTO account_tokens (token, person_id, purpose, created_at, expires_at)
		SELECT @token, person_id, @purpose, @at, @expires FROM people
		WHERE person_id = @person AND disabled_at IS NULL AND (@purpose <> @invitation OR password_hash = '')`,
		pg.Args{
			"token": hashedToken(raw), "purpose": string(purpose), "at": now, "expires": now.Add(kept),
			"person": person, "invitation": string(ForInvitation),
		})
	if err != nil || n == 0 {
		return "", err
	}
	return linkPaths[purpose] + raw, nil
}

func hashedToken(raw string) string {
	sum := sha256.Sum256([]byte(raw))
	return hex.EncodeToString(sum[:])
}

// Invited is one membership that an invitation tells of.
type Invited struct {
	ConventionName      string       `json:"convention_name"`
	Role                access.Role  `json:"role"`
	OrganisationName    string       `json:"organisation_name"`
	Name                string       `json:"name"`    // as displayed in the convention
	EndsOn              *Day         `json:"ends_on"` // last day; nil when no end is set
	Inviter             string       `json:"inviter"` // "" for the platform's administration
	InviterOrganisation string       `json:"inviter_organisation"`
	Words               access.Words `json:"words"`
}

// Holder is whose password a link sets, and what they are invited to: nothing,
// for who has a password and only forgot it.
type Holder struct {
	Person
	Invitations []Invited
}

// errSpent says nothing of whether the link ever existed.
var errSpent = fault.New(fault.NotFound, "Ce lien ne peut plus servir\u00a0: il a déjà servi, il est trop ancien, ou il est incomplet.")

// OpenLink returns who a link is for, with their memberships on a business date,
// without using it. One that cannot be used is NotFound.
func OpenLink(ctx context.Context, sys *pg.System, purpose Purpose, raw string, now, day time.Time) (Holder, error) {
	h, err := pg.SystemOne[Holder](ctx, sys, `
		SELECT p.person_id, p.email, p.name, p.administrator,
			CASE WHEN p.password_hash = '' THEN coalesce((SELECT jsonb_agg(i) FROM invitations_of(p.person_id, @day) i), '[]') ELSE '[]' END AS invitations
		FROM account_tokens t JOIN people p USING (person_id)
		WHERE t.token = @token AND t.purpose = @purpose AND t.used_at IS NULL AND t.expires_at > @now AND p.disabled_at IS NULL`,
		pg.Args{"token": hashedToken(raw), "purpose": string(purpose), "now": now, "day": day})
	if fault.KindOf(err) == fault.NotFound && err != nil {
		err = errSpent
	}
	return h, err
}

// UseLink sets the password of who holds a link, for the first time or again, and
// returns them. It ends their sessions and every other link of theirs. A password
// that breaks the rules is an Invalid fault on the field "password" and leaves the
// link as it was; a link that cannot be used, even because of another use at this
// very moment, is NotFound.
func UseLink(ctx context.Context, sys *pg.System, purpose Purpose, raw, password string, now time.Time) (Person, error) {
	h, err := OpenLink(ctx, sys, purpose, raw, now, now)
	if err != nil {
		return Person{}, err
	}
	if problem := PasswordProblem(password); problem != "" {
		return Person{}, fault.OnField(fault.Invalid, "password", problem)
	}
	hashed, err := hash(ctx, password)
	if err != nil {
		return Person{}, err
	}
	// Waiting for the link's row, a second use finds it used.
	n, err := pg.SystemExec(ctx, sys, `
		WITH used AS (
			UPDATE account_tokens SET used_at = @at
			WHERE token = @token AND purpose = @purpose AND used_at IS NULL AND expires_at > @at
			RETURNING person_id
		), changed AS (
			UPDATE people SET password_hash = @hash
			WHERE person_id IN (SELECT person_id FROM used) AND disabled_at IS NULL
			RETURNING person_id
		), others AS (
			UPDATE account_tokens SET used_at = @at
			WHERE person_id IN (SELECT person_id FROM changed) AND token <> @token AND used_at IS NULL
		), ended AS (
			DELETE FROM sessions WHERE data #>> '{values,person}' IN (SELECT person_id::text FROM changed)
		), unknown AS (
			DELETE FROM known_devices WHERE person_id IN (SELECT person_id FROM changed)
		)
		INSERT INTO platform_log (entry_id, at, person_id, action, detail)
		SELECT @entry, @at, person_id, @action, jsonb_build_object('person', person_id, 'by', @purpose::text) FROM changed`,
		pg.Args{
			"token": hashedToken(raw), "purpose": string(purpose), "at": now, "hash": hashed,
			"entry": uuid.Must(uuid.NewV7()), "action": passwordChanged,
		})
	if err == nil && n == 0 {
		err = errSpent
	}
	return h.Person, err
}

// Day is a business date as PostgreSQL writes it in JSON.
type Day struct{ Date time.Time }

// UnmarshalText reads a date such as 2015-06-30.
func (d *Day) UnmarshalText(text []byte) (err error) {
	if d.Date, err = time.Parse(time.DateOnly, string(text)); err != nil {
		return fmt.Errorf("read date: %w", err)
	}
	return nil
}
