package account

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"copil/internal/french"
	"copil/internal/pg"
)

// Held is an account as the platform's administration sees it.
type Held struct {
	Person
	CreatedAt   time.Time
	DisabledAt  *time.Time // nil while the account is open
	HasPassword bool       // false until a first one is set
	Memberships []Membership
}

// Hosted is a convention as the platform's administration sees it: who is in
// it, nothing of what it holds.
type Hosted struct {
	ConventionID uuid.UUID
	Slug, Name   string
	Members      int // persons who are members on the day and whose account is open
}

// Directory lists every account, by name, with its memberships on a business
// date, and every convention, by name, those that nobody can open any more included.
func Directory(ctx context.Context, sys *pg.System, day time.Time) ([]Held, []Hosted, error) {
	accounts, err := pg.SystemMany[Held](ctx, sys, selectHeld+` ORDER BY p.name, p.email`, pg.Args{"day": day})
	if err != nil {
		return nil, nil, err
	}
	french.SortBy(accounts, func(a Held) string { return a.Name })
	conventions, err := AllHosted(ctx, sys)
	if err != nil {
		return nil, nil, err
	}
	members := map[uuid.UUID]map[uuid.UUID]bool{} // persons, by convention
	for _, a := range accounts {
		sortMemberships(a.Memberships)
		for _, m := range a.Memberships {
			if a.DisabledAt != nil {
				continue
			}
			if members[m.ConventionID] == nil {
				members[m.ConventionID] = map[uuid.UUID]bool{}
			}
			members[m.ConventionID][a.PersonID] = true
		}
	}
	for i, c := range conventions {
		conventions[i].Members = len(members[c.ConventionID])
	}
	return accounts, conventions, nil
}

// OnlyMemberOf returns the names of the conventions that nobody but one person can
// open on a business date: closing their account closes these.
func OnlyMemberOf(ctx context.Context, sys *pg.System, person uuid.UUID, day time.Time) ([]string, error) {
	found, err := pg.SystemMany[struct{ ConventionName string }](ctx, sys, `
		SELECT DISTINCT mine.convention_name FROM memberships_of(@person, @day) mine
		WHERE NOT EXISTS (
			SELECT FROM people p CROSS JOIN LATERAL memberships_of(p.person_id, @day) theirs
			WHERE p.person_id <> @person AND p.disabled_at IS NULL AND theirs.convention_id = mine.convention_id)
		ORDER BY mine.convention_name`, pg.Args{"person": person, "day": day})
	names := make([]string, len(found))
	for i, f := range found {
		names[i] = f.ConventionName
	}
	return names, err
}

const selectHeld = `
	SELECT p.person_id, p.email, p.name, p.administrator, p.created_at, p.disabled_at, p.password_hash <> '' AS has_password,
		coalesce((SELECT jsonb_agg(m) FROM memberships_of(p.person_id, @day) m), '[]') AS memberships
	FROM people p`

// Hold returns one account, with its memberships on a business date.
func Hold(ctx context.Context, sys *pg.System, person uuid.UUID, day time.Time) (Held, error) {
	found, err := pg.SystemOne[Held](ctx, sys, selectHeld+` WHERE p.person_id = @person`, pg.Args{"person": person, "day": day})
	sortMemberships(found.Memberships)
	return found, err
}

// Hosting returns the convention that has a slug, or a NotFound fault.
func Hosting(ctx context.Context, sys *pg.System, slug string) (uuid.UUID, error) {
	found, err := pg.SystemOne[struct{ ConventionID uuid.UUID }](ctx, sys, `
		SELECT convention_id FROM hosted_conventions() WHERE slug = @slug`, pg.Args{"slug": slug})
	return found.ConventionID, err
}

// AllHosted returns every convention of the platform, by name, without counting
// its members.
func AllHosted(ctx context.Context, sys *pg.System) ([]Hosted, error) {
	found, err := pg.SystemMany[Hosted](ctx, sys, `SELECT convention_id, slug, name, 0 AS members FROM hosted_conventions()`, nil)
	slices.SortFunc(found, func(x, y Hosted) int {
		return cmp.Or(french.Compare(x.Name, y.Name), cmp.Compare(x.Slug, y.Slug))
	})
	return found, err
}
