package governance

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"copil/internal/audit"
	"copil/internal/convention"
	"copil/internal/fault"
	"copil/internal/pg"
)

// Note is what the committee noted of something odd in the act, or of what a
// party said of a commitment. It bears the number of a decision that was taken.
type Note struct {
	ObjectType string // audit.Finding or audit.Commitment
	ObjectID   string // a finding's code, or ClauseID
	Body       string
	DecisionID uuid.UUID
	Number     string // of the decision
	MemberName string // who recorded it
	RecordedOn time.Time
}

// ClauseID names one party's year of a commitment among what is noted.
func ClauseID(commitment, party string, year int) string {
	return fmt.Sprintf("%s/%s/%d", commitment, party, year)
}

// Notes queues all that the committee noted of the act, oldest first.
func Notes(b *pg.Batch) *pg.Rows[Note] {
	return pg.Queue[Note](b, `
		SELECT n.object_type, n.object_id, n.body, n.decision_id, coalesce(d.number, '') AS number, coalesce(m.name, '') AS member_name, n.recorded_on
		FROM act_notes n JOIN decisions d USING (convention_id, decision_id)
		LEFT JOIN members m ON m.convention_id = n.convention_id AND m.member_id = n.member_id
		WHERE n.convention_id = @convention ORDER BY n.note_id`, nil)
}

// NotesOf keeps the notes of one object.
func NotesOf(all []Note, of audit.ObjectType, id string) []Note {
	return slices.DeleteFunc(slices.Clone(all), func(n Note) bool { return n.ObjectType != string(of) || n.ObjectID != id })
}

// NoteDraft is what the secretariat records of what the committee noted.
type NoteDraft struct {
	Body   string
	Number string // of the decision
}

// NoteFinding records what the committee says of something odd in the act, which
// closes the finding.
func NoteFinding(ctx context.Context, tx *pg.Tx, by audit.Stamp, code string, d NoteDraft) error {
	found, err := pg.One[struct{ Title string }](ctx, tx, `
		SELECT title FROM findings WHERE convention_id = @convention AND finding_code = @code`, pg.Args{"code": code})
	if err != nil {
		return err
	}
	return note(ctx, tx, by, audit.Finding, code, found.Title, d)
}

// NoteClause records that the committee took note of what a party said of one of
// its commitments.
func NoteClause(ctx context.Context, tx *pg.Tx, by audit.Stamp, c convention.Clause, d NoteDraft) error {
	if c.Review() == nil {
		return fault.New(fault.Conflict, "Le comité prend note d’un bilan\u00a0: la partie n’a pas encore fait le sien.")
	}
	id := ClauseID(c.Commitment.CommitmentCode, c.Party.PartyCode, c.Year)
	return note(ctx, tx, by, audit.Commitment, id, fmt.Sprintf("%s, %s, %d", c.Commitment.CommitmentCode, c.Party.OrganisationName, c.Year), d)
}

func note(ctx context.Context, tx *pg.Tx, by audit.Stamp, of audit.ObjectType, id, label string, d NoteDraft) error {
	b := tx.Batch()
	found := Decided(b, d.Number)
	if err := b.Send(ctx); err != nil {
		return err
	}
	bad := fault.Fields{}
	if strings.TrimSpace(d.Body) == "" {
		bad.Add("body", "Écrivez ce que le comité a noté.")
	}
	decision, err := found.One()
	if err != nil {
		bad.Add("decision", "Choisissez la décision par laquelle le comité l’a noté.")
	} else if why := decision.notTaken(); why != "" {
		bad.Add("decision", why)
	}
	if len(bad) > 0 {
		return &fault.Error{Kind: fault.Invalid, Message: "Rien n’a été enregistré.", Fields: bad}
	}
	noteID, err := uuid.NewV7()
	if err != nil {
		return err
	}
	var member *uuid.UUID
	if by.Actor.MemberID != uuid.Nil {
		member = &by.Actor.MemberID
	}
	err = pg.Exec(ctx, tx, `
		INSERT INTO act_notes (convention_id, note_id, object_type, object_id, body, decision_id, member_id, recorded_on)
		VALUES (@convention, @id, @type, @object, @body, @decision, @member, @today)`,
		pg.Args{"id": noteID, "type": string(of), "object": id, "body": d.Body, "decision": decision.DecisionID, "member": member, "today": by.OnDay})
	if err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Entry{Stamp: by, Action: audit.Changed, ObjectType: of, ObjectID: id, ObjectLabel: label,
		After: map[string]any{"note": d.Body, "decision": d.Number}})
}

// Noting lists the decisions by which the committee may note something.
func Noting(all []Decision) []Decision {
	return slices.DeleteFunc(slices.Clone(all), func(d Decision) bool { return d.notTaken() != "" })
}
