package pdf

import (
	"slices"
	"testing"
)

// name makes a strip whose drawing says its name.
func name(log *[]string, s strip, as string) strip {
	s.items = []item{{draw: func(*canvas, float64) { *log = append(*log, as) }}}
	return s
}

// drawn returns, page by page, the names of what is drawn.
func drawn(log *[]string, pages []page) [][]string {
	var all [][]string
	for _, p := range pages {
		*log = nil
		for _, it := range p.items {
			it.draw(nil, it.y)
		}
		all = append(all, slices.Clone(*log))
	}
	return all
}

func TestPaginate(t *testing.T) {
	t.Parallel()
	const half = full / 2
	var log []string
	s := func(as string, height float64) strip { return name(&log, strip{height: height}, as) }
	keep := func(s strip) strip { s.keep = true; return s }
	below := func(s strip, head strip) strip { s.head = []strip{head}; return s }
	turn := func(s strip) strip { s.turn = true; return s }
	tests := map[string]struct {
		strips []strip
		want   [][]string
	}{
		"what fits stays":            {[]strip{s("a", half), s("b", half)}, [][]string{{"a", "b"}}},
		"what does not goes over":    {[]strip{s("a", half), s("b", half+1)}, [][]string{{"a"}, {"b"}}},
		"a heading goes with text":   {[]strip{s("a", half), keep(s("h", 20)), s("b", half)}, [][]string{{"a"}, {"h", "b"}}},
		"too much kept is cut":       {[]strip{keep(s("a", half)), keep(s("b", half)), s("c", half)}, [][]string{{"a", "b"}, {"c"}}},
		"head repeats on a new page": {[]strip{below(s("a", half), s("head", 9)), below(s("b", half-9), s("head", 9)), below(s("c", 20), s("head", 9))}, [][]string{{"head", "a", "b"}, {"head", "c"}}},
		"a break is asked for":       {[]strip{s("a", 10), turn(s("b", 10))}, [][]string{{"a"}, {"b"}}},
		"no empty first page":        {[]strip{turn(s("a", 10))}, [][]string{{"a"}}},
	}
	for name, tt := range tests {
		got := drawn(&log, paginate(tt.strips))
		if !slices.EqualFunc(got, tt.want, slices.Equal) {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

func TestNotesStandAtTheFootOfTheirPage(t *testing.T) {
	t.Parallel()
	var log []string
	n := &note{strips: []strip{name(&log, strip{height: 100}, "note")}, height: 100}
	first := name(&log, strip{height: full - 50}, "first")
	calls := name(&log, strip{height: 20, notes: []*note{n}}, "calls")
	pages := paginate([]strip{first, calls})
	if len(pages) != 2 || len(pages[0].items) != 1 {
		t.Fatalf("%d pages: the call must leave with its note", len(pages))
	}
	last := pages[1].items[len(pages[1].items)-1]
	if last.y+100 != textBottom {
		t.Errorf("note at %.1f, want it to end at %.1f", last.y, textBottom)
	}
}
