package convention

import (
	"fmt"
	"slices"
	"strings"

	"copil/internal/french"
)

// What an indicator may be broken down by, besides the reference lists.
const (
	BySite         = "site"
	ByOrganisation = "organisation"
)

// JobTypes is the list of which each post has an entry.
const JobTypes = "job_type"

// byJobType are the counts of posts that a file may break down.
var byJobType = []string{"posts_open", "posts_filled"}

// definitions checks the measures and the indicators built on them.
func (c *checker) definitions() {
	unique(c, "measures", "measure_code", c.f.Measures, func(m Measure) string { return m.MeasureCode })
	for i := range c.f.Measures {
		m := &c.f.Measures[i]
		m.Version, m.ValidFrom = 1, c.f.Agreement.StartsOn
		c.measure(fmt.Sprintf("measures[%d]", i+1), *m)
		c.measures[m.MeasureCode] = *m
	}
	c.shortForm()
	c.funding()
	unique(c, "indicators", "indicator_code", c.f.Indicators, func(i Indicator) string { return i.IndicatorCode })
	for i := range c.f.Indicators {
		n := &c.f.Indicators[i]
		n.Version, n.ValidFrom = 1, c.f.Agreement.StartsOn
		path := fmt.Sprintf("indicators[%d]", i+1)
		c.indicator(path, *n)
		c.formula(path, *n)
		if c.knows(n.Formula) {
			c.aggregation(path, *n)
		}
	}
	c.headlines()
}

// headlines checks that the dashboard has one figure of each sort to show first.
func (c *checker) headlines() {
	first := map[string]string{}
	for i, n := range c.f.Indicators {
		path := fmt.Sprintf("indicators[%d].headline", i+1)
		if n.Headline == "" {
			continue
		}
		if other, taken := first[n.Headline]; taken {
			c.at(path, "Un seul indicateur peut être mis en avant ainsi, et c’est déjà %s.", other)
		}
		first[n.Headline] = n.IndicatorCode
		if n.Headline == Progress && n.AcrossPeriods != "cumulative" {
			c.at(path, "« progress » montre un cumul en route vers sa cible : il va avec across_periods: cumulative.")
		}
		if n.Headline == StockFigure && n.AcrossPeriods != "last" {
			c.at(path, "« stock » montre un effectif de fin de période : il va avec across_periods: last.")
		}
	}
}

func (c *checker) measure(path string, m Measure) {
	c.pattern(path+".measure_code", m.MeasureCode, namePattern, "minuscules sans accent, chiffres et soulignés")
	c.places(path, m.Places)
	for i, who := range m.EnteredBy {
		if who != ByStructure && who != ByMission && !c.parties[who] {
			c.at(fmt.Sprintf("%s.entered_by[%d]", path, i+1), "« %s » ne saisit rien ici ; les choix : structure, mission ou le code d’une partie.", who)
		}
	}
	derived := m.Source == FromPosts
	switch {
	case derived && c.f.Agreement.Words.NoPosts:
		c.at(path+".source", "Sans la liste « %s », la convention ne suit pas de postes dont déduire cette mesure.", JobTypes)
	case derived && (len(m.EnteredBy) > 0 || m.ShortForm):
		c.at(path+".entered_by", "Ce que Copil déduit des postes n’est saisi par personne : retirez entered_by et short_form.")
	case !derived && m.Source != "" && len(m.EnteredBy) == 0:
		c.at(path+".entered_by", "Dites qui saisit cette mesure : structure, mission ou le code d’une partie.")
	}
	switch {
	case !derived || m.RowList == nil && m.ColumnList == nil:
	case m.ColumnList != nil || *m.RowList != JobTypes || !slices.Contains(byJobType, m.MeasureCode):
		c.at(path+".row_list", "Parmi les mesures déduites des postes, seules %s se ventilent, et par type d’emploi (job_type).", french.List(byJobType))
	}
	for field, list := range map[string]*string{".row_list": m.RowList, ".column_list": m.ColumnList} {
		switch {
		case list == nil || *list == "":
		case c.lists[*list] == nil:
			c.at(path+field, "La liste « %s » n’existe pas dans ce fichier.", *list)
		case m.Source == Identifiers:
			c.at(path+field, "Une liste d’identifiants ne se ventile pas.")
		}
	}
	if m.ColumnList != nil && m.RowList == nil {
		c.at(path+".column_list", "Une mesure en colonnes l’est d’abord en lignes : donnez row_list.")
	}
	if m.ColumnList != nil && m.RowList != nil && *m.ColumnList == *m.RowList {
		c.at(path+".column_list", "Les lignes et les colonnes ne peuvent pas venir de la même liste.")
	}
}

// funding checks that a threshold is one.
func (c *checker) funding() {
	f := c.f.Agreement.Funding
	if f == nil {
		return
	}
	for name, n := range map[string]int{"agreement_above": f.AgreementAbove, "account_months": f.AccountMonths, "budget_months": f.BudgetMonths} {
		if n < 0 || strings.HasSuffix(name, "_months") && n > 36 {
			c.at("agreement.funding."+name, "Ce seuil est un entier positif ; un délai compte 36 mois au plus.")
		}
	}
}

// shortForm checks that who is small is told by something that everybody answers.
func (c *checker) shortForm() {
	f := c.f.Agreement.ShortForm
	if f == nil {
		return
	}
	m, known := c.measures[f.Measure]
	switch {
	case !known && f.Measure != "":
		c.at("agreement.short_form.measure", "La mesure « %s » n’existe pas dans ce fichier.", f.Measure)
	case known && (m.Source != Typed || !m.ShortForm || !slices.Contains(m.EnteredBy, ByStructure)):
		c.at("agreement.short_form.measure", "La mesure qui dit qui est petit est saisie par les structures, et demandée à toutes (short_form: true).")
	}
	if f.Below < 1 && c.lines["agreement.short_form.below"] > 0 {
		c.at("agreement.short_form.below", "Le seuil est un entier, 1 au moins.")
	}
}

func (c *checker) places(path string, places int16) {
	if places < 0 || places > 4 {
		c.at(path+".places", "Le nombre de décimales va de 0 à 4.")
	}
}

func (c *checker) indicator(path string, n Indicator) {
	c.pattern(path+".indicator_code", n.IndicatorCode, shortCodePattern, "lettres sans accent, chiffres et tirets, 20 signes au plus")
	c.number(path+".axis_no", n.AxisNo, c.axes, "L’axe")
	c.places(path, n.Places)
	for i, by := range n.Breakdowns {
		if by != BySite && by != ByOrganisation && by != "" && c.lists[by] == nil {
			c.at(fmt.Sprintf("%s.breakdowns[%d]", path, i+1), "On ne peut ventiler par « %s » ; les choix : site, organisation ou le code d’une liste.", by)
		}
	}
	for i, b := range n.Baselines {
		if b.Maximum.LessThan(b.Minimum) {
			c.at(fmt.Sprintf("%s.baselines[%d].maximum", path, i+1), "Le maximum est plus petit que le minimum.")
		}
	}
	if n.Target != nil && n.TargetSource == "" {
		c.at(path+".target", "Dites d’où vient la cible (target_source) ; sans source, elle reste « à fixer par le COPIL ».")
	}
}

// formula checks that a formula says one thing, over measures that exist.
func (c *checker) formula(path string, n Indicator) {
	f := n.Formula
	switch {
	case f.Computed == "" && len(f.Numerator) == 0:
		c.at(path+".formula", "La formule est vide : donnez numerator, ou computed.")
	case f.Computed != "" && len(f.Numerator)+len(f.Denominator)+len(f.OfWhich) > 0:
		c.at(path+".formula.computed", "Ce que Copil compte lui-même n’a ni numérateur ni dénominateur.")
	case (len(f.Denominator) > 0) != (n.AcrossSites == "ratio") && n.AcrossSites != "":
		c.at(path+".across_sites", "« ratio » va avec un dénominateur, et lui seul : un ratio se recalcule, il ne s’additionne pas.")
	}
	for name, terms := range map[string][]Term{"numerator": f.Numerator, "denominator": f.Denominator, "of_which": f.OfWhich} {
		c.terms(path+".formula."+name, terms)
	}
}

// terms checks that terms are of measures that exist, and of entries of their lists.
func (c *checker) terms(path string, terms []Term) {
	for i, t := range terms {
		at := fmt.Sprintf("%s[%d]", path, i+1)
		m, known := c.measures[t.Measure]
		if !known {
			if t.Measure != "" {
				c.at(at+".measure", "La mesure « %s » n’existe pas dans ce fichier.", t.Measure)
			}
			continue
		}
		c.items(at+".rows", t.Rows, m.RowList)
		c.items(at+".columns", t.Columns, m.ColumnList)
	}
}

func (c *checker) items(path string, items []string, list *string) {
	if len(items) > 0 && list == nil {
		c.at(path, "Cette mesure n’est pas ventilée ainsi.")
		return
	}
	for i, item := range items {
		if list != nil && c.lists[*list] != nil && item != "" && !c.lists[*list][item] {
			c.at(fmt.Sprintf("%s[%d]", path, i+1), "« %s » n’est pas dans la liste « %s ».", item, *list)
		}
	}
}

func (c *checker) knows(f Formula) bool {
	return f.Computed == "" && !slices.ContainsFunc(f.Measures(), func(code string) bool {
		_, known := c.measures[code]
		return !known
	})
}

// aggregation checks that an indicator is added up as its measures can be.
func (c *checker) aggregation(path string, n Indicator) {
	kinds, sources := map[string]bool{}, map[string]bool{}
	for _, t := range n.Formula.Numerator {
		kinds[c.measures[t.Measure].Kind] = true
		sources[c.measures[t.Measure].Source] = true
	}
	if (n.AcrossSites == "distinct" || n.AcrossPeriods == "distinct") != sources[Identifiers] {
		c.at(path+".across_sites", "« distinct » va avec une mesure faite d’identifiants, et elle seule : sans identifiants, on compterait deux fois.")
	}
	allowed := map[string][]string{
		"sum":        {Flow},
		"last":       {Stock, Cumulative},
		"cumulative": {Cumulative},
	}[n.AcrossPeriods]
	for _, kind := range []string{Stock, Flow, Cumulative} {
		if allowed != nil && kinds[kind] && !slices.Contains(allowed, kind) {
			c.at(path+".across_periods", "« %s » ne convient pas à %s ; %s.", n.AcrossPeriods, kindNames[kind], french.List([]string{
				"un stock garde sa dernière valeur (last)", "un flux s’additionne (sum)", "un cumul reste un cumul (cumulative)"}))
		}
	}
}

var kindNames = map[string]string{Stock: "un stock", Flow: "un flux", Cumulative: "un cumul"}
