package conventions

import (
	"slices"
	"strconv"

	"github.com/google/uuid"

	"copil/internal/convention"
	"copil/internal/french"
	"copil/internal/governance"
	"copil/templates/ui"
)

// LedgerView is the ledger of commitments: who promised what, and what became of it.
type LedgerView struct {
	Agreement   convention.Convention
	Parties     []convention.Party
	Commitments []convention.Commitment
	Clauses     []convention.Clause
	Indicators  []convention.Indicator
	Own         uuid.UUID                      // the reader's organisation
	Href        func(convention.Clause) string // to a party's year; to the commitment when the year is 0
	Indicator   func(code string) string
}

func (v LedgerView) years() (list []int) {
	for year := v.Agreement.StartsOn.Year(); year <= v.Agreement.EndsOn.Year(); year++ {
		list = append(list, year)
	}
	return list
}

func (v LedgerView) columns() []ui.Column {
	list := []ui.Column{{Label: "Engagement"}}
	for _, year := range v.years() {
		list = append(list, ui.Column{Label: strconv.Itoa(year)})
	}
	return list
}

// of are the commitments that bind a party, in the order of the act.
func (v LedgerView) of(p convention.Party) (list []convention.Commitment) {
	for _, m := range v.Commitments {
		if m.PartyCode == nil || *m.PartyCode == p.PartyCode {
			list = append(list, m)
		}
	}
	return list
}

func (v LedgerView) at(m convention.Commitment, p convention.Party, year int) *convention.Clause {
	if c, ok := convention.FindClause(v.Clauses, m.CommitmentCode, p.PartyCode, year); ok {
		return &c
	}
	return nil
}

func (v LedgerView) lead() string {
	due, own := 0, 0
	for _, c := range v.Clauses {
		if c.Due() {
			due++
			if c.Party.OrganisationID == v.Own {
				own++
			}
		}
	}
	text := french.Plural(len(v.Commitments), "engagement", "engagements") + " dans l’acte. "
	switch {
	case due == 0:
		return text + "Tous les bilans des années passées sont faits."
	case own > 0:
		return text + french.Plural(due, "bilan annuel reste", "bilans annuels restent") + " à faire, dont " + strconv.Itoa(own) + " par votre organisme."
	}
	return text + french.Plural(due, "bilan annuel reste", "bilans annuels restent") + " à faire."
}

// unfollowed are the commitments that no indicator follows.
func (v LedgerView) unfollowed() []convention.Commitment {
	return slices.DeleteFunc(slices.Clone(v.Commitments), func(m convention.Commitment) bool { return len(m.Indicators) > 0 })
}

// unpromised are the indicators of a status that follow no commitment.
func (v LedgerView) unpromised(active bool) []convention.Indicator {
	return slices.DeleteFunc(slices.Clone(v.Indicators), func(n convention.Indicator) bool {
		follows := func(m convention.Commitment) bool { return slices.Contains(m.Indicators, n.IndicatorCode) }
		return (n.Status == "active") != active || slices.ContainsFunc(v.Commitments, follows)
	})
}

func clauseKind(s convention.ClauseState) ui.Kind {
	switch s {
	case convention.Kept, convention.Renewed:
		return ui.Success
	case convention.PartlyKept, convention.Lapsed:
		return ui.Warning
	case convention.NotKept:
		return ui.Danger
	case convention.Underway:
		return ui.Info
	}
	return ui.Neutral
}

// CommitmentView is one commitment with all that was said of it.
type CommitmentView struct {
	Commitment convention.Commitment
	Clauses    []convention.Clause
	Indicators []convention.Indicator
	Href       func(convention.Clause) string
	Indicator  func(code string) string
	Article    func(no int) string
	LinkHref   string // to choose its indicators; "" for who may not
}

func (v CommitmentView) lead() string {
	if v.Commitment.PartyCode == nil {
		return "Engagement de toutes les parties."
	}
	return "Engagement pris par\u00a0: " + v.Clauses[0].Party.OrganisationName + "."
}

func (v CommitmentView) followers() []convention.Indicator {
	return slices.DeleteFunc(slices.Clone(v.Indicators), func(n convention.Indicator) bool {
		return !slices.Contains(v.Commitment.Indicators, n.IndicatorCode)
	})
}

// ClauseView is one party's year of a commitment, and what may be said of it.
type ClauseView struct {
	Clause convention.Clause
	Next   []ui.Option
	Closed string // why nothing may be said, "" when something may
	Form   ui.Form
	Back   string

	Notes     []governance.Note
	Decisions []governance.Decision
	Decision  func(uuid.UUID) string
	NoteHref  string // to record what the committee noted; "" for who may not, or before a review
}

// NoteView is the form by which the secretariat records what the committee noted.
type NoteView struct {
	Title, Text string
	Notes       []governance.Note
	Decisions   []ui.Option
	Decision    func(uuid.UUID) string
	Form        ui.Form
	Back        string
}

// Title names the clause: « ETAT-1, État, 2014 ».
func (v ClauseView) Title() string {
	c := v.Clause
	return c.Commitment.CommitmentCode + ", " + c.Party.OrganisationName + ", " + strconv.Itoa(c.Year)
}

func (v ClauseView) lead() string {
	text := "État\u00a0: " + v.Clause.State().Label() + "."
	if v.Clause.Due() {
		text += " Le bilan de l’année reste à faire."
	}
	return text
}

func (v ClauseView) steps() []ui.Step {
	var list []ui.Step
	for i, s := range v.Clause.Steps {
		step := ui.Step{Label: s.State.Label(), When: french.Date(s.RecordedOn), Detail: s.Body, State: ui.Done}
		if s.Proof != "" {
			step.Detail += " Preuve\u00a0: " + s.Proof
		}
		if s.MemberName != "" {
			step.When += ", " + s.MemberName
		}
		if i == len(v.Clause.Steps)-1 && v.Clause.State() == s.State {
			step.State = ui.Current
		}
		list = append(list, step)
	}
	return list
}

// bodyLabel says what is asked beside the state.
func (v ClauseView) bodyLabel() string {
	if v.Clause.State() == convention.Listed {
		return "Action ou financement qui le met en œuvre"
	}
	return "Commentaire ou motif"
}

// LinkView is the choice of the indicators that follow a commitment.
type LinkView struct {
	Commitment convention.Commitment
	Options    []ui.Option
	Form       ui.Form
	Back       string
}
