package convention

import (
	"fmt"
	"regexp"

	"github.com/shopspring/decimal"
)

// Levels of a rule.
const (
	Blocking = "blocking" // figures that break it are not handed in
	Alert    = "alert"    // they are, with a comment
)

// Kinds of rules. A rule says nothing where one of its figures is not known:
// « non renseigné » and « sans objet » never break it.
const (
	AtMost       = "at_most"       // left ≤ factor × right
	RowsAtMost   = "rows_at_most"  // row by row of the list that both are broken down by, left is above right by no more than percent, or by no more than allowance
	Equal        = "equal"         // left = right
	Balance      = "balance"       // at = at in the period before + left − right
	Variation    = "variation"     // at changes by no more than percent, or by no more than allowance, since the period before
	NeverLower   = "never_lower"   // at ≥ at in the period before
	Cumulated    = "cumulated"     // left ≤ right, both since the start
	Together     = "together"      // left and right are zero together, or neither is
	Least        = "least"         // if left > 0, then right ≥ factor
	ValidSiren   = "identifiers"   // the identifiers of left are SIREN, each once
	Dated        = "dated"         // no figure of left for an entry of a list that does not exist yet
	PriorityArea = "priority_area" // left > 0 only on a site that lies, or lay, in a priority area
	Control      = "control"       // a total typed beside a table of left is the sum of its cells
	Names        = "names"         // comments, reasons and the remark name nobody
)

// Rule is one thing that the figures of a submission must satisfy (blocking), or
// that asks for a comment (alert).
type Rule struct {
	RuleCode  string           `json:"rule_code" yaml:"rule_code"`
	Number    string           `json:"number" yaml:"number"` // as the convention's documents name it
	Level     string           `json:"level" yaml:"level" one_of:"blocking alert"`
	Kind      string           `json:"kind" yaml:"kind" one_of:"at_most rows_at_most equal balance variation never_lower cumulated together least identifiers dated priority_area control names"`
	At        string           `json:"at_measure" db:"at_measure" yaml:"at,omitempty"` // the measure at which its message stands; "": those of Left
	Left      []Term           `json:"left_terms" db:"left_terms" yaml:"left,omitempty"`
	Right     []Term           `json:"right_terms" db:"right_terms" yaml:"right,omitempty"`
	Factor    *decimal.Decimal `json:"factor" yaml:"factor,omitempty"`       // nil: 1
	Percent   *decimal.Decimal `json:"percent" yaml:"percent,omitempty"`     // of the figure before: 25 is a quarter
	Allowance *decimal.Decimal `json:"allowance" yaml:"allowance,omitempty"` // in the measure's unit; nil: 0
	Message   string           `json:"message" yaml:"message"`               // the sentence, without the figures
}

// needs tells which fields a kind of rule wants; all others must be left out.
var needs = map[string]struct{ at, left, right, factor, percent, allowance bool }{
	AtMost:       {at: true, left: true, right: true, factor: true},
	RowsAtMost:   {at: true, left: true, right: true, percent: true, allowance: true},
	Equal:        {at: true, left: true, right: true},
	Balance:      {at: true, left: true, right: true},
	Variation:    {at: true, percent: true, allowance: true},
	NeverLower:   {at: true},
	Cumulated:    {at: true, left: true, right: true},
	Together:     {at: true, left: true, right: true},
	Least:        {at: true, left: true, right: true, factor: true},
	ValidSiren:   {left: true},
	Dated:        {left: true},
	PriorityArea: {left: true},
	Control:      {left: true},
	Names:        {},
}

// mayLack are the fields that a kind wants but that have a value of their own.
func mayLack(kind, field string) bool {
	return kind == AtMost && field == "factor" || kind == RowsAtMost && field == "percent" || field == "allowance"
}

var numberPattern = regexp.MustCompile(`^[A-Z][A-Z0-9-]{0,15}$`)

// rules checks that each rule has what its kind needs, over measures that exist.
func (c *checker) rules() {
	unique(c, "rules", "rule_code", c.f.Rules, func(r Rule) string { return r.RuleCode })
	for i, r := range c.f.Rules {
		path := fmt.Sprintf("rules[%d]", i+1)
		c.pattern(path+".rule_code", r.RuleCode, namePattern, "minuscules sans accent, chiffres et soulignés")
		c.pattern(path+".number", r.Number, numberPattern, "un numéro comme V02")
		if _, known := c.measures[r.At]; r.At != "" && !known {
			c.at(path+".at", "La mesure « %s » n’existe pas dans ce fichier.", r.At)
		}
		c.terms(path+".left", r.Left)
		c.terms(path+".right", r.Right)
		c.parameters(path, r)
		c.suits(path, r)
	}
}

// parameters checks that what a kind needs is given, and nothing else.
func (c *checker) parameters(path string, r Rule) {
	wants, known := needs[r.Kind]
	if !known { // reported already
		return
	}
	for _, field := range []struct {
		name         string
		wanted, here bool
	}{
		{"at", wants.at, r.At != ""}, {"left", wants.left, len(r.Left) > 0}, {"right", wants.right, len(r.Right) > 0},
		{"factor", wants.factor, r.Factor != nil}, {"percent", wants.percent, r.Percent != nil}, {"allowance", wants.allowance, r.Allowance != nil},
	} {
		switch {
		case field.here && !field.wanted:
			c.at(path+"."+field.name, "Une règle « %s » n’a pas ce champ : retirez-le.", r.Kind)
		case !field.here && field.wanted && !mayLack(r.Kind, field.name):
			c.at(path+"."+field.name, "Une règle « %s » a besoin de ce champ.", r.Kind)
		}
	}
	for name, n := range map[string]*decimal.Decimal{"factor": r.Factor, "percent": r.Percent, "allowance": r.Allowance} {
		if n != nil && n.IsNegative() {
			c.at(path+"."+name, "Un seuil est positif.")
		}
	}
}

// suits checks that a rule speaks of measures that it can judge.
func (c *checker) suits(path string, r Rule) {
	if m, known := c.measures[r.At]; known && r.Kind == NeverLower && m.Kind != Cumulative {
		c.at(path+".at", "Seul un cumul ne baisse jamais (kind: cumulative).")
	}
	if r.Kind == RowsAtMost {
		c.sameRows(path, r)
	}
	for i, t := range r.Left {
		m, known := c.measures[t.Measure]
		at := fmt.Sprintf("%s.left[%d].measure", path, i+1)
		switch {
		case !known:
		case r.Kind == ValidSiren && m.Source != Identifiers:
			c.at(at, "Cette règle lit des identifiants (source: identifiers).")
		case (r.Kind == Dated || r.Kind == Control) && m.RowList == nil:
			c.at(at, "Cette règle lit un tableau (row_list).")
		}
	}
}

// sameRows checks that a rule compares measures broken down by one list.
func (c *checker) sameRows(path string, r Rule) {
	var list string
	for _, side := range []struct {
		name  string
		terms []Term
	}{{"left", r.Left}, {"right", r.Right}} {
		for i, t := range side.terms {
			m, known := c.measures[t.Measure]
			at := fmt.Sprintf("%s.%s[%d].measure", path, side.name, i+1)
			switch {
			case !known:
			case m.RowList == nil:
				c.at(at, "Cette règle lit un tableau (row_list).")
			case list != "" && *m.RowList != list:
				c.at(at, "Cette règle compare ligne par ligne\u00a0: ses mesures ont la même liste en lignes (row_list).")
			default:
				list = *m.RowList
			}
		}
	}
}
