// Package public holds the pages that are open without signing in.
package public

import (
	"net/url"

	"copil/internal/account"
	"copil/internal/french"
	"copil/templates/ui"
)

// Choice is one profile to act under.
type Choice struct {
	Member       string // its identifier; "" for the platform's administration
	Convention   string
	Role         string
	Organisation string
	Current      bool
}

// Account is one account that the demonstration offers.
type Account struct{ Email, Label string }

// SignInView is the form of the sign-in page.
type SignInView struct {
	Form     ui.Form
	Throttle string    // why the person has to wait, "" when they may try
	Accounts []Account // of the demonstration, empty elsewhere
	Back     string    // where to go afterwards, "" for the home page
}

// prefill leads to the sign-in page with an address of the demonstration in its place.
func prefill(email, back string) string {
	q := url.Values{"email": {email}}
	if back != "" {
		q.Set("retour", back)
	}
	return "/connexion?" + q.Encode() + "#password"
}

// name says the role and for whom; the mission's organisation is often called as its role.
func (c Choice) name() string {
	if c.Organisation == c.Role {
		return c.Role
	}
	return c.Role + ", " + c.Organisation
}

// ForgottenView is the form that asks for another password.
type ForgottenView struct {
	Form     ui.Form
	Throttle string // why the person has to wait, "" when they may ask
	MailOff  bool   // nothing can be sent
}

// ChooseView is the form of a link that lets its holder choose a password.
type ChooseView struct {
	Form   ui.Form
	Holder account.Holder
}

// role is the role of an invitation, in the words of its convention.
func role(i account.Invited) string {
	if i.OrganisationName == i.Words.Role(i.Role) {
		return i.OrganisationName
	}
	return i.Words.Role(i.Role) + ", " + i.OrganisationName
}

// invitation says who invites, and until when.
func invitation(i account.Invited) string {
	text := "Invitation de\u00a0: " + inviter(i)
	if i.EndsOn != nil {
		text += ". Accès jusqu’au " + french.Date(i.EndsOn.Date)
	}
	return text + "."
}

// inviter is who invites.
func inviter(i account.Invited) string {
	switch i.Inviter {
	case "":
		return "L’administration de la plateforme"
	case i.InviterOrganisation:
		return i.Inviter
	}
	return i.Inviter + ", " + i.InviterOrganisation
}
