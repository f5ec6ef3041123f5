// Package indicators holds the annex: the list of indicators and each one's sheet.
package indicators

import (
	"cmp"
	"slices"
	"strings"

	"copil/internal/convention"
	"copil/templates/ui"
)

// IndexView is the list of indicators.
type IndexView struct {
	Groups   []Group
	Period   string // of the values
	Before   string // the period before, "" when there is none
	Own      bool   // values are one's own structure's; totals stand beside
	Withheld bool   // no report is validated yet, so that there is no total to show
	Library  []Row  // not activated by the committee
	Note     string // where the list comes from, and how many targets it lacks
}

// Group is an axis and its indicators.
type Group struct {
	Title string
	Rows  []Row
}

// Row is one indicator with its values.
type Row struct {
	Indicator convention.Indicator
	Href      string
	Own       ui.Reading // of one's own structure
	Value     ui.Reading
	Before    ui.Reading
	Masked    bool // the total is hidden, since it would reveal somebody
	Coverage  string
	Target    string
}

// ShowView is one indicator's sheet.
type ShowView struct {
	Indicator  convention.Indicator
	Formula    string // in words
	Axis       string
	Charts     []ui.Chart
	Series     []Value
	Own        bool
	Ratio      bool // numerators and denominators are worth showing
	Breakdowns []Breakdown
	Trace      []Trace
	Period     string // of the breakdowns and the trace
	Periods    []ui.NavItem
	Target     string
	OfWhich    string // « Au 31 décembre 2014 : 88 créés, dont 80 encore ouverts. »
	Baselines  []string
	Proposal   string // said where the act announces indicators that it does not give
}

// Value is an indicator for one period.
type Value struct {
	Period      string
	Own         ui.Reading
	Value       ui.Reading
	Masked      bool
	Withheld    bool // until the period's report is validated
	Numerator   string
	Denominator string
	Coverage    string
	Constant    string // « 629 → 633 sur 10 structures »
	Provisional bool
	Ahead       bool // the period is not open
}

// Breakdown is the value of a period by the items of something.
type Breakdown struct {
	Caption string
	First   string // head of the first column
	Rows    []Part
}

// Part is one line of a breakdown.
type Part struct {
	Label, Value string
	Note         string // what the line counts, where another figure could be taken for it
	Partial      bool   // somebody's figures of it are not validated
}

// Trace is one submission behind a figure.
type Trace struct {
	Organisation, Place string
	State               string
	Kind                ui.Kind
	Value               ui.Reading
	Href                string
	History             string // of the value; "" where there is none
}

// Why a total is not shown to who may not see its parts.
const (
	maskedNote   = "«\u00a0Masqué\u00a0»\u00a0: ce total, ou son écart avec un autre, révélerait les chiffres d’une structure."
	withheldNote = "«\u00a0Après le bilan\u00a0»\u00a0: les totaux de toutes les structures paraissent quand le bilan de la période est validé."
)

// explained says why some totals of the list are not shown; "" when all are.
func (v IndexView) explained() string {
	if v.Withheld {
		return withheldNote
	}
	for _, g := range v.Groups {
		if slices.ContainsFunc(g.Rows, func(r Row) bool { return r.Masked }) {
			return maskedNote
		}
	}
	return ""
}

// explained says why some values of the sheet are not shown; "" when all are.
func (v ShowView) explained() string {
	var notes []string
	if slices.ContainsFunc(v.Series, func(x Value) bool { return x.Masked }) {
		notes = append(notes, maskedNote)
	}
	if slices.ContainsFunc(v.Series, func(x Value) bool { return x.Withheld && !x.Masked }) {
		notes = append(notes, withheldNote)
	}
	return strings.Join(notes, " ")
}

func typeLabel(kind string) string {
	switch kind {
	case "outcome":
		return "Indicateur de résultat"
	case "monitoring":
		return "Indicateur de suivi"
	}
	return "Indicateur de mise en œuvre"
}

func directionLabel(direction string) string {
	switch direction {
	case "up":
		return "On souhaite qu’il augmente"
	case "down":
		return "On souhaite qu’il diminue"
	}
	return "Donnée de contexte, sans sens souhaité"
}

func originLabel(origin string) string {
	switch origin {
	case "act":
		return "Chiffre ou objectif numéroté de l’acte"
	case "objective":
		return "Mesure un objectif de l’acte, qui n’en donne pas de chiffre"
	}
	return "Proposition issue de la pratique"
}

func (v IndexView) columns() []ui.Column {
	columns := []ui.Column{{Label: "Indicateur"}}
	if v.Own {
		columns = append(columns, ui.Column{Label: "Votre structure", Numeric: true})
	}
	columns = append(columns, ui.Column{Label: cmp.Or(v.Period, "Total validé"), Numeric: true}) // none is yet
	if v.Before != "" {
		columns = append(columns, ui.Column{Label: v.Before, Numeric: true})
	}
	return append(columns, ui.Column{Label: "Cible"}, ui.Column{Label: "Couverture"})
}

func (v ShowView) columns() []ui.Column {
	columns := []ui.Column{{Label: "Période"}}
	if v.Own {
		columns = append(columns, ui.Column{Label: "Votre structure", Numeric: true})
	}
	columns = append(columns, ui.Column{Label: "Valeur", Unit: v.Indicator.Unit, Numeric: true})
	if v.Ratio {
		columns = append(columns, ui.Column{Label: "Numérateur", Numeric: true}, ui.Column{Label: "Dénominateur", Numeric: true})
	}
	return append(columns, ui.Column{Label: "À périmètre constant"}, ui.Column{Label: "Couverture"}, ui.Column{Label: "État"})
}

// traceColumns are those of the submissions behind a figure; of a share they
// hold what is counted in its numerator.
func (v ShowView) traceColumns() []ui.Column {
	value := ui.Column{Label: "Valeur", Unit: v.Indicator.Unit, Numeric: true}
	if len(v.Indicator.Formula.Denominator) > 0 {
		value = ui.Column{Label: "Compté au numérateur", Numeric: true}
	}
	return []ui.Column{{Label: "Organisme"}, {Label: "Lieu"}, {Label: "Saisie"}, value, {Label: "Historique", Hidden: true}}
}
