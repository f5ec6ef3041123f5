package server

import (
	"net"
	"net/http"
	"net/netip"
	"strings"

	"copil/internal/fault"
)

// named refuses what was addressed to another host: a name that somebody else
// made lead here would share this site's origin with theirs (DNS rebinding).
// Probes come by address, and learn nothing but whether the program runs.
func (s *server) named(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/healthz" && r.URL.Path != "/readyz" && !s.answersTo(r.Host) {
			w.Header().Set("Cache-Control", "no-store")
			http.Error(w, "Ce service ne répond pas à cette adresse. Vérifiez l’adresse saisie, ou demandez-la à qui vous l’a donnée.", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// answersTo reports whether host, with or without its port, is this service. The
// port is not compared: a proxy may have changed it.
func (s *server) answersTo(host string) bool {
	if s.Host != "" {
		return strings.EqualFold(withoutPort(host), s.Host)
	}
	return thisMachine(host)
}

func withoutPort(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.Trim(host, "[]")
}

// thisMachine reports whether host, with or without its port, is a name that a
// machine gives itself: browsers trust it as they trust HTTPS.
func thisMachine(host string) bool {
	host = withoutPort(host)
	addr, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && addr.IsLoopback()
}

// sameSite refuses what another site makes a browser send, instead of CSRF
// tokens; cookies are SameSite=Lax too.
func (s *server) sameSite(next http.Handler) http.Handler {
	refuse := func(w http.ResponseWriter, r *http.Request) {
		s.fail(w, r, fault.New(fault.Forbidden, "Cet envoi ne vient pas d’une page de ce site. Ouvrez la page dans ce navigateur et recommencez\u00a0: rien n’a été enregistré."))
	}
	protection := http.NewCrossOriginProtection()
	protection.SetDenyHandler(http.HandlerFunc(refuse))
	// The library lets a request pass that does not say where it comes from, since
	// no browser of today sends one. With a session there is something to lose.
	return protection.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		silent := r.Header.Get("Origin") == "" && r.Header.Get("Sec-Fetch-Site") == ""
		if silent && r.Method != http.MethodGet && r.Method != http.MethodHead && r.Method != http.MethodOptions && s.Sessions.Presented(r) {
			s.fail(w, r, fault.New(fault.Forbidden, "Votre navigateur, ou ce qui le relie à Copil, ne dit pas de quelle page vient cet envoi. "+
				"Mettez le navigateur à jour, ou signalez-le à votre service informatique (en-têtes Origin et Sec-Fetch-Site)\u00a0: rien n’a été enregistré."))
			return
		}
		next.ServeHTTP(w, r)
	}))
}
