package server

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"copil/internal/access"
	"copil/internal/funding"
	"copil/internal/pg"
	"copil/internal/testdb"
)

// newLine is a line of the State's, in the year that is running, that was asked for.
func (o *office) newLine() (id uuid.UUID) {
	o.t.Helper()
	o.db.In(o.t, o.ID, func(tx *pg.Tx) (err error) {
		id, err = aLine(o.t.Context(), tx, o.State, o.Mission)
		return err
	})
	return id
}

// newResource is what pays for a site's posts.
func (o *office) newResource() (id uuid.UUID) {
	o.t.Helper()
	o.db.In(o.t, o.ID, func(tx *pg.Tx) (err error) {
		id, err = funding.AddResource(o.t.Context(), tx, testdb.By(access.Actor{}), funding.Resource{SiteID: o.Sites[0], Label: "Aides à l’emploi",
			FirmUntil: testdb.Day(2015, 6, 30), Firmness: funding.Notified})
		return err
	})
	return id
}

func aLine(ctx context.Context, tx *pg.Tx, funder, beneficiary uuid.UUID) (uuid.UUID, error) {
	by := testdb.By(access.Actor{})
	id, err := funding.Create(ctx, tx, by, funding.Draft{FunderID: funder, Purpose: funding.ForMission, BeneficiaryID: beneficiary,
		Object: "Mission d’appui", FirstYear: 2015, LastYear: 2015, Planned: decimal.NewFromInt(45000), Expected: funding.Arbitrated})
	if err != nil {
		return id, err
	}
	return id, funding.Record(ctx, tx, testdb.By(access.Actor{Role: access.Mission}), id, 1, funding.Step{Kind: funding.Request, OnDay: testdb.Today, FiscalYear: 2015})
}

// money is a line with a step and a resource of a convention, by what paths call them.
func (m *matrix) money(slug string) map[string]string {
	m.t.Helper()
	convention := m.one(`SELECT convention_id::text FROM conventions WHERE slug = $1`, slug)
	office := m.one(`SELECT organisation_id::text FROM parties WHERE convention_id = $1 ORDER BY position LIMIT 1`, convention)
	site := m.one(`SELECT site_id::text FROM sites WHERE convention_id = $1 ORDER BY code LIMIT 1`, convention)
	var line, resource uuid.UUID
	m.db.In(m.t, convention, func(tx *pg.Tx) (err error) {
		if line, err = aLine(m.t.Context(), tx, office, office); err != nil {
			return err
		}
		resource, err = funding.AddResource(m.t.Context(), tx, testdb.By(access.Actor{}), funding.Resource{SiteID: site, FunderID: &office, Label: "Aides à l’emploi",
			FirmUntil: testdb.Day(2015, 6, 30), Firmness: funding.Notified})
		return err
	})
	return map[string]string{"id": line.String(), "etape": "1", "ressource": resource.String()}
}

// takes sends a step of a line and fails unless it is taken.
func (b *browser) takes(page, action string, answers url.Values) {
	b.app.t.Helper()
	if w := b.post(action, b.filled(page, action, answers)); w.Code != http.StatusSeeOther {
		b.app.t.Fatalf("%v: %d\n%s", answers, w.Code, text(w))
	}
}

// A line goes through its whole life, a mistake and its correction included.
func TestLineLives(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	b := o.by(o.Actors[access.Signatory])
	b.takes(o.path("financements", "nouveau"), o.path("financements"), url.Values{
		"object": {"Mission d’appui"}, "purpose": {"mission"}, "beneficiary": {o.Mission.String()}, "first_year": {"2014"}, "programme": {"BOP 147"},
		"commitment": {"ETAT-1"}, "planned": {"60 000,10"}, "expected": {"arbitrage"}, "private_law": {"oui"},
	})
	at := o.path("financements", o.one(`SELECT line_id::text FROM funding_lines WHERE convention_id = $1`, o.ID))
	step := func(kind, amount string, more ...string) {
		t.Helper()
		answers := url.Values{"kind": {kind}, "amount": {amount}}
		for i := 0; i < len(more); i += 2 {
			answers.Set(more[i], more[i+1])
		}
		b.takes(at, at+"/etapes", answers)
	}
	reads(t, "signatory", b.get(at), "Prévu", "Sous réserve d’arbitrage", "60 000,10 €")
	step("demande", "60 000,10")
	step("accord", "60 000,10", "reference", "Arrêté 12")
	reads(t, "signatory", b.get(at), "Accordé", "Au-delà de 23 000 € par an à un organisme privé, une convention est obligatoire")
	step("notification", "60 000,10")
	step("convention", "", "reference", "2014-147")
	if text := sentences(b.page(at)); strings.Contains(text, "une convention est obligatoire") {
		t.Error("the agreement is there, the alert stays")
	}
	step("versement", "6 000,10") // it was to be 60 000,10
	for answer, says := range map[string]string{"54 000,01": "Le montant versé dépasse le montant notifié", "0": "au centime près"} {
		expect(t, b.post(at+"/etapes", b.filled(at, at+"/etapes", url.Values{"kind": {"versement"}, "amount": {answer}})), http.StatusUnprocessableEntity, says, `value="`+answer+`"`)
	}
	b.takes(at+"/etapes/5", at+"/etapes/5", url.Values{"undo_reason": {"Erreur de saisie."}})
	reads(t, "signatory", b.get(at), "Conventionné", "Étape contraire : Versement", "Annulée par l’étape 6", "Erreur de saisie.")
	expect(t, b.get(at+"/etapes/5"), http.StatusNotFound)
	expect(t, b.post(at+"/etapes/2", b.filled(at+"/etapes/2", at+"/etapes/2", url.Values{"undo_reason": {"Pour voir."}})), http.StatusUnprocessableEntity, "Annulez d’abord ce qui en dépend")
	step("versement", "60 000,10")
	reads(t, "signatory", b.get(at), "Versé", "attendu le 30 juin 2015")
	step("compte_rendu", "")
	step("solde", "")
	reads(t, "signatory", b.get(at), "Soldé", "elle ne connaît plus d’étape")
	reads(t, "signatory", b.get(o.path("financements")), "60 000,10 60 000,10 60 000,10 100,0 %")
}

// The act binds some money to one year: two on one line are refused, and so is a
// step of another year.
func TestYearlyMoney(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	b := o.by(o.Actors[access.Mission])
	line := url.Values{"funder": {o.State.String()}, "object": {"Mission d’appui"}, "purpose": {"mission"}, "beneficiary": {o.Mission.String()},
		"first_year": {"2014"}, "last_year": {"2015"}, "programme": {"BOP 147"}, "planned": {"60 000"}, "expected": {"annonce"}}
	page, action := o.path("financements", "nouveau"), o.path("financements")
	expect(t, b.post(action, b.filled(page, action, line)), http.StatusUnprocessableEntity, "Les crédits du BOP 147 ne portent que sur l’année en cours", "Mission d’appui")
	line.Set("last_year", "")
	b.takes(page, action, line)
	at := o.path("financements", o.one(`SELECT line_id::text FROM funding_lines WHERE convention_id = $1`, o.ID))
	answers := url.Values{"kind": {"accord"}, "amount": {"60 000"}, "reference": {"Arrêté 12"}, "fiscal_year": {"2015"}}
	expect(t, b.post(at+"/etapes", b.filled(at, at+"/etapes", answers)), http.StatusUnprocessableEntity, "Les crédits du BOP 147 ne portent que sur l’année en cours")
}

// A signatory records what their own party brings, nothing else.
func TestAnotherPartysMoney(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	var line uuid.UUID
	o.db.In(t, o.ID, func(tx *pg.Tx) (err error) {
		line, err = aLine(t.Context(), tx, o.one(`SELECT organisation_id::text FROM parties WHERE convention_id = $1 AND party_code = 'CDC'`, o.ID), o.Mission)
		return err
	})
	b := o.by(o.Actors[access.Signatory])
	reads(t, "signatory", b.get(o.path("financements", line)), "Cette ligne est celle d’un autre financeur")
	expect(t, b.get(o.path("financements", line, "modifier")), http.StatusForbidden)
	expect(t, b.get(o.path("financements", line, "etapes", 1)), http.StatusForbidden)
}

// Who is to see no amount sees none: not on a page, in a file, in the log, in a
// search, nor on the dashboard. The same person with money is the control.
func TestWithoutMoney(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	signatory := o.Actors[access.Signatory]
	o.db.In(t, o.ID, func(tx *pg.Tx) error { // 7 654 321 euros are found in no other place
		id, err := funding.Create(t.Context(), tx, testdb.By(o.Actors[access.Mission]), funding.Draft{FunderID: o.State, Purpose: funding.ForMission, BeneficiaryID: o.Mission,
			Object: "Pécule", FirstYear: 2015, LastYear: 2015, Planned: decimal.NewFromInt(7654321), Expected: funding.Voted, Deliberation: "n° 1"})
		if err != nil {
			return err
		}
		for i, kind := range []funding.Kind{funding.Grant, funding.Notice} {
			if err := funding.Record(t.Context(), tx, testdb.By(o.Actors[access.Mission]), id, i+1, funding.Step{Kind: kind, OnDay: testdb.Today, FiscalYear: 2015, Amount: decimal.NewFromInt(7654321)}); err != nil {
				return err
			}
		}
		_, err = funding.AddResource(t.Context(), tx, testdb.By(o.Actors[access.Mission]), funding.Resource{SiteID: o.Sites[0], Label: "Pécule du site",
			FirmUntil: testdb.Day(2015, 6, 30), Firmness: funding.Notified, Amount: new(decimal.NewFromInt(7654321))})
		return err
	})
	line, resource := o.one(`SELECT line_id::text FROM funding_lines WHERE convention_id = $1`, o.ID), o.one(`SELECT resource_id::text FROM site_resources WHERE convention_id = $1`, o.ID)
	var paths []string
	for _, rt := range o.routes() {
		if rt.method == get && rt.inConvention() && (strings.Contains(rt.pattern, "/financements") || strings.Count(rt.pattern, "{") == 1) {
			path := strings.NewReplacer("{slug}", o.Slug, "{id}", line.String(), "{ressource}", resource.String(), "{etape}", "1").Replace(rt.pattern)
			if !strings.Contains(path, "{") {
				paths = append(paths, path)
			}
		}
	}
	paths = append(paths, o.path("recherche")+"?q=Pécule", o.path("journal")+"?objet=funding", o.path("journal")+"?id="+line.String())
	amounts := func(b *browser) (seen []string) {
		for _, path := range paths {
			body := strings.NewReplacer("\u00a0", "", "\u202f", "", " ", "", "&nbsp;", "").Replace(b.get(path).Body.String())
			if strings.Contains(body, "7654321") || strings.Contains(body, "Pécule") && !strings.Contains(path, "recherche") || strings.Contains(body, "eurosfermes") || strings.Contains(body, "/financements\"") {
				seen = append(seen, path)
			}
		}
		return seen
	}
	b := o.by(signatory)
	if seen := amounts(b); len(seen) < 8 || !slices.Contains(seen, o.path()) || !slices.Contains(seen, o.path("journal")) {
		t.Fatalf("the control sees amounts only at %q", seen)
	}
	if _, err := o.db.Owner.Exec(t.Context(), `UPDATE members SET without_money = true WHERE convention_id = $1 AND member_id = $2`, o.ID, signatory.MemberID); err != nil {
		t.Fatal(err)
	}
	if seen := amounts(b); len(seen) > 0 {
		t.Errorf("amounts are seen at %q", seen)
	}
	for _, path := range paths {
		if w := b.get(path); strings.Contains(path, "/financements") && w.Code != http.StatusForbidden {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	for _, action := range []string{o.path("financements"), o.path("financements", line, "etapes"), o.path("financements", "horizon", resource, "retirer")} {
		form := url.Values{keyField: {uuid.NewString()}, profileField: {signatory.MemberID.String()}}
		if w := b.post(action, form); w.Code != http.StatusForbidden {
			t.Errorf("POST %s: %d", action, w.Code)
		}
	}
}
