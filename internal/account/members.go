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
	EndsOn           *time.Time // nil when no end is set
	Version          int
}

// Draft is a member to be added, as typed.
type Draft struct {
	PersonID       uuid.UUID
	Role           access.Role
	OrganisationID uuid.UUID
	Name           string
	StartsOn       time.Time
	EndsOn         *time.Time
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
	added, err := pg.One[Member](ctx, tx, `
		WITH added AS (
			INSERT INTO members (convention_id, member_id, person_id, role, organisation_id, name, starts_on, ends_on)
			VALUES (@convention, @id, @person, @role, @organisation, @name, @starts_on, @ends_on)
			RETURNING *
		)
		SELECT m.member_id, m.person_id, m.role, m.organisation_id, coalesce(o.name, '') AS organisation_name,
			m.name, m.starts_on, m.ends_on, m.version
		FROM added m LEFT JOIN organisations o USING (convention_id, organisation_id)`,
		pg.Args{
			"id": uuid.Must(uuid.NewV7()), "person": d.PersonID, "role": string(d.Role), "organisation": d.OrganisationID,
			"name": d.Name, "starts_on": d.StartsOn, "ends_on": d.EndsOn,
		})
	switch pg.ViolatedConstraint(err) {
	case "members_once":
		return Member{}, fault.OnField(fault.Conflict, "role", "Cette personne a déjà ce rôle pour cet organisme.")
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
// from the next request on. Another version than the one shown is a Conflict.
func EndMember(ctx context.Context, tx *pg.Tx, by audit.Stamp, member uuid.UUID, version int, endsOn *time.Time) error {
	was, err := pg.One[Member](ctx, tx, selectMember+` AND m.member_id = @member FOR UPDATE OF m`, pg.Args{"member": member})
	if err != nil {
		return err
	}
	if was.Version != version {
		return fault.New(fault.Conflict, "Ce membre a été modifié entre-temps\u00a0: rechargez la page avant de recommencer.")
	}
	if endsOn != nil && endsOn.Before(was.StartsOn) {
		return fault.OnField(fault.Invalid, "ends_on", "La date de fin doit suivre la date de début.")
	}
	err = pg.Exec(ctx, tx, `
		UPDATE members SET ends_on = @ends_on, version = version + 1
		WHERE convention_id = @convention AND member_id = @member`,
		pg.Args{"member": member, "ends_on": endsOn})
	if err != nil {
		return err
	}
	is := was
	is.EndsOn = endsOn
	return audit.Record(ctx, tx, memberEntry(by, audit.Changed, was, is))
}

// Members queues the members of the convention, those of the past included, by name.
func Members(b *pg.Batch) *pg.Rows[Member] {
	return pg.Queue[Member](b, selectMember+` ORDER BY m.name, m.role, o.name, m.member_id`, nil)
}

const selectMember = `
	SELECT m.member_id, m.person_id, m.role, m.organisation_id, o.name AS organisation_name,
		m.name, m.starts_on, m.ends_on, m.version
	FROM members m JOIN organisations o USING (convention_id, organisation_id)
	WHERE m.convention_id = @convention`

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
	if m.EndsOn != nil {
		doc["fin"] = m.EndsOn.Format(time.DateOnly)
	}
	return doc
}
