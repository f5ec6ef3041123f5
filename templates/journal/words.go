package journal

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"copil/internal/audit"
	"copil/internal/collect"
	"copil/internal/french"
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

// submission tells the step of a submission: its entries keep the state before,
// and how many answers were given.
func (v View) submission(l audit.Line) []change {
	var was struct{ State string }
	var is struct{ State, Reason string }
	var answers []json.RawMessage
	_ = json.Unmarshal(l.Before, &was) // absent or of another shape: nothing to tell
	_ = json.Unmarshal(l.After, &is)
	_ = json.Unmarshal(l.After, &answers)
	var list []change
	if len(answers) > 0 {
		list = append(list, change{After: french.Plural(len(answers), "réponse enregistrée", "réponses enregistrées")})
	}
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
	if is.Reason != "" {
		list = append(list, change{Field: fieldNames["return_reason"], After: is.Reason})
	}
	return list
}

// technical fields mean nothing to a reader.
var technical = []string{"version", "reference", "post_id", "structure_name", "site_code", "job_type_label", "count"}

var fieldNames = map[string]string{
	"to": "état", "state": "état", "since_on": "à compter du", "until_on": "jusqu’au", "decision": "décision", "reason": "motif",
	"code": "code", "name": "nom", "need": "besoin", "communes": "communes", "commune": "siège", "sectors": "secteurs",
	"carrier_id": "porteur", "zonings": "territoires prioritaires", "operator_type": "type d’opérateur", "off_site": "activité hors site",
	"listed_on": "listée depuis le", "delisted_on": "retirée le", "structure": "structure", "organisation_id": "structure",
	"site_id": "site", "moved_on": "déplacé le", "job_type": "type d’emploi", "quotity": "quotité", "reference": "référence",
	"opened_on": "ouverture", "filled_on": "prise de poste", "vacated_on": "départ", "closed_on": "suppression",
	"consolidated_on": "consolidé le", "consolidation": "mode de consolidation", "due_on": "échéance", "remark": "remarque",
	"return_reason": "motif du renvoi", "comment": "commentaire", "role": "rôle", "ends_on": "fin", "starts_on": "début",
	"status": "statut", "label": "libellé", "period_code": "période", "version_no": "version", "sha256": "empreinte",
	"highlights": "faits marquants", "difficulties": "difficultés", "perspectives": "perspectives", "text": "texte", "section": "rubrique",
	"validated_on": "validé le", "presented_on": "présenté le", "submitted_on": "transmis le", "meeting": "réunion",
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

var decimal = regexp.MustCompile(`^-?[0-9]+\.[0-9]+$`)

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
	case "consolidation":
		if label := site.Consolidation(text).Label(); label != "" {
			return label
		}
	}
	if day, ok := date(text); ok {
		return french.Date(day)
	}
	if decimal.MatchString(text) {
		return strings.Replace(text, ".", ",", 1)
	}
	return listed(text)
}

func stateLabel(code string) string {
	if label := site.State(code).Label(); label != "" {
		return label
	}
	if label := collect.State(code).Label(); label != "" {
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
