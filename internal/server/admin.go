package server

import (
	"errors"
	"net/url"
	"strings"

	"github.com/google/uuid"

	"copil/docs"
	"copil/internal/account"
	"copil/internal/audit"
	"copil/internal/convention"
	"copil/internal/fault"
	"copil/internal/pg"
	"copil/templates/accounts"
	"copil/templates/settings"
	"copil/templates/ui"
)

const (
	adminTitle   = "Administration"
	foundTitle   = "Créer une convention"
	closingTitle = "Fermer un compte"
)

var adminCrumb = []ui.Link{{Label: adminTitle, Href: "/admin"}}

func (s *server) adminIndex(r *Request) (Reply, error) {
	held, hosted, err := account.Directory(r.Context(), s.System, r.Today)
	if err != nil {
		return Reply{}, err
	}
	return page(adminTitle, nil, accounts.Admin(accounts.AdminView{Conventions: hosted, Accounts: held})), nil
}

// adminStamp is what the platform's administration does.
func (r *Request) adminStamp() audit.Stamp {
	return audit.Stamp{At: r.Now, OnDay: r.Today, Actor: r.Actor}
}

func (s *server) adminConventionNew(*Request) (Reply, error) {
	return page(foundTitle, adminCrumb, accounts.Found(foundView(url.Values{}, nil, nil))), nil
}

func foundView(values url.Values, problems fault.Fields, faults []string) accounts.FoundView {
	return accounts.FoundView{Form: ui.Form{Action: "/admin/conventions", Values: values, Problems: problems, Multipart: true}, Faults: faults}
}

// exampleSlug is the smaller of the conventions that come with Copil.
const exampleSlug = "territoire-b"

// adminConventionExample gives a file to begin with.
func (s *server) adminConventionExample(*Request) (Reply, error) {
	text, err := convention.ShippedText(exampleSlug)
	return download("exemple-de-convention.yaml", "application/yaml; charset=utf-8", text), err
}

// adminConventionGuide gives the description of such a file, as a text that any
// machine opens.
func (s *server) adminConventionGuide(*Request) (Reply, error) {
	return download("guide-du-fichier-de-convention.txt", "text/plain; charset=utf-8", docs.ConventionFile), nil
}

// adminConventionCreate creates a convention from its file and invites the first
// member of the team that runs it.
func (s *server) adminConventionCreate(r *Request) (Reply, error) {
	f := readForm(r.PostForm)
	founding := Founding{Email: f.text("email"), Name: f.text("name")}
	for name, message := range (account.PersonDraft{Email: founding.Email, Name: founding.Name}).Problems() {
		f.problems.Add(name, message)
	}
	var faults []string
	if sent, head, err := r.FormFile(fileField); err != nil {
		f.problems.Add(fileField, "Choisissez le fichier YAML de la convention.")
	} else {
		founding.File, err = convention.Read(sent, head.Filename)
		found, ok := errors.AsType[convention.Problems](err)
		if err := errors.Join(err, sent.Close()); err != nil && !ok {
			return Reply{}, err
		}
		faults = addFaults(f.problems, found)
	}
	if len(f.problems) == 0 {
		hosted, err := account.AllHosted(r.Context(), s.System)
		if err != nil {
			return Reply{}, err
		}
		if taken := takenBy(hosted, founding.File.Agreement); taken != "" {
			f.problems.Add(fileField, taken)
		}
	}
	if len(f.problems) == 0 {
		id, _, err := Found(r.Context(), s.Pool, s.System, r.adminStamp(), founding)
		problem, ok := errors.AsType[*fault.Error](err)
		switch {
		case err == nil:
			return done("/admin/conventions/"+id.String(), "La convention est créée. L’invitation de "+founding.Name+" part par courriel."), nil
		case !ok || problem.Kind == fault.Unavailable:
			return Reply{}, err
		}
		f.problems = fault.Fields{fileField: problem.Message}
	}
	return invalid(foundTitle, adminCrumb, accounts.Found(foundView(r.PostForm, f.problems, faults))), nil
}

// adminInviteForm opens a role that the mission cannot: it shows who may be
// represented, nothing of what the convention holds.
func (s *server) adminInviteForm(r *Request) (Reply, error) {
	v, _, err := s.adminInviteView(r)
	if err != nil {
		return Reply{}, err
	}
	return page(inviteTitle, adminCrumb, settings.Invite(v)), nil
}

// adminInviteView also makes the actor speak as the convention does.
func (s *server) adminInviteView(r *Request) (v settings.InviteView, id uuid.UUID, err error) {
	if id, err = pathID(r, "convention"); err != nil {
		return v, id, err
	}
	var offices *pg.Rows[account.Office]
	var agreements *pg.Rows[convention.Convention]
	err = s.Pool.InConvention(r.Context(), id, pg.ReadOnly, func(tx *pg.Tx) error {
		b := tx.Batch()
		agreements, offices = convention.Get(b), account.Offices(b)
		return b.Send(r.Context())
	})
	if err != nil {
		return v, id, err
	}
	agreement, err := agreements.One()
	if err != nil {
		return v, id, err
	}
	r.Actor.Words = agreement.Words
	return settings.InviteView{
		Form: ui.Form{Action: r.URL.Path, Values: url.Values{}}, Back: "/admin", Convention: agreement.Name,
		Roles: roleOptions(r.Actor), Offices: officeOptions(offices.All),
	}, id, nil
}

func (s *server) adminInvite(r *Request) (Reply, error) {
	v, id, err := s.adminInviteView(r)
	if err != nil {
		return Reply{}, err
	}
	f := readForm(r.PostForm)
	i := readInvitation(f)
	if len(f.problems) == 0 {
		err := s.Pool.InConvention(r.Context(), id, pg.ReadWrite, func(tx *pg.Tx) error {
			_, err := account.Invite(r.Context(), tx, s.System, r.adminStamp(), i)
			return err
		})
		problem, ok := errors.AsType[*fault.Error](err)
		switch {
		case err == nil:
			return done("/admin", "L’invitation de "+strings.TrimSpace(i.Name)+" part par courriel."), nil
		case !ok || len(problem.Fields) == 0:
			return Reply{}, err
		}
		f.problems = problem.Fields
	}
	v.Form.Values, v.Form.Problems = r.PostForm, f.problems
	return invalid(inviteTitle, adminCrumb, settings.Invite(v)), nil
}

// adminAccount asks before an account is closed.
func (s *server) adminAccount(r *Request) (Reply, error) {
	held, err := s.heldAccount(r)
	if err != nil {
		return Reply{}, err
	}
	alone, err := account.OnlyMemberOf(r.Context(), s.System, held.PersonID, r.Today)
	if err != nil {
		return Reply{}, err
	}
	return page(closingTitle, adminCrumb, accounts.Closing(held, r.Actor.PersonID, alone)), nil
}

func (s *server) heldAccount(r *Request) (account.Held, error) {
	id, err := r.ID()
	if err != nil {
		return account.Held{}, err
	}
	return account.Hold(r.Context(), s.System, id, r.Today)
}

func (s *server) adminAccountClose(r *Request) (Reply, error) {
	held, err := s.heldAccount(r)
	switch {
	case err != nil:
		return Reply{}, err
	case held.PersonID == r.Actor.PersonID:
		return Reply{}, fault.New(fault.Forbidden, "C’est votre propre compte\u00a0: un autre administrateur peut le fermer.")
	case r.PostForm.Get(confirmField) != "oui":
		return Reply{}, fault.New(fault.Invalid, "Confirmez la fermeture du compte.")
	}
	if err := account.Disable(r.Context(), s.System, r.adminStamp(), held.PersonID); err != nil {
		return Reply{}, err
	}
	return done("/admin", "Le compte de "+held.Name+" est fermé."), nil
}
