package account

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/audit"
	"copil/internal/fault"
	"copil/internal/french"
	"copil/internal/mail"
	"copil/internal/pg"
)

// Invitation is somebody to be made a member, as typed. They act from the
// business date on which they are invited.
type Invitation struct {
	Email          string
	Name           string // as displayed in the convention
	Role           access.Role
	OrganisationID uuid.UUID
	EndsOn         *time.Time // last day; nil when no end is set
	WithoutMoney   bool       // sees no amount
}

// problems are those that can be told without the database.
func (i Invitation) problems(by audit.Stamp) fault.Fields {
	found := PersonDraft{Email: i.Email, Name: i.Name}.Problems()
	switch {
	case i.Role == "":
		found.Add("role", "Choisissez un rôle.")
	case !slices.Contains(by.Actor.Appoints(), i.Role):
		found.Add("role", "Choisissez un rôle que vous pouvez confier.")
	case by.Actor.Role == access.Mission && i.Role == access.Mission && i.OrganisationID != by.Actor.OrganisationID:
		found.Add("organisation", "Un membre de "+french.Bare(by.Actor.Words.TheMission())+" est de votre propre organisme.")
	}
	if i.OrganisationID == uuid.Nil {
		found.Add("organisation", "Choisissez l’organisme de la personne.")
	}
	if i.EndsOn != nil && i.EndsOn.Before(by.OnDay) {
		found.Add("ends_on", "Choisissez une date de fin à venir.")
	}
	return found
}

// Invite makes somebody a member of the transaction's convention and queues the
// mail that tells them, with a link by which they set a first password if they
// have none. Whether the address had an account shows nowhere in the convention.
// The account itself is opened outside the transaction: if that one is undone,
// an account without any right remains. What is wrong is an Invalid or Conflict
// fault on the fields email, name, role, organisation, ends_on.
func Invite(ctx context.Context, tx *pg.Tx, sys *pg.System, by audit.Stamp, i Invitation) (Member, error) {
	if found := i.problems(by); len(found) > 0 {
		return Member{}, &fault.Error{Kind: fault.Invalid, Message: "Cette invitation ne peut pas partir ainsi.", Fields: found}
	}
	if err := fits(ctx, tx, i); err != nil {
		return Member{}, err
	}
	person, err := FindOrCreatePerson(ctx, sys, by, PersonDraft{Email: i.Email, Name: i.Name})
	if err != nil {
		return Member{}, err
	}
	m, err := AddMember(ctx, tx, by, Draft{PersonID: person, Role: i.Role, OrganisationID: i.OrganisationID, Name: i.Name, StartsOn: by.OnDay, EndsOn: i.EndsOn, WithoutMoney: i.WithoutMoney})
	if err != nil {
		return Member{}, err
	}
	return m, queueInvitation(ctx, tx, by, m)
}

// fits refuses an organisation that the role cannot be of.
func fits(ctx context.Context, tx *pg.Tx, i Invitation) error {
	b := tx.Batch()
	offices := Offices(b)
	if err := b.Send(ctx); err != nil {
		return err
	}
	for _, o := range offices.All {
		if o.OrganisationID != i.OrganisationID {
			continue
		}
		switch {
		case i.Role == access.Structure && !o.Structure:
			return fault.OnField(fault.Invalid, "organisation", "Choisissez une structure employeuse\u00a0: ce rôle saisit les chiffres de la sienne.")
		case (i.Role == access.Chair || i.Role == access.Signatory) && !o.Party:
			return fault.OnField(fault.Invalid, "organisation", "Choisissez un signataire de la convention.")
		}
		return nil
	}
	return fault.OnField(fault.Invalid, "organisation", "Choisissez un organisme de la convention.")
}

// Reinvite queues an invitation once more, for somebody who has not come yet.
func Reinvite(ctx context.Context, tx *pg.Tx, by audit.Stamp, member uuid.UUID, version int) error {
	m, err := lockMember(ctx, tx, by, member, version)
	switch {
	case err != nil:
		return err
	case m.Ended(by.OnDay):
		return fault.New(fault.Conflict, "Cette participation a pris fin\u00a0: effacez d’abord sa date de fin.")
	case m.JoinedAt != nil:
		return fault.New(fault.Conflict, "Cette personne s’est déjà connectée. Si elle a perdu son mot de passe, elle en choisit un autre depuis la page de connexion.")
	case m.Invitation != nil && (*m.Invitation == "en_attente" || *m.Invitation == "en_cours"):
		return fault.New(fault.Conflict, "Une invitation attend déjà d’être envoyée à cette personne.")
	}
	if err := queueInvitation(ctx, tx, by, m); err != nil {
		return err
	}
	entry := memberEntry(by, audit.Changed, Member{}, m)
	entry.After = map[string]string{"invitation": "renvoyée"}
	return audit.Record(ctx, tx, entry)
}

// queueInvitation writes the mail. It says the same whether or not the person has
// an account: the link, made when it leaves, is what differs.
func queueInvitation(ctx context.Context, tx *pg.Tx, by audit.Stamp, m Member) error {
	about, err := pg.One[struct{ Name, Inviter, Office string }](ctx, tx, `
		SELECT c.name, coalesce(m.name, '') AS inviter, coalesce(o.name, '') AS office
		FROM conventions c
		LEFT JOIN members m ON m.convention_id = @convention AND m.member_id = @inviter
		LEFT JOIN organisations o ON o.convention_id = @convention AND o.organisation_id = m.organisation_id
		WHERE c.convention_id = @convention`, pg.Args{"inviter": orNil(by.Actor.MemberID)})
	if err != nil {
		return err
	}
	who := "L’administration de la plateforme"
	if about.Inviter != "" {
		who = about.Inviter + " (" + about.Office + ")"
		if about.Inviter == about.Office {
			who = about.Inviter
		}
	}
	role := by.Actor.Words.Role(m.Role)
	post := strings.ToLower(role)
	if m.OrganisationName != role { // the team that runs a convention is an organisation of its own
		post += ", pour " + m.OrganisationName
	}
	paragraphs := []string{
		who + " vous invite à rejoindre la convention «\u00a0" + about.Name + "\u00a0» dans Copil.",
		"Votre rôle\u00a0: " + post + ".",
		"Ouvrez ce lien dans les 14 jours. S’il vous le demande, choisissez un mot de passe\u00a0; sinon, connectez-vous avec celui que vous avez.",
	}
	if m.EndsOn != nil {
		paragraphs = slices.Insert(paragraphs, 2, "Votre accès est ouvert jusqu’au "+french.Date(*m.EndsOn)+" inclus.")
	}
	return mail.Queue(ctx, tx, by, mail.Draft{
		Kind: mail.Invitation, To: m.PersonID, Subject: "Invitation à rejoindre la convention", Paragraphs: paragraphs,
		Link: mail.Link{Label: "Accepter l’invitation", Path: "/"},
	})
}

// LinkFor is the path of a mail's link that opens an account, made when the mail
// leaves: an invitation's, or that of who forgot a password. Who is invited and
// has a password gets the home page, where they sign in.
func LinkFor(ctx context.Context, sys *pg.System, kind mail.Kind, person uuid.UUID, now time.Time) (string, error) {
	if kind != mail.Invitation {
		return ResetPath(ctx, sys, person, now)
	}
	path, err := InvitationPath(ctx, sys, person, now)
	if path == "" {
		path = "/"
	}
	return path, err
}

// Join notes that a person has come, in each convention of which they are a member
// on the business date and had not come before: from then on, they are shown as
// active there. It is told at sign-in and not when an account turns out to exist.
func Join(ctx context.Context, pool *pg.Pool, sys *pg.System, person uuid.UUID, now, day time.Time) error {
	conventions, err := pg.SystemMany[struct{ ConventionID uuid.UUID }](ctx, sys,
		`SELECT DISTINCT convention_id FROM memberships_of(@person, @day)`, pg.Args{"person": person, "day": day})
	for _, c := range conventions {
		err = errors.Join(err, pool.InConvention(ctx, c.ConventionID, pg.ReadWrite, func(tx *pg.Tx) error {
			_, err := pg.Run(ctx, tx, `UPDATE members SET joined_at = @now WHERE convention_id = @convention AND person_id = @person AND joined_at IS NULL`,
				pg.Args{"person": person, "now": now})
			return err
		}))
	}
	return err
}
