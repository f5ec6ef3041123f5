package server

import (
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"copil/internal/access"
	"copil/internal/collect"
	"copil/internal/convention"
	"copil/internal/french"
	"copil/internal/site"
	"copil/templates/sites"
	"copil/templates/ui"
)

// lineBuilder makes the lines of the tables of figures of a site or a structure.
type lineBuilder struct {
	r           *Request
	measures    []convention.Measure
	submissions []collect.Submission
	sums        map[uuid.UUID][]collect.Sum // by submission
}

func bySubmission(sums []collect.Sum) map[uuid.UUID][]collect.Sum {
	found := map[uuid.UUID][]collect.Sum{}
	for _, s := range sums {
		found[s.SubmissionID] = append(found[s.SubmissionID], s)
	}
	return found
}

// forSite lists, for each open period, the submissions of the site's structures
// that the role may see, and offers to begin those that do not exist yet.
func (lb lineBuilder) forSite(v sites.ShowView, structures []site.Structure, periods []convention.Period) []sites.PeriodFigures {
	var list []sites.PeriodFigures
	for _, p := range slices.Backward(periods) {
		state := p.StateOn(lb.r.Today)
		if state == convention.PeriodClosed || lb.r.Actor.Role == access.Reader {
			continue
		}
		pf := sites.PeriodFigures{Period: p, State: state}
		for _, sub := range lb.submissions {
			if sub.PeriodCode == p.PeriodCode && lb.visible(sub) {
				pf.Lines = append(pf.Lines, lb.line(sub, sub.Organisation))
			}
		}
		for _, l := range v.Links {
			if state == convention.PeriodOpen && lb.mayBegin(l.OrganisationID) && !lb.has(p.PeriodCode, l.OrganisationID, &v.Site.SiteID) {
				i := slices.IndexFunc(structures, func(t site.Structure) bool { return t.OrganisationID == l.OrganisationID })
				pf.Lines = append(pf.Lines, lb.offer(p, structures[i], v.Links, &v.Site.SiteID, l.StructureName))
			}
		}
		if len(pf.Lines) > 0 {
			list = append(list, pf)
		}
	}
	return list
}

func (lb lineBuilder) visible(s collect.Submission) bool {
	return lb.r.Actor.SeesAll() || s.OrganisationID == lb.r.Actor.OrganisationID
}

func (lb lineBuilder) mayBegin(org uuid.UUID) bool {
	a := lb.r.Actor
	return a.Can(access.FigureWrite) && (a.Role == access.Mission || org == a.OrganisationID)
}

func (lb lineBuilder) has(period string, org uuid.UUID, at *uuid.UUID) bool {
	return slices.ContainsFunc(lb.submissions, func(s collect.Submission) bool {
		same := (s.SiteID == nil) == (at == nil) && (at == nil || *s.SiteID == *at)
		return s.PeriodCode == period && s.OrganisationID == org && same
	})
}

func (lb lineBuilder) line(sub collect.Submission, name string) sites.Line {
	l := sites.Line{Name: name, State: sub.State, Href: lb.r.Path("saisies", sub.PeriodCode, sub.SubmissionID)}
	if sub.Reporter != "structure" {
		return l // it is asked other figures
	}
	l.Values = make([]ui.Reading, len(lb.measures))
	for _, sum := range lb.sums[sub.SubmissionID] {
		i := measureAt(lb.measures, sum.MeasureCode)
		switch {
		case i < 0 || sum.Number == nil:
		case sub.State == collect.Validated:
			l.Values[i].Text = french.Decimal(*sum.Number, int32(lb.measures[i].Places))
		default:
			l.Values[i].Entered = true
		}
	}
	return l
}

// offer is a line whose submission nobody began yet, or why nobody can.
func (lb lineBuilder) offer(p convention.Period, t site.Structure, links []site.Link, at *uuid.UUID, name string) sites.Line {
	if reason := collect.MayBegin(t, links, at, p, lb.r.Actor, lb.r.Today); reason != "" {
		return sites.Line{Name: name, Why: reason}
	}
	f := lb.r.Form(lb.r.Path("saisies", p.PeriodCode), 0)
	f.ID = "saisie-" + p.PeriodCode + "-" + t.OrganisationID.String()
	f.Hidden = append(f.Hidden, ui.Hidden{Name: "structure", Value: t.OrganisationID.String()})
	if at != nil {
		f.ID += "-" + at.String()
		f.Hidden = append(f.Hidden, ui.Hidden{Name: "site", Value: at.String()})
	}
	return sites.Line{Name: name, Begin: &f, Values: make([]ui.Reading, len(lb.measures))}
}

func measureAt(measures []convention.Measure, code string) int {
	return slices.IndexFunc(measures, func(m convention.Measure) bool { return m.MeasureCode == code })
}

// siteFigures sums the validated figures of a period by site, and says where
// some wait. A site of which nothing is expected is left out.
func siteFigures(submissions []collect.Submission, sums []collect.Sum, measures []convention.Measure, period string) map[uuid.UUID]sites.SiteFigures {
	totals := map[uuid.UUID][]*decimal.Decimal{}
	found := map[uuid.UUID]sites.SiteFigures{}
	lines := bySubmission(sums)
	validated, all := map[uuid.UUID]int{}, map[uuid.UUID]int{}
	for _, s := range submissions {
		if s.PeriodCode != period || s.SiteID == nil || s.Reporter != "structure" {
			continue
		}
		at := *s.SiteID
		if all[at]++; all[at] == 1 {
			totals[at], found[at] = make([]*decimal.Decimal, len(measures)), sites.SiteFigures{Values: make([]ui.Reading, len(measures))}
		}
		if s.State == collect.Validated {
			validated[at]++
		}
		for _, sum := range lines[s.SubmissionID] {
			i := measureAt(measures, sum.MeasureCode)
			switch {
			case i < 0 || sum.Number == nil:
			case s.State != collect.Validated:
				found[at].Values[i].Entered, found[at].Values[i].State = true, strings.ToLower(s.State.Label())
			case totals[at][i] == nil:
				totals[at][i] = sum.Number
			default:
				totals[at][i] = new(totals[at][i].Add(*sum.Number))
			}
		}
	}
	for at, figures := range found {
		for i, n := range totals[at] {
			if n != nil {
				figures.Values[i].Text = french.Decimal(*n, int32(measures[i].Places))
			}
		}
		figures.Partial = validated[at] > 0 && validated[at] < all[at]
		found[at] = figures
	}
	return found
}
