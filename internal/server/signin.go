package server

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/go-chi/chi/v5/middleware"
	"github.com/google/uuid"

	"copil/internal/account"
	"copil/internal/fault"
	"copil/templates/public"
	"copil/templates/ui"
)

const signInTitle = "Se connecter"

func (s *server) signInForm(r *Request) (Reply, error) {
	q := r.URL.Query()
	if _, isIn := account.SignedIn(r.Context()); isIn {
		return done(comeBack(q.Get("retour")), ""), nil
	}
	return page(signInTitle, nil, public.SignIn(s.signInView(q.Get("email"), q.Get("retour"), nil))), nil
}

// signIn keeps the address as it was typed when something is wrong, never the password.
func (s *server) signIn(r *Request) (Reply, error) {
	email, password, retour := strings.TrimSpace(r.PostForm.Get("email")), r.PostForm.Get("password"), r.PostForm.Get("retour")
	again := func(problems fault.Fields) public.SignInView { return s.signInView(email, retour, problems) }

	problems := fault.Fields{}
	if email == "" {
		problems.Add("email", "Saisissez votre adresse électronique.")
	} else if !strings.Contains(email, "@") {
		problems.Add("email", "Une adresse électronique contient le signe @, par exemple prenom.nom@structure.example.")
	}
	if password == "" {
		problems.Add("password", "Saisissez votre mot de passe.")
	}
	if len(problems) > 0 {
		return invalid(signInTitle, nil, public.SignIn(again(problems))), nil
	}
	person, device, err := account.SignIn(r.Context(), s.System, s.visitor(r), email, password, r.Now)
	refused, isFault := errors.AsType[*fault.Error](err)
	switch {
	case isFault && refused.Kind == fault.Invalid:
		return invalid(signInTitle, nil, public.SignIn(again(fault.Fields{"": refused.Message}))), nil
	case isFault && refused.Kind == fault.Throttled:
		v := again(nil)
		v.Throttle = refused.Message
		return Reply{status: http.StatusTooManyRequests, title: signInTitle, body: public.SignIn(v)}, nil
	case err != nil:
		return Reply{}, err
	}
	if err := s.enter(r, person.PersonID); err != nil {
		return Reply{}, err
	}
	reply := done(comeBack(retour), "")
	reply.cookie = s.Sessions.DeviceCookie(device)
	return reply, nil
}

// visitor is from where a request comes.
func (s *server) visitor(r *Request) account.Visitor {
	return account.Visitor{Address: middleware.GetClientIP(r.Context()), Device: s.Sessions.Device(r.Request)}
}

// enter signs a person in, in this browser.
func (s *server) enter(r *Request, person uuid.UUID) error {
	if err := account.Join(r.Context(), s.Pool, s.System, person, r.Now, r.Today); err != nil {
		return err
	}
	return s.Sessions.Begin(r.Context(), person, account.DeviceFamily(r.UserAgent()))
}

func (s *server) signInView(email, retour string, problems fault.Fields) public.SignInView {
	v := public.SignInView{Form: ui.Form{
		Action: "/connexion", Values: url.Values{"email": {email}}, Problems: problems, Order: []string{"email", "password"},
	}}
	if to := comeBack(retour); to != "/" {
		v.Back = to
		v.Form.Hidden = []ui.Hidden{{Name: "retour", Value: to}}
	}
	for _, a := range s.Demo {
		v.Accounts = append(v.Accounts, public.Account{Email: a.Email, Label: a.Label})
	}
	return v
}

// comeBack returns where to go after signing in: a path of this site, never
// another site that a link might have planted. What is doubtful leads home.
func comeBack(retour string) string {
	u, err := url.Parse(retour) // refuses control characters, which browsers drop
	local := err == nil && u.Scheme == "" && u.Host == "" && u.User == nil &&
		strings.HasPrefix(retour, "/") && !strings.HasPrefix(retour, "//") && !strings.Contains(retour, `\`)
	if !local || slices.Contains([]string{"/connexion", "/deconnexion"}, u.Path) {
		return "/"
	}
	return retour
}

func (s *server) signOut(r *Request) (Reply, error) {
	if _, isIn := account.SignedIn(r.Context()); !isIn {
		return done("/", ""), nil
	}
	if err := s.Sessions.End(r.Context()); err != nil {
		return Reply{}, err
	}
	reply := done("/", "Votre session est fermée.")
	reply.forget = true // who comes next to this browser finds nothing at Back
	return reply, nil
}
