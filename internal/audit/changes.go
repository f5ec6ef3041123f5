package audit

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
)

// Changes reduces an object's state before and after to the fields that differ,
// for Entry.Before and Entry.After; both are nil when nothing does. What is not
// an object in JSON is kept whole.
func Changes(before, after any) (was, is any) {
	old, ok := fields(before)
	if !ok {
		return before, after
	}
	now, ok := fields(after)
	if !ok {
		return before, after
	}
	for name, value := range old {
		if bytes.Equal(value, now[name]) {
			delete(old, name)
			delete(now, name)
		}
	}
	if len(old) == 0 && len(now) == 0 {
		return nil, nil
	}
	return old, now
}

// fields is v as JSON, by field. What cannot be written as JSON is reported by
// Record, which is given the same value.
func fields(v any) (map[string]json.RawMessage, bool) {
	doc, err := json.Marshal(v)
	if err != nil {
		return nil, false
	}
	var found map[string]json.RawMessage
	if json.Unmarshal(doc, &found) != nil || found == nil {
		return nil, false
	}
	return found, true
}

// Change is one field of a line, before and after, as text.
type Change struct {
	Field         string // "" when the whole object is one value
	Before, After string // "" when there was nothing
}

// Changes lists what the line says changed, by field.
func (l Line) Changes() []Change {
	old, oldOK := fields(l.Before)
	now, nowOK := fields(l.After)
	if (l.Before != nil && !oldOK) || (l.After != nil && !nowOK) {
		return []Change{{"", text(l.Before), text(l.After)}}
	}
	names := maps.Clone(old)
	if names == nil {
		names = map[string]json.RawMessage{}
	}
	maps.Copy(names, now)
	var list []Change
	for _, name := range slices.Sorted(maps.Keys(names)) {
		list = append(list, Change{name, text(old[name]), text(now[name])})
	}
	return list
}

// text is a JSON value as a person reads it.
func text(doc json.RawMessage) string {
	switch string(doc) {
	case "null":
		return ""
	case "true":
		return "oui"
	case "false":
		return "non"
	}
	var s string
	if json.Unmarshal(doc, &s) == nil {
		return s
	}
	return string(doc)
}
