package server

import (
	"errors"
	"slices"
	"strings"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/account"
	"copil/internal/fault"
	"copil/internal/french"
	"copil/internal/site"
	"copil/templates/settings"
	"copil/templates/ui"
)

const (
	membersTitle = "Membres"
	inviteTitle  = "Inviter un membre"
)

func (s *server) memberIndex(r *Request) (Reply, error) {
	b := r.Tx.Batch()
	members := account.Members(b)
	if err := b.Send(r.Context()); err != nil {
		return Reply{}, err
	}
	v := settings.MembersView{Frame: r.settingsFrame("membres"), Members: members.All, Today: r.Today, Invite: r.Path("reglages", "membres", "nouveau")}
	v.Href = func(m account.Member) string { return r.Path("reglages", "membres", m.MemberID) }
	return page(membersTitle, r.crumbs(), settings.Members(v)), nil
}

func (r *Request) memberCrumbs() []ui.Link {
	return r.crumbs(ui.Link{Label: "Réglages", Href: r.Path("reglages")}, ui.Link{Label: membersTitle, Href: r.Path("reglages", "membres")})
}

func (s *server) memberNew(r *Request) (Reply, error) {
	v, err := r.inviteView()
	if err != nil {
		return Reply{}, err
	}
	return page(inviteTitle, r.memberCrumbs(), settings.Invite(v)), nil
}

func (r *Request) inviteView() (settings.InviteView, error) {
	b := r.Tx.Batch()
	offices := account.Offices(b)
	err := b.Send(r.Context())
	v := settings.InviteView{Form: r.Form(r.Path("reglages", "membres"), 0), Back: r.Path("reglages", "membres"), Roles: roleOptions(r.Actor), Offices: officeOptions(offices.All), Readers: true}
	return v, err
}

func roleOptions(by access.Actor) []ui.Option {
	hints := map[access.Role]string{
		access.Chair:     "Voit tout, lit et emporte le bilan.",
		access.Signatory: "Voit tout\u00a0; valide ce que d’autres ont saisi, s’il copréside " + by.Words.TheCommittee() + ".",
		access.Mission:   "Comme vous\u00a0: ouvre les saisies, les relit, tient les réglages.",
		access.Structure: "Saisit les chiffres de sa structure et ne voit que ceux-ci.",
		access.Reader:    "Lit les chiffres validés. Donnez-lui une date de fin.",
	}
	if by.Role == access.Admin {
		hints[access.Mission] = "Ouvre les saisies, les relit, tient les réglages et invite les structures."
	}
	var list []ui.Option
	for _, role := range by.Appoints() {
		list = append(list, ui.Option{Value: string(role), Label: by.Words.Role(role), Hint: hints[role]})
	}
	return list
}

// officeOptions groups organisations by what they are to the convention.
func officeOptions(offices []account.Office) []ui.Option {
	groups := map[string][]ui.Option{}
	for _, o := range offices {
		group := "Autres organismes"
		switch {
		case o.Structure:
			group = "Structures employeuses"
		case o.Party:
			group = "Signataires"
		}
		groups[group] = append(groups[group], ui.Option{Value: o.OrganisationID.String(), Label: o.Name, Group: group})
	}
	return slices.Concat(groups["Structures employeuses"], groups["Signataires"], groups["Autres organismes"])
}

// readInvitation reads the form of an invitation; problems are those of what
// cannot be read.
func readInvitation(f *formReader) account.Invitation {
	i := account.Invitation{Email: f.text("email"), Name: f.text("name"), Role: access.Role(f.text("role")), EndsOn: f.optionalDate("ends_on"), WithoutMoney: f.text("without_money") != ""}
	if id := f.optionalID("organisation"); id != nil {
		i.OrganisationID = *id
	}
	return i
}

// otherOffice adds the organisation of a reader who belongs to none of those that
// are listed, such as an evaluator. What follows it undoes it if it fails.
func (r *Request) otherOffice(f *formReader, i *account.Invitation) error {
	name := f.text("other")
	switch {
	case name == "":
		return nil
	case i.Role != access.Reader:
		f.problems.Add("other", "Seul un lecteur peut être d’un organisme absent de la liste. Choisissez dans la liste, ou le rôle de lecteur.")
		return nil
	case i.OrganisationID != uuid.Nil:
		f.problems.Add("other", "Choisissez un organisme dans la liste, ou écrivez-en un autre, mais pas les deux.")
		return nil
	}
	b := r.Tx.Batch()
	offices := account.Offices(b)
	if err := b.Send(r.Context()); err != nil {
		return err
	}
	for _, o := range offices.All {
		if strings.EqualFold(o.Name, name) {
			i.OrganisationID = o.OrganisationID
			return nil
		}
	}
	id, err := site.CreateOrganisation(r.Context(), r.Tx, r.Stamp(), "EXT-"+strings.ToUpper(uuid.NewString()[:8]), name)
	i.OrganisationID = id
	return err
}

func (s *server) memberInvite(r *Request) (Reply, error) {
	f := readForm(r.PostForm)
	i := readInvitation(f)
	if err := r.otherOffice(f, &i); err != nil {
		return Reply{}, err
	}
	if len(f.problems) == 0 {
		m, err := account.Invite(r.Context(), r.Tx, s.System, r.Stamp(), i)
		problem, ok := errors.AsType[*fault.Error](err)
		switch {
		case err == nil:
			return done(r.Path("reglages", "membres"), m.Name+" est membre de la convention à partir d’aujourd’hui. Son invitation part par courriel."+s.mailsWait()), nil
		case !ok || len(problem.Fields) == 0:
			return Reply{}, err
		}
		f.problems = problem.Fields
	}
	v, err := r.inviteView()
	if err != nil {
		return Reply{}, err
	}
	v.Form = r.Again(v.Form, f.problems)
	return invalid(inviteTitle, r.memberCrumbs(), settings.Invite(v)), nil
}

func (s *server) memberShow(r *Request) (Reply, error) {
	v, err := r.memberView()
	if err != nil {
		return Reply{}, err
	}
	if v.Member.EndsOn != nil {
		v.End.Values.Set("ends_on", french.ShortDate(*v.Member.EndsOn))
	}
	if v.Member.WithoutMoney {
		v.Money.Values.Set("without_money", "oui")
	}
	return page(v.Member.Name, r.memberCrumbs(), settings.Member(v)), nil
}

func (r *Request) memberView() (v settings.MemberView, err error) {
	id, err := r.ID()
	if err != nil {
		return v, err
	}
	b := r.Tx.Batch()
	found := account.GetMember(b, id)
	if err := b.Send(r.Context()); err != nil {
		return v, err
	}
	if v.Member, err = found.One(); err != nil {
		return v, err
	}
	path := func(parts ...any) string { return r.Path(append([]any{"reglages", "membres", id}, parts...)...) }
	v.Today, v.Locked = r.Today, account.MayManage(r.Actor, v.Member)
	v.End, v.Reinvite, v.Withdraw = r.Form(path(), v.Member.Version), r.Form(path("invitation"), v.Member.Version), r.Form(path("retrait"), v.Member.Version)
	v.Money = r.Form(path("montants"), v.Member.Version)
	v.HasMoney = (access.Actor{Role: v.Member.Role}).Can(access.MoneyRead)
	return v, nil
}

func (s *server) memberUpdate(r *Request) (Reply, error) {
	v, err := r.memberView()
	if err != nil {
		return Reply{}, err
	}
	f, reply := readForm(r.PostForm), invalid
	end := f.optionalDate("ends_on")
	if len(f.problems) == 0 {
		err := account.EndMember(r.Context(), r.Tx, r.Stamp(), v.Member.MemberID, f.version(), end)
		problem, ok := errors.AsType[*fault.Error](err)
		switch {
		case err == nil:
			return done(r.Path("reglages", "membres", v.Member.MemberID), "La date de fin est enregistrée."), nil
		case ok && problem.Kind == fault.Conflict:
			f.problems, reply = fault.Fields{"": problem.Message}, conflicting
		case !ok || len(problem.Fields) == 0:
			return Reply{}, err
		default:
			f.problems = problem.Fields
		}
	}
	v.End = r.Again(v.End, f.problems)
	return reply(v.Member.Name, r.memberCrumbs(), settings.Member(v)), nil
}

func (s *server) memberReinvite(r *Request) (Reply, error) {
	id, err := r.ID()
	if err != nil {
		return Reply{}, err
	}
	if err := account.Reinvite(r.Context(), r.Tx, r.Stamp(), id, readForm(r.PostForm).version()); err != nil {
		return Reply{}, err
	}
	return done(r.Path("reglages", "membres", id), "L’invitation part de nouveau par courriel."+s.mailsWait()), nil
}

func (s *server) memberMoney(r *Request) (Reply, error) {
	id, err := r.ID()
	if err != nil {
		return Reply{}, err
	}
	f := readForm(r.PostForm)
	shown := f.text("without_money") == ""
	if err := account.ShowMoney(r.Context(), r.Tx, r.Stamp(), id, f.version(), shown); err != nil {
		return Reply{}, err
	}
	said := "Cette personne ne voit plus aucun montant, dès sa prochaine page."
	if shown {
		said = "Cette personne voit les montants, dès sa prochaine page."
	}
	return done(r.Path("reglages", "membres", id), said), nil
}

func (s *server) memberWithdraw(r *Request) (Reply, error) {
	id, err := r.ID()
	if err != nil {
		return Reply{}, err
	}
	if err := account.WithdrawMember(r.Context(), r.Tx, r.Stamp(), id, readForm(r.PostForm).version()); err != nil {
		return Reply{}, err
	}
	return done(r.Path("reglages", "membres", id), "L’accès est retiré dès maintenant. Ce que cette personne a fait reste au journal."), nil
}
