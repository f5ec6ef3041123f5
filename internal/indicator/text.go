package indicator

import (
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

// Text writes who stands behind a figure: « 10 structures sur 12, 6 sites
// complets sur 7 »; "" where nothing is expected of structures.
func (c Coverage) Text() string {
	if c.StructuresExpected == 0 {
		return ""
	}
	text := c.StructuresText()
	if c.SitesExpected > 0 {
		text += fmt.Sprintf(", %s sur %s", french.Plural(c.Sites, "site complet", "sites complets"), french.Int(c.SitesExpected))
	}
	return text
}

// StructuresText says how many structures declared: « 10 structures sur 12 ».
func (c Coverage) StructuresText() string {
	return fmt.Sprintf("%s sur %s", french.Plural(c.Structures, "structure", "structures"), french.Int(c.StructuresExpected))
}

// Collected reports whether the indicator follows from what structures declare,
// so that their coverage says something of it.
func (d Data) Collected(ind convention.Indicator) bool {
	for _, code := range ind.Formula.Measures() {
		for _, m := range d.Measures {
			if m.MeasureCode != code {
				continue
			}
			if m.Source == convention.FromPosts {
				return true
			}
			for _, who := range m.EnteredBy {
				if who == "structure" {
					return true
				}
			}
		}
	}
	return false
}
