package server

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"copil/internal/access"
	"copil/internal/pg"
	"copil/templates/pools"
)

// shares are those of the State and of another structure, in hours and in euros.
func (o *office) shares(state, other string) url.Values {
	return url.Values{
		"since_on": {"02/03/2015"},
		"payer_0":  {o.State.String()}, "hours_0": {state}, "euros_0": {state},
		"payer_1": {o.Structures[1].String()}, "hours_1": {other}, "euros_1": {other},
	}
}

// Shares are recorded once they sum to 100 %, end what was so before, and keep
// what was typed until then.
func TestSharesOfAPost(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	post := o.newPost(o.Structures[0], &o.Sites[0], false)
	b, page := o.by(o.Actors[access.Mission]), o.path("emplois", "mutualises", post)
	send := func(answers url.Values) url.Values { return b.filled(page, page, answers) }
	expect(t, b.get(page), http.StatusOK, "Ce poste n’est pas mutualisé")
	expect(t, b.post(page, send(o.shares("40", "59,5"))), http.StatusUnprocessableEntity, "Les parts des heures font 99,50 % : il manque 0,50.", `value="59,5"`)
	expect(t, b.post(page, send(url.Values{"since_on": {"02/03/2015"}, "payer_0": {o.State.String()}, "hours_0": {"100"}, "euros_0": {"100"}})),
		http.StatusUnprocessableEntity, "au moins deux commanditaires")
	more := o.shares("40", "60")
	more.Set("action", pools.More)
	expect(t, b.post(page, send(more)), http.StatusOK, "Commanditaire 5", `value="60"`)

	expect(t, b.post(page, send(o.shares("40", "60"))), http.StatusSeeOther)
	expect(t, b.get(page), http.StatusOK, "sont enregistrées", "Depuis le 2 mars 2015", "Employeur : Association Passerelle.", "60 %")
	later := o.shares("30", "70")
	later.Set("since_on", "01/04/2015")
	stale := send(later)
	expect(t, b.post(page, send(later)), http.StatusSeeOther)
	expect(t, b.get(page), http.StatusOK, "Du 2 mars 2015 au 31 mars 2015", "Depuis le 1er avril 2015", "70 %")
	expect(t, b.post(page, stale), http.StatusConflict, "entre-temps")
	expect(t, b.get(o.path("emplois", "mutualises")), http.StatusOK, "Association Passerelle")
}

// A structure sees its own posts only; who sees no amount sees the hours alone.
func TestWhoSeesShares(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	post := o.newPost(o.Structures[0], &o.Sites[0], false)
	b, list, page := o.by(o.Actors[access.Mission]), o.path("emplois", "mutualises"), o.path("emplois", "mutualises", post)
	shares := o.shares("40", "60")
	shares.Set("euros_0", "37")
	shares.Set("euros_1", "63")
	expect(t, b.post(page, b.filled(page, page, shares)), http.StatusSeeOther)

	expect(t, o.by(o.Actors[access.Structure]).get(page), http.StatusOK, "37 %", "Enregistrer les parts")
	expect(t, o.by(o.Actors[access.Chair]).get(page), http.StatusOK, "37 %")
	if strings.Contains(o.by(o.Actors[access.Chair]).page(page), "Enregistrer les parts") {
		t.Error("a chair may change shares")
	}
	expect(t, o.by(o.Other).get(page), http.StatusNotFound)
	if strings.Contains(o.by(o.Other).page(list), post.String()) {
		t.Error("a structure sees another's post")
	}
	o.db.In(t, o.ID, func(tx *pg.Tx) error {
		return pg.Exec(t.Context(), tx, `UPDATE members SET without_money = true WHERE convention_id = @convention AND member_id = @member`,
			pg.Args{"member": o.Actors[access.Chair].MemberID})
	})
	for _, path := range []string{list, page} {
		html := o.by(o.Actors[access.Chair]).page(path)
		if !strings.Contains(html, "40\u00a0%") || strings.Contains(html, "37\u00a0%") || strings.Contains(html, "63\u00a0%") {
			t.Errorf("%s shows the money, or not the hours, to who sees no amount", path)
		}
	}
}
