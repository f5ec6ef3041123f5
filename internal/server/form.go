package server

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"copil/internal/collect"
	"copil/internal/fault"
	"copil/internal/french"
)

// formReader reads typed values from what a person typed and collects what
// cannot be read.
type formReader struct {
	values   url.Values
	problems fault.Fields
}

func readForm(values url.Values) *formReader {
	return &formReader{values, fault.Fields{}}
}

// Longest texts, in characters.
const (
	shortText = 200
	longText  = collect.LongestText
)

// text reads a one-line answer.
func (f *formReader) text(name string) string { return f.atMost(name, shortText) }

// long reads an answer of several lines.
func (f *formReader) long(name string) string { return f.atMost(name, longText) }

func (f *formReader) atMost(name string, most int) string {
	text := plainText(f.values.Get(name))
	if problem := tooLong(text, most); problem != "" {
		f.problems.Add(name, problem)
	}
	return text
}

// plainText is what was typed, with the ends of lines as they are stored: browsers
// send two signs, files hold one, and the same text is to be the same.
func plainText(typed string) string {
	return strings.TrimSpace(strings.ReplaceAll(typed, "\r\n", "\n"))
}

// tooLong says that a text passes a bound; "" when it does not.
func tooLong(text string, most int) string {
	if n := utf8.RuneCountInString(text); n > most {
		return fmt.Sprintf("%s caractères au plus, il y en a %s.", french.Int(most), french.Int(n))
	}
	return ""
}

// version is that of the row as the person saw it.
func (f *formReader) version() int {
	n, _ := strconv.Atoi(f.values.Get(versionField)) // unreadable: 0, which no row has
	return n
}

func (f *formReader) int(name string) int {
	n, err := french.ParseInt(f.text(name))
	if err != nil {
		f.problems.Add(name, err.Error())
	}
	return n
}

func (f *formReader) decimal(name string) decimal.Decimal {
	d, err := french.ParseDecimal(f.text(name))
	if err != nil {
		f.problems.Add(name, err.Error())
	}
	return d
}

func (f *formReader) date(name string) time.Time {
	d, err := french.ParseDate(f.text(name))
	if err != nil {
		f.problems.Add(name, err.Error())
	}
	return d
}

func (f *formReader) optionalDate(name string) *time.Time {
	if f.text(name) == "" {
		return nil
	}
	d := f.date(name)
	return &d
}

// optionalID reads a choice among records; nothing chosen is nil.
func (f *formReader) optionalID(name string) *uuid.UUID {
	if f.text(name) == "" {
		return nil
	}
	id, err := uuid.Parse(f.text(name))
	if err != nil {
		f.problems.Add(name, "Choisissez dans la liste.")
		return nil
	}
	return &id
}
