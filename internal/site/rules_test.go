package site_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"copil/internal/site"
	"copil/internal/testdb"
)

func TestMain(m *testing.M) { testdb.Main(m) }

var day = testdb.Day

// plain has every space plain, to compare sentences.
func plain(s string) string { return strings.ReplaceAll(s, "\u00a0", " ") }

// fields are the names of the fields that something is wrong with.
func fields(bad map[string]string) string { return strings.Join(slices.Sorted(maps.Keys(bad)), " ") }

func TestResolveCommunes(t *testing.T) {
	t.Parallel()
	known := []site.Commune{
		{Commune: "59512", Name: "Roubaix", Department: "59", Arrondissement: "Lille"},
		{Commune: "59650", Name: "Wattrelos", Department: "59", Arrondissement: "Lille"},
		{Commune: "62765", Name: "Saint-Omer", Department: "62", Arrondissement: "Saint-Omer"},
		{Commune: "59291", Name: "Hautmont", Department: "59", Arrondissement: "Avesnes-sur-Helpe"},
		{Commune: "59568", Name: "L’Écluse", Department: "59", Arrondissement: "Douai"},
		{Commune: "59410", Name: "Mons-en-Barœul", Department: "59", Arrondissement: "Lille"},
		{Commune: "59063", Name: "Beaumont", Department: "59", Arrondissement: "Cambrai"},
		{Commune: "62092", Name: "Beaumont", Department: "62", Arrondissement: "Lens"},
	}
	for typed, want := range map[string]struct{ codes, says string }{
		"":                                 {"", ""},
		"Roubaix":                          {"59512", ""},
		"roubaix, WATTRELOS":               {"59512 59650", ""},
		"Wattrelos; Roubaix\r\nHautmont\n": {"59650 59512 59291", ""},
		"59512":                            {"59512", ""},
		"Roubaix (59512)":                  {"59512", ""},
		"Roubaix, 59512, roubaix":          {"59512", ""},
		"St-Omer":                          {"62765", ""},
		"saint omer":                       {"62765", ""},
		"L'Ecluse":                         {"59568", ""},
		"ROUBAIX\nwattrelos\r\n\r\n":       {"59512 59650", ""},
		"59512 59650":                      {"59512 59650", ""},
		"59512\t59650":                     {"59512 59650", ""},
		"Roubaix et Wattrelos":             {"59512 59650", ""},
		"Roubaix – Saint-Omer":             {"59512 62765", ""},
		"- Roubaix\n- Hautmont":            {"59512 59291", ""},
		"Roubaix / Wattrelos, 59291":       {"59512 59650 59291", ""},
		"Mons en Baroeul":                  {"59410", ""},
		"MONS-EN-BARŒUL":                   {"59410", ""},
		"Roubaix et Paris":                 {"", "« Roubaix et Paris » n’est pas une commune des départements 59 et 62."},
		"Rubaix":                           {"", "« Rubaix » n’est pas une commune des départements 59 et 62. Vouliez-vous dire Roubaix (59512) ?"},
		"Paris":                            {"", "« Paris » n’est pas une commune des départements 59 et 62."},
		"75056":                            {"", "Le code Insee 75056 n’est pas celui d’une commune des départements 59 et 62."},
		"Roubaix (75056)":                  {"", "Le code Insee 75056 n’est pas celui d’une commune des départements 59 et 62."},
		"Roubaix, Paris":                   {"", "« Paris » n’est pas une commune des départements 59 et 62."},
		"Beaumont":                         {"", "« Beaumont » : plusieurs communes portent ce nom ; précisez le code Insee (59063, arrondissement de Cambrai et 62092, arrondissement de Lens)."},
		"62092":                            {"62092", ""},
		"(":                                {"", "« ( » n’est pas une commune des départements 59 et 62."},
		", ;\n":                            {"", ""},
		"'; DROP TABLE sites; --":          {"", "« ' » n’est pas une commune des départements 59 et 62."},
	} {
		codes, says := site.ResolveCommunes(known, typed)
		if strings.Join(codes, " ") != want.codes || plain(says) != want.says {
			t.Errorf("%q: %v, %q", typed, codes, plain(says))
		}
	}
	if _, says := site.ResolveCommunes(nil, "Roubaix"); plain(says) != "« Roubaix » n’est pas une commune du territoire de la convention." {
		t.Error(says)
	}
	if _, says := site.ResolveCommunes(known[:1], "62765"); plain(says) != "Le code Insee 62765 n’est pas celui d’une commune du département 59." {
		t.Error(says)
	}
}

// The states follow each other as domain.md 4.1 has it, and no other way.
func TestTransitions(t *testing.T) {
	t.Parallel()
	allowed := "repere>candidat repere>retire candidat>instruit candidat>retire instruit>retenu instruit>ecarte retenu>conventionne " +
		"conventionne>actif actif>suspendu actif>evalue suspendu>actif suspendu>evalue evalue>perennise evalue>clos"
	begun, today := day(2015, time.March, 2), day(2015, time.March, 16)
	for _, from := range site.States {
		if from.Label() == "" {
			t.Errorf("%s has no name", from)
		}
		for _, to := range append(slices.Clone(site.States), "inconnu") {
			change := site.Transition{To: to, SinceOn: begun, Decision: "2015-02", Reason: "Un motif."}
			_, refused := change.Problems(from, begun, today)["state"]
			if may := slices.Contains(strings.Fields(allowed), string(from)+">"+string(to)); may == refused {
				t.Errorf("%s > %s: refused %v", from, to, refused)
			}
		}
	}
}

func TestTransitionProblems(t *testing.T) {
	t.Parallel()
	begun, today := day(2015, time.March, 2), day(2015, time.March, 16)
	for name, c := range map[string]struct {
		from site.State
		to   site.Transition
		want string
	}{
		"as it should be":            {site.Actif, site.Transition{To: site.Suspendu, SinceOn: today, Reason: "Un financeur s’est retiré."}, ""},
		"on the same day":            {site.Repere, site.Transition{To: site.Candidat, SinceOn: begun}, ""},
		"before the present state":   {site.Repere, site.Transition{To: site.Candidat, SinceOn: begun.AddDate(0, 0, -1)}, "since_on"},
		"tomorrow":                   {site.Repere, site.Transition{To: site.Candidat, SinceOn: today.AddDate(0, 0, 1)}, "since_on"},
		"retained without decision":  {site.Instruit, site.Transition{To: site.Retenu, SinceOn: today, Decision: " "}, "decision"},
		"put aside without decision": {site.Instruit, site.Transition{To: site.Ecarte, SinceOn: today}, "decision"},
		"lasting without decision":   {site.Evalue, site.Transition{To: site.Perennise, SinceOn: today}, "decision"},
		"closed without decision":    {site.Evalue, site.Transition{To: site.Clos, SinceOn: today}, "decision"},
		"suspended without reason":   {site.Actif, site.Transition{To: site.Suspendu, SinceOn: today, Reason: " "}, "reason"},
		"withdrawn without reason":   {site.Candidat, site.Transition{To: site.Retire, SinceOn: today}, "reason"},
		"all at once":                {site.Actif, site.Transition{To: site.Retenu, SinceOn: today.AddDate(1, 0, 0)}, "decision since_on state"},
	} {
		if got := fields(c.to.Problems(c.from, begun, today)); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestDraftProblems(t *testing.T) {
	t.Parallel()
	good := site.Draft{Code: "S9", Name: "Wattrelos", Communes: []string{"59650"}, Need: "Apaiser."}
	if bad := good.Problems(); len(bad) > 0 {
		t.Errorf("%v", bad)
	}
	if got := fields(site.Draft{Code: " ", Name: " ", Need: "\n"}.Problems()); got != "code communes name need" {
		t.Error(got)
	}
	if got := fields(site.StructureDraft{Code: " "}.Problems()); got != "code name operator_type" {
		t.Error(got)
	}
}

func TestPostDraftProblems(t *testing.T) {
	t.Parallel()
	today, opened := day(2015, time.March, 16), day(2014, time.March, 3)
	before, after := opened.AddDate(0, 0, -1), opened.AddDate(0, 0, 1)
	good := func(change func(*site.PostDraft)) site.PostDraft {
		d := site.PostDraft{Count: 1, JobType: "CDI", Quotity: decimal.NewFromInt(1), OpenedOn: opened}
		change(&d)
		return d
	}
	for name, c := range map[string]struct {
		change func(*site.PostDraft)
		want   string
	}{
		"as it should be":                {func(*site.PostDraft) {}, ""},
		"all dates on one day":           {func(d *site.PostDraft) { d.FilledOn, d.VacatedOn, d.ClosedOn = &opened, &opened, &opened }, ""},
		"three hundred":                  {func(d *site.PostDraft) { d.Count = 300 }, ""},
		"none":                           {func(d *site.PostDraft) { d.Count = 0 }, "count"},
		"too many":                       {func(d *site.PostDraft) { d.Count = 301 }, "count"},
		"no type":                        {func(d *site.PostDraft) { d.JobType = "" }, "job_type"},
		"no quotity":                     {func(d *site.PostDraft) { d.Quotity = decimal.Zero }, "quotity"},
		"more than a full time":          {func(d *site.PostDraft) { d.Quotity = decimal.RequireFromString("1.01") }, "quotity"},
		"a trace of a time":              {func(d *site.PostDraft) { d.Quotity = decimal.RequireFromString("0.001") }, "quotity"},
		"half a time":                    {func(d *site.PostDraft) { d.Quotity = decimal.RequireFromString("0.5") }, ""},
		"tomorrow":                       {func(d *site.PostDraft) { d.OpenedOn = today.AddDate(0, 0, 1) }, "opened_on"},
		"filled before":                  {func(d *site.PostDraft) { d.FilledOn = &before }, "filled_on"},
		"closed before":                  {func(d *site.PostDraft) { d.ClosedOn = &before }, "closed_on"},
		"consolidated before":            {func(d *site.PostDraft) { d.ConsolidatedOn, d.Consolidation = &before, site.Permanent }, "consolidated_on"},
		"left without being there":       {func(d *site.PostDraft) { d.VacatedOn = &after }, "vacated_on"},
		"left before being there":        {func(d *site.PostDraft) { d.FilledOn, d.VacatedOn = &after, &opened }, "vacated_on"},
		"consolidated nobody knows how":  {func(d *site.PostDraft) { d.ConsolidatedOn = &after }, "consolidation"},
		"consolidated nobody knows when": {func(d *site.PostDraft) { d.Consolidation = site.Internal }, "consolidated_on"},
	} {
		if got := fields(good(c.change).Problems(today)); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	for _, way := range site.Consolidations {
		if way.Label() == "" {
			t.Errorf("%s has no name", way)
		}
	}
}

func TestPostOnADay(t *testing.T) {
	t.Parallel()
	on := func(n int) time.Time { return day(2014, time.March, n) }
	p := site.Post{OpenedOn: on(3), FilledOn: new(on(5)), VacatedOn: new(on(10)), ClosedOn: new(on(20))}
	for n, want := range map[int]struct{ open, filled bool }{
		2: {false, false}, 3: {true, false}, 5: {true, true}, 9: {true, true}, 10: {true, false}, 19: {true, false}, 20: {false, false},
	} {
		if p.Open(on(n)) != want.open || p.Filled(on(n)) != want.filled {
			t.Errorf("%d March: open %v, filled %v", n, p.Open(on(n)), p.Filled(on(n)))
		}
	}
}
