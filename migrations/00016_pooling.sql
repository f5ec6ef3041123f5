-- +goose Up

-- A post that several bodies pay for together: who, from a day on. It stays one
-- post wherever posts are counted.
CREATE TABLE poolings (
    convention_id uuid NOT NULL,
    post_id       uuid NOT NULL,
    since_on      date NOT NULL,
    until_on      date, -- last day; NULL: until the next one, or still so
    edition       int NOT NULL, -- of the post's poolings: each change takes the next
    recorded_on   date NOT NULL,
    PRIMARY KEY (convention_id, post_id, since_on),
    FOREIGN KEY (convention_id, post_id) REFERENCES posts,
    CONSTRAINT poolings_dates_ordered CHECK (until_on >= since_on)
);
-- Shares in percent. Of each column, those of one pooling sum to 100.
CREATE TABLE pooling_payers (
    convention_id   uuid NOT NULL,
    post_id         uuid NOT NULL,
    since_on        date NOT NULL,
    organisation_id uuid NOT NULL,
    hours           numeric(5, 2) NOT NULL CHECK (hours BETWEEN 0 AND 100), -- of the work, for whom it is done
    euros           numeric(5, 2) NOT NULL CHECK (euros BETWEEN 0 AND 100), -- of what the commissioners pay
    PRIMARY KEY (convention_id, post_id, since_on, organisation_id),
    FOREIGN KEY (convention_id, post_id, since_on) REFERENCES poolings,
    FOREIGN KEY (convention_id, organisation_id) REFERENCES organisations
);
CREATE TABLE pooling_employers (
    convention_id   uuid NOT NULL,
    post_id         uuid NOT NULL,
    since_on        date NOT NULL,
    organisation_id uuid NOT NULL,
    hours           numeric(5, 2) NOT NULL CHECK (hours > 0 AND hours <= 100),
    PRIMARY KEY (convention_id, post_id, since_on, organisation_id),
    FOREIGN KEY (convention_id, post_id, since_on) REFERENCES poolings,
    FOREIGN KEY (convention_id, organisation_id) REFERENCES organisations
);
CALL wall_in('poolings', 'pooling_payers', 'pooling_employers');
GRANT DELETE ON pooling_payers, pooling_employers TO copil_app; -- a pooling that is corrected gets its shares anew; the log keeps the old ones

-- +goose Down
DROP TABLE pooling_employers, pooling_payers, poolings;
