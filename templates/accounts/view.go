// Package accounts holds the pages of one's own account and of the platform's
// administration.
package accounts

import (
	"copil/internal/account"
	"copil/internal/french"
	"copil/templates/ui"
)

// ShowView is one's own account.
type ShowView struct {
	Person      account.Person
	Memberships []account.Membership
	Sessions    []account.OpenSession
	Password    ui.Form                         // to change it
	Current     func(account.Membership) bool   // whether the person acts under it in its convention
	Href        func(account.Membership) string // its convention's home
}

// AdminView is all that the platform's administration sees.
type AdminView struct {
	Conventions []account.Hosted
	Accounts    []account.Held
}

func (v AdminView) lead() string {
	return french.Plural(len(v.Conventions), "convention", "conventions") + ", " + french.Plural(len(v.Accounts), "compte", "comptes") + ". L’administration n’ouvre ni ne valide aucun chiffre."
}

// FoundView is the form that creates a convention.
type FoundView struct {
	Form   ui.Form
	Faults []string // what is to be put right in the file, one thing each
}

// closingConsequences are what closing an account brings about.
func closingConsequences(alone []string) (list []string) {
	for _, convention := range alone {
		list = append(list, "C’est le seul membre de la convention «\u00a0"+convention+"\u00a0»\u00a0: plus personne ne pourra l’ouvrir. Invitez-y d’abord quelqu’un d’autre.")
	}
	return append(list,
		"La personne ne pourra plus se connecter, et ses sessions se ferment aussitôt.",
		"Ce qu’elle a saisi et validé reste, et le journal continue de la nommer.",
		"Un compte fermé ne se rouvre pas.")
}

// profile names a membership; the mission's organisation is often called as its role.
func profile(m account.Membership) string {
	if m.OrganisationName == m.Words.Role(m.Role) {
		return m.OrganisationName
	}
	return m.Words.Role(m.Role) + ", " + m.OrganisationName
}

// device names a session's browser.
func device(s account.OpenSession) string {
	if s.Device == "" {
		return "Navigateur inconnu"
	}
	return s.Device
}
