package funding

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/audit"
	"copil/internal/fault"
	"copil/internal/french"
	"copil/internal/pg"
)

const selectPooled = `
	SELECT p.post_id, p.organisation_id, o.name AS structure_name, p.site_id, coalesce(s.code, '') AS site_code, coalesce(s.name, '') AS site_name,
		p.reference, i.label AS job_type_label, p.quotity, p.opened_on, p.filled_on, p.vacated_on, p.closed_on
	FROM posts p
	JOIN organisations o ON o.convention_id = @convention AND o.organisation_id = p.organisation_id
	JOIN list_items i ON i.convention_id = @convention AND i.list_code = p.list_code AND i.item_code = p.job_type
	LEFT JOIN sites s ON s.convention_id = @convention AND s.site_id = p.site_id
	WHERE p.convention_id = @convention AND p.withdrawn_on IS NULL`

// PooledPosts queues the posts that were ever pooled, by site and reference, all
// or those of a structure, without their poolings.
func PooledPosts(b *pg.Batch, organisation *uuid.UUID) *pg.Rows[PooledPost] {
	return pg.Queue[PooledPost](b, selectPooled+`
		  AND (@organisation::uuid IS NULL OR p.organisation_id = @organisation)
		  AND EXISTS (SELECT FROM poolings WHERE convention_id = @convention AND post_id = p.post_id)
		ORDER BY length(s.code), s.code, o.name, p.reference`, pg.Args{"organisation": organisation})
}

// GetPooledPost queues one post, pooled or not, without its poolings.
func GetPooledPost(b *pg.Batch, post uuid.UUID) *pg.Rows[PooledPost] {
	return pg.Queue[PooledPost](b, selectPooled+` AND p.post_id = @post`, pg.Args{"post": post})
}

// Poolings queues the poolings of one post, or of all with nil, by day and
// without shares.
func Poolings(b *pg.Batch, post *uuid.UUID) *pg.Rows[Pooling] {
	return pg.Queue[Pooling](b, `
		SELECT post_id, since_on, until_on, edition FROM poolings
		WHERE convention_id = @convention AND (@post::uuid IS NULL OR post_id = @post)
		ORDER BY post_id, since_on`, pg.Args{"post": post})
}

// PoolPayer is a payer with the pooling that it is of.
type PoolPayer struct {
	PostID  uuid.UUID
	SinceOn time.Time
	Payer
}

// PoolPayers queues the payers of one post, or of all with nil, the largest first.
func PoolPayers(b *pg.Batch, post *uuid.UUID) *pg.Rows[PoolPayer] {
	return pg.Queue[PoolPayer](b, `
		SELECT x.post_id, x.since_on, x.organisation_id, o.name, x.hours, x.euros
		FROM pooling_payers x JOIN organisations o ON o.convention_id = @convention AND o.organisation_id = x.organisation_id
		WHERE x.convention_id = @convention AND (@post::uuid IS NULL OR x.post_id = @post)
		ORDER BY x.post_id, x.since_on, x.euros DESC, x.hours DESC, o.name`, pg.Args{"post": post})
}

// PoolEmployer is an employer with the pooling that it is of.
type PoolEmployer struct {
	PostID  uuid.UUID
	SinceOn time.Time
	Employer
}

// PoolEmployers queues the employers of one post, or of all with nil, the largest first.
func PoolEmployers(b *pg.Batch, post *uuid.UUID) *pg.Rows[PoolEmployer] {
	return pg.Queue[PoolEmployer](b, `
		SELECT x.post_id, x.since_on, x.organisation_id, o.name, x.hours
		FROM pooling_employers x JOIN organisations o ON o.convention_id = @convention AND o.organisation_id = x.organisation_id
		WHERE x.convention_id = @convention AND (@post::uuid IS NULL OR x.post_id = @post)
		ORDER BY x.post_id, x.since_on, x.hours DESC, o.name`, pg.Args{"post": post})
}

// WithPoolings gives each post its poolings, with their shares.
func WithPoolings(posts []PooledPost, poolings []Pooling, payers []PoolPayer, employers []PoolEmployer) []PooledPost {
	type at struct {
		post  uuid.UUID
		since time.Time
	}
	pays, employs, of := map[at][]Payer{}, map[at][]Employer{}, map[uuid.UUID][]Pooling{}
	for _, p := range payers {
		key := at{p.PostID, p.SinceOn}
		pays[key] = append(pays[key], p.Payer)
	}
	for _, e := range employers {
		key := at{e.PostID, e.SinceOn}
		employs[key] = append(employs[key], e.Employer)
	}
	for _, s := range poolings {
		s.Payers, s.Employers = pays[at{s.PostID, s.SinceOn}], employs[at{s.PostID, s.SinceOn}]
		of[s.PostID] = append(of[s.PostID], s)
	}
	for i := range posts {
		posts[i].Poolings = of[posts[i].PostID]
	}
	return posts
}

// SeesPooling reports whether an actor sees the pooling of a structure's posts: a
// structure sees its own.
func SeesPooling(by access.Actor, organisation uuid.UUID) bool {
	return by.PersonID == uuid.Nil || by.SeesAll() || by.Role == access.Structure && by.OrganisationID == organisation
}

// SeesEuros reports whether an actor sees the shares in euros of the poolings
// that they see: a structure those of its own posts.
func SeesEuros(by access.Actor) bool {
	return by.PersonID == uuid.Nil || by.Can(access.MoneyRead) || by.Role == access.Structure && !by.WithoutMoney
}

// MayPool reports whether an actor may say who pays for a structure's posts.
func MayPool(by access.Actor, organisation uuid.UUID) bool {
	return by.PersonID == uuid.Nil || by.Can(access.PostWrite) && SeesPooling(by, organisation) && SeesEuros(by)
}

// Pool says who pays for a post from a day on. What was so before ends on the eve;
// what began on that very day is replaced. edition is the one that the person saw.
func Pool(ctx context.Context, tx *pg.Tx, by audit.Stamp, post uuid.UUID, edition int, s Pooling) error {
	if err := pg.Exec(ctx, tx, `SELECT FROM posts WHERE convention_id = @convention AND post_id = @post AND withdrawn_on IS NULL FOR UPDATE`,
		pg.Args{"post": post}); err != nil {
		return err
	}
	p, err := pooledPost(ctx, tx, post)
	if err != nil {
		return err
	}
	if !MayPool(by.Actor, p.OrganisationID) {
		return fault.New(fault.NotFound, pg.NoSuchRecord)
	}
	if p.Edition() != edition {
		return fault.New(fault.Conflict, "Les parts de ce poste ont été modifiées entre-temps\u00a0: relisez-les avant de recommencer.")
	}
	if len(s.Employers) == 0 {
		s.Employers = []Employer{{OrganisationID: p.OrganisationID, Name: p.StructureName, Hours: hundred}}
	}
	if bad := s.Problems(p); len(bad) > 0 {
		return &fault.Error{Kind: fault.Invalid, Message: "Les parts ne sont pas enregistrées.", Fields: bad}
	}
	if err := store(ctx, tx, by, p, s); err != nil {
		return err
	}
	var before any
	if was, pooled := p.On(s.SinceOn); pooled {
		before = was.logged()
	}
	return audit.Record(ctx, tx, audit.Entry{Stamp: by, Action: audit.Changed, ObjectType: audit.Pooling, ObjectID: post.String(),
		ObjectLabel: p.StructureName + ", poste " + p.Reference, Before: before, After: s.logged()})
}

// pooledPost reads a post that is locked, with its poolings.
func pooledPost(ctx context.Context, tx *pg.Tx, id uuid.UUID) (PooledPost, error) {
	b := tx.Batch()
	found, poolings, payers, employers := GetPooledPost(b, id), Poolings(b, &id), PoolPayers(b, &id), PoolEmployers(b, &id)
	if err := b.Send(ctx); err != nil {
		return PooledPost{}, err
	}
	if _, err := found.One(); err != nil {
		return PooledPost{}, err
	}
	return WithPoolings(found.All, poolings.All, payers.All, employers.All)[0], nil
}

func store(ctx context.Context, tx *pg.Tx, by audit.Stamp, p PooledPost, s Pooling) error {
	args := func(more pg.Args) pg.Args {
		more["post"], more["since"] = p.PostID, s.SinceOn
		return more
	}
	b := tx.Batch()
	pg.QueueExec(b, `
		UPDATE poolings SET until_on = @since::date - 1, edition = @edition
		WHERE convention_id = @convention AND post_id = @post AND since_on < @since AND (until_on IS NULL OR until_on >= @since)`,
		args(pg.Args{"edition": p.Edition() + 1}))
	for _, table := range []string{"pooling_payers", "pooling_employers"} {
		pg.QueueExec(b, `DELETE FROM `+table+` WHERE convention_id = @convention AND post_id = @post AND since_on = @since`, args(pg.Args{}))
	}
	pg.QueueExec(b, `
		INSERT INTO poolings (convention_id, post_id, since_on, until_on, edition, recorded_on)
		VALUES (@convention, @post, @since, @until, @edition, @today)
		ON CONFLICT (convention_id, post_id, since_on) DO UPDATE SET until_on = @until, edition = @edition, recorded_on = @today`,
		args(pg.Args{"until": s.UntilOn, "edition": p.Edition() + 1, "today": by.OnDay}))
	for _, x := range s.Payers {
		pg.QueueExec(b, `
			INSERT INTO pooling_payers (convention_id, post_id, since_on, organisation_id, hours, euros)
			VALUES (@convention, @post, @since, @organisation, @hours, @euros)`,
			args(pg.Args{"organisation": x.OrganisationID, "hours": x.Hours, "euros": x.Euros}))
	}
	for _, x := range s.Employers {
		pg.QueueExec(b, `
			INSERT INTO pooling_employers (convention_id, post_id, since_on, organisation_id, hours)
			VALUES (@convention, @post, @since, @organisation, @hours)`,
			args(pg.Args{"organisation": x.OrganisationID, "hours": x.Hours}))
	}
	err := b.Send(ctx)
	switch pg.ViolatedConstraint(err) {
	case "pooling_payers_convention_id_organisation_id_fkey":
		return fault.OnField(fault.Invalid, "payers", "Choisissez dans la liste.")
	case "pooling_employers_convention_id_organisation_id_fkey":
		return fault.OnField(fault.Invalid, "employers", "Choisissez dans la liste.")
	}
	return err
}

// logged is what the log keeps of a pooling.
func (s Pooling) logged() map[string]string {
	doc := map[string]string{"depuis le": s.SinceOn.Format(time.DateOnly), "dernier jour": ""}
	if s.UntilOn != nil {
		doc["dernier jour"] = s.UntilOn.Format(time.DateOnly)
	}
	var payers, employers []string
	for _, p := range s.Payers {
		payers = append(payers, p.Name+" "+french.Decimal(p.Hours, 2)+" % des heures, "+french.Decimal(p.Euros, 2)+" % du financement")
	}
	for _, e := range s.Employers {
		employers = append(employers, e.Name+" "+french.Decimal(e.Hours, 2)+" %")
	}
	doc["commanditaires"], doc["employeurs"] = strings.Join(payers, "\u00a0; "), strings.Join(employers, "\u00a0; ")
	return doc
}
