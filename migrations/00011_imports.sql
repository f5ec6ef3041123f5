-- +goose Up

-- What files that people sent say, until they confirm what these would change.
-- What is confirmed keeps its name and the file's sum, not its content.
CREATE TABLE imports (
    convention_id uuid NOT NULL REFERENCES conventions,
    import_id     uuid NOT NULL,
    period_code   text NOT NULL,
    person_id     uuid NOT NULL, -- who sent it, and alone sees and confirms it
    name          text NOT NULL CHECK (name <> ''),
    content       bytea NOT NULL CHECK (octet_length(content) <= 16777216), -- what was read, packed
    sha256        bytea NOT NULL CHECK (octet_length(sha256) = 32),
    state         text NOT NULL CHECK (state IN ('recu', 'fait')),
    sent_at       timestamptz NOT NULL,
    sent_on       date NOT NULL,
    done_on       date,
    submissions   int NOT NULL DEFAULT 0, -- that it changed
    posts         int NOT NULL DEFAULT 0, -- that it added or changed
    PRIMARY KEY (convention_id, import_id),
    FOREIGN KEY (convention_id, period_code) REFERENCES periods,
    CONSTRAINT imports_done CHECK ((state = 'fait') = (done_on IS NOT NULL) AND (state = 'recu' OR octet_length(content) = 0))
);
CREATE INDEX imports_by_person ON imports (convention_id, person_id, period_code);
CREATE INDEX imports_by_time ON imports (convention_id, sent_at);
CALL wall_in('imports');
GRANT DELETE ON imports TO copil_app; -- swept after a week; the log keeps what was done

-- +goose Down
DROP TABLE imports;
