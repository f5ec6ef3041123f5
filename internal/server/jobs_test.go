package server

import (
	"strings"
	"testing"

	"copil/internal/access"
)

// A structure with more posts than a page holds has pages; each post is on one.
func TestPostsHavePages(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	structure := a.one(`SELECT organisation_id::text FROM organisations o JOIN conventions c USING (convention_id)
		WHERE c.slug = $1 AND o.code = 'P1'`, a.slug).String()
	b := a.as(access.Mission)
	seen := map[string]int{}
	pages := []string{"", "&page=2", "&page=3", "&page=nonsense", "&page=99"}
	for _, page := range pages[:3] {
		text := b.get("/c/" + a.slug + "/emplois?structure=" + structure + page).Body.String()
		for _, part := range strings.Split(text, ">P1-")[1:] {
			seen[part[:3]]++
		}
	}
	if len(seen) < 232 { // those open at the end of 2014
		t.Errorf("%d posts on three pages", len(seen))
	}
	for reference, n := range seen {
		if n != 1 {
			t.Errorf("P1-%s stands %d times", reference, n)
		}
	}
	for _, page := range pages[3:] {
		if text := b.get("/c/" + a.slug + "/emplois?structure=" + structure + page).Body.String(); !strings.Contains(text, ">P1-") {
			t.Errorf("%q lists nothing", page)
		}
	}
}

// Where a convention counts no consolidated jobs, its posts are not asked for them.
func TestPostsWithoutConsolidation(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	for _, c := range []struct {
		who, slug string
		says      bool
	}{{emails[access.Structure], a.slug, true}, {"structure@autre.example", a.other, false}} {
		page := text(a.signedIn(a.person(c.who)).get("/c/" + c.slug + "/emplois"))
		if got := strings.Contains(page, "Consolid"); got != c.says {
			t.Errorf("%s: the page speaks of consolidation: %v", c.slug, got)
		}
	}
}
