package convention

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"copil/internal/french"
)

// A witness is cited by capacity alone: no page but the act's own names people.
func silentWitness(f File) []Finding {
	w := f.Agreement.Act.Witness
	if w == nil {
		return nil
	}
	return one("temoin", nil, "Un témoin qui n’est pas partie",
		"L’acte est signé en présence de qui y figure comme %s, sans que rien ne l’engage : cette personne n’a ni engagement, ni signature à donner, ni place parmi les parties.", said(w.CapacityQuoted))
}

var aRevision = regexp.MustCompile(`(?i)avenant|modifi|révis|amend[eé]`)

func noRevision(f File) []Finding {
	if slices.ContainsFunc(f.Articles, func(a Article) bool { return aRevision.MatchString(a.Title + "\n" + a.Body) }) {
		return nil
	}
	explanation := "Aucun article ne dit qui peut modifier l’acte, ni comment. Sans règle écrite, une modification suppose l’accord de toutes les parties."
	if slices.ContainsFunc(f.Articles, func(a Article) bool { return a.Missing }) {
		explanation += " Une telle clause se trouvait peut-être dans ce qui manque au texte."
	}
	return one("revision", nil, "Pas de clause de révision", "%s", explanation)
}

func conditions(f File) []Finding {
	var quotes []string
	var article *int
	for _, m := range f.Commitments {
		if m.ConditionQuoted != "" {
			quotes = append(quotes, m.ConditionQuoted)
			if article == nil {
				article = new(m.ArticleNo)
			}
		}
	}
	if len(quotes) == 0 {
		return nil
	}
	return one("conditions", article, "Des engagements sous condition", "Ce que le texte promet dépend aussi de ceci : %s. Une promesse non tenue se lit avec sa condition.", saidAll(quotes))
}

// idleParties are those that sign without promising anything, not even with all
// the others.
func idleParties(f File) []Finding {
	if slices.ContainsFunc(f.Commitments, func(m Commitment) bool { return m.PartyCode == nil }) {
		return nil
	}
	var names []string
	for _, p := range f.Parties {
		if !slices.ContainsFunc(f.Commitments, func(m Commitment) bool { return *m.PartyCode == p.PartyCode }) {
			names = append(names, p.NameQuoted)
		}
	}
	if len(names) == 0 {
		return nil
	}
	return one("sans-engagement", nil, "Une signature sans engagement", "%s %s l’acte sans y promettre quoi que ce soit de précis.",
		saidAll(names), french.Agree(len(names), "signe", "signent"))
}

func unknownFrequencies(f File) []Finding {
	var names []string
	var article *int
	for _, b := range f.Bodies {
		if b.PerYear == nil {
			names = append(names, b.NameQuoted)
			if article == nil {
				article = new(b.ArticleNo)
			}
		}
	}
	if len(names) == 0 {
		return nil
	}
	return one("frequence", article, "Une instance sans calendrier", "Le texte ne dit pas combien de fois par an %s %s : aucun retard ne peut s’y constater.",
		french.Agree(len(names), "se réunit", "se réunissent"), strings.TrimSpace(saidAll(names)))
}

// Place says where in the text a finding is, as « (art. 3) » after a space; ""
// where no single article holds it.
func (f Finding) Place() string {
	switch {
	case f.ArticleNo == nil:
		return ""
	case *f.ArticleNo == 0:
		return " (préambule)"
	}
	return fmt.Sprintf(" (art.\u00a0%d)", *f.ArticleNo)
}
