package collect_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"copil/internal/collect"
	"copil/internal/convention"
	"copil/internal/sheet"
	"copil/internal/site"
	"copil/internal/testdb"
)

// noPosts is what the structure of a form may add posts to: the form's site, and
// off-site.
func noPosts(f collect.Form, countsJobs bool) collect.Register {
	return collect.Register{
		Places: []site.Place{{
			OrganisationID: f.Submission.OrganisationID, Code: f.OrganisationCode, StructureName: f.Submission.Organisation,
			SiteID: f.Submission.SiteID, SiteCode: f.SiteCode, SiteName: f.Submission.SiteName,
			StartsOn: testdb.Day(2013, 1, 1), CollectedOn: testdb.Day(2014, 1, 1), SpottedOn: new(testdb.Day(2014, 1, 6)), SinceOn: new(testdb.Day(2014, 2, 17)),
		}},
		JobTypes:   []convention.Item{{ItemCode: "CDI", Label: "CDI"}, {ItemCode: "ADULTE_RELAIS", Label: "Adulte-relais"}},
		CountsJobs: countsJobs,
	}
}

// anyPosts draws posts that the form of a post would take.
func anyPosts(r *rand.Rand, reg collect.Register) collect.Register {
	of := reg.Places[0]
	for n := range 1 + r.IntN(12) {
		day := func(from time.Time) *time.Time {
			if r.IntN(3) == 0 || !from.Before(testdb.Today) {
				return nil
			}
			return new(from.AddDate(0, 0, r.IntN(1+int(testdb.Today.Sub(from).Hours()/24))))
		}
		item := reg.JobTypes[r.IntN(2)]
		p := site.Post{PostID: uuid.New(), OrganisationID: of.OrganisationID, StructureName: of.StructureName, Reference: of.Reference(n + 1), JobType: item.ItemCode, JobTypeLabel: item.Label,
			Quotity: decimal.New(int64(1+r.IntN(100)), -2), OpenedOn: testdb.Day(2014, 2, 17).AddDate(0, 0, r.IntN(300)), Version: 1}
		if r.IntN(3) > 0 {
			p.SiteID, p.SiteCode = of.SiteID, of.SiteCode
		}
		if p.FilledOn, p.ClosedOn = day(p.OpenedOn), day(p.OpenedOn); p.FilledOn != nil {
			p.VacatedOn = day(*p.FilledOn)
		}
		if p.ConsolidatedOn = day(p.OpenedOn); p.ConsolidatedOn != nil && reg.CountsJobs {
			p.Consolidation = &site.Consolidations[r.IntN(3)]
		} else {
			p.ConsolidatedOn = nil
		}
		reg.Posts = append(reg.Posts, p)
	}
	return reg
}

// drafts writes posts as they would be stored.
func drafts(entries []collect.PostEntry) string {
	var lines []string
	for _, e := range entries {
		lines = append(lines, draft(e.Draft))
	}
	return strings.Join(lines, "\n")
}

func draft(d site.PostDraft) string {
	text := fmt.Sprintf("%s %v %s %s %s", d.Reference, d.SiteID != nil, d.JobType, d.Quotity, d.OpenedOn.Format(time.DateOnly))
	for _, day := range []*time.Time{d.FilledOn, d.VacatedOn, d.ConsolidatedOn, d.ClosedOn} {
		text += " –"
		if day != nil {
			text += day.Format(time.DateOnly)
		}
	}
	return text + " " + string(d.Consolidation)
}

// Posts come back from their file, with the answers or alone: all of them where
// there are none, as no change at all where they are.
func TestPostsComeBack(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 2))
		f := blank(t, "mediation-npdc", "A1")
		empty := noPosts(f, seed%2 == 0)
		full := anyPosts(r, empty)
		var want []string
		for _, p := range full.Posts {
			want = append(want, draft(p.With(p.Change())))
		}
		for _, extension := range []string{".xlsx", ".csv"} {
			book := readFile(t, extension, writtenWith(t, extension, collect.PostsSheet, full, f))
			for name, reg := range map[string]collect.Register{"none": empty, "the same": full} {
				found := collect.ReadImport(book, []collect.Form{f}, reg, f.Case.Period, mine(f), testdb.Today)
				if len(found.Problems) > 0 || len(found.Changed()) > 0 {
					t.Fatalf("%s %d, into %s: %+v", extension, seed, name, found.Problems)
				}
				switch got := drafts(found.Posts); {
				case name == "none" && got != strings.Join(want, "\n"):
					t.Fatalf("%s %d: posts\n%s\nread\n%s", extension, seed, strings.Join(want, "\n"), got)
				case name == "the same" && !found.Nothing():
					t.Fatalf("%s %d: changes\n%s", extension, seed, got)
				}
			}
		}
	}
}

// postGrid is the template of one post, as read.
func postGrid(t *testing.T, f collect.Form, reg collect.Register) grid {
	t.Helper()
	book := readFile(t, ".xlsx", writtenWith(t, ".xlsx", "", reg, f))
	i := slices.IndexFunc(book.Sheets, func(p sheet.Page) bool { return p.Name == collect.PostsSheet })
	return grid{t, &book.Sheets[i]}
}

// onePost is a register with one post, filled since March.
func onePost(f collect.Form) collect.Register {
	reg := noPosts(f, true)
	reg.Posts = []site.Post{{PostID: uuid.New(), OrganisationID: f.Submission.OrganisationID, StructureName: "Structure A1", SiteID: f.Submission.SiteID, SiteCode: "S1", Reference: "A1-001",
		JobType: "CDI", JobTypeLabel: "CDI", Quotity: decimal.NewFromInt(1), OpenedOn: testdb.Day(2014, 3, 3), FilledOn: new(testdb.Day(2014, 3, 10)), Version: 1}}
	reg.Taken = []site.TakenReference{{OrganisationID: f.Submission.OrganisationID, Reference: "A1-002"}}
	return reg
}

// A mistake in the sheet of posts is told in its cell, as the form of a post
// would tell it.
func TestPostProblems(t *testing.T) {
	t.Parallel()
	fresh := map[string]string{"Lieu": "S1", "Type d’emploi": "CDI", "Quotité": "1", "Ouvert le": "02/03/2015"}
	for name, c := range map[string]struct {
		at     string
		set    map[string]string
		column string
		says   string
	}{
		"another place":         {"A1-001", map[string]string{"Lieu": "hors site"}, "Lieu", "ne change que les dates"},
		"another type":          {"A1-001", map[string]string{"Type d’emploi": "Adulte-relais"}, "Type d’emploi", "ne change que les dates"},
		"another quotity":       {"A1-001", map[string]string{"Quotité": "0,5"}, "Quotité", "remettez « 1 »"},
		"opened another day":    {"A1-001", map[string]string{"Ouvert le": "2014-03-04"}, "Ouvert le", "remettez « 03/03/2014 »"},
		"no date":               {"A1-001", map[string]string{"Supprimé le": "bientôt"}, "Supprimé le", "date"},
		"in the future":         {"A1-001", map[string]string{"Supprimé le": "01/01/2016"}, "Supprimé le", "Cette date est dans le futur."},
		"closed before opened":  {"A1-001", map[string]string{"Supprimé le": "01/01/2014"}, "Supprimé le", "ne peut pas précéder l’ouverture"},
		"left without coming":   {"A1-001", map[string]string{"Pourvu le": "", "Vacant depuis le": "01/05/2014"}, "Vacant depuis le", "suppose une prise de poste"},
		"consolidated, not how": {"A1-001", map[string]string{"Consolidé le": "01/05/2014"}, "Consolidation", "Indiquez comment"},
		"no such consolidation": {"A1-001", map[string]string{"Consolidé le": "01/05/2014", "Consolidation": "oui"}, "Consolidation", "« oui » n’est pas"},
		"new, no place":         {"A1-003", map[string]string{"Lieu": ""}, "Lieu", "Indiquez le lieu"},
		"new, elsewhere":        {"A1-003", map[string]string{"Lieu": "S9"}, "Lieu", "Indiquez le lieu"},
		"new, no type":          {"A1-003", map[string]string{"Type d’emploi": ""}, "Type d’emploi", "Choisissez un type d’emploi."},
		"new, no such type":     {"A1-003", map[string]string{"Type d’emploi": "Bénévole"}, "Type d’emploi", "« Bénévole » n’existe pas"},
		"new, no quotity":       {"A1-003", map[string]string{"Quotité": ""}, "Quotité", "La quotité est comprise"},
		"new, too much":         {"A1-003", map[string]string{"Quotité": "35"}, "Quotité", "La quotité est comprise"},
		"new, never opened":     {"A1-003", map[string]string{"Ouvert le": ""}, "Ouvert le", "Indiquez depuis quand"},
		"before it works there": {"A1-003", map[string]string{"Ouvert le": "16/02/2014"}, "Ouvert le", "ne travaille sur ce site que depuis"},
		"taken back":            {"A1-003", map[string]string{"Référence": "A1-002"}, "Référence", "a été retiré"},
		"no reference":          {"A1-003", map[string]string{"Référence": ""}, "Référence", "par exemple « A1-003 »"},
		"a name for reference":  {"A1-003", map[string]string{"Référence": "Mme Durand"}, "Référence", "s’écrit comme « A1-013 »"},
		"the same twice":        {"A1-003", map[string]string{"Référence": "a1-001"}, "Référence", "répète la ligne"},
		"another structure":     {"A1-003", map[string]string{"Code structure": "P3"}, "Code structure", "ne porte pas sur vos postes"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := blank(t, "mediation-npdc", "A1")
			reg := onePost(f)
			g := postGrid(t, f, reg)
			if c.at != "A1-001" {
				for column, text := range fresh {
					g.setPost(c.at, column, text)
				}
			}
			for _, column := range []string{"Lieu", "Type d’emploi", "Quotité", "Ouvert le", "Pourvu le", "Vacant depuis le", "Consolidation", "Consolidé le", "Supprimé le", "Code structure", "Référence"} {
				if text, set := c.set[column]; set {
					g.setPost(c.at, column, text)
				}
			}
			found := collect.ReadImport(g.book(), []collect.Form{f}, reg, f.Case.Period, mine(f), testdb.Today)
			if len(found.Problems) != 1 {
				t.Fatalf("%d problems: %+v", len(found.Problems), found.Problems)
			}
			p := found.Problems[0]
			if said := strings.ReplaceAll(p.Message, "\u00a0", " "); !strings.Contains(said, c.says) || !strings.HasSuffix(said, ".") {
				t.Errorf("it says %q", said)
			}
			if at := g.postHeader().Cells[p.Column]; at != c.column || !strings.Contains(p.Place(), "Postes") {
				t.Errorf("it stands at %q: %q, not %q", p.Place(), at, c.column)
			}
		})
	}
}

func (g grid) postHeader() *sheet.Row {
	return &g.page.Rows[slices.IndexFunc(g.page.Rows, func(r sheet.Row) bool { return slices.Contains(r.Cells, "Référence") })]
}

func (g grid) setPost(reference, header, text string) {
	g.t.Helper()
	row := &g.page.Rows[slices.IndexFunc(g.page.Rows, func(r sheet.Row) bool { return slices.Contains(r.Cells, reference) })]
	column := slices.Index(g.postHeader().Cells, header)
	for len(row.Cells) <= column {
		row.Cells = append(row.Cells, "")
	}
	row.Cells[column] = text
}

// A sheet that has lost its headers is not passed over for the other one.
func TestLostHeaders(t *testing.T) {
	t.Parallel()
	f := blank(t, "mediation-npdc", "A1")
	reg := onePost(f)
	for _, name := range []string{collect.TemplateSheet, collect.PostsSheet} {
		book := readFile(t, ".xlsx", writtenWith(t, ".xlsx", "", reg, f))
		i := slices.IndexFunc(book.Sheets, func(p sheet.Page) bool { return p.Name == name })
		book.Sheets[i].Rows = slices.DeleteFunc(book.Sheets[i].Rows, func(r sheet.Row) bool { return slices.Contains(r.Cells, "Code structure") })
		found := collect.ReadImport(book, []collect.Form{f}, reg, f.Case.Period, mine(f), testdb.Today)
		if len(found.Problems) != 1 || !strings.Contains(found.Problems[0].Message, name) {
			t.Errorf("%s: %+v", name, found.Problems)
		}
	}
}
