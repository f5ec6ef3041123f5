package server

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"copil/internal/access"
	"copil/internal/audit"
	"copil/internal/french"
	"copil/internal/governance"
	"copil/templates/dashboards"
	"copil/templates/meetings"
	"copil/templates/ui"
)

// followed is what a dashboard tells of the meetings and decisions.
type followed struct {
	meetings []governance.Meeting
	rulings  []governance.Decision
}

// continued reports whether a decision was taken on what follows the convention.
func (f followed) continued() bool {
	return slices.ContainsFunc(f.rulings, func(d governance.Decision) bool { return d.InForce() && d.AboutType == string(audit.Convention) })
}

// lastYear is for how many days before its end a convention's dashboard says that
// nothing was decided on what follows.
const lastYear = 365

// toDecideLine names the decisions that the next meeting is to take.
func (d *board) toDecideLine() (ui.Line, bool) {
	i := slices.IndexFunc(d.followed.meetings, func(m governance.Meeting) bool { return m.State.ToCome() && m.Open > 0 })
	if i < 0 {
		return ui.Line{}, false
	}
	m := d.followed.meetings[i]
	var titles []string
	for _, one := range slices.Backward(d.followed.rulings) { // by number
		if one.MeetingID != nil && *one.MeetingID == m.MeetingID && one.State == governance.Proposed {
			titles = append(titles, lowerFirst(one.Title))
		}
	}
	return ui.Line{Lead: "À décider le " + french.DayMonth(m.OnDay), Text: "\u00a0: " + strings.Join(titles, ", ") + ".", Href: d.Path("gouvernance", "reunions", m.MeetingID)}, true
}

// toSignLine names the minutes that wait for an approval, and whose.
func (d *board) toSignLine() (ui.Line, bool) {
	line := ui.Line{Lead: "À signer", Text: "\u00a0: "}
	var parts []string
	for _, m := range d.followed.meetings {
		if m.State == governance.InReview {
			parts = append(parts, "relevé du "+french.Date(m.OnDay)+" (manque\u00a0: "+french.List(m.Unsigned)+")")
			line.Href = cmp.Or(line.Href, d.Path("gouvernance", "reunions", m.MeetingID))
		}
	}
	line.Text += strings.Join(parts, ", ") + "."
	return line, len(parts) > 0
}

// approvalTasks are the minutes that wait for the approval of a chair's own party.
func (d *board) approvalTasks() (list []dashboards.Task) {
	for _, m := range d.followed.meetings {
		if d.Actor.Role == access.Chair && m.State == governance.InReview && slices.Contains(m.Unsigned, d.Membership.OrganisationName) {
			list = append(list, dashboards.Task{Label: "Relevé du " + french.Date(m.OnDay), Detail: m.Name() + "\u00a0: à approuver au nom de votre organisme.",
				Href: d.Path("gouvernance", "reunions", m.MeetingID), Tag: "À approuver", Kind: ui.Info})
		}
	}
	return list
}

// lateRulings are the decisions whose deadline has passed, the latest first.
func (d *board) lateRulings() []governance.Decision {
	late := slices.DeleteFunc(slices.Clone(d.followed.rulings), func(one governance.Decision) bool { return one.DaysLate(d.Today) == 0 })
	slices.SortStableFunc(late, func(a, b governance.Decision) int { return cmp.Compare(b.DaysLate(d.Today), a.DaysLate(d.Today)) })
	return late
}

// mostLateRulings bounds what a sentence names one by one.
const mostLateRulings = 3

// lateDecisions tells which decisions are late, and by how long: for the sentence, and one by one.
func (d *board) lateDecisions() (parts []string, items []ui.LineItem) {
	late := d.lateRulings()
	for _, one := range late[:min(len(late), mostLateRulings)] {
		days := french.Plural(one.DaysLate(d.Today), "jour", "jours")
		parts = append(parts, lowerFirst(one.Title)+", "+days)
		items = append(items, ui.LineItem{Label: "Décision " + one.Number, Text: "\u00a0: " + one.OwnerName + ", échéance le " + french.Date(*one.DueOn) + ".",
			Href: d.Path("gouvernance", "decisions", one.DecisionID)})
	}
	if rest := len(late) - mostLateRulings; rest > 0 {
		parts = append(parts, strconv.Itoa(rest)+" "+french.Agree(rest, "autre décision", "autres décisions"))
		items = append(items, ui.LineItem{Label: "Les décisions en retard", Text: ".", Href: d.Path("gouvernance", "decisions") + "?" + meetings.StateField + "=" + meetings.LateState})
	}
	return parts, items
}
