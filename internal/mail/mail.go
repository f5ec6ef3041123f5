// Package mail keeps each convention's outbox and sends what is in it. Who
// writes a mail queues it in the transaction of what it tells of; workers send it
// afterwards, once, to whoever still belongs to the convention.
package mail

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"copil/internal/audit"
	"copil/internal/pg"
)

// Kind is what a mail is about. The set is closed, so that the outbox can be
// read at a glance.
type Kind string

// The kinds, as stored.
const (
	Invitation Kind = "invitation"    // to a new member, with a link that opens the account
	Opening    Kind = "ouverture"     // of a campaign
	Extension  Kind = "prolongation"  // of a deadline
	Reminder   Kind = "relance"       // of what is owed
	Returned   Kind = "renvoi"        // of a submission, to be corrected
	Reopened   Kind = "reouverture"   // of a submission, for one structure
	Correction Kind = "rectification" // of a validated figure, proposed, accepted or refused
	Notice     Kind = "avis"          // anything else

	// Password is a link to who forgot theirs. It belongs to no convention: no
	// outbox holds one.
	Password Kind = "mot-de-passe"
)

// Label returns the kind's name on screen, "" for an unknown one.
func (k Kind) Label() string {
	switch k {
	case Invitation:
		return "Invitation"
	case Opening:
		return "Ouverture de campagne"
	case Extension:
		return "Prolongation"
	case Reminder:
		return "Relance"
	case Returned:
		return "Renvoi pour correction"
	case Reopened:
		return "Réouverture"
	case Correction:
		return "Rectification"
	case Notice:
		return "Avis"
	case Password:
		return "Mot de passe oublié"
	}
	return ""
}

// Draft is a mail to be sent to one person.
type Draft struct {
	Kind       Kind
	To         uuid.UUID // person; the address is looked up when the mail leaves
	Subject    string    // in French, one line, without the name of the convention
	Paragraphs []string  // plain text, between greeting and link
	Link       Link      // the zero link is none
	// Once names the event that the mail tells of, "relance 2014-S2 -5 <person>"
	// for one; the same event is queued once in a convention. "" is no event.
	Once string
}

// Link is the one thing that the mail asks the reader to do.
type Link struct {
	Label string // "Saisir les données"
	Path  string // in Copil, such as "/c/mediation-npdc/saisies"; an invitation's is made when it leaves
}

// Queue puts a mail into the outbox of the transaction's convention: it leaves
// after the commit, or not at all. It records nothing in the log: the entry of
// the command that queues it tells who did what.
func Queue(ctx context.Context, tx *pg.Tx, by audit.Stamp, d Draft) error {
	id, err := uuid.NewV7()
	if err != nil {
		return fmt.Errorf("make id of mail: %w", err)
	}
	_, err = pg.Run(ctx, tx, `
		INSERT INTO mails (convention_id, mail_id, person_id, kind, subject, paragraphs, link_label, link_path, once, queued_at, on_day, due_at)
		VALUES (@convention, @id, @person, @kind, @subject, coalesce(@paragraphs::text[], '{}'), @label, @path, nullif(@once, ''), @at, @on_day, @at)
		ON CONFLICT (convention_id, once) DO NOTHING`,
		pg.Args{
			"id": id, "person": d.To, "kind": string(d.Kind), "subject": d.Subject, "paragraphs": d.Paragraphs,
			"label": d.Link.Label, "path": d.Link.Path, "once": d.Once, "at": by.At, "on_day": by.OnDay,
		})
	return err
}
