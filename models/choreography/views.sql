-- What the report draws as it went; analysis/report/scene.h says what each is.
CREATE VIEW v_floor_span (run_id, t_ns, took_ns, lane, kind, name, work) AS
-- the floor: tasks on the nodes of each tier, and outages of the links
SELECT run_id, t_ns, ended_ns - t_ns, CASE n.tier WHEN 'device' THEN 'device ' WHEN 'edge' THEN 'edge '
       ELSE 'cloud ' END || node, outcome, class || ', ' || target, task_id
FROM task JOIN node AS n USING (run_id, node) UNION ALL
SELECT run_id, t_ns, until_ns - t_ns, l.kind || ' ' || link || ' of domain ' || domain, 'outage', '',
       NULL
FROM outage JOIN link AS l USING (run_id, link);
