package server

import (
	"net/http"
	"net/url"
	"testing"

	"copil/internal/access"
	"copil/internal/convention"
	"copil/internal/governance"
	"copil/internal/pg"
	"copil/internal/testdb"
)

// noting is the command by which the secretariat records what the committee
// noted, with the decision of a meeting that was held.
func (o *office) noting(pattern string, g testdb.Gathering, path string) command {
	return command{pattern, o.Actors[access.Mission], path, path, url.Values{"body": {"Vu par le comité."}, "decision": {o.number(g.Decision)}}}
}

// reviewed is the page of a commitment of the State that was kept in 2014.
func (o *office) reviewed() string {
	o.t.Helper()
	o.db.In(o.t, o.ID, func(tx *pg.Tx) error {
		for step, to := range []convention.ClauseState{convention.Underway, convention.Kept} {
			err := convention.ChangeClause(o.t.Context(), tx, testdb.By(o.Actors[access.Signatory]), step,
				convention.ClauseChange{Commitment: "ETAT-2", Party: "ETAT", Year: 2014, To: to, Body: "Suivi des sites."})
			if err != nil {
				return err
			}
		}
		return nil
	})
	return o.path("convention", "engagements", "ETAT-2", "ETAT", 2014)
}

// A party answers for its own commitments and for no others; the mission for none.
func TestClauseByRole(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		role   access.Role
		party  string
		status int
	}{
		{access.Signatory, "ETAT-3/ETAT", http.StatusSeeOther},
		{access.Chair, "ETAT-3/ETAT", http.StatusSeeOther},
		{access.Signatory, "ALL-1/ETAT", http.StatusSeeOther},
		{access.Signatory, "ALL-1/CDC", http.StatusForbidden},
		{access.Chair, "REG-1/REGION", http.StatusForbidden},
		{access.Mission, "ETAT-3/ETAT", http.StatusForbidden},
		{access.Structure, "ETAT-3/ETAT", http.StatusForbidden},
		{access.Reader, "ETAT-3/ETAT", http.StatusForbidden},
	} {
		o := newOffice(t)
		b, before := o.by(o.Actors[tt.role]), o.entries()
		form := url.Values{"state": {"actif"}, "body": {"Une action."}, versionField: {"0"}, profileField: {o.Actors[tt.role].MemberID.String()}, keyField: {"0192f0c1-0000-7000-8000-000000000001"}}
		w := b.post(o.path("convention", "engagements")+"/"+tt.party+"/2014", form)
		if w.Code != tt.status || (o.entries() > before) != (tt.status == http.StatusSeeOther) {
			t.Errorf("%s on %s: %d, %d entries more", tt.role, tt.party, w.Code, o.entries()-before)
		}
	}
}

// A commitment goes from the act to its renewal, each step where it may be taken.
func TestClauseWholeLife(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	b, page := o.by(o.Actors[access.Signatory]), o.path("convention", "engagements", "ETAT-1", "ETAT", 2013)
	step := func(state, body string, status int, shows ...string) {
		t.Helper()
		expect(t, b.post(page, b.filled(page, page, url.Values{"state": {state}, "body": {body}})), status, shows...)
	}
	expect(t, b.get(page), http.StatusOK, "Échu, à constater")
	step("", "", http.StatusUnprocessableEntity, "Choisissez dans la liste.")
	step("partiellement_tenu", "", http.StatusUnprocessableEntity, "Expliquez ce qui manque.")
	stale := b.filled(page, page, url.Values{"state": {"tenu"}, "body": {"Trop tard."}})
	step("partiellement_tenu", "Le solde reste à verser.", http.StatusSeeOther)
	expect(t, b.post(page, stale), http.StatusConflict, "a changé entre-temps", "Trop tard.")
	step("reconduit", "", http.StatusSeeOther)
	expect(t, b.get(page), http.StatusOK, "Reconduit", "Le solde reste à verser.", "Aucune étape à franchir ici")
	expect(t, b.get(o.path("convention", "engagements", "ETAT-1", "ETAT", 2014)), http.StatusOK, "Reconduit de 2013.")
	if w := b.get(o.path("convention", "engagements", "ETAT-1", "ETAT", 2015)); w.Code != http.StatusNotFound {
		t.Errorf("2015 is promised before 2014 was renewed: %d", w.Code)
	}
}

// A note bears a decision that was taken: a proposal is none.
func TestNotesNeedADecisionTaken(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	held, review := o.db.Meeting(t, o.Agreement, governance.Held), o.db.Meeting(t, o.Agreement, governance.InReview)
	b, page := o.by(o.Actors[access.Mission]), o.path("convention", "constats", "annexe")
	record := func(body, number string) (status int, answer string) {
		w := b.post(page, b.filled(page, page, url.Values{"body": {body}, "decision": {number}}))
		return w.Code, text(w)
	}
	for _, number := range []string{"", "1999-99", o.number(held.Decision)} {
		if status, answer := record("Proposition à confirmer.", number); status != http.StatusUnprocessableEntity {
			t.Errorf("decision %q: %d %s", number, status, answer)
		}
	}
	if status, _ := record("", o.number(review.Decision)); status != http.StatusUnprocessableEntity {
		t.Errorf("an empty note: %d", status)
	}
	if status, answer := record("Annexe adoptée à titre provisoire.", o.number(review.Decision)); status != http.StatusSeeOther {
		t.Fatalf("%d %s", status, answer)
	}
	expect(t, o.by(o.Actors[access.Reader]).get(o.path("convention")), http.StatusOK, "Annexe adoptée à titre provisoire.", o.number(review.Decision))
	if w := b.get(o.path("convention", "engagements", "ETAT-2", "ETAT", 2014, "note")); w.Code != http.StatusNotFound {
		t.Errorf("a note on what nobody reviewed: %d", w.Code)
	}
	if reviewed := o.reviewed() + "/note"; b.get(reviewed).Code != http.StatusOK {
		t.Error("no note on what was reviewed")
	}
}
