package server

import (
	"github.com/google/uuid"

	"copil/internal/account"
	"copil/internal/fault"
	"copil/internal/pg"
	"copil/templates/accounts"
	"copil/templates/ui"
)

func (s *server) accountShow(r *Request) (Reply, error) {
	v := accounts.ShowView{
		Person: r.Signed.Person, Memberships: r.Signed.Memberships,
		Current: func(m account.Membership) bool {
			used, _ := r.Signed.As(m.Slug)
			return used.MemberID == m.MemberID
		},
		Href: func(m account.Membership) string { return "/c/" + m.Slug },
	}
	return page("Mon compte", []ui.Link{{Label: "Accueil", Href: "/"}}, accounts.Show(v)), nil
}

// profileSwitch chooses the membership to act under from now on.
func (s *server) profileSwitch(r *Request) (Reply, error) {
	chosen, err := uuid.Parse(r.PostForm.Get("profil"))
	if err != nil {
		return Reply{}, fault.New(fault.NotFound, pg.NoSuchRecord)
	}
	if err := s.Sessions.Switch(r.Context(), chosen); err != nil {
		return Reply{}, err
	}
	for _, m := range r.Signed.Memberships {
		if m.MemberID == chosen {
			return done("/c/"+m.Slug, "Vous agissez maintenant comme "+m.Words.Role(m.Role)+", "+m.OrganisationName+"."), nil
		}
	}
	return done("/compte", ""), nil
}
