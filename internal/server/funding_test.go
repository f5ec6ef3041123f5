package server

import (
	"context"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"copil/internal/access"
	"copil/internal/funding"
	"copil/internal/pg"
	"copil/internal/testdb"
)

// newLine is a line of the State's, in the year that is running, that was asked for.
func (o *office) newLine() (id uuid.UUID) {
	o.t.Helper()
	o.db.In(o.t, o.ID, func(tx *pg.Tx) (err error) {
		id, err = aLine(o.t.Context(), tx, o.State, o.Mission)
		return err
	})
	return id
}

// newResource is what pays for a site's posts.
func (o *office) newResource() (id uuid.UUID) {
	o.t.Helper()
	o.db.In(o.t, o.ID, func(tx *pg.Tx) (err error) {
		id, err = funding.AddResource(o.t.Context(), tx, testdb.By(access.Actor{}), funding.Resource{SiteID: o.Sites[0], Label: "Aides à l’emploi",
			FirmUntil: testdb.Day(2015, 6, 30), Firmness: funding.Notified})
		return err
	})
	return id
}

func aLine(ctx context.Context, tx *pg.Tx, funder, beneficiary uuid.UUID) (uuid.UUID, error) {
	by := testdb.By(access.Actor{})
	id, err := funding.Create(ctx, tx, by, funding.Draft{FunderID: funder, Purpose: funding.ForMission, BeneficiaryID: beneficiary,
		Object: "Mission d’appui", FirstYear: 2015, LastYear: 2015, Planned: decimal.NewFromInt(45000), Expected: funding.Arbitrated})
	if err != nil {
		return id, err
	}
	return id, funding.Record(ctx, tx, testdb.By(access.Actor{Role: access.Mission}), id, 1, funding.Step{Kind: funding.Request, OnDay: testdb.Today, FiscalYear: 2015})
}

// money is a line with a step and a resource of a convention, by what paths call them.
func (m *matrix) money(slug string) map[string]string {
	m.t.Helper()
	convention := m.one(`SELECT convention_id::text FROM conventions WHERE slug = $1`, slug)
	office := m.one(`SELECT organisation_id::text FROM parties WHERE convention_id = $1 ORDER BY position LIMIT 1`, convention)
	site := m.one(`SELECT site_id::text FROM sites WHERE convention_id = $1 ORDER BY code LIMIT 1`, convention)
	var line, resource uuid.UUID
	m.db.In(m.t, convention, func(tx *pg.Tx) (err error) {
		if line, err = aLine(m.t.Context(), tx, office, office); err != nil {
			return err
		}
		resource, err = funding.AddResource(m.t.Context(), tx, testdb.By(access.Actor{}), funding.Resource{SiteID: site, FunderID: &office, Label: "Aides à l’emploi",
			FirmUntil: testdb.Day(2015, 6, 30), Firmness: funding.Notified})
		return err
	})
	return map[string]string{"id": line.String(), "etape": "1", "ressource": resource.String()}
}
