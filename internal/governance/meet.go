package governance

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"copil/internal/attachment"
	"copil/internal/audit"
	"copil/internal/fault"
	"copil/internal/pg"
)

// Plan is what a person enters of a meeting to come.
type Plan struct {
	BodyCode string
	OnDay    time.Time
	AtTime   string // as one writes it: « 14 h 30 »
	Place    string
}

// PlanMeeting keeps a meeting to come of a body, and numbers it.
func PlanMeeting(ctx context.Context, tx *pg.Tx, by audit.Stamp, p Plan) (uuid.UUID, error) {
	bad := fault.Fields{}
	if p.OnDay.Before(by.OnDay) {
		bad.Add("on_day", "Une réunion se planifie à partir d’aujourd’hui.")
	}
	// The lock keeps two meetings of a body from sharing a number.
	locked, err := pg.Run(ctx, tx, `SELECT FROM governance_bodies WHERE convention_id = @convention AND body_code = @body FOR UPDATE`, pg.Args{"body": p.BodyCode})
	if err != nil {
		return uuid.Nil, err
	}
	if locked == 0 {
		bad.Add("body", "Choisissez une instance dans la liste.")
	}
	if len(bad) > 0 {
		return uuid.Nil, &fault.Error{Kind: fault.Invalid, Message: "La réunion n’est pas planifiée.", Fields: bad}
	}
	id, err := uuid.NewV7()
	if err != nil {
		return uuid.Nil, err
	}
	err = pg.Exec(ctx, tx, `
		INSERT INTO meetings (convention_id, meeting_id, body_code, ordinal, on_day, at_time, place, state)
		SELECT @convention, @id, @body, 1 + coalesce((SELECT max(ordinal) FROM meetings WHERE convention_id = @convention AND body_code = @body), 0),
		       @day, @time, @place, 'planifiee'`,
		pg.Args{"id": id, "body": p.BodyCode, "day": p.OnDay, "time": p.AtTime, "place": p.Place})
	if err != nil {
		return uuid.Nil, err
	}
	m, err := loadMeeting(ctx, tx, id)
	if err != nil {
		return uuid.Nil, err
	}
	return id, step(ctx, tx, by, audit.Created, m, Planned, "", p)
}

// loadMeeting locks a meeting.
func loadMeeting(ctx context.Context, tx *pg.Tx, id uuid.UUID) (Meeting, error) {
	b := tx.Batch()
	pg.QueueExec(b, `SELECT FROM meetings WHERE convention_id = @convention AND meeting_id = @id FOR UPDATE`, pg.Args{"id": id})
	found := GetMeeting(b, id)
	if err := b.Send(ctx); err != nil {
		return Meeting{}, err
	}
	return found.One()
}

// seen locks a meeting that the person saw in a version.
func seen(ctx context.Context, tx *pg.Tx, id uuid.UUID, version int) (Meeting, error) {
	m, err := loadMeeting(ctx, tx, id)
	if err == nil && m.Version != version {
		err = fault.New(fault.Conflict, "Cette réunion a changé entre-temps\u00a0: relisez sa page avant de recommencer.")
	}
	return m, err
}

// entry is one thing that was done to a meeting, for the log.
func (m Meeting) entry(by audit.Stamp, action audit.Action, after any) audit.Entry {
	return audit.Entry{Stamp: by, Action: action, ObjectType: audit.Meeting, ObjectID: m.MeetingID.String(), ObjectLabel: m.Title(), After: after}
}

// Papers is what the papers of a meeting belong to.
func (m Meeting) Papers() attachment.Object {
	return attachment.Object{Type: audit.Meeting, ID: m.MeetingID.String(), Label: m.Title()}
}

// step adds a stage to a meeting's life, and to the log. m is as it was before.
func step(ctx context.Context, tx *pg.Tx, by audit.Stamp, action audit.Action, m Meeting, to MeetingState, note string, after any) error {
	err := pg.Exec(ctx, tx, `
		INSERT INTO meeting_steps (convention_id, meeting_id, step, state, day_planned, note, recorded_by, recorded_on)
		SELECT @convention, @id, 1 + (SELECT count(*) FROM meeting_steps WHERE convention_id = @convention AND meeting_id = @id), @state, on_day, @note, @by, @on
		FROM meetings WHERE convention_id = @convention AND meeting_id = @id`,
		pg.Args{"id": m.MeetingID, "state": string(to), "note": note, "by": by.Actor.PersonID, "on": by.OnDay})
	if err != nil {
		return err
	}
	e := m.entry(by, action, after)
	if to != m.State {
		e.Before = map[string]any{"state": m.State}
	}
	return audit.Record(ctx, tx, e)
}

// Move is a change of a meeting's state.
type Move struct {
	To    MeetingState
	Note  string     // why it is postponed, cancelled or given back
	NewOn *time.Time // of a meeting that is postponed
}

// MoveMeeting takes a meeting to another state. One that is postponed gets its
// new day, and is planned again.
func MoveMeeting(ctx context.Context, tx *pg.Tx, by audit.Stamp, id uuid.UUID, version int, v Move) error {
	m, err := seen(ctx, tx, id, version)
	if err != nil {
		return err
	}
	if v.To == Approved { // the second approval does it
		return fault.OnField(fault.Invalid, "state", "Le relevé est approuvé quand les coprésidents l’ont approuvé.")
	}
	if reason := MayMeeting(m, v.To, by.Actor, by.OnDay); reason != "" {
		return fault.New(fault.Conflict, "%s", reason)
	}
	bad := fault.Fields{}
	if strings.TrimSpace(v.Note) == "" && (v.To == Postponed || v.To == Cancelled || m.State == InReview) {
		bad.Add("note", "Indiquez le motif.")
	}
	if v.To == Postponed && (v.NewOn == nil || v.NewOn.Before(by.OnDay)) {
		bad.Add("new_on", "Indiquez la nouvelle date, à partir d’aujourd’hui.")
	}
	if len(bad) > 0 {
		return &fault.Error{Kind: fault.Invalid, Message: "La réunion n’a pas changé.", Fields: bad}
	}
	if err := become(ctx, tx, by, m, v.To, v.Note); err != nil || v.To != Postponed {
		return err
	}
	postponed := m
	postponed.State = Postponed
	if err := pg.Exec(ctx, tx, `UPDATE meetings SET on_day = @day WHERE convention_id = @convention AND meeting_id = @id`, pg.Args{"id": id, "day": *v.NewOn}); err != nil {
		return err
	}
	return become(ctx, tx, by, postponed, Planned, "")
}

// become stores a meeting's new state.
func become(ctx context.Context, tx *pg.Tx, by audit.Stamp, m Meeting, to MeetingState, note string) error {
	err := pg.Exec(ctx, tx, `UPDATE meetings SET state = @state, version = version + 1 WHERE convention_id = @convention AND meeting_id = @id`,
		pg.Args{"id": m.MeetingID, "state": string(to)})
	if err != nil {
		return err
	}
	return step(ctx, tx, by, audit.StateChanged, m, to, note, map[string]any{"state": to, "reason": note})
}

// touch counts a change of what hangs on a meeting, so that nobody overwrites it unseen.
func touch(ctx context.Context, tx *pg.Tx, m Meeting) error {
	return pg.Exec(ctx, tx, `UPDATE meetings SET version = version + 1 WHERE convention_id = @convention AND meeting_id = @id`, pg.Args{"id": m.MeetingID})
}

// AddItem puts a point on the agenda of a meeting to come.
func AddItem(ctx context.Context, tx *pg.Tx, by audit.Stamp, id uuid.UUID, version int, i Item) error {
	m, err := seen(ctx, tx, id, version)
	if err != nil {
		return err
	}
	bad := fault.Fields{}
	if strings.TrimSpace(i.Title) == "" {
		bad.Add("title", "Saisissez l’intitulé du point.")
	}
	if i.Asked != ToHear && i.Asked != ToDiscuss {
		bad.Add("asked", "Indiquez ce qui est attendu\u00a0; un point pour décision s’inscrit depuis la page de la décision proposée.")
	}
	switch {
	case len(bad) > 0:
		return &fault.Error{Kind: fault.Invalid, Fields: bad}
	case !m.State.ToCome():
		return fault.New(fault.Conflict, "L’ordre du jour de cette réunion ne change plus.")
	}
	i.DecisionID = nil
	if err := addItem(ctx, tx, id, i); err != nil {
		return err
	}
	return audit.Record(ctx, tx, m.entry(by, audit.Changed, map[string]any{"agenda_item": i.Title}))
}

// addItem adds the last point of an agenda. The meeting is locked.
func addItem(ctx context.Context, tx *pg.Tx, meeting uuid.UUID, i Item) error {
	b := tx.Batch()
	pg.QueueExec(b, `
		INSERT INTO agenda_items (convention_id, meeting_id, item_no, title, asked, decision_id)
		SELECT @convention, @id, 1 + coalesce((SELECT max(item_no) FROM agenda_items WHERE convention_id = @convention AND meeting_id = @id), 0), @title, @asked, @decision`,
		pg.Args{"id": meeting, "title": i.Title, "asked": string(i.Asked), "decision": i.DecisionID})
	pg.QueueExec(b, `UPDATE meetings SET version = version + 1 WHERE convention_id = @convention AND meeting_id = @id`, pg.Args{"id": meeting})
	return b.Send(ctx)
}

// Seat records who was there for a party, or at another seat, of a meeting that
// was convened or whose minutes are a draft. A party's seat is recorded anew.
func Seat(ctx context.Context, tx *pg.Tx, by audit.Stamp, id uuid.UUID, version int, a Attendance) error {
	m, err := seen(ctx, tx, id, version)
	if err != nil {
		return err
	}
	if m.State != Convened && m.State != Held {
		return fault.New(fault.Conflict, "Les présences s’enregistrent une fois la réunion convoquée, et tant que le relevé n’est pas en relecture.")
	}
	if a.PartyCode == nil && strings.TrimSpace(a.Label) == "" {
		return fault.OnField(fault.Invalid, "label", "Choisissez une partie, ou nommez l’autre siège par sa fonction.")
	}
	if a.PartyCode != nil {
		a.Label = ""
	}
	if a.Present {
		a.RepresentedBy = ""
	}
	attendance, err := uuid.NewV7()
	if err != nil {
		return err
	}
	err = pg.Exec(ctx, tx, `
		INSERT INTO attendances (convention_id, attendance_id, meeting_id, party_code, label, present, represented_by, capacity)
		VALUES (@convention, @attendance, @id, @party, @label, @present, @by, @capacity)
		ON CONFLICT ON CONSTRAINT attendances_party_once DO UPDATE SET present = excluded.present, represented_by = excluded.represented_by, capacity = excluded.capacity`,
		pg.Args{"attendance": attendance, "id": id, "party": a.PartyCode, "label": a.Label, "present": a.Present, "by": a.RepresentedBy, "capacity": a.Capacity})
	if pg.ViolatedConstraint(err) != "" && a.PartyCode != nil {
		return fault.OnField(fault.Invalid, "party", "Choisissez une partie dans la liste.")
	}
	if err != nil {
		return err
	}
	if err := touch(ctx, tx, m); err != nil {
		return err
	}
	return audit.Record(ctx, tx, m.entry(by, audit.Changed, a.told()))
}

// told is a seat for the log.
func (a Attendance) told() map[string]any {
	return map[string]any{"party_code": a.PartyCode, "label": a.Label, "present": a.Present, "represented_by": a.RepresentedBy, "capacity": a.Capacity}
}

// Write keeps the minutes of a meeting that was held, in Markdown, while they are
// a draft.
func Write(ctx context.Context, tx *pg.Tx, by audit.Stamp, id uuid.UUID, version int, minutes string) error {
	m, err := seen(ctx, tx, id, version)
	if err != nil {
		return err
	}
	if m.State != Held {
		return fault.New(fault.Conflict, "Le relevé se rédige une fois la réunion tenue, et ne change plus pendant sa relecture.")
	}
	err = pg.Exec(ctx, tx, `UPDATE meetings SET minutes = @minutes, version = version + 1 WHERE convention_id = @convention AND meeting_id = @id`,
		pg.Args{"id": id, "minutes": minutes})
	if err != nil {
		return err
	}
	return audit.Record(ctx, tx, m.entry(by, audit.Changed, map[string]any{"minutes": inShort(minutes), "characters": utf8.RuneCountInString(minutes)}))
}

// longestTold is how many characters of the minutes the log keeps: it tells that a
// draft was written, and keeps no second copy of it.
const longestTold = 300

func inShort(text string) string {
	if r := []rune(text); len(r) > longestTold {
		return string(r[:longestTold]) + "…"
	}
	return text
}

// AddPaper keeps a paper with a meeting that is not closed.
func AddPaper(ctx context.Context, tx *pg.Tx, by audit.Stamp, id uuid.UUID, version int, e Evidence) error {
	m, err := seen(ctx, tx, id, version)
	if err != nil {
		return err
	}
	if m.State == Closed || m.State == Cancelled {
		return fault.New(fault.Conflict, "Cette réunion est close\u00a0: elle ne reçoit plus de pièce.")
	}
	if _, err := attachment.Add(ctx, tx, by, m.Papers(), e.Name, e.Content); err != nil {
		return err
	}
	return touch(ctx, tx, m)
}
