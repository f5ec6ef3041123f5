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

// lastCollected is the period that totals tell of: the last one opened whose
// collecting is over, since its deadline has passed or it is complete. One that
// has only begun would tell of next to nobody; it stands where there is no other.
func lastCollected(periods []convention.Period, today time.Time, complete func(period string) bool) *convention.Period {
	for _, p := range slices.Backward(periods) {
		begun := p.StateOn(today) == convention.PeriodOpen && p.DueOn != nil && !today.After(*p.DueOn)
		if p.StateOn(today) != convention.PeriodClosed && (!begun || complete(p.PeriodCode)) {
			return &p
		}
	}
	return lastOpen(periods, today)
}

// completeIn reports of each period whether all that is expected, and something
// is, is validated.
func completeIn(d indicator.Data) func(period string) bool {
	return func(period string) bool {
		c := d.Coverage(period)
		return c.StructuresExpected > 0 && c.Complete()
	}
}

// allValidated is completeIn where only the submissions are known.
func allValidated(all []collect.Submission) func(period string) bool {
	return func(period string) bool {
		asked, validated := handed(all, period)
		return asked > 0 && asked == validated
	}
}

// handed counts the submissions asked for in a period, and those validated.
func handed(all []collect.Submission, period string) (asked, validated int) {
	for _, s := range all {
		if s.PeriodCode == period {
			asked++
			if s.State == collect.Validated {
				validated++
			}
		}
	}
	return asked, validated
}

// shown returns the data and the last period of the totals that the actor may
// see: everything collected, or what validated reports hold. The period is nil
// before the first.
func (r *Request) shown(d indicator.Data) (indicator.Data, *convention.Period) {
	if r.Actor.SeesAll() {
		return d, lastCollected(d.Periods, r.Today, completeIn(d))
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
