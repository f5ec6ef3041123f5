package collect

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/audit"
	"copil/internal/convention"
	"copil/internal/fault"
	"copil/internal/french"
	"copil/internal/pg"
)

// Owed is what an organisation owes, or would owe, for a period: its figures on
// one site or off-site.
type Owed struct {
	OrganisationID uuid.UUID
	Organisation   string
	Reporter       string // "structure", "mission", or a party's code
	SiteID         *uuid.UUID
	SiteName       string // "" off-site
	Asked          bool   // its submission exists already
}

// same reports whether both are about one submission.
func (o Owed) same(p Owed) bool {
	return o.OrganisationID == p.OrganisationID && (o.SiteID == nil) == (p.SiteID == nil) && (o.SiteID == nil || *o.SiteID == *p.SiteID)
}

// WhoOwes proposes who owes figures for a period: every structure listed in it,
// for each site on which it works and off-site; and the parties and the mission
// where there are measures that they enter, for each site at work where an
// indicator shows these by site.
func WhoOwes(b *pg.Batch, period string) *pg.Rows[Owed] {
	return pg.Queue[Owed](b, `
		WITH p AS (SELECT starts_on, ends_on FROM periods WHERE convention_id = @convention AND period_code = @period),
		asked AS (
			SELECT DISTINCT r.reporter, m.measure_code FROM p, measures m, unnest(m.entered_by) AS r (reporter)
			WHERE m.convention_id = @convention AND m.valid_from <= p.ends_on AND r.reporter <> 'structure'),
		by_site AS (
			SELECT DISTINCT a.reporter FROM asked a
			JOIN indicator_versions v ON v.convention_id = @convention AND 'site' = ANY (v.breakdowns)
			     AND v.formula -> 'numerator' @> jsonb_build_array(jsonb_build_object('measure', a.measure_code))),
		reporters AS (
			SELECT organisation_id, party_code AS reporter FROM parties
			WHERE convention_id = @convention AND party_code IN (SELECT reporter FROM asked)
			UNION
			SELECT m.organisation_id, 'mission' FROM members m, p
			WHERE m.convention_id = @convention AND m.role = 'mission' AND EXISTS (SELECT FROM asked WHERE reporter = 'mission')
			  AND NOT EXISTS (SELECT FROM parties q WHERE q.convention_id = @convention AND q.organisation_id = m.organisation_id)),
		at_work AS (
			SELECT l.site_id FROM p, LATERAL (
				SELECT DISTINCT ON (site_id) site_id, state FROM site_states
				WHERE convention_id = @convention AND since_on <= p.ends_on ORDER BY site_id, step DESC) l
			WHERE l.state IN ('conventionne', 'actif', 'suspendu')),
		listed AS (
			SELECT t.organisation_id, t.off_site FROM structures t, p
			WHERE t.convention_id = @convention AND t.listed_on <= p.ends_on AND (t.delisted_on IS NULL OR t.delisted_on > p.starts_on)),
		owed AS (
			SELECT organisation_id, 'structure' AS reporter, NULL::uuid AS site_id FROM listed WHERE off_site
			UNION
			SELECT l.organisation_id, 'structure', l.site_id FROM site_structures l JOIN listed USING (organisation_id), p
			WHERE l.convention_id = @convention AND l.since_on <= p.ends_on AND (l.until_on IS NULL OR l.until_on > p.starts_on)
			UNION
			SELECT organisation_id, reporter, NULL FROM reporters
			UNION
			SELECT organisation_id, reporter, w.site_id FROM reporters JOIN by_site USING (reporter), at_work w)
		SELECT w.organisation_id, o.name AS organisation, w.reporter, w.site_id, coalesce(x.name, '') AS site_name,
		       EXISTS (SELECT FROM submissions s WHERE s.convention_id = @convention AND s.period_code = @period
		               AND s.organisation_id = w.organisation_id AND s.site_id IS NOT DISTINCT FROM w.site_id) AS asked
		FROM owed w
		JOIN organisations o ON o.convention_id = @convention AND o.organisation_id = w.organisation_id
		LEFT JOIN sites x ON x.convention_id = @convention AND x.site_id = w.site_id
		ORDER BY w.reporter <> 'structure', o.name, length(x.code) NULLS LAST, x.code`, pg.Args{"period": period})
}

// mayRun refuses the acts of a campaign to those who do not run it.
func mayRun(by audit.Stamp) error {
	if by.Actor.Can(access.CampaignWrite) {
		return nil
	}
	return fault.New(fault.Conflict, "Seule %s ouvre, prolonge et clôt la collecte.", by.Actor.Words.TheMission())
}

// OpenCampaign opens the collecting of a period until the day it is due, with a
// word to those who owe figures, and asks each for them.
func OpenCampaign(ctx context.Context, tx *pg.Tx, by audit.Stamp, period string, due time.Time, message string, who []Owed) error {
	if err := mayRun(by); err != nil {
		return err
	}
	p, err := lockPeriod(ctx, tx, period)
	if err != nil {
		return err
	}
	switch {
	case p.OpenedOn != nil:
		return fault.New(fault.Conflict, "La collecte de la période %s est déjà ouverte.", p.Label)
	case p.StartsOn.After(by.OnDay):
		return fault.New(fault.Conflict, "La période %s n’a pas commencé.", p.Label)
	case !due.After(by.OnDay):
		return fault.OnField(fault.Invalid, "due", "Choisissez une échéance postérieure à aujourd’hui.")
	case len(who) == 0:
		return fault.OnField(fault.Invalid, "who", "Choisissez au moins une saisie à demander.")
	}
	if err := ask(ctx, tx, by, period, who); err != nil {
		return err
	}
	return setPeriod(ctx, tx, by, p, map[string]any{"opened_on": by.OnDay, "due_on": due, "message": message}, `
		UPDATE periods SET opened_on = @opened_on, due_on = @due_on, message = @message, version = version + 1
		WHERE convention_id = @convention AND period_code = @period`)
}

// ask creates the submissions that are owed and do not exist yet.
func ask(ctx context.Context, tx *pg.Tx, by audit.Stamp, period string, who []Owed) error {
	b := tx.Batch()
	proposed := WhoOwes(b, period)
	if err := b.Send(ctx); err != nil {
		return err
	}
	b = tx.Batch()
	var log []audit.Entry
	for _, w := range who {
		i := slices.IndexFunc(proposed.All, w.same)
		if i < 0 {
			return fault.New(fault.NotFound, pg.NoSuchRecord)
		}
		if w = proposed.All[i]; w.Asked {
			continue
		}
		id, err := uuid.NewV7()
		if err != nil {
			return fmt.Errorf("make id of submission: %w", err)
		}
		pg.QueueExec(b, `
			INSERT INTO submissions (convention_id, submission_id, organisation_id, site_id, period_code, state)
			VALUES (@convention, @id, @organisation, @site, @period, @state)`,
			pg.Args{"id": id, "organisation": w.OrganisationID, "site": w.SiteID, "period": period, "state": ToEnter})
		log = append(log, entry(by, audit.Created, Submission{SubmissionID: id, Organisation: w.Organisation, SiteID: w.SiteID,
			SiteName: w.SiteName, PeriodCode: period, State: ToEnter}))
	}
	if err := b.Send(ctx); err != nil {
		return err
	}
	return audit.Record(ctx, tx, log...)
}

// setPeriod changes a period and tells the log the fields and their values.
func setPeriod(ctx context.Context, tx *pg.Tx, by audit.Stamp, p convention.Period, after map[string]any, sql string) error {
	args := pg.Args{"period": p.PeriodCode}
	for field, value := range after {
		args[field] = value
		if day, ok := value.(time.Time); ok {
			after[field] = day.Format(time.DateOnly)
		}
	}
	if err := pg.Exec(ctx, tx, sql, args); err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Entry{Stamp: by, Action: audit.StateChanged, ObjectType: audit.Period,
		ObjectID: p.PeriodCode, ObjectLabel: p.Label, After: after})
}

// ExtendCampaign moves the deadline of a period to a later day. What was closed
// or counted as unreturned can be entered again.
func ExtendCampaign(ctx context.Context, tx *pg.Tx, by audit.Stamp, period string, due time.Time) error {
	p, err := lockOpen(ctx, tx, by, period)
	if err != nil {
		return err
	}
	if !due.After(by.OnDay) || p.DueOn != nil && !due.After(*p.DueOn) {
		return fault.OnField(fault.Invalid, "due", "Choisissez une échéance postérieure à aujourd’hui et à l’ancienne.")
	}
	if err := turn(ctx, tx, by, Unreturned, Draft, `
		UPDATE submissions s SET state = 'brouillon', version = version + 1
		WHERE s.convention_id = @convention AND s.period_code = @period AND s.state = 'non_remise'`, pg.Args{"period": period}); err != nil {
		return err
	}
	return setPeriod(ctx, tx, by, p, map[string]any{"due_on": due}, `
		UPDATE periods SET due_on = @due_on, closed_on = NULL, version = version + 1
		WHERE convention_id = @convention AND period_code = @period`)
}

// CloseCampaign ends the collecting of a period: what was not handed in counts as
// unreturned. What waits is still validated or returned.
func CloseCampaign(ctx context.Context, tx *pg.Tx, by audit.Stamp, period string) error {
	p, err := lockOpen(ctx, tx, by, period)
	if err != nil {
		return err
	}
	if p.ClosedOn != nil {
		return fault.New(fault.Conflict, "La collecte de la période %s est déjà close.", p.Label)
	}
	if err := turn(ctx, tx, by, Draft, Unreturned, `
		UPDATE submissions s SET state = 'non_remise', version = version + 1
		WHERE s.convention_id = @convention AND s.period_code = @period AND s.state IN ('a_saisir', 'brouillon')
		  AND (s.due_on IS NULL OR s.due_on < @on)`, pg.Args{"period": period, "on": by.OnDay}); err != nil {
		return err
	}
	return setPeriod(ctx, tx, by, p, map[string]any{"collecting_closed_on": by.OnDay}, `
		UPDATE periods SET closed_on = @collecting_closed_on, version = version + 1
		WHERE convention_id = @convention AND period_code = @period`)
}

// lockOpen locks a period that is being collected, for who runs the campaign.
func lockOpen(ctx context.Context, tx *pg.Tx, by audit.Stamp, period string) (p convention.Period, err error) {
	if err := mayRun(by); err != nil {
		return p, err
	}
	if p, err = lockPeriod(ctx, tx, period); err != nil {
		return p, err
	}
	if p.StateOn(by.OnDay) != convention.PeriodOpen {
		return p, fault.New(fault.Conflict, "La période %s n’est pas en collecte.", p.Label)
	}
	return p, nil
}

// MarkUnreturned notes which submissions of the convention were not handed in by
// the end of their grace, on the stamp's day (domain.md 4.2).
func MarkUnreturned(ctx context.Context, tx *pg.Tx, by audit.Stamp) error {
	return turn(ctx, tx, by, Draft, Unreturned, `
		UPDATE submissions s SET state = 'non_remise', version = s.version + 1
		FROM periods p
		WHERE s.convention_id = @convention AND s.state IN ('a_saisir', 'brouillon')
		  AND p.convention_id = @convention AND p.period_code = s.period_code
		  AND coalesce(s.due_on, p.due_on) + @grace::int <= @on::date`, pg.Args{"grace": GraceDays, "on": by.OnDay})
}

// turn runs an update of submissions that brings them from one state to another,
// and tells the log of each.
func turn(ctx context.Context, tx *pg.Tx, by audit.Stamp, from, to State, update string, args pg.Args) error {
	turned, err := pg.Many[struct {
		SubmissionID           uuid.UUID
		Organisation, SiteName string
		SiteID                 *uuid.UUID
		PeriodCode             string
	}](ctx, tx, `
		WITH turned AS (`+update+` RETURNING s.submission_id, s.organisation_id, s.site_id, s.period_code)
		SELECT t.submission_id, o.name AS organisation, coalesce(x.name, '') AS site_name, t.site_id, t.period_code
		FROM turned t
		JOIN organisations o ON o.convention_id = @convention AND o.organisation_id = t.organisation_id
		LEFT JOIN sites x ON x.convention_id = @convention AND x.site_id = t.site_id
		ORDER BY o.name, x.code NULLS LAST`, args)
	if err != nil {
		return err
	}
	log := make([]audit.Entry, len(turned))
	for i, s := range turned {
		log[i] = entry(by, audit.StateChanged, Submission{SubmissionID: s.SubmissionID, Organisation: s.Organisation,
			SiteID: s.SiteID, SiteName: s.SiteName, PeriodCode: s.PeriodCode, State: from})
		log[i].After = map[string]any{"state": to}
	}
	return audit.Record(ctx, tx, log...)
}

// ReopenSubmission gives one submission that was not handed in a deadline of its
// own, with the reason.
func ReopenSubmission(ctx context.Context, tx *pg.Tx, by audit.Stamp, id uuid.UUID, version int, due time.Time, reason string) error {
	if err := mayRun(by); err != nil {
		return err
	}
	s, err := load(ctx, tx, id)
	if err != nil {
		return err
	}
	if !slices.Contains([]State{ToEnter, Draft, Unreturned}, s.State) {
		return fault.New(fault.Conflict, "Seule rouvre une saisie qui n’a pas été remise. Une saisie soumise se renvoie pour correction, une saisie validée se rectifie.")
	}
	if reason := (standing{s.Submission, s.period, by.OnDay}).mayReopen(by.Actor); reason != "" {
		return fault.New(fault.Conflict, "%s", reason)
	}
	if err := s.changed(version); err != nil {
		return err
	}
	bad := fault.Fields{}
	if due.Before(by.OnDay) {
		bad.Add("due", "L’échéance ne vient pas avant aujourd’hui.")
	}
	if reason == "" {
		bad.Add("reason", "Indiquez pourquoi la saisie rouvre.")
	}
	if len(bad) > 0 {
		return &fault.Error{Kind: fault.Invalid, Message: "La saisie n’est pas rouverte\u00a0: " + french.Plural(len(bad), "champ est à corriger", "champs sont à corriger") + ".", Fields: bad}
	}
	err = pg.Exec(ctx, tx, `
		UPDATE submissions SET state = CASE WHEN state = 'non_remise' THEN 'brouillon' ELSE state END, due_on = @due, version = version + 1
		WHERE convention_id = @convention AND submission_id = @id`, pg.Args{"id": id, "due": due})
	if err != nil {
		return err
	}
	e := entry(by, audit.Reopened, s.Submission)
	e.After = map[string]string{"due_on": due.Format(time.DateOnly), "reason": reason}
	return audit.Record(ctx, tx, e)
}
