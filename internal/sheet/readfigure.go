package sheet

import (
	"encoding/xml"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"
)

// figure ends a cell that holds a number, which its look may make a day or a
// percentage.
func (p *sheetParser) figure(value string) error {
	if value == "" {
		return nil
	}
	n, err := strconv.ParseFloat(value, 64)
	if err != nil || math.IsInf(n, 0) || math.IsNaN(n) {
		return damaged(err)
	}
	look := KindDecimal
	if p.look >= 0 && p.look < len(p.looks) {
		look = p.looks[p.look]
	}
	if look == KindDate {
		text, ok := day(n, p.from04)
		if !ok {
			return p.report(p.row, p.column, "Cette cellule est mise en forme comme une date et ne contient pas de date\u00a0: saisissez la date sous la forme 06/12/2013, ou donnez à la cellule un format de nombre.")
		}
		return p.put(p.row, p.column, text)
	}
	text, ok := number(n, look == KindPercent)
	if !ok {
		return p.report(p.row, p.column, "Ce nombre est trop grand ou trop petit pour être repris\u00a0: vérifiez-le.")
	}
	return p.put(p.row, p.column, text)
}

// number writes a number with the 15 digits that spreadsheets show: the others
// are noise of their arithmetic (0.1 + 0.2 is kept as 0.30000000000000004).
func number(n float64, percent bool) (string, bool) {
	if a := math.Abs(n); a >= 1e15 || a != 0 && a < 1e-12 {
		return "", false
	}
	d, err := decimal.NewFromString(strconv.FormatFloat(n, 'g', 15, 64))
	if err != nil {
		return "", false
	}
	if percent {
		return strings.Replace(d.Shift(2).String(), ".", ",", 1) + "\u00a0%", true
	}
	return strings.Replace(d.String(), ".", ",", 1), true
}

// day writes a count of days as a date. Spreadsheets count from 1900 as if that
// had been a leap year, so that days before March of it are one off.
func day(n float64, from04 bool) (string, bool) {
	if n < 0 || n >= 2_958_466 { // the year 10000
		return "", false
	}
	whole := math.Floor(n)
	minutes := int(math.Round((n - whole) * 24 * 60))
	origin := time.Date(1899, time.December, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case from04:
		origin = time.Date(1904, time.January, 1, 0, 0, 0, 0, time.UTC)
	case whole == 60:
		return "", false // 29 February 1900
	case whole < 60:
		origin = origin.AddDate(0, 0, 1)
	}
	t := origin.AddDate(0, 0, int(whole)).Add(time.Duration(minutes) * time.Minute)
	switch {
	case whole == 0 && !from04:
		return t.Format("15:04"), true
	case t.Hour() == 0 && t.Minute() == 0:
		return t.Format(time.DateOnly), true
	}
	return t.Format("2006-01-02 15:04"), true
}

// styles reads which styles of cells show days and percentages.
func (w *workbook) styles(part string) error {
	formats := map[string]Kind{}
	inside := false
	return w.walk(part, func(t xml.Token) error {
		switch t := t.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "numFmt":
				formats[attribute(t, "numFmtId")] = formatKind(attribute(t, "formatCode"))
			case "cellXfs":
				inside = true
			case "xf":
				if inside {
					id := attribute(t, "numFmtId")
					kind, own := formats[id]
					if !own {
						kind = builtinKind(id)
					}
					w.looks = append(w.looks, kind)
				}
			}
		case xml.EndElement:
			inside = inside && t.Name.Local != "cellXfs"
		}
		return nil
	})
}

// builtinKind is the kind of a format that files use without its code (ECMA-376
// part 1, 18.8.30).
func builtinKind(id string) Kind {
	switch n, _ := strconv.Atoi(id); { // what is no number is no format either
	case n == 9, n == 10:
		return KindPercent
	case n >= 14 && n <= 22, n >= 27 && n <= 36, n >= 45 && n <= 47, n >= 50 && n <= 58:
		return KindDate
	}
	return KindDecimal
}

// formatKind reads the code of a format: the letters of days and times outside
// quotes and brackets make a date.
func formatKind(code string) Kind {
	code, _, _ = strings.Cut(strings.ToLower(code), ";")
	if code == "standard" || code == "general" {
		return KindDecimal
	}
	kind := KindDecimal
	for i := 0; i < len(code); i++ {
		switch code[i] {
		case '"', '[':
			end := strings.IndexByte(code[i+1:], map[byte]byte{'"': '"', '[': ']'}[code[i]])
			if end < 0 {
				return kind
			}
			i += end + 1
		case '\\', '_', '*':
			i++
		case '%':
			kind = KindPercent
		case 'd', 'm', 'y', 'h', 's':
			return KindDate
		}
	}
	return kind
}
