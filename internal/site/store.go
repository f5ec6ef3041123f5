package site

import (
	"context"
	"time"

	"github.com/google/uuid"

	"copil/internal/audit"
	"copil/internal/pg"
)

// List returns the sites by code, as of a day. Sites not spotted yet that day
// are left out.
func List(b *pg.Batch, day time.Time) *pg.Rows[Listed] {
	return pg.Queue[Listed](b, `
		SELECT s.site_id, s.code, s.name, st.state, st.since_on,
		       coalesce(c.names, '{}') AS communes, coalesce(x.labels, '{}') AS sectors,
		       coalesce(o.name, '') AS carrier_name, coalesce(w.n, 0) AS structures
		FROM sites s
		JOIN LATERAL (
			SELECT state, since_on FROM site_states
			WHERE convention_id = @convention AND site_id = s.site_id AND since_on <= @day
			ORDER BY step DESC LIMIT 1) st ON true
		LEFT JOIN (
			SELECT site_id, array_agg(name ORDER BY population DESC) AS names
			FROM site_communes JOIN communes USING (commune)
			WHERE convention_id = @convention GROUP BY site_id) c USING (site_id)
		LEFT JOIN (
			SELECT site_id, array_agg(i.label ORDER BY i.position) AS labels
			FROM site_sectors ss JOIN list_items i ON i.convention_id = @convention AND i.list_code = ss.list_code AND i.item_code = ss.sector
			WHERE ss.convention_id = @convention GROUP BY site_id) x USING (site_id)
		LEFT JOIN (
			SELECT site_id, count(*) AS n FROM site_structures
			WHERE convention_id = @convention AND since_on <= @day AND (until_on IS NULL OR until_on > @day) GROUP BY site_id) w USING (site_id)
		LEFT JOIN organisations o ON o.convention_id = @convention AND o.organisation_id = s.carrier_id
		WHERE s.convention_id = @convention
		ORDER BY length(s.code), s.code`,
		pg.Args{"day": day})
}

// StateCount is how many sites are in a state at the end of a period.
type StateCount struct {
	PeriodCode string
	State      State
	Sites      int
}

// CountStates counts the sites by state on the last day of each period. Once its
// report is validated, what is recorded later of that time changes nothing.
func CountStates(b *pg.Batch) *pg.Rows[StateCount] {
	return pg.Queue[StateCount](b, `
		SELECT p.period_code, st.state, count(*) AS sites
		FROM periods p
		JOIN sites s ON s.convention_id = @convention
		JOIN LATERAL (
			SELECT state FROM site_states
			WHERE convention_id = @convention AND site_id = s.site_id AND since_on <= p.ends_on
			  AND (p.validated_on IS NULL OR recorded_on <= p.validated_on)
			ORDER BY step DESC LIMIT 1) st ON true
		WHERE p.convention_id = @convention
		GROUP BY p.period_code, st.state`, nil)
}

// Get returns one site as of a day.
func Get(b *pg.Batch, id uuid.UUID, day time.Time) *pg.Rows[Site] {
	return pg.Queue[Site](b, `
		SELECT s.site_id, s.code, s.name, s.need, s.carrier_id, coalesce(o.name, '') AS carrier_name, s.version,
		       (SELECT state FROM site_states
		        WHERE convention_id = @convention AND site_id = s.site_id AND since_on <= @day
		        ORDER BY step DESC LIMIT 1) AS state
		FROM sites s
		LEFT JOIN organisations o ON o.convention_id = @convention AND o.organisation_id = s.carrier_id
		WHERE s.convention_id = @convention AND s.site_id = @id`,
		pg.Args{"id": id, "day": day})
}

// CommunesOf returns a site's communes, most populous first.
func CommunesOf(b *pg.Batch, id uuid.UUID) *pg.Rows[Commune] {
	return pg.Queue[Commune](b, `
		SELECT c.commune, c.name, c.department, a.name AS arrondissement, c.population
		FROM site_communes s JOIN communes c USING (commune) JOIN arrondissements a USING (arrondissement)
		WHERE s.convention_id = @convention AND s.site_id = @id
		ORDER BY c.population DESC, c.commune`,
		pg.Args{"id": id})
}

// KnownCommunes returns the communes where the convention's sites may lie.
func KnownCommunes(ctx context.Context, tx *pg.Tx) ([]Commune, error) {
	return pg.Many[Commune](ctx, tx, `
		SELECT c.commune, c.name, c.department, a.name AS arrondissement, c.population
		FROM communes c JOIN arrondissements a USING (arrondissement)
		WHERE c.department = ANY ((SELECT departments FROM conventions WHERE convention_id = @convention)::text[])
		ORDER BY c.commune`, nil)
}

// SectorsOf returns the sectors of a site.
func SectorsOf(b *pg.Batch, id uuid.UUID) *pg.Rows[Sector] {
	return pg.Queue[Sector](b, `
		SELECT s.sector, i.label
		FROM site_sectors s JOIN list_items i ON i.convention_id = @convention AND i.list_code = s.list_code AND i.item_code = s.sector
		WHERE s.convention_id = @convention AND s.site_id = @id
		ORDER BY i.position`,
		pg.Args{"id": id})
}

// ZoningsOf returns the priority areas of a site, in order of time.
func ZoningsOf(b *pg.Batch, id uuid.UUID) *pg.Rows[Zoning] {
	return pg.Queue[Zoning](b, `
		SELECT s.zoning, z.label, s.since_on, s.until_on, s.note FROM site_zonings s JOIN zonings z USING (zoning)
		WHERE s.convention_id = @convention AND s.site_id = @id
		ORDER BY s.since_on, s.zoning`,
		pg.Args{"id": id})
}

// History returns the states of a site in order of time.
func History(b *pg.Batch, id uuid.UUID) *pg.Rows[Step] {
	return pg.Queue[Step](b, `
		SELECT step, state, since_on, decision, reason FROM site_states
		WHERE convention_id = @convention AND site_id = @id
		ORDER BY step`,
		pg.Args{"id": id})
}

// The objects of this package in the audit log.
const (
	SiteObject      audit.ObjectType = "site"
	StructureObject audit.ObjectType = "structure"
	PostObject      audit.ObjectType = "post"
)
