package testdb

import (
	"fmt"
	"testing"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/governance"
	"copil/internal/pg"
)

// Gathering is a meeting of an Agreement with a decision on its agenda.
type Gathering struct{ Meeting, Decision uuid.UUID }

// Meeting plans a meeting of the steering committee for Today with a proposal on
// its agenda, and takes it to a state; a state after Held finds the decision
// adopted and under way.
func (db *DB) Meeting(t testing.TB, a *Agreement, upTo governance.MeetingState) (g Gathering) {
	t.Helper()
	db.In(t, a.ID, func(tx *pg.Tx) (err error) {
		g, err = a.gather(t, tx, upTo)
		return err
	})
	return g
}

// Versions are those of a meeting and its decision now.
func (g Gathering) Versions(t testing.TB, tx *pg.Tx) (meeting, decision int) {
	t.Helper()
	b := tx.Batch()
	m, d := governance.GetMeeting(b, g.Meeting), governance.GetDecision(b, g.Decision)
	if err := b.Send(t.Context()); err != nil {
		t.Fatal(err)
	}
	return m.All[0].Version, d.All[0].Version
}

func (a *Agreement) gather(t testing.TB, tx *pg.Tx, upTo governance.MeetingState) (g Gathering, err error) {
	ctx, by, axis := t.Context(), By(a.Actors[access.Mission]), 1
	if g.Meeting, err = governance.PlanMeeting(ctx, tx, by, governance.Plan{BodyCode: "COPIL", OnDay: Today, Place: "Lille"}); err != nil {
		return g, err
	}
	p := governance.Proposal{Title: "Confirmer la suspension", AxisNo: &axis, AboutType: "site", AboutIDs: []string{a.Sites[0].String()}}
	if g.Decision, err = governance.Propose(ctx, tx, by, p); err != nil {
		return g, err
	}
	if err = governance.PutOnAgenda(ctx, tx, by, g.Decision, 1, g.Meeting); err != nil || upTo == governance.Planned {
		return g, err
	}
	meeting := func(do func(version int) error) {
		if err == nil {
			v, _ := g.Versions(t, tx)
			err = do(v)
		}
	}
	move := func(to governance.MeetingState) {
		meeting(func(v int) error { return governance.MoveMeeting(ctx, tx, by, g.Meeting, v, governance.Move{To: to}) })
	}
	move(governance.Convened)
	for _, party := range []string{"ETAT", "REGION"} {
		meeting(func(v int) error {
			return governance.Seat(ctx, tx, by, g.Meeting, v, governance.Attendance{PartyCode: &party, Present: true})
		})
	}
	if upTo == governance.Convened {
		return g, err
	}
	move(governance.Held)
	if upTo == governance.Held || err != nil {
		return g, err
	}
	if err = a.settle(t, tx, g); err != nil {
		return g, err
	}
	meeting(func(v int) error { return governance.Write(ctx, tx, by, g.Meeting, v, "Le comité décide.") })
	meeting(func(v int) error {
		return governance.AddPaper(ctx, tx, by, g.Meeting, v, governance.Evidence{Name: "releve.pdf", Content: []byte("%PDF-1.7")})
	})
	move(governance.InReview)
	if upTo == governance.InReview {
		return g, err
	}
	meeting(func(v int) error { return a.approve(t, tx, g, v) })
	return g, err
}

// settle adopts the decision and gives it to the mission, to be carried out by the eve.
func (a *Agreement) settle(t testing.TB, tx *pg.Tx, g Gathering) error {
	by := By(a.Actors[access.Mission])
	_, v := g.Versions(t, tx)
	if err := governance.Decide(t.Context(), tx, by, g.Decision, v, governance.Outcome{State: governance.Adopted}); err != nil {
		return err
	}
	return governance.Execute(t.Context(), tx, by, g.Decision, v+1, &a.Mission, Today)
}

// approve records both chairs' approvals: the State's own, and the other one's by paper.
func (a *Agreement) approve(t testing.TB, tx *pg.Tx, g Gathering, version int) error {
	err := governance.Approve(t.Context(), tx, By(a.Actors[access.Chair]), g.Meeting, version,
		governance.Approval{PartyCode: "ETAT", Capacity: "Pour le préfet de région", SignedOn: Today})
	if err != nil {
		return err
	}
	paper, err := pg.One[struct{ ID uuid.UUID }](t.Context(), tx, `
		SELECT attachment_id AS id FROM attachments WHERE convention_id = @convention AND object_id = @meeting`, pg.Args{"meeting": g.Meeting.String()})
	if err != nil {
		return fmt.Errorf("find signed minutes: %w", err)
	}
	return governance.Approve(t.Context(), tx, By(a.Actors[access.Mission]), g.Meeting, version+1,
		governance.Approval{PartyCode: "REGION", Capacity: "Le président", SignedOn: Today, AttachmentID: &paper.ID})
}
