package collect

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/french"
	"copil/internal/sheet"
	"copil/internal/site"
)

// PostEntry is what a file says of one post, where that is not what is stored.
type PostEntry struct {
	Structure string
	Post      *site.Post     // as stored; nil for one to be added
	Draft     site.PostDraft // as it would be
	Change    site.PostChange
	Changes   []Change
	start     time.Time // of the convention
}

// postReader is one reading of the sheet of posts.
type postReader struct {
	*table
	register Register
	actor    access.Actor
	today    time.Time
	places   map[string][]site.Place // of each structure, by its code
	posts    map[string]*site.Post   // by the structure's id and the reference
	taken    map[string]bool
	seen     map[string]int // row of each post
	found    []PostEntry
	lines    int // that say something
}

func newPostReader(t *table, register Register, actor access.Actor, today time.Time) *postReader {
	r := &postReader{table: t, register: register, actor: actor, today: today, places: map[string][]site.Place{},
		posts: map[string]*site.Post{}, taken: map[string]bool{}, seen: map[string]int{}}
	for _, p := range register.Places {
		r.places[fold(p.Code)] = append(r.places[fold(p.Code)], p)
	}
	for i := range register.Posts {
		p := &register.Posts[i]
		r.posts[postKey(p.OrganisationID, p.Reference)] = p
	}
	for _, t := range register.Taken {
		r.taken[postKey(t.OrganisationID, t.Reference)] = true
	}
	return r
}

func postKey(organisation uuid.UUID, reference string) string {
	return organisation.String() + " " + fold(reference)
}

func (r *postReader) read() {
	for _, row := range r.rows(r.register.readColumns()) {
		if r.empty(row, r.register.typedColumns()) {
			continue // the reference alone adds nothing
		}
		r.lines++
		if of, post, ok := r.placeOf(row); ok {
			before := len(r.problems)
			var e PostEntry
			if post != nil {
				e = r.change(row, *post)
			} else {
				e = r.add(row, of)
			}
			if e.start = of.StartsOn; len(r.problems) == before && len(e.Changes) > 0 {
				r.found = append(r.found, e)
			}
		}
	}
}

// placeOf finds the structure and the post that a row is about; nil for a post
// to be added.
func (r *postReader) placeOf(row sheet.Row) (of site.Place, post *site.Post, ok bool) {
	if !r.actor.Can(access.PostWrite) {
		r.report(row.Number, colReference, "Votre profil ne modifie pas les postes\u00a0: retirez cette feuille du fichier.")
		return of, nil, false
	}
	code, reference := r.text(row, colOrganisation), r.text(row, colReference)
	if code == "" && len(r.places) == 1 { // a row that somebody added
		for only := range r.places {
			code = only
		}
	}
	places := r.places[fold(code)]
	if len(places) == 0 {
		message := "La structure «\u00a0" + cut(code) + "\u00a0» n’a pas de saisie sur cette période\u00a0: vérifiez son code."
		if r.actor.Role != access.Mission {
			message = "Cette ligne ne porte pas sur vos postes (structure «\u00a0" + cut(code) + "\u00a0»)\u00a0: retirez-la, ou vérifiez le code de la structure."
		}
		r.report(row.Number, colOrganisation, message)
		return of, nil, false
	}
	of = places[0]
	key := postKey(of.OrganisationID, reference)
	switch {
	case reference == "":
		r.report(row.Number, colReference, "La référence manque\u00a0: un poste nouveau prend la suite, par exemple «\u00a0"+of.Reference(r.register.last(of)+1)+"\u00a0».")
	case r.seen[key] > 0:
		r.report(row.Number, colReference, "Cette ligne répète la "+sheetLine(r.seen[key])+"\u00a0: gardez-en une seule.")
	case r.taken[key]:
		r.report(row.Number, colReference, "Le poste "+cut(reference)+" a été retiré et sa référence n’est pas reprise\u00a0: prenez «\u00a0"+of.Reference(r.register.last(of)+1)+"\u00a0», ou retirez cette ligne.")
	default:
		r.seen[key] = row.Number
		return of, r.posts[key], true
	}
	return of, nil, false
}

// dates reads what may change of a post; what the sheet does not ask for is as in
// old.
func (r *postReader) dates(row sheet.Row, old site.PostChange) site.PostChange {
	for _, column := range r.register.typedColumns() {
		if day := dayOf(&old, column); day != nil {
			*day = r.day(row, column)
		}
	}
	if !r.register.CountsJobs {
		return old
	}
	said := r.text(row, colConsolidation)
	old.Consolidation = ""
	for _, c := range site.Consolidations {
		if fold(said) == fold(c.Label()) || said == string(c) {
			old.Consolidation = c
		}
	}
	if said != "" && old.Consolidation == "" {
		r.report(row.Number, colConsolidation, "«\u00a0"+cut(said)+"\u00a0» n’est pas une consolidation\u00a0: choisissez-la dans la liste.")
	}
	return old
}

// day reads a date, nil for an empty cell.
func (r *postReader) day(row sheet.Row, column string) *time.Time {
	text := r.text(row, column)
	if text == "" {
		return nil
	}
	day, err := french.ParseDate(text)
	if err != nil {
		r.report(row.Number, column, err.Error())
	}
	return &day
}

// change compares a row with the post that it names.
func (r *postReader) change(row sheet.Row, p site.Post) PostEntry {
	for column, stored := range map[string]string{
		colPlace: placeName(p.SiteCode, r.register.siteName(p)), colJobType: p.JobTypeLabel, colQuotity: p.Quotity.String(), colOpened: french.ShortDate(p.OpenedOn),
	} {
		if said := r.text(row, column); said != "" && !r.sameText(column, said, p) {
			r.report(row.Number, column, "Un fichier ne change que les dates d’un poste et sa consolidation\u00a0: remettez «\u00a0"+stored+"\u00a0».")
		}
	}
	e := PostEntry{Structure: p.StructureName, Post: &p, Change: r.dates(row, p.Change())}
	e.Draft = p.With(e.Change)
	if e.Changes = r.changes(p.Change(), e.Change, p.Reference); len(e.Changes) > 0 {
		r.refuse(row, e.Draft.Problems(r.today))
	}
	return e
}

// sameText reports whether a cell says what a post says and what never changes.
func (r *postReader) sameText(column, said string, p site.Post) bool {
	switch column {
	case colPlace:
		code, _, _ := strings.Cut(said, " – ")
		return fold(said) == fold(offSite) && p.SiteCode == "" || p.SiteCode != "" && fold(code) == fold(p.SiteCode)
	case colJobType:
		return fold(said) == fold(p.JobTypeLabel) || said == p.JobType
	case colQuotity:
		n, err := french.ParseNumber(said)
		return err == nil && n.Equal(p.Quotity)
	}
	day, err := french.ParseDate(said)
	return err == nil && day.Equal(p.OpenedOn)
}

// changes are the dates that differ, as people read them.
func (r *postReader) changes(before, after site.PostChange, reference string) (list []Change) {
	for _, column := range r.register.typedColumns() {
		was, is := before.Consolidation.Label(), after.Consolidation.Label()
		if day := dayOf(&before, column); day != nil {
			was, is = shortDay(*day), shortDay(*dayOf(&after, column))
		} else if column != colConsolidation {
			continue
		}
		if was != is {
			list = append(list, Change{reference + ", " + strings.ToLower(column), was, is})
		}
	}
	return list
}

func shortDay(day *time.Time) string {
	if day == nil {
		return ""
	}
	return french.ShortDate(*day)
}

// add reads a post that is not there yet.
func (r *postReader) add(row sheet.Row, of site.Place) PostEntry {
	d := site.PostDraft{Count: 1, Reference: r.text(row, colReference), OrganisationID: of.OrganisationID}
	of, d.SiteID = r.site(row, of)
	kind := r.text(row, colJobType)
	for _, t := range r.register.JobTypes {
		if fold(kind) == fold(t.Label) || kind == t.ItemCode {
			d.JobType = t.ItemCode
		}
	}
	if kind != "" && d.JobType == "" {
		r.report(row.Number, colJobType, "Le type d’emploi «\u00a0"+cut(kind)+"\u00a0» n’existe pas\u00a0: choisissez-le dans la liste.")
	}
	if text := r.text(row, colQuotity); text != "" {
		n, err := french.ParseNumber(text)
		if err != nil {
			r.report(row.Number, colQuotity, err.Error())
		}
		d.Quotity = n
	}
	if opened := r.day(row, colOpened); opened != nil {
		d.OpenedOn = *opened
	} else {
		r.report(row.Number, colOpened, "Indiquez depuis quand le poste est ouvert.")
	}
	c := r.dates(row, site.PostChange{})
	d.FilledOn, d.VacatedOn, d.ClosedOn, d.ConsolidatedOn, d.Consolidation = c.FilledOn, c.VacatedOn, c.ClosedOn, c.ConsolidatedOn, c.Consolidation
	bad := d.Problems(r.today)
	if len(bad) == 0 {
		bad = of.Problems(r.actor.Words, d)
	}
	r.refuse(row, bad)
	said := []string{kind, r.text(row, colPlace), "quotité " + french.Decimal(d.Quotity, 2), "ouvert le " + french.ShortDate(d.OpenedOn)}
	for _, change := range r.changes(site.PostChange{}, c, "") {
		said = append(said, strings.TrimPrefix(change.Label, ", ")+" "+change.After)
	}
	return PostEntry{Structure: of.StructureName, Draft: d, Changes: []Change{{d.Reference + ", nouveau", "", strings.Join(said, ", ")}}}
}

// site finds where a new post is to be.
func (r *postReader) site(row sheet.Row, of site.Place) (site.Place, *uuid.UUID) {
	said := r.text(row, colPlace)
	code, _, _ := strings.Cut(said, " – ")
	for _, p := range r.places[fold(of.Code)] {
		if p.SiteID != nil && fold(code) == fold(p.SiteCode) {
			return p, p.SiteID
		}
	}
	if fold(said) != fold(offSite) {
		r.report(row.Number, colPlace, "Indiquez le lieu du poste\u00a0: un site où la structure travaille, ou «\u00a0"+offSite+"\u00a0».")
	}
	return of, nil
}

// refuse reports what the form of a post would refuse, in the cell of each field.
func (r *postReader) refuse(row sheet.Row, bad map[string]string) {
	columns := map[string]string{"site": colPlace, "job_type": colJobType, "quotity": colQuotity, "opened_on": colOpened, "filled_on": colFilled,
		"vacated_on": colVacated, "closed_on": colClosed, "consolidation": colConsolidation, "consolidated_on": colConsolidated}
	for field, message := range bad {
		r.report(row.Number, cmp.Or(columns[field], colReference), message)
	}
}

// postsInOrder are the posts to store, as every import locks them: those that are
// there first.
func postsInOrder(entries []PostEntry) []PostEntry {
	ordered := slices.Clone(entries)
	slices.SortFunc(ordered, func(a, b PostEntry) int {
		if (a.Post == nil) != (b.Post == nil) {
			if a.Post == nil {
				return 1
			}
			return -1
		}
		return cmp.Or(cmp.Compare(a.Draft.OrganisationID.String(), b.Draft.OrganisationID.String()), cmp.Compare(a.Draft.Reference, b.Draft.Reference))
	})
	return ordered
}

// counts are those of the form's posts as a file would have them. A post that
// moved counts where it is now.
func (f Form) counts(changed []PostEntry) site.Counts {
	n, day := *f.Counts, f.Case.Period.EndsOn
	for _, e := range changed {
		d := e.Draft
		if d.OrganisationID != f.Submission.OrganisationID || (d.SiteID == nil) != (f.Submission.SiteID == nil) || d.SiteID != nil && *d.SiteID != *f.Submission.SiteID {
			continue
		}
		n = n.Plus(1, d.CountsOn(e.start, day))
		if e.Post != nil {
			n = n.Plus(-1, e.Post.With(e.Post.Change()).CountsOn(e.start, day))
		}
	}
	return n
}
