// Package fault says what went wrong in terms the whole program shares. Domain
// code returns faults; only package server knows which HTTP status each becomes.
package fault

import (
	"errors"
	"fmt"
)

// Kind classifies an error. Any error that is not a fault is Internal.
type Kind int

const (
	Internal Kind = iota
	NotFound
	Forbidden
	Conflict
	Invalid
	TooLarge    // the body exceeds the route's limit
	Throttled   // too many attempts
	Unavailable // the database is away or overloaded
)

// Fields holds what is wrong with each field of a form, by field name.
type Fields map[string]string

// Add records the first problem of a field; later ones would only distract.
func (f Fields) Add(name, message string) {
	if _, ok := f[name]; !ok {
		f[name] = message
	}
}

// Error is a fault: Message is for the user, Err (optional) for the log.
type Error struct {
	Kind    Kind
	Message string
	Fields  Fields
	Err     error
}

// New makes a fault with a message for the person.
func New(kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Message: fmt.Sprintf(format, args...)}
}

// OnField is a fault that belongs next to one field of the form.
func OnField(kind Kind, name, message string) *Error {
	return &Error{Kind: kind, Message: message, Fields: Fields{name: message}}
}

func (e *Error) Error() string {
	if e.Err != nil {
		return e.Message + ": " + e.Err.Error()
	}
	return e.Message
}

// Mendable reports whether the person can do something about it where they are,
// so that their form is shown again: not when the record is gone or the database away.
func (e *Error) Mendable() bool { return e.Kind == Invalid || e.Kind == Conflict }

func (e *Error) Unwrap() error { return e.Err }

// KindOf returns the kind of the first fault in err's chain.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}
