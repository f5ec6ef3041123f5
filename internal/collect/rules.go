package collect

import (
	"github.com/shopspring/decimal"

	"copil/internal/fault"
)

// Totals are a submission's known measures, each the sum of its cells. A measure
// that is missing or not applicable is not in it.
type Totals map[string]decimal.Decimal

// rule compares two measures of one submission (domain.md §3). It says nothing
// where either is unknown.
type rule struct {
	number  string // of the rule
	field   string // the measure at which the message stands
	most    string // the measure that bounds it
	message string
}

var rules = []rule{
	{"V02", "fte", "mediators", "Les ETP ne peuvent pas dépasser le nombre de médiateurs en poste."},
	{"V02", "fte", "posts_filled", "Les ETP ne peuvent pas dépasser le nombre de postes pourvus\u00a0: enregistrez d’abord les postes, ou corrigez les ETP."},
	{"V03", "posts_filled", "posts_open", "Les postes pourvus dépassent les postes ouverts."},
	{"V13", "certified", "mediators", "Le nombre de personnes certifiées dépasse l’effectif."},
}

// Check returns what breaks a blocking rule, by measure.
func (t Totals) Check() fault.Fields {
	bad := fault.Fields{}
	for _, r := range rules {
		value, known := t[r.field]
		most, bounded := t[r.most]
		if known && bounded && value.GreaterThan(most) {
			bad.Add(r.field, r.message)
		}
	}
	return bad
}
