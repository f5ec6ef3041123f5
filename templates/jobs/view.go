// Package jobs holds the page of posts, people and full-time equivalents.
package jobs

import (
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"copil/internal/access"
	"copil/internal/convention"
	"copil/internal/french"
	"copil/internal/site"
	"copil/templates/sites"
	"copil/templates/ui"
)

// View is the page of jobs as one role sees it.
type View struct {
	Own          bool                 // only one's own structure
	Measures     []convention.Measure // the headline measures, as columns
	ByPeriod     []Row
	ByStructure  []Row // of the last open period; empty for who sees only their own
	Period       string
	Breakdown    *Breakdown
	Filter       ui.Form
	FilterReset  string
	Structures   []ui.Option
	Posts        []site.Post // those of the page
	AllPosts     int         // how many there are on all pages
	Pages        ui.Pages
	Chosen       string    // name of the structure whose posts are listed, "" when none is chosen
	Entries      []ui.Link // back to the submissions that count these posts
	Today        time.Time
	Add          *ui.Form // nil: no right to add posts
	CountsJobs   bool     // posts tell when they were consolidated
	DateHint     string   // what a date in the past does not change any more, "" when nothing
	JobTypes     []ui.Option
	Places       []ui.Option
	NewStructure string // address, "" without the right
	PooledHref   string // where the pooled posts are, "" without the right
	EditHref     func(uuid.UUID) string
}

// Links are where the pages of a post lead.
type Links struct{ Back, Edit, Withdraw, Pool string }

func (v View) postColumns() []ui.Column {
	columns := []ui.Column{{Label: "Référence"}, {Label: "Situation"}, {Label: "Lieu"}, {Label: "Type d’emploi"}, {Label: "Quotité", Numeric: true}, {Label: "Ouvert le"}, {Label: "Pourvu le"}}
	if v.CountsJobs {
		columns = append(columns, ui.Column{Label: "Consolidé le"})
	}
	return append(columns, ui.Column{Label: "Supprimé le"})
}

// closingHint says what becomes of a post that is closed.
func closingHint(countsJobs bool) string {
	if countsJobs {
		return "Un poste supprimé reste compté parmi les emplois créés, avec la mention «\u00a0dont encore ouverts\u00a0»."
	}
	return ""
}

// Row is one line of figures: nil where not known.
type Row struct {
	Name     string
	Href     string
	Note     string // coverage, or the state of the submission
	Values   []*decimal.Decimal
	Entered  []bool // figures that exist without being validated; nil: none to tell
	AtLeast  bool
	Emphasis bool
}

// Breakdown is one measure by two lists, for the last open period.
type Breakdown struct {
	Caption string
	Note    string
	Columns []ui.Column
	Rows    []Row
	Places  int32
}

func (v View) columns(first string) []ui.Column {
	second := "Couverture"
	if v.Own {
		second = "État"
	}
	return append([]ui.Column{{Label: first}, {Label: second}}, sites.MeasureColumns(v.Measures)...)
}

func (v View) structureColumns() []ui.Column {
	return append([]ui.Column{{Label: "Structure"}, {Label: "Saisie"}}, sites.MeasureColumns(v.Measures)...)
}

func postState(p site.Post, today time.Time) (ui.Kind, string) {
	switch {
	case !p.Open(today):
		return ui.Excluded, "Supprimé"
	case p.Filled(today):
		return ui.Success, "Pourvu"
	}
	if p.VacatedOn != nil {
		return ui.Warning, "Vacant depuis le " + french.ShortDate(*p.VacatedOn)
	}
	return ui.Warning, "Vacant"
}

// ConsolidationOptions are the ways to consolidate a job.
func ConsolidationOptions() []ui.Option {
	list := []ui.Option{{Value: "", Label: "Pas consolidé"}}
	for _, c := range site.Consolidations {
		list = append(list, ui.Option{Value: string(c), Label: c.Label()})
	}
	return list
}

func optional(day *time.Time, show func(time.Time) string) string {
	if day == nil {
		return ""
	}
	return show(*day)
}

func (v View) periodNote() string {
	if v.Own {
		return ""
	}
	return "Une structure absente n’est jamais comptée comme zéro."
}

func (v View) lead(words access.Words) string {
	what := "Les postes et les chiffres"
	if words.NoPosts {
		what = "Les chiffres"
	}
	if v.Own {
		return what + " de votre structure."
	}
	return what + ", par période et par structure."
}
