package server

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/google/uuid"

	"copil/internal/account"
	"copil/internal/fault"
	"copil/templates/public"
	"copil/templates/ui"
)

const forgottenTitle = "Mot de passe oublié"

func (s *server) forgottenForm(r *Request) (Reply, error) {
	return page(forgottenTitle, nil, public.Forgotten(s.forgottenView(r.URL.Query().Get("email"), nil))), nil
}

func (s *server) forgottenView(email string, problems fault.Fields) public.ForgottenView {
	return public.ForgottenView{MailOff: s.Forgotten == nil, Form: ui.Form{
		Action: "/mot-de-passe-oublie", Values: url.Values{"email": {email}}, Problems: problems,
	}}
}

// forgotten answers the same, and as fast, whoever the address belongs to: what is
// sent leaves by itself, and for an address that nobody has a job finds nobody.
func (s *server) forgotten(r *Request) (Reply, error) {
	email := strings.TrimSpace(r.PostForm.Get("email"))
	if !strings.Contains(email, "@") {
		problem := fault.Fields{"email": "Saisissez l’adresse électronique de votre compte."}
		return invalid(forgottenTitle, nil, public.Forgotten(s.forgottenView(email, problem))), nil
	}
	person, err := account.AskReset(r.Context(), s.System, s.visitor(r), email, r.Now)
	if f, ok := errors.AsType[*fault.Error](err); ok && f.Kind == fault.Throttled {
		v := s.forgottenView(email, nil)
		v.Throttle = f.Message
		return Reply{status: http.StatusTooManyRequests, title: forgottenTitle, body: public.Forgotten(v)}, nil
	}
	if err != nil {
		return Reply{}, err
	}
	if s.Forgotten != nil {
		ctx := context.WithoutCancel(r.Context())
		if person == uuid.Nil {
			person = uuid.New() // nobody: what is left to do takes as long, and the answers meanwhile
		}
		go func() {
			if err := s.Forgotten(ctx, person); err != nil {
				s.Log.ErrorContext(ctx, "forgotten password", "error", err)
			}
		}()
	}
	return page("Message envoyé", nil, public.ForgottenSent(s.Forgotten == nil)), nil
}

// linkTitles are what the page of a link is called.
var linkTitles = map[account.Purpose]string{account.ForInvitation: "Invitation", account.ForReset: "Choisir un nouveau mot de passe"}

// spent answers a link that cannot be used any more.
func spent(err error) (Reply, error) {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok || f.Kind != fault.NotFound {
		return Reply{}, err
	}
	return Reply{status: http.StatusNotFound, title: "Lien périmé", body: public.Spent(f.Message)}, nil
}

func (s *server) linkForm(purpose account.Purpose) handler {
	return func(r *Request) (Reply, error) {
		h, err := account.OpenLink(r.Context(), s.System, purpose, r.Param("token"), r.Now, r.Today)
		if err != nil {
			return spent(err)
		}
		return page(linkTitles[purpose], nil, public.ChoosePassword(linkView(r, h, nil))), nil
	}
}

func linkView(r *Request, h account.Holder, problems fault.Fields) public.ChooseView {
	return public.ChooseView{Holder: h, Form: ui.Form{Action: r.URL.Path, Values: url.Values{}, Problems: problems}}
}

// linkUse sets the password and signs in: the home page leads to the one
// convention, or to a choice.
func (s *server) linkUse(purpose account.Purpose) handler {
	return func(r *Request) (Reply, error) {
		token, password := r.Param("token"), r.PostForm.Get("password")
		person, err := account.UseLink(r.Context(), s.System, purpose, token, password, r.Now)
		if f, ok := errors.AsType[*fault.Error](err); ok && f.Kind == fault.Invalid {
			h, err := account.OpenLink(r.Context(), s.System, purpose, token, r.Now, r.Today)
			if err != nil {
				return spent(err)
			}
			return invalid(linkTitles[purpose], nil, public.ChoosePassword(linkView(r, h, f.Fields))), nil
		}
		if err != nil {
			return spent(err)
		}
		if err := s.enter(r, person.PersonID); err != nil {
			return Reply{}, err
		}
		return done("/", "Votre mot de passe est enregistré. Vous êtes connecté."), nil
	}
}
