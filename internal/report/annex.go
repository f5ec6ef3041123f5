package report

import (
	"cmp"
	"slices"
	"strings"

	"github.com/google/uuid"

	"copil/internal/collect"
	"copil/internal/convention"
	"copil/internal/document"
	"copil/internal/french"
)

// watch gathers what a reader must know before using the figures.
func (b *builder) watch() {
	b.heading(1, "Points de vigilance")
	b.heading(2, "Saisies qui ne comptent pas dans les totaux")
	if pending := b.pending(); len(b.source.submissions.All) == 0 {
		b.paragraph("Aucune saisie n’est attendue pour cette période.")
	} else if len(pending) == 0 {
		b.paragraph("Toutes les saisies attendues pour cette période sont validées.")
	} else {
		b.add(b.pendingTable(pending))
	}
	if comments := b.comments(); len(comments) > 0 {
		b.heading(2, "Commentaires de ceux qui saisissent")
		b.add(document.Definitions{Items: comments})
	}
	if len(b.source.findings.All) > 0 {
		b.heading(2, "Particularités de l’acte")
		t := document.Table{Caption: "Ce que l’acte laisse ouvert ou écrit de façon inattendue", Short: "Particularités de l’acte",
			Columns: []document.Column{{Title: "Constat", Head: true}, {Title: "Article", Align: document.Right}, {Title: "Lecture retenue"}}}
		for _, f := range b.source.findings.All {
			article := document.NotApplicableCell("Le constat ne tient pas à un seul article.")
			if f.ArticleNo != nil {
				article = document.IntCell(*f.ArticleNo)
			}
			t.Rows = append(t.Rows, document.Row{Cells: []document.Cell{document.TextCell(f.Title), article, document.TextCell(f.Explanation)}})
		}
		b.add(t)
	}
}

func (b *builder) pendingTable(pending []collect.Submission) document.Table {
	t := document.Table{Caption: say("Saisies de %s non validées", b.Period.PeriodCode), Short: "Saisies non validées",
		Columns: []document.Column{{Title: "Organisme", Head: true}, {Title: "Lieu"}, {Title: "État"}, {Title: "Échéance"}, {Title: "Motif du renvoi"}}}
	due := document.MissingCell()
	if b.Period.DueOn != nil {
		due = document.DateCell(*b.Period.DueOn)
	}
	for _, s := range pending {
		reason := document.TextCell("–")
		if s.State == collect.ToCorrect {
			reason = document.TextCell(s.ReturnReason)
		}
		t.Rows = append(t.Rows, document.Row{Cells: []document.Cell{document.TextCell(s.Organisation), document.TextCell(s.Place()), document.TextCell(s.State.Label()), due, reason}})
	}
	return t
}

// comments are the remarks on submissions, then those on single figures.
func (b *builder) comments() []document.Definition {
	var found []document.Definition
	byID := map[uuid.UUID]collect.Submission{}
	for _, s := range b.source.submissions.All {
		byID[s.SubmissionID] = s
		if strings.TrimSpace(s.Remark) != "" {
			found = append(found, document.Definition{Term: s.Organisation + ", " + s.Place(), Text: document.Plain(s.Remark)})
		}
	}
	for _, r := range b.source.remarks.All {
		if s, ok := byID[r.SubmissionID]; ok && strings.TrimSpace(r.Comment) != "" {
			found = append(found, document.Definition{Term: s.Organisation + ", " + s.Place(), Text: document.Text{
				{Text: say("%s : ", b.measures[r.MeasureCode].Label), Style: document.Strong}, {Text: r.Comment}}})
		}
	}
	french.SortBy(found, func(d document.Definition) string { return d.Term })
	return found
}

// annexes are for whoever checks.
func (b *builder) annexes() {
	b.add(document.PageBreak{})
	b.heading(1, "Annexes")
	b.heading(2, "Tableau complet des indicateurs")
	b.add(b.fullTable())
	b.heading(2, "Données manquantes")
	b.missing()
	b.heading(2, "Méthode")
	b.add(document.List{Items: b.method()})
	b.heading(2, "Glossaire")
	b.add(document.Definitions{Items: b.glossary()})
	if len(b.sites) > 0 {
		b.heading(2, "Liste des sites")
		t := document.Table{Caption: "Sites, porteurs et communes", Short: "Liste des sites", Columns: []document.Column{{Title: "Site", Head: true}, {Title: "Porteur"}, {Title: "Communes"}, {Title: "État"}}}
		for _, s := range b.sites {
			t.Rows = append(t.Rows, document.Row{Cells: []document.Cell{document.TextCell(s.title()), wordsOr(s.CarrierName, "Aucun porteur n’est connu."),
				document.TextCell(strings.Join(s.Communes, ", ")), s.state()}})
		}
		b.add(t)
	}
	b.heading(2, "Liste des structures")
	t := document.Table{Caption: "Structures inscrites au dernier jour de la période", Short: "Liste des structures", Columns: []document.Column{{Title: "Code", Head: true}, {Title: "Structure"}, {Title: "Type"}, {Title: "Siège"}, {Title: "Inscrite le"}}}
	for _, s := range b.listed() {
		t.Rows = append(t.Rows, document.Row{Cells: []document.Cell{document.TextCell(s.Code), document.TextCell(s.Name), document.TextCell(s.OperatorType), wordsOr(s.CommuneName, ""), document.DateCell(s.ListedOn)}})
	}
	b.add(t)
}

// wordsOr is a text, or a cell that says it is missing.
func wordsOr(words, note string) document.Cell {
	if words == "" {
		return document.MissingCell().WithNote(note)
	}
	return document.TextCell(words)
}

// fullTable is every indicator with what it was divided from.
func (b *builder) fullTable() document.Table {
	t := document.Table{Caption: say("Indicateurs actifs, %s : valeurs, numérateurs et dénominateurs", b.Period.PeriodCode), Short: "Tableau complet",
		Columns: []document.Column{{Title: "Indicateur", Head: true}, {Title: "Valeur", Align: document.Right}, {Title: "Unité"}, {Title: "Numérateur", Align: document.Right}, {Title: "Dénominateur", Align: document.Right}},
		Notes:   append([]string{say("Dénominateur : sans objet pour ce qui n’est pas un taux.")}, b.coverageNotes(b.indicators)...)}
	for _, ind := range b.indicators {
		r := b.read(ind, b.Period)
		value := b.cell(ind, r)
		numerator, denominator := value, document.NotApplicableCell("")
		if r.Known {
			if numerator = amount(r.Numerator, b.places(ind.Formula.Numerator)); r.AtLeast {
				numerator = numerator.AtLeast()
			}
		}
		if len(ind.Formula.Denominator) > 0 {
			if denominator = value; r.Known {
				denominator = amount(r.Denominator, b.places(ind.Formula.Denominator))
			}
		}
		t.Rows = append(t.Rows, document.Row{Cells: []document.Cell{document.TextCell(ind.IndicatorCode + " – " + ind.Label), value,
			document.TextCell(ind.Unit), numerator, denominator}})
	}
	return explained(t)
}

// places are the decimals of a sum.
func (b *builder) places(terms []convention.Term) (most int32) {
	for _, t := range terms {
		most = max(most, int32(b.measures[t.Measure].Places))
	}
	return most
}

// missing lists, organisation by organisation, what validated submissions leave without a number, of the measures that this report
// needs: those of its indicators and of its headline figures.
func (b *builder) missing() {
	t := document.Table{Caption: say("Mesures nécessaires à ce bilan, laissées sans nombre dans les saisies validées de %s", b.Period.PeriodCode), Short: "Données manquantes",
		Columns: []document.Column{{Title: "Organisme", Head: true}, {Title: "Lieux"}, {Title: "Non renseigné"}, {Title: "Sans objet"}},
		Notes:   []string{say("Entre parenthèses : les indicateurs qui lisent la mesure.")}}
	type answer struct{ organisation, missing, excluded string }
	var answers []answer
	places := map[answer][]string{} // where one organisation answered the same
	for _, s := range b.source.submissions.All {
		if s.State != collect.Validated {
			continue
		}
		missing, excluded := b.unanswered(s)
		if len(missing)+len(excluded) == 0 {
			continue
		}
		a := answer{s.Organisation, list(missing), list(excluded)}
		if len(places[a]) == 0 {
			answers = append(answers, a)
		}
		places[a] = append(places[a], s.Place())
	}
	french.SortBy(answers, func(a answer) string { return a.organisation })
	for _, a := range answers {
		t.Rows = append(t.Rows, document.Row{Cells: []document.Cell{document.TextCell(a.organisation), document.TextCell(list(places[a])),
			document.TextCell(a.missing), document.TextCell(a.excluded)}})
	}
	if len(t.Rows) == 0 {
		b.paragraph("Dans les saisies validées, aucune mesure nécessaire à ce bilan n’est restée sans nombre. Les saisies non validées sont listées dans « Points de vigilance ».")
		return
	}
	b.add(t)
}

func list(words []string) string { return cmp.Or(strings.Join(words, say(" ; ")), "–") }

// unanswered names the needed measures for which a submission gives no number, each with its indicators: first those that nobody
// answered, then those declared without object.
func (b *builder) unanswered(s collect.Submission) (missing, excluded []string) {
	for _, m := range b.measureList {
		readers, needed := b.readers(m)
		i := slices.IndexFunc(b.source.remarks.All, func(r remark) bool {
			return r.SubmissionID == s.SubmissionID && r.MeasureCode == m.MeasureCode && r.State != collect.Number
		})
		if !needed || i < 0 {
			continue
		}
		words := shortened(m.Label)
		if len(readers) > 0 {
			words += " (" + strings.Join(readers, ", ") + ")"
		}
		if b.source.remarks.All[i].State == collect.Missing {
			missing = append(missing, words)
		} else {
			excluded = append(excluded, words)
		}
	}
	return missing, excluded
}

// readers are the report's indicators that read a measure; a headline figure is needed whether or not one reads it.
func (b *builder) readers(m convention.Measure) (codes []string, needed bool) {
	for _, i := range b.indicators {
		if slices.Contains(i.Formula.Measures(), m.MeasureCode) {
			codes = append(codes, i.IndicatorCode)
		}
	}
	return codes, len(codes) > 0 || m.Headline != ""
}

// method says in plain words how figures are made.
func (b *builder) method() []document.Text {
	lines := []document.Text{
		rich("**Ce qui compte.** Les chiffres d’une période sont ceux des saisies validées pour elle. Personne ne valide ce qu’il a saisi."),
		rich("**Couverture.** Chaque total dit combien de structures ont toutes leurs saisies validées et y donnent ce chiffre, sur celles attendues, et combien de sites sont complets."),
		rich("**Trois réponses distinctes.** Un nombre (zéro compris), « non renseigné » ou « sans objet » avec son motif. Ce qui manque n’est jamais compté comme zéro."),
		rich("**Taux.** Un taux n’est jamais une moyenne de taux : les numérateurs sont additionnés, puis les dénominateurs, et la division vient en dernier."),
		rich("**Stocks et flux.** Un stock est compté au dernier jour : il s’additionne entre lieux, jamais entre périodes. Un flux est compté pendant la période. Les deux ne sont jamais tracés sur un même axe."),
		rich("**Cumuls.** Un cumul compte depuis le début de la convention. Une structure sans saisie validée n’est comptée que pour son dernier cumul validé, s’il y en a un : le total est alors écrit « au moins »."),
		rich("**À périmètre constant.** L’évolution entre deux périodes est donnée aussi pour les seules structures dont toutes les saisies sont validées aux deux périodes."),
		rich("**Nombres distincts.** Un organisme est compté une fois, d’après son identifiant ; de tels nombres ne s’additionnent pas."),
	}
	var reconstituted []string
	for _, p := range b.past {
		if p.Reconstituted {
			reconstituted = append(reconstituted, p.PeriodCode)
		}
	}
	if slices.ContainsFunc(b.source.submissions.All, func(s collect.Submission) bool { return s.ShortForm }) {
		lines = append(lines, rich("**Formulaire court.** Les plus petites structures ne répondent pas à tout. Ce qui ne leur est pas demandé n’est ni zéro ni manquant : la couverture d’un chiffre ne les attend pas."))
	}
	if len(reconstituted) > 0 {
		lines = append(lines, rich("**Périodes reconstituées.** %s : chiffres établis après coup.", french.List(reconstituted)))
	}
	if b.convention.Act.PeriodNote != "" {
		lines = append(lines, rich("**Dates de la convention.** %s", b.convention.Act.PeriodNote))
	}
	return append(lines,
		rich("**Diffusion.** Ce bilan contient des effectifs inférieurs à cinq : il est réservé aux signataires et %s, et n’est pas à publier tel quel.", french.To(b.convention.Words.TheMission())),
		rich("**Limites de cette version.** Ce bilan ne couvre ni les financements, ni le suivi des réunions et des décisions, ni les perspectives."))
}
