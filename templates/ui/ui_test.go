package ui

import (
	"context"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"copil/internal/access"
	"copil/internal/fault"
)

const hostile = `"><script>alert(1)</script>'&`

func render(t *testing.T, c templ.Component) string {
	t.Helper()
	var b strings.Builder
	if err := c.Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// with gives a component its children.
func with(parent templ.Component, children ...templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return parent.Render(templ.WithChildren(ctx, templ.Join(children...)), w)
	})
}

// everything is a page that shows each component once, every text being text.
func everything(text string) templ.Component {
	form := Form{Action: "/ici", Values: url.Values{}, Problems: fault.Fields{}, Hidden: []Hidden{{"cle", text}}}
	for _, name := range []string{"texte", "courriel", "nombre", "date", "fichier", "long", "choix", "radio", "cases", "A1-01", "A1-02-motif", ""} {
		form.Values.Set(name, text)
		form.Problems.Add(name, text)
	}
	field := func(name string) Field { return Field{Name: name, Label: text, Hint: text, Unit: text} }
	filter := Form{ID: "filtre", Action: "/ici", Filter: true}
	options := []Option{{Value: text, Label: text, Hint: text}, {Value: "b", Label: text, Group: text}}
	link := Link{text, "/ailleurs"}
	steps := []Step{{text, text, text, Done}, {text, text, text, Current}, {text, text, text, ToCome}}
	return templ.Join(
		with(Heading(text, text), LinkButton(link), PrimaryLink(link)),
		Tabs(text, []NavItem{{Label: text, Href: "/", Current: true, Count: 3}}),
		with(Post(form), Text(form, field("texte")), Email(form, field("courriel")), Password(form, field("secret")),
			Number(form, field("nombre")), Date(form, field("date")), File(form, field("fichier")), Textarea(form, field("long")),
			Select(form, field("choix"), options), Radios(form, field("radio"), options), Checkboxes(form, field("cases"), options),
			Figure(form, Cell{Field: field("A1-01"), Before: text}), Figure(form, Cell{Field: field("A1-02"), Reasons: options}),
			with(Actions(), Submit(text), OtherSubmit("action", text, text))),
		with(FilterBar(filter, "/ici"), Select(filter, field("etat"), options), PrintButton()),
		with(Section("section", text), Lines([]Line{{Lead: text, Text: text}, {text, text, "/x", text, Warning, []LineItem{{text, text, "/x"}}}})),
		with(Figures(), OneFigure(KeyFigure{text, text, text, text, text, "/x", text, Info})),
		ProgressBar(Progress{text, 216, 3000, text, text}), ProgressBar(Progress{Label: text, Text: text}),
		with(SummaryList(), with(SummaryRow(text, link), Tag(Success, text))),
		Steps(steps),
		ChartFigure(Chart{SVG: "<svg></svg>", Title: text, Caption: text, Data: with(DataTable(Table{
			Caption: text, Note: text, Columns: []Column{{text, text, true, false}, {text, "", false, true}}, Foot: Missing()}), NotApplicable(text))}),
		with(Callout(Warning, text), Lock(text, text, link), EmptyState(text, text, link)),
		Pagination(Pages{Number: 2, Last: 9, Href: func(int) string { return "/p" }}),
	)
}

func full(text string) templ.Component {
	return Page(Frame{
		Title: text, Convention: text, Home: "/c/x", ThemeHref: "/c/x/theme.css", Organisation: text, Flash: text, Version: text,
		Actor:   access.Actor{Name: text, Role: access.Mission},
		Nav:     []NavItem{{Label: text, Href: "/", Group: text}, {Label: text, Href: "/", Current: true, Group: "B", Count: 2}},
		Notices: []string{text, text}, Today: text, Crumbs: []Link{{text, "/"}},
	}, everything(text))
}

func TestNothingTypedBecomesMarkup(t *testing.T) {
	t.Parallel()
	page := render(t, full(hostile))
	if strings.Contains(page, "<script>") {
		t.Error("a text reached the page as markup")
	}
	if n := strings.Count(page, "alert(1)"); n < 80 {
		t.Errorf("the text is shown %d times: a component left it out", n)
	}
}

// The content policy is "default-src 'self'": styles and scripts within the page would be refused.
func TestPageNeedsNoInlineStyleNorScript(t *testing.T) {
	t.Parallel()
	page := render(t, full("texte"))
	if bad := regexp.MustCompile(`<style|\sstyle=|\son[a-z]+=|<script>|javascript:`).FindString(page); bad != "" {
		t.Errorf("the page holds %q", bad)
	}
}

var (
	idAttr   = regexp.MustCompile(` id="([^"]*)"`)
	idRefs   = regexp.MustCompile(` (?:for|aria-describedby|aria-labelledby)="([^"]*)"`)
	hashLink = regexp.MustCompile(` href="#([^"]*)"`)
)

func matches(re *regexp.Regexp, page string) []string {
	var found []string
	for _, m := range re.FindAllStringSubmatch(page, -1) {
		found = append(found, strings.Fields(m[1])...)
	}
	return found
}

func TestIDs(t *testing.T) {
	t.Parallel()
	page := render(t, full("texte"))
	ids := matches(idAttr, page)
	slices.Sort(ids)
	for i := 1; i < len(ids); i++ {
		if ids[i] == ids[i-1] {
			t.Errorf("id %q is given twice", ids[i])
		}
	}
	for _, ref := range append(matches(idRefs, page), matches(hashLink, page)...) {
		if _, ok := slices.BinarySearch(ids, ref); !ok {
			t.Errorf("id %q is referred to and absent", ref)
		}
	}
}

func TestErrorSummary(t *testing.T) {
	t.Parallel()
	form := Form{ID: "f", Problems: fault.Fields{
		"": "Cette saisie a été modifiée entre-temps.", "debut": "Écrivez une date.", "nom": "Écrivez un nom.",
		"A1-motif": "Choisissez un motif.", "autre": "Choisissez.",
	}}
	page := render(t, with(Post(form), Text(form, Field{Name: "nom", Label: "Nom du site"}), Date(form, Field{Name: "debut", Label: "Début"}),
		Figure(form, Cell{Field: Field{Name: "A1", Label: "Postes pourvus"}})))
	page = page[:strings.Index(page, "</ul>")]
	for _, want := range []string{`role="alert"`, "autofocus", "Il y a un problème", "modifiée entre-temps"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q in the summary: %s", want, page)
		}
	}
	if strings.Contains(page, "à corriger") {
		t.Error("what was overtaken is no mistake, and is counted")
	}
	text := regexp.MustCompile(`\s+`).ReplaceAllString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(page, " "), " ")
	for _, want := range []string{"Nom du site\u00a0: écrivez un nom.", "Début\u00a0: écrivez une date.", "Postes pourvus\u00a0: choisissez un motif."} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in the summary: %s", want, text)
		}
	}
	if got, want := matches(hashLink, page), []string{"f-nom", "f-debut", "f-A1-motif", "f-autre"}; !slices.Equal(got, want) {
		t.Errorf("links %v, want %v", got, want)
	}
	if !strings.Contains(page, "<li>Cette saisie a été modifiée entre-temps.</li>") {
		t.Error("the problem of the whole form is a link or is absent")
	}
	if got := render(t, with(Post(Form{}))); strings.Contains(got, "alert") {
		t.Errorf("a form without problems shows %s", got)
	}
}

func TestFieldShowsWhatWasTyped(t *testing.T) {
	t.Parallel()
	form := Form{Values: url.Values{"debut": {"bientôt"}}, Problems: fault.Fields{"debut": "Écrivez une date."}}
	page := render(t, Date(form, Field{Name: "debut", Label: "Début"}))
	for _, want := range []string{`value="bientôt"`, `aria-invalid="true"`, `aria-describedby="debut-aide debut-erreur"`, `type="text"`} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s in %s", want, page)
		}
	}
	secret := Form{Values: url.Values{"password": {"azerty"}}}
	if strings.Contains(render(t, Password(secret, Field{Name: "password", Label: "Mot de passe"})), "azerty") {
		t.Error("a password is sent back")
	}
}

func TestFigureKeepsThreeAnswersApart(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		values  url.Values
		checked string
	}{
		"nothing said":    {url.Values{}, ""},
		"a stored number": {url.Values{"a": {"0"}}, StateNumber},
		"missing":         {url.Values{"a-etat": {StateMissing}}, StateMissing},
		"not applicable":  {url.Values{"a": {"12"}, "a-etat": {StateNotApplicable}}, StateNotApplicable},
	}
	checked := regexp.MustCompile(`value="([a-z-]+)" checked`)
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			page := render(t, Figure(Form{Values: tt.values}, Cell{Field: Field{Name: "a", Label: "Postes"}}))
			var got string
			if m := checked.FindStringSubmatch(page); m != nil {
				got = m[1]
			}
			if got != tt.checked {
				t.Errorf("%q is chosen, want %q", got, tt.checked)
			}
		})
	}
}

func TestPublicPageHasNoNavigation(t *testing.T) {
	t.Parallel()
	page := render(t, Page(Frame{Title: "Se connecter"}, templ.Raw("<h1>Se connecter</h1>")))
	for _, absent := range []string{"Aller au menu", "Se déconnecter", `id="menu"`} {
		if strings.Contains(page, absent) {
			t.Errorf("%q on a public page", absent)
		}
	}
	for _, present := range []string{`<html lang="fr">`, "<title>Se connecter – Copil</title>", "Accessibilité&nbsp;: non conforme", `content="noindex, nofollow"`, `id="contenu"`} {
		if !strings.Contains(page, present) {
			t.Errorf("no %q", present)
		}
	}
}

func TestPagesNear(t *testing.T) {
	t.Parallel()
	tests := []struct {
		number, last int
		want         []int
	}{
		{1, 1, []int{1}},
		{1, 3, []int{1, 2, 3}},
		{6, 12, []int{1, 0, 5, 6, 7, 0, 12}},
		{12, 12, []int{1, 0, 11, 12}},
	}
	for _, tt := range tests {
		if got := (Pages{Number: tt.number, Last: tt.last}).near(); !slices.Equal(got, tt.want) {
			t.Errorf("page %d of %d: %v, want %v", tt.number, tt.last, got, tt.want)
		}
	}
}

func TestProgressNeverLeavesItsTrack(t *testing.T) {
	t.Parallel()
	for value, want := range map[float64]float64{-1: 0, 0: 0, 216: 7.2, 4000: 100} {
		if got := (Progress{Value: value, Target: 3000}).percent(); got < want-1e-9 || got > want+1e-9 {
			t.Errorf("%v: %v %%, want %v", value, got, want)
		}
	}
}
