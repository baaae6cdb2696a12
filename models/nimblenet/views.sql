-- Views over the tables that rows.c describes. The nodes that totals count are those without the
-- registry, whose traffic is in node_traffic.
CREATE VIEW v_node_traffic (run_id, node, tx_bytes, rx_bytes) AS
SELECT t.run_id, t.node, t.tx_bytes, t.rx_bytes
FROM node_traffic AS t JOIN node AS n USING (run_id, node)
WHERE n.role <> 'registry';
-- Means over the calls completed in the last 100 s, NULL where none was.
CREATE VIEW v_response_split (run_id, t_s, n, response_s, acquisition_s, execution_s,
                              queueing_s) AS -- the same with acquisition, execution and queueing
SELECT run_id, t_ns / 1e9, n, response_ns / 1e9 / nullif(n, 0),
       acquisition_ns / 1e9 / nullif(n, 0), execution_ns / 1e9 / nullif(n, 0),
       queueing_ns / 1e9 / nullif(n, 0)
FROM (SELECT run_id, t_ns,
             sum(completed) OVER last AS n,
             sum(response_ns) OVER last AS response_ns,
             sum(acquisition_ns) OVER last AS acquisition_ns,
             sum(execution_ns) OVER last AS execution_ns,
             sum(queueing_ns) OVER last AS queueing_ns
      FROM bin
      WINDOW last AS (PARTITION BY run_id ORDER BY t_ns
                      RANGE BETWEEN 99999999999 PRECEDING AND CURRENT ROW))
WHERE t_ns >= 100000000000;
-- Every variant of a replication sees the same calls: what a testbed plays back.
CREATE VIEW v_trace (replication, call_id, t_ns, robot, node, chain, x_m, y_m) AS
-- the call trace for a testbed: the same for every variant, in order of time
SELECT r.replication, c.call_id, c.t_ns, c.robot, c.node, c.chain, c.x_m, c.y_m
FROM (SELECT min(run_id) AS run_id, replication FROM run GROUP BY replication) AS r
JOIN call AS c USING (run_id);
-- Simulated beside executed: execution_s is what the run took for the call's execution, executed_s
-- what the executed work takes on the platform.
CREATE VIEW v_execution (run_id, variant, replication, call_id, node, chain, execution_s,
                         executed_s, result, instructions, loads, sub_calls, suspensions,
                         state_bytes, memory_bytes, host_s) AS
SELECT run_id, variant, replication, call_id, node, chain, execution_ns / 1e9,
       platform_ns / 1e9, result, instructions, loads, sub_calls, suspensions, state_bytes,
       memory_bytes,
       (load_host_ns + run_host_ns + suspend_host_ns + resume_host_ns) / 1e9
FROM execution JOIN call USING (run_id, call_id) JOIN run USING (run_id);
-- The same of a testbed, whose nodes executed their calls as they came.
CREATE VIEW v_executed_call (run_id, variant, replication, seed, call_id, node, chain, execution_s,
                             executed_s, result, instructions, loads, sub_calls, suspensions,
                             state_bytes) AS
-- calls as a testbed's nodes executed them: what the clock was charged, and what it takes on the platform
SELECT run_id, variant, replication, seed, call_id, node, chain, execution_ns / 1e9,
       platform_ns / 1e9, result, instructions, loads, sub_calls, suspensions, state_bytes
FROM executed_call JOIN call USING (run_id, call_id) JOIN run USING (run_id);
-- What the waterfall of `compare` is made of: a call with item -1, and how it came by each tasklet.
CREATE VIEW v_cause (run_id, work, item, nth, reach, took_ns, housekeeping_ns, resent_ns,
                     handling_ns, timeout_ns, queueing_ns, execution_ns, travel_ns, rest_ns) AS
-- what the time of completed calls went into: what stands behind took_ns adds up to it
SELECT run_id, call_id, -1, 0, NULL, response_ns, 0, 0, 0, 0, queueing_ns, execution_ns, 0,
       acquisition_ns
FROM call WHERE response_ns IS NOT NULL UNION ALL
SELECT a.run_id, a.call_id, a.tasklet,
       row_number() OVER (PARTITION BY a.run_id, a.call_id, a.tasklet ORDER BY a.seq), d.hops, 0,
       ifnull(d.housekeeping_ns, 0), ifnull(d.resent_ns, 0), ifnull(d.handling_ns, 0),
       ifnull(d.timeout_ns, 0), 0, 0, ifnull(d.travel_ns, 0),
       ifnull(d.waiting_ns, 0) - (a.done_ns - a.t_ns)
FROM acquisition AS a JOIN call AS c USING (run_id, call_id) LEFT JOIN delay AS d USING (run_id, seq)
WHERE c.response_ns IS NOT NULL;
-- What the report's floor is drawn from; analysis/report/scene.h says what each is.
CREATE VIEW v_floor_place (run_id, place, x_m, y_m, role) AS
-- the floor: nodes
SELECT run_id, node, x_m, y_m, role FROM node;
CREATE VIEW v_floor_item (run_id, item, name, bytes) AS
-- the floor: tasklets
SELECT run_id, tasklet, name, size_bytes FROM tasklet;
CREATE VIEW v_floor_link (run_id, place, peer, bytes) AS
-- the floor: links, a direction a row
SELECT run_id, node, peer, tx_bytes FROM link;
CREATE VIEW v_floor_work (run_id, t_ns, took_ns, work, mover, place, item, outcome, queueing_ns,
                          acquisition_ns, execution_ns) AS
-- the floor: calls, from the robot to the node that answers
SELECT run_id, t_ns, response_ns, call_id, robot, node, chain, status, queueing_ns,
       acquisition_ns, execution_ns
FROM call;
CREATE VIEW v_floor_pulse (run_id, t_ns, took_ns, work, place, source, kind, item) AS
-- the floor: searches, questions to the registry and fetches
SELECT run_id, t_ns, local_search_ns + global_search_ns, call_id, node, NULL, 'search', tasklet
FROM acquisition WHERE local_search_ns + global_search_ns > 0 UNION ALL
SELECT a.run_id, done_ns - transfer_ns - room_ns - metadata_ns - registry_ns, registry_ns, call_id,
       CASE WHEN a.source >= r.first THEN a.source ELSE r.first END, a.node, 'ask', tasklet
FROM acquisition AS a JOIN (SELECT run_id, min(node) AS first FROM node WHERE role = 'registry'
                            GROUP BY run_id) AS r USING (run_id)
WHERE registry_ns > 0 UNION ALL
SELECT run_id, done_ns - transfer_ns, transfer_ns, call_id, node, source,
       CASE served WHEN 'registry' THEN 'fetch from the registry' ELSE 'fetch' END, tasklet
FROM acquisition WHERE transfer_ns > 0 AND source IS NOT NULL;
CREATE VIEW v_floor_level (run_id, t_ns, place, cache_bytes, queue, running) AS
-- the floor: how full caches and queues are
SELECT run_id, t_ns, node, cache_bytes, queue, running FROM node_bin;
CREATE VIEW v_floor_holding (run_id, t_ns, seq, place, item, gain) AS
-- the floor: what each cache holds, a row a change
SELECT run_id, t_ns, seq, node, tasklet, CASE change WHEN 'stored' THEN 1 ELSE -1 END
FROM cache_change;
