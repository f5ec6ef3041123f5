package convention

import (
	"strings"
	"time"

	"copil/internal/pg"
)

// Get queues the convention itself: exactly one row.
func Get(b *pg.Batch) *pg.Rows[Convention] {
	return pg.Queue[Convention](b, `
		SELECT convention_id, slug, name, short_name, territory, departments, signed_on, starts_on, ends_on, accent, fictive, words, short_form, funding, act
		FROM conventions WHERE convention_id = @convention`, nil)
}

// Articles queues the articles, the preamble first, the missing ones included.
func Articles(b *pg.Batch) *pg.Rows[Article] {
	return pg.Queue[Article](b, `
		SELECT article_no, title, body, missing
		FROM articles WHERE convention_id = @convention ORDER BY article_no`, nil)
}

// Footnotes queues the footnotes by number.
func Footnotes(b *pg.Batch) *pg.Rows[Footnote] {
	return pg.Queue[Footnote](b, `
		SELECT footnote_no, article_no, quoted
		FROM footnotes WHERE convention_id = @convention ORDER BY footnote_no`, nil)
}

// Parties queues the parties in the order of the act.
func Parties(b *pg.Batch) *pg.Rows[Party] {
	return pg.Queue[Party](b, `
		SELECT p.party_code, p.organisation_id, o.code AS organisation_code, o.name AS organisation_name, o.siren,
		       p.name_quoted, p.represented_quoted, p.signed_for_quoted, p.signer_name, p.signer_capacity, p.chairs
		FROM parties p JOIN organisations o USING (convention_id, organisation_id)
		WHERE convention_id = @convention ORDER BY p.position`, nil)
}

// Axes queues the axes by number.
func Axes(b *pg.Batch) *pg.Rows[Axis] {
	return pg.Queue[Axis](b, `
		SELECT axis_no, quoted, short_label
		FROM axes WHERE convention_id = @convention ORDER BY axis_no`, nil)
}

// Stakes queues the stakes by number.
func Stakes(b *pg.Batch) *pg.Rows[Stake] {
	return pg.Queue[Stake](b, `
		SELECT stake_no, article_no, quoted, items
		FROM stakes WHERE convention_id = @convention ORDER BY stake_no`, nil)
}

// Objectives queues the objectives by number.
func Objectives(b *pg.Batch) *pg.Rows[Objective] {
	return pg.Queue[Objective](b, `
		SELECT objective_no, article_no, quoted, proposed_axis
		FROM objectives WHERE convention_id = @convention ORDER BY objective_no`, nil)
}

// Commitments queues the commitments in the order of the act.
func Commitments(b *pg.Batch) *pg.Rows[Commitment] {
	return pg.Queue[Commitment](b, `
		SELECT commitment_code, party_code, article_no, quoted, by_quoted, condition_quoted, budget_line, budget_quoted, annual, years,
		       ARRAY(SELECT indicator_code FROM commitment_indicators l JOIN indicators i USING (convention_id, indicator_code)
		             WHERE l.convention_id = @convention AND l.commitment_code = c.commitment_code ORDER BY i.position) AS indicators
		FROM commitments c WHERE convention_id = @convention ORDER BY position`, nil)
}

// KeyFigures queues the figures that the act gives, in its order.
func KeyFigures(b *pg.Batch) *pg.Rows[KeyFigure] {
	return pg.Queue[KeyFigure](b, `
		SELECT figure_code, article_no, quoted, minimum, maximum, approximate, unit, year, doctrine, footnote_no
		FROM key_figures WHERE convention_id = @convention ORDER BY position`, nil)
}

// Bodies queues the governance bodies, in the order of the file.
func Bodies(b *pg.Batch) *pg.Rows[Body] {
	return pg.Queue[Body](b, `
		SELECT body_code, article_no, name_quoted, short_label, per_year, quotes, validates_report, hears_report
		FROM governance_bodies WHERE convention_id = @convention ORDER BY position`, nil)
}

// Findings queues what is odd about the act.
func Findings(b *pg.Batch) *pg.Rows[Finding] {
	return pg.Queue[Finding](b, `
		SELECT finding_code, article_no, title, explanation
		FROM findings WHERE convention_id = @convention ORDER BY position`, nil)
}

// Periods queues the periods in order.
func Periods(b *pg.Batch) *pg.Rows[Period] {
	return pg.Queue[Period](b, `
		SELECT period_code, label, position, starts_on, ends_on, reconstituted, opened_on, due_on, closed_on, message, validated_on, presented_on, version
		FROM periods WHERE convention_id = @convention ORDER BY position`, nil)
}

// Lists queues the names of the reference lists, without their items.
func Lists(b *pg.Batch) *pg.Rows[List] {
	return pg.Queue[List](b, `
		SELECT list_code, label
		FROM lists WHERE convention_id = @convention ORDER BY position`, nil)
}

// Items queues the items of the given lists, or of all lists when none is given,
// in the order of the lists and then in their own.
func Items(b *pg.Batch, lists ...string) *pg.Rows[Item] {
	return pg.Queue[Item](b, `
		SELECT i.list_code, i.item_code, i.label, i.quoted, i.note, i.since_on
		FROM list_items i JOIN lists l USING (convention_id, list_code)
		WHERE convention_id = @convention AND (@every OR list_code = ANY(@lists::text[]))
		ORDER BY l.position, i.position`,
		pg.Args{"every": len(lists) == 0, "lists": lists})
}

// Measures queues every measure in the version valid on a day, in the order of the file.
func Measures(b *pg.Batch, day time.Time) *pg.Rows[Measure] {
	return pg.Queue[Measure](b, measureOn, pg.Args{"day": day})
}

// MeasuresOf queues the measures in the version valid on a period's last day.
func MeasuresOf(b *pg.Batch, period string) *pg.Rows[Measure] {
	return pg.Queue[Measure](b, strings.Replace(measureOn, "@day", lastDay, 1), pg.Args{"period": period})
}

const measureOn = `
		SELECT measure_code, version, valid_from, label, hint, unit, section, kind, source, places, entered_by, row_list, column_list, short_form, headline
		FROM measures m
		WHERE convention_id = @convention
		  AND version = (SELECT max(version) FROM measures v
		                 WHERE v.convention_id = @convention AND v.measure_code = m.measure_code AND v.valid_from <= @day)
		ORDER BY position`

// Rules queues what the figures of a submission must satisfy, in the order of the file.
func Rules(b *pg.Batch) *pg.Rows[Rule] {
	return pg.Queue[Rule](b, `
		SELECT rule_code, number, level, kind, at_measure, left_terms, right_terms, factor, percent, allowance, message
		FROM rules WHERE convention_id = @convention ORDER BY position`, nil)
}

const indicatorOn = `
	SELECT i.indicator_code, i.axis_no, i.status, i.origin, i.headline, v.version, v.valid_from, v.label, v.reference, v.type, v.unit, v.places,
	       v.across_sites, v.across_periods, v.direction, v.doctrine, v.formula, v.breakdowns, v.baselines, v.target, v.target_source,
	       v.entered_by, v.validated_by, v.rule
	FROM indicators i JOIN indicator_versions v USING (convention_id, indicator_code)
	WHERE convention_id = @convention
	  AND v.version = (SELECT max(o.version) FROM indicator_versions o
	                   WHERE o.convention_id = @convention AND o.indicator_code = i.indicator_code AND o.valid_from <= @day)`

// Indicators queues every indicator, active or not, in the version valid on a
// day, in the order of the file.
func Indicators(b *pg.Batch, day time.Time) *pg.Rows[Indicator] {
	return pg.Queue[Indicator](b, indicatorOn+` ORDER BY i.position`, pg.Args{"day": day})
}

// lastDay is the day on which a period ends.
const lastDay = `(SELECT ends_on FROM periods WHERE convention_id = @convention AND period_code = @period)`

// IndicatorsOf queues every indicator in the version valid on a period's last
// day: what a report of that period says does not change with later versions.
func IndicatorsOf(b *pg.Batch, period string) *pg.Rows[Indicator] {
	return pg.Queue[Indicator](b, strings.Replace(indicatorOn, "@day", lastDay, 1)+` ORDER BY i.position`, pg.Args{"period": period})
}

// IndicatorByCode queues one indicator in the version valid on a day; no row if
// there is none.
func IndicatorByCode(b *pg.Batch, code string, day time.Time) *pg.Rows[Indicator] {
	return pg.Queue[Indicator](b, indicatorOn+` AND i.indicator_code = @code`, pg.Args{"day": day, "code": code})
}
