package server

import (
	"slices"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/attachment"
	"copil/internal/audit"
	"copil/internal/convention"
	"copil/internal/french"
	"copil/internal/governance"
	"copil/internal/pg"
	"copil/templates/meetings"
	"copil/templates/ui"
)

func (r *Request) governanceCrumb() ui.Link {
	return ui.Link{Label: "Gouvernance", Href: r.Path("gouvernance")}
}

func (s *server) meetingIndex(r *Request) (Reply, error) {
	b := r.Tx.Batch()
	found, bodies := governance.Meetings(b), convention.Bodies(b)
	if err := b.Send(r.Context()); err != nil {
		return Reply{}, err
	}
	v := meetings.Calendar{Years: governance.Count(bodies.All, found.All, r.Today), MayPlan: r.Actor.Can(access.GovernanceWrite),
		NewHref: r.Path("gouvernance", "reunions", "nouvelle"), Decisions: r.Path("gouvernance", "decisions"),
		Href: func(m governance.Meeting) string { return r.Path("gouvernance", "reunions", m.MeetingID) }}
	if r.Actor.SeesAll() {
		v.Warnings = governance.Warnings(bodies.All, found.All, r.Today)
	}
	for _, m := range found.All {
		if m.State.ToCome() {
			v.Next = append(v.Next, m)
		} else {
			v.Past = append(v.Past, m)
		}
	}
	slices.Reverse(v.Past)
	return page("Gouvernance", r.crumbs(), meetings.Index(v)), nil
}

// planning is the form of a meeting to come.
func (r *Request) planning() (v meetings.Planning, err error) {
	b := r.Tx.Batch()
	bodies := convention.Bodies(b)
	if err := b.Send(r.Context()); err != nil {
		return v, err
	}
	v = meetings.Planning{Form: r.Form(r.Path("gouvernance", "reunions"), 0), Back: r.Path("gouvernance")}
	for _, body := range bodies.All {
		v.Bodies = append(v.Bodies, ui.Option{Value: body.BodyCode, Label: body.ShortLabel})
	}
	return v, nil
}

func (s *server) meetingNew(r *Request) (Reply, error) {
	v, err := r.planning()
	return page("Planifier une réunion", r.crumbs(r.governanceCrumb()), meetings.Plan(v)), err
}

func (s *server) meetingPlan(r *Request) (Reply, error) {
	v, err := r.planning()
	if err != nil {
		return Reply{}, err
	}
	f := readForm(r.PostForm)
	p := governance.Plan{BodyCode: f.text("body"), OnDay: f.date("on_day"), AtTime: f.text("at_time"), Place: f.text("place")}
	if p.BodyCode == "" {
		f.problems.Add("body", "Choisissez une instance dans la liste.")
	}
	if len(f.problems) == 0 {
		var id uuid.UUID
		err = r.Tx.Try(r.Context(), func(tx *pg.Tx) (err error) {
			id, err = governance.PlanMeeting(r.Context(), tx, r.Stamp(), p)
			return err
		})
		if err == nil {
			return done(r.Path("gouvernance", "reunions", id), "La réunion du "+french.Date(p.OnDay)+" est planifiée."), nil
		}
	}
	reply, err := r.again(&v.Form, f.problems, err)
	if err != nil {
		return Reply{}, err
	}
	return reply("Planifier une réunion", r.crumbs(r.governanceCrumb()), meetings.Plan(v)), nil
}

func (s *server) meetingShow(r *Request) (Reply, error) {
	v, err := r.meeting()
	return page(v.Meeting.Name(), r.crumbs(r.governanceCrumb()), meetings.Show(v)), err
}

// meeting reads the meeting of the path with all that hangs on it.
func (r *Request) meeting() (v meetings.Meeting, err error) {
	id, err := pathID(r, "reunion")
	if err != nil {
		return v, err
	}
	b := r.Tx.Batch()
	found, steps, agenda := governance.GetMeeting(b, id), governance.Steps(b, id), governance.Agenda(b, id)
	seats, approvals, parties := governance.Attendances(b, id), governance.Approvals(b, id), convention.Parties(b)
	papers := attachment.List(b, governance.Meeting{MeetingID: id}.Papers())
	if err := b.Send(r.Context()); err != nil {
		return v, err
	}
	if v.Meeting, err = found.One(); err != nil {
		return v, err
	}
	v.Steps = steps.All
	if v.Hidden = !r.maySeeMeeting(v.Meeting); v.Hidden {
		return v, nil
	}
	v.Agenda, v.Attendances, v.Approvals, v.Papers = agenda.All, seats.All, approvals.All, papers.All
	v.Paper = func(piece uuid.UUID) string { return r.Path("gouvernance", "reunions", id, "pieces", piece) }
	v.At = func(decision uuid.UUID) string { return r.Path("gouvernance", "decisions", decision) }
	v.Parties = meetings.PartyOptions(parties.All)
	r.meetingForms(&v)
	r.approvalForm(&v, parties.All)
	return v, nil
}

// maySeeMeeting reports whether the actor reads more of a meeting than its day:
// structures and readers wait for its minutes to be approved.
func (r *Request) maySeeMeeting(m governance.Meeting) bool {
	return r.Actor.SeesAll() || m.State.Published()
}

// meetingForms offers the secretariat what can be done with a meeting now.
func (r *Request) meetingForms(v *meetings.Meeting) {
	if !r.Actor.Can(access.GovernanceWrite) {
		return
	}
	m := v.Meeting
	form := func(act, id string) *ui.Form {
		f := r.Form(r.Path("gouvernance", "reunions", m.MeetingID, act), m.Version)
		f.ID = id
		return &f
	}
	for _, to := range governance.MeetingNext(m, r.Actor) {
		if to == governance.Planned {
			continue
		}
		if why := governance.MayMeeting(m, to, r.Actor, r.Today); why != "" {
			v.Refusals = append(v.Refusals, why)
			continue
		}
		v.Moves = append(v.Moves, ui.Option{Value: string(to), Label: meetings.MoveLabel(m, to)})
	}
	if len(v.Moves) > 0 {
		v.Move = form("etat", "etat")
	}
	if m.State.ToCome() {
		v.Item = form("points", "point")
	}
	if m.State == governance.Convened || m.State == governance.Held {
		v.Seat = form("presences", "presence")
	}
	if m.State == governance.Held {
		v.Minutes = form("releve", "releve")
		v.Minutes.Values.Set("minutes", m.Minutes)
	}
	if m.State != governance.Closed && m.State != governance.Cancelled {
		v.Attach = form("pieces", "piece")
		v.Attach.Multipart = true
	}
}

// approvalForm offers those who may still approve the minutes to do it.
func (r *Request) approvalForm(v *meetings.Meeting, parties []convention.Party) {
	if v.Meeting.State != governance.InReview || !r.Actor.Can(access.GovernanceDecide) {
		return
	}
	left := slices.DeleteFunc(governance.Chairing(parties, r.Actor), func(p convention.Party) bool {
		return slices.ContainsFunc(v.Approvals, func(a governance.Approval) bool { return a.PartyCode == p.PartyCode })
	})
	if len(left) == 0 {
		return
	}
	f := r.Form(r.Path("gouvernance", "reunions", v.Meeting.MeetingID, "approbations"), v.Meeting.Version)
	f.ID = "approbation"
	v.Approve, v.Signers, v.Scanned = &f, meetings.PartyOptions(left), r.Actor.Can(access.GovernanceWrite)
	f.Values.Set("signed_on", french.ShortDate(r.Today))
	if len(left) == 1 {
		f.Values.Set("party", left[0].PartyCode)
	}
	for _, p := range v.Papers {
		if p.WithdrawnOn == nil {
			v.Scans = append(v.Scans, ui.Option{Value: p.AttachmentID.String(), Label: p.Name})
		}
	}
}

// onMeeting does something to the meeting of the path, and shows its page again
// with what stands against it. which names the form that was sent.
func (r *Request) onMeeting(which func(*meetings.Meeting) *ui.Form, said string, read func(*formReader), do func(*pg.Tx, uuid.UUID, int) error) (Reply, error) {
	v, err := r.meeting()
	if err != nil {
		return Reply{}, err
	}
	f := readForm(r.PostForm)
	read(f)
	if len(f.problems) == 0 {
		err = r.Tx.Try(r.Context(), func(tx *pg.Tx) error { return do(tx, v.Meeting.MeetingID, f.version()) })
		if err == nil {
			return done(r.Path("gouvernance", "reunions", v.Meeting.MeetingID), said), nil
		}
	}
	reply, err := r.again(which(&v), f.problems, err)
	if err != nil {
		return Reply{}, err
	}
	return reply(v.Meeting.Name(), r.crumbs(r.governanceCrumb()), meetings.Show(v)), nil
}

func (s *server) meetingMove(r *Request) (Reply, error) {
	var m governance.Move
	return r.onMeeting(func(v *meetings.Meeting) *ui.Form { return v.Move }, "La réunion est mise à jour.", func(f *formReader) {
		m = governance.Move{To: governance.MeetingState(f.text("state")), Note: f.long("note"), NewOn: f.optionalDate("new_on")}
		if m.To == "" {
			f.problems.Add("state", "Choisissez ce qui change.")
		}
	}, func(tx *pg.Tx, id uuid.UUID, version int) error {
		return governance.MoveMeeting(r.Context(), tx, r.Stamp(), id, version, m)
	})
}

func (s *server) meetingItem(r *Request) (Reply, error) {
	var i governance.Item
	return r.onMeeting(func(v *meetings.Meeting) *ui.Form { return v.Item }, "Le point est inscrit à l’ordre du jour.", func(f *formReader) {
		i = governance.Item{Title: f.text("title"), Asked: governance.Asked(f.text("asked"))}
	}, func(tx *pg.Tx, id uuid.UUID, version int) error {
		return governance.AddItem(r.Context(), tx, r.Stamp(), id, version, i)
	})
}

func (s *server) meetingSeat(r *Request) (Reply, error) {
	var a governance.Attendance
	return r.onMeeting(func(v *meetings.Meeting) *ui.Form { return v.Seat }, "La présence est enregistrée.", func(f *formReader) {
		a = governance.Attendance{Label: f.text("label"), RepresentedBy: f.text("represented_by"), Capacity: f.text("seat_capacity")}
		if party := f.text("party"); party != "" {
			a.PartyCode = &party
		}
		switch f.text("presence") {
		case "present":
			a.Present = true
		case "represente":
			if a.RepresentedBy == "" {
				f.problems.Add("represented_by", "Indiquez la fonction de qui a représenté.")
			}
		case "absent":
			a.RepresentedBy = ""
		default:
			f.problems.Add("presence", "Indiquez s’il était présent, représenté ou absent.")
		}
	}, func(tx *pg.Tx, id uuid.UUID, version int) error {
		return governance.Seat(r.Context(), tx, r.Stamp(), id, version, a)
	})
}

// longestMinutes bounds the minutes of a meeting, in characters.
const longestMinutes = 100_000

func (s *server) meetingMinutes(r *Request) (Reply, error) {
	var text string
	return r.onMeeting(func(v *meetings.Meeting) *ui.Form { return v.Minutes }, "Le relevé est enregistré.", func(f *formReader) {
		text = f.atMost("minutes", longestMinutes)
	}, func(tx *pg.Tx, id uuid.UUID, version int) error {
		return governance.Write(r.Context(), tx, r.Stamp(), id, version, text)
	})
}

func (s *server) meetingApprove(r *Request) (Reply, error) {
	var a governance.Approval
	return r.onMeeting(func(v *meetings.Meeting) *ui.Form { return v.Approve }, "L’approbation est enregistrée.", func(f *formReader) {
		a = governance.Approval{PartyCode: f.text("party"), Capacity: f.text("capacity"), SignedOn: f.date("signed_on"), Reservation: f.long("reservation"),
			AttachmentID: f.optionalID("paper")}
		if a.PartyCode == "" {
			f.problems.Add("party", "Choisissez au nom de qui le relevé est approuvé.")
		}
	}, func(tx *pg.Tx, id uuid.UUID, version int) error {
		return governance.Approve(r.Context(), tx, r.Stamp(), id, version, a)
	})
}

func (s *server) meetingAttach(r *Request) (Reply, error) {
	return r.onMeeting(func(v *meetings.Meeting) *ui.Form { return v.Attach }, "La pièce est jointe.", func(f *formReader) {
		if r.File.Name == "" {
			f.problems.Add(attachment.Field, "Choisissez un fichier.")
		}
	}, func(tx *pg.Tx, id uuid.UUID, version int) error {
		return governance.AddPaper(r.Context(), tx, r.Stamp(), id, version, r.paper())
	})
}

func (s *server) meetingPaper(r *Request) (Reply, error) {
	return paperOf(r, "reunion", audit.Meeting, governance.GetMeeting, r.maySeeMeeting)
}
