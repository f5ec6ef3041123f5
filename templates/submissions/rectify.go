package submissions

import (
	"copil/internal/access"
	"copil/internal/collect"
	"copil/internal/convention"
	"copil/internal/french"
	"copil/templates/ui"
)

// RectifiedField names, in an address and a form, the measures to correct.
const RectifiedField = "chiffre"

// ChoosingField tells that the form that names them was sent.
const ChoosingField = "choix"

// RectifyView is the correction of a validated submission, or the choice of what
// to correct.
type RectifyView struct {
	Submission collect.Submission
	Period     convention.Period
	Pending    *collect.Correction // that waits for a decision
	Decided    *collect.Correction // on which the actor wanted to decide, too late
	Changes    []Change
	Accept     *ui.Form
	Refuse     *ui.Form
	NoDecision string  // why the actor may not decide
	Refusal    string  // why no correction can be proposed, "" when it can
	Choose     ui.Form // of the figures to correct
	Options    []ui.Option
	Totals     []Change // of the period, which the correction would move
	Back       string
}

// Change is one value that a correction would change.
type Change struct {
	MeasureCode   string
	Label, Unit   string
	Earlier       string // in the period before, "" where it says nothing
	Before, After string
	History       string // address; "" for a total
}

// HistoryView is every version of the values of a submission.
type HistoryView struct {
	Submission collect.Submission
	Period     convention.Period
	Events     []ui.Step
	Remarks    []collect.Remark
	Names      map[string]string // of measures
	Measures   []MeasureHistory
	All        ui.Link // all measures, where one is shown
	Back       ui.Link
	Rectify    ui.Link
}

// MeasureHistory is the versions of the values of one measure.
type MeasureHistory struct {
	Label, Unit string
	Open        bool
	Versions    []Version
}

// Version is one version of one value.
type Version struct {
	Where   string // row and column
	Number  string
	Value   string
	Author  string
	On      string
	Note    string // why it was corrected, or its comment
	Current bool
}

func (m MeasureHistory) count() string {
	return french.Plural(len(m.Versions), "valeur", "valeurs")
}

func (v HistoryView) named(measure string) string {
	if measure == "" {
		return "L’ensemble"
	}
	return v.Names[measure]
}

// notCounted says what of a submission cannot be corrected here, "" where all can.
func notCounted(words access.Words) string {
	if words.NoPosts {
		return ""
	}
	return "Ce que Copil compte d’après les postes ne se rectifie pas ici."
}
