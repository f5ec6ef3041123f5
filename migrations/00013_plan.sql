-- +goose Up

-- Which indicators follow a commitment: ours, the act does not say.
CREATE TABLE commitment_indicators (
    convention_id   uuid NOT NULL,
    commitment_code text NOT NULL,
    indicator_code  text NOT NULL,
    PRIMARY KEY (convention_id, commitment_code, indicator_code),
    FOREIGN KEY (convention_id, commitment_code) REFERENCES commitments,
    FOREIGN KEY (convention_id, indicator_code) REFERENCES indicators
);
-- What became of a commitment of one party in one year, step by step (domain.md
-- 4.6). Nothing rewrites a step; without any, the commitment stands as in the act.
CREATE TABLE commitment_steps (
    convention_id   uuid NOT NULL,
    commitment_code text NOT NULL,
    party_code      text NOT NULL, -- a commitment of every party has a life for each
    year            int NOT NULL CHECK (year BETWEEN 1900 AND 2200),
    step            int NOT NULL CHECK (step > 0),
    state           text NOT NULL CHECK (state IN ('inscrit', 'actif', 'tenu', 'partiellement_tenu', 'non_tenu', 'reconduit', 'eteint')),
    body            text NOT NULL DEFAULT '', -- what carries it out, or why
    proof           text NOT NULL DEFAULT '', -- where it can be seen
    member_id       uuid,                     -- NULL: Copil itself
    recorded_on     date NOT NULL,
    PRIMARY KEY (convention_id, commitment_code, party_code, year, step),
    FOREIGN KEY (convention_id, commitment_code) REFERENCES commitments,
    FOREIGN KEY (convention_id, party_code) REFERENCES parties,
    FOREIGN KEY (convention_id, member_id) REFERENCES members
);
-- What the committee noted, by a decision, of something odd in the act or of the
-- review of a commitment. Nothing rewrites a note.
CREATE TABLE act_notes (
    convention_id uuid NOT NULL REFERENCES conventions,
    note_id       uuid NOT NULL,
    object_type   text NOT NULL CHECK (object_type IN ('finding', 'commitment')),
    object_id     text NOT NULL CHECK (object_id <> ''), -- a finding's code, or commitment/party/year
    body          text NOT NULL CHECK (body <> ''),
    decision_id   uuid NOT NULL,
    member_id     uuid, -- who recorded it; NULL: Copil itself
    recorded_on   date NOT NULL,
    PRIMARY KEY (convention_id, note_id),
    FOREIGN KEY (convention_id, decision_id) REFERENCES decisions,
    FOREIGN KEY (convention_id, member_id) REFERENCES members
);
CREATE INDEX act_notes_by_object ON act_notes (convention_id, object_type, object_id);
CALL wall_in('commitment_indicators', 'commitment_steps', 'act_notes');
GRANT DELETE ON commitment_indicators TO copil_app;
REVOKE UPDATE ON commitment_steps, act_notes FROM copil_app;

-- +goose Down
DROP TABLE act_notes, commitment_steps, commitment_indicators;
