package server

import (
	"context"
	"time"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/audit"
	"copil/internal/collect"
	"copil/internal/convention"
	"copil/internal/french"
	"copil/internal/mail"
	"copil/internal/pg"
)

type mailDraft = mail.Draft

// remindersOf finds whom to write to about submissions, without noting it as a
// reminder.
func (r *Request) remindersOf(ids []uuid.UUID) ([]collect.DueReminder, error) {
	b := r.Tx.Batch()
	found := collect.Reminders(b, r.Today, ids)
	err := b.Send(r.Context())
	return found.All, err
}

// awaitedOf finds whom to write to about what a campaign still awaits.
func (r *Request) awaitedOf(c campaign) ([]collect.DueReminder, error) {
	b := r.Tx.Batch()
	now := collect.Overview(b, collect.Filter{PeriodCode: c.period.PeriodCode})
	if err := b.Send(r.Context()); err != nil {
		return nil, err
	}
	var ids []uuid.UUID
	for _, sub := range now.All {
		if !handedIn(sub.State) && sub.State != collect.ToCorrect {
			ids = append(ids, sub.SubmissionID)
		}
	}
	return r.remindersOf(ids)
}

// queueMails queues a mail for each of those to write to, in the transaction of
// what it tells of.
func (r *Request) queueMails(told []collect.DueReminder, draft func(collect.DueReminder) mail.Draft) error {
	for _, d := range told {
		if err := mail.Queue(r.Context(), r.Tx, r.Stamp(), draft(d)); err != nil {
			return err
		}
	}
	return nil
}

// mailCount says how many mails leave.
func (s *server) mailCount(told []collect.DueReminder) string {
	if len(told) == 0 {
		return "Aucun courriel ne part."
	}
	return french.Capital(french.Plural(len(told), "personne reçoit", "personnes reçoivent")+" un courriel.") + s.mailsWait()
}

// mailsWait says, where no mail can leave, that those just queued stay.
func (s *server) mailsWait() string {
	if !s.MailOff {
		return ""
	}
	return " L’envoi de courriels n’est pas réglé sur ce serveur\u00a0: ils attendent, et se lisent dans les réglages."
}

// toFigures leads to what is asked: the one submission, or the period's page.
func toFigures(slug string, d collect.DueReminder) mail.Link {
	path := "/c/" + slug + "/saisies/" + d.PeriodCode
	if len(d.Submissions) == 1 {
		path += "/" + d.Submissions[0].String()
	}
	return mail.Link{Label: "Saisir les chiffres", Path: path}
}

func reminderMail(slug string, words access.Words, today time.Time, d collect.DueReminder) mail.Draft {
	return mail.Draft{Kind: mail.Reminder, To: d.PersonID, Subject: d.Subject(today), Paragraphs: d.Paragraphs(today, words), Link: toFigures(slug, d), Once: d.Once(today)}
}

func (r *Request) reminderMail(d collect.DueReminder) mail.Draft {
	return reminderMail(r.Membership.Slug, r.Actor.Words, r.Today, d)
}

// once names what a mail tells of, so that it leaves once.
func once(what string, d collect.DueReminder) string {
	key := what + "/" + d.PeriodCode + "/" + d.OrganisationID.String() + "/" + d.PersonID.String() + "/" + d.DueOn.Format(time.DateOnly)
	if len(d.Submissions) == 1 {
		key += "/" + d.Submissions[0].String()
	}
	return key
}

// wanted says what is asked of whom, until when.
func wanted(d collect.DueReminder) string {
	return d.Organisation + "\u00a0: les chiffres de la période " + d.PeriodLabel + " (" + french.List(d.Places) + ") sont attendus pour le " + french.Date(d.DueOn) + "."
}

func (r *Request) openingMail(d collect.DueReminder, message string) mail.Draft {
	paragraphs := []string{wanted(d)}
	if d.StandIn {
		paragraphs = append(paragraphs, "Cet organisme n’a aucun membre dans Copil\u00a0: invitez-le, ou saisissez ses chiffres à sa place.")
	}
	if message != "" {
		paragraphs = append(paragraphs, message)
	}
	return mail.Draft{Kind: mail.Opening, To: d.PersonID, Subject: "Chiffres de la période " + d.PeriodLabel + "\u00a0: à soumettre pour le " + french.Date(d.DueOn),
		Paragraphs: paragraphs, Link: toFigures(r.Membership.Slug, d), Once: once("ouverture", d)}
}

func (r *Request) extensionMail(d collect.DueReminder) mail.Draft {
	return mail.Draft{Kind: mail.Extension, To: d.PersonID, Subject: "Chiffres de la période " + d.PeriodLabel + "\u00a0: délai prolongé jusqu’au " + french.Date(d.DueOn),
		Paragraphs: []string{"La collecte est prolongée.", wanted(d), "Ce qui est déjà saisi est conservé."}, Link: toFigures(r.Membership.Slug, d), Once: once("prolongation", d)}
}

func (r *Request) reopeningMail(d collect.DueReminder, reason string) mail.Draft {
	return mail.Draft{Kind: mail.Reopened, To: d.PersonID, Subject: "Chiffres de la période " + d.PeriodLabel + "\u00a0: saisie rouverte jusqu’au " + french.Date(d.DueOn),
		Paragraphs: []string{"La saisie est rouverte. Motif\u00a0: " + reason, wanted(d), "Ce qui est déjà saisi est conservé."}, Link: toFigures(r.Membership.Slug, d)}
}

// tellRemarked writes to those whose returned figures are asked about once more.
func (r *Request) tellRemarked(id uuid.UUID) error {
	return r.tellToCorrect(id, "une remarque de plus", ", déjà renvoyée pour correction, porte une remarque de plus.",
		"Le chiffre concerné est rouvert. Corrigez-le avec les autres, puis soumettez à nouveau la saisie.")
}

// tellReturned writes to those whose figures were sent back for correction.
func (r *Request) tellReturned(id uuid.UUID) error {
	return r.tellToCorrect(id, "à corriger", " est renvoyée pour correction.",
		"Les remarques se lisent sous les chiffres concernés\u00a0: seuls ces chiffres rouvrent. Corrigez-les, puis soumettez à nouveau la saisie.")
}

// tellToCorrect writes to those who have something to correct in a submission:
// what happened ends a sentence about it.
func (r *Request) tellToCorrect(id uuid.UUID, subject, happened, todo string) error {
	told, err := r.remindersOf([]uuid.UUID{id})
	if err != nil {
		return err
	}
	return r.queueMails(told, func(d collect.DueReminder) mail.Draft {
		link := toFigures(r.Membership.Slug, d)
		link.Label = "Voir les remarques"
		return mail.Draft{Kind: mail.Returned, To: d.PersonID, Subject: "Chiffres de la période " + d.PeriodLabel + "\u00a0: " + subject,
			Paragraphs: []string{d.Organisation + "\u00a0: la saisie de la période " + d.PeriodLabel + " (" + french.List(d.Places) + ")" + happened, todo}, Link: link}
	})
}

// Campaigns does what falls due in the collecting of one convention: it notes
// what was not handed in by the end of its grace and queues the reminders of the
// day. It may run as often as one likes.
func Campaigns(pool *pg.Pool, now, today func() time.Time) func(context.Context, uuid.UUID) error {
	return func(ctx context.Context, id uuid.UUID) error {
		return pool.InConvention(ctx, id, pg.ReadWrite, func(tx *pg.Tx) error {
			by := audit.Stamp{At: now(), OnDay: today()}
			b := tx.Batch()
			conventions := convention.Get(b)
			if err := b.Send(ctx); err != nil {
				return err
			}
			c, err := conventions.One()
			if err != nil {
				return err
			}
			if err := collect.MarkUnreturned(ctx, tx, by); err != nil {
				return err
			}
			due, err := collect.Remind(ctx, tx, by)
			if err != nil {
				return err
			}
			for _, d := range due {
				if err := mail.Queue(ctx, tx, by, reminderMail(c.Slug, c.Words, by.OnDay, d)); err != nil {
					return err
				}
			}
			return nil
		})
	}
}
