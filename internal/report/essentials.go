package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"copil/internal/collect"
	"copil/internal/convention"
	"copil/internal/document"
	"copil/internal/french"
	"copil/internal/indicator"
	"copil/internal/site"
)

// mostAlerts bounds the alerts of the first page, so that each is read.
const mostAlerts = 5

// essentials is the one page for whoever reads one page.
func (b *builder) essentials() {
	b.heading(1, "L’essentiel en une page")
	b.paragraph("**%s.** %s Couverture : %s.", b.standing(), b.status(), b.covered())
	var figures []document.KeyFigure
	var lines []document.Text
	if ind, ok := b.progress(); ok {
		figures = append(figures, b.progressFigure(ind))
		lines = append(lines, b.paceLine(ind))
	}
	if ind, ok := b.stock(); ok {
		figures = append(figures, b.stockFigure(ind))
		lines = append(lines, b.constantLine(ind))
	}
	figures = append(figures, b.others(5-len(figures))...)
	if len(figures) > 0 {
		b.add(document.KeyFigures{Items: figures})
	}
	lines = append(lines, b.regionalLines()...)
	if text := b.stateLine(); text != nil {
		lines = append(lines, text)
	}
	if lines = slices.DeleteFunc(lines, func(t document.Text) bool { return t == nil }); len(lines) > 0 {
		b.add(document.List{Items: lines})
	}
	if alerts := b.alerts(); len(alerts) > 0 {
		title := "un point d’alerte"
		if len(alerts) > 1 {
			title = fmt.Sprintf("%d points d’alerte", len(alerts))
		}
		b.add(document.Callout{Warning: true, Title: title, Text: alerts})
	}
	b.add(document.PageBreak{})
}

// status says what the figures are worth.
func (b *builder) status() string {
	if b.validated() {
		return "Ses chiffres ne changent plus sans rectification motivée."
	}
	return "Ses chiffres sont provisoires."
}

// progressFigure is « au moins 216 emplois, sur 3 000, soit 7,2 % ».
func (b *builder) progressFigure(ind convention.Indicator) document.KeyFigure {
	r := b.reached(ind, b.Period)
	pace := b.pace(ind)
	k := document.KeyFigure{Value: quantity(ind, r.Value), Unit: unit(ind.Unit, r.Value), Label: lowerFirst(shortened(ind.Label)), Detail: covered(r.Coverage)}
	if !r.Known {
		k.Value, k.Unit = b.cell(ind, r), ""
		return k
	}
	if r.AtLeast {
		k.Value = k.Value.AtLeast()
	}
	k.Label = say("%s, sur %s, soit %s de la cible", lowerFirst(shortened(ind.Label)), quantity(ind, pace.Target).French(), french.Percent(pace.Share, 1))
	var details []string
	if parts := b.parts(ind, b.Period); len(parts) > 1 {
		for _, p := range parts {
			details = append(details, say("%s : %s", lowerFirst(p.name), quantity(ind, p.reading.Value).French()))
		}
	}
	details = append(details, onDay(b.Period.EndsOn)+", "+covered(r.Coverage))
	k.Detail = strings.Join(details, say(" ; "))
	return k
}

// stockFigure is « 633 médiateurs en poste ».
func (b *builder) stockFigure(ind convention.Indicator) document.KeyFigure {
	r := b.read(ind, b.Period)
	k := document.KeyFigure{Value: b.cell(ind, r), Unit: unit(ind.Unit, r.Value), Label: lowerFirst(shortened(ind.Label)), Detail: say("%s, %s", onDay(b.Period.EndsOn), covered(r.Coverage))}
	if !r.Known {
		k.Unit = ""
	}
	k.Value.Note = ""
	return k
}

// others are the outcomes that the first two figures do not tell, the axes in turn.
func (b *builder) others(room int) []document.KeyFigure {
	told := b.told()
	var found []document.KeyFigure
	take := func(which func(convention.Indicator) bool) {
		for _, ind := range b.indicators {
			if r := b.read(ind, b.Period); room > len(found) && r.Known && !told[ind.IndicatorCode] && which(ind) {
				told[ind.IndicatorCode] = true
				k := document.KeyFigure{Value: quantity(ind, r.Value), Label: lowerFirst(shortened(ind.Label)), Detail: b.change(ind, r)}
				if k.Value.Least = r.AtLeast; ind.Unit != "%" {
					k.Unit = unit(ind.Unit, r.Value)
				}
				found = append(found, k)
			}
		}
	}
	first := map[int]bool{}
	take(func(i convention.Indicator) bool {
		if i.AxisNo == nil || i.Type != "outcome" || first[*i.AxisNo] {
			return false
		}
		first[*i.AxisNo] = true
		return true
	})
	take(func(i convention.Indicator) bool {
		if i.AxisNo == nil || first[*i.AxisNo] {
			return false
		}
		first[*i.AxisNo] = true
		return true
	})
	return found
}

// told are the indicators that the headline figures tell, their parts included.
func (b *builder) told() map[string]bool {
	told := map[string]bool{}
	for _, head := range []func() (convention.Indicator, bool){b.progress, b.stock} {
		ind, ok := head()
		if !ok {
			continue
		}
		told[ind.IndicatorCode] = true
		for _, i := range b.indicators {
			f := i.Formula
			if len(f.Denominator) == 0 && len(f.Numerator) == 1 && slices.Contains(ind.Formula.Measures(), f.Numerator[0].Measure) {
				told[i.IndicatorCode] = true
			}
		}
	}
	return told
}

// change says what the value was before.
func (b *builder) change(ind convention.Indicator, r indicator.Reading) string {
	text := b.coverage(ind, r)
	if p, ok := b.before(); ok {
		text = say("%s : %s ; ", p.PeriodCode, b.words(ind, b.read(ind, p))) + text
	}
	return text
}

// paceLine is « + 50 au dernier semestre ; il en faudrait 1 392 par semestre ».
func (b *builder) paceLine(ind convention.Indicator) document.Text {
	r := b.reached(ind, b.Period)
	if !r.Known {
		return nil
	}
	pace := b.pace(ind)
	last, each := b.Period.Rhythm()
	text := say("**Rythme : %s %s**", quantity(ind, pace.Gained).WithSign().French(), last)
	if !b.compares(ind) {
		text = say("**Premier cumul connu : %s**", b.words(ind, r))
	}
	switch {
	case pace.Remaining.IsZero():
		text += say(" ; la cible est atteinte.")
	case pace.Periods > 0:
		text += say(" ; pour la cible, il en faudrait **%s %s** jusqu’au %s (%s restant à faire).",
			quantity(ind, pace.Needed).French(), each, french.Date(b.convention.EndsOn), quantity(ind, pace.Remaining).French())
	default:
		text += say(" ; il en manque %s et aucune période ne reste.", quantity(ind, pace.Remaining).French())
	}
	return rich("%s", text+b.reserve(r))
}

// reserve says what a pace is worth that is not final; "" when it is.
func (b *builder) reserve(r indicator.Reading) string {
	switch {
	case r.AtLeast && r.Provisional:
		return " Ce rythme est provisoire et part d’un cumul « au moins »."
	case r.AtLeast:
		return " Ce rythme part d’un cumul « au moins »."
	case r.Provisional:
		return " Ce rythme est provisoire."
	}
	return ""
}

// compares says whether a progress is known for the period and for the one before.
func (b *builder) compares(ind convention.Indicator) bool {
	before, ok := b.before()
	return ok && b.reached(ind, before).Known && b.reached(ind, b.Period).Known
}

// constantLine tells an apparent change from a real one.
func (b *builder) constantLine(ind convention.Indicator) document.Text {
	r := b.read(ind, b.Period)
	before, hasBefore := b.before()
	if !hasBefore {
		return nil
	}
	old := b.read(ind, before)
	if !r.Known || !old.Known {
		return nil
	}
	text := say("**%s** : %s %s, %s %s (%s)", shortened(ind.Label), b.words(ind, r), onDay(b.Period.EndsOn), quantity(ind, old.Value).French(), onDay(before.EndsOn), covered(old.Coverage))
	if c, ok := b.sums.Constant(ind, b.Period); ok && (r.Coverage.Structures != old.Coverage.Structures || !r.Coverage.Complete()) {
		text += say(" ; **à périmètre constant** (%s) : de %s à %s, soit **%s**", french.Plural(c.Structures, "structure", "structures"),
			quantity(ind, c.Before).French(), quantity(ind, c.Now).French(), quantity(ind, c.Change()).WithSign().French())
	}
	for _, base := range ind.Baselines {
		if base.Year != 0 && !base.Minimum.Equal(base.Maximum) {
			text += say(" ; repère %d, autre champ : %s à %s", base.Year, number(base.Minimum), number(base.Maximum))
		}
	}
	return rich("%s.", text)
}

// regionalLines tell the figures that parties give for the whole territory, where they have stages of their own.
func (b *builder) regionalLines() []document.Text {
	var lines []document.Text
	for _, m := range b.regionalMeasures() {
		if m.RowList == nil {
			continue
		}
		values := b.regional.By([]convention.Term{{Measure: m.MeasureCode}}, b.Period, func(f indicator.Fact) string { return f.RowItem })
		var said []string
		for _, item := range b.items(*m.RowList) {
			if v, known := values[item.ItemCode]; known {
				said = append(said, amount(v, int32(m.Places)).French()+" "+lowerFirst(item.Label))
			}
		}
		if len(said) > 0 {
			lines = append(lines, rich("**%s** : %s.", m.Label, french.List(said)))
		}
	}
	return lines
}

// stateOrder is the order in which states of sites are told.
var stateOrder = []site.State{site.Actif, site.Suspendu, site.Evalue, site.Conventionne, site.Retenu, site.Instruit, site.Candidat, site.Repere, site.Perennise, site.Clos, site.Ecarte, site.Retire}

// stateLine is « Sites : 6 actifs, 1 suspendu ».
func (b *builder) stateLine() document.Text {
	count := map[site.State]int{}
	for _, s := range b.sites {
		count[s.step.State]++
	}
	var said []string
	for _, st := range stateOrder {
		if n := count[st]; n > 0 {
			word := strings.ToLower(st.Label())
			said = append(said, french.Plural(n, word, word+"s"))
		}
	}
	if len(said) == 0 {
		return nil
	}
	return rich("**Sites %s** : %s.", onDay(b.Period.EndsOn), french.List(said))
}

// alerts are what a decision or a call can change, the most pressing first.
func (b *builder) alerts() []document.Text {
	var found []document.Text
	for _, s := range b.pending() {
		found = append(found, b.pendingAlert(s))
	}
	for _, s := range b.sites {
		if s.step.State == site.Suspendu {
			text := say("**Site suspendu** depuis le %s : %s", french.Date(s.step.SinceOn), s.Name)
			if s.step.Reason != "" {
				text += " (" + strings.TrimSuffix(lowerFirst(s.step.Reason), ".") + ")"
			}
			found = append(found, rich("%s.", text))
		}
	}
	if ind, ok := b.progress(); ok && b.compares(ind) {
		pace := b.pace(ind)
		last, _ := b.Period.Rhythm()
		if pace.Periods > 0 && pace.Gained.LessThan(pace.Needed) {
			found = append(found, rich("**Cible hors d’atteinte au rythme actuel** : %s %s pour %s nécessaires.%s",
				quantity(ind, pace.Gained).WithSign().French(), last, quantity(ind, pace.Needed).French(), b.reserve(b.reached(ind, b.Period))))
		}
	}
	if n := b.withoutTarget(); n > 0 {
		found = append(found, rich("**Cibles à fixer par le %s** : %s.", b.committee(), french.Plural(n, "indicateur actif sans cible", "indicateurs actifs sans cible")))
	}
	return found[:min(len(found), mostAlerts)]
}

// pending are the submissions of the period that do not count, those overdue first.
func (b *builder) pending() []collect.Submission {
	order := []collect.State{collect.Unreturned, collect.ToCorrect, collect.Submitted, collect.Draft, collect.ToEnter}
	var found []collect.Submission
	for _, s := range b.source.submissions.All {
		if s.State != collect.Validated {
			found = append(found, s)
		}
	}
	slices.SortStableFunc(found, func(x, y collect.Submission) int {
		return cmp.Compare(slices.Index(order, x.State), slices.Index(order, y.State))
	})
	return found
}

func (b *builder) pendingAlert(s collect.Submission) document.Text {
	lead := map[collect.State]string{
		collect.Unreturned: "Saisie non remise", collect.ToCorrect: "Saisie à corriger", collect.Submitted: "Saisie en attente de validation",
		collect.Draft: "Saisie en cours", collect.ToEnter: "Saisie attendue",
	}[s.State]
	text := say("**%s** : %s, %s", lead, s.Organisation, s.Place())
	switch {
	case s.State == collect.ToCorrect && s.ReturnReason != "":
		text += say(" (%s)", strings.TrimSuffix(lowerFirst(s.ReturnReason), "."))
	case s.State != collect.Submitted && b.Period.DueOn != nil:
		text += say(" (échéance du %s)", french.Date(*b.Period.DueOn))
	}
	return rich("%s.", text)
}

func (b *builder) withoutTarget() (n int) {
	for _, i := range b.indicators {
		if i.LacksTarget() {
			n++
		}
	}
	return n
}

// regionalMeasures are those that parties declare for the whole territory and that have a value for the period.
func (b *builder) regionalMeasures() []convention.Measure {
	var found []convention.Measure
	for _, m := range b.measureList {
		if fromStructures(m) || slices.Contains(m.EnteredBy, convention.ByMission) {
			continue
		}
		if slices.ContainsFunc(b.regional.Facts, func(f indicator.Fact) bool {
			return f.MeasureCode == m.MeasureCode && f.PeriodCode == b.Period.PeriodCode && f.Known
		}) {
			found = append(found, m)
		}
	}
	return found
}

// items are those of a list, in its order.
func (b *builder) items(list string) []convention.Item {
	return slices.DeleteFunc(slices.Clone(b.source.items.All), func(i convention.Item) bool { return i.ListCode != list })
}

// sumOf adds up what is known.
func sumOf(values map[string]decimal.Decimal) (total decimal.Decimal) {
	for _, v := range values {
		total = total.Add(v)
	}
	return total
}
