package collect

import (
	"time"

	"github.com/google/uuid"

	"copil/internal/convention"
	"copil/internal/pg"
)

// Brief is what an overview shows of a submission. It costs much less to read
// than the submission itself.
type Brief struct {
	SubmissionID   uuid.UUID
	OrganisationID uuid.UUID
	Organisation   string
	OfStructure    bool // and not of a party or the mission
	SiteID         *uuid.UUID
	SiteName       string // "" off-site
	PeriodCode     string
	State          State
	DueOn          *time.Time // its own deadline; nil: the period's
}

// Place names where the figures are counted.
func (s Brief) Place() string { return Submission{SiteID: s.SiteID, SiteName: s.SiteName}.Place() }

// Late is as Late of the submission itself.
func (s Brief) Late(period convention.Period, today time.Time) bool {
	return Late(Submission{State: s.State, DueOn: s.DueOn}, period, today)
}

// Overview returns the submissions that f chooses, by organisation, place and period.
func Overview(b *pg.Batch, f Filter) *pg.Rows[Brief] {
	return pg.Queue[Brief](b, `
		SELECT s.submission_id, s.organisation_id, o.name AS organisation, t.organisation_id IS NOT NULL AS of_structure, s.site_id, coalesce(x.name, '') AS site_name,
		       s.period_code, s.state, s.due_on
		FROM submissions s
		JOIN organisations o ON o.convention_id = @convention AND o.organisation_id = s.organisation_id
		JOIN periods p ON p.convention_id = @convention AND p.period_code = s.period_code
		LEFT JOIN structures t ON t.convention_id = @convention AND t.organisation_id = s.organisation_id
		LEFT JOIN sites x ON x.convention_id = @convention AND x.site_id = s.site_id
		WHERE s.convention_id = @convention
		  AND (@period = '' OR s.period_code = @period)
		  AND (@organisation::uuid IS NULL OR s.organisation_id = @organisation)
		  AND (@site::uuid IS NULL OR s.site_id = @site)
		ORDER BY o.name, s.organisation_id, length(x.code) NULLS LAST, x.code, s.site_id, p.position`,
		pg.Args{"period": f.PeriodCode, "organisation": f.OrganisationID, "site": f.SiteID})
}

// Tally counts the answers of one organisation to one measure of a period, over
// its places: a place counts once, under the weakest of its cells' answers.
type Tally struct {
	OrganisationID uuid.UUID
	MeasureCode    string
	Numbers        int
	Unvalidated    int // of the numbers, those whose submission is not validated
	Returned       int // of these, those that wait for a correction
	Missing        int
	NotApplicable  int
}

// Tallies returns the answers of a period, by organisation and measure.
func Tallies(b *pg.Batch, f Filter) *pg.Rows[Tally] {
	return pg.Queue[Tally](b, `
		SELECT organisation_id, measure_code, count(*) FILTER (WHERE state = 'number') AS numbers,
		       count(*) FILTER (WHERE state = 'number' AND stands <> 'validee') AS unvalidated, count(*) FILTER (WHERE state = 'number' AND stands = 'a_corriger') AS returned,
		       count(*) FILTER (WHERE state = 'missing') AS missing, count(*) FILTER (WHERE state = 'not_applicable') AS not_applicable
		FROM (SELECT s.organisation_id, s.submission_id, c.measure_code, min(c.state) AS state, s.state AS stands
		      FROM submissions s
		      JOIN cell_versions c ON c.convention_id = @convention AND c.submission_id = s.submission_id AND c.current
		      WHERE s.convention_id = @convention AND s.period_code = @period AND (@organisation::uuid IS NULL OR s.organisation_id = @organisation)
		      GROUP BY s.submission_id, s.state, s.organisation_id, c.measure_code) x
		GROUP BY organisation_id, measure_code
		ORDER BY organisation_id, measure_code`, pg.Args{"period": f.PeriodCode, "organisation": f.OrganisationID})
}
