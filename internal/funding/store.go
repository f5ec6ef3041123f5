package funding

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"copil/internal/access"
	"copil/internal/audit"
	"copil/internal/convention"
	"copil/internal/fault"
	"copil/internal/pg"
)

// selectLine reads lines without their steps.
const selectLine = `
	SELECT l.line_id, l.funder_id, f.name AS funder_name, l.purpose, l.beneficiary_id, o.name AS beneficiary_name, l.private_law,
		l.site_id, coalesce(s.code, '') AS site_code, l.object, l.first_year, l.last_year, l.programme, l.commitment_code,
		l.territory, l.deliberation, l.in_kind, l.planned, l.expected, l.days, l.contribution, l.estimate, l.recorded_on, l.version
	FROM funding_lines l
	JOIN organisations f ON f.convention_id = @convention AND f.organisation_id = l.funder_id
	JOIN organisations o ON o.convention_id = @convention AND o.organisation_id = l.beneficiary_id
	LEFT JOIN sites s ON s.convention_id = @convention AND s.site_id = l.site_id
	WHERE l.convention_id = @convention`

// Lines queues every line, without its steps, by first year, funder and object.
func Lines(b *pg.Batch) *pg.Rows[Line] {
	return pg.Queue[Line](b, selectLine+` ORDER BY l.first_year, f.name, l.object, l.line_id`, nil)
}

// GetLine queues one line, without its steps.
func GetLine(b *pg.Batch, id uuid.UUID) *pg.Rows[Line] {
	return pg.Queue[Line](b, selectLine+` AND l.line_id = @id`, pg.Args{"id": id})
}

// LineStep is a step with the line that it is of.
type LineStep struct {
	LineID uuid.UUID
	Step
}

// AllSteps queues the steps of every line, in their order.
func AllSteps(b *pg.Batch) *pg.Rows[LineStep] {
	return pg.Queue[LineStep](b, `
		SELECT line_id, step, kind, on_day, fiscal_year, amount, reference, reason, until_on, undoes
		FROM funding_steps WHERE convention_id = @convention ORDER BY line_id, step`, nil)
}

// Together gives each line its steps.
func Together(lines []Line, steps []LineStep) []Line {
	of := map[uuid.UUID][]Step{}
	for _, s := range steps {
		of[s.LineID] = append(of[s.LineID], s.Step)
	}
	whole := slices.Clone(lines)
	for i := range whole {
		whole[i].Steps = of[whole[i].LineID]
	}
	return whole
}

// Partner is an organisation that may fund or be funded.
type Partner struct {
	OrganisationID uuid.UUID
	Name           string
	Party          bool // it signed the convention
}

// Partners queues the organisations of the convention, those that signed it
// first, in the order of the act, then the others by name.
func Partners(b *pg.Batch) *pg.Rows[Partner] {
	return pg.Queue[Partner](b, `
		SELECT o.organisation_id, o.name, p.party_code IS NOT NULL AS party
		FROM organisations o LEFT JOIN parties p ON p.convention_id = @convention AND p.organisation_id = o.organisation_id
		WHERE o.convention_id = @convention ORDER BY p.position, o.name, o.organisation_id`, nil)
}

// Create stores a new line and returns its identifier.
func Create(ctx context.Context, tx *pg.Tx, by audit.Stamp, d Draft) (uuid.UUID, error) {
	if err := mayWrite(by.Actor); err != nil {
		return uuid.Nil, err
	}
	act, err := readAct(ctx, tx)
	if err != nil {
		return uuid.Nil, err
	}
	if bad := d.Problems(act, by.Actor); len(bad) > 0 {
		return uuid.Nil, &fault.Error{Kind: fault.Invalid, Message: "La ligne n’a pas été créée.", Fields: bad}
	}
	id := uuid.Must(uuid.NewV7())
	args := d.args(id)
	args["today"] = by.OnDay
	err = unknown(pg.Exec(ctx, tx, `
		INSERT INTO funding_lines (convention_id, line_id, funder_id, purpose, beneficiary_id, private_law, site_id, object, first_year, last_year,
			programme, commitment_code, territory, deliberation, in_kind, planned, expected, days, contribution, estimate, recorded_on)
		VALUES (@convention, @id, @funder, @purpose, @beneficiary, @private_law, @site, @object, @first_year, @last_year,
			@programme, @commitment, @territory, @deliberation, @in_kind, @planned, @expected, @days, @contribution, @estimate, @today)`, args))
	if err != nil {
		return uuid.Nil, err
	}
	return id, audit.Record(ctx, tx, audit.Entry{Stamp: by, Action: audit.Created, ObjectType: audit.Funding, ObjectID: id.String(), ObjectLabel: d.Object, After: d.logged()})
}

// mayWrite is the permission as a rule of the domain, for whatever calls it.
func mayWrite(by access.Actor) error {
	if by.PersonID != uuid.Nil && !by.Can(access.MoneyWrite) {
		return fault.New(fault.Forbidden, "Votre profil n’enregistre pas les financements.")
	}
	return nil
}

func readAct(ctx context.Context, tx *pg.Tx) (Act, error) {
	b := tx.Batch()
	parties, commitments := convention.Parties(b), convention.Commitments(b)
	err := b.Send(ctx)
	return Act{parties.All, commitments.All}, err
}

func (d Draft) args(id uuid.UUID) pg.Args {
	return pg.Args{
		"id": id, "funder": d.FunderID, "purpose": string(d.Purpose), "beneficiary": d.BeneficiaryID, "private_law": d.PrivateLaw, "site": d.SiteID,
		"object": d.Object, "first_year": d.FirstYear, "last_year": d.LastYear, "programme": d.Programme, "commitment": d.CommitmentCode,
		"territory": d.Territory, "deliberation": d.Deliberation, "in_kind": d.InKind, "planned": d.Planned, "expected": string(d.Expected),
		"days": d.Days, "contribution": d.Contribution, "estimate": d.Estimate,
	}
}

// unknown says which choice of a draft is none of the convention.
func unknown(err error) error {
	switch pg.ViolatedConstraint(err) {
	case "funding_lines_convention_id_funder_id_fkey":
		return fault.OnField(fault.Invalid, "funder", "Choisissez dans la liste.")
	case "funding_lines_convention_id_beneficiary_id_fkey":
		return fault.OnField(fault.Invalid, "beneficiary", "Choisissez dans la liste.")
	case "funding_lines_convention_id_site_id_fkey", "site_resources_convention_id_site_id_fkey":
		return fault.OnField(fault.Invalid, "site", "Choisissez dans la liste.")
	case "site_resources_convention_id_funder_id_fkey":
		return fault.OnField(fault.Invalid, "funder", "Choisissez dans la liste.")
	}
	return err
}

// logged is a draft as the log keeps it, in the words of its screens.
func (d Draft) logged() any {
	doc := map[string]any{
		"objet": d.Object, "exercices": Line{FirstYear: d.FirstYear, LastYear: d.LastYear}.YearText(), "programme": d.Programme,
		"territoire": d.Territory, "délibération": d.Deliberation, "montant prévu": d.Planned.StringFixed(2), "fermeté attendue": d.Expected.Label(),
	}
	if d.CommitmentCode != nil {
		doc["engagement"] = *d.CommitmentCode
	}
	if d.InKind {
		doc["apport"], doc["jours"] = d.Contribution, d.Days.String()
	}
	return doc
}

// lock reads a line with its steps, for a change of it; another version than the
// one shown is a Conflict.
func lock(ctx context.Context, tx *pg.Tx, by audit.Stamp, id uuid.UUID, version int) (o Standing, err error) {
	if err := mayWrite(by.Actor); err != nil {
		return o, err
	}
	if err := pg.Exec(ctx, tx, `SELECT FROM funding_lines WHERE convention_id = @convention AND line_id = @id FOR UPDATE`, pg.Args{"id": id}); err != nil {
		return o, err
	}
	b := tx.Batch()
	found, steps := GetLine(b, id), StepsOf(b, id)
	if err := b.Send(ctx); err != nil {
		return o, err
	}
	o.Today = by.OnDay
	if o.Line, err = found.One(); err != nil {
		return o, err
	}
	o.Steps = steps.All
	if reason := o.mine(by.Actor); reason != "" {
		return o, fault.New(fault.Forbidden, "%s", reason)
	}
	if o.Version != version {
		return o, fault.New(fault.Conflict, "Cette ligne a été modifiée entre-temps\u00a0: relisez sa page avant de recommencer.")
	}
	return o, nil
}

// StepsOf queues the steps of one line, in their order.
func StepsOf(b *pg.Batch, id uuid.UUID) *pg.Rows[Step] {
	return pg.Queue[Step](b, `
		SELECT step, kind, on_day, fiscal_year, amount, reference, reason, until_on, undoes
		FROM funding_steps WHERE convention_id = @convention AND line_id = @id ORDER BY step`, pg.Args{"id": id})
}

// Draft is a line as it was entered.
func (l Line) Draft() Draft {
	return Draft{l.FunderID, l.Purpose, l.BeneficiaryID, l.PrivateLaw, l.SiteID, l.Object, l.FirstYear, l.LastYear, l.Programme, l.CommitmentCode,
		l.Territory, l.Deliberation, l.InKind, l.Planned, l.Expected, l.Days, l.Contribution, l.Estimate}
}

// Change replaces what was entered of a line. Its funder, its kind and, once
// something became of it, its years stay.
func Change(ctx context.Context, tx *pg.Tx, by audit.Stamp, id uuid.UUID, version int, d Draft) error {
	o, err := lock(ctx, tx, by, id, version)
	if err != nil {
		return err
	}
	act, err := readAct(ctx, tx)
	if err != nil {
		return err
	}
	d.FunderID, d.InKind = o.FunderID, o.InKind
	bad := d.Problems(act, by.Actor)
	for _, s := range Live(o.Steps) {
		if s.FiscalYear < d.FirstYear || s.FiscalYear > d.LastYear {
			bad.Add("first_year", "Une étape est enregistrée sur un autre exercice\u00a0: elle doit rester dans ceux de la ligne.")
		}
	}
	if len(bad) > 0 {
		return &fault.Error{Kind: fault.Invalid, Message: "La ligne n’a pas changé.", Fields: bad}
	}
	err = unknown(pg.Exec(ctx, tx, `
		UPDATE funding_lines SET funder_id = @funder, purpose = @purpose, beneficiary_id = @beneficiary, private_law = @private_law, site_id = @site,
			object = @object, first_year = @first_year, last_year = @last_year, programme = @programme, commitment_code = @commitment,
			territory = @territory, deliberation = @deliberation, in_kind = @in_kind, planned = @planned, expected = @expected, days = @days,
			contribution = @contribution, estimate = @estimate, version = version + 1
		WHERE convention_id = @convention AND line_id = @id`, d.args(id)))
	if err != nil {
		return err
	}
	before, after := audit.Changes(o.Draft().logged(), d.logged())
	return audit.Record(ctx, tx, audit.Entry{Stamp: by, Action: audit.Changed, ObjectType: audit.Funding, ObjectID: id.String(), ObjectLabel: d.Object, Before: before, After: after})
}

// Record adds what became of a line. version is the one that the person saw; a
// line changed meanwhile is a Conflict.
func Record(ctx context.Context, tx *pg.Tx, by audit.Stamp, id uuid.UUID, version int, s Step) error {
	o, err := lock(ctx, tx, by, id, version)
	if err != nil {
		return err
	}
	act, err := readAct(ctx, tx)
	if err != nil {
		return err
	}
	s.Step, s.Undoes = len(o.Steps)+1, nil
	if bad := s.Problems(o, act, by.Actor); len(bad) > 0 {
		return &fault.Error{Kind: fault.Invalid, Message: "L’étape n’est pas enregistrée.", Fields: bad}
	}
	return add(ctx, tx, by, o, s)
}

// Undo takes back a step that was recorded by mistake, by a contrary one that
// says why.
func Undo(ctx context.Context, tx *pg.Tx, by audit.Stamp, id uuid.UUID, version, step int, reason string) error {
	o, err := lock(ctx, tx, by, id, version)
	if err != nil {
		return err
	}
	live := Live(o.Steps)
	i := slices.IndexFunc(live, func(s Step) bool { return s.Step == step })
	switch {
	case i < 0:
		return fault.OnField(fault.Invalid, "step", "Cette étape a déjà été annulée.")
	case reason == "":
		return fault.OnField(fault.Invalid, "undo_reason", "Indiquez le motif.")
	}
	s := live[i]
	s.Step, s.Undoes, s.OnDay, s.Reference, s.Reason, s.UntilOn = len(o.Steps)+1, &step, by.OnDay, "", reason, nil
	if problem := o.without(s); problem != "" {
		return fault.OnField(fault.Invalid, "step", problem)
	}
	return add(ctx, tx, by, o, s)
}

// without says why the steps of a line do not stand without one of them, "" when
// they do.
func (o Standing) without(undoing Step) string {
	left := Live(append(slices.Clone(o.Steps), undoing))
	if _, message := Unordered(left); message != "" {
		return message + " Annulez d’abord ce qui en dépend."
	}
	for i, s := range left {
		before := o
		before.Steps = left[:i]
		if MayRecord(before, s, access.Actor{Role: access.Mission}) != "" {
			return "Une étape plus récente dépend de celle-ci\u00a0: annulez-la d’abord."
		}
	}
	return ""
}

func add(ctx context.Context, tx *pg.Tx, by audit.Stamp, o Standing, s Step) error {
	b := tx.Batch()
	pg.QueueExec(b, `
		INSERT INTO funding_steps (convention_id, line_id, step, kind, on_day, fiscal_year, amount, reference, reason, until_on, undoes, recorded_on, recorded_by)
		VALUES (@convention, @line, @step, @kind, @on_day, @fiscal_year, @amount, @reference, @reason, @until_on, @undoes, @today, @person)`,
		pg.Args{"line": o.LineID, "step": s.Step, "kind": string(s.Kind), "on_day": s.OnDay, "fiscal_year": s.FiscalYear, "amount": s.Amount,
			"reference": s.Reference, "reason": s.Reason, "until_on": s.UntilOn, "undoes": s.Undoes, "today": by.OnDay, "person": person(by)})
	pg.QueueExec(b, `UPDATE funding_lines SET version = version + 1 WHERE convention_id = @convention AND line_id = @id`, pg.Args{"id": o.LineID})
	if err := b.Send(ctx); err != nil {
		return err
	}
	kind := s.Kind.Label()
	if s.Undoes != nil {
		kind = "Annulation d’une étape\u00a0: " + kind
	}
	after := map[string]any{"étape": kind, "date": s.OnDay.Format(time.DateOnly), "exercice": s.FiscalYear, "état": StateOf(append(slices.Clone(o.Steps), s)).Label()}
	if s.Amount != decimal.Zero && s.Kind.InEuros() {
		after["montant"] = s.Amount.StringFixed(2)
	}
	if s.Reason != "" {
		after["motif"] = s.Reason
	}
	return audit.Record(ctx, tx, audit.Entry{Stamp: by, Action: audit.StateChanged, ObjectType: audit.Funding, ObjectID: o.LineID.String(),
		ObjectLabel: o.Object, Before: map[string]any{"état": StateOf(o.Steps).Label()}, After: after})
}

func person(by audit.Stamp) *uuid.UUID {
	if by.Actor.PersonID == uuid.Nil {
		return nil
	}
	return &by.Actor.PersonID
}
