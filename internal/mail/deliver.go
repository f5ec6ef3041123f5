package mail

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"time"

	"github.com/google/uuid"

	"copil/internal/fault"
	"copil/internal/pg"
)

// taken is a mail that this worker alone may send until its lease ends.
type taken struct {
	MailID         uuid.UUID
	PersonID       uuid.UUID
	Kind           Kind
	Subject        string
	Paragraphs     []string
	LinkLabel      string
	LinkPath       string
	Attempts       int
	ConventionName string
	ShortName      string
	Belongs        bool // the person is, or will be, a member
}

// outcome is what became of a mail.
type outcome struct {
	state  State
	reason string
	again  time.Duration // until the next attempt, of a mail that waits
}

// Attempts and the time between them: together a day and a half, so that a relay
// that is away for a night loses nothing.
const (
	mostAttempts = 14
	longestWait  = 6 * time.Hour
)

func wait(attempts int) time.Duration {
	return min(time.Minute<<min(attempts-1, 20), longestWait)
}

// deliver sends a mail, if it is still to be sent. Between what the relay answers
// and what settle stores there is one window in which a kill makes the mail leave
// twice; both copies bear the same Message-ID (docs/decisions/0017).
func (m *Mailer) deliver(ctx context.Context, s sending) error {
	var found []taken
	err := m.Pool.InConvention(ctx, s.Convention, pg.ReadWrite, func(tx *pg.Tx) (err error) {
		found, err = take(ctx, tx, s.Mail, m.Now(), m.Today())
		return err
	})
	if err != nil || len(found) == 0 {
		return err
	}
	became, err := m.attempt(ctx, found[0])
	if err != nil {
		return err // the lease ends, and the mail is due again
	}
	// What has been sent is noted even while the program stops.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopPatience)
	defer cancel()
	return m.Pool.InConvention(ctx, s.Convention, pg.ReadWrite, func(tx *pg.Tx) error {
		return settle(ctx, tx, found[0], became, m.Now())
	})
}

// take claims a mail that is due; none if another worker has it.
func take(ctx context.Context, tx *pg.Tx, id uuid.UUID, now, today time.Time) ([]taken, error) {
	return pg.Many[taken](ctx, tx, `
		WITH mine AS (
			UPDATE mails SET state = 'en_cours', attempts = attempts + 1, due_at = @until
			WHERE convention_id = @convention AND mail_id = @id AND state IN ('en_attente', 'en_cours') AND due_at <= @now
			RETURNING *
		)
		SELECT mine.mail_id, mine.person_id, mine.kind, mine.subject, mine.paragraphs, mine.link_label, mine.link_path, mine.attempts,
			c.name AS convention_name, c.short_name,
			EXISTS (SELECT FROM members m
				WHERE m.convention_id = @convention AND m.person_id = mine.person_id AND (m.ends_on IS NULL OR m.ends_on >= @today)) AS belongs
		FROM mine JOIN conventions c USING (convention_id)`,
		pg.Args{"id": id, "now": now, "until": now.Add(lease), "today": today})
}

// settle stores what became of a mail, unless its lease has passed to another worker.
func settle(ctx context.Context, tx *pg.Tx, t taken, o outcome, now time.Time) error {
	_, err := pg.Run(ctx, tx, `
		UPDATE mails SET state = @state, last_error = @reason, due_at = @due, sent_at = CASE WHEN @state = 'envoye' THEN @now::timestamptz END
		WHERE convention_id = @convention AND mail_id = @id AND state = 'en_cours' AND attempts = @attempts`,
		pg.Args{"id": t.MailID, "attempts": t.Attempts, "state": string(o.state), "reason": o.reason, "due": now.Add(o.again), "now": now})
	return err
}

// attempt tries once. An error means that nothing is known.
func (m *Mailer) attempt(ctx context.Context, t taken) (outcome, error) {
	if !t.Belongs {
		return outcome{state: Cancelled, reason: "La personne n’est plus membre de la convention."}, nil
	}
	who, open, err := m.address(ctx, t.PersonID)
	if err != nil {
		return outcome{}, err
	}
	if !open {
		return outcome{state: Cancelled, reason: "Le compte de la personne est fermé."}, nil
	}
	path := t.LinkPath
	if t.Kind == Invitation && m.Secret != nil {
		if path, err = m.Secret(ctx, t.Kind, t.PersonID); err != nil {
			return outcome{}, err
		}
	}
	err = m.post(ctx, who, t.MailID.String(), t.Subject+" – "+t.ShortName, words{
		Name: who.Name, Paragraphs: t.Paragraphs, Label: t.LinkLabel, URL: m.url(path),
		Why: "Vous recevez ce message parce " + t.reason() + " la convention «\u00a0" + t.ConventionName + "\u00a0» dans Copil. Il est envoyé automatiquement\u00a0: n’y répondez pas.",
	})
	refused, _ := errors.AsType[*rejection](err)
	switch {
	case err == nil:
		return outcome{state: Sent}, nil
	case refused == nil:
		return outcome{}, err
	case refused.final || t.Attempts >= mostAttempts:
		return outcome{state: Failed, reason: refused.reason}, nil
	}
	return outcome{state: Waiting, reason: refused.reason, again: wait(t.Attempts)}, nil
}

// reason is what makes somebody get a mail of a convention: who is invited has
// not accepted anything yet.
func (t taken) reason() string {
	if t.Kind == Invitation {
		return "qu’il vous est proposé de rejoindre"
	}
	return "que vous êtes membre de"
}

func (m *Mailer) url(path string) string {
	if path == "" {
		return ""
	}
	return m.BaseURL + path
}

// address looks up where a person gets mail; open is false for an account that
// is closed or gone.
func (m *Mailer) address(ctx context.Context, person uuid.UUID) (who mail.Address, open bool, err error) {
	found, err := pg.SystemOne[struct {
		Name, Email string
		Open        bool
	}](ctx, m.System, `SELECT name, email, disabled_at IS NULL AS open FROM people WHERE person_id = @id`, pg.Args{"id": person})
	if fault.KindOf(err) == fault.NotFound {
		return mail.Address{}, false, nil
	}
	return mail.Address{Name: found.Name, Address: found.Email}, found.Open, err
}

func (m *Mailer) post(ctx context.Context, to mail.Address, id, subject string, w words) error {
	html, err := w.html(subject)
	if err != nil {
		return err
	}
	return m.Relay.send(ctx, letter{id: id, to: to, subject: subject, text: w.text(), html: html, at: m.Now()})
}

// Forgotten sends a person the link by which they choose a new password. It
// belongs to no convention, so that it stands in no outbox. An identifier that
// nobody has takes as long, and nothing is sent. Where mail is off it does nothing.
func (m *Mailer) Forgotten(ctx context.Context, person uuid.UUID) error {
	if m.Relay == nil || m.Secret == nil {
		return nil
	}
	_, err := m.client.Insert(ctx, password{person}, nil)
	return err
}

func (m *Mailer) sendPassword(ctx context.Context, job int64, person uuid.UUID) error {
	who, open, err := m.address(ctx, person)
	if err != nil || !open || m.Relay == nil || m.Secret == nil {
		return err
	}
	path, err := m.Secret(ctx, Password, person)
	if err != nil {
		return err
	}
	return m.post(ctx, who, fmt.Sprintf("mot-de-passe-%d", job), "Copil\u00a0: choisir un nouveau mot de passe", words{
		Name: who.Name,
		Paragraphs: []string{
			"Un nouveau mot de passe a été demandé pour votre compte. Si c’est vous, ouvrez ce lien\u00a0: il sert une seule fois, dans l’heure.",
			"Si ce n’est pas vous, ne faites rien\u00a0: votre mot de passe reste le même.",
		},
		Label: "Choisir un nouveau mot de passe", URL: m.url(path),
		Why: "Vous recevez ce message parce que vous avez un compte dans Copil. Il est envoyé automatiquement\u00a0: n’y répondez pas.",
	})
}
