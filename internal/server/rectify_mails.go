package server

import (
	"cmp"
	"slices"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/account"
	"copil/internal/collect"
	"copil/internal/french"
	"copil/internal/mail"
	"copil/templates/submissions"
)

// tellDeciders writes to everybody who may accept or refuse a correction that was
// just proposed.
func (r *Request) tellDeciders(v submissions.View, id uuid.UUID, reason string) error {
	b := r.Tx.Batch()
	members := account.Members(b)
	if err := b.Send(r.Context()); err != nil {
		return err
	}
	sub := v.Submission
	draft := mail.Draft{Kind: mail.Correction, Subject: "Rectification à décider\u00a0: " + sub.Organisation + ", " + v.Period.Label,
		Paragraphs: []string{
			sub.Organisation + ", " + sub.Place() + "\u00a0: " + r.Actor.Name + " propose de rectifier des chiffres validés de la période " + v.Period.Label + ".",
			"Motif\u00a0: " + reason,
			"Acceptez ou refusez cette rectification. D’ici là, les chiffres validés ne changent pas.",
		},
		Link: mail.Link{Label: "Examiner la rectification", Path: r.correctionPath(sub.SubmissionID)}}
	proposed := collect.Correction{CorrectionID: id, State: collect.Proposed, ProposedBy: r.Actor.PersonID}
	for _, m := range members.All {
		who := access.Actor{PersonID: m.PersonID, OrganisationID: m.OrganisationID, Role: m.Role, Words: r.Actor.Words}
		if m.StartsOn.After(r.Today) || m.Ended(r.Today) || collect.MayDecide(proposed, sub, who) != "" {
			continue
		}
		draft.To, draft.Once = m.PersonID, correctionOnce("proposee", id, m.PersonID) // once, under however many roles
		if err := mail.Queue(r.Context(), r.Tx, r.Stamp(), draft); err != nil {
			return err
		}
	}
	return nil
}

func correctionOnce(event string, id, person uuid.UUID) string {
	return "rectification/" + id.String() + "/" + event + "/" + person.String()
}

// tellDecision writes what became of a correction to who proposed it, and to those
// who enter the figures that it is about.
func (r *Request) tellDecision(v submissions.RectifyView, word, answer string) error {
	accepted := word == acceptedWord
	b := r.Tx.Batch()
	concerned := collect.Concerned(b, r.Today, v.Submission.SubmissionID)
	if err := b.Send(r.Context()); err != nil {
		return err
	}
	sub, c := v.Submission, v.Pending
	draft := mail.Draft{Kind: mail.Correction, To: c.ProposedBy, Subject: "Rectification " + word + "\u00a0: " + sub.Organisation + ", " + v.Period.Label,
		Paragraphs: []string{sub.Organisation + ", " + sub.Place() + "\u00a0: la rectification que vous aviez proposée le " + french.Date(c.ProposedOn) + " est " + word + "."},
		Link:       mail.Link{Label: "Voir la saisie", Path: v.Back}, Once: correctionOnce(word, c.CorrectionID, c.ProposedBy)}
	if answer != "" {
		draft.Paragraphs = append(draft.Paragraphs, "Motif\u00a0: "+answer)
	}
	if err := mail.Queue(r.Context(), r.Tx, r.Stamp(), draft); err != nil {
		return err
	}
	draft.Paragraphs = r.toldStructure(v, accepted, answer)
	draft.Link = mail.Link{Label: "Voir l’historique", Path: v.Back + "/historique"}
	for _, d := range concerned.All {
		if d.StandIn || slices.Contains([]uuid.UUID{c.ProposedBy, r.Actor.PersonID}, d.PersonID) {
			continue // they know
		}
		draft.To, draft.Once = d.PersonID, correctionOnce(word, c.CorrectionID, d.PersonID)
		if err := mail.Queue(r.Context(), r.Tx, r.Stamp(), draft); err != nil {
			return err
		}
	}
	return nil
}

// toldStructure is what those read who enter the figures.
func (r *Request) toldStructure(v submissions.RectifyView, done bool, answer string) []string {
	about := v.Submission.Organisation + ", " + v.Submission.Place() + "\u00a0: "
	period, why := "de la période "+v.Period.Label, "Motif de la rectification\u00a0: "+v.Pending.Reason
	if !done {
		return []string{about + "une rectification de vos chiffres validés " + period + " était proposée. Elle est refusée\u00a0: vos chiffres ne changent pas.",
			why, "Motif du refus\u00a0: " + answer}
	}
	var changed []string
	for _, c := range v.Changes {
		changed = append(changed, c.Label+"\u00a0: "+cmp.Or(c.After, "aucune réponse")+" (avant\u00a0: "+cmp.Or(c.Before, "aucune réponse")+").")
	}
	return slices.Concat([]string{about + "vos chiffres validés " + period + " sont rectifiés.", why}, listed(changed), []string{
		"Les chiffres d’avant restent lisibles dans l’historique. Si cette rectification vous paraît inexacte, adressez-vous " + french.To(r.Actor.Words.TheMission()) + "."})
}
