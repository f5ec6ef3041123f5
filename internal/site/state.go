package site

import (
	"context"
	"regexp"
	"slices"
	"time"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/audit"
	"copil/internal/fault"
	"copil/internal/pg"
)

// decisionNumber is the year of the committee and the decision's rank in it, with
// letters between where a convention has several committees: 2014-03, 2014-B-01.
var decisionNumber = regexp.MustCompile(`^(19|20)\d{2}(-[A-Z]{1,4})?-\d{2,3}$`)

// Transition is a change of a site's state.
type Transition struct {
	To       State
	SinceOn  time.Time
	Decision string
	Reason   string
}

// Problems returns what is wrong with the transition from a state begun on a day.
func (t Transition) Problems(from State, begunOn, today time.Time) fault.Fields {
	bad := fault.Fields{}
	if !slices.Contains(from.Next(), t.To) {
		bad.Add("state", "Un site «\u00a0"+from.Label()+"\u00a0» ne peut pas passer à cet état.")
	}
	if t.SinceOn.Before(begunOn) {
		bad.Add("since_on", "Cette date précède le début de l’état actuel.")
	}
	if t.SinceOn.After(today) {
		bad.Add("since_on", "Cette date est dans le futur.")
	}
	if t.To.asks(ifDecided) && t.decided(access.Actor{}) != "" {
		bad.Add("decision", t.decided(access.Actor{}))
	}
	if t.Decision != "" && !decisionNumber.MatchString(t.Decision) {
		bad.Add("decision", "Un numéro de décision s’écrit avec l’année puis le rang, par exemple 2014-03.")
	}
	if t.To.asks(ifExplained) && t.explained(access.Actor{}) != "" {
		bad.Add("reason", t.explained(access.Actor{}))
	}
	return bad
}

// ChangeState moves a site to its next state. version is the one that the person
// saw; a site changed meanwhile is a Conflict.
func ChangeState(ctx context.Context, tx *pg.Tx, by audit.Stamp, id uuid.UUID, version int, t Transition) error {
	now, err := pg.One[struct {
		Name    string
		Version int
		State   State
		SinceOn time.Time
		Step    int
	}](ctx, tx, `
		SELECT s.name, s.version, st.state, st.since_on, st.step
		FROM sites s JOIN LATERAL (
			SELECT state, since_on, step FROM site_states
			WHERE convention_id = @convention AND site_id = s.site_id ORDER BY step DESC LIMIT 1) st ON true
		WHERE s.convention_id = @convention AND s.site_id = @id
		FOR UPDATE OF s`, pg.Args{"id": id})
	if err != nil {
		return err
	}
	if now.Version != version {
		return fault.New(fault.Conflict, "Ce site a été modifié entre-temps\u00a0: relisez sa page avant de recommencer.")
	}
	if bad := t.Problems(now.State, now.SinceOn, by.OnDay); len(bad) > 0 {
		return &fault.Error{Kind: fault.Invalid, Message: "L’état n’a pas changé.", Fields: bad}
	}
	b := tx.Batch()
	pg.QueueExec(b, `
		INSERT INTO site_states (convention_id, site_id, step, state, since_on, decision, reason, recorded_on)
		VALUES (@convention, @id, @step, @state, @since, @decision, @reason, @today)`,
		pg.Args{"id": id, "step": now.Step + 1, "state": t.To, "since": t.SinceOn, "decision": t.Decision, "reason": t.Reason, "today": by.OnDay})
	pg.QueueExec(b, `UPDATE sites SET version = version + 1 WHERE convention_id = @convention AND site_id = @id`, pg.Args{"id": id})
	if err := b.Send(ctx); err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Entry{Stamp: by, Action: audit.StateChanged, ObjectType: SiteObject, ObjectID: id.String(),
		ObjectLabel: now.Name, Before: map[string]any{"state": now.State}, After: t})
}
