package funding

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"copil/internal/access"
	"copil/internal/convention"
	"copil/internal/fault"
	"copil/internal/french"
)

// Draft is what a person enters of a line.
type Draft struct {
	FunderID       uuid.UUID
	Purpose        Purpose
	BeneficiaryID  uuid.UUID
	PrivateLaw     bool
	SiteID         *uuid.UUID
	Object         string
	FirstYear      int
	LastYear       int
	Programme      string
	CommitmentCode *string
	Territory      string
	Deliberation   string
	InKind         bool
	Planned        decimal.Decimal
	Expected       Firmness
	Days           decimal.Decimal
	Contribution   string
	Estimate       *decimal.Decimal
}

// Act is what the act says of its parties' money.
type Act struct {
	Parties     []convention.Party
	Commitments []convention.Commitment
}

// LargestAmount is what a line or a step may hold, in euros.
var LargestAmount = decimal.New(999_999_999_999, -2)

// Problems returns what is wrong with the draft, field by field.
func (d Draft) Problems(act Act, by access.Actor) fault.Fields {
	bad := fault.Fields{}
	if d.FunderID == uuid.Nil {
		bad.Add("funder", "Choisissez le financeur.")
	} else if reason := (Standing{Line: Line{FunderID: d.FunderID}}).mine(by); reason != "" {
		bad.Add("funder", reason)
	}
	if d.Purpose.Label(access.Words{}) == "" {
		bad.Add("purpose", "Choisissez ce qui est financé.")
	}
	if d.BeneficiaryID == uuid.Nil {
		bad.Add("beneficiary", "Choisissez le bénéficiaire.")
	}
	if d.Purpose != ForSite && d.SiteID != nil && d.Purpose != ForStructure {
		bad.Add("site", "Un site se choisit quand la ligne finance un site ou une structure.")
	}
	if strings.TrimSpace(d.Object) == "" {
		bad.Add("object", "Dites ce que cette ligne paie.")
	}
	if !slices.Contains([]Firmness{Voted, Announced, Arbitrated, NotRenewed}, d.Expected) {
		bad.Add("expected", "Choisissez à quel point ce montant est sûr avant sa notification.")
	}
	d.yearProblems(act, bad)
	d.amountProblems(bad)
	return bad
}

// yearProblems refuse more fiscal years than the act allows (V18).
func (d Draft) yearProblems(act Act, bad fault.Fields) {
	if d.FirstYear < 1990 || d.FirstYear > 2100 {
		bad.Add("first_year", "Indiquez l’exercice en quatre chiffres, par exemple 2015.")
		return
	}
	if d.LastYear < d.FirstYear || d.LastYear > d.FirstYear+9 {
		bad.Add("last_year", "Le dernier exercice suit le premier, de neuf ans au plus.")
		return
	}
	if c, yearly := act.yearly(d.Programme, d.CommitmentCode); yearly && d.LastYear != d.FirstYear {
		bad.Add("last_year", onlyItsYear(c))
	}
	c, known := act.commitment(d.CommitmentCode)
	switch {
	case d.CommitmentCode == nil:
		return
	case !known:
		bad.Add("commitment", "Choisissez un engagement de la convention.")
		return
	}
	for y := d.FirstYear; y <= d.LastYear && len(c.Years) > 0; y++ {
		if !slices.Contains(c.Years, y) {
			bad.Add("first_year", "Cet engagement ne porte que sur "+yearList(c.Years)+" (art."+nbsp+strconv.Itoa(c.ArticleNo)+").")
		}
	}
	for _, p := range act.Parties {
		if c.PartyCode != nil && p.PartyCode == *c.PartyCode && p.OrganisationID != d.FunderID {
			bad.Add("commitment", "Cet engagement est celui d’un autre financeur"+nbsp+": "+p.OrganisationName+".")
		}
	}
}

const nbsp = "\u00a0"

func yearList(years []int) string {
	if len(years) == 1 {
		return "l’année " + strconv.Itoa(years[0])
	}
	texts := make([]string, len(years))
	for i, y := range years {
		texts[i] = strconv.Itoa(y)
	}
	return "les années " + french.List(texts)
}

func onlyItsYear(c convention.Commitment) string {
	return "Les crédits du " + c.BudgetLine + " ne portent que sur l’année en cours (art." + nbsp + strconv.Itoa(c.ArticleNo) + ")" + nbsp + ": ouvrez une ligne par exercice."
}

func (a Act) commitment(code *string) (convention.Commitment, bool) {
	i := slices.IndexFunc(a.Commitments, func(c convention.Commitment) bool { return code != nil && c.CommitmentCode == *code })
	if i < 0 {
		return convention.Commitment{}, false
	}
	return a.Commitments[i], true
}

// yearly reports whether the act binds the money to one year: that of a
// commitment whose budget line it calls annual, or of that budget line itself.
func (a Act) yearly(programme string, code *string) (convention.Commitment, bool) {
	for _, c := range a.Commitments {
		if c.Annual && c.BudgetLine != "" && (code != nil && c.CommitmentCode == *code || strings.EqualFold(strings.TrimSpace(programme), c.BudgetLine)) {
			return c, true
		}
	}
	return convention.Commitment{}, false
}

func (d Draft) amountProblems(bad fault.Fields) {
	toTheCent := func(name string, amount decimal.Decimal) {
		if !amount.Equal(amount.Truncate(2)) || amount.IsNegative() || amount.GreaterThan(LargestAmount) {
			bad.Add(name, "Indiquez un montant positif, au centime près.")
		}
	}
	toTheCent("planned", d.Planned)
	switch {
	case !d.InKind:
		if d.Days.IsPositive() || d.Contribution != "" || d.Estimate != nil {
			bad.Add("in_kind", "Une ligne est en euros ou en nature. Pour les deux, créez deux lignes.")
		}
		if d.Planned.IsZero() {
			bad.Add("planned", "Indiquez le montant prévu.")
		}
		return
	case d.Planned.IsPositive():
		bad.Add("planned", "Un apport en nature ne compte pas en euros"+nbsp+": sa valeur estimée se note à part.")
	case strings.TrimSpace(d.Contribution) == "":
		bad.Add("contribution", "Décrivez l’apport"+nbsp+": ingénierie, locaux, mise à disposition…")
	}
	if d.Days.IsNegative() || d.Days.GreaterThan(decimal.NewFromInt(99999)) || !d.Days.Equal(d.Days.Truncate(2)) {
		bad.Add("days", "Indiquez un nombre de jours positif, avec deux décimales au plus.")
	}
	if d.Estimate != nil {
		toTheCent("estimate", *d.Estimate)
	}
}

// Problems returns what is wrong with a step to be recorded after those of a line.
func (s Step) Problems(o Standing, act Act, by access.Actor) fault.Fields {
	bad := fault.Fields{}
	if s.Kind.Label() == "" {
		bad.Add("kind", "Choisissez l’étape.")
		return bad
	}
	if reason := MayRecord(o, s, by); reason != "" {
		bad.Add("kind", reason)
	}
	if s.OnDay.After(o.Today) {
		bad.Add("on_day", "Cette date est dans le futur.")
	}
	if s.FiscalYear < o.FirstYear || s.FiscalYear > o.LastYear {
		message := "Cette ligne porte sur l’exercice " + o.YearText() + "."
		if c, yearly := act.yearly(o.Programme, o.CommitmentCode); yearly {
			message += " " + onlyItsYear(c)
		}
		bad.Add("fiscal_year", message)
	}
	if s.Kind.InEuros() && s.Kind != Request && !s.Amount.IsPositive() || s.Amount.IsNegative() || !s.Amount.Equal(s.Amount.Truncate(2)) || s.Amount.GreaterThan(LargestAmount) {
		bad.Add("amount", "Indiquez un montant positif, au centime près.")
	}
	if !s.Kind.InEuros() && s.Amount.IsPositive() {
		bad.Add("amount", "Cette étape ne porte pas de montant.")
	}
	if s.Kind.Explained() && strings.TrimSpace(s.Reason) == "" {
		bad.Add("reason", "Indiquez le motif.")
	}
	if s.Kind == Grant && strings.TrimSpace(s.Reference) == "" && o.Deliberation == "" {
		bad.Add("reference", "Indiquez la décision ou la délibération qui accorde ce montant.")
	}
	if s.Kind == Agreement && strings.TrimSpace(s.Reference) == "" {
		bad.Add("reference", "Indiquez le numéro de la convention.")
	}
	if s.Kind == Extension && (s.UntilOn == nil || !s.UntilOn.After(s.OnDay)) {
		bad.Add("until_on", "Indiquez jusqu’à quand l’action est prolongée.")
	}
	if year, message := Unordered(append(slices.Clone(o.Steps), s)); year != 0 {
		bad.Add("amount", message)
	}
	return bad
}

// YearText names the fiscal years of a line: « 2015 », « 2014 à 2016 ».
func (l Line) YearText() string {
	if l.FirstYear == l.LastYear {
		return strconv.Itoa(l.FirstYear)
	}
	return strconv.Itoa(l.FirstYear) + " à " + strconv.Itoa(l.LastYear)
}

// Unordered returns the first fiscal year in which more is notified than granted,
// or more paid than notified, and says so (V17); 0 when every year is in order.
func Unordered(steps []Step) (year int, message string) {
	years := map[int]bool{}
	for _, s := range steps {
		years[s.FiscalYear] = true
	}
	for y := range years {
		if year != 0 && y > year {
			continue
		}
		sums := SumsOf(steps, y)
		in := " pour l’exercice " + strconv.Itoa(y) + nbsp + ": "
		switch {
		case sums.Notified.GreaterThan(sums.Granted):
			year, message = y, "Le montant notifié dépasse le montant accordé"+in+french.Euros(sums.Notified)+" pour "+french.Euros(sums.Granted)+"."
		case sums.Paid.GreaterThan(sums.Notified):
			year, message = y, "Le montant versé dépasse le montant notifié"+in+french.Euros(sums.Paid)+" pour "+french.Euros(sums.Notified)+"."
		case sums.Returned.GreaterThan(sums.Paid):
			year, message = y, "Le montant reversé dépasse le montant versé"+in+french.Euros(sums.Returned)+" pour "+french.Euros(sums.Paid)+"."
		}
	}
	return year, message
}

// Alert is what a line makes one look at; it forbids nothing.
type Alert struct {
	Number string // of the rule, as domain.md numbers it
	Text   string
}

// AccountDue is the day by which the money of a line is to be accounted for: so
// many months after the end of its last fiscal year, or of the year until which
// it was prolonged. ok is false when nothing has to be, or has been already.
func (l Line) AccountDue(t convention.Funding) (due time.Time, ok bool) {
	live := Live(l.Steps)
	if slices.ContainsFunc(live, func(s Step) bool { return s.Kind == Account || s.Kind == Renunciation }) || !SumsOf(live, 0).Paid.IsPositive() {
		return time.Time{}, false
	}
	year := l.LastYear
	for _, s := range live {
		if s.UntilOn != nil {
			year = max(year, s.UntilOn.Year())
		}
	}
	return time.Date(year, time.Month(12+t.AccountMonths+1), 0, 0, 0, 0, 0, time.UTC), true
}

// Late reports whether a line's money should have been accounted for before a day (V21).
func (l Line) Late(t convention.Funding, today time.Time) bool {
	due, ok := l.AccountDue(t)
	return ok && today.After(due)
}

// Alerts lists what one should look at in a line, among all the lines of the
// convention (V20, V21).
func (l Line) Alerts(all []Line, t convention.Funding, today time.Time) (found []Alert) {
	if l.PrivateLaw && !l.InKind && !slices.ContainsFunc(Live(l.Steps), func(s Step) bool { return s.Kind == Agreement }) {
		for _, y := range l.Years() {
			if !SumsOf(l.Steps, y).Granted.IsPositive() {
				continue
			}
			if total := yearly(all, l, y); total.GreaterThan(decimal.NewFromInt(int64(t.AgreementAbove))) {
				found = append(found, Alert{"V20", "Au-delà de " + french.Euros(decimal.NewFromInt(int64(t.AgreementAbove))) + " par an à un organisme privé, une convention est obligatoire" + nbsp +
					": " + french.Euros(total) + " de ce financeur en " + strconv.Itoa(y) + ", et aucune convention n’est enregistrée sur cette ligne."})
				break
			}
		}
	}
	if due, ok := l.AccountDue(t); ok && today.After(due) {
		found = append(found, Alert{"V21", "Compte rendu financier en retard" + nbsp + ": il était attendu le " + french.Date(due) + "."})
	}
	if state := StateOf(l.Steps); state == Planned || state == Requested {
		for _, other := range all {
			if other.LineID != l.LineID && other.BeneficiaryID == l.BeneficiaryID && other.Late(t, today) {
				found = append(found, Alert{"V21", "Ce bénéficiaire doit encore un compte rendu financier sur «" + nbsp + other.Object + nbsp + "» (exercice " + other.YearText() + "). Une nouvelle subvention l’attend en principe."})
				break
			}
		}
	}
	return found
}

// yearly is what the line's funder granted to its beneficiary in a year.
func yearly(all []Line, l Line, year int) decimal.Decimal {
	total := decimal.Zero
	for _, other := range all {
		if other.FunderID == l.FunderID && other.BeneficiaryID == l.BeneficiaryID && other.Firmness() != NotRenewed {
			total = total.Add(SumsOf(other.Steps, year).Granted)
		}
	}
	return total
}
