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

-- Meetings of the bodies that the act names (domain.md 4.4).
CREATE TABLE meetings (
    convention_id uuid NOT NULL REFERENCES conventions,
    meeting_id    uuid NOT NULL,
    body_code     text NOT NULL,
    ordinal       int NOT NULL CHECK (ordinal > 0), -- rank among the meetings of its body
    on_day        date NOT NULL,
    at_time       text NOT NULL DEFAULT '', -- as one writes it: « 14 h 30 »
    place         text NOT NULL DEFAULT '',
    state         text NOT NULL CHECK (state IN ('planifiee', 'convoquee', 'tenue', 'releve_en_relecture', 'releve_approuve', 'close', 'reportee', 'annulee')),
    minutes       text NOT NULL DEFAULT '', -- Markdown
    version       int NOT NULL DEFAULT 1,
    PRIMARY KEY (convention_id, meeting_id),
    FOREIGN KEY (convention_id, body_code) REFERENCES governance_bodies,
    CONSTRAINT meetings_ordinal_taken UNIQUE (convention_id, body_code, ordinal)
);
CREATE INDEX meetings_by_day ON meetings (convention_id, on_day);
-- What became of a meeting, in order; nothing is rewritten.
CREATE TABLE meeting_steps (
    convention_id uuid NOT NULL,
    meeting_id    uuid NOT NULL,
    step          int NOT NULL,
    state         text NOT NULL CHECK (state IN ('planifiee', 'convoquee', 'tenue', 'releve_en_relecture', 'releve_approuve', 'close', 'reportee', 'annulee')),
    day_planned   date NOT NULL, -- the meeting's day, as it stood after the step
    note          text NOT NULL DEFAULT '', -- why it was postponed, cancelled or given back
    recorded_by   uuid,
    recorded_on   date NOT NULL,
    PRIMARY KEY (convention_id, meeting_id, step),
    FOREIGN KEY (convention_id, meeting_id) REFERENCES meetings
);
-- Who was there: a seat of a signatory, or another one. Never a person's name.
CREATE TABLE attendances (
    convention_id  uuid NOT NULL,
    attendance_id  uuid NOT NULL,
    meeting_id     uuid NOT NULL,
    party_code     text,                     -- NULL: another seat
    label          text NOT NULL DEFAULT '', -- of another seat
    present        boolean NOT NULL,         -- itself; otherwise represented, or absent
    represented_by text NOT NULL DEFAULT '', -- whom it sent, by their function
    capacity       text NOT NULL DEFAULT '', -- « préfet délégué pour l’égalité des chances, pour le préfet de région »
    PRIMARY KEY (convention_id, attendance_id),
    FOREIGN KEY (convention_id, meeting_id) REFERENCES meetings,
    FOREIGN KEY (convention_id, party_code) REFERENCES parties,
    CONSTRAINT attendances_seat_named CHECK ((party_code IS NULL) = (label <> '')),
    CONSTRAINT attendances_party_once UNIQUE (convention_id, meeting_id, party_code)
);
-- The chairs' approvals of the minutes of a meeting.
CREATE TABLE approvals (
    convention_id uuid NOT NULL,
    meeting_id    uuid NOT NULL,
    party_code    text NOT NULL,
    capacity      text NOT NULL CHECK (capacity <> ''),
    signed_on     date NOT NULL,
    reservation   text NOT NULL DEFAULT '',
    attachment_id uuid, -- the signed minutes, where the secretariat recorded it for the chair
    recorded_by   uuid NOT NULL, -- person
    recorded_on   date NOT NULL,
    PRIMARY KEY (convention_id, meeting_id, party_code),
    FOREIGN KEY (convention_id, meeting_id) REFERENCES meetings,
    FOREIGN KEY (convention_id, party_code) REFERENCES parties,
    FOREIGN KEY (convention_id, attachment_id) REFERENCES attachments
);

-- What a body decides (domain.md 4.5 with 8.1: none lapses by itself).
CREATE TABLE decisions (
    convention_id   uuid NOT NULL REFERENCES conventions,
    decision_id     uuid NOT NULL,
    number          text CHECK (number <> ''), -- year and rank, once it is on an agenda
    meeting_id      uuid,                      -- on whose agenda it stands, or stood last
    title           text NOT NULL CHECK (title <> ''),
    body            text NOT NULL DEFAULT '',  -- Markdown
    axis_no         int,
    commitment_code text,
    state           text NOT NULL CHECK (state IN ('proposee', 'adoptee', 'rejetee', 'ajournee', 'en_execution', 'executee', 'abandonnee')),
    owner_id        uuid,
    due_on          date,
    decided_in      uuid, -- the meeting
    reservation     text NOT NULL DEFAULT '', -- of a party, as it was said
    about_type      text NOT NULL DEFAULT '', -- what it is about, as the log names kinds of object
    about_ids       text[] NOT NULL DEFAULT '{}',
    abandoned_by    uuid, -- the decision that gave it up
    proposed_by     uuid NOT NULL, -- person
    proposed_on     date NOT NULL,
    version         int NOT NULL DEFAULT 1,
    PRIMARY KEY (convention_id, decision_id),
    FOREIGN KEY (convention_id, meeting_id) REFERENCES meetings,
    FOREIGN KEY (convention_id, decided_in) REFERENCES meetings,
    FOREIGN KEY (convention_id, axis_no) REFERENCES axes,
    FOREIGN KEY (convention_id, commitment_code) REFERENCES commitments,
    FOREIGN KEY (convention_id, owner_id) REFERENCES organisations,
    FOREIGN KEY (convention_id, abandoned_by) REFERENCES decisions,
    CONSTRAINT decisions_number_taken UNIQUE (convention_id, number),
    CONSTRAINT decisions_decided_in_told CHECK ((decided_in IS NULL) = (state = 'proposee')),
    CONSTRAINT decisions_about_told CHECK ((about_type = '') = (about_ids = '{}'))
);
-- The life of a decision and what was done about it; nothing is rewritten.
CREATE TABLE decision_steps (
    convention_id uuid NOT NULL,
    decision_id   uuid NOT NULL,
    step          int NOT NULL,
    state         text NOT NULL CHECK (state IN ('proposee', 'adoptee', 'rejetee', 'ajournee', 'en_execution', 'executee', 'abandonnee')),
    note          text NOT NULL DEFAULT '',
    attachment_id uuid, -- evidence
    recorded_by   uuid,
    recorded_on   date NOT NULL,
    PRIMARY KEY (convention_id, decision_id, step),
    FOREIGN KEY (convention_id, decision_id) REFERENCES decisions,
    FOREIGN KEY (convention_id, attachment_id) REFERENCES attachments
);
-- The agenda of a meeting, in order.
CREATE TABLE agenda_items (
    convention_id uuid NOT NULL,
    meeting_id    uuid NOT NULL,
    item_no       int NOT NULL CHECK (item_no > 0),
    title         text NOT NULL CHECK (title <> ''),
    asked         text NOT NULL CHECK (asked IN ('information', 'echange', 'decision')),
    decision_id   uuid,
    PRIMARY KEY (convention_id, meeting_id, item_no),
    FOREIGN KEY (convention_id, meeting_id) REFERENCES meetings,
    FOREIGN KEY (convention_id, decision_id) REFERENCES decisions,
    CONSTRAINT agenda_items_decision_once UNIQUE (convention_id, meeting_id, decision_id)
);
CALL wall_in('meetings', 'meeting_steps', 'attendances', 'approvals', 'decisions', 'decision_steps', 'agenda_items');
REVOKE UPDATE ON meeting_steps, approvals, decision_steps FROM copil_app;

-- +goose Down
DROP TABLE agenda_items, decision_steps, decisions, approvals, attendances, meeting_steps, meetings, attachments;
