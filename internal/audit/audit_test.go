package audit_test

import (
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/audit"
	"copil/internal/pg"
	"copil/internal/testdb"
)

var (
	noon     = time.Date(2026, time.March, 2, 12, 0, 0, 0, time.UTC)
	nextYear = testdb.Today.AddDate(1, 0, 0)
)

func TestEveryLabelIsThere(t *testing.T) {
	t.Parallel()
	for _, a := range audit.Actions {
		if a.Label() == "" {
			t.Errorf("action %q has no label", a)
		}
	}
	for _, o := range audit.Objects {
		if o.Label() == "" {
			t.Errorf("object type %q has no label", o)
		}
	}
	if audit.Action("x").Label() != "" || audit.ObjectType("x").Label() != "" {
		t.Error("an unknown word has a label")
	}
}

func TestChanges(t *testing.T) {
	t.Parallel()
	type site struct {
		Name  string
		Posts int
	}
	for name, c := range map[string]struct{ before, after, was, is any }{
		"one field differs":  {site{"Lens", 2}, site{"Lens", 3}, `{"Posts":2}`, `{"Posts":3}`},
		"nothing differs":    {site{"Lens", 2}, site{"Lens", 2}, `null`, `null`},
		"created":            {nil, site{"Lens", 2}, `null`, `{"Name":"Lens","Posts":2}`},
		"a field comes":      {map[string]any{}, map[string]any{"a": 1}, `{}`, `{"a":1}`},
		"not objects":        {"retenu", "actif", `"retenu"`, `"actif"`},
		"a nil field is one": {map[string]any{"a": nil}, map[string]any{}, `{"a":null}`, `{}`},
	} {
		was, is := audit.Changes(c.before, c.after)
		if w, i := doc(t, was), doc(t, is); w != c.was || i != c.is {
			t.Errorf("%s: Changes = %s, %s; want %s, %s", name, w, i, c.was, c.is)
		}
	}
}

func TestLineChanges(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		before, after string
		want          []audit.Change
	}{
		"nothing": {"", "", nil},
		"fields":  {`{"nom":"Lens","ok":true}`, `{"nom":"Arras","n":12.50}`, []audit.Change{{"n", "", "12.50"}, {"nom", "Lens", "Arras"}, {"ok", "oui", ""}}},
		"created": {"", `{"ok":false,"rien":null}`, []audit.Change{{"ok", "", "non"}, {"rien", "", ""}}},
		"values":  {`"retenu"`, `"actif"`, []audit.Change{{"", "retenu", "actif"}}},
	} {
		line := audit.Line{Before: raw(c.before), After: raw(c.after)}
		if got := line.Changes(); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestRecordAndList(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	member := addMember(t, db, db.Acme, "Camille Roy")
	other := addMember(t, db, db.Bolt, "Dominique Petit")
	admin := access.Actor{PersonID: uuid.New(), Role: access.Admin}
	record(t, db, db.Acme,
		entry(testdb.Today, access.Actor{}, audit.Imported, audit.Convention, "c"),
		entry(testdb.Today, member, audit.Changed, audit.Site, "lens"),
		entry(nextYear, member, audit.Validated, audit.Submission, "lens"),
		entry(nextYear, admin, audit.Created, audit.Member, "m"))
	record(t, db, db.Bolt, entry(testdb.Today, other, audit.Changed, audit.Site, "lens"))

	for name, c := range map[string]struct {
		filter audit.Filter
		want   []string // who did what, newest first
	}{
		"all": {audit.Filter{}, []string{
			"Administration de la plateforme Création", "Camille Roy Validation", "Camille Roy Modification", "Copil Import",
		}},
		"person":            {audit.Filter{Person: member.PersonID}, []string{"Camille Roy Validation", "Camille Roy Modification"}},
		"person elsewhere":  {audit.Filter{Person: other.PersonID}, nil},
		"type":              {audit.Filter{ObjectType: audit.Site}, []string{"Camille Roy Modification"}},
		"object":            {audit.Filter{ObjectType: audit.Submission, ObjectID: "lens"}, []string{"Camille Roy Validation"}},
		"action":            {audit.Filter{Action: audit.Imported}, []string{"Copil Import"}},
		"until, included":   {audit.Filter{To: testdb.Today}, []string{"Camille Roy Modification", "Copil Import"}},
		"from, included":    {audit.Filter{From: nextYear}, []string{"Administration de la plateforme Création", "Camille Roy Validation"}},
		"beyond the last":   {audit.Filter{Page: 2}, nil},
		"before the first":  {audit.Filter{Page: -1, Action: audit.Imported}, []string{"Copil Import"}},
		"nothing that fits": {audit.Filter{ObjectID: "x"}, nil},
	} {
		var got []string
		for _, line := range list(t, db.Pool, db.Acme, c.filter) {
			got = append(got, line.Name+" "+line.Action.Label())
		}
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	extent := measure(t, db.Pool, db.Acme, audit.Filter{Person: member.PersonID, Page: 9})
	slices.Sort(extent.Actions)
	slices.Sort(extent.Objects)
	if extent.Total != 2 || len(extent.Persons) != 2 || !slices.Equal(extent.Actions, []string{"changed", "created", "imported", "validated"}) ||
		!slices.Equal(extent.Objects, []string{"convention", "member", "site", "submission"}) {
		t.Errorf("extent of the log: %+v", extent)
	}
	// The statement alone keeps conventions apart, too.
	if got := list(t, db.Twin, db.Bolt, audit.Filter{}); len(got) != 1 || got[0].Name != "Dominique Petit" {
		t.Errorf("without row-level security: %+v", got)
	}
}

func TestRecordKeepsBothClocksAndTheChange(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	e := entry(testdb.Today, access.Actor{}, audit.Changed, audit.Site, "lens")
	e.Before, e.After = audit.Changes(map[string]any{"nom": "Lens", "n": 1}, map[string]any{"nom": "Lens", "n": 2})
	record(t, db, db.Acme, e)
	line := list(t, db.Pool, db.Acme, audit.Filter{})[0]
	if !line.At.Equal(noon) || !line.OnDay.Equal(testdb.Today) {
		t.Errorf("clocks: %v, %v", line.At, line.OnDay)
	}
	if want := []audit.Change{{"n", "1", "2"}}; !reflect.DeepEqual(line.Changes(), want) {
		t.Errorf("changes: %v, want %v", line.Changes(), want)
	}
	if line.ObjectLabel != "Site de lens" || line.ObjectID != "lens" || line.ObjectType != audit.Site || line.PersonID != nil {
		t.Errorf("line: %+v", line)
	}
}

func TestLongTextsAreCut(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	long := strings.Repeat("é", 5000)
	for name, c := range map[string]struct {
		after any
		want  []audit.Change
	}{
		"a text":         {long, []audit.Change{{"", "", long[:600] + "…"}}},
		"one field":      {map[string]any{"nom": "Lens", "besoin": long}, []audit.Change{{"besoin", "", long[:600] + "…"}, {"nom", "", "Lens"}}},
		"many fields":    {map[string]any{"a": long[:200], "b": long[:300], "c": 2}, []audit.Change{{"a", "", long[:200]}, {"b", "", long[:300]}, {"c", "", "2"}}},
		"a list":         {map[string]any{"communes": slices.Repeat([]string{"59512"}, 100)}, []audit.Change{{"communes", "", strings.Repeat("59512, ", 42) + "59512,…"}}},
		"short, whole":   {map[string]any{"communes": []string{"59512"}}, []audit.Change{{"communes", "", `["59512"]`}}},
		"nothing at all": {nil, nil},
	} {
		e := entry(testdb.Today, access.Actor{}, audit.Changed, audit.Site, name)
		e.After = c.after
		record(t, db, db.Acme, e)
		if got := list(t, db.Pool, db.Acme, audit.Filter{ObjectID: name})[0].Changes(); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestPagesOfTheLog(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	entries := make([]audit.Entry, audit.PageSize+1)
	for i := range entries {
		entries[i] = entry(testdb.Today, access.Actor{}, audit.Changed, audit.Site, "lens")
	}
	record(t, db, db.Acme, entries...)
	for page, want := range map[int]int{1: audit.PageSize, 2: 1, 3: 0} {
		got := list(t, db.Pool, db.Acme, audit.Filter{Page: page})
		if len(got) != want {
			t.Errorf("page %d has %d lines, want %d", page, len(got), want)
		}
	}
}

func TestRecordRefuses(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	foreign := addMember(t, db, db.Bolt, "Dominique Petit")
	unwritable := entry(testdb.Today, access.Actor{}, audit.Changed, audit.Site, "lens")
	unwritable.Before, unwritable.After = audit.Changes(math.NaN(), nil)
	for name, e := range map[string]audit.Entry{
		"member of another convention": entry(testdb.Today, foreign, audit.Changed, audit.Site, "lens"),
		"not writable as JSON":         unwritable,
	} {
		err := db.InConvention(t.Context(), db.Acme, pg.ReadWrite, func(tx *pg.Tx) error {
			return audit.Record(t.Context(), tx, e)
		})
		if err == nil {
			t.Errorf("%s: recorded", name)
		}
	}
	if got := list(t, db.Pool, db.Acme, audit.Filter{}); len(got) != 0 {
		t.Errorf("recorded all the same: %+v", got)
	}
}

func TestTheLogIsAppendOnly(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	record(t, db, db.Acme, entry(testdb.Today, access.Actor{}, audit.Changed, audit.Site, "lens"))
	for _, sql := range []string{
		"UPDATE audit_entries SET action = 'changed'",
		"DELETE FROM audit_entries",
		"TRUNCATE audit_entries",
	} {
		tx, err := db.Owner.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tx.Exec(t.Context(), "SET LOCAL ROLE copil_app; SET LOCAL copil.convention_id = '"+db.Acme.String()+"'"); err != nil {
			t.Fatal(err)
		}
		if _, err := tx.Exec(t.Context(), sql); !denied(err) {
			t.Errorf("%s: %v, want permission denied", sql, err)
		}
		if err := tx.Rollback(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}
