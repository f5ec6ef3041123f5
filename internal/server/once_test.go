package server

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/pg"
)

// Keys of forms go after two days, in every convention, and not before: until
// then the form sent again is answered like the first time.
func TestSweepForms(t *testing.T) {
	t.Parallel()
	ours, theirs := newOffice(t), newOffice(t)
	actor := ours.Actors[access.Mission]
	page, action := ours.path("sites", "nouveau"), ours.path("sites")
	b := ours.by(actor)
	form := b.filled(page, action, map[string][]string{"code": {"S9"}, "name": {"Wattrelos"}, "communes": {"Wattrelos"}, "need": {"Apaiser."}, "since_on": {"02/03/2015"}})
	expect(t, b.post(action, form), http.StatusSeeOther)
	kept := func(convention uuid.UUID) int {
		return len(ours.db.Texts(t, `SELECT form_key::text FROM form_keys WHERE convention_id = $1`, convention))
	}
	old := ours.Now().Add(-2000 * 24 * time.Hour) // other tests' are all later
	for _, convention := range []uuid.UUID{ours.ID, theirs.ID} {
		ours.db.In(t, convention, func(tx *pg.Tx) error {
			return pg.Exec(t.Context(), tx, `
				INSERT INTO form_keys (convention_id, form_key, content, person_id, claimed_at) VALUES (@convention, @key, '', @person, @at)`,
				pg.Args{"key": uuid.New(), "person": actor.PersonID, "at": old})
		})
	}
	for _, c := range []struct{ hours, ours, theirs int }{{47, 2, 1}, {49, 1, 0}} {
		if err := SweepForms(t.Context(), ours.Pool, ours.System, old.Add(time.Duration(c.hours)*time.Hour)); err != nil {
			t.Fatal(err)
		}
		if a, b := kept(ours.ID), kept(theirs.ID); a != c.ours || b != c.theirs {
			t.Errorf("%d hours later: %d and %d, want %d and %d", c.hours, a, b, c.ours, c.theirs)
		}
	}
	expect(t, b.post(action, form), http.StatusSeeOther)
}
