package server

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"copil/internal/access"
	"copil/internal/collect"
	"copil/internal/convention"
	"copil/internal/french"
	"copil/templates/campaigns"
	"copil/templates/ui"
)

// linesAPage is how many submissions the page of a campaign shows.
const linesAPage = 100

// campaign is what the page of a campaign and the acts on it are made from.
type campaign struct {
	period      convention.Period
	submissions []collect.Submission // that the actor may see
	corrections []collect.Correction // that wait for a decision
}

// campaign reads the collecting of the period in the path.
func (r *Request) campaign() (c campaign, err error) {
	b := r.Tx.Batch()
	periods, list := convention.Periods(b), collect.List(b, collect.Filter{PeriodCode: r.Param("periode"), OrganisationID: r.own()})
	waiting := collect.Corrections(b, collect.CorrectionFilter{PeriodCode: r.Param("periode"), State: collect.Proposed})
	if err := b.Send(r.Context()); err != nil {
		return c, err
	}
	if c.period, err = r.periodNamed(periods.All); err != nil {
		return c, err
	}
	c.submissions, c.corrections = list.All, waiting.All
	return c, nil
}

func (s *server) campaignShow(r *Request) (Reply, error) {
	c, err := r.campaign()
	if err != nil {
		return Reply{}, err
	}
	return page(campaignTitle(c.period), r.crumbs(r.collectCrumb()), campaigns.Page(r.campaignView(c))), nil
}

func campaignTitle(p convention.Period) string { return "Saisies " + p.PeriodCode }

// campaignView shows a campaign as the actor may see it.
func (r *Request) campaignView(c campaign) campaigns.Show {
	p := c.period
	v := campaigns.Show{Period: p, Own: r.own() != nil, Message: p.Message}
	if p.StateOn(r.Today) == convention.PeriodOpen && r.Actor.Can(access.FigureWrite) && slices.ContainsFunc(c.submissions, awaited) {
		v.ImportHref = r.Path("saisies", p.PeriodCode, "import")
	}
	v.State, v.Kind = r.campaignState(p)
	if r.mayOpen(p) {
		v.Open = ui.Link{Label: "Ouvrir la collecte", Href: r.Path("saisies", p.PeriodCode, "ouverture")}
	}
	v.Facts = r.campaignFacts(p)
	if len(c.submissions) == 0 {
		v.Empty = r.campaignEmpty(p)
		return v
	}
	v.Progress = r.campaignProgress(c)
	r.campaignLines(c, &v)
	r.campaignPending(c, &v)
	if r.Actor.Can(access.CampaignWrite) && p.StateOn(r.Today) == convention.PeriodOpen {
		v.Extend, v.Close = r.runningForms(p)
	}
	return v
}

// runningForms are those that move the deadline of a campaign and close it; nil
// for what is closed already.
func (r *Request) runningForms(p convention.Period) (extend, closing *ui.Form) {
	extend = new(r.Form(r.Path("saisies", p.PeriodCode, "prolongation"), 0))
	extend.ID, extend.Values = "prolongation", url.Values{}
	if p.ClosedOn == nil {
		closing = new(r.Form(r.Path("saisies", p.PeriodCode, "cloture"), 0))
		closing.ID = "cloture"
	}
	return extend, closing
}

func (r *Request) campaignFacts(p convention.Period) (facts []campaigns.Fact) {
	add := func(term string, day *time.Time, more string) {
		if day != nil {
			facts = append(facts, campaigns.Fact{Term: term, Text: french.Date(*day) + more})
		}
	}
	left := ""
	if p.DueOn != nil && p.StateOn(r.Today) == convention.PeriodOpen && p.ClosedOn == nil {
		switch days := int(p.DueOn.Sub(r.Today) / (24 * time.Hour)); {
		case days > 0:
			left = ", dans " + french.Plural(days, "jour", "jours")
		case days == 0:
			left = ", aujourd’hui"
		default:
			left = ", passée depuis " + french.Plural(-days, "jour", "jours")
		}
	}
	add("Ouverte le", p.OpenedOn, "")
	add("Échéance", p.DueOn, left)
	add("Collecte close le", p.ClosedOn, "")
	add("Bilan validé le", p.ValidatedOn, "")
	return facts
}

func (r *Request) campaignEmpty(p convention.Period) string {
	mission := french.Capital(r.Actor.Words.TheMission())
	switch {
	case r.mayOpen(p):
		return "La collecte n’est pas encore ouverte. Ouvrez-la pour demander leurs chiffres aux structures."
	case p.StateOn(r.Today) == convention.PeriodClosed && p.StartsOn.After(r.Today):
		return "La période n’a pas commencé."
	case p.StateOn(r.Today) == convention.PeriodClosed:
		return "La collecte n’est pas encore ouverte. " + mission + " l’ouvrira."
	}
	return "Aucun chiffre ne vous est demandé pour cette période."
}

func (r *Request) campaignProgress(c campaign) *ui.Progress {
	handed, validated := 0, 0
	for _, s := range c.submissions {
		handed += count(handedIn(s.State))
		validated += count(s.State == collect.Validated)
	}
	all := len(c.submissions)
	text := fmt.Sprintf("%s sur %s, soit %s\u00a0%% ; dont %s", french.Int(handed), french.Plural(all, "saisie", "saisies"),
		french.Int(share(handed, all)), french.Plural(validated, "validée", "validées"))
	return &ui.Progress{Label: "Saisies soumises", Value: float64(handed), Target: float64(all), Text: strings.ReplaceAll(text, " ;", "\u00a0;")}
}

// share is a part in whole percent, rounded half up; 100 only when nothing lacks.
func share(part, all int) int {
	if part < all {
		return min((200*part+all)/(2*all), 99)
	}
	return 100
}

// filters of the page of a campaign, in their order.
func (r *Request) campaignCounts(c campaign) (items []ui.NavItem) {
	wanted := r.URL.Query().Get(campaigns.StateField)
	add := func(value, label string, of func(collect.Submission) bool) {
		n := 0
		for _, s := range c.submissions {
			n += count(of(s))
		}
		href := r.Path("saisies", c.period.PeriodCode)
		if value != "" {
			href += "?" + url.Values{campaigns.StateField: {value}}.Encode()
		}
		if n > 0 || value == wanted {
			items = append(items, ui.NavItem{Label: label + " (" + french.Int(n) + ")", Href: href, Current: value == wanted})
		}
	}
	add("", "Toutes", func(collect.Submission) bool { return true })
	for _, o := range stateOptions() {
		add(o.Value, o.Label, func(s collect.Submission) bool { return inState(s, o.Value, c.period, r.Today) })
	}
	return items
}

func inState(s collect.Submission, wanted string, p convention.Period, today time.Time) bool {
	return wanted == "" || wanted == string(s.State) || wanted == campaigns.Late && (s.State == collect.Unreturned || collect.Late(s, p, today))
}

func (r *Request) campaignLines(c campaign, v *campaigns.Show) {
	wanted, p := r.URL.Query().Get(campaigns.StateField), c.period
	all := slices.DeleteFunc(slices.Clone(c.submissions), func(s collect.Submission) bool { return !inState(s, wanted, p, r.Today) })
	slices.SortStableFunc(all, func(a, b collect.Submission) int { return urgency(a) - urgency(b) })
	v.Counts, v.Table, v.Found = r.campaignCounts(c), "Saisies demandées", len(all)
	var first, end int
	v.Pages, first, end = r.pagesOf(len(all), linesAPage, "saisies", p.PeriodCode)
	reminds := r.Actor.Can(access.CampaignWrite) && p.StateOn(r.Today) == convention.PeriodOpen
	for _, s := range all[first:end] {
		l := campaigns.Line{Submission: s, Href: r.Path("saisies", p.PeriodCode, s.SubmissionID), Late: collect.Late(s, p, r.Today)}
		if slices.ContainsFunc(c.corrections, func(w collect.Correction) bool { return w.SubmissionID == s.SubmissionID }) {
			l.Rectify = r.Path("saisies", p.PeriodCode, s.SubmissionID, "rectification")
		}
		if s.DueOn != nil {
			l.Due = "Échéance propre\u00a0: " + french.ShortDate(*s.DueOn)
		}
		if s.State == collect.Submitted && r.Actor.Can(access.FigureValidate) {
			l.Why = collect.MayValidate(s, r.Actor)
			v.Validates = v.Validates || l.Why == ""
		}
		if s.State == collect.Submitted && r.Actor.Can(access.FigureValidate) && l.Why == "" || reminds && awaited(s) {
			l.Choice = fmt.Sprintf("%s:%d", s.SubmissionID, s.Version)
			l.Checked = r.URL.Query().Has(campaigns.AllField) || slices.Contains(r.PostForm[campaigns.Choice], l.Choice)
		}
		if reminds && (s.State == collect.Unreturned || awaited(s) && s.State != collect.ToCorrect && p.ClosedOn != nil) {
			l.Reopen = r.Path("saisies", p.PeriodCode, s.SubmissionID, "rouvrir")
		}
		if l.Choice != "" && reminds && awaited(s) {
			v.Reminds = r.Path("saisies", p.PeriodCode, "relancer")
		}
		v.Lines = append(v.Lines, l)
	}
	if v.Validates || v.Reminds != "" {
		v.Choose = new(r.Form(r.Path("saisies", p.PeriodCode, "valider"), 0))
		if !v.Validates {
			v.Choose.Action = v.Reminds
		}
		q := r.URL.Query()
		q.Set(campaigns.AllField, "1")
		v.CheckAll = ui.Link{Label: "Cocher toutes celles de cette page", Href: r.Path("saisies", p.PeriodCode) + "?" + q.Encode() + "#saisies"}
	}
}

// urgency puts first what somebody has to act on.
func urgency(s collect.Submission) int {
	return slices.Index([]collect.State{collect.Submitted, collect.ToCorrect, collect.Unreturned, collect.ToEnter, collect.Draft, collect.Validated}, s.State)
}

// awaited reports whether somebody still has to hand figures in.
func awaited(s collect.Submission) bool { return !handedIn(s.State) }

func (r *Request) campaignPending(c campaign, v *campaigns.Show) {
	for _, w := range c.corrections {
		i := slices.IndexFunc(c.submissions, func(s collect.Submission) bool { return s.SubmissionID == w.SubmissionID })
		if i < 0 || !r.Actor.SeesAll() {
			continue
		}
		s := c.submissions[i]
		v.Pending = append(v.Pending, campaigns.Pending{Label: s.Organisation + ", " + s.Place(),
			Href:   r.Path("saisies", s.PeriodCode, s.SubmissionID, "rectification"),
			Detail: "Proposée le " + french.Date(w.ProposedOn) + " par " + w.Proposer + "\u00a0: " + w.Reason})
	}
}
