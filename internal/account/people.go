package account

import (
	"context"
	"maps"
	"net/mail"
	"strings"

	"github.com/google/uuid"

	"copil/internal/audit"
	"copil/internal/fault"
	"copil/internal/pg"
)

// What the platform's log tells of.
const (
	signedIn        = "signed-in"
	signInFailed    = "sign-in-failed"
	personCreated   = "person-created"
	personDisabled  = "person-disabled"
	passwordChanged = "password-changed"
)

// PersonDraft is an account to be created, as typed.
type PersonDraft struct {
	Email         string
	Name          string
	Administrator bool
}

// Problems are those that can be told without the database, by field.
func (d PersonDraft) Problems() fault.Fields { return d.tidy() }

// tidy writes the draft as it is stored and returns what is wrong with it.
func (d *PersonDraft) tidy() fault.Fields {
	found := fault.Fields{}
	d.Email, d.Name = tidyEmail(d.Email), strings.TrimSpace(d.Name)
	if parsed, err := mail.ParseAddress(d.Email); err != nil || parsed.Address != d.Email {
		found.Add("email", "Écrivez une adresse électronique, par exemple prenom.nom@structure.example.")
	}
	if d.Name == "" {
		found.Add("name", "Indiquez le nom de la personne.")
	}
	return found
}

// CreatePerson opens an account, which has no password yet. A problem with a
// field is an Invalid fault, an address that has an account a Conflict.
func CreatePerson(ctx context.Context, sys *pg.System, by audit.Stamp, d PersonDraft) (Person, error) {
	if found := d.tidy(); len(found) > 0 {
		return Person{}, &fault.Error{Kind: fault.Invalid, Message: "Ce compte ne peut pas être créé ainsi.", Fields: found}
	}
	created, err := pg.SystemOne[Person](ctx, sys, `
		WITH logged AS (
			INSERT INTO platform_log (entry_id, at, person_id, action, detail)
			VALUES (@entry, @at, @by, @action, jsonb_build_object('person', @id::uuid))
		)
		INSERT INTO people (person_id, email, name, administrator, created_at)
		VALUES (@id, @email, @name, @administrator, @at)
		RETURNING person_id, email, name, administrator`,
		pg.Args{
			"id": uuid.Must(uuid.NewV7()), "email": d.Email, "name": d.Name, "administrator": d.Administrator,
			"entry": uuid.Must(uuid.NewV7()), "at": by.At, "by": orNil(by.Actor.PersonID), "action": personCreated,
		})
	if pg.ViolatedConstraint(err) == "people_email_taken" {
		return Person{}, fault.OnField(fault.Conflict, "email", "Cette adresse a déjà un compte.")
	}
	return created, err
}

// FindOrCreatePerson returns who holds an address, and opens an account where
// nobody does. Whoever asks must not learn which: the name of an account that
// exists stays what it is, and the identifier is all that comes back. A problem
// with a field is an Invalid fault.
func FindOrCreatePerson(ctx context.Context, sys *pg.System, by audit.Stamp, d PersonDraft) (uuid.UUID, error) {
	made, err := CreatePerson(ctx, sys, by, d)
	if fault.KindOf(err) != fault.Conflict {
		return made.PersonID, err
	}
	found, err := pg.SystemOne[struct{ PersonID uuid.UUID }](ctx, sys,
		`SELECT person_id FROM people WHERE email = @email`, pg.Args{"email": tidyEmail(d.Email)})
	return found.PersonID, err
}

// SetPassword gives a person a new password, ends all their sessions and every
// link of theirs, and forgets their browsers. A
// password that breaks the rules is an Invalid fault on the field "password".
func SetPassword(ctx context.Context, sys *pg.System, by audit.Stamp, person uuid.UUID, password string) error {
	if problem := PasswordProblem(password); problem != "" {
		return fault.OnField(fault.Invalid, "password", problem)
	}
	return ImposePassword(ctx, sys, by, password, person)
}

// ImposePassword is SetPassword for several people at once and without the
// rules: the demonstration's password is the choice of who runs it for
// themselves. If one has no account, or a disabled one, nothing changes: NotFound.
func ImposePassword(ctx context.Context, sys *pg.System, by audit.Stamp, password string, people ...uuid.UUID) error {
	hashed, err := hash(ctx, password)
	if err != nil {
		return err
	}
	return changePeople(ctx, sys, by, passwordChanged, people, pg.Args{"hash": hashed, "was": nil, "disabled_at": nil})
}

// Disable closes an account: it cannot sign in any more, and its sessions end.
// Its memberships and what it did stay. No account is NotFound.
func Disable(ctx context.Context, sys *pg.System, by audit.Stamp, person uuid.UUID) error {
	return changePeople(ctx, sys, by, personDisabled, []uuid.UUID{person}, pg.Args{"hash": nil, "was": nil, "disabled_at": by.At})
}

// changePeople sets what is given of @hash and @disabled_at, for all the people
// or none, ends their sessions and links, forgets their browsers and logs it. Who
// has another hash than @was, where it is given, is left alone: NotFound.
func changePeople(ctx context.Context, sys *pg.System, by audit.Stamp, action string, people []uuid.UUID, args pg.Args) error {
	entries := make([]uuid.UUID, len(people))
	for i := range entries {
		entries[i] = uuid.Must(uuid.NewV7())
	}
	maps.Copy(args, pg.Args{"people": people, "entries": entries, "at": by.At, "by": orNil(by.Actor.PersonID), "action": action})
	n, err := pg.SystemExec(ctx, sys, `
		WITH changed AS (
			UPDATE people SET password_hash = coalesce(@hash, password_hash), disabled_at = coalesce(@disabled_at, disabled_at)
			WHERE person_id = ANY (@people)
			  AND (SELECT count(*) FROM people WHERE person_id = ANY (@people) AND disabled_at IS NULL) = cardinality(@people::uuid[])
			  AND (@was::text IS NULL OR password_hash = @was)
			RETURNING person_id
		), ended AS (
			DELETE FROM sessions WHERE data #>> '{values,person}' IN (SELECT person_id::text FROM changed)
		), unknown AS (
			DELETE FROM known_devices WHERE person_id IN (SELECT person_id FROM changed)
		), spent AS (
			UPDATE account_tokens SET used_at = @at WHERE person_id IN (SELECT person_id FROM changed) AND used_at IS NULL
		)
		INSERT INTO platform_log (entry_id, at, person_id, action, detail)
		SELECT entry_id, @at, @by::uuid, @action, jsonb_build_object('person', person_id)
		FROM unnest(@people::uuid[], @entries::uuid[]) AS logged (person_id, entry_id) JOIN changed USING (person_id)`, args)
	if err == nil && n == 0 {
		return fault.New(fault.NotFound, "%s", pg.NoSuchRecord)
	}
	return err
}

// orNil is nil for the zero id, which stands for nobody.
func orNil(id uuid.UUID) *uuid.UUID {
	if id == uuid.Nil {
		return nil
	}
	return &id
}
