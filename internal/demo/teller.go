package demo

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/account"
	"copil/internal/audit"
	"copil/internal/collect"
	"copil/internal/convention"
	"copil/internal/fault"
	"copil/internal/pg"
	"copil/internal/site"
)

// teller tells the story of one convention, inside its transaction and in the
// order of its days, so that the log reads like that of a real one.
type teller struct {
	tx            *pg.Tx
	slug          string // as shipped
	everyone      map[string]uuid.UUID
	actors        map[string]access.Actor // by e-mail
	organisations map[string]uuid.UUID    // by code
	sites         map[string]uuid.UUID    // by code
	steps         map[string]int          // states of each site so far
	clauses       map[clause]int          // what was said of each so far
	submissions   map[due]uuid.UUID
	events        []event
}

// due is what an organisation owes for a site ("" off-site) and a period.
type due struct{ organisation, site, period string }

// event is one thing that somebody did on one day.
type event struct {
	day time.Time
	who string // e-mail; nobody is Copil itself
	do  func(context.Context, audit.Stamp) error
}

func newTeller(tx *pg.Tx, slug string, everyone map[string]uuid.UUID) *teller {
	return &teller{
		tx: tx, slug: slug, everyone: everyone,
		actors: map[string]access.Actor{nobody: {}}, organisations: map[string]uuid.UUID{},
		sites: map[string]uuid.UUID{}, steps: map[string]int{}, clauses: map[clause]int{}, submissions: map[due]uuid.UUID{},
	}
}

// on adds an event. Of one day, those added first come first.
func (t *teller) on(day time.Time, who string, do func(context.Context, audit.Stamp) error) {
	t.events = append(t.events, event{day, who, do})
}

// tell runs the events by day.
func (t *teller) tell(ctx context.Context) error {
	slices.SortStableFunc(t.events, func(a, b event) int { return a.day.Compare(b.day) })
	for i, e := range t.events {
		actor, met := t.actors[e.who]
		if !met {
			return fmt.Errorf("tell what happened on %s: %s is not a member yet", e.day.Format(time.DateOnly), e.who)
		}
		// The wall clock of the story: from nine in the morning on, a second apart.
		at := e.day.Add(9*time.Hour + time.Duration(i)*time.Second)
		if err := e.do(ctx, audit.Stamp{At: at, OnDay: e.day, Actor: actor}); err != nil {
			return fmt.Errorf("tell what %q did on %s: %w%s", e.who, e.day.Format(time.DateOnly), err, fields(err))
		}
	}
	return nil
}

// fields tells what a refused form would show at its fields.
func fields(err error) (text string) {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		for _, name := range slices.Sorted(maps.Keys(f.Fields)) {
			text += "\n\t" + name + ": " + f.Fields[name]
		}
	}
	return text
}

// meet finds the parties, which came with the act.
func (t *teller) meet(ctx context.Context) error {
	b := t.tx.Batch()
	parties := convention.Parties(b)
	if err := b.Send(ctx); err != nil {
		return err
	}
	for _, p := range parties.All {
		t.organisations[p.OrganisationCode] = p.OrganisationID
	}
	return nil
}

// organisation lists a body without any figures of its own.
func (t *teller) organisation(day time.Time, who, code, name string) {
	t.on(day, who, func(ctx context.Context, by audit.Stamp) (err error) {
		t.organisations[code], err = site.CreateOrganisation(ctx, t.tx, by, code, name)
		return err
	})
}

// join makes the members of an organisation, on the day on which each begins.
func (t *teller) join(organisation string) {
	for _, p := range people() {
		if p.convention != t.slug || p.organisation != organisation {
			continue
		}
		t.on(p.from, nobody, func(ctx context.Context, by audit.Stamp) error {
			draft := account.Draft{PersonID: t.everyone[p.email], Role: p.role, OrganisationID: t.organisations[organisation],
				Name: p.name, StartsOn: p.from, EndsOn: when(p.until), JoinedAt: &by.At}
			m, err := account.AddMember(ctx, t.tx, by, draft)
			t.actors[p.email] = access.Actor{PersonID: m.PersonID, MemberID: m.MemberID, ConventionID: t.tx.Convention(),
				OrganisationID: m.OrganisationID, Role: m.Role, Name: m.Name}
			return err
		})
	}
}

// structure lists an employer.
func (t *teller) structure(day time.Time, who string, d site.StructureDraft) {
	d.ListedOn = day
	t.on(day, who, func(ctx context.Context, by audit.Stamp) (err error) {
		t.organisations[d.Code], err = site.CreateStructure(ctx, t.tx, by, d)
		return err
	})
}

// state moves a site to its next state.
func (t *teller) state(who, code string, to site.Transition) {
	t.on(to.SinceOn, who, func(ctx context.Context, by audit.Stamp) error {
		t.steps[code]++ // every state is a version of the site
		return site.ChangeState(ctx, t.tx, by, t.sites[code], t.steps[code], to)
	})
}

// attach puts a structure to work on a site.
func (t *teller) attach(day time.Time, who, structure, code string) {
	t.on(day, who, func(ctx context.Context, by audit.Stamp) error {
		return site.Attach(ctx, t.tx, by, t.sites[code], t.organisations[structure], day)
	})
}

// at is a site's identifier, nil off-site.
func (t *teller) at(code string) *uuid.UUID {
	if code == "" {
		return nil
	}
	id := t.sites[code]
	return &id
}

// expect asks an organisation for its figures.
func (t *teller) expect(day time.Time, who string, d due) {
	t.on(day, who, func(ctx context.Context, by audit.Stamp) (err error) {
		t.submissions[d], err = collect.Expect(ctx, t.tx, by, t.organisations[d.organisation], t.at(d.site), d.period)
		return err
	})
}

// A submission's version counts its changes: asked for, saved, handed in.
const (
	asked = iota + 1
	saved
	handedIn
)

// enter saves and hands in the answers.
func (t *teller) enter(day time.Time, who string, d due, cells []collect.Cell, remark string) {
	t.on(day, who, func(ctx context.Context, by audit.Stamp) error {
		if err := collect.Save(ctx, t.tx, by, t.submissions[d], asked, cells, remark); err != nil {
			return err
		}
		return collect.Submit(ctx, t.tx, by, t.submissions[d], saved)
	})
}

func (t *teller) validate(day time.Time, who string, d due) {
	t.on(day, who, func(ctx context.Context, by audit.Stamp) error {
		return collect.Validate(ctx, t.tx, by, t.submissions[d], handedIn)
	})
}

// openPeriod opens the collecting of a period.
func (t *teller) openPeriod(who, period string, opened, due time.Time) {
	t.on(opened, who, func(ctx context.Context, by audit.Stamp) error {
		return collect.OpenPeriod(ctx, t.tx, by, period, opened, due)
	})
}

// campaign opens the collecting of a period and asks for what is due.
func (t *teller) campaign(who, period string, opened, until time.Time, message string, dues []due) {
	t.on(opened, who, func(ctx context.Context, by audit.Stamp) error {
		owed := make([]collect.Owed, len(dues))
		for i, d := range dues {
			owed[i] = collect.Owed{OrganisationID: t.organisations[d.organisation], SiteID: t.at(d.site)}
		}
		return collect.OpenCampaign(ctx, t.tx, by, period, until, message, owed)
	})
	for _, d := range dues {
		t.expect(opened, who, d)
	}
}

// when is nil for the zero date.
func when(day time.Time) *time.Time {
	if day.IsZero() {
		return nil
	}
	return &day
}

// workday is the day, or the Monday after a weekend.
func workday(day time.Time) time.Time {
	switch day.Weekday() {
	case time.Saturday:
		return day.AddDate(0, 0, 2)
	case time.Sunday:
		return day.AddDate(0, 0, 1)
	}
	return day
}
