-- +goose Up

-- Papers that belong to an object of the convention. One is read only through
-- its object, whose page's permission guards it. Nothing rewrites a content.
CREATE TABLE attachments (
    convention_id uuid NOT NULL REFERENCES conventions,
    attachment_id uuid NOT NULL,
    object_type   text NOT NULL CHECK (object_type <> ''),
    object_id     text NOT NULL CHECK (object_id <> ''),
    name          text NOT NULL CHECK (name <> ''),
    media_type    text NOT NULL CHECK (media_type <> ''), -- as its content says, never as its sender does
    size          int NOT NULL CHECK (size > 0 AND size <= 10485760),
    sha256        bytea NOT NULL CHECK (octet_length(sha256) = 32),
    content       bytea NOT NULL CHECK (octet_length(content) = size),
    added_by      uuid, -- person; NULL for Copil itself
    added_on      date NOT NULL,
    added_at      timestamptz NOT NULL,
    withdrawn_on  date,
    withdrawal    text NOT NULL DEFAULT '', -- why
    PRIMARY KEY (convention_id, attachment_id),
    CONSTRAINT attachments_withdrawal_told CHECK ((withdrawn_on IS NULL) = (withdrawal = ''))
);
CREATE INDEX attachments_by_object ON attachments (convention_id, object_type, object_id);
CALL wall_in('attachments');
REVOKE UPDATE ON attachments FROM copil_app;
GRANT UPDATE (withdrawn_on, withdrawal) ON attachments TO copil_app;

-- +goose Down
DROP TABLE attachments;
