package report

import (
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
	b.add(document.PageBreak{})
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
		t := document.Table{Caption: "Ce que l’acte laisse ouvert ou écrit de façon inattendue",
			Columns: []document.Column{{Title: "Constat", Head: true}, {Title: "Article", Align: document.Right}, {Title: "Ce que fait Copil"}}}
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
	t := document.Table{Caption: say("Saisies de %s non validées", b.Period.PeriodCode),
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
	b.heading(2, "Vocabulaire")
	b.add(document.Definitions{Items: b.glossary()})
	if len(b.sites) > 0 {
		b.heading(2, "Liste des sites")
		t := document.Table{Caption: "Sites, porteurs et secteurs", Columns: []document.Column{{Title: "Site", Head: true}, {Title: "Porteur"}, {Title: "Communes"}, {Title: "État"}}}
		for _, s := range b.sites {
			t.Rows = append(t.Rows, document.Row{Cells: []document.Cell{document.TextCell(s.Code + " – " + s.Name), wordsOr(s.CarrierName, "Aucun porteur n’est connu."),
				document.TextCell(strings.Join(s.Communes, ", ")), document.TextCell(s.step.State.Label())}})
		}
		b.add(t)
	}
	b.heading(2, "Liste des structures")
	t := document.Table{Caption: "Structures inscrites au dernier jour de la période", Columns: []document.Column{{Title: "Code", Head: true}, {Title: "Structure"}, {Title: "Type"}, {Title: "Siège"}, {Title: "Inscrite le"}}}
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
	t := document.Table{Caption: say("Indicateurs actifs, %s : valeurs, numérateurs et dénominateurs", b.Period.PeriodCode),
		Columns: []document.Column{{Title: "Indicateur", Head: true}, {Title: "Valeur", Align: document.Right}, {Title: "Unité"}, {Title: "Numérateur", Align: document.Right}, {Title: "Dénominateur", Align: document.Right}, {Title: "Couverture ou origine"}},
		Notes:   []string{say("Dénominateur : sans objet pour ce qui n’est pas un taux.")}}
	for _, ind := range b.indicators {
		r := b.read(ind, b.Period)
		numerator, denominator := document.MissingCell(), document.NotApplicableCell("")
		if r.Known {
			numerator = amount(r.Numerator, b.places(ind.Formula.Numerator))
		}
		if len(ind.Formula.Denominator) > 0 {
			if denominator = document.MissingCell(); r.Known {
				denominator = amount(r.Denominator, b.places(ind.Formula.Denominator))
			}
		}
		t.Rows = append(t.Rows, document.Row{Cells: []document.Cell{document.TextCell(ind.IndicatorCode + " – " + ind.Label), b.cell(ind, b.read(ind, b.Period)),
			document.TextCell(ind.Unit), numerator, denominator, document.TextCell(b.coverage(ind, r))}})
	}
	return t
}

// places are the decimals of a sum.
func (b *builder) places(terms []convention.Term) (most int32) {
	for _, t := range terms {
		most = max(most, int32(b.measures[t.Measure].Places))
	}
	return most
}

// missing counts, measure by measure, what validated submissions leave open, and names who where an active indicator reads it.
func (b *builder) missing() {
	t := document.Table{Caption: say("Mesures laissées sans nombre dans les saisies validées de %s", b.Period.PeriodCode),
		Columns: []document.Column{{Title: "Mesure", Head: true}, {Title: "Lue par"}, {Title: "Non renseigné", Unit: "saisies", Align: document.Right},
			{Title: "Sans objet", Unit: "saisies", Align: document.Right}, {Title: "Organismes"}},
		Notes: []string{say("Une mesure qu’aucun indicateur actif ne lit ne change aucun total de ce bilan.")}}
	for _, m := range b.measureList {
		missing, excluded, names := b.unanswered(m)
		if missing+excluded == 0 {
			continue
		}
		var readers []string
		for _, i := range b.indicators {
			if slices.Contains(i.Formula.Measures(), m.MeasureCode) {
				readers = append(readers, i.IndicatorCode)
			}
		}
		if len(readers) == 0 {
			readers, names = []string{"aucun indicateur actif"}, []string{"–"}
		}
		t.Rows = append(t.Rows, document.Row{Cells: []document.Cell{document.TextCell(m.Label), document.TextCell(strings.Join(readers, ", ")),
			document.IntCell(missing), document.IntCell(excluded), document.TextCell(strings.Join(names, ", "))}})
	}
	if len(t.Rows) == 0 {
		b.paragraph("Dans les saisies validées, aucune mesure demandée n’est restée sans nombre. Les saisies non validées sont listées dans « Points de vigilance ».")
		return
	}
	b.add(t)
}

// unanswered counts the validated submissions that give no number for a measure, by kind of answer, and names their organisations.
func (b *builder) unanswered(m convention.Measure) (missing, excluded int, names []string) {
	for _, s := range b.source.submissions.All {
		if s.State != collect.Validated {
			continue
		}
		i := slices.IndexFunc(b.source.remarks.All, func(r remark) bool {
			return r.SubmissionID == s.SubmissionID && r.MeasureCode == m.MeasureCode && r.State != collect.Number
		})
		if i < 0 {
			continue
		}
		if b.source.remarks.All[i].State == collect.Missing {
			missing++
		} else {
			excluded++
		}
		if !slices.Contains(names, s.Organisation) {
			names = append(names, s.Organisation)
		}
	}
	return missing, excluded, names
}

// method says in plain words how figures are made.
func (b *builder) method() []document.Text {
	lines := []document.Text{
		rich("**Ce qui compte.** Les chiffres d’une période sont ceux des saisies validées pour elle. Personne ne valide ce qu’il a saisi."),
		rich("**Couverture.** Chaque total dit combien de structures ont toutes leurs saisies validées, sur celles attendues, et combien de sites sont complets."),
		rich("**Trois réponses distinctes.** Un nombre (zéro compris), « non renseigné » ou « sans objet » avec son motif. Ce qui manque n’est jamais compté comme zéro."),
		rich("**Taux.** Un taux n’est jamais une moyenne de taux : les numérateurs sont additionnés, puis les dénominateurs, et la division vient en dernier."),
		rich("**Stocks et flux.** Un stock est compté au dernier jour : il s’additionne entre lieux, jamais entre périodes. Un flux est compté pendant la période. Les deux ne sont jamais tracés sur un même axe."),
		rich("**Cumuls.** Un cumul compte depuis le début de la convention. Une structure sans saisie validée garde son dernier cumul validé : le total est alors écrit « au moins »."),
		rich("**À périmètre constant.** L’évolution entre deux périodes est donnée aussi pour les seules structures dont toutes les saisies sont validées aux deux périodes."),
		rich("**Nombres distincts.** Un organisme est compté une fois, d’après son identifiant ; de tels nombres ne s’additionnent pas."),
	}
	var reconstituted []string
	for _, p := range b.past {
		if p.Reconstituted {
			reconstituted = append(reconstituted, p.PeriodCode)
		}
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

// glossary explains the words of the document, then those of the convention's lists that need it.
func (b *builder) glossary() []document.Definition {
	define := func(term, text string) document.Definition {
		return document.Definition{Term: say("%s", term), Text: rich("%s", text)}
	}
	words := []document.Definition{
		define("Au moins", "total dans lequel une structure silencieuse garde son dernier cumul validé."),
		define("Cible", "valeur à atteindre, écrite dans l’acte ou fixée par le comité ; sinon « "+b.toBeFixed()+" »."),
		define("Couverture", "structures dont toutes les saisies sont validées sur celles attendues ; un site est complet quand toutes ses saisies le sont."),
		define("Hors site", "chiffres d’une structure qui ne relèvent d’aucun site."),
		define("Non renseigné", "personne n’a donné le chiffre ; ce n’est pas zéro."),
		define("Périmètre constant", "les structures complètes aux deux périodes comparées."),
		define("Provisoire", "chiffre d’une période dont le bilan n’est pas validé."),
		define("Repère", "valeur de départ donnée par l’acte, dans son propre champ ; elle n’est ni additionnée ni prolongée."),
		define("Sans objet", "le chiffre ne peut pas exister ici ; le motif est donné."),
	}
	if d := b.convention.Act.Definition; d != nil {
		words = append(words, document.Definition{Term: say("Objet de la convention, article %d", d.ArticleNo), Text: quote(d.Quoted)})
	}
	for _, m := range b.columns(b.indicators, true) {
		if m.RowList == nil {
			continue
		}
		for _, item := range b.items(*m.RowList) {
			if item.Note != "" && !slices.ContainsFunc(words, func(d document.Definition) bool { return d.Term == item.Label }) {
				words = append(words, document.Definition{Term: item.Label, Text: document.Plain(item.Note)})
			}
		}
	}
	return words
}
