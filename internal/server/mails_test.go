package server

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/mail"
	"copil/internal/pg"
	"copil/internal/testdb"
)

// The mission sees what left and what did not, and why; nobody else does.
func TestOutboxPage(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	page := o.by(o.Actors[access.Mission]).page(o.path("reglages", "courriels"))
	if !strings.Contains(page, "Aucun courriel") {
		t.Error("an empty outbox does not say so")
	}
	o.db.In(t, o.ID, func(tx *pg.Tx) error {
		for _, subject := range []string{"Attendu", "Refusé", "Parti"} {
			err := mail.Queue(t.Context(), tx, testdb.By(o.Actors[access.Mission]), mail.Draft{Kind: mail.Reminder, To: o.Other.PersonID, Subject: subject,
				Paragraphs: []string{"Ce qui est écrit <ici>."}, Link: mail.Link{Label: "Saisir les données", Path: o.path()}})
			if err != nil {
				return err
			}
		}
		return pg.Exec(t.Context(), tx, `
			UPDATE mails SET state = CASE subject WHEN 'Refusé' THEN 'echec' WHEN 'Parti' THEN 'envoye' ELSE state END,
				sent_at = CASE subject WHEN 'Parti' THEN now() END, last_error = CASE subject WHEN 'Refusé' THEN 'Code 550.' ELSE '' END
			WHERE convention_id = @convention`, nil)
	})
	o.MailOff = true
	page = o.by(o.Actors[access.Mission]).page(o.path("reglages", "courriels"))
	for _, part := range []string{
		"1 en attente, 1 en échec, 1 envoyé, 0 annulé.", "Code 550.", "Ce qui est écrit &lt;ici&gt;.", o.Other.Name, "Relance",
		"L’envoi de courriels n’est pas réglé sur ce serveur",
	} {
		if !strings.Contains(strings.ReplaceAll(page, "\u00a0", " "), part) {
			t.Errorf("the outbox does not say %q", part)
		}
	}
	failed, waiting, sent := strings.Index(page, ">Refusé<"), strings.Index(page, ">Attendu<"), strings.Index(page, ">Parti<")
	if failed < 0 || waiting < failed || sent < waiting {
		t.Errorf("order of failed, waiting, sent: %d, %d, %d", failed, waiting, sent)
	}
	if got := o.by(o.Actors[access.Signatory]).get(o.path("reglages", "courriels")); got.Code != http.StatusForbidden {
		t.Errorf("a signatory gets %d", got.Code)
	}
}

// The demonstration shows the mails that it kept; elsewhere there is no such page.
func TestCaughtPage(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	if got := a.visitor().get("/demo/courriels"); got.Code != http.StatusNotFound {
		t.Errorf("without a catcher the page answers %d", got.Code)
	}
	o := a.Options
	o.BaseURL = "http://127.0.0.1:1"
	var caught []mail.Caught
	o.Caught = func() []mail.Caught { return caught }
	a.handler = New(o)
	if page := a.visitor().page("/demo/courriels"); !strings.Contains(page, "Aucun courriel pour l’instant") {
		t.Error("no mail: the page does not say so")
	}
	caught = []mail.Caught{{To: "a@b.example", From: "Copil <c@d.example>", Subject: "Objet <1>", At: time.Now(),
		Text: "Bonjour\n\nOuvrir\u00a0:\nhttp://127.0.0.1:1/invitation/abc\n", HTML: "<p>Bonjour</p>"}}
	page := a.visitor().page("/demo/courriels")
	for _, part := range []string{"a@b.example", "Objet &lt;1&gt;", `href="/invitation/abc"`, "&lt;p&gt;Bonjour&lt;/p&gt;"} {
		if !strings.Contains(page, part) {
			t.Errorf("the page does not show %q", part)
		}
	}
}

// failedMail is one that the relay refused for good.
func (o *office) failedMail() uuid.UUID {
	o.t.Helper()
	o.db.In(o.t, o.ID, func(tx *pg.Tx) error {
		err := mail.Queue(o.t.Context(), tx, testdb.By(o.Actors[access.Mission]), mail.Draft{Kind: mail.Reminder, To: o.Other.PersonID, Subject: "Refusé", Paragraphs: []string{"Texte."}})
		if err != nil {
			return err
		}
		return pg.Exec(o.t.Context(), tx, `
			UPDATE mails SET state = 'echec', attempts = 14, last_error = 'Code 550.', due_at = now() + interval '6 hours' WHERE convention_id = @convention AND subject = 'Refusé'`, nil)
	})
	return o.one(`SELECT mail_id::text FROM mails WHERE convention_id = $1 AND subject = 'Refusé'`, o.ID)
}

// What failed leaves once more when the mission asks, and the log tells of it;
// what did not fail has no button and cannot be sent twice.
func TestResend(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id, page := o.failedMail(), o.path("reglages", "courriels")
	b := o.by(o.Actors[access.Mission])
	button := `name="courriel" value="` + id.String() + `"`
	if !strings.Contains(b.page(page), button) {
		t.Fatal("no button for the mail that failed")
	}
	form := b.filled(page, page, url.Values{"courriel": {id.String()}})
	expect(t, b.post(page, form), http.StatusSeeOther)
	expect(t, b.get(page), http.StatusOK, "Le courriel repart", "1 en attente, 0 en échec")
	if strings.Contains(b.page(page), button) {
		t.Error("the button is still there")
	}
	if row := o.db.Texts(t, `SELECT state || ' ' || attempts || ' ' || (due_at <= now()) || last_error FROM mails WHERE mail_id = $1`, id); row[0] != "en_attente 0 true" {
		t.Errorf("%q", row)
	}
	expect(t, b.get(o.path("journal")), http.StatusOK, "Refusé, "+o.Other.Name, "Courriel", "Échec", "En attente")
	again := b.form(o.path("reglages", "membres", "nouveau"), o.path("reglages", "membres")) // another key
	again.Set("courriel", id.String())
	expect(t, b.post(page, again), http.StatusConflict, "n’est plus en échec")
	again.Set("courriel", uuid.NewString())
	expect(t, b.post(page, again), http.StatusConflict, "n’est plus en échec")
	again.Set("courriel", "autre")
	expect(t, b.post(page, again), http.StatusNotFound)
	if got := o.by(o.Actors[access.Structure]).post(page, form); got.Code != http.StatusForbidden {
		t.Errorf("a structure gets %d", got.Code)
	}
}
