// Package report builds the report of a period (« bilan des actions ») from what was validated for it, free of any file format,
// and writes it as PDF, XLSX and CSV.
package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"copil/internal/chart"
	"copil/internal/convention"
	"copil/internal/document"
	"copil/internal/fault"
	"copil/internal/french"
	"copil/internal/indicator"
	"copil/internal/pg"
	"copil/internal/site"
)

// Report is the report of a period. Every file is made from it alone.
type Report struct {
	Period   convention.Period
	State    convention.PeriodState // on the business date
	Name     string                 // of its files, without extension
	Document document.Document
	Narrow   []chart.Scene  // the document's drawings again for narrow screens, in its order
	Values   document.Table // the long form: one row a value
}

// NotOpen is the fault of a period that is not open yet: there is no report to read.
const NotOpen = "La collecte de cette période n’est pas ouverte\u00a0: son bilan n’existe pas encore. La mission d’appui ouvre une période en lançant sa collecte."

// builder holds what every part of the report reads.
type builder struct {
	*Report
	convention  convention.Convention
	periods     []convention.Period // all of the convention
	past        []convention.Period // up to the report's, in order
	indicators  []convention.Indicator
	measures    map[string]convention.Measure
	measureList []convention.Measure
	sums, cells indicator.Data
	regional    indicator.Data
	sites       []placed // those known on the period's last day
	source      *Source
	behind      map[string][]indicator.Fact // by measure: the facts that its total for the period adds up
}

// placed is a site in the state of the period's last day.
type placed struct {
	site.Listed
	step siteStep
}

// Build makes the report from a loaded source. An unknown period is NotFound, one that is not open a Conflict.
func (s *Source) Build() (Report, error) {
	at := slices.IndexFunc(s.periods.All, func(p convention.Period) bool { return p.PeriodCode == s.code })
	if at < 0 {
		return Report{}, fault.New(fault.NotFound, pg.NoSuchRecord)
	}
	c, err := s.convention.One()
	if err != nil {
		return Report{}, err
	}
	p := s.periods.All[at]
	r := Report{Period: p, State: p.StateOn(s.today), Name: "bilan-" + c.Slug + "-" + p.PeriodCode}
	if r.State == convention.PeriodClosed {
		return r, fault.New(fault.Conflict, NotOpen)
	}
	b := &builder{Report: &r, convention: c, periods: s.periods.All, past: s.periods.All[:at+1], source: s,
		measures: map[string]convention.Measure{}, behind: map[string][]indicator.Fact{}, measureList: s.measures.All}
	for _, m := range s.measures.All {
		b.measures[m.MeasureCode] = m
	}
	for _, i := range s.indicators.All {
		if i.Status == "active" && i.Formula.Computed != convention.ComputedMeetings { // meetings are not followed yet
			b.indicators = append(b.indicators, i)
		}
	}
	computed := indicator.Compute(s.periods.All, s.states.All, s.today)
	data := func(facts *pg.Rows[indicator.Fact]) indicator.Data {
		return indicator.Data{Periods: b.past, Measures: s.measures.All, Expectations: s.expectations.All, Facts: facts.All, Computed: computed}
	}
	b.sums, b.cells, b.regional = data(s.sums), data(s.cells), data(s.regional)
	b.placeSites()
	b.write()
	if err := r.Document.Check(); err != nil {
		return Report{}, fmt.Errorf("build report of %s: %w", p.PeriodCode, err)
	}
	return r, nil
}

// write makes the document and the long form.
func (b *builder) write() {
	b.Document = document.Document{
		Title: "Bilan des actions, " + b.Period.Label, Subtitle: b.subtitle(),
		Number: "Période " + french.DateRange(b.Period.StartsOn, b.Period.EndsOn), Version: "version de travail", Date: b.source.today,
		Author: b.convention.ShortName, Accent: b.convention.Accent, Cover: true, Contents: true,
	}
	if b.validated() {
		b.Document.Status, b.Document.Version, b.Document.Date = document.Validated, "version validée", *b.Period.ValidatedOn
		b.Document.Standing = say("Validé par le %s le %s", b.committee(), french.Date(*b.Period.ValidatedOn))
	}
	if b.convention.Fictive != "" {
		b.Document.Notices = []string{"Données fictives"}
	}
	for _, p := range b.source.parties.All {
		b.Document.Parties = append(b.Document.Parties, document.Party{Name: p.OrganisationName, Role: b.role(p)})
	}
	b.essentials()
	b.reminder()
	for _, a := range b.source.axes.All {
		b.axis(a)
	}
	b.across()
	b.commitments()
	b.watch()
	b.annexes()
	b.signatures()
	b.Values = b.longForm()
}

func (b *builder) add(blocks ...document.Block) { b.Document.Body = append(b.Document.Body, blocks...) }

func (b *builder) heading(level int, format string, args ...any) {
	b.add(document.Heading{Level: level, Text: say(format, args...)})
}

func (b *builder) paragraph(format string, args ...any) {
	b.add(document.Paragraph{Text: rich(format, args...)})
}

func (b *builder) validated() bool {
	return b.State == convention.PeriodValidated || b.State == convention.PeriodPresented
}

// subtitle names the convention, says how far the report has come and gives its first figures: whoever stops at the cover has them.
func (b *builder) subtitle() string {
	text := say("%s. %s.", b.convention.Name, b.standing())
	var said []string
	if ind, ok := b.progress(); ok {
		if r := b.reached(ind, b.Period); r.Known {
			said = append(said, say("%s : %s sur %s, soit %s", lowerFirst(shortened(ind.Label)), bare(ind, r), quantity(ind, *ind.Target).French(), french.Percent(b.pace(ind).Share, 1)))
		}
	}
	if ind, ok := b.stock(); ok {
		if r := b.read(ind, b.Period); r.Known {
			said = append(said, say("%s : %s", lowerFirst(shortened(ind.Label)), bare(ind, r)))
		}
	}
	if len(said) == 0 {
		return text
	}
	return text + say(" %s, %s (%s).", capital(onDay(b.Period.EndsOn)), strings.Join(said, say(" ; ")), b.covered())
}

// standing is « Bilan validé le …, présenté le … ».
func (b *builder) standing() string {
	switch b.State {
	case convention.PeriodPresented:
		if b.Period.ValidatedOn.Equal(*b.Period.PresentedOn) {
			return say("Bilan validé par le %s et présenté le %s", b.committee(), french.Date(*b.Period.ValidatedOn))
		}
		return say("Bilan validé par le %s le %s, présenté le %s", b.committee(), french.Date(*b.Period.ValidatedOn), french.Date(*b.Period.PresentedOn))
	case convention.PeriodValidated:
		return say("Bilan validé par le %s le %s", b.committee(), french.Date(*b.Period.ValidatedOn))
	}
	return "Bilan provisoire, non validé"
}

func (b *builder) role(p convention.Party) string {
	var words []string
	if p.RepresentedQuoted != "" {
		words = append(words, "représentant\u00a0: «\u00a0"+p.RepresentedQuoted+"\u00a0»")
	}
	if p.Chairs {
		words = append(words, "copréside le "+b.committee())
	}
	return strings.Join(words, ", ")
}

// committee is the body that validates the reports, by its short name.
func (b *builder) committee() string {
	for _, body := range b.source.bodies.All {
		if body.ValidatesReport {
			return body.ShortLabel
		}
	}
	return "comité de pilotage"
}

// signatures leaves room for those who chair the committee: their signatures attest the report.
func (b *builder) signatures() {
	var places document.Signatures
	for _, p := range b.source.parties.All {
		if p.Chairs {
			s := document.Signature{Party: p.OrganisationName}
			if p.RepresentedQuoted != "" {
				s.Capacity = say("représentant : « %s »", p.RepresentedQuoted)
			}
			places.Items = append(places.Items, s)
		}
	}
	if len(places.Items) > 0 {
		b.heading(1, "Signatures")
		b.add(places)
	}
}

// placeSites keeps the sites that existed on the period's last day, in the state of that day, and those that have figures all the
// same: a total never holds what no row shows.
func (b *builder) placeSites() {
	steps := map[uuid.UUID]siteStep{}
	for _, st := range b.source.steps.All {
		if !st.SinceOn.After(b.Period.EndsOn) {
			steps[st.SiteID] = st
		}
	}
	for _, s := range b.source.sites.All {
		if st, known := steps[s.SiteID]; known {
			b.sites = append(b.sites, placed{s, st})
		}
	}
	entered := b.enteredSites()
	for _, n := range b.source.names.All {
		if _, known := steps[n.ID]; entered[n.ID] && !known {
			b.sites = append(b.sites, b.unplaced(n))
		}
	}
	slices.SortStableFunc(b.sites, func(x, y placed) int {
		return cmp.Or(cmp.Compare(len(x.Code), len(y.Code)), cmp.Compare(x.Code, y.Code))
	})
}

// read computes an indicator for a period.
func (b *builder) read(ind convention.Indicator, p convention.Period) indicator.Reading {
	return b.data(ind.Formula).Read(ind, p)
}

// data is broken down only for the formulas that need it, since a sum of cells says nothing of those that are missing.
func (b *builder) data(f convention.Formula) indicator.Data {
	for _, t := range slices.Concat(f.Numerator, f.Denominator) {
		if len(t.Rows) > 0 || len(t.Columns) > 0 {
			return b.cells
		}
	}
	return b.sums
}
