package collect_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/collect"
	"copil/internal/convention"
	"copil/internal/testdb"
)

// A deadline's last day is in time; a submission's own one goes before the period's.
func TestLate(t *testing.T) {
	t.Parallel()
	today := testdb.Today
	day := func(n int) *time.Time { return new(today.AddDate(0, 0, n)) }
	for name, c := range map[string]struct {
		state       collect.State
		own, period *time.Time
		want        bool
	}{
		"no deadline yet":               {collect.ToEnter, nil, nil, false},
		"due today":                     {collect.ToEnter, nil, day(0), false},
		"due yesterday":                 {collect.ToEnter, nil, day(-1), true},
		"a draft, due yesterday":        {collect.Draft, nil, day(-1), true},
		"its own still runs":            {collect.Draft, day(2), day(-1), false},
		"its own is over":               {collect.Draft, day(-1), day(-20), true},
		"handed in":                     {collect.Submitted, nil, day(-1), false},
		"returned, due yesterday":       {collect.ToCorrect, nil, day(-1), true},
		"returned, due today":           {collect.ToCorrect, nil, day(0), false},
		"said to be unreturned already": {collect.Unreturned, nil, day(-40), false},
	} {
		if got := collect.Late(collect.Submission{State: c.state, DueOn: c.own}, convention.Period{DueOn: c.period}, today); got != c.want {
			t.Errorf("%s: late is %t", name, got)
		}
	}
}

// A closed collecting is closed to structures, but for a deadline of one's own.
func TestMayWriteWhenClosed(t *testing.T) {
	t.Parallel()
	today, own := testdb.Today, uuid.New()
	period := convention.Period{Label: "2e semestre 2014", OpenedOn: new(today.AddDate(0, -2, 0)), ClosedOn: &today}
	for name, c := range map[string]struct {
		role  access.Role
		state collect.State
		due   *time.Time
		want  bool
	}{
		"to enter":             {access.Structure, collect.ToEnter, nil, false},
		"a draft":              {access.Structure, collect.Draft, nil, false},
		"an authority's":       {access.Signatory, collect.Draft, nil, false},
		"its own runs":         {access.Structure, collect.Draft, &today, true},
		"its own is over":      {access.Structure, collect.Draft, new(today.AddDate(0, 0, -1)), false},
		"to correct":           {access.Structure, collect.ToCorrect, nil, true},
		"the mission":          {access.Mission, collect.Draft, nil, true},
		"the mission, missing": {access.Mission, collect.Unreturned, nil, true},
	} {
		actor := access.Actor{Role: c.role, OrganisationID: own}
		got := collect.MayWrite(collect.Submission{OrganisationID: own, State: c.state, DueOn: c.due}, period, actor, today)
		if (got == "") != c.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}
