package collect

import (
	"context"

	"github.com/google/uuid"

	"copil/internal/audit"
	"copil/internal/fault"
	"copil/internal/pg"
	"copil/internal/site"
)

// saveAll is Save for all submissions that an import changes, in a few statements
// however many they are. Their forms were read, and the import judged, in this
// transaction; what somebody else changed before the lock is a Conflict.
func saveAll(ctx context.Context, tx *pg.Tx, by audit.Stamp, changed []ImportEntry) error {
	if len(changed) == 0 {
		return nil
	}
	ids := make([]uuid.UUID, len(changed))
	for i, e := range changed {
		ids[i] = e.Form.Submission.SubmissionID
	}
	b := tx.Batch()
	locked := pg.Queue[versionOf](b, `
		SELECT submission_id, version FROM submissions WHERE convention_id = @convention AND submission_id = ANY (@ids)
		ORDER BY submission_id FOR UPDATE`, pg.Args{"ids": ids})
	counts := site.QueueCountsOf(b, `
		SELECT s.submission_id AS id, s.organisation_id, s.site_id, p.ends_on AS day
		FROM submissions s JOIN periods p ON p.convention_id = @convention AND p.period_code = s.period_code
		WHERE s.convention_id = @convention AND s.submission_id = ANY (@ids)`, pg.Args{"ids": ids})
	if err := b.Send(ctx); err != nil {
		return err
	}
	cells, entries, err := savings(by, changed, locked.All, counts.All)
	if err != nil {
		return err
	}
	if err := writeAll(ctx, tx, by, changed[0].Form.Case.Period, cells, ""); err != nil {
		return err
	}
	err = pg.Exec(ctx, tx, `
		UPDATE submissions SET state = CASE WHEN state = 'a_corriger' THEN state ELSE 'brouillon' END, version = version + 1
		WHERE convention_id = @convention AND submission_id = ANY (@ids)`, pg.Args{"ids": ids})
	if err != nil {
		return err
	}
	return audit.Record(ctx, tx, entries...)
}

type versionOf struct {
	SubmissionID uuid.UUID
	Version      int
}

// savings are the cells to store, those counted from posts included, and what the
// log is to tell.
func savings(by audit.Stamp, changed []ImportEntry, locked []versionOf, counts []site.CountsOf) (cells []cellOf, entries []audit.Entry, err error) {
	versions, posts := map[uuid.UUID]int{}, map[uuid.UUID]site.Counts{}
	for _, v := range locked {
		versions[v.SubmissionID] = v.Version
	}
	for _, n := range counts {
		posts[n.ID] = n.Counts
	}
	for _, e := range changed {
		c := e.Form.Case
		s := loaded{Submission: e.Form.Submission, period: c.Period, measures: c.Measures, items: c.Items, cells: c.Now}
		if versions[s.SubmissionID] != s.Version {
			return nil, nil, fault.New(fault.Conflict, "La saisie de %s a été modifiée entre-temps\u00a0: rien n’a été importé. Relisez la comparaison ci-dessous, puis confirmez.", s.Organisation)
		}
		given, err := s.storable(e.Cells, posts[s.SubmissionID])
		if err != nil {
			return nil, nil, err
		}
		for _, cell := range given {
			cells = append(cells, cellOf{s.SubmissionID, cell})
		}
		told := entry(by, audit.Changed, s.Submission)
		told.After = given
		entries = append(entries, told)
	}
	return cells, entries, nil
}
