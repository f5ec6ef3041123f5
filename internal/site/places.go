package site

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/fault"
	"copil/internal/french"
	"copil/internal/pg"
)

// Place is a structure that may have posts, and a site where, with all that
// decides since when.
type Place struct {
	OrganisationID uuid.UUID
	Code           string // of the structure
	StructureName  string
	SiteID         *uuid.UUID // nil: off-site, or there is no such site
	SiteCode       string
	SiteName       string
	StartsOn       time.Time  // of the convention: posts that are opened since count as created
	CollectedOn    time.Time  // first day of the first period whose figures are not reconstituted
	SpottedOn      *time.Time // first day of the site; nil off-site
	SinceOn        *time.Time // nil: off-site, or it does not work there
	UntilOn        *time.Time // the first day on which it no longer works there
}

const selectPlace = `
	SELECT t.organisation_id, o.code, o.name AS structure_name, x.site_id, coalesce(x.code, '') AS site_code, coalesce(x.name, '') AS site_name,
	       (SELECT starts_on FROM conventions WHERE convention_id = @convention) AS starts_on,
	       coalesce((SELECT min(starts_on) FROM periods WHERE convention_id = @convention AND NOT reconstituted), '9999-12-31') AS collected_on,
	       (SELECT min(since_on) FROM site_states WHERE convention_id = @convention AND site_id = x.site_id) AS spotted_on,
	       l.since_on, l.until_on
	FROM structures t
	JOIN organisations o ON o.convention_id = @convention AND o.organisation_id = t.organisation_id`

// PlacesOf returns the sites of each structure that a statement chooses (its
// organisation_id), by name; one row without a site for a structure that works
// on none.
func PlacesOf(b *pg.Batch, chosen string, args pg.Args) *pg.Rows[Place] {
	return pg.Queue[Place](b, selectPlace+`
		LEFT JOIN site_structures l ON l.convention_id = @convention AND l.organisation_id = t.organisation_id
		LEFT JOIN sites x ON x.convention_id = @convention AND x.site_id = l.site_id
		WHERE t.convention_id = @convention AND t.organisation_id IN (`+chosen+`)
		ORDER BY o.name, length(x.code), x.code`, args)
}

// lockPlace locks the structure: two people adding posts at once must not share
// numbers.
func lockPlace(ctx context.Context, tx *pg.Tx, d PostDraft) (Place, error) {
	return pg.One[Place](ctx, tx, selectPlace+`
		LEFT JOIN sites x ON x.convention_id = @convention AND x.site_id = @site
		LEFT JOIN site_structures l ON l.convention_id = @convention AND l.site_id = @site AND l.organisation_id = t.organisation_id
		WHERE t.convention_id = @convention AND t.organisation_id = @organisation
		FOR UPDATE OF t`, pg.Args{"organisation": d.OrganisationID, "site": d.SiteID})
}

// Problems returns why posts of a draft cannot be on its site, by field. What is
// older than the collecting is told from memory: such a post is counted where it
// is now.
func (p Place) Problems(words access.Words, d PostDraft) fault.Fields {
	bad := fault.Fields{}
	switch {
	case d.SiteID == nil:
	case p.SinceOn == nil || (p.UntilOn != nil && !p.UntilOn.After(d.OpenedOn)):
		bad.Add("site", "La structure ne travaille pas sur ce site\u00a0: "+words.TheMission()+" doit d’abord l’y rattacher.")
	case d.OpenedOn.Before(p.CollectedOn):
	case d.OpenedOn.Before(*p.SpottedOn):
		bad.Add("opened_on", "Le site n’existe que depuis le "+french.Date(*p.SpottedOn)+".")
	case d.OpenedOn.Before(*p.SinceOn):
		bad.Add("opened_on", "La structure ne travaille sur ce site que depuis le "+french.Date(*p.SinceOn)+".")
	}
	if _, ok := p.Number(d.Reference); d.Reference != "" && !ok {
		bad.Add("reference", "Une référence s’écrit comme «\u00a0"+p.Reference(13)+"\u00a0»\u00a0: le code de la structure et un numéro.")
	}
	return bad
}

// Reference is how the structure numbers its posts.
func (p Place) Reference(number int) string { return fmt.Sprintf("%s-%03d", p.Code, number) }

// Number is the number in one of the structure's references.
func (p Place) Number(reference string) (int, bool) {
	digits, _ := strings.CutPrefix(reference, p.Code+"-")
	n, err := strconv.Atoi(digits)
	return n, err == nil && n > 0 && n < 2*MostPosts && p.Reference(n) == reference
}

// TakenReference is that of a post which was taken back: no other post gets it.
type TakenReference struct {
	OrganisationID uuid.UUID
	Reference      string
}

// PostsOf returns the posts of the structures that a statement chooses (their
// organisation_id), by name and reference.
func PostsOf(b *pg.Batch, chosen string, args pg.Args) *pg.Rows[Post] {
	return pg.Queue[Post](b, selectPosts+` AND p.organisation_id IN (`+chosen+`) ORDER BY o.name, p.reference`, args)
}

// TakenOf returns the references of the posts that such structures took back.
func TakenOf(b *pg.Batch, chosen string, args pg.Args) *pg.Rows[TakenReference] {
	return pg.Queue[TakenReference](b, `
		SELECT p.organisation_id, p.reference FROM posts p
		WHERE p.convention_id = @convention AND p.withdrawn_on IS NOT NULL AND p.organisation_id IN (`+chosen+`)`, args)
}
