package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"copil/internal/audit"
	"copil/internal/site"
)

// register brings an employer's posts from what was known on one day to what is
// known on another: new ones as "n identical", and changes one by one.
func (t *teller) register(ctx context.Context, by audit.Stamp, employer string, posts []*post, from, until time.Time) error {
	var older, fresh []*post
	for _, p := range posts {
		switch {
		case p.reference != "":
			older = append(older, p)
		case !p.opened.After(until):
			fresh = append(fresh, p)
		}
	}
	if err := t.changePosts(ctx, by, employer, older, from, until); err != nil {
		return err
	}
	return t.addPosts(ctx, by, employer, fresh, len(older), until)
}

func (t *teller) addPosts(ctx context.Context, by audit.Stamp, employer string, fresh []*post, registered int, until time.Time) error {
	identical := map[post][]*post{}
	var order []post
	for _, p := range fresh {
		now := p.as(until)
		if len(identical[now]) == 0 {
			order = append(order, now)
		}
		identical[now] = append(identical[now], p)
	}
	for _, now := range order {
		err := site.AddPosts(ctx, t.tx, by, site.PostDraft{
			Count: len(identical[now]), OrganisationID: t.organisations[employer], SiteID: t.at(now.site),
			JobType: now.jobType, Quotity: decimal.NewFromInt(1), OpenedOn: now.opened,
			FilledOn: when(now.filled), VacatedOn: when(now.vacated), ClosedOn: when(now.closed),
			ConsolidatedOn: when(now.consolidated), Consolidation: now.consolidation,
		})
		if err != nil {
			return err
		}
		for _, p := range identical[now] {
			registered++
			p.reference = fmt.Sprintf("%s-%03d", employer, registered) // as AddPosts numbers them
		}
	}
	return nil
}

func (t *teller) changePosts(ctx context.Context, by audit.Stamp, employer string, older []*post, from, until time.Time) error {
	stored, err := t.storedPosts(ctx, employer)
	if err != nil {
		return err
	}
	for _, p := range older {
		was, now := p.as(from), p.as(until)
		in := stored[p.reference]
		if !was.sameDates(now) {
			err := site.ChangePost(ctx, t.tx, by, in.PostID, in.Version, site.PostChange{
				FilledOn: when(now.filled), VacatedOn: when(now.vacated), ClosedOn: when(now.closed),
				ConsolidatedOn: when(now.consolidated), Consolidation: now.consolidation,
			})
			if err != nil {
				return err
			}
		}
		if was.moved != now.moved {
			if err := site.MovePost(ctx, t.tx, by, in.PostID, t.at(now.movedTo), now.moved); err != nil {
				return err
			}
		}
	}
	return nil
}

// sameDates reports whether nothing but a move differs.
func (p post) sameDates(other post) bool {
	other.moved, other.movedTo = p.moved, p.movedTo
	return p == other
}

func (t *teller) storedPosts(ctx context.Context, employer string) (map[string]site.Post, error) {
	b := t.tx.Batch()
	posts := site.ListPosts(b, site.PostFilter{OrganisationID: new(t.organisations[employer])})
	if err := b.Send(ctx); err != nil {
		return nil, err
	}
	found := map[string]site.Post{}
	for _, p := range posts.All {
		found[p.Reference] = p
	}
	return found, nil
}
