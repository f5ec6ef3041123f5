package server

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/testdb"
)

// What cannot be accepted comes back with a sentence at its field, and as typed.
func TestRefusedAnswers(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.newPost(o.Structures[0], &o.Sites[0], true)
	post := o.newPost(o.Structures[0], nil, true)
	submission := o.newSubmission()
	figures := o.path("saisies", testdb.OpenPeriod, submission)
	mission, structure := o.Actors[access.Mission], o.Actors[access.Structure]
	newSite := url.Values{"code": {"S9"}, "name": {"Wattrelos"}, "communes": {"Wattrelos"}, "need": {"Apaiser."}, "since_on": {"02/03/2015"}}
	jobs := url.Values{"count": {"1"}, "job_type": {"CDI"}, "opened_on": {"02/03/2015"}}

	for name, c := range map[string]struct {
		actor        access.Actor
		page, action string
		good         url.Values
		field, typed string
		says         string
	}{
		"a commune elsewhere":      {mission, o.path("sites", "nouveau"), o.path("sites"), newSite, "communes", "Paris", "« Paris » n’est pas une commune des départements 59 et 62."},
		"a code elsewhere":         {mission, o.path("sites", "nouveau"), o.path("sites"), newSite, "communes", "75056", "Le code Insee 75056 n’est pas celui d’une commune des départements 59 et 62."},
		"a slip of the finger":     {mission, o.path("sites", "nouveau"), o.path("sites"), newSite, "communes", "Rubaix", "Vouliez-vous dire Roubaix (59512) ?"},
		"no name":                  {mission, o.path("sites", "nouveau"), o.path("sites"), newSite, "name", " ", "Saisissez le nom du site."},
		"a code taken":             {mission, o.path("sites", "nouveau"), o.path("sites"), newSite, "code", "S1", "Un autre site porte déjà ce code."},
		"a name taken":             {mission, o.path("sites", "nouveau"), o.path("sites"), newSite, "name", "Roubaix nord", "Un autre site porte déjà ce nom."},
		"a site of tomorrow":       {mission, o.path("sites", "nouveau"), o.path("sites"), newSite, "since_on", "17/03/2015", "Cette date est dans le futur."},
		"not a date":               {mission, o.path("sites", "nouveau"), o.path("sites"), newSite, "since_on", "bientôt", ""},
		"a count in letters":       {structure, o.path("emplois"), o.path("emplois"), jobs, "count", "douze", ""},
		"too many posts":           {structure, o.path("emplois"), o.path("emplois"), jobs, "count", "301", "Saisissez un nombre de postes entre 1 et 300."},
		"more than a full time":    {structure, o.path("emplois"), o.path("emplois"), jobs, "quotity", "1,5", "La quotité est comprise entre 0,01 et 1"},
		"filled before it opened":  {structure, o.path("emplois"), o.path("emplois"), jobs, "filled_on", "01/03/2015", "La prise de poste ne peut pas précéder l’ouverture du poste."},
		"left before it was taken": {structure, o.path("emplois", post), o.path("emplois", post), url.Values{}, "vacated_on", "01/03/2014", "Le départ suppose une prise de poste antérieure."},
		"ETP above filled posts":   {structure, figures, figures, url.Values{"action": {"soumettre"}}, "fte", "1,5", "Équivalents temps plein au dernier jour : les ETP ne peuvent pas dépasser le nombre de postes pourvus"},
		"figures in letters":       {structure, figures, figures, url.Values{}, "entries", "douze", "Entrées pendant la période : saisissez un nombre entier"},
		"figures below zero":       {structure, figures, figures, url.Values{}, "entries", "-1", "Un nombre négatif n’a pas de sens ici"},
		"half a person":            {structure, figures, figures, url.Values{}, "entries", "0,5", "Entrées pendant la période : saisissez un nombre entier"},
		"a box in letters":         {structure, figures, figures, url.Values{}, "mediators.CDI.F", "six", "Médiateurs et médiatrices en poste au dernier jour, CDI de droit commun, Femmes : saisissez un nombre entier"},
		"a comment on nothing":     {structure, figures, figures, url.Values{}, "entries-commentaire", "Dont deux retours.", "Entrées pendant la période, commentaire : ce commentaire"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, before := o.by(c.actor), o.entries()
			form := b.filled(c.page, c.action, c.good)
			form.Set(c.field, c.typed)
			w := b.post(c.action, form)
			expect(t, w, http.StatusUnprocessableEntity, c.says, " à corriger")
			// The summary leads to the field, which says what is wrong. A form's fields may have a prefix.
			if !regexp.MustCompile(`(?s)href="#(([a-z]+-)?` + c.field + `)".*id="([a-z]+-)?` + c.field + `-erreur"`).MatchString(w.Body.String()) {
				t.Error("the summary does not lead to the field")
			}
			if again, found := readPostForm(w.Body.String(), c.action); !found || again.Get(c.field) != c.typed {
				t.Errorf("%q came back as %q", c.typed, again.Get(c.field))
			}
			if o.entries() != before {
				t.Error("something changed")
			}
		})
	}
}

// What a form names in another convention is answered like what does not exist.
func TestForeignReferences(t *testing.T) {
	t.Parallel()
	bothWalls(t, testForeignReferences)
}

func TestOversizeBody(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	submission := o.newSubmission()
	for pattern, size := range map[string]int{
		o.path("sites"): small, o.path("saisies", testdb.OpenPeriod, submission): large,
	} {
		b := o.by(o.Actors[access.Mission])
		w := b.post(pattern, url.Values{"need": {strings.Repeat("x", size+1)}})
		expect(t, w, http.StatusRequestEntityTooLarge, "L’envoi dépasse la taille permise ici. Rien n’a été enregistré.")
	}
	expect(t, o.visitor().post("/connexion", url.Values{"email": {strings.Repeat("x", small)}}), http.StatusRequestEntityTooLarge, "dépasse la taille")
}

// A sign-in that fails says the same of an unknown account as of a known one,
// and after some attempts to wait.
func TestFailedSignIns(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	known := o.db.Texts(t, `SELECT email FROM people WHERE person_id = $1`, o.Deputy.PersonID)[0]
	answers := map[string]string{}
	for _, email := range []string{known, uuid.NewString() + "@essai.example"} {
		b := o.visitor()
		b.address = "[2001:db8:" + uuid.NewString()[:4] + ":" + uuid.NewString()[:4] + "::1]:4711"
		for i := range 10 {
			w := b.post("/connexion", url.Values{"email": {email}, "password": {"passerelle"}})
			status, says := http.StatusUnprocessableEntity, "Adresse électronique ou mot de passe incorrect."
			if i >= 5 {
				status, says = http.StatusTooManyRequests, "Trop d’essais : réessayez dans "
			}
			expect(t, w, status, says)
			if strings.Contains(w.Body.String(), "passerelle") {
				t.Error("the page gives the password back")
			}
			answers[email] += strings.ReplaceAll(w.Body.String(), email, "")
		}
	}
	if len(answers) != 2 || answers[known] == "" {
		t.Fatal("nothing to compare")
	}
	for _, answer := range answers {
		if answer != answers[known] {
			t.Error("an unknown account is answered otherwise than a known one")
		}
	}
}

// Every account of the demonstration signs in through the door, and gets to a page.
func TestSignInOfTheDemonstration(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	for _, account := range a.accounts {
		b := a.visitor()
		b.address = "[2001:db8:" + uuid.NewString()[:4] + ":" + uuid.NewString()[:4] + "::1]:4711"
		expect(t, b.post("/connexion", url.Values{"email": {account.Email}, "password": {password}}), http.StatusSeeOther)
		w := b.get("/")
		for w.Code == http.StatusSeeOther {
			w = b.get(w.Header().Get("Location"))
		}
		expect(t, w, http.StatusOK, "Se déconnecter")
	}
}
