package collect

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"copil/internal/access"
	"copil/internal/audit"
	"copil/internal/convention"
	"copil/internal/fault"
	"copil/internal/pg"
	"copil/internal/site"
)

// Object is a submission in the audit log.
const Object audit.ObjectType = "submission"

const selectSubmissions = `
	SELECT s.submission_id, s.organisation_id, o.name AS organisation,
	       CASE WHEN t.organisation_id IS NOT NULL THEN 'structure' ELSE coalesce(p.party_code, 'mission') END AS reporter,
	       s.site_id, coalesce(x.name, '') AS site_name, s.period_code, s.state, s.remark, s.return_reason,
	       s.round, s.due_on,
	       ARRAY(SELECT measure_code FROM remarks r WHERE r.convention_id = @convention AND r.submission_id = s.submission_id
	             AND r.round = s.round AND measure_code <> '' ORDER BY measure_code) AS remarked,
	       (SELECT count(*) FROM reminders r WHERE r.convention_id = @convention AND r.submission_id = s.submission_id) AS reminders,
	       (SELECT max(reminded_on) FROM reminders r WHERE r.convention_id = @convention AND r.submission_id = s.submission_id) AS reminded_on,
	       s.submitted_on, s.validated_on,
	       coalesce((SELECT name FROM members WHERE convention_id = @convention AND person_id = s.validated_by LIMIT 1), '') AS validator_name,
	       array_remove(w.persons || s.submitted_by, NULL) || CASE WHEN s.state = 'soumise' THEN ARRAY(
	             SELECT DISTINCT author FROM posts, unnest(authors) AS author
	             WHERE posts.convention_id = @convention AND posts.organisation_id = s.organisation_id
	               AND posts.site_id IS NOT DISTINCT FROM s.site_id AND posts.touched_on >= q.starts_on) ELSE '{}' END AS authors,
	       ARRAY(SELECT DISTINCT m.name FROM members m
	             WHERE m.convention_id = @convention AND m.person_id = ANY (w.entering || s.submitted_by) ORDER BY m.name) AS author_names,
	       ARRAY(SELECT organisation_id FROM parties WHERE convention_id = @convention AND chairs) AS chairs,
	       s.controls, s.short_form, s.alerts, s.version
	FROM submissions s
	JOIN organisations o ON o.convention_id = @convention AND o.organisation_id = s.organisation_id
	JOIN periods q ON q.convention_id = @convention AND q.period_code = s.period_code
	LEFT JOIN structures t ON t.convention_id = @convention AND t.organisation_id = s.organisation_id
	LEFT JOIN parties p ON p.convention_id = @convention AND p.organisation_id = s.organisation_id
	LEFT JOIN sites x ON x.convention_id = @convention AND x.site_id = s.site_id
	LEFT JOIN (
		SELECT submission_id, array_agg(DISTINCT entered_by) AS persons,
		       array_agg(DISTINCT entered_by) FILTER (WHERE correction = '') AS entering -- and not only corrected
		FROM cell_versions
		WHERE convention_id = @convention GROUP BY submission_id) w ON w.submission_id = s.submission_id
	WHERE s.convention_id = @convention`

// Filter narrows List; its zero value lists every submission.
type Filter struct {
	PeriodCode     string // "" for every period
	OrganisationID *uuid.UUID
	SiteID         *uuid.UUID
}

// List returns submissions by period, organisation and site.
func List(b *pg.Batch, f Filter) *pg.Rows[Submission] {
	return pg.Queue[Submission](b, selectSubmissions+`
		  AND (@period = '' OR s.period_code = @period)
		  AND (@organisation::uuid IS NULL OR s.organisation_id = @organisation)
		  AND (@site::uuid IS NULL OR s.site_id = @site)
		ORDER BY s.period_code, o.name, x.code NULLS LAST`,
		pg.Args{"period": f.PeriodCode, "organisation": f.OrganisationID, "site": f.SiteID})
}

// Get returns one submission.
func Get(b *pg.Batch, id uuid.UUID) *pg.Rows[Submission] {
	return pg.Queue[Submission](b, selectSubmissions+` AND s.submission_id = @id`, pg.Args{"id": id})
}

// Cells returns the current cells of a submission.
func Cells(b *pg.Batch, id uuid.UUID) *pg.Rows[Cell] {
	return pg.Queue[Cell](b, `
		SELECT `+cellColumns+`
		FROM cell_versions
		WHERE convention_id = @convention AND submission_id = @id AND current
		ORDER BY measure_code, row_item, column_item`, pg.Args{"id": id})
}

// Previous returns the cells of the same organisation and site in the period
// before, for comparison.
func Previous(b *pg.Batch, id uuid.UUID) *pg.Rows[Cell] {
	return pg.Queue[Cell](b, `SELECT `+cellColumns+` FROM (`+previousOf(theOne)+`) x`, pg.Args{"id": id})
}

// Sum is the total of one measure in one submission, whatever its state.
type Sum struct {
	SubmissionID uuid.UUID
	MeasureCode  string
	Number       *decimal.Decimal // nil: "non renseigné" or "sans objet"
}

// Sums returns the totals of every measure of the submissions that f chooses.
func Sums(b *pg.Batch, f Filter) *pg.Rows[Sum] {
	return pg.Queue[Sum](b, `
		SELECT c.submission_id, c.measure_code,
		       CASE WHEN bool_and(c.state = 'number') THEN sum(c.number) END AS number
		FROM submissions s
		JOIN cell_versions c ON c.convention_id = @convention AND c.submission_id = s.submission_id AND c.current
		WHERE s.convention_id = @convention
		  AND (@period = '' OR s.period_code = @period)
		  AND (@organisation::uuid IS NULL OR s.organisation_id = @organisation)
		  AND (@site::uuid IS NULL OR s.site_id = @site)
		GROUP BY c.submission_id, c.measure_code`,
		pg.Args{"period": f.PeriodCode, "organisation": f.OrganisationID, "site": f.SiteID})
}

// MeasuresOf returns the measures in the version valid at the end of a
// submission's period, in the order of the form. What structures declare for
// indicators that the committee has not activated is left out.
func MeasuresOf(b *pg.Batch, id uuid.UUID) *pg.Rows[convention.Measure] {
	return measures(b, `SELECT period_code FROM submissions WHERE convention_id = @convention AND submission_id = @id`, pg.Args{"id": id})
}

// measures is MeasuresOf for the one period that a statement names.
func measures(b *pg.Batch, period string, args pg.Args) *pg.Rows[convention.Measure] {
	return pg.Queue[convention.Measure](b, `
		WITH used AS MATERIALIZED (
			SELECT t ->> 'measure' AS measure_code, bool_or(i.status = 'active') AS active
			FROM indicator_versions v JOIN indicators i ON i.convention_id = @convention AND i.indicator_code = v.indicator_code,
			     jsonb_array_elements(coalesce(v.formula -> 'numerator', '[]') || coalesce(v.formula -> 'denominator', '[]')) t
			WHERE v.convention_id = @convention
			GROUP BY 1)
		SELECT DISTINCT ON (m.position, m.measure_code)
		       m.measure_code, m.version, m.valid_from, m.label, m.hint, m.unit, m.section, m.kind, m.source, m.places,
		       m.entered_by, m.row_list, m.column_list, m.short_form, m.headline
		FROM periods p
		JOIN measures m ON m.convention_id = @convention AND m.valid_from <= p.ends_on
		LEFT JOIN used ON used.measure_code = m.measure_code
		WHERE p.convention_id = @convention AND p.period_code = (`+period+`)
		  AND (used.active IS NOT false OR NOT 'structure' = ANY (m.entered_by))
		ORDER BY m.position, m.measure_code, m.version DESC`, args)
}

// Expect asks an organisation for its figures of a period. Asked twice, it
// returns the same submission.
func Expect(ctx context.Context, tx *pg.Tx, by audit.Stamp, organisationID uuid.UUID, siteID *uuid.UUID, period string) (uuid.UUID, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return uuid.Nil, err
	}
	n, err := pg.Run(ctx, tx, `
		INSERT INTO submissions (convention_id, submission_id, organisation_id, site_id, period_code, state)
		VALUES (@convention, @id, @organisation, @site, @period, @state)
		ON CONFLICT ON CONSTRAINT submissions_once DO NOTHING`,
		pg.Args{"id": id, "organisation": organisationID, "site": siteID, "period": period, "state": ToEnter})
	if err != nil {
		return uuid.Nil, err
	}
	if n == 0 {
		old, err := pg.One[struct{ SubmissionID uuid.UUID }](ctx, tx, `
			SELECT submission_id FROM submissions
			WHERE convention_id = @convention AND organisation_id = @organisation AND site_id IS NOT DISTINCT FROM @site AND period_code = @period`,
			pg.Args{"organisation": organisationID, "site": siteID, "period": period})
		return old.SubmissionID, err
	}
	s, err := load(ctx, tx, id)
	if err != nil {
		return uuid.Nil, err
	}
	return id, audit.Record(ctx, tx, entry(by, audit.Created, s.Submission))
}

// loaded is a locked submission with its period.
type loaded struct {
	Submission
	period   convention.Period
	measures []convention.Measure // asked of the reporter at the period's end
	items    []convention.Item
	cells    []Cell // as stored
}

// load locks a submission and reads it with its period.
func load(ctx context.Context, tx *pg.Tx, id uuid.UUID) (l loaded, err error) {
	b := tx.Batch()
	pg.QueueExec(b, `SELECT FROM submissions WHERE convention_id = @convention AND submission_id = @id FOR UPDATE`, pg.Args{"id": id})
	found, periods, measures, items, cells := Get(b, id), convention.Periods(b), MeasuresOf(b, id), convention.Items(b), Cells(b, id)
	if err := b.Send(ctx); err != nil {
		return l, err
	}
	if l.Submission, err = found.One(); err != nil {
		return l, err
	}
	for _, p := range periods.All {
		if p.PeriodCode == l.PeriodCode {
			l.period = p
		}
	}
	l.measures, l.items, l.cells = Asked(measures.All, l.Reporter), items.All, cells.All
	return l, nil
}

// changed refuses a submission that somebody else changed meanwhile.
func (l loaded) changed(version int) error {
	if l.Version != version {
		return fault.New(fault.Conflict, "Cette saisie a été modifiée entre-temps, dans une autre fenêtre ou par une autre personne\u00a0: relisez-la avant d’enregistrer. Ce que vous avez saisi est conservé ci-dessous.")
	}
	return nil
}

// loadToWrite locks a submission that the actor may change, in the version that
// they saw. Another structure's does not exist for a structure.
func loadToWrite(ctx context.Context, tx *pg.Tx, by audit.Stamp, id uuid.UUID, version int) (loaded, error) {
	s, err := load(ctx, tx, id)
	if err != nil {
		return s, err
	}
	if by.Actor.Role == access.Structure && s.OrganisationID != by.Actor.OrganisationID {
		return s, fault.New(fault.NotFound, pg.NoSuchRecord)
	}
	if reason := MayWrite(s.Submission, s.period, by.Actor, by.OnDay); reason != "" {
		return s, fault.New(fault.Conflict, "%s", reason)
	}
	return s, s.changed(version)
}

// Save replaces the answers to the measures that cells name, as new versions of
// the cells that differ, and counts the posts anew. The submission becomes a
// draft, which may be incomplete and break rules: Submit is strict. One that was
// returned takes new figures only where a remark of its round stands.
func Save(ctx context.Context, tx *pg.Tx, by audit.Stamp, id uuid.UUID, version int, cells []Cell, remark string) error {
	s, err := loadToWrite(ctx, tx, by, id, version)
	if err != nil {
		return err
	}
	n, err := s.countPosts(ctx, tx)
	if err != nil {
		return err
	}
	if cells, err = s.storable(cells, n); err != nil {
		return err
	}
	if err := write(ctx, tx, by, s, cells, ""); err != nil {
		return err
	}
	err = pg.Exec(ctx, tx, `
		UPDATE submissions SET state = CASE WHEN state = 'a_corriger' THEN state ELSE 'brouillon' END, remark = @remark, version = version + 1
		WHERE convention_id = @convention AND submission_id = @id`,
		pg.Args{"id": id, "remark": remark})
	if err != nil {
		return err
	}
	e := entry(by, audit.Changed, s.Submission)
	e.After = cells
	return audit.Record(ctx, tx, e)
}

// storable are the cells that Save stores of what it is given: those counted from
// posts are n's. One that was returned takes new figures only where a remark of its
// round stands.
func (l loaded) storable(cells []Cell, n site.Counts) ([]Cell, error) {
	cells = l.withPosts(withBareSirens(cells), n)
	if l.State == ToCorrect {
		if err := l.onlyRemarked(cells); err != nil {
			return nil, err
		}
	}
	return cells, nil
}

// write stores new versions of the cells of a submission that differ from the
// current ones, as writeAll does.
func write(ctx context.Context, tx *pg.Tx, by audit.Stamp, s loaded, cells []Cell, correction string) error {
	given := make([]cellOf, len(cells))
	for i, c := range cells {
		given[i] = cellOf{s.SubmissionID, c}
	}
	return writeAll(ctx, tx, by, s.period, given, correction)
}

// writeAll stores new versions of the cells that differ from the current ones, and
// retires current cells of the same submissions and measures that are not given
// any more; all submissions are of the period. correction says why a validated
// value changes, "" while nothing is validated.
func writeAll(ctx context.Context, tx *pg.Tx, by audit.Stamp, period convention.Period, cells []cellOf, correction string) error {
	given, err := json.Marshal(cells)
	if err != nil {
		return fmt.Errorf("encode cells: %w", err)
	}
	var ids []uuid.UUID // which the planner goes by: else it may look through the cells of all
	for _, c := range cells {
		if len(ids) == 0 || ids[len(ids)-1] != c.SubmissionID {
			ids = append(ids, c.SubmissionID)
		}
	}
	const named = `WITH g AS MATERIALIZED (
			SELECT * FROM jsonb_to_recordset(@cells::jsonb) AS g (submission_id uuid, measure_code text, row_item text, column_item text,
				state text, number numeric, identifiers text[], reason text, comment text))`
	b := tx.Batch()
	pg.QueueExec(b, named+`
		UPDATE cell_versions c SET current = false
		WHERE c.convention_id = @convention AND c.submission_id = ANY (@ids) AND c.current
		  AND (c.submission_id, c.measure_code) IN (SELECT submission_id, measure_code FROM g)
		  AND NOT EXISTS (SELECT FROM g
			WHERE (g.submission_id, g.measure_code, g.row_item, g.column_item) = (c.submission_id, c.measure_code, c.row_item, c.column_item)
			  AND (g.state, g.number, g.identifiers, g.reason, g.comment) IS NOT DISTINCT FROM (c.state, c.number, c.identifiers, c.reason, c.comment))`,
		pg.Args{"ids": ids, "cells": string(given)})
	// What a cell had before is found by one reading for all, not by one for each.
	pg.QueueExec(b, named+`,
		had AS MATERIALIZED (
			SELECT submission_id, measure_code, row_item, column_item, max(version) AS version, bool_or(current) AS current
			FROM cell_versions WHERE convention_id = @convention AND submission_id = ANY (@ids)
			GROUP BY submission_id, measure_code, row_item, column_item),
		valid AS MATERIALIZED (
			SELECT measure_code, max(version) AS version
			FROM measures WHERE convention_id = @convention AND (valid_from <= @period_end OR version = 1)
			GROUP BY measure_code)
		INSERT INTO cell_versions (convention_id, submission_id, measure_code, row_item, column_item, version, measure_version,
			state, number, identifiers, reason, comment, correction, entered_by, entered_at, entered_on)
		SELECT @convention, g.submission_id, g.measure_code, g.row_item, g.column_item, coalesce(had.version, 0) + 1, valid.version,
		       g.state, g.number, g.identifiers, coalesce(g.reason, ''), coalesce(g.comment, ''), @correction, @by, @at, @on
		FROM g
		LEFT JOIN valid ON valid.measure_code = g.measure_code
		LEFT JOIN had ON (had.submission_id, had.measure_code, had.row_item, had.column_item) = (g.submission_id, g.measure_code, g.row_item, g.column_item)
		WHERE g.state <> '' AND had.current IS NOT true`,
		pg.Args{"ids": ids, "cells": string(given), "by": by.Actor.PersonID, "at": by.At, "on": by.OnDay, "period_end": period.EndsOn, "correction": correction})
	return b.Send(ctx)
}
