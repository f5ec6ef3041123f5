package report_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"copil/internal/collect"
	"copil/internal/indicator"
	"copil/internal/pg"
	"copil/internal/report"
	"copil/internal/site"
	"copil/internal/testdb"
)

func TestScratch(t *testing.T) {
	db := testdb.Open(t)
	build(t, "territoire-b", "2014", testdb.Today)
	id := uuid.MustParse(db.Texts(t, `SELECT convention_id::text FROM conventions WHERE slug = $1`, "mediation-npdc-"+suffix)[0])
	for name, q := range map[string]func(*pg.Batch){
		"facts": func(b *pg.Batch) { indicator.Facts(b, nil, indicator.Breakdown{}) },
		"cells": func(b *pg.Batch) { indicator.Facts(b, nil, indicator.Breakdown{Rows: true, Columns: true}) },
		"dash": func(b *pg.Batch) { indicator.DashboardFacts(b) },
		"list": func(b *pg.Batch) { collect.List(b, collect.Filter{PeriodCode: "2014-S2"}) },
		"expect": func(b *pg.Batch) { indicator.Expectations(b) },
		"states": func(b *pg.Batch) { site.CountStates(b) },
		"sites": func(b *pg.Batch) { site.List(b, testdb.Today) },
		"links": func(b *pg.Batch) { site.Links(b, nil, nil) },
		"regional": func(b *pg.Batch) { report.Regional(b) },
		"remarks": func(b *pg.Batch) { report.Remarks(b, "2014-S2") },
	} {
		start := time.Now()
		db.Read(t, id, q)
		t.Log(name, time.Since(start))
	}
}
