// Package fundings holds the pages of the money of a convention.
package fundings

import (
	"strconv"
	"strings"
	"time"

	"copil/internal/access"
	"copil/internal/convention"
	"copil/internal/french"
	"copil/internal/funding"
	"copil/internal/site"
	"copil/templates/ui"

	"github.com/shopspring/decimal"
)

// IndexView is the money of a convention by funder and year.
type IndexView struct {
	Figures    []ui.KeyFigure // the mission and the experiment, by year
	Years      []funding.Year
	Objects    []funding.Object
	InKind     []funding.Line
	Lines      []Listed
	Filter     ui.Form
	Reset      string // address of all lines, "" when nothing is filtered
	Funders    []ui.Option
	YearList   []ui.Option
	Purposes   []ui.Option
	Firmnesses []ui.Option
	New        ui.Link // without address for who may not
	Horizon    ui.Link
	Files      []ui.Link
}

// Listed is a line of the list, with what one should look at.
type Listed struct {
	funding.Line
	Href   string
	Alerts []funding.Alert
}

// ShowView is one line with what became of it.
type ShowView struct {
	Line     funding.Line
	Alerts   []funding.Alert
	Due      string // when its money is to be accounted for, "" when it is not
	Quoted   string // the commitment that it fulfils, as written
	Article  int    // of that commitment
	EditHref string
	Locked   string // why nothing may be recorded, "" when it may
	Kinds    []ui.Option
	Record   ui.Form
	UndoHref func(step int) string // "" where the step may not be undone
}

// EditView is the form of a line, new or not.
type EditView struct {
	Line          funding.Line // zero: a new one
	Form          ui.Form
	Back          string
	Funders       []ui.Option
	Purposes      []ui.Option
	Beneficiaries []ui.Option
	Sites         []ui.Option
	Commitments   []ui.Option
	Expected      []ui.Option
}

// HorizonView is until when the posts of the sites are paid for.
type HorizonView struct {
	Lead     string
	Endings  []funding.Ending
	Today    time.Time
	Months   int // before the end of firm money, the alert
	Chart    ui.Chart
	Marks    []Mark
	SiteHref func(funding.Ending) string
	Withdraw func(funding.Resource) string // "" when the reader may not
	New      ui.Link
}

// Mark is how many posts no firm money pays for after a day.
type Mark struct {
	Day           time.Time
	Unpaid, Posts int
}

// ResourceView is the form of what pays for a site's posts.
type ResourceView struct {
	Form       ui.Form
	Back       string
	Sites      []ui.Option
	Funders    []ui.Option
	Firmnesses []ui.Option
}

// euros writes an amount, or days, with two decimals where there are any.
func euros(d decimal.Decimal) string {
	if d.IsInteger() {
		return french.Decimal(d, 0)
	}
	return french.Decimal(d, 2)
}

func percent(d decimal.Decimal) string { return french.Decimal(d, 1) + "\u00a0%" }

// soft says what is not firm: « 45 000 € sous réserve d’arbitrage ».
func soft(list []funding.Soft) string {
	var parts []string
	for _, s := range list {
		parts = append(parts, french.Euros(s.Amount)+" "+strings.ToLower(s.Firmness.Label()))
	}
	return strings.Join(parts, "\u00a0; ")
}

func softOf(y funding.Year) []funding.Soft {
	var all []funding.Soft
	for _, f := range funding.Firmnesses {
		sum := decimal.Zero
		for _, row := range y.Rows {
			for _, s := range row.Soft {
				if s.Firmness == f {
					sum = sum.Add(s.Amount)
				}
			}
		}
		if sum.IsPositive() {
			all = append(all, funding.Soft{Firmness: f, Amount: sum})
		}
	}
	return all
}

func coverage(f funding.FunderYear) string {
	return french.Plural(f.Firm, "ligne notifiée", "lignes notifiées") + " sur " + french.Int(f.Lines)
}

func firmKind(f funding.Firmness) ui.Kind {
	switch f {
	case funding.Notified:
		return ui.Success
	case funding.Voted:
		return ui.Info
	case funding.NotRenewed:
		return ui.Danger
	}
	return ui.Warning
}

func stateKind(s funding.State) ui.Kind {
	switch s {
	case funding.Closed, funding.Accounted:
		return ui.Success
	case funding.Refused, funding.RefundAwaited, funding.NotDone:
		return ui.Danger
	case funding.Cancelled:
		return ui.Excluded
	case funding.Planned:
		return ui.Neutral
	}
	return ui.Info
}

// object names what several funders pay for.
func object(o funding.Object, words access.Words) string {
	if o.Site != "" {
		return o.Purpose.Label(words) + " (" + o.Site + ")"
	}
	return o.Purpose.Label(words)
}

// parts says who pays how much of a year: « État 60 000 € (54,5 %), … ».
func parts(y funding.Year) string {
	var list []string
	for _, f := range y.Rows {
		if f.Notified.IsPositive() {
			list = append(list, f.Name+"\u00a0: "+french.Euros(f.Notified)+" ("+percent(f.Share)+")")
		}
	}
	if len(list) == 0 {
		return "Rien de notifié."
	}
	return strings.Join(list, "\u00a0; ")
}

func stepDetail(s funding.Step, all []funding.Step) string {
	var parts []string
	if s.Undoes != nil {
		parts = append(parts, "Annule l’étape "+strconv.Itoa(*s.Undoes))
	}
	for _, other := range all {
		if other.Undoes != nil && *other.Undoes == s.Step {
			parts = append(parts, "Annulée par l’étape "+strconv.Itoa(other.Step))
		}
	}
	if s.Reference != "" {
		parts = append(parts, s.Reference)
	}
	if s.UntilOn != nil {
		parts = append(parts, "jusqu’au "+french.ShortDate(*s.UntilOn))
	}
	if s.Reason != "" {
		parts = append(parts, s.Reason)
	}
	return strings.Join(parts, ". ")
}

func territory(l funding.Line) string {
	var parts []string
	for _, p := range []string{l.Territory, l.Deliberation} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, ", ")
}

func (v HorizonView) until(e funding.Ending) string {
	if e.LastFirm == nil {
		return "aucun euro ferme"
	}
	return french.ShortDate(*e.LastFirm)
}

// paying says who pays for a site, as one sentence.
func paying(e funding.Ending) []string {
	list := make([]string, len(e.Resources))
	for i, r := range e.Resources {
		list[i] = r.Label
		if r.FunderName != "" {
			list[i] += " (" + r.FunderName + ")"
		}
		list[i] += "\u00a0: " + strings.ToLower(r.Firmness.Label()) + ", jusqu’au " + french.ShortDate(r.FirmUntil)
		if r.Amount != nil {
			list[i] += ", " + french.Euros(*r.Amount) + " par an"
		}
	}
	return list
}

func (v HorizonView) pressing(e funding.Ending) bool { return e.Pressing(v.Today, v.Months) }

// siteState is shown where it says more than « actif ».
func siteState(s site.State) string {
	if s == site.Actif {
		return ""
	}
	return s.Label()
}

// CommitmentLabel names a commitment in a choice: « ETAT-1 : … ».
func CommitmentLabel(c convention.Commitment) string {
	text := []rune(c.Quoted)
	if len(text) > 80 {
		text = append(text[:80], '…')
	}
	return c.CommitmentCode + "\u00a0: " + string(text)
}
