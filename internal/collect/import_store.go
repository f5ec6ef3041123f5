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
	"copil/internal/site"
)

// Sent is a file that was read, to be kept.
type Sent struct {
	Name   string
	Sum    [sha256.Size]byte // of the file as it came
	Packed []byte            // what it says; see sheet.Book.Pack
}

// ReadSent reads a file that somebody sends, which may take a second and needs no
// database. Its errors are those of sheet.Read.
func ReadSent(name string, content []byte) (Sent, error) {
	book, err := sheet.Read(name, content)
	if err != nil {
		return Sent{}, err
	}
	packed, err := book.Pack()
	return Sent{name, sha256.Sum256(content), packed}, err
}

// Upload is a file that somebody sent.
type Upload struct {
	ImportID    uuid.UUID
	PeriodCode  string
	Name        string
	Content     []byte // what was read of it, packed; empty once it is imported
	SentAt      time.Time
	DoneOn      *time.Time
	Submissions int // that it changed
	Posts       int // that it added or changed
}

// KeptUntil is when a file that nobody confirms is removed.
func (u Upload) KeptUntil() time.Time { return u.SentAt.Add(UploadKept) }

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
func KeepUpload(ctx context.Context, tx *pg.Tx, by audit.Stamp, period string, sent Sent) (uuid.UUID, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return uuid.Nil, err
	}
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
		pg.Args{"id": id, "period": period, "person": by.Actor.PersonID, "name": sent.Name, "content": sent.Packed, "sum": sent.Sum[:], "at": by.At, "on": by.OnDay})
	if err := b.Send(ctx); err != nil {
		return uuid.Nil, err
	}
	return id, audit.Record(ctx, tx, uploadEntry(by, id, period, sent.Name, map[string]any{"state": "recu", "sha256": hex.EncodeToString(sent.Sum[:])}))
}

func uploadEntry(by audit.Stamp, id uuid.UUID, period, name string, after map[string]any) audit.Entry {
	return audit.Entry{Stamp: by, Action: audit.Imported, ObjectType: audit.Document, ObjectID: id.String(), ObjectLabel: name + ", " + period, After: after}
}

// GetUpload returns a file to the person who sent it: whoever confirms figures
// answers for them.
func GetUpload(b *pg.Batch, id, person uuid.UUID) *pg.Rows[Upload] {
	return pg.Queue[Upload](b, `
		SELECT import_id, period_code, name, content, sent_at, done_on, submissions, posts
		FROM imports WHERE convention_id = @convention AND import_id = @id AND person_id = @person`, pg.Args{"id": id, "person": person})
}

// Waiting are the files of a period that a person sent and has not confirmed, the
// last first, without their content.
func Waiting(b *pg.Batch, period string, person uuid.UUID) *pg.Rows[Upload] {
	return pg.Queue[Upload](b, `
		SELECT import_id, period_code, name, ''::bytea AS content, sent_at, done_on, submissions, posts
		FROM imports WHERE convention_id = @convention AND person_id = @person AND period_code = @period AND state = 'recu'
		ORDER BY import_id DESC`, pg.Args{"period": period, "person": person})
}

// Seen sums up in which versions an import found the posts and submissions that it
// would change: confirming takes the same, or somebody wrote meanwhile.
func (i Import) Seen() string {
	sum := sha256.New()
	for _, p := range postsInOrder(i.Posts) {
		version := 0 // not there yet
		if p.Post != nil {
			version = p.Post.Version
		}
		fmt.Fprintf(sum, "%s %s %d\n", p.Draft.OrganisationID, p.Draft.Reference, version)
	}
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

// Imported counts what an import stored.
type Imported struct{ Submissions, Posts int }

// ConfirmImport stores all that a file changes, as Save and the form of a post
// would. seen is Import.Seen as the person saw it. A Conflict means that nothing
// was stored: to be looked at again, or done before.
func ConfirmImport(ctx context.Context, tx *pg.Tx, by audit.Stamp, id uuid.UUID, period, seen string) (done Imported, err error) {
	upload, err := lockUpload(ctx, tx, by, id, period)
	if err != nil {
		return done, err
	}
	b := tx.Batch()
	rows := QueueForms(b, ImportFilter(by.Actor, period))
	if err := b.Send(ctx); err != nil {
		return done, err
	}
	found, err := rows.Import(upload, by.Actor, by.OnDay)
	if err != nil {
		return done, err
	}
	if len(found.Problems) > 0 || found.Nothing() || found.Seen() != seen {
		return done, fault.New(fault.Conflict, "Les chiffres de Copil ont changé depuis l’aperçu\u00a0: rien n’a été importé. Relisez la comparaison ci-dessous, puis confirmez.")
	}
	if err := storePosts(ctx, tx, by, found.Posts); err != nil {
		return done, err
	}
	changed, answers := found.inOrder(), 0
	if err := saveAll(ctx, tx, by, changed); err != nil {
		return done, err
	}
	for _, e := range changed {
		done.Submissions, answers = done.Submissions+1, answers+len(e.Changes)
	}
	done.Posts = len(found.Posts)
	err = pg.Exec(ctx, tx, `
		UPDATE imports SET state = 'fait', done_on = @on, submissions = @submissions, posts = @posts, content = ''
		WHERE convention_id = @convention AND import_id = @id`, pg.Args{"id": id, "on": by.OnDay, "submissions": done.Submissions, "posts": done.Posts})
	if err != nil {
		return done, err
	}
	return done, audit.Record(ctx, tx, uploadEntry(by, id, period, upload.Name,
		map[string]any{"state": "fait", "submissions": done.Submissions, "answers": answers, "posts": done.Posts}))
}

// Import compares a file with the forms and posts that were read.
func (r *FormRows) Import(upload Upload, actor access.Actor, today time.Time) (Import, error) {
	forms, err := r.Forms()
	if err != nil {
		return Import{}, err
	}
	period, err := r.Period()
	if err != nil {
		return Import{}, err
	}
	book, err := sheet.Unpack(upload.Content)
	if err != nil {
		return Import{}, err
	}
	return ReadImport(book, forms, r.Register(), period, actor, today), nil
}

func storePosts(ctx context.Context, tx *pg.Tx, by audit.Stamp, posts []PostEntry) error {
	for _, p := range postsInOrder(posts) {
		var err error
		if p.Post != nil {
			err = site.ChangePost(ctx, tx, by, p.Post.PostID, p.Post.Version, p.Change)
		} else {
			err = site.AddPosts(ctx, tx, by, p.Draft)
		}
		if err != nil {
			return err
		}
	}
	return nil
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
