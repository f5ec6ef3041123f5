-- +goose Up

-- The facet of an organisation that employs mediators.
CREATE TABLE structures (
    convention_id   uuid NOT NULL REFERENCES conventions,
    organisation_id uuid NOT NULL,
    list_code       text NOT NULL DEFAULT 'operator_type' CHECK (list_code = 'operator_type'),
    operator_type   text NOT NULL,
    commune         text REFERENCES communes, -- its seat
    off_site        boolean NOT NULL DEFAULT true, -- whether it also has figures outside any site
    listed_on       date NOT NULL,
    delisted_on     date,
    version         int NOT NULL DEFAULT 1,
    PRIMARY KEY (convention_id, organisation_id),
    FOREIGN KEY (convention_id, organisation_id) REFERENCES organisations,
    FOREIGN KEY (convention_id, list_code, operator_type) REFERENCES list_items
);

CREATE TABLE sites (
    convention_id uuid NOT NULL REFERENCES conventions,
    site_id       uuid NOT NULL,
    code          text NOT NULL CHECK (code <> ''),
    name          text NOT NULL CHECK (name <> ''),
    need          text NOT NULL, -- what the territory needs (art. 3)
    carrier_id    uuid,          -- the organisation that carries it, not always an employer
    version       int NOT NULL DEFAULT 1,
    PRIMARY KEY (convention_id, site_id),
    FOREIGN KEY (convention_id, carrier_id) REFERENCES organisations,
    CONSTRAINT sites_code_taken UNIQUE (convention_id, code),
    CONSTRAINT sites_name_taken UNIQUE (convention_id, name)
);
CREATE TABLE site_communes (
    convention_id uuid NOT NULL,
    site_id       uuid NOT NULL,
    commune       text NOT NULL REFERENCES communes,
    PRIMARY KEY (convention_id, site_id, commune),
    FOREIGN KEY (convention_id, site_id) REFERENCES sites
);
CREATE TABLE site_sectors (
    convention_id uuid NOT NULL,
    site_id       uuid NOT NULL,
    list_code     text NOT NULL DEFAULT 'sector' CHECK (list_code = 'sector'),
    sector        text NOT NULL,
    PRIMARY KEY (convention_id, site_id, sector),
    FOREIGN KEY (convention_id, site_id) REFERENCES sites,
    FOREIGN KEY (convention_id, list_code, sector) REFERENCES list_items
);
-- Global reference data: the kinds of priority area and when the law knows them. ZUS and CUCS end when the
-- districts of decree 2014-1750 of 30 December 2014 come into force (loi 2014-173 du 21 février 2014);
-- ZUS: decree 96-1156 of 26 December 1996; CUCS: circular of 24 May 2006.
CREATE TABLE zonings (
    zoning     text PRIMARY KEY,
    label      text NOT NULL,
    short      text NOT NULL UNIQUE, -- as a sentence names it
    position   int NOT NULL UNIQUE,
    valid_from date, -- NULL: always
    valid_to   date  -- its last day; NULL: still valid
);
INSERT INTO zonings (zoning, label, short, position, valid_from, valid_to) VALUES
    ('QPV', 'Quartier prioritaire de la politique de la ville (QPV)', 'QPV', 1, '2015-01-01', NULL),
    ('ZUS', 'Zone urbaine sensible (ZUS)', 'ZUS', 2, '1996-12-28', '2014-12-31'),
    ('CUCS', 'Contrat urbain de cohésion sociale (CUCS)', 'CUCS', 3, '2007-01-01', '2014-12-31'),
    ('AUCUN', 'Hors territoire prioritaire', 'hors territoire prioritaire', 4, NULL, NULL);
GRANT SELECT ON zonings TO copil_app;
-- The priority areas a site lies in, with dates.
CREATE TABLE site_zonings (
    convention_id uuid NOT NULL,
    site_id       uuid NOT NULL,
    zoning        text NOT NULL REFERENCES zonings,
    since_on      date NOT NULL,
    until_on      date,
    note          text NOT NULL DEFAULT '',
    PRIMARY KEY (convention_id, site_id, since_on, zoning),
    FOREIGN KEY (convention_id, site_id) REFERENCES sites
);
-- A site's states over time (domain.md 4.1); the state on a day is the last one begun.
CREATE TABLE site_states (
    convention_id uuid NOT NULL,
    site_id       uuid NOT NULL,
    step          int NOT NULL,
    state         text NOT NULL CHECK (state IN ('repere', 'candidat', 'instruit', 'retenu', 'conventionne', 'actif',
                                                 'suspendu', 'evalue', 'perennise', 'clos', 'ecarte', 'retire')),
    since_on      date NOT NULL,
    decision      text NOT NULL DEFAULT '', -- number of the committee's decision
    reason        text NOT NULL DEFAULT '',
    recorded_on   date NOT NULL, -- business day: a state recorded after a report was validated leaves its figures alone
    PRIMARY KEY (convention_id, site_id, step),
    FOREIGN KEY (convention_id, site_id) REFERENCES sites
);
CREATE TABLE site_structures (
    convention_id   uuid NOT NULL,
    site_id         uuid NOT NULL,
    organisation_id uuid NOT NULL,
    since_on        date NOT NULL,
    until_on        date,
    PRIMARY KEY (convention_id, site_id, organisation_id),
    FOREIGN KEY (convention_id, site_id) REFERENCES sites,
    FOREIGN KEY (convention_id, organisation_id) REFERENCES structures
);
CREATE INDEX site_structures_by_structure ON site_structures (convention_id, organisation_id);

-- A post is an anonymous row: never the person who holds it.
CREATE TABLE posts (
    convention_id     uuid NOT NULL REFERENCES conventions,
    post_id           uuid NOT NULL,
    organisation_id   uuid NOT NULL,
    site_id           uuid, -- where it is now; NULL: off-site
    reference         text NOT NULL CHECK (reference <> ''),
    list_code         text NOT NULL DEFAULT 'job_type' CHECK (list_code = 'job_type'),
    job_type          text NOT NULL,
    quotity           numeric(3, 2) NOT NULL DEFAULT 1 CHECK (quotity > 0 AND quotity <= 1),
    opened_on         date NOT NULL,
    filled_on         date,
    vacated_on        date,
    closed_on         date,
    consolidated_on   date,
    consolidation     text CHECK (consolidation IN ('permanent', 'funded', 'internal')),
    authors           uuid[] NOT NULL, -- persons who created or changed it: none of them validates what it counts for
    touched_on        date NOT NULL,   -- business day of the last change
    added_at          timestamptz NOT NULL, -- by the wall clock: a submission handed in before did not count it
    withdrawn_on      date, -- entered by mistake: counted and listed nowhere, its reference stays taken
    withdrawal        text NOT NULL DEFAULT '', -- why
    version           int NOT NULL DEFAULT 1,
    PRIMARY KEY (convention_id, post_id),
    FOREIGN KEY (convention_id, organisation_id) REFERENCES structures,
    FOREIGN KEY (convention_id, site_id) REFERENCES sites,
    FOREIGN KEY (convention_id, list_code, job_type) REFERENCES list_items,
    CONSTRAINT posts_reference_taken UNIQUE (convention_id, organisation_id, reference),
    CONSTRAINT posts_dates_ordered CHECK (filled_on >= opened_on AND vacated_on >= filled_on AND closed_on >= opened_on AND consolidated_on >= opened_on),
    CONSTRAINT posts_withdrawal_told CHECK ((withdrawn_on IS NULL) = (withdrawal = '')),
    CONSTRAINT posts_consolidation_told CHECK ((consolidated_on IS NULL) = (consolidation IS NULL))
);
CREATE INDEX posts_by_site ON posts (convention_id, site_id);
-- A move keeps the post: it is neither closed nor created again.
CREATE TABLE post_moves (
    convention_id uuid NOT NULL,
    post_id       uuid NOT NULL,
    moved_on      date NOT NULL,
    from_site_id  uuid, -- NULL: off-site
    PRIMARY KEY (convention_id, post_id, moved_on),
    FOREIGN KEY (convention_id, post_id) REFERENCES posts,
    FOREIGN KEY (convention_id, from_site_id) REFERENCES sites
);
CALL wall_in('structures', 'sites', 'site_communes', 'site_sectors', 'site_zonings', 'site_states', 'site_structures', 'posts', 'post_moves');
GRANT DELETE ON site_communes, site_sectors, site_zonings TO copil_app;

-- +goose Down
DROP TABLE post_moves, posts, site_structures, site_states, site_zonings, zonings, site_sectors, site_communes, sites, structures;
