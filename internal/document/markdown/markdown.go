// Package markdown reads what people write in Markdown into the blocks of a document. Pages and files are made from these blocks and
// never from the text itself: there is no way for a tag, a script or a picture from elsewhere to go through.
package markdown

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"copil/internal/document"
)

// longest is the text that is read as Markdown, in bytes; a longer one is set as plain paragraphs, since reading deep nesting takes long.
const longest = 64 << 10

// deepest is how far quotes and lists may nest.
const deepest = 24

var language = goldmark.New(goldmark.WithExtensions(extension.Table))

// Blocks reads a text that stands under a heading of the given level, 0 for none: its own headings are of the levels below, 3 at most.
// Tags are set as the words they are, a picture as what it shows, a link that is not on the web without its address.
func Blocks(source string, under int) document.Blocks {
	source = strings.ReplaceAll(strings.ReplaceAll(strings.ToValidUTF8(source, ""), "\x00", ""), "\r\n", "\n")
	if len(source) > longest || nested(source) {
		return plain(source)
	}
	r := &reader{source: []byte(source), under: under, level: under}
	r.children(language.Parser().Parse(text.NewReader(r.source)), document.Normal)
	return r.blocks
}

// nested finds lines that open more quotes and lists than anybody means to.
func nested(source string) bool {
	for line := range strings.Lines(source) {
		marks := 0
		for _, c := range line {
			if !strings.ContainsRune(" \t>-+*", c) {
				break
			}
			if c != ' ' {
				marks++
			}
		}
		if marks > deepest && strings.Trim(line, " \t\n-*_") != "" || strings.Count(line, "[") > 500 || strings.Count(line, "*") > 5000 {
			return true
		}
	}
	return false
}

func plain(source string) (blocks document.Blocks) {
	for p := range strings.SplitSeq(source, "\n\n") {
		if p = strings.TrimSpace(p); p != "" {
			blocks = append(blocks, document.Paragraph{Text: document.Plain(p)})
		}
	}
	return blocks
}

type reader struct {
	source []byte
	blocks document.Blocks
	under  int
	level  int // of the last heading
	tables int
}

func (r *reader) children(of ast.Node, style document.Style) {
	for n := of.FirstChild(); n != nil; n = n.NextSibling() {
		r.block(n, style)
	}
}

func (r *reader) block(n ast.Node, style document.Style) {
	switch n := n.(type) {
	case *ast.Heading:
		if said := r.inline(n, document.Normal); strings.TrimSpace(said.String()) != "" {
			r.level = min(3, r.level+1, r.under+n.Level)
			r.blocks = append(r.blocks, document.Heading{Level: r.level, Text: said.String()})
		}
	case *ast.Paragraph, *ast.TextBlock:
		r.paragraph(r.inline(n, style))
	case *ast.List:
		if items := r.items(n, style, ""); len(items) > 0 {
			r.blocks = append(r.blocks, document.List{Numbered: n.IsOrdered(), Items: items})
		}
	case *ast.Blockquote:
		r.children(n, document.Emphasis)
	case *ast.CodeBlock, *ast.FencedCodeBlock, *ast.HTMLBlock:
		r.paragraph(document.Plain(r.lines(n)))
	case *extast.Table:
		r.table(n)
	}
}

func (r *reader) paragraph(t document.Text) {
	if strings.TrimSpace(t.String()) != "" {
		r.blocks = append(r.blocks, document.Paragraph{Text: t})
	}
}

// lines are the words of a block as they were typed.
func (r *reader) lines(n ast.Node) string {
	var said bytes.Buffer
	for i := range n.Lines().Len() {
		line := n.Lines().At(i)
		said.Write(line.Value(r.source))
	}
	if html, ok := n.(*ast.HTMLBlock); ok && html.HasClosure() {
		said.Write(html.ClosureLine.Value(r.source))
	}
	return strings.TrimRight(said.String(), "\n")
}

// items flattens a list: what hangs below an item follows it, behind a dash.
func (r *reader) items(list ast.Node, style document.Style, dash string) (items []document.Text) {
	for item := list.FirstChild(); item != nil; item = item.NextSibling() {
		said := document.Text{}
		var below []document.Text
		for n := item.FirstChild(); n != nil; n = n.NextSibling() {
			if _, deeper := n.(*ast.List); deeper {
				below = append(below, r.items(n, style, dash+"– ")...)
				continue
			}
			if len(said) > 0 {
				said = append(said, document.Span{Text: " "})
			}
			said = append(said, r.words(n, style)...)
		}
		if strings.TrimSpace(said.String()) != "" {
			if dash != "" {
				said = slices.Insert(said, 0, document.Span{Text: dash})
			}
			items = append(items, said)
		}
		items = append(items, below...)
	}
	return items
}

// words are those of a block within an item, whatever block it is.
func (r *reader) words(n ast.Node, style document.Style) document.Text {
	switch n.(type) {
	case *ast.CodeBlock, *ast.FencedCodeBlock, *ast.HTMLBlock:
		return document.Plain(r.lines(n))
	}
	return r.inline(n, style)
}

func (r *reader) table(n *extast.Table) {
	r.tables++
	t := document.Table{Caption: fmt.Sprintf("Tableau %d", r.tables)}
	for row := n.FirstChild(); row != nil; row = row.NextSibling() {
		cells := make([]document.Cell, 0, len(n.Alignments))
		for c := row.FirstChild(); c != nil; c = c.NextSibling() {
			cells = append(cells, document.TextCell(r.inline(c, document.Normal).String()))
		}
		if _, head := row.(*extast.TableHeader); head {
			for i, c := range cells {
				title := strings.TrimSpace(c.Text)
				if title == "" {
					title = fmt.Sprintf("Colonne %d", i+1)
				}
				t.Columns = append(t.Columns, document.Column{Title: title, Head: i == 0})
			}
			continue
		}
		for len(cells) < len(t.Columns) {
			cells = append(cells, document.TextCell(""))
		}
		t.Rows = append(t.Rows, document.Row{Cells: cells[:len(t.Columns)]})
	}
	r.blocks = append(r.blocks, t)
}

// inline are the words below a node with their emphasis and links.
func (r *reader) inline(of ast.Node, style document.Style) document.Text {
	var said document.Text
	r.spans(&said, of, document.Span{Style: style})
	return said
}

// spans adds the words below a node, in the look of a span.
func (r *reader) spans(said *document.Text, of ast.Node, look document.Span) {
	for n := of.FirstChild(); n != nil; n = n.NextSibling() {
		inner := look
		switch n := n.(type) {
		case *ast.Text:
			words := string(n.Segment.Value(r.source))
			if !n.IsRaw() {
				words = unescape(words)
			}
			if n.SoftLineBreak() || n.HardLineBreak() {
				words += " "
			}
			add(said, words, look)
		case *ast.String:
			add(said, string(n.Value), look)
		case *ast.RawHTML:
			for i := range n.Segments.Len() {
				part := n.Segments.At(i)
				add(said, string(part.Value(r.source)), look)
			}
		case *ast.AutoLink:
			inner.Link = document.WebLink(string(n.URL(r.source)))
			if n.AutoLinkType == ast.AutoLinkEmail {
				inner.Link = "mailto:" + string(n.Label(r.source))
			}
			add(said, string(n.Label(r.source)), inner)
		case *ast.Link:
			inner.Link = document.WebLink(string(n.Destination))
			r.spans(said, n, inner)
		case *ast.Emphasis:
			inner.Style = document.Emphasis
			if n.Level > 1 {
				inner.Style = document.Strong
			}
			r.spans(said, n, inner)
		default: // code, pictures: their words
			r.spans(said, n, inner)
		}
	}
}

func unescape(words string) string {
	raw := util.ResolveEntityNames(util.ResolveNumericReferences([]byte(words)))
	return string(util.UnescapePunctuations(raw))
}

// add adds words to the last span if they look alike. A link without words would lead nowhere.
func add(said *document.Text, words string, look document.Span) {
	if words == "" {
		return
	}
	if last := len(*said) - 1; last >= 0 && (*said)[last].Style == look.Style && (*said)[last].Link == look.Link {
		(*said)[last].Text += words
		return
	}
	if strings.TrimSpace(words) == "" {
		look.Link = ""
	}
	look.Text = words
	*said = append(*said, look)
}
