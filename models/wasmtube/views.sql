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
