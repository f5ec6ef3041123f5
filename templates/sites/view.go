// Package sites holds the pages of experimentation sites and of the structures
// that work on them.
package sites

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/collect"
	"copil/internal/convention"
	"copil/internal/french"
	"copil/internal/site"
	"copil/templates/ui"
)

// IndexView is the list of sites as one role sees it.
type IndexView struct {
	Sites     []site.Listed
	Figures   map[uuid.UUID]SiteFigures // by site; absent: not for this role, or not known
	Measures  []convention.Measure      // the headline measures, as columns
	Period    string                    // of the figures
	Brief     bool                      // without what a dashboard has no room for
	MayCreate bool
	NewHref   string
	Href      func(uuid.UUID) string // "" when the role may not open it
	Counts    string                 // « 6 actifs, 1 suspendu… »
}

// SiteFigures are a site's figures of the last collected period, one for each
// headline measure; none where nothing is expected.
type SiteFigures struct {
	Values  []ui.Reading
	Partial bool // some of its submissions are validated, not all
}

// ShowView is one site with all that hangs on it.
type ShowView struct {
	Site        site.Site
	Communes    []site.Commune
	Sectors     []string
	Zonings     []site.Zoning
	History     []site.Step
	Links       []site.Link
	Periods     []PeriodFigures
	Unread      bool                 // the role does not read a site's figures
	Measures    []convention.Measure // the headline measures, as columns
	MayWrite    bool
	Attach      ui.Form
	Candidates  []ui.Option // structures not attached yet
	Transition  ui.Form
	NextStates  []ui.Option
	StructureAt func(uuid.UUID) string // "" when the role may not open it
	Open        *convention.Period     // the period being collected, nil when none
	EditHref    string
	StateHint   string                 // what a date in the past does not change any more, "" when nothing
	Kept        func(time.Time) string // the same of one day, once it is known
}

// EditView is the form of a site: of a new one, or of one that is there.
type EditView struct {
	Site     site.Site   // zero: a new one
	Marks    []site.Mark // of all sites
	Form     ui.Form
	Sectors  []ui.Option
	Carriers []ui.Option
	Zonings  []ui.Option
	Validity []site.ZoningKind
	Rows     int    // of zonings
	DateHint string // what a date in the past does not change any more
	Kept     func(time.Time) string
	Back     string
}

// ZoningName and the three below name the fields of a row of zonings, from 0.
func (v EditView) ZoningName(row int) string { return "zoning_" + strconv.Itoa(row) }

// SinceName is the field of a zoning's first day.
func (v EditView) SinceName(row int) string { return "zoning_since_" + strconv.Itoa(row) }

// UntilName is the field of a zoning's last day.
func (v EditView) UntilName(row int) string { return "zoning_until_" + strconv.Itoa(row) }

// NoteName is what a zoning's note travels in: the form does not show it.
func (v EditView) NoteName(row int) string { return "zoning_note_" + strconv.Itoa(row) }

// KeepCarrier offers the carrier that a site has, even one that would not be
// offered to a new site.
func (v *EditView) KeepCarrier() {
	id := v.Site.CarrierID.String()
	if !slices.ContainsFunc(v.Carriers, func(o ui.Option) bool { return o.Value == id }) {
		v.Carriers = append(v.Carriers, ui.Option{Value: id, Label: v.Site.CarrierName})
	}
}

// validity says when each kind of zoning is valid: « ZUS : du … au … ».
func (v EditView) validity() string {
	var parts []string
	for _, k := range v.Validity {
		switch {
		case k.ValidFrom != nil && k.ValidTo != nil:
			parts = append(parts, k.Short+" : "+french.DateRange(*k.ValidFrom, *k.ValidTo))
		case k.ValidFrom != nil:
			parts = append(parts, k.Short+" : depuis le "+french.Date(*k.ValidFrom))
		}
	}
	return strings.Join(parts, " ; ")
}

// ConfirmView is a change of state to confirm.
type ConfirmView struct {
	Site   site.Site
	Now    site.Step
	Change site.Transition
	By     string // who will have recorded it
	Form   ui.Form
	Note   string // which reports do not change
	Back   string
}

// next says which states may follow the new one.
func (v ConfirmView) next() string {
	var names []string
	for _, s := range v.Change.To.Next() {
		names = append(names, "« "+strings.ToLower(s.Label())+" »")
	}
	if len(names) == 0 {
		return "C’est le dernier état d’un site : aucun autre ne pourra suivre."
	}
	return "Ensuite, le site pourra devenir " + strings.Join(names, " ou ") + "."
}

// PeriodFigures are the submissions of one period for a site or a structure.
type PeriodFigures struct {
	Period convention.Period
	State  convention.PeriodState
	Lines  []Line
}

// Line is one submission, or the offer to begin one.
type Line struct {
	Name   string // of the structure, or of the place
	State  collect.State
	Href   string       // of the submission, "" when there is none or the role may not open it
	Values []ui.Reading // of the headline measures; empty for who is not asked
	Begin  *ui.Form     // nil when the submission exists or may not be begun
	Why    string       // why it may not be begun, "" when it exists or may
}

// StructureView is one structure with its sites, posts and figures.
type StructureView struct {
	Structure site.Structure
	Links     []site.Link
	SiteHref  func(uuid.UUID) string
	Periods   []PeriodFigures
	Measures  []convention.Measure
	PostsHref string // "" where the convention keeps no posts
	Own       bool   // the reader's own
	MayWrite  bool
}

func (v StructureView) postsLabel() string {
	if v.Own {
		return "Voir vos postes"
	}
	return "Voir ses postes"
}

// spoken is the name of a line within a sentence.
func (l Line) spoken() string {
	if l.Name == "Hors site" {
		return "hors site"
	}
	return l.Name
}

func stateKind(s site.State) ui.Kind {
	switch s {
	case site.Actif:
		return ui.Success
	case site.Suspendu:
		return ui.Danger
	case site.Retenu, site.Conventionne:
		return ui.Info
	case site.Clos, site.Ecarte, site.Retire:
		return ui.Excluded
	}
	return ui.Neutral
}

func since(from time.Time, to *time.Time) string {
	if to == nil {
		return "depuis le " + french.Date(from)
	}
	return french.DateRange(from, *to)
}

func communeNames(communes []site.Commune) string {
	names := make([]string, len(communes))
	for i, c := range communes {
		names[i] = c.Name + " (" + c.Commune + ")"
	}
	return french.List(names)
}

func (v IndexView) note() string {
	if v.Figures == nil {
		return ""
	}
	return "Chiffres : saisies validées, " + v.Period + ". Un site «\u00a0partiel\u00a0» ne compte que les structures dont la saisie est validée."
}

func (v IndexView) columns() []ui.Column {
	columns := []ui.Column{{Label: "Site"}, {Label: "État"}}
	if !v.Brief {
		columns = append(columns, ui.Column{Label: "Communes"}, ui.Column{Label: "Secteurs"}, ui.Column{Label: "Structures", Numeric: true})
	}
	if v.Figures != nil {
		columns = append(columns, MeasureColumns(v.Measures)...)
	}
	return columns
}

func steps(history []site.Step, words access.Words) []ui.Step {
	list := make([]ui.Step, len(history))
	for i, h := range history {
		s := ui.Step{Label: h.State.Label(), When: french.Date(h.SinceOn), Detail: h.Reason, State: ui.Done}
		if h.Decision != "" {
			s.Detail = "Décision " + h.Decision + " " + french.Of(words.TheCommittee()) + ". " + h.Reason
		}
		if i == len(history)-1 {
			s.State = ui.Current
		}
		list[i] = s
	}
	return list
}

// MeasureColumns makes a numeric column of each measure.
func MeasureColumns(measures []convention.Measure) []ui.Column {
	columns := make([]ui.Column, len(measures))
	for i, m := range measures {
		columns[i] = ui.Column{Label: m.Headline, Unit: m.Unit, Numeric: true}
	}
	return columns
}

// lineColumns are those of a period's table; first names the first.
func lineColumns(first string, measures []convention.Measure) []ui.Column {
	columns := append([]ui.Column{{Label: first}, {Label: "Saisie"}}, MeasureColumns(measures)...)
	return append(columns, ui.Column{Label: "Action", Hidden: true})
}
