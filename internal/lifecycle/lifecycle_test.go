package lifecycle_test

import (
	"slices"
	"testing"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/lifecycle"
)

type state string

type lamp struct{ broken bool }

func whole(l lamp, _ access.Actor) string {
	if l.broken {
		return "La lampe est cassée."
	}
	return ""
}

func never(lamp, access.Actor) string { return "Pas aujourd’hui." }

var lamps = lifecycle.Machine[state, lamp]{
	{From: "off", To: "on", By: access.SiteWrite, Guard: whole},
	{From: "off", To: "on", By: access.FigureWrite, Guard: never},
	{From: "on", To: "off", By: access.SiteWrite},
	{From: "on", To: "off"},
	{From: "on", To: "out", Guard: whole},
}

func TestMay(t *testing.T) {
	t.Parallel()
	mission := access.Actor{PersonID: uuid.New(), Role: access.Mission}
	structure := access.Actor{PersonID: uuid.New(), Role: access.Structure}
	reader := access.Actor{PersonID: uuid.New(), Role: access.Reader}
	for name, c := range map[string]struct {
		lamp     lamp
		from, to state
		by       access.Actor
		want     string
	}{
		"theirs, nothing against it":     {lamp{}, "off", "on", mission, ""},
		"the first guard's words":        {lamp{broken: true}, "off", "on", mission, "La lampe est cassée."},
		"their own step's guard":         {lamp{broken: true}, "off", "on", structure, "Pas aujourd’hui."},
		"not theirs":                     {lamp{}, "off", "on", reader, lifecycle.NotYours},
		"not theirs, although unguarded": {lamp{}, "on", "off", reader, lifecycle.NotYours},
		"no such step":                   {lamp{}, "off", "out", mission, lifecycle.NoStep},
		"no such state":                  {lamp{}, "", "on", mission, lifecycle.NoStep},
		"time's":                         {lamp{}, "on", "out", access.Actor{}, ""},
		"time's, guarded":                {lamp{broken: true}, "on", "out", access.Actor{}, "La lampe est cassée."},
		"time's alone":                   {lamp{}, "on", "out", mission, lifecycle.NotYours},
		"a person's, also time's":        {lamp{}, "on", "off", access.Actor{}, ""},
		"a person's alone":               {lamp{}, "off", "on", access.Actor{}, lifecycle.NotYours},
	} {
		if got := lamps.May(c.lamp, c.from, c.to, c.by); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestNext(t *testing.T) {
	t.Parallel()
	for from, want := range map[state][]state{"off": {"on"}, "on": {"off", "out"}, "out": nil} {
		if got := lamps.Next(from); !slices.Equal(got, want) {
			t.Errorf("after %s: %v, want %v", from, got, want)
		}
	}
}
