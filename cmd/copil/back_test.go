package main

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// TestBack follows a link from a form that was refused and comes back by the
// browser's Back: what was typed is there. Once signed out, Back shows none of it.
func TestBack(t *testing.T) {
	t.Parallel()
	d := sharedDemo(t) // nothing of what is typed can be stored
	form := d.signedIn(t, people["mission"].email).find(home, home+"/saisies/2014-S2/"+anID)
	for name, before := range map[string][]chromedp.Action[chromedp.Void]{
		"with scripts":    nil,
		"without scripts": {noScripts()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := d.open(t, people["mission"].email, before...)
			typed := map[string]map[string]string{
				form:                    {"mediators.ADULTE_RELAIS.F": "765x", "mediators.ADULTE_RELAIS.H": "432y"},
				home + "/sites/nouveau": {"code": "S765", "name": "Quartier sans commune"},
			}
			for at, fields := range typed {
				b.visit(at)
				for name, text := range fields {
					b.fill(name, text)
				}
				b.press(map[bool]string{true: "Enregistrer le brouillon", false: "Créer le site"}[at == form], http.StatusUnprocessableEntity)
				b.load(chromedp.Click(chromedp.JSPath(`document.querySelector(".menu a[href$='/indicateurs']")`)))
				b.load(chromedp.NavigateBack())
				for name, text := range fields {
					if got := b.held(name); got != text {
						t.Errorf("Back to %s, %s holds %q, want %q", at, name, got, text)
					}
				}
			}
			b.visit(home)
			eval[bool](b, `document.querySelector(".profile").open = true`)
			b.load(chromedp.Click(chromedp.JSPath(`document.querySelector("form[action='/deconnexion'] button")`)))
			for _, said := range b.history() {
				if strings.Contains(said, "765x") || strings.Contains(said, "S765") || strings.Contains(said, "432y") || strings.Contains(said, "sans commune") {
					t.Errorf("signed out, Back shows what was typed:\n%.2000s", said)
				}
			}
		})
	}
}

// history goes back to each page that the window remembers, and returns what they
// say now.
func (b *tab) history() (said []string) {
	b.Helper()
	const text = `document.readyState === "complete" ? document.documentElement.outerHTML + [...document.querySelectorAll("input, textarea")].map(e => e.value).join(" ") : ""`
	for {
		at, entries := b.past()
		if at == 0 {
			return said
		}
		b.persist(func(ctx context.Context) bool {
			return chromedp.Do(ctx, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
				_, err := cdp.Call(ctx, t, page.NavigateToHistoryEntry, page.NavigateToHistoryEntryParams{EntryID: entries[at-1].ID})
				return err
			})) == nil
		})
		b.persist(func(context.Context) bool { now, _ := b.past(); return now < at })
		b.persist(func(ctx context.Context) bool {
			page, err := chromedp.Run(ctx, chromedp.Evaluate[string](text))
			if page != "" {
				said = append(said, page)
			}
			return err == nil && page != ""
		})
	}
}

// past is at which of the pages that it remembers the window is.
func (b *tab) past() (at int64, entries []*page.NavigationEntry) {
	b.Helper()
	b.persist(func(ctx context.Context) bool {
		return chromedp.Do(ctx, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			h, err := cdp.Call(ctx, t, page.GetNavigationHistory, cdp.Empty{})
			at, entries = h.CurrentIndex, h.Entries
			return err
		})) == nil
	})
	return at, entries
}

// persist tries until it works: while a page gives way to the next one, nothing
// can be asked of the window.
func (b *tab) persist(try func(context.Context) bool) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Context, patience)
	defer cancel()
	for !try(ctx) {
		if ctx.Err() != nil {
			b.Fatalf("the window does not answer\n%s", b.where())
		}
	}
}
