package server

import (
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"copil/internal/access"
	"copil/internal/french"
	"copil/internal/funding"
	"copil/internal/pg"
	"copil/templates/ui"
)

// purse is the money that a dashboard tells of: nothing for who sees none.
type purse struct {
	lines     *pg.Rows[funding.Line]
	steps     *pg.Rows[funding.LineStep]
	staffed   *pg.Rows[funding.Staffed]
	resources *pg.Rows[funding.Resource]
}

func (r *Request) queuePurse(b *pg.Batch) purse {
	if !r.Actor.Can(access.MoneyRead) {
		return purse{&pg.Rows[funding.Line]{}, &pg.Rows[funding.LineStep]{}, &pg.Rows[funding.Staffed]{}, &pg.Rows[funding.Resource]{}}
	}
	return purse{funding.Lines(b), funding.AllSteps(b), funding.SitePosts(b, r.Today), funding.Resources(b)}
}

// moneyLine says what of the mission is firm this year, and which posts no firm
// money pays for after the current period, and after the convention.
func (d *board) moneyLine() (ui.Line, bool) {
	mission := french.Capital(french.Bare(d.Actor.Words.TheMission()))
	line := ui.Line{Href: d.Path("financements")}
	if text := d.firmThisYear(); text != "" {
		line.Lead, line.Text = mission, "\u00a0: "+text
	}
	endings := funding.Horizon(d.purse.staffed.All, d.purse.resources.All)
	if text := d.unpaid(endings); text != "" && len(d.purse.resources.All) > 0 {
		if line.Lead == "" {
			line.Lead, line.Text, line.Href = "Horizon des financements", "\u00a0: "+text, d.Path("financements", "horizon")
		} else {
			line.Text += "\u00a0; " + text
		}
	}
	line.Text += "."
	return line, line.Lead != ""
}

// firmThisYear is what is firm of the mission's money, "" when no line pays for it.
func (d *board) firmThisYear() string {
	year, firm, any := d.Today.Year(), decimal.Zero, false
	for _, l := range funding.Together(d.purse.lines.All, d.purse.steps.All) {
		if l.Purpose == funding.ForMission && !l.InKind {
			firm, any = firm.Add(funding.SumsOf(l.Steps, year).Notified), true
		}
	}
	switch {
	case !any:
		return ""
	case firm.IsZero():
		return "aucun euro ferme en " + strconv.Itoa(year)
	}
	return french.Euros(firm) + " fermes en " + strconv.Itoa(year)
}

// unpaid counts the posts of sites without firm money: « 12 postes de sites sans
// financement après le 30 juin, 77 sur 113 après le 31 décembre ».
func (d *board) unpaid(endings []funding.Ending) string {
	var days []time.Time
	for _, p := range d.data.Periods {
		if n, _ := funding.Unpaid(endings, p.EndsOn); n > 0 && !p.EndsOn.Before(d.Today) && p.EndsOn.Before(d.convention.EndsOn) {
			days = append(days, p.EndsOn)
			break
		}
	}
	if !d.convention.EndsOn.Before(d.Today) {
		days = append(days, d.convention.EndsOn)
	}
	var parts []string
	for i, day := range days {
		n, posts := funding.Unpaid(endings, day)
		text := french.Int(n)
		if i == 0 {
			text = french.Plural(n, "poste de site", "postes de sites")
		}
		if i == len(days)-1 {
			text += " sur " + french.Int(posts)
		}
		if i == 0 {
			text += " sans financement"
		}
		on := french.DayMonth(day)
		if day.Year() != d.Today.Year() {
			on = french.Date(day)
		}
		parts = append(parts, text+" après le "+on)
	}
	return strings.Join(parts, ", ")
}
