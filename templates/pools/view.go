// Package pools shows the posts that several commissioners pay for.
package pools

import (
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"copil/internal/french"
	"copil/internal/funding"
	"copil/templates/ui"
)

// IndexView is the list of pooled posts.
type IndexView struct {
	Today    time.Time
	Posts    []funding.PooledPost
	Sites    []funding.Tally
	Total    funding.Tally
	Euros    bool // the shares in euros are shown
	Own      bool // only those of one's own structure
	JobsHref string
	Href     func(post uuid.UUID) string
}

// ShowView is one post and who pays for it.
type ShowView struct {
	Post         funding.PooledPost
	Today        time.Time
	Euros        bool
	Form         *ui.Form // nil: no right to change
	Back         string
	Partners     []ui.Option
	PayerRows    int
	EmployerRows int
}

// MostRows bounds the commissioners, and the employers, of one form.
const MostRows = 12

// More is the value of the button that asks for more rows.
const More = "lignes"

// PayerName and the five below name the fields of a row, from 0.
func PayerName(row int) string { return "payer_" + strconv.Itoa(row) }

// HoursName is a commissioner's share of the hours.
func HoursName(row int) string { return "hours_" + strconv.Itoa(row) }

// EurosName is a commissioner's share of the money.
func EurosName(row int) string { return "euros_" + strconv.Itoa(row) }

// EmployerName is who employs.
func EmployerName(row int) string { return "employer_" + strconv.Itoa(row) }

// EmployedName is an employer's share of the hours.
func EmployedName(row int) string { return "employed_" + strconv.Itoa(row) }

func (v IndexView) note() string {
	text := "Postes pourvus et payés par deux commanditaires au moins, au " + french.Date(v.Today) + ". Un poste mutualisé compte une fois, quel que soit le nombre de ceux qui le paient."
	if v.Own {
		text += " Seuls ceux de votre structure paraissent."
	}
	return text
}

func siteName(code, name string) string {
	if code == "" {
		return "Hors site"
	}
	return code + " – " + name
}

// share writes a percentage without useless decimals: « 40 % », « 33,33 % ».
func share(d decimal.Decimal) string {
	places := int32(2)
	if d.Equal(d.Round(0)) {
		places = 0
	}
	return french.Decimal(d, places) + "\u00a0%"
}

// shares are those of a commissioner, as far as the reader may see them.
func (v IndexView) shares(p funding.Payer) string {
	text := share(p.Hours) + " des heures"
	if v.Euros {
		text += ", " + share(p.Euros) + " du financement"
	}
	return text
}

// state says how a post stands on a day.
func state(p funding.PooledPost, day time.Time) (ui.Kind, string) {
	s, pooled := p.On(day)
	switch {
	case !pooled && len(p.Poolings) > 0 && p.Poolings[len(p.Poolings)-1].SinceOn.After(day):
		return ui.Neutral, "Mutualisé plus tard"
	case !pooled:
		return ui.Neutral, "N’est plus mutualisé"
	case !p.Filled(day):
		return ui.Warning, "Mutualisé, non pourvu"
	case s.UntilOn != nil:
		return ui.Info, "Mutualisé jusqu’au " + french.ShortDate(*s.UntilOn)
	}
	return ui.Success, "Mutualisé"
}

// last is the pooling of a day, or else the last one known.
func last(p funding.PooledPost, day time.Time) funding.Pooling {
	if s, pooled := p.On(day); pooled {
		return s
	}
	return p.Poolings[len(p.Poolings)-1]
}

func since(s funding.Pooling) string {
	if s.UntilOn == nil {
		return "Depuis le " + french.Date(s.SinceOn)
	}
	return "Du " + french.Date(s.SinceOn) + " au " + french.Date(*s.UntilOn)
}

func columns(first string, euros bool) []ui.Column {
	c := []ui.Column{{Label: first}, {Label: "Part des heures", Numeric: true}}
	if euros {
		c = append(c, ui.Column{Label: "Part du financement", Numeric: true})
	}
	return c
}

// FitRows shows the rows that hold something, and so many empty ones: at least
// three commissioners and one employer.
func (v *ShowView) FitRows(spare int) {
	filled := func(names ...func(int) string) int {
		for i := MostRows - 1; i >= 0; i-- {
			for _, name := range names {
				if v.Form.Values.Get(name(i)) != "" {
					return i + 1
				}
			}
		}
		return 0
	}
	v.PayerRows = min(max(3, filled(PayerName, HoursName, EurosName)+spare), MostRows)
	v.EmployerRows = min(max(1, filled(EmployerName, EmployedName)+spare), MostRows)
}
