package collect

import (
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"copil/internal/convention"
	"copil/internal/sheet"
	"copil/internal/site"
)

// PostsSheet is the name of the sheet of posts.
const PostsSheet = "Postes"

// The columns of the sheet of posts, by their headers. The first is that of the
// sheet of answers, too.
const (
	colReference     = "Référence"
	colPlace         = "Lieu"
	colJobType       = "Type d’emploi"
	colQuotity       = "Quotité"
	colOpened        = "Ouvert le"
	colFilled        = "Pourvu le"
	colVacated       = "Vacant depuis le"
	colConsolidation = "Consolidation"
	colConsolidated  = "Consolidé le"
	colClosed        = "Supprimé le"
)

// Register is the posts of the structures of some forms, where these may have
// more, and what a post says. The zero Register has no posts and takes none.
type Register struct {
	Posts      []site.Post
	Places     []site.Place
	Taken      []site.TakenReference
	JobTypes   []convention.Item
	CountsJobs bool // so that a post says when and how it was consolidated
}

// Register is the posts of the structures of the forms.
func (r *FormRows) Register() Register {
	reg := Register{Posts: r.posts.All, Places: r.places.All, Taken: r.taken.All, CountsJobs: CountsJobs(r.measures.All)}
	for _, item := range r.items.All {
		if item.ListCode == "job_type" {
			reg.JobTypes = append(reg.JobTypes, item)
		}
	}
	if len(reg.JobTypes) == 0 {
		return Register{} // the convention keeps no posts
	}
	return reg
}

// typedColumns are what a new post says; the last ones, from Pourvu le on, may
// change later.
func (reg Register) typedColumns() []string {
	columns := []string{colPlace, colJobType, colQuotity, colOpened, colFilled, colVacated}
	if reg.CountsJobs {
		columns = append(columns, colConsolidation, colConsolidated)
	}
	return append(columns, colClosed)
}

func (reg Register) readColumns() []string {
	return append([]string{colOrganisation, colReference}, reg.typedColumns()...)
}

// How many empty rows, with the references to come, wait for new posts of each
// structure: in the file of one structure, and of many.
const (
	rowsToAdd     = 20
	rowsToAddEach = 5
)

// sheet is the posts and, for each structure, some rows for new ones.
func (reg Register) sheet() sheet.Sheet {
	s := sheet.Sheet{Name: PostsSheet, Protected: true, Columns: []sheet.Column{
		{Header: colOrganisation, Hidden: true}, {Header: "Structure", Width: 24},
		{Header: colReference, Width: 12, Note: "Une ligne sans autre contenu n’ajoute rien. Pour ajouter un poste, remplissez la première ligne libre de la structure."},
		{Header: colPlace, Width: 24, Note: "Le site, ou «\u00a0hors site\u00a0»."}, {Header: colJobType, Width: 18},
		{Header: colQuotity, Kind: sheet.KindDecimal, Width: 10, Note: "1 pour un temps plein, 0,5 pour un mi-temps."},
	}}
	for _, name := range reg.typedColumns()[3:] {
		c := sheet.Column{Header: name, Kind: sheet.KindDate, Width: 13}
		if name == colConsolidation {
			c.Kind, c.Width = sheet.KindText, 24
		}
		s.Columns = append(s.Columns, c)
	}
	firsts := slices.CompactFunc(slices.Clone(reg.Places), func(a, b site.Place) bool { return a.OrganisationID == b.OrganisationID })
	more := rowsToAdd
	if len(firsts) > 1 {
		more = rowsToAddEach
	}
	for _, of := range firsts {
		for _, p := range reg.Posts {
			if p.OrganisationID == of.OrganisationID {
				s.Rows = append(s.Rows, reg.row(of, p, false))
			}
		}
		last := reg.last(of)
		for n := range more {
			s.Rows = append(s.Rows, reg.row(of, site.Post{Reference: of.Reference(last + n + 1)}, true))
		}
	}
	return s
}

// row is a post as a row of the sheet; added is one that is not there yet.
func (reg Register) row(of site.Place, p site.Post, added bool) []sheet.Cell {
	place, kind, quotity, opened := sheet.Text(""), sheet.Text(""), sheet.Cell{}, sheet.Date(p.OpenedOn)
	if added {
		var types []string
		for _, t := range reg.JobTypes {
			types = append(types, t.Label)
		}
		place, kind, quotity, opened = place.Open().OneOf(reg.placeNames(of.OrganisationID)...), kind.Open().OneOf(types...), quotity.Open(), opened.Open()
	} else {
		place, kind, quotity = sheet.Text(placeName(p.SiteCode, reg.siteName(p))), sheet.Text(p.JobTypeLabel), sheet.Decimal(p.Quotity, 2)
	}
	cells := []sheet.Cell{sheet.Text(of.Code), sheet.Text(of.StructureName), sheet.Text(p.Reference), place, kind, quotity, opened}
	c := p.Change()
	for _, name := range reg.typedColumns()[4:] {
		switch day := dayOf(&c, name); {
		case day == nil:
			cells = append(cells, sheet.Text(c.Consolidation.Label()).Open().OneOf(consolidations()...))
		case *day == nil:
			cells = append(cells, sheet.Date(time.Time{}).Open())
		default:
			cells = append(cells, sheet.Date(**day).Open())
		}
	}
	return cells
}

// last is the highest number that a structure's references have.
func (reg Register) last(of site.Place) (last int) {
	highest := func(id uuid.UUID, reference string) {
		if n, ok := of.Number(reference); ok && id == of.OrganisationID {
			last = max(last, n)
		}
	}
	for _, p := range reg.Posts {
		highest(p.OrganisationID, p.Reference)
	}
	for _, t := range reg.Taken {
		highest(t.OrganisationID, t.Reference)
	}
	return last
}

const offSite = "Hors site"

func placeName(code, name string) string {
	if code == "" {
		return offSite
	}
	return strings.TrimSuffix(code+" – "+name, " – ")
}

// placeNames are where posts of a structure may be.
func (reg Register) placeNames(organisation uuid.UUID) []string {
	names := []string{offSite}
	for _, p := range reg.Places {
		if p.OrganisationID == organisation && p.SiteID != nil {
			names = append(names, placeName(p.SiteCode, p.SiteName))
		}
	}
	return names
}

// siteName is "" for a site where the structure no longer works.
func (reg Register) siteName(post site.Post) string {
	for _, p := range reg.Places {
		if p.OrganisationID == post.OrganisationID && p.SiteID != nil && p.SiteCode == post.SiteCode {
			return p.SiteName
		}
	}
	return ""
}

func consolidations() (labels []string) {
	for _, c := range site.Consolidations {
		labels = append(labels, c.Label())
	}
	return labels
}

// dayOf is the date of a post under a header; nil where there is none.
func dayOf(c *site.PostChange, column string) **time.Time {
	switch column {
	case colFilled:
		return &c.FilledOn
	case colVacated:
		return &c.VacatedOn
	case colConsolidated:
		return &c.ConsolidatedOn
	case colClosed:
		return &c.ClosedOn
	}
	return nil
}
