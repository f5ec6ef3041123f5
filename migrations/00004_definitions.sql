-- +goose Up

-- Reference lists of a convention: job types, sexes, activities, sectors, operator types…
CREATE TABLE lists (
    convention_id uuid NOT NULL REFERENCES conventions,
    list_code     text NOT NULL CHECK (list_code <> ''),
    label         text NOT NULL,
    position      int NOT NULL,
    PRIMARY KEY (convention_id, list_code)
);
CREATE TABLE list_items (
    convention_id uuid NOT NULL,
    list_code     text NOT NULL,
    item_code     text NOT NULL CHECK (item_code <> ''),
    label         text NOT NULL,
    position      int NOT NULL,
    quoted        boolean NOT NULL DEFAULT false, -- the label's words are the act's own
    note          text NOT NULL DEFAULT '',
    PRIMARY KEY (convention_id, list_code, item_code),
    FOREIGN KEY (convention_id, list_code) REFERENCES lists
);

-- A period is a row, never parsed out of its code. Its state follows from its
-- dates and the business date.
CREATE TABLE periods (
    convention_id uuid NOT NULL REFERENCES conventions,
    period_code   text NOT NULL CHECK (period_code ~ '^[0-9A-Za-z-]{1,20}$'),
    label         text NOT NULL,
    position      int NOT NULL,
    starts_on     date NOT NULL,
    ends_on       date NOT NULL,
    reconstituted boolean NOT NULL DEFAULT false,
    opened_on     date, -- collecting opened
    due_on        date, -- figures due
    closed_on     date, -- collecting closed; reports are validated later
    message       text NOT NULL DEFAULT '', -- of who opened it, to those who owe figures
    validated_on  date, -- its report validated
    presented_on  date, -- its report presented
    version       int NOT NULL DEFAULT 1,
    PRIMARY KEY (convention_id, period_code),
    CONSTRAINT periods_position_taken UNIQUE (convention_id, position),
    CONSTRAINT periods_dates_ordered CHECK (ends_on >= starts_on)
);

-- A measure is one figure that is collected (or counted from posts); indicators
-- are formulas over measures, so that nothing is entered twice.
CREATE TABLE measures (
    convention_id uuid NOT NULL REFERENCES conventions,
    measure_code  text NOT NULL CHECK (measure_code ~ '^[a-z0-9_]+$'),
    version       int NOT NULL,
    valid_from    date NOT NULL,
    position      int NOT NULL,
    label         text NOT NULL,
    hint          text NOT NULL DEFAULT '',
    unit          text NOT NULL,
    section       text NOT NULL, -- the heading under which the form asks for it
    kind          text NOT NULL CHECK (kind IN ('stock', 'flow', 'cumulative')),
    source        text NOT NULL CHECK (source IN ('typed', 'posts', 'identifiers')),
    places        smallint NOT NULL DEFAULT 0 CHECK (places BETWEEN 0 AND 4),
    entered_by    text[] NOT NULL, -- 'structure', 'mission', or a party's code
    row_list      text,            -- breakdown by the items of a list
    column_list   text,            -- and of a second one
    short_form    boolean NOT NULL DEFAULT false,
    headline      text NOT NULL DEFAULT '', -- its column head in lists; '' keeps it out of them
    PRIMARY KEY (convention_id, measure_code, version),
    FOREIGN KEY (convention_id, row_list) REFERENCES lists,
    FOREIGN KEY (convention_id, column_list) REFERENCES lists,
    CHECK (column_list IS NULL OR row_list IS NOT NULL)
);

CREATE TABLE indicators (
    convention_id  uuid NOT NULL REFERENCES conventions,
    indicator_code text NOT NULL CHECK (indicator_code ~ '^[0-9A-Za-z-]{1,20}$'),
    position       int NOT NULL,
    axis_no        int,          -- NULL: across axes
    status         text NOT NULL CHECK (status IN ('active', 'library')),
    origin         text NOT NULL CHECK (origin IN ('act', 'objective', 'practice')),
    headline       text NOT NULL DEFAULT '' CHECK (headline IN ('', 'progress', 'stock')), -- what the dashboard shows first
    PRIMARY KEY (convention_id, indicator_code),
    FOREIGN KEY (convention_id, axis_no) REFERENCES axes
);
CREATE TABLE indicator_versions (
    convention_id  uuid NOT NULL,
    indicator_code text NOT NULL,
    version        int NOT NULL,
    valid_from     date NOT NULL,
    label          text NOT NULL,
    reference      text NOT NULL,  -- article or objective of the act
    type           text NOT NULL CHECK (type IN ('outcome', 'monitoring', 'implementation')),
    unit           text NOT NULL,
    places         smallint NOT NULL DEFAULT 0,
    across_sites   text NOT NULL CHECK (across_sites IN ('sum', 'distinct', 'ratio', 'none')),
    across_periods text NOT NULL CHECK (across_periods IN ('sum', 'last', 'cumulative', 'ratio', 'distinct')),
    direction      text NOT NULL CHECK (direction IN ('up', 'down', 'context')),
    doctrine       text NOT NULL,  -- what exactly is counted, in one sentence
    formula        jsonb NOT NULL, -- convention.Formula
    breakdowns     text[] NOT NULL DEFAULT '{}',
    baselines      jsonb NOT NULL DEFAULT '[]', -- convention.Baseline
    target         numeric,        -- NULL: to be fixed by the committee
    target_source  text NOT NULL DEFAULT '',
    entered_by     text NOT NULL,
    validated_by   text NOT NULL,
    rule           text NOT NULL,
    PRIMARY KEY (convention_id, indicator_code, version),
    FOREIGN KEY (convention_id, indicator_code) REFERENCES indicators
);
CALL wall_in('lists', 'list_items', 'periods', 'measures', 'indicators', 'indicator_versions');

-- +goose Down
DROP TABLE indicator_versions, indicators, measures, periods, list_items, lists;
