package web

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestHandler(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		method, path, accept string
		status               int
		encoding             string
		empty                bool
	}{
		"plain":            {http.MethodGet, Asset("app.css"), "", 200, "", false},
		"gzip":             {http.MethodGet, Asset("app.css"), "br, gzip;q=0.8", 200, "gzip", false},
		"gzip refused":     {http.MethodGet, Asset("app.css"), "gzip;q=0", 200, "", false},
		"head":             {http.MethodHead, Asset("app.css"), "gzip", 200, "gzip", true},
		"name without sum": {http.MethodGet, "/static/app.css", "gzip", 404, "", false},
		"outside":          {http.MethodGet, "/static/../embed.go", "", 404, "", false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest(tt.method, tt.path, nil)
			r.Header.Set("Accept-Encoding", tt.accept)
			w := httptest.NewRecorder()
			Handler().ServeHTTP(w, r)
			if w.Code != tt.status || w.Header().Get("Content-Encoding") != tt.encoding {
				t.Fatalf("status %d, encoding %q", w.Code, w.Header().Get("Content-Encoding"))
			}
			if tt.status != 200 {
				return
			}
			if got := w.Header().Get("Cache-Control"); got != "public, max-age=31536000, immutable" {
				t.Errorf("Cache-Control %q", got)
			}
			if got := w.Header().Get("Content-Type"); got != "text/css; charset=utf-8" {
				t.Errorf("Content-Type %q", got)
			}
			if tt.empty {
				if w.Body.Len() != 0 {
					t.Error("a body in answer to HEAD")
				}
				return
			}
			if got := unpack(t, w); !bytes.Equal(got, assets["app.css"].body) {
				t.Errorf("%d bytes, not those of the file", len(got))
			}
		})
	}
}

func unpack(t *testing.T, w *httptest.ResponseRecorder) []byte {
	t.Helper()
	var body io.Reader = w.Body
	if w.Header().Get("Content-Encoding") == "gzip" {
		unzipped, err := gzip.NewReader(body)
		if err != nil {
			t.Fatal(err)
		}
		body = unzipped
	}
	got, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// The pages must stay light and run under "default-src 'self'".
func TestOwnFilesAreSmallAndSelfContained(t *testing.T) {
	t.Parallel()
	limits := map[string]int{"app.css": 8 << 10, "app.js": 2 << 10, "saisie.js": 5 << 10, "favicon.svg": 1 << 10} // on the wire
	for name, limit := range limits {
		body := assets[name].body
		if size := len(assets[name].zipped); len(body) == 0 || size > limit {
			t.Errorf("%s has %d bytes compressed, the limit is %d", name, size, limit)
		}
		if name != "favicon.svg" && strings.Contains(string(body), "url(") {
			t.Errorf("%s fetches another file: its name would have no sum", name)
		}
	}
}

// A rule whose class no page bears is dead weight, and a class spelt otherwise
// than in the pages looks just like it.
func TestEveryClassOfTheStylesheetIsBorne(t *testing.T) {
	t.Parallel()
	var pages strings.Builder
	for _, pattern := range []string{"../templates/*/*.templ", "../templates/*/*.go", "../internal/chart/*.go", "static/*.js"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", pattern, len(files), err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") || strings.HasSuffix(file, "_templ.go") {
				continue
			}
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			pages.Write(text)
		}
	}
	borne := map[string]bool{}
	for _, word := range regexp.MustCompile(`[a-zA-Z][\w-]*`).FindAllString(pages.String(), -1) {
		borne[word] = true
	}
	css := regexp.MustCompile(`(?s)/\*.*?\*/|"[^"]*"`).ReplaceAllString(string(assets["app.css"].body), "")
	for _, m := range regexp.MustCompile(`\.([a-zA-Z][\w-]*)`).FindAllStringSubmatch(css, -1) {
		class := m[1]
		// A chart makes these of a tone: "tone-" and "line-", then its name.
		_, tone, _ := strings.Cut(class, "-")
		if isTone := strings.HasPrefix(class, "tone-") || strings.HasPrefix(class, "line-"); isTone && borne[tone] {
			continue
		}
		if !borne[class] {
			t.Errorf(".%s: no page bears this class", class)
		}
	}
}
