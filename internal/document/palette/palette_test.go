package palette

import "testing"

func TestAccentIsReadable(t *testing.T) {
	t.Parallel()
	if got := Accent("#7a1f3d"); got != (RGB{0x7a, 0x1f, 0x3d}) {
		t.Errorf("a dark accent became %v", got)
	}
	for _, s := range []string{"", "bleu", "#12", "#ffffff", "#ffdd00", "#1f3a6e"} {
		if c := Accent(s); c.onWhite() < 4.5 {
			t.Errorf("accent %q gives %v, contrast %.1f", s, c, c.onWhite())
		}
	}
}
