package server

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"

	"github.com/go-chi/chi/v5"

	"copil/internal/account"
	"copil/internal/fault"
	"copil/templates/ui"
)

var problems = map[fault.Kind]struct {
	status int
	title  string
}{
	fault.NotFound:    {http.StatusNotFound, "Page introuvable"},
	fault.Forbidden:   {http.StatusForbidden, "Accès refusé"},
	fault.Conflict:    {http.StatusConflict, "Modification impossible"},
	fault.Invalid:     {http.StatusUnprocessableEntity, "Demande incorrecte"},
	fault.TooLarge:    {http.StatusRequestEntityTooLarge, "Envoi trop volumineux"},
	fault.Throttled:   {http.StatusTooManyRequests, "Trop d’essais"},
	fault.Unavailable: {http.StatusServiceUnavailable, "Service momentanément indisponible"},
	fault.Internal:    {http.StatusInternalServerError, "Une erreur s’est produite"},
}

// fail turns an error into a page. What an internal error says goes to the log
// only; the page shows under which reference.
func (s *server) fail(w http.ResponseWriter, r *http.Request, err error) {
	req := &Request{Request: r, Now: s.Now(), Today: s.Today()}
	req.Signed, _ = account.SignedIn(r.Context())
	s.failIn(w, req, err)
}

func (s *server) failIn(w http.ResponseWriter, req *Request, err error) {
	kind, message, reference := fault.KindOf(err), "", ""
	if to := asWritten(req.Request); kind == fault.NotFound && to != "" {
		http.Redirect(w, req.Request, to, http.StatusSeeOther)
		return
	}
	if f, ok := errors.AsType[*fault.Error](err); ok {
		message = f.Message
	}
	left := errors.Is(err, context.Canceled) && req.Context().Err() != nil // nobody reads the answer, and nothing was stored
	if !left && (kind == fault.Internal || kind == fault.Unavailable) {
		reference = rand.Text()[:8]
		s.Log.LogAttrs(req.Context(), slog.LevelError, "request failed",
			slog.String("id", reference), slog.String("method", req.Method),
			slog.String("path", withoutToken(req)), slog.Any("error", err))
	}
	if kind == fault.Internal {
		message = "L’incident est enregistré. Rien n’a été modifié. Réessayez dans un instant."
	}
	p := problems[kind]
	if kind == fault.Unavailable || kind == fault.Throttled {
		w.Header().Set("Retry-After", "10")
	}
	if wantsData(req.Request) {
		tell(w, p.status, message)
		return
	}
	show := ui.Page(s.frame(req, p.title, nil), ui.Problem(p.title, message, reference))
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(p.status)
	_ = show.Render(req.Context(), w)
}

// asWritten returns the address of a page whose code was typed in small letters,
// « a3-03 », with the code as conventions write it; "" for any other address.
func asWritten(r *http.Request) string {
	if r.Method != http.MethodGet {
		return ""
	}
	for _, name := range []string{"code", "periode"} {
		if code := chi.URLParam(r, name); code != strings.ToUpper(code) && !strings.Contains(code, ".") {
			address := *r.URL
			address.Path = strings.Replace(address.Path, "/"+code, "/"+strings.ToUpper(code), 1)
			return address.RequestURI()
		}
	}
	return ""
}

// withoutToken is the path of a request for the log, where a link that opens an
// account must not be found.
func withoutToken(req *Request) string {
	if token := req.Param("token"); token != "" {
		return strings.ReplaceAll(req.URL.Path, token, "…")
	}
	return req.URL.Path
}

func (s *server) toSignIn(w http.ResponseWriter, r *http.Request) {
	if wantsData(r) {
		tell(w, http.StatusUnauthorized, "Votre session a expiré.")
		return
	}
	target := "/connexion"
	if r.Method == http.MethodGet {
		target += "?retour=" + url.QueryEscape(r.URL.RequestURI())
	}
	http.Redirect(w, r, target, http.StatusSeeOther)
}

func panicked(cause any) error {
	return fmt.Errorf("panic: %v\n%s", cause, debug.Stack())
}
