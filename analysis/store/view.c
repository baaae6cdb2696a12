#include "analysis/store/view.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/*
 * Every variant of a replication sees the same calls, so the trace is taken from
 * the first. A testbed plays it back in the order of time.
 */
#define TRACE                                                                                      \
    "(SELECT r.replication, c.call_id, c.t_ns, c.robot, c.node, c.chain, c.x_m, c.y_m "            \
    "FROM (SELECT min(run_id) AS run_id, replication FROM run GROUP BY replication) AS r "         \
    "JOIN call AS c USING (run_id))"

static const struct view views[] = {
    {"v_run", "a run a row: variant, replication, seed, digest", NULL, "v_run", "run_id", true},
    {"v_metric", "every metric of every run", NULL, "v_metric", "run_id, name", true},
    {"v_node_traffic", "bytes sent and received, a node a row", NULL, "v_node_traffic",
     "run_id, node", true},
    {"v_load", "bytes sent plus received so far, every 10 s", NULL, "v_load", "run_id, t_s", true},
    {"v_response", "mean response over the last 100 s, every 10 s", NULL, "v_response",
     "run_id, t_s", true},
    {"v_response_split", "the same with acquisition, execution and queueing", NULL,
     "v_response_split", "run_id, t_s", true},
    {"v_call", "calls and what became of them, times in seconds", "calls", "v_call",
     "run_id, call_id", true},
    {"v_execution", "calls as they were executed, beside the simulated time", NULL, "v_execution",
     "run_id, call_id", true},
    {"v_invocation", "where the data is from", NULL, "v_invocation", "1", false},
    {"node", "places and roles of the nodes", NULL, "node", "run_id, node", true},
    {"node_traffic", "all accounts of a node, the registry's too", NULL, "node_traffic",
     "run_id, node", true},
    {"warning", "what is doubtful about a run", NULL, "warning", "run_id, seq", true},
    {"tasklet", "the taskset", "calls", "tasklet", "run_id, tasklet", true},
    {"tasklet_call", "which tasklet calls which, and when", "calls", "tasklet_call",
     "run_id, tasklet, position", true},
    {"call", "calls and what became of them, times in nanoseconds", "calls", "call",
     "run_id, call_id", true},
    {"acquisition", "how calls came by their tasklets, stage by stage", "calls", "acquisition",
     "run_id, seq", true},
    {"event", "everything that happened at a node", "events", "event", "run_id, seq", true},
    {"replay", "what a replay was made with", NULL, "replay", "run_id", true},
    {"execution", "calls as they were executed, times in nanoseconds", NULL, "execution",
     "run_id, call_id", true},
    {"trace", "the call trace for a testbed: the same for every variant, in order of time", "calls",
     TRACE, "replication, t_ns, call_id", false},
};

size_t view_count(void)
{
    return sizeof views / sizeof views[0];
}

const struct view *view_at(size_t index)
{
    ASSERT(index < view_count());
    return &views[index];
}

const struct view *view_find(const char *name)
{
    for (size_t i = 0; i < view_count(); i++) {
        if (strcmp(views[i].name, name) == 0) {
            return &views[i];
        }
    }
    return NULL;
}

static void write_sql(char *sql, size_t bytes, const char *what, const struct view *view,
                      int64_t run_id, bool ordered)
{
    char filter[64] = "";
    if (run_id > 0) {
        ASSERT(view->has_run);
        (void)snprintf(filter, sizeof filter, " WHERE run_id = %" PRId64, run_id);
    }
    const int length = snprintf(sql, bytes, "SELECT %s FROM %s%s%s%s", what, view->rows, filter,
                                ordered ? " ORDER BY " : "", ordered ? view->order : "");
    ASSERT(length > 0 && (size_t)length < bytes);
}

enum sim_status view_open(struct query **q, const struct view *view, struct store *store,
                          int64_t run_id, struct store_error *error)
{
    char sql[512];
    write_sql(sql, sizeof sql, "*", view, run_id, true);
    return query_open(q, store, sql, error);
}

enum sim_status view_rows(int64_t *rows, const struct view *view, struct store *store,
                          int64_t run_id, struct store_error *error)
{
    char sql[512];
    write_sql(sql, sizeof sql, "count(*)", view, run_id, false);
    return query_one_int(store, sql, 0, rows, error);
}
