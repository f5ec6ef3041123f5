package access

import (
	"cmp"

	"copil/internal/french"
)

// Words are what a convention calls those whom Copil names on its screens. An
// empty one stands for a neutral word. They travel with the actor, since rules
// tell people whom to turn to.
type Words struct {
	Mission   string `json:"mission,omitempty" yaml:"mission,omitempty"`     // with its article: « l’équipe d’animation »
	Committee string `json:"committee,omitempty" yaml:"committee,omitempty"` // with its article: « le comité des partenaires »
	Posts     string `json:"posts,omitempty" yaml:"posts,omitempty"`         // title of the section of posts: « Emplois »
	Sites     string `json:"sites,omitempty" yaml:"sites,omitempty"`         // title of the list of sites: « Sites d’expérimentation »
	NoPosts   bool   `json:"no_posts,omitempty" yaml:"-"`                    // it names no types of job, so that posts have no page
}

// TheMission is the team that runs the convention, with its article.
func (w Words) TheMission() string { return cmp.Or(w.Mission, "la mission d’appui") }

// TheCommittee is the steering committee, with its article.
func (w Words) TheCommittee() string { return cmp.Or(w.Committee, "le comité de pilotage") }

// PostsTitle is the title of the section of posts, which tells of structures alone
// where there are none.
func (w Words) PostsTitle() string {
	if w.NoPosts {
		return "Structures"
	}
	return cmp.Or(w.Posts, "Postes")
}

// SitesTitle is the title of the list of sites.
func (w Words) SitesTitle() string { return cmp.Or(w.Sites, "Sites") }

// Role is a role's name on screen.
func (w Words) Role(r Role) string {
	if r == Mission && w.Mission != "" {
		return french.Capital(french.Bare(w.Mission))
	}
	return r.Label()
}
