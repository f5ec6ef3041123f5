// Package document describes a report as plain data, free of any file format: the PDF, ODT and XLSX writers all start from the same value,
// and its JSON form is what a report freezes.
package document

import "time"

// Document is a whole report. It never asks for the time: every date it shows is one of its fields.
type Document struct {
	Title    string
	Subtitle string `json:",omitempty"`
	Number   string `json:",omitempty"` // « Bilan n° 3 »
	Version  string `json:",omitempty"` // « version 2 »
	Status   Status
	Standing string    `json:",omitempty"` // the status in full, on the first page: « Validé par le Comité de pilotage le 7 octobre 2014 »
	Date     time.Time // only the day is shown
	Author   string    `json:",omitempty"` // who issues it, for the properties of the file
	Parties  []Party   `json:",omitempty"`
	Notices  []string  `json:",omitempty"` // said on the first page and at the top of every other, e.g. « Données fictives »
	Accent   string    `json:",omitempty"` // « #1f3a6e »; empty for the writer's own
	Cover    bool      // a title page; without it the title stands above the text
	Contents bool      // a table of contents
	Body     Blocks
}

// Party is one of those in whose name the document is made.
type Party struct {
	Name string
	Role string `json:",omitempty"` // « signataire », « représenté par … »
}

// Status is how far the document has come.
type Status string

// The states of a document. The zero value is a working document, so that forgetting to say so never makes one look final.
const (
	Working   Status = ""
	Submitted Status = "submitted"
	Validated Status = "validated"
)

// French returns the words of the band, e.g. « Document de travail ».
func (s Status) French() string {
	switch s {
	case Validated:
		return "Document validé"
	case Submitted:
		return "Document de travail, soumis à validation"
	default:
		return "Document de travail"
	}
}

// Text is a run of words with their emphasis.
type Text []Span

// Span is a piece of a Text in one style.
type Span struct {
	Text     string `json:",omitempty"`
	Style    Style  `json:",omitempty"`
	Link     string `json:",omitempty"` // https: or mailto: address
	Footnote string `json:",omitempty"` // text of the note called after the span; the writer numbers it
}

// Style is the emphasis of a Span.
type Style string

// The styles of a Span.
const (
	Normal   Style = ""
	Strong   Style = "strong"
	Emphasis Style = "emphasis"
)

// Plain is a Text of one unadorned span.
func Plain(s string) Text { return Text{{Text: s}} }

// String returns the words alone, without the footnotes.
func (t Text) String() string {
	var s string
	for _, span := range t {
		s += span.Text
	}
	return s
}
