package server

import (
	"bytes"
	"fmt"
	"net/http"
	"testing"

	"copil/internal/access"
	"copil/internal/convention"
)

func TestConventionPage(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	page := p.as(t, access.Reader).get("/c/"+p.slug+"/convention").is(t, http.StatusOK)
	page.says(t,
		`id="article-7"`, "absent du document source", "passe de l’article 6 à l’article 8", "absente du document source",
		"le Préfet de région", "Pour le Préfet de Région", "Pascal JOLY", "Préfet délégué pour l’égalité des chances",
		"Ministre délégué à la ville", "ce n’est pas une partie",
		"850 à 900", "année non précisée", "environ 200", "3\u202f000",
		"des priorités des acteurs locaux en terme de politique publique", // the act’s own words
		"IL A ETE CONVENU CE QUI SUIT", `id="note-2"`, `href="#note-2"`,
		"À renouveler chaque année", "2013 seulement", "BOP 147", `id="engagement-CDC-3"`,
		"L’article 7 manque", "Deux verbes pour un seul nombre",
	)
}

func TestTheme(t *testing.T) {
	t.Parallel()
	for accent, readable := range map[string]bool{
		"#1f4e5f": true, "#767676": true, "#777777": false, "#ffffff": false, "#000000": true, "#ffcc00": false,
		"": false, "red": false, "#12345": false, "#1234567": false, "#zzzzzz": false,
	} {
		if got := contrastOnWhite(accent) >= 4.5; got != readable {
			t.Errorf("%q readable on white = %v (%.2f), want %v", accent, got, contrastOnWhite(accent), readable)
		}
	}
	if got := fmt.Sprintf("%.1f", contrastOnWhite("#000000")); got != "21.0" {
		t.Errorf("contrast of black = %s, want 21.0", got)
	}
	p := newPlace(t)
	sheet := p.as(t, access.Reader).get("/c/"+p.slug+"/theme.css").is(t, http.StatusOK).says(t, ":root{--accent:#1f4e5f}")
	if got := sheet.header.Get("Cache-Control"); got != "private, max-age=3600" {
		t.Errorf("Cache-Control = %q", got)
	}
}

func TestSettings(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	v := p.as(t, access.Mission)
	for path, text := range map[string]string{
		"/membres":     "Membres de la convention",
		"/periodes":    "2e semestre 2014",
		"/listes":      "Types d’opérateur",
		"/indicateurs": "Bibliothèque",
		"/mesures":     "Équivalents temps plein au dernier jour",
		"/courriels":   "Aucun courriel",
	} {
		v.get("/c/"+p.slug+"/reglages"+path).is(t, http.StatusOK).says(t, text, "convention.yaml")
	}
	v.get("/c/"+p.slug+"/reglages").leadsTo(t, "/c/"+p.slug+"/reglages/membres")
	v.get("/c/"+p.slug+"/reglages/inconnue").is(t, http.StatusNotFound)

	file := v.get("/c/"+p.slug+"/reglages/convention.yaml").is(t, http.StatusOK)
	if _, err := convention.Read(bytes.NewReader([]byte(file.body)), "convention.yaml"); err != nil {
		t.Errorf("the file that was downloaded cannot be read again: %v", err)
	}
	for _, role := range []access.Role{access.Chair, access.Signatory, access.Structure, access.Reader} {
		other := p.as(t, role)
		other.get("/c/"+p.slug+"/reglages").is(t, http.StatusForbidden)
		other.get("/c/"+p.slug+"/reglages/convention.yaml").is(t, http.StatusForbidden)
	}
}

// TestAnotherConvention shows that a convention of which one is no member does
// not exist, and that it says so in the same words as one that was made up.
func TestAnotherConvention(t *testing.T) {
	t.Parallel()
	p, q := newPlace(t), newPlace(t)
	v := p.as(t, access.Mission)
	for _, path := range []string{"/convention", "/theme.css", "/journal", "/recherche?q=emplois", "/reglages", "/reglages/convention.yaml"} {
		there := v.get("/c/"+q.slug+path).is(t, http.StatusNotFound)
		nowhere := v.get("/c/jamais-vue"+path).is(t, http.StatusNotFound)
		if there.body != nowhere.body {
			t.Errorf("%s: another convention is told apart from none", path)
		}
	}
}
