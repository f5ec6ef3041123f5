-- +goose Up

-- What a convention sends by e-mail. A mail names a person, not an address: the
-- address is looked up when it leaves, and only if the person still belongs here.
CREATE TABLE mails (
    convention_id uuid NOT NULL REFERENCES conventions,
    mail_id       uuid NOT NULL,
    person_id     uuid NOT NULL REFERENCES people,
    kind          text NOT NULL CHECK (kind IN ('invitation', 'ouverture', 'prolongation', 'relance', 'renvoi', 'reouverture', 'rectification', 'avis')),
    subject       text NOT NULL CHECK (subject <> ''),
    paragraphs    text[] NOT NULL,
    link_label    text NOT NULL DEFAULT '',
    link_path     text NOT NULL DEFAULT '' CHECK (link_path = '' OR link_path ~ '^/([^/\\]|$)'), -- never an address elsewhere
    once          text, -- the same event is queued once; NULL: as often as asked
    queued_at     timestamptz NOT NULL,
    on_day        date NOT NULL,
    state         text NOT NULL DEFAULT 'en_attente' CHECK (state IN ('en_attente', 'en_cours', 'envoye', 'echec', 'annule')),
    attempts      int NOT NULL DEFAULT 0,
    due_at        timestamptz NOT NULL, -- when a worker may take it; of one being sent: when it counts as abandoned
    sent_at       timestamptz,
    last_error    text NOT NULL DEFAULT '', -- without any address
    PRIMARY KEY (convention_id, mail_id),
    CONSTRAINT mails_once UNIQUE (convention_id, once),
    CONSTRAINT mails_sent CHECK ((state = 'envoye') = (sent_at IS NOT NULL))
);
CREATE INDEX mails_due ON mails (convention_id, due_at) WHERE state IN ('en_attente', 'en_cours');
CALL wall_in('mails');
REVOKE UPDATE ON mails FROM copil_app;
GRANT UPDATE (state, attempts, due_at, sent_at, last_error) ON mails TO copil_app; -- what was written is not rewritten

-- Which mails wait for a worker, in every convention: identifiers and nothing
-- else, so that a job carries no words and no address.
CREATE POLICY directory ON mails FOR SELECT TO copil_directory USING (true);
GRANT SELECT (convention_id, mail_id, state, due_at) ON mails TO copil_directory;
-- +goose StatementBegin
CREATE FUNCTION due_mails(by_time timestamptz, most int) RETURNS TABLE (convention_id uuid, mail_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
    SELECT m.convention_id, m.mail_id FROM mails m
    WHERE m.state IN ('en_attente', 'en_cours') AND m.due_at <= by_time
    ORDER BY m.due_at, m.mail_id LIMIT most;
END;
-- +goose StatementEnd
GRANT CREATE ON SCHEMA public TO copil_directory;
ALTER FUNCTION due_mails OWNER TO copil_directory;
REVOKE CREATE ON SCHEMA public FROM copil_directory;
REVOKE EXECUTE ON FUNCTION due_mails FROM PUBLIC;
GRANT EXECUTE ON FUNCTION due_mails TO copil_system;

-- The tables of jobs are River's own: its migrations make them here, after these
-- ones and as the same role. Only the system role may use them.
CREATE SCHEMA river;
GRANT USAGE ON SCHEMA river TO copil_system;
ALTER DEFAULT PRIVILEGES IN SCHEMA river GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO copil_system;
ALTER DEFAULT PRIVILEGES IN SCHEMA river GRANT USAGE ON SEQUENCES TO copil_system;

-- +goose Down
DROP SCHEMA river CASCADE;
DROP FUNCTION due_mails;
DROP TABLE mails;
