package convention_test

import (
	"bytes"
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/google/uuid"

	"copil/internal/convention"
	"copil/internal/fault"
	"copil/internal/pg"
	"copil/internal/testdb"
)

// create fills a convention with a shipped file, under a slug of the test's own.
func create(t *testing.T, db *testdb.DB, id uuid.UUID, slug string) convention.File {
	t.Helper()
	f := load(t, slug)
	f.Agreement.Slug = "t-" + id.String()
	db.In(t, id, func(tx *pg.Tx) error { return convention.Create(t.Context(), tx, f) })
	return f
}

// A file created and exported is the file again, with another convention beside
// it, and with either wall alone.
func TestCreateAndExport(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	files := map[uuid.UUID]convention.File{
		db.Acme: create(t, db, db.Acme, "mediation-npdc"),
		db.Bolt: create(t, db, db.Bolt, "territoire-b"),
	}
	for name, pool := range map[string]*pg.Pool{"both walls": db.Pool, "first wall alone": db.Twin} {
		for id, f := range files {
			var exported convention.File
			err := pool.InConvention(t.Context(), id, pg.ReadOnly, func(tx *pg.Tx) (err error) {
				exported, err = convention.Export(t.Context(), tx)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(roundTrip(t, f), write(t, exported)) {
				t.Errorf("%s: %s exported differs", name, f.Agreement.ShortName)
			}
			again, err := convention.Read(bytes.NewReader(write(t, exported)), "export")
			if err != nil || !reflect.DeepEqual(again, f) {
				t.Errorf("%s: %s read again differs: %v", name, f.Agreement.ShortName, err)
			}
		}
	}
}

// A convention that has no row yet gets one.
func TestCreateMakesTheRow(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t)
	id := uuid.Must(uuid.NewV7())
	create(t, db, id, "territoire-b")
	var got *pg.Rows[convention.Convention]
	db.Read(t, id, func(b *pg.Batch) { got = convention.Get(b) })
	c, err := got.One()
	if err != nil || c.ConventionID != id || c.ShortName != "Littoral de Brume (fictif)" || c.Act.SupportMission == nil {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestCreateOnce(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	f := create(t, db, db.Acme, "territoire-b")
	for id, field := range map[uuid.UUID]string{db.Acme: "", db.Bolt: "slug"} {
		err := db.InConvention(t.Context(), id, pg.ReadWrite, func(tx *pg.Tx) error { return convention.Create(t.Context(), tx, f) })
		e, ok := errors.AsType[*fault.Error](err)
		if !ok || e.Kind != fault.Conflict {
			t.Fatalf("got %v", err)
		}
		if _, told := e.Fields[field]; field != "" && !told {
			t.Errorf("fields %v, want %q", e.Fields, field)
		}
	}
}

func TestReads(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	create(t, db, db.Acme, "mediation-npdc")
	create(t, db, db.Bolt, "territoire-b")
	day := testdb.Today
	db.In(t, db.Acme, func(tx *pg.Tx) error {
		b := tx.Batch()
		articles, parties, periods, findings := convention.Articles(b), convention.Parties(b), convention.Periods(b), convention.Findings(b)
		all, two := convention.Items(b), convention.Items(b, "sector", "sex")
		ratio, none := convention.IndicatorByCode(b, "A3-10", day), convention.IndicatorByCode(b, "I-1", day)
		early := convention.Measures(b, time.Date(2012, time.December, 31, 0, 0, 0, 0, time.UTC))
		if err := b.Send(t.Context()); err != nil {
			return err
		}
		if len(articles.All) != 9 || articles.All[0].Title != "PREAMBULE" || !articles.All[7].Missing {
			t.Errorf("articles %+v", articles.All)
		}
		if p := parties.All; len(p) != 3 || p[0].PartyCode != "ETAT" || p[0].OrganisationName != "État" || p[0].OrganisationID == uuid.Nil {
			t.Errorf("parties %+v", p)
		}
		if p := periods.All; len(p) != 6 || p[5].PeriodCode != "2015-S2" || p[5].Position != 6 || p[5].Version != 1 || p[5].StateOn(day) != convention.PeriodClosed {
			t.Errorf("periods %+v", p)
		}
		if len(findings.All) != 19 || findings.All[0].FindingCode != "article-7" {
			t.Errorf("findings %+v", findings.All)
		}
		if len(two.All) != 13 || two.All[0].ListCode != "sex" || two.All[3].ItemCode != "EDU" || len(all.All) <= 13 {
			t.Errorf("items %+v", two.All)
		}
		n, err := ratio.One()
		if err != nil || !reflect.DeepEqual(n.Formula.Numerator[0].Rows, []string{"CDI", "TITULAIRE"}) || *n.AxisNo != 3 {
			t.Errorf("%+v, %v", n, err)
		}
		if _, err := none.One(); fault.KindOf(err) != fault.NotFound {
			t.Errorf("another convention's indicator: %v", err)
		}
		if len(early.All) != 0 {
			t.Errorf("before the convention: %+v", early.All)
		}
		return nil
	})
}

// A definition is read in the version of its day.
func TestVersions(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	create(t, db, db.Acme, "mediation-npdc")
	change := time.Date(2015, time.January, 1, 0, 0, 0, 0, time.UTC)
	for _, sql := range []string{
		`INSERT INTO measures SELECT (jsonb_populate_record(m, jsonb_build_object('version', 2, 'valid_from', @day::date, 'label', 'Nouveau'))).*
		 FROM measures m WHERE convention_id = @convention AND measure_code = 'fte'`,
		`INSERT INTO indicator_versions SELECT (jsonb_populate_record(v, jsonb_build_object('version', 2, 'valid_from', @day::date, 'label', 'Nouveau'))).*
		 FROM indicator_versions v WHERE convention_id = @convention AND indicator_code = 'A3-05'`,
	} {
		db.In(t, db.Acme, func(tx *pg.Tx) error { return pg.Exec(t.Context(), tx, sql, pg.Args{"day": change}) })
	}
	for day, want := range map[time.Time]int{change.AddDate(0, 0, -1): 1, change: 2} {
		var measures *pg.Rows[convention.Measure]
		var indicators *pg.Rows[convention.Indicator]
		db.Read(t, db.Acme, func(b *pg.Batch) {
			measures, indicators = convention.Measures(b, day), convention.Indicators(b, day)
		})
		if m := measures.All[1]; m.MeasureCode != "fte" || m.Version != want || (m.Label == "Nouveau") != (want == 2) {
			t.Errorf("on %v: %+v", day, m)
		}
		if n := indicators.All[17]; n.IndicatorCode != "A3-05" || n.Version != want || len(indicators.All) != 35 {
			t.Errorf("on %v: %+v", day, n)
		}
	}
	for period, want := range map[string]int{"2014-S2": 1, "2015-S1": 2} { // that of a period's last day
		var measures *pg.Rows[convention.Measure]
		var indicators *pg.Rows[convention.Indicator]
		db.Read(t, db.Acme, func(b *pg.Batch) {
			measures, indicators = convention.MeasuresOf(b, period), convention.IndicatorsOf(b, period)
		})
		if m, n := measures.All[1], indicators.All[17]; m.MeasureCode != "fte" || m.Version != want || n.IndicatorCode != "A3-05" || n.Version != want {
			t.Errorf("for %s: versions %d of %s and %d of %s", period, m.Version, m.MeasureCode, n.Version, n.IndicatorCode)
		}
	}
}
