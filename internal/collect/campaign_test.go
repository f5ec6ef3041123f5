package collect_test

import (
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
	"copil/internal/testdb"
)

func owed(d *desk, period string) []collect.Owed {
	d.t.Helper()
	return queued(d, func(b *pg.Batch) *pg.Rows[collect.Owed] { return collect.WhoOwes(b, period) })
}

func TestWhoOwes(t *testing.T) {
	t.Parallel()
	eachWall(t, func(t *testing.T, d *desk) {
		var told []string
		for _, o := range owed(d, testdb.OpenPeriod) {
			line := o.Reporter + ": " + o.Organisation + ", " + o.SiteName
			if o.Asked {
				line += " (asked)"
			}
			told = append(told, strings.TrimSuffix(line, ", "))
		}
		want := []string{
			"structure: Association Passerelle, Roubaix nord (asked)", "structure: Association Passerelle",
			"structure: Rivages, Roubaix nord", "structure: Rivages, Roubaix sud",
			"CDC: Caisse des dépôts et consignations", "REGION: Conseil régional Nord-Pas-de-Calais",
			"ETAT: État, Roubaix nord", "ETAT: État, Roubaix sud", "ETAT: État", "mission: Mission régionale d’appui",
		}
		if !slices.Equal(told, want) {
			t.Errorf("%s\nwant\n%s", strings.Join(told, "\n"), strings.Join(want, "\n"))
		}
		if early := owed(d, "2013-S1"); slices.ContainsFunc(early, func(o collect.Owed) bool { return o.Reporter == "structure" || o.SiteID != nil }) {
			t.Errorf("before they were listed: %v", early)
		}
	})
}

// on is what a member does on a day.
func on(by audit.Stamp, day time.Time) audit.Stamp {
	by.OnDay = day
	return by
}

// The collecting of a period is opened, extended and closed by the mission alone.
func TestCampaign(t *testing.T) {
	t.Parallel()
	eachWall(t, func(t *testing.T, d *desk) {
		const period = testdb.ClosedPeriod
		july, due, later := testdb.Day(2015, 7, 6), testdb.Day(2015, 8, 31), testdb.Day(2015, 9, 30)
		mission := on(d.check, july)
		passerelle := []collect.Owed{{OrganisationID: d.Structures[0], SiteID: &d.Sites[0]}, {OrganisationID: d.Structures[0]}}
		open := func(by audit.Stamp, due time.Time, who []collect.Owed) error {
			return d.try(func(tx *pg.Tx) error {
				return collect.OpenCampaign(t.Context(), tx, by, period, due, "Merci de répondre.", who)
			})
		}
		extend := func(by audit.Stamp, due time.Time) error {
			return d.try(func(tx *pg.Tx) error { return collect.ExtendCampaign(t.Context(), tx, by, period, due) })
		}
		closed := func(by audit.Stamp) error {
			return d.try(func(tx *pg.Tx) error { return collect.CloseCampaign(t.Context(), tx, by, period) })
		}
		for _, s := range []struct {
			what string
			err  func() error
			want fault.Kind // -1: it succeeds
		}{
			{"opened by a structure", func() error { return open(on(d.author, july), due, passerelle) }, fault.Conflict},
			{"opened by a signatory", func() error { return open(on(testdb.By(d.Actors[access.Signatory]), july), due, passerelle) }, fault.Conflict},
			{"opened before it begins", func() error { return open(on(d.check, testdb.Day(2014, 12, 31)), due, passerelle) }, fault.Conflict},
			{"due today", func() error { return open(mission, july, passerelle) }, fault.Invalid},
			{"asked of nobody", func() error { return open(mission, due, nil) }, fault.Invalid},
			{"asked of another convention's", func() error { return open(mission, due, []collect.Owed{{OrganisationID: d.other.Structures[0]}}) }, fault.NotFound},
			{"asked where it does not work", func() error {
				return open(mission, due, []collect.Owed{{OrganisationID: d.Structures[0], SiteID: &d.Sites[1]}})
			}, fault.NotFound},
			{"extended before it is open", func() error { return extend(mission, later) }, fault.Conflict},
			{"opened", func() error { return open(mission, due, passerelle) }, -1},
			{"opened twice", func() error { return open(mission, later, passerelle) }, fault.Conflict},
			{"extended by a structure", func() error { return extend(on(d.author, july), later) }, fault.Conflict},
			{"extended to an earlier day", func() error { return extend(mission, testdb.Day(2015, 8, 1)) }, fault.Invalid},
			{"closed by a structure", func() error { return closed(on(d.author, july)) }, fault.Conflict},
			{"closed", func() error { return closed(on(d.check, testdb.Day(2015, 9, 2))) }, -1},
			{"closed twice", func() error { return closed(on(d.check, testdb.Day(2015, 9, 3))) }, fault.Conflict},
			{"extended when closed", func() error { return extend(on(d.check, testdb.Day(2015, 9, 4)), later) }, -1},
		} {
			err := s.err()
			if got := fault.KindOf(err); s.want >= 0 && (err == nil || got != s.want) || s.want < 0 && err != nil {
				t.Errorf("%s: %v", s.what, err)
			}
		}
		got := d.db.Texts(t, `SELECT concat_ws(' ', opened_on, due_on, closed_on, message) FROM periods WHERE convention_id = $1 AND period_code = $2`, d.ID, period)
		if got[0] != "2015-07-06 2015-09-30 Merci de répondre." {
			t.Errorf("%s", got)
		}
		log := d.db.Texts(t, `
			SELECT action || ' ' || count(*) FROM audit_entries e
			WHERE convention_id = $1 AND (object_id = $2 OR object_id IN (SELECT submission_id::text FROM submissions WHERE convention_id = $1 AND period_code = $2))
			GROUP BY action ORDER BY action`, d.ID, period)
		if got := strings.Join(log, ", "); got != "created 2, state-changed 7" { // 3 of the period, 2 each of the submissions
			t.Errorf("the log tells: %s", got)
		}
		if states := d.db.Texts(t, `SELECT DISTINCT state FROM submissions WHERE convention_id = $1 AND period_code = $2`, d.ID, period); strings.Join(states, " ") != "brouillon" {
			t.Errorf("extended: %v", states)
		}
		if other := d.db.Texts(t, `SELECT DISTINCT state FROM submissions WHERE convention_id = $1`, d.other.ID); strings.Join(other, " ") != "a_saisir" {
			t.Errorf("the other convention's are %v", other)
		}
	})
}

// A closed collecting lets nobody but the mission enter, until one submission is
// given a deadline of its own.
func TestReopenSubmission(t *testing.T) {
	t.Parallel()
	eachWall(t, func(t *testing.T, d *desk) {
		reopen := func(by audit.Stamp, id uuid.UUID, version int, due time.Time, reason string) error {
			return d.try(func(tx *pg.Tx) error {
				return collect.ReopenSubmission(t.Context(), tx, by, id, version, due, reason)
			})
		}
		d.must(d.save(d.author, d.own, 1, missing("entries")))
		d.must(d.try(func(tx *pg.Tx) error { return collect.CloseCampaign(t.Context(), tx, d.check, testdb.OpenPeriod) }))
		if s := d.now(); s.State != collect.Unreturned || s.Version != 3 {
			t.Fatalf("closed: %s, version %d", s.State, s.Version)
		}
		if err := d.save(d.author, d.own, 3, missing("exits")); fault.KindOf(err) != fault.Conflict {
			t.Errorf("saved when closed: %v", err)
		}
		err := d.try(func(tx *pg.Tx) error {
			_, err := collect.Begin(t.Context(), tx, d.author, d.Structures[0], nil, testdb.OpenPeriod)
			return err
		})
		if fault.KindOf(err) != fault.Conflict {
			t.Errorf("begun when closed: %v", err)
		}
		friday, monday := testdb.Today.AddDate(0, 0, 4), testdb.Today.AddDate(0, 0, 7)
		for name, c := range map[string]struct {
			err  error
			kind fault.Kind
		}{
			"by a structure":       {reopen(d.author, d.own, 3, friday, "Congés."), fault.Conflict},
			"yesterday":            {reopen(d.check, d.own, 3, testdb.Today.AddDate(0, 0, -1), "Congés."), fault.Invalid},
			"without a reason":     {reopen(d.check, d.own, 3, friday, ""), fault.Invalid},
			"of the version past":  {reopen(d.check, d.own, 2, friday, "Congés."), fault.Conflict},
			"another convention's": {reopen(d.check, d.foreign, 1, friday, "Congés."), fault.NotFound},
		} {
			if c.err == nil || fault.KindOf(c.err) != c.kind {
				t.Errorf("%s: %v", name, c.err)
			}
		}
		d.must(reopen(d.check, d.own, 3, friday, "Congés."))
		if s := d.now(); s.State != collect.Draft || s.DueOn == nil || !s.DueOn.Equal(friday) {
			t.Errorf("reopened: %+v", s)
		}
		d.must(d.save(on(d.author, friday), d.own, 4, missing("exits")))
		if err := d.save(on(d.author, monday), d.own, 5, missing("exits")); fault.KindOf(err) != fault.Conflict {
			t.Errorf("saved after its own deadline: %v", err)
		}
		d.must(d.save(d.author, d.own, 5, d.everything()...))
		d.must(d.submit(d.author, d.own, 6))
		if err := reopen(d.check, d.own, 7, friday, "Congés."); fault.KindOf(err) != fault.Conflict {
			t.Errorf("reopened while it waits: %v", err)
		}
		d.must(d.giveBack(d.check, d.own, 7, "Combien ?"))
		d.must(d.save(on(d.author, monday), d.own, 8, number("entries", 1))) // what is returned may be corrected although all is closed
	})
}

// Reminders go once for each occasion, to who may enter the figures.
func TestReminders(t *testing.T) {
	t.Parallel()
	eachWall(t, func(t *testing.T, d *desk) {
		due := testdb.Day(2015, 4, 30)
		var alone uuid.UUID
		d.must(d.try(func(tx *pg.Tx) (err error) { // of a structure without member
			alone, err = collect.Begin(t.Context(), tx, d.check, d.Structures[1], &d.Sites[1], testdb.OpenPeriod)
			if err == nil {
				err = pg.Exec(t.Context(), tx, `UPDATE members SET ends_on = '2015-04-01' WHERE convention_id = @convention AND organisation_id = @id`, pg.Args{"id": d.Structures[1]})
			}
			return err
		}))
		remind := func(day time.Time) string {
			var told []string
			d.must(d.try(func(tx *pg.Tx) error {
				reminders, err := collect.Remind(t.Context(), tx, audit.Stamp{At: d.author.At, OnDay: day})
				for _, r := range reminders {
					told = append(told, r.Subject(day)+" | "+r.Name)
					if r.StandIn != (r.Submissions[0] == alone) || len(r.Paragraphs(day, d.author.Actor.Words)) < 2 || !r.DueOn.Equal(due) {
						t.Errorf("%+v", r)
					}
				}
				return err
			}))
			slices.Sort(told)
			return strings.ReplaceAll(strings.Join(told, "\n"), "\u00a0", " ")
		}
		const about, lacking = "Chiffres de la période 2e semestre 2014 : ", "Rivages n’a pas répondu | Mission "
		standIns := "\n" + about + lacking + "d’appui\n" + about + lacking + "régionale d’appui, adjointe"
		for _, s := range []struct {
			days int
			want string
		}{
			{-16, ""},
			{-14, about + "à soumettre pour le 30 avril 2015 | Structure locale"}, // a day late: it is made up for
			{-13, ""},
			{-5, about + "à soumettre pour le 30 avril 2015 | Structure locale"},
			{0, about + "dernier jour | Structure locale"},
			{3, ""},
			{7, about + "échéance dépassée | Structure locale"},
			{14, ""},
		} {
			want := s.want
			if want != "" {
				want = strings.TrimPrefix(sorted(want+standIns), "\n")
			}
			if got := remind(due.AddDate(0, 0, s.days)); got != want {
				t.Errorf("%d days after: %q\nwant %q", s.days, got, want)
			}
		}
		if s := d.now(); s.Reminders != 4 || s.RemindedOn == nil || !s.RemindedOn.Equal(due.AddDate(0, 0, 7)) {
			t.Errorf("%d reminders, the last on %v", s.Reminders, s.RemindedOn)
		}
		byHand := func(by audit.Stamp, ids ...uuid.UUID) (n int, err error) {
			err = d.try(func(tx *pg.Tx) error {
				sent, err := collect.RemindNow(t.Context(), tx, by, ids)
				n = len(sent)
				return err
			})
			return n, err
		}
		if n, err := byHand(d.check, d.own, d.foreign); n != 1 || err != nil {
			t.Errorf("by hand: %d, %v", n, err)
		}
		if _, err := byHand(d.author, d.own); fault.KindOf(err) != fault.Conflict {
			t.Errorf("by a structure: %v", err)
		}
	})
}

func sorted(lines string) string {
	list := strings.Split(lines, "\n")
	slices.Sort(list)
	return strings.Join(list, "\n")
}
