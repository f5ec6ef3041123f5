package collect

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/audit"
	"copil/internal/fault"
	"copil/internal/french"
	"copil/internal/pg"
	"copil/internal/sheet"
)

// Upload is a file that somebody sent.
type Upload struct {
	ImportID    uuid.UUID
	PeriodCode  string
	Name        string
	Content     []byte // empty once it is imported
	DoneOn      *time.Time
	Submissions int // that it changed
}

// UploadKept is how long a file waits to be confirmed.
const UploadKept = 7 * 24 * time.Hour

// ImportFilter chooses the forms that an actor may fill in by a file: the
// mission those of everybody, others their own.
func ImportFilter(actor access.Actor, period string) FormFilter {
	f := FormFilter{PeriodCode: period}
	if actor.Role != access.Mission {
		f.OrganisationID = &actor.OrganisationID
	}
	return f
}

// mostUploads is how many files of one person may wait at a time, so that nobody
// fills the disk; the oldest makes room.
const mostUploads = 10

// KeepUpload keeps a file for its sender to look at. Nothing of it counts before ConfirmImport.
func KeepUpload(ctx context.Context, tx *pg.Tx, by audit.Stamp, period, name string, content []byte) (uuid.UUID, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return uuid.Nil, err
	}
	sum := sha256.Sum256(content)
	b := tx.Batch()
	pg.QueueExec(b, `
		DELETE FROM imports
		WHERE convention_id = @convention AND person_id = @person AND state = 'recu' AND import_id NOT IN (
			SELECT import_id FROM imports WHERE convention_id = @convention AND person_id = @person AND state = 'recu'
			ORDER BY import_id DESC LIMIT @most)`,
		pg.Args{"person": by.Actor.PersonID, "most": mostUploads - 1})
	pg.QueueExec(b, `
		INSERT INTO imports (convention_id, import_id, period_code, person_id, name, content, sha256, state, sent_at, sent_on)
		VALUES (@convention, @id, @period, @person, @name, @content, @sum, 'recu', @at, @on)`,
		pg.Args{"id": id, "period": period, "person": by.Actor.PersonID, "name": name, "content": content, "sum": sum[:], "at": by.At, "on": by.OnDay})
	if err := b.Send(ctx); err != nil {
		return uuid.Nil, err
	}
	return id, audit.Record(ctx, tx, uploadEntry(by, id, period, name, map[string]any{"state": "recu", "sha256": hex.EncodeToString(sum[:])}))
}

func uploadEntry(by audit.Stamp, id uuid.UUID, period, name string, after map[string]any) audit.Entry {
	return audit.Entry{Stamp: by, Action: audit.Imported, ObjectType: audit.Document, ObjectID: id.String(), ObjectLabel: name + ", " + period, After: after}
}

// GetUpload returns a file to the person who sent it.
func GetUpload(b *pg.Batch, id, person uuid.UUID) *pg.Rows[Upload] {
	return pg.Queue[Upload](b, `
		SELECT import_id, period_code, name, content, done_on, submissions
		FROM imports WHERE convention_id = @convention AND import_id = @id AND person_id = @person`, pg.Args{"id": id, "person": person})
}

// Seen sums up in which versions an import found the submissions that it would
// change: confirming takes the same, or somebody wrote meanwhile.
func (i Import) Seen() string {
	sum := sha256.New()
	for _, e := range i.inOrder() {
		fmt.Fprintf(sum, "%s %d\n", e.Form.Submission.SubmissionID, e.Form.Submission.Version)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// inOrder are the entries to save, as every import locks them.
func (i Import) inOrder() []ImportEntry {
	changed := i.Changed()
	slices.SortFunc(changed, func(a, b ImportEntry) int {
		return cmp.Compare(a.Form.Submission.SubmissionID.String(), b.Form.Submission.SubmissionID.String())
	})
	return changed
}

// ConfirmImport saves all that a file changes, as Save would, and returns how many
// submissions these are. seen is Import.Seen as the person saw it. A Conflict
// means that nothing was saved: to be looked at again, or done before.
func ConfirmImport(ctx context.Context, tx *pg.Tx, by audit.Stamp, id uuid.UUID, period, seen string) (int, error) {
	upload, err := lockUpload(ctx, tx, by, id, period)
	if err != nil {
		return 0, err
	}
	book, err := sheet.Read(upload.Name, upload.Content)
	if err != nil {
		return 0, err
	}
	b := tx.Batch()
	rows := QueueForms(b, ImportFilter(by.Actor, period))
	if err := b.Send(ctx); err != nil {
		return 0, err
	}
	forms, err := rows.Forms()
	if err != nil {
		return 0, err
	}
	p, err := rows.Period()
	if err != nil {
		return 0, err
	}
	found := ReadImport(book, forms, p, by.Actor, by.OnDay)
	changed := found.inOrder()
	if len(found.Problems) > 0 || len(changed) == 0 || found.Seen() != seen {
		return 0, fault.New(fault.Conflict, "Les chiffres de Copil ont changé depuis l’aperçu\u00a0: rien n’a été importé. Relisez la comparaison ci-dessous, puis confirmez.")
	}
	cells := 0
	for _, e := range changed {
		s := e.Form.Submission
		if err := Save(ctx, tx, by, s.SubmissionID, s.Version, e.Cells, s.Remark); err != nil {
			return 0, err
		}
		cells += len(e.Changes)
	}
	err = pg.Exec(ctx, tx, `
		UPDATE imports SET state = 'fait', done_on = @on, submissions = @submissions, content = ''
		WHERE convention_id = @convention AND import_id = @id`, pg.Args{"id": id, "on": by.OnDay, "submissions": len(changed)})
	if err != nil {
		return 0, err
	}
	return len(changed), audit.Record(ctx, tx, uploadEntry(by, id, period, upload.Name, map[string]any{"state": "fait", "submissions": len(changed), "answers": cells}))
}

func lockUpload(ctx context.Context, tx *pg.Tx, by audit.Stamp, id uuid.UUID, period string) (Upload, error) {
	b := tx.Batch()
	pg.QueueExec(b, `SELECT FROM imports WHERE convention_id = @convention AND import_id = @id FOR UPDATE`, pg.Args{"id": id})
	uploads := GetUpload(b, id, by.Actor.PersonID)
	if err := b.Send(ctx); err != nil {
		return Upload{}, err
	}
	upload, err := uploads.One()
	switch {
	case err != nil:
		return upload, err
	case upload.PeriodCode != period:
		return upload, fault.New(fault.NotFound, pg.NoSuchRecord)
	case upload.DoneOn != nil:
		return upload, fault.New(fault.Conflict, "Ce fichier a déjà été importé le %s.", french.Date(*upload.DoneOn))
	}
	return upload, nil
}

// SweepUploads removes the files that nobody confirmed in time, and the traces of
// those that were, as of now by the wall clock. The log keeps what they did.
func SweepUploads(ctx context.Context, tx *pg.Tx, now time.Time) error {
	_, err := pg.Run(ctx, tx, `DELETE FROM imports WHERE convention_id = @convention AND sent_at < @before`, pg.Args{"before": now.Add(-UploadKept)})
	return err
}
