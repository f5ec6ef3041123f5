package site

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

// CountedIn returns the labels of the periods for which a submission that counts
// the post was handed in or validated. A post that moved counts wherever it was.
func CountedIn(b *pg.Batch, id uuid.UUID) *pg.Rows[struct{ Label string }] {
	return pg.Queue[struct{ Label string }](b, `
		SELECT q.label
		FROM posts p
		JOIN submissions s ON s.convention_id = @convention AND s.organisation_id = p.organisation_id
		JOIN periods q ON q.convention_id = @convention AND q.period_code = s.period_code
		WHERE p.convention_id = @convention AND p.post_id = @id
		  AND s.state IN ('soumise', 'validee') AND q.ends_on >= p.opened_on AND s.submitted_at >= p.added_at
		  AND (s.site_id IS NOT DISTINCT FROM p.site_id OR EXISTS (
			SELECT FROM post_moves m
			WHERE m.convention_id = @convention AND m.post_id = p.post_id AND m.from_site_id IS NOT DISTINCT FROM s.site_id))
		GROUP BY q.position, q.label
		ORDER BY q.position`, pg.Args{"id": id})
}

// WithdrawPost takes back a post that was entered by mistake: it is listed and
// counted nowhere from now on. One that a submission handed in has counted is a
// Conflict: what was declared is not unsaid. version is the one that the person saw.
func WithdrawPost(ctx context.Context, tx *pg.Tx, by audit.Stamp, id uuid.UUID, version int, reason string) error {
	old, err := lockPost(ctx, tx, id)
	if err != nil {
		return err
	}
	if by.Actor.Role == access.Structure && old.OrganisationID != by.Actor.OrganisationID {
		return fault.New(fault.NotFound, pg.NoSuchRecord)
	}
	if old.Version != version {
		return fault.New(fault.Conflict, "Ce poste a été modifié entre-temps\u00a0: relisez-le avant de recommencer.")
	}
	if strings.TrimSpace(reason) == "" {
		return fault.OnField(fault.Invalid, "reason", "Indiquez pourquoi ce poste est retiré.")
	}
	b := tx.Batch()
	// Whoever is handing figures in holds this lock: they are counted before or after, never meanwhile.
	pg.QueueExec(b, `SELECT FROM submissions WHERE convention_id = @convention AND organisation_id = @organisation FOR SHARE`,
		pg.Args{"organisation": old.OrganisationID})
	counted := CountedIn(b, id)
	if err := b.Send(ctx); err != nil {
		return err
	}
	if len(counted.All) > 0 {
		return fault.New(fault.Conflict, "%s", AlreadyCounted(counted.All))
	}
	err = pg.Exec(ctx, tx, `
		UPDATE posts SET withdrawn_on = @today, withdrawal = @reason, version = version + 1,
			authors = CASE WHEN @by = ANY (authors) THEN authors ELSE authors || @by::uuid END, touched_on = @today
		WHERE convention_id = @convention AND post_id = @id`,
		pg.Args{"id": id, "reason": reason, "by": by.Actor.PersonID, "today": by.OnDay})
	if err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Entry{Stamp: by, Action: audit.Removed, ObjectType: PostObject, ObjectID: id.String(),
		ObjectLabel: old.StructureName + ", poste " + old.Reference,
		After:       map[string]any{"reason": reason, "withdrawn_on": by.OnDay.Format(time.DateOnly)}})
}

// AlreadyCounted says why a post that submissions of these periods counted stays,
// and what to do instead.
func AlreadyCounted(periods []struct{ Label string }) string {
	var labels []string
	for _, p := range periods {
		labels = append(labels, "«\u00a0"+p.Label+"\u00a0»")
	}
	return "Ce poste est déjà compté dans une saisie soumise ou validée (" + french.List(labels) +
		")\u00a0: il ne se retire plus. S’il n’existe plus, indiquez sa date de suppression\u00a0; si une date est fausse, corrigez-la\u00a0: les périodes encore ouvertes en tiendront compte."
}
