package testdb_test

import (
	"context"
	_ "embed"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"copil/internal/pg"
	"copil/internal/testdb"
)

func TestMain(m *testing.M) { testdb.Main(m) }

//go:embed testdata/catalogue.sql
var catalogue string

type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// holes reads what the catalogue says is wrong with the walls.
func holes(t *testing.T, q querier) []string {
	t.Helper()
	rows, err := q.Query(t.Context(), catalogue)
	if err != nil {
		t.Fatal(err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestEveryTableIsWalledIn reads the catalogue, so that a table added next year
// cannot forget its policy. Migration 00001 says how: CALL wall_in('my_table').
func TestEveryTableIsWalledIn(t *testing.T) {
	t.Parallel()
	for _, hole := range holes(t, testdb.Open(t).Owner) {
		t.Error(hole)
	}
}

// mutations break one wall each; the catalogue must name it.
var mutations = map[string]struct{ sql, hole string }{
	"security off":       {`ALTER TABLE sites DISABLE ROW LEVEL SECURITY`, "sites: row-level security is not enabled"},
	"security unforced":  {`ALTER TABLE posts NO FORCE ROW LEVEL SECURITY`, "posts: row-level security is not forced"},
	"policy for all":     {`ALTER POLICY convention_only ON members USING (true)`, "members: has no policy convention_only"},
	"writes let through": {`ALTER POLICY convention_only ON members WITH CHECK (true)`, "members: has no policy convention_only"},
	"policy dropped":     {`DROP POLICY convention_only ON axes`, "axes: has no policy convention_only"},
	"one policy more":    {`CREATE POLICY guests ON sites FOR SELECT TO copil_app USING (true)`, "sites: policy guests is not allowed"},
	"directory writes":   {`DROP POLICY directory ON members; CREATE POLICY directory ON members TO copil_directory USING (true)`, "members: policy directory is not allowed"},
	"directory elsewhere": {
		`CREATE POLICY directory ON posts FOR SELECT TO copil_directory USING (true)`, "posts: policy directory is not allowed",
	},
	"new table, no wall": {
		`CREATE TABLE notes (convention_id uuid NOT NULL, note_id uuid, PRIMARY KEY (convention_id, note_id))`, "notes: row-level security is not enabled",
	},
	"convention may be null": {
		`CREATE TABLE notes (convention_id uuid, note_id uuid PRIMARY KEY)`, "notes: convention_id is not uuid NOT NULL",
	},
	"key without convention": {
		`CREATE TABLE notes (convention_id uuid NOT NULL, note_id uuid PRIMARY KEY)`, "notes: the primary key does not start with convention_id",
	},
	"index without convention": {`CREATE INDEX posts_reference ON posts (reference)`, "posts: index posts_reference does not start with convention_id"},
	"single-column foreign key": {
		`ALTER TABLE sites ADD CONSTRAINT sites_id_alone UNIQUE (site_id);
		 ALTER TABLE posts ADD CONSTRAINT posts_site FOREIGN KEY (site_id) REFERENCES sites (site_id)`,
		"posts: foreign key posts_site can point into another convention",
	},
	"foreign key from a global table": {
		`ALTER TABLE people ADD COLUMN site_id uuid, ADD COLUMN c uuid;
		 ALTER TABLE people ADD CONSTRAINT people_site FOREIGN KEY (c, site_id) REFERENCES sites`,
		"people: foreign key people_site can point into another convention",
	},
	"view of its owner":         {`CREATE VIEW all_sites AS SELECT * FROM sites`, "all_sites: view without security_invoker"},
	"materialized view":         {`CREATE MATERIALIZED VIEW kept_sites AS SELECT * FROM sites`, "kept_sites: materialized view"},
	"one definer more":          {`CREATE FUNCTION everything() RETURNS bigint LANGUAGE sql SECURITY DEFINER RETURN (SELECT count(*) FROM sites)`, "everything: SECURITY DEFINER is not allowed"},
	"search path let go":        {`ALTER FUNCTION memberships_of RESET search_path`, "memberships_of: SECURITY DEFINER without the pinned search_path"},
	"definer as superuser":      {`ALTER FUNCTION memberships_of OWNER TO CURRENT_USER`, "memberships_of: SECURITY DEFINER as "},
	"definer for all":           {`GRANT EXECUTE ON FUNCTION hosted_conventions TO PUBLIC`, "hosted_conventions: PUBLIC may execute it"},
	"definer for the app":       {`GRANT EXECUTE ON FUNCTION memberships_of TO copil_app`, "memberships_of: copil_app may execute it"},
	"app owns a table":          {`ALTER TABLE axes OWNER TO copil_app`, "axes: belongs to copil_app"},
	"app creates":               {`GRANT CREATE ON SCHEMA public TO copil_app`, "copil_app: may create in schema public"},
	"log may be emptied":        {`GRANT DELETE ON audit_entries TO copil_app`, "audit_entries: copil_app has DELETE"},
	"log may be rewritten":      {`GRANT UPDATE (after) ON audit_entries TO copil_app`, "audit_entries: copil_app has UPDATE"},
	"figures may be rewritten":  {`GRANT UPDATE (number) ON cell_versions TO copil_app`, "cell_versions: copil_app may rewrite number"},
	"posts may be removed":      {`GRANT DELETE ON posts TO copil_app`, "posts: copil_app has DELETE"},
	"tables may be truncated":   {`GRANT TRUNCATE ON sites TO copil_app`, "sites: copil_app has TRUNCATE"},
	"app reads people":          {`GRANT SELECT ON people TO copil_app`, "people: copil_app has SELECT"},
	"app writes the communes":   {`GRANT UPDATE ON communes TO copil_app`, "communes: copil_app has UPDATE"},
	"mails may be rewritten":    {`GRANT UPDATE (subject) ON mails TO copil_app`, "mails: copil_app may rewrite subject"},
	"directory reads mails":     {`GRANT SELECT (subject) ON mails TO copil_directory`, "mails: copil_directory may read subject"},
	"app uses jobs":             {`GRANT USAGE ON SCHEMA river TO copil_app`, "copil_app: may use schema river"},
	"system makes job tables":   {`GRANT CREATE ON SCHEMA river TO copil_system`, "copil_system: may create in schema river"},
	"system reads a convention": {`GRANT SELECT ON cell_versions TO copil_system`, "cell_versions: copil_system has SELECT"},
	"everybody reads":           {`GRANT SELECT ON sites TO PUBLIC`, "sites: PUBLIC has SELECT"},
	"enumeration":               {`CREATE TYPE shade AS ENUM ('light', 'dark')`, "shade: enumeration"},
	"state without check":       {`ALTER TABLE findings ADD COLUMN state text`, "findings: state is not text with a CHECK"},
	"clone that bypasses":       {`CREATE ROLE copil_clone BYPASSRLS IN ROLE copil_app`, "copil_clone: is superuser, bypasses"},
	"app joins the owner":       {`GRANT copil_owner TO copil_app`, "copil_owner: copil_app is a member of it"},
}

// TestCatalogueNamesEveryHole breaks each wall on purpose, in a database of its
// own and in a transaction that is rolled back.
func TestCatalogueNamesEveryHole(t *testing.T) {
	t.Parallel()
	conn, _ := scratch(t)
	if found := holes(t, conn); len(found) > 0 {
		t.Fatalf("before any mutation: %q", found)
	}
	for name, m := range mutations {
		err := pgx.BeginFunc(t.Context(), conn, func(tx pgx.Tx) error {
			if _, err := tx.Exec(t.Context(), m.sql); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if found := holes(t, tx); !slices.ContainsFunc(found, func(h string) bool { return strings.HasPrefix(h, m.hole) }) {
				t.Errorf("%s: the catalogue says %q, not %q", name, found, m.hole)
			}
			return errUndo
		})
		if !errors.Is(err, errUndo) {
			t.Fatal(err)
		}
	}
}

var errUndo = errors.New("undo")

// Every migration can be undone, and done again.
func TestMigrationsGoBackAndForth(t *testing.T) {
	t.Parallel()
	conn, owner := scratch(t)
	count := func() (n int) {
		err := conn.QueryRow(t.Context(), `
			SELECT (SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'S') AND relname NOT LIKE 'goose%')
			     + (SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace)`).Scan(&n)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	before := count()
	if err := pg.Migrate(t.Context(), owner); err != nil { // nothing to do
		t.Fatal(err)
	}
	if err := pg.Rollback(t.Context(), owner); err != nil {
		t.Fatal(err)
	}
	if n := count(); n != 0 {
		t.Errorf("%d tables and functions are left", n)
	}
	list, err := pg.Status(t.Context(), owner)
	if err != nil || len(list) == 0 || slices.ContainsFunc(list, func(m pg.MigrationStatus) bool { return m.Applied }) {
		t.Errorf("%v, %v", list, err)
	}
	if err := pg.Migrate(t.Context(), owner); err != nil {
		t.Fatal(err)
	}
	if found := holes(t, conn); len(found) > 0 || count() != before {
		t.Errorf("done again: %d tables and functions, %d before, %q", count(), before, found)
	}
}

// scratch makes a migrated database that the test may break, connects to it as
// superuser, and returns its address as owner, too.
func scratch(t *testing.T) (*pgx.Conn, string) {
	t.Helper()
	base, err := testdb.Address()
	if err != nil {
		t.Fatal(err)
	}
	name := "copil_scratch_" + strings.ReplaceAll(uuid.NewString(), "-", "")
	if err := pg.CreateDatabase(t.Context(), base, name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		conn, err := pgx.Connect(context.Background(), base)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close(context.Background()) }()
		if _, err := conn.Exec(context.Background(), "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	owner := testdb.As(base, "copil_owner", name)
	if err := pg.Migrate(t.Context(), owner); err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), testdb.As(base, "", name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn, owner
}
