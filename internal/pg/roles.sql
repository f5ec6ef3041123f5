-- The roles of Copil, to be created once per PostgreSQL by a superuser before
-- the first migration. Passwords and rules of connection are the installation's.
DO $$
DECLARE r text;
BEGIN
    FOREACH r IN ARRAY ARRAY['copil_owner', 'copil_app', 'copil_system', 'copil_directory', 'copil_backup'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = r) THEN
            EXECUTE format('CREATE ROLE %I NOSUPERUSER NOBYPASSRLS', r);
        END IF;
    END LOOP;
END
$$;
ALTER ROLE copil_owner LOGIN;                 -- owns the schema; used by `copil migrate` only
ALTER ROLE copil_app LOGIN;                   -- serves conventions; owns nothing
ALTER ROLE copil_system LOGIN;                -- sign-in, sessions, platform administration
ALTER ROLE copil_backup LOGIN BYPASSRLS;      -- reads all, writes nothing
GRANT copil_directory TO copil_owner;         -- so that the owner may give it the function that reads members
GRANT pg_read_all_data TO copil_backup;
ALTER ROLE copil_app SET statement_timeout = '5s';
ALTER ROLE copil_app SET lock_timeout = '2s';
ALTER ROLE copil_app SET idle_in_transaction_session_timeout = '10s';
-- The planner knows nothing of a convention made since the last ANALYZE, takes
-- it for one row, and would join its thousands of rows by nested loops: seconds
-- instead of milliseconds. A hash of one convention's rows is never far from
-- best. Loops that cannot be avoided still work; jit would take them for costly.
ALTER ROLE copil_app SET enable_nestloop = off;
ALTER ROLE copil_app SET jit = off;
ALTER ROLE copil_system SET statement_timeout = '5s';
ALTER ROLE copil_system SET lock_timeout = '2s';
