package governance_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/audit"
	"copil/internal/convention"
	"copil/internal/governance"
	"copil/internal/testdb"
)

func TestDaysLate(t *testing.T) {
	t.Parallel()
	due := testdb.Day(2014, time.June, 30)
	for name, c := range map[string]struct {
		d     governance.Decision
		today time.Time
		want  int
	}{
		"the story's":        {governance.Decision{State: governance.UnderWay, DueOn: &due}, testdb.Day(2015, time.March, 16), 259},
		"on its day":         {governance.Decision{State: governance.UnderWay, DueOn: &due}, due, 0},
		"the day after":      {governance.Decision{State: governance.UnderWay, DueOn: &due}, due.AddDate(0, 0, 1), 1},
		"without a deadline": {governance.Decision{State: governance.UnderWay}, testdb.Today, 0},
		"carried out":        {governance.Decision{State: governance.CarriedOut, DueOn: &due}, testdb.Today, 0},
		"given up":           {governance.Decision{State: governance.Abandoned, DueOn: &due}, testdb.Today, 0},
	} {
		if got := c.d.DaysLate(c.today); got != c.want {
			t.Errorf("%s: %d days, want %d", name, got, c.want)
		}
	}
}

func TestStands(t *testing.T) {
	t.Parallel()
	meeting := uuid.New()
	good := governance.Decision{Number: "2014-05", Title: "Retenir S7", State: governance.Adopted, DecidedIn: &meeting, MeetingState: governance.Held,
		AboutType: string(audit.Site), AboutIDs: []string{"s7"}}
	for name, c := range map[string]struct {
		change func(*governance.Decision)
		about  audit.ObjectType
		id     string
		says   string // "" when it stands
	}{
		"adopted":           {nil, audit.Site, "s7", ""},
		"carried out":       {func(d *governance.Decision) { d.State = governance.CarriedOut }, audit.Site, "s7", ""},
		"a closed meeting":  {func(d *governance.Decision) { d.MeetingState = governance.Closed }, audit.Site, "s7", ""},
		"about another":     {nil, audit.Site, "s8", "porte sur autre chose"},
		"of another kind":   {nil, audit.Report, "s7", "porte sur autre chose"},
		"proposed":          {func(d *governance.Decision) { d.State = governance.Proposed }, audit.Site, "s7", "n’est pas adoptée"},
		"rejected":          {func(d *governance.Decision) { d.State = governance.Rejected }, audit.Site, "s7", "«\u00a0rejetée\u00a0»"},
		"given up":          {func(d *governance.Decision) { d.State = governance.Abandoned }, audit.Site, "s7", "«\u00a0abandonnée\u00a0»"},
		"a meeting to come": {func(d *governance.Decision) { d.MeetingState = governance.Convened }, audit.Site, "s7", "n’est pas adoptée"},
	} {
		d := good
		if c.change != nil {
			c.change(&d)
		}
		if got := governance.Stands(d, c.about, c.id); (got == "") != (c.says == "") || !strings.Contains(got, c.says) {
			t.Errorf("%s: %q, want %q", name, got, c.says)
		}
	}
}

func TestWarnings(t *testing.T) {
	t.Parallel()
	bodies := []convention.Body{
		{BodyCode: "C", ShortLabel: "Comité", ArticleNo: 4, PerYear: new(1), ValidatesReport: true},
		{BodyCode: "P", ShortLabel: "Conférence", ArticleNo: 4, HearsReport: true},
	}
	at := func(body string, month time.Month, state governance.MeetingState) governance.Meeting {
		return governance.Meeting{BodyCode: body, BodyLabel: body, Ordinal: 1, OnDay: testdb.Day(2015, month, 9), State: state}
	}
	for name, c := range map[string]struct {
		all  []governance.Meeting
		want string // what the warnings say, joined; "" for none
	}{
		"nothing planned":             {nil, "Comité : 0 réunion tenue et 0 prévue en 2015, le texte en demande 1 par an (article 4)."},
		"enough":                      {[]governance.Meeting{at("C", 4, governance.Planned), at("P", 6, governance.Planned)}, ""},
		"one that was cancelled":      {[]governance.Meeting{at("C", 4, governance.Cancelled)}, "0 prévue"},
		"presented before":            {[]governance.Meeting{at("P", 3, governance.Planned), at("C", 4, governance.Planned)}, "aucune réunion ne valide le bilan avant sa présentation"},
		"presented twice":             {[]governance.Meeting{at("C", 2, governance.Held), at("P", 3, governance.Held), at("P", 6, governance.Planned)}, "P n° 1 du 9 juin 2015 : aucune réunion"},
		"presented before, long held": {[]governance.Meeting{at("P", 2, governance.Held), at("C", 4, governance.Planned)}, ""},
	} {
		got := strings.ReplaceAll(strings.Join(governance.Warnings(bodies, c.all, testdb.Today), " "), "\u00a0", " ")
		if (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestWhoTakesAMeetingWhere(t *testing.T) {
	t.Parallel()
	actor := func(role access.Role) access.Actor { return access.Actor{PersonID: uuid.New(), Role: role} }
	m := governance.Meeting{State: governance.Planned, OnDay: testdb.Today, Items: 1}
	for _, role := range []access.Role{access.Chair, access.Signatory, access.Structure, access.Reader} {
		if next := governance.MeetingNext(m, actor(role)); len(next) > 0 {
			t.Errorf("%s may take a meeting to %v", role, next)
		}
	}
	if next := governance.MeetingNext(m, actor(access.Mission)); len(next) != 3 {
		t.Errorf("the mission may take a meeting to %v", next)
	}
	m.State, m.OnDay = governance.Convened, testdb.Today.AddDate(0, 0, 1)
	if why := governance.MayMeeting(m, governance.Held, actor(access.Mission), testdb.Today); !strings.Contains(why, "ne s’est pas encore tenue") {
		t.Errorf("held before its day: %q", why)
	}
}
