package testdb_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/shopspring/decimal"

	"copil/internal/access"
	"copil/internal/attachment"
	"copil/internal/audit"
	"copil/internal/collect"
	"copil/internal/convention"
	"copil/internal/funding"
	"copil/internal/governance"
	"copil/internal/mail"
	"copil/internal/pg"
	"copil/internal/site"
	"copil/internal/testdb"
)

// money is a line with a step, and what pays for a site.
func money(t *testing.T, tx *pg.Tx, a *testdb.Agreement, by audit.Stamp) error {
	line, err := funding.Create(t.Context(), tx, by, funding.Draft{FunderID: a.State, Purpose: funding.ForMission, BeneficiaryID: a.Mission,
		Object: "Mission d’appui", FirstYear: 2015, LastYear: 2015, Planned: decimal.NewFromInt(45000), Expected: funding.Arbitrated})
	if err != nil {
		return err
	}
	if err := funding.Record(t.Context(), tx, by, line, 1, funding.Step{Kind: funding.Request, OnDay: testdb.Today, FiscalYear: 2015}); err != nil {
		return err
	}
	_, err = funding.AddResource(t.Context(), tx, by, funding.Resource{SiteID: a.Sites[0], FunderID: &a.State, Label: "Aides à l’emploi",
		FirmUntil: testdb.Day(2015, 12, 31), Firmness: funding.Notified})
	return err
}

// furnished is a convention with a row in every table.
func furnished(t *testing.T, db *testdb.DB) *testdb.Agreement {
	t.Helper()
	a := db.Agreement(t)
	db.Meeting(t, a, governance.Approved)
	mission := testdb.By(a.Actors[access.Mission])
	db.In(t, a.ID, func(tx *pg.Tx) error {
		err := site.AddPosts(t.Context(), tx, mission, site.PostDraft{Count: 2, OrganisationID: a.Structures[0], SiteID: &a.Sites[0], JobType: "CDI",
			Quotity: decimal.NewFromInt(1), OpenedOn: testdb.Day(2014, 3, 3)})
		if err != nil {
			return err
		}
		// One that was entered by mistake, where no figures count it.
		if err := site.AddPosts(t.Context(), tx, mission, site.PostDraft{Count: 1, OrganisationID: a.Structures[0], JobType: "CDI",
			Quotity: decimal.NewFromInt(1), OpenedOn: testdb.Day(2015, 3, 3)}); err != nil {
			return err
		}
		// Figures of a period, and of the one before while it was collected.
		for period, day := range map[string]time.Time{testdb.ValidatedPeriod: testdb.Day(2014, 8, 1), testdb.OpenPeriod: testdb.Today} {
			if err := figures(t, tx, a, period, day); err != nil {
				return err
			}
		}
		return campaign(t, tx, a)
	})
	post := uuid.MustParse(db.Texts(t, `SELECT post_id::text FROM posts WHERE convention_id = $1 AND reference = 'A1-001'`, a.ID)[0])
	db.In(t, a.ID, func(tx *pg.Tx) error {
		if err := site.MovePost(t.Context(), tx, mission, post, nil, testdb.Day(2014, 9, 1)); err != nil {
			return err
		}
		taken := uuid.MustParse(db.Texts(t, `SELECT post_id::text FROM posts WHERE convention_id = $1 AND reference = 'A1-003'`, a.ID)[0])
		if err := site.WithdrawPost(t.Context(), tx, mission, taken, 1, "Saisi deux fois."); err != nil {
			return err
		}
		if _, err := collect.KeepUpload(t.Context(), tx, mission, testdb.OpenPeriod, sent(t, "Code structure\r\n")); err != nil {
			return err
		}
		paper := attachment.Object{Type: audit.Site, ID: a.Sites[0].String()}
		if _, err := attachment.Add(t.Context(), tx, mission, paper, "accord local.pdf", []byte("%PDF-1.7")); err != nil {
			return err
		}
		said := convention.ClauseChange{Commitment: "ETAT-2", Party: "ETAT", Year: 2014, To: convention.Underway, Body: "Suivi des sites."}
		if err := convention.ChangeClause(t.Context(), tx, testdb.By(a.Actors[access.Signatory]), 0, said); err != nil {
			return err
		}
		if err := money(t, tx, a, mission); err != nil {
			return err
		}
		noted := governance.NoteDraft{Body: "Vu.", Number: "2015-01"}
		if err := governance.NoteFinding(t.Context(), tx, mission, "annexe", noted); err != nil {
			return err
		}
		half := decimal.NewFromInt(50)
		err := funding.Pool(t.Context(), tx, mission, post, 0, funding.Pooling{SinceOn: testdb.Day(2014, 9, 1), Payers: []funding.Payer{
			{OrganisationID: a.State, Name: "État", Hours: half, Euros: half}, {OrganisationID: a.Structures[1], Name: "Rivages", Hours: half, Euros: half},
		}})
		if err != nil {
			return err
		}
		err = mail.Queue(t.Context(), tx, mission, mail.Draft{Kind: mail.Notice, To: a.Other.PersonID, Subject: "Avis"})
		if err != nil {
			return err
		}
		return pg.Exec(t.Context(), tx, `
			INSERT INTO form_keys (convention_id, form_key, content, person_id, claimed_at) VALUES (@convention, @key, '\\x00', @person, @at)`,
			pg.Args{"key": uuid.New(), "person": mission.Actor.PersonID, "at": mission.At})
	})
	return a
}

// figures are entered by a structure and validated by a signatory.
func figures(t *testing.T, tx *pg.Tx, a *testdb.Agreement, period string, day time.Time) error {
	by, checker := testdb.By(a.Actors[access.Structure]), testdb.By(a.Actors[access.Signatory])
	by.OnDay, checker.OnDay = day, day
	id, err := collect.Begin(t.Context(), tx, by, a.Structures[0], &a.Sites[0], period)
	if err != nil {
		return err
	}
	b := tx.Batch()
	measures := collect.MeasuresOf(b, id)
	if err := b.Send(t.Context()); err != nil {
		return err
	}
	var cells []collect.Cell
	for _, m := range collect.Asked(measures.All, "structure") {
		switch {
		case m.Source == convention.Typed && m.RowList == nil:
			cells = append(cells, collect.Cell{MeasureCode: m.MeasureCode, State: collect.Number, Number: new(decimal.NewFromInt(0)), Comment: "Rien à signaler."})
		case m.Source == convention.Typed:
			cells = append(cells, collect.Cell{MeasureCode: m.MeasureCode, State: collect.Missing})
		}
	}
	if err := collect.Save(t.Context(), tx, by, id, 1, cells, ""); err != nil {
		return err
	}
	for version, do := range []func(int) error{
		2: func(v int) error { return collect.Submit(t.Context(), tx, by, id, v) },
		3: func(v int) error {
			return collect.Return(t.Context(), tx, checker, id, v, "", map[string]string{"entries": "Vérifiez les entrées."})
		},
		4: func(v int) error { return collect.Submit(t.Context(), tx, by, id, v) },
		5: func(v int) error { return collect.Validate(t.Context(), tx, checker, id, v) },
		6: func(v int) error {
			correction, err := correct(t, tx, a, id, v)
			if err != nil {
				return err
			}
			return collect.AcceptCorrection(t.Context(), tx, checker, correction, 1)
		},
		7: func(v int) error {
			_, err := correct(t, tx, a, id, v) // it waits
			return err
		},
	} {
		if do == nil {
			continue
		}
		if err := do(version); err != nil {
			return err
		}
	}
	return nil
}

// correct proposes another number of entries for each version.
func correct(t *testing.T, tx *pg.Tx, a *testdb.Agreement, id uuid.UUID, version int) (uuid.UUID, error) {
	corrected := []collect.Cell{{MeasureCode: "entries", State: collect.Number, Number: new(decimal.NewFromInt(int64(version)))}}
	return collect.ProposeCorrection(t.Context(), tx, testdb.By(a.Actors[access.Mission]), id, version, "Une entrée oubliée.", corrected)
}

// campaign asks for figures that nobody enters, and reminds of them.
func campaign(t *testing.T, tx *pg.Tx, a *testdb.Agreement) error {
	by := testdb.By(a.Actors[access.Mission])
	id, err := collect.Begin(t.Context(), tx, by, a.Structures[1], &a.Sites[0], testdb.OpenPeriod)
	if err != nil {
		return err
	}
	_, err = collect.RemindNow(t.Context(), tx, by, []uuid.UUID{id})
	return err
}

// prober is a session of the server's role within a convention.
type prober struct {
	t    *testing.T
	tx   pgx.Tx
	ours uuid.UUID
}

// changes runs a statement that must change nothing, and returns what is wrong.
// Only the refusals named are one: anything else would prove nothing.
func (p prober) changes(what, sql string, args ...any) {
	p.t.Helper()
	sub, err := p.tx.Begin(p.t.Context())
	if err != nil {
		p.t.Fatal(err)
	}
	tag, err := sub.Exec(p.t.Context(), sql, args...)
	if failed, ok := err.(*pgconn.PgError); ok { //nolint:errorlint // pgx returns it as it is
		if !slices.Contains([]string{"42501", "23503"}, failed.Code) { // insufficient privilege or policy; foreign key
			p.t.Errorf("%s: %v", what, err)
		}
	} else if err != nil || tag.RowsAffected() > 0 {
		p.t.Errorf("%s: %d rows, %v", what, tag.RowsAffected(), err)
	}
	if err := sub.Rollback(p.t.Context()); err != nil {
		p.t.Fatal(err)
	}
}

// TestProbes tries, as the server's role, to see and to change another
// convention's rows, in every table that the catalogue knows.
func TestProbes(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t)
	ours, theirs := furnished(t, db), furnished(t, db)
	config := db.Owner.Config().ConnConfig
	conn, err := pgx.Connect(t.Context(), testdb.As(config.ConnString(), "copil_app", config.Database))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	tables := db.Texts(t, `
		SELECT table_name::text FROM information_schema.columns
		WHERE table_schema = 'public' AND column_name = 'convention_id' ORDER BY 1`)

	for _, table := range tables { // outside a convention, nothing answers
		if _, err := conn.Exec(t.Context(), "SELECT FROM "+table); err == nil {
			t.Errorf("%s answers outside a convention", table)
		}
	}
	tx, err := conn.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(t.Context(), "SET LOCAL copil.convention_id = '"+ours.ID.String()+"'"); err != nil {
		t.Fatal(err)
	}
	p := prober{t, tx, ours.ID}
	for _, table := range tables {
		for _, a := range []*testdb.Agreement{ours, theirs} {
			if len(db.Texts(t, `SELECT 'a row' FROM `+table+` WHERE convention_id = $1 LIMIT 1`, a.ID)) == 0 {
				t.Fatalf("%s: no row to probe; furnished makes one", table)
			}
		}
		p.changes(table+" select", `SELECT 1 FROM `+table+` WHERE convention_id = $1`, theirs.ID)
		p.changes(table+" select, not ours", `SELECT 1 FROM `+table+` WHERE convention_id <> $1`, ours.ID)
		p.changes(table+" update", `UPDATE `+table+` SET convention_id = convention_id WHERE convention_id = $1`, theirs.ID)
		p.changes(table+" delete", `DELETE FROM `+table+` WHERE convention_id = $1`, theirs.ID)
		p.changes(table+" move", `UPDATE `+table+` SET convention_id = $1 WHERE convention_id = $2`, theirs.ID, ours.ID)
		row := db.Texts(t, `SELECT to_jsonb(r)::text FROM `+table+` r WHERE convention_id = $1 LIMIT 1`, theirs.ID)[0]
		p.changes(table+" insert", `INSERT INTO `+table+` SELECT * FROM jsonb_populate_record(NULL::`+table+`, $1)`, row)
		p.changes(table+" truncate", `TRUNCATE `+table+` CASCADE`)
		p.changes(table+" alter", `ALTER TABLE `+table+` DISABLE ROW LEVEL SECURITY`)
	}
	p.links(db, theirs.ID)
	if err := tx.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// links points each foreign key that holds an identifier at another convention's row.
func (p prober) links(db *testdb.DB, theirs uuid.UUID) {
	p.t.Helper()
	keys := db.Texts(p.t, `
		SELECT f.conrelid::regclass || ' ' || f.confrelid::regclass || ' ' || a.attname || ' ' || b.attname
		FROM pg_constraint f
		JOIN pg_attribute c ON c.attrelid = f.confrelid AND c.attname = 'convention_id'
		CROSS JOIN unnest(f.conkey, f.confkey) AS k (one, other)
		JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = k.one
		JOIN pg_attribute b ON b.attrelid = f.confrelid AND b.attnum = k.other
		WHERE f.contype = 'f' AND a.attname <> 'convention_id' AND a.atttypid = 'uuid'::regtype ORDER BY 1`)
	if len(keys) < 15 {
		p.t.Errorf("only %d foreign keys to probe", len(keys))
	}
	for _, key := range keys {
		var table, other, column, target string
		if _, err := fmt.Sscan(key, &table, &other, &column, &target); err != nil {
			p.t.Fatal(err)
		}
		id := db.Texts(p.t, `SELECT `+target+`::text FROM `+other+` WHERE convention_id = $1 LIMIT 1`, theirs)[0]
		p.changes(strings.Join([]string{table, column, "to", other}, " "), `
			UPDATE `+table+` SET `+column+` = $1 WHERE ctid = (SELECT ctid FROM `+table+` WHERE convention_id = $2 LIMIT 1)`, id, p.ours)
	}
}
