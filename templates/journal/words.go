package journal

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"copil/internal/audit"
	"copil/internal/collect"
	"copil/internal/convention"
	"copil/internal/french"
	"copil/internal/governance"
	"copil/internal/mail"
	"copil/internal/site"
)

// change is one field of an entry as a person reads it.
type change struct {
	Field         string // "" when the whole object changed
	Before, After string // "" when there was nothing
}

// changes tells what an entry changed, in French. Technical fields are left out.
func (v View) changes(l audit.Line) []change {
	if l.ObjectType == audit.Submission {
		return v.submission(l)
	}
	var list []change
	was := "" // the state before, told with the one after
	for _, c := range l.Changes() {
		field := snake(c.Field)
		if slices.Contains(technical, field) {
			continue
		}
		if field == "state" && c.After == "" {
			was = stateLabel(c.Before)
			continue
		}
		told := change{fieldName(field), v.value(field, c.Before), v.value(field, c.After)}
		if told.Before != told.After {
			list = append(list, told)
		}
	}
	if was == "" {
		return list
	}
	for i, c := range list {
		if c.Field == fieldNames["to"] {
			list[i].Before = was
			return list
		}
	}
	return append(list, change{Field: fieldNames["state"], Before: was})
}

// after is the state that an action leads a submission to.
var after = map[audit.Action]collect.State{
	audit.Created: collect.ToEnter, audit.Submitted: collect.Submitted, audit.Validated: collect.Validated, audit.Returned: collect.ToCorrect,
}

// submission tells the step of a submission and the answers that it changed.
func (v View) submission(l audit.Line) []change {
	var was struct{ State string }
	var is struct {
		State, Reason, Answer string
		Correction            collect.CorrectionState
		Remarks               map[string]string // by measure
		DueOn                 string            `json:"due_on"`
	}
	_ = json.Unmarshal(l.Before, &was) // absent or of another shape: nothing to tell
	_ = json.Unmarshal(l.After, &is)
	var list []change
	if is.State == "" {
		is.State = string(after[l.Action])
	}
	if is.State != "" && is.State != was.State {
		step := change{Field: fieldNames["state"], After: stateLabel(is.State)}
		if was.State != "" {
			step.Before = stateLabel(was.State)
		}
		list = append(list, step)
	}
	reason := fieldNames["reason"]
	if l.Action == audit.Returned {
		reason = fieldNames["return_reason"]
	}
	for _, told := range []change{
		{Field: "rectification", After: strings.ToLower(is.Correction.Label())},
		{Field: reason, After: is.Reason},
		{Field: "réponse", After: is.Answer},
		{Field: "remarques", After: strings.Join(slices.Sorted(maps.Values(is.Remarks)), " ")},
		{Field: fieldNames["due_on"], After: v.value("due_on", is.DueOn)},
	} {
		if told.After != "" {
			list = append(list, told)
		}
	}
	for _, c := range l.Cells {
		told := change{Field: c.Measure, After: answer(c.After)}
		for _, item := range []string{c.Row, c.Column} {
			if item != "" {
				told.Field += ", " + item
			}
		}
		if c.Before != nil {
			told.Before = answer(*c.Before)
		}
		list = append(list, told)
	}
	if len(list) == 0 && l.Action == audit.Changed {
		list = append(list, change{After: "aucun chiffre changé"})
	}
	return list
}

// answer writes one of the three answers to a question.
func answer(a audit.Answer) string {
	switch {
	case a.Number != nil:
		return french.Decimal(*a.Number, max(0, -a.Number.Exponent()))
	case collect.CellState(a.State) == collect.NotApplicable && a.Reason != "":
		return "sans objet (" + a.Reason + ")"
	case collect.CellState(a.State) == collect.NotApplicable:
		return "sans objet"
	}
	return "non renseigné"
}

// count names what a folded list holds.
func count(l audit.Line, n int) string {
	if l.CellCount > 0 {
		return french.Plural(l.CellCount, "réponse changée", "réponses changées")
	}
	return french.Plural(n, "champ", "champs")
}

// left says how many changes are not shown.
func left(l audit.Line) string {
	if more := l.CellCount - len(l.Cells); more > 0 {
		return "et " + french.Plural(more, "autre réponse", "autres réponses") + "\u00a0: la saisie les montre toutes."
	}
	return ""
}

// technical fields mean nothing to a reader.
var technical = []string{"version", "reference", "post_id", "structure_name", "site_code", "job_type_label", "count", "attachment_id"}

var fieldNames = map[string]string{
	"to": "état", "state": "état", "since_on": "à compter du", "until_on": "jusqu’au", "decision": "décision", "reason": "motif",
	"code": "code", "name": "nom", "need": "besoin", "communes": "communes", "commune": "siège", "sectors": "secteurs",
	"carrier_id": "porteur", "zonings": "territoires prioritaires", "operator_type": "type d’opérateur", "off_site": "activité hors site",
	"listed_on": "listée depuis le", "delisted_on": "retirée le", "structure": "structure", "organisation_id": "structure",
	"site_id": "site", "moved_on": "déplacé le", "job_type": "type d’emploi", "quotity": "quotité", "reference": "référence",
	"opened_on": "ouverture", "filled_on": "prise de poste", "vacated_on": "départ", "closed_on": "suppression",
	"consolidated_on": "consolidé le", "consolidation": "mode de consolidation", "due_on": "échéance", "remark": "remarque", "message": "message", "collecting_closed_on": "clôture de la collecte",
	"return_reason": "motif du renvoi", "comment": "commentaire", "role": "rôle", "ends_on": "fin", "starts_on": "début",
	"status": "statut", "label": "libellé", "period_code": "période", "version_no": "version", "sha256": "empreinte",
	"highlights": "faits marquants", "difficulties": "difficultés", "perspectives": "perspectives", "text": "texte", "section": "rubrique",
	"withdrawn_on": "retiré le", "validated_on": "validé le", "presented_on": "présenté le", "submitted_on": "soumis le", "meeting": "réunion",
	"agenda_item": "point à l’ordre du jour", "present": "présent", "represented_by": "représenté par", "minutes": "relevé", "characters": "nombre de caractères", "paper": "pièce", "number": "numéro",
	"body": "texte", "body_code": "instance", "at_time": "heure", "place": "lieu", "on_day": "date", "title": "titre", "axis_no": "axe", "commitment_code": "engagement",
	"about_type": "type d’objet", "about_ids": "porte sur", "owner_id": "chargé de l’exécution", "reservation": "réserve", "note": "précision", "capacity": "qualité",
	"party_code": "partie", "organisation": "organisme", "signed_on": "signé le",
	"proof": "preuve", "indicators": "indicateurs",
}

func fieldName(field string) string {
	if name, ok := fieldNames[field]; ok {
		return name
	}
	return strings.ReplaceAll(field, "_", " ")
}

// snake writes a Go field's name as the database does: « SinceOn » is since_on.
func snake(field string) string {
	var b strings.Builder
	runes := []rune(field)
	for i, r := range runes {
		if unicode.IsUpper(r) && i > 0 && !unicode.IsUpper(runes[i-1]) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

var aDecimal = regexp.MustCompile(`^-?[0-9]+\.[0-9]+$`)

// value writes a stored value in French.
func (v View) value(field, text string) string {
	if text == "" {
		if field == "site_id" {
			return "hors site"
		}
		return ""
	}
	if name, known := v.Names[text]; known {
		return name
	}
	switch field {
	case "state", "to":
		return stateLabel(text)
	case "sectors":
		return v.items("sector", text)
	case "operator_type", "job_type":
		return v.items(field, text)
	case "consolidation":
		if label := site.Consolidation(text).Label(); label != "" {
			return label
		}
	}
	if day, ok := date(text); ok {
		return french.Date(day)
	}
	if aDecimal.MatchString(text) {
		return strings.Replace(text, ".", ",", 1)
	}
	return listed(text)
}

// items writes one code of a list, or a JSON list of them, by their labels.
func (v View) items(list, text string) string {
	codes := []string{text}
	_ = json.Unmarshal([]byte(text), &codes) // one code is no JSON
	for i, code := range codes {
		if label := v.Names[ItemKey(list, code)]; label != "" {
			codes[i] = label
		}
	}
	return french.List(codes)
}

func stateLabel(code string) string {
	if label := site.State(code).Label(); label != "" {
		return label
	}
	if label := collect.State(code).Label(); label != "" {
		return label
	}
	if label := governance.MeetingState(code).Label(); label != "" {
		return label
	}
	if label := governance.DecisionState(code).Label(); label != "" {
		return label
	}
	if label := convention.ClauseState(code).Label(); label != "" {
		return label
	}
	if label := mail.State(code).Label(); label != "" {
		return label
	}
	return strings.ReplaceAll(code, "_", " ")
}

func date(text string) (time.Time, bool) {
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if day, err := time.Parse(layout, text); err == nil {
			return day, true
		}
	}
	return time.Time{}, false
}

// listed writes a JSON list as a sentence does, and counts what is no text.
func listed(text string) string {
	var words []string
	if json.Unmarshal([]byte(text), &words) == nil {
		return french.List(words)
	}
	var items []json.RawMessage
	if json.Unmarshal([]byte(text), &items) == nil {
		return french.Plural(len(items), "élément", "éléments")
	}
	var object map[string]json.RawMessage
	if json.Unmarshal([]byte(text), &object) == nil {
		return french.Plural(len(object), "valeur", "valeurs")
	}
	return text
}
