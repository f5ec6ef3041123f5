package server

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/google/uuid"

	"copil/internal/access"
)

func TestComeBack(t *testing.T) {
	t.Parallel()
	for retour, want := range map[string]string{
		"":                           "/",
		"/c/x/journal?objet=post#p":  "/c/x/journal?objet=post#p",
		"https://ailleurs.example/":  "/",
		"//ailleurs.example/":        "/",
		"/\\ailleurs.example":        "/",
		"\\/ailleurs.example":        "/",
		"/\t/ailleurs.example":       "/",
		"/\n/ailleurs.example":       "/",
		" //ailleurs.example":        "/",
		"javascript:alert(1)":        "/",
		"ailleurs":                   "/",
		"/connexion?retour=/compte":  "/",
		"/deconnexion":               "/",
		"https:/ailleurs.example":    "/",
		"//user@ailleurs.example/c/": "/",
	} {
		if got := comeBack(retour); got != want {
			t.Errorf("comeBack(%q) = %q, want %q", retour, got, want)
		}
	}
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	person, _ := p.someone(t, false, access.Mission)
	home := "/c/" + p.slug
	form := func(email, password, retour string) url.Values {
		return url.Values{"email": {email}, "password": {password}, "retour": {retour}}
	}

	t.Run("the form offers the demonstration's accounts and keeps where to go", func(t *testing.T) {
		t.Parallel()
		page := p.visitor(t).get("/connexion?retour="+url.QueryEscape(home+"/journal")).is(t, http.StatusOK)
		page.says(t, `name="email"`, `name="password"`, `name="retour" value="`+home+`/journal"`, "essai@copil.example", "Lecteur, essai")
	})
	t.Run("what is missing is said at its place", func(t *testing.T) {
		t.Parallel()
		p.visitor(t).post("/connexion", form(" ", "", "")).is(t, http.StatusUnprocessableEntity).
			says(t, `href="#email"`, `href="#password"`, "Saisissez votre adresse électronique.", "Saisissez votre mot de passe.")
	})
	t.Run("a wrong password keeps the address and nothing else", func(t *testing.T) {
		t.Parallel()
		p.visitor(t).post("/connexion", form(person.Email, "trop-secret-pour-revenir", home+"/journal")).is(t, http.StatusUnprocessableEntity).
			says(t, `value="`+person.Email+`"`, "Adresse électronique ou mot de passe incorrect.", `value="`+home+`/journal"`).
			saysNot(t, "trop-secret-pour-revenir")
	})
	t.Run("the right one leads where one wanted to go", func(t *testing.T) {
		t.Parallel()
		p.visitor(t).post("/connexion", form(person.Email, secret, home+"/journal")).leadsTo(t, home+"/journal")
	})
	t.Run("but never to another site", func(t *testing.T) {
		t.Parallel()
		p.visitor(t).post("/connexion", form(person.Email, secret, "//ailleurs.example/")).leadsTo(t, "/")
	})
	t.Run("a page that needs it asks for it first", func(t *testing.T) {
		t.Parallel()
		p.visitor(t).get(home+"/journal?objet=post").leadsTo(t, "/connexion?retour="+url.QueryEscape(home+"/journal?objet=post"))
	})
	t.Run("once in, the form is not shown again", func(t *testing.T) {
		t.Parallel()
		p.as(t, access.Reader).get("/connexion?retour=/compte").leadsTo(t, "/compte")
	})
}

func TestSignInIsThrottled(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	wrong := url.Values{"email": {uuid.NewString() + "@essai.example"}, "password": {"faux"}}
	for range 5 {
		p.visitor(t).post("/connexion", wrong).is(t, http.StatusUnprocessableEntity)
	}
	p.visitor(t).post("/connexion", wrong).is(t, http.StatusTooManyRequests).
		says(t, "Trop d’essais\u00a0: réessayez dans", `value="`+wrong.Get("email")+`"`)
}

func TestSignOut(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	v := p.as(t, access.Chair)
	v.get("/compte").is(t, http.StatusOK)
	v.post("/deconnexion", nil).leadsTo(t, "/")
	v.get("/").is(t, http.StatusOK).says(t, "Votre session est fermée.", `href="/connexion"`)
	v.get("/compte").leadsTo(t, "/connexion?retour=%2Fcompte")
	v.post("/deconnexion", nil).leadsTo(t, "/")
}

func TestHome(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	home := "/c/" + p.slug
	p.visitor(t).get("/").is(t, http.StatusOK).says(t, "Ce que chacun y fait", `href="/connexion"`, "Accessibilité&nbsp;: non conforme").saysNot(t, "/verifier")
	p.as(t, access.Mission).get("/").leadsTo(t, home)
	p.as(t, access.Mission, access.Reader).get("/").is(t, http.StatusOK).says(t, "Choisir un profil", "Lecteur, État")
	p.as(t).get("/").is(t, http.StatusOK).says(t, "Aucune convention pour l’instant")
	administrator, _ := p.someone(t, true)
	p.signedIn(t, administrator).get("/").leadsTo(t, "/admin")
}

func TestPublicPages(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.visitor(t).get("/accessibilite").is(t, http.StatusOK).says(t, "<strong>non conforme</strong>", "Défenseur des droits", "Schéma pluriannuel", "contact")
	p.visitor(t).get("/mentions-legales").is(t, http.StatusOK).says(t, "ni éditeur, ni directeur de la publication", "Données personnelles")
}
