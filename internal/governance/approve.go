package governance

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/attachment"
	"copil/internal/audit"
	"copil/internal/convention"
	"copil/internal/fault"
	"copil/internal/pg"
)

// Chairing are the parties that chair for which the actor may give or record an
// approval: a chair's own, and every one for the secretariat.
func Chairing(parties []convention.Party, actor access.Actor) []convention.Party {
	return slices.DeleteFunc(slices.Clone(parties), func(p convention.Party) bool {
		return !p.Chairs || !actor.Can(access.GovernanceWrite) && p.OrganisationID != actor.OrganisationID
	})
}

// Approve records that a party approves the minutes of a meeting. A chair does it
// for their own party; the secretariat records it with the signed minutes, which
// are among the meeting's papers. No party approves twice, and nobody for two
// parties in person. With the last approval, the minutes are approved.
func Approve(ctx context.Context, tx *pg.Tx, by audit.Stamp, id uuid.UUID, version int, a Approval) error {
	m, err := seen(ctx, tx, id, version)
	if err != nil {
		return err
	}
	b := tx.Batch()
	parties, given, papers := convention.Parties(b), Approvals(b, id), attachment.List(b, m.Papers())
	if err := b.Send(ctx); err != nil {
		return err
	}
	if reason := mayApprove(m, parties.All, given.All, by.Actor, a); reason != "" {
		return fault.New(fault.Conflict, "%s", reason)
	}
	if bad := a.problems(m, by, papers.All); len(bad) > 0 {
		return &fault.Error{Kind: fault.Invalid, Message: "L’approbation n’est pas enregistrée.", Fields: bad}
	}
	err = pg.Exec(ctx, tx, `
		INSERT INTO approvals (convention_id, meeting_id, party_code, capacity, signed_on, reservation, attachment_id, recorded_by, recorded_on)
		VALUES (@convention, @id, @party, @capacity, @signed, @reservation, @paper, @by, @on)`,
		pg.Args{"id": id, "party": a.PartyCode, "capacity": a.Capacity, "signed": a.SignedOn, "reservation": a.Reservation, "paper": a.AttachmentID,
			"by": by.Actor.PersonID, "on": by.OnDay})
	if err != nil {
		return err
	}
	if err := touch(ctx, tx, m); err != nil {
		return err
	}
	if err := audit.Record(ctx, tx, m.entry(by, audit.Validated, map[string]any{
		"party_code": a.PartyCode, "capacity": a.Capacity, "signed_on": a.SignedOn.Format(time.DateOnly), "reservation": a.Reservation, "attachment_id": a.AttachmentID,
	})); err != nil {
		return err
	}
	if m, err = loadMeeting(ctx, tx, id); err != nil || len(m.Unsigned) > 0 {
		return err
	}
	return become(ctx, tx, by, m, Approved, "")
}

func mayApprove(m Meeting, parties []convention.Party, given []Approval, actor access.Actor, a Approval) string {
	switch {
	case !actor.Can(access.GovernanceDecide):
		return "Le relevé est approuvé par les coprésidents."
	case m.State != InReview:
		return "Le relevé n’est pas en relecture."
	case slices.ContainsFunc(given, func(g Approval) bool { return g.PartyCode == a.PartyCode }):
		return "Cette partie a déjà approuvé le relevé."
	case !slices.ContainsFunc(Chairing(parties, actor), func(p convention.Party) bool { return p.PartyCode == a.PartyCode }):
		return "Chaque coprésident approuve pour sa propre partie."
	case !actor.Can(access.GovernanceWrite) && slices.ContainsFunc(given, func(g Approval) bool { return g.AttachmentID == nil && g.RecordedBy == actor.PersonID }):
		return "Vous avez déjà approuvé ce relevé pour l’autre partie\u00a0: une autre personne approuve pour celle-ci."
	}
	return ""
}

func (a Approval) problems(m Meeting, by audit.Stamp, papers []attachment.Paper) fault.Fields {
	bad := fault.Fields{}
	if strings.TrimSpace(a.Capacity) == "" {
		bad.Add("capacity", "Indiquez la qualité du signataire, par exemple «\u00a0pour le préfet de région, le préfet délégué\u00a0».")
	}
	if a.SignedOn.Before(m.OnDay) {
		bad.Add("signed_on", "La signature ne peut pas précéder la réunion.")
	}
	if a.SignedOn.After(by.OnDay) {
		bad.Add("signed_on", "Cette date est dans le futur.")
	}
	known := func(id uuid.UUID) bool {
		return slices.ContainsFunc(papers, func(p attachment.Paper) bool { return p.AttachmentID == id && p.WithdrawnOn == nil })
	}
	switch {
	case a.AttachmentID != nil && !known(*a.AttachmentID):
		bad.Add("paper", "Choisissez une pièce de la réunion.")
	case a.AttachmentID == nil && by.Actor.Can(access.GovernanceWrite):
		bad.Add("paper", "Joignez d’abord le relevé signé aux pièces de la réunion, puis choisissez-le ici.")
	}
	return bad
}
