package collect

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/shopspring/decimal"

	"copil/internal/convention"
)

// identifiers looks for numbers that are no SIREN, and for those given twice.
func (j *judge) identifiers(r convention.Rule) {
	for _, t := range r.Left {
		var wrong, twice []string
		seen := map[string]bool{}
		for _, id := range j.now[[3]string{t.Measure, "", ""}].Identifiers {
			siren := bare(id)
			switch {
			case !isSiren(siren):
				wrong = append(wrong, id)
			case seen[siren] && !slices.Contains(twice, siren):
				twice = append(twice, siren)
			}
			seen[siren] = true
		}
		var details []string
		if len(wrong) > 0 {
			details = append(details, "À vérifier\u00a0: "+some(wrong)+".")
		}
		if len(twice) > 0 {
			details = append(details, "En double\u00a0: "+some(twice)+".")
		}
		if len(details) > 0 {
			j.say(r, t.Measure, box{}, strings.Join(details, " "))
		}
	}
}

// bare is an identifier without the spaces and points that people put into it.
func bare(id string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '.' {
			return -1
		}
		return r
	}, id)
}

// withBareSirens writes each SIREN one way, and once, so that the same organisation
// is counted once. What is none is kept as typed, for the rule to name it.
func withBareSirens(cells []Cell) []Cell {
	cells = slices.Clone(cells)
	for i, c := range cells {
		if len(c.Identifiers) == 0 {
			continue
		}
		var ids []string
		for _, id := range c.Identifiers {
			if siren := bare(id); isSiren(siren) {
				id = siren
			}
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
		cells[i].Identifiers, cells[i].Number = ids, new(decimal.NewFromInt(int64(len(ids))))
	}
	return cells
}

// isSiren checks the nine digits of a SIREN and their key (ISO/IEC 7812-1, annex B).
func isSiren(id string) bool {
	if len(id) != 9 || strings.Trim(id, "0123456789") != "" || strings.Trim(id, "0") == "" {
		return false
	}
	sum := 0
	for i := range len(id) {
		n := int(id[i] - '0')
		if i%2 == 1 { // every second digit from the right, of nine
			n *= 2
		}
		sum += n/10 + n%10
	}
	return sum%10 == 0
}

// some names the first few, and says that there are more.
func some(ids []string) string {
	named := strings.Join(ids[:min(len(ids), mostNamed)], ", ")
	if len(ids) > mostNamed {
		named += "\u00a0…"
	}
	return named
}

// What names a person: an address, a French telephone number, or a title before
// a capital (domain.md V31).
var naming = []*regexp.Regexp{
	regexp.MustCompile(`[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+`),
	regexp.MustCompile(`(?:^|[^\p{N}+])((?:0|(?:\+|00)33[\s\x{a0}\x{202f}]?(?:\(0\))?[\s\x{a0}\x{202f}]?)[1-9](?:[\s\x{a0}\x{202f}.-]?[0-9]{2}){4})(?:$|[^\p{N}])`),
	regexp.MustCompile(`(?:^|[^\p{L}\p{N}])((?:M\.|MM\.|Mme|Mmes|Mlle|Monsieur|Madame)[\s\x{a0}\x{202f}]*\p{Lu}\p{L}*)`),
}

// Naming returns the first words of a text that seem to name a person, or "".
func Naming(text string) string {
	for _, pattern := range naming {
		if found := pattern.FindStringSubmatch(text); found != nil {
			return found[len(found)-1]
		}
	}
	return ""
}

// names looks for people in what is written beside the figures.
func (j *judge) names(r convention.Rule) {
	blamed := map[string]bool{}
	for _, c := range j.Now {
		name := Naming(c.Comment)
		if name == "" {
			name = Naming(c.Reason)
		}
		if name != "" && !blamed[c.MeasureCode] {
			blamed[c.MeasureCode] = true
			j.say(r, c.MeasureCode, box{}, "À retirer\u00a0: «\u00a0"+name+"\u00a0».")
		}
	}
	if name := Naming(j.Remark); name != "" {
		j.say(r, "", box{}, "À retirer de la remarque\u00a0: «\u00a0"+name+"\u00a0».")
	}
}
