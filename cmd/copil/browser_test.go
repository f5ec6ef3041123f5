package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// wide and narrow are the widths at which every page must hold, in CSS pixels.
const wide, narrow = 1280, 320

// chromium is the one browser of all tests.
var chromium struct {
	sync.Once
	context.Context
	cancel []context.CancelFunc
	err    error
}

func browser(t testing.TB) context.Context {
	t.Helper()
	chromium.Do(func() { chromium.err = openBrowser() })
	if chromium.err != nil {
		t.Fatal(chromium.err)
	}
	return chromium.Context
}

func openBrowser() error {
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil && path == "" {
			path = found
		}
	}
	if path == "" {
		return fmt.Errorf("these tests need Chromium, which is missing: apt-get install chromium")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.NoSandbox, // as root there is none, and the pages are our own
		chromedp.DisableGPU,
		chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true),
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("force-prefers-reduced-motion", true), // a click must not aim at a page that still scrolls
	)
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	chromium.cancel = append(chromium.cancel, cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	chromium.cancel = append(chromium.cancel, cancel)
	chromium.Context = ctx
	return chromedp.Do(ctx)
}

func closeBrowser() {
	for _, cancel := range chromium.cancel {
		defer cancel() // the tab first, then the browser
	}
}

// tab is a window of one person, with cookies of its own.
type tab struct {
	testing.TB
	context.Context
	base string

	mu         sync.Mutex
	complaints []string // errors on the console, of scripts and of the content policy
}

// open gives the person a window and signs them in by the form; a visitor has no email.
func (d *demonstration) open(t testing.TB, email string, before ...chromedp.Action[chromedp.Void]) *tab {
	t.Helper()
	b := &tab{TB: t, base: d.base}
	ctx, cancel := chromedp.NewContext(browser(t), chromedp.WithNewBrowserContext(), chromedp.WithListener(b.listen))
	t.Cleanup(cancel)
	b.Context = ctx
	if err := chromedp.Do(ctx); err != nil { // a first action under a deadline would bind the window to it
		t.Fatal(err)
	}
	b.width(wide)
	b.do(before...)
	if email != "" {
		b.visit("/connexion")
		b.fill("email", email)
		b.fill("password", password)
		b.press("Se connecter", 200)
	}
	return b
}

// noScripts has the window run no script of the pages; those of the tests still do.
func noScripts() chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		return err
	})
}

func (b *tab) listen(event any) {
	text := ""
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		text = e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			text += " " + e.ExceptionDetails.Exception.Description
		}
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeAssert {
			text = fmt.Sprint("console: ", e.Args)
		}
	case *log.EventEntryAdded:
		// A page that answers 422 is meant to; that it did is checked elsewhere.
		if e.Entry.Level == log.EntryLevelError && !strings.Contains(e.Entry.Text, "the server responded with a status of 4") {
			text = fmt.Sprintf("%s: %s", e.Entry.Source, e.Entry.Text)
		}
	}
	if text != "" {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.complaints = append(b.complaints, text)
	}
}

// complained returns what the console said since the last call.
func (b *tab) complained() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	said := b.complaints
	b.complaints = nil
	return said
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Context, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.Fatalf("%v\n%s", err, b.where())
	}
}

// eval runs a script in the page and returns its value.
func eval[T any](b *tab, script string) T {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Context, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		b.Fatalf("%v\n%s", err, b.where())
	}
	return v
}

// where tells a failure on which page it happened.
func (b *tab) where() string {
	ctx, cancel := context.WithTimeout(b.Context, 5*time.Second)
	defer cancel()
	at, err := chromedp.Run(ctx, chromedp.Location())
	if err != nil {
		return ""
	}
	text, _ := chromedp.Run(ctx, chromedp.Evaluate[string](`document.querySelector("main")?.innerText ?? document.body.innerText`)) // only explains
	return fmt.Sprintf("at %s:\n%.1500s", at, text)
}

func (b *tab) width(pixels int64) {
	b.Helper()
	b.do(chromedp.EmulateViewport(pixels, 900))
}

// visit opens a page by its address.
func (b *tab) visit(path string) {
	b.Helper()
	if status := b.load(chromedp.Navigate(b.base + path)); status != 200 {
		b.Fatalf("%s answers %d\n%s", path, status, b.where())
	}
}

// load runs an action that leads to another page, and returns its status.
func (b *tab) load(action chromedp.Action[chromedp.Void]) int {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Context, patience)
	defer cancel()
	response, err := chromedp.RunResponse(ctx, action)
	if err != nil {
		b.Fatalf("%v\n%s", err, b.where())
	}
	return int(response.Status)
}

func quote(s string) string {
	text, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// shown is a visible element of the page's content with the given text: its own
// words, or those that a label gives it.
func shown(selector, text string) chromedp.JSPath {
	return chromedp.JSPath(`[...document.querySelectorAll(` + quote(selector) + `)].find(e =>
		e.checkVisibility() && e.textContent.replace(/\s+/g, " ").includes(` + quote(text) + `))`)
}

// named is the visible control of that name.
func named(name string) chromedp.JSPath {
	return chromedp.JSPath(`[...document.getElementsByName(` + quote(name) + `)].find(e => e.type !== "hidden" && e.checkVisibility())`)
}

// there fails at once where the page has no such element: it is loaded, so
// waiting would not help.
func (b *tab) there(what string, element chromedp.JSPath) chromedp.JSPath {
	b.Helper()
	if !eval[bool](b, `!!(`+string(element)+`)`) {
		b.Fatalf("the page has no %s\n%s", what, b.where())
	}
	return element
}

// press clicks a button or a link, and checks the status of the page it leads to.
func (b *tab) press(text string, status int) {
	b.Helper()
	if got := b.load(chromedp.Click(b.there("button or link « "+text+" »", shown("main button, main a", text)))); got != status {
		b.Fatalf("« %s » leads to a page with status %d, want %d\n%s", text, got, status, b.where())
	}
}

// unfold opens a details by its summary, unless it is open already.
func (b *tab) unfold(summary string) {
	b.Helper()
	open := `!![...document.querySelectorAll("main details[open] > summary")].find(e => e.textContent.includes(` + quote(summary) + `))`
	if !eval[bool](b, open) {
		b.do(chromedp.Click(b.there("« "+summary+" » to unfold", shown("main summary", summary))))
		b.until("« "+summary+" » is open", open)
	}
}

// fill replaces what a field holds by typing.
func (b *tab) fill(name, text string) {
	b.Helper()
	field := string(b.there("field "+name, named(name)))
	if !eval[bool](b, field+`.focus(), `+field+`.select(), document.activeElement === `+field) {
		b.Fatalf("the field %s takes no focus\n%s", name, b.where())
	}
	b.do(chromedp.KeyEvent(text))
}

// choose picks the entry of a list that starts with text.
func (b *tab) choose(name, text string) {
	b.Helper()
	value := eval[string](b, `[...`+string(b.there("list "+name, named(name)))+`.options].find(o => o.textContent.trim().startsWith(`+quote(text)+`))?.value ?? ""`)
	if value == "" {
		b.Fatalf("the list %s offers nothing like « %s »\n%s", name, text, b.where())
	}
	b.do(chromedp.SetValue(named(name), value))
}

// tick chooses one of the radio buttons or boxes of a name, by its label.
func (b *tab) tick(name, label string) {
	b.Helper()
	words := `[...document.getElementsByName(` + quote(name) + `)].flatMap(e => [...e.labels]).find(l => l.textContent.trim() === ` + quote(label) + `)`
	b.do(chromedp.Click(b.there(name+" « "+label+" »", chromedp.JSPath(words))))
	b.until(name+" « "+label+" » is ticked", words+`.control.checked`)
}

// until waits for what a click does in the page: the browser answers before it.
func (b *tab) until(what, condition string) {
	b.Helper()
	for end := time.Now().Add(patience); !eval[bool](b, condition); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			b.Fatalf("it never comes that %s\n%s", what, b.where())
		}
	}
}

// held is what a field holds now.
func (b *tab) held(name string) string {
	b.Helper()
	return eval[string](b, `[...document.getElementsByName(`+quote(name)+`)].find(e => e.type !== "hidden" && (e.type !== "radio" || e.checked))?.value ?? ""`)
}

// wrong is the message that stands at a field, as a screen reader tells it.
func (b *tab) wrong(name string) string {
	b.Helper()
	return plain(eval[string](b, `(() => {
		const e = [...document.getElementsByName(`+quote(name)+`)].find(e => e.type !== "hidden");
		if (e?.getAttribute("aria-invalid") !== "true") return "";
		const ids = (e.getAttribute("aria-describedby") ?? "").split(" ");
		return ids.map(id => document.getElementById(id)).filter(m => m?.classList.contains("error")).map(m => m.textContent).join(" ");
	})()`))
}

var spaces = regexp.MustCompile(`[\s\x{a0}\x{202f}\x{2009}]+`)

// plain writes every space as a plain one, so that tests can be typed.
func plain(s string) string { return strings.TrimSpace(spaces.ReplaceAllString(s, " ")) }

// text is what the page's content says, closed details included.
func (b *tab) text() string {
	b.Helper()
	return plain(eval[string](b, `document.querySelector("main").textContent`))
}

// sees fails unless the page says each of the texts.
func (b *tab) sees(texts ...string) {
	b.Helper()
	said := b.text()
	for _, want := range texts {
		if !strings.Contains(said, want) {
			b.Errorf("the page does not say « %s »\n%s", want, b.where())
		}
	}
}

// misses fails if the page says any of the texts.
func (b *tab) misses(texts ...string) {
	b.Helper()
	said := b.text()
	for _, unwanted := range texts {
		if strings.Contains(said, unwanted) {
			b.Errorf("the page says « %s »\n%s", unwanted, b.where())
		}
	}
}

// row is the first line of a table whose heading starts with text, cell by cell.
func (b *tab) row(text string) []string {
	b.Helper()
	cells := eval[[]string](b, `[...([...document.querySelectorAll("main tbody tr")].find(r =>
		r.querySelector("th")?.textContent.replace(/\s+/g, " ").trim().startsWith(`+quote(text)+`))?.cells ?? [])].map(c => c.textContent)`)
	for i, c := range cells {
		cells[i] = plain(c)
	}
	return cells
}

// path is where the window is.
func (b *tab) path() string {
	b.Helper()
	return eval[string](b, `location.pathname`)
}
