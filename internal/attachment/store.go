package attachment

import (
	"context"
	"crypto/sha256"
	"strings"
	"time"

	"github.com/google/uuid"

	"copil/internal/audit"
	"copil/internal/fault"
	"copil/internal/pg"
)

// Paper is what a list tells of an attachment.
type Paper struct {
	AttachmentID uuid.UUID
	Name         string
	MediaType    string
	Size         int       // bytes
	AddedOn      time.Time // business day
	Author       string    // as displayed; "" for Copil itself
	WithdrawnOn  *time.Time
	Withdrawal   string // why; "" while it stands
}

// File is one paper with its content.
type File struct {
	Name      string
	MediaType string
	Content   []byte
}

// Add examines a paper and keeps it with its object. What is refused is an
// Invalid fault at Field; a convention that is full is a Conflict.
func Add(ctx context.Context, tx *pg.Tx, by audit.Stamp, o Object, name string, content []byte) (uuid.UUID, error) {
	name, media, err := Examine(name, content)
	if err != nil {
		return uuid.Nil, err
	}
	held, err := pg.One[struct{ Held int64 }](ctx, tx, `
		SELECT coalesce(sum(size), 0)::bigint AS held FROM attachments WHERE convention_id = @convention`, nil)
	if err != nil {
		return uuid.Nil, err
	}
	if held.Held+int64(len(content)) > Quota {
		return uuid.Nil, fault.OnField(fault.Conflict, Field, "La place réservée aux pièces de cette convention est épuisée\u00a0: adressez-vous à l’administration de la plateforme.")
	}
	id, err := uuid.NewV7()
	if err != nil {
		return uuid.Nil, err
	}
	sum := sha256.Sum256(content)
	err = pg.Exec(ctx, tx, `
		INSERT INTO attachments (convention_id, attachment_id, object_type, object_id, name, media_type, size, sha256, content, added_by, added_on, added_at)
		VALUES (@convention, @id, @type, @object, @name, @media, @size, @sum, @content, nullif(@by, '00000000-0000-0000-0000-000000000000'::uuid), @on, @at)`,
		pg.Args{"id": id, "type": string(o.Type), "object": o.ID, "name": name, "media": media, "size": len(content), "sum": sum[:], "content": content,
			"by": by.Actor.PersonID, "on": by.OnDay, "at": by.At})
	if err != nil {
		return uuid.Nil, err
	}
	return id, record(ctx, tx, by, audit.Attached, o, name, map[string]any{"paper": name})
}

func record(ctx context.Context, tx *pg.Tx, by audit.Stamp, action audit.Action, o Object, name string, after map[string]any) error {
	if o.Label == "" {
		o.Label = name
	}
	return audit.Record(ctx, tx, audit.Entry{Stamp: by, Action: action, ObjectType: o.Type, ObjectID: o.ID, ObjectLabel: o.Label, After: after})
}

// List queues the papers of an object, in the order in which they came,
// withdrawn ones included.
func List(b *pg.Batch, o Object) *pg.Rows[Paper] {
	return pg.Queue[Paper](b, `
		SELECT attachment_id, name, media_type, size, added_on, withdrawn_on, withdrawal,
		       coalesce((SELECT m.name FROM members m WHERE m.convention_id = @convention AND m.person_id = a.added_by ORDER BY m.ends_on DESC LIMIT 1), '') AS author
		FROM attachments a
		WHERE convention_id = @convention AND object_type = @type AND object_id = @object
		ORDER BY attachment_id`, pg.Args{"type": string(o.Type), "object": o.ID})
}

// Get queues one paper of an object with its content; none when it is withdrawn
// or another object's.
func Get(b *pg.Batch, o Object, id uuid.UUID) *pg.Rows[File] {
	return pg.Queue[File](b, `
		SELECT name, media_type, content FROM attachments
		WHERE convention_id = @convention AND attachment_id = @id AND object_type = @type AND object_id = @object AND withdrawn_on IS NULL`,
		pg.Args{"id": id, "type": string(o.Type), "object": o.ID})
}

// Withdraw takes back a paper that was attached by mistake: it stays listed, with
// the reason, and is read no more. Whether its object still allows it is for the
// object's own rules to say before.
func Withdraw(ctx context.Context, tx *pg.Tx, by audit.Stamp, o Object, id uuid.UUID, reason string) error {
	if strings.TrimSpace(reason) == "" {
		return fault.OnField(fault.Invalid, "reason", "Indiquez pourquoi cette pièce est retirée.")
	}
	found, err := pg.One[struct{ Name string }](ctx, tx, `
		UPDATE attachments SET withdrawn_on = @on, withdrawal = @reason
		WHERE convention_id = @convention AND attachment_id = @id AND object_type = @type AND object_id = @object AND withdrawn_on IS NULL
		RETURNING name`,
		pg.Args{"id": id, "type": string(o.Type), "object": o.ID, "on": by.OnDay, "reason": reason})
	if err != nil {
		return err
	}
	return record(ctx, tx, by, audit.Removed, o, found.Name, map[string]any{"paper": found.Name, "reason": reason})
}
