package server

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"copil/internal/access"
	"copil/internal/testdb"
)

// letters are whom the outbox writes to by the name shown, and what, oldest first.
func (o *office) letters() []string {
	o.t.Helper()
	return o.db.Texts(o.t, `
		SELECT (SELECT name FROM members m WHERE m.convention_id = $1 AND m.person_id = l.person_id LIMIT 1) || '|' || subject || '|' || array_to_string(paragraphs, '|') || '|' || link_path
		FROM mails l WHERE convention_id = $1 ORDER BY mail_id`, o.ID)
}

// Of a correction, those read who may decide on it; of the decision, who proposed
// it and who enters the figures.
func TestMailsOfRectification(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		action string
		answer url.Values
		says   []string // to the structure
	}{
		"accepted": {"accepter", nil, []string{"Rectification acceptée", "vos chiffres validés de la période", "sont rectifiés.", "Motif de la rectification : Sept entrées oubliées.",
			"Entrées pendant la période : 7 (avant : non renseigné).", "adressez-vous à la mission"}},
		"refused": {"refuser", url.Values{"answer": {"Sans justificatif."}}, []string{"Rectification refusée", "vos chiffres ne changent pas.", "Motif du refus : Sans justificatif."}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			id := o.validated(&o.Sites[0])
			at := o.path("saisies", testdb.OpenPeriod, id)
			page := at + "/rectification"
			mission, deputy := o.by(o.Actors[access.Mission]), o.by(o.Deputy)
			expect(t, mission.post(page, mission.filled(page+"?chiffre=entries", page, url.Values{"entries": {"7"}, "entries-etat": {"nombre"}, "reason": {"Sept entrées oubliées."}})), http.StatusSeeOther)
			proposed := o.letters()
			var to []string
			for _, l := range proposed {
				to = append(to, l[:strings.Index(l, "|")])
				for _, part := range []string{"Rectification à décider\u00a0: Association Passerelle", "Motif\u00a0: Sept entrées oubliées.", "|" + page} {
					if !strings.Contains(l, part) {
						t.Errorf("%q does not say %q", l, part)
					}
				}
			}
			slices.Sort(to)
			if want := []string{o.Deputy.Name, o.Actors[access.Signatory].Name}; !slices.Equal(to, want) {
				t.Errorf("proposed, %q are told, want %q", to, want)
			}
			expect(t, deputy.post(page+"/"+c.action, deputy.filled(page, page+"/"+c.action, c.answer)), http.StatusSeeOther)
			decided := o.letters()[len(proposed):]
			if len(decided) != 2 || !strings.HasPrefix(decided[0], o.Actors[access.Mission].Name+"|") || !strings.HasPrefix(decided[1], o.Actors[access.Structure].Name+"|") {
				t.Fatalf("decided: %q", decided)
			}
			for _, part := range append(c.says, "|"+at+"/historique") {
				if !strings.Contains(strings.ReplaceAll(decided[1], "\u00a0", " "), part) {
					t.Errorf("the structure does not read %q: %s", part, decided[1])
				}
			}
		})
	}
}
