package indicator

import (
	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"copil/internal/convention"
	"copil/internal/pg"
)

// Fact is what one organisation's validated submission says of one measure for
// one site (nil: off-site) and one period. Unless broken down, it is the sum of
// the measure's cells.
type Fact struct {
	PeriodCode     string
	OrganisationID uuid.UUID
	SiteID         *uuid.UUID
	MeasureCode    string
	RowItem        string // "" unless broken down
	ColumnItem     string
	Number         decimal.Decimal
	Known          bool     // false: "non renseigné"; the number then means nothing
	Identifiers    []string // of a distinct count
}

// CarriedTo reports whether the fact stands in for one that a period lacks, so
// that the period's total is « au moins ».
func (f Fact) CarriedTo(p convention.Period) bool { return f.PeriodCode != p.PeriodCode }

// Breakdown says how finely facts are read.
type Breakdown struct{ Rows, Columns bool }

const selectFacts = `
	SELECT s.period_code, s.organisation_id, s.site_id, c.measure_code,
	       CASE WHEN @rows THEN c.row_item ELSE '' END AS row_item,
	       CASE WHEN @columns THEN c.column_item ELSE '' END AS column_item,
	       coalesce(sum(c.number), 0) AS number,
	       bool_and(c.state <> 'missing') AND count(c.number) > 0 AS known,
	       coalesce(max(c.identifiers), '{}') AS identifiers
	FROM submissions s
	JOIN cell_versions c ON c.convention_id = @convention AND c.submission_id = s.submission_id AND c.current
	WHERE s.convention_id = @convention AND s.state = 'validee' AND c.measure_code = ANY (ARRAY(`

// Facts reads the validated facts that the formulas of some indicators need, over
// all periods. Without codes, it reads those of every active indicator.
func Facts(b *pg.Batch, codes []string, by Breakdown) *pg.Rows[Fact] {
	return pg.Queue[Fact](b, selectFacts+`
		SELECT t ->> 'measure'
		FROM indicators i JOIN indicator_versions v ON v.convention_id = @convention AND v.indicator_code = i.indicator_code,
		     jsonb_array_elements(coalesce(v.formula -> 'numerator', '[]') || coalesce(v.formula -> 'denominator', '[]') || coalesce(v.formula -> 'of_which', '[]')) t
		WHERE i.convention_id = @convention AND CASE WHEN @codes::text[] IS NULL THEN i.status = 'active' ELSE i.indicator_code = ANY (@codes) END))
		GROUP BY 1, 2, 3, 4, 5, 6`,
		pg.Args{"codes": codes, "rows": by.Rows, "columns": by.Columns})
}

// HeadlineFacts reads the validated facts of the headline measures and of the
// headline indicators, over all periods.
func HeadlineFacts(b *pg.Batch, by Breakdown) *pg.Rows[Fact] {
	return pg.Queue[Fact](b, selectFacts+`
		SELECT measure_code FROM measures WHERE convention_id = @convention AND headline <> ''
		UNION
		SELECT t ->> 'measure'
		FROM indicators i JOIN indicator_versions v ON v.convention_id = @convention AND v.indicator_code = i.indicator_code,
		     jsonb_array_elements(coalesce(v.formula -> 'numerator', '[]') || coalesce(v.formula -> 'denominator', '[]') || coalesce(v.formula -> 'of_which', '[]')) t
		WHERE i.convention_id = @convention AND i.headline <> ''))
		GROUP BY 1, 2, 3, 4, 5, 6`,
		pg.Args{"rows": by.Rows, "columns": by.Columns})
}

// DashboardFacts reads what a dashboard needs, over all periods: the validated
// facts of the active indicators and of the headline measures, broken down only
// where a formula counts some items, or where an authority declares by item.
func DashboardFacts(b *pg.Batch) *pg.Rows[Fact] {
	return pg.Queue[Fact](b, `
		WITH needed AS MATERIALIZED (
			SELECT measure_code, bool_or(by_rows) AS by_rows, bool_or(by_columns) AS by_columns
			FROM (
				SELECT t ->> 'measure' AS measure_code, t ? 'rows' AS by_rows, t ? 'columns' AS by_columns
				FROM indicators i JOIN indicator_versions v ON v.convention_id = @convention AND v.indicator_code = i.indicator_code,
				     jsonb_array_elements(coalesce(v.formula -> 'numerator', '[]') || coalesce(v.formula -> 'denominator', '[]') || coalesce(v.formula -> 'of_which', '[]')) t
				WHERE i.convention_id = @convention AND i.status = 'active'
				UNION ALL
				SELECT measure_code, source = 'typed' AND NOT 'structure' = ANY (entered_by), false
				FROM measures WHERE convention_id = @convention AND headline <> ''
			) terms
			GROUP BY measure_code
		)
		SELECT s.period_code, s.organisation_id, s.site_id, c.measure_code,
		       CASE WHEN n.by_rows THEN c.row_item ELSE '' END AS row_item,
		       CASE WHEN n.by_columns THEN c.column_item ELSE '' END AS column_item,
		       coalesce(sum(c.number), 0) AS number,
		       bool_and(c.state <> 'missing') AND count(c.number) > 0 AS known,
		       coalesce(max(c.identifiers), '{}') AS identifiers
		FROM submissions s
		JOIN cell_versions c ON c.convention_id = @convention AND c.submission_id = s.submission_id AND c.current
		JOIN needed n ON n.measure_code = c.measure_code
		WHERE s.convention_id = @convention AND s.state = 'validee'
		GROUP BY 1, 2, 3, 4, 5, 6`, nil)
}

// Expectation is one submission that a period asks of an organisation, and how
// far it has come.
type Expectation struct {
	SubmissionID   uuid.UUID
	PeriodCode     string
	OrganisationID uuid.UUID
	Organisation   string // name
	SiteID         *uuid.UUID
	Selected       bool     // the site had been selected by the period's end
	Structure      bool     // false: a party or the mission, for regional figures
	OperatorType   string   // label, "" unless a structure
	State          string   // of the submission
	ShortForm      bool     // handed in without all that only larger organisations must answer
	Entered        []string // measures with a number, while it is not validated
}

func (e Expectation) place() place {
	if e.SiteID == nil {
		return place{organisation: e.OrganisationID}
	}
	return place{e.OrganisationID, *e.SiteID}
}

// Expectations reads what every period asks of every organisation.
func Expectations(b *pg.Batch) *pg.Rows[Expectation] {
	return pg.Queue[Expectation](b, `
		SELECT s.submission_id, s.period_code, s.organisation_id, o.name AS organisation, s.site_id,
		       EXISTS (SELECT FROM site_states WHERE convention_id = @convention AND site_id = s.site_id
		               AND state = 'retenu' AND since_on <= p.ends_on) AS selected,
		       t.organisation_id IS NOT NULL AS structure, coalesce(i.label, '') AS operator_type, s.state, s.short_form,
		       CASE WHEN s.state = 'validee' THEN '{}' ELSE ARRAY(
		           SELECT DISTINCT measure_code FROM cell_versions
		           WHERE convention_id = @convention AND submission_id = s.submission_id AND current AND number IS NOT NULL) END AS entered
		FROM submissions s
		JOIN periods p ON p.convention_id = @convention AND p.period_code = s.period_code
		JOIN organisations o ON o.convention_id = @convention AND o.organisation_id = s.organisation_id
		LEFT JOIN structures t ON t.convention_id = @convention AND t.organisation_id = s.organisation_id
		LEFT JOIN list_items i ON i.convention_id = @convention AND i.list_code = 'operator_type' AND i.item_code = t.operator_type
		WHERE s.convention_id = @convention
		ORDER BY o.name, s.site_id`, nil)
}
