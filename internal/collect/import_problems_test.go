package collect_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"copil/internal/access"
	"copil/internal/collect"
	"copil/internal/sheet"
	"copil/internal/testdb"
)

// grid is a file in the hands of somebody who edits it.
type grid struct {
	t    *testing.T
	page *sheet.Page
}

// grid is the template of forms, as read.
func gridOf(t *testing.T, forms ...collect.Form) grid {
	t.Helper()
	book := readFile(t, ".xlsx", written(t, ".xlsx", forms...))
	return grid{t, &book.Sheets[0]}
}

// header is the row with the headers.
func (g grid) header() *sheet.Row {
	return &g.page.Rows[slices.IndexFunc(g.page.Rows, func(r sheet.Row) bool { return slices.Contains(r.Cells, "Code donnée") })]
}

// row is the row of a measure: « mesure LIGNE COLONNE ».
func (g grid) row(at string) *sheet.Row {
	g.t.Helper()
	place := append(strings.Fields(at), "", "")[:3]
	i := slices.IndexFunc(g.page.Rows, func(r sheet.Row) bool { return len(r.Cells) > 5 && slices.Equal(r.Cells[3:6], place) })
	if i < 0 {
		g.t.Fatalf("no row %q", at)
	}
	return &g.page.Rows[i]
}

func (g grid) set(at, header, text string) {
	g.t.Helper()
	row, column := g.row(at), slices.Index(g.header().Cells, header)
	for len(row.Cells) <= column {
		row.Cells = append(row.Cells, "")
	}
	row.Cells[column] = text
}

func (g grid) rename(header, name string) {
	cells := g.header().Cells
	cells[slices.Index(cells, header)] = name
}

func (g grid) book() sheet.Book { return sheet.Book{Sheets: []sheet.Page{*g.page}} }

// Every mistake in a file is told with its place and what to do, and nothing of
// the file is taken over.
func TestImportProblems(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*collect.Form, grid)
		column string // in which the problem stands; "" for none
		says   string
	}{
		"letters":           {func(_ *collect.Form, g grid) { g.set("entries", "Valeur", "douze") }, "Valeur", "Saisissez un nombre"},
		"negative":          {func(_ *collect.Form, g grid) { g.set("entries", "Valeur", "-3") }, "Valeur", "Un nombre négatif n’a pas de sens ici."},
		"half a person":     {func(_ *collect.Form, g grid) { g.set("entries", "Valeur", "1,5") }, "Valeur", "Saisissez un nombre entier"},
		"too many decimals": {func(_ *collect.Form, g grid) { g.set("fte", "Valeur", "1,12345") }, "Valeur", "au plus."},
		"two readings":      {func(_ *collect.Form, g grid) { g.set("entries", "Valeur", "1.234") }, "Valeur", "de deux façons"},
		"a percentage":      {func(_ *collect.Form, g grid) { g.set("entries", "Valeur", "7 %") }, "Valeur", "%"},
		"a day":             {func(_ *collect.Form, g grid) { g.set("entries", "Valeur", "2014-12-06") }, "Valeur", "Saisissez un nombre"},
		"no number":         {func(_ *collect.Form, g grid) { g.set("entries", "Réponse", "chiffre") }, "Valeur", "Le chiffre manque"},
		"no such answer":    {func(_ *collect.Form, g grid) { g.set("entries", "Réponse", "peut-être") }, "Réponse", "« peut-être » n’existe pas"},
		"both answers": {func(_ *collect.Form, g grid) {
			g.set("entries", "Réponse", "Non renseigné")
			g.set("entries", "Valeur", "4")
		}, "Valeur", "gardez l’un des deux"},
		"no reason": {func(_ *collect.Form, g grid) { g.set("entries", "Réponse", "sans objet") }, "Motif", "Indiquez pourquoi c’est sans objet."},
		"a reason for a number": {func(_ *collect.Form, g grid) {
			g.set("entries", "Valeur", "4")
			g.set("entries", "Motif", "Parce que.")
		}, "Motif", "n’accompagne que"},
		"a comment on nothing": {func(_ *collect.Form, g grid) { g.set("entries", "Commentaire", "Bientôt.") }, "Commentaire", "n’accompagne aucune réponse"},
		"a long comment": {func(_ *collect.Form, g grid) {
			g.set("entries", "Valeur", "4")
			g.set("entries", "Commentaire", strings.Repeat("é", 5001))
		}, "Commentaire", "5\u202f000 caractères au plus"},
		"a mixed table": {func(_ *collect.Form, g grid) {
			g.set("mediators CDI F", "Valeur", "4")
			g.set("mediators CDI H", "Réponse", "non renseigné")
		}, "Réponse", "valent pour toutes les cases"},
		"a long identifier":       {func(_ *collect.Form, g grid) { g.set("commissioners", "Valeur", strings.Repeat("9", 70)) }, "Valeur", "trop long"},
		"no such measure":         {func(_ *collect.Form, g grid) { g.set("entries", "Code donnée", "entrees") }, "Code donnée", "« entrees » n’existe pas"},
		"counted from posts":      {func(_ *collect.Form, g grid) { g.set("entries", "Code donnée", "posts_filled") }, "Code donnée", "d’après les postes"},
		"no such row":             {func(_ *collect.Form, g grid) { g.set("mediators CDI F", "Code ligne", "CDX") }, "Code ligne", "n’a pas de ligne « CDX »"},
		"no such column":          {func(_ *collect.Form, g grid) { g.set("mediators CDI F", "Code colonne", "X") }, "Code colonne", "n’a pas de colonne « X »"},
		"another period":          {func(_ *collect.Form, g grid) { g.set("entries", "Code période", "2014-S1") }, "Code période", "« 2014-S1 »"},
		"another structure":       {func(_ *collect.Form, g grid) { g.set("entries", "Code structure", "P3") }, "Code structure", "ne porte pas sur vos chiffres (structure « P3 »)"},
		"another site":            {func(_ *collect.Form, g grid) { g.set("entries", "Code site", "S2") }, "Code site", "n’a pas de saisie pour le site « S2 »"},
		"off-site":                {func(_ *collect.Form, g grid) { g.set("entries", "Code site", "") }, "Code site", "hors site"},
		"a row twice":             {func(_ *collect.Form, g grid) { g.set("exits", "Code donnée", "entries") }, "Code donnée", "répète la ligne"},
		"a renamed header":        {func(_ *collect.Form, g grid) { g.rename("Valeur", "Nombre") }, "", "La colonne « Valeur » manque."},
		"merged headers":          {func(_ *collect.Form, g grid) { g.rename("Motif", "") }, "", "La colonne « Motif » manque."},
		"a header twice":          {func(_ *collect.Form, g grid) { g.rename("Unité", "VALEUR") }, "Valeur", "figure deux fois"},
		"another file altogether": {func(_ *collect.Form, g grid) { g.page.Rows = g.page.Rows[:1] }, "", "La feuille « Saisie » ne porte pas les en-têtes"},
		"a file of another kind":  {func(_ *collect.Form, g grid) { g.page.Name, g.page.Rows = "Feuil1", g.page.Rows[:1] }, "", "Aucune feuille ne porte les en-têtes"},
		"a formula": {func(_ *collect.Form, g grid) {
			g.page.Problems = []sheet.Problem{{Row: g.row("entries").Number, Column: slices.Index(g.header().Cells, "Valeur"), Message: "Une formule."}}
			g.set("entries", "Réponse", "chiffre")
		}, "Valeur", "Une formule."},
		"a validated submission": {func(f *collect.Form, g grid) {
			f.Submission.State = collect.Validated
			g.set("entries", "Valeur", "4")
		}, "Valeur", "La saisie a été validée"},
		"a period that is not open": {func(f *collect.Form, g grid) {
			f.Case.Period.OpenedOn = nil
			g.set("entries", "Valeur", "4")
		}, "Valeur", "n’est pas ouverte à la saisie"},
		"a figure without remark": {func(f *collect.Form, g grid) {
			f.Submission.State, f.Submission.Remarked = collect.ToCorrect, []string{"exits"}
			g.set("entries", "Valeur", "4")
		}, "Valeur", "n’a pas reçu de remarque"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := blank(t, "mediation-npdc", "A1")
			g := gridOf(t, f)
			c.change(&f, g)
			found := collect.ReadImport(g.book(), []collect.Form{f}, collect.Register{}, f.Case.Period, mine(f), testdb.Today)
			if len(found.Problems) != 1 {
				t.Fatalf("%d problems: %+v", len(found.Problems), found.Problems)
			}
			p := found.Problems[0]
			if !strings.Contains(strings.ReplaceAll(p.Message, "\u00a0", " "), c.says) {
				t.Errorf("it says %q", p.Message)
			}
			if c.column == "" && p.Column != -1 || c.column != "" && !strings.EqualFold(g.header().Cells[p.Column], c.column) {
				t.Errorf("it stands at %q, not in %q", p.Place(), c.column)
			}
			if !strings.HasSuffix(p.Message, ".") {
				t.Errorf("%q is no sentence", p.Message)
			}
		})
	}
}

// All mistakes are told at once.
func TestImportTellsAll(t *testing.T) {
	t.Parallel()
	f := blank(t, "mediation-npdc", "A1")
	g := gridOf(t, f)
	for _, measure := range []string{"entries", "exits", "fte", "mediators CDI F", "mediators CDI H"} {
		g.set(measure, "Valeur", "beaucoup")
	}
	found := collect.ReadImport(g.book(), []collect.Form{f}, collect.Register{}, f.Case.Period, mine(f), testdb.Today)
	if len(found.Problems) != 5 {
		t.Errorf("%d problems: %+v", len(found.Problems), found.Problems)
	}
}

// What people may do to a file changes nothing of what it says.
func TestImportTakes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*collect.Form, grid)
		want   string // listed
	}{
		"a number alone":        {func(_ *collect.Form, g grid) { g.set("entries", "Valeur", "1\u202f204") }, `entries// number 1204 [] "" ""`},
		"capitals":              {func(_ *collect.Form, g grid) { g.set("entries", "Réponse", " NON RENSEIGNÉ ") }, `entries// missing – [] "" ""`},
		"identifiers":           {func(_ *collect.Form, g grid) { g.set("commissioners", "Valeur", "732 829 320; B2 ;B2") }, `commissioners// number 2 ["732829320" "B2"] "" ""`},
		"no identifier":         {func(_ *collect.Form, g grid) { g.set("commissioners", "Réponse", "chiffre") }, `commissioners// number 0 [] "" ""`},
		"one box of a table":    {func(_ *collect.Form, g grid) { g.set("mediators CDI F", "Valeur", "4") }, `mediators/CDI/F number 4 [] "" ""`},
		"a table not known":     {func(_ *collect.Form, g grid) { g.set("mediators CDI F", "Réponse", "non renseigné") }, `mediators// missing – [] "" ""`},
		"a column of their own": {func(_ *collect.Form, g grid) { g.set("entries", "Valeur", "3"); g.rename("Unité", "Notes") }, `entries// number 3 [] "" ""`},
		"columns moved": {func(_ *collect.Form, g grid) {
			g.set("entries", "Valeur", "3")
			for i := range g.page.Rows {
				slices.Reverse(g.page.Rows[i].Cells)
				g.page.Rows[i].Cells = slices.Concat(make([]string, len(g.header().Cells)-len(g.page.Rows[i].Cells)), g.page.Rows[i].Cells)
			}
		}, `entries// number 3 [] "" ""`},
		"an answer taken back": {func(f *collect.Form, _ grid) { f.Case.Now = []collect.Cell{number("entries", 3)} }, `entries//  – [] "" ""`},
		"what is not in the file": {func(f *collect.Form, g grid) {
			f.Case.Now = []collect.Cell{number("entries", 3)}
			g.page.Rows = slices.DeleteFunc(g.page.Rows, func(r sheet.Row) bool { return slices.Contains(r.Cells, "entries") })
		}, ``},
		"the rest of a table": {func(f *collect.Form, g grid) {
			f.Case.Now = figures(f.Case, map[string]string{"mediators": "7"})
			g.page.Rows = slices.DeleteFunc(g.page.Rows, func(r sheet.Row) bool {
				return slices.Contains(r.Cells, "mediators") && (r.Cells[4] != "CDI" || r.Cells[5] != "H")
			})
			g.set("mediators CDI H", "Valeur", "2")
		}, "mediators/ADULTE_RELAIS/F number 7"},
		"a comment on a figure without remark": {func(f *collect.Form, g grid) {
			f.Submission.State, f.Submission.Remarked = collect.ToCorrect, []string{"exits"}
			f.Case.Now = []collect.Cell{number("entries", 3)}
			g.set("entries", "Valeur", "3")
			g.set("entries", "Commentaire", "Vérifié.")
		}, `entries// number 3 [] "" "Vérifié."`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := blank(t, "mediation-npdc", "A1")
			g := gridOf(t, f)
			c.change(&f, g)
			found := collect.ReadImport(g.book(), []collect.Form{f}, collect.Register{}, f.Case.Period, mine(f), testdb.Today)
			if len(found.Problems) > 0 {
				t.Fatalf("%+v", found.Problems)
			}
			var cells []collect.Cell
			for _, e := range found.Entries {
				cells = append(cells, e.Cells...)
			}
			if got := listed(cells); !strings.HasPrefix(got, c.want) || c.want == "" && got != "" {
				t.Errorf("%s\nnot\n%s", got, c.want)
			}
		})
	}
}

// BenchmarkImport reads, checks and compares a file of 10,000 answers.
func BenchmarkImport(b *testing.B) {
	var forms []collect.Form
	for i, cells := 0, 0; cells < 10_000; i++ {
		f := blank(b, "mediation-npdc", fmt.Sprintf("A%d", i))
		full := f
		for _, m := range f.Case.Measures {
			full.Case.Now = append(full.Case.Now, figures(f.Case, map[string]string{m.MeasureCode: "3"})...)
		}
		full.Case.Now = slices.DeleteFunc(full.Case.Now, func(c collect.Cell) bool { return c.MeasureCode == "commissioners" })
		cells += len(full.Case.Now)
		forms = append(forms, full)
	}
	file := written(b, ".xlsx", forms...)
	empty := slices.Clone(forms)
	for i := range empty {
		empty[i].Case.Now = nil
	}
	b.Logf("%d submissions, %d bytes", len(forms), len(file))
	mission := access.Actor{Role: access.Mission}
	for b.Loop() {
		found := collect.ReadImport(readFile(b, ".xlsx", file), empty, collect.Register{}, empty[0].Case.Period, mission, testdb.Today)
		if len(found.Problems) > 0 || len(found.Changed()) != len(forms) {
			b.Fatalf("%d changed, %+v", len(found.Changed()), found.Problems[:min(3, len(found.Problems))])
		}
	}
}
