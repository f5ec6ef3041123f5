package account

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"

	"copil/internal/audit"
	"copil/internal/fault"
	"copil/internal/pg"
)

// OpenSession is one of a person's sessions, as they see it.
type OpenSession struct {
	Token    string    // as stored, which opens nothing
	Device   string    // such as « Firefox, Windows »; "" when nothing is known
	BeganAt  time.Time // wall clock
	SeenAt   time.Time // to within five minutes
	IsTheOne bool      // the one that asks
}

// Own lists the sessions of who is signed in, this one first, then the last seen.
func (s *Sessions) Own(ctx context.Context, person uuid.UUID) ([]OpenSession, error) {
	return pg.SystemMany[OpenSession](ctx, s.sys, `
		SELECT token, coalesce(data #>> '{values,device}', '') AS device,
			(data ->> 'deadline')::timestamptz - @lasting::interval AS began_at, seen_at, token = @this AS is_the_one
		FROM sessions
		WHERE data #>> '{values,person}' = @person AND expiry > @now
		ORDER BY is_the_one DESC, seen_at DESC, token`,
		pg.Args{"person": person.String(), "this": this(ctx), "now": s.now(), "lasting": absoluteLimit})
}

// EndOwn ends one session of the person, by its token as stored, or with "" all
// but the one that asks. It returns how many it ended; somebody else's stays.
func (s *Sessions) EndOwn(ctx context.Context, person uuid.UUID, token string) (int64, error) {
	return pg.SystemExec(ctx, s.sys, `
		DELETE FROM sessions
		WHERE data #>> '{values,person}' = @person AND token <> @this AND (@token = '' OR token = @token)`,
		pg.Args{"person": person.String(), "this": this(ctx), "token": token})
}

// this is the stored token of the session that asks.
func this(ctx context.Context) string {
	if c := carried(ctx); c != nil {
		return c.token
	}
	return ""
}

// ChangePassword sets the person's own password. It ends all their sessions, the
// one that asks included: Renew begins it anew. Changed meanwhile, it is a
// Conflict. What is wrong is an Invalid fault
// on the field "current" or "password", or Throttled after too many tries at the
// current one.
func ChangePassword(ctx context.Context, sys *pg.System, by audit.Stamp, who Person, from Visitor, current, password string) error {
	fields := fault.Fields{}
	if current == "" {
		fields.Add("current", "Saisissez votre mot de passe actuel.")
	}
	if problem := PasswordProblem(password); problem != "" {
		fields.Add("password", problem)
	} else if password == current {
		fields.Add("password", "Choisissez un autre mot de passe que l’actuel.")
	}
	if len(fields) > 0 {
		return &fault.Error{Kind: fault.Invalid, Message: "Le mot de passe n’a pas été changé.", Fields: fields}
	}
	found, err := pg.SystemOne[struct{ PasswordHash string }](ctx, sys,
		`SELECT password_hash FROM people WHERE person_id = @person`, pg.Args{"person": who.PersonID})
	if err != nil {
		return err
	}
	// A session that was left open must not be a place to guess: it is a sign-in like another.
	_, _, err = SignIn(ctx, sys, from, who.Email, current, by.At)
	if fault.KindOf(err) == fault.Invalid {
		return fault.OnField(fault.Invalid, "current", "Ce n’est pas votre mot de passe actuel.")
	}
	if err != nil {
		return err
	}
	hashed, err := hash(ctx, password)
	if err != nil {
		return err
	}
	// Sent twice at a time, the second one finds another hash than it was let in by.
	err = changePeople(ctx, sys, by, passwordChanged, []uuid.UUID{who.PersonID}, pg.Args{"hash": hashed, "was": found.PasswordHash, "disabled_at": nil})
	if fault.KindOf(err) == fault.NotFound && err != nil {
		return fault.New(fault.Conflict, "Votre mot de passe vient d’être changé\u00a0: connectez-vous avec le nouveau.")
	}
	return err
}

// browsers and systems are what a User-Agent is looked through for, in this order:
// most browsers also give the names of others.
var (
	browsers = [][2]string{{"Edg", "Edge"}, {"OPR/", "Opera"}, {"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"}, {"Chrome/", "Chrome"}, {"CriOS/", "Chrome"}, {"Safari/", "Safari"}}
	systems  = [][2]string{{"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Windows", "Windows"}, {"Mac OS X", "Mac"}, {"CrOS", "ChromeOS"}, {"Linux", "Linux"}}
)

// DeviceFamily reduces a User-Agent to what its owner recognises, and nothing
// that would tell one machine from another: « Firefox, Windows », or "".
func DeviceFamily(userAgent string) string {
	var parts []string
	for _, names := range [][][2]string{browsers, systems} {
		for _, n := range names {
			if strings.Contains(userAgent, n[0]) {
				parts = append(parts, n[1])
				break
			}
		}
	}
	return strings.Join(parts, ", ")
}
