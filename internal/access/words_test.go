package access_test

import (
	"testing"

	"copil/internal/access"
)

func TestWords(t *testing.T) {
	t.Parallel()
	own := access.Words{Mission: "l’équipe d’animation", Committee: "le comité des partenaires", Posts: "Emplois"}
	for _, tt := range []struct{ got, want string }{
		{access.Words{}.TheMission(), "la mission d’appui"},
		{access.Words{}.TheCommittee(), "le comité de pilotage"},
		{access.Words{}.PostsTitle(), "Postes"},
		{access.Words{}.Role(access.Mission), "Mission d’appui"},
		{own.TheMission(), "l’équipe d’animation"},
		{own.TheCommittee(), "le comité des partenaires"},
		{own.PostsTitle(), "Emplois"},
		{own.Role(access.Mission), "Équipe d’animation"},
		{own.Role(access.Structure), "Structure locale"},
		{access.Actor{Role: access.Mission, Words: own}.RoleLabel(), "Équipe d’animation"},
	} {
		if tt.got != tt.want {
			t.Errorf("%q, want %q", tt.got, tt.want)
		}
	}
}
