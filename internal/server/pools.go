package server

import (
	"net/url"
	"slices"
	"strconv"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/fault"
	"copil/internal/french"
	"copil/internal/funding"
	"copil/internal/pg"
	"copil/templates/pools"
	"copil/templates/ui"
)

const pooledTitle = "Postes mutualisés"

// poolIndex lists the pooled posts; a structure sees its own.
func (s *server) poolIndex(r *Request) (Reply, error) {
	var own *uuid.UUID
	if r.Actor.Role == access.Structure {
		own = &r.Actor.OrganisationID
	}
	b := r.Tx.Batch()
	posts, poolings, payers, employers := funding.PooledPosts(b, own), funding.Poolings(b, nil), funding.PoolPayers(b, nil), funding.PoolEmployers(b, nil)
	if err := b.Send(r.Context()); err != nil {
		return Reply{}, err
	}
	v := pools.IndexView{
		Today: r.Today, Euros: funding.SeesEuros(r.Actor), Own: own != nil, JobsHref: r.Path("emplois"),
		Posts: funding.WithPoolings(posts.All, poolings.All, payers.All, employers.All),
		Href:  func(post uuid.UUID) string { return r.Path("emplois", "mutualises", post) },
	}
	v.Sites = funding.TallyBy(v.Posts, r.Today, func(p funding.PooledPost) (string, string) {
		if p.SiteCode == "" {
			return "", "Hors site"
		}
		return p.SiteCode, p.SiteCode + " – " + p.SiteName
	})
	if whole := funding.TallyBy(v.Posts, r.Today, func(funding.PooledPost) (string, string) { return "", "Total" }); len(whole) > 0 {
		v.Total = whole[0]
	}
	return page(pooledTitle, r.crumbs(r.jobsCrumb()), pools.Index(v)), nil
}

func (r *Request) poolsCrumbs() []ui.Link {
	return r.crumbs(r.jobsCrumb(), ui.Link{Label: pooledTitle, Href: r.Path("emplois", "mutualises")})
}

func (s *server) poolShow(r *Request) (Reply, error) {
	v, err := s.poolView(r)
	if err != nil {
		return Reply{}, err
	}
	return page("Parts du poste "+v.Post.Reference, r.poolsCrumbs(), pools.Show(v)), nil
}

// poolView reads one post whose pooling the actor may see, and fills the form
// with what holds now.
func (s *server) poolView(r *Request) (v pools.ShowView, err error) {
	id, err := r.ID()
	if err != nil {
		return v, err
	}
	b := r.Tx.Batch()
	found, poolings, payers, employers := funding.GetPooledPost(b, id), funding.Poolings(b, &id), funding.PoolPayers(b, &id), funding.PoolEmployers(b, &id)
	partners := funding.Partners(b)
	if err := b.Send(r.Context()); err != nil {
		return v, err
	}
	if v.Post, err = found.One(); err != nil {
		return v, err
	}
	if !funding.SeesPooling(r.Actor, v.Post.OrganisationID) {
		return v, fault.New(fault.NotFound, pg.NoSuchRecord)
	}
	v.Post = funding.WithPoolings(found.All, poolings.All, payers.All, employers.All)[0]
	v.Today, v.Euros, v.Back = r.Today, funding.SeesEuros(r.Actor), r.Path("emplois", "mutualises")
	for _, p := range partners.All {
		v.Partners = append(v.Partners, ui.Option{Value: p.OrganisationID.String(), Label: p.Name})
	}
	if funding.MayPool(r.Actor, v.Post.OrganisationID) {
		form := r.Form(r.Path("emplois", "mutualises", id), v.Post.Edition())
		labelPool(&form)
		fillPool(&form, v.Post)
		v.Form = &form
		v.FitRows(1)
	}
	return v, nil
}

// labelPool says which row a problem is of.
func labelPool(form *ui.Form) {
	form.Order, form.Labels = []string{"since_on", "until_on", "payers"}, map[string]string{}
	for i := range pools.MostRows {
		payer := "Commanditaire " + strconv.Itoa(i+1) + ", "
		form.Order = append(form.Order, pools.PayerName(i), pools.HoursName(i), pools.EurosName(i))
		form.Labels[pools.PayerName(i)], form.Labels[pools.HoursName(i)], form.Labels[pools.EurosName(i)] = payer+"organisme", payer+"part des heures", payer+"part du financement"
	}
	for i := range pools.MostRows {
		employer := "Employeur " + strconv.Itoa(i+1) + ", "
		form.Order = append(form.Order, pools.EmployerName(i), pools.EmployedName(i))
		form.Labels[pools.EmployerName(i)], form.Labels[pools.EmployedName(i)] = employer+"organisme", employer+"part des heures"
	}
}

// fillPool starts from the last shares known.
func fillPool(form *ui.Form, p funding.PooledPost) {
	if len(p.Poolings) == 0 {
		return
	}
	now := p.Poolings[len(p.Poolings)-1]
	form.Values.Set("since_on", french.ShortDate(now.SinceOn))
	form.Values.Set("until_on", shortDate(now.UntilOn))
	for i, x := range now.Payers[:min(len(now.Payers), pools.MostRows)] {
		form.Values.Set(pools.PayerName(i), x.OrganisationID.String())
		form.Values.Set(pools.HoursName(i), french.Decimal(x.Hours, 2))
		form.Values.Set(pools.EurosName(i), french.Decimal(x.Euros, 2))
	}
	for i, x := range now.Employers[:min(len(now.Employers), pools.MostRows)] {
		form.Values.Set(pools.EmployerName(i), x.OrganisationID.String())
		form.Values.Set(pools.EmployedName(i), french.Decimal(x.Hours, 2))
	}
}

func (s *server) poolSave(r *Request) (Reply, error) {
	v, err := s.poolView(r)
	if err != nil {
		return Reply{}, err
	}
	if v.Form == nil {
		return Reply{}, fault.New(fault.NotFound, pg.NoSuchRecord)
	}
	title := "Parts du poste " + v.Post.Reference
	if r.PostForm.Get("action") == pools.More {
		again := r.Again(*v.Form, nil)
		v.Form = &again
		v.FitRows(3)
		return trial(title, r.poolsCrumbs(), pools.Show(v)), nil
	}
	f := readForm(r.PostForm)
	d := f.pooling(v.Partners)
	reply := invalid
	if len(f.problems) == 0 {
		err = r.Tx.Try(r.Context(), func(tx *pg.Tx) error {
			return funding.Pool(r.Context(), tx, r.Stamp(), v.Post.PostID, f.version(), d)
		})
		if err == nil {
			return done(r.Path("emplois", "mutualises", v.Post.PostID), "Les parts du poste "+v.Post.Reference+" sont enregistrées."), nil
		}
		if reply, f.problems, err = toMend(nil, err); err != nil {
			return Reply{}, err
		}
		f.problems = atFirstRow(f.problems)
	}
	again := r.Again(*v.Form, f.problems)
	v.Form = &again
	v.FitRows(1)
	return reply(title, r.poolsCrumbs(), pools.Show(v)), nil
}

// atFirstRow puts what is wrong with all commissioners, or employers, at the
// first row.
func atFirstRow(bad fault.Fields) fault.Fields {
	for from, to := range map[string]string{"payers": pools.PayerName(0), "employers": pools.EmployerName(0)} {
		if message, told := bad[from]; told {
			delete(bad, from)
			bad.Add(to, message)
		}
	}
	return bad
}

// pooling reads what was typed; empty rows are ignored.
func (f *formReader) pooling(partners []ui.Option) funding.Pooling {
	s := funding.Pooling{SinceOn: f.date("since_on"), UntilOn: f.optionalDate("until_on")}
	who := func(field string) (id uuid.UUID, name string) {
		i := slices.IndexFunc(partners, func(o ui.Option) bool { return o.Value == f.text(field) })
		if i < 0 {
			f.problems.Add(field, "Choisissez dans la liste.")
			return uuid.Nil, ""
		}
		return uuid.MustParse(partners[i].Value), partners[i].Label
	}
	for i := range pools.MostRows {
		if typed(f.values, pools.PayerName(i), pools.HoursName(i), pools.EurosName(i)) {
			id, name := who(pools.PayerName(i))
			s.Payers = append(s.Payers, funding.Payer{OrganisationID: id, Name: name, Hours: f.decimal(pools.HoursName(i)), Euros: f.decimal(pools.EurosName(i))})
		}
		if typed(f.values, pools.EmployerName(i), pools.EmployedName(i)) {
			id, name := who(pools.EmployerName(i))
			s.Employers = append(s.Employers, funding.Employer{OrganisationID: id, Name: name, Hours: f.decimal(pools.EmployedName(i))})
		}
	}
	return s
}

// typed reports whether one of some fields holds anything.
func typed(values url.Values, names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return plainText(values.Get(name)) != "" })
}
