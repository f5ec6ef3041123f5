package submissions

import (
	"github.com/a-h/templ"
	"github.com/shopspring/decimal"

	"copil/internal/collect"
	"copil/internal/french"
	"copil/templates/ui"
)

// validation is the form of « Valider », whose button stands with the others.
func (v View) validation() ui.Form {
	f := *v.Validate
	f.Attrs = templ.Attributes{"id": "validation"}
	return f
}

// remarking is the form of « Renvoyer »: it holds the whole table.
func (v View) remarking() ui.Form {
	f := *v.Return
	f.Attrs = templ.Attributes{"data-wide": true}
	return f
}

func (v View) readingColumns() []ui.Column {
	columns := []ui.Column{{Label: "Donnée"}, {Label: "Valeur", Numeric: true}, {Label: "Période précédente", Numeric: true}, {Label: "Écart", Numeric: true}, {Label: "Alertes et commentaires"}}
	if v.Return != nil {
		columns = append(columns, ui.Column{Label: "Remarque"})
	}
	return columns
}

// keptType is why people and posts may differ job type by job type.
const keptType = "Un poste garde le type d’emploi de son ouverture, même si le contrat de qui l’occupe en a changé."

// difference is the change since the period before; "" where either is no number.
func (m Measure) difference() string {
	if m.Now.State != collect.Number || m.Before.State != collect.Number {
		return ""
	}
	return difference(m.Now.Total, m.Before.Total, m.Places)
}

// difference writes « + 2 (+ 12 %) »; a change from nothing has no percentage.
func difference(now, before decimal.Decimal, places int16) string {
	change := now.Sub(before)
	text := french.SignedDecimal(change, int32(places))
	if before.IsZero() || change.IsZero() {
		return text
	}
	return text + " (" + french.SignedDecimal(change.Div(before).Shift(2), 0) + "\u00a0%)"
}

// reading is an alert as a reviewer reads it.
func (a Alert) reading() string {
	switch {
	case a.Warning:
		return "À vérifier (" + a.Number + ")\u00a0: " + a.Message
	case a.Explained:
		return "Alerte " + a.Number + ", expliquée\u00a0: " + a.Message
	}
	return "Alerte " + a.Number + "\u00a0: " + a.Message
}
