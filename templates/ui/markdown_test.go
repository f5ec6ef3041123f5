package ui_test

import (
	"strings"
	"testing"

	"copil/templates/ui"
)

func TestMarkdown(t *testing.T) {
	t.Parallel()
	source := "# Titre\n\nUn **mot** et [un lien](https://a.example/?b=1&c).\n\n- un\n- deux\n\n1. trois\n\n| A | B |\n| - | - |\n| é | <b> |\n\n" +
		"<script>alert(1)</script>\n\n[ici](javascript:alert(1)) ![vue](https://espion.example/p.png) <img src=x onerror=alert(1)>"
	var out strings.Builder
	if err := ui.Markdown(source).Render(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	page := out.String()
	for _, want := range []string{"<h3>Titre</h3>", "<strong>mot</strong>", `<a href="https://a.example/?b=1&amp;c" rel="noreferrer">un lien</a>`, "<ul><li>un</li>", "<ol><li>trois</li></ol>",
		"<caption><span>Tableau 1", `<th scope="row">é</th>`, "&lt;b&gt;", "&lt;script&gt;alert(1)&lt;/script&gt;", "ici vue &lt;img"} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is absent from\n%s", want, page)
		}
	}
	for _, no := range []string{"<script", "<img", "javascript:", "espion"} {
		if strings.Contains(page, no) {
			t.Errorf("%q went through", no)
		}
	}
}
