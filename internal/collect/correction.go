package collect

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"copil/internal/access"
	"copil/internal/audit"
	"copil/internal/fault"
	"copil/internal/french"
	"copil/internal/lifecycle"
	"copil/internal/pg"
)

// CorrectionState is what became of a proposed correction.
type CorrectionState string

// The states, as stored.
const (
	Proposed CorrectionState = "proposee"
	Accepted CorrectionState = "acceptee"
	Refused  CorrectionState = "refusee"
)

// Label returns the state's name on screen.
func (s CorrectionState) Label() string {
	switch s {
	case Proposed:
		return "Proposée"
	case Accepted:
		return "Acceptée"
	case Refused:
		return "Refusée"
	}
	return ""
}

// Correction is a proposal of new answers for a submission that is validated.
type Correction struct {
	CorrectionID uuid.UUID
	SubmissionID uuid.UUID
	State        CorrectionState
	Reason       string
	Cells        []Cell // every cell of the measures that change
	ProposedBy   uuid.UUID
	Proposer     string // as displayed
	ProposedOn   time.Time
	Decider      string // "" while nobody decided
	DecidedOn    *time.Time
	Answer       string // why it was refused
	Version      int
}

// Outcome says what was decided of a correction, when and by whom; "" while it waits.
func (c Correction) Outcome() string {
	if c.DecidedOn == nil {
		return ""
	}
	return strings.ToLower(c.State.Label()) + " le " + french.Date(*c.DecidedOn) + " par " + c.Decider
}

// CorrectionFilter narrows Corrections; its zero value lists all.
type CorrectionFilter struct {
	CorrectionID *uuid.UUID
	SubmissionID *uuid.UUID
	PeriodCode   string          // "" for every period
	State        CorrectionState // "" for every state
}

// Corrections returns the corrections that f chooses, the latest first.
func Corrections(b *pg.Batch, f CorrectionFilter) *pg.Rows[Correction] {
	return pg.Queue[Correction](b, `
		SELECT c.correction_id, c.submission_id, c.state, c.reason, c.cells, c.proposed_by, c.proposed_on, c.decided_on, c.answer, c.version,
		       coalesce((SELECT name FROM members m WHERE m.convention_id = @convention AND m.person_id = c.proposed_by ORDER BY m.ends_on DESC LIMIT 1), '') AS proposer,
		       coalesce((SELECT name FROM members m WHERE m.convention_id = @convention AND m.person_id = c.decided_by ORDER BY m.ends_on DESC LIMIT 1), '') AS decider
		FROM corrections c
		JOIN submissions s ON s.convention_id = @convention AND s.submission_id = c.submission_id
		WHERE c.convention_id = @convention
		  AND (@correction::uuid IS NULL OR c.correction_id = @correction)
		  AND (@submission::uuid IS NULL OR c.submission_id = @submission)
		  AND (@period = '' OR s.period_code = @period)
		  AND (@state = '' OR c.state = @state)
		ORDER BY c.correction_id DESC`,
		pg.Args{"correction": f.CorrectionID, "submission": f.SubmissionID, "period": f.PeriodCode, "state": string(f.State)})
}

// Corrected is a measure of which a correction changed a validated figure.
type Corrected struct{ MeasureCode string }

// CorrectedMeasures returns the measures of a submission whose figures an accepted
// correction changed; one that only received a comment is not among them.
func CorrectedMeasures(b *pg.Batch, submission uuid.UUID) *pg.Rows[Corrected] {
	return pg.Queue[Corrected](b, `
		SELECT DISTINCT c.measure_code
		FROM cell_versions c
		LEFT JOIN cell_versions v ON v.convention_id = @convention AND v.version = c.version - 1
		     AND (v.submission_id, v.measure_code, v.row_item, v.column_item) = (c.submission_id, c.measure_code, c.row_item, c.column_item)
		WHERE c.convention_id = @convention AND c.submission_id = @id AND c.correction <> ''
		  AND (c.state, c.number, c.identifiers, c.reason) IS DISTINCT FROM (v.state, v.number, v.identifiers, v.reason)
		ORDER BY c.measure_code`, pg.Args{"id": submission})
}

// ValidatedSum is the sum of one measure over the validated submissions of a period.
type ValidatedSum struct {
	MeasureCode string
	Number      decimal.Decimal // of the numbers only: what is missing adds nothing
}

// ValidatedSums returns the sums of a period that a correction may move.
func ValidatedSums(b *pg.Batch, period string) *pg.Rows[ValidatedSum] {
	return pg.Queue[ValidatedSum](b, `
		SELECT c.measure_code, coalesce(sum(c.number), 0) AS number
		FROM submissions s
		JOIN cell_versions c ON c.convention_id = @convention AND c.submission_id = s.submission_id AND c.current
		WHERE s.convention_id = @convention AND s.period_code = @period AND s.state = 'validee'
		GROUP BY c.measure_code`, pg.Args{"period": period})
}

// corrections are all that can become of a proposal.
var corrections = lifecycle.Machine[CorrectionState, correcting]{
	{From: Proposed, To: Accepted, By: access.FigureValidate, Guard: correcting.mayDecide, If: ifOther},
	{From: Proposed, To: Refused, By: access.FigureValidate, Guard: correcting.mayDecide, If: ifOther},
}

type correcting struct {
	Correction
	submission Submission
}

func (c correcting) mayDecide(actor access.Actor) string {
	if c.ProposedBy == actor.PersonID {
		return "Vous avez proposé cette rectification\u00a0: une autre personne l’accepte ou la refuse."
	}
	return standing{Submission: c.submission}.mayReview(actor)
}

// MayDecide answers whether the actor may accept or refuse a correction, and if
// not, why. Nobody decides on what they proposed: persons are compared.
func MayDecide(c Correction, s Submission, actor access.Actor) (reason string) {
	switch reason := corrections.May(correcting{c, s}, c.State, Accepted, actor); reason {
	case lifecycle.NoStep:
		return "Cette rectification est déjà décidée."
	case lifecycle.NotYours:
		return "Votre profil ne valide pas les chiffres. " + whoDecides(actor)
	default:
		return reason
	}
}

// MayPropose answers whether the actor may propose a correction, and if not, why.
func MayPropose(s Submission, actor access.Actor) (reason string) {
	switch {
	case !actor.Can(access.CampaignWrite):
		return "Seule " + actor.Words.TheMission() + " propose une rectification."
	case s.State != Validated:
		return "Seule une saisie validée se rectifie."
	}
	return ""
}

// ProposeCorrection keeps new answers for a validated submission, with the
// reason, until somebody else decides. cells replace all answers to the measures
// that they name; together with the others they must be fit to be handed in.
func ProposeCorrection(ctx context.Context, tx *pg.Tx, by audit.Stamp, id uuid.UUID, version int, reason string, cells []Cell) (uuid.UUID, error) {
	s, err := load(ctx, tx, id)
	if err != nil {
		return uuid.Nil, err
	}
	if reason := MayPropose(s.Submission, by.Actor); reason != "" {
		return uuid.Nil, fault.New(fault.Conflict, "%s", reason)
	}
	if err := s.changed(version); err != nil {
		return uuid.Nil, err
	}
	if reason == "" {
		return uuid.Nil, fault.OnField(fault.Invalid, "reason", "Indiquez pourquoi ces chiffres sont à rectifier.")
	}
	b := tx.Batch()
	read := QueueCase(b, id)
	pending := Corrections(b, CorrectionFilter{SubmissionID: &id, State: Proposed})
	if err := b.Send(ctx); err != nil {
		return uuid.Nil, err
	}
	if len(pending.All) > 0 {
		return uuid.Nil, fault.New(fault.Conflict, "Une rectification de cette saisie attend déjà sa décision.")
	}
	c, err := read.Case()
	if err != nil {
		return uuid.Nil, err
	}
	if cells = s.differing(c.Now, withBareSirens(cells)); len(cells) == 0 {
		return uuid.Nil, fault.New(fault.Invalid, "Aucun chiffre ne change\u00a0: il n’y a rien à rectifier.")
	}
	c.Now = replaced(c.Now, cells)
	if bad := Blocking(c); len(bad) > 0 {
		return uuid.Nil, &fault.Error{Kind: fault.Invalid, Message: "La rectification n’est pas proposée\u00a0: des réponses manquent ou se contredisent.", Fields: bad}
	}
	correction, err := uuid.NewV7()
	if err != nil {
		return uuid.Nil, fmt.Errorf("make id of correction: %w", err)
	}
	err = pg.Exec(ctx, tx, `
		INSERT INTO corrections (convention_id, correction_id, submission_id, state, reason, cells, proposed_by, proposed_on)
		VALUES (@convention, @correction, @id, 'proposee', @reason, @cells, @by, @on)`,
		pg.Args{"correction": correction, "id": id, "reason": reason, "cells": cells, "by": by.Actor.PersonID, "on": by.OnDay})
	if err != nil {
		return uuid.Nil, err
	}
	e := entry(by, audit.Corrected, s.Submission)
	e.After = map[string]any{"correction": Proposed, "reason": reason, "cells": cells}
	return correction, audit.Record(ctx, tx, e)
}

// differing keeps the cells of the measures that a person answers and whose
// answers are not what is stored, and those that a new comment explains beside
// them; none where only comments differ.
func (l loaded) differing(stored, given []Cell) (cells []Cell) {
	corrects := false
	for _, m := range l.measures {
		of := func(c Cell) bool { return c.MeasureCode == m.MeasureCode }
		now, was := only(given, of), only(stored, of)
		if len(now) == 0 {
			continue
		}
		same := sameFigures(now, was)
		if !same || now[0].Comment != was[0].Comment {
			cells = append(cells, now...)
		}
		corrects = corrects || !same
	}
	if !corrects {
		return nil
	}
	return cells
}

// replaced are the cells once those of the measures that given names are given's.
func replaced(stored, given []Cell) []Cell {
	kept := slices.DeleteFunc(slices.Clone(stored), func(c Cell) bool {
		return slices.ContainsFunc(given, func(g Cell) bool { return g.MeasureCode == c.MeasureCode })
	})
	return append(kept, given...)
}

// AcceptCorrection makes the proposed answers new versions of their cells,
// entered by who proposed them. The old ones stay readable.
func AcceptCorrection(ctx context.Context, tx *pg.Tx, by audit.Stamp, correction uuid.UUID, version int) error {
	c, s, err := loadCorrection(ctx, tx, by, correction, version)
	if err != nil {
		return err
	}
	proposer := by
	proposer.Actor.PersonID = c.ProposedBy
	if err := write(ctx, tx, proposer, s, c.Cells, c.Reason); err != nil {
		return err
	}
	b := tx.Batch()
	pg.QueueExec(b, `UPDATE submissions SET version = version + 1 WHERE convention_id = @convention AND submission_id = @id`, pg.Args{"id": c.SubmissionID})
	return decide(ctx, tx, by, b, c, s, Accepted, "")
}

// RefuseCorrection keeps a submission as it is, with the reason.
func RefuseCorrection(ctx context.Context, tx *pg.Tx, by audit.Stamp, correction uuid.UUID, version int, answer string) error {
	c, s, err := loadCorrection(ctx, tx, by, correction, version)
	if err != nil {
		return err
	}
	if answer == "" {
		return fault.OnField(fault.Invalid, "answer", "Indiquez pourquoi la rectification est refusée.")
	}
	return decide(ctx, tx, by, tx.Batch(), c, s, Refused, answer)
}

// loadCorrection locks a correction that the actor may decide on, and its submission.
func loadCorrection(ctx context.Context, tx *pg.Tx, by audit.Stamp, correction uuid.UUID, version int) (c Correction, s loaded, err error) {
	b := tx.Batch()
	pg.QueueExec(b, `SELECT FROM corrections WHERE convention_id = @convention AND correction_id = @id FOR UPDATE`, pg.Args{"id": correction})
	found := Corrections(b, CorrectionFilter{CorrectionID: &correction})
	if err := b.Send(ctx); err != nil {
		return c, s, err
	}
	if c, err = found.One(); err != nil {
		return c, s, err
	}
	if s, err = load(ctx, tx, c.SubmissionID); err != nil {
		return c, s, err
	}
	if reason := MayDecide(c, s.Submission, by.Actor); reason != "" {
		return c, s, fault.New(fault.Conflict, "%s", reason)
	}
	if c.Version != version {
		return c, s, fault.New(fault.Conflict, "Cette rectification a changé entre-temps\u00a0: relisez-la.")
	}
	return c, s, nil
}

func decide(ctx context.Context, tx *pg.Tx, by audit.Stamp, b *pg.Batch, c Correction, s loaded, to CorrectionState, answer string) error {
	pg.QueueExec(b, `
		UPDATE corrections SET state = @state, decided_by = @by, decided_on = @on, answer = @answer, version = version + 1
		WHERE convention_id = @convention AND correction_id = @id`,
		pg.Args{"id": c.CorrectionID, "state": string(to), "by": by.Actor.PersonID, "on": by.OnDay, "answer": answer})
	if err := b.Send(ctx); err != nil {
		return err
	}
	e := entry(by, audit.Corrected, s.Submission)
	e.After = map[string]any{"correction": to, "reason": c.Reason, "answer": answer}
	return audit.Record(ctx, tx, e)
}

// CellVersion is one version of the answer to a question, current or retired.
type CellVersion struct {
	MeasureCode string
	RowItem     string
	ColumnItem  string
	Version     int
	State       CellState
	Number      *decimal.Decimal // nil unless State is Number
	Identifiers []string
	Reason      string // why not applicable
	Comment     string
	Correction  string // why a validated value changed, "" for what was entered before
	Current     bool
	Author      string // as displayed
	EnteredAt   time.Time
	EnteredOn   time.Time // business day
}

// History returns every version of the cells of one measure of a submission, of
// all measures for "", by cell and the latest first.
func History(b *pg.Batch, submission uuid.UUID, measure string) *pg.Rows[CellVersion] {
	return pg.Queue[CellVersion](b, `
		SELECT measure_code, row_item, column_item, version, state, number, identifiers, reason, comment, correction, current, entered_at, entered_on,
		       coalesce((SELECT name FROM members m WHERE m.convention_id = @convention AND m.person_id = c.entered_by ORDER BY m.ends_on DESC LIMIT 1), '') AS author
		FROM cell_versions c
		WHERE c.convention_id = @convention AND c.submission_id = @id AND (@measure = '' OR c.measure_code = @measure)
		ORDER BY measure_code, row_item, column_item, version DESC`, pg.Args{"id": submission, "measure": measure})
}
