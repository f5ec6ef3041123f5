package pdf

import (
	"slices"
	"strings"
	"testing"
)

func TestBreakLines(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		text  string
		width float64
		want  []string
	}{
		"one line":                       {"Il est temps", 500, []string{"Il est temps"}},
		"at a space, which is kept":      {"Il est temps", 40, []string{"Il est ", "temps"}},
		"never at a no-break space":      {"soit 216\u00a0emplois", 55, []string{"soit ", "216\u00a0emplois"}},
		"after a hyphen between letters": {"Mons-en-Barœul", 45, []string{"Mons-en-", "Barœul"}},
		"never within a code":            {"de 2014-S1", 40, []string{"de ", "2014-S1"}},
		"anywhere if nothing else helps": {"abcdefghij", 27, []string{"abcd", "efghij"}},
		"empty":                          {"", 100, []string{""}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, l := range breakLines([]run{{text: tt.text, look: look{face: regular(), size: 10}}}, tt.width) {
				var words strings.Builder
				for _, r := range l.runs {
					words.WriteString(r.text)
				}
				got = append(got, words.String())
				if l.width > tt.width {
					t.Errorf("%q is %.1f wide, more than %.1f", words.String(), l.width, tt.width)
				}
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("lines %q, want %q", got, tt.want)
			}
		})
	}
}

func TestBreakLinesKeepsRunsThatTouch(t *testing.T) {
	t.Parallel()
	k := look{face: regular(), size: 10}
	lines := breakLines([]run{{text: "créé ou consolidé", look: k}, {text: "1", look: k, note: &note{}}, {text: ", soit", look: k}}, 70)
	if len(lines) != 2 || lines[1].runs[0].text != "consolidé" || lines[1].runs[1].note == nil || lines[1].runs[2].text != ", soit" {
		t.Errorf("lines %+v", lines)
	}
}

func TestClean(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Étaples, œuvre, 12\u00a0€": "Étaples, œuvre, 12\u00a0€",
		"3\u202f000":                "3\u00a0000",
		"a\nb\tc\u00ad":             "a b c",
		"A3\u201103":                "A3-03",
		"😀\ue000\x00":               "???",
	} {
		if got := regular().clean(text); got != want {
			t.Errorf("clean(%q) = %q, want %q", text, got, want)
		}
	}
}
