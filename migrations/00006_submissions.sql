-- +goose Up

-- What one organisation owes for one site (or off-site) and one period.
CREATE TABLE submissions (
    convention_id   uuid NOT NULL REFERENCES conventions,
    submission_id   uuid NOT NULL,
    organisation_id uuid NOT NULL,
    site_id         uuid, -- NULL: off-site
    period_code     text NOT NULL,
    state           text NOT NULL CHECK (state IN ('a_saisir', 'brouillon', 'soumise', 'a_corriger', 'validee', 'non_remise')),
    remark          text NOT NULL DEFAULT '', -- of who enters
    return_reason   text NOT NULL DEFAULT '', -- of who returned it
    round           int NOT NULL DEFAULT 0, -- how many times it was returned
    due_on          date, -- its own deadline; NULL: the period's
    submitted_by    uuid,
    submitted_on    date,
    submitted_at    timestamptz, -- by the wall clock: posts added later are not counted in it
    validated_by    uuid,
    validated_on    date,
    short_form      boolean NOT NULL DEFAULT false, -- when it was last handed in, not everything had to be answered, nor was
    alerts          int NOT NULL DEFAULT 0, -- that stood then, each explained by a comment
    version         int NOT NULL DEFAULT 1,
    PRIMARY KEY (convention_id, submission_id),
    FOREIGN KEY (convention_id, organisation_id) REFERENCES organisations,
    FOREIGN KEY (convention_id, site_id) REFERENCES sites,
    FOREIGN KEY (convention_id, period_code) REFERENCES periods,
    CONSTRAINT submissions_once UNIQUE NULLS NOT DISTINCT (convention_id, period_code, organisation_id, site_id),
    CONSTRAINT submissions_validated_by_somebody CHECK ((state = 'validee') = (validated_on IS NOT NULL))
);
CREATE INDEX submissions_by_organisation ON submissions (convention_id, organisation_id);
CREATE INDEX submissions_by_site ON submissions (convention_id, site_id);

-- Every version of every cell. A cell is a number, "non renseigné", or "sans
-- objet" with a reason: missing is not zero.
CREATE TABLE cell_versions (
    convention_id   uuid NOT NULL,
    submission_id   uuid NOT NULL,
    measure_code    text NOT NULL,
    row_item        text NOT NULL DEFAULT '', -- '' where the measure has no breakdown
    column_item     text NOT NULL DEFAULT '',
    version         int NOT NULL,
    measure_version int NOT NULL, -- the definition that was valid at the period's end
    state           text NOT NULL CHECK (state IN ('number', 'missing', 'not_applicable')),
    number          numeric,
    identifiers     text[], -- what a distinct count counts
    reason          text NOT NULL DEFAULT '', -- why it is not applicable
    comment         text NOT NULL DEFAULT '',
    correction      text NOT NULL DEFAULT '', -- why a validated value changed
    current         boolean NOT NULL DEFAULT true,
    entered_by      uuid NOT NULL, -- person
    entered_at      timestamptz NOT NULL,
    entered_on      date NOT NULL,
    PRIMARY KEY (convention_id, submission_id, measure_code, row_item, column_item, version),
    FOREIGN KEY (convention_id, submission_id) REFERENCES submissions,
    FOREIGN KEY (convention_id, measure_code, measure_version) REFERENCES measures,
    CONSTRAINT cell_versions_number CHECK ((state = 'number') = (number IS NOT NULL)) -- a draft's reason may still be missing
);
CREATE UNIQUE INDEX cell_versions_current ON cell_versions (convention_id, submission_id, measure_code, row_item, column_item) WHERE current;
CREATE INDEX cell_versions_by_measure ON cell_versions (convention_id, measure_code) INCLUDE (submission_id, number) WHERE current;
CALL wall_in('submissions', 'cell_versions');
REVOKE UPDATE ON cell_versions FROM copil_app;
GRANT UPDATE (current) ON cell_versions TO copil_app; -- a version is retired, never rewritten

-- +goose Down
DROP TABLE cell_versions, submissions;
