package governance

import (
	"slices"
	"strconv"
	"time"

	"copil/internal/convention"
	"copil/internal/french"
)

// Year counts the meetings of a body in one year.
type Year struct {
	Body          convention.Body
	Held, Planned int
}

// Count counts the meetings of each body in the year of a day.
func Count(bodies []convention.Body, all []Meeting, today time.Time) []Year {
	list := make([]Year, len(bodies))
	for i, body := range bodies {
		list[i].Body = body
		for _, m := range all {
			switch {
			case m.BodyCode != body.BodyCode || m.OnDay.Year() != today.Year():
			case m.State.Took():
				list[i].Held++
			case m.State.ToCome():
				list[i].Planned++
			}
		}
	}
	return list
}

// Warnings tell what of the year's calendar departs from the act: fewer meetings
// than it says, or a report that would be presented before it is validated.
func Warnings(bodies []convention.Body, all []Meeting, today time.Time) (list []string) {
	for _, y := range Count(bodies, all, today) {
		if y.Body.PerYear == nil || y.Held+y.Planned >= *y.Body.PerYear {
			continue
		}
		list = append(list, y.Body.ShortLabel+"\u00a0: "+french.Plural(y.Held, "réunion tenue", "réunions tenues")+" et "+french.Plural(y.Planned, "prévue", "prévues")+
			" en "+strconv.Itoa(today.Year())+", le texte en demande "+french.Int(*y.Body.PerYear)+" par an (article "+french.Int(y.Body.ArticleNo)+").")
	}
	return append(list, tooEarly(bodies, all)...)
}

// tooEarly names the meetings to come that would hear a report that no body has
// validated since they last heard one.
func tooEarly(bodies []convention.Body, all []Meeting) (list []string) {
	is := func(m Meeting, what func(convention.Body) bool) bool {
		return m.State != Cancelled && slices.ContainsFunc(bodies, func(b convention.Body) bool { return b.BodyCode == m.BodyCode && what(b) })
	}
	validated := !slices.ContainsFunc(bodies, func(b convention.Body) bool { return b.ValidatesReport }) // nobody to wait for
	for _, m := range all {                                                                              // by day
		if is(m, func(b convention.Body) bool { return b.ValidatesReport }) {
			validated = true
		}
		if !is(m, func(b convention.Body) bool { return b.HearsReport && !b.ValidatesReport }) {
			continue
		}
		if !validated && m.State.ToCome() {
			list = append(list, m.Title()+"\u00a0: aucune réunion ne valide le bilan avant sa présentation.")
		}
		validated = !slices.ContainsFunc(bodies, func(b convention.Body) bool { return b.ValidatesReport })
	}
	return list
}
