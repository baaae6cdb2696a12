-- Views that others rely on. A run that has not ended has NULL results in v_run.

CREATE VIEW v_run (run_id, variant, replication, seed, digest, events, wall_s) AS
SELECT run_id, variant, replication, seed, digest, events, wall_s FROM run;

CREATE VIEW v_metric (run_id, name, value, unit) AS
SELECT run_id, name, value, unit FROM metric;

-- Conveniences, for people.

-- Bins are 1 wide up to 255; from there on every power of two is cut into 128 of them.
CREATE VIEW v_distribution (run_id, variant, replication, seed, name, unit, low, high, count) AS
SELECT run_id, variant, replication, seed, name, unit, low, low + (width - 1), count
FROM (SELECT run_id, name, count,
             CASE WHEN bin < 128 THEN bin ELSE (128 + bin % 128) << (bin / 128 - 1) END AS low,
             CASE WHEN bin < 128 THEN 1 ELSE 1 << (bin / 128 - 1) END AS width
      FROM distribution)
JOIN run USING (run_id) JOIN distribution_unit USING (name);

CREATE VIEW v_invocation (state, program_version, program_commit, model, scenario_path,
                          scenario_hash, seed, arguments, host, started, ended, clock) AS
SELECT state, program_version, program_commit, model, scenario_path, scenario_hash, seed, arguments,
       host,
       datetime(started_unix_ns / 1000000000, 'unixepoch') || 'Z',
       datetime(ended_unix_ns / 1000000000, 'unixepoch') || 'Z',
       clock
FROM invocation;
