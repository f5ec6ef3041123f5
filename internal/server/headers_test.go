package server

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"copil/internal/access"
	"copil/web"
)

// pages are the addresses of every page of the demonstration that a role may
// open, with objects of its own.
func (m *matrix) pages(role access.Role) []string {
	m.t.Helper()
	var list []string
	for _, rt := range m.routes() {
		if rt.method != get || rt.needs != anyone && rt.needs != access.SignedIn && !(access.Actor{Role: role}).Can(rt.needs) {
			continue
		}
		if role == access.Admin && rt.inConvention() {
			continue
		}
		if role != access.Structure && strings.Contains(rt.pattern, "{import}") {
			continue // a file is for who sent it
		}
		o, named := m.object(rt)
		if role == access.Reader && named && o.neighbour != nil && !strings.Contains(rt.pattern, "/sites/") {
			continue // a reader has no figures of their own
		}
		path := strings.ReplaceAll(rt.pattern, "{slug}", m.slug)
		for name, value := range o.own {
			path = strings.ReplaceAll(path, "{"+name+"}", value)
		}
		list = append(list, path)
	}
	return list
}

// Every answer tells the browser what the page may do.
func TestSecurityHeaders(t *testing.T) {
	t.Parallel()
	m := newMatrix(t, newApp(t).Pool, newApp(t).demonstration)
	mission := m.as(access.Mission)
	answers := map[string]*httptest.ResponseRecorder{}
	for _, path := range append(m.pages(access.Mission), "/c/nulle-part", "/rien", "/healthz", "/readyz", web.Asset("app.css"), "/static/rien.css") {
		answers[path] = mission.get(path)
	}
	answers["forbidden"] = m.as(access.Reader).get("/c/" + m.slug + "/journal")
	answers["to sign in"] = m.visitor().get("/c/" + m.slug)
	for path, w := range answers {
		h := w.Header()
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
			"Cross-Origin-Resource-Policy": "same-origin",
		} {
			if h.Get(name) != want {
				t.Errorf("%s: %s is %q", path, name, h.Get(name))
			}
		}
		policy := h.Get("Content-Security-Policy")
		for _, rule := range []string{"default-src 'self'", "object-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'"} {
			if !strings.Contains(policy, rule) {
				t.Errorf("%s: the policy %q lacks %s", path, policy, rule)
			}
		}
		if strings.Contains(policy, "unsafe") {
			t.Errorf("%s: the policy is %q", path, policy)
		}
		if w.Code == http.StatusOK && strings.HasPrefix(h.Get("Content-Type"), "text/html") {
			checkInline(t, path, w.Body.String())
			if !strings.Contains(h.Get("Cache-Control"), "no-store") {
				t.Errorf("%s may be kept: %q", path, h.Get("Cache-Control"))
			}
		}
	}
}

var notAllowed = regexp.MustCompile(`<script>|<style|\sstyle="|\son[a-z]+="|href="javascript:`)

// checkInline finds what the policy would keep the browser from doing.
func checkInline(t *testing.T, path, html string) {
	t.Helper()
	if found := notAllowed.FindString(html); found != "" {
		t.Errorf("%s: %s is not allowed by the policy", path, strings.TrimSpace(found))
	}
}

// Over HTTPS, browsers keep to it.
func TestSecureSite(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	if h := o.visitor().get("/").Header(); h.Get("Strict-Transport-Security") != "" {
		t.Error("a site without HTTPS asks for it")
	}
	s := newServer(Options{Pool: o.Pool, System: o.System, Log: o.Log, Now: o.Now, Today: o.Today, Secure: true, Host: "example.com"})
	w := httptest.NewRecorder()
	s.router().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil))
	if w.Header().Get("Strict-Transport-Security") == "" {
		t.Error("a site with HTTPS does not ask to keep to it")
	}
}
