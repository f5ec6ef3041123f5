package server

import (
	"bytes"
	"time"

	"github.com/a-h/templ"

	"copil/internal/convention"
	"copil/internal/fault"
	"copil/internal/pg"
	"copil/templates/settings"
	"copil/templates/ui"
)

var settingsTabs = []struct{ section, label string }{
	{"membres", "Membres"}, {"periodes", "Périodes"}, {"listes", "Listes"}, {"indicateurs", "Indicateurs"}, {"mesures", "Mesures"}, {"courriels", "Courriels"},
}

func (s *server) settingsShow(r *Request) (Reply, error) {
	section := r.Param("section")
	if section == "" {
		return done(r.Path("reglages", "membres"), ""), nil
	}
	read, known := map[string]func(*pg.Batch) func(settings.Frame) templ.Component{
		"periodes":    r.settingsPeriods,
		"listes":      r.settingsLists,
		"indicateurs": r.settingsIndicators,
		"mesures":     r.settingsMeasures,
		"courriels":   func(b *pg.Batch) func(settings.Frame) templ.Component { return s.settingsMails(r, b) },
	}[section]
	if !known {
		return Reply{}, fault.New(fault.NotFound, pg.NoSuchRecord)
	}
	b := r.Tx.Batch()
	show := read(b)
	if err := b.Send(r.Context()); err != nil {
		return Reply{}, err
	}
	title := ""
	for _, tab := range settingsTabs {
		if tab.section == section {
			title = tab.label
		}
	}
	return page(title, r.crumbs(ui.Link{Label: "Réglages", Href: r.Path("reglages")}), show(r.settingsFrame(section))), nil
}

// settingsFrame is what every page of the settings shows.
func (r *Request) settingsFrame(section string) settings.Frame {
	f := settings.Frame{File: r.Path("reglages", "convention.yaml")}
	for _, tab := range settingsTabs {
		f.Tabs = append(f.Tabs, ui.NavItem{Label: tab.label, Href: r.Path("reglages", tab.section), Current: tab.section == section})
	}
	return f
}

// Each of these queues what a section shows, and returns how to show it.

func (r *Request) settingsPeriods(b *pg.Batch) func(settings.Frame) templ.Component {
	periods := convention.Periods(b)
	return func(f settings.Frame) templ.Component {
		return settings.Periods(settings.PeriodsView{Frame: f, Periods: periods.All, Today: r.Today})
	}
}

func (r *Request) settingsLists(b *pg.Batch) func(settings.Frame) templ.Component {
	lists, items := convention.Lists(b), convention.Items(b)
	return func(f settings.Frame) templ.Component {
		return settings.Lists(settings.ListsView{Frame: f, Lists: lists.All, Items: items.All})
	}
}

func (r *Request) settingsIndicators(b *pg.Batch) func(settings.Frame) templ.Component {
	indicators, axes := convention.Indicators(b, r.Today), convention.Axes(b)
	return func(f settings.Frame) templ.Component {
		return settings.Indicators(settings.IndicatorsView{Frame: f, Indicators: indicators.All, Axes: axes.All,
			Href: func(code string) string { return r.Path("indicateurs", code) }})
	}
}

func (r *Request) settingsMeasures(b *pg.Batch) func(settings.Frame) templ.Component {
	measures, lists, parties := convention.Measures(b, r.Today), convention.Lists(b), convention.Parties(b)
	return func(f settings.Frame) templ.Component {
		return settings.Measures(settings.MeasuresView{Frame: f, Measures: measures.All, Lists: lists.All, Parties: parties.All})
	}
}

// conventionFile gives the convention as the file that would create it again.
func (s *server) conventionFile(r *Request) (Reply, error) {
	file, err := convention.Export(r.Context(), r.Tx)
	if err != nil {
		return Reply{}, err
	}
	var b bytes.Buffer
	if err := convention.Write(&b, file); err != nil {
		return Reply{}, err
	}
	return download(r.Membership.Slug+"-"+r.Today.Format(time.DateOnly)+".yaml", "application/yaml; charset=utf-8", b.Bytes()), nil
}
