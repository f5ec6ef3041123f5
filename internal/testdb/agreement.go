package testdb

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/account"
	"copil/internal/audit"
	"copil/internal/collect"
	"copil/internal/convention"
	"copil/internal/pg"
	"copil/internal/site"
)

// Codes of the periods of an Agreement: one whose report is validated, one that
// is being collected on Today, one that is not open yet.
const (
	ValidatedPeriod = "2014-S1"
	OpenPeriod      = "2014-S2"
	ClosedPeriod    = "2015-S1"
)

// Agreement is a small convention at work, of one test's own: the shipped act,
// two sites, two structures and a member of each role.
type Agreement struct {
	ID         uuid.UUID
	Slug       string
	Sites      [2]uuid.UUID // active; both lie in Roubaix
	Structures [2]uuid.UUID // the first works on Sites[0] and off-site, the second on both sites
	Mission    uuid.UUID    // organisation of the mission
	State      uuid.UUID    // organisation of a signatory that co-chairs
	// Actors has one member of each role; the structure's one is of Structures[0].
	Actors map[access.Role]access.Actor
	// Deputy is a second person of the mission, Other one of Structures[1].
	Deputy, Other access.Actor
}

// Day is a date, at midnight UTC like every business date.
func Day(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// By is what a member does on Today.
func By(actor access.Actor) audit.Stamp {
	return audit.Stamp{At: time.Date(2026, time.March, 2, 12, 0, 0, 0, time.UTC), OnDay: Today, Actor: actor}
}

var shipped = sync.OnceValues(func() (convention.File, error) { return convention.Shipped("mediation-npdc") })

// Agreement makes one more convention with what it needs to work.
func (db *DB) Agreement(t testing.TB) *Agreement {
	t.Helper()
	file, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	a := db.AgreementOf(t, file)
	db.In(t, a.ID, func(tx *pg.Tx) error { return a.places(t, tx) })
	db.In(t, a.ID, func(tx *pg.Tx) error { return a.periods(t, tx) })
	return a
}

// AgreementOf makes a convention of a file, with the structures and members of an
// Agreement, but neither sites nor a period that was opened.
func (db *DB) AgreementOf(t testing.TB, file convention.File) *Agreement {
	t.Helper()
	a := &Agreement{ID: uuid.Must(uuid.NewV7()), Actors: map[access.Role]access.Actor{}}
	a.Slug = "t-" + a.ID.String()
	file.Agreement.Slug = a.Slug
	operators := file.Lists[slices.IndexFunc(file.Lists, func(l convention.List) bool { return l.ListCode == "operator_type" })]
	db.In(t, a.ID, func(tx *pg.Tx) error { return convention.Create(t.Context(), tx, file) })
	db.In(t, a.ID, func(tx *pg.Tx) error {
		return a.people(t, tx, db.System, file.Agreement.Words, operators.Items[1].ItemCode)
	})
	return a
}

func (a *Agreement) people(t testing.TB, tx *pg.Tx, sys *pg.System, words access.Words, operator string) (err error) {
	ctx := t.Context()
	for i, name := range []string{"Association Passerelle", "Rivages"} {
		a.Structures[i], err = site.CreateStructure(ctx, tx, By(access.Actor{}), site.StructureDraft{
			Code: []string{"A1", "P3"}[i], Name: name, OperatorType: operator, Commune: "59512", OffSite: i == 0, ListedOn: Day(2014, 2, 17),
		})
		if err != nil {
			return err
		}
	}
	if a.Mission, err = site.CreateOrganisation(ctx, tx, By(access.Actor{}), "MRA", words.Role(access.Mission)); err != nil {
		return err
	}
	b := tx.Batch()
	parties := convention.Parties(b)
	if err := b.Send(ctx); err != nil {
		return err
	}
	a.State = parties.All[slices.IndexFunc(parties.All, func(p convention.Party) bool { return p.Chairs })].OrganisationID
	join := func(role access.Role, organisation uuid.UUID, name string) access.Actor {
		if err != nil {
			return access.Actor{}
		}
		var actor access.Actor
		actor, err = a.join(t, tx, sys, role, organisation, name)
		return actor
	}
	for _, role := range []access.Role{access.Chair, access.Signatory, access.Mission, access.Structure, access.Reader} {
		organisation := map[access.Role]uuid.UUID{access.Chair: a.State, access.Signatory: a.State, access.Structure: a.Structures[0]}[role]
		if organisation == uuid.Nil {
			organisation = a.Mission
		}
		a.Actors[role] = join(role, organisation, role.Label())
	}
	a.Deputy = join(access.Mission, a.Mission, words.Role(access.Mission)+", adjointe")
	a.Other = join(access.Structure, a.Structures[1], "Rivages")
	return err
}

// join opens an account and makes it a member.
func (a *Agreement) join(t testing.TB, tx *pg.Tx, sys *pg.System, role access.Role, organisation uuid.UUID, name string) (access.Actor, error) {
	by := By(access.Actor{})
	person, err := account.CreatePerson(t.Context(), sys, by, account.PersonDraft{Email: uuid.NewString() + "@essai.example", Name: name})
	if err != nil {
		return access.Actor{}, err
	}
	m, err := account.AddMember(t.Context(), tx, by, account.Draft{
		PersonID: person.PersonID, Role: role, OrganisationID: organisation, Name: name, StartsOn: Day(2014, 1, 1),
	})
	return access.Actor{PersonID: person.PersonID, MemberID: m.MemberID, ConventionID: a.ID, OrganisationID: organisation, Role: role, Name: name}, err
}

func (a *Agreement) places(t testing.TB, tx *pg.Tx) (err error) {
	by := By(a.Actors[access.Mission])
	for i, name := range []string{"Roubaix nord", "Roubaix sud"} {
		a.Sites[i], err = site.Create(t.Context(), tx, by, site.Draft{
			Code: []string{"S1", "S2"}[i], Name: name, Need: "Apaiser les abords des collèges.", Communes: []string{"59512"},
			Sectors: []string{"EDU", "GUP"}, Zonings: []site.Zoning{{Zoning: "ZUS", SinceOn: Day(2014, 1, 6)}}, SinceOn: Day(2014, 1, 6),
		})
		if err != nil {
			return err
		}
		for step, to := range []site.State{site.Candidat, site.Instruit, site.Retenu, site.Conventionne, site.Actif} {
			err := site.ChangeState(t.Context(), tx, by, a.Sites[i], step+1, site.Transition{To: to, SinceOn: Day(2014, 1, 7+step), Decision: "2014-01"})
			if err != nil {
				return err
			}
		}
	}
	for _, link := range [][2]uuid.UUID{{a.Sites[0], a.Structures[0]}, {a.Sites[0], a.Structures[1]}, {a.Sites[1], a.Structures[1]}} {
		if err := site.Attach(t.Context(), tx, by, link[0], link[1], Day(2014, 2, 17)); err != nil {
			return err
		}
	}
	return nil
}

func (a *Agreement) periods(t testing.TB, tx *pg.Tx) error {
	by := By(a.Actors[access.Mission])
	if err := collect.OpenPeriod(t.Context(), tx, by, ValidatedPeriod, Day(2014, 7, 1), Day(2014, 8, 31)); err != nil {
		return err
	}
	if err := collect.ValidatePeriod(t.Context(), tx, by, ValidatedPeriod); err != nil {
		return err
	}
	return collect.OpenPeriod(t.Context(), tx, by, OpenPeriod, Day(2015, 1, 5), Day(2015, 4, 30))
}
