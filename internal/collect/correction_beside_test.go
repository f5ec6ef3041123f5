package collect_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"copil/internal/collect"
	"copil/internal/fault"
	"copil/internal/pg"
	"copil/internal/testdb"
)

// A corrected figure may contradict one that does not change: it is told there,
// and a comment there goes with the correction, though not for itself; whatever
// else was sent as it is stored is left out.
func TestCorrectionExplainsBeside(t *testing.T) {
	t.Parallel()
	eachWall(t, func(t *testing.T, d *desk) {
		mediators := func(n string) []collect.Cell { return figures(shippedCase(t, "mediation-npdc"), m{"mediators": n}) }
		hours := number("training_hours", 1820) // at most 910 of each person
		d.must(d.save(d.author, d.own, 1, d.everything(append(mediators("2"), hours)...)...))
		d.must(d.submit(d.author, d.own, 2))
		d.must(d.validate(testdb.By(d.Deputy), d.own, 3))

		explained := hours
		explained.Comment = "Les heures comptent aussi celles de la personne partie en juin."
		short := hours
		short.Comment = "Une personne partie."
		short.Comment = short.Comment[:collect.LeastComment-1]
		var proposed uuid.UUID
		for _, c := range []struct {
			what  string
			cells []collect.Cell
			at    string // field of the refusal
			says  string // "" when it is proposed
		}{
			{"the figure alone", mediators("1"), "training_hours", "Expliquez-le dans le commentaire"},
			{"with too short a comment", append(mediators("1"), short), "training_hours", "Expliquez-le dans le commentaire"},
			{"with a comment elsewhere", append(mediators("1"), collect.Cell{MeasureCode: "exits", State: collect.Missing, Comment: explained.Comment}), "training_hours", "Expliquez-le dans le commentaire"},
			{"the comment alone", []collect.Cell{explained}, "", "Aucun chiffre ne change"},
			{"with the comment", slices.Concat(mediators("1"), []collect.Cell{explained, missing("entries"), missing("exits")}), "", ""},
		} {
			err := d.try(func(tx *pg.Tx) (err error) {
				proposed, err = collect.ProposeCorrection(t.Context(), tx, d.check, d.own, 4, "Une personne comptée deux fois.", c.cells)
				return err
			})
			if c.says == "" {
				d.must(err)
				continue
			}
			problem, ok := errors.AsType[*fault.Error](err)
			if !ok || !strings.Contains(problem.Message+problem.Fields[c.at], c.says) || c.at != "" && len(problem.Fields) != 1 {
				t.Fatalf("%s: %v, %+v", c.what, err, problem)
			}
		}
		var kept []string
		for _, c := range queued(d, func(b *pg.Batch) *pg.Rows[collect.Correction] {
			return collect.Corrections(b, collect.CorrectionFilter{CorrectionID: &proposed})
		})[0].Cells {
			kept = append(kept, c.MeasureCode)
		}
		slices.Sort(kept)
		if got := strings.Join(slices.Compact(kept), " "); got != "mediators training_hours" {
			t.Errorf("the correction holds %s", got)
		}
		d.must(d.try(func(tx *pg.Tx) error {
			return collect.AcceptCorrection(t.Context(), tx, testdb.By(d.Deputy), proposed, 1)
		}))
		var told []string
		for _, v := range queued(d, func(b *pg.Batch) *pg.Rows[collect.CellVersion] { return collect.History(b, d.own, "") }) {
			if v.Current && (v.MeasureCode == "entries" || v.MeasureCode == "training_hours") {
				told = append(told, fmt.Sprint(v.MeasureCode, " ", v.Version, " ", v.Number, " ", v.Comment))
			}
		}
		if got, want := strings.Join(told, " / "), "entries 1 <nil>  / training_hours 2 1820 "+explained.Comment; got != want {
			t.Errorf("stored: %s\nwant %s", got, want)
		}
	})
}

// A SIREN is the same however it is written: it is stored one way, and once, so
// that nobody is counted twice, also by a correction.
func TestSirensOnce(t *testing.T) {
	t.Parallel()
	eachWall(t, func(t *testing.T, d *desk) {
		payers := func(ids ...string) collect.Cell {
			c := number("commissioners", int64(len(ids)))
			c.Identifiers = ids
			return c
		}
		stored := func() string {
			return strings.Join(d.db.Texts(t, `SELECT concat_ws(' ', number, identifiers::text) FROM cell_versions
				WHERE submission_id = $1 AND measure_code = 'commissioners' AND current`, d.own), ", ")
		}
		d.must(d.try(func(tx *pg.Tx) error {
			return pg.Exec(t.Context(), tx, `UPDATE indicators SET status = 'active' WHERE convention_id = @convention`, nil)
		}))
		d.must(d.save(d.author, d.own, 1, d.everything(payers("732 829 320", "552100554", "732829320"))...))
		if got := stored(); got != "2 {732829320,552100554}" {
			t.Errorf("stored %s", got)
		}
		d.must(d.submit(d.author, d.own, 2))
		d.must(d.validate(testdb.By(d.Deputy), d.own, 3))
		var id uuid.UUID
		propose := func(ids ...string) error {
			return d.try(func(tx *pg.Tx) (err error) {
				id, err = collect.ProposeCorrection(t.Context(), tx, d.check, d.own, 4, "Un payeur oublié.", []collect.Cell{payers(ids...)})
				return err
			})
		}
		if err := propose("732 829 320", "552 100 554"); fault.KindOf(err) != fault.Invalid {
			t.Errorf("the same, written otherwise: %v", err)
		}
		d.must(propose("732 829 320", "552 100 554", "732829320", "356 000 000"))
		d.must(d.try(func(tx *pg.Tx) error { return collect.AcceptCorrection(t.Context(), tx, testdb.By(d.Deputy), id, 1) }))
		if got := stored(); got != "3 {732829320,552100554,356000000}" {
			t.Errorf("corrected to %s", got)
		}
	})
}
