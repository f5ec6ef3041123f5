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

// withPosts replaces what is counted from posts by the count of the period's
// last day. In a submission that was returned, posts are counted again only if
// one of their measures was remarked.
func (l loaded) withPosts(ctx context.Context, tx *pg.Tx, cells []Cell) ([]Cell, error) {
	if l.Reporter != "structure" {
		return cells, nil
	}
	if !countsPosts(l.Submission) {
		counted := FromPosts(site.Counts{})
		return slices.DeleteFunc(slices.Clone(cells), func(c Cell) bool { _, derived := counted[c.MeasureCode]; return derived }), nil
	}
	n, err := site.CountPosts(ctx, tx, l.OrganisationID, l.SiteID, l.period.EndsOn)
	if err != nil {
		return nil, err
	}
	return Counted(l.measures, cells, n), nil
}

// Counted replaces, for those of the measures that are counted from posts, what
// cells say by what was counted.
func Counted(measures []convention.Measure, cells []Cell, n site.Counts) []Cell {
	counted := FromPosts(n)
	cells = slices.DeleteFunc(slices.Clone(cells), func(c Cell) bool { _, derived := counted[c.MeasureCode]; return derived })
	for _, m := range measures {
		if n, derived := counted[m.MeasureCode]; derived {
			cells = append(cells, Cell{MeasureCode: m.MeasureCode, State: Number, Number: new(decimal.NewFromInt(int64(n)))})
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
	counted := FromPosts(site.Counts{})
	return s.State != ToCorrect || slices.ContainsFunc(s.Remarked, func(m string) bool { _, derived := counted[m]; return derived })
}

// FromPosts names the measures that are counted from posts.
func FromPosts(n site.Counts) map[string]int {
	return map[string]int{
		"posts_open":                n.Open,
		"posts_filled":              n.Filled,
		"jobs_created":              n.Created,
		"jobs_created_still_open":   n.CreatedOpen,
		"jobs_consolidated":         n.Consolidated,
		"jobs_created_consolidated": n.CreatedConsolidated,
	}
}

// CountsJobs reports whether a convention counts created and consolidated jobs,
// and not only posts: then a post says when and how it was consolidated.
func CountsJobs(measures []convention.Measure) bool {
	return slices.ContainsFunc(measures, func(m convention.Measure) bool {
		return m.Source == convention.FromPosts && (m.MeasureCode == "jobs_consolidated" || m.MeasureCode == "jobs_created_consolidated")
	})
}
