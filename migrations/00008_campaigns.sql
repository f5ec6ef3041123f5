-- +goose Up

-- What reviewers ask to correct, a round of remarks for each time that a
-- submission was returned. Nothing is rewritten: every refusal stays readable.
CREATE TABLE remarks (
    convention_id uuid NOT NULL,
    submission_id uuid NOT NULL,
    round         int NOT NULL CHECK (round > 0),
    measure_code  text NOT NULL DEFAULT '', -- '' for the submission as a whole
    remark        text NOT NULL CHECK (remark <> ''),
    made_by       uuid NOT NULL, -- person
    made_on       date NOT NULL,
    PRIMARY KEY (convention_id, submission_id, round, measure_code),
    FOREIGN KEY (convention_id, submission_id) REFERENCES submissions
);

-- New answers proposed for a submission that is validated. They become versions
-- of its cells when somebody else accepts them.
CREATE TABLE corrections (
    convention_id uuid NOT NULL,
    correction_id uuid NOT NULL,
    submission_id uuid NOT NULL,
    state         text NOT NULL CHECK (state IN ('proposee', 'acceptee', 'refusee')),
    reason        text NOT NULL CHECK (reason <> ''),
    cells         jsonb NOT NULL, -- collect.Cell, every cell of the measures that change
    proposed_by   uuid NOT NULL,  -- person
    proposed_on   date NOT NULL,
    decided_by    uuid,           -- person
    decided_on    date,
    answer        text NOT NULL DEFAULT '', -- why it was refused
    version       int NOT NULL DEFAULT 1,
    PRIMARY KEY (convention_id, correction_id),
    FOREIGN KEY (convention_id, submission_id) REFERENCES submissions,
    CONSTRAINT corrections_decided_by_somebody CHECK ((state = 'proposee') = (decided_on IS NULL)),
    CONSTRAINT corrections_decided_by_another CHECK (decided_by <> proposed_by)
);
CREATE UNIQUE INDEX corrections_one_at_a_time ON corrections (convention_id, submission_id) WHERE state = 'proposee';
CREATE INDEX corrections_by_submission ON corrections (convention_id, submission_id);

-- When a submission was called for, once for each occasion of each deadline.
CREATE TABLE reminders (
    convention_id uuid NOT NULL,
    submission_id uuid NOT NULL,
    due_on        date NOT NULL, -- the deadline that it was about
    occasion      text NOT NULL, -- days after the deadline, '-15' to '7'; or the day on which it was sent by hand
    reminded_on   date NOT NULL,
    reminded_by   uuid,          -- person; NULL: Copil by itself
    PRIMARY KEY (convention_id, submission_id, due_on, occasion),
    FOREIGN KEY (convention_id, submission_id) REFERENCES submissions
);
CALL wall_in('remarks', 'corrections', 'reminders');
REVOKE UPDATE ON remarks, reminders FROM copil_app;

-- +goose Down
DROP TABLE reminders, corrections, remarks;
