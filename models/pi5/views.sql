-- What the report draws as it went; analysis/report/scene.h says what each is.
CREATE VIEW v_floor_span (run_id, t_ns, took_ns, lane, kind, name, work) AS
-- the floor: tasks on their cores
SELECT run_id, start_ns, end_ns - start_ns, 'core ' || core, class,
       CASE phase WHEN 'alone' THEN 'alone, ' ELSE '' END || 'task ' || task_id, task_id
FROM task WHERE start_ns IS NOT NULL UNION ALL
SELECT run_id, failed_ns, 0, 'core ' || failed_core, 'failed start', 'task ' || task_id, task_id
FROM task WHERE failed_ns IS NOT NULL;
CREATE VIEW v_floor_level (run_id, t_ns, place, used_bytes, cap_bytes, running) AS
-- the floor: memory of all cores together under its cap, and tasks that run
SELECT run_id, t_ns, 0, used_bytes, cap_bytes, running FROM memory_use;
