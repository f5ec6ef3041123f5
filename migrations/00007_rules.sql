-- +goose Up

-- What the figures of a submission must satisfy, and what only asks for a comment.
CREATE TABLE rules (
    convention_id uuid NOT NULL REFERENCES conventions,
    rule_code     text NOT NULL CHECK (rule_code ~ '^[a-z][a-z0-9_]*$'),
    position      int NOT NULL,
    number        text NOT NULL CHECK (number <> ''), -- as the convention's documents name it
    level         text NOT NULL CHECK (level IN ('blocking', 'alert')),
    kind          text NOT NULL CHECK (kind IN ('at_most', 'rows_at_most', 'equal', 'balance', 'variation', 'never_lower', 'cumulated', 'together', 'least',
                                                'identifiers', 'dated', 'priority_area', 'control', 'names')),
    at_measure    text NOT NULL DEFAULT '', -- '': the measures of its terms
    left_terms    jsonb NOT NULL DEFAULT '[]', -- convention.Term
    right_terms   jsonb NOT NULL DEFAULT '[]',
    factor        numeric,
    percent       numeric,
    allowance     numeric,
    message       text NOT NULL CHECK (message <> ''),
    PRIMARY KEY (convention_id, rule_code)
);
CALL wall_in('rules');

-- The first day on which an entry of a list exists; NULL: always.
ALTER TABLE list_items ADD COLUMN since_on date;
-- Totals that a person typed beside a table, by measure: they are compared with the sum of its cells, never counted.
ALTER TABLE submissions ADD COLUMN controls jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(controls) = 'object');

-- +goose Down
ALTER TABLE submissions DROP COLUMN controls;
ALTER TABLE list_items DROP COLUMN since_on;
DROP TABLE rules;
