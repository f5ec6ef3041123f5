package collect_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/audit"
	"copil/internal/collect"
	"copil/internal/fault"
	"copil/internal/pg"
	"copil/internal/testdb"
)

// A validated figure changes only when somebody else than who proposed it accepts,
// even after the report was validated; the old one stays readable.
func TestCorrections(t *testing.T) {
	t.Parallel()
	eachWall(t, func(t *testing.T, d *desk) {
		deputy := testdb.By(d.Deputy)
		d.must(d.save(d.author, d.own, 1, d.everything(number("entries", 4))...))
		d.must(d.submit(d.author, d.own, 2))
		var last uuid.UUID
		propose := func(by audit.Stamp, id uuid.UUID, version int, reason string, cells ...collect.Cell) error {
			return d.try(func(tx *pg.Tx) (err error) {
				proposed, err := collect.ProposeCorrection(t.Context(), tx, by, id, version, reason, cells)
				if err == nil {
					last = proposed
				}
				return err
			})
		}
		accept := func(by audit.Stamp, version int) error {
			return d.try(func(tx *pg.Tx) error { return collect.AcceptCorrection(t.Context(), tx, by, last, version) })
		}
		refuse := func(by audit.Stamp, answer string) error {
			return d.try(func(tx *pg.Tx) error { return collect.RefuseCorrection(t.Context(), tx, by, last, 1, answer) })
		}
		for _, s := range []struct {
			what string
			err  func() error
			want fault.Kind // -1: it succeeds
		}{
			{"proposed before it is validated", func() error { return propose(d.check, d.own, 3, "Oubli.", number("entries", 5)) }, fault.Conflict},
			{"validated", func() error { return d.validate(deputy, d.own, 3) }, -1},
			{"the report validated", func() error {
				return d.try(func(tx *pg.Tx) error { return collect.ValidatePeriod(t.Context(), tx, d.check, testdb.OpenPeriod) })
			}, -1},
			{"proposed by the structure", func() error { return propose(d.author, d.own, 4, "Oubli.", number("entries", 5)) }, fault.Conflict},
			{"proposed without a reason", func() error { return propose(d.check, d.own, 4, "", number("entries", 5)) }, fault.Invalid},
			{"proposed on the version before", func() error { return propose(d.check, d.own, 3, "Oubli.", number("entries", 5)) }, fault.Conflict},
			{"nothing that changes", func() error { return propose(d.check, d.own, 4, "Oubli.", number("entries", 4)) }, fault.Invalid},
			{"against a rule", func() error { return propose(d.check, d.own, 4, "Oubli.", number("fte", 9)) }, fault.Invalid},
			{"another convention's", func() error { return propose(d.check, d.foreign, 1, "Oubli.", number("entries", 5)) }, fault.NotFound},
			{"proposed", func() error { return propose(d.check, d.own, 4, "Oubli.", number("entries", 5), missing("exits")) }, -1},
			{"proposed beside another", func() error { return propose(deputy, d.own, 4, "Oubli.", number("entries", 6)) }, fault.Conflict},
			{"accepted by who proposed it", func() error { return accept(d.check, 1) }, fault.Conflict},
			{"accepted by the structure", func() error { return accept(d.author, 1) }, fault.Conflict},
			{"accepted by the chair", func() error { return accept(testdb.By(d.Actors[access.Chair]), 1) }, fault.Conflict},
			{"accepted by a signatory without chair", func() error { return accept(d.bank(), 1) }, fault.Conflict},
			{"accepted on another version", func() error { return accept(deputy, 2) }, fault.Conflict},
			{"refused without a reason", func() error { return refuse(deputy, "") }, fault.Invalid},
			{"refused", func() error { return refuse(deputy, "À confirmer par la structure.") }, -1},
			{"accepted after that", func() error { return accept(deputy, 2) }, fault.Conflict},
			{"proposed again", func() error { return propose(d.check, d.own, 4, "Confirmé par la structure.", number("entries", 5)) }, -1},
			{"accepted", func() error { return accept(testdb.By(d.Actors[access.Signatory]), 1) }, -1},
			{"accepted twice", func() error { return accept(deputy, 2) }, fault.Conflict},
		} {
			err := s.err()
			if got := fault.KindOf(err); s.want >= 0 && (err == nil || got != s.want) || s.want < 0 && err != nil {
				t.Fatalf("%s: %v", s.what, err)
			}
		}
		if s := d.now(); s.State != collect.Validated || s.Version != 5 {
			t.Errorf("%s, version %d", s.State, s.Version)
		}
		var told []string
		for _, v := range queued(d, func(b *pg.Batch) *pg.Rows[collect.CellVersion] { return collect.History(b, d.own, "entries") }) {
			told = append(told, strings.TrimSpace(v.Number.String()+" "+v.Author+" "+v.Correction))
		}
		if got, want := strings.Join(told, " / "), "5 "+d.check.Actor.Name+" Confirmé par la structure. / 4 "+d.author.Actor.Name; got != want {
			t.Errorf("history: %s\nwant %s", got, want)
		}
		if s := d.now(); strings.Join(s.AuthorNames, ", ") != d.author.Actor.Name {
			t.Errorf("entered by %v, want who entered and not who corrected", s.AuthorNames)
		}
		var corrected []string
		for _, c := range queued(d, func(b *pg.Batch) *pg.Rows[collect.Corrected] { return collect.CorrectedMeasures(b, d.own) }) {
			corrected = append(corrected, c.MeasureCode)
		}
		if strings.Join(corrected, " ") != "entries" {
			t.Errorf("corrected: %v", corrected)
		}
		told = nil
		for _, c := range queued(d, func(b *pg.Batch) *pg.Rows[collect.Correction] {
			return collect.Corrections(b, collect.CorrectionFilter{SubmissionID: &d.own})
		}) {
			told = append(told, strings.Join([]string{string(c.State), c.Proposer, c.Decider, c.Answer}, ", "))
		}
		if got, want := strings.Join(told, " / "), "acceptee, Mission d’appui, Signataire,  / refusee, Mission d’appui, "+d.Deputy.Name+", À confirmer par la structure."; got != want {
			t.Errorf("corrections: %s\nwant %s", got, want)
		}
		log := d.db.Texts(t, `SELECT after->>'correction' FROM audit_entries WHERE convention_id = $1 AND action = 'corrected' ORDER BY entry_id`, d.ID)
		if got := strings.Join(log, " "); got != "proposee refusee proposee acceptee" {
			t.Errorf("the log tells: %s", got)
		}
		found := queued(d, func(b *pg.Batch) *pg.Rows[audit.Line] { return audit.List(b, audit.Filter{Action: audit.Corrected}) })
		if len(found[0].Cells) != 1 || found[0].Cells[0].After.Number == nil {
			t.Errorf("the log shows %+v", found[0].Cells)
		}
	})
}
