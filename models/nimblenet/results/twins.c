#include "models/nimblenet/results/twins.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* SQLite works out only the tables that a query names. */
static const char tables[] =
    "WITH RECURSIVE "
    "twin (replication, nimble_run, monolithic_run) AS ("
    " SELECT n.replication, n.run_id, m.run_id FROM run AS n JOIN run AS m USING (replication)"
    " WHERE n.variant = 'nimble' AND m.variant = 'monolithic'"
    " AND n.state = 'complete' AND m.state = 'complete'), "
    "pair (replication, name, nimble, monolithic) AS ("
    " SELECT replication, a.name, a.value, b.value FROM twin"
    " JOIN metric AS a ON a.run_id = nimble_run JOIN metric AS b ON b.run_id = monolithic_run AND "
    "b.name = a.name), "
    "load (replication, t_ns, nimble, monolithic) AS ("
    " SELECT replication, a.t_ns, sum(a.bytes) OVER w, sum(b.bytes) OVER w FROM twin"
    " JOIN bin AS a ON a.run_id = nimble_run JOIN bin AS b ON b.run_id = monolithic_run "
    "AND b.t_ns = a.t_ns"
    " WINDOW w AS (PARTITION BY replication ORDER BY a.t_ns)), "
    "lead (replication, last_ns, end_ns, most_bytes) AS ("
    " SELECT replication, max(CASE WHEN nimble > monolithic THEN t_ns ELSE 0 END), max(t_ns),"
    " max(nimble - monolithic) FROM load GROUP BY replication), "
    "below (run_id, chain, tasklet) AS ("
    " SELECT c.run_id, c.tasklet, c.callee FROM twin JOIN tasklet_call AS c ON c.run_id = "
    "nimble_run"
    " JOIN tasklet AS t ON t.run_id = nimble_run AND t.tasklet = c.tasklet WHERE t.kind = 'chain'"
    " UNION ALL"
    " SELECT below.run_id, below.chain, c.callee FROM below"
    " JOIN tasklet_call AS c ON c.run_id = below.run_id AND c.tasklet = below.tasklet), "
    "share (run_id, chain, time_ns, size_bytes, callees) AS ("
    " SELECT run_id, chain, sum(time_ns), sum(size_bytes), count(*)"
    " FROM below JOIN tasklet USING (run_id, tasklet) GROUP BY run_id, chain), "
    "chain (replication, chain, own_ns, below_ns, own_bytes, below_bytes, callees) AS ("
    " SELECT replication, t.tasklet, t.time_ns, ifnull(s.time_ns, 0), t.size_bytes,"
    " ifnull(s.size_bytes, 0), ifnull(s.callees, 0)"
    " FROM twin JOIN tasklet AS t ON t.run_id = nimble_run AND t.kind = 'chain'"
    " LEFT JOIN share AS s ON s.run_id = nimble_run AND s.chain = t.tasklet), "
    "algorithm (replication, time_ns, size_bytes) AS ("
    " SELECT replication, time_ns, size_bytes FROM twin"
    " JOIN tasklet ON run_id = nimble_run AND kind = 'algorithm'), "
    "trigger (replication, t_s, x_m, y_m, t0_s, x0_m, y0_m) AS ("
    " SELECT replication, t_ns / 1e9, x_m, y_m, lag(t_ns / 1e9) OVER w, lag(x_m) OVER w,"
    " lag(y_m) OVER w FROM twin JOIN call ON run_id = nimble_run"
    " WINDOW w AS (PARTITION BY replication, robot ORDER BY t_ns)), "
    "step (replication, wait_s, speed_mps) AS ("
    " SELECT replication, t_s - t0_s,"
    " sqrt((x_m - x0_m) * (x_m - x0_m) + (y_m - y0_m) * (y_m - y0_m)) / (t_s - t0_s)"
    " FROM trigger WHERE t0_s IS NOT NULL) ";

enum sim_status twins_open(struct query **q, struct store *store, const char *select,
                           struct store_error *error)
{
    const size_t size = sizeof tables + strlen(select);
    char *sql = malloc(size);
    if (sql == NULL) {
        (void)snprintf(error->text, sizeof error->text, "no memory for a query");
        return SIM_ERR_NOMEM;
    }
    (void)snprintf(sql, size, "%s%s", tables, select);
    const enum sim_status status = query_open(q, store, sql, error);
    free(sql);
    return status;
}

static enum sim_status count(int64_t *value, struct store *store, const char *select,
                             struct store_error *error)
{
    struct query *q = NULL;
    const enum sim_status status = twins_open(&q, store, select, error);
    if (status != SIM_OK) {
        return status;
    }
    *value = query_next(q) ? query_int(q, 0) : 0;
    return query_close(q, error);
}

enum sim_status twins_check(uint32_t *replications, struct store *store, struct store_error *error)
{
    int64_t points = 0;
    int64_t twins = 0;
    int64_t without_calls = 0;
    enum sim_status status = count(&points, store, "SELECT count(*) FROM point", error);
    if (status == SIM_OK) {
        status = count(&twins, store, "SELECT count(*) FROM twin", error);
    }
    if (status == SIM_OK) {
        status = count(&without_calls, store,
                       "SELECT count(*) FROM twin WHERE NOT EXISTS (SELECT 1 FROM call"
                       " WHERE run_id = nimble_run) OR NOT EXISTS (SELECT 1 FROM tasklet WHERE "
                       "run_id = nimble_run)",
                       error);
    }
    if (status != SIM_OK) {
        return status;
    }
    if (points > 0) {
        (void)snprintf(error->text, sizeof error->text,
                       "the result is a sweep of %" PRId64 " points: one scenario is wanted",
                       points);
        return SIM_ERR_INVALID;
    }
    if (twins == 0) {
        (void)snprintf(error->text, sizeof error->text,
                       "the result has no replication with both a nimble and a monolithic run");
        return SIM_ERR_INVALID;
    }
    if (without_calls > 0) {
        (void)snprintf(error->text, sizeof error->text,
                       "the result holds no calls and tasksets: run with --set record=calls");
        return SIM_ERR_INVALID;
    }
    *replications = (uint32_t)twins;
    return SIM_OK;
}
