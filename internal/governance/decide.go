package governance

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/attachment"
	"copil/internal/audit"
	"copil/internal/fault"
	"copil/internal/pg"
)

// Proposal is what a person enters of a decision to be taken.
type Proposal struct {
	Title          string
	Body           string // Markdown
	AxisNo         *int
	CommitmentCode *string
	AboutType      audit.ObjectType // "" for nothing in particular
	AboutIDs       []string
}

// Problems returns what is wrong with the proposal, field by field.
func (p Proposal) Problems() fault.Fields {
	bad := fault.Fields{}
	if strings.TrimSpace(p.Title) == "" {
		bad.Add("title", "Donnez à la décision un titre court.")
	}
	if p.AxisNo == nil && p.CommitmentCode == nil {
		bad.Add("axis", "Choisissez l’axe ou l’engagement auquel se rattache la décision.")
	}
	return bad
}

// Propose keeps a proposal, which waits for an agenda.
func Propose(ctx context.Context, tx *pg.Tx, by audit.Stamp, p Proposal) (uuid.UUID, error) {
	if !by.Actor.Can(access.GovernancePropose) {
		return uuid.Nil, fault.New(fault.Conflict, "Une décision se propose par un signataire ou par %s.", by.Actor.Words.TheMission())
	}
	if bad := p.Problems(); len(bad) > 0 {
		return uuid.Nil, &fault.Error{Kind: fault.Invalid, Message: "La décision n’est pas proposée.", Fields: bad}
	}
	id, err := uuid.NewV7()
	if err != nil {
		return uuid.Nil, err
	}
	if p.AboutIDs == nil {
		p.AboutIDs = []string{}
	}
	err = pg.Exec(ctx, tx, `
		INSERT INTO decisions (convention_id, decision_id, title, body, axis_no, commitment_code, state, about_type, about_ids, proposed_by, proposed_on)
		VALUES (@convention, @id, @title, @body, @axis, @commitment, 'proposee', @type, @ids, @by, @on)`,
		pg.Args{"id": id, "title": p.Title, "body": p.Body, "axis": p.AxisNo, "commitment": p.CommitmentCode, "type": string(p.AboutType), "ids": p.AboutIDs,
			"by": by.Actor.PersonID, "on": by.OnDay})
	if err != nil {
		return uuid.Nil, err
	}
	d := Decision{DecisionID: id, Title: p.Title, State: Proposed}
	return id, tell(ctx, tx, by, audit.Created, d, Proposed, "", nil, p)
}

// tell adds a step to a decision's life, and to the log.
func tell(ctx context.Context, tx *pg.Tx, by audit.Stamp, action audit.Action, d Decision, to DecisionState, note string, evidence *uuid.UUID, after any) error {
	b := tx.Batch()
	pg.QueueExec(b, `
		INSERT INTO decision_steps (convention_id, decision_id, step, state, note, attachment_id, recorded_by, recorded_on)
		SELECT @convention, @id, 1 + (SELECT count(*) FROM decision_steps WHERE convention_id = @convention AND decision_id = @id), @state, @note, @evidence, @by, @on`,
		pg.Args{"id": d.DecisionID, "state": string(to), "note": note, "evidence": evidence, "by": by.Actor.PersonID, "on": by.OnDay})
	if err := b.Send(ctx); err != nil {
		return err
	}
	e := audit.Entry{Stamp: by, Action: action, ObjectType: audit.Decision, ObjectID: d.DecisionID.String(), ObjectLabel: d.Name(), After: after}
	if to != d.State {
		e.Before = map[string]any{"state": d.State}
	}
	return audit.Record(ctx, tx, e)
}

// loadDecision locks a decision that the person saw in a version and may take to
// a state.
func loadDecision(ctx context.Context, tx *pg.Tx, by audit.Stamp, id uuid.UUID, version int, to DecisionState) (Decision, error) {
	b := tx.Batch()
	pg.QueueExec(b, `SELECT FROM decisions WHERE convention_id = @convention AND decision_id = @id FOR UPDATE`, pg.Args{"id": id})
	found := GetDecision(b, id)
	if err := b.Send(ctx); err != nil {
		return Decision{}, err
	}
	d, err := found.One()
	if err != nil {
		return d, err
	}
	if d.Version != version {
		return d, fault.New(fault.Conflict, "Cette décision a changé entre-temps\u00a0: relisez-la avant de recommencer.")
	}
	if reason := MayDecision(d, to, by.Actor); reason != "" {
		return d, fault.New(fault.Conflict, "%s", reason)
	}
	return d, nil
}

// PutOnAgenda puts a proposal, or a decision that was adjourned, on the agenda of
// a meeting to come. It gets its number then, and keeps it: the year of that
// meeting and the next rank in it.
func PutOnAgenda(ctx context.Context, tx *pg.Tx, by audit.Stamp, id uuid.UUID, version int, meeting uuid.UUID) error {
	d, err := loadDecision(ctx, tx, by, id, version, Proposed)
	if err != nil {
		return err
	}
	m, err := loadMeeting(ctx, tx, meeting)
	if fault.KindOf(err) == fault.NotFound || err == nil && !m.State.ToCome() {
		return fault.OnField(fault.Invalid, "meeting", "Choisissez une réunion à venir.")
	}
	if err != nil {
		return err
	}
	if d.Number == "" {
		if d.Number, err = nextNumber(ctx, tx, m.OnDay.Year()); err != nil {
			return err
		}
	}
	err = pg.Exec(ctx, tx, `
		UPDATE decisions SET number = @number, meeting_id = @meeting, state = 'proposee', decided_in = NULL, version = version + 1
		WHERE convention_id = @convention AND decision_id = @id`, pg.Args{"id": id, "number": d.Number, "meeting": meeting})
	if err != nil {
		return err
	}
	if err := addItem(ctx, tx, meeting, Item{Title: d.Title, Asked: ToDecide, DecisionID: &id}); err != nil {
		return err
	}
	return tell(ctx, tx, by, audit.Changed, d, Proposed, "À l’ordre du jour\u00a0: "+m.Title()+".", nil, map[string]any{"number": d.Number, "meeting": m.Title()})
}

// nextNumber is the year and the next rank in it. The lock keeps two proposals
// from sharing one.
func nextNumber(ctx context.Context, tx *pg.Tx, year int) (string, error) {
	if _, err := pg.Run(ctx, tx, `SELECT FROM governance_bodies WHERE convention_id = @convention ORDER BY body_code FOR UPDATE`, nil); err != nil {
		return "", err
	}
	last, err := pg.One[struct{ Rank int }](ctx, tx, `
		SELECT coalesce(max(substring(number FROM '[0-9]+$')::int), 0) AS rank
		FROM decisions WHERE convention_id = @convention AND number LIKE @year || '-%'`, pg.Args{"year": fmt.Sprint(year)})
	return fmt.Sprintf("%d-%02d", year, last.Rank+1), err
}

// Outcome is what a body made of a proposal.
type Outcome struct {
	State       DecisionState // Adopted, Rejected or Adjourned
	Reservation string        // of a party, as it was said
	Note        string
}

// Decide records the outcome of a proposal in the meeting that has been held.
func Decide(ctx context.Context, tx *pg.Tx, by audit.Stamp, id uuid.UUID, version int, o Outcome) error {
	if o.State != Adopted && o.State != Rejected && o.State != Adjourned {
		return fault.OnField(fault.Invalid, "outcome", "Indiquez ce qui a été décidé.")
	}
	d, err := loadDecision(ctx, tx, by, id, version, o.State)
	if err != nil {
		return err
	}
	if o.State != Adopted && o.Note == "" {
		return fault.OnField(fault.Invalid, "note", "Indiquez pourquoi la décision est rejetée ou ajournée.")
	}
	err = pg.Exec(ctx, tx, `
		UPDATE decisions SET state = @state, decided_in = meeting_id, reservation = @reservation, version = version + 1
		WHERE convention_id = @convention AND decision_id = @id`, pg.Args{"id": id, "state": string(o.State), "reservation": o.Reservation})
	if err != nil {
		return err
	}
	return tell(ctx, tx, by, audit.StateChanged, d, o.State, o.Note, nil, o)
}

// Execute gives an adopted decision to the organisation that carries it out, with
// a date.
func Execute(ctx context.Context, tx *pg.Tx, by audit.Stamp, id uuid.UUID, version int, owner *uuid.UUID, due time.Time) error {
	d, err := loadDecision(ctx, tx, by, id, version, UnderWay)
	if err != nil {
		return err
	}
	bad := fault.Fields{}
	if owner == nil {
		bad.Add("owner", "Choisissez l’organisme chargé de l’exécution.")
	}
	if d.DecidedOn != nil && due.Before(*d.DecidedOn) {
		bad.Add("due_on", "L’échéance ne peut pas précéder la décision.")
	}
	if len(bad) > 0 {
		return &fault.Error{Kind: fault.Invalid, Fields: bad}
	}
	err = pg.Exec(ctx, tx, `
		UPDATE decisions SET state = 'en_execution', owner_id = @owner, due_on = @due, version = version + 1
		WHERE convention_id = @convention AND decision_id = @id`, pg.Args{"id": id, "owner": owner, "due": due})
	if pg.ViolatedConstraint(err) != "" {
		return fault.OnField(fault.Invalid, "owner", "Choisissez dans la liste.")
	}
	if err != nil {
		return err
	}
	return tell(ctx, tx, by, audit.StateChanged, d, UnderWay, "", nil, map[string]any{"state": UnderWay, "owner_id": owner, "due_on": due.Format(time.DateOnly)})
}

// Evidence is a paper that shows what was done; the zero one is none.
type Evidence struct {
	Name    string
	Content []byte
}

// Follow tells what was done about a decision; done says that it is carried out,
// which a comment or a paper must show.
func Follow(ctx context.Context, tx *pg.Tx, by audit.Stamp, id uuid.UUID, version int, note string, e Evidence, finished bool) error {
	to, action := UnderWay, audit.Changed
	if finished {
		to, action = CarriedOut, audit.StateChanged
	}
	d, err := loadDecision(ctx, tx, by, id, version, to)
	if err != nil {
		return err
	}
	if note == "" && len(e.Content) == 0 {
		return fault.OnField(fault.Invalid, "note", "Écrivez ce qui a été fait, ou joignez une pièce qui le montre.")
	}
	var paper *uuid.UUID
	if len(e.Content) > 0 {
		added, err := attachment.Add(ctx, tx, by, d.Papers(), e.Name, e.Content)
		if err != nil {
			return err
		}
		paper = &added
	}
	err = pg.Exec(ctx, tx, `UPDATE decisions SET state = @state, version = version + 1 WHERE convention_id = @convention AND decision_id = @id`,
		pg.Args{"id": id, "state": string(to)})
	if err != nil {
		return err
	}
	return tell(ctx, tx, by, action, d, to, note, paper, map[string]any{"state": to, "comment": note})
}

// Papers is what the papers of a decision belong to.
func (d Decision) Papers() attachment.Object {
	return attachment.Object{Type: audit.Decision, ID: d.DecisionID.String(), Label: d.Name()}
}

// Abandon gives up a decision, which takes another one that was adopted.
func Abandon(ctx context.Context, tx *pg.Tx, by audit.Stamp, id uuid.UUID, version int, number, reason string) error {
	d, err := loadDecision(ctx, tx, by, id, version, Abandoned)
	if err != nil {
		return err
	}
	b := tx.Batch()
	found := Decided(b, number)
	if err := b.Send(ctx); err != nil {
		return err
	}
	bad := fault.Fields{}
	if len(found.All) == 0 || found.All[0].DecisionID == id || !found.All[0].InForce() {
		bad.Add("number", "Indiquez le numéro d’une autre décision, adoptée, qui abandonne celle-ci.")
	}
	if reason == "" {
		bad.Add("reason", "Indiquez pourquoi la décision est abandonnée.")
	}
	if len(bad) > 0 {
		return &fault.Error{Kind: fault.Invalid, Fields: bad}
	}
	err = pg.Exec(ctx, tx, `
		UPDATE decisions SET state = 'abandonnee', abandoned_by = @other, version = version + 1
		WHERE convention_id = @convention AND decision_id = @id`, pg.Args{"id": id, "other": found.All[0].DecisionID})
	if err != nil {
		return err
	}
	return tell(ctx, tx, by, audit.StateChanged, d, Abandoned, reason, nil, map[string]any{"state": Abandoned, "decision": number, "reason": reason})
}
