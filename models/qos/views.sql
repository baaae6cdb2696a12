-- What the report draws as it went; analysis/report/scene.h says what each is.
CREATE VIEW v_floor_span (run_id, t_ns, took_ns, lane, kind, name, work) AS
-- the floor: streams, a lane a client
SELECT run_id, asked_ns, coalesce(begun_ns, ended_ns) - asked_ns, 'client ' || client,
       CASE WHEN begun_ns IS NULL THEN state ELSE 'asks and waits' END, coalesce(reason, ''), client
FROM stream UNION ALL
SELECT run_id, begun_ns, ended_ns - begun_ns, 'client ' || client,
       CASE missed WHEN 0 THEN 'streams' ELSE 'streams, some missed' END, 'to node ' || node, client
FROM stream WHERE begun_ns IS NOT NULL;
