package odt

import (
	"fmt"
	"strings"

	"copil/internal/document"
	"copil/internal/document/palette"
)

// The room of a drawing, in points: the width of the text, and a height that leaves its caption on the page.
const (
	figureWidth  = 481.9
	figureHeight = 620.0
)

// figure writes caption, drawing and data. The drawing is kept as lines, sharp at every size.
func (b *body) figure(f document.Figure) {
	b.paragraph("Caption", words(f.Caption))
	n := len(b.pictures) + 1
	name := fmt.Sprintf("Pictures/figure-%d.svg", n)
	b.pictures = append(b.pictures, part{name, "image/svg+xml", prolog + f.Scene.File(toneStyles(b.accent))})
	scale := min(1, figureWidth/f.Scene.Width, figureHeight/f.Scene.Height)
	b.put(`<text:p text:style-name="Figure"><draw:frame draw:style-name="Image" draw:name="Figure %d" text:anchor-type="as-char" svg:width="%.2fpt" svg:height="%.2fpt">`+
		`<draw:image xlink:href="%s" xlink:type="simple" xlink:show="embed" xlink:actuate="onLoad" draw:mime-type="image/svg+xml"/><svg:title>%s</svg:title><svg:desc>%s</svg:desc></draw:frame></text:p>`,
		n, scale*f.Scene.Width, scale*f.Scene.Height, name, escape(f.Caption), escape(f.Alt))
	if f.Data != nil {
		b.table(*f.Data)
	}
}

// toneStyles gives the roles of colour of a drawing their values: outside a page no stylesheet does.
func toneStyles(accent palette.RGB) string {
	var out strings.Builder
	out.WriteString("text{font-family:'Liberation Sans',Arial,sans-serif}")
	for _, t := range palette.Tones {
		color := palette.Tone(t, accent).Hex()
		fmt.Fprintf(&out, ".tone-%s{fill:%s;stroke:none}.line-%[1]s{fill:none;stroke:%[2]s}", t, color)
	}
	return out.String()
}
