package collect

import (
	"context"
	"slices"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"copil/internal/convention"
	"copil/internal/pg"
	"copil/internal/site"
)

// Asked returns the measures that a reporter enters or that Copil counts for it,
// in the order of the form.
func Asked(measures []convention.Measure, reporter string) []convention.Measure {
	return slices.DeleteFunc(slices.Clone(measures), func(m convention.Measure) bool {
		return !slices.Contains(m.EnteredBy, reporter) && (m.Source != convention.FromPosts || reporter != "structure")
	})
}

// countPosts counts the posts of a submission on the period's last day, where
// saving it counts them anew.
func (l loaded) countPosts(ctx context.Context, tx *pg.Tx) (n site.Counts, err error) {
	if l.Reporter != "structure" || !countsPosts(l.Submission) {
		return n, nil
	}
	return site.CountPosts(ctx, tx, l.OrganisationID, l.SiteID, l.period.EndsOn)
}

// withPosts replaces what is counted from posts by their count. In a submission
// that was returned, posts are counted again only if one of their measures was
// remarked. Comments on them are kept.
func (l loaded) withPosts(cells []Cell, n site.Counts) []Cell {
	switch {
	case l.Reporter != "structure":
		return cells
	case !countsPosts(l.Submission):
		return l.asCounted(cells)
	}
	return Counted(l.measures, l.items, replaced(only(l.cells, derived), cells), n)
}

// asCounted keeps what is counted from posts as it is stored, with the comments
// that cells give.
func (l loaded) asCounted(cells []Cell) []Cell {
	kept := slices.DeleteFunc(slices.Clone(cells), derived)
	for _, m := range l.measures {
		of := func(c Cell) bool { return c.MeasureCode == m.MeasureCode }
		if m.Source != convention.FromPosts || !slices.ContainsFunc(cells, of) {
			continue
		}
		for i, c := range only(l.cells, of) {
			if c.Comment = ""; i == 0 {
				c.Comment = commentOn(cells, m.MeasureCode)
			}
			kept = append(kept, c)
		}
	}
	return kept
}

// derived reports whether a cell is of what is counted from posts.
func derived(c Cell) bool {
	_, counted := FromPosts(site.Counts{})[c.MeasureCode]
	return counted
}

// commentOn is the comment on a measure, which stands on one of its cells.
func commentOn(cells []Cell, measure string) string {
	for _, c := range cells {
		if c.MeasureCode == measure && c.Comment != "" {
			return c.Comment
		}
	}
	return ""
}

// Counted replaces, for those of the measures that are counted from posts, what
// cells say by what was counted; a comment stays.
func Counted(measures []convention.Measure, items []convention.Item, cells []Cell, n site.Counts) []Cell {
	counted, given := FromPosts(n), cells
	cells = slices.DeleteFunc(slices.Clone(cells), derived)
	for _, m := range measures {
		total, derived := counted[m.MeasureCode]
		if !derived {
			continue
		}
		comment := commentOn(given, m.MeasureCode)
		for _, b := range boxesOf(m, items) {
			c := Cell{MeasureCode: m.MeasureCode, RowItem: b.row.ItemCode, State: Number, Number: new(decimal.NewFromInt(int64(total.of(b.row.ItemCode)))), Comment: comment}
			cells, comment = append(cells, c), ""
		}
	}
	return cells
}

// PostsNow counts the posts of a submission's organisation and site on the last
// day of its period, as Save would.
func PostsNow(b *pg.Batch, id uuid.UUID) *pg.Rows[site.Counts] {
	return site.QueueCounts(b, `
		SELECT s.organisation_id, s.site_id, p.ends_on AS day
		FROM submissions s JOIN periods p ON p.convention_id = @convention AND p.period_code = s.period_code
		WHERE s.convention_id = @convention AND s.submission_id = @id`, pg.Args{"id": id})
}

// countsPosts reports whether saving a submission counts its posts anew.
func countsPosts(s Submission) bool {
	return s.State != ToCorrect || slices.ContainsFunc(s.Remarked, func(m string) bool { return derived(Cell{MeasureCode: m}) })
}

// Posts is how many posts a measure counts.
type Posts struct {
	All   int
	Types []string // the job type of each, where they may be broken down by it
}

// of counts the posts of one job type; of all for "".
func (p Posts) of(jobType string) (n int) {
	if jobType == "" {
		return p.All
	}
	for _, t := range p.Types {
		if t == jobType {
			n++
		}
	}
	return n
}

// FromPosts names the measures that are counted from posts.
func FromPosts(n site.Counts) map[string]Posts {
	return map[string]Posts{
		"posts_open":                {All: n.Open, Types: n.OpenTypes},
		"posts_filled":              {All: n.Filled, Types: n.FilledTypes},
		"jobs_created":              {All: n.Created},
		"jobs_created_still_open":   {All: n.CreatedOpen},
		"jobs_consolidated":         {All: n.Consolidated},
		"jobs_created_consolidated": {All: n.CreatedConsolidated},
	}
}

// CountsJobs reports whether a convention counts created and consolidated jobs,
// and not only posts: then a post says when and how it was consolidated.
func CountsJobs(measures []convention.Measure) bool {
	return slices.ContainsFunc(measures, func(m convention.Measure) bool {
		return m.Source == convention.FromPosts && (m.MeasureCode == "jobs_consolidated" || m.MeasureCode == "jobs_created_consolidated")
	})
}
