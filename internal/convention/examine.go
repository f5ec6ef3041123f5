package convention

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"copil/internal/french"
)

// Examine says what is odd about an act, from its file alone: what is missing,
// what contradicts itself, what cannot be counted as written. Every finding
// quotes the words it comes from.
func Examine(f File) []Finding {
	found := []Finding{}
	for _, rule := range []func(File) []Finding{
		missingArticles, missingAnnex, retroactiveStart, earlyEvaluation, targetInTwo, missingAmounts, shortCommitments,
		overlappingFigures, undatedFigures, mixedUnits, bodiesInTurn, unknownFrequencies, otherSigners, silentWitness,
		idleParties, conditions, noRevision, severalNames, unmatchedLists,
	} {
		found = append(found, rule(f)...)
	}
	return found
}

func one(code string, article *int, title, explanation string, args ...any) []Finding {
	return []Finding{{code, article, title, fmt.Sprintf(explanation, args...)}}
}

// said puts a text between French quotation marks.
func said(text string) string { return "« " + oneLine(text) + " »" }

func saidAll(texts []string) string {
	quoted := make([]string, len(texts))
	for i, text := range texts {
		quoted[i] = said(text)
	}
	return french.List(quoted)
}

func missingArticles(f File) []Finding {
	var found []Finding
	missing := func(no int) {
		before := "Le texte finit là"
		if i := slices.IndexFunc(f.Articles, func(a Article) bool { return a.ArticleNo > no && !a.Missing }); i >= 0 {
			before = fmt.Sprintf("Le texte reprend à l’article %d", f.Articles[i].ArticleNo)
		}
		found = append(found, one("article-"+strconv.Itoa(no), &no, fmt.Sprintf("L’article %d manque", no),
			"%s. Le numéro %d est gardé, sans contenu : il pouvait porter une clause d’avenant, de résiliation ou de communication, mais rien n’est inventé.", before, no)...)
	}
	next := 0
	for i, a := range f.Articles {
		for no := next; i > 0 && no < a.ArticleNo && no < next+20; no++ {
			missing(no)
		}
		if a.Missing {
			missing(a.ArticleNo)
		}
		next = a.ArticleNo + 1
	}
	return found
}

func missingAnnex(f File) []Finding {
	annex := f.Agreement.Act.Annex
	if annex == nil || !annex.Missing {
		return nil
	}
	return one("annexe", &annex.ArticleNo, "L’annexe annoncée est absente",
		"Le texte annonce %s, mais aucune annexe n’y est jointe. Les indicateurs suivis sont une proposition, à faire adopter par le comité de pilotage.", said(annex.Quoted))
}

func retroactiveStart(f File) []Finding {
	a := f.Agreement
	if a.SignedOn == nil || !a.SignedOn.After(a.StartsOn) {
		return nil
	}
	explanation := fmt.Sprintf("La convention prend effet le %s et n’est signée que le %s, %s plus tard. Les périodes écoulées entre les deux sont reconstituées.",
		french.Date(a.StartsOn), french.Date(*a.SignedOn), french.Plural(months(a.StartsOn, *a.SignedOn), "mois", "mois"))
	if a.Act.PeriodQuoted != "" {
		explanation += " Le texte dit seulement : " + said(a.Act.PeriodQuoted) + "."
	}
	return one("retroactive", nil, "Signée après son début", "%s", explanation)
}

func earlyEvaluation(f File) []Finding {
	a, e := f.Agreement, f.Agreement.Act.Evaluation
	if e == nil || e.PlannedOn == nil || e.AfterMonths == 0 || a.SignedOn == nil || months(*a.SignedOn, *e.PlannedOn) >= e.AfterMonths {
		return nil
	}
	return one("evaluation", &e.ArticleNo, "L’évaluation vient plus tôt que le texte ne le dit",
		"%s, mais %s : au %s, il ne s’est écoulé que %s mois environ depuis la signature du %s, et %s depuis le début retenu. Les deux lectures sont montrées.",
		said(e.Quoted), said(e.AfterQuoted), french.Date(*e.PlannedOn), french.Int(months(*a.SignedOn, *e.PlannedOn)), french.Date(*a.SignedOn),
		french.Plural(months(a.StartsOn, *e.PlannedOn), "mois", "mois"))
}

// months counts the months between two days, rounded.
func months(from, to time.Time) int {
	const averageMonth = 365.25 / 12
	return int(math.Round(to.Sub(from).Hours() / 24 / averageMonth))
}

var twoVerbs = regexp.MustCompile(`(?i)\b(\p{L}+(?:er|ir|re)) (et|ou) (\p{L}+(?:er|ir|re)) [0-9]`)

func targetInTwo(f File) []Finding {
	var found []Finding
	for _, k := range f.KeyFigures {
		if verbs := twoVerbs.FindStringSubmatch(oneLine(k.Quoted)); verbs != nil {
			found = append(found, one("cible-"+k.FigureCode, &k.ArticleNo, "Deux verbes pour un seul nombre",
				"%s : le texte ne dit pas quelle part revient à %s et quelle part à %s, ni comment compter ce qui relèverait des deux. Le comité de pilotage doit les définir avant le premier compte.",
				said(k.Quoted), said(strings.ToLower(verbs[1])), said(strings.ToLower(verbs[3])))...)
		}
	}
	return found
}

var anAmount = regexp.MustCompile(`(?i)[0-9] ?(€|euros?\b|k€|m€)`)

func missingAmounts(f File) []Finding {
	var quotes []string
	var article *int
	for _, m := range f.Commitments {
		if m.BudgetQuoted != "" && !anAmount.MatchString(m.Quoted+m.BudgetQuoted) {
			quotes = append(quotes, m.BudgetQuoted)
			article = new(m.ArticleNo)
		}
	}
	if len(quotes) == 0 {
		return nil
	}
	return one("montants", article, "Des engagements financiers sans montant",
		"Aucun montant n’accompagne %s. Aucun n’est supposé : les montants viennent des décisions de chaque financeur.", saidAll(quotes))
}

func shortCommitments(f File) []Finding {
	var found []Finding
	a := f.Agreement
	for _, m := range f.Commitments {
		switch {
		case len(m.Years) > 0 && slices.Max(m.Years) < a.EndsOn.Year():
			last := time.Date(slices.Max(m.Years), time.December, 31, 0, 0, 0, 0, time.UTC)
			explanation := fmt.Sprintf("%s : cet engagement s’arrête le %s, alors que la convention court jusqu’au %s.", said(m.Quoted), french.Date(last), french.Date(a.EndsOn))
			if a.SignedOn != nil && !a.SignedOn.After(last) && a.SignedOn.Year() == last.Year() {
				explanation += fmt.Sprintf(" À la signature, il en restait %s.", french.Plural(int(last.Sub(*a.SignedOn).Hours()/24), "jour", "jours"))
			}
			found = append(found, one("duree-"+m.CommitmentCode, new(m.ArticleNo), "Un engagement plus court que la convention", "%s", explanation)...)
		case m.Annual:
			words := m.BudgetQuoted
			if words == "" {
				words = m.Quoted
			}
			found = append(found, one("annuel-"+m.CommitmentCode, new(m.ArticleNo), "Un engagement à renouveler chaque année",
				"%s : rien n’est acquis d’une année sur l’autre. Chaque exercice a sa propre ligne, sans total pluriannuel.", said(words))...)
		}
	}
	return found
}

func overlappingFigures(f File) []Finding {
	var found []Finding
	for _, note := range f.Footnotes {
		var quotes []string
		for _, k := range f.KeyFigures {
			if k.FootnoteNo != nil && *k.FootnoteNo == note.FootnoteNo {
				quotes = append(quotes, k.Quoted)
			}
		}
		if len(quotes) > 1 {
			firstLine, _, _ := strings.Cut(note.Quoted, "\n")
			found = append(found, one("recouvrement-"+strconv.Itoa(note.FootnoteNo), new(note.ArticleNo), "Des chiffres qui se recouvrent en partie",
				"%s tiennent à la même note %d : %s. Une partie est peut-être comptée deux fois : ces chiffres ne s’additionnent pas.", saidAll(quotes), note.FootnoteNo, said(firstLine))...)
		}
	}
	return found
}

func undatedFigures(f File) []Finding {
	var quotes []string
	var article *int
	for _, k := range f.KeyFigures {
		if k.Year == nil {
			quotes = append(quotes, k.Quoted)
			if article == nil {
				article = new(k.ArticleNo)
			}
		}
	}
	if len(quotes) == 0 {
		return nil
	}
	return one("dates", article, "Des chiffres sans date", "Le texte ne date pas %s. L’année est notée comme inconnue, et aucune évolution n’en est tirée.", saidAll(quotes))
}

func mixedUnits(f File) []Finding {
	units := map[int][]string{}
	for _, k := range f.KeyFigures {
		if !slices.Contains(units[k.ArticleNo], k.Unit) {
			units[k.ArticleNo] = append(units[k.ArticleNo], k.Unit)
		}
	}
	var found []Finding
	for _, a := range f.Articles {
		if of := units[a.ArticleNo]; len(of) > 1 {
			found = append(found, one("unites-"+strconv.Itoa(a.ArticleNo), new(a.ArticleNo), "Des chiffres qui ne font pas un total",
				"Les chiffres de cet article comptent des choses différentes (%s) : ils ne se totalisent pas et ne se comparent pas entre eux.", french.List(of))...)
		}
	}
	return found
}

func bodiesInTurn(f File) []Finding {
	var found []Finding
	for _, first := range f.Bodies {
		for _, second := range f.Bodies {
			if !first.ValidatesReport || !second.HearsReport || first.BodyCode == second.BodyCode {
				continue
			}
			found = append(found, one("instances", new(first.ArticleNo), "Deux instances qui doivent se réunir dans l’ordre",
				"Le bilan passe d’abord devant %s, qui le valide, puis devant %s, qui l’entend%s. Un retard de la première retarde la seconde, et ce sont deux instances distinctes.",
				said(first.NameQuoted), said(second.NameQuoted), frequencies(first, second))...)
		}
	}
	return found
}

func frequencies(first, second Body) string {
	switch {
	case first.PerYear == nil || second.PerYear == nil:
		return ""
	case *first.PerYear == *second.PerYear:
		return fmt.Sprintf(" ; chacune se réunit %s par an", french.Plural(*first.PerYear, "fois", "fois"))
	}
	return fmt.Sprintf(" ; la première se réunit %s par an, la seconde %s", french.Plural(*first.PerYear, "fois", "fois"), french.Plural(*second.PerYear, "fois", "fois"))
}

func otherSigners(f File) []Finding {
	var cases []string
	for _, p := range f.Parties {
		if p.RepresentedQuoted == "" || p.SignerCapacity == "" || strings.Contains(strings.ToLower(p.RepresentedQuoted), strings.ToLower(p.SignerCapacity)) {
			continue
		}
		cases = append(cases, fmt.Sprintf("%s en tête, %s à la signature", said(p.RepresentedQuoted), said(p.SignerCapacity)))
	}
	if len(cases) == 0 {
		return nil
	}
	return one("signataires", nil, "Des signataires à un autre titre qu’annoncé", "La qualité de qui représente et celle de qui signe diffèrent : %s. Les deux sont gardées telles quelles.", strings.Join(cases, " ; "))
}

func severalNames(f File) []Finding {
	mission := f.Agreement.Act.SupportMission
	if mission == nil || len(mission.NamesQuoted) < 2 {
		return nil
	}
	return one("noms-mission", nil, "Plusieurs noms pour une même mission",
		"Le texte écrit %s. Le nom %s est retenu partout ; les autres restent dans les citations.", saidAll(mission.NamesQuoted), said(mission.Label))
}

func unmatchedLists(f File) []Finding {
	if len(f.Objectives) == 0 || len(f.Objectives) == len(f.Axes) {
		return nil
	}
	explanation := fmt.Sprintf("Le texte donne %s, %s et %s, sans dire lesquels vont ensemble.",
		french.Plural(len(f.Axes), "axe", "axes"), french.Plural(len(f.Stakes), "enjeu", "enjeux"), french.Plural(len(f.Objectives), "objectif", "objectifs"))
	if len(f.Stakes) == 0 {
		explanation = fmt.Sprintf("Le texte donne %s et %s, sans dire lesquels vont ensemble.",
			french.Plural(len(f.Axes), "axe", "axes"), french.Plural(len(f.Objectives), "objectif", "objectifs"))
	}
	return one("axes", new(f.Objectives[0].ArticleNo), "Axes et objectifs ne se correspondent pas un à un",
		"%s Le rattachement d’un objectif à un axe est une proposition.", explanation)
}
