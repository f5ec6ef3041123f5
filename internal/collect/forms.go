package collect

import (
	"github.com/google/uuid"

	"copil/internal/convention"
	"copil/internal/fault"
	"copil/internal/pg"
	"copil/internal/site"
)

// Form is a submission with all that it takes to fill it in and to judge it.
type Form struct {
	Submission       Submission
	OrganisationCode string
	SiteCode         string       // "" off-site
	Case             Case         // what is counted from posts is as of now where the submission is not handed in
	Counts           *site.Counts // of its posts as of now; nil where they do not count any more, or not yet
}

// FormFilter chooses the forms of one period; its zero fields choose all.
type FormFilter struct {
	PeriodCode     string
	OrganisationID *uuid.UUID
	SubmissionID   *uuid.UUID
}

// FormRows are what forms are read from, in one batch, however many they are.
type FormRows struct {
	filter      FormFilter
	submissions *pg.Rows[Submission]
	codes       *pg.Rows[codes]
	periods     *pg.Rows[convention.Period]
	items       *pg.Rows[convention.Item]
	measures    *pg.Rows[convention.Measure]
	rules       *pg.Rows[convention.Rule]
	sizes       *pg.Rows[Size]
	cells       *pg.Rows[cellOf]
	previous    *pg.Rows[cellOf]
	earlier     *pg.Rows[cellOf]
	zonings     *pg.Rows[zoningOf]
	counts      *pg.Rows[site.CountsOf]
	posts       *pg.Rows[site.Post]
	places      *pg.Rows[site.Place]
	taken       *pg.Rows[site.TakenReference]
}

type codes struct {
	SubmissionID     uuid.UUID
	OrganisationCode string
	SiteCode         string
}

type cellOf struct {
	SubmissionID uuid.UUID `json:"submission_id"`
	Cell
}

type zoningOf struct {
	SubmissionID uuid.UUID
	site.Zoning
}

// chosen is the filter's condition on submissions s.
const chosen = ` s.convention_id = @convention AND s.period_code = @period
		  AND (@organisation::uuid IS NULL OR s.organisation_id = @organisation)
		  AND (@submission::uuid IS NULL OR s.submission_id = @submission)`

// QueueForms reads the forms that f chooses, by organisation and site.
func QueueForms(b *pg.Batch, f FormFilter) *FormRows {
	args := func() pg.Args {
		return pg.Args{"period": f.PeriodCode, "organisation": f.OrganisationID, "submission": f.SubmissionID}
	}
	const structures = `SELECT s.organisation_id FROM submissions s WHERE` + chosen
	return &FormRows{
		filter:      f,
		submissions: pg.Queue[Submission](b, selectSubmissions+` AND `+chosen+` ORDER BY o.name, x.code NULLS FIRST`, args()),
		codes: pg.Queue[codes](b, `
			SELECT s.submission_id, o.code AS organisation_code, coalesce(x.code, '') AS site_code
			FROM submissions s
			JOIN organisations o ON o.convention_id = @convention AND o.organisation_id = s.organisation_id
			LEFT JOIN sites x ON x.convention_id = @convention AND x.site_id = s.site_id
			WHERE`+chosen, args()),
		periods:  convention.Periods(b),
		items:    convention.Items(b),
		measures: measures(b, `SELECT @period`, pg.Args{"period": f.PeriodCode}),
		rules:    convention.Rules(b),
		sizes:    queueSizes(b, chosen, args()),
		cells: pg.Queue[cellOf](b, `
			SELECT s.submission_id, c.measure_code, c.row_item, c.column_item, c.state, c.number, c.identifiers, c.reason, c.comment
			FROM submissions s
			JOIN cell_versions c ON c.convention_id = @convention AND c.submission_id = s.submission_id AND c.current
			WHERE`+chosen+`
			ORDER BY s.submission_id, c.measure_code, c.row_item, c.column_item`, args()),
		previous: pg.Queue[cellOf](b, previousOf(chosen), args()),
		earlier:  pg.Queue[cellOf](b, earlierOf(chosen)+` ORDER BY submission_id, measure_code, row_item, column_item`, args()),
		zonings:  pg.Queue[zoningOf](b, zoningsOf(chosen)+` ORDER BY z.since_on, z.zoning`, args()),
		posts:    site.PostsOf(b, structures, args()),
		places:   site.PlacesOf(b, structures, args()),
		taken:    site.TakenOf(b, structures, args()),
		counts: site.QueueCountsOf(b, `
			SELECT s.submission_id AS id, s.organisation_id, s.site_id, p.ends_on AS day
			FROM submissions s
			JOIN periods p ON p.convention_id = @convention AND p.period_code = s.period_code
			JOIN structures t ON t.convention_id = @convention AND t.organisation_id = s.organisation_id
			WHERE`+chosen, args()),
	}
}

// theOne is the condition that chooses one submission.
const theOne = ` s.convention_id = @convention AND s.submission_id = @id`

const cellColumns = `measure_code, row_item, column_item, state, number, identifiers, reason, comment`

// previousOf selects the cells of the same organisation and place in the period
// before, for each of the submissions s that a condition chooses.
func previousOf(which string) string {
	return `
		SELECT s.submission_id, c.measure_code, c.row_item, c.column_item, c.state, c.number, c.identifiers, c.reason, c.comment
		FROM submissions s
		JOIN periods p ON p.convention_id = @convention AND p.period_code = s.period_code
		JOIN periods q ON q.convention_id = @convention AND q.position = p.position - 1
		JOIN submissions old ON old.convention_id = @convention AND old.period_code = q.period_code
		     AND old.organisation_id = s.organisation_id AND old.site_id IS NOT DISTINCT FROM s.site_id
		JOIN cell_versions c ON c.convention_id = @convention AND c.submission_id = old.submission_id AND c.current
		WHERE` + which
}

// earlierOf selects what Earlier returns, for each of the submissions s that a
// condition chooses.
func earlierOf(which string) string {
	return `
		WITH old AS MATERIALIZED (
			SELECT s.submission_id, o.submission_id AS old_id, count(*) OVER (PARTITION BY s.submission_id) AS n
			FROM submissions s
			JOIN periods p ON p.convention_id = @convention AND p.period_code = s.period_code
			JOIN periods q ON q.convention_id = @convention AND q.position < p.position
			JOIN submissions o ON o.convention_id = @convention AND o.period_code = q.period_code
			     AND o.organisation_id = s.organisation_id AND o.site_id IS NOT DISTINCT FROM s.site_id
			WHERE` + which + `)
		SELECT submission_id, coalesce(measure_code, '') AS measure_code, coalesce(row_item, '') AS row_item, coalesce(column_item, '') AS column_item,
		       CASE WHEN known THEN 'number' ELSE 'missing' END AS state, CASE WHEN known THEN total END AS number,
		       NULL::text[] AS identifiers, '' AS reason, '' AS comment
		FROM (SELECT old.submission_id, c.measure_code, c.row_item, c.column_item, sum(c.number) AS total,
		             count(*) FILTER (WHERE c.state = 'number') = max(old.n) AS known
		      FROM old LEFT JOIN cell_versions c ON c.convention_id = @convention AND c.submission_id = old.old_id AND c.current
		      GROUP BY old.submission_id, c.measure_code, c.row_item, c.column_item) x`
}

// zoningsOf selects the priority areas of the sites of the submissions s that a
// condition chooses.
func zoningsOf(which string) string {
	return `
		SELECT s.submission_id, z.zoning, k.label, z.since_on, z.until_on, z.note
		FROM submissions s
		JOIN site_zonings z ON z.convention_id = @convention AND z.site_id = s.site_id
		JOIN zonings k ON k.zoning = z.zoning
		WHERE` + which
}

// Forms are the forms as stored. A period that does not exist is NotFound.
func (r *FormRows) Forms() ([]Form, error) {
	period, err := r.Period()
	if err != nil {
		return nil, err
	}
	now, before, earlier := bySubmission(r.cells), bySubmission(r.previous), bySubmission(r.earlier)
	zonings, counts, codes, sizes := map[uuid.UUID][]site.Zoning{}, map[uuid.UUID]site.Counts{}, map[uuid.UUID]codes{}, map[uuid.UUID]Size{}
	for _, z := range r.zonings.All {
		zonings[z.SubmissionID] = append(zonings[z.SubmissionID], z.Zoning)
	}
	for _, n := range r.counts.All {
		counts[n.ID] = n.Counts
	}
	for _, c := range r.codes.All {
		codes[c.SubmissionID] = c
	}
	for _, size := range r.sizes.All {
		sizes[size.SubmissionID] = size
	}
	asked := map[string][]convention.Measure{} // by reporter, as there are few
	forms := make([]Form, 0, len(r.submissions.All))
	for _, s := range r.submissions.All {
		if asked[s.Reporter] == nil {
			asked[s.Reporter] = Asked(r.measures.All, s.Reporter)
		}
		id := s.SubmissionID
		c := Case{
			Submission: s, Size: sizes[id], Rules: r.rules.All, Measures: asked[s.Reporter], Items: r.items.All, Period: period, OnSite: s.SiteID != nil, Zonings: zonings[id],
			Now: now[id], Controls: s.Controls, Remark: s.Remark, Before: before[id], Earlier: earlier[id],
		}
		var live *site.Counts
		if n, counted := counts[id]; counted && s.State != Submitted && s.State != Validated && countsPosts(s) {
			c.Now, live = Counted(c.Measures, c.Items, c.Now, n), &n
		}
		forms = append(forms, Form{s, codes[id].OrganisationCode, codes[id].SiteCode, c, live})
	}
	return forms, nil
}

// Period is the one that the forms are of.
func (r *FormRows) Period() (convention.Period, error) {
	for _, p := range r.periods.All {
		if p.PeriodCode == r.filter.PeriodCode {
			return p, nil
		}
	}
	return convention.Period{}, fault.New(fault.NotFound, pg.NoSuchRecord)
}

func bySubmission(rows *pg.Rows[cellOf]) map[uuid.UUID][]Cell {
	found := map[uuid.UUID][]Cell{}
	for _, c := range rows.All {
		found[c.SubmissionID] = append(found[c.SubmissionID], c.Cell)
	}
	return found
}
