package demo

import (
	"context"
	"time"

	"github.com/google/uuid"

	"copil/internal/attachment"
	"copil/internal/audit"
	"copil/internal/convention"
	"copil/internal/governance"
)

// sitting is a meeting of the story.
type sitting struct {
	key      string // by which the story calls it
	body     string
	who      string // who keeps it
	planned  time.Time
	on       time.Time
	at       string
	place    string
	points   []governance.Item
	convened time.Time // zero: not yet
	others   []governance.Attendance
	sent     map[string]string // how a chair's seat was taken, by party; the function of who represented it
	minutes  string
}

// ruling is a decision of the story, in the order of the numbers.
type ruling struct {
	sitting  string
	title    string
	text     string
	axis     int
	about    audit.ObjectType
	ids      []string // site codes, or a period's code
	outcome  governance.Outcome
	owner    string // code of the organisation that carries it out
	due      time.Time
	finished time.Time
	done     string // what was done
	paper    string // name of the paper that shows it, "" for none
}

// gatherings is what the story knows of its meetings and decisions while it is told.
type gatherings struct {
	*teller
	meetings  map[string]uuid.UUID
	decisions map[string]uuid.UUID // by title
}

func newGatherings(t *teller) *gatherings {
	return &gatherings{t, map[string]uuid.UUID{}, map[string]uuid.UUID{}}
}

// version is that of a meeting now.
func (g *gatherings) version(ctx context.Context, key string) (int, error) {
	b := g.tx.Batch()
	found := governance.GetMeeting(b, g.meetings[key])
	if err := b.Send(ctx); err != nil {
		return 0, err
	}
	m, err := found.One()
	return m.Version, err
}

// do tells what somebody did with a meeting, in the version that stands then.
func (g *gatherings) do(day time.Time, who, key string, do func(ctx context.Context, by audit.Stamp, id uuid.UUID, version int) error) {
	g.on(day, who, func(ctx context.Context, by audit.Stamp) error {
		v, err := g.version(ctx, key)
		if err != nil {
			return err
		}
		return do(ctx, by, g.meetings[key], v)
	})
}

// decide tells what somebody did with a decision, in the version that stands then.
func (g *gatherings) decide(day time.Time, who, title string, do func(ctx context.Context, by audit.Stamp, id uuid.UUID, version int) error) {
	g.on(day, who, func(ctx context.Context, by audit.Stamp) error {
		b := g.tx.Batch()
		found := governance.GetDecision(b, g.decisions[title])
		if err := b.Send(ctx); err != nil {
			return err
		}
		d, err := found.One()
		if err != nil {
			return err
		}
		return do(ctx, by, d.DecisionID, d.Version)
	})
}

func (g *gatherings) move(day time.Time, who, key string, to governance.MeetingState) {
	g.do(day, who, key, func(ctx context.Context, by audit.Stamp, id uuid.UUID, version int) error {
		return governance.MoveMeeting(ctx, g.tx, by, id, version, governance.Move{To: to})
	})
}

// sit tells a meeting, up to its minutes' review when it was held.
func (g *gatherings) sit(s sitting, rulings []ruling) {
	g.on(s.planned, s.who, func(ctx context.Context, by audit.Stamp) (err error) {
		g.meetings[s.key], err = governance.PlanMeeting(ctx, g.tx, by, governance.Plan{BodyCode: s.body, OnDay: s.on, AtTime: s.at, Place: s.place})
		return err
	})
	for _, r := range rulings {
		if r.sitting == s.key {
			g.propose(s, r)
		}
	}
	for _, p := range s.points {
		g.do(s.planned.AddDate(0, 0, 2), s.who, s.key, func(ctx context.Context, by audit.Stamp, id uuid.UUID, version int) error {
			return governance.AddItem(ctx, g.tx, by, id, version, p)
		})
	}
	if s.convened.IsZero() {
		return
	}
	g.move(s.convened, s.who, s.key, governance.Convened)
	g.seats(s)
	g.move(s.on, s.who, s.key, governance.Held)
	for _, r := range rulings {
		if r.sitting == s.key {
			g.rule(s, r)
		}
	}
	if s.minutes == "" {
		return
	}
	g.do(s.on.AddDate(0, 0, 3), s.who, s.key, func(ctx context.Context, by audit.Stamp, id uuid.UUID, version int) error {
		return governance.Write(ctx, g.tx, by, id, version, s.minutes)
	})
	g.move(s.on.AddDate(0, 0, 7), s.who, s.key, governance.InReview)
}

// seats tells who was there: every party that chairs, then the others.
func (g *gatherings) seats(s sitting) {
	g.on(s.on, s.who, func(ctx context.Context, by audit.Stamp) error {
		b := g.tx.Batch()
		parties := convention.Parties(b)
		if err := b.Send(ctx); err != nil {
			return err
		}
		var list []governance.Attendance
		for _, p := range parties.All {
			if p.Chairs {
				whom := s.sent[p.PartyCode]
				list = append(list, governance.Attendance{PartyCode: &p.PartyCode, Present: whom == "", RepresentedBy: whom})
			}
		}
		for _, a := range append(list, s.others...) {
			v, err := g.version(ctx, s.key)
			if err != nil {
				return err
			}
			if err := governance.Seat(ctx, g.tx, by, g.meetings[s.key], v, a); err != nil {
				return err
			}
		}
		return nil
	})
}

// propose tells how a decision came to the agenda of its meeting.
func (g *gatherings) propose(s sitting, r ruling) {
	day := s.planned.AddDate(0, 0, 1)
	g.on(day, s.who, func(ctx context.Context, by audit.Stamp) (err error) {
		p := governance.Proposal{Title: r.title, Body: r.text, AxisNo: &r.axis, AboutType: r.about}
		for _, id := range r.ids {
			if r.about == audit.Site {
				id = g.sites[id].String()
			}
			p.AboutIDs = append(p.AboutIDs, id)
		}
		g.decisions[r.title], err = governance.Propose(ctx, g.tx, by, p)
		return err
	})
	g.decide(day, s.who, r.title, func(ctx context.Context, by audit.Stamp, id uuid.UUID, version int) error {
		return governance.PutOnAgenda(ctx, g.tx, by, id, version, g.meetings[s.key])
	})
}

// rule tells what became of a decision, from its meeting on.
func (g *gatherings) rule(s sitting, r ruling) {
	g.decide(s.on, s.who, r.title, func(ctx context.Context, by audit.Stamp, id uuid.UUID, version int) error {
		return governance.Decide(ctx, g.tx, by, id, version, r.outcome)
	})
	if r.owner != "" {
		g.decide(s.on, s.who, r.title, func(ctx context.Context, by audit.Stamp, id uuid.UUID, version int) error {
			return governance.Execute(ctx, g.tx, by, id, version, new(g.organisations[r.owner]), r.due)
		})
	}
	if !r.finished.IsZero() {
		g.decide(r.finished, s.who, r.title, func(ctx context.Context, by audit.Stamp, id uuid.UUID, version int) error {
			return governance.Follow(ctx, g.tx, by, id, version, r.done, r.evidence(), true)
		})
	}
}

// evidence is a paper that shows what was done.
func (r ruling) evidence() governance.Evidence {
	if r.paper == "" {
		return governance.Evidence{}
	}
	return governance.Evidence{Name: r.paper, Content: []byte(r.done + " Document fictif.\n")}
}

// approve tells that a chair approved minutes in Copil.
func (g *gatherings) approve(day time.Time, who, key, party, capacity string) {
	g.do(day, who, key, func(ctx context.Context, by audit.Stamp, id uuid.UUID, version int) error {
		return governance.Approve(ctx, g.tx, by, id, version, governance.Approval{PartyCode: party, Capacity: capacity, SignedOn: day})
	})
}

// attach tells that a paper was kept with a meeting.
func (g *gatherings) attach(day time.Time, who, key, name, text string) {
	g.do(day, who, key, func(ctx context.Context, by audit.Stamp, id uuid.UUID, version int) error {
		return governance.AddPaper(ctx, g.tx, by, id, version, governance.Evidence{Name: name, Content: []byte(text)})
	})
}

// scanned tells that the secretariat recorded an approval with the signed minutes.
func (g *gatherings) scanned(day time.Time, who, key, party, capacity string) {
	g.do(day, who, key, func(ctx context.Context, by audit.Stamp, id uuid.UUID, version int) error {
		b := g.tx.Batch()
		papers := attachment.List(b, governance.Meeting{MeetingID: id}.Papers())
		if err := b.Send(ctx); err != nil {
			return err
		}
		a := governance.Approval{PartyCode: party, Capacity: capacity, SignedOn: day, AttachmentID: &papers.All[0].AttachmentID}
		return governance.Approve(ctx, g.tx, by, id, version, a)
	})
}
