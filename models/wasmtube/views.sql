-- What the report draws as it went; analysis/report/scene.h says what each is.
CREATE VIEW v_floor_span (run_id, t_ns, took_ns, lane, kind, name, work) AS
-- the floor: which version each node has
SELECT run_id, 0, told_ns, 'node ' || node, 'old version', '', NULL FROM node_update UNION ALL
SELECT run_id, told_ns, coalesce(asked_ns, active_ns) - told_ns, 'node ' || node, 'knows of the new one',
       '', NULL FROM node_update WHERE told_ns IS NOT NULL UNION ALL
SELECT run_id, asked_ns, arrived_ns - asked_ns, 'node ' || node, 'fetches it',
       CASE source WHEN 0 THEN 'from the registry' ELSE 'from node ' || source END, NULL
FROM node_update WHERE asked_ns IS NOT NULL UNION ALL
SELECT run_id, arrived_ns, active_ns - arrived_ns, 'node ' || node, 'changes over', '', NULL
FROM node_update WHERE arrived_ns IS NOT NULL UNION ALL
SELECT run_id, active_ns, NULL, 'node ' || node, 'new version', '', NULL
FROM node_update WHERE active_ns IS NOT NULL;
CREATE VIEW v_floor_place (run_id, place, x_m, y_m, role) AS
-- the floor: nodes where the grid or its graph has them, rows downwards; the registry beside its node
SELECT run_id, node, x, (SELECT max(y) FROM node AS all_of WHERE all_of.run_id = node.run_id) - y, 'node'
FROM node WHERE x IS NOT NULL UNION ALL
SELECT run_id, 0, NULL, NULL, 'registry' FROM node WHERE node = 1 AND x IS NOT NULL;
CREATE VIEW v_floor_link (run_id, place, peer, bytes) AS
-- the floor: links, a direction a row
SELECT run_id, node, peer, tx_bytes FROM link;
CREATE VIEW v_floor_level (run_id, t_ns, place, update_step) AS
-- the floor: 0 the old version, 1 knows of the new one, 2 fetches it, 3 changes over, 4 the new version
SELECT run_id, 0, node, 0 FROM node_update UNION ALL
SELECT run_id, told_ns, node, 1 FROM node_update WHERE told_ns IS NOT NULL UNION ALL
SELECT run_id, asked_ns, node, 2 FROM node_update WHERE asked_ns IS NOT NULL UNION ALL
SELECT run_id, arrived_ns, node, 3 FROM node_update WHERE arrived_ns IS NOT NULL UNION ALL
SELECT run_id, active_ns, node, 4 FROM node_update WHERE active_ns IS NOT NULL;
CREATE VIEW v_floor_pulse (run_id, t_ns, took_ns, work, place, source, kind, item) AS
-- the floor: the word of the new version as it comes to a node, and fetches
SELECT run_id, told_ns, 0, NULL, node, NULL, 'news', NULL FROM node_update
WHERE told_ns IS NOT NULL UNION ALL
SELECT run_id, asked_ns, arrived_ns - asked_ns, NULL, node, source, 'fetch', NULL
FROM node_update WHERE arrived_ns IS NOT NULL AND asked_ns IS NOT NULL;
CREATE VIEW v_floor_work (run_id, t_ns, took_ns, work, mover, place, item, outcome) AS
-- the floor: updates, from the first that a node hears or gets of the new version until it runs
SELECT run_id, min(coalesce(told_ns, arrived_ns), coalesce(arrived_ns, told_ns)),
       active_ns - min(coalesce(told_ns, arrived_ns), coalesce(arrived_ns, told_ns)), node, NULL, node, NULL,
       iif(active_ns IS NULL, 'not there yet', 'updated')
FROM node_update WHERE coalesce(told_ns, arrived_ns) IS NOT NULL;
