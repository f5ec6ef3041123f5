package server

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/account"
	"copil/internal/audit"
	"copil/internal/convention"
	"copil/internal/fault"
	"copil/internal/french"
	"copil/internal/governance"
	"copil/internal/pg"
	"copil/internal/site"
	"copil/templates/meetings"
	"copil/templates/ui"
)

func (r *Request) decisionsCrumb() ui.Link {
	return ui.Link{Label: "Décisions", Href: r.Path("gouvernance", "decisions")}
}

// maySeeDecision reports whether the actor reads a decision: structures and
// readers, once it was adopted.
func (r *Request) maySeeDecision(d governance.Decision) bool {
	return r.Actor.SeesAll() || d.Published()
}

func (s *server) decisionIndex(r *Request) (Reply, error) {
	q := r.URL.Query()
	b := r.Tx.Batch()
	found, axes := governance.Decisions(b), convention.Axes(b)
	if err := b.Send(r.Context()); err != nil {
		return Reply{}, err
	}
	v := meetings.Register{Filter: ui.Form{Action: r.Path("gouvernance", "decisions"), Values: q, Filter: true}, Axes: axisOptions(axes.All),
		MayPropose: r.Actor.Can(access.GovernancePropose), NewHref: r.Path("gouvernance", "decisions", "nouvelle"),
		States: []ui.Option{{Value: meetings.LateState, Label: "En retard"}}}
	for _, st := range governance.DecisionStates {
		v.States = append(v.States, ui.Option{Value: string(st), Label: st.Label()})
	}
	state, axis := q.Get(meetings.StateField), q.Get(meetings.AxisField)
	if state != "" || axis != "" {
		v.Reset = v.Filter.Action
	}
	for _, d := range found.All {
		if !r.maySeeDecision(d) {
			continue
		}
		v.All++
		l := meetings.Line{Decision: d, Late: d.DaysLate(r.Today), Href: r.Path("gouvernance", "decisions", d.DecisionID)}
		if (state == "" || state == string(d.State) || state == meetings.LateState && l.Late > 0) &&
			(axis == "" || d.AxisNo != nil && strconv.Itoa(*d.AxisNo) == axis) {
			v.Decisions = append(v.Decisions, l)
		}
	}
	slices.SortStableFunc(v.Decisions, func(a, b meetings.Line) int { return cmp.Compare(b.Late, a.Late) })
	return page("Registre des décisions", r.crumbs(r.governanceCrumb()), meetings.Decisions(v)), nil
}

func axisOptions(axes []convention.Axis) []ui.Option {
	list := make([]ui.Option, len(axes))
	for i, a := range axes {
		list[i] = ui.Option{Value: strconv.Itoa(a.AxisNo), Label: axisTitle(axes, a.AxisNo)}
	}
	return list
}

// proposing is the form of a new decision.
func (r *Request) proposing() (v meetings.Proposing, err error) {
	b := r.Tx.Batch()
	axes, commitments, found := convention.Axes(b), convention.Commitments(b), site.List(b, r.Today)
	if err := b.Send(r.Context()); err != nil {
		return v, err
	}
	v = meetings.Proposing{Form: r.Form(r.Path("gouvernance", "decisions"), 0), Back: r.Path("gouvernance", "decisions"), Axes: axisOptions(axes.All)}
	for _, c := range commitments.All {
		v.Commitments = append(v.Commitments, ui.Option{Value: c.CommitmentCode, Label: c.CommitmentCode + " – " + inShort(c.Quoted)})
	}
	for _, one := range found.All {
		v.Sites = append(v.Sites, ui.Option{Value: one.SiteID.String(), Label: one.Code + " – " + one.Name})
	}
	return v, nil
}

func (s *server) decisionNew(r *Request) (Reply, error) {
	v, err := r.proposing()
	return page("Proposer une décision", r.crumbs(r.governanceCrumb(), r.decisionsCrumb()), meetings.Propose(v)), err
}

func (s *server) decisionPropose(r *Request) (Reply, error) {
	v, err := r.proposing()
	if err != nil {
		return Reply{}, err
	}
	f := readForm(r.PostForm)
	p := governance.Proposal{Title: f.text("title"), Body: f.long("body")}
	offered := func(field, value string, among []ui.Option) bool {
		ok := slices.ContainsFunc(among, func(o ui.Option) bool { return o.Value == value })
		if !ok && value != "" {
			f.problems.Add(field, "Choisissez dans la liste.")
		}
		return ok
	}
	if axis := f.text("axis"); offered("axis", axis, v.Axes) {
		p.AxisNo = new(f.int("axis"))
	}
	if code := f.text("commitment"); offered("commitment", code, v.Commitments) {
		p.CommitmentCode = &code
	}
	for _, id := range r.PostForm["sites"] {
		if offered("sites", id, v.Sites) {
			p.AboutType, p.AboutIDs = audit.Site, append(p.AboutIDs, id)
		}
	}
	if f.text("sequel") != "" {
		if p.AboutType != "" {
			f.problems.Add("sequel", "Une décision porte sur des sites ou sur la suite de la convention, pas sur les deux.")
		}
		p.AboutType, p.AboutIDs = audit.Convention, []string{r.Membership.Slug}
	}
	for name, message := range p.Problems() {
		f.problems.Add(name, message)
	}
	if len(f.problems) == 0 {
		var id uuid.UUID
		id, err = governance.Propose(r.Context(), r.Tx, r.Stamp(), p)
		if err == nil {
			return done(r.Path("gouvernance", "decisions", id), "La décision est proposée."), nil
		}
	}
	reply, err := r.again(&v.Form, f.problems, err)
	if err != nil {
		return Reply{}, err
	}
	return reply("Proposer une décision", r.crumbs(r.governanceCrumb(), r.decisionsCrumb()), meetings.Propose(v)), nil
}

func (s *server) decisionShow(r *Request) (Reply, error) {
	v, err := r.decision()
	return page(v.Decision.Name(), r.crumbs(r.governanceCrumb(), r.decisionsCrumb()), meetings.One(v)), err
}

// decision reads the decision of the path with all that hangs on it.
func (r *Request) decision() (v meetings.Decision, err error) {
	id, err := pathID(r, "decision")
	if err != nil {
		return v, err
	}
	b := r.Tx.Batch()
	found, steps, all := governance.GetDecision(b, id), governance.DecisionSteps(b, id), governance.Meetings(b)
	axes, commitments, offices, sites := convention.Axes(b), convention.Commitments(b), account.Offices(b), site.Marks(b)
	if err := b.Send(r.Context()); err != nil {
		return v, err
	}
	if v.Decision, err = found.One(); err != nil {
		return v, err
	}
	d := v.Decision
	if !r.maySeeDecision(d) {
		return v, fault.New(fault.NotFound, pg.NoSuchRecord)
	}
	v.Steps, v.Late = steps.All, d.DaysLate(r.Today)
	v.Paper = func(piece uuid.UUID) string { return r.Path("gouvernance", "decisions", id, "pieces", piece) }
	if d.AxisNo != nil {
		v.Axis = axisTitle(axes.All, *d.AxisNo)
	}
	for _, c := range commitments.All {
		if d.CommitmentCode != nil && c.CommitmentCode == *d.CommitmentCode {
			v.Clause = c.CommitmentCode + " – " + c.Quoted
		}
	}
	if d.MeetingID != nil {
		v.Meeting = ui.Link{Label: d.MeetingBody + ", " + french.Date(*d.MeetingOn), Href: r.Path("gouvernance", "reunions", *d.MeetingID)}
	}
	for _, m := range sites.All {
		if d.AboutType == string(audit.Site) && slices.Contains(d.AboutIDs, m.SiteID.String()) {
			v.About = append(v.About, ui.Link{Label: m.Code + " – " + m.Name, Href: r.Path("sites", m.SiteID)})
		}
	}
	if d.AboutType == string(audit.Convention) {
		v.About = append(v.About, ui.Link{Label: "la suite de la convention", Href: r.Path("convention")})
	}
	for _, m := range all.All {
		if m.State.ToCome() {
			v.Meetings = append(v.Meetings, ui.Option{Value: m.MeetingID.String(), Label: m.Title()})
		}
	}
	for _, o := range offices.All {
		v.Owners = append(v.Owners, ui.Option{Value: o.OrganisationID.String(), Label: o.Name})
	}
	r.decisionForms(&v)
	return v, nil
}

// decisionForms offers what the actor may do with a decision now.
func (r *Request) decisionForms(v *meetings.Decision) {
	d := v.Decision
	may := func(to governance.DecisionState) bool { return governance.MayDecision(d, to, r.Actor) == "" }
	form := func(act string) *ui.Form {
		f := r.Form(r.Path("gouvernance", "decisions", d.DecisionID, act), d.Version)
		f.ID = act
		return &f
	}
	if (d.State == governance.Proposed || d.State == governance.Adjourned) && may(governance.Proposed) {
		v.List = form("ordre-du-jour")
	}
	if d.State == governance.Proposed {
		if may(governance.Adopted) {
			v.Decide = form("issue")
		} else if r.Actor.Can(access.GovernanceDecide) {
			v.Why = governance.MayDecision(d, governance.Adopted, r.Actor)
		}
	}
	if d.State == governance.Adopted && may(governance.UnderWay) {
		v.Execute = form("execution")
	}
	if d.State == governance.UnderWay && may(governance.UnderWay) {
		v.Follow, v.MayEnd = form("suivi"), may(governance.CarriedOut)
		v.Follow.Multipart = true
	}
	if may(governance.Abandoned) {
		v.Abandon = form("abandon")
	}
}

// onDecision does something to the decision of the path, and shows its page
// again with what stands against it. which names the form that was sent.
func (r *Request) onDecision(which func(*meetings.Decision) *ui.Form, said string, read func(*formReader), do func(*pg.Tx, uuid.UUID, int) error) (Reply, error) {
	v, err := r.decision()
	if err != nil {
		return Reply{}, err
	}
	f := readForm(r.PostForm)
	read(f)
	if len(f.problems) == 0 {
		err = r.Tx.Try(r.Context(), func(tx *pg.Tx) error { return do(tx, v.Decision.DecisionID, f.version()) })
		if err == nil {
			return done(r.Path("gouvernance", "decisions", v.Decision.DecisionID), said), nil
		}
	}
	reply, err := r.again(which(&v), f.problems, err)
	if err != nil {
		return Reply{}, err
	}
	return reply(v.Decision.Name(), r.crumbs(r.governanceCrumb(), r.decisionsCrumb()), meetings.One(v)), nil
}

func (s *server) decisionList(r *Request) (Reply, error) {
	var meeting *uuid.UUID
	return r.onDecision(func(v *meetings.Decision) *ui.Form { return v.List }, "La décision est inscrite à l’ordre du jour.", func(f *formReader) {
		if meeting = f.optionalID("meeting"); meeting == nil {
			f.problems.Add("meeting", "Choisissez une réunion à venir.")
		}
	}, func(tx *pg.Tx, id uuid.UUID, version int) error {
		return governance.PutOnAgenda(r.Context(), tx, r.Stamp(), id, version, *meeting)
	})
}

func (s *server) decisionDecide(r *Request) (Reply, error) {
	var o governance.Outcome
	return r.onDecision(func(v *meetings.Decision) *ui.Form { return v.Decide }, "L’issue est enregistrée.", func(f *formReader) {
		o = governance.Outcome{State: governance.DecisionState(f.text("outcome")), Reservation: f.long("reservation"), Note: f.long("note")}
	}, func(tx *pg.Tx, id uuid.UUID, version int) error {
		return governance.Decide(r.Context(), tx, r.Stamp(), id, version, o)
	})
}

func (s *server) decisionExecute(r *Request) (Reply, error) {
	var owner *uuid.UUID
	var due time.Time
	return r.onDecision(func(v *meetings.Decision) *ui.Form { return v.Execute }, "L’exécution est confiée.", func(f *formReader) {
		owner, due = f.optionalID("owner"), f.date("due_on")
	}, func(tx *pg.Tx, id uuid.UUID, version int) error {
		return governance.Execute(r.Context(), tx, r.Stamp(), id, version, owner, due)
	})
}

func (s *server) decisionFollow(r *Request) (Reply, error) {
	var note string
	var finished bool
	return r.onDecision(func(v *meetings.Decision) *ui.Form { return v.Follow }, "Le suivi est enregistré.", func(f *formReader) {
		note, finished = f.long("note"), f.text("finished") != ""
	}, func(tx *pg.Tx, id uuid.UUID, version int) error {
		return governance.Follow(r.Context(), tx, r.Stamp(), id, version, note, r.paper(), finished)
	})
}

func (s *server) decisionAbandon(r *Request) (Reply, error) {
	var number, reason string
	return r.onDecision(func(v *meetings.Decision) *ui.Form { return v.Abandon }, "La décision est abandonnée.", func(f *formReader) {
		number, reason = f.text("number"), f.long("reason")
	}, func(tx *pg.Tx, id uuid.UUID, version int) error {
		return governance.Abandon(r.Context(), tx, r.Stamp(), id, version, number, reason)
	})
}

func (s *server) decisionPaper(r *Request) (Reply, error) {
	return paperOf(r, "decision", audit.Decision, governance.GetDecision, r.maySeeDecision)
}
