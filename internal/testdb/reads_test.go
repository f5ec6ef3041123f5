package testdb_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/account"
	"copil/internal/attachment"
	"copil/internal/audit"
	"copil/internal/collect"
	"copil/internal/convention"
	"copil/internal/funding"
	"copil/internal/governance"
	"copil/internal/indicator"
	"copil/internal/mail"
	"copil/internal/pg"
	"copil/internal/site"
	"copil/internal/testdb"
)

// named are the objects that a read can ask for.
type named struct{ site, structure, post, submission, waiting, member, upload, person, paper, line, meeting, decision, pooled uuid.UUID }

// paperOf is the object that the paper belongs to.
func paperOf(n named) attachment.Object {
	return attachment.Object{Type: audit.Site, ID: n.site.String()}
}

// read queues one read; byID says that it asks for one of the named objects, so
// that another convention's gives nothing at all.
type read struct {
	byID  bool
	queue func(*pg.Batch, named) any
}

func all[T any](queue func(*pg.Batch) *pg.Rows[T]) read {
	return read{false, func(b *pg.Batch, _ named) any { return queue(b) }}
}

// reads are all that pages read of a convention, by the function's name. The
// reads of report are made of these.
var reads = map[string]read{
	"account.Members":   all(account.Members),
	"account.Offices":   all(account.Offices),
	"account.GetMember": {true, func(b *pg.Batch, n named) any { return account.GetMember(b, n.member) }},
	"mail.List":         all(mail.List),
	"mail.Count":        all(mail.Count),
	"audit.Measure":     all(func(b *pg.Batch) *pg.Rows[audit.Extent] { return audit.Measure(b, audit.Filter{}) }),
	"attachment.List":   {true, func(b *pg.Batch, n named) any { return attachment.List(b, paperOf(n)) }},
	"attachment.Get":    {true, func(b *pg.Batch, n named) any { return attachment.Get(b, paperOf(n), n.paper) }},
	"audit.List":        all(func(b *pg.Batch) *pg.Rows[audit.Line] { return audit.List(b, audit.Filter{}) }),

	"convention.Get": all(convention.Get), "convention.Articles": all(convention.Articles), "convention.Footnotes": all(convention.Footnotes),
	"convention.Parties": all(convention.Parties), "convention.Axes": all(convention.Axes), "convention.Stakes": all(convention.Stakes),
	"convention.Objectives": all(convention.Objectives), "convention.Commitments": all(convention.Commitments),
	"convention.KeyFigures": all(convention.KeyFigures), "convention.Bodies": all(convention.Bodies), "convention.Findings": all(convention.Findings),
	"convention.Rules": all(convention.Rules), "convention.Periods": all(convention.Periods), "convention.Lists": all(convention.Lists),
	"convention.Items":        all(func(b *pg.Batch) *pg.Rows[convention.Item] { return convention.Items(b) }),
	"convention.Measures":     all(func(b *pg.Batch) *pg.Rows[convention.Measure] { return convention.Measures(b, testdb.Today) }),
	"convention.Indicators":   all(func(b *pg.Batch) *pg.Rows[convention.Indicator] { return convention.Indicators(b, testdb.Today) }),
	"convention.MeasuresOf":   all(func(b *pg.Batch) *pg.Rows[convention.Measure] { return convention.MeasuresOf(b, testdb.OpenPeriod) }),
	"convention.IndicatorsOf": all(func(b *pg.Batch) *pg.Rows[convention.Indicator] { return convention.IndicatorsOf(b, testdb.OpenPeriod) }),
	"convention.IndicatorByCode": all(func(b *pg.Batch) *pg.Rows[convention.Indicator] {
		return convention.IndicatorByCode(b, "A3-03", testdb.Today)
	}),

	"convention.ClauseSteps": all(func(b *pg.Batch) *pg.Rows[convention.ClauseStep] { return convention.ClauseSteps(b, "") }),

	"site.List":         all(func(b *pg.Batch) *pg.Rows[site.Listed] { return site.List(b, testdb.Today) }),
	"site.CountStates":  all(site.CountStates),
	"site.Structures":   all(site.Structures),
	"site.Carriers":     all(site.Carriers),
	"site.Marks":        all(site.Marks),
	"site.ZoningKinds":  all(site.ZoningKinds),
	"site.CountedIn":    {true, func(b *pg.Batch, n named) any { return site.CountedIn(b, n.post) }},
	"site.Get":          {true, func(b *pg.Batch, n named) any { return site.Get(b, n.site, testdb.Today) }},
	"site.CommunesOf":   {true, func(b *pg.Batch, n named) any { return site.CommunesOf(b, n.site) }},
	"site.SectorsOf":    {true, func(b *pg.Batch, n named) any { return site.SectorsOf(b, n.site) }},
	"site.ZoningsOf":    {true, func(b *pg.Batch, n named) any { return site.ZoningsOf(b, n.site) }},
	"site.History":      {true, func(b *pg.Batch, n named) any { return site.History(b, n.site) }},
	"site.GetStructure": {true, func(b *pg.Batch, n named) any { return site.GetStructure(b, n.structure) }},
	"site.Links":        {true, func(b *pg.Batch, n named) any { return site.Links(b, &n.site, &n.structure) }},
	"site.GetPost":      {true, func(b *pg.Batch, n named) any { return site.GetPost(b, n.post) }},
	"site.ListPosts": {true, func(b *pg.Batch, n named) any {
		return site.ListPosts(b, site.PostFilter{OrganisationID: &n.structure})
	}},
	"site.QueueCounts": {true, func(b *pg.Batch, n named) any {
		return site.QueueCounts(b, `
			SELECT organisation_id, NULL::uuid AS site_id, @day::date AS day FROM organisations
			WHERE convention_id = @convention AND organisation_id = @id`, pg.Args{"id": n.structure, "day": testdb.Today})
	}},

	"site.QueueCountsOf": {true, func(b *pg.Batch, n named) any {
		return site.QueueCountsOf(b, `
			SELECT organisation_id AS id, organisation_id, NULL::uuid AS site_id, @day::date AS day FROM organisations
			WHERE convention_id = @convention AND organisation_id = @id`, pg.Args{"id": n.structure, "day": testdb.Today})
	}},

	"collect.List":       {true, func(b *pg.Batch, n named) any { return collect.List(b, collect.Filter{OrganisationID: &n.structure}) }},
	"collect.Sums":       {true, func(b *pg.Batch, n named) any { return collect.Sums(b, collect.Filter{SiteID: &n.site}) }},
	"collect.Get":        {true, func(b *pg.Batch, n named) any { return collect.Get(b, n.submission) }},
	"collect.Cells":      {true, func(b *pg.Batch, n named) any { return collect.Cells(b, n.submission) }},
	"collect.Previous":   {true, func(b *pg.Batch, n named) any { return collect.Previous(b, n.submission) }},
	"collect.Earlier":    {true, func(b *pg.Batch, n named) any { return collect.Earlier(b, n.submission) }},
	"collect.ZoningsOf":  {true, func(b *pg.Batch, n named) any { return collect.ZoningsOf(b, n.submission) }},
	"collect.SizeOf":     {true, func(b *pg.Batch, n named) any { return collect.SizeOf(b, n.submission) }},
	"collect.PostsNow":   {true, func(b *pg.Batch, n named) any { return collect.PostsNow(b, n.submission) }},
	"collect.MeasuresOf": {true, func(b *pg.Batch, n named) any { return collect.MeasuresOf(b, n.submission) }},

	"collect.Overview": {true, func(b *pg.Batch, n named) any {
		return collect.Overview(b, collect.Filter{OrganisationID: &n.structure})
	}},
	"collect.Tallies": {true, func(b *pg.Batch, n named) any {
		return collect.Tallies(b, collect.Filter{PeriodCode: testdb.OpenPeriod, OrganisationID: &n.structure})
	}},
	"collect.WhoOwes":           all(func(b *pg.Batch) *pg.Rows[collect.Owed] { return collect.WhoOwes(b, testdb.OpenPeriod) }),
	"collect.Remarks":           {true, func(b *pg.Batch, n named) any { return collect.Remarks(b, n.submission) }},
	"collect.History":           {true, func(b *pg.Batch, n named) any { return collect.History(b, n.submission, "") }},
	"collect.ValidatedSums":     all(func(b *pg.Batch) *pg.Rows[collect.ValidatedSum] { return collect.ValidatedSums(b, testdb.OpenPeriod) }),
	"collect.CorrectedMeasures": {true, func(b *pg.Batch, n named) any { return collect.CorrectedMeasures(b, n.submission) }},
	"collect.Corrections": {true, func(b *pg.Batch, n named) any {
		return collect.Corrections(b, collect.CorrectionFilter{SubmissionID: &n.submission})
	}},
	"collect.Reminders": {true, func(b *pg.Batch, n named) any {
		return collect.Reminders(b, testdb.Today, []uuid.UUID{n.waiting})
	}},
	"collect.Concerned": {true, func(b *pg.Batch, n named) any { return collect.Concerned(b, testdb.Today, n.submission) }},
	"collect.DueReminders": all(func(b *pg.Batch) *pg.Rows[collect.DueReminder] {
		return collect.DueReminders(b, testdb.Day(2015, 4, 29))
	}),

	"collect.Waiting": {true, func(b *pg.Batch, n named) any {
		return collect.Waiting(b, testdb.OpenPeriod, n.person)
	}},
	"site.PostsOf": {true, func(b *pg.Batch, n named) any {
		return site.PostsOf(b, `SELECT @structure::uuid`, pg.Args{"structure": n.structure})
	}},
	"site.PlacesOf": {true, func(b *pg.Batch, n named) any {
		return site.PlacesOf(b, `SELECT @structure::uuid`, pg.Args{"structure": n.structure})
	}},
	"site.TakenOf": {true, func(b *pg.Batch, n named) any {
		return site.TakenOf(b, `SELECT @structure::uuid`, pg.Args{"structure": n.structure})
	}},
	"collect.GetUpload": {true, func(b *pg.Batch, n named) any { return collect.GetUpload(b, n.upload, n.person) }},

	"funding.Lines":            all(funding.Lines),
	"funding.AllSteps":         all(funding.AllSteps),
	"funding.Partners":         all(funding.Partners),
	"funding.Resources":        all(funding.Resources),
	"funding.SitePosts":        all(func(b *pg.Batch) *pg.Rows[funding.Staffed] { return funding.SitePosts(b, testdb.Today) }),
	"funding.GetLine":          {true, func(b *pg.Batch, n named) any { return funding.GetLine(b, n.line) }},
	"funding.StepsOf":          {true, func(b *pg.Batch, n named) any { return funding.StepsOf(b, n.line) }},
	"governance.Meetings":      all(governance.Meetings),
	"governance.Decisions":     all(governance.Decisions),
	"governance.Notes":         all(governance.Notes),
	"governance.Decided":       all(func(b *pg.Batch) *pg.Rows[governance.Decision] { return governance.Decided(b, "2015-01") }),
	"governance.GetMeeting":    {true, func(b *pg.Batch, n named) any { return governance.GetMeeting(b, n.meeting) }},
	"governance.Steps":         {true, func(b *pg.Batch, n named) any { return governance.Steps(b, n.meeting) }},
	"governance.Agenda":        {true, func(b *pg.Batch, n named) any { return governance.Agenda(b, n.meeting) }},
	"governance.Attendances":   {true, func(b *pg.Batch, n named) any { return governance.Attendances(b, n.meeting) }},
	"governance.Approvals":     {true, func(b *pg.Batch, n named) any { return governance.Approvals(b, n.meeting) }},
	"governance.GetDecision":   {true, func(b *pg.Batch, n named) any { return governance.GetDecision(b, n.decision) }},
	"governance.DecisionSteps": {true, func(b *pg.Batch, n named) any { return governance.DecisionSteps(b, n.decision) }},

	"funding.PooledPosts":   {true, func(b *pg.Batch, n named) any { return funding.PooledPosts(b, &n.structure) }},
	"funding.GetPooledPost": {true, func(b *pg.Batch, n named) any { return funding.GetPooledPost(b, n.post) }},
	"funding.Poolings":      {true, func(b *pg.Batch, n named) any { return funding.Poolings(b, &n.pooled) }},
	"funding.PoolPayers":    {true, func(b *pg.Batch, n named) any { return funding.PoolPayers(b, &n.pooled) }},
	"funding.PoolEmployers": {true, func(b *pg.Batch, n named) any { return funding.PoolEmployers(b, &n.pooled) }},

	"indicator.Expectations": all(indicator.Expectations),
	"indicator.Facts": all(func(b *pg.Batch) *pg.Rows[indicator.Fact] {
		return indicator.Facts(b, nil, indicator.Breakdown{Rows: true, Columns: true})
	}),
	"indicator.HeadlineFacts":  all(func(b *pg.Batch) *pg.Rows[indicator.Fact] { return indicator.HeadlineFacts(b, indicator.Breakdown{}) }),
	"indicator.DashboardFacts": all(indicator.DashboardFacts),
}

var anID = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

// TestReads runs every read beside another convention with the same rows, with
// both walls and with the first one alone: nothing of the other one comes.
func TestReads(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t)
	ours, theirs := furnished(t, db), furnished(t, db)
	ourThings, theirThings := things(t, db, ours), things(t, db, theirs)
	foreign := identifiers(t, db, theirs)
	for wall, pool := range map[string]*pg.Pool{"both walls": db.Pool, "first wall alone": db.Twin} {
		for name, r := range reads {
			own := run(t, pool, ours.ID, r, ourThings)
			if string(own) == "null" {
				t.Errorf("%s: finds nothing of one's own: nothing is proved", name)
			}
			other := run(t, pool, ours.ID, r, theirThings)
			if r.byID && string(other) != "null" {
				t.Errorf("%s, %s: finds another convention's %s", name, wall, other)
			}
			for _, id := range anID.FindAllString(string(own)+string(other), -1) {
				if foreign[id] {
					t.Errorf("%s, %s: shows %s of another convention", name, wall, id)
				}
			}
		}
	}
}

func run(t *testing.T, pool *pg.Pool, convention uuid.UUID, r read, n named) []byte {
	t.Helper()
	var found []byte
	err := pool.InConvention(t.Context(), convention, pg.ReadOnly, func(tx *pg.Tx) (err error) {
		b := tx.Batch()
		rows := r.queue(b, n)
		if err := b.Send(t.Context()); err != nil {
			return err
		}
		list := reflect.ValueOf(rows).Elem().FieldByName("All")
		if list.Len() == 0 {
			found = []byte("null")
			return nil
		}
		found, err = json.Marshal(list.Interface())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func things(t *testing.T, db *testdb.DB, a *testdb.Agreement) named {
	t.Helper()
	one := func(sql string) uuid.UUID { return uuid.MustParse(db.Texts(t, sql, a.ID)[0]) }
	var upload uuid.UUID
	sender := a.Actors[access.Structure]
	db.In(t, a.ID, func(tx *pg.Tx) (err error) {
		upload, err = collect.KeepUpload(t.Context(), tx, testdb.By(sender), testdb.OpenPeriod, sent(t, "Code structure;Code site\r\n"))
		return err
	})
	return named{
		a.Sites[0], a.Structures[0], one(`SELECT post_id::text FROM posts WHERE convention_id = $1 AND withdrawn_on IS NULL`),
		one(`SELECT submission_id::text FROM submissions WHERE convention_id = $1 AND state = 'validee' ORDER BY period_code DESC`),
		one(`SELECT submission_id::text FROM submissions WHERE convention_id = $1 AND state = 'a_saisir'`),
		a.Actors[access.Mission].MemberID, upload, sender.PersonID,
		one(`SELECT attachment_id::text FROM attachments WHERE convention_id = $1 AND object_type = 'site'`),
		one(`SELECT line_id::text FROM funding_lines WHERE convention_id = $1`),
		one(`SELECT meeting_id::text FROM meetings WHERE convention_id = $1`), one(`SELECT decision_id::text FROM decisions WHERE convention_id = $1`),
		one(`SELECT post_id::text FROM poolings WHERE convention_id = $1`),
	}
}

// identifiers are all that a convention's rows hold, the convention's own included.
func identifiers(t *testing.T, db *testdb.DB, a *testdb.Agreement) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	for _, table := range db.Texts(t, `SELECT table_name::text FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'convention_id'`) {
		for _, row := range db.Texts(t, `SELECT to_jsonb(r)::text FROM `+table+` r WHERE convention_id = $1`, a.ID) {
			for _, id := range anID.FindAllString(row, -1) {
				found[id] = true
			}
		}
	}
	if len(found) < 30 {
		t.Fatalf("only %d identifiers to look for", len(found))
	}
	return found
}

// TestEveryReadIsTried keeps the list above complete.
func TestEveryReadIsTried(t *testing.T) {
	t.Parallel()
	for _, room := range []string{"account", "attachment", "audit", "mail", "convention", "site", "collect", "indicator", "governance", "funding"} {
		files, err := fs.Glob(os.DirFS("../"+room), "*.go") // a room that is not built yet has none
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), "../"+room+"/"+name, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range file.Decls {
				if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.IsExported() && queues(f) && reads[room+"."+f.Name.Name].queue == nil {
					t.Errorf("%s.%s has no line in the reads of reads_test.go", room, f.Name.Name)
				}
			}
		}
	}
}

// queues reports whether a function's first argument is a *pg.Batch and its one
// result *pg.Rows.
func queues(f *ast.FuncDecl) bool {
	return f.Type.Results != nil && len(f.Type.Results.List) == 1 && len(f.Type.Params.List) > 0 &&
		points(f.Type.Params.List[0].Type, "Batch") && points(f.Type.Results.List[0].Type, "Rows")
}

// points reports whether an expression is *pg.name or *pg.name[…].
func points(e ast.Expr, name string) bool {
	star, ok := e.(*ast.StarExpr)
	if !ok {
		return false
	}
	if generic, ok := star.X.(*ast.IndexExpr); ok {
		star = &ast.StarExpr{X: generic.X}
	}
	s, ok := star.X.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	from, ok := s.X.(*ast.Ident)
	return ok && from.Name == "pg" && s.Sel.Name == name
}

// sent is a file that was read.
func sent(t *testing.T, text string) collect.Sent {
	t.Helper()
	s, err := collect.ReadSent("saisie.csv", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}
