package server

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"copil/internal/convention"
	"copil/internal/fault"
	"copil/internal/french"
	"copil/internal/pg"
	"copil/internal/site"
	"copil/templates/sites"
	"copil/templates/ui"
)

// mostZonings is how many priority areas one form takes.
const mostZonings = 12

func (s *server) siteNew(r *Request) (Reply, error) {
	v, err := s.siteForm(r, nil)
	if err != nil {
		return Reply{}, err
	}
	v.Form.Values.Set("since_on", french.ShortDate(r.Today))
	return page("Créer un site", r.crumbs(r.sitesCrumb()), sites.Edit(v)), nil
}

func (s *server) siteEdit(r *Request) (Reply, error) {
	id, err := r.ID()
	if err != nil {
		return Reply{}, err
	}
	v, err := s.siteForm(r, &id)
	if err != nil {
		return Reply{}, err
	}
	return page("Modifier le site", r.siteCrumbs(v.Site), sites.Edit(v)), nil
}

// siteForm reads what the form of a site offers, and the site as it is unless it
// is a new one.
func (s *server) siteForm(r *Request, id *uuid.UUID) (sites.EditView, error) {
	b := r.Tx.Batch()
	marks := site.Marks(b)
	items, carriers, kinds, periods := convention.Items(b, "sector"), site.Carriers(b), site.ZoningKinds(b), convention.Periods(b)
	var fill func(*sites.EditView) error
	if id != nil {
		fill = r.storedSite(b, *id)
	}
	if err := b.Send(r.Context()); err != nil {
		return sites.EditView{}, err
	}
	kept := frozen(periods.All, r.Today)
	v := sites.EditView{Marks: marks.All, Form: r.Form(r.Path("sites"), 0), Back: r.Path("sites"), Sectors: options(items.All, "sector"), Rows: 2,
		DateHint: kept.hint(), Kept: func(day time.Time) string { return kept.note("ce site comptera", &day) }}
	v.Carriers = []ui.Option{{Value: "", Label: "À préciser plus tard"}}
	for _, o := range carriers.All {
		v.Carriers = append(v.Carriers, ui.Option{Value: o.OrganisationID.String(), Label: o.Name})
	}
	for _, k := range kinds.All {
		o := ui.Option{Value: k.Zoning, Label: k.Label, Group: "En vigueur"}
		if !k.ValidOn(r.Today) {
			o.Group = "Plus en vigueur, pour une date passée"
		}
		v.Zonings = append(v.Zonings, o)
		v.Validity = append(v.Validity, k)
	}
	slices.SortStableFunc(v.Zonings, func(a, b ui.Option) int { return cmp.Compare(a.Group, b.Group) })
	if fill != nil {
		if err := fill(&v); err != nil {
			return v, err
		}
	}
	v.Form.Labels = map[string]string{}
	v.Form.Order = []string{"code", "name", "communes", "sectors", "need", "carrier"}
	for i := range mostZonings {
		v.Form.Order = append(v.Form.Order, v.ZoningName(i), v.SinceName(i), v.UntilName(i))
		area := "Territoire prioritaire " + strconv.Itoa(i+1) + ", " // what the three questions of a row do not say
		v.Form.Labels[v.ZoningName(i)], v.Form.Labels[v.SinceName(i)], v.Form.Labels[v.UntilName(i)] = area+"zonage", area+"depuis le", area+"jusqu’au"
	}
	v.Form.Order = append(v.Form.Order, "since_on")
	return v, nil
}

// storedSite queues a site; what it returns fills the form with it.
func (r *Request) storedSite(b *pg.Batch, id uuid.UUID) func(*sites.EditView) error {
	found, communes, sectors, zonings := site.Get(b, id, r.Today), site.CommunesOf(b, id), site.SectorsOf(b, id), site.ZoningsOf(b, id)
	return func(v *sites.EditView) (err error) {
		if v.Site, err = found.One(); err != nil {
			return err
		}
		v.Form = r.Form(r.Path("sites", id, "modifier"), v.Site.Version)
		v.Back, v.Rows = r.Path("sites", id), min(len(zonings.All)+1, mostZonings)
		var names []string
		for _, c := range communes.All {
			names = append(names, c.Name+" ("+c.Commune+")")
		}
		for _, sec := range sectors.All {
			v.Form.Values.Add("sectors", sec.Sector)
		}
		set := v.Form.Values.Set
		set("name", v.Site.Name)
		set("communes", strings.Join(names, ", "))
		set("need", v.Site.Need)
		if v.Site.CarrierID != nil {
			set("carrier", v.Site.CarrierID.String())
			v.KeepCarrier()
		}
		for i, z := range zonings.All {
			set(v.ZoningName(i), z.Zoning)
			set(v.SinceName(i), french.ShortDate(z.SinceOn))
			set(v.UntilName(i), shortDate(z.UntilOn))
			set(v.NoteName(i), z.Note)
		}
		return nil
	}
}

func (s *server) siteCreate(r *Request) (Reply, error) {
	v, err := s.siteForm(r, nil)
	if err != nil {
		return Reply{}, err
	}
	d, bad, err := s.readSite(r, v)
	if err != nil {
		return Reply{}, err
	}
	if len(bad) == 0 {
		var id uuid.UUID
		id, err = site.Create(r.Context(), r.Tx, r.Stamp(), d)
		if err == nil {
			return done(r.Path("sites", id), "Le site «\u00a0"+d.Name+"\u00a0» est créé."+v.Kept(d.SinceOn)), nil
		}
	}
	return s.siteAgain(r, v, "Créer un site", r.crumbs(r.sitesCrumb()), bad, err)
}

func (s *server) siteUpdate(r *Request) (Reply, error) {
	id, err := r.ID()
	if err != nil {
		return Reply{}, err
	}
	v, err := s.siteForm(r, &id)
	if err != nil {
		return Reply{}, err
	}
	r.PostForm.Set("code", v.Site.Code) // neither of the two is asked again
	r.PostForm.Set("since_on", french.ShortDate(r.Today))
	d, bad, err := s.readSite(r, v)
	if err != nil {
		return Reply{}, err
	}
	if len(bad) == 0 {
		err = site.Change(r.Context(), r.Tx, r.Stamp(), id, readForm(r.PostForm).version(), d)
		if err == nil {
			return done(r.Path("sites", id), "Le site «\u00a0"+d.Name+"\u00a0» est enregistré."), nil
		}
	}
	return s.siteAgain(r, v, "Modifier le site", r.siteCrumbs(v.Site), bad, err)
}

// siteAgain shows the form again with what is wrong, found by reading it or by
// the domain.
func (s *server) siteAgain(r *Request, v sites.EditView, title string, crumbs []ui.Link, bad fault.Fields, err error) (Reply, error) {
	reply := invalid
	if len(bad) == 0 {
		if reply, bad, err = toMend(nil, err); err != nil {
			return Reply{}, err
		}
	}
	v.Form = r.Again(v.Form, bad)
	for v.Rows < mostZonings && v.Form.Values.Get(v.ZoningName(v.Rows-1)) != "" {
		v.Rows++
	}
	return reply(title, crumbs, sites.Edit(v)), nil
}

func (s *server) readSite(r *Request, v sites.EditView) (site.Draft, fault.Fields, error) {
	known, err := site.KnownCommunes(r.Context(), r.Tx)
	if err != nil {
		return site.Draft{}, nil, err
	}
	f := readForm(r.PostForm)
	d := site.Draft{Code: f.text("code"), Name: f.text("name"), Need: f.long("need"), Sectors: r.PostForm["sectors"],
		CarrierID: f.optionalID("carrier"), SinceOn: f.date("since_on")}
	codes, problem := site.ResolveCommunes(known, f.long("communes"))
	if d.Communes = codes; problem != "" {
		f.problems.Add("communes", problem)
	}
	if !slices.ContainsFunc(v.Carriers, func(o ui.Option) bool { return o.Value == r.PostForm.Get("carrier") }) {
		f.problems.Add("carrier", "Choisissez dans la liste.")
	}
	closeRows(r.PostForm, v)
	for i := range mostZonings {
		if r.PostForm.Get(v.ZoningName(i)) == "" {
			break
		}
		d.Zonings = append(d.Zonings, site.Zoning{Zoning: f.text(v.ZoningName(i)), SinceOn: f.date(v.SinceName(i)),
			UntilOn: f.optionalDate(v.UntilName(i)), Note: f.text(v.NoteName(i))})
	}
	if d.SinceOn.After(r.Today) {
		f.problems.Add("since_on", "Cette date est dans le futur.")
	}
	// What could not be read comes first.
	for name, message := range d.Problems() {
		f.problems.Add(name, message)
	}
	for name, message := range site.ZoningProblems(v.Validity, d.Zonings) {
		f.problems.Add(name, message)
	}
	for name, message := range site.TakenProblems(v.Marks, v.Site.SiteID, d) {
		f.problems.Add(name, message)
	}
	return d, f.problems, nil
}

// closeRows takes the rows without a kind out of a form's zonings, and moves the
// others up.
func closeRows(form url.Values, v sites.EditView) {
	to := 0
	for from := range mostZonings {
		names := [4]string{v.ZoningName(from), v.SinceName(from), v.UntilName(from), v.NoteName(from)}
		values := [4]string{}
		for i, name := range names {
			values[i] = strings.TrimSpace(form.Get(name))
			form.Del(name)
		}
		if values[0] == "" {
			continue
		}
		for i, name := range [4]string{v.ZoningName(to), v.SinceName(to), v.UntilName(to), v.NoteName(to)} {
			form.Set(name, values[i])
		}
		to++
	}
}
