package site

import (
	"fmt"
	"slices"
	"time"

	"copil/internal/fault"
	"copil/internal/french"
	"copil/internal/pg"
)

// NoZoning says of a site that it lies in no priority area.
const NoZoning = "AUCUN"

// ZoningKind is a kind of priority area, and when the law knows it.
type ZoningKind struct {
	Zoning    string
	Label     string
	Short     string     // as a sentence names it
	ValidFrom *time.Time // nil: always
	ValidTo   *time.Time // its last day; nil: still valid
}

// ValidOn reports whether a site may lie in such an area on a day.
func (k ZoningKind) ValidOn(day time.Time) bool {
	return (k.ValidFrom == nil || !day.Before(*k.ValidFrom)) && (k.ValidTo == nil || !day.After(*k.ValidTo))
}

// ZoningKinds returns the kinds of priority area, in the order of the form.
func ZoningKinds(b *pg.Batch) *pg.Rows[ZoningKind] {
	return pg.Queue[ZoningKind](b, `
		SELECT zoning, label, short, valid_from, valid_to FROM zonings
		WHERE EXISTS (SELECT FROM conventions WHERE convention_id = @convention)
		ORDER BY position`, nil)
}

// Names of the fields of the zoning that stands at a place in a draft.
func zoningField(i int) string { return fmt.Sprintf("zoning_%d", i) }
func sinceField(i int) string  { return fmt.Sprintf("zoning_since_%d", i) }
func untilField(i int) string  { return fmt.Sprintf("zoning_until_%d", i) }

// ZoningProblems returns what is wrong with the zonings of a draft. The fields
// are zoning_n, zoning_since_n and zoning_until_n, n from 0.
func ZoningProblems(kinds []ZoningKind, zonings []Zoning) fault.Fields {
	bad := fault.Fields{}
	for i, z := range zonings {
		at := slices.IndexFunc(kinds, func(k ZoningKind) bool { return k.Zoning == z.Zoning })
		if at < 0 {
			bad.Add(zoningField(i), "Choisissez un territoire dans la liste.")
			continue
		}
		if !kinds[at].ValidOn(z.SinceOn) {
			bad.Add(sinceField(i), kinds[at].notOn(z.SinceOn)+instead(kinds, z.SinceOn))
		}
		if z.UntilOn != nil && z.UntilOn.Before(z.SinceOn) {
			bad.Add(untilField(i), "La fin ne peut pas précéder le début.")
		}
		if z.UntilOn != nil && kinds[at].ValidOn(z.SinceOn) && !kinds[at].ValidOn(*z.UntilOn) {
			bad.Add(untilField(i), kinds[at].notOn(*z.UntilOn))
		}
		if slices.ContainsFunc(zonings[:i], func(o Zoning) bool { return o.Zoning == z.Zoning && o.SinceOn.Equal(z.SinceOn) }) {
			bad.Add(zoningField(i), "Ce territoire est déjà indiqué à cette date.")
		}
	}
	return bad
}

// notOn says why a site may not lie in such an area on a day.
func (k ZoningKind) notOn(day time.Time) string {
	if k.ValidFrom != nil && day.Before(*k.ValidFrom) {
		return k.Label + "\u00a0: ce zonage n’existe que depuis le " + french.Date(*k.ValidFrom) + "."
	}
	return k.Label + "\u00a0: ce zonage a pris fin le " + french.Date(*k.ValidTo) + "."
}

// instead names the kinds that are valid on a day.
func instead(kinds []ZoningKind, day time.Time) string {
	var names []string
	for _, k := range kinds {
		if k.ValidOn(day) {
			names = append(names, k.Short)
		}
	}
	return " À la date du " + french.ShortDate(day) + ", choisissez parmi\u00a0: " + french.List(names) + "."
}
