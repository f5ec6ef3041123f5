package server

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"

	"copil/internal/collect"
	"copil/internal/convention"
	"copil/internal/fault"
	"copil/templates/submissions"
	"copil/templates/ui"
)

// saved is what the form's script learns of a submission.
type saved struct {
	Version  int               `json:"version"`
	At       time.Time         `json:"at"`       // by the wall clock; the browser tells it in its own zone
	Problems fault.Fields      `json:"problems"` // by field: what could not be read, and what keeps the figures from being handed in
	Alerts   map[string]string `json:"alerts"`   // by measure: what deserves a second look, or was explained
}

// submissionNow tells the script where the submission stands.
func (s *server) submissionNow(r *Request, v submissions.View, unread fault.Fields) (Reply, error) {
	answer := saved{Version: v.Submission.Version, At: r.Now, Problems: fault.Fields{}, Alerts: map[string]string{}}
	for _, found := range []fault.Fields{unread, v.Broken} {
		for name, problem := range found {
			answer.Problems.Add(name, problem)
		}
	}
	for _, m := range v.Measures() {
		if text := m.AlertText(); text != "" {
			answer.Alerts[m.MeasureCode] = text
		}
	}
	return told(answer)
}

// submissionAuto stores what a person types while they type. Nothing is refused
// for one box that cannot be read: it keeps what was stored of it, and the rest
// is stored.
func (s *server) submissionAuto(r *Request, v submissions.View) (Reply, error) {
	if v.Locked != "" {
		return Reply{}, fault.New(fault.Conflict, "%s", v.Locked)
	}
	f := readForm(r.PostForm)
	cells, unread := readCells(r.PostForm, v)
	e := entered{nil, readControls(r.PostForm, v, unread), f.long("remark")}
	if problem := f.problems["remark"]; problem != "" {
		unread.Add("remark", problem)
		e.remark = v.Submission.Remark
	}
	e.cells = changedCells(legible(cells, unread, v), v)
	if len(e.cells) == 0 && e.remark == v.Submission.Remark && e.sameControls(v.Submission) && f.version() == v.Submission.Version {
		return s.submissionNow(r, v, unread)
	}
	if err := r.store(v, f.version(), e); err != nil {
		return Reply{}, err
	}
	v, err := s.submissionView(r)
	if err != nil {
		return Reply{}, err
	}
	return s.submissionNow(r, v, unread)
}

// legible puts what is stored in the place of what could not be read: box by box
// where it is a number, else for the whole measure.
func legible(cells []collect.Cell, unread fault.Fields, v submissions.View) (kept []collect.Cell) {
	for _, m := range v.Measures() {
		code := m.MeasureCode
		list := m.Source == convention.Identifiers && unread[code] != ""
		if list || unread[code+submissions.CommentSuffix] != "" || unread[code+ui.ReasonSuffix] != "" {
			continue
		}
		given := only(cells, code)
		typed := len(given)
		given = slices.DeleteFunc(given, func(c collect.Cell) bool {
			_, known := m.Now.Cells[[2]string{c.RowItem, c.ColumnItem}]
			return unread[submissions.Name(code, c.RowItem, c.ColumnItem)] != "" && !known
		})
		for i, c := range given {
			if unread[submissions.Name(code, c.RowItem, c.ColumnItem)] != "" {
				given[i].Number = new(m.Now.Cells[[2]string{c.RowItem, c.ColumnItem}])
			}
		}
		if len(given) == 0 && typed > 0 && m.Now.State != "" { // nothing of it can be read, nor was stored
			continue
		}
		kept = append(kept, given...)
	}
	return kept
}

// only are the cells of one measure.
func only(cells []collect.Cell, measure string) []collect.Cell {
	return slices.DeleteFunc(slices.Clone(cells), func(c collect.Cell) bool { return c.MeasureCode != measure })
}

// changedCells are those of the measures whose answer differs from the one that
// is stored: the log then tells what was typed, not the whole form each time.
func changedCells(cells []collect.Cell, v submissions.View) (changed []collect.Cell) {
	for _, m := range v.Measures() {
		if given := only(cells, m.MeasureCode); len(given) > 0 && !m.Now.Equal(answer(given, m.MeasureCode)) {
			changed = append(changed, given...)
		}
	}
	return changed
}

// wantsData reports whether a script asks, not a person.
func wantsData(r *http.Request) bool { return r.Header.Get("Accept") == "application/json" }

// told answers a script.
func told(v any) (Reply, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return Reply{}, fmt.Errorf("encode an answer: %w", err)
	}
	return inline(dataType, text), nil
}

const dataType = "application/json; charset=utf-8"

// tell refuses what a script asks, in a sentence for the person before it.
func tell(w http.ResponseWriter, status int, message string) {
	w.Header().Set("Content-Type", dataType)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"message": message}) // the browser may have left
}
