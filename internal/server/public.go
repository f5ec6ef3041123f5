package server

import (
	"copil/internal/account"
	"copil/templates/public"
)

// home tells a visitor what Copil is. It leads a member straight to their
// dashboard, or lets them choose among several profiles.
func (s *server) home(r *Request) (Reply, error) {
	who := r.Signed
	if _, isIn := account.SignedIn(r.Context()); !isIn {
		return page("Accueil", nil, public.Home(len(s.Demo) > 0)), nil
	}
	switch {
	case len(who.Memberships) == 1 && !who.Person.Administrator:
		return done("/c/"+who.Memberships[0].Slug, ""), nil
	case len(who.Memberships) == 0 && who.Person.Administrator:
		return done("/admin", ""), nil
	}
	var choices []public.Choice
	for _, m := range who.Memberships {
		choices = append(choices, public.Choice{
			Member: m.MemberID.String(), Convention: m.ConventionName, Role: m.Words.Role(m.Role), Organisation: m.OrganisationName,
			Current: m.MemberID == who.Current,
		})
	}
	if who.Person.Administrator {
		choices = append(choices, public.Choice{Role: who.Person.Actor().Role.Label()})
	}
	return page("Choisir un profil", nil, public.Choose(who.Person.Name, choices)), nil
}

func (s *server) accessibility(*Request) (Reply, error) {
	return page("Déclaration d’accessibilité", nil, public.Accessibility(len(s.Demo) > 0)), nil
}

func (s *server) legal(*Request) (Reply, error) {
	return page("Mentions légales", nil, public.Legal(len(s.Demo) > 0)), nil
}
