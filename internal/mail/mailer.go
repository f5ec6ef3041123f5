package mail

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"copil/internal/pg"
)

// How long things may take. A worker that sends holds its mail for lease; no
// job lives that long, so that two never send the same mail at a time.
const (
	handOverEvery = 2 * time.Second
	jobTimeout    = 40 * time.Second
	lease         = time.Minute
	stopPatience  = 10 * time.Second
)

// handedOver bounds how many mails are given to workers in one go.
const handedOver = 200

// Options is what a mailer is made of.
type Options struct {
	Pool    *pg.Pool
	System  *pg.System
	Relay   *Relay // nil: nothing leaves, and mails wait
	BaseURL string // of the links, without a final slash
	Log     *slog.Logger
	Now     func() time.Time // wall time
	Today   func() time.Time // business date: who is a member on it gets mail

	// Secret makes the path of a link that only this person may open, when the
	// mail leaves: that of an Invitation or of a Password. Nothing of it is kept
	// but what the function itself keeps. nil: such links lead where the draft says.
	Secret func(ctx context.Context, kind Kind, person uuid.UUID) (path string, err error)

	// Hourly does what falls due with time in one convention, such as queueing
	// reminders. It runs at least once in an hour and may run twice. nil for nothing.
	Hourly func(ctx context.Context, convention uuid.UUID) error
}

// Mailer hands what waits in the outboxes to workers, and works.
type Mailer struct {
	Options
	client *river.Client[pgx.Tx]
}

// New makes a mailer; nothing runs before Run.
func New(o Options) (*Mailer, error) {
	m := &Mailer{Options: o}
	workers := river.NewWorkers()
	river.AddWorker(workers, river.WorkFunc(func(ctx context.Context, j *river.Job[sending]) error { return m.deliver(ctx, j.Args) }))
	river.AddWorker(workers, river.WorkFunc(func(ctx context.Context, j *river.Job[password]) error {
		return m.sendPassword(ctx, j.ID, j.Args.Person)
	}))
	river.AddWorker(workers, river.WorkFunc(func(ctx context.Context, _ *river.Job[hour]) error { return m.goRound(ctx) }))
	river.AddWorker(workers, river.WorkFunc(func(ctx context.Context, j *river.Job[round]) error { return m.Hourly(ctx, j.Args.Convention) }))
	config := river.Config{
		Workers: workers, Queues: map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: 4}},
		Logger: m.Log, PollOnly: true, // works behind a pooler of connections, too
		JobTimeout: jobTimeout, RescueStuckJobsAfter: lease, SoftStopTimeout: stopPatience,
		CompletedJobRetentionPeriod: 2 * time.Hour, // long enough for the unique hour
		ReindexerIndexNames:         []string{},    // the system role owns no index
	}
	if o.Hourly != nil {
		// River keeps the schedule in the leader's memory: a start asks again, and
		// the hour's uniqueness answers.
		every := river.NewPeriodicJob(river.PeriodicInterval(15*time.Minute), func() (river.JobArgs, *river.InsertOpts) { return hour{}, nil },
			&river.PeriodicJobOpts{ID: "hour", RunOnStart: true})
		config.PeriodicJobs = []*river.PeriodicJob{every}
	}
	var err error
	m.client, err = o.System.Jobs(config)
	return m, err
}

// Run works until ctx ends, and returns when what was being sent has been.
func (m *Mailer) Run(ctx context.Context) {
	for m.client.Start(ctx) != nil {
		if !pause(ctx) { // the database may come later
			return
		}
	}
	for pause(ctx) {
		if m.Relay == nil {
			continue
		}
		if err := m.handOver(ctx); err != nil && ctx.Err() == nil {
			m.Log.WarnContext(ctx, "hand over mails", "error", err)
		}
	}
	<-m.client.Stopped()
}

// pause waits a turn; it is false when ctx has ended.
func pause(ctx context.Context) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(handOverEvery):
		return true
	}
}

// handOver makes a job of each mail that is due. The outbox alone says whether
// it is to be sent: a job too many does nothing.
func (m *Mailer) handOver(ctx context.Context) error {
	due, err := pg.SystemMany[struct{ ConventionID, MailID uuid.UUID }](ctx, m.System,
		`SELECT convention_id, mail_id FROM due_mails(@now, @most)`, pg.Args{"now": m.Now(), "most": handedOver})
	if err != nil || len(due) == 0 {
		return err
	}
	jobs := make([]river.InsertManyParams, len(due))
	for i, d := range due {
		jobs[i].Args = sending{d.ConventionID, d.MailID}
	}
	if _, err := m.client.InsertMany(ctx, jobs); err != nil {
		return fmt.Errorf("hand over mails: %w", err)
	}
	return nil
}

// goRound makes a job of each convention, so that one that fails stops no other.
func (m *Mailer) goRound(ctx context.Context) error {
	hosted, err := pg.SystemMany[struct{ ConventionID uuid.UUID }](ctx, m.System, `SELECT convention_id FROM hosted_conventions()`, nil)
	if err != nil || len(hosted) == 0 {
		return err
	}
	jobs := make([]river.InsertManyParams, len(hosted))
	for i, h := range hosted {
		jobs[i].Args = round{h.ConventionID}
	}
	if _, err := m.client.InsertMany(ctx, jobs); err != nil {
		return fmt.Errorf("make a round of conventions: %w", err)
	}
	return nil
}
