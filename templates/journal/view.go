// Package journal shows the log of actions of a convention, in the words of its screens.
package journal

import (
	"time"

	"copil/internal/audit"
	"copil/internal/french"
	"copil/templates/ui"
)

// View is a page of the log.
type View struct {
	Form     ui.Form // the filter
	Reset    string  // address of the whole log, "" when nothing is filtered
	People   []ui.Option
	Actions  []ui.Option
	Objects  []ui.Option
	Lines    []audit.Line
	Total    int
	Pages    ui.Pages
	Location *time.Location            // in which wall times are told
	Names    map[string]string         // of sites and structures by identifier, of items of Lists by ItemKey
	Href     func(l audit.Line) string // of the object's page, "" when it has none
}

// Beyond reports whether the page that was asked for comes after the last one.
func (v View) Beyond() bool { return v.Pages.Number > v.Pages.Last }

// Lists are the reference lists from which the log keeps codes.
var Lists = []string{"sector", "operator_type", "job_type"}

// ItemKey is the key of an item's label among the names.
func ItemKey(list, item string) string { return list + "/" + item }

func (v View) lead() string {
	if len(v.Form.Problems) > 0 {
		return "Le filtre contient une erreur\u00a0: corrigez-la pour l’appliquer en entier."
	}
	if v.Reset != "" {
		return french.Plural(v.Total, "action retenue", "actions retenues") + ", de la plus récente à la plus ancienne."
	}
	return french.Plural(v.Total, "action", "actions") + ", de la plus récente à la plus ancienne. Le journal ne se modifie pas."
}

// recorded tells the wall time where it says something that the business date does not.
func (v View) recorded(l audit.Line) string {
	at := l.At.In(v.Location)
	if at.Format(time.DateOnly) == l.OnDay.Format(time.DateOnly) {
		return "à\u00a0" + french.Time(at)
	}
	return "enregistré le " + french.ShortDate(at) + " à\u00a0" + french.Time(at)
}

func actionKind(a audit.Action) ui.Kind {
	switch a {
	case audit.Validated, audit.Frozen:
		return ui.Success
	case audit.Returned, audit.Reopened:
		return ui.Warning
	case audit.Removed:
		return ui.Danger
	}
	return ui.Neutral
}
