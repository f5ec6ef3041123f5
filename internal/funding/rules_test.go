package funding_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"copil/internal/access"
	"copil/internal/convention"
	"copil/internal/funding"
)

var (
	state, region, bank, mission = uuid.New(), uuid.New(), uuid.New(), uuid.New()
	today                        = time.Date(2015, time.March, 16, 0, 0, 0, 0, time.UTC)
	office                       = access.Actor{PersonID: uuid.New(), Role: access.Mission, OrganisationID: mission}
	usual                        = convention.Convention{}.Thresholds()
)

// act has one commitment of each kind: a yearly budget line, named years, neither.
var act = funding.Act{
	Parties: []convention.Party{{PartyCode: "ETAT", OrganisationID: state, OrganisationName: "État"}, {PartyCode: "CDC", OrganisationID: bank, OrganisationName: "Caisse"}},
	Commitments: []convention.Commitment{
		{CommitmentCode: "ETAT-1", PartyCode: new("ETAT"), ArticleNo: 6, BudgetLine: "BOP 147", Annual: true},
		{CommitmentCode: "CDC-3", PartyCode: new("CDC"), ArticleNo: 6, Years: []int{2013}},
		{CommitmentCode: "ALL-1", ArticleNo: 6},
	},
}

func day(year, month, d int) time.Time {
	return time.Date(year, time.Month(month), d, 0, 0, 0, 0, time.UTC)
}

func euros(text string) decimal.Decimal { return decimal.RequireFromString(text) }

func draft(change func(*funding.Draft)) funding.Draft {
	d := funding.Draft{FunderID: state, Purpose: funding.ForMission, BeneficiaryID: mission, Object: "Mission d’appui", FirstYear: 2015, LastYear: 2015,
		Planned: euros("45000"), Expected: funding.Arbitrated}
	change(&d)
	return d
}

func TestDraft(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		change func(*funding.Draft)
		by     access.Actor
		field  string // "" when nothing is wrong
		says   string
	}{
		"good":                          {change: func(*funding.Draft) {}},
		"V18 BOP 147 one year":          {change: func(d *funding.Draft) { d.Programme = "BOP 147" }},
		"V18 BOP 147 two years":         {change: func(d *funding.Draft) { d.Programme, d.LastYear = "bop 147 ", 2016 }, field: "last_year", says: "ouvrez une ligne par exercice"},
		"V18 its commitment, two years": {change: func(d *funding.Draft) { d.CommitmentCode, d.LastYear = new("ETAT-1"), 2016 }, field: "last_year", says: "BOP 147"},
		"another programme, two years":  {change: func(d *funding.Draft) { d.Programme, d.LastYear = "BOP 104", 2016 }},
		"V18 the bank in 2013": {change: func(d *funding.Draft) {
			d.FunderID, d.CommitmentCode, d.FirstYear, d.LastYear = bank, new("CDC-3"), 2013, 2013
		}},
		"V18 the bank in 2014": {change: func(d *funding.Draft) {
			d.FunderID, d.CommitmentCode, d.FirstYear, d.LastYear = bank, new("CDC-3"), 2014, 2014
		}, field: "first_year", says: "l’année 2013 (art."},
		"V18 the bank, 2013 and after": {change: func(d *funding.Draft) {
			d.FunderID, d.CommitmentCode, d.FirstYear, d.LastYear = bank, new("CDC-3"), 2013, 2014
		}, field: "first_year", says: "l’année 2013"},
		"the bank in 2014, another line": {change: func(d *funding.Draft) { d.FunderID, d.FirstYear, d.LastYear = bank, 2014, 2014 }},
		"another party's commitment":     {change: func(d *funding.Draft) { d.FunderID, d.CommitmentCode = region, new("ETAT-1") }, field: "commitment", says: "État"},
		"everybody's commitment":         {change: func(d *funding.Draft) { d.FunderID, d.CommitmentCode = region, new("ALL-1") }},
		"no such commitment":             {change: func(d *funding.Draft) { d.CommitmentCode = new("Z-1") }, field: "commitment"},
		"a tenth of a cent":              {change: func(d *funding.Draft) { d.Planned = euros("0.001") }, field: "planned"},
		"a cent":                         {change: func(d *funding.Draft) { d.Planned = euros("0.01") }},
		"below zero":                     {change: func(d *funding.Draft) { d.Planned = euros("-1") }, field: "planned"},
		"no amount":                      {change: func(d *funding.Draft) { d.Planned = decimal.Zero }, field: "planned"},
		"both euros and work":            {change: func(d *funding.Draft) { d.Days = euros("3") }, field: "in_kind"},
		"work with euros":                {change: func(d *funding.Draft) { d.InKind, d.Contribution = true, "Ingénierie" }, field: "planned"},
		"work": {change: func(d *funding.Draft) {
			d.InKind, d.Contribution, d.Planned, d.Days = true, "Ingénierie", decimal.Zero, euros("2.5")
		}},
		"notified by hand":       {change: func(d *funding.Draft) { d.Expected = funding.Notified }, field: "expected"},
		"a signatory, their own": {change: func(*funding.Draft) {}, by: access.Actor{Role: access.Signatory, OrganisationID: state}},
		"a signatory, another's": {change: func(*funding.Draft) {}, by: access.Actor{Role: access.Signatory, OrganisationID: region}, field: "funder", says: "autre financeur"},
	} {
		by := tt.by
		if by.Role == "" {
			by = office
		}
		found := draft(tt.change).Problems(act, by)
		switch message, wrong := found[tt.field]; {
		case tt.field == "" && len(found) > 0:
			t.Errorf("%s: %v", name, found)
		case tt.field != "" && (!wrong || !strings.Contains(message, tt.says)):
			t.Errorf("%s: %v, want %q at %s", name, found, tt.says, tt.field)
		}
	}
}

// steps writes the life of a line: « accord 100 », the amount and the fiscal year
// being optional.
func steps(texts ...string) (list []funding.Step) {
	for i, text := range texts {
		words := strings.Fields(text)
		s := funding.Step{Step: i + 1, Kind: funding.Kind(words[0]), OnDay: day(2015, 3, 2), FiscalYear: 2015, Reference: "n° 1", Reason: "Motif."}
		if len(words) > 1 {
			s.Amount = euros(words[1])
		}
		if len(words) > 2 {
			s.Undoes = new(int(euros(words[2]).IntPart()))
		}
		list = append(list, s)
	}
	return list
}

func TestStateOf(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		steps    []funding.Step
		state    funding.State
		firmness funding.Firmness
	}{
		{nil, funding.Planned, funding.Arbitrated},
		{steps("demande"), funding.Requested, funding.Arbitrated},
		{steps("demande", "refus"), funding.Refused, funding.NotRenewed},
		{steps("demande", "accord 100"), funding.Granted, funding.Voted},
		{steps("accord 100", "notification 100"), funding.Notifying, funding.Notified},
		{steps("accord 100", "notification 100", "convention"), funding.Agreed, funding.Notified},
		{steps("accord 100", "notification 100", "versement 99.99"), funding.PartlyPaid, funding.Notified},
		{steps("accord 100", "notification 100", "versement 99.99", "versement 0.01"), funding.Paid, funding.Notified},
		{steps("accord 100", "notification 100", "versement 100", "accord 50", "notification 50"), funding.PartlyPaid, funding.Notified},
		{steps("accord 100", "notification 100", "versement 100", "compte_rendu"), funding.Accounted, funding.Notified},
		{steps("accord 100", "notification 100", "versement 80", "compte_rendu", "versement 20"), funding.Accounted, funding.Notified},
		{steps("accord 100", "notification 100", "versement 100", "compte_rendu", "solde"), funding.Closed, funding.Notified},
		{steps("accord 100", "notification 100", "versement 100", "prolongation"), funding.Extended, funding.Notified},
		{steps("accord 100", "notification 100", "versement 100", "non_realisation"), funding.NotDone, funding.Notified},
		{steps("accord 100", "notification 100", "versement 100", "non_realisation", "reversement_demande 100", "reversement 40"), funding.RefundAwaited, funding.Notified},
		{steps("accord 100", "annulation"), funding.Cancelled, funding.NotRenewed},
		{steps("accord 100", "notification 100", "versement 100", "versement 100 3"), funding.Notifying, funding.Notified}, // taken back
		{steps("accord 100", "annulation", "annulation 0 2"), funding.Granted, funding.Voted},
	} {
		l := funding.Line{Expected: funding.Arbitrated, FirstYear: 2015, LastYear: 2015, Steps: tt.steps}
		if got := funding.StateOf(tt.steps); got != tt.state || l.Firmness() != tt.firmness {
			t.Errorf("%v: %s, %s, want %s, %s", tt.steps, got, l.Firmness(), tt.state, tt.firmness)
		}
	}
}

func TestStepProblems(t *testing.T) {
	t.Parallel()
	notified := []string{"accord 100", "notification 100"}
	for name, tt := range map[string]struct {
		before []string
		step   string
		change func(*funding.Step)
		by     access.Actor
		field  string
		says   string
	}{
		"V17 notified above granted":  {before: []string{"accord 100"}, step: "notification 100.01", field: "amount", says: "notifié dépasse le montant accordé"},
		"V17 notified as granted":     {before: []string{"accord 100"}, step: "notification 100"},
		"V17 paid above notified":     {before: notified, step: "versement 100.01", field: "amount", says: "versé dépasse le montant notifié"},
		"V17 paid in two":             {before: append(notified, "versement 60"), step: "versement 40.01", field: "amount", says: "100,01"},
		"V17 returned above paid":     {before: append(notified, "versement 60", "non_realisation", "reversement_demande 60"), step: "reversement 61", field: "amount", says: "reversé"},
		"V18 a second year by a step": {before: notified, step: "versement 50", change: func(s *funding.Step) { s.FiscalYear = 2016 }, field: "fiscal_year", says: "ouvrez une ligne par exercice"},
		"nothing to pay yet":          {before: []string{"accord 100"}, step: "versement 100", field: "kind", says: "Accordé"},
		"nothing was asked back":      {before: append(notified, "versement 100"), step: "reversement 100", field: "kind", says: "Aucun reversement"},
		"closed too early":            {before: append(notified, "versement 60", "compte_rendu"), step: "solde", field: "kind", says: "dernier versement"},
		"closed in time":              {before: append(notified, "versement 100", "compte_rendu"), step: "solde"},
		"closed before money is back": {before: append(notified, "versement 100", "compte_rendu", "reversement_demande 30", "reversement 20"), step: "solde", field: "kind", says: "pas entièrement reçu"},
		"closed once it is back":      {before: append(notified, "versement 100", "compte_rendu", "reversement_demande 30", "reversement 30"), step: "solde"},
		"nothing follows the end":     {before: append(notified, "versement 100", "compte_rendu", "solde"), step: "versement 1", field: "kind"},
		"in the future":               {before: notified, step: "versement 1", change: func(s *funding.Step) { s.OnDay = day(2015, 3, 17) }, field: "on_day"},
		"no reason":                   {before: notified, step: "annulation", change: func(s *funding.Step) { s.Reason = "" }, field: "reason"},
		"no act":                      {step: "accord 100", change: func(s *funding.Step) { s.Reference = "" }, field: "reference"},
		"no number":                   {before: notified, step: "convention", change: func(s *funding.Step) { s.Reference = "" }, field: "reference"},
		"prolonged without an end":    {before: append(notified, "versement 100"), step: "prolongation", field: "until_on"},
		"no amount":                   {before: notified, step: "versement", field: "amount"},
		"an amount for nothing":       {before: notified, step: "convention 5", field: "amount"},
		"no such step":                {step: "don", field: "kind"},
		"a chair":                     {before: notified, step: "versement 1", by: access.Actor{Role: access.Chair, OrganisationID: state}, field: "kind"},
		"a structure":                 {before: notified, step: "versement 1", by: access.Actor{Role: access.Structure, OrganisationID: state}, field: "kind"},
		"a signatory, their own":      {before: notified, step: "versement 1", by: access.Actor{Role: access.Signatory, OrganisationID: state}},
		"a signatory without money":   {before: notified, step: "versement 1", by: access.Actor{Role: access.Signatory, OrganisationID: state, WithoutMoney: true}, field: "kind"},
		"another signatory":           {before: notified, step: "versement 1", by: access.Actor{Role: access.Signatory, OrganisationID: region}, field: "kind", says: "autre financeur"},
	} {
		by, s := tt.by, steps(tt.step)[0]
		if by.Role == "" {
			by = office
		}
		if tt.change != nil {
			tt.change(&s)
		}
		line := funding.Line{FunderID: state, FirstYear: 2015, LastYear: 2015, Programme: "BOP 147", Steps: steps(tt.before...)}
		s.Step = len(line.Steps) + 1
		found := s.Problems(funding.Standing{Line: line, Today: today}, act, by)
		switch message, wrong := found[tt.field]; {
		case tt.field == "" && len(found) > 0:
			t.Errorf("%s: %v", name, found)
		case tt.field != "" && (!wrong || !strings.Contains(message, tt.says)):
			t.Errorf("%s: %v, want %q at %s", name, found, tt.says, tt.field)
		}
	}
}

// A table of what may follow what: each role, each state, each step.
func TestNextKinds(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		steps []funding.Step
		want  []funding.Kind
	}{
		{nil, []funding.Kind{funding.Request, funding.Grant, funding.Cancellation}},
		{steps("demande"), []funding.Kind{funding.Grant, funding.Refusal, funding.Cancellation}},
		{steps("accord 9"), []funding.Kind{funding.Grant, funding.Notice, funding.Cancellation}},
		{steps("accord 9", "notification 9"), []funding.Kind{funding.Grant, funding.Notice, funding.Agreement, funding.Payment, funding.Cancellation}},
		{steps("accord 9", "notification 9", "versement 9"), []funding.Kind{funding.Grant, funding.Notice, funding.Agreement, funding.Account, funding.Extension, funding.Renunciation}},
		{steps("accord 9", "notification 9", "versement 9", "compte_rendu", "solde"), nil},
		{steps("demande", "refus"), nil},
	} {
		for _, by := range []access.Actor{
			office, {Role: access.Signatory, OrganisationID: state}, {Role: access.Signatory, OrganisationID: region},
			{Role: access.Chair, OrganisationID: state}, {Role: access.Structure}, {Role: access.Reader}, {Role: access.Admin},
		} {
			o := funding.Standing{Line: funding.Line{FunderID: state, FirstYear: 2015, LastYear: 2015, Steps: tt.steps}, Today: today}
			want := tt.want
			if by.Role != access.Mission && (by.Role != access.Signatory || by.OrganisationID != state) {
				want = nil
			}
			if got := funding.NextKinds(o, by); !slices.Equal(got, want) {
				t.Errorf("%s after %v: %v, want %v", by.Role, tt.steps, got, want)
			}
		}
	}
}

func TestAlerts(t *testing.T) {
	t.Parallel()
	line := func(change func(*funding.Line)) funding.Line {
		l := funding.Line{LineID: uuid.New(), FunderID: state, BeneficiaryID: mission, PrivateLaw: true, FirstYear: 2013, LastYear: 2013, Planned: euros("30000"),
			Steps: in2013("accord 23000", "notification 23000", "versement 23000", "compte_rendu")}
		change(&l)
		return l
	}
	for name, tt := range map[string]struct {
		line  funding.Line
		other *funding.Line
		today time.Time
		want  string
	}{
		"V20 at the threshold":        {line: line(func(*funding.Line) {})},
		"V20 a cent above":            {line: line(func(l *funding.Line) { l.Steps = in2013("accord 23000.01") }), want: "V20"},
		"V20 with an agreement":       {line: line(func(l *funding.Line) { l.Steps = in2013("accord 24000", "notification 24000", "convention") })},
		"V20 a public body":           {line: line(func(l *funding.Line) { l.PrivateLaw, l.Steps = false, in2013("accord 24000") })},
		"V20 two lines in one year":   {line: line(func(*funding.Line) {}), other: new(line(func(l *funding.Line) { l.Steps = in2013("accord 1") })), want: "V20"},
		"V20 two funders in one year": {line: line(func(*funding.Line) {}), other: new(line(func(l *funding.Line) { l.FunderID, l.Steps = region, in2013("accord 1") }))},
		"V21 on the last day":         {line: line(func(l *funding.Line) { l.Steps = in2013("accord 9", "notification 9", "versement 9") }), today: day(2014, 6, 30)},
		"V21 the day after":           {line: line(func(l *funding.Line) { l.Steps = in2013("accord 9", "notification 9", "versement 9") }), today: day(2014, 7, 1), want: "V21"},
		"V21 nothing was paid":        {line: line(func(l *funding.Line) { l.Steps = in2013("accord 9", "notification 9") })},
		"V21 a new line meanwhile": {line: line(func(l *funding.Line) { l.Steps = nil }),
			other: new(line(func(l *funding.Line) {
				l.FunderID, l.Steps = region, in2013("accord 9", "notification 9", "versement 9")
			})), want: "V21"},
	} {
		all := []funding.Line{tt.line}
		if tt.other != nil {
			all = append(all, *tt.other)
		}
		on := tt.today
		if on.IsZero() {
			on = today
		}
		numbers := ""
		for _, a := range tt.line.Alerts(all, usual, on) {
			numbers += a.Number
		}
		if numbers != tt.want {
			t.Errorf("%s: %q, want %q", name, numbers, tt.want)
		}
	}
	prolonged := line(func(l *funding.Line) {
		l.Steps = in2013("accord 9", "notification 9", "versement 9", "prolongation")
		l.Steps[3].UntilOn = new(day(2015, 2, 28))
	})
	if due, _ := prolonged.AccountDue(usual); !due.Equal(day(2016, 6, 30)) {
		t.Errorf("prolonged until February 2015, to be accounted for on %s", due)
	}
}

func in2013(texts ...string) []funding.Step {
	list := steps(texts...)
	for i := range list {
		list[i].FiscalYear = 2013
	}
	return list
}
