// Package web holds the files that browsers fetch as they are.
package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
)

//go:embed static
var files embed.FS

// types is fixed here because the system's own list differs from one machine to the next.
var types = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}

// asset is one file, ready to be sent.
type asset struct {
	url         string
	contentType string
	body        []byte
	zipped      []byte
}

// assets holds every file by its plain name ("app.css"); made once, the files cannot change.
var assets = mustLoad(files)

func mustLoad(files fs.FS) map[string]asset {
	found := map[string]asset{}
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		contentType, served := types[path.Ext(name)]
		if err != nil || d.IsDir() || !served {
			return err
		}
		body, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		found[path.Base(name)] = newAsset(path.Base(name), contentType, body)
		return nil
	})
	if err != nil {
		panic(err)
	}
	return found
}

func newAsset(name, contentType string, body []byte) asset {
	sum := sha256.Sum256(body)
	stem, ext := strings.TrimSuffix(name, path.Ext(name)), path.Ext(name)
	var zipped bytes.Buffer
	w, _ := gzip.NewWriterLevel(&zipped, gzip.BestCompression)
	_, _ = w.Write(body) // a bytes.Buffer takes everything
	_ = w.Close()
	return asset{
		url:         fmt.Sprintf("/static/%s.%x%s", stem, sum[:4], ext),
		contentType: contentType,
		body:        body,
		zipped:      zipped.Bytes(),
	}
}

// Asset returns the URL of a file. A misspelt name is a programming error that
// any test of the page shows.
func Asset(name string) string {
	a, ok := assets[name]
	if !ok {
		panic("web: no asset " + name)
	}
	return a.url
}

// Handler serves the assets, to be kept for a year: a changed file has another URL.
func Handler() http.Handler {
	byURL := make(map[string]asset, len(assets))
	for _, a := range assets {
		byURL[a.url] = a
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a, ok := byURL[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		a.send(w, r)
	})
}

func (a asset) send(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	body := a.body
	if acceptsGzip(r) {
		body = a.zipped
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Vary", "Accept-Encoding")
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Content-Type", a.contentType)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the browser may be gone: nothing to tell anyone
	}
}

// acceptsGzip understands what browsers send, and "gzip;q=0".
func acceptsGzip(r *http.Request) bool {
	for coding := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, quality, _ := strings.Cut(strings.ReplaceAll(coding, " ", ""), ";")
		if name == "gzip" {
			q, err := strconv.ParseFloat(strings.TrimPrefix(quality, "q="), 64)
			return quality == "" || err == nil && q > 0
		}
	}
	return false
}
