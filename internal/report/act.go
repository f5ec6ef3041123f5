package report

import (
	"strconv"
	"strings"

	"copil/internal/convention"
	"copil/internal/document"
	"copil/internal/french"
)

// reminder recalls the frame: parties, axes, dates, and how many commitments there are.
func (b *builder) reminder() {
	b.heading(1, "Rappel du cadre")
	items := []document.Definition{{Term: "Période couverte", Text: document.Plain(french.DateRange(b.convention.StartsOn, b.convention.EndsOn))}}
	if b.convention.SignedOn != nil {
		items = append(items, document.Definition{Term: "Signature", Text: document.Plain(french.Date(*b.convention.SignedOn))})
	}
	if b.convention.Territory != "" {
		items = append(items, document.Definition{Term: "Territoire", Text: document.Plain(b.convention.Territory)})
	}
	for _, p := range b.source.parties.All {
		words := b.role(p)
		if words == "" {
			words = "signataire"
		}
		items = append(items, document.Definition{Term: p.OrganisationName, Text: document.Plain(words)})
	}
	if len(b.source.commitments.All) > 0 {
		items = append(items, document.Definition{Term: "Engagements", Text: document.Plain(b.commitmentCount())})
	}
	b.add(document.Definitions{Items: items})
	if len(b.source.axes.All) > 0 {
		b.heading(2, "Axes, tels que l’acte les écrit")
		var list document.List
		for _, a := range b.source.axes.All {
			list.Items = append(list.Items, append(document.Text{{Text: say("Axe %d : ", a.AxisNo), Style: document.Strong}}, quote(a.Quoted)...))
		}
		b.add(list)
	}
}

// commitmentCount says how many commitments there are, and how many have run out; each is quoted further on.
func (b *builder) commitmentCount() string {
	count, expired := map[string]int{}, 0
	var parties []string
	for _, c := range b.source.commitments.All {
		name := b.partyName(c.PartyCode)
		if count[name]++; count[name] == 1 {
			parties = append(parties, name)
		}
		if b.expired(c) {
			expired++
		}
	}
	for i, name := range parties {
		parties[i] = say("%s : %s", name, french.Int(count[name]))
	}
	text := say("%s (%s)", french.Plural(len(b.source.commitments.All), "engagement", "engagements"), strings.Join(parties, say(" ; ")))
	if expired > 0 {
		text += say(", dont %s, à constater", french.Plural(expired, "échu", "échus"))
	}
	return text + say(" : texte et années dans la partie « Engagements des signataires ».")
}

// expired says whether a commitment's last year is over.
func (b *builder) expired(c convention.Commitment) bool {
	return len(c.Years) > 0 && b.Period.StartsOn.Year() > c.Years[len(c.Years)-1]
}

func (b *builder) partyName(code *string) string {
	if code == nil {
		return "Tous les signataires"
	}
	for _, p := range b.source.parties.All {
		if p.PartyCode == *code {
			return p.OrganisationName
		}
	}
	return *code
}

// years says over which years a commitment runs, as far as the act says it.
func (b *builder) years(c convention.Commitment) string {
	if len(c.Years) > 0 {
		var years []string
		for _, y := range c.Years {
			years = append(years, strconv.Itoa(y))
		}
		text := french.List(years) + " seulement"
		if b.expired(c) {
			text += say(" : échu, à constater")
		}
		return text
	}
	if c.Annual {
		return "précisé chaque année"
	}
	return "toute la convention"
}

// commitments quotes each commitment, party by party.
func (b *builder) commitments() {
	if len(b.source.commitments.All) == 0 {
		return
	}
	b.heading(1, "Engagements des signataires")
	b.paragraph("Texte tel qu’il est écrit dans l’acte, fautes comprises. Les montants ne figurent pas dans cette version du bilan.")
	codes := []*string{nil}
	for _, p := range b.source.parties.All {
		codes = append(codes, &p.PartyCode)
	}
	for _, code := range codes {
		var d document.Definitions
		for _, c := range b.source.commitments.All {
			if (c.PartyCode == nil) == (code == nil) && (code == nil || *c.PartyCode == *code) {
				d.Items = append(d.Items, document.Definition{Term: c.CommitmentCode, Text: b.commitmentText(c)})
			}
		}
		if len(d.Items) > 0 {
			b.heading(2, "%s", b.partyName(code))
			b.add(d)
		}
	}
}

func (b *builder) commitmentText(c convention.Commitment) document.Text {
	text := quote(c.Quoted)
	facts := []string{"article " + strconv.Itoa(c.ArticleNo), b.years(c)}
	if c.BudgetLine != "" {
		facts = append(facts, c.BudgetLine)
	}
	text = append(text, document.Span{Text: " (" + strings.Join(facts, ", ") + ")"})
	add := func(label, words string) {
		if words != "" && words != c.Quoted {
			text = append(append(text, document.Span{Text: say(" – %s : ", label)}), quote(words)...)
		}
	}
	add("par", c.ByQuoted)
	add("condition", c.ConditionQuoted)
	if !strings.Contains(c.Quoted, c.BudgetQuoted) {
		add("budget", c.BudgetQuoted)
	}
	return append(text, document.Span{Text: "."})
}
