package collect

import (
	"slices"
	"strings"
	"time"

	"copil/internal/access"
	"copil/internal/convention"
	"copil/internal/sheet"
)

// ImportProblem is something in a file that cannot be taken over: where, and a
// sentence that says what to do. Row is 0 for the whole file, Column −1 for the
// whole row.
type ImportProblem struct {
	Page    string
	Row     int
	Column  int
	Message string
}

// Place says where the problem is, "" for the whole file.
func (p ImportProblem) Place() string {
	switch {
	case p.Row == 0:
		return ""
	case p.Column >= 0:
		return sheet.Place(p.Page, p.Row, p.Column)
	}
	place, _, _ := strings.Cut(sheet.Place(p.Page, p.Row, 0), ", colonne")
	return place
}

// Import is what a file would change.
type Import struct {
	Entries  []ImportEntry // one for each submission that the file names, in the order of the forms
	Posts    []PostEntry   // those that would change, in the order of the file
	Problems []ImportProblem
	Rows     int // that were read
}

// Nothing reports whether the file says what is stored already.
func (i Import) Nothing() bool { return len(i.Posts) == 0 && len(i.Changed()) == 0 }

// ImportEntry is what a file says of one submission.
type ImportEntry struct {
	Form     Form
	Cells    []Cell // for Save; none where nothing changes
	Changes  []Change
	Findings []Finding // what the rules say of the answers as they would be
}

// Change is one answer that would become another, as people read it. "" is no
// answer.
type Change struct {
	Label         string
	Before, After string
}

// Changed are the entries that have something to save.
func (i Import) Changed() []ImportEntry {
	return slices.DeleteFunc(slices.Clone(i.Entries), func(e ImportEntry) bool { return len(e.Cells) == 0 })
}

// ReadImport reads a file in the columns of Template, in any order, and compares
// it with the forms that the actor may fill in and the posts of their structures;
// today is the business date. What the file does not name stays as it is. All
// that cannot be taken over is in Problems, and then nothing of the file may be
// saved.
func ReadImport(book sheet.Book, forms []Form, register Register, period convention.Period, actor access.Actor, today time.Time) (found Import) {
	answers, posts := findTable(book, TemplateSheet, readColumns), findTable(book, PostsSheet, register.readColumns())
	if answers == nil && posts == nil {
		found.Problems = []ImportProblem{{Column: -1, Message: "Aucune feuille ne porte les en-têtes du modèle de saisie. " + fromTemplate}}
		return found
	}
	if posts != nil {
		r := newPostReader(posts, register, actor, today)
		r.read()
		found.Posts, found.Rows = r.found, r.lines
	}
	if answers != nil {
		r := &importReader{table: answers, actor: actor, today: today, period: period, forms: forms,
			byPlace: map[[2]string]int{}, seen: map[[5]string]int{}, groups: map[groupKey]*group{}}
		for i, f := range forms {
			r.byPlace[[2]string{fold(f.OrganisationCode), fold(f.SiteCode)}] = i
		}
		for _, row := range answers.rows(readColumns) {
			r.line(row)
		}
		found.Entries = r.compare(found.Posts)
		found.Rows += r.lines
		found.Problems = answers.sorted()
	}
	if posts != nil {
		found.Problems = append(found.Problems, posts.sorted()...)
	}
	return found
}

// importReader is one reading of one file.
type importReader struct {
	*table
	actor   access.Actor
	today   time.Time
	period  convention.Period
	forms   []Form
	byPlace map[[2]string]int // index of forms by codes

	seen   map[[5]string]int // row of each place that was read
	groups map[groupKey]*group
	order  []groupKey
	lines  int // that say something
}

// groupKey is one measure of one form.
type groupKey struct {
	form    int
	measure string
}

// group is the lines of a file that are about one measure of one submission.
type group struct {
	measure convention.Measure
	lines   []importLine
	broken  bool // some line has a problem, so that the rest says nothing
}

// importLine is one row of a file.
type importLine struct {
	row     int
	at      boxOf
	answer  CellState // "" where there is none
	value   string
	reason  string
	comment string
}

var readColumns = []string{colOrganisation, colSite, colPeriod, colMeasure, colRow, colColumn, colAnswer, colValue, colReason, colComment}

// line reads one row as far as its place.
func (r *importReader) line(row sheet.Row) {
	if r.empty(row, readColumns) {
		return
	}
	r.lines++
	form, ok := r.formOf(row)
	if !ok {
		return
	}
	m, at, ok := r.placeOf(row, r.forms[form])
	if !ok {
		return
	}
	place := [5]string{r.forms[form].OrganisationCode, r.forms[form].SiteCode, m.MeasureCode, at.row.ItemCode, at.column.ItemCode}
	if first := r.seen[place]; first > 0 {
		r.report(row.Number, colMeasure, "Cette ligne répète la "+sheetLine(first)+"\u00a0: gardez-en une seule.")
		return
	}
	r.seen[place] = row.Number
	key := groupKey{form, m.MeasureCode}
	if r.groups[key] == nil {
		r.groups[key] = &group{measure: m}
		r.order = append(r.order, key)
	}
	r.read(row, r.groups[key], at)
}

// formOf finds the submission that a row is about.
func (r *importReader) formOf(row sheet.Row) (int, bool) {
	if period := r.text(row, colPeriod); fold(period) != fold(r.period.PeriodCode) {
		r.report(row.Number, colPeriod, "Cette ligne porte sur la période «\u00a0"+period+"\u00a0»\u00a0: importez-la depuis la page de cette période. Ici, seule "+r.period.PeriodCode+" s’importe.")
		return 0, false
	}
	organisation, site := r.text(row, colOrganisation), r.text(row, colSite)
	if form, found := r.byPlace[[2]string{fold(organisation), fold(site)}]; found {
		return form, true
	}
	if slices.ContainsFunc(r.forms, func(f Form) bool { return fold(f.OrganisationCode) == fold(organisation) }) {
		where := "hors site"
		if site != "" {
			where = "pour le site «\u00a0" + site + "\u00a0»"
		}
		r.report(row.Number, colSite, "La structure «\u00a0"+organisation+"\u00a0» n’a pas de saisie "+where+" sur cette période\u00a0: vérifiez le code du site.")
		return 0, false
	}
	message := "La structure «\u00a0" + organisation + "\u00a0» n’a pas de saisie sur cette période\u00a0: vérifiez son code."
	if r.actor.Role != access.Mission {
		message = "Cette ligne ne porte pas sur vos chiffres (structure «\u00a0" + organisation + "\u00a0»)\u00a0: retirez-la, ou vérifiez le code de la structure."
	}
	r.report(row.Number, colOrganisation, message)
	return 0, false
}

// placeOf finds the measure and the box that a row is about.
func (r *importReader) placeOf(row sheet.Row, f Form) (m convention.Measure, at boxOf, ok bool) {
	code := r.text(row, colMeasure)
	i := slices.IndexFunc(f.Case.Measures, func(m convention.Measure) bool { return m.MeasureCode == code })
	if i < 0 {
		r.report(row.Number, colMeasure, "La donnée «\u00a0"+code+"\u00a0» n’existe pas, ou n’est pas demandée ici. "+fromTemplate)
		return m, at, false
	}
	if m = f.Case.Measures[i]; m.Source == convention.FromPosts {
		r.report(row.Number, colMeasure, "«\u00a0"+m.Label+"\u00a0» est compté d’après les postes\u00a0: retirez cette ligne.")
		return m, at, false
	}
	wanted := box{r.text(row, colRow), r.text(row, colColumn)}
	boxes := boxesOf(m, f.Case.Items)
	if i = slices.IndexFunc(boxes, func(b boxOf) bool { return b.place() == wanted }); i >= 0 {
		return m, boxes[i], true
	}
	column, unknown := colColumn, wanted.column
	if !slices.ContainsFunc(boxes, func(b boxOf) bool { return b.row.ItemCode == wanted.row }) {
		column, unknown = colRow, wanted.row
	}
	r.report(row.Number, column, "«\u00a0"+m.Label+"\u00a0» n’a pas de "+strings.ToLower(strings.TrimPrefix(column, "Code "))+" «\u00a0"+unknown+"\u00a0». "+fromTemplate)
	return m, at, false
}
