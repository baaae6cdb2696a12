-- schema.sql - what a nimblesim database holds: one file an invocation.
--
-- Times are integer nanoseconds since the start of the run, in columns *_ns; wall times are
-- nanoseconds since 1970 UTC (*_unix_ns), of this host's work (*_host_ns), or seconds (wall_s). Seeds are unsigned 64-bit numbers:
-- one above 9223372036854775807 shows as that number minus 2^64. Nodes, robots and tasklets have
-- the numbers that the run gave them. Only `invocation`, `library` and the columns wall_s and
-- *_host_ns differ between two runs of one scenario, seed and commit: every key is natural and no table keeps the
-- order in which rows came, so threads cannot leave a trace.
--
-- The views v_* are a contract: their columns keep name, order, unit and meaning.
-- Tables may gain columns; whatever would mislead a reader raises user_version.

PRAGMA application_id = 1852662380; -- 0x6e6d626c, "nmbl"
PRAGMA user_version = 1;

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
    scenario_hash TEXT NOT NULL CHECK (length(scenario_hash) = 16
                                       AND scenario_hash NOT GLOB '*[^0-9a-f]*'),
    seed INTEGER NOT NULL,
    started_unix_ns INTEGER NOT NULL,
    ended_unix_ns INTEGER,
    CHECK ((state = 'running') = (ended_unix_ns IS NULL))
) STRICT;

CREATE TABLE library (
    name TEXT PRIMARY KEY,
    version TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- One row a (variant, replication). Results are NULL until the run has ended.
CREATE TABLE run (
    run_id INTEGER PRIMARY KEY CHECK (run_id > 0),
    variant TEXT NOT NULL,
    replication INTEGER NOT NULL CHECK (replication > 0),
    seed INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('running', 'complete', 'interrupted', 'failed')),
    digest TEXT CHECK (length(digest) = 16 AND digest NOT GLOB '*[^0-9a-f]*'),
    trace_digest TEXT CHECK (length(trace_digest) = 16 AND trace_digest NOT GLOB '*[^0-9a-f]*'),
    events INTEGER CHECK (events >= 0),
    wall_s REAL CHECK (wall_s >= 0),
    point_id INTEGER NOT NULL DEFAULT 0, -- of table point; 0: no part of a merged sweep
    UNIQUE (point_id, variant, replication),
    CHECK (state <> 'complete'
           OR (digest IS NOT NULL AND trace_digest IS NOT NULL AND events IS NOT NULL))
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
    hash TEXT NOT NULL UNIQUE, -- of the resolved scenario
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

CREATE TABLE node (
    run_id INTEGER NOT NULL REFERENCES run,
    node INTEGER NOT NULL CHECK (node > 0),
    x_m REAL, -- NULL where a node has no place, as the registry
    y_m REAL,
    role TEXT NOT NULL CHECK (role IN ('node', 'gateway', 'registry')),
    PRIMARY KEY (run_id, node)
) STRICT, WITHOUT ROWID;

CREATE TABLE node_traffic (
    run_id INTEGER NOT NULL,
    node INTEGER NOT NULL,
    tx_bytes INTEGER NOT NULL CHECK (tx_bytes >= 0),
    rx_bytes INTEGER NOT NULL CHECK (rx_bytes >= 0),
    tx_messages INTEGER NOT NULL CHECK (tx_messages >= 0),
    rx_messages INTEGER NOT NULL CHECK (rx_messages >= 0),
    calls INTEGER NOT NULL CHECK (calls >= 0),
    hits INTEGER NOT NULL CHECK (hits >= 0), -- acquisitions served by the node's own cache
    evictions INTEGER NOT NULL CHECK (evictions >= 0),
    cache_high_bytes INTEGER NOT NULL CHECK (cache_high_bytes >= 0),
    busy_ns INTEGER NOT NULL CHECK (busy_ns >= 0), -- summed over the node's executors
    PRIMARY KEY (run_id, node),
    FOREIGN KEY (run_id, node) REFERENCES node
) STRICT, WITHOUT ROWID;

-- A bin ends at t_ns and starts where the one before it ended, 10 s earlier.
CREATE TABLE load_bin (
    run_id INTEGER NOT NULL REFERENCES run,
    t_ns INTEGER NOT NULL CHECK (t_ns > 0),
    bytes INTEGER NOT NULL CHECK (bytes >= 0), -- sent plus received, all nodes but the registry
    PRIMARY KEY (run_id, t_ns)
) STRICT, WITHOUT ROWID;

-- Sums over the calls that completed in the bin.
CREATE TABLE response_bin (
    run_id INTEGER NOT NULL REFERENCES run,
    t_ns INTEGER NOT NULL CHECK (t_ns > 0),
    completed INTEGER NOT NULL CHECK (completed >= 0),
    response_ns INTEGER NOT NULL CHECK (response_ns >= 0),
    acquisition_ns INTEGER NOT NULL CHECK (acquisition_ns >= 0),
    execution_ns INTEGER NOT NULL CHECK (execution_ns >= 0),
    queueing_ns INTEGER NOT NULL CHECK (queueing_ns >= 0),
    PRIMARY KEY (run_id, t_ns)
) STRICT, WITHOUT ROWID;

CREATE TABLE tasklet (
    run_id INTEGER NOT NULL REFERENCES run,
    tasklet INTEGER NOT NULL CHECK (tasklet >= 0),
    kind TEXT NOT NULL CHECK (kind IN ('chain', 'algorithm')),
    name TEXT NOT NULL,
    size_bytes INTEGER NOT NULL CHECK (size_bytes >= 0),
    time_ns INTEGER NOT NULL CHECK (time_ns >= 0), -- its own, without what it calls
    load_ns INTEGER CHECK (load_ns >= 0),       -- its start; NULL, like the next two: did not run
    suspend_ns INTEGER CHECK (suspend_ns >= 0), -- before each of its calls
    resume_ns INTEGER CHECK (resume_ns >= 0),   -- return to it after each of its calls
    PRIMARY KEY (run_id, tasklet)
) STRICT, WITHOUT ROWID;

-- tasklet calls callee after it has itself run for after_ns since its start.
CREATE TABLE tasklet_call (
    run_id INTEGER NOT NULL,
    tasklet INTEGER NOT NULL,
    position INTEGER NOT NULL CHECK (position >= 0),
    callee INTEGER NOT NULL,
    after_ns INTEGER NOT NULL CHECK (after_ns >= 0),
    PRIMARY KEY (run_id, tasklet, position),
    FOREIGN KEY (run_id, tasklet) REFERENCES tasklet DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (run_id, callee) REFERENCES tasklet DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;

-- The call trace with what became of each call. Trigger, robot, node, chain and place depend on
-- scenario and seed alone: they are equal in every variant of a replication.
CREATE TABLE call (
    run_id INTEGER NOT NULL REFERENCES run,
    call_id INTEGER NOT NULL,
    t_ns INTEGER NOT NULL CHECK (t_ns >= 0), -- the trigger
    robot INTEGER NOT NULL,
    node INTEGER, -- NULL: out of contact
    chain INTEGER NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('out_of_contact', 'completed', 'failed', 'pending')),
    response_ns INTEGER CHECK (response_ns >= 0), -- trigger to end; NULL unless completed
    queueing_ns INTEGER CHECK (queueing_ns >= 0),
    acquisition_ns INTEGER CHECK (acquisition_ns >= 0),
    execution_ns INTEGER CHECK (execution_ns >= 0),
    x_m REAL NOT NULL, -- where the robot was
    y_m REAL NOT NULL,
    PRIMARY KEY (run_id, call_id),
    CHECK ((status = 'out_of_contact') = (node IS NULL)),
    CHECK ((status = 'completed') = (response_ns IS NOT NULL))
) STRICT, WITHOUT ROWID;

-- Only with `record: calls` or finer: how a call came by each of its tasklets. The times add up to
-- done_ns - t_ns.
CREATE TABLE acquisition (
    run_id INTEGER NOT NULL REFERENCES run,
    seq INTEGER NOT NULL, -- in the order in which they ended
    call_id INTEGER NOT NULL,
    node INTEGER NOT NULL,
    tasklet INTEGER NOT NULL,
    t_ns INTEGER NOT NULL CHECK (t_ns >= 0), -- asked for
    done_ns INTEGER NOT NULL CHECK (done_ns >= t_ns),
    served TEXT NOT NULL CHECK (served IN ('cache', 'neighbour', 'global', 'registry', 'failed')),
    source INTEGER, -- the node that sent it; NULL if it failed
    attempts INTEGER NOT NULL CHECK (attempts >= 1),
    evicted INTEGER NOT NULL CHECK (evicted >= 0), -- entries that had to go for it
    local_search_ns INTEGER NOT NULL,
    global_search_ns INTEGER NOT NULL,
    registry_ns INTEGER NOT NULL,
    metadata_ns INTEGER NOT NULL,
    room_ns INTEGER NOT NULL,
    transfer_ns INTEGER NOT NULL,
    follow_ns INTEGER NOT NULL, -- waiting for another acquisition of the same tasklet
    PRIMARY KEY (run_id, seq)
) STRICT, WITHOUT ROWID;

-- Only with `record: events`.
CREATE TABLE event (
    run_id INTEGER NOT NULL REFERENCES run,
    seq INTEGER NOT NULL,
    t_ns INTEGER NOT NULL CHECK (t_ns >= 0),
    node INTEGER NOT NULL,
    kind TEXT NOT NULL,
    call_id INTEGER, -- NULL where the event has none; so the rest
    tasklet INTEGER,
    peer INTEGER,
    bytes INTEGER,
    PRIMARY KEY (run_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE warning (
    run_id INTEGER NOT NULL REFERENCES run,
    seq INTEGER NOT NULL,
    t_ns INTEGER NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (run_id, seq)
) STRICT, WITHOUT ROWID;

-- Only in what `nimblesim replay` writes: a copy of a result, whose completed calls were executed
-- for real. All other tables hold what was simulated, as the result had it; only events stay
-- behind. run.state is the replay's own.
CREATE TABLE replay (
    run_id INTEGER PRIMARY KEY REFERENCES run,
    mode TEXT NOT NULL CHECK (mode IN ('suspended', 'nested', 'reexecuted')), -- of sub-calls
    sample_ppm INTEGER NOT NULL CHECK (sample_ppm BETWEEN 1 AND 1000000), -- calls in a million
    calls INTEGER NOT NULL CHECK (calls >= 0), -- that are to be executed
    binaries TEXT NOT NULL CHECK (length(binaries) = 16
                                  AND binaries NOT GLOB '*[^0-9a-f]*'), -- digest of the tasklets
    simulated_by TEXT NOT NULL DEFAULT '', -- program_commit of the result
    platform TEXT, -- the table that platform_ns is from, with its digest; NULL: none
    -- Of call, result, instructions, loads and suspensions of all executions by call_id; NULL
    -- until all are there.
    digest TEXT CHECK (length(digest) = 16 AND digest NOT GLOB '*[^0-9a-f]*')
) STRICT;

-- A call as it was executed. All columns but *_host_ns repeat; state_bytes and memory_bytes do on
-- hosts whose pointers are as long.
CREATE TABLE execution (
    run_id INTEGER NOT NULL REFERENCES replay,
    call_id INTEGER NOT NULL,
    result INTEGER NOT NULL CHECK (result BETWEEN 0 AND 4294967295), -- what the chain returned
    instructions INTEGER NOT NULL CHECK (instructions >= 0),         -- of all its tasklets
    own_instructions INTEGER NOT NULL CHECK (own_instructions >= 0), -- of the chain itself
    loads INTEGER NOT NULL CHECK (loads >= 1),
    sub_calls INTEGER NOT NULL CHECK (sub_calls >= 0),
    suspensions INTEGER NOT NULL CHECK (suspensions >= 0),
    state_bytes INTEGER NOT NULL CHECK (state_bytes >= 0),   -- of all suspensions together
    memory_bytes INTEGER NOT NULL CHECK (memory_bytes >= 0), -- the most that was held at once
    platform_ns INTEGER CHECK (platform_ns >= 0),            -- what all that takes on the platform
    load_host_ns INTEGER NOT NULL,
    run_host_ns INTEGER NOT NULL,
    suspend_host_ns INTEGER NOT NULL,
    resume_host_ns INTEGER NOT NULL,
    PRIMARY KEY (run_id, call_id),
    FOREIGN KEY (run_id, call_id) REFERENCES call
) STRICT, WITHOUT ROWID;

-- Views that others rely on. A run that has not ended has NULL results in v_run.

CREATE VIEW v_run (run_id, variant, replication, seed, digest, events, wall_s) AS
SELECT run_id, variant, replication, seed, digest, events, wall_s FROM run;

CREATE VIEW v_metric (run_id, name, value, unit) AS
SELECT run_id, name, value, unit FROM metric;

-- The nodes that totals count: without the registry, whose traffic is in node_traffic.
CREATE VIEW v_node_traffic (run_id, node, tx_bytes, rx_bytes) AS
SELECT t.run_id, t.node, t.tx_bytes, t.rx_bytes
FROM node_traffic AS t JOIN node AS n USING (run_id, node)
WHERE n.role <> 'registry';

-- Every 10 s: bytes sent plus received so far.
CREATE VIEW v_load (run_id, t_s, cumulative_bytes) AS
SELECT run_id, t_ns / 1e9, sum(bytes) OVER (PARTITION BY run_id ORDER BY t_ns) FROM load_bin;

-- Every 10 s from 100 s on: means over the calls completed in the last 100 s, NULL where none
-- was. Integer sums keep the sliding window exact.
CREATE VIEW v_response_split (run_id, t_s, n, response_s, acquisition_s, execution_s, queueing_s) AS
SELECT run_id, t_ns / 1e9, n, response_ns / 1e9 / nullif(n, 0), acquisition_ns / 1e9 / nullif(n, 0),
       execution_ns / 1e9 / nullif(n, 0), queueing_ns / 1e9 / nullif(n, 0)
FROM (SELECT run_id, t_ns,
             sum(completed) OVER last AS n,
             sum(response_ns) OVER last AS response_ns,
             sum(acquisition_ns) OVER last AS acquisition_ns,
             sum(execution_ns) OVER last AS execution_ns,
             sum(queueing_ns) OVER last AS queueing_ns
      FROM response_bin
      WINDOW last AS (PARTITION BY run_id ORDER BY t_ns
                      RANGE BETWEEN 99999999999 PRECEDING AND CURRENT ROW))
WHERE t_ns >= 100000000000;

CREATE VIEW v_response (run_id, t_s, mean_s, n) AS
SELECT run_id, t_s, response_s, n FROM v_response_split;

-- Conveniences, for people.

CREATE VIEW v_call (run_id, variant, replication, call_id, t_s, robot, node, chain, status,
                    response_s, queueing_s, acquisition_s, execution_s, x_m, y_m) AS
SELECT run_id, variant, replication, call_id, t_ns / 1e9, robot, node, chain, status,
       response_ns / 1e9, queueing_ns / 1e9, acquisition_ns / 1e9, execution_ns / 1e9, x_m, y_m
FROM call JOIN run USING (run_id);

-- Simulated beside executed: execution_s is what the run took for the call's execution, executed_s
-- what the executed work takes on the platform.
CREATE VIEW v_execution (run_id, variant, replication, call_id, node, chain, execution_s,
                         executed_s, result, instructions, loads, sub_calls, suspensions,
                         state_bytes, memory_bytes, host_s) AS
SELECT run_id, variant, replication, call_id, node, chain, execution_ns / 1e9, platform_ns / 1e9,
       result, instructions, loads, sub_calls, suspensions, state_bytes, memory_bytes,
       (load_host_ns + run_host_ns + suspend_host_ns + resume_host_ns) / 1e9
FROM execution JOIN call USING (run_id, call_id) JOIN run USING (run_id);

CREATE VIEW v_invocation (state, program_version, program_commit, scenario_path, scenario_hash,
                          seed, arguments, host, started, ended) AS
SELECT state, program_version, program_commit, scenario_path, scenario_hash, seed, arguments, host,
       datetime(started_unix_ns / 1000000000, 'unixepoch') || 'Z',
       datetime(ended_unix_ns / 1000000000, 'unixepoch') || 'Z'
FROM invocation;
