package server

import (
	"cmp"
	"net/http"
	"slices"

	"copil/internal/account"
	"copil/templates/public"
	"copil/templates/ui"
)

// expired shows what was sent after its session had ended, to be sent again once
// the person has signed in elsewhere in the browser: nothing that they typed is
// lost. It reports whether it could: a script, a file and what is not a form of
// ours are led to sign in.
func (s *server) expired(w http.ResponseWriter, r *http.Request, rt route) bool {
	if rt.method != post || !rt.inConvention() || rt.body == upload || wantsData(r) {
		return false
	}
	if err := parse(w, r, rt.body); err != nil || !r.PostForm.Has(keyField) {
		return false
	}
	form := ui.Form{Action: r.URL.Path}
	for name, values := range r.PostForm {
		for _, value := range values {
			form.Hidden = append(form.Hidden, ui.Hidden{Name: name, Value: value})
		}
	}
	slices.SortStableFunc(form.Hidden, func(a, b ui.Hidden) int { return cmp.Compare(a.Name, b.Name) })
	req := &Request{Request: r, Now: s.Now(), Today: s.Today()}
	req.Signed, _ = account.SignedIn(r.Context())
	s.reply(w, req, Reply{status: http.StatusUnauthorized, title: public.ExpiredTitle, body: public.Expired(form), cache: againAtBack})
	return true
}
