package main

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const unknown = "01920000-0000-7000-8000-000000000000" // nobody's identifier

func TestStructureJourney(t *testing.T) {
	t.Parallel()
	d := sharedDemo(t)
	b := d.open(t, "passerelle@structure.example")
	b.sees("Votre structure", "2e semestre 2014, saisie validée", "Médiateurs en poste au dernier jour de la période, votre structure")
	b.visit(home + "/emplois")
	b.sees("Association Passerelle", "3 postes enregistrés")
	b.misses("Rivages", "Beffrois Médiation", "633")
	if got := strings.Join(b.row("2e semestre 2014"), " | "); !strings.Contains(got, "3 | 2,60 | 3 | 3") {
		t.Errorf("the structure's own figures of 2014-S2 are shown as %s", got)
	}
	b.visit(home + "/indicateurs/A3-04")
	if n := eval[int](b, `document.querySelectorAll("main svg[role=img]").length`); n == 0 {
		t.Error("the indicator shows the structure no curve")
	}
	checkForeign(t, d)
}

// checkForeign opens what belongs to other structures: it does not exist.
func checkForeign(t *testing.T, d *demonstration) {
	t.Helper()
	own := d.signedIn(t, "passerelle@structure.example")
	mission := d.signedIn(t, "mission@appui.example")
	other := mission.ofStructure("Rivages")
	for _, path := range []string{
		other.page,
		other.post,
		other.submission,
		mission.find(home+"/sites", home+`/sites/[0-9a-f-]{36}">S4`)[:len(home+"/sites/")+36], // no structure of ours works there
	} {
		if got := mission.get(path); got.status != http.StatusOK {
			t.Errorf("%s answers the mission with %d", path, got.status)
		}
		made := own.get(path[:strings.LastIndex(path, "/")+1] + unknown)
		if got := own.get(path); got.status != http.StatusNotFound || body(got) != body(made) {
			t.Errorf("%s, of another structure, answers %d: %.300s", path, got.status, got.body)
		}
	}
	mine := mission.ofStructure("Association Passerelle")
	for _, path := range []string{mine.page, mine.post, mine.submission} {
		if got := own.get(path); got.status != http.StatusOK {
			t.Errorf("%s, the structure's own, answers %d", path, got.status)
		}
	}
}

// TestMaskedTotals: with three structures of which two answered, a total less
// one's own figure would tell what the other did.
func TestMaskedTotals(t *testing.T) {
	t.Parallel()
	d := sharedDemo(t)
	const at = "/c/territoire-b"
	mission, structure := d.open(t, "mission@autre.example"), d.open(t, "structure@autre.example")
	mission.visit(at + "/indicateurs")
	structure.visit(at + "/indicateurs")
	for _, code := range []string{"I-1", "R-1", "M-1"} {
		all, own := mission.row(code), structure.row(code)
		if len(all) < 2 || all[1] == "" || len(own) < 2 || slices.Contains(own, all[1]) {
			t.Fatalf("%s: the mission sees %q, a structure %q", code, all, own)
		}
		if own[1] == "non renseigné" {
			t.Errorf("%s: a structure does not see its own figure: %q", code, own)
		}
		for _, page := range []string{"", "/indicateurs/" + code, "/emplois"} {
			structure.visit(at + page)
			structure.misses(all[1])
		}
		structure.visit(at + "/indicateurs")
	}
}

// belongings are addresses of what is a structure's own.
type belongings struct{ page, post, submission string }

func (c *client) ofStructure(name string) belongings {
	c.Helper()
	at := regexp.MustCompile(home + `/structures/[0-9a-f-]{36}`).FindString(c.find(home+"/emplois", home+`/structures/[0-9a-f-]{36}">`+name))
	id := at[strings.LastIndex(at, "/")+1:]
	return belongings{
		page:       at,
		post:       c.find(home+"/emplois?structure="+id, home+`/emplois/[0-9a-f-]{36}`),
		submission: c.find(at, home+`/saisies/2014-S2/[0-9a-f-]{36}`),
	}
}

// varying is what differs between two answers to the same question: the address
// to come back to, and the keys of forms.
var varying = regexp.MustCompile(`retour=[^"]*|value="[0-9a-f-]{36}"`)

func body(a answer) string { return varying.ReplaceAllString(a.body, "") }

func TestConventionsDoNotSeeEachOther(t *testing.T) {
	t.Parallel()
	d := sharedDemo(t)
	mission, stranger := d.signedIn(t, "mission@appui.example"), d.signedIn(t, "mission@autre.example")
	made := stranger.get("/c/nulle-part")
	if made.status != http.StatusNotFound {
		t.Fatalf("a made-up convention answers %d", made.status)
	}
	paths := []string{"/theme.css", "/plan", "/reglages/convention.yaml", "/bilans/2014-S1.pdf", "/bilans/2014-S1.odt", "/bilans/2014-S1.xlsx", "/bilans/2014-S1.csv", "/nulle-part"}
	pattern := regexp.MustCompile(`href="` + home + `([^"]*)"`)
	seen := map[string]bool{}
	for _, from := range []string{"", "/sites", "/emplois", "/indicateurs", "/bilans", "/reglages", "/convention", "/journal"} {
		for _, found := range pattern.FindAllStringSubmatch(mission.get(home+from).body, -1) {
			if !seen[found[1]] {
				seen[found[1]] = true
				paths = append(paths, found[1])
			}
		}
	}
	if len(paths) < 60 {
		t.Errorf("only %d addresses to try", len(paths))
	}
	for _, path := range paths {
		if got := stranger.get(home + path); got.status != http.StatusNotFound || body(got) != body(made) {
			t.Errorf("%s answers a stranger with %d, unlike a made-up convention: %.300s", home+path, got.status, got.body)
		}
	}
	for _, path := range []string{"/sites", "/emplois", "/saisies/2014-S2", "/sites/" + unknown + "/etat"} {
		got := stranger.post(home+path, nil)
		want := stranger.post("/c/nulle-part"+path, nil)
		if got.status != http.StatusNotFound || body(got) != body(want) {
			t.Errorf("POST %s answers a stranger with %d, a made-up convention with %d", path, got.status, want.status)
		}
	}
	checkBorrowed(t, stranger, mission)
}

// checkBorrowed asks for the other convention's objects under one's own address.
func checkBorrowed(t *testing.T, stranger, mission *client) {
	t.Helper()
	for _, kind := range []struct{ page, pattern string }{
		{"/sites", `/sites/[0-9a-f-]{36}`},
		{"/emplois", `/structures/[0-9a-f-]{36}`},
		{"", `/saisies/2014-S2/[0-9a-f-]{36}`},
	} {
		path := mission.find(home+kind.page, kind.pattern)
		made := path[:strings.LastIndex(path, "/")+1] + unknown
		got, want := stranger.get("/c/territoire-b"+path), stranger.get("/c/territoire-b"+made)
		if got.status != http.StatusNotFound || body(got) != body(want) {
			t.Errorf("%s of another convention answers %d, a made-up one %d", path, got.status, want.status)
		}
	}
}
