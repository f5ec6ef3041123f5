package collect_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/collect"
	"copil/internal/convention"
	"copil/internal/site"
	"copil/internal/testdb"
)

func TestMain(m *testing.M) { testdb.Main(m) }

// Whether figures may be written has one answer, with its reason.
func TestMayWrite(t *testing.T) {
	t.Parallel()
	own, other := uuid.New(), uuid.New()
	today := testdb.Today
	open := convention.Period{Label: "2e semestre 2014", OpenedOn: new(testdb.Day(2015, time.January, 5))}
	closed := convention.Period{Label: "1er semestre 2015"}
	later := convention.Period{Label: "1er semestre 2015", OpenedOn: new(today.AddDate(0, 0, 1))}
	validated, presented := open, open
	validated.ValidatedOn, presented.PresentedOn = &today, &today
	for name, c := range map[string]struct {
		role   access.Role
		org    uuid.UUID // of the actor
		state  collect.State
		period convention.Period
		reason string // "" when they may
	}{
		"own, to enter":               {access.Structure, own, collect.ToEnter, open, ""},
		"own draft":                   {access.Structure, own, collect.Draft, open, ""},
		"own, returned":               {access.Structure, own, collect.ToCorrect, open, ""},
		"own, handed in":              {access.Structure, own, collect.Submitted, open, "attend sa validation"},
		"own, validated":              {access.Structure, own, collect.Validated, open, "validée le 16 mars 2015 : elle ne change plus"},
		"own, not returned":           {access.Structure, own, collect.Unreturned, open, "Le délai est dépassé"},
		"not returned, mission":       {access.Mission, other, collect.Unreturned, open, ""},
		"another's":                   {access.Structure, other, collect.ToEnter, open, "ceux d’un autre organisme"},
		"another's, mission":          {access.Mission, other, collect.Draft, open, ""},
		"validated, mission":          {access.Mission, other, collect.Validated, open, "rectification motivée"},
		"an authority's own":          {access.Signatory, own, collect.Draft, open, ""},
		"an authority, a structure's": {access.Signatory, other, collect.Draft, open, "ceux d’un autre organisme"},
		"chair":                       {access.Chair, own, collect.Draft, open, "sans les saisir"},
		"reader":                      {access.Reader, own, collect.Draft, open, "sans les saisir"},
		"administrator":               {access.Admin, own, collect.Draft, open, "sans les saisir"},
		"nobody":                      {"", own, collect.Draft, open, "sans les saisir"},
		"period not open":             {access.Structure, own, collect.ToEnter, closed, "n’est pas ouverte à la saisie"},
		"period opens tomorrow":       {access.Mission, own, collect.ToEnter, later, "n’est pas ouverte à la saisie"},
		"report validated":            {access.Mission, own, collect.Draft, validated, "ses chiffres ne changent plus"},
		"report presented":            {access.Structure, own, collect.Draft, presented, "ses chiffres ne changent plus"},
	} {
		actor := access.Actor{Role: c.role, OrganisationID: c.org}
		got := collect.MayWrite(collect.Submission{OrganisationID: own, State: c.state, ValidatedOn: &today}, c.period, actor, today)
		got = strings.ReplaceAll(got, "\u00a0", " ")
		if c.reason == "" && got != "" || !strings.Contains(got, c.reason) {
			t.Errorf("%s: %q, want %q", name, got, c.reason)
		}
	}
}

// Nobody validates figures that they entered: persons are compared.
func TestMayValidate(t *testing.T) {
	t.Parallel()
	author, other, state, bank := uuid.New(), uuid.New(), uuid.New(), uuid.New()
	for name, c := range map[string]struct {
		role   access.Role
		person uuid.UUID
		state  collect.State
		reason string
	}{
		"another officer":        {access.Mission, other, collect.Submitted, ""},
		"an authority":           {access.Signatory, other, collect.Submitted, ""},
		"who entered":            {access.Mission, author, collect.Submitted, "Vous avez saisi ces chiffres"},
		"who entered, elsewhere": {access.Signatory, author, collect.Submitted, "Vous avez saisi ces chiffres"},
		"a structure":            {access.Structure, other, collect.Submitted, "ne valide pas"},
		"the chair":              {access.Chair, other, collect.Submitted, "Cette décision revient à la mission d’appui, ou au suivi des parties qui coprésident le comité de pilotage."},
		"a reader":               {access.Reader, other, collect.Submitted, "ne valide pas"},
		"a draft":                {access.Mission, other, collect.Draft, "Seule une saisie soumise"},
		"validated already":      {access.Mission, other, collect.Validated, "déjà validée"},
		"returned":               {access.Mission, other, collect.ToCorrect, "Seule une saisie soumise"},
	} {
		actor := access.Actor{Role: c.role, PersonID: c.person, OrganisationID: state}
		submission := collect.Submission{State: c.state, Authors: []uuid.UUID{author}, Chairs: []uuid.UUID{state}}
		got := collect.MayValidate(submission, actor)
		if c.reason == "" && got != "" || !strings.Contains(got, c.reason) {
			t.Errorf("%s: %q, want %q", name, got, c.reason)
		}
		actor.OrganisationID = bank // which signs, but does not chair the committee
		if got := collect.MayValidate(submission, actor); c.role == access.Signatory && c.reason == "" && !strings.Contains(got, "ne copréside pas le comité de pilotage. Cette décision revient") {
			t.Errorf("%s: a signatory that does not chair reads %q", name, got)
		}
	}
}

func TestAsked(t *testing.T) {
	t.Parallel()
	file, err := convention.Shipped("mediation-npdc")
	if err != nil {
		t.Fatal(err)
	}
	asked := func(reporter string) string {
		var codes []string
		for _, m := range collect.Asked(file.Measures, reporter) {
			codes = append(codes, m.MeasureCode)
		}
		return " " + strings.Join(codes, " ") + " "
	}
	for reporter, measure := range map[string]string{"structure": "mediators", "mission": "promotion_actions", "REGION": "plde_total", "ETAT": "adultes_relais"} {
		for other := range map[string]bool{"structure": true, "mission": true, "REGION": true, "ETAT": true, "PERSONNE": true} {
			if got := strings.Contains(asked(other), " "+measure+" "); got != (reporter == other) {
				t.Errorf("%s is asked of %s: %v", measure, other, got)
			}
		}
	}
	counted := collect.FromPosts(site.Counts{Open: 1, Filled: 2, Created: 3, CreatedOpen: 4, Consolidated: 5, CreatedConsolidated: 6})
	for measure, want := range map[string]int{"posts_open": 1, "posts_filled": 2, "jobs_created": 3, "jobs_created_still_open": 4, "jobs_consolidated": 5, "jobs_created_consolidated": 6} {
		if counted[measure].All != want || !strings.Contains(asked("structure"), " "+measure+" ") || strings.Contains(asked("mission"), " "+measure+" ") {
			t.Errorf("%s: %d", measure, counted[measure].All)
		}
	}
}

func TestStatesHaveNames(t *testing.T) {
	t.Parallel()
	for _, s := range []collect.State{collect.ToEnter, collect.Draft, collect.Submitted, collect.ToCorrect, collect.Validated, collect.Unreturned} {
		if s.Label() == "" {
			t.Errorf("%s has no name", s)
		}
	}
	if collect.State("autre").Label() != "" {
		t.Error("an unknown state has a name")
	}
}
