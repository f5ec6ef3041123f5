package indicator

import (
	"cmp"
	"fmt"

	"github.com/shopspring/decimal"

	"copil/internal/convention"
	"copil/internal/french"
)

// Text writes a value of the indicator: a share as a percentage, the rest with
// the indicator's decimals.
func Text(ind convention.Indicator, value decimal.Decimal) string {
	if ind.Unit == "%" {
		return french.Percent(value, 1)
	}
	return french.Decimal(value, int32(ind.Places))
}

// Text writes a reading, « au moins » included; "" when it is not known.
func (r Reading) Text(ind convention.Indicator) string {
	switch {
	case !r.Known:
		return ""
	case r.AtLeast:
		return "au moins " + Text(ind, r.Value)
	}
	return Text(ind, r.Value)
}

// Reserved ends words about a reading by « provisoire » while it may change.
func (r Reading) Reserved(words string) string {
	if r.Provisional {
		return words + ", provisoire"
	}
	return words
}

// Text writes who stands behind a figure: « 10 structures sur 12, 6 sites
// complets sur 7 »; "" where nothing is expected of structures. Before any site is
// selected, it says so.
func (c Coverage) Text() string {
	if c.StructuresExpected == 0 {
		return ""
	}
	text := c.StructuresText()
	if c.SitesExpected == 0 {
		return text + ", sites\u00a0: sans objet"
	}
	return text + fmt.Sprintf(", %s sur %s", french.Plural(c.Sites, "site complet", "sites complets"), french.Int(c.SitesExpected))
}

// StructuresText says how many structures declared: « 10 structures sur 12 »; and
// that the figure is what they gave, where validated submissions lack it.
func (c Coverage) StructuresText() string {
	text := fmt.Sprintf("%s sur %s", french.Plural(c.Structures, "structure", "structures"), french.Int(c.StructuresExpected))
	if c.Unanswered > 0 {
		text += " " + french.Agree(c.Structures, "a", "ont") + " donné ce chiffre"
	}
	return text
}

// Collected reports whether the indicator follows from what structures declare,
// so that their coverage says something of it.
func (d Data) Collected(ind convention.Indicator) bool {
	for _, code := range ind.Formula.Measures() {
		for _, m := range d.Measures {
			if m.MeasureCode == code && declared(m) {
				return true
			}
		}
	}
	return false
}

// OfWhichText tells a total with the parts that the formula names beside it:
// « 88 créés, dont 80 encore ouverts »; "" where it names none.
func (d Data) OfWhichText(ind convention.Indicator, period convention.Period) string {
	r := d.Read(ind, period)
	if !r.Known || len(ind.Formula.OfWhich) == 0 {
		return ""
	}
	var parts []string
	for _, t := range ind.Formula.OfWhich {
		if n, known, _ := d.sum([]convention.Term{t}, period, nil); known {
			parts = append(parts, Text(ind, n)+"\u00a0"+d.name(t))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return r.Text(ind) + "\u00a0" + cmp.Or(ind.Formula.Numerator[0].Word, ind.Unit) + ", dont " + french.List(parts)
}
