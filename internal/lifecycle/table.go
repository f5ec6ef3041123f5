package lifecycle

import "copil/internal/access"

// Table is a machine as it is printed, whatever it is the machine of.
type Table struct {
	Title string // of the kind of object
	Lines []Line
}

// Line is one step as it is printed.
type Line struct {
	From, To string // names on screen; From is "" for what begins
	By       access.Permission
	If       string
	Guarded  bool
}

// Table returns the machine in words.
func (m Machine[S, O]) Table(title string, label func(S) string) Table {
	t := Table{Title: title}
	for _, s := range m {
		t.Lines = append(t.Lines, Line{From: label(s.From), To: label(s.To), By: s.By, If: s.If, Guarded: s.Guard != nil})
	}
	return t
}
