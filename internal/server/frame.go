package server

import (
	"strings"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/account"
	"copil/internal/french"
	"copil/templates/ui"
)

// frame is what surrounds a page: who sees it, of which convention, on which day.
func (s *server) frame(req *Request, title string, crumbs []ui.Link) ui.Frame {
	f := ui.Frame{Title: title, Version: s.Version, Crumbs: crumbs, Actor: req.Actor}
	m := req.Membership
	if m.Slug == "" {
		return s.outside(req, f)
	}
	f.Convention, f.Organisation, f.Home = m.ShortName, m.OrganisationName, req.Path()
	f.Until = m.Until()
	f.ThemeHref = req.Path("theme.css")
	if m.Fictive != "" {
		f.Notices = append(f.Notices, m.Fictive)
	}
	f.Today = french.Date(s.Today())
	f.Nav = s.nav(req)
	return f
}

// outside completes the frame of a page of no convention: it says who is signed
// in, and leads back to their work.
func (s *server) outside(req *Request, f ui.Frame) ui.Frame {
	who := req.Signed
	if len(s.Demo) > 0 {
		f.Notices = []string{"Démonstration\u00a0: les comptes, les sites, les structures et les chiffres recueillis sont fictifs."}
	}
	if who.Person.PersonID != uuid.Nil {
		f.Today = french.Date(s.Today())
	}
	if who.Person.Administrator {
		f.Actor = who.Person.Actor()
		f.Nav = []ui.NavItem{{Label: "Administration", Href: "/admin", Current: req.URL.Path == "/admin"}}
		return f
	}
	if m, ok := lastUsed(who); ok {
		f.Actor, f.Organisation, f.Home = m.Actor(who.Person), m.OrganisationName, "/c/"+m.Slug
	}
	return f
}

// lastUsed is the membership that the person last chose, or else their first.
func lastUsed(who account.Signed) (account.Membership, bool) {
	for _, m := range who.Memberships {
		if m.MemberID == who.Current {
			return m, true
		}
	}
	if len(who.Memberships) == 0 {
		return account.Membership{}, false
	}
	return who.Memberships[0], true
}

func (s *server) nav(req *Request) []ui.NavItem {
	var items []ui.NavItem
	add := func(needs access.Permission, label, section string) {
		if !req.Actor.Can(needs) {
			return
		}
		href := req.Path()
		if section != "" {
			href = req.Path(section)
		}
		path := req.URL.Path
		current := path == href || (section != "" && strings.HasPrefix(path, href+"/"))
		items = append(items, ui.NavItem{Label: label, Href: href, Current: current})
	}
	add(access.FigureRead, "Tableau de bord", "")
	add(access.ConventionRead, "Convention", "convention")
	add(access.ConventionRead, "Sites", "sites")
	add(access.FigureRead, req.Actor.Words.PostsTitle(), req.postsSection())
	add(access.GovernanceRead, "Gouvernance", "gouvernance")
	add(access.CollectRead, "Saisies", "saisies")
	add(access.FigureRead, "Indicateurs", "indicateurs")
	if req.Actor.Can(access.ReportRead) {
		add(access.ReportRead, "Bilans", "bilans")
	} else {
		add(access.FigureRead, "Bilans (diffusion à venir)", "bilans")
	}
	add(access.MoneyRead, "Financements", "financements")
	add(access.LogRead, "Journal", "journal")
	add(access.ConventionRead, "Recherche", "recherche")
	add(access.SettingsRead, "Réglages", "reglages")
	return items
}
