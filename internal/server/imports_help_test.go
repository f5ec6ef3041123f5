package server

import (
	"strings"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/collect"
	"copil/internal/pg"
	"copil/internal/testdb"
)

// entriesFile says how many came to the first structure, on its first site.
func (o *office) entriesFile(n string) string {
	return strings.Join([]string{
		"Code structure;Code site;Code période;Code donnée;Code ligne;Code colonne;Réponse;Valeur;Motif;Commentaire",
		"A1;S1;" + testdb.OpenPeriod + ";entries;;;;" + n + ";;",
	}, "\r\n") + "\r\n"
}

// sent is a file that was read.
func (a *app) sent(file []byte) collect.Sent {
	a.t.Helper()
	sent, err := collect.ReadSent("saisie.csv", file)
	if err != nil {
		a.t.Fatal(err)
	}
	return sent
}

// newUpload keeps a file of somebody, to be confirmed.
func (o *office) newUpload(by access.Actor, n string) (id uuid.UUID) {
	o.t.Helper()
	o.db.In(o.t, o.ID, func(tx *pg.Tx) (err error) {
		id, err = collect.KeepUpload(o.t.Context(), tx, testdb.By(by), testdb.OpenPeriod, o.sent([]byte(o.entriesFile(n))))
		return err
	})
	return id
}

// upload keeps a file of a member of an organisation of the demonstration.
func (m *matrix) upload(organisation string) string {
	m.t.Helper()
	convention := m.one(`SELECT convention_id::text FROM organisations WHERE organisation_id = $1`, organisation)
	person := m.one(`SELECT person_id::text FROM members WHERE organisation_id = $1 LIMIT 1`, organisation)
	period := m.db.Texts(m.t, `SELECT period_code FROM submissions WHERE organisation_id = $1 AND period_code LIKE '2014%' ORDER BY period_code DESC LIMIT 1`, organisation)[0]
	var id uuid.UUID
	m.db.In(m.t, convention, func(tx *pg.Tx) (err error) {
		by := testdb.By(access.Actor{PersonID: person, ConventionID: convention})
		id, err = collect.KeepUpload(m.t.Context(), tx, by, period, m.sent([]byte("Code structure;Code site;Code période;Code donnée\r\n")))
		return err
	})
	return id.String()
}
