package server

import (
	"slices"
	"time"

	"copil/internal/collect"
	"copil/internal/convention"
	"copil/internal/french"
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

// shortDate writes a date as it is typed; nil is empty.
func shortDate(day *time.Time) string {
	if day == nil {
		return ""
	}
	return french.ShortDate(*day)
}

// stateLabel names a submission's state.
func stateLabel(state string) string { return collect.State(state).Label() }
