// Package account knows people: how they sign in, their sessions and what they
// are a member of. It is the only code that works before a convention is known.
package account

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/french"
	"copil/internal/pg"
)

// Person is who holds an account.
type Person struct {
	PersonID      uuid.UUID `json:"person_id"`
	Email         string    `json:"email"` // in lower case
	Name          string    `json:"name"`
	Administrator bool      `json:"administrator"` // of the platform; reads no figure by that
}

// Actor returns the person as the platform's administration, which is outside
// any convention. Somebody who does not administer it gets no permission.
func (p Person) Actor() access.Actor {
	a := access.Actor{PersonID: p.PersonID, Name: p.Name}
	if p.Administrator {
		a.Role = access.Admin
	}
	return a
}

// Membership is one role of a person, for one organisation of one convention,
// with what every page of that convention shows.
type Membership struct {
	ConventionID     uuid.UUID    `json:"convention_id"`
	Slug             string       `json:"slug"`
	ConventionName   string       `json:"convention_name"`
	ShortName        string       `json:"short_name"`
	Accent           string       `json:"accent"`  // #rrggbb
	Fictive          string       `json:"fictive"` // what is fictive in the convention; "" for real data
	MemberID         uuid.UUID    `json:"member_id"`
	Role             access.Role  `json:"role"`
	OrganisationID   uuid.UUID    `json:"organisation_id"`
	OrganisationName string       `json:"organisation_name"`
	Name             string       `json:"name"`    // as displayed in the convention
	EndsOn           *Day         `json:"ends_on"` // last day; nil when no end is set
	Words            access.Words `json:"words"`
	WithoutMoney     bool         `json:"without_money"`
}

// Until says how long the membership lasts: « Accès jusqu’au 30 juin 2015 »; ""
// while no end is set.
func (m Membership) Until() string {
	if m.EndsOn == nil {
		return ""
	}
	return "Accès jusqu’au " + french.Date(m.EndsOn.Date)
}

// Actor returns the person acting under this membership.
func (m Membership) Actor(p Person) access.Actor {
	return access.Actor{
		PersonID: p.PersonID, MemberID: m.MemberID, ConventionID: m.ConventionID,
		OrganisationID: m.OrganisationID, Role: m.Role, Name: m.Name, Words: m.Words, WithoutMoney: m.WithoutMoney,
	}
}

// Signed is who is signed in, as of this request.
type Signed struct {
	Person      Person
	Memberships []Membership // by convention, then in the order of the roles
	Current     uuid.UUID    // the membership last chosen; zero when none was, or when it has ended
}

// As returns the membership under which the person acts in a convention: the
// chosen one if it is of that convention, else the first.
func (s Signed) As(slug string) (Membership, bool) {
	chosen := slices.IndexFunc(s.Memberships, func(m Membership) bool { return m.Slug == slug && m.MemberID == s.Current })
	if chosen < 0 {
		chosen = slices.IndexFunc(s.Memberships, func(m Membership) bool { return m.Slug == slug })
	}
	if chosen < 0 {
		return Membership{}, false
	}
	return s.Memberships[chosen], true
}

// sortMemberships puts memberships in the order of Signed.
func sortMemberships(list []Membership) {
	slices.SortFunc(list, func(a, b Membership) int {
		return cmp.Or(
			strings.Compare(a.ConventionName, b.ConventionName),
			strings.Compare(a.Slug, b.Slug),
			cmp.Compare(slices.Index(access.Roles, a.Role), slices.Index(access.Roles, b.Role)),
			strings.Compare(a.OrganisationName, b.OrganisationName),
		)
	})
}

// tidyEmail returns an address as it is stored and looked up. What PostgreSQL
// could not even receive becomes an address that nobody has.
func tidyEmail(typed string) string {
	if !utf8.ValidString(typed) || strings.ContainsRune(typed, 0) {
		return ""
	}
	return strings.ToLower(strings.TrimSpace(typed))
}

// Sweep removes sessions that have expired, failures that no longer count,
// browsers that have not been used to sign in for long and links that cannot be
// used any more, as of now by the wall clock. To be run now and then.
func Sweep(ctx context.Context, sys *pg.System, now time.Time) error {
	_, err := pg.SystemExec(ctx, sys, `
		WITH failures AS (DELETE FROM sign_in_failures WHERE failed_at < @forgotten),
			devices AS (DELETE FROM known_devices WHERE signed_in_at < @unknown),
			links AS (DELETE FROM account_tokens WHERE expires_at < @spent)
		DELETE FROM sessions WHERE expiry <= @now`,
		pg.Args{"now": now, "forgotten": now.Add(-longestWindow), "unknown": now.Add(-deviceKept), "spent": now.Add(-spentKept)})
	return err
}
