package account

import (
	"cmp"
	"context"
	"maps"
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
	Members      int // persons who are members on the day
}

// Directory lists every account, by name, with its memberships on a business
// date, and the conventions that these lead to, by name. The system role reads
// no convention's table, so that one without any member is not in the list.
func Directory(ctx context.Context, sys *pg.System, day time.Time) ([]Held, []Hosted, error) {
	accounts, err := pg.SystemMany[Held](ctx, sys, selectHeld+` ORDER BY p.name, p.email`, pg.Args{"day": day})
	if err != nil {
		return nil, nil, err
	}
	french.SortBy(accounts, func(a Held) string { return a.Name })
	hosted, seen := map[uuid.UUID]*Hosted{}, map[[2]uuid.UUID]bool{}
	for _, a := range accounts {
		sortMemberships(a.Memberships)
		for _, m := range a.Memberships {
			c, known := hosted[m.ConventionID]
			if !known {
				c = &Hosted{ConventionID: m.ConventionID, Slug: m.Slug, Name: m.ConventionName}
				hosted[m.ConventionID] = c
			}
			if person := [2]uuid.UUID{m.ConventionID, a.PersonID}; !seen[person] {
				seen[person] = true
				c.Members++
			}
		}
	}
	conventions := slices.SortedFunc(maps.Values(hosted), func(x, y *Hosted) int {
		return cmp.Or(french.Compare(x.Name, y.Name), cmp.Compare(x.Slug, y.Slug))
	})
	list := make([]Hosted, len(conventions))
	for i, c := range conventions {
		list[i] = *c
	}
	return accounts, list, nil
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

// AllHosted returns every convention of the platform.
func AllHosted(ctx context.Context, sys *pg.System) ([]uuid.UUID, error) {
	found, err := pg.SystemMany[struct{ ConventionID uuid.UUID }](ctx, sys, `SELECT convention_id FROM hosted_conventions()`, nil)
	ids := make([]uuid.UUID, len(found))
	for i, f := range found {
		ids[i] = f.ConventionID
	}
	return ids, err
}
