package site

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"copil/internal/audit"
	"copil/internal/fault"
	"copil/internal/french"
	"copil/internal/pg"
)

// PostFilter narrows ListPosts; its zero value lists every post.
type PostFilter struct {
	OrganisationID *uuid.UUID
	SiteID         *uuid.UUID
}

const selectPosts = `
	SELECT p.post_id, p.organisation_id, o.name AS structure_name, p.site_id, coalesce(s.code, '') AS site_code,
	       p.reference, p.job_type, i.label AS job_type_label, p.quotity, p.opened_on, p.filled_on, p.vacated_on,
	       p.closed_on, p.consolidated_on, p.consolidation, p.version
	FROM posts p
	JOIN organisations o ON o.convention_id = @convention AND o.organisation_id = p.organisation_id
	JOIN list_items i ON i.convention_id = @convention AND i.list_code = p.list_code AND i.item_code = p.job_type
	LEFT JOIN sites s ON s.convention_id = @convention AND s.site_id = p.site_id
	WHERE p.convention_id = @convention AND p.withdrawn_on IS NULL`

// ListPosts returns the posts by structure and reference.
func ListPosts(b *pg.Batch, f PostFilter) *pg.Rows[Post] {
	return pg.Queue[Post](b, selectPosts+`
		  AND (@organisation::uuid IS NULL OR p.organisation_id = @organisation)
		  AND (@site::uuid IS NULL OR p.site_id = @site)
		ORDER BY o.name, p.reference`,
		pg.Args{"organisation": f.OrganisationID, "site": f.SiteID})
}

// CountPosts counts the posts of one structure on one site (nil: off-site) on a
// day. A post that moved counts where it was that day.
func CountPosts(ctx context.Context, tx *pg.Tx, organisationID uuid.UUID, siteID *uuid.UUID, day time.Time) (Counts, error) {
	b := tx.Batch()
	counts := QueueCounts(b, `SELECT @organisation::uuid AS organisation_id, @site::uuid AS site_id, @day::date AS day`,
		pg.Args{"organisation": organisationID, "site": siteID, "day": day})
	if err := b.Send(ctx); err != nil {
		return Counts{}, err
	}
	return counts.One()
}

// QueueCounts is CountPosts for a batch: whose, where and when are the one row
// (organisation_id, site_id, day) of a statement; without it there is no answer.
func QueueCounts(b *pg.Batch, asked string, args pg.Args) *pg.Rows[Counts] {
	return pg.Queue[Counts](b, `
		WITH asked AS (`+asked+`), `+postsAsked+`
		SELECT `+counted+`
		FROM here HAVING EXISTS (SELECT FROM asked)`, args)
}

// CountsOf is what CountPosts answers for one of many.
type CountsOf struct {
	ID uuid.UUID
	Counts
}

// QueueCountsOf is QueueCounts for many at a time, each row of the statement with
// an id of its own: (id, organisation_id, site_id, day).
func QueueCountsOf(b *pg.Batch, asked string, args pg.Args) *pg.Rows[CountsOf] {
	return pg.Queue[CountsOf](b, `
		WITH asked AS (`+asked+`), `+postsAsked+`
		SELECT asked.id, `+counted+`
		FROM asked LEFT JOIN here USING (id, day) GROUP BY asked.id`, args)
}

// The posts of each row of asked, and the columns of Counts.
const (
	postsAsked = `here AS (
			SELECT a.*, p.job_type, p.opened_on, p.filled_on, p.vacated_on, p.closed_on, p.consolidated_on,
			       p.opened_on >= c.starts_on AS created,
			       p.closed_on IS NULL OR p.closed_on > a.day AS open,
			       c.starts_on
			FROM asked a
			JOIN posts p ON p.convention_id = @convention AND p.organisation_id = a.organisation_id AND p.opened_on <= a.day
			JOIN conventions c ON c.convention_id = @convention
			LEFT JOIN LATERAL (
				SELECT post_id, from_site_id FROM post_moves
				WHERE convention_id = @convention AND post_id = p.post_id AND moved_on > a.day
				ORDER BY moved_on LIMIT 1) m ON true
			WHERE p.withdrawn_on IS NULL AND CASE WHEN m.post_id IS NULL THEN p.site_id ELSE m.from_site_id END IS NOT DISTINCT FROM a.site_id
		)`
	counted = `count(*) FILTER (WHERE open) AS open,
		       count(*) FILTER (WHERE open AND filled_on <= day AND (vacated_on IS NULL OR vacated_on > day)) AS filled,
		       count(*) FILTER (WHERE created) AS created,
		       count(*) FILTER (WHERE created AND open) AS created_open,
		       count(*) FILTER (WHERE NOT created AND consolidated_on BETWEEN starts_on AND day) AS consolidated,
		       count(*) FILTER (WHERE created AND consolidated_on <= day) AS created_consolidated,
		       coalesce(array_agg(job_type ORDER BY job_type) FILTER (WHERE open), '{}') AS open_types,
		       coalesce(array_agg(job_type ORDER BY job_type) FILTER (WHERE open AND filled_on <= day AND (vacated_on IS NULL OR vacated_on > day)), '{}') AS filled_types`
)

// MostPosts bounds the posts of one structure, so that a runaway program cannot
// fill the register.
const MostPosts = 5000

// AddPosts adds identical posts. Their references continue the structure's own
// numbering, unless the draft has one.
func AddPosts(ctx context.Context, tx *pg.Tx, by audit.Stamp, d PostDraft) error {
	bad := d.Problems(by.OnDay)
	if len(bad) == 0 {
		place, err := lockPlace(ctx, tx, d)
		if err != nil {
			return err
		}
		if bad = place.Problems(by.Actor.Words, d); len(bad) == 0 {
			return addPosts(ctx, tx, by, place, d)
		}
	}
	return &fault.Error{Kind: fault.Invalid, Message: "Les postes n’ont pas été ajoutés.", Fields: bad}
}

func addPosts(ctx context.Context, tx *pg.Tx, by audit.Stamp, place Place, d PostDraft) error {
	references, err := references(ctx, tx, place, d)
	if err != nil {
		return err
	}
	ids := make([]uuid.UUID, d.Count)
	for i := range ids {
		if ids[i], err = uuid.NewV7(); err != nil {
			return err
		}
	}
	err = pg.Exec(ctx, tx, `
		INSERT INTO posts (convention_id, post_id, organisation_id, site_id, reference, job_type, quotity,
			opened_on, filled_on, vacated_on, closed_on, consolidated_on, consolidation, authors, touched_on, added_at)
		SELECT @convention, n.id, @organisation, @site, n.reference, @job_type, @quotity,
			@opened, @filled, @vacated, @closed, @consolidated, nullif(@consolidation, ''), ARRAY[@by::uuid], @today, @at
		FROM unnest(@ids::uuid[], @references::text[]) AS n (id, reference)`,
		pg.Args{"organisation": d.OrganisationID, "site": d.SiteID, "job_type": d.JobType, "quotity": d.Quotity,
			"opened": d.OpenedOn, "filled": d.FilledOn, "vacated": d.VacatedOn, "closed": d.ClosedOn,
			"consolidated": d.ConsolidatedOn, "consolidation": d.Consolidation, "ids": ids, "references": references,
			"by": by.Actor.PersonID, "today": by.OnDay, "at": by.At})
	if err != nil {
		return err
	}
	label := place.StructureName + ", poste " + references[0]
	if d.Count > 1 {
		label = fmt.Sprintf("%s, postes %s à %s", place.StructureName, references[0], references[d.Count-1])
	}
	return audit.Record(ctx, tx, audit.Entry{Stamp: by, Action: audit.Created, ObjectType: PostObject, ObjectID: ids[0].String(), ObjectLabel: label, After: d})
}

// references are those of new posts. Withdrawn posts count: their references
// stay taken. It is a statement of its own: the one that waited for the lock does
// not see what was stored meanwhile.
func references(ctx context.Context, tx *pg.Tx, place Place, d PostDraft) ([]string, error) {
	now, err := pg.One[struct {
		Count, Last int
		Taken       bool
	}](ctx, tx, `
		SELECT count(*) AS count, coalesce(max(substring(reference FROM '-([0-9]{1,9})$')::int) FILTER (WHERE starts_with(reference, @prefix)), 0) AS last,
		       coalesce(bool_or(reference = @reference), false) AS taken
		FROM posts WHERE convention_id = @convention AND organisation_id = @organisation`,
		pg.Args{"organisation": d.OrganisationID, "prefix": place.Code + "-", "reference": d.Reference})
	switch {
	case err != nil:
		return nil, err
	case now.Count+d.Count > MostPosts:
		return nil, fault.OnField(fault.Invalid, "count", fmt.Sprintf("Une structure compte au plus %s postes, supprimés compris.", french.Int(MostPosts)))
	case now.Taken:
		return nil, fault.OnField(fault.Conflict, "reference", "Un autre poste porte déjà la référence "+d.Reference+".")
	case d.Reference != "":
		return []string{d.Reference}, nil
	}
	references := make([]string, d.Count)
	for i := range references {
		references[i] = place.Reference(now.Last + i + 1)
	}
	return references, nil
}

// PostChange is what may happen to a post after its creation. Dates left nil
// stay empty.
type PostChange struct {
	FilledOn, VacatedOn, ClosedOn, ConsolidatedOn *time.Time
	Consolidation                                 Consolidation
}

// GetPost returns one post.
func GetPost(b *pg.Batch, id uuid.UUID) *pg.Rows[Post] {
	return pg.Queue[Post](b, selectPosts+` AND p.post_id = @id`, pg.Args{"id": id})
}

// With is the post as a draft with other dates.
func (p Post) With(c PostChange) PostDraft {
	return PostDraft{Count: 1, Reference: p.Reference, OrganisationID: p.OrganisationID, SiteID: p.SiteID, JobType: p.JobType, Quotity: p.Quotity, OpenedOn: p.OpenedOn,
		FilledOn: c.FilledOn, VacatedOn: c.VacatedOn, ClosedOn: c.ClosedOn, ConsolidatedOn: c.ConsolidatedOn, Consolidation: c.Consolidation}
}

// Change is what ChangePost would have set the post to as it is.
func (p Post) Change() PostChange {
	c := PostChange{FilledOn: p.FilledOn, VacatedOn: p.VacatedOn, ClosedOn: p.ClosedOn, ConsolidatedOn: p.ConsolidatedOn}
	if p.Consolidation != nil {
		c.Consolidation = *p.Consolidation
	}
	return c
}

// lockPost returns one post, which nobody else can change until the transaction ends.
func lockPost(ctx context.Context, tx *pg.Tx, id uuid.UUID) (Post, error) {
	return pg.One[Post](ctx, tx, selectPosts+` AND p.post_id = @id FOR UPDATE OF p`, pg.Args{"id": id})
}

// ChangePost replaces a post's dates. version is the one that the person saw.
func ChangePost(ctx context.Context, tx *pg.Tx, by audit.Stamp, id uuid.UUID, version int, c PostChange) error {
	old, err := lockPost(ctx, tx, id)
	if err != nil {
		return err
	}
	if by.Actor.Role == "structure" && old.OrganisationID != by.Actor.OrganisationID {
		return fault.New(fault.NotFound, pg.NoSuchRecord)
	}
	if old.Version != version {
		return fault.New(fault.Conflict, "Ce poste a été modifié entre-temps\u00a0: relisez-le avant de recommencer.")
	}
	if bad := old.With(c).Problems(by.OnDay); len(bad) > 0 {
		return &fault.Error{Kind: fault.Invalid, Message: "Le poste n’a pas changé.", Fields: bad}
	}
	err = pg.Exec(ctx, tx, `
		UPDATE posts SET filled_on = @filled, vacated_on = @vacated, closed_on = @closed, consolidated_on = @consolidated,
			consolidation = nullif(@consolidation, ''), version = version + 1,
			authors = CASE WHEN @by = ANY (authors) THEN authors ELSE authors || @by::uuid END, touched_on = @today
		WHERE convention_id = @convention AND post_id = @id`,
		pg.Args{"id": id, "filled": c.FilledOn, "vacated": c.VacatedOn, "closed": c.ClosedOn,
			"consolidated": c.ConsolidatedOn, "consolidation": c.Consolidation,
			"by": by.Actor.PersonID, "today": by.OnDay})
	if err != nil {
		return err
	}
	before, after := audit.Changes(old.Change(), c)
	return audit.Record(ctx, tx, audit.Entry{Stamp: by, Action: audit.Changed, ObjectType: PostObject, ObjectID: id.String(),
		ObjectLabel: old.StructureName + ", poste " + old.Reference, Before: before, After: after})
}

// MovePost moves a post to another site, or off-site when to is nil. The post
// stays the same: it is neither closed nor created again.
func MovePost(ctx context.Context, tx *pg.Tx, by audit.Stamp, id uuid.UUID, to *uuid.UUID, on time.Time) error {
	old, err := lockPost(ctx, tx, id)
	if err != nil {
		return err
	}
	b := tx.Batch()
	pg.QueueExec(b, `
		INSERT INTO post_moves (convention_id, post_id, moved_on, from_site_id) VALUES (@convention, @id, @on, @from)`,
		pg.Args{"id": id, "on": on, "from": old.SiteID})
	pg.QueueExec(b, `
		UPDATE posts SET site_id = @to, version = version + 1,
			authors = CASE WHEN @by = ANY (authors) THEN authors ELSE authors || @by::uuid END, touched_on = @today
		WHERE convention_id = @convention AND post_id = @id`,
		pg.Args{"id": id, "to": to, "by": by.Actor.PersonID, "today": by.OnDay})
	if err := b.Send(ctx); err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Entry{Stamp: by, Action: audit.Changed, ObjectType: PostObject, ObjectID: id.String(),
		ObjectLabel: old.StructureName + ", poste " + old.Reference,
		Before:      map[string]any{"site_id": old.SiteID}, After: map[string]any{"site_id": to, "moved_on": on.Format(time.DateOnly)}})
}
