package server

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"copil/internal/collect"
	"copil/internal/convention"
	"copil/internal/french"
)

// periodsKept are the periods of a convention, and which of them keep their
// figures whatever is entered later of their time.
type periodsKept struct {
	periods []convention.Period
	why     map[string]string // by code: what keeps it, as the beginning of a sentence
}

// frozen finds the periods whose report is validated.
func frozen(periods []convention.Period, today time.Time) periodsKept {
	k := periodsKept{periods, map[string]string{}}
	for _, p := range periods {
		if p.ValidatedOn != nil && !p.ValidatedOn.After(today) {
			k.why[p.PeriodCode] = "Le bilan «\u00a0" + p.Label + "\u00a0» est validé et ne change pas"
		}
	}
	return k
}

// with adds the periods for which a structure's figures of a place were handed in.
func (k periodsKept) with(submissions []collect.Submission, organisation uuid.UUID, site *uuid.UUID) periodsKept {
	for _, s := range submissions {
		handedIn := s.State == collect.Submitted || s.State == collect.Validated
		samePlace := site == nil && s.SiteID == nil || site != nil && s.SiteID != nil && *site == *s.SiteID
		if handedIn && samePlace && s.OrganisationID == organisation && k.why[s.PeriodCode] == "" {
			i := slices.IndexFunc(k.periods, func(p convention.Period) bool { return p.PeriodCode == s.PeriodCode })
			k.why[s.PeriodCode] = "La saisie «\u00a0" + k.periods[i].Label + "\u00a0» est déjà soumise et ne change plus"
		}
	}
	return k
}

// hint warns, where a date is typed, of what is kept; "" when nothing is.
func (k periodsKept) hint() string {
	for _, p := range slices.Backward(k.periods) {
		if k.why[p.PeriodCode] != "" {
			return " " + k.why[p.PeriodCode] + "\u00a0: ce qui date du " + french.Date(p.EndsOn) + " ou d’avant comptera à partir de la période encore ouverte."
		}
	}
	return ""
}

// note says, once something is entered, that periods of its time do not change
// and where it counts; what is « ce poste comptera ». It is "" when it changes all.
func (k periodsKept) note(what string, days ...*time.Time) string {
	var first *time.Time
	for _, d := range days {
		if d != nil && (first == nil || d.Before(*first)) {
			first = d
		}
	}
	if first == nil {
		return ""
	}
	kept := slices.IndexFunc(k.periods, func(p convention.Period) bool { return k.why[p.PeriodCode] != "" && !p.EndsOn.Before(*first) })
	if kept < 0 {
		return ""
	}
	said := " " + k.why[k.periods[kept].PeriodCode] + "\u00a0: " + what
	for _, p := range k.periods[kept:] {
		if k.why[p.PeriodCode] == "" {
			return said + " à partir de la période «\u00a0" + p.Label + "\u00a0»."
		}
	}
	return said + " à partir de la prochaine période."
}
