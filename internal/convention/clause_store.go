package convention

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"copil/internal/audit"
	"copil/internal/fault"
	"copil/internal/pg"
)

// ClauseSteps queues all that was said of the commitments of one code, or of all
// when it is "", oldest first.
func ClauseSteps(b *pg.Batch, code string) *pg.Rows[ClauseStep] {
	return pg.Queue[ClauseStep](b, `
		SELECT s.commitment_code, s.party_code, s.year, s.step, s.state, s.body, s.proof, coalesce(m.name, '') AS member_name, s.recorded_on
		FROM commitment_steps s LEFT JOIN members m ON m.convention_id = s.convention_id AND m.member_id = s.member_id
		WHERE s.convention_id = @convention AND (@code = '' OR s.commitment_code = @code)
		ORDER BY s.commitment_code, s.party_code, s.year, s.step`, pg.Args{"code": code})
}

// ClauseChange is what a party says of one of its commitments.
type ClauseChange struct {
	Commitment, Party string // codes
	Year              int
	To                ClauseState
	Body              string // what carries it out, or why
	Proof             string
}

// FindClause returns the clause of a code, a party and a year.
func FindClause(list []Clause, code, party string, year int) (Clause, bool) {
	i := slices.IndexFunc(list, func(c Clause) bool {
		return c.Commitment.CommitmentCode == code && c.Party.PartyCode == party && c.Year == year
	})
	if i < 0 {
		return Clause{}, false
	}
	return list[i], true
}

// ChangeClause records what became of a commitment. version is the one that the
// person saw; a clause changed meanwhile is a Conflict. A renewed commitment
// stands again in the year after.
func ChangeClause(ctx context.Context, tx *pg.Tx, by audit.Stamp, version int, to ClauseChange) error {
	// Steps are added one at a time: the commitment's row is the lock.
	if err := pg.Exec(ctx, tx, `SELECT FROM commitments WHERE convention_id = @convention AND commitment_code = @code FOR UPDATE`, pg.Args{"code": to.Commitment}); err != nil {
		return err
	}
	b := tx.Batch()
	agreement, commitments, parties, steps := Get(b), Commitments(b), Parties(b), ClauseSteps(b, to.Commitment)
	if err := b.Send(ctx); err != nil {
		return err
	}
	only, err := agreement.One()
	if err != nil {
		return err
	}
	c, known := FindClause(Clauses(only, commitments.All, parties.All, steps.All, by.OnDay), to.Commitment, to.Party, to.Year)
	switch {
	case !known:
		return fault.New(fault.NotFound, pg.NoSuchRecord)
	case c.Version() != version:
		return fault.New(fault.Conflict, "Cet engagement a changé entre-temps\u00a0: relisez sa page avant de recommencer. Ce que vous avez saisi est conservé ci-dessous.")
	}
	if bad := to.problems(c, by); len(bad) > 0 {
		return &fault.Error{Kind: fault.Invalid, Message: "Rien n’a été enregistré.", Fields: bad}
	}
	w := tx.Batch()
	queueStep(w, by, to, c.Version()+1)
	if to.To == Renewed {
		next := ClauseChange{Commitment: to.Commitment, Party: to.Party, Year: to.Year + 1, To: Listed, Body: fmt.Sprintf("Reconduit de %d.", to.Year)}
		queueStep(w, by, next, 1)
	}
	if err := w.Send(ctx); err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Entry{Stamp: by, Action: audit.StateChanged, ObjectType: audit.Commitment, ObjectID: to.Commitment,
		ObjectLabel: fmt.Sprintf("%s, %s, %d", to.Commitment, c.Party.OrganisationName, to.Year),
		Before:      map[string]any{"state": c.State()}, After: map[string]any{"state": to.To, "reason": to.Body, "proof": to.Proof}})
}

func (to ClauseChange) problems(c Clause, by audit.Stamp) fault.Fields {
	bad := fault.Fields{}
	if reason := c.May(to.To, by.Actor); reason != "" {
		bad.Add("state", reason)
	}
	if strings.TrimSpace(to.Body) != "" {
		return bad
	}
	switch to.To {
	case Underway:
		bad.Add("body", "Indiquez l’action ou le financement qui met l’engagement en œuvre.")
	case PartlyKept, NotKept:
		bad.Add("body", "Expliquez ce qui manque.")
	case Ended:
		bad.Add("body", "Indiquez le motif.")
	}
	return bad
}

func queueStep(b *pg.Batch, by audit.Stamp, to ClauseChange, step int) {
	var member *uuid.UUID
	if by.Actor.MemberID != uuid.Nil {
		member = &by.Actor.MemberID
	}
	pg.QueueExec(b, `
		INSERT INTO commitment_steps (convention_id, commitment_code, party_code, year, step, state, body, proof, member_id, recorded_on)
		VALUES (@convention, @code, @party, @year, @step, @state, @body, @proof, @member, @today)`,
		pg.Args{"code": to.Commitment, "party": to.Party, "year": to.Year, "step": step, "state": to.To, "body": to.Body, "proof": to.Proof,
			"member": member, "today": by.OnDay})
}

// LinkIndicators says which indicators follow a commitment, in place of those
// that did.
func LinkIndicators(ctx context.Context, tx *pg.Tx, by audit.Stamp, code string, indicators []string) error {
	if err := pg.Exec(ctx, tx, `SELECT FROM commitments WHERE convention_id = @convention AND commitment_code = @code FOR UPDATE`, pg.Args{"code": code}); err != nil {
		return err
	}
	old, err := pg.Many[struct{ IndicatorCode string }](ctx, tx, `
		SELECT indicator_code FROM commitment_indicators WHERE convention_id = @convention AND commitment_code = @code ORDER BY indicator_code`, pg.Args{"code": code})
	if err != nil {
		return err
	}
	before := []string{}
	for _, o := range old {
		before = append(before, o.IndicatorCode)
	}
	after := slices.Compact(slices.Sorted(slices.Values(indicators)))
	b := tx.Batch()
	pg.QueueExec(b, `DELETE FROM commitment_indicators WHERE convention_id = @convention AND commitment_code = @code`, pg.Args{"code": code})
	pg.QueueExec(b, `
		INSERT INTO commitment_indicators (convention_id, commitment_code, indicator_code)
		SELECT @convention, @code, unnest(@indicators::text[])`, pg.Args{"code": code, "indicators": after})
	if err := b.Send(ctx); err != nil {
		if pg.ViolatedConstraint(err) != "" {
			return fault.OnField(fault.Invalid, "indicators", "Choisissez des indicateurs de la convention.")
		}
		return err
	}
	return audit.Record(ctx, tx, audit.Entry{Stamp: by, Action: audit.Changed, ObjectType: audit.Commitment, ObjectID: code, ObjectLabel: code,
		Before: map[string]any{"indicators": before}, After: map[string]any{"indicators": after}})
}
