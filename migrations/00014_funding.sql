-- +goose Up

-- What a funder brings to a beneficiary: euros, or work in kind. Its state is
-- not stored: it is deduced from the steps.
CREATE TABLE funding_lines (
    convention_id   uuid NOT NULL REFERENCES conventions,
    line_id         uuid NOT NULL,
    funder_id       uuid NOT NULL,
    purpose         text NOT NULL CHECK (purpose IN ('mission', 'site', 'structure', 'autre')), -- what kind of object is funded
    beneficiary_id  uuid NOT NULL,
    private_law     boolean NOT NULL,
    site_id         uuid,
    object          text NOT NULL CHECK (object <> ''),
    first_year      int NOT NULL CHECK (first_year BETWEEN 1900 AND 2999), -- fiscal years, both included
    last_year       int NOT NULL,
    programme       text NOT NULL DEFAULT '', -- budget line: « BOP 147 »
    commitment_code text,
    territory       text NOT NULL DEFAULT '',
    deliberation    text NOT NULL DEFAULT '', -- reference of the act by which the funder decides
    in_kind         boolean NOT NULL,
    planned         numeric(14, 2) NOT NULL DEFAULT 0 CHECK (planned >= 0), -- euros; 0 in kind
    expected        text NOT NULL CHECK (expected IN ('vote', 'annonce', 'arbitrage', 'non_reconduit')), -- firmness before any notification
    days            numeric(8, 2) NOT NULL DEFAULT 0 CHECK (days >= 0),
    contribution    text NOT NULL DEFAULT '', -- what is brought in kind
    estimate        numeric(14, 2) CHECK (estimate >= 0), -- its value in euros, never added to euros; NULL: nobody estimated it
    recorded_on     date NOT NULL,
    version         int NOT NULL DEFAULT 1,
    PRIMARY KEY (convention_id, line_id),
    FOREIGN KEY (convention_id, funder_id) REFERENCES organisations,
    FOREIGN KEY (convention_id, beneficiary_id) REFERENCES organisations,
    FOREIGN KEY (convention_id, site_id) REFERENCES sites,
    FOREIGN KEY (convention_id, commitment_code) REFERENCES commitments,
    CONSTRAINT funding_lines_years_ordered CHECK (last_year >= first_year),
    CONSTRAINT funding_lines_kind CHECK (in_kind AND planned = 0 OR NOT in_kind AND days = 0 AND contribution = '' AND estimate IS NULL)
);
CREATE INDEX funding_lines_by_funder ON funding_lines (convention_id, funder_id);

-- What became of a line, in the order in which it was recorded; never changed. A
-- wrong step is undone by a contrary one, which names it.
CREATE TABLE funding_steps (
    convention_id uuid NOT NULL,
    line_id       uuid NOT NULL,
    step          int NOT NULL,
    kind          text NOT NULL CHECK (kind IN ('demande', 'accord', 'refus', 'notification', 'convention', 'versement', 'compte_rendu', 'prolongation',
                                             'non_realisation', 'reversement_demande', 'reversement', 'solde', 'annulation')),
    on_day        date NOT NULL,
    fiscal_year   int NOT NULL,
    amount        numeric(14, 2) NOT NULL DEFAULT 0 CHECK (amount >= 0), -- euros
    reference     text NOT NULL DEFAULT '',
    reason        text NOT NULL DEFAULT '',
    until_on      date, -- of a prolongation
    undoes        int,  -- the step that this one takes back
    recorded_on   date NOT NULL,
    recorded_by   uuid, -- person
    PRIMARY KEY (convention_id, line_id, step),
    FOREIGN KEY (convention_id, line_id) REFERENCES funding_lines,
    FOREIGN KEY (convention_id, line_id, undoes) REFERENCES funding_steps,
    CONSTRAINT funding_steps_undone_once UNIQUE (convention_id, line_id, undoes),
    CONSTRAINT funding_steps_undoing_told CHECK (undoes IS NULL OR reason <> '' AND undoes < step)
);

-- Who pays for a site's posts, and until when.
CREATE TABLE site_resources (
    convention_id uuid NOT NULL,
    resource_id   uuid NOT NULL,
    site_id       uuid NOT NULL,
    funder_id     uuid, -- NULL: no organisation of the convention, told by the label
    label         text NOT NULL CHECK (label <> ''),
    firm_until    date NOT NULL, -- last day that it pays for
    firmness      text NOT NULL CHECK (firmness IN ('notifie', 'vote', 'annonce', 'arbitrage', 'non_reconduit')),
    amount        numeric(14, 2) CHECK (amount >= 0), -- euros a year; NULL: not told
    withdrawn_on  date, -- entered by mistake or replaced
    recorded_on   date NOT NULL,
    version       int NOT NULL DEFAULT 1,
    PRIMARY KEY (convention_id, resource_id),
    FOREIGN KEY (convention_id, site_id) REFERENCES sites,
    FOREIGN KEY (convention_id, funder_id) REFERENCES organisations
);
CREATE INDEX site_resources_by_site ON site_resources (convention_id, site_id);
CALL wall_in('funding_lines', 'funding_steps', 'site_resources');
REVOKE UPDATE ON funding_steps FROM copil_app;

-- +goose Down
DROP TABLE site_resources, funding_steps, funding_lines;
