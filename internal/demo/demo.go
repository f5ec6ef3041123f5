// Package demo makes the demonstration data of Copil through the domain's own
// functions, like any user's: two conventions, the people who work on them and
// what they entered until the middle of March 2015. Everything told here is
// fictive, except communes, dates of public life and the text of the real act.
package demo

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/account"
	"copil/internal/audit"
	"copil/internal/convention"
	"copil/internal/fault"
	"copil/internal/pg"
)

// Options says where the data go and how people sign in.
type Options struct {
	Pool     *pg.Pool
	System   *pg.System
	Password string    // of every account, whatever it is: the choice of who runs the demonstration
	Now      time.Time // wall clock: when the accounts are opened
	// Suffix is added to slugs and to the names of accounts, so that tests can
	// load the data several times into one database. Letters, digits and hyphens.
	Suffix string
}

// Account is one with which to try Copil.
type Account struct {
	Email      string
	Convention string      // slug, "" for the platform's administration
	Role       access.Role // label: Role.Label()
	Name       string      // as displayed
}

// Load makes the demonstration data and returns the accounts to sign in with.
// What is there already is kept, so that a folder of data can be used again; the
// password is then the new one.
func Load(ctx context.Context, o Options) ([]Account, error) {
	everyone, err := open(ctx, o)
	if err != nil {
		return nil, err
	}
	// The conventions know nothing of each other, and hashing takes a while.
	tasks := []func() error{
		func() error { return o.setPassword(ctx, everyone) },
		func() error { return o.load(ctx, "mediation-npdc", everyone, mediation) },
		func() error { return o.load(ctx, "territoire-b", everyone, brume) },
	}
	done := make(chan error)
	for _, task := range tasks {
		go func() { done <- task() }()
	}
	var errs []error
	for range tasks {
		errs = append(errs, <-done)
	}
	return o.accounts(), errors.Join(errs...)
}

// person is somebody of the story: an account, and a role in one convention.
type person struct {
	email        string // before the suffix; the story calls people by it
	convention   string // slug, "" for the platform's administration
	role         access.Role
	organisation string // code
	name         string // as displayed: an office, never a real person
	shown        bool   // among the accounts to sign in with; the others have no password
	from, until  time.Time
}

// address is the e-mail with the suffix of a test.
func (o Options) address(p person) string {
	if o.Suffix == "" {
		return p.email
	}
	local, domain, _ := strings.Cut(p.email, "@")
	return local + "-" + o.Suffix + "@" + domain
}

func (o Options) slug(slug string) string {
	if o.Suffix == "" || slug == "" {
		return slug
	}
	return slug + "-" + o.Suffix
}

// open makes the accounts and returns everybody's identifier, by the e-mail that
// the story uses. Those of an earlier start are kept.
func open(ctx context.Context, o Options) (map[string]uuid.UUID, error) {
	found := map[string]uuid.UUID{}
	for _, p := range people() {
		draft := account.PersonDraft{Email: o.address(p), Name: p.name, Administrator: p.role == access.Admin}
		made, err := account.CreatePerson(ctx, o.System, audit.Stamp{At: o.Now}, draft)
		if fault.KindOf(err) == fault.Conflict {
			return reopen(ctx, o)
		}
		if err != nil {
			return nil, fmt.Errorf("open account %s: %w", p.email, err)
		}
		found[p.email] = made.PersonID
	}
	return found, nil
}

// reopen finds the accounts of an earlier start.
func reopen(ctx context.Context, o Options) (map[string]uuid.UUID, error) {
	held, _, err := account.Directory(ctx, o.System, o.Now)
	if err != nil {
		return nil, err
	}
	byAddress := map[string]uuid.UUID{}
	for _, h := range held {
		byAddress[h.Email] = h.PersonID
	}
	found := map[string]uuid.UUID{}
	for _, p := range people() {
		id, there := byAddress[o.address(p)]
		if !there {
			return nil, fmt.Errorf("reopen demonstration: no account %s; start again with an empty folder", p.email)
		}
		found[p.email] = id
	}
	return found, nil
}

func (o Options) setPassword(ctx context.Context, everyone map[string]uuid.UUID) error {
	var ids []uuid.UUID
	for _, p := range people() {
		if p.shown {
			ids = append(ids, everyone[p.email])
		}
	}
	return account.ImposePassword(ctx, o.System, audit.Stamp{At: o.Now}, o.Password, ids...)
}

func (o Options) accounts() []Account {
	var list []Account
	for _, p := range people() {
		if p.shown {
			list = append(list, Account{Email: o.address(p), Convention: o.slug(p.convention), Role: p.role, Name: p.name})
		}
	}
	return list
}

// errThere says that a convention was loaded before.
var errThere = errors.New("convention is there already")

// load makes one shipped convention and tells its story, in one transaction.
func (o Options) load(ctx context.Context, slug string, everyone map[string]uuid.UUID, story func(*teller)) error {
	file, err := convention.Shipped(slug)
	if err != nil {
		return err
	}
	file.Agreement.Slug = o.slug(slug)
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	err = o.Pool.InConvention(ctx, id, pg.ReadWrite, func(tx *pg.Tx) error {
		if err := convention.Create(ctx, tx, file); err != nil {
			if f, ok := errors.AsType[*fault.Error](err); ok && f.Fields["slug"] != "" {
				return errThere
			}
			return err
		}
		t := newTeller(tx, slug, everyone)
		if err := t.meet(ctx); err != nil {
			return err
		}
		story(t)
		return t.tell(ctx)
	})
	if err != nil && !errors.Is(err, errThere) {
		return fmt.Errorf("load convention %s: %w", slug, err)
	}
	return nil
}
