package server

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/attachment"
	"copil/internal/governance"
)

func (o *office) meetingPath(id uuid.UUID, more ...any) string {
	return o.path(append([]any{"gouvernance", "reunions", id}, more...)...)
}

func (o *office) decisionPath(id uuid.UUID, more ...any) string {
	return o.path(append([]any{"gouvernance", "decisions", id}, more...)...)
}

// regionChair is a chair of the other party that chairs.
func (o *office) regionChair() *browser {
	o.t.Helper()
	region := o.one(`SELECT organisation_id::text FROM parties WHERE convention_id = $1 AND party_code = 'REGION'`, o.ID)
	member := o.Deputy // moved there by hand: accounts are made elsewhere
	if _, err := o.db.Owner.Exec(o.t.Context(), `UPDATE members SET role = 'chair', organisation_id = $3 WHERE convention_id = $1 AND member_id = $2`, o.ID, member.MemberID, region); err != nil {
		o.t.Fatal(err)
	}
	return o.by(member)
}

// From planning to minutes that both chairs approved, as people do it.
func TestMeetingFromPlanToApproval(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	mission, chair, other := o.by(o.Actors[access.Mission]), o.by(o.Actors[access.Chair]), o.regionChair()
	do := func(b *browser, page, action string, answers url.Values) string {
		t.Helper()
		w := b.post(action, b.filled(page, action, answers))
		if w.Code != http.StatusSeeOther {
			t.Fatalf("%s: %d\n%s", action, w.Code, text(w))
		}
		return w.Header().Get("Location")
	}
	meeting := do(mission, o.path("gouvernance", "reunions", "nouvelle"), o.path("gouvernance", "reunions"), url.Values{"body": {"COPIL"}, "on_day": {"16/03/2015"}, "place": {"Lille"}})
	signatory := o.by(o.Actors[access.Signatory])
	decision := do(signatory, o.path("gouvernance", "decisions", "nouvelle"), o.path("gouvernance", "decisions"), url.Values{"title": {"Étendre le réseau"}, "axis": {"1"}})
	_, id, _ := strings.Cut(meeting, "reunions/")
	do(mission, decision, decision+"/ordre-du-jour", url.Values{"meeting": {id}})
	do(mission, meeting, meeting+"/etat", url.Values{"state": {"convoquee"}})
	expect(t, mission.get(meeting), http.StatusOK, "Indiquez d’abord qui était présent ou représenté pour : État et Conseil régional", "2015-01 – Étendre le réseau")
	do(mission, meeting, meeting+"/presences", url.Values{"party": {"ETAT"}, "presence": {"represente"}, "represented_by": {"Le préfet délégué"}})
	do(mission, meeting, meeting+"/presences", url.Values{"party": {"REGION"}, "presence": {"present"}})
	do(mission, meeting, meeting+"/etat", url.Values{"state": {"tenue"}})
	do(mission, meeting, meeting+"/releve", url.Values{"minutes": {"Le comité décide."}})
	expect(t, mission.get(meeting), http.StatusOK, "Enregistrez d’abord l’issue de chaque décision")
	do(chair, decision, decision+"/issue", url.Values{"outcome": {"adoptee"}, "reservation": {"La Caisse réserve son avis."}})
	do(mission, meeting, meeting+"/etat", url.Values{"state": {"releve_en_relecture"}})
	do(chair, meeting, meeting+"/approbations", url.Values{"capacity": {"Pour le préfet de région, le préfet délégué"}})
	expect(t, chair.get(meeting), http.StatusOK, "manque : Conseil régional", "Pour le préfet de région, le préfet délégué", "Relevé en relecture")
	reader := o.by(o.Actors[access.Reader])
	if w := reader.get(meeting); strings.Contains(text(w), "Le comité décide.") {
		t.Error("a reader reads minutes that are not approved")
	}
	do(other, meeting, meeting+"/approbations", url.Values{"capacity": {"Le président du Conseil régional"}})
	expect(t, reader.get(meeting), http.StatusOK, "Relevé approuvé", "Le comité décide.", "Étendre le réseau")
	do(mission, meeting, meeting+"/etat", url.Values{"state": {"close"}})
	expect(t, reader.get(decision), http.StatusOK, "Adoptée", "La Caisse réserve son avis.")
}

// What stands against a step is said, and nothing changes.
func TestRefusedSteps(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	mission, chair, signatory := o.Actors[access.Mission], o.Actors[access.Chair], o.Actors[access.Signatory]
	planned, held := o.db.Meeting(t, o.Agreement, governance.Planned), o.db.Meeting(t, o.Agreement, governance.Held)
	review, approved := o.db.Meeting(t, o.Agreement, governance.InReview), o.db.Meeting(t, o.Agreement, governance.Approved)
	signed := url.Values{"party": {"REGION"}, "capacity": {"Le président"}, "signed_on": {"16/03/2015"}}
	for name, c := range map[string]struct {
		actor   access.Actor
		action  string
		version bool // the one that stands
		answers url.Values
		status  int
		says    string
	}{
		"held before it is convened": {mission, o.meetingPath(planned.Meeting, "etat"), true, url.Values{"state": {"tenue"}}, http.StatusConflict, "n’est pas possible"},
		"approved by hand":           {mission, o.meetingPath(review.Meeting, "etat"), true, url.Values{"state": {"releve_approuve"}}, http.StatusUnprocessableEntity, "quand les coprésidents l’ont approuvé"},
		"postponed without a reason": {mission, o.meetingPath(planned.Meeting, "etat"), true, url.Values{"state": {"reportee"}, "new_on": {"01/06/2015"}}, http.StatusUnprocessableEntity, "Indiquez le motif."},
		"postponed into the past":    {mission, o.meetingPath(planned.Meeting, "etat"), true, url.Values{"state": {"reportee"}, "note": {"Élections."}, "new_on": {"01/03/2015"}}, http.StatusUnprocessableEntity, "Indiquez la nouvelle date"},
		"reviewed too early":         {mission, o.meetingPath(held.Meeting, "etat"), true, url.Values{"state": {"releve_en_relecture"}}, http.StatusConflict, "Enregistrez d’abord l’issue"},
		"given back without why":     {mission, o.meetingPath(review.Meeting, "etat"), true, url.Values{"state": {"tenue"}}, http.StatusUnprocessableEntity, "Indiquez le motif."},
		"for the other party":        {chair, o.meetingPath(review.Meeting, "approbations"), true, signed, http.StatusConflict, "Chaque coprésident approuve pour sa propre partie."},
		"without the signed minutes": {mission, o.meetingPath(review.Meeting, "approbations"), true, signed, http.StatusUnprocessableEntity, "Joignez d’abord le relevé signé"},
		"signed before the meeting": {chair, o.meetingPath(review.Meeting, "approbations"), true, url.Values{"party": {"ETAT"}, "capacity": {"Le préfet"}, "signed_on": {"15/03/2015"}},
			http.StatusUnprocessableEntity, "La signature ne peut pas précéder la réunion."},
		"approved twice": {chair, o.meetingPath(approved.Meeting, "approbations"), true, url.Values{"party": {"ETAT"}, "capacity": {"Le préfet"}, "signed_on": {"16/03/2015"}},
			http.StatusConflict, "Le relevé n’est pas en relecture."},
		"minutes in review":      {mission, o.meetingPath(review.Meeting, "releve"), true, url.Values{"minutes": {"Autre chose."}}, http.StatusConflict, "ne change plus pendant sa relecture"},
		"a decision as an item":  {mission, o.meetingPath(planned.Meeting, "points"), true, url.Values{"title": {"Décider"}, "asked": {"decision"}}, http.StatusUnprocessableEntity, "depuis la page de la décision"},
		"an item after the fact": {mission, o.meetingPath(held.Meeting, "points"), true, url.Values{"title": {"Décider"}, "asked": {"information"}}, http.StatusConflict, "ne change plus"},
		"a paper named badly": {mission, o.meetingPath(planned.Meeting, "pieces"), true, url.Values{attachment.Field: {"<script>alert(1)</script>"}},
			http.StatusUnprocessableEntity, "Ce type de fichier n’est pas accepté."},
		"decided before the meeting":  {chair, o.decisionPath(planned.Decision, "issue"), true, url.Values{"outcome": {"adoptee"}}, http.StatusConflict, "ne s’est pas encore tenue"},
		"rejected without a reason":   {chair, o.decisionPath(held.Decision, "issue"), true, url.Values{"outcome": {"rejetee"}}, http.StatusUnprocessableEntity, "Indiquez pourquoi la décision est rejetée ou ajournée."},
		"adopted as a signatory":      {signatory, o.decisionPath(held.Decision, "issue"), true, url.Values{"outcome": {"adoptee"}}, http.StatusForbidden, "coprésidence"},
		"listed twice":                {mission, o.decisionPath(planned.Decision, "ordre-du-jour"), true, url.Values{"meeting": {planned.Meeting.String()}}, http.StatusConflict, "déjà à l’ordre du jour"},
		"listed in a held meeting":    {mission, o.decisionPath(o.proposal(), "ordre-du-jour"), true, url.Values{"meeting": {held.Meeting.String()}}, http.StatusUnprocessableEntity, "Choisissez une réunion à venir."},
		"followed by another party":   {signatory, o.decisionPath(review.Decision, "suivi"), true, url.Values{"note": {"Fait."}}, http.StatusConflict, "l’organisme chargé de l’exécution"},
		"carried out without a word":  {mission, o.decisionPath(review.Decision, "suivi"), true, url.Values{"finished": {"oui"}}, http.StatusUnprocessableEntity, "Écrivez ce qui a été fait"},
		"given up by itself":          {mission, o.decisionPath(review.Decision, "abandon"), true, url.Values{"number": {o.number(review.Decision)}, "reason": {"Sans objet."}}, http.StatusUnprocessableEntity, "une autre décision, adoptée"},
		"given up by a mere proposal": {mission, o.decisionPath(review.Decision, "abandon"), true, url.Values{"number": {o.number(held.Decision)}, "reason": {"Sans objet."}}, http.StatusUnprocessableEntity, "une autre décision, adoptée"},
		"owned elsewhere": {mission, o.decisionPath(o.adopted(), "execution"), true, url.Values{"owner": {newOffice(t).Mission.String()}, "due_on": {"30/06/2015"}},
			http.StatusUnprocessableEntity, "Choisissez dans la liste."},
		"due before it was decided": {mission, o.decisionPath(o.adopted(), "execution"), true, url.Values{"owner": {o.Mission.String()}, "due_on": {"30/06/2014"}},
			http.StatusUnprocessableEntity, "L’échéance ne peut pas précéder la décision."},
	} {
		before := o.entries()
		form := url.Values{keyField: {uuid.NewString()}, profileField: {c.actor.MemberID.String()}, versionField: {o.versionAt(c.action)}}
		for field, values := range c.answers {
			form[field] = values
		}
		w := o.by(c.actor).post(c.action, form)
		if w.Code != c.status || !strings.Contains(text(w), c.says) {
			t.Errorf("%s: %d, want %d %q\n%s", name, w.Code, c.status, c.says, text(w))
		}
		if o.entries() != before {
			t.Errorf("%s: something changed", name)
		}
	}
}

// versionAt is that of the object that an action's path names.
func (o *office) versionAt(action string) string {
	o.t.Helper()
	parts := strings.Split(action, "/")
	return o.db.Texts(o.t, `SELECT version::text FROM meetings WHERE convention_id = $1 AND meeting_id = $2
		UNION ALL SELECT version::text FROM decisions WHERE convention_id = $1 AND decision_id = $2`, o.ID, parts[len(parts)-2])[0]
}

// One person who is a chair of both parties approves for one of them only.
func TestNobodyApprovesTwice(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	g := o.db.Meeting(t, o.Agreement, governance.InReview)
	page := o.meetingPath(g.Meeting)
	chair := o.by(o.Actors[access.Chair])
	expect(t, chair.post(page+"/approbations", chair.filled(page, page+"/approbations", url.Values{"capacity": {"Pour le préfet"}})), http.StatusSeeOther)
	// The same person now speaks for the other party.
	if _, err := o.db.Owner.Exec(t.Context(), `UPDATE members SET organisation_id = (SELECT organisation_id FROM parties WHERE convention_id = $1 AND party_code = 'REGION')
		WHERE convention_id = $1 AND member_id = $2`, o.ID, o.Actors[access.Chair].MemberID); err != nil {
		t.Fatal(err)
	}
	w := chair.post(page+"/approbations", chair.filled(page, page+"/approbations", url.Values{"capacity": {"Le président"}}))
	expect(t, w, http.StatusConflict, "Vous avez déjà approuvé ce relevé pour l’autre partie")
}

// A paper is handed over, never shown, and only through its own object.
func TestPaperIsHandedOver(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	g, other := o.db.Meeting(t, o.Agreement, governance.InReview), o.db.Meeting(t, o.Agreement, governance.Planned)
	page := o.meetingPath(g.Meeting)
	mission := o.by(o.Actors[access.Mission])
	form := mission.form(page, page+"/pieces")
	expect(t, mission.postFile(page+"/pieces", form, "../Relevé \"signé\".pdf", []byte("%PDF-1.7")), http.StatusSeeOther)
	paper := o.one(`SELECT attachment_id::text FROM attachments WHERE convention_id = $1 ORDER BY added_at DESC, attachment_id DESC LIMIT 1`, o.ID)
	w := mission.get(o.meetingPath(g.Meeting, "pieces", paper))
	h := w.Header()
	if w.Code != http.StatusOK || h.Get("Content-Type") != "application/pdf" || !strings.HasPrefix(h.Get("Content-Disposition"), "attachment; filename") ||
		!strings.HasSuffix(h.Get("Content-Security-Policy"), "; sandbox") || h.Get("X-Content-Type-Options") != "nosniff" || strings.Contains(h.Get("Content-Disposition"), "..") {
		t.Errorf("%d %v", w.Code, h)
	}
	expect(t, mission.get(o.meetingPath(other.Meeting, "pieces", paper)), http.StatusNotFound)
	expect(t, o.by(o.Actors[access.Structure]).get(o.meetingPath(g.Meeting, "pieces", paper)), http.StatusNotFound)
	large := append([]byte("%PDF-1.7"), make([]byte, paperTooLarge)...)
	expect(t, mission.postFile(page+"/pieces", mission.form(page, page+"/pieces"), "gros.pdf", large), http.StatusRequestEntityTooLarge, "Le fichier dépasse 10 Mo")
}

const paperTooLarge = paper + 1

// Structures and readers see neither proposals nor what is not approved.
func TestUnapprovedIsHidden(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	planned, review := o.db.Meeting(t, o.Agreement, governance.Planned), o.db.Meeting(t, o.Agreement, governance.InReview)
	for _, role := range []access.Role{access.Structure, access.Reader} {
		b := o.by(o.Actors[role])
		expect(t, b.get(o.decisionPath(planned.Decision)), http.StatusNotFound)
		expect(t, b.get(o.decisionPath(review.Decision)), http.StatusOK, "Confirmer la suspension")
		for _, id := range []uuid.UUID{planned.Meeting, review.Meeting} {
			w := b.get(o.meetingPath(id))
			expect(t, w, http.StatusOK, "Comité de pilotage", "n’a pas encore de relevé approuvé")
			if strings.Contains(text(w), "Confirmer la suspension") || strings.Contains(text(w), "Le comité décide") {
				t.Errorf("%s reads what is not approved", role)
			}
		}
		if list := text(b.get(o.path("gouvernance", "decisions"))); strings.Count(list, "Confirmer la suspension") != 1 {
			t.Errorf("%s sees proposals in the register", role)
		}
	}
	if days := text(o.by(o.Actors[access.Mission]).get(o.path("gouvernance", "decisions") + "?etat=proposee")); strings.Count(days, "Confirmer la suspension") != 1 {
		t.Error("the filter by state chooses something else")
	}
}

// Who has to approve minutes finds it among what is to do, and nobody else does.
func TestMinutesToApprove(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	const task = "Relevé du 7 octobre 2014 À approuver Comité de pilotage n° 2 : à approuver au nom de votre organisme."
	for email, awaited := range map[string]bool{"presidence@region.example": true, "prefecture@etat.example": false, "suivi@region.example": false, "mission@appui.example": false} {
		home := sentences(a.signedIn(a.person(email)).get("/c/" + a.slug).Body.String())
		if strings.Contains(home, task) != awaited {
			t.Errorf("%s: awaited %v\n%.1200s", email, awaited, home)
		}
	}
}
