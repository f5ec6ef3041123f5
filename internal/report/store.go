package report

import (
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"copil/internal/collect"
	"copil/internal/convention"
	"copil/internal/indicator"
	"copil/internal/pg"
	"copil/internal/site"
)

// Source is all that a period's report is built from. Load queues its reads; it
// is full once their batch has been sent.
type Source struct {
	code  string
	today time.Time

	convention   *pg.Rows[convention.Convention]
	parties      *pg.Rows[convention.Party]
	axes         *pg.Rows[convention.Axis]
	commitments  *pg.Rows[convention.Commitment]
	bodies       *pg.Rows[convention.Body]
	findings     *pg.Rows[convention.Finding]
	periods      *pg.Rows[convention.Period]
	lists        *pg.Rows[convention.List]
	items        *pg.Rows[convention.Item]
	measures     *pg.Rows[convention.Measure]
	indicators   *pg.Rows[convention.Indicator]
	expectations *pg.Rows[indicator.Expectation]
	sums         *pg.Rows[indicator.Fact] // each the sum of a measure's cells
	cells        *pg.Rows[indicator.Fact] // broken down
	regional     *pg.Rows[indicator.Fact] // broken down, of parties and mission only
	submissions  *pg.Rows[collect.Submission]
	remarks      *pg.Rows[remark]
	sites        *pg.Rows[site.Listed]
	steps        *pg.Rows[siteStep]
	states       *pg.Rows[site.StateCount]
	structures   *pg.Rows[site.Structure]
	links        *pg.Rows[site.Link]
	names        *pg.Rows[placeName]
}

// Load queues what the report of a period reads, as of a business date.
func Load(b *pg.Batch, code string, today time.Time) *Source {
	return &Source{
		code: code, today: today,
		convention: convention.Get(b), parties: convention.Parties(b), axes: convention.Axes(b),
		commitments: convention.Commitments(b), bodies: convention.Bodies(b), findings: convention.Findings(b),
		periods: convention.Periods(b), lists: convention.Lists(b), items: convention.Items(b),
		measures: convention.MeasuresOf(b, code), indicators: convention.IndicatorsOf(b, code),
		expectations: indicator.Expectations(b),
		sums:         indicator.Facts(b, nil, indicator.Breakdown{}),
		cells:        indicator.Facts(b, nil, indicator.Breakdown{Rows: true, Columns: true}),
		regional:     regionalFacts(b),
		submissions:  collect.List(b, collect.Filter{PeriodCode: code}), remarks: remarks(b, code),
		sites: site.List(b, today), steps: siteSteps(b), states: site.CountStates(b), structures: site.Structures(b), links: site.Links(b, nil, nil),
		names: placeNames(b),
	}
}

// regionalFacts reads what parties and mission declared, for every measure and
// period: figures that indicators of the library would read count here too.
func regionalFacts(b *pg.Batch) *pg.Rows[indicator.Fact] {
	return pg.Queue[indicator.Fact](b, `
		SELECT s.period_code, s.organisation_id, s.site_id, c.measure_code, c.row_item, c.column_item,
		       coalesce(c.number, 0) AS number, c.number IS NOT NULL AS known, coalesce(c.identifiers, '{}') AS identifiers
		FROM submissions s
		JOIN cell_versions c ON c.convention_id = @convention AND c.submission_id = s.submission_id AND c.current
		WHERE s.convention_id = @convention AND s.state = 'validee' AND NOT EXISTS (
			SELECT FROM structures t WHERE t.convention_id = @convention AND t.organisation_id = s.organisation_id)
		ORDER BY c.measure_code, s.period_code, c.row_item, c.column_item`, nil)
}

// placeName is what a site or an organisation is called, whatever its state and whether or not it is on a list.
type placeName struct {
	ID   uuid.UUID
	Name string
}

func placeNames(b *pg.Batch) *pg.Rows[placeName] {
	return pg.Queue[placeName](b, `
		SELECT site_id AS id, code || ' – ' || name AS name FROM sites WHERE convention_id = @convention
		UNION ALL
		SELECT organisation_id, name FROM organisations WHERE convention_id = @convention
		ORDER BY name`, nil)
}

// remark is a cell of the period that has no number, or that says something.
type remark struct {
	SubmissionID uuid.UUID
	MeasureCode  string
	RowItem      string
	ColumnItem   string
	State        collect.CellState
	Number       *decimal.Decimal
	Reason       string
	Comment      string
}

func remarks(b *pg.Batch, code string) *pg.Rows[remark] {
	return pg.Queue[remark](b, `
		SELECT c.submission_id, c.measure_code, c.row_item, c.column_item, c.state, c.number, c.reason, c.comment
		FROM submissions s
		JOIN cell_versions c ON c.convention_id = @convention AND c.submission_id = s.submission_id AND c.current
		WHERE s.convention_id = @convention AND s.period_code = @period AND (c.state <> 'number' OR c.comment <> '')
		ORDER BY c.submission_id, c.measure_code, c.row_item, c.column_item`, pg.Args{"period": code})
}

// siteStep is a state of a site, and when it began.
type siteStep struct {
	SiteID   uuid.UUID
	State    site.State
	SinceOn  time.Time
	Decision string
	Reason   string
}

func siteSteps(b *pg.Batch) *pg.Rows[siteStep] {
	return pg.Queue[siteStep](b, `
		SELECT site_id, state, since_on, decision, reason FROM site_states
		WHERE convention_id = @convention ORDER BY site_id, step`, nil)
}
