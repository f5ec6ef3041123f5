package server

import (
	"cmp"
	"net/url"
	"slices"
	"time"

	"copil/internal/access"
	"copil/internal/collect"
	"copil/internal/convention"
	"copil/internal/french"
	"copil/templates/campaigns"
	"copil/templates/dashboards"
	"copil/templates/submissions"
	"copil/templates/ui"
)

// tasks are what waits for this person in the periods being collected: their own
// figures first, then what they decide, then what the mission follows.
func (d *board) tasks() []dashboards.Task {
	list := append(d.ownTasks(), d.takenOver()...)
	for _, p := range slices.Backward(d.data.Periods) {
		list = append(list, d.tasksOf(p)...)
	}
	return slices.Concat(list, d.decisionTasks(), d.approvalTasks())
}

func (d *board) period(code string) convention.Period {
	i := slices.IndexFunc(d.data.Periods, func(p convention.Period) bool { return p.PeriodCode == code })
	if i < 0 {
		return convention.Period{}
	}
	return d.data.Periods[i]
}

// task is a submission as a task.
func (d *board) task(s collect.Submission, detail string) dashboards.Task {
	return dashboards.Task{Label: "Saisie " + s.PeriodCode + ", " + s.Organisation + ", " + s.Place(), Detail: detail,
		Href: d.Path("saisies", s.PeriodCode, s.SubmissionID), Tag: s.State.Label(), Kind: submissions.StateKind(s.State)}
}

// ownTasks are the figures that the actor's organisation owes: what was returned
// first, then by deadline.
func (d *board) ownTasks() (list []dashboards.Task) {
	if !d.Actor.Can(access.FigureWrite) {
		return nil
	}
	own := slices.DeleteFunc(slices.Clone(d.collected), func(s collect.Submission) bool {
		return s.OrganisationID != d.Actor.OrganisationID || handedIn(s.State)
	})
	day := func(s collect.Submission) time.Time {
		if due := collect.Deadline(s, d.period(s.PeriodCode)); due != nil && s.State != collect.ToCorrect {
			return *due
		}
		return time.Time{}
	}
	slices.SortStableFunc(own, func(a, b collect.Submission) int { return day(a).Compare(day(b)) })
	for _, s := range own {
		list = append(list, d.task(s, d.owedText(s)))
	}
	return list
}

// takenOver are drafts of others in which the actor wrote: theirs to finish.
func (d *board) takenOver() (list []dashboards.Task) {
	for _, s := range d.collected {
		if s.State == collect.Draft && d.others(s) && d.Actor.Can(access.CampaignWrite) && slices.Contains(s.Authors, d.Actor.PersonID) {
			list = append(list, d.task(s, "À terminer, puis à soumettre."))
		}
	}
	return list
}

// owedText says what is to be done with figures that the actor owes.
func (d *board) owedText(s collect.Submission) string {
	switch due := collect.Deadline(s, d.period(s.PeriodCode)); {
	case s.State == collect.ToCorrect:
		return cmp.Or(s.ReturnReason, "Des remarques attendent une correction.")
	case s.State == collect.Unreturned:
		return "Le délai est dépassé\u00a0; la saisie peut être rouverte par " + d.Actor.Words.TheMission() + "."
	case due == nil:
		return ""
	case due.Before(d.Today):
		return "Attendue depuis le " + french.Date(*due) + "."
	default:
		return "À soumettre pour le " + french.Date(*due) + "."
	}
}

// tasksOf are what others owe or wait for in one period: one line each, which
// leads to the one submission or to all of them.
func (d *board) tasksOf(p convention.Period) (list []dashboards.Task) {
	mission := d.Actor.Can(access.CampaignWrite)
	for _, group := range []struct {
		state     string
		label     string // for many
		tag       string
		kind      ui.Kind
		belongs   func(collect.Submission) bool
		explained func([]collect.Submission) string
	}{
		{string(collect.Submitted), "saisies à valider", "À valider", ui.Info,
			func(s collect.Submission) bool { return collect.MayValidate(s, d.Actor) == "" }, oldest},
		{string(collect.ToCorrect), "saisies renvoyées, pas encore corrigées", "À corriger", ui.Danger,
			func(s collect.Submission) bool { return mission && d.others(s) && s.State == collect.ToCorrect }, whoseAre},
		{campaigns.Late, "saisies en retard, jamais remises", "En retard", ui.Danger,
			func(s collect.Submission) bool {
				return mission && d.others(s) && s.State != collect.ToCorrect && inState(s, campaigns.Late, p, d.Today)
			}, d.lateSince},
	} {
		of := slices.DeleteFunc(slices.Clone(d.collected), func(s collect.Submission) bool { return s.PeriodCode != p.PeriodCode || !group.belongs(s) })
		if len(of) == 0 {
			continue
		}
		t := d.task(of[0], group.explained(of))
		if len(of) > 1 {
			t.Label = french.Int(len(of)) + "\u00a0" + group.label + ", " + p.PeriodCode
			t.Href = d.Path("saisies", p.PeriodCode) + "?" + url.Values{campaigns.StateField: {group.state}}.Encode()
			t.Tag, t.Kind = group.tag, group.kind
		}
		list = append(list, t)
	}
	return list
}

func (d *board) others(s collect.Submission) bool { return s.OrganisationID != d.Actor.OrganisationID }

// oldest says since when the first of those submitted waits.
func oldest(of []collect.Submission) string {
	var first *time.Time
	for _, s := range of {
		if s.SubmittedOn != nil && (first == nil || s.SubmittedOn.Before(*first)) {
			first = s.SubmittedOn
		}
	}
	switch {
	case first == nil:
		return "À valider."
	case len(of) == 1:
		return "À valider\u00a0: soumise le " + french.Date(*first) + "."
	}
	return "La plus ancienne attend depuis le " + french.Date(*first) + "."
}

func (d *board) lateSince(of []collect.Submission) string {
	text := whoseAre(of)
	if due := collect.Deadline(of[0], d.period(of[0].PeriodCode)); due != nil {
		text = "Échéance\u00a0: " + french.Date(*due) + ". " + text
	}
	return text
}

// whoseAre names who is behind many submissions; of one, it says why it came back.
func whoseAre(of []collect.Submission) string {
	if len(of) == 1 {
		return of[0].ReturnReason
	}
	return firstNames(of) + "."
}

// decisionTasks are the corrections on which the actor may decide.
func (d *board) decisionTasks() (list []dashboards.Task) {
	for _, c := range d.decisions {
		i := slices.IndexFunc(d.all, func(s collect.Submission) bool { return s.SubmissionID == c.SubmissionID })
		if i < 0 || collect.MayDecide(c, d.all[i], d.Actor) != "" {
			continue
		}
		s := d.all[i]
		list = append(list, dashboards.Task{Label: "Rectification, " + s.PeriodCode + ", " + s.Organisation + ", " + s.Place(), Tag: "À décider", Kind: ui.Info,
			Href: d.Path("saisies", s.PeriodCode, s.SubmissionID, "rectification"), Detail: "Proposée le " + french.Date(c.ProposedOn) + " par " + c.Proposer + "\u00a0: " + c.Reason})
	}
	return list
}
