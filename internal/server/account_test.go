package server

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"copil/internal/access"
)

func TestProfiles(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	home := "/c/" + p.slug
	person, members := p.someone(t, false, access.Mission, access.Reader)
	v := p.signedIn(t, person)

	page := v.get("/compte").is(t, http.StatusOK).says(t, person.Email, "Profil en cours", "Agir sous ce profil", "Lecteur, État")
	if n := strings.Count(page.body, "Profil en cours"); n != 1 {
		t.Errorf("%d profiles are said to be in use, want 1", n)
	}
	v.get(home+"/journal").is(t, http.StatusOK)
	v.post("/compte/profil", url.Values{"profil": {members[1].MemberID.String()}}).leadsTo(t, home)
	v.get("/compte").says(t, "Vous agissez maintenant comme Lecteur, État.", members[0].MemberID.String()).saysNot(t, members[1].MemberID.String())
	v.get(home+"/journal").is(t, http.StatusForbidden)

	t.Run("somebody else’s profile does not exist", func(t *testing.T) {
		_, others := p.someone(t, false, access.Chair)
		v.post("/compte/profil", url.Values{"profil": {others[0].MemberID.String()}}).is(t, http.StatusNotFound)
		v.post("/compte/profil", url.Values{"profil": {"n’importe quoi"}}).is(t, http.StatusNotFound)
	})
}

func TestAdmin(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	administrator, _ := p.someone(t, true)
	v := p.signedIn(t, administrator)
	v.get("/admin").is(t, http.StatusOK).says(t, administrator.Email, "Comptes, par nom")
	v.get("/c/"+p.slug+"/convention").is(t, http.StatusNotFound)
	p.as(t, access.Mission).get("/admin").is(t, http.StatusForbidden)
	p.visitor(t).get("/admin").is(t, http.StatusSeeOther)
}
