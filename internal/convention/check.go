package convention

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// What a convention needs so that structures can be described. One without
// types of job keeps no posts, one without sectors does not ask sites for theirs.
var neededLists = []string{"operator_type"}

// Who enters a measure, besides a party.
const (
	ByStructure = "structure"
	ByMission   = "mission"
)

var (
	articlePattern    = regexp.MustCompile(`^(le |la |l’)\S`)
	slugPattern       = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,60}$`)
	accentPattern     = regexp.MustCompile(`^#[0-9a-f]{6}$`)
	departmentPattern = regexp.MustCompile(`^(0[1-9]|[1-9][0-9]|2[AB]|97[1-6])$`)
	sirenPattern      = regexp.MustCompile(`^[0-9]{9}$`)
	codePattern       = regexp.MustCompile(`^[0-9A-Za-z_-]{1,30}$`)
	shortCodePattern  = regexp.MustCompile(`^[0-9A-Za-z-]{1,20}$`)
	namePattern       = regexp.MustCompile(`^[a-z][a-z0-9_]{0,40}$`)
)

// checker looks for what is wrong in a file beyond the shape of its fields. A
// zero value was reported already, so it is passed over.
type checker struct {
	*decoder
	f         *File
	articles  map[int]bool
	footnotes map[int]bool
	axes      map[int]bool
	parties   map[string]bool
	lists     map[string]map[string]bool // items by list
	measures  map[string]Measure
}

func check(d *decoder, f *File) {
	c := &checker{decoder: d, f: f, lists: map[string]map[string]bool{}, measures: map[string]Measure{}}
	c.agreement()
	c.text()
	c.parts()
	c.periods()
	c.references()
	c.definitions()
	c.rules()
	c.findQuotes()
}

func (c *checker) agreement() {
	a := c.f.Agreement
	c.pattern("agreement.slug", a.Slug, slugPattern, "minuscules, chiffres et tirets, 61 signes au plus")
	c.pattern("agreement.accent", a.Accent, accentPattern, "une couleur comme #1f4e5f, en minuscules")
	for i, department := range a.Departments {
		c.pattern(fmt.Sprintf("agreement.departments[%d]", i+1), department, departmentPattern, "un numéro de département comme 59")
	}
	for _, word := range []struct{ field, text string }{{"mission", a.Words.Mission}, {"committee", a.Words.Committee}} {
		c.pattern("agreement.words."+word.field, word.text, articlePattern, "un nom au singulier, précédé de son article, comme « la mission d’appui »")
	}
	if !a.StartsOn.IsZero() && !a.EndsOn.IsZero() && a.EndsOn.Before(a.StartsOn) {
		c.at("agreement.ends_on", "La convention finit avant d’avoir commencé.")
	}
}

// text checks the articles and footnotes, which everything else quotes.
func (c *checker) text() {
	c.articles = unique(c, "articles", "article_no", c.f.Articles, func(a Article) int { return a.ArticleNo })
	c.footnotes = unique(c, "footnotes", "footnote_no", c.f.Footnotes, func(n Footnote) int { return n.FootnoteNo })
	for i, a := range c.f.Articles {
		path := fmt.Sprintf("articles[%d]", i+1)
		switch {
		case i > 0 && a.ArticleNo < c.f.Articles[i-1].ArticleNo:
			c.at(path+".article_no", "Les articles doivent se suivre dans l’ordre de leurs numéros.")
		case a.ArticleNo < 0:
			c.at(path+".article_no", "Le numéro d’un article est positif ; 0 désigne le préambule.")
		}
		if a.Missing && (a.Body != "" || a.Title != "") {
			c.at(path, "Un article absent de la source (missing) n’a ni titre ni texte.")
		}
		if !a.Missing && a.Body == "" {
			c.at(path, "Le texte de l’article (body) manque ; s’il est absent de la source, mettez missing: true.")
		}
	}
}

// parts checks the codes and numbers of what the act holds.
func (c *checker) parts() {
	f := c.f
	c.parties = unique(c, "parties", "party_code", f.Parties, func(p Party) string { return p.PartyCode })
	unique(c, "parties", "organisation_code", f.Parties, func(p Party) string { return p.OrganisationCode })
	c.axes = unique(c, "axes", "axis_no", f.Axes, func(a Axis) int { return a.AxisNo })
	unique(c, "stakes", "stake_no", f.Stakes, func(s Stake) int { return s.StakeNo })
	unique(c, "objectives", "objective_no", f.Objectives, func(o Objective) int { return o.ObjectiveNo })
	unique(c, "commitments", "commitment_code", f.Commitments, func(m Commitment) string { return m.CommitmentCode })
	unique(c, "key_figures", "figure_code", f.KeyFigures, func(k KeyFigure) string { return k.FigureCode })
	unique(c, "governance_bodies", "body_code", f.Bodies, func(b Body) string { return b.BodyCode })
	for i, p := range f.Parties {
		path := fmt.Sprintf("parties[%d]", i+1)
		c.pattern(path+".party_code", p.PartyCode, codePattern, "lettres sans accent, chiffres et tirets")
		if p.PartyCode == ByStructure || p.PartyCode == ByMission {
			c.at(path+".party_code", "Ce code est réservé : choisissez-en un autre.")
		}
		if p.Siren != nil {
			c.pattern(path+".siren", *p.Siren, sirenPattern, "neuf chiffres")
		}
	}
	for i, k := range f.KeyFigures {
		if k.Maximum.LessThan(k.Minimum) {
			c.at(fmt.Sprintf("key_figures[%d].maximum", i+1), "Le maximum est plus petit que le minimum.")
		}
	}
	for i, l := range f.Lists {
		path := fmt.Sprintf("lists[%d]", i+1)
		if _, taken := c.lists[l.ListCode]; taken {
			c.at(path+".list_code", "« %s » est déjà pris par une autre ligne.", l.ListCode)
		}
		c.pattern(path+".list_code", l.ListCode, namePattern, "minuscules sans accent, chiffres et soulignés")
		c.lists[l.ListCode] = unique(c, path+".items", "item_code", l.Items, func(i Item) string { return i.ItemCode })
		for j, item := range l.Items {
			at := fmt.Sprintf("%s.items[%d]", path, j+1)
			c.pattern(at+".item_code", item.ItemCode, codePattern, "lettres sans accent, chiffres et tirets")
			if item.Quoted {
				c.quotes = append(c.quotes, quote{at + ".label", item.Label, nil})
			}
		}
	}
	c.f.Agreement.Words.NoPosts = c.lists[JobTypes] == nil
	for _, needed := range neededLists {
		if _, ok := c.lists[needed]; !ok {
			c.at("lists", "Il manque la liste « %s », dont les structures ont besoin.", needed)
		}
	}
}

func (c *checker) periods() {
	f := c.f
	unique(c, "periods", "period_code", f.Periods, func(p Period) string { return p.PeriodCode })
	for i := range f.Periods {
		p := &f.Periods[i]
		p.Position, p.Version = i+1, 1
		path := fmt.Sprintf("periods[%d]", i+1)
		c.pattern(path+".period_code", p.PeriodCode, shortCodePattern, "lettres sans accent, chiffres et tirets, 20 signes au plus")
		if p.StartsOn.IsZero() || p.EndsOn.IsZero() {
			continue
		}
		if p.EndsOn.Before(p.StartsOn) {
			c.at(path+".ends_on", "La période finit avant d’avoir commencé.")
		}
		if i > 0 && !p.StartsOn.After(f.Periods[i-1].EndsOn) {
			c.at(path+".starts_on", "La période doit commencer après la fin de la précédente.")
		}
		if signed := f.Agreement.SignedOn; signed != nil && !p.Reconstituted && signed.Sub(p.StartsOn) > p.EndsOn.Sub(*signed) {
			c.at(path, "La période précède la signature, pour l’essentiel : marquez-la « reconstituted: true » (ses données sont antérieures ou quasi antérieures).")
		}
		if a := f.Agreement; p.StartsOn.Before(a.StartsOn) || !a.EndsOn.IsZero() && p.EndsOn.After(a.EndsOn) {
			c.at(path, "La période sort des dates de la convention.")
		}
	}
}

// references checks that what the act's parts point to exists.
func (c *checker) references() {
	f := c.f
	for i, n := range f.Footnotes {
		c.article(fmt.Sprintf("footnotes[%d]", i+1), n.ArticleNo)
	}
	for i, s := range f.Stakes {
		c.article(fmt.Sprintf("stakes[%d]", i+1), s.ArticleNo)
	}
	for i, o := range f.Objectives {
		path := fmt.Sprintf("objectives[%d]", i+1)
		c.article(path, o.ArticleNo)
		c.number(path+".proposed_axis", o.ProposedAxis, c.axes, "L’axe")
	}
	for i, m := range f.Commitments {
		path := fmt.Sprintf("commitments[%d]", i+1)
		c.article(path, m.ArticleNo)
		if m.PartyCode != nil && *m.PartyCode != "" && !c.parties[*m.PartyCode] {
			c.at(path+".party_code", "La partie « %s » n’existe pas dans ce fichier.", *m.PartyCode)
		}
		for j, code := range m.Indicators {
			if !slices.ContainsFunc(f.Indicators, func(n Indicator) bool { return n.IndicatorCode == code }) {
				c.at(fmt.Sprintf("%s.indicators[%d]", path, j+1), "L’indicateur « %s » n’existe pas dans ce fichier.", code)
			}
		}
	}
	for i, k := range f.KeyFigures {
		path := fmt.Sprintf("key_figures[%d]", i+1)
		c.article(path, k.ArticleNo)
		c.number(path+".footnote_no", k.FootnoteNo, c.footnotes, "La note")
	}
	for i, b := range f.Bodies {
		c.article(fmt.Sprintf("governance_bodies[%d]", i+1), b.ArticleNo)
	}
	act := f.Agreement.Act
	if act.Definition != nil {
		c.number("agreement.act.definition.footnote_no", act.Definition.FootnoteNo, c.footnotes, "La note")
	}
	if act.SourceStudy != nil {
		c.number("agreement.act.source_study.footnote_no", act.SourceStudy.FootnoteNo, c.footnotes, "La note")
	}
}

func (c *checker) article(path string, no int) {
	if _, given := c.lines[path+".article_no"]; given {
		c.number(path+".article_no", &no, c.articles, "L’article")
	}
}

func (c *checker) number(path string, no *int, known map[int]bool, what string) {
	if no != nil && !known[*no] {
		c.at(path, "%s %d n’existe pas dans ce fichier.", what, *no)
	}
}

func (c *checker) pattern(path, text string, pattern *regexp.Regexp, shape string) {
	if text != "" && !pattern.MatchString(text) {
		c.at(path, "« %s » ne convient pas ; il faut : %s.", text, shape)
	}
}

// unique reports every element whose key was already taken, and returns the keys.
func unique[T any, K comparable](c *checker, path, field string, elements []T, key func(T) K) map[K]bool {
	keys := map[K]bool{}
	for i, element := range elements {
		at := fmt.Sprintf("%s[%d].%s", path, i+1, field)
		k := key(element)
		if _, given := c.lines[at]; given && keys[k] {
			c.at(at, "« %v » est déjà pris par une autre ligne.", k)
		}
		keys[k] = true
	}
	return keys
}

// findQuotes looks for every extract where it says it comes from: what is
// quoted is quoted as written.
func (c *checker) findQuotes() {
	act := c.f.Agreement.Act
	whole := append(slices.Clone(act.Title), act.Opening, act.Closing)
	texts := map[int]string{}
	for _, a := range c.f.Articles {
		parts := []string{a.Title, a.Body}
		for _, n := range c.f.Footnotes {
			if n.ArticleNo == a.ArticleNo {
				parts = append(parts, n.Quoted)
			}
		}
		texts[a.ArticleNo] = oneLine(parts...)
		whole = append(whole, texts[a.ArticleNo])
	}
	everything := oneLine(whole...)
	for _, q := range c.quotes {
		switch {
		case q.text == "":
		case q.article == nil && !strings.Contains(everything, oneLine(q.text)):
			c.at(q.path, "Ces mots ne sont pas un extrait exact du texte de l’acte.")
		case q.article != nil && c.articles[*q.article] && !strings.Contains(texts[*q.article], oneLine(q.text)):
			c.at(q.path, "Ces mots ne sont pas un extrait exact %s.", ofArticle(*q.article))
		case q.article != nil && !c.articles[*q.article]:
			if at := strings.TrimSuffix(q.path, ".quoted") + ".article_no"; strings.HasPrefix(at, "agreement.act.") && c.lines[at] > 0 {
				c.at(at, "L’article %d n’existe pas dans ce fichier.", *q.article)
			}
		}
	}
}

// oneLine joins texts, each stretch of white space written as one space.
func oneLine(texts ...string) string {
	return strings.Join(strings.Fields(strings.Join(texts, "\n")), " ")
}

func ofArticle(no int) string {
	if no == 0 {
		return "du préambule"
	}
	return "de l’article " + strconv.Itoa(no)
}
