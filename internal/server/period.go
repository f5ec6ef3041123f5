package server

import (
	"slices"
	"time"
	"unicode"
	"unicode/utf8"

	"copil/internal/collect"
	"copil/internal/convention"
	"copil/internal/french"
	"copil/internal/indicator"
)

// lastOpen returns the last period that has been opened, nil before the first.
func lastOpen(periods []convention.Period, today time.Time) *convention.Period {
	for _, p := range slices.Backward(periods) {
		if p.StateOn(today) != convention.PeriodClosed {
			return &p
		}
	}
	return nil
}

// shown returns the data and the last period of the totals that the actor may
// see: everything collected, or what validated reports hold. The period is nil
// before the first.
func (r *Request) shown(d indicator.Data) (indicator.Data, *convention.Period) {
	if r.Actor.SeesAll() {
		return d, lastOpen(d.Periods, r.Today)
	}
	for _, p := range slices.Backward(d.Periods) {
		if p.ValidatedOn != nil && !p.ValidatedOn.After(r.Today) {
			return d.Published(), &p
		}
	}
	return d.Published(), nil
}

// shortDate writes a date as it is typed; nil is empty.
func shortDate(day *time.Time) string {
	if day == nil {
		return ""
	}
	return french.ShortDate(*day)
}

// stateLabel names a submission's state.
func stateLabel(state string) string { return collect.State(state).Label() }

// lowerFirst puts a label inside a sentence.
func lowerFirst(label string) string {
	first, size := utf8.DecodeRuneInString(label)
	return string(unicode.ToLower(first)) + label[size:]
}
