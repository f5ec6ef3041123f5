package site

import (
	"context"

	"github.com/google/uuid"

	"copil/internal/audit"
	"copil/internal/fault"
	"copil/internal/pg"
)

// Create stores a new site in the state "repéré" and returns its identifier.
func Create(ctx context.Context, tx *pg.Tx, by audit.Stamp, d Draft) (uuid.UUID, error) {
	if err := check(ctx, tx, d, "Le site n’a pas été créé."); err != nil {
		return uuid.Nil, err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return uuid.Nil, err
	}
	err = taken(pg.Exec(ctx, tx, `
		INSERT INTO sites (convention_id, site_id, code, name, need, carrier_id)
		VALUES (@convention, @id, @code, @name, @need, @carrier)`,
		pg.Args{"id": id, "code": d.Code, "name": d.Name, "need": d.Need, "carrier": d.CarrierID}))
	if err != nil {
		return uuid.Nil, err
	}
	b := tx.Batch()
	queueDetails(b, id, d)
	pg.QueueExec(b, `
		INSERT INTO site_states (convention_id, site_id, step, state, since_on, recorded_on)
		VALUES (@convention, @id, 1, @state, @since, @today)`,
		pg.Args{"id": id, "state": Repere, "since": d.SinceOn, "today": by.OnDay})
	if err := b.Send(ctx); err != nil {
		return uuid.Nil, err
	}
	return id, audit.Record(ctx, tx, audit.Entry{Stamp: by, Action: audit.Created, ObjectType: SiteObject,
		ObjectID: id.String(), ObjectLabel: d.Name, After: d})
}

// Change replaces what is known of a site, but for its code and the day on which
// it was spotted. version is the one that the person saw; a site changed
// meanwhile is a Conflict.
func Change(ctx context.Context, tx *pg.Tx, by audit.Stamp, id uuid.UUID, version int, d Draft) error {
	if err := pg.Exec(ctx, tx, `SELECT FROM sites WHERE convention_id = @convention AND site_id = @id FOR UPDATE`, pg.Args{"id": id}); err != nil {
		return err
	}
	old, seen, err := stored(ctx, tx, by, id)
	if err != nil {
		return err
	}
	if seen != version {
		return fault.New(fault.Conflict, "Ce site a été modifié entre-temps\u00a0: relisez sa page avant de recommencer. Ce que vous avez saisi est conservé ci-dessous.")
	}
	d.Code, d.SinceOn = old.Code, old.SinceOn
	if err := check(ctx, tx, d, "Le site n’a pas changé."); err != nil {
		return err
	}
	err = taken(pg.Exec(ctx, tx, `
		UPDATE sites SET name = @name, need = @need, carrier_id = @carrier, version = version + 1
		WHERE convention_id = @convention AND site_id = @id`,
		pg.Args{"id": id, "name": d.Name, "need": d.Need, "carrier": d.CarrierID}))
	if err != nil {
		return err
	}
	b := tx.Batch()
	for _, table := range []string{"site_communes", "site_sectors", "site_zonings"} {
		pg.QueueExec(b, `DELETE FROM `+table+` WHERE convention_id = @convention AND site_id = @id`, pg.Args{"id": id})
	}
	queueDetails(b, id, d)
	if err := b.Send(ctx); err != nil {
		return err
	}
	now, _, err := stored(ctx, tx, by, id)
	if err != nil {
		return err
	}
	before, after := audit.Changes(old, now)
	return audit.Record(ctx, tx, audit.Entry{Stamp: by, Action: audit.Changed, ObjectType: SiteObject,
		ObjectID: id.String(), ObjectLabel: d.Name, Before: before, After: after})
}

// stored is a site as a draft would have it, with its version.
func stored(ctx context.Context, tx *pg.Tx, by audit.Stamp, id uuid.UUID) (d Draft, version int, err error) {
	b := tx.Batch()
	found, communes, sectors, zonings, history := Get(b, id, by.OnDay), CommunesOf(b, id), SectorsOf(b, id), ZoningsOf(b, id), History(b, id)
	if err := b.Send(ctx); err != nil {
		return d, 0, err
	}
	s, err := found.One()
	if err != nil {
		return d, 0, err
	}
	d = Draft{Code: s.Code, Name: s.Name, Need: s.Need, CarrierID: s.CarrierID, Zonings: zonings.All, SinceOn: history.All[0].SinceOn}
	for _, c := range communes.All {
		d.Communes = append(d.Communes, c.Commune)
	}
	for _, sec := range sectors.All {
		d.Sectors = append(d.Sectors, sec.Sector)
	}
	return d, s.Version, nil
}

// check says what is wrong with a draft, its zonings included.
func check(ctx context.Context, tx *pg.Tx, d Draft, message string) error {
	bad := d.Problems()
	if len(d.Zonings) > 0 {
		b := tx.Batch()
		kinds := ZoningKinds(b)
		if err := b.Send(ctx); err != nil {
			return err
		}
		for field, problem := range ZoningProblems(kinds.All, d.Zonings) {
			bad.Add(field, problem)
		}
	}
	if len(bad) > 0 {
		return &fault.Error{Kind: fault.Invalid, Message: message, Fields: bad}
	}
	return nil
}

// Mark is what tells a site from the others.
type Mark struct {
	SiteID     uuid.UUID
	Code, Name string
}

// Marks returns what every site of the convention is called, even one that is
// not spotted yet.
func Marks(b *pg.Batch) *pg.Rows[Mark] {
	return pg.Queue[Mark](b, `SELECT site_id, code, name FROM sites WHERE convention_id = @convention ORDER BY code`, nil)
}

// TakenProblems says what of a draft another site than id is called already.
func TakenProblems(marks []Mark, id uuid.UUID, d Draft) fault.Fields {
	bad := fault.Fields{}
	for _, m := range marks {
		if m.SiteID != id && m.Code == d.Code {
			bad.Add("code", codeTaken)
		}
		if m.SiteID != id && m.Name == d.Name {
			bad.Add("name", nameTaken)
		}
	}
	return bad
}

const (
	codeTaken = "Un autre site porte déjà ce code."
	nameTaken = "Un autre site porte déjà ce nom."
)

// taken says at which field a site is already there.
func taken(err error) error {
	switch pg.ViolatedConstraint(err) {
	case "sites_code_taken":
		return fault.OnField(fault.Conflict, "code", codeTaken)
	case "sites_name_taken":
		return fault.OnField(fault.Conflict, "name", nameTaken)
	}
	return err
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
			SELECT @convention, @id, zoning, @since, coalesce(@until, valid_to), @note FROM zonings WHERE zoning = @zoning`,
			pg.Args{"id": id, "zoning": z.Zoning, "since": z.SinceOn, "until": z.UntilOn, "note": z.Note})
	}
}
