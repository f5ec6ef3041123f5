package convention

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"copil/internal/access"
	"copil/internal/lifecycle"
)

// ClauseState is where a promise of one party stands in one year (domain.md 4.6).
type ClauseState string

// The states, as stored, but for Lapsed, which time brings about.
const (
	Listed     ClauseState = "inscrit" // as in the act, nothing carries it out yet
	Underway   ClauseState = "actif"
	Kept       ClauseState = "tenu"
	PartlyKept ClauseState = "partiellement_tenu"
	NotKept    ClauseState = "non_tenu"
	Renewed    ClauseState = "reconduit"
	Ended      ClauseState = "eteint"
	Lapsed     ClauseState = "echu" // its time is over, and nobody said what became of it
)

// Label returns the state's name on screen.
func (s ClauseState) Label() string {
	switch s {
	case Listed:
		return "Inscrit"
	case Underway:
		return "Actif"
	case Kept:
		return "Tenu"
	case PartlyKept:
		return "Partiellement tenu"
	case NotKept:
		return "Non tenu"
	case Renewed:
		return "Reconduit"
	case Ended:
		return "Éteint"
	case Lapsed:
		return "Échu, à constater"
	}
	return ""
}

// reviews are the states that tell whether a promise was kept.
var reviews = []ClauseState{Kept, PartlyKept, NotKept}

// Clause is a commitment of one party in one year. One that the act makes every
// party take has a life for each of them.
type Clause struct {
	Commitment Commitment
	Party      Party
	Year       int
	Steps      []ClauseStep // oldest first
	endsOn     time.Time    // of the agreement
	today      time.Time
}

// ClauseStep is one thing that was said of a clause. Nothing rewrites it.
type ClauseStep struct {
	CommitmentCode, PartyCode string
	Year, Step                int
	State                     ClauseState
	Body                      string // what carries it out, or why
	Proof                     string // where it can be seen
	MemberName                string // who said so, "" for Copil itself
	RecordedOn                time.Time
}

// Version counts the steps: a form shown before the last one is out of date.
func (c Clause) Version() int { return len(c.Steps) }

// State is the last one said, or Lapsed when the clause is over and nobody said
// what became of it. A clause of the whole agreement lapses with its last year.
func (c Clause) State() ClauseState {
	state := Listed
	if len(c.Steps) > 0 {
		state = c.Steps[len(c.Steps)-1].State
	}
	if (state == Listed || state == Underway) && c.Over() && c.last() {
		return Lapsed
	}
	return state
}

// Review is what was last said of whether the promise was kept, nil before that.
func (c Clause) Review() *ClauseStep {
	for i := len(c.Steps) - 1; i >= 0; i-- {
		if slices.Contains(reviews, c.Steps[i].State) {
			return &c.Steps[i]
		}
	}
	return nil
}

// Over reports whether the year has passed, or the agreement with it.
func (c Clause) Over() bool { return c.today.Year() > c.Year || c.today.After(c.endsOn) }

// Due reports whether its party still has to say whether the promise was kept.
func (c Clause) Due() bool { return c.Over() && c.Review() == nil }

// last reports whether the clause promises nothing for a later year.
func (c Clause) last() bool {
	switch m := c.Commitment; {
	case m.Annual:
		return true
	case len(m.Years) > 0:
		return c.Year == slices.Max(m.Years)
	}
	return c.Year == c.endsOn.Year()
}

// What the steps ask for, in words.
const (
	ifBegun  = "la partie elle-même, une fois l’année commencée, et ce qui le met en œuvre"
	ifOver   = "la partie elle-même, une fois l’année finie, et un commentaire s’il n’est pas tenu en entier"
	ifYearly = "la partie elle-même, pour un engagement annuel, si la convention couvre l’année suivante"
	ifLast   = "la partie elle-même, la dernière année de l’engagement, et un motif"
	ifLapsed = "la dernière année de l’engagement est finie, sans bilan"
)

// ClauseLife is all that can become of a clause (domain.md 4.6 with 8.1).
var ClauseLife = lifecycle.Machine[ClauseState, Clause]{
	{From: Listed, To: Underway, By: access.CommitmentReview, Guard: Clause.mayBegin, If: ifBegun},
	{From: Listed, To: Lapsed, By: "", Guard: Clause.hasLapsed, If: ifLapsed},
	{From: Underway, To: Lapsed, By: "", Guard: Clause.hasLapsed, If: ifLapsed},

	{From: Underway, To: Kept, By: access.CommitmentReview, Guard: Clause.mayReview, If: ifOver},
	{From: Underway, To: PartlyKept, By: access.CommitmentReview, Guard: Clause.mayReview, If: ifOver},
	{From: Underway, To: NotKept, By: access.CommitmentReview, Guard: Clause.mayReview, If: ifOver},
	{From: Lapsed, To: Kept, By: access.CommitmentReview, Guard: Clause.mayReview, If: ifOver},
	{From: Lapsed, To: PartlyKept, By: access.CommitmentReview, Guard: Clause.mayReview, If: ifOver},
	{From: Lapsed, To: NotKept, By: access.CommitmentReview, Guard: Clause.mayReview, If: ifOver},

	{From: Kept, To: Renewed, By: access.CommitmentReview, Guard: Clause.mayRenew, If: ifYearly},
	{From: PartlyKept, To: Renewed, By: access.CommitmentReview, Guard: Clause.mayRenew, If: ifYearly},
	{From: NotKept, To: Renewed, By: access.CommitmentReview, Guard: Clause.mayRenew, If: ifYearly},
	{From: Kept, To: Ended, By: access.CommitmentReview, Guard: Clause.mayEnd, If: ifLast},
	{From: PartlyKept, To: Ended, By: access.CommitmentReview, Guard: Clause.mayEnd, If: ifLast},
	{From: NotKept, To: Ended, By: access.CommitmentReview, Guard: Clause.mayEnd, If: ifLast},
}

// Lifecycles returns the steps of a commitment, to be printed.
func Lifecycles() []lifecycle.Table {
	return []lifecycle.Table{ClauseLife.Table("Engagement, par partie et par année", ClauseState.Label)}
}

// hasLapsed guards what State deduces.
func (c Clause) hasLapsed(access.Actor) string {
	if c.State() == Lapsed {
		return ""
	}
	return "L’engagement court encore."
}

// theirs says why an actor does not answer for the clause's party.
func (c Clause) theirs(actor access.Actor) string {
	if actor.OrganisationID == c.Party.OrganisationID {
		return ""
	}
	return "Chaque partie répond de ses propres engagements\u00a0: celui-ci est tenu par " + c.Party.OrganisationName + "."
}

func (c Clause) mayBegin(actor access.Actor) string {
	if c.today.Year() < c.Year {
		return cmp.Or(c.theirs(actor), "L’année "+c.yearText()+" n’a pas commencé.")
	}
	return c.theirs(actor)
}

func (c Clause) mayReview(actor access.Actor) string {
	if !c.Over() {
		return cmp.Or(c.theirs(actor), "Le bilan de l’année "+c.yearText()+" se fait une fois l’année finie.")
	}
	return c.theirs(actor)
}

func (c Clause) mayRenew(actor access.Actor) string {
	switch {
	case !c.Commitment.Annual:
		return cmp.Or(c.theirs(actor), "Seul un engagement annuel se reconduit.")
	case c.Year >= c.endsOn.Year():
		return cmp.Or(c.theirs(actor), "La convention ne couvre pas l’année suivante.")
	}
	return c.theirs(actor)
}

func (c Clause) mayEnd(actor access.Actor) string {
	if !c.last() {
		return cmp.Or(c.theirs(actor), "L’engagement court encore\u00a0: il ne s’éteint pas avant sa dernière année.")
	}
	return c.theirs(actor)
}

func (c Clause) yearText() string { return strconv.Itoa(c.Year) }

// May answers why the actor may not take the clause to a state; "" when they may.
func (c Clause) May(to ClauseState, actor access.Actor) string {
	return ClauseLife.May(c, c.State(), to, actor)
}

// WhyNot says why the actor may take the clause to no other state.
func (c Clause) WhyNot(actor access.Actor) string {
	if !actor.Can(access.CommitmentReview) {
		return "Chaque partie répond de ses propres engagements. Votre profil les consulte."
	}
	next := ClauseLife.Next(c.State())
	if len(next) == 0 {
		return cmp.Or(c.theirs(actor), "Cet engagement est clos pour l’année "+c.yearText()+".")
	}
	for _, to := range next {
		if why := c.May(to, actor); why != lifecycle.NotYours { // what time brings about is nobody's
			return why
		}
	}
	return lifecycle.NotYours
}

// NextFor lists the states to which the actor may take the clause now.
func (c Clause) NextFor(actor access.Actor) (next []ClauseState) {
	for _, to := range ClauseLife.Next(c.State()) {
		if c.May(to, actor) == "" {
			next = append(next, to)
		}
	}
	return next
}

// Clauses lays the ledger out: by commitment in the order of the act, by party,
// by year. A yearly commitment has its first year, and each that renewed it.
func Clauses(agreement Convention, commitments []Commitment, parties []Party, steps []ClauseStep, today time.Time) []Clause {
	type key struct {
		commitment, party string
		year              int
	}
	lives := map[key][]ClauseStep{}
	for _, s := range steps {
		k := key{s.CommitmentCode, s.PartyCode, s.Year}
		lives[k] = append(lives[k], s)
	}
	var list []Clause
	for _, m := range commitments {
		for _, p := range parties {
			if m.PartyCode != nil && *m.PartyCode != p.PartyCode {
				continue
			}
			for year := agreement.StartsOn.Year(); year <= agreement.EndsOn.Year(); year++ {
				life := lives[key{m.CommitmentCode, p.PartyCode, year}]
				if covers(m, agreement, year) || len(life) > 0 {
					list = append(list, Clause{Commitment: m, Party: p, Year: year, Steps: life, endsOn: agreement.EndsOn, today: today})
				}
			}
		}
	}
	return list
}

// covers reports whether the act itself promises something for a year.
func covers(m Commitment, agreement Convention, year int) bool {
	switch {
	case len(m.Years) > 0:
		return slices.Contains(m.Years, year)
	case m.Annual:
		return year == agreement.StartsOn.Year()
	}
	return true
}
