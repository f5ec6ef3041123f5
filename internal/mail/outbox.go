package mail

import (
	"context"
	"time"

	"github.com/google/uuid"

	"copil/internal/audit"
	"copil/internal/fault"
	"copil/internal/pg"
)

// State says where a mail stands.
type State string

// The states, as stored.
const (
	Waiting   State = "en_attente"
	Sending   State = "en_cours"
	Sent      State = "envoye"
	Failed    State = "echec"  // given up
	Cancelled State = "annule" // the person no longer belongs here
)

// Label returns the state's name on screen, "" for an unknown one.
func (s State) Label() string {
	switch s {
	case Waiting:
		return "En attente"
	case Sending:
		return "En cours d’envoi"
	case Sent:
		return "Envoyé"
	case Failed:
		return "Échec"
	case Cancelled:
		return "Annulé"
	}
	return ""
}

// Line is a mail of the outbox, as the mission sees it: to whom by name.
type Line struct {
	MailID     uuid.UUID
	Name       string // as displayed in the convention
	Kind       Kind
	Subject    string
	Paragraphs []string
	LinkLabel  string
	OnDay      time.Time
	QueuedAt   time.Time
	State      State
	Attempts   int
	SentAt     *time.Time
	DueAt      time.Time
	LastError  string
}

// Shown is how many mails List returns at most.
const Shown = 200

// List returns the newest mails; those that failed or wait come first.
func List(b *pg.Batch) *pg.Rows[Line] {
	return pg.Queue[Line](b, `
		SELECT l.mail_id, coalesce((SELECT m.name FROM members m
				WHERE m.convention_id = @convention AND m.person_id = l.person_id ORDER BY m.starts_on DESC LIMIT 1), '') AS name,
			l.kind, l.subject, l.paragraphs, l.link_label, l.on_day, l.queued_at, l.state, l.attempts, l.sent_at, l.due_at, l.last_error
		FROM mails l WHERE l.convention_id = @convention
		ORDER BY CASE l.state WHEN 'echec' THEN 0 WHEN 'en_attente' THEN 1 WHEN 'en_cours' THEN 1 ELSE 2 END, l.mail_id DESC
		LIMIT @most`, pg.Args{"most": Shown})
}

// Tally is how many mails of the outbox stand where.
type Tally struct{ Waiting, Failed, Sent, Cancelled int }

// Count counts the outbox.
func Count(b *pg.Batch) *pg.Rows[Tally] {
	return pg.Queue[Tally](b, `
		SELECT count(*) FILTER (WHERE state IN ('en_attente', 'en_cours')) AS waiting, count(*) FILTER (WHERE state = 'echec') AS failed,
			count(*) FILTER (WHERE state = 'envoye') AS sent, count(*) FILTER (WHERE state = 'annule') AS cancelled
		FROM mails WHERE convention_id = @convention`, nil)
}

// Resend makes a mail that failed due again, with all its attempts, and notes who
// asked for it. One that did not fail, or that somebody sent again meanwhile, is a
// Conflict. Whether the person still belongs is asked when it leaves.
func Resend(ctx context.Context, tx *pg.Tx, by audit.Stamp, id uuid.UUID) error {
	found, err := pg.Many[struct{ Subject, Name string }](ctx, tx, `
		UPDATE mails l SET state = 'en_attente', attempts = 0, due_at = @now, last_error = ''
		WHERE convention_id = @convention AND mail_id = @id AND state = 'echec'
		RETURNING subject, coalesce((SELECT m.name FROM members m
			WHERE m.convention_id = @convention AND m.person_id = l.person_id ORDER BY m.starts_on DESC LIMIT 1), '') AS name`,
		pg.Args{"id": id, "now": by.At})
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return fault.New(fault.Conflict, "Ce courriel n’est plus en échec\u00a0: rechargez la page pour voir où il en est.")
	}
	return audit.Record(ctx, tx, audit.Entry{Stamp: by, Action: audit.Changed, ObjectType: audit.Mail, ObjectID: id.String(),
		ObjectLabel: found[0].Subject + ", " + found[0].Name, Before: map[string]State{"state": Failed}, After: map[string]State{"state": Waiting}})
}
