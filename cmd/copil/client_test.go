package main

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"testing"
)

// client speaks HTTP as one person, without a browser.
type client struct {
	testing.TB
	base string
	http *http.Client
}

// answer is what came back, redirects followed.
type answer struct {
	status int
	header http.Header
	at     string // path of the last request
	body   string
}

// signedIn returns a client of the person, or of a visitor when email is empty.
func (d *demonstration) signedIn(t testing.TB, email string) *client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := &client{t, d.base, &http.Client{Jar: jar, Transport: fromHere{}}}
	if email != "" {
		if a := c.post("/connexion", url.Values{"email": {email}, "password": {password}}); a.status != http.StatusOK || a.at == "/connexion" {
			t.Fatalf("%s cannot sign in: %d at %s", email, a.status, a.at)
		}
	}
	return c
}

// fromHere says, as every browser does, that what is sent comes from the site's own pages.
type fromHere struct{}

func (fromHere) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return http.DefaultTransport.RoundTrip(r)
}

func (c *client) get(path string) answer {
	c.Helper()
	return c.read(c.http.Get(c.base + path))
}

func (c *client) post(path string, form url.Values) answer {
	c.Helper()
	return c.read(c.http.PostForm(c.base+path, form))
}

func (c *client) read(r *http.Response, err error) answer {
	c.Helper()
	if err != nil {
		c.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		c.Fatal(err)
	}
	return answer{r.StatusCode, r.Header, r.Request.URL.Path, string(body)}
}

var hidden = regexp.MustCompile(`<input type="hidden" name="(_[a-z]+)" value="([^"]*)"`)

// send fills in the page's first form that has hidden values, and posts it.
func (c *client) send(page, action string, form url.Values) answer {
	c.Helper()
	for _, h := range hidden.FindAllStringSubmatch(c.get(page).body, -1) {
		if !form.Has(h[1]) {
			form.Set(h[1], h[2])
		}
	}
	return c.post(action, form)
}

// find returns the first match of pattern on the page.
func (c *client) find(page, pattern string) string {
	c.Helper()
	found := regexp.MustCompile(pattern).FindString(c.get(page).body)
	if found == "" {
		c.Fatalf("%s holds nothing like %s", page, pattern)
	}
	return found
}
