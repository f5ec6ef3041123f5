package server

import (
	"context"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/account"
	"copil/internal/audit"
	"copil/internal/convention"
	"copil/internal/pg"
	"copil/internal/site"
)

// missionCode is that of the organisation which the team that runs a new
// convention is of.
const missionCode = "MISSION"

// Founding is a convention to be created, with the first member of the team that
// runs it: from then on, its members invite each other.
type Founding struct {
	File  convention.File
	Email string // of the first member; "" for none
	Name  string // as displayed
}

// Found creates a convention, all of it or nothing, and queues the invitation of
// its first member. It returns both. A problem with the e-mail or the name is an Invalid
// fault on that field.
func Found(ctx context.Context, pool *pg.Pool, sys *pg.System, by audit.Stamp, f Founding) (id, person uuid.UUID, err error) {
	id = uuid.Must(uuid.NewV7())
	by.Actor = access.Actor{PersonID: by.Actor.PersonID, Role: access.Admin, Words: f.File.Agreement.Words}
	err = pool.InConvention(ctx, id, pg.ReadWrite, func(tx *pg.Tx) error {
		if err := convention.Import(ctx, tx, by, f.File); err != nil || f.Email == "" {
			return err
		}
		office, err := site.CreateOrganisation(ctx, tx, by, missionCode, by.Actor.Words.Role(access.Mission))
		if err != nil {
			return err
		}
		m, err := account.Invite(ctx, tx, sys, by, account.Invitation{Email: f.Email, Name: f.Name, Role: access.Mission, OrganisationID: office})
		person = m.PersonID
		return err
	})
	return id, person, err
}
