-- +goose Up

-- The act as written: its words are quoted with their typos, never corrected.
CREATE TABLE articles (
    convention_id uuid NOT NULL REFERENCES conventions,
    article_no    int NOT NULL, -- 0: preamble
    title         text NOT NULL DEFAULT '',
    body          text NOT NULL DEFAULT '',
    missing       boolean NOT NULL DEFAULT false, -- absent from the source: shown as such, nothing invented
    PRIMARY KEY (convention_id, article_no),
    CHECK (NOT missing OR body = '')
);
CREATE TABLE parties (
    convention_id       uuid NOT NULL REFERENCES conventions,
    party_code          text NOT NULL,
    organisation_id     uuid NOT NULL,
    position            int NOT NULL,
    name_quoted         text NOT NULL,
    represented_quoted  text NOT NULL DEFAULT '',
    signed_for_quoted   text NOT NULL DEFAULT '',
    signer_name         text NOT NULL DEFAULT '',
    signer_capacity     text NOT NULL DEFAULT '',
    chairs              boolean NOT NULL DEFAULT false, -- co-chairs the steering committee
    PRIMARY KEY (convention_id, party_code),
    FOREIGN KEY (convention_id, organisation_id) REFERENCES organisations
);
CREATE TABLE axes (
    convention_id uuid NOT NULL REFERENCES conventions,
    axis_no       int NOT NULL,
    quoted        text NOT NULL,
    short_label   text NOT NULL,
    PRIMARY KEY (convention_id, axis_no)
);
CREATE TABLE stakes (
    convention_id uuid NOT NULL REFERENCES conventions,
    stake_no      int NOT NULL,
    article_no    int NOT NULL,
    quoted        text NOT NULL,
    items         text[] NOT NULL DEFAULT '{}',
    PRIMARY KEY (convention_id, stake_no),
    FOREIGN KEY (convention_id, article_no) REFERENCES articles
);
CREATE TABLE objectives (
    convention_id uuid NOT NULL REFERENCES conventions,
    objective_no  int NOT NULL,
    article_no    int NOT NULL,
    quoted        text NOT NULL,
    proposed_axis int, -- a proposal: the act does not map objectives to axes
    PRIMARY KEY (convention_id, objective_no),
    FOREIGN KEY (convention_id, article_no) REFERENCES articles,
    FOREIGN KEY (convention_id, proposed_axis) REFERENCES axes
);
CREATE TABLE commitments (
    convention_id   uuid NOT NULL REFERENCES conventions,
    commitment_code text NOT NULL,
    position        int NOT NULL,
    party_code      text, -- NULL: every party
    article_no      int NOT NULL,
    quoted          text NOT NULL,
    by_quoted       text NOT NULL DEFAULT '',
    condition_quoted text NOT NULL DEFAULT '',
    budget_line     text NOT NULL DEFAULT '',
    budget_quoted   text NOT NULL DEFAULT '',
    annual          boolean NOT NULL DEFAULT false,
    years           int[] NOT NULL DEFAULT '{}', -- the only years it covers, where the act names them
    PRIMARY KEY (convention_id, commitment_code),
    FOREIGN KEY (convention_id, party_code) REFERENCES parties,
    FOREIGN KEY (convention_id, article_no) REFERENCES articles
);
-- A figure of the act, with what exactly it counts: it is never recomputed nor added to another.
CREATE TABLE key_figures (
    convention_id uuid NOT NULL REFERENCES conventions,
    figure_code   text NOT NULL,
    position      int NOT NULL,
    article_no    int NOT NULL,
    quoted        text NOT NULL,
    minimum       numeric NOT NULL,
    maximum       numeric NOT NULL, -- equal to the minimum unless a range
    approximate   boolean NOT NULL DEFAULT false,
    unit          text NOT NULL,
    year          int, -- NULL: the act does not date it
    doctrine      text NOT NULL,
    footnote_no   int,
    PRIMARY KEY (convention_id, figure_code),
    FOREIGN KEY (convention_id, article_no) REFERENCES articles,
    CHECK (maximum >= minimum)
);
CREATE TABLE footnotes (
    convention_id uuid NOT NULL REFERENCES conventions,
    footnote_no   int NOT NULL,
    article_no    int NOT NULL,
    quoted        text NOT NULL,
    PRIMARY KEY (convention_id, footnote_no),
    FOREIGN KEY (convention_id, article_no) REFERENCES articles
);
CREATE TABLE governance_bodies (
    convention_id uuid NOT NULL REFERENCES conventions,
    body_code     text NOT NULL,
    position      int NOT NULL,
    article_no    int NOT NULL,
    name_quoted   text NOT NULL,
    short_label   text NOT NULL,
    per_year      int,
    quotes        text[] NOT NULL DEFAULT '{}', -- chairs, members, frequency, powers, as written
    validates_report boolean NOT NULL DEFAULT false,
    hears_report  boolean NOT NULL DEFAULT false,
    PRIMARY KEY (convention_id, body_code),
    FOREIGN KEY (convention_id, article_no) REFERENCES articles
);
-- What is odd about the act, with the place in the text.
CREATE TABLE findings (
    convention_id uuid NOT NULL REFERENCES conventions,
    finding_code  text NOT NULL,
    position      int NOT NULL,
    article_no    int,
    title         text NOT NULL,
    explanation   text NOT NULL,
    PRIMARY KEY (convention_id, finding_code)
);
CALL wall_in('articles', 'parties', 'axes', 'stakes', 'objectives', 'commitments', 'key_figures', 'footnotes', 'governance_bodies', 'findings');

-- +goose Down
DROP TABLE findings, governance_bodies, footnotes, key_figures, commitments, objectives, stakes, axes, parties, articles;
