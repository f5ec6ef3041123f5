package server

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/google/uuid"

	"copil/internal/account"
	"copil/internal/audit"
	"copil/internal/fault"
	"copil/internal/french"
	"copil/internal/pg"
	"copil/templates/accounts"
	"copil/templates/ui"
)

const accountTitle = "Mon compte"

func (s *server) accountShow(r *Request) (Reply, error) {
	v, err := s.accountView(r, nil)
	if err != nil {
		return Reply{}, err
	}
	return page(accountTitle, homeCrumb, accounts.Show(v)), nil
}

var homeCrumb = []ui.Link{{Label: "Accueil", Href: "/"}}

func (s *server) accountView(r *Request, problems fault.Fields) (accounts.ShowView, error) {
	sessions, err := s.Sessions.Own(r.Context(), r.Signed.Person.PersonID)
	return accounts.ShowView{
		Person: r.Signed.Person, Memberships: r.Signed.Memberships, Sessions: sessions,
		Password: ui.Form{Action: "/compte/mot-de-passe", Values: url.Values{}, Problems: problems},
		Current: func(m account.Membership) bool {
			used, _ := r.Signed.As(m.Slug)
			return used.MemberID == m.MemberID
		},
		Href: func(m account.Membership) string { return "/c/" + m.Slug },
	}, err
}

// passwordChange ends the person's other sessions and begins this one anew.
func (s *server) passwordChange(r *Request) (Reply, error) {
	by := audit.Stamp{At: r.Now, OnDay: r.Today, Actor: r.Actor}
	err := account.ChangePassword(r.Context(), s.System, by, r.Signed.Person, s.visitor(r), r.PostForm.Get("current"), r.PostForm.Get("password"))
	if f, ok := errors.AsType[*fault.Error](err); ok && (f.Kind == fault.Invalid || f.Kind == fault.Throttled) {
		problems, reply := f.Fields, invalid
		if f.Kind == fault.Throttled {
			problems = fault.Fields{"current": f.Message}
		}
		v, err := s.accountView(r, problems)
		if err != nil {
			return Reply{}, err
		}
		again := reply(accountTitle, homeCrumb, accounts.Show(v))
		if f.Kind == fault.Throttled {
			again.status = http.StatusTooManyRequests
		}
		return again, nil
	}
	if err != nil {
		return Reply{}, err
	}
	if err := s.Sessions.Renew(r.Context(), r.Signed); err != nil {
		return Reply{}, err
	}
	return done("/compte", "Votre mot de passe est changé. Vos autres sessions sont fermées."), nil
}

// sessionsEnd ends one other session of the person, or all others.
func (s *server) sessionsEnd(r *Request) (Reply, error) {
	token := r.PostForm.Get("session")
	switch token {
	case "autres":
		token = ""
	case "":
		return Reply{}, fault.New(fault.Invalid, "Choisissez la session à fermer.")
	}
	n, err := s.Sessions.EndOwn(r.Context(), r.Signed.Person.PersonID, token)
	if err != nil {
		return Reply{}, err
	}
	if n == 0 {
		return done("/compte#session", "Il n’y avait pas d’autre session à fermer."), nil
	}
	return done("/compte#session", french.Plural(int(n), "session fermée", "sessions fermées")+"."), nil
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
