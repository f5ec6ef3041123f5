package pdf

import "copil/internal/document/palette"

// The page, in points: A4 with margins of 20 mm.
const (
	pageWidth, pageHeight = 595.28, 841.89
	margin                = 56.7
	textWidth             = pageWidth - 2*margin
	textTop, textBottom   = 68.0, pageHeight - 62
	headerLine            = 46.0
	footerLine            = pageHeight - 44
)

// Sizes of type and their leading.
const (
	bodySize, bodyLead   = 10.0, 14.2
	tableSize, tableLead = 8.8, 11.4
	smallSize, smallLead = 8.0, 10.6
	paragraphGap         = 6.5
)

type rgb = palette.RGB

var (
	ink    = palette.Ink
	muted  = palette.Muted
	rule   = palette.Rule
	paper  = palette.Paper
	danger = palette.Danger
	amber  = palette.Warn
)
