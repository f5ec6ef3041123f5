package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// axe is the script of axe-core.
func axe(t *testing.T) string {
	t.Helper()
	script, err := os.ReadFile(filepath.Join("..", "..", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatalf("this test needs axe-core: run « make axe », which needs npm (apt-get install nodejs npm): %v", err)
	}
	return string(script)
}

const runAxe = `axe.run(document, {
	runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
	resultTypes: ["violations"], preload: false, selectors: true
}).then(r => r.violations.flatMap(v => v.nodes.map(n => v.id + " (" + v.impact + "): " + v.help + ": " + n.target.join(" ") + " " + n.html.slice(0, 200))))`

// outline finds what axe-core does not look at: headings, identifiers, overflow.
const outline = `(() => {
	const found = [], ids = new Map();
	const h1 = document.querySelectorAll("h1").length;
	if (h1 !== 1) found.push(h1 + " h1");
	for (const e of document.querySelectorAll("[id]")) ids.set(e.id, (ids.get(e.id) ?? 0) + 1);
	for (const [id, n] of ids) if (n > 1 || id === "") found.push(n + " elements with the id «" + id + "»");
	for (const name of ["aria-labelledby", "aria-describedby", "aria-controls", "for"])
		for (const e of document.querySelectorAll("[" + name + "]"))
			for (const id of e.getAttribute(name).split(/\s+/))
				if (!ids.has(id)) found.push(name + " names «" + id + "», which is nowhere");
	for (const a of document.querySelectorAll("a[href^='#']"))
		if (!ids.has(decodeURIComponent(a.hash.slice(1)))) found.push("a link to " + a.hash + ", which is nowhere");
	for (const t of document.querySelectorAll("main table")) if (!t.caption) found.push("a table without a caption");
	if (document.querySelectorAll("main .button.primary, main button.primary").length > 1) found.push("several primary buttons");
	for (const s of document.querySelectorAll("select"))
		if ([...s.options].filter(o => o.value === "").length > 1) found.push("two empty choices in the list " + s.name);
	if (document.documentElement.scrollWidth > innerWidth) {
		const widest = [...document.querySelectorAll("main *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".scroll")).slice(0, 3);
		found.push("wider than the window: " + document.documentElement.scrollWidth + " " + widest.map(e => e.outerHTML.slice(0, 120)).join(" | "));
	}
	return found;
})()`

// unfolded opens what a page holds folded, but for the menus that would cover it.
const unfolded = `for (const d of document.querySelectorAll("main details")) d.open = true`

// contents is what the page shows below its header, which is audited with the
// other pages of the role, but for what differs at each request.
func (b *tab) contents() string {
	b.Helper()
	return eval[string](b, `document.querySelector("main").outerHTML.replace(/ value="[0-9a-f-]{36}"/g, "")`)
}

// audit reports what is wrong with the page: wide as it comes, narrow with all
// that is folded open.
func (b *tab) audit(script, name string) {
	b.Helper()
	for _, finding := range b.findings(script) {
		b.Errorf("%s %s", name, finding)
	}
}

func (b *tab) findings(script string) (found []string) {
	b.Helper()
	eval[chromedp.Void](b, script+";void 0")
	said := map[string]bool{}
	for _, at := range []struct {
		width int64
		first string
	}{{wide, "0"}, {narrow, unfolded}} {
		b.width(at.width)
		eval[chromedp.Void](b, at.first)
		for _, f := range append(eval[[]string](b, outline), eval[[]string](b, runAxe)...) {
			if !said[f] {
				said[f] = true
				found = append(found, fmt.Sprintf("at %d px: %s", at.width, f))
			}
		}
	}
	b.width(wide)
	return append(found, b.complained()...)
}

// TestAuditFindsFaults plants faults in a page: an audit that finds nothing must
// not be one that looks at nothing.
func TestAuditFindsFaults(t *testing.T) {
	t.Parallel()
	b := sharedDemo(t).open(t, "")
	b.visit("/connexion")
	eval[chromedp.Void](b, `document.querySelector("main").insertAdjacentHTML("beforeend",
		"<h1 id='email'>Deux</h1><img src='/static/favicon.svg'><p style='color: red'>style</p><p class='wide'>large</p><details><button></button></details>");
		document.querySelector(".wide").style.width = "400px";
		document.querySelector(".wide").style.color = "#aaa";
		void setTimeout(() => { throw new Error("planted") })`)
	found := strings.Join(b.findings(axe(t)), "\n")
	for _, want := range []string{"2 h1", "2 elements with the id «email»", "image-alt", "color-contrast", "button-name",
		"wider than the window", "Content Security Policy", "planted"} {
		if !strings.Contains(found, want) {
			t.Errorf("a page with planted faults: the audit misses « %s » in\n%s", want, found)
		}
	}
}
