-- +goose Up

-- The convention of the running transaction. It fails loudly outside one: an
-- empty page would hide the mistake, an error shows it.
CREATE FUNCTION current_convention() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN current_setting('copil.convention_id')::uuid;

-- The second wall around a convention's tables: row-level security, enabled and
-- forced, with one policy; and what the application may do with them.
-- +goose StatementBegin
CREATE PROCEDURE wall_in(VARIADIC tables text[]) LANGUAGE plpgsql AS $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY tables LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t); -- the owner, too
        EXECUTE format('CREATE POLICY convention_only ON %I TO copil_app, copil_owner'
                       ' USING (convention_id = (SELECT current_convention()))', t); -- the SELECT: once per statement, not per row
        EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO copil_app', t);
    END LOOP;
END;
$$;
-- +goose StatementEnd
REVOKE EXECUTE ON PROCEDURE wall_in FROM PUBLIC;

GRANT USAGE ON SCHEMA public TO copil_app, copil_system, copil_directory;

CREATE TABLE conventions (
    convention_id uuid PRIMARY KEY,
    slug          text NOT NULL CHECK (slug ~ '^[a-z0-9][a-z0-9-]{0,60}$'),
    name          text NOT NULL CHECK (name <> ''),
    short_name    text NOT NULL CHECK (short_name <> ''),
    territory     text NOT NULL DEFAULT '',
    signed_on     date,
    starts_on     date NOT NULL,
    ends_on       date NOT NULL,
    accent        text NOT NULL DEFAULT '#1f4e5f' CHECK (accent ~ '^#[0-9a-f]{6}$'),
    fictive       text NOT NULL DEFAULT '', -- what is fictive in it, as shown on every page; empty for real data
    departments   text[] NOT NULL DEFAULT '{}', -- where its sites may lie
    act           jsonb NOT NULL DEFAULT '{}',  -- what the act says that nothing else refers to
    words         jsonb NOT NULL DEFAULT '{}',  -- what it calls those whom the screens name
    funding       jsonb, -- thresholds of its money: convention.Funding; NULL: the usual ones
    short_form    jsonb, -- who need not answer everything: convention.ShortForm; NULL: everybody must
    CONSTRAINT conventions_slug_taken UNIQUE (slug),
    CONSTRAINT conventions_dates_ordered CHECK (ends_on >= starts_on)
);
CALL wall_in('conventions');
CREATE POLICY directory ON conventions FOR SELECT TO copil_directory USING (true);
GRANT SELECT ON conventions TO copil_directory;

CREATE TABLE organisations (
    convention_id   uuid NOT NULL REFERENCES conventions,
    organisation_id uuid NOT NULL,
    code            text NOT NULL CHECK (code <> ''),
    name            text NOT NULL CHECK (name <> ''),
    siren           text CHECK (siren ~ '^[0-9]{9}$'),
    version         int NOT NULL DEFAULT 1,
    PRIMARY KEY (convention_id, organisation_id),
    CONSTRAINT organisations_code_taken UNIQUE (convention_id, code)
);
CALL wall_in('organisations');
CREATE POLICY directory ON organisations FOR SELECT TO copil_directory USING (true);
GRANT SELECT ON organisations TO copil_directory;

-- People and their sessions belong to no convention; only the system role sees them.
CREATE TABLE people (
    person_id     uuid PRIMARY KEY,
    email         text NOT NULL CHECK (email = lower(email) AND email LIKE '%_@_%'),
    name          text NOT NULL CHECK (name <> ''),
    password_hash text NOT NULL DEFAULT '', -- empty until a first password is set
    administrator boolean NOT NULL DEFAULT false,
    created_at    timestamptz NOT NULL,
    disabled_at   timestamptz,
    CONSTRAINT people_email_taken UNIQUE (email)
);
GRANT SELECT, INSERT, UPDATE ON people TO copil_system;

CREATE TABLE sessions (
    token   text PRIMARY KEY, -- SHA-256 of the cookie's token
    data    jsonb NOT NULL,
    expiry  timestamptz NOT NULL,
    seen_at timestamptz NOT NULL -- last request, to within five minutes
);
CREATE INDEX sessions_expiry ON sessions (expiry);
CREATE INDEX sessions_person ON sessions ((data #>> '{values,person}'));
GRANT SELECT, INSERT, UPDATE, DELETE ON sessions TO copil_system;

-- Failed sign-ins by bucket (an account or an address), for throttling.
CREATE TABLE sign_in_failures (
    bucket    text NOT NULL, -- SHA-256, so that addresses and e-mails are not kept in clear
    failed_at timestamptz NOT NULL
);
CREATE INDEX sign_in_failures_bucket ON sign_in_failures (bucket, failed_at);
GRANT SELECT, INSERT, DELETE ON sign_in_failures TO copil_system;

-- In which browsers a person has signed in, so that what others try at the account
-- does not keep them out.
CREATE TABLE known_devices (
    device       text NOT NULL, -- SHA-256 of the cookie's token
    person_id    uuid NOT NULL REFERENCES people,
    signed_in_at timestamptz NOT NULL, -- for the last time
    PRIMARY KEY (device, person_id)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON known_devices TO copil_system;

-- What happens outside any convention: sign-ins, failures, administration.
CREATE TABLE platform_log (
    entry_id  uuid PRIMARY KEY,
    at        timestamptz NOT NULL,
    person_id uuid,
    action    text NOT NULL,
    detail    jsonb NOT NULL DEFAULT '{}'
);
GRANT SELECT, INSERT ON platform_log TO copil_system;

CREATE TABLE members (
    convention_id   uuid NOT NULL REFERENCES conventions,
    member_id       uuid NOT NULL,
    person_id       uuid NOT NULL REFERENCES people,
    role            text NOT NULL CHECK (role IN ('chair', 'signatory', 'mission', 'structure', 'reader')),
    organisation_id uuid NOT NULL,
    name            text NOT NULL CHECK (name <> ''), -- as displayed in this convention
    starts_on       date NOT NULL,
    ends_on         date, -- last day; the eve of starts_on for who was withdrawn before having acted
    invited_by      uuid, -- member; NULL for who was added by the platform's administration
    without_money   boolean NOT NULL DEFAULT false, -- sees no amount, whatever the role opens
    joined_at       timestamptz, -- first sign-in as a member; NULL for who has not come yet
    version         int NOT NULL DEFAULT 1,
    PRIMARY KEY (convention_id, member_id),
    FOREIGN KEY (convention_id, organisation_id) REFERENCES organisations,
    FOREIGN KEY (convention_id, invited_by) REFERENCES members,
    CONSTRAINT members_once UNIQUE (convention_id, person_id, role, organisation_id),
    CONSTRAINT members_dates_ordered CHECK (ends_on >= starts_on - 1)
);
CALL wall_in('members');
CREATE POLICY directory ON members FOR SELECT TO copil_directory USING (true);
GRANT SELECT ON members TO copil_directory;

-- The one place where a person is looked up across conventions: what they may
-- act as on a day. It runs as copil_directory, which can read these three
-- tables and nothing else.
-- +goose StatementBegin
CREATE FUNCTION memberships_of(person uuid, on_day date)
RETURNS TABLE (convention_id uuid, slug text, convention_name text, short_name text, accent text, fictive text,
               member_id uuid, role text, organisation_id uuid, organisation_name text, name text, words jsonb, ends_on date, without_money boolean)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
    SELECT c.convention_id, c.slug, c.name, c.short_name, c.accent, c.fictive,
           m.member_id, m.role, m.organisation_id, o.name, m.name, c.words, m.ends_on, m.without_money
    FROM members m
    JOIN conventions c USING (convention_id)
    JOIN organisations o USING (convention_id, organisation_id)
    WHERE m.person_id = person AND on_day >= m.starts_on AND (m.ends_on IS NULL OR on_day <= m.ends_on)
    ORDER BY c.name, m.role;
END;
-- +goose StatementEnd
-- Which conventions there are, for the platform's administration and commands.
-- +goose StatementBegin
CREATE FUNCTION hosted_conventions() RETURNS TABLE (convention_id uuid, slug text, name text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
    SELECT c.convention_id, c.slug, c.name FROM conventions c ORDER BY c.name;
END;
-- +goose StatementEnd
GRANT CREATE ON SCHEMA public TO copil_directory;
ALTER FUNCTION memberships_of OWNER TO copil_directory;
ALTER FUNCTION hosted_conventions OWNER TO copil_directory;
REVOKE CREATE ON SCHEMA public FROM copil_directory;
REVOKE EXECUTE ON FUNCTION memberships_of, hosted_conventions FROM PUBLIC;
GRANT EXECUTE ON FUNCTION memberships_of, hosted_conventions TO copil_system;
CREATE INDEX members_person ON members (person_id) INCLUDE (convention_id); -- the one index that does not start with the convention

-- A form's key is claimed in the transaction of its effect, so that a form sent
-- twice has one effect and the second answer is the first one's.
CREATE TABLE form_keys (
    convention_id uuid NOT NULL REFERENCES conventions,
    form_key      uuid NOT NULL,
    content       bytea NOT NULL, -- SHA-256 of what was sent: the same form with other answers is another sending
    person_id     uuid NOT NULL,
    location      text NOT NULL DEFAULT '',
    claimed_at    timestamptz NOT NULL,
    PRIMARY KEY (convention_id, form_key, content)
);
CALL wall_in('form_keys');
GRANT DELETE ON form_keys TO copil_app; -- swept after two days

-- The audit log keeps persons by identifier; names come from members. The
-- application may add and read, never change or remove.
CREATE TABLE audit_entries (
    convention_id uuid NOT NULL REFERENCES conventions,
    entry_id      uuid NOT NULL,
    at            timestamptz NOT NULL, -- wall clock
    on_day        date NOT NULL,        -- business date
    person_id     uuid,                 -- NULL for what Copil does by itself
    member_id     uuid,
    action        text NOT NULL,
    object_type   text NOT NULL,
    object_id     text NOT NULL,
    object_label  text NOT NULL,
    before        jsonb,
    after         jsonb,
    PRIMARY KEY (convention_id, entry_id),
    FOREIGN KEY (convention_id, member_id) REFERENCES members
);
CREATE INDEX audit_entries_by_object ON audit_entries (convention_id, object_type, object_id, entry_id);
CALL wall_in('audit_entries');
REVOKE UPDATE ON audit_entries FROM copil_app;

-- +goose Down
DROP TABLE audit_entries, form_keys;
DROP FUNCTION memberships_of, hosted_conventions;
DROP TABLE members, platform_log, known_devices, sign_in_failures, sessions, people, organisations, conventions;
DROP PROCEDURE wall_in;
DROP FUNCTION current_convention;
