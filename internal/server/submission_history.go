package server

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"copil/internal/audit"
	"copil/internal/collect"
	"copil/internal/convention"
	"copil/internal/fault"
	"copil/internal/french"
	"copil/internal/pg"
	"copil/templates/submissions"
	"copil/templates/ui"
)

// submissionHistory shows every version of every value of a submission, or of
// one measure that the address names.
func (s *server) submissionHistory(r *Request) (Reply, error) {
	id, err := r.ID()
	if err != nil {
		return Reply{}, err
	}
	chosen := r.URL.Query().Get(submissions.RectifiedField)
	b := r.Tx.Batch()
	found, periods, measures, items := collect.Get(b, id), convention.Periods(b), collect.MeasuresOf(b, id), convention.Items(b)
	versions, remarks := collect.History(b, id, chosen), collect.Remarks(b, id)
	events := audit.List(b, audit.Filter{ObjectType: collect.Object, ObjectID: id.String()})
	if err := b.Send(r.Context()); err != nil {
		return Reply{}, err
	}
	sub, p, err := r.foundSubmission(found, periods)
	if err != nil {
		return Reply{}, err
	}
	v := submissions.HistoryView{Submission: sub, Period: p, Remarks: remarks.All, Names: map[string]string{}, Events: steps(events.All),
		Back: ui.Link{Label: "Voir la saisie", Href: r.Path("saisies", p.PeriodCode, id)}}
	if chosen != "" {
		v.All = ui.Link{Label: "Voir toutes les données", Href: r.Path("saisies", p.PeriodCode, id, "historique")}
	}
	if collect.MayPropose(sub, r.Actor) == "" {
		v.Rectify = ui.Link{Label: "Rectifier", Href: r.Path("saisies", p.PeriodCode, id, "rectification")}
	}
	for _, m := range measures.All {
		v.Names[m.MeasureCode] = m.Label
		h, replaced := submissions.MeasureHistory{Label: m.Label, Unit: m.Unit}, map[string]int{} // first what has a history
		for _, x := range versions.All {
			if x.MeasureCode == m.MeasureCode {
				h.Versions = append(h.Versions, versionOf(x, m, items.All))
				if !x.Current {
					replaced[h.Versions[len(h.Versions)-1].Where] = 1
				}
				h.Open = h.Open || !x.Current || chosen != ""
			}
		}
		slices.SortStableFunc(h.Versions, func(a, b submissions.Version) int { return replaced[b.Where] - replaced[a.Where] })
		if len(h.Versions) > 0 {
			v.Measures = append(v.Measures, h)
		}
	}
	return page("Historique", r.crumbs(r.collectCrumb(), r.periodCrumb(p), r.submissionCrumb(sub)), submissions.History(v)), nil
}

// foundSubmission is the submission that was read, if the path names it and the
// actor may see it.
func (r *Request) foundSubmission(found *pg.Rows[collect.Submission], periods *pg.Rows[convention.Period]) (sub collect.Submission, p convention.Period, err error) {
	if sub, err = found.One(); err != nil {
		return sub, p, err
	}
	if p, err = r.periodNamed(periods.All); err != nil {
		return sub, p, err
	}
	if sub.PeriodCode != p.PeriodCode || !r.seesSubmission(sub) {
		return sub, p, fault.New(fault.NotFound, pg.NoSuchRecord)
	}
	return sub, p, nil
}

func (r *Request) submissionCrumb(sub collect.Submission) ui.Link {
	return ui.Link{Label: sub.Organisation + ", " + sub.Place(), Href: r.Path("saisies", sub.PeriodCode, sub.SubmissionID)}
}

// steps are what became of a submission, oldest first; changes of its values
// stand in their own versions.
func steps(lines []audit.Line) (list []ui.Step) {
	for _, l := range slices.Backward(lines) {
		if l.Action == audit.Changed {
			continue
		}
		var said struct {
			Reason, Answer string
			Correction     collect.CorrectionState
		}
		_ = json.Unmarshal(l.After, &said) // absent or of another shape: nothing more to tell
		step := ui.Step{Label: l.Action.Label(), When: french.Date(l.OnDay), Detail: l.Name, State: ui.Done}
		if said.Correction != "" {
			step.Label += " " + strings.ToLower(said.Correction.Label())
		}
		if why := cmp.Or(said.Answer, said.Reason); why != "" && said.Correction != collect.Accepted {
			step.Detail += "\u00a0: " + why
		}
		list = append(list, step)
	}
	return list
}

func versionOf(x collect.CellVersion, m convention.Measure, items []convention.Item) submissions.Version {
	return submissions.Version{Where: cmp.Or(cellPlace(m, items, x.RowItem, x.ColumnItem), "Valeur"), Number: strconv.Itoa(x.Version), Author: x.Author, On: french.ShortDate(x.EnteredOn),
		Note: cmp.Or(x.Correction, x.Comment), Current: x.Current, Value: cellText(collect.Cell{State: x.State, Number: x.Number, Reason: x.Reason}, m)}
}

// cellPlace names the row and the column of a cell.
func cellPlace(m convention.Measure, items []convention.Item, row, column string) string {
	var parts []string
	if m.RowList != nil && row != "" {
		parts = append(parts, itemLabel(items, *m.RowList, row))
	}
	if m.ColumnList != nil && column != "" {
		parts = append(parts, itemLabel(items, *m.ColumnList, column))
	}
	return strings.Join(parts, ", ")
}

// cellText is an answer as read.
func cellText(c collect.Cell, m convention.Measure) string {
	switch {
	case c.State == collect.Number && c.Number != nil:
		return french.Decimal(*c.Number, int32(m.Places))
	case c.State == collect.NotApplicable && c.Reason != "":
		return "sans objet\u00a0: " + c.Reason
	case c.State == collect.NotApplicable:
		return "sans objet"
	case c.State == collect.Missing:
		return "non renseigné"
	}
	return ""
}

// correctionPath is an address about the correction of a submission.
func (r *Request) correctionPath(sub uuid.UUID, more ...any) string {
	return r.Path(append([]any{"saisies", r.Param("periode"), sub, "rectification"}, more...)...)
}
