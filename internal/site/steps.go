package site

import (
	"strings"

	"copil/internal/access"
	"copil/internal/lifecycle"
)

// What some steps ask for, in words.
const (
	ifDecided   = "le numéro de la décision du comité qui pilote la convention"
	ifExplained = "un motif"
)

// steps are all that can become of a site (domain.md 4.1). What the committee
// alone opens (art. 4: « il décide des actions et expérimentations à mettre en
// place ») needs its decision.
var steps = lifecycle.Machine[State, Transition]{
	{From: "", To: Repere, By: access.SiteWrite},
	{From: Repere, To: Candidat, By: access.SiteWrite},
	{From: Repere, To: Retire, By: access.SiteWrite, Guard: Transition.explained, If: ifExplained},
	{From: Candidat, To: Instruit, By: access.SiteWrite},
	{From: Candidat, To: Retire, By: access.SiteWrite, Guard: Transition.explained, If: ifExplained},
	{From: Instruit, To: Retenu, By: access.SiteWrite, Guard: Transition.decided, If: ifDecided},
	{From: Instruit, To: Ecarte, By: access.SiteWrite, Guard: Transition.decided, If: ifDecided},
	{From: Retenu, To: Conventionne, By: access.SiteWrite},
	{From: Conventionne, To: Actif, By: access.SiteWrite},
	{From: Actif, To: Suspendu, By: access.SiteWrite, Guard: Transition.explained, If: ifExplained},
	{From: Actif, To: Evalue, By: access.SiteWrite},
	{From: Suspendu, To: Actif, By: access.SiteWrite},
	{From: Suspendu, To: Evalue, By: access.SiteWrite},
	{From: Evalue, To: Perennise, By: access.SiteWrite, Guard: Transition.decided, If: ifDecided},
	{From: Evalue, To: Clos, By: access.SiteWrite, Guard: Transition.decided, If: ifDecided},
}

// Lifecycles returns the steps of a site, to be printed.
func Lifecycles() []lifecycle.Table {
	return []lifecycle.Table{steps.Table("Site", State.Label)}
}

// Next lists the states that may follow.
func (s State) Next() []State { return steps.Next(s) }

// asks reports whether the state is reached on a condition.
func (s State) asks(condition string) bool {
	for _, step := range steps {
		if step.To == s && step.If == condition {
			return true
		}
	}
	return false
}

// decided asks for the committee's decision.
func (t Transition) decided(access.Actor) string {
	if strings.TrimSpace(t.Decision) == "" {
		return "Indiquez le numéro de la décision\u00a0: le comité qui pilote la convention décide seul des sites."
	}
	return ""
}

// explained asks for a reason.
func (t Transition) explained(access.Actor) string {
	if strings.TrimSpace(t.Reason) == "" {
		return "Indiquez le motif."
	}
	return ""
}
