// Package dashboards holds the first page of each role.
package dashboards

import (
	"copil/templates/sites"
	"copil/templates/ui"
)

// View is the dashboard as one role sees it.
type View struct {
	Title     string // the convention's name
	Lead      string
	ToDo      []Task // what waits for this person
	ToDoName  string
	Lines     []ui.Line
	Progress  *ui.Progress
	Charts    []ui.Chart
	Own       []ui.KeyFigure // of one's own structure
	OwnHref   string         // its page, with its figures period by period
	Axes      []Axis
	AxesTitle string // over the axes, where they are of others than oneself
	AxesNote  string // of which period, and what is masked
	Nothing   string // said when nothing waits for who is asked for figures
	Sites     *sites.IndexView
	Empty     string // said instead of figures when there are none
}

// Task is one thing that waits for the person, with where to do it.
type Task struct {
	Label, Href string
	Detail      string
	Kind        ui.Kind
	Tag         string
}

// Axis is a line of work with its figures.
type Axis struct {
	Title   string
	Quoted  string
	Figures []ui.KeyFigure
}

// SeriesRow is one period of a chart's data.
type SeriesRow struct {
	Period   string
	Value    ui.Reading
	Coverage string
}
