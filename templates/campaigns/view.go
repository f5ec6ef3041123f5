// Package campaigns holds the pages on which the collecting of figures is
// followed and run: all periods, one period, its opening.
package campaigns

import (
	"strconv"

	"copil/internal/collect"
	"copil/internal/convention"
	"copil/internal/french"
	"copil/templates/submissions"
	"copil/templates/ui"
)

// Fields of the filters, in the address.
const (
	SearchField = "q"
	StateField  = "etat"
	PeriodField = "periode"
	ViewField   = "vue"
	AllField    = "tout"

	Late       = "retard"      // as a state to look for
	Indicators = "indicateurs" // as a view
)

// Choice is the field of the submissions chosen on the page of a campaign.
const Choice = "choix"

// Index is the page of all campaigns.
type Index struct {
	Own        bool // only one's own structure
	Campaigns  []Campaign
	Open       ui.Link // the next period to open, for who may
	Tabs       []ui.NavItem
	Filter     ui.Form
	Reset      string
	States     []ui.Option
	Periods    []ui.Option // to choose one, for the indicators
	Shown      string      // label of the period whose indicators are shown
	Matrix     []Row
	Columns    []ui.Column
	Indicators bool // the matrix is by indicator
	Pages      ui.Pages
	Found      int
}

// Campaign is one period in the list.
type Campaign struct {
	Label, Href string
	Kind        ui.Kind
	State       string
	Due         string
	Tally       Tally
	Open        ui.Link
}

// Tally counts submissions by where they stand.
type Tally struct {
	All, HandedIn, Validated, Late int
}

func (t Tally) handedIn() string { return french.Int(t.HandedIn) + " sur " + french.Int(t.All) }

// Row is an organisation, at a place or over all.
type Row struct {
	Name, Place string
	Cells       []Cell
}

// Cell is one state of the matrix; empty where nothing is asked.
type Cell struct {
	Label, Href string
	Kind        ui.Kind
	Late        bool
}

func (v Index) lead() string {
	if v.Own {
		return "Ce que vous avez à soumettre, période par période."
	}
	return "Qui doit soumettre ses chiffres, et où chacun en est."
}

func (v Index) empty() string {
	if v.Own {
		return "Aucun chiffre ne vous a encore été demandé. Vous recevrez un courriel à l’ouverture de la prochaine collecte."
	}
	return "Aucune collecte n’est encore ouverte."
}

// sought names what the filter looks for.
func (v Index) sought() string {
	if v.Indicators {
		return "Structure"
	}
	return "Structure ou lieu"
}

func (v Index) caption() string {
	if v.Indicators {
		return "Réponses par structure et par indicateur, " + v.Shown
	}
	return "État des saisies par structure, par lieu et par période"
}

// Show is the page of one campaign.
type Show struct {
	Period     convention.Period
	State      string
	Kind       ui.Kind
	Own        bool
	Facts      []Fact
	ImportHref string // where answers come back in a file; "" for who enters none
	Message    string
	Progress   *ui.Progress
	Counts     []ui.NavItem // filters by state
	Lines      []Line
	Table      string // what the table lists
	Found      int
	Pages      ui.Pages
	Choose     *ui.Form // nil: nothing to choose
	Validates  bool     // may validate many
	Reminds    string   // address for reminding; "" when the actor may not
	CheckAll   ui.Link
	Pending    []Pending // corrections
	Extend     *ui.Form
	Close      *ui.Form
	Open       ui.Link
	Empty      string
}

// filters reports whether there is anything to choose among the states: who has
// one submission only needs none.
func (v Show) filters() bool {
	return len(v.Counts) > 2 || len(v.Counts) == 2 && (!v.Own || !v.Counts[0].Current)
}

// Fact is a line of the summary.
type Fact struct{ Term, Text string }

// Line is one submission of the campaign.
type Line struct {
	collect.Submission
	Href    string
	Late    bool
	Due     string // a deadline of its own
	Choice  string // what choosing it sends; "" when there is nothing to do with it
	Why     string // why it cannot be validated, when it waits
	Rectify string // where the correction that waits is; "" when none does
	Reopen  string
	Checked bool
}

// Pending is a correction that waits.
type Pending struct{ Label, Href, Detail string }

// name is an organisation at a place.
func (l Line) name() string { return l.Organisation + ", " + l.Place() }

func (l Line) explained() string {
	if l.Alerts == 0 {
		return ""
	}
	return french.Int(l.Alerts)
}

func (l Line) reminded() string {
	if l.RemindedOn == nil {
		return ""
	}
	text := french.ShortDate(*l.RemindedOn)
	if l.Reminders > 1 {
		text += " (" + strconv.Itoa(l.Reminders) + "e)"
	}
	return text
}

func (v Show) columns() []ui.Column {
	var list []ui.Column
	if v.Choose != nil {
		list = append(list, ui.Column{Label: "Choisir", Hidden: true})
	}
	list = append(list, ui.Column{Label: "Structure et lieu"}, ui.Column{Label: "État"}, ui.Column{Label: "Soumise le"}, ui.Column{Label: "Alertes expliquées", Numeric: true})
	if !v.Own {
		list = append(list, ui.Column{Label: "Dernière relance"})
	}
	if v.reopens() {
		list = append(list, ui.Column{Label: "Action", Hidden: true})
	}
	return list
}

func (v Show) reopens() bool {
	for _, l := range v.Lines {
		if l.Reopen != "" {
			return true
		}
	}
	return false
}

func (l Line) kind() ui.Kind { return submissions.StateKind(l.State) }

// Opening is the form that opens a campaign.
type Opening struct {
	Period convention.Period
	Form   ui.Form
	Groups []Group
	Back   string
	Asked  int // exist already
}

// Group is those who owe under one heading.
type Group struct {
	Title   string
	Options []ui.Option
}

// Reopening is the form that gives one submission a deadline of its own.
type Reopening struct {
	Submission collect.Submission
	Period     convention.Period
	Form       ui.Form
	Back       string
}
