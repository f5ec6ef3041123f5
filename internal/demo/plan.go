package demo

import (
	"context"
	"time"

	"copil/internal/audit"
	"copil/internal/convention"
	"copil/internal/governance"
)

// clause is a commitment of one party in one year.
type clause struct {
	commitment, party string // codes
	year              int
}

const delegue = "delegue@cdc.example"

// promises tells what the parties said of their commitments. Amounts, acts and
// numbers of posts are fictive.
func promises(t *teller) {
	said := func(day time.Time, who string, c clause, to convention.ClauseState, body, proof string) {
		t.on(day, who, func(ctx context.Context, by audit.Stamp) error {
			t.clauses[c]++
			if to == convention.Renewed {
				t.clauses[clause{c.commitment, c.party, c.year + 1}]++
			}
			return convention.ChangeClause(ctx, t.tx, by, t.clauses[c]-1, convention.ClauseChange{
				Commitment: c.commitment, Party: c.party, Year: c.year, To: to, Body: body, Proof: proof,
			})
		})
	}
	etat := func(year int) clause { return clause{"ETAT-1", "ETAT", year} }
	said(date(2013, 12, 18), suiviEtat, etat(2013), convention.Underway, "Financement de la mission d’appui sur le BOP 147, exercice 2013 (fictif).", "")
	said(date(2014, 1, 27), suiviEtat, etat(2013), convention.Kept, "Crédits notifiés et versés (fictif).", "Arrêté attributif 2013 (fictif).")
	said(date(2014, 1, 27), suiviEtat, etat(2013), convention.Renewed, "Arbitrage favorable pour 2014 (fictif).", "")
	said(date(2014, 4, 14), suiviEtat, etat(2014), convention.Underway, "Financement de la mission d’appui sur le BOP 147, exercice 2014 (fictif).", "")
	said(date(2015, 1, 26), suiviEtat, etat(2014), convention.Kept, "Crédits notifiés et versés ; le compte rendu financier suit (fictif).", "Arrêté attributif 2014 (fictif).")
	said(date(2014, 4, 14), suiviEtat, clause{"ETAT-3", "ETAT", 2014}, convention.Underway, "44 postes d’adultes-relais fléchés sur les sites (fictif).", "")
	said(date(2014, 5, 12), suiviEtat, clause{"ETAT-4", "ETAT", 2014}, convention.Underway, "Plan de professionnalisation des adultes-relais 2014 (fictif).", "")
	said(date(2015, 2, 2), suiviEtat, clause{"ETAT-4", "ETAT", 2014}, convention.Kept, "", "Programme des sessions de 2014 (fictif).")

	region := func(year int) clause { return clause{"REG-2", "REGION", year} }
	said(date(2013, 12, 20), suiviRegion, region(2013), convention.Underway, "Subvention à la mission d’appui, exercice 2013 (fictif).", "")
	said(date(2014, 2, 3), suiviRegion, region(2013), convention.Kept, "Versée en totalité (fictif).", "Délibération fictive.")
	said(date(2014, 2, 3), suiviRegion, region(2013), convention.Renewed, "", "")
	said(date(2014, 4, 22), suiviRegion, region(2014), convention.Underway, "Subvention à la mission d’appui, exercice 2014 (fictif).", "")
	said(date(2015, 2, 9), suiviRegion, region(2014), convention.PartlyKept, "Le solde de l’exercice 2014 reste à verser (fictif).", "Délibération fictive.")
	said(date(2015, 2, 9), suiviRegion, region(2014), convention.Renewed, "Délibération attendue pour 2015 (fictif).", "")

	t.on(date(2014, 2, 24), mission, func(ctx context.Context, by audit.Stamp) error {
		return governance.NoteFinding(ctx, t.tx, by, "annexe", governance.NoteDraft{
			Body: "L’annexe proposée est adoptée à titre provisoire (fictif).", Number: "2014-02",
		})
	})

	said(date(2013, 12, 19), delegue, clause{"CDC-3", "CDC", 2013}, convention.Underway, "Versement de l’exercice 2013 pour l’expérimentation (fictif).", "")
	said(date(2014, 6, 27), delegue, clause{"CDC-3", "CDC", 2013}, convention.Kept, "Versé le 14 février 2014, justifié le 25 juin 2014 (fictif).", "Compte rendu financier (fictif).")
	said(date(2014, 3, 10), delegue, clause{"CDC-1", "CDC", 2014}, convention.Underway, "Participation au suivi des sites retenus (fictif).", "")
}
