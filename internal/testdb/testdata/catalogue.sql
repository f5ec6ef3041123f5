-- What is wrong with the walls around conventions, one line per hole; no line
-- when they stand. What is named here is all that is allowed.
WITH relation AS (
	SELECT c.oid, c.relname AS name, c.relkind AS kind, c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced,
	       c.reloptions AS options, c.relowner AS owner, c.relacl AS acl
	FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
), tenant AS ( -- tables that hold a convention's rows
	SELECT r.*, a.attnum, a.attnotnull, a.atttypid
	FROM relation r JOIN pg_attribute a ON a.attrelid = r.oid AND a.attname = 'convention_id' AND NOT a.attisdropped
	WHERE r.kind IN ('r', 'p')
), global AS (
	SELECT r.* FROM relation r WHERE r.kind IN ('r', 'p') AND r.name <> 'goose_db_version' AND r.oid NOT IN (SELECT oid FROM tenant)
), policy AS (
	SELECT t.name AS table_name, p.polname AS name, p.polcmd AS command, p.polpermissive AS permissive,
	       (SELECT array_agg(pg_get_userbyid(r)::text ORDER BY pg_get_userbyid(r)) FROM unnest(p.polroles) r) AS roles,
	       pg_get_expr(p.polqual, p.polrelid) AS rows, pg_get_expr(p.polwithcheck, p.polrelid) AS checked
	FROM tenant t JOIN pg_policy p ON p.polrelid = t.oid
), definer AS (
	SELECT p.oid, p.proname AS name, p.proconfig AS config, p.proowner AS owner, p.proacl AS acl
	FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef
), may AS ( -- every privilege of the two roles that serve requests
	SELECT g.role, r.oid, r.name, p.privilege, r.oid IN (SELECT oid FROM tenant) AS tenant
	FROM (VALUES ('copil_app'), ('copil_system')) g (role)
	CROSS JOIN (SELECT oid, name FROM tenant UNION SELECT oid, name FROM global) r
	CROSS JOIN unnest('{SELECT,INSERT,UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER}'::text[]) p (privilege)
	WHERE has_table_privilege(g.role, r.oid, p.privilege)
	   OR (p.privilege IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES') AND has_any_column_privilege(g.role, r.oid, p.privilege))
)
SELECT name || ': row-level security is not enabled' FROM tenant WHERE NOT enabled
UNION ALL
SELECT name || ': row-level security is not forced' FROM tenant WHERE NOT forced
UNION ALL
SELECT name || ': has no policy convention_only for copil_app and copil_owner' FROM tenant t
WHERE NOT EXISTS (
	SELECT FROM policy p WHERE p.table_name = t.name AND p.name = 'convention_only' AND p.command = '*' AND p.permissive
	  AND p.roles = '{copil_app,copil_owner}'
	  AND p.rows = '(convention_id = ( SELECT current_convention() AS current_convention))' AND p.checked IS NULL)
UNION ALL
SELECT table_name || ': policy ' || name || ' is not allowed' FROM policy p
WHERE name <> 'convention_only' AND NOT (
	name = 'directory' AND table_name IN ('conventions', 'organisations', 'members', 'mails') AND command = 'r' AND roles = '{copil_directory}')
UNION ALL
SELECT name || ': convention_id is not uuid NOT NULL' FROM tenant WHERE NOT attnotnull OR atttypid <> 'uuid'::regtype
UNION ALL
SELECT t.name || ': the primary key does not start with convention_id' FROM tenant t
WHERE NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = t.oid AND k.contype = 'p' AND k.conkey[1] = t.attnum)
UNION ALL
SELECT t.name || ': index ' || i.indexrelid::regclass || ' does not start with convention_id'
FROM tenant t JOIN pg_index i ON i.indrelid = t.oid
WHERE i.indkey[0] <> t.attnum AND i.indexrelid::regclass::text NOT IN ('members_person', 'conventions_slug_taken')
UNION ALL
SELECT f.conrelid::regclass || ': foreign key ' || f.conname || ' can point into another convention'
FROM pg_constraint f JOIN tenant t ON t.oid = f.confrelid
WHERE f.contype = 'f' AND (f.confkey[1] <> t.attnum OR f.conkey[1] IS DISTINCT FROM
	(SELECT a.attnum FROM pg_attribute a WHERE a.attrelid = f.conrelid AND a.attname = 'convention_id'))
UNION ALL
SELECT name || ': view without security_invoker' FROM relation
WHERE kind = 'v' AND NOT coalesce(options && '{security_invoker=true,security_invoker=on}', false)
UNION ALL
SELECT name || ': materialized view or foreign table, which no policy protects' FROM relation WHERE kind IN ('m', 'f')
UNION ALL
SELECT name || ': SECURITY DEFINER is not allowed' FROM definer WHERE name NOT IN ('memberships_of', 'hosted_conventions', 'due_mails', 'invitations_of')
UNION ALL
SELECT name || ': SECURITY DEFINER without the pinned search_path' FROM definer
WHERE NOT coalesce(config @> '{"search_path=public, pg_temp"}', false)
UNION ALL
SELECT d.name || ': SECURITY DEFINER as ' || pg_get_userbyid(d.owner) FROM definer d WHERE pg_get_userbyid(d.owner) <> 'copil_directory'
UNION ALL
SELECT d.name || ': PUBLIC may execute it' FROM definer d
WHERE d.acl IS NULL OR EXISTS (SELECT FROM aclexplode(d.acl) a WHERE a.grantee = 0)
UNION ALL
SELECT d.name || ': copil_app may execute it' FROM definer d WHERE has_function_privilege('copil_app', d.oid, 'EXECUTE')
UNION ALL
SELECT name || ': belongs to ' || pg_get_userbyid(owner) FROM relation WHERE pg_get_userbyid(owner) <> 'copil_owner'
UNION ALL
SELECT p.oid::regprocedure || ': belongs to ' || pg_get_userbyid(p.proowner) FROM pg_proc p
WHERE p.pronamespace = 'public'::regnamespace AND pg_get_userbyid(p.proowner) NOT IN ('copil_owner', 'copil_directory')
UNION ALL
SELECT r.rolname || ': may create in schema public' FROM pg_roles r
WHERE r.rolname IN ('copil_app', 'copil_system', 'copil_directory', 'copil_backup') AND has_schema_privilege(r.rolname, 'public', 'CREATE')
UNION ALL
SELECT r.rolname || ': may create schemas' FROM pg_roles r
WHERE r.rolname IN ('copil_app', 'copil_system', 'copil_directory', 'copil_backup') AND has_database_privilege(r.rolname, current_database(), 'CREATE')
UNION ALL
SELECT name || ': copil_app has ' || privilege FROM may
WHERE role = 'copil_app' AND NOT CASE
	WHEN name IN ('act_notes', 'audit_entries', 'commitment_steps', 'funding_steps') THEN privilege IN ('SELECT', 'INSERT')
	WHEN name IN ('commitment_indicators', 'form_keys', 'imports', 'pooling_employers', 'pooling_payers', 'site_communes', 'site_sectors', 'site_zonings') THEN privilege IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
	WHEN tenant THEN privilege IN ('SELECT', 'INSERT', 'UPDATE')
	ELSE name IN ('communes', 'arrondissements', 'zonings') AND privilege = 'SELECT'
END
UNION ALL
SELECT 'cell_versions: copil_app may rewrite ' || a.attname FROM pg_attribute a
WHERE a.attrelid = 'cell_versions'::regclass AND a.attnum > 0 AND a.attname <> 'current' AND NOT a.attisdropped
  AND has_column_privilege('copil_app', a.attrelid, a.attnum, 'UPDATE')
UNION ALL
SELECT 'mails: copil_app may rewrite ' || a.attname FROM pg_attribute a
WHERE a.attrelid = 'mails'::regclass AND a.attnum > 0 AND NOT a.attisdropped
  AND a.attname NOT IN ('state', 'attempts', 'due_at', 'sent_at', 'last_error')
  AND has_column_privilege('copil_app', a.attrelid, a.attnum, 'UPDATE')
UNION ALL
SELECT 'mails: copil_directory may read ' || a.attname FROM pg_attribute a
WHERE a.attrelid = 'mails'::regclass AND a.attnum > 0 AND NOT a.attisdropped
  AND a.attname NOT IN ('convention_id', 'mail_id', 'state', 'due_at')
  AND has_column_privilege('copil_directory', a.attrelid, a.attnum, 'SELECT')
UNION ALL
SELECT name || ': copil_system has ' || privilege FROM may WHERE role = 'copil_system' AND tenant
UNION ALL
SELECT r.name || ': PUBLIC has ' || a.privilege_type FROM relation r, aclexplode(r.acl) a WHERE a.grantee = 0 AND r.kind <> 'S'
UNION ALL -- the tables of jobs
SELECT r.rolname || ': may use schema river' FROM pg_roles r
WHERE r.rolname IN ('copil_app', 'copil_directory') AND has_schema_privilege(r.rolname, 'river', 'USAGE')
UNION ALL
SELECT 'copil_system: may create in schema river' WHERE has_schema_privilege('copil_system', 'river', 'CREATE')
UNION ALL
SELECT c.relname || ': belongs to ' || pg_get_userbyid(c.relowner) FROM pg_class c
WHERE c.relnamespace = 'river'::regnamespace AND pg_get_userbyid(c.relowner) <> 'copil_owner'
UNION ALL
SELECT c.relname || ': copil_system lacks SELECT' FROM pg_class c
WHERE c.relnamespace = 'river'::regnamespace AND c.relkind IN ('r', 'p') AND NOT has_table_privilege('copil_system', c.oid, 'SELECT')
UNION ALL
SELECT typname || ': enumeration, whose comparison is not leakproof' FROM pg_type
WHERE typtype = 'e' AND typnamespace = 'public'::regnamespace
UNION ALL
SELECT t.name || ': ' || a.attname || ' is not text with a CHECK' FROM tenant t
JOIN pg_attribute a ON a.attrelid = t.oid AND a.attname IN ('state', 'status', 'role', 'kind') AND NOT a.attisdropped
WHERE a.atttypid <> 'text'::regtype
   OR NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conrelid = t.oid AND c.contype = 'c' AND c.conkey @> ARRAY[a.attnum])
UNION ALL
SELECT rolname || ': is superuser, bypasses row-level security or makes roles or databases' FROM pg_roles
WHERE (rolname IN ('copil_owner', 'copil_system', 'copil_directory') OR pg_has_role(oid, 'copil_app', 'MEMBER') AND NOT rolsuper)
  AND rolname <> 'copil_app_twin' -- the tests' own, which holds by the first wall alone
  AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb)
UNION ALL
SELECT m.roleid::regrole || ': ' || m.member::regrole || ' is a member of it' FROM pg_auth_members m
WHERE m.member::regrole::text IN ('copil_app', 'copil_system', 'copil_directory') OR m.roleid::regrole::text = 'copil_owner'
ORDER BY 1
