package account

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/audit"
	"copil/internal/fault"
	"copil/internal/french"
	"copil/internal/pg"
)

// Member is a person in a convention, under one role and for one organisation.
type Member struct {
	MemberID         uuid.UUID
	PersonID         uuid.UUID
	Role             access.Role
	OrganisationID   uuid.UUID
	OrganisationName string
	Name             string     // as displayed in the convention
	StartsOn         time.Time  // business dates, both included
	EndsOn           *time.Time // last day; nil when no end is set; the eve of StartsOn for who was withdrawn before acting
	WithoutMoney     bool       // sees no amount
	JoinedAt         *time.Time // first sign-in as a member, by the wall clock; nil for who has not come yet
	Invitation       *string    // state of the last invitation's mail; nil when none was written
	InvitedAt        *time.Time // when that mail left; nil while it waits
	Version          int
}

// Ended reports whether a membership is over on a business date.
func (m Member) Ended(day time.Time) bool { return m.EndsOn != nil && m.EndsOn.Before(day) }

// Draft is a member to be added, as typed.
type Draft struct {
	PersonID       uuid.UUID
	Role           access.Role
	OrganisationID uuid.UUID
	Name           string
	StartsOn       time.Time
	EndsOn         *time.Time
	WithoutMoney   bool
	JoinedAt       *time.Time // for who has come already: data taken over from elsewhere
}

func (d Draft) problems() fault.Fields {
	found := fault.Fields{}
	if d.Role == access.Admin || !slices.Contains(access.Roles, d.Role) {
		found.Add("role", "Choisissez un rôle dans la convention.")
	}
	if strings.TrimSpace(d.Name) == "" {
		found.Add("name", "Indiquez le nom à afficher dans la convention.")
	}
	if d.StartsOn.IsZero() {
		found.Add("starts_on", "Indiquez la date de début.")
	}
	if d.EndsOn != nil && d.EndsOn.Before(d.StartsOn) {
		found.Add("ends_on", "La date de fin doit suivre la date de début.")
	}
	return found
}

// AddMember makes a person a member of the transaction's convention. A problem
// with a field is an Invalid fault; a second time the same role is a Conflict.
func AddMember(ctx context.Context, tx *pg.Tx, by audit.Stamp, d Draft) (Member, error) {
	d.Name = strings.TrimSpace(d.Name)
	if found := d.problems(); len(found) > 0 {
		return Member{}, &fault.Error{Kind: fault.Invalid, Message: "Ce membre ne peut pas être ajouté ainsi.", Fields: found}
	}
	var added Member
	err := tx.Try(ctx, func(tx *pg.Tx) (err error) { // a page is shown again with what is wrong
		added, err = pg.One[Member](ctx, tx, `
		WITH added AS (
			INSERT INTO members (convention_id, member_id, person_id, role, organisation_id, name, starts_on, ends_on, without_money, invited_by, joined_at)
			VALUES (@convention, @id, @person, @role, @organisation, @name, @starts_on, @ends_on, @without_money, @inviter, @joined)
			RETURNING *
		)
		SELECT m.member_id, m.person_id, m.role, m.organisation_id, coalesce(o.name, '') AS organisation_name,
			m.name, m.starts_on, m.ends_on, m.without_money, m.joined_at, NULL AS invitation, NULL::timestamptz AS invited_at, m.version
		FROM added m LEFT JOIN organisations o USING (convention_id, organisation_id)`,
			pg.Args{
				"id": uuid.Must(uuid.NewV7()), "person": d.PersonID, "role": string(d.Role), "organisation": d.OrganisationID,
				"name": d.Name, "starts_on": d.StartsOn, "ends_on": d.EndsOn, "without_money": d.WithoutMoney, "inviter": orNil(by.Actor.MemberID), "joined": d.JoinedAt,
			})
		return err
	})
	switch pg.ViolatedConstraint(err) {
	case "members_once":
		return Member{}, fault.OnField(fault.Conflict, "role", "Cette personne a déjà ce rôle pour cet organisme. Si sa participation a pris fin, rouvrez-la depuis la liste des membres.")
	case "members_person_id_fkey":
		return Member{}, fault.OnField(fault.Invalid, "person", "Cette personne n’a pas de compte\u00a0: créez-le d’abord.")
	case "members_convention_id_organisation_id_fkey":
		return Member{}, fault.OnField(fault.Invalid, "organisation", "Choisissez un organisme de la convention.")
	}
	if err != nil {
		return Member{}, err
	}
	return added, audit.Record(ctx, tx, memberEntry(by, audit.Created, Member{}, added))
}

// EndMember sets or clears the last day of a membership, which the person has
// from the next request on. Another version than the one shown is a Conflict; a
// membership that the actor may not end is Forbidden.
func EndMember(ctx context.Context, tx *pg.Tx, by audit.Stamp, member uuid.UUID, version int, endsOn *time.Time) error {
	was, err := lockMember(ctx, tx, by, member, version)
	if err != nil {
		return err
	}
	if endsOn != nil && endsOn.Before(was.StartsOn) {
		return fault.OnField(fault.Invalid, "ends_on", "La date de fin doit suivre la date de début.")
	}
	is := was
	is.EndsOn = endsOn
	return storeMember(ctx, tx, by, was, is)
}

// ShowMoney lets a member see amounts, or hides all of them from the person's
// next request on.
func ShowMoney(ctx context.Context, tx *pg.Tx, by audit.Stamp, member uuid.UUID, version int, shown bool) error {
	was, err := lockMember(ctx, tx, by, member, version)
	if err != nil {
		return err
	}
	is := was
	is.WithoutMoney = !shown
	return storeMember(ctx, tx, by, was, is)
}

// WithdrawMember ends a membership at once: the person's next request finds it
// gone. The eve of today becomes its last day.
func WithdrawMember(ctx context.Context, tx *pg.Tx, by audit.Stamp, member uuid.UUID, version int) error {
	was, err := lockMember(ctx, tx, by, member, version)
	if err != nil {
		return err
	}
	if was.Ended(by.OnDay) {
		return fault.New(fault.Conflict, "Cette participation a déjà pris fin.")
	}
	is := was
	is.EndsOn = new(by.OnDay.AddDate(0, 0, -1))
	if is.StartsOn.After(by.OnDay) {
		is.StartsOn = by.OnDay
	}
	return storeMember(ctx, tx, by, was, is)
}

// MayManage returns why an actor may not change a membership, or "".
func MayManage(by access.Actor, m Member) string {
	switch {
	case by == (access.Actor{}): // Copil itself: commands and demonstration
	case m.PersonID == by.PersonID:
		return "C’est votre propre participation\u00a0: un autre membre de " + french.Bare(by.Words.TheMission()) + " peut la modifier."
	case !slices.Contains(by.Appoints(), m.Role):
		return "Les rôles de coprésidence et de signataire sont ouverts et retirés par l’administration de la plateforme, à la demande du signataire."
	}
	return ""
}

func lockMember(ctx context.Context, tx *pg.Tx, by audit.Stamp, member uuid.UUID, version int) (Member, error) {
	m, err := pg.One[Member](ctx, tx, selectMember+` AND m.member_id = @member FOR UPDATE OF m`, pg.Args{"member": member})
	if err != nil {
		return m, err
	}
	if reason := MayManage(by.Actor, m); reason != "" {
		return m, fault.New(fault.Forbidden, "%s", reason)
	}
	if m.Version != version {
		return m, fault.New(fault.Conflict, "Ce membre a été modifié entre-temps\u00a0: vérifiez où il en est avant de recommencer.")
	}
	return m, nil
}

func storeMember(ctx context.Context, tx *pg.Tx, by audit.Stamp, was, is Member) error {
	err := pg.Exec(ctx, tx, `
		UPDATE members SET starts_on = @starts_on, ends_on = @ends_on, without_money = @without_money, version = version + 1
		WHERE convention_id = @convention AND member_id = @member`,
		pg.Args{"member": is.MemberID, "starts_on": is.StartsOn, "ends_on": is.EndsOn, "without_money": is.WithoutMoney})
	if err != nil {
		return err
	}
	return audit.Record(ctx, tx, memberEntry(by, audit.Changed, was, is))
}

// Members queues the members of the convention, those of the past included, by name.
func Members(b *pg.Batch) *pg.Rows[Member] {
	return pg.Queue[Member](b, selectMember+` ORDER BY m.name, m.role, o.name, m.member_id`, nil)
}

// GetMember queues one member.
func GetMember(b *pg.Batch, member uuid.UUID) *pg.Rows[Member] {
	return pg.Queue[Member](b, selectMember+` AND m.member_id = @member`, pg.Args{"member": member})
}

const selectMember = `
	SELECT m.member_id, m.person_id, m.role, m.organisation_id, o.name AS organisation_name,
		m.name, m.starts_on, m.ends_on, m.without_money, m.joined_at, i.invitation, i.invited_at, m.version
	FROM members m JOIN organisations o USING (convention_id, organisation_id)
	LEFT JOIN (
		SELECT person_id, (array_agg(state ORDER BY queued_at DESC))[1] AS invitation, (array_agg(sent_at ORDER BY queued_at DESC))[1] AS invited_at
		FROM mails WHERE convention_id = @convention AND kind = 'invitation' GROUP BY person_id
	) i USING (person_id)
	WHERE m.convention_id = @convention`

// Office is an organisation that a member may be of.
type Office struct {
	OrganisationID uuid.UUID
	Name           string
	Structure      bool // it employs mediators
	Party          bool // it signed the convention
}

// Offices queues the organisations of the convention, by name.
func Offices(b *pg.Batch) *pg.Rows[Office] {
	return pg.Queue[Office](b, `
		SELECT o.organisation_id, o.name,
			EXISTS (SELECT FROM structures s WHERE s.convention_id = @convention AND s.organisation_id = o.organisation_id AND s.delisted_on IS NULL) AS structure,
			EXISTS (SELECT FROM parties p WHERE p.convention_id = @convention AND p.organisation_id = o.organisation_id) AS party
		FROM organisations o WHERE o.convention_id = @convention ORDER BY o.name, o.organisation_id`, nil)
}

// memberEntry is a change of a membership for the log, which names nobody, so
// that a person can be anonymised without touching it; was is zero for a new one.
func memberEntry(by audit.Stamp, action audit.Action, was, is Member) audit.Entry {
	e := audit.Entry{
		Stamp: by, Action: action, ObjectType: audit.Member, ObjectID: is.MemberID.String(),
		ObjectLabel: is.Role.Label() + ", " + is.OrganisationName, After: is.logged(),
	}
	if was.MemberID != uuid.Nil {
		e.Before, e.After = audit.Changes(was.logged(), is.logged())
	}
	return e
}

// logged is what the log keeps of a membership.
func (m Member) logged() any {
	doc := map[string]string{
		"rôle": m.Role.Label(), "organisme": m.OrganisationName,
		"début": m.StartsOn.Format(time.DateOnly), "fin": "",
	}
	if m.WithoutMoney {
		doc["montants"] = "non visibles"
	}
	if m.EndsOn != nil {
		doc["fin"] = m.EndsOn.Format(time.DateOnly)
	}
	return doc
}
