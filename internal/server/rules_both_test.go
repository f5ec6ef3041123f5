package server

import (
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/collect"
	"copil/internal/convention"
	"copil/internal/pg"
	"copil/internal/site"
	"copil/internal/testdb"
	"copil/templates/submissions"
	"copil/templates/ui"
)

// breach is a set of answers that breaks one rule.
type breach struct {
	reporter string // code of the organisation; "" the first structure, on its first site
	nowhere  bool   // on a site that lies in no priority area
	posts    int    // that are filled, of the type CDI
	before   m      // answers of the period before, as below
	now      m      // as the form names them; a table that is begun is 0 elsewhere
	never    string // why nobody can break it
}

type m = map[string]string

// breaking has an entry for each rule of the shipped convention.
var breaking = map[string]breach{
	"total_by_sex":       {now: m{"mediators.CDI.F": "4", "mediators.total": "5"}},
	"total_by_job":       {now: m{"mediators.CDI.F": "4", "mediators.total": "5"}},
	"fte_people":         {now: m{"mediators.CDI.F": "1", "fte": "2"}},
	"fte_posts":          {now: m{"fte": "0,5"}},
	"filled_open":        {never: "a post that is filled is open"},
	"agreed_notified_59": {reporter: "ETAT", now: m{"adultes_relais.NOTIFIE.59": "1", "adultes_relais.CONVENTIONNE.59": "2"}},
	"filled_agreed_59":   {reporter: "ETAT", now: m{"adultes_relais.CONVENTIONNE.59": "1", "adultes_relais.POURVU.59": "2"}},
	"agreed_notified_62": {reporter: "ETAT", now: m{"adultes_relais.NOTIFIE.62": "1", "adultes_relais.CONVENTIONNE.62": "2"}},
	"filled_agreed_62":   {reporter: "ETAT", now: m{"adultes_relais.CONVENTIONNE.62": "1", "adultes_relais.POURVU.62": "2"}},
	"flagged_agreed":     {reporter: "ETAT", now: m{"flagged_posts": "3", "adultes_relais.CONVENTIONNE.59": "1"}},
	"posts_people":       {posts: 3, now: m{"mediators.CDD.F": "3"}},
	"staff_follows":      {before: m{"mediators.CDI.F": "10"}, now: m{"mediators.CDI.F": "12", "entries": "1", "exits": "0"}},
	"staff_varies":       {before: m{"mediators.CDI.F": "10"}, now: m{"mediators.CDI.F": "20"}},
	"certified_staff":    {now: m{"mediators.CDI.F": "1", "certified": "2"}},
	"secured_filled":     {now: m{"posts_secured": "1"}},
	"certificates_entries": {
		now: m{"certifications_obtained.AMIS": "2", "qualifying_entries": "1"}},
	"training_staff":     {now: m{"mediators.CDI.F": "1", "training_hours": "911"}},
	"pooled_filled":      {now: m{"pooled_posts": "1"}},
	"pooled_payers":      {now: m{"pooled_posts": "1", "commissioners": "732829320"}},
	"tables_total":       {now: m{"interventions.PRES": "3", "interventions.total": "4"}},
	"staff_activity":     {now: m{"mediators.CDI.F": "0", "interventions.PRES": "3"}},
	"presence_fte":       {now: m{"fte": "1", "presence_hours": "911"}},
	"siren":              {now: m{"commissioners": "732829321"}},
	"flagged_area":       {reporter: "ETAT", nowhere: true, now: m{"flagged_posts": "1"}},
	"certificate_exists": {now: m{"certifications_obtained.MSADS": "1"}},
	"nobody_named":       {now: m{"entries": "1", "entries-commentaire": "Arrivée de Mme Durand."}},
	"authorities_vary":   {reporter: "MRA", before: m{"authorities_with_team": "732829320"}, now: m{"authorities_with_team": "732829320;356000000"}},
	"plans_with_section": {reporter: "REGION", now: m{"plde_total": "1", "plde_with_section": "2"}},
	"entries_staff":      {now: m{"mediators.CDI.F": "1", "exits": "1", "qualifying_entries": "3"}},
	"trained_filled":     {reporter: "ETAT", now: m{"adultes_relais.POURVU.59": "1", "adultes_relais_trained": "2"}},
}

// Each rule is broken by a file and by the form, and says the same where it is.
func TestRulesSayTheSameInFormAndFile(t *testing.T) {
	t.Parallel()
	file, err := convention.Shipped("mediation-npdc")
	if err != nil {
		t.Fatal(err)
	}
	measures := map[string]convention.Measure{}
	for _, m := range file.Measures {
		measures[m.MeasureCode] = m
	}
	left := maps.Clone(breaking)
	for _, rule := range file.Rules {
		c, known := breaking[rule.RuleCode]
		delete(left, rule.RuleCode)
		switch {
		case !known:
			t.Errorf("nothing breaks the rule %s", rule.RuleCode)
		case c.never != "":
			for _, term := range slices.Concat(rule.Left, rule.Right) {
				if measures[term.Measure].Source != convention.FromPosts {
					t.Errorf("%s: %s, but somebody types %s", rule.RuleCode, c.never, term.Measure)
				}
			}
		default:
			t.Run(rule.RuleCode, func(t *testing.T) {
				t.Parallel()
				breakRule(t, rule, c, measures)
			})
		}
	}
	if len(left) > 0 {
		t.Errorf("no such rules: %v", left)
	}
}

func breakRule(t *testing.T, rule convention.Rule, c breach, measures map[string]convention.Measure) {
	o := newOffice(t)
	o.followEverything()
	if _, err := o.db.Owner.Exec(t.Context(), `DELETE FROM rules WHERE convention_id = $1 AND rule_code <> $2`, o.ID, rule.RuleCode); err != nil {
		t.Fatal(err)
	}
	for range c.posts {
		o.newPost(o.Structures[0], &o.Sites[0], true)
	}
	o.periodBefore(c)
	id, mission := o.asked(c, testdb.OpenPeriod), o.Actors[access.Mission]
	at := o.path("saisies", testdb.OpenPeriod, id)
	typed := url.Values{}
	for name, value := range o.script(mission, at).whole(c.now) {
		if strings.HasSuffix(name, submissions.TotalSuffix) { // no file says it: it was typed before
			if w, _ := o.script(mission, at).save(url.Values{name: {value}}); w.Code != http.StatusOK {
				t.Fatalf("%d: %s", w.Code, w.Body)
			}
		}
		typed.Set(name, value)
	}

	b := o.by(mission)
	w := b.postFile(o.importPath(), b.filled(o.importPath(), o.importPath(), nil), "saisie.csv", o.csv(id, typed))
	preview := b.get(w.Header().Get("Location"))
	expect(t, preview, http.StatusOK, strings.ReplaceAll(rule.Message, "\u00a0", " "))

	_, answer := o.script(mission, at).save(typed)
	field, said := "", ""
	for _, told := range []map[string]string{answer.Problems, answer.Alerts} {
		for name, text := range told {
			text = strings.TrimPrefix(strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(text), "À vérifier : ")
			if plain := strings.ReplaceAll(rule.Message, "\u00a0", " "); strings.HasPrefix(text, plain) {
				field, said = name, text
			}
		}
	}
	if field == "" {
		t.Fatalf("the form does not say it: %v, %v", answer.Problems, answer.Alerts)
	}
	said, _, _ = strings.Cut(said, " Expliquez-le dans le commentaire")
	code := strings.FieldsFunc(field, func(c rune) bool { return c == '.' || c == '-' })[0]
	spoken := slices.ContainsFunc(rule.Left, func(term convention.Term) bool { return term.Measure == code })
	if rule.At != "" && code != rule.At || rule.At == "" && !spoken && rule.Kind != convention.Names {
		t.Errorf("it stands at %s", field)
	}
	if want := measures[code].Label + " : " + said; !slices.Contains(foundIn(text(preview)), strings.ReplaceAll(want, "\u00a0", " ")) {
		t.Errorf("the file says\n%s\nand the form\n%s", strings.Join(foundIn(text(preview)), "\n"), want)
	}
}

var aListItem = regexp.MustCompile(`(?s)<li>([^<]*)</li>`)

// foundIn are the plain items of the lists of a page.
func foundIn(page string) (items []string) {
	for _, found := range aListItem.FindAllStringSubmatch(page, -1) {
		items = append(items, strings.TrimSpace(found[1]))
	}
	return items
}

// whole completes the tables of which some boxes are answered with 0.
func (s *script) whole(answers m) m {
	all := maps.Clone(answers)
	for name := range answers {
		table, _, inTable := strings.Cut(name, ".")
		for other := range s.form {
			if _, given := all[other]; inTable && !given && strings.HasPrefix(other, table+".") && !strings.HasSuffix(other, submissions.TotalSuffix) {
				all[other] = "0"
			}
		}
	}
	return all
}

// asked is the submission that is owed for a period.
func (o *office) asked(c breach, period string) (id uuid.UUID) {
	o.t.Helper()
	organisation, at, by := o.Structures[0], &o.Sites[0], testdb.By(o.Actors[access.Mission])
	if c.reporter != "" {
		at = nil
		organisation = o.one(`
			SELECT o.organisation_id::text FROM organisations o LEFT JOIN parties p USING (convention_id, organisation_id)
			WHERE convention_id = $1 AND coalesce(p.party_code, o.code) = $2`, o.ID, c.reporter)
	}
	o.db.In(o.t, o.ID, func(tx *pg.Tx) (err error) {
		if c.nowhere {
			place, err := site.Create(o.t.Context(), tx, by, site.Draft{Code: "S9", Name: "Ailleurs", Need: "Apaiser.", Communes: []string{"59512"}, Sectors: []string{"EDU"}, SinceOn: testdb.Day(2014, 1, 6)})
			if err != nil {
				return err
			}
			at = &place
		}
		id, err = collect.Expect(o.t.Context(), tx, by, organisation, at, period)
		return err
	})
	return id
}

// periodBefore stores the answers of the period before, in its time.
func (o *office) periodBefore(c breach) {
	if c.before == nil {
		return
	}
	id, by := o.asked(c, testdb.ValidatedPeriod), testdb.By(o.Actors[access.Mission])
	by.OnDay = testdb.Day(2014, 8, 1)
	o.db.In(o.t, o.ID, func(tx *pg.Tx) error {
		b := tx.Batch()
		read := collect.QueueCase(b, id)
		if err := b.Send(o.t.Context()); err != nil {
			return err
		}
		stored, err := read.Case()
		if err != nil {
			return err
		}
		v := submissions.View{Sections: []submissions.Section{{}}}
		form := url.Values{}
		for _, measure := range stored.Measures {
			q := submissions.Measure{Measure: measure, Rows: itemsOf(stored.Items, measure.RowList), Columns: itemsOf(stored.Items, measure.ColumnList)}
			for _, box := range q.Boxes() {
				if slices.ContainsFunc(slices.Collect(maps.Keys(c.before)), func(name string) bool { return strings.HasPrefix(name, measure.MeasureCode) }) {
					form.Set(box.Name, "0")
				}
			}
			v.Sections[0].Measures = append(v.Sections[0].Measures, q)
		}
		for name, value := range c.before {
			form.Set(name, value)
		}
		cells, bad := readCells(form, v)
		if len(bad) > 0 {
			o.t.Fatal(bad)
		}
		return collect.Save(o.t.Context(), tx, by, id, 1, cells, "")
	})
}

// csv is a file that says what a form does.
func (o *office) csv(id uuid.UUID, typed url.Values) []byte {
	codes := o.db.Texts(o.t, `
		SELECT o.code || ';' || coalesce(x.code, '') FROM submissions s JOIN organisations o USING (convention_id, organisation_id)
		LEFT JOIN sites x USING (convention_id, site_id) WHERE s.submission_id = $1`, id)[0]
	lines := []string{"Code structure;Code site;Code période;Code donnée;Code ligne;Code colonne;Réponse;Valeur;Motif;Commentaire"}
	for name := range typed {
		if strings.HasSuffix(name, submissions.TotalSuffix) || strings.HasSuffix(name, ui.StateSuffix) || strings.HasSuffix(name, submissions.CommentSuffix) {
			continue
		}
		place := append(strings.Split(name, "."), "", "")[:3]
		lines = append(lines, codes+";"+testdb.OpenPeriod+";"+strings.Join(place, ";")+`;;"`+typed.Get(name)+`";;`+typed.Get(name+submissions.CommentSuffix))
	}
	return []byte(strings.Join(lines, "\r\n") + "\r\n")
}
