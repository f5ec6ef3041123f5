package mail

import (
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
)

// The jobs. They carry identifiers only: River's tables are outside the walls.

// sending is one mail of an outbox. It is tried once: when it is due again, the
// outbox says.
type sending struct {
	Convention uuid.UUID `json:"convention"`
	Mail       uuid.UUID `json:"mail"`
}

func (sending) Kind() string { return "sending" }

func (sending) InsertOpts() river.InsertOpts {
	return river.InsertOpts{MaxAttempts: 1, UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: underWay}}
}

// password is a link to somebody who forgot theirs.
type password struct {
	Person uuid.UUID `json:"person"`
}

func (password) Kind() string { return "password" }

func (password) InsertOpts() river.InsertOpts {
	return river.InsertOpts{MaxAttempts: 5, Priority: 1, UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: underWay}}
}

// hour is the round of all conventions, round its part in one of them.
type hour struct{}

func (hour) Kind() string { return "hour" }

func (hour) InsertOpts() river.InsertOpts {
	return river.InsertOpts{MaxAttempts: 3, UniqueOpts: river.UniqueOpts{ByPeriod: time.Hour}}
}

type round struct {
	Convention uuid.UUID `json:"convention"`
}

func (round) Kind() string { return "round" }

func (round) InsertOpts() river.InsertOpts {
	return river.InsertOpts{MaxAttempts: 3, Priority: 2, UniqueOpts: river.UniqueOpts{ByArgs: true, ByPeriod: time.Hour}}
}

// underWay are the states in which a second job of the same would be one too many.
var underWay = []rivertype.JobState{
	rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable, rivertype.JobStateRunning, rivertype.JobStateScheduled,
}
