-- schema.sql - what every nimblesim database holds: one file an invocation. The tables of a model
-- (its rows, and `bin`) are made from the model's own description, which the tables model_* keep.
--
-- Times are integer nanoseconds since the start of the run, in columns *_ns; wall times are
-- nanoseconds since 1970 UTC (*_unix_ns), of this host's work (*_host_ns), or seconds (wall_s).
-- Seeds are unsigned 64-bit numbers: one above 9223372036854775807 shows as that number minus 2^64.
-- Only `invocation`, `library` and the columns wall_s and *_host_ns differ between two runs of one
-- scenario, seed and commit: every key is natural and no table keeps the order in which rows came,
-- so threads cannot leave a trace.
--
-- The views v_* are a contract: their columns keep name, order, unit and meaning.
-- Tables may gain columns; whatever would mislead a reader raises user_version.

PRAGMA application_id = 1852662380; -- 0x6e6d626c, "nmbl"
PRAGMA user_version = 2;

-- Where the data is from. A program that was killed leaves state 'running'.
CREATE TABLE invocation (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    state TEXT NOT NULL CHECK (state IN ('running', 'complete', 'interrupted', 'failed')),
    program_version TEXT NOT NULL,
    program_commit TEXT NOT NULL,
    compiler TEXT NOT NULL,
    compiler_flags TEXT NOT NULL,
    host TEXT NOT NULL,
    arguments TEXT NOT NULL,
    scenario_path TEXT NOT NULL,
    scenario_text TEXT NOT NULL,     -- the file's bytes
    scenario_resolved TEXT NOT NULL, -- every key with the value in force
    scenario_hash TEXT NOT NULL CHECK (length(scenario_hash) = 64
                                       AND scenario_hash NOT GLOB '*[^0-9a-f]*'), -- SHA-256
    model TEXT NOT NULL,             -- its name
    seed INTEGER NOT NULL,
    started_unix_ns INTEGER NOT NULL,
    ended_unix_ns INTEGER,
    clock TEXT NOT NULL DEFAULT 'simulated' -- virtual: the nodes were processes of this host
        CHECK (clock IN ('simulated', 'virtual')),
    CHECK ((state = 'running') = (ended_unix_ns IS NULL))
) STRICT;

CREATE TABLE library (
    name TEXT PRIMARY KEY,
    version TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What the scenario read beside itself. A merged sweep has the files of all its points: there one
-- path may stand for several files, which a point's scenario_resolved tells apart by their SHA-256.
CREATE TABLE input_file (
    path TEXT NOT NULL, -- as the scenario says it
    key TEXT NOT NULL,  -- where
    bytes BLOB NOT NULL,
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64 AND sha256 NOT GLOB '*[^0-9a-f]*'),
    length INTEGER NOT NULL CHECK (length = length(bytes)),
    PRIMARY KEY (path, key, sha256)
) STRICT, WITHOUT ROWID;

-- What the model's tables and series are, for readers that do not know the model. The last word of
-- a column's name is its unit.
CREATE TABLE model_table (
    name TEXT PRIMARY KEY,
    position INTEGER NOT NULL CHECK (position >= 0),
    about TEXT NOT NULL,
    least_record INTEGER NOT NULL -- which `record:` fills it: 0 summary, 1 calls, 2 events
) STRICT, WITHOUT ROWID;

CREATE TABLE model_column (
    table_name TEXT NOT NULL,
    position INTEGER NOT NULL, -- behind run_id, from 0
    name TEXT NOT NULL,
    about TEXT NOT NULL,
    type TEXT NOT NULL,        -- integer, real, text, time
    words TEXT,                -- all that a text may be, a line each; NULL: any
    is_key INTEGER NOT NULL,   -- 0 or 1, like the next two
    may_miss INTEGER NOT NULL,
    is_signed INTEGER NOT NULL,
    PRIMARY KEY (table_name, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE model_series (
    name TEXT PRIMARY KEY, -- a column of `bin`
    position INTEGER NOT NULL CHECK (position >= 0),
    unit TEXT NOT NULL,    -- of the sum; '' for a count
    about TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- One row a (variant, replication). Results are NULL until the run has ended.
CREATE TABLE run (
    run_id INTEGER PRIMARY KEY CHECK (run_id > 0),
    variant TEXT NOT NULL,
    replication INTEGER NOT NULL CHECK (replication > 0),
    seed INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('running', 'complete', 'interrupted', 'failed')),
    digest TEXT CHECK (length(digest) = 16 AND digest NOT GLOB '*[^0-9a-f]*'),
    work_digest TEXT CHECK (length(work_digest) = 16 AND work_digest NOT GLOB '*[^0-9a-f]*'),
    events INTEGER CHECK (events >= 0),
    wall_s REAL CHECK (wall_s >= 0),
    point_id INTEGER NOT NULL DEFAULT 0, -- of table point; 0: no part of a merged sweep
    UNIQUE (point_id, variant, replication),
    CHECK (state <> 'complete'
           OR (digest IS NOT NULL AND work_digest IS NOT NULL AND events IS NOT NULL))
) STRICT;

-- Sweeps. A point of a sweep is a file of its own with one row in point_axis for each axis, whose
-- point_id is 0. `nimblesim merge` puts points into one file: a row of point keeps what the
-- point's own invocation was, and invocation is the merge's, with the first point's scenario.
CREATE TABLE axis (
    axis INTEGER PRIMARY KEY CHECK (axis > 0), -- in the order of the scenario
    key TEXT NOT NULL UNIQUE,
    unit TEXT NOT NULL                         -- of point_axis.number; '' for a count or a word
) STRICT;

CREATE TABLE point (
    point_id INTEGER PRIMARY KEY CHECK (point_id > 0),
    hash TEXT NOT NULL UNIQUE, -- SHA-256 of the resolved scenario
    model TEXT NOT NULL,
    program_version TEXT NOT NULL,
    program_commit TEXT NOT NULL,
    compiler TEXT NOT NULL,
    compiler_flags TEXT NOT NULL,
    libraries TEXT NOT NULL,
    host TEXT NOT NULL,
    arguments TEXT NOT NULL, -- repeat the point alone
    scenario_path TEXT NOT NULL,
    scenario_text TEXT NOT NULL,
    scenario_resolved TEXT NOT NULL,
    seed INTEGER NOT NULL,
    started_unix_ns INTEGER NOT NULL,
    ended_unix_ns INTEGER NOT NULL
) STRICT;

CREATE TABLE point_axis (
    point_id INTEGER NOT NULL, -- 0: this file is the point
    axis INTEGER NOT NULL REFERENCES axis,
    value TEXT NOT NULL,       -- as it can be written in a scenario
    number ANY CHECK (typeof(number) IN ('integer', 'real', 'null')), -- NULL: a word
    PRIMARY KEY (point_id, axis)
) STRICT, WITHOUT ROWID;

CREATE TABLE metric (
    run_id INTEGER NOT NULL REFERENCES run,
    name TEXT NOT NULL,
    value REAL,         -- NULL: undefined, as the mean of no call at all
    unit TEXT NOT NULL, -- '' for a count
    PRIMARY KEY (run_id, name)
) STRICT, WITHOUT ROWID;

-- How often a value fell into a bin, whatever `record:` was. Bins are log-linear: v_distribution
-- says where they lie.
CREATE TABLE distribution (
    run_id INTEGER NOT NULL REFERENCES run,
    name TEXT NOT NULL,
    bin INTEGER NOT NULL CHECK (bin >= 0),
    count INTEGER NOT NULL CHECK (count > 0), -- a bin without a row counted nothing
    PRIMARY KEY (run_id, name, bin)
) STRICT, WITHOUT ROWID;

CREATE TABLE distribution_unit (
    name TEXT PRIMARY KEY,
    unit TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE warning (
    run_id INTEGER NOT NULL REFERENCES run,
    seq INTEGER NOT NULL,
    t_ns INTEGER NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (run_id, seq)
) STRICT, WITHOUT ROWID;
