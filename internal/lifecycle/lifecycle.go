// Package lifecycle holds what an object may become as a table that can be read:
// from where, to where, by whom and on what condition. It is pure.
package lifecycle

import (
	"slices"

	"github.com/google/uuid"

	"copil/internal/access"
)

// Step is one line of the table.
type Step[S ~string, O any] struct {
	From, To S
	By       access.Permission            // who takes it; "" for what time alone brings about
	Guard    func(O, access.Actor) string // why not now, "" when nothing stands against it; nil for none
	If       string                       // what the guard asks for, in French words, for who reads the table
}

// Machine is the table of a kind of object. Two steps may lead from one state to
// the same other one, by different people.
type Machine[S ~string, O any] []Step[S, O]

// What May answers when the table itself stands against a step. Those who know
// the object say it in better words.
const (
	NoStep   = "Cette étape n’est pas possible dans l’état actuel."
	NotYours = "Votre profil ne permet pas cette action."
)

// May answers why the actor may not take o from one state to another: "" when
// they may, NoStep where no line of the table leads there, NotYours where none
// is theirs, and else what the guard of the first line that is theirs says.
// Copil itself, which is no person, takes the steps that time brings about.
func (m Machine[S, O]) May(o O, from, to S, by access.Actor) (reason string) {
	reason = NoStep
	for _, s := range m {
		if s.From != from || s.To != to {
			continue
		}
		if !s.theirs(by) {
			if reason == NoStep {
				reason = NotYours
			}
			continue
		}
		if s.Guard == nil {
			return ""
		}
		why := s.Guard(o, by)
		if why == "" {
			return ""
		}
		if reason == NoStep || reason == NotYours {
			reason = why
		}
	}
	return reason
}

func (s Step[S, O]) theirs(by access.Actor) bool {
	if s.By == "" {
		return by.PersonID == uuid.Nil
	}
	return by.Can(s.By)
}

// Next returns the states that follow another one, in the order of the table.
func (m Machine[S, O]) Next(from S) (next []S) {
	for _, s := range m {
		if s.From == from && !slices.Contains(next, s.To) {
			next = append(next, s.To)
		}
	}
	return next
}
