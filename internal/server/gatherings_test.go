package server

import (
	"net/url"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/attachment"
	"copil/internal/governance"
	"copil/internal/pg"
	"copil/internal/testdb"
)

// gatherings are commands on meetings and decisions, each where it can be given.
func (o *office) gatherings() []command {
	mission, chair := o.Actors[access.Mission], o.Actors[access.Chair]
	at := func(kind string, id uuid.UUID, more ...any) string {
		return o.path(append([]any{"gouvernance", kind, id}, more...)...)
	}
	planned, convened, held := o.db.Meeting(o.t, o.Agreement, governance.Planned), o.db.Meeting(o.t, o.Agreement, governance.Convened), o.db.Meeting(o.t, o.Agreement, governance.Held)
	review := o.db.Meeting(o.t, o.Agreement, governance.InReview)
	other, free := o.db.Meeting(o.t, o.Agreement, governance.InReview), o.proposal()
	on := func(act string, actor access.Actor, m testdb.Gathering, answers url.Values) command {
		return command{"/c/{slug}/gouvernance/reunions/{reunion}/" + act, actor, at("reunions", m.Meeting), at("reunions", m.Meeting, act), answers}
	}
	about := func(act string, actor access.Actor, id uuid.UUID, answers url.Values) command {
		return command{"/c/{slug}/gouvernance/decisions/{decision}/" + act, actor, at("decisions", id), at("decisions", id, act), answers}
	}
	return []command{
		{"/c/{slug}/gouvernance/reunions", mission, o.path("gouvernance", "reunions", "nouvelle"), o.path("gouvernance", "reunions"), url.Values{
			"body": {"COPIL"}, "on_day": {"14/04/2015"}, "at_time": {"14 h 30"}, "place": {"Lille"},
		}},
		on("etat", mission, planned, url.Values{"state": {"convoquee"}}),
		on("points", mission, planned, url.Values{"title": {"Point d’étape"}, "asked": {"information"}}),
		on("presences", mission, convened, url.Values{"party": {"CDC"}, "presence": {"represente"}, "represented_by": {"Le directeur adjoint"}}),
		on("releve", mission, held, url.Values{"minutes": {"Le comité décide."}}),
		on("approbations", chair, review, url.Values{"capacity": {"Pour le préfet de région"}}),
		on("pieces", mission, planned, url.Values{attachment.Field: {"Libellé;Montant"}}),
		{"/c/{slug}/gouvernance/decisions", o.Actors[access.Signatory], o.path("gouvernance", "decisions", "nouvelle"), o.path("gouvernance", "decisions"), url.Values{
			"title": {"Lancer l’évaluation"}, "axis": {"3"}, "sites": {o.Sites[1].String()},
		}},
		about("ordre-du-jour", mission, free, url.Values{"meeting": {planned.Meeting.String()}}),
		about("issue", chair, held.Decision, url.Values{"outcome": {"adoptee"}, "reservation": {"Une réserve."}}),
		about("execution", mission, o.adopted(), url.Values{"owner": {o.Mission.String()}, "due_on": {"30/06/2015"}}),
		about("suivi", mission, review.Decision, url.Values{"note": {"Fait."}, "finished": {"oui"}}),
		o.noting("/c/{slug}/convention/constats/{constat}", review, o.path("convention", "constats", "annexe")),
		o.noting("/c/{slug}/convention/engagements/{engagement}/{partie}/{annee}/note", review, o.reviewed()+"/note"),
		about("abandon", mission, review.Decision, url.Values{"number": {o.number(other.Decision)}, "reason": {"Sans objet."}}),
	}
}

// proposal is a decision that waits for an agenda.
func (o *office) proposal() (id uuid.UUID) {
	o.t.Helper()
	o.db.In(o.t, o.ID, func(tx *pg.Tx) (err error) {
		id, err = governance.Propose(o.t.Context(), tx, testdb.By(o.Actors[access.Signatory]), governance.Proposal{Title: "Étendre le réseau", AxisNo: new(1)})
		return err
	})
	return id
}

// adopted is a decision that nobody has to carry out yet.
func (o *office) adopted() uuid.UUID {
	o.t.Helper()
	g := o.db.Meeting(o.t, o.Agreement, governance.Held)
	o.db.In(o.t, o.ID, func(tx *pg.Tx) error {
		_, version := g.Versions(o.t, tx)
		return governance.Decide(o.t.Context(), tx, testdb.By(o.Actors[access.Chair]), g.Decision, version, governance.Outcome{State: governance.Adopted})
	})
	return g.Decision
}

// number is that of a decision.
func (o *office) number(id uuid.UUID) string {
	o.t.Helper()
	return o.db.Texts(o.t, `SELECT number FROM decisions WHERE decision_id = $1`, id)[0]
}
