package main

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

var submissionLink = regexp.MustCompile(home + "/saisies/2015-S1/" + anID)

// stop is where the focus is.
type stop struct {
	Tag, Name, Type, Text string
	Open                  bool
	Faults                []string // what a person who sees the page would miss
}

// focused looks at the element that has the focus: whether its ring shows, whether
// it is in view and free, and whether it follows the last one as one reads.
const focused = `(() => {
	const e = document.activeElement ?? document.body, faults = [];
	const shown = e.matches("input.visually-hidden") ? e.nextElementSibling : e;
	const r = shown.getBoundingClientRect(), style = getComputedStyle(shown);
	if (!e.matches(":focus-visible") || style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) faults.push("no ring");
	const tall = r.height > innerHeight;
	if (r.left < 0 || r.right > innerWidth || r.bottom < 0 || r.top > innerHeight || (!tall && (r.top < 0 || r.bottom > innerHeight))) faults.push("out of view");
	if (!tall) {
		const top = document.elementFromPoint(r.left + r.width / 2, r.top + r.height / 2);
		if (!top || !(shown.contains(top) || top.contains(shown))) faults.push("covered by " + top?.outerHTML.slice(0, 80));
	}
	const last = window.lastStop;
	window.lastStop = shown;
	if (last?.isConnected && last.closest("form[data-entry]") && shown.closest("form[data-entry]")) {
		const before = last.getBoundingClientRect();
		if (!(last.compareDocumentPosition(shown) & Node.DOCUMENT_POSITION_FOLLOWING)) faults.push("before the last one in the page");
		if (r.bottom <= before.top) faults.push("above the last one");
		if (Math.abs(r.top - before.top) < 4 && r.left < before.left) faults.push("left of the last one");
	}
	return {Tag: e.tagName, Name: e.name ?? "", Type: e.type ?? "", Text: e.textContent.trim(), Open: !!e.closest("details")?.open, Faults: faults};
})()`

// step moves the focus on by the Tab key and looks where it is.
func (b *tab) step() stop {
	b.Helper()
	b.do(chromedp.KeyEvent(kb.Tab))
	s := eval[stop](b, focused)
	for _, fault := range s.Faults {
		b.Errorf("the focus at %s %s « %.60s » is %s", s.Tag, s.Name, s.Text, fault)
	}
	return s
}

// reach steps on to a button or link, answering on the way what answer knows.
func (b *tab) reach(text string, answer func(stop)) {
	b.Helper()
	for range 400 {
		s := b.step()
		if (s.Tag == "BUTTON" || s.Tag == "A") && strings.Contains(plain(s.Text), text) {
			return
		}
		if answer != nil {
			answer(s)
		}
	}
	b.Fatalf("the Tab key does not lead to « %s »\n%s", text, b.where())
}

// TestKeyboard fills in a form and hands it in with the keyboard alone, at both
// widths: the focus is always seen, and goes as one reads.
func TestKeyboard(t *testing.T) {
	t.Parallel()
	d := ownDemo(t)
	openCampaign(d.open(t, people["mission"].email))
	list := d.signedIn(t, people["mission"].email)
	forms := submissionLink.FindAllString(list.get(home+"/saisies/2015-S1").body, -1)
	t.Run("paste", func(t *testing.T) {
		t.Parallel()
		pasteCells(d.open(t, people["mission"].email), forms[2])
	})
	for i, width := range []int64{wide, narrow} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			t.Parallel()
			b := d.open(t, people["mission"].email)
			b.width(width)
			handInByKeyboard(b, forms[i])
		})
	}
}

func handInByKeyboard(b *tab, form string) {
	b.visit(form)
	if s := b.step(); !strings.Contains(s.Text, "contenu") {
		b.Errorf("the first stop is %s « %s », want the way to the content", s.Tag, s.Text)
	}
	b.do(enter())
	if b.step(); !eval[bool](b, `!!document.activeElement.closest("main")`) {
		b.Error("the way to the content does not lead there")
	}
	b.reach("Enregistrer et soumettre", b.answerByKeyboard)
	b.submitByKeyboard(http.StatusUnprocessableEntity)
	b.sees("Médiateurs et médiatrices en poste au dernier jour, commentaire", "Expliquez-le dans le commentaire")
	b.reach("édiateurs", nil) // the summary has the focus, and its first line leads to the comment
	b.do(enter())
	b.until("the comment has the focus", `document.activeElement?.name === "mediators-commentaire"`)
	b.do(chromedp.KeyEvent("Une sortie en mai, remplacée le même jour."))
	b.reach("Enregistrer et soumettre", nil)
	b.submitByKeyboard(http.StatusOK)
	b.sees("Les chiffres sont soumis", "Aucune formation ne certifie", "sans objet")
}

func (b *tab) submitByKeyboard(status int) {
	b.Helper()
	if got := b.load(enter()); got != status {
		b.Fatalf("the Enter key at the button leads to %d, want %d\n%s", got, status, b.where())
	}
}

// answerByKeyboard answers the question at which the focus is: the mediators with
// numbers, the certified with « sans objet », what else has a number with 1 or « non
// renseigné ».
func (b *tab) answerByKeyboard(s stop) {
	b.Helper()
	typed := map[string]string{"mediators.CDI.F": "1", "fte": "1", "entries": "0", "exits": "0", "certified-motif": "Aucune formation ne certifie."}
	code, isState := strings.CutSuffix(s.Name, "-etat")
	switch {
	case typed[s.Name] != "":
		b.do(chromedp.KeyEvent(typed[s.Name]))
	case strings.HasPrefix(s.Name, "mediators.") && s.Name != "mediators.total":
		b.do(chromedp.KeyEvent("0"))
	case s.Tag == "SUMMARY" && strings.HasPrefix(s.Text, "Pas de chiffre") && !s.Open && !eval[bool](b, `!!document.activeElement.closest("#mediators")`):
		b.do(enter())
	case s.Tag == "SELECT" && isState:
		b.do(chromedp.KeyEvent("N")) // « Non renseigné »
	case s.Type == "radio" && code == "certified":
		b.do(chromedp.KeyEvent(" "), chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.ArrowDown))
	case s.Type == "radio" && typed[code] == "":
		b.do(chromedp.KeyEvent(kb.ArrowRight))
	}
}

// pasteCells pastes blocks copied from a spreadsheet: they fill the table from the
// box that has the focus, what is too much is said, and all is saved.
func pasteCells(b *tab, form string) {
	b.visit(form)
	paste := func(name, cells string) {
		b.Helper()
		eval[bool](b, `(() => {
			const data = new DataTransfer(), box = document.querySelector("[name='`+name+`']");
			data.setData("text/plain", `+quote(cells)+`);
			box.focus();
			return box.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
		})()`)
	}
	holds := func(name, want string) {
		b.Helper()
		if got := b.held(name); got != want {
			b.Errorf("%s holds %q, want %q", name, got, want)
		}
	}
	paste("mediators.ADULTE_RELAIS.H", "1\t2\r\n3\t1 234\r\n")
	b.until("the form says what it filled", saved("4 cases remplies."))
	b.until("it is saved", saved("Enregistré à"))
	paste("mediators.ADULTE_RELAIS.NR", "7\t8\t9")
	b.until("the form says what was too much", saved("1 case remplie\u00a0; 2 de trop, laissées de côté."))
	b.until("the total follows", `[...document.querySelectorAll("#mediators [data-total]")].at(-1).textContent.replace(/\s/g, "").startsWith("1245")`)
	b.until("it is saved", saved("Enregistré à"))
	b.visit(form)
	holds("mediators.ADULTE_RELAIS.F", "")
	holds("mediators.ADULTE_RELAIS.H", "1")
	holds("mediators.ADULTE_RELAIS.NR", "7")
	holds("mediators.EMPLOI_AVENIR.H", "3")
	holds("mediators.EMPLOI_AVENIR.NR", "1234")
}

// enter presses the Enter key as a keyboard does: what the press leads to is not
// given its character, too.
func enter() chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		events := kb.Encode('\r')
		down, up := events[0], events[len(events)-1]
		down.Text = "\r"
		for _, e := range []*input.DispatchKeyEventParams{down, up} {
			if _, err := cdp.Call(ctx, t, input.DispatchKeyEvent, *e); err != nil {
				return err
			}
		}
		return nil
	})
}
