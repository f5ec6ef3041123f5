package funding

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"copil/internal/access"
	"copil/internal/audit"
	"copil/internal/fault"
	"copil/internal/pg"
	"copil/internal/site"
)

// Resource is money that pays for the posts of a site until a day.
type Resource struct {
	ResourceID uuid.UUID
	SiteID     uuid.UUID
	FunderID   *uuid.UUID // nil: no organisation of the convention
	FunderName string     // "" for none
	Label      string
	FirmUntil  time.Time // the last day that it pays for
	Firmness   Firmness
	Amount     *decimal.Decimal // euros a year; nil: not told
	Version    int
}

// Resources queues what pays for the sites, those that end last first.
func Resources(b *pg.Batch) *pg.Rows[Resource] {
	return pg.Queue[Resource](b, `
		SELECT r.resource_id, r.site_id, r.funder_id, coalesce(o.name, '') AS funder_name, r.label, r.firm_until, r.firmness, r.amount, r.version
		FROM site_resources r LEFT JOIN organisations o ON o.convention_id = @convention AND o.organisation_id = r.funder_id
		WHERE r.convention_id = @convention AND r.withdrawn_on IS NULL ORDER BY r.site_id, r.firm_until DESC, r.label, r.resource_id`, nil)
}

// Staffed is a site with the posts that are filled on it.
type Staffed struct {
	SiteID     uuid.UUID
	Code, Name string
	State      site.State
	Posts      int // filled on the day
}

// SitePosts queues the sites by code, as of a day, with their filled posts.
func SitePosts(b *pg.Batch, day time.Time) *pg.Rows[Staffed] {
	return pg.Queue[Staffed](b, `
		SELECT s.site_id, s.code, s.name, st.state, count(p.post_id) AS posts
		FROM sites s
		JOIN LATERAL (
			SELECT state FROM site_states WHERE convention_id = @convention AND site_id = s.site_id AND since_on <= @day
			ORDER BY step DESC LIMIT 1) st ON true
		LEFT JOIN posts p ON p.convention_id = @convention AND p.site_id = s.site_id AND p.withdrawn_on IS NULL
		     AND p.filled_on <= @day AND (p.vacated_on IS NULL OR p.vacated_on > @day) AND (p.closed_on IS NULL OR p.closed_on > @day)
		WHERE s.convention_id = @convention
		GROUP BY s.site_id, s.code, s.name, st.state ORDER BY s.code`, pg.Args{"day": day})
}

// Ending is until when a site's posts are paid for.
type Ending struct {
	Staffed
	LastFirm  *time.Time // the day on which the last firm euro ends; nil: none was ever firm
	Resources []Resource // what pays for it, what ends last first
}

// Horizon is until when each site is paid for, what ends first at the top. A site
// without any post nor resource is left out. Only what was notified is firm.
func Horizon(sites []Staffed, resources []Resource) []Ending {
	var list []Ending
	for _, s := range sites {
		e := Ending{Staffed: s}
		for _, r := range resources {
			if r.SiteID != s.SiteID {
				continue
			}
			e.Resources = append(e.Resources, r)
			if r.Firmness == Notified && (e.LastFirm == nil || r.FirmUntil.After(*e.LastFirm)) {
				e.LastFirm = &r.FirmUntil
			}
		}
		if e.Posts > 0 || len(e.Resources) > 0 {
			list = append(list, e)
		}
	}
	slices.SortStableFunc(list, func(a, b Ending) int {
		switch {
		case a.LastFirm == nil && b.LastFirm == nil:
			return cmp.Compare(a.Code, b.Code)
		case a.LastFirm == nil:
			return -1
		case b.LastFirm == nil:
			return 1
		}
		return cmp.Or(a.LastFirm.Compare(*b.LastFirm), cmp.Compare(a.Code, b.Code))
	})
	return list
}

// Unpaid counts the posts that no firm money pays for after a day, and all posts.
func Unpaid(list []Ending, after time.Time) (unpaid, posts int) {
	for _, e := range list {
		posts += e.Posts
		if e.LastFirm == nil || !e.LastFirm.After(after) {
			unpaid += e.Posts
		}
	}
	return unpaid, posts
}

// Pressing reports whether the money of a site's posts ends so soon that the next
// budgets must provide for it: within so many months.
func (e Ending) Pressing(today time.Time, months int) bool {
	return e.Posts > 0 && (e.LastFirm == nil || e.LastFirm.Before(today.AddDate(0, months, 0)))
}

// Problems returns what is wrong with a resource, field by field.
func (r Resource) Problems() fault.Fields {
	bad := fault.Fields{}
	if r.SiteID == uuid.Nil {
		bad.Add("site", "Choisissez le site.")
	}
	if strings.TrimSpace(r.Label) == "" {
		bad.Add("label", "Dites ce qui paie ces postes.")
	}
	if r.Firmness.Label() == "" {
		bad.Add("firmness", "Choisissez à quel point cette ressource est sûre.")
	}
	if r.FirmUntil.IsZero() {
		bad.Add("firm_until", "Indiquez le dernier jour payé.")
	}
	if r.Amount != nil && (r.Amount.IsNegative() || r.Amount.GreaterThan(LargestAmount) || !r.Amount.Equal(r.Amount.Truncate(2))) {
		bad.Add("amount", "Indiquez un montant positif, au centime près.")
	}
	return bad
}

// AddResource stores what pays for a site's posts and returns its identifier. A
// signatory adds what its own party pays.
func AddResource(ctx context.Context, tx *pg.Tx, by audit.Stamp, r Resource) (uuid.UUID, error) {
	if err := mayWrite(by.Actor); err != nil {
		return uuid.Nil, err
	}
	bad := r.Problems()
	if reason := r.mine(by.Actor); reason != "" {
		bad.Add("funder", reason)
	}
	if len(bad) > 0 {
		return uuid.Nil, &fault.Error{Kind: fault.Invalid, Message: "La ressource n’est pas enregistrée.", Fields: bad}
	}
	r.ResourceID = uuid.Must(uuid.NewV7())
	err := unknown(pg.Exec(ctx, tx, `
		INSERT INTO site_resources (convention_id, resource_id, site_id, funder_id, label, firm_until, firmness, amount, recorded_on)
		VALUES (@convention, @id, @site, @funder, @label, @firm_until, @firmness, @amount, @today)`,
		pg.Args{"id": r.ResourceID, "site": r.SiteID, "funder": r.FunderID, "label": r.Label, "firm_until": r.FirmUntil,
			"firmness": string(r.Firmness), "amount": r.Amount, "today": by.OnDay}))
	if err != nil {
		return uuid.Nil, err
	}
	return r.ResourceID, audit.Record(ctx, tx, r.entry(by, audit.Created))
}

// WithdrawResource takes a resource out of the horizon: it was entered by mistake,
// or another one replaces it.
func WithdrawResource(ctx context.Context, tx *pg.Tx, by audit.Stamp, id uuid.UUID) error {
	if err := mayWrite(by.Actor); err != nil {
		return err
	}
	b := tx.Batch()
	found := Resources(b)
	if err := b.Send(ctx); err != nil {
		return err
	}
	i := slices.IndexFunc(found.All, func(r Resource) bool { return r.ResourceID == id })
	if i < 0 {
		return fault.New(fault.NotFound, pg.NoSuchRecord)
	}
	if reason := found.All[i].mine(by.Actor); reason != "" {
		return fault.New(fault.Forbidden, "%s", reason)
	}
	err := pg.Exec(ctx, tx, `
		UPDATE site_resources SET withdrawn_on = @today, version = version + 1
		WHERE convention_id = @convention AND resource_id = @id AND withdrawn_on IS NULL`, pg.Args{"id": id, "today": by.OnDay})
	if err != nil {
		return err
	}
	return audit.Record(ctx, tx, found.All[i].entry(by, audit.Removed))
}

func (r Resource) mine(by access.Actor) string {
	if by.Role == access.Signatory && (r.FunderID == nil || *r.FunderID != by.OrganisationID) {
		return "Cette ressource est celle d’un autre financeur\u00a0: vous enregistrez celles de votre organisme."
	}
	return ""
}

func (r Resource) entry(by audit.Stamp, action audit.Action) audit.Entry {
	told := map[string]any{"site_id": r.SiteID.String(), "dernier jour payé": r.FirmUntil.Format(time.DateOnly), "fermeté": r.Firmness.Label()}
	if r.Amount != nil {
		told["montant annuel"] = r.Amount.StringFixed(2)
	}
	e := audit.Entry{Stamp: by, Action: action, ObjectType: audit.Funding, ObjectID: r.ResourceID.String(), ObjectLabel: r.Label, After: told}
	if action == audit.Removed {
		e.Before, e.After = told, nil
	}
	return e
}
