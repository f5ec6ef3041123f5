package collect

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/audit"
	"copil/internal/french"
	"copil/internal/pg"
)

// DueReminder is one message to one person about the submissions that an
// organisation has not handed in and that share a deadline.
type DueReminder struct {
	PersonID       uuid.UUID
	Name           string // of the person, as displayed
	StandIn        bool   // the person is of the mission: the organisation has no member
	OrganisationID uuid.UUID
	Organisation   string
	PeriodCode     string
	PeriodLabel    string
	DueOn          time.Time
	Days           *int // after the deadline: -15, -5, 0 or 7; nil when sent by hand
	Submissions    []uuid.UUID
	Places         []string // names of the sites, "hors site"
	Returned       bool     // all of them wait for a correction
	Shut           bool     // all of them are noted as not handed in: they have to be reopened first
}

// selectReminders finds, for the submissions in asked (with state, due_on and days), whom
// to remind: the organisation's members who may enter its figures, else the
// mission's.
const selectReminders = `,
	waiting AS (
		SELECT a.organisation_id, a.period_code, a.due_on, a.days,
		       array_agg(a.submission_id ORDER BY length(x.code) NULLS LAST, x.code) AS submissions,
		       array_agg(coalesce(x.name, 'hors site') ORDER BY length(x.code) NULLS LAST, x.code) AS places,
		       bool_and(a.state = 'a_corriger') AS returned, bool_and(a.state = 'non_remise') AS shut
		FROM asked a LEFT JOIN sites x ON x.convention_id = @convention AND x.site_id = a.site_id
		GROUP BY a.organisation_id, a.period_code, a.due_on, a.days),
	active AS (
		SELECT DISTINCT ON (person_id, organisation_id) person_id, organisation_id, role, name FROM members
		WHERE convention_id = @convention AND role IN ('structure', 'signatory', 'mission')
		  AND starts_on <= @today AND (ends_on IS NULL OR ends_on >= @today)
		ORDER BY person_id, organisation_id, member_id)
	SELECT m.person_id, m.name, m.organisation_id <> w.organisation_id AS stand_in, w.organisation_id, o.name AS organisation,
	       w.period_code, p.label AS period_label, w.due_on, w.days, w.submissions, w.places, w.returned, w.shut
	FROM waiting w
	JOIN organisations o ON o.convention_id = @convention AND o.organisation_id = w.organisation_id
	JOIN periods p ON p.convention_id = @convention AND p.period_code = w.period_code
	JOIN active m ON m.organisation_id = w.organisation_id
	     OR m.role = 'mission' AND NOT EXISTS (SELECT FROM active own WHERE own.organisation_id = w.organisation_id)
	ORDER BY w.due_on, o.name, m.name, m.person_id`

// DueReminders returns the messages that are due on a day: at the last of -15,
// -5, 0 and +7 days from the deadline that has come since the collecting opened,
// unless it was sent. A day on which nothing ran is made up for.
func DueReminders(b *pg.Batch, today time.Time) *pg.Rows[DueReminder] {
	return pg.Queue[DueReminder](b, `
		WITH due AS (
			SELECT s.submission_id, s.organisation_id, s.site_id, s.period_code, s.state, coalesce(s.due_on, p.due_on) AS due_on, p.opened_on
			FROM submissions s JOIN periods p ON p.convention_id = @convention AND p.period_code = s.period_code
			WHERE s.convention_id = @convention AND s.state IN ('a_saisir', 'brouillon')
			  AND p.opened_on <= @today AND p.validated_on IS NULL
			  AND (p.closed_on IS NULL OR s.due_on >= p.closed_on)),
		dated AS (
			SELECT d.*, (SELECT max(days) FROM unnest('{-15,-5,0,7}'::int[]) AS days
			             WHERE d.due_on + days <= @today::date AND d.due_on + days > d.opened_on) AS days
			FROM due d),
		asked AS (
			SELECT * FROM dated d WHERE days IS NOT NULL AND NOT EXISTS (
				SELECT FROM reminders r WHERE r.convention_id = @convention AND r.submission_id = d.submission_id
				AND r.due_on = d.due_on AND r.occasion = d.days::text))`+selectReminders, pg.Args{"today": today})
}

// Reminders returns the messages that would go out by hand on a day for those of
// the submissions that still wait for somebody to hand them in.
func Reminders(b *pg.Batch, today time.Time, ids []uuid.UUID) *pg.Rows[DueReminder] {
	return pg.Queue[DueReminder](b, `
		WITH asked AS (
			SELECT s.submission_id, s.organisation_id, s.site_id, s.period_code, s.state, coalesce(s.due_on, p.due_on) AS due_on, NULL::int AS days
			FROM submissions s JOIN periods p ON p.convention_id = @convention AND p.period_code = s.period_code
			WHERE s.convention_id = @convention AND s.submission_id = ANY (@ids) AND s.state IN ('a_saisir', 'brouillon', 'a_corriger', 'non_remise')
			  AND p.opened_on <= @today AND p.due_on IS NOT NULL AND p.validated_on IS NULL)`+selectReminders, pg.Args{"today": today, "ids": ids})
}

// Concerned returns those who enter the figures of a submission, wherever it
// stands, with what to tell them of it: as Reminders chooses them.
func Concerned(b *pg.Batch, today time.Time, id uuid.UUID) *pg.Rows[DueReminder] {
	return pg.Queue[DueReminder](b, `
		WITH asked AS (
			SELECT s.submission_id, s.organisation_id, s.site_id, s.period_code, s.state, coalesce(s.due_on, p.due_on, p.ends_on) AS due_on, NULL::int AS days
			FROM submissions s JOIN periods p ON p.convention_id = @convention AND p.period_code = s.period_code
			WHERE s.convention_id = @convention AND s.submission_id = @id)`+selectReminders, pg.Args{"today": today, "id": id})
}

// Remind notes the reminders that are due on the stamp's day as sent and returns
// them, for whoever sends them in the same transaction.
func Remind(ctx context.Context, tx *pg.Tx, by audit.Stamp) ([]DueReminder, error) {
	b := tx.Batch()
	due := DueReminders(b, by.OnDay)
	if err := b.Send(ctx); err != nil {
		return nil, err
	}
	return due.All, noteReminders(ctx, tx, by, due.All)
}

// RemindNow does the same for the submissions that somebody chose.
func RemindNow(ctx context.Context, tx *pg.Tx, by audit.Stamp, ids []uuid.UUID) ([]DueReminder, error) {
	if err := mayRun(by); err != nil {
		return nil, err
	}
	b := tx.Batch()
	due := Reminders(b, by.OnDay, ids)
	if err := b.Send(ctx); err != nil {
		return nil, err
	}
	return due.All, noteReminders(ctx, tx, by, due.All)
}

// noteReminders keeps one row and one entry in the log for each submission,
// however many people are written to.
func noteReminders(ctx context.Context, tx *pg.Tx, by audit.Stamp, due []DueReminder) error {
	var person *uuid.UUID
	if by.Actor.PersonID != uuid.Nil {
		person = &by.Actor.PersonID
	}
	b := tx.Batch()
	var log []audit.Entry
	noted := map[uuid.UUID]bool{}
	for _, r := range due {
		for i, id := range r.Submissions {
			if noted[id] {
				continue
			}
			noted[id] = true
			pg.QueueExec(b, `
				INSERT INTO reminders (convention_id, submission_id, due_on, occasion, reminded_on, reminded_by)
				VALUES (@convention, @id, @due, @occasion, @on, @by) ON CONFLICT DO NOTHING`,
				pg.Args{"id": id, "due": r.DueOn, "occasion": r.occasion(by.OnDay), "on": by.OnDay, "by": person})
			log = append(log, audit.Entry{Stamp: by, Action: audit.Reminded, ObjectType: Object, ObjectID: id.String(),
				ObjectLabel: r.Organisation + ", " + r.Places[i] + ", " + r.PeriodCode})
		}
	}
	if err := b.Send(ctx); err != nil {
		return err
	}
	return audit.Record(ctx, tx, log...)
}

// occasion tells the reminders about one deadline apart.
func (r DueReminder) occasion(today time.Time) string {
	if r.Days == nil {
		return today.Format(time.DateOnly)
	}
	return strconv.Itoa(*r.Days)
}

// Once names the message, so that it is sent once although it is asked for twice.
func (r DueReminder) Once(today time.Time) string {
	return strings.Join([]string{"relance", r.PeriodCode, r.OrganisationID.String(), r.PersonID.String(), r.DueOn.Format(time.DateOnly), r.occasion(today)}, "/")
}

// Subject is the message's subject, on the day on which it is written.
func (r DueReminder) Subject(today time.Time) string {
	subject := "Chiffres de la période " + r.PeriodLabel + "\u00a0: "
	switch {
	case r.StandIn:
		return subject + r.Organisation + " n’a pas répondu"
	case r.Returned:
		return subject + "à corriger"
	case r.DueOn.Equal(today):
		return subject + "dernier jour"
	case r.DueOn.Before(today):
		return subject + "échéance dépassée"
	}
	return subject + "à soumettre pour le " + french.Date(r.DueOn)
}

// Paragraphs are the message's text, on the day on which it is written.
func (r DueReminder) Paragraphs(today time.Time, words access.Words) []string {
	when := "attendus pour le " + french.Date(r.DueOn)
	switch {
	case r.DueOn.Equal(today):
		when = "attendus aujourd’hui, " + french.Date(r.DueOn)
	case r.DueOn.Before(today):
		when = "attendus depuis le " + french.Date(r.DueOn)
	}
	about := r.Organisation + "\u00a0: les chiffres de la période " + r.PeriodLabel + " (" + french.List(r.Places) + ") sont "
	if r.StandIn {
		return []string{
			about + when + " et ne sont pas soumis.",
			"Cet organisme n’a aucun membre dans Copil\u00a0: invitez-le, ou saisissez ses chiffres à sa place.",
		}
	}
	last := "Si vous rencontrez une difficulté, adressez-vous " + french.To(words.TheMission()) + "."
	switch grace := r.DueOn.AddDate(0, 0, GraceDays); {
	case r.Returned:
		return []string{about + "renvoyés pour correction et n’ont pas encore été soumis à nouveau.", "Seuls rouvrent les chiffres remarqués\u00a0; le reste est conservé.", last}
	case r.Shut:
		return []string{about + when + ". La saisie est notée «\u00a0non remise\u00a0».", "Pour la soumettre, demandez sa réouverture " + french.To(words.TheMission()) + "."}
	case r.DueOn.Before(today) && !grace.Before(today):
		last = "Sans saisie soumise " + strconv.Itoa(GraceDays) + " jours après l’échéance, soit le " + french.Date(grace) + ", la saisie est notée «\u00a0non remise\u00a0». " + last
	}
	return []string{
		about + when + ".",
		"Ce qui est déjà saisi est conservé. Un chiffre que vous ne connaissez pas se répond «\u00a0non renseigné\u00a0».",
		last,
	}
}
