package report

import (
	"slices"

	"copil/internal/document"
	"copil/internal/french"
)

// words are those that every report uses, whatever its convention.
var words = [][2]string{
	{"Au moins", "total dans lequel une structure sans saisie validée n’est comptée que pour son dernier cumul validé, s’il y en a un : le vrai nombre peut être plus grand."},
	{"À corriger", "saisie renvoyée à qui l’a faite, avec un motif ; elle ne compte pas dans les totaux."},
	{"Cible", "valeur à atteindre, écrite dans l’acte ou fixée par le comité ; sinon « à fixer »."},
	{"Couverture", "structures dont toutes les saisies sont validées sur celles attendues ; un site est complet quand toutes ses saisies le sont."},
	{"Cumul", "nombre compté depuis le début de la convention."},
	{"Échu, à constater", "engagement dont la dernière année est passée, et dont l’exécution reste à constater."},
	{"Flux", "nombre compté pendant la période."},
	{"Hors site", "chiffres d’une structure qui ne relèvent d’aucun site."},
	{"Indicateur", "calcul fait sur des mesures ; sa définition est celle du dernier jour de la période."},
	{"Mesure", "chiffre demandé une seule fois à ceux qui saisissent, et lu par un ou plusieurs indicateurs."},
	{"Non renseigné", "personne n’a donné le chiffre ; ce n’est pas zéro."},
	{"Non validé", "quelqu’un a donné le chiffre, mais sa saisie n’est pas validée ; il ne compte pas dans les totaux."},
	{"Périmètre constant", "les seules structures complètes aux deux périodes comparées."},
	{"Provisoire", "chiffre d’une période dont le bilan n’est pas validé."},
	{"Reconstitué", "chiffre établi après coup, pour une période antérieure à la signature ou qui la contient."},
	{"Repère", "valeur de départ donnée par l’acte, dans son propre champ ; elle n’est ni additionnée ni prolongée."},
	{"Sans objet", "le chiffre ne peut pas exister ici ; le motif est donné."},
	{"Stock", "nombre compté au dernier jour de la période ; il ne s’additionne pas d’une période à l’autre."},
	{"Validée", "saisie relue et acceptée par une autre personne que celle qui l’a faite."},
}

// glossary explains the words of every report and those of the convention's file, in alphabetical order; then the items of its
// lists that have a note, and what the act is about.
func (b *builder) glossary() []document.Definition {
	var terms []document.Definition
	known := func(term string) bool {
		return slices.ContainsFunc(terms, func(d document.Definition) bool { return d.Term == term })
	}
	add := func(term, text string) {
		if text != "" && !known(term) {
			terms = append(terms, document.Definition{Term: say("%s", term), Text: rich("%s", text)})
		}
	}
	for _, t := range b.convention.Act.Glossary {
		add(t.Term, t.Text)
	}
	for _, body := range b.source.bodies.All {
		add(body.ShortLabel, say("« %s » (article %d)", body.NameQuoted, body.ArticleNo))
	}
	for _, w := range words {
		add(w[0], w[1])
	}
	for _, m := range b.columns(b.indicators, true) {
		if m.RowList != nil {
			for _, item := range b.items(*m.RowList) {
				add(item.Label, item.Note)
			}
		}
	}
	french.SortBy(terms, func(d document.Definition) string { return d.Term })
	if d := b.convention.Act.Definition; d != nil {
		terms = append(terms, document.Definition{Term: say("Objet de la convention, article %d", d.ArticleNo), Text: quote(d.Quoted)})
	}
	return terms
}
