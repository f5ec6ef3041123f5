package site

import (
	"context"
	"time"

	"github.com/google/uuid"

	"copil/internal/audit"
	"copil/internal/fault"
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

// CountStates counts the sites by state on the last day of each period.
func CountStates(b *pg.Batch) *pg.Rows[StateCount] {
	return pg.Queue[StateCount](b, `
		SELECT p.period_code, st.state, count(*) AS sites
		FROM periods p
		JOIN sites s ON s.convention_id = @convention
		JOIN LATERAL (
			SELECT state FROM site_states
			WHERE convention_id = @convention AND site_id = s.site_id AND since_on <= p.ends_on
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

// SectorsOf returns the labels of a site's sectors.
func SectorsOf(b *pg.Batch, id uuid.UUID) *pg.Rows[struct{ Label string }] {
	return pg.Queue[struct{ Label string }](b, `
		SELECT i.label
		FROM site_sectors s JOIN list_items i ON i.convention_id = @convention AND i.list_code = s.list_code AND i.item_code = s.sector
		WHERE s.convention_id = @convention AND s.site_id = @id
		ORDER BY i.position`,
		pg.Args{"id": id})
}

// ZoningsOf returns the priority areas of a site, in order of time.
func ZoningsOf(b *pg.Batch, id uuid.UUID) *pg.Rows[Zoning] {
	return pg.Queue[Zoning](b, `
		SELECT zoning, since_on, until_on, note FROM site_zonings
		WHERE convention_id = @convention AND site_id = @id
		ORDER BY since_on, zoning`,
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

// Create stores a new site in the state "repéré" and returns its identifier.
func Create(ctx context.Context, tx *pg.Tx, by audit.Stamp, d Draft) (uuid.UUID, error) {
	if bad := d.Problems(); len(bad) > 0 {
		return uuid.Nil, &fault.Error{Kind: fault.Invalid, Message: "Le site n’a pas été créé.", Fields: bad}
	}
	id, err := uuid.NewV7()
	if err != nil {
		return uuid.Nil, err
	}
	err = pg.Exec(ctx, tx, `
		INSERT INTO sites (convention_id, site_id, code, name, need, carrier_id)
		VALUES (@convention, @id, @code, @name, @need, @carrier)`,
		pg.Args{"id": id, "code": d.Code, "name": d.Name, "need": d.Need, "carrier": d.CarrierID})
	switch pg.ViolatedConstraint(err) {
	case "sites_code_taken":
		return uuid.Nil, fault.OnField(fault.Conflict, "code", "Un autre site porte déjà ce code.")
	case "sites_name_taken":
		return uuid.Nil, fault.OnField(fault.Conflict, "name", "Un autre site porte déjà ce nom.")
	}
	if err != nil {
		return uuid.Nil, err
	}
	b := tx.Batch()
	queueDetails(b, id, d)
	if err := b.Send(ctx); err != nil {
		return uuid.Nil, err
	}
	return id, audit.Record(ctx, tx, audit.Entry{Stamp: by, Action: audit.Created, ObjectType: SiteObject,
		ObjectID: id.String(), ObjectLabel: d.Name, After: d})
}

func queueDetails(b *pg.Batch, id uuid.UUID, d Draft) {
	pg.QueueExec(b, `
		INSERT INTO site_communes (convention_id, site_id, commune)
		SELECT @convention, @id, unnest(@communes::text[])`,
		pg.Args{"id": id, "communes": d.Communes})
	pg.QueueExec(b, `
		INSERT INTO site_sectors (convention_id, site_id, sector)
		SELECT @convention, @id, unnest(@sectors::text[])`,
		pg.Args{"id": id, "sectors": d.Sectors})
	for _, z := range d.Zonings {
		pg.QueueExec(b, `
			INSERT INTO site_zonings (convention_id, site_id, zoning, since_on, until_on, note)
			VALUES (@convention, @id, @zoning, @since, @until, @note)`,
			pg.Args{"id": id, "zoning": z.Zoning, "since": z.SinceOn, "until": z.UntilOn, "note": z.Note})
	}
	pg.QueueExec(b, `
		INSERT INTO site_states (convention_id, site_id, step, state, since_on)
		VALUES (@convention, @id, 1, @state, @since)`,
		pg.Args{"id": id, "state": Repere, "since": d.SinceOn})
}

// ChangeState moves a site to its next state. version is the one that the person
// saw; a site changed meanwhile is a Conflict.
func ChangeState(ctx context.Context, tx *pg.Tx, by audit.Stamp, id uuid.UUID, version int, t Transition) error {
	now, err := pg.One[struct {
		Name    string
		Version int
		State   State
		SinceOn time.Time
		Step    int
	}](ctx, tx, `
		SELECT s.name, s.version, st.state, st.since_on, st.step
		FROM sites s JOIN LATERAL (
			SELECT state, since_on, step FROM site_states
			WHERE convention_id = @convention AND site_id = s.site_id ORDER BY step DESC LIMIT 1) st ON true
		WHERE s.convention_id = @convention AND s.site_id = @id
		FOR UPDATE OF s`, pg.Args{"id": id})
	if err != nil {
		return err
	}
	if now.Version != version {
		return fault.New(fault.Conflict, "Ce site a été modifié entre-temps\u00a0: relisez sa page avant de recommencer.")
	}
	if bad := t.Problems(now.State, now.SinceOn, by.OnDay); len(bad) > 0 {
		return &fault.Error{Kind: fault.Invalid, Message: "L’état n’a pas changé.", Fields: bad}
	}
	b := tx.Batch()
	pg.QueueExec(b, `
		INSERT INTO site_states (convention_id, site_id, step, state, since_on, decision, reason)
		VALUES (@convention, @id, @step, @state, @since, @decision, @reason)`,
		pg.Args{"id": id, "step": now.Step + 1, "state": t.To, "since": t.SinceOn, "decision": t.Decision, "reason": t.Reason})
	pg.QueueExec(b, `UPDATE sites SET version = version + 1 WHERE convention_id = @convention AND site_id = @id`, pg.Args{"id": id})
	if err := b.Send(ctx); err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Entry{Stamp: by, Action: audit.StateChanged, ObjectType: SiteObject, ObjectID: id.String(),
		ObjectLabel: now.Name, Before: map[string]any{"state": now.State}, After: t})
}

// The objects of this package in the audit log.
const (
	SiteObject      audit.ObjectType = "site"
	StructureObject audit.ObjectType = "structure"
	PostObject      audit.ObjectType = "post"
)
