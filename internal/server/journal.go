package server

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/account"
	"copil/internal/audit"
	"copil/internal/convention"
	"copil/internal/fault"
	"copil/internal/site"
	"copil/templates/journal"
	"copil/templates/ui"
)

func (s *server) journalIndex(r *Request) (Reply, error) {
	filter, problems := readLogFilter(r.URL.Query())
	unfiltered := audit.Filter{WithoutMoney: !r.Actor.Can(access.MoneyRead)}
	filter.WithoutMoney = unfiltered.WithoutMoney
	b := r.Tx.Batch()
	lines, extents, members := audit.List(b, filter), audit.Measure(b, filter), account.Members(b)
	sites, structures, items := site.List(b, r.Today), site.Structures(b), convention.Items(b, journal.Lists...)
	if err := b.Send(r.Context()); err != nil {
		return Reply{}, err
	}
	extent, err := extents.One()
	if err != nil {
		return Reply{}, err
	}
	v := journal.View{
		Form:  ui.Form{Action: r.Path("journal"), Values: r.URL.Query(), Problems: problems, Filter: true},
		Lines: lines.All, People: people(members.All, extent.Persons), Actions: actionOptions(extent.Actions), Objects: objectOptions(extent.Objects),
		Total: extent.Total, Location: r.Now.Location(), Names: map[string]string{}, Href: r.objectHref,
	}
	for _, found := range sites.All {
		v.Names[found.SiteID.String()] = found.Code + " – " + found.Name
	}
	for _, found := range structures.All {
		v.Names[found.OrganisationID.String()] = found.Name
	}
	for _, i := range items.All {
		v.Names[journal.ItemKey(i.ListCode, i.ItemCode)] = i.Label
	}
	page1 := filter
	page1.Page = 0
	if page1 != unfiltered || len(problems) > 0 {
		v.Reset = r.Path("journal")
	}
	v.Pages = ui.Pages{Number: max(filter.Page, 1), Last: max(1, (v.Total+audit.PageSize-1)/audit.PageSize), Href: func(n int) string {
		q := r.URL.Query()
		q.Set("page", strconv.Itoa(n))
		return r.Path("journal") + "?" + q.Encode()
	}}
	reply := page("Journal", r.crumbs(), journal.Index(v))
	switch {
	case len(problems) > 0:
		reply = invalid("Journal", r.crumbs(), journal.Index(v))
	case v.Beyond():
		reply.status = http.StatusNotFound
	}
	return reply, nil
}

// readLogFilter reads the filter from the page's address. A choice that does not
// exist is said at its field: what is shown must be what was asked for.
func readLogFilter(q url.Values) (audit.Filter, fault.Fields) {
	form := readForm(q)
	f := audit.Filter{ObjectID: form.text("id")}
	unknown := func(name string) {
		if form.text(name) != "" {
			form.problems.Add(name, "Ce filtre est inconnu. Choisissez dans la liste.")
		}
	}
	if id, err := uuid.Parse(form.text("personne")); err == nil {
		f.Person = id
	} else {
		unknown("personne")
	}
	if a := audit.Action(form.text("action")); slices.Contains(audit.Actions, a) {
		f.Action = a
	} else {
		unknown("action")
	}
	if o := audit.ObjectType(form.text("objet")); slices.Contains(audit.Objects, o) {
		f.ObjectType = o
	} else {
		unknown("objet")
	}
	if from := form.optionalDate("du"); from != nil {
		f.From = *from
	}
	if to := form.optionalDate("au"); to != nil {
		f.To = *to
	}
	if !f.From.IsZero() && !f.To.IsZero() && f.To.Before(f.From) {
		form.problems.Add("au", "Cette date précède le début choisi.")
	}
	if n, err := strconv.Atoi(form.text("page")); err == nil && n > 1 {
		f.Page = min(n, 1_000_000)
	}
	return f, form.problems
}

// people lists those who did something, each once: one person may have several
// memberships, and who has none acted for the platform's administration.
func people(members []account.Member, acted []uuid.UUID) []ui.Option {
	var options []ui.Option
	seen := map[uuid.UUID]bool{}
	for _, m := range members {
		if !seen[m.PersonID] && slices.Contains(acted, m.PersonID) {
			seen[m.PersonID] = true
			options = append(options, ui.Option{Value: m.PersonID.String(), Label: m.Name})
		}
	}
	for _, id := range acted {
		if !seen[id] {
			options = append(options, ui.Option{Value: id.String(), Label: access.Admin.Label()})
		}
	}
	return options
}

func actionOptions(occurring []string) []ui.Option {
	var options []ui.Option
	for _, a := range audit.Actions {
		if slices.Contains(occurring, string(a)) {
			options = append(options, ui.Option{Value: string(a), Label: a.Label()})
		}
	}
	return options
}

func objectOptions(occurring []string) []ui.Option {
	var options []ui.Option
	for _, o := range audit.Objects {
		if slices.Contains(occurring, string(o)) {
			options = append(options, ui.Option{Value: string(o), Label: o.Label()})
		}
	}
	return options
}

// objectHref leads to the page of what an entry is about, "" when there is none
// or when the reader may not open it.
func (r *Request) objectHref(l audit.Line) string {
	switch l.ObjectType {
	case audit.Site:
		return r.Path("sites", l.ObjectID)
	case audit.Structure:
		return r.Path("structures", l.ObjectID)
	case audit.Indicator:
		return r.Path("indicateurs", l.ObjectID)
	case audit.Period:
		return r.Path("bilans", l.ObjectID)
	case audit.Convention:
		return r.Path("convention")
	case audit.Submission:
		if l.PeriodCode != "" {
			return r.Path("saisies", l.PeriodCode, l.ObjectID)
		}
	case audit.Post:
		switch {
		case l.StructureID == nil:
		case r.Actor.Can(access.PostWrite):
			return r.Path("emplois", l.ObjectID)
		default:
			return r.Path("emplois") + "?structure=" + l.StructureID.String()
		}
	case audit.Meeting:
		return r.Path("gouvernance", "reunions", l.ObjectID)
	case audit.Decision:
		return r.Path("gouvernance", "decisions", l.ObjectID)
	case audit.Pooling:
		return r.Path("emplois", "mutualises", l.ObjectID)
	case audit.Mail:
		if r.Actor.Can(access.CampaignWrite) {
			return r.Path("reglages", "courriels")
		}
	case audit.Member, audit.Organisation:
		if r.Actor.Can(access.SettingsRead) {
			return r.Path("reglages")
		}
	}
	return ""
}
