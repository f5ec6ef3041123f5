package demo

import (
	"time"

	"copil/internal/access"
)

// Who the story calls by name: an office each, never a real person.
const (
	prefecture   = "prefecture@etat.example"
	presidence   = "presidence@region.example"
	suiviEtat    = "suivi@etat.example"
	suiviRegion  = "suivi@region.example"
	mission      = "mission@appui.example"
	adjoint      = "adjoint@appui.example"
	brumeMission = "mission@autre.example"
	brumeAdjoint = "adjoint@autre.example"
	nobody       = "" // Copil itself
)

const (
	npdc       = "mediation-npdc"
	territoryB = "territoire-b"
)

// people returns everybody of the story, those to show first.
func people() []person {
	signed, listed := date(2013, 12, 6), date(2014, 2, 17)
	list := []person{
		{prefecture, npdc, access.Chair, "ETAT", "Préfecture de région (démonstration)", true, signed, time.Time{}},
		{presidence, npdc, access.Chair, "REGION", "Présidence du Conseil régional (démonstration)", true, signed, time.Time{}},
		{suiviEtat, npdc, access.Signatory, "ETAT", "Suivi de la convention, État (démonstration)", true, signed, time.Time{}},
		{suiviRegion, npdc, access.Signatory, "REGION", "Suivi de la convention, Région (démonstration)", true, signed, time.Time{}},
		{"delegue@cdc.example", npdc, access.Signatory, "CDC", "Délégation de la Caisse des Dépôts (démonstration)", true, signed, time.Time{}},
		{mission, npdc, access.Mission, "MRA", "Mission régionale d’appui (démonstration)", true, signed, time.Time{}},
		{adjoint, npdc, access.Mission, "MRA", "Mission régionale d’appui, adjoint (démonstration)", true, signed, time.Time{}},
		{"passerelle@structure.example", npdc, access.Structure, "A1", "Association Passerelle (démonstration)", true, listed, time.Time{}},
		{"rivages@structure.example", npdc, access.Structure, "P3", "Rivages (démonstration)", true, listed, time.Time{}},
		{"evaluation@lecteur.example", npdc, access.Reader, "EVAL", "Évaluation, Méthodéval (démonstration)", true, date(2015, 1, 12), date(2015, 6, 30)},
		{brumeMission, territoryB, access.Mission, "ANIM", "Équipe d’animation (démonstration)", true, date(2014, 2, 14), time.Time{}},
		{"structure@autre.example", territoryB, access.Structure, "B1", "Les Toits de Brume (démonstration)", true, date(2014, 4, 1), time.Time{}},
		{"admin@copil.example", "", access.Admin, "", "Administration de Copil (démonstration)", true, time.Time{}, time.Time{}},
		{brumeAdjoint, territoryB, access.Mission, "ANIM", "Équipe d’animation, adjointe (démonstration)", false, date(2014, 2, 14), time.Time{}},
		{"phare@autre.example", territoryB, access.Structure, "B2", "Bureau du Phare (démonstration)", false, date(2014, 4, 1), time.Time{}},
		{"dunes@autre.example", territoryB, access.Structure, "B3", "Habitat des Dunes (démonstration)", false, date(2014, 4, 1), time.Time{}},
	}
	for _, e := range employers {
		if e.email() != "passerelle@structure.example" && e.email() != "rivages@structure.example" {
			list = append(list, person{e.email(), npdc, access.Structure, e.code, e.name + " (démonstration)", false, listed, time.Time{}})
		}
	}
	return list
}

// email is the account of who enters an employer's figures.
func (e employer) email() string { return e.login + "@structure.example" }
