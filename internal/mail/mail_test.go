package mail_test

import (
	"slices"
	"testing"

	"copil/internal/access"
	"copil/internal/mail"
	"copil/internal/pg"
	"copil/internal/testdb"
)

func TestMain(m *testing.M) { testdb.Main(m) }

func draft(to access.Actor, once string) mail.Draft {
	return mail.Draft{
		Kind: mail.Reminder, To: to.PersonID, Subject: "Relance\u00a0: données du 2ᵉ semestre 2014",
		Paragraphs: []string{"Les données du second semestre 2014 sont attendues pour le 30 avril 2015."},
		Link:       mail.Link{Label: "Saisir les données", Path: "/c/essai/saisies/2014-S2"}, Once: once,
	}
}

// The same event is queued once, in each convention for itself.
func TestQueueOnce(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t)
	a, other := db.Agreement(t), db.Agreement(t)
	to := a.Actors[access.Structure]
	for _, agreement := range []*testdb.Agreement{a, other} {
		for _, once := range []string{"un", "un", "deux", "", ""} {
			db.In(t, agreement.ID, func(tx *pg.Tx) error {
				return mail.Queue(t.Context(), tx, testdb.By(a.Actors[access.Mission]), draft(to, once))
			})
		}
		got := db.Texts(t, `SELECT coalesce(once, '-') FROM mails WHERE convention_id = $1 ORDER BY mail_id`, agreement.ID)
		if want := []string{"un", "deux", "-", "-"}; !slices.Equal(got, want) {
			t.Errorf("queued %q, want %q", got, want)
		}
	}
}
