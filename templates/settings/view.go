// Package settings shows how a convention is set up: members, periods, lists,
// indicators, measures, and its file; and the mails that leave it.
package settings

import (
	"strconv"
	"time"

	"copil/internal/access"
	"copil/internal/account"
	"copil/internal/convention"
	"copil/internal/french"
	"copil/templates/ui"
)

// Frame is what every page of the settings shows.
type Frame struct {
	Tabs []ui.NavItem
	File string // address of the convention's file
}

// MembersView is who may do what in the convention.
type MembersView struct {
	Frame
	Members []account.Member
	Today   time.Time
	Invite  string                      // where to invite
	Href    func(account.Member) string // a member's page
}

// InviteView is the form by which somebody becomes a member.
type InviteView struct {
	Form    ui.Form
	Roles   []ui.Option
	Offices []ui.Option
	Readers bool // may be invited, and be of an organisation that is not listed yet
	Back    string

	Convention string // which one, where the page does not bear its name
}

func (v InviteView) lead() string {
	lead := "La personne reçoit un courriel avec un lien. Elle a accès à la convention dès qu’elle s’est connectée."
	if v.Convention != "" {
		lead = "Dans la convention «\u00a0" + v.Convention + "\u00a0». " + lead
	}
	return lead
}

func (v InviteView) endHint() string {
	hint := "Jour, mois, année\u00a0: par exemple 30/06/2015."
	if v.Readers {
		hint = "Utile pour un lecteur. " + hint
	}
	return hint
}

// MemberView is one member, with what may be changed.
type MemberView struct {
	Member   account.Member
	Today    time.Time
	Locked   string // why nothing may be changed, "" when it may
	End      ui.Form
	Money    ui.Form
	HasMoney bool // the role opens the funding, unless it is hidden from this member
	Reinvite ui.Form
	Withdraw ui.Form
}

// PeriodsView is the calendar of the collecting.
type PeriodsView struct {
	Frame
	Periods []convention.Period
	Today   time.Time
}

// ListsView is the reference lists with their items.
type ListsView struct {
	Frame
	Lists []convention.List
	Items []convention.Item
}

// IndicatorsView is the annex: what is followed and what waits in the library.
type IndicatorsView struct {
	Frame
	Indicators []convention.Indicator
	Axes       []convention.Axis
	Href       func(code string) string
}

// MeasuresView is what is collected.
type MeasuresView struct {
	Frame
	Measures []convention.Measure
	Lists    []convention.List
	Parties  []convention.Party
}

// memberState is where a membership stands on a business date, in the order in
// which it comes about.
func memberState(m account.Member, day time.Time) (ui.Kind, string) {
	switch {
	case m.Ended(day):
		return ui.Excluded, "Terminé le " + french.ShortDate(*m.EndsOn)
	case m.StartsOn.After(day):
		return ui.Neutral, "À venir"
	case m.JoinedAt == nil && m.Invitation != nil && m.InvitedAt != nil:
		return ui.Warning, "Invitation envoyée"
	case m.JoinedAt == nil && m.Invitation != nil && *m.Invitation == "echec":
		return ui.Danger, "Invitation non remise"
	case m.JoinedAt == nil && m.Invitation != nil && *m.Invitation == "annule":
		return ui.Danger, "Invitation annulée"
	case m.JoinedAt == nil && m.Invitation != nil:
		return ui.Warning, "Invitation à envoyer"
	case m.JoinedAt == nil:
		return ui.Neutral, "Jamais connecté"
	}
	return ui.Success, "Actif"
}

func (v ListsView) of(list string) []convention.Item {
	var items []convention.Item
	for _, i := range v.Items {
		if i.ListCode == list {
			items = append(items, i)
		}
	}
	return items
}

func (v IndicatorsView) with(status string) []convention.Indicator {
	var found []convention.Indicator
	for _, i := range v.Indicators {
		if i.Status == status {
			found = append(found, i)
		}
	}
	return found
}

func (v IndicatorsView) axis(i convention.Indicator) string {
	if i.AxisNo == nil {
		return "transversal"
	}
	for _, a := range v.Axes {
		if a.AxisNo == *i.AxisNo {
			return french.Int(a.AxisNo) + " – " + a.ShortLabel
		}
	}
	return french.Int(*i.AxisNo)
}

func origin(i convention.Indicator) string {
	switch i.Origin {
	case "act":
		return "Chiffre ou objectif de l’acte"
	case "objective":
		return "Mesure un objectif de l’acte"
	case "practice":
		return "Proposition tirée de la pratique"
	}
	return ""
}

func target(i convention.Indicator, words access.Words) string {
	switch {
	case i.Target != nil:
		return french.Decimal(*i.Target, -i.Target.Exponent())
	case i.TargetSource != "":
		return i.TargetSource
	}
	return "à fixer par " + words.TheCommittee()
}

func kind(m convention.Measure) string {
	switch m.Kind {
	case convention.Stock:
		return "au dernier jour"
	case convention.Flow:
		return "sur la période"
	case convention.Cumulative:
		return "depuis le début"
	}
	return ""
}

func source(m convention.Measure) string {
	switch m.Source {
	case convention.Typed:
		return "saisie"
	case convention.FromPosts:
		return "déduite des postes"
	case convention.Identifiers:
		return "liste d’identifiants"
	}
	return ""
}

// enteredBy names who enters a measure.
func (v MeasuresView) enteredBy(m convention.Measure, words access.Words) string {
	if len(m.EnteredBy) == 0 {
		return "Copil"
	}
	names := make([]string, len(m.EnteredBy))
	for i, code := range m.EnteredBy {
		names[i] = v.reporter(code, words)
	}
	return french.List(names)
}

// sectionID is the anchor of a section of the measures.
func sectionID(i int) string { return "mesures-" + strconv.Itoa(i+1) }

func (v MeasuresView) reporter(code string, words access.Words) string {
	switch code {
	case convention.ByStructure:
		return "structures locales"
	case convention.ByMission:
		return french.Bare(words.TheMission())
	}
	for _, p := range v.Parties {
		if p.PartyCode == code {
			return p.OrganisationName
		}
	}
	return code
}

// breakdown names the lists that a measure is broken down by.
func (v MeasuresView) breakdown(m convention.Measure) string {
	var names []string
	for _, code := range []*string{m.RowList, m.ColumnList} {
		if code == nil {
			continue
		}
		name := *code
		for _, l := range v.Lists {
			if l.ListCode == *code {
				name = l.Label
			}
		}
		names = append(names, name)
	}
	if len(names) == 0 {
		return "aucune"
	}
	return french.List(names)
}

// sections cuts the measures where the heading changes.
func (v MeasuresView) sections() [][]convention.Measure {
	var groups [][]convention.Measure
	for i, m := range v.Measures {
		if i == 0 || m.Section != v.Measures[i-1].Section {
			groups = append(groups, nil)
		}
		groups[len(groups)-1] = append(groups[len(groups)-1], m)
	}
	return groups
}

func day(d *time.Time) string {
	if d == nil {
		return "–"
	}
	return french.ShortDate(*d)
}

func periodKind(s convention.PeriodState) ui.Kind {
	switch s {
	case convention.PeriodOpen:
		return ui.Info
	case convention.PeriodValidated, convention.PeriodPresented:
		return ui.Success
	case convention.PeriodClosed:
	}
	return ui.Neutral
}
