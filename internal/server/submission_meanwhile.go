package server

import (
	"net/url"
	"strings"
	"unicode/utf8"

	"copil/internal/fault"
	"copil/internal/french"
	"copil/templates/submissions"
	"copil/templates/ui"
)

// meanwhile says at each field what is stored there, where the form that somebody
// else overtook says another thing: sent again as it is, it would replace that.
func meanwhile(v submissions.View, typed url.Values) fault.Fields {
	bad := fault.Fields{}
	for name, stored := range values(v) {
		is := stored[0]
		if is == "" || is == ui.StateNumber || !typed.Has(name) || sameAnswer(is, typed.Get(name)) {
			continue
		}
		if state, ok := map[string]string{ui.StateMissing: "non renseigné", ui.StateNotApplicable: "sans objet"}[is]; ok && strings.HasSuffix(name, ui.StateSuffix) {
			is = state
		}
		bad.Add(name, "Valeur enregistrée\u00a0: «\u00a0"+shortened(is)+"\u00a0». La vôtre la remplacera.")
	}
	return bad
}

// sameAnswer compares two texts as the form reads them: « 4 » and « 4,00 » are one number.
func sameAnswer(a, b string) bool {
	if a, b = plainText(a), plainText(b); a == b {
		return true
	}
	x, errX := french.ParseDecimal(a)
	y, errY := french.ParseDecimal(b)
	return errX == nil && errY == nil && x.Equal(y)
}

// shortened is a text as a message quotes it.
func shortened(text string) string {
	const most = 120
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return strings.TrimSpace(string([]rune(text)[:most])) + "…"
}
