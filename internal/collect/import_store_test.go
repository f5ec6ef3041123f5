package collect_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/audit"
	"copil/internal/collect"
	"copil/internal/fault"
	"copil/internal/pg"
	"copil/internal/sheet"
	"copil/internal/site"
	"copil/internal/testdb"
)

// forms reads what an actor may fill in of the open period.
func (d *desk) forms(f collect.FormFilter) (forms []collect.Form) {
	d.t.Helper()
	d.must(d.try(func(tx *pg.Tx) error {
		b := tx.Batch()
		rows := collect.QueueForms(b, f)
		if err := b.Send(d.t.Context()); err != nil {
			return err
		}
		var err error
		forms, err = rows.Forms()
		return err
	}))
	return forms
}

// upload keeps a CSV of the structure with a number of entries and of exits.
func (d *desk) upload(by audit.Stamp, rows ...string) (id uuid.UUID) {
	d.t.Helper()
	text := "Code structure;Code site;Code période;Code donnée;Code ligne;Code colonne;Réponse;Valeur;Motif;Commentaire\r\n"
	for _, row := range rows {
		text += row + "\r\n"
	}
	d.must(d.try(func(tx *pg.Tx) (err error) {
		sent, err := collect.ReadSent("saisie.csv", []byte(text))
		if err != nil {
			return err
		}
		id, err = collect.KeepUpload(d.t.Context(), tx, by, testdb.OpenPeriod, sent)
		return err
	}))
	return id
}

// preview is what an upload would change.
func (d *desk) preview(by audit.Stamp, id uuid.UUID) (found collect.Import) {
	d.t.Helper()
	d.must(d.try(func(tx *pg.Tx) error {
		b := tx.Batch()
		uploads, rows := collect.GetUpload(b, id, by.Actor.PersonID), collect.QueueForms(b, collect.ImportFilter(by.Actor, testdb.OpenPeriod))
		if err := b.Send(d.t.Context()); err != nil {
			return err
		}
		upload, err := uploads.One()
		if err != nil {
			return err
		}
		found, err = rows.Import(upload, by.Actor, by.OnDay)
		return err
	}))
	return found
}

func (d *desk) confirm(by audit.Stamp, id uuid.UUID, seen string) (n collect.Imported, err error) {
	err = d.try(func(tx *pg.Tx) error {
		n, err = collect.ConfirmImport(d.t.Context(), tx, by, id, testdb.OpenPeriod, seen)
		return err
	})
	return n, err
}

func conflicts(err error) bool {
	f, ok := errors.AsType[*fault.Error](err)
	return ok && f.Kind == fault.Conflict
}

const entries = "A1;S1;2014-S2;entries;;;;"

// An import is stored once and whole, as the form would.
func TestConfirmImport(t *testing.T) {
	t.Parallel()
	eachWall(t, func(t *testing.T, d *desk) {
		id := d.upload(d.author, entries+"3;;", "A1;S1;2014-S2;exits;;;sans objet;;Aucun départ.;")
		found := d.preview(d.author, id)
		if len(found.Problems) > 0 || len(found.Changed()) != 1 {
			t.Fatalf("%+v", found)
		}
		if _, err := d.confirm(d.author, id, "autre chose"); !conflicts(err) {
			t.Errorf("what was not seen is confirmed: %v", err)
		}
		if d.now().State != collect.ToEnter {
			t.Error("something was saved")
		}
		if n, err := d.confirm(d.author, id, found.Seen()); err != nil || n != (collect.Imported{Submissions: 1}) {
			t.Fatalf("%+v, %v", n, err)
		}
		if got := d.history("entries") + " | " + d.history("exits"); got != "v1 number 3 current | v1 not_applicable Aucun départ. current" {
			t.Error(got)
		}
		version := d.now().Version
		if _, err := d.confirm(d.author, id, found.Seen()); !conflicts(err) || d.now().Version != version {
			t.Errorf("it is imported twice: %v", err)
		}
		log := strings.Join(d.db.Texts(t, `SELECT after ->> 'state' FROM audit_entries WHERE convention_id = $1 AND action = 'imported' ORDER BY entry_id`, d.ID), " ")
		if log != "recu fait" {
			t.Errorf("the log tells %q", log)
		}
	})
}

// What somebody saved since the comparison is not overwritten unseen.
func TestImportAfterAnother(t *testing.T) {
	t.Parallel()
	eachWall(t, func(t *testing.T, d *desk) {
		id := d.upload(d.author, entries+"3;;")
		found := d.preview(d.author, id)
		d.must(d.save(d.check, d.own, 1, number("entries", 8)))
		if _, err := d.confirm(d.author, id, found.Seen()); !conflicts(err) || d.history("entries") != "v1 number 8 current" {
			t.Errorf("%v: %s", err, d.history("entries"))
		}
		again := d.preview(d.author, id)
		if c := again.Changed()[0].Changes; len(c) != 1 || c[0].Before != "8" || c[0].After != "3" {
			t.Errorf("%+v", c)
		}
		if _, err := d.confirm(d.author, id, again.Seen()); err != nil {
			t.Error(err)
		}
	})
}

// A problem in one submission keeps all of the file out.
func TestImportAllOrNothing(t *testing.T) {
	t.Parallel()
	eachWall(t, func(t *testing.T, d *desk) {
		id := d.upload(d.check, entries+"3;;", "P3;S1;2014-S2;entries;;;;4;;")
		found := d.preview(d.check, id)
		if len(found.Problems) != 1 { // P3 was not asked for figures
			t.Fatalf("%+v", found.Problems)
		}
		if _, err := d.confirm(d.check, id, found.Seen()); !conflicts(err) || d.now().State != collect.ToEnter {
			t.Errorf("half of it is saved: %v", err)
		}
	})
}

// Nobody confirms, nor sees, what somebody else sent.
func TestImportIsPersonal(t *testing.T) {
	t.Parallel()
	eachWall(t, func(t *testing.T, d *desk) {
		id := d.upload(d.author, entries+"3;;")
		seen := d.preview(d.author, id).Seen()
		for _, actor := range []access.Actor{d.Other, d.Actors[access.Mission], d.other.Actors[access.Structure]} {
			_, err := d.confirm(testdb.By(actor), id, seen)
			if f, ok := errors.AsType[*fault.Error](err); !ok || f.Kind != fault.NotFound {
				t.Errorf("%s: %v", actor.Name, err)
			}
		}
		if d.now().State != collect.ToEnter {
			t.Error("something was saved")
		}
	})
}

// Many forms read at once are each what one case alone is.
func TestFormsAreCases(t *testing.T) {
	t.Parallel()
	eachWall(t, func(t *testing.T, d *desk) {
		d.must(d.save(d.author, d.own, 1, number("entries", 3), missing("exits")))
		forms := d.forms(collect.FormFilter{PeriodCode: testdb.OpenPeriod})
		if len(forms) != 1 || forms[0].OrganisationCode != "A1" || forms[0].SiteCode != "S1" {
			t.Fatalf("%+v", forms)
		}
		var one collect.Case
		d.must(d.try(func(tx *pg.Tx) error {
			b := tx.Batch()
			rows := collect.QueueCase(b, d.own)
			if err := b.Send(t.Context()); err != nil {
				return err
			}
			var err error
			one, err = rows.Case()
			return err
		}))
		many := forms[0].Case
		for name, same := range map[string]bool{
			"now": listed(many.Now) == listed(one.Now), "before": listed(many.Before) == listed(one.Before), "earlier": listed(many.Earlier) == listed(one.Earlier),
			"measures": len(many.Measures) == len(one.Measures), "rules": len(many.Rules) == len(one.Rules), "zonings": len(many.Zonings) == len(one.Zonings),
			"period": many.Period.PeriodCode == one.Period.PeriodCode, "site": many.OnSite == one.OnSite,
		} {
			if !same {
				t.Errorf("%s differs:\n%s\n%s", name, listed(many.Now), listed(one.Now))
			}
		}
		if foreign := d.forms(collect.FormFilter{PeriodCode: testdb.OpenPeriod, SubmissionID: &d.foreign}); len(foreign) > 0 {
			t.Errorf("another convention's: %+v", foreign)
		}
	})
}

// Files that nobody confirmed go after a week, those of others stay.
func TestSweepUploads(t *testing.T) {
	t.Parallel()
	eachWall(t, func(t *testing.T, d *desk) {
		d.upload(d.author, entries+"3;;")
		left := func() int {
			return len(d.db.Texts(t, `SELECT import_id::text FROM imports WHERE convention_id = $1`, d.ID))
		}
		sweep := func(after time.Duration) {
			d.must(d.try(func(tx *pg.Tx) error { return collect.SweepUploads(t.Context(), tx, d.author.At.Add(after)) }))
		}
		if sweep(collect.UploadKept - time.Hour); left() != 1 {
			t.Error("it went too soon")
		}
		if sweep(collect.UploadKept + time.Hour); left() != 0 {
			t.Error("it stayed")
		}
		for range 12 {
			d.upload(d.author, entries+"3;;")
		}
		if left() != 10 {
			t.Errorf("%d files wait", left())
		}
	})
}

// uploadPosts keeps a CSV of posts of the structure.
func (d *desk) uploadPosts(by audit.Stamp, rows ...string) (id uuid.UUID) {
	d.t.Helper()
	text := "Code structure;Référence;Lieu;Type d’emploi;Quotité;Ouvert le;Pourvu le;Vacant depuis le;Consolidation;Consolidé le;Supprimé le\r\n" + strings.Join(rows, "\r\n")
	d.must(d.try(func(tx *pg.Tx) error {
		sent, err := collect.ReadSent("postes.csv", []byte(text))
		if err != nil {
			return err
		}
		id, err = collect.KeepUpload(d.t.Context(), tx, by, testdb.OpenPeriod, sent)
		return err
	}))
	return id
}

// stored are the posts of the convention.
func (d *desk) stored() string {
	d.t.Helper()
	return strings.Join(d.db.Texts(d.t, `
		SELECT concat_ws(' ', reference, s.code, job_type, quotity, opened_on, filled_on, closed_on, 'v' || p.version)
		FROM posts p LEFT JOIN sites s USING (convention_id, site_id) WHERE p.convention_id = $1 ORDER BY reference`, d.ID), ", ")
}

const newPosts = "A1;A1-001;S1 – Roubaix nord;CDI;1;03/03/2014;10/03/2014;;;;|A1;A1-002;hors site;CDI;0,5;03/03/2014;;;;;"

// Posts of a file are stored as the form of a post would, once, and what the file
// says again changes nothing.
func TestImportPosts(t *testing.T) {
	t.Parallel()
	eachWall(t, func(t *testing.T, d *desk) {
		rows := strings.Split(newPosts, "|")
		for round, c := range []struct{ file, want string }{
			{newPosts, "A1-001 S1 CDI 1.00 2014-03-03 2014-03-10 v1, A1-002 CDI 0.50 2014-03-03 v1"},
			{rows[0] + "|" + rows[1] + "01/02/2015", "A1-001 S1 CDI 1.00 2014-03-03 2014-03-10 v1, A1-002 CDI 0.50 2014-03-03 2015-02-01 v2"},
		} {
			id := d.uploadPosts(d.author, strings.Split(c.file, "|")...)
			found := d.preview(d.author, id)
			if len(found.Problems) > 0 || len(found.Posts) != 2-round {
				t.Fatalf("%+v", found)
			}
			if n, err := d.confirm(d.author, id, found.Seen()); err != nil || n.Posts != 2-round {
				t.Fatalf("%+v, %v", n, err)
			}
			if got := d.stored(); got != c.want {
				t.Errorf("%s\nnot\n%s", got, c.want)
			}
			if _, err := d.confirm(d.author, id, found.Seen()); !conflicts(err) {
				t.Errorf("it is imported twice: %v", err)
			}
			if again := d.preview(d.author, d.uploadPosts(d.author, strings.Split(c.file, "|")...)); len(again.Problems) > 0 || !again.Nothing() {
				t.Errorf("the same file changes %+v", again)
			}
		}
		log := d.db.Texts(t, `SELECT action || ' ' || object_label FROM audit_entries WHERE convention_id = $1 AND object_type = 'post' ORDER BY entry_id`, d.ID)
		if got := strings.Join(log, ", "); got != "created Association Passerelle, poste A1-001, created Association Passerelle, poste A1-002, changed Association Passerelle, poste A1-002" {
			t.Errorf("the log tells %s", got)
		}
	})
}

// What somebody did to a post since the comparison is not overwritten unseen, and
// then nothing else of the file is stored; nor is a number given twice.
func TestImportPostsAfterAnother(t *testing.T) {
	t.Parallel()
	eachWall(t, func(t *testing.T, d *desk) {
		first, second := d.uploadPosts(d.author, strings.Split(newPosts, "|")...), d.uploadPosts(d.check, strings.Split(newPosts, "|")...)
		seen, also := d.preview(d.author, first).Seen(), d.preview(d.check, second).Seen()
		if _, err := d.confirm(d.author, first, seen); err != nil {
			t.Fatal(err)
		}
		before := d.stored()
		if _, err := d.confirm(d.check, second, also); !conflicts(err) || d.stored() != before {
			t.Errorf("%v: %s", err, d.stored())
		}
		change := d.uploadPosts(d.check, "A1;A1-001;;;;;10/03/2014;;;;01/02/2015", "A1;A1-003;hors site;CDI;1;03/03/2014;;;;;")
		seen = d.preview(d.check, change).Seen()
		d.must(d.try(func(tx *pg.Tx) error {
			b := tx.Batch()
			posts := site.ListPosts(b, site.PostFilter{})
			if err := b.Send(t.Context()); err != nil {
				return err
			}
			p := posts.All[0]
			return site.ChangePost(t.Context(), tx, d.author, p.PostID, p.Version, site.PostChange{FilledOn: p.FilledOn, VacatedOn: new(testdb.Day(2015, 1, 5))})
		}))
		if _, err := d.confirm(d.check, change, seen); !conflicts(err) || strings.Contains(d.stored(), "A1-003") {
			t.Errorf("%v: %s", err, d.stored())
		}
	})
}

// A file of both sheets is judged by the posts as it would leave them, which is
// how they are once it is stored.
func TestPostsBeforeRules(t *testing.T) {
	t.Parallel()
	eachWall(t, func(t *testing.T, d *desk) {
		answers := d.upload(d.author, strings.Replace(entries, "entries;;;;", "fte;;;;2;;", 1), "A1;S1;2014-S2;mediators;CDI;F;;3;;")
		posts := d.uploadPosts(d.author, "A1;A1-001;S1;CDI;1;03/03/2014;10/03/2014;;;;", "A1;A1-002;S1;CDI;1;03/03/2014;10/03/2014;;;;", "A1;A1-003;hors site;CDI;1;03/03/2014;10/03/2014;;;;")
		breaks := func(found collect.Import) bool {
			return slices.ContainsFunc(found.Changed()[0].Findings, func(f collect.Finding) bool { return f.Number == "V02" })
		}
		if found := d.preview(d.author, answers); len(found.Problems) > 0 || !breaks(found) {
			t.Fatalf("2 ETP without any post: %+v", found)
		}
		d.must(d.try(func(tx *pg.Tx) error {
			b := tx.Batch()
			one, other, rows := collect.GetUpload(b, answers, d.author.Actor.PersonID), collect.GetUpload(b, posts, d.author.Actor.PersonID), collect.QueueForms(b, collect.ImportFilter(d.author.Actor, testdb.OpenPeriod))
			if err := b.Send(t.Context()); err != nil {
				return err
			}
			var both sheet.Book
			for _, u := range []collect.Upload{one.All[0], other.All[0]} {
				book, err := sheet.Unpack(u.Content)
				if err != nil {
					return err
				}
				both.Sheets = append(both.Sheets, book.Sheets...)
			}
			packed, err := both.Pack()
			if err != nil {
				return err
			}
			found, err := rows.Import(collect.Upload{Content: packed}, d.author.Actor, testdb.Today)
			if len(found.Problems) > 0 || len(found.Posts) != 3 || breaks(found) {
				t.Errorf("with their posts: %+v", found)
			}
			return err
		}))
		if _, err := d.confirm(d.author, posts, d.preview(d.author, posts).Seen()); err != nil || breaks(d.preview(d.author, answers)) {
			t.Errorf("after their posts: %v", err)
		}
	})
}
