package mail

import (
	"bytes"
	"fmt"
	"html/template"
	"strings"
)

// domain is what follows the @ of an address.
func domain(address string) string { return address[strings.LastIndexByte(address, '@')+1:] }

// words are what a letter says, in the order of reading.
type words struct {
	Name       string // of the person
	Paragraphs []string
	Label, URL string // of the link; "" for none
	Why        string // the reader gets it
}

// text is the letter as most programs for the blind, and many others, show it.
func (w words) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Bonjour %s,\n\n", w.Name)
	for _, p := range w.Paragraphs {
		b.WriteString(p + "\n\n")
	}
	if w.URL != "" {
		fmt.Fprintf(&b, "%s\u00a0:\n%s\n\n", w.Label, w.URL)
	}
	b.WriteString("-- \n" + w.Why + "\n")
	return b.String()
}

// page says the same. The address is written out, too: who cannot click copies it.
var page = template.Must(template.New("").Parse(`<!DOCTYPE html>
<html lang="fr">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{{.Title}}</title></head>
<body style="margin:0 auto;padding:16px;max-width:36em;font:16px/1.5 sans-serif;color:#1b1b1b;background:#fff">
<p>Bonjour {{.Name}},</p>
{{range .Paragraphs}}<p>{{.}}</p>
{{end}}{{if .URL}}<p><a href="{{.URL}}" style="color:#1f4e5f;font-weight:bold">{{.Label}}</a></p>
<p style="font-size:14px;overflow-wrap:anywhere">Si le lien ne s’ouvre pas, copiez cette adresse dans votre navigateur&nbsp;: {{.URL}}</p>
{{end}}<hr style="border:0;border-top:1px solid #6b6b6b">
<p style="font-size:14px;color:#4a4a4a">{{.Why}}</p>
</body>
</html>
`))

func (w words) html(title string) (string, error) {
	var b bytes.Buffer
	err := page.Execute(&b, struct {
		words
		Title string
	}{w, title})
	return b.String(), err
}
