package governance

import (
	"github.com/google/uuid"

	"copil/internal/pg"
)

const selectMeeting = `
	SELECT m.meeting_id, m.body_code, g.short_label AS body_label, m.ordinal, m.on_day, m.at_time, m.place, m.state, m.minutes, m.version,
	       (SELECT count(*) FROM agenda_items i WHERE i.convention_id = @convention AND i.meeting_id = m.meeting_id) AS items,
	       (SELECT count(*) FROM decisions d WHERE d.convention_id = @convention AND d.meeting_id = m.meeting_id AND d.state = 'proposee') AS open,
	       (SELECT count(*) FROM approvals a WHERE a.convention_id = @convention AND a.meeting_id = m.meeting_id) AS signed,
	       ARRAY(SELECT o.name FROM parties p JOIN organisations o ON o.convention_id = @convention AND o.organisation_id = p.organisation_id
	             WHERE p.convention_id = @convention AND p.chairs AND NOT EXISTS (
	                 SELECT FROM attendances t WHERE t.convention_id = @convention AND t.meeting_id = m.meeting_id AND t.party_code = p.party_code
	                 AND (t.present OR t.represented_by <> '')) ORDER BY p.position) AS unseated,
	       ARRAY(SELECT o.name FROM parties p JOIN organisations o ON o.convention_id = @convention AND o.organisation_id = p.organisation_id
	             WHERE p.convention_id = @convention AND p.chairs AND NOT EXISTS (
	                 SELECT FROM approvals a WHERE a.convention_id = @convention AND a.meeting_id = m.meeting_id AND a.party_code = p.party_code)
	             ORDER BY p.position) AS unsigned
	FROM meetings m JOIN governance_bodies g ON g.convention_id = @convention AND g.body_code = m.body_code
	WHERE m.convention_id = @convention`

// Meetings queues every meeting, the earliest first.
func Meetings(b *pg.Batch) *pg.Rows[Meeting] {
	return pg.Queue[Meeting](b, selectMeeting+` ORDER BY m.on_day, g.position`, nil)
}

// GetMeeting queues one meeting.
func GetMeeting(b *pg.Batch, id uuid.UUID) *pg.Rows[Meeting] {
	return pg.Queue[Meeting](b, selectMeeting+` AND m.meeting_id = @id`, pg.Args{"id": id})
}

// author names who recorded a row r, as displayed; Copil itself has no name.
const author = `coalesce((SELECT name FROM members n WHERE n.convention_id = @convention AND n.person_id = r.recorded_by ORDER BY n.ends_on DESC LIMIT 1), '') AS author`

// Steps queues the life of a meeting, oldest first.
func Steps(b *pg.Batch, meeting uuid.UUID) *pg.Rows[Step] {
	return pg.Queue[Step](b, `
		SELECT state, day_planned, note, recorded_on, `+author+`
		FROM meeting_steps r WHERE convention_id = @convention AND meeting_id = @id ORDER BY step`, pg.Args{"id": meeting})
}

// Agenda queues the points of a meeting in order.
func Agenda(b *pg.Batch, meeting uuid.UUID) *pg.Rows[Item] {
	return pg.Queue[Item](b, `
		SELECT i.item_no, i.title, i.asked, i.decision_id, coalesce(d.number, '') AS number,
		       CASE WHEN d.decided_in = i.meeting_id THEN d.state WHEN d.meeting_id = i.meeting_id THEN 'proposee'
		            WHEN d.decision_id IS NOT NULL THEN 'ajournee' ELSE '' END AS outcome
		FROM agenda_items i LEFT JOIN decisions d ON d.convention_id = @convention AND d.decision_id = i.decision_id
		WHERE i.convention_id = @convention AND i.meeting_id = @id ORDER BY i.item_no`, pg.Args{"id": meeting})
}

// Attendances queues who was there, the parties first in the order of the act.
func Attendances(b *pg.Batch, meeting uuid.UUID) *pg.Rows[Attendance] {
	return pg.Queue[Attendance](b, `
		SELECT t.attendance_id, t.party_code, coalesce(o.name, t.label) AS label, t.present, t.represented_by, t.capacity
		FROM attendances t
		LEFT JOIN parties p ON p.convention_id = @convention AND p.party_code = t.party_code
		LEFT JOIN organisations o ON o.convention_id = @convention AND o.organisation_id = p.organisation_id
		WHERE t.convention_id = @convention AND t.meeting_id = @id
		ORDER BY p.position NULLS LAST, t.attendance_id`, pg.Args{"id": meeting})
}

// Approvals queues the approvals of a meeting's minutes, in the order of the act.
func Approvals(b *pg.Batch, meeting uuid.UUID) *pg.Rows[Approval] {
	return pg.Queue[Approval](b, `
		SELECT a.party_code, o.name AS organisation, a.capacity, a.signed_on, a.reservation, a.attachment_id, a.recorded_by
		FROM approvals a
		JOIN parties p ON p.convention_id = @convention AND p.party_code = a.party_code
		JOIN organisations o ON o.convention_id = @convention AND o.organisation_id = p.organisation_id
		WHERE a.convention_id = @convention AND a.meeting_id = @id
		ORDER BY p.position`, pg.Args{"id": meeting})
}

const selectDecision = `
	SELECT d.decision_id, coalesce(d.number, '') AS number, d.meeting_id, coalesce(g.short_label, '') AS meeting_body, m.on_day AS meeting_on,
	       coalesce(m.state, '') AS meeting_state, d.decided_in, h.on_day AS decided_on, d.title, d.body, d.axis_no, d.commitment_code, d.state,
	       d.owner_id, coalesce(o.name, '') AS owner_name, d.due_on, d.reservation, d.about_type, d.about_ids, d.abandoned_by,
	       coalesce((SELECT number FROM decisions x WHERE x.convention_id = @convention AND x.decision_id = d.abandoned_by), '') AS abandon_number,
	       d.proposed_by, d.proposed_on, d.version,
	       coalesce((SELECT name FROM members n WHERE n.convention_id = @convention AND n.person_id = d.proposed_by ORDER BY n.ends_on DESC LIMIT 1), '') AS proposer
	FROM decisions d
	LEFT JOIN meetings m ON m.convention_id = @convention AND m.meeting_id = d.meeting_id
	LEFT JOIN meetings h ON h.convention_id = @convention AND h.meeting_id = d.decided_in
	LEFT JOIN governance_bodies g ON g.convention_id = @convention AND g.body_code = m.body_code
	LEFT JOIN organisations o ON o.convention_id = @convention AND o.organisation_id = d.owner_id
	WHERE d.convention_id = @convention`

// Decisions queues every decision and proposal, the latest number first.
func Decisions(b *pg.Batch) *pg.Rows[Decision] {
	return pg.Queue[Decision](b, selectDecision+` ORDER BY d.number DESC NULLS FIRST, d.decision_id DESC`, nil)
}

// GetDecision queues one decision.
func GetDecision(b *pg.Batch, id uuid.UUID) *pg.Rows[Decision] {
	return pg.Queue[Decision](b, selectDecision+` AND d.decision_id = @id`, pg.Args{"id": id})
}

// Decided queues the decision that bears a number; none when there is none.
// Stands says whether it decides something.
func Decided(b *pg.Batch, number string) *pg.Rows[Decision] {
	return pg.Queue[Decision](b, selectDecision+` AND d.number = @number`, pg.Args{"number": number})
}

// DecisionSteps queues the life of a decision and what was done about it, oldest first.
func DecisionSteps(b *pg.Batch, decision uuid.UUID) *pg.Rows[DecisionStep] {
	return pg.Queue[DecisionStep](b, `
		SELECT r.state, r.note, r.attachment_id, coalesce(a.name, '') AS paper, r.recorded_on, `+author+`
		FROM decision_steps r
		LEFT JOIN attachments a ON a.convention_id = @convention AND a.attachment_id = r.attachment_id AND a.withdrawn_on IS NULL
		WHERE r.convention_id = @convention AND r.decision_id = @id ORDER BY r.step`, pg.Args{"id": decision})
}
