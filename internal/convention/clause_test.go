package convention_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/convention"
	"copil/internal/lifecycle"
	"copil/internal/testdb"
)

// ledgerOn is the ledger of the shipped act on a day, with what was said.
func ledgerOn(t *testing.T, day time.Time, steps ...convention.ClauseStep) []convention.Clause {
	t.Helper()
	f := load(t, "mediation-npdc")
	return convention.Clauses(f.Agreement, f.Commitments, f.Parties, steps, day)
}

func clauseOf(t *testing.T, list []convention.Clause, code, party string, year int) convention.Clause {
	t.Helper()
	c, ok := convention.FindClause(list, code, party, year)
	if !ok {
		t.Fatalf("no clause %s of %s in %d", code, party, year)
	}
	return c
}

// The act itself says which years a promise covers, and whom it binds.
func TestClausesCoverWhatTheActSays(t *testing.T) {
	t.Parallel()
	got := map[string][]int{}
	for _, c := range ledgerOn(t, testdb.Today) {
		k := c.Commitment.CommitmentCode + " " + c.Party.PartyCode
		got[k] = append(got[k], c.Year)
	}
	for k, want := range map[string][]int{
		"ETAT-2 ETAT":  {2013, 2014, 2015},
		"ETAT-1 ETAT":  {2013}, // yearly: until it is renewed
		"CDC-3 CDC":    {2013}, // « en 2013 »
		"ALL-1 ETAT":   {2013, 2014, 2015},
		"ALL-1 CDC":    {2013, 2014, 2015},
		"ALL-1 REGION": {2013, 2014, 2015},
		"CDC-3 ETAT":   nil,
	} {
		if !slices.Equal(got[k], want) {
			t.Errorf("%s covers %v, want %v", k, got[k], want)
		}
	}
}

// What is limited to 2013 lapses with that year, unless its party told the end of it.
func TestClauseLapses(t *testing.T) {
	t.Parallel()
	last, after := testdb.Day(2013, time.December, 31), testdb.Day(2014, time.January, 1)
	said := func(state convention.ClauseState) convention.ClauseStep {
		return convention.ClauseStep{CommitmentCode: "CDC-3", PartyCode: "CDC", Year: 2013, Step: 1, State: state}
	}
	for name, tt := range map[string]struct {
		day   time.Time
		steps []convention.ClauseStep
		want  convention.ClauseState
		due   bool
	}{
		"its last day":                 {last, nil, convention.Listed, false},
		"the day after":                {after, nil, convention.Lapsed, true},
		"carried out, the day after":   {after, []convention.ClauseStep{said(convention.Underway)}, convention.Lapsed, true},
		"kept":                         {after, []convention.ClauseStep{said(convention.Kept)}, convention.Kept, false},
		"long after, if nobody spoke":  {testdb.Day(2020, time.May, 4), nil, convention.Lapsed, true},
		"ended after it was partly so": {after, []convention.ClauseStep{said(convention.PartlyKept), said(convention.Ended)}, convention.Ended, false},
	} {
		c := clauseOf(t, ledgerOn(t, tt.day, tt.steps...), "CDC-3", "CDC", 2013)
		if c.State() != tt.want || c.Due() != tt.due {
			t.Errorf("%s: %s, due %t", name, c.State(), c.Due())
		}
	}
	long := clauseOf(t, ledgerOn(t, after), "ETAT-2", "ETAT", 2013)
	if long.State() != convention.Listed || !long.Due() {
		t.Errorf("a promise for three years is %s after the first, due %t", long.State(), long.Due())
	}
}

// Every pair of states, as every role: what the table says and nothing else.
func TestClauseLifeByRole(t *testing.T) {
	t.Parallel()
	own := uuid.New()
	states := []convention.ClauseState{convention.Listed, convention.Underway, convention.Kept, convention.PartlyKept, convention.NotKept,
		convention.Renewed, convention.Ended, convention.Lapsed}
	after := map[convention.ClauseState][]convention.ClauseState{ // of a yearly commitment, its year over
		convention.Lapsed: {convention.Kept, convention.PartlyKept, convention.NotKept},
		convention.Kept:   {convention.Renewed, convention.Ended}, convention.PartlyKept: {convention.Renewed, convention.Ended},
		convention.NotKept: {convention.Renewed, convention.Ended},
	}
	for _, from := range states {
		list := ledgerOn(t, testdb.Today, convention.ClauseStep{CommitmentCode: "ETAT-1", PartyCode: "ETAT", Year: 2013, Step: 1, State: from})
		c := clauseOf(t, list, "ETAT-1", "ETAT", 2013)
		c.Party.OrganisationID = own
		now := c.State()
		for _, role := range access.Roles {
			for _, org := range []uuid.UUID{own, uuid.New()} {
				actor := access.Actor{PersonID: uuid.New(), OrganisationID: org, Role: role}
				got := c.NextFor(actor)
				var want []convention.ClauseState
				if org == own && (role == access.Chair || role == access.Signatory) {
					want = after[now]
				}
				if !slices.Equal(got, want) {
					t.Errorf("%s (%s) as %s: %q, want %q", from, now, role, got, want)
				}
				if len(got) == 0 && c.WhyNot(actor) == "" {
					t.Errorf("%s as %s: nothing is possible, without a reason", now, role)
				}
				for _, to := range states {
					if reason := c.May(to, actor); reason == "" != slices.Contains(want, to) {
						t.Errorf("%s to %s as %s: %q", now, to, role, reason)
					}
				}
			}
		}
	}
}

func TestClauseGuards(t *testing.T) {
	t.Parallel()
	signatory := access.Actor{PersonID: uuid.New(), Role: access.Signatory}
	step := func(code, party string, year int, state convention.ClauseState) convention.ClauseStep {
		return convention.ClauseStep{CommitmentCode: code, PartyCode: party, Year: year, Step: 1, State: state}
	}
	for name, tt := range map[string]struct {
		said convention.ClauseStep
		to   convention.ClauseState
		want string
	}{
		"a year that has not begun":     {step("ETAT-1", "ETAT", 2016, convention.Listed), convention.Underway, ""},
		"a year that is not over":       {step("ETAT-2", "ETAT", 2015, convention.Underway), convention.Kept, "Le bilan de l’année 2015 se fait une fois l’année finie."},
		"renewing what is no yearly":    {step("ETAT-2", "ETAT", 2014, convention.Kept), convention.Renewed, "Seul un engagement annuel se reconduit."},
		"ending what still runs":        {step("ETAT-2", "ETAT", 2014, convention.Kept), convention.Ended, "L’engagement court encore\u00a0: il ne s’éteint pas avant sa dernière année."},
		"renewing what is over for all": {step("ETAT-1", "ETAT", 2015, convention.Kept), convention.Renewed, "La convention ne couvre pas l’année suivante."},
		"ending the limited one":        {step("CDC-3", "CDC", 2013, convention.Kept), convention.Ended, ""},
		"a step that does not exist":    {step("CDC-3", "CDC", 2013, convention.Ended), convention.Kept, lifecycle.NoStep},
	} {
		list := ledgerOn(t, testdb.Today, tt.said)
		c, ok := convention.FindClause(list, tt.said.CommitmentCode, tt.said.PartyCode, tt.said.Year)
		if tt.said.Year > 2015 {
			if ok {
				t.Errorf("%s: a clause beyond the agreement", name)
			}
			continue
		}
		if got := c.May(tt.to, signatory); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}
