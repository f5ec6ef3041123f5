package server

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"
)

// What is wrong with a convention's file is told one thing a line, to somebody who
// has only a browser, and no two conventions bear one title.
func TestConventionFromFile(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	admin, _ := o.administrator()
	example := admin.get("/admin/conventions/exemple")
	expect(t, example, http.StatusOK)
	if guide := admin.get("/admin/conventions/guide"); guide.Code != http.StatusOK || !strings.Contains(guide.Body.String(), "`agreement`") {
		t.Errorf("the guide of fields: %d", guide.Code)
	}
	name := "Convention " + uuid.NewString()
	named := strings.Replace(example.Body.String(), `name: "Convention`, `name: "`+name+` Convention`, 1)
	if named == example.Body.String() {
		t.Fatal("the example's title does not begin with « Convention »")
	}
	slugged := func() string {
		return strings.Replace(named, "slug: territoire-b", "slug: e-"+uuid.NewString(), 1)
	}
	send := func(text string) (int, string) {
		w := admin.postFile("/admin/conventions", url.Values{"email": {uuid.NewString() + "@essai.example"}, "name": {"Camille Roy"}}, "essai.docx", []byte(text))
		return w.Code, w.Body.String()
	}
	for what, c := range map[string]struct {
		text string
		want []string
	}{
		"a document": {"PK\x03\x04\x00\x00", []string{"Ce fichier n’est pas une convention (YAML)."}},
		"two faults": {
			strings.NewReplacer("periods:", "period:", "axes:", "axe:").Replace(slugged()),
			[]string{"points à y corriger", ", axes\u00a0: Ce champ manque.</li>", "vouliez-vous dire «\u00a0periods\u00a0»\u00a0?</li>"},
		},
	} {
		code, page := send(c.text)
		for _, want := range c.want {
			if code != http.StatusUnprocessableEntity || !strings.Contains(page, want) {
				t.Errorf("%s: %d, without %q:\n%s", what, code, want, page)
			}
		}
	}
	if code, page := send(slugged()); code != http.StatusSeeOther {
		t.Errorf("a right file: %d\n%s", code, page)
	}
	if code, page := send(slugged()); code != http.StatusUnprocessableEntity || !strings.Contains(page, "Une convention porte déjà ce titre\u00a0: «\u00a0"+name) {
		t.Errorf("the same title again: %d\n%s", code, page)
	}
}
