package sheet

import (
	"strings"

	"github.com/xuri/excelize/v2"
)

// look is how a cell is set. Equal looks share one style of the file.
type look struct {
	kind                             Kind
	places                           int32
	signed, least                    bool
	title, notice, head, bold, muted bool
	border, right, open              bool
	free                             bool // runs over its neighbours instead of wrapping
}

// of adds what depends on the cell.
func (l look) of(c Cell) look {
	l.kind, l.places, l.signed, l.least = c.kind, c.places, c.signed, c.least
	l.right, l.open = c.kind.right(), c.open()
	l.muted = l.muted || c.kind == KindMissing || c.kind == KindNotApplicable
	return l
}

// styles keeps the styles that a sheet has used.
type styles struct {
	file *excelize.File
	ids  map[look]int
}

func (s styles) id(l look) (int, error) {
	if id, ok := s.ids[l]; ok {
		return id, nil
	}
	id, err := s.file.NewStyle(l.style())
	s.ids[l] = id
	return id, err
}

func (l look) style() *excelize.Style {
	font := &excelize.Font{Family: "Arial", Size: 10, Bold: l.bold || l.title, Color: "1F2430"}
	style := &excelize.Style{Font: font, Alignment: &excelize.Alignment{Vertical: "top", WrapText: !l.free}}
	switch {
	case l.title:
		font.Size = 14
	case l.notice:
		font.Color, font.Bold = "8A1F3D", true
	case l.muted:
		font.Color = "5D6675"
	}
	if l.right {
		style.Alignment.Horizontal = "right"
	}
	if l.head {
		style.Alignment.Vertical = "center"
		style.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E9EDF2"}}
	} else if format := l.format(); format != "" {
		style.CustomNumFmt = &format
	}
	if l.open {
		style.Protection = &excelize.Protection{Locked: false}
		style.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"FFF8DC"}}
	}
	if l.border {
		style.Border = []excelize.Border{{Type: "bottom", Color: "C5CCD6", Style: 1}}
	}
	return style
}

// format is the number format. In it « , » and « . » stand for the thousands
// and decimal marks of the reader's own settings.
func (l look) format() string {
	number := "#,##0"
	if l.places > 0 {
		number += "." + strings.Repeat("0", int(l.places))
	}
	switch l.kind {
	case KindInt, KindDecimal:
	case KindPercent:
		number = strings.Replace(number, "#,##0", "0", 1) + "\"\u00a0\"%"
	case KindEuros:
		number += "\"\u00a0€\""
	case KindDate:
		return "dd/mm/yyyy"
	default:
		return ""
	}
	if l.least {
		return "\"au moins\u00a0\"" + number
	}
	if l.signed {
		return "\"+\u00a0\"" + number + ";\"\u2212\u00a0\"" + number + ";" + number
	}
	return number
}
