#include "models/nimblenet/results/trace.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "analysis/store/query.h"
#include "analysis/store/store_sql.h"

/* The run that is read, for messages. */
struct reading {
    struct trace *trace;
    struct store *store;
    const struct runs_row *run;
    struct store_error *error;
};

SIM_PRINTF(2, 3)
static enum sim_status refuse(const struct reading *r, const char *format, ...)
{
    char what[256];
    va_list list;
    va_start(list, format);
    (void)vsnprintf(what, sizeof what, format, list);
    va_end(list);
    store_error_set(r->error, "%s: run %" PRId64 " (%s, replication %" PRIu32 "): %s",
                    r->store->path, r->run->run_id, r->run->variant, r->run->replication, what);
    return SIM_ERR_INVALID;
}

/* Rows of the run, in an order. */
static enum sim_status open_rows(const struct reading *r, struct query **q, const char *sql)
{
    const enum sim_status status = query_open(q, r->store, sql, r->error);
    if (status == SIM_OK) {
        query_bind_int(*q, r->run->run_id);
    }
    return status;
}

/* An array for as many rows as the statement counts, and one more. NULL: *status says why not. */
static void *make_room(const struct reading *r, const char *count_sql, size_t row_bytes,
                       uint32_t *rows, enum sim_status *status)
{
    int64_t count = 0;
    *status = query_one_int(r->store, count_sql, r->run->run_id, &count, r->error);
    if (*status == SIM_OK && (count < 0 || count >= UINT32_MAX / 2)) {
        *status = refuse(r, "has more rows than can be played back");
    }
    if (*status != SIM_OK) {
        return NULL;
    }
    void *made = calloc((size_t)count + 1, row_bytes);
    if (made == NULL) {
        store_error_set(r->error, "%s: no memory left to read its calls", r->store->path);
        *status = SIM_ERR_NOMEM;
    }
    *rows = (uint32_t)count;
    return made;
}

/* The first failure: what a row said, or what SQLite did. */
static enum sim_status close_rows(const struct reading *r, struct query *q, enum sim_status status)
{
    if (status != SIM_OK) {
        query_drop(q);
        return status;
    }
    return query_close(q, r->error);
}

static bool is_below(const struct query *q, unsigned column, uint32_t limit)
{
    return query_type(q, column) == QUERY_INTEGER && query_int(q, column) >= 0 &&
           query_int(q, column) < (int64_t)limit;
}

/* ---- the taskset ---- */

static enum sim_status read_tasklets(const struct reading *r)
{
    struct trace *t = r->trace;
    uint32_t rows = 0;
    enum sim_status status = SIM_OK;
    t->tasklet = make_room(r, "SELECT count(*) FROM tasklet WHERE run_id = ?", sizeof *t->tasklet,
                           &rows, &status);
    struct query *q = NULL;
    if (status == SIM_OK) {
        status = open_rows(r, &q,
                           "SELECT tasklet, kind = 'chain', size_bytes, time_ns FROM tasklet "
                           "WHERE run_id = ? ORDER BY tasklet");
    }
    if (status != SIM_OK) {
        return status;
    }
    while (status == SIM_OK && t->tasklet_count < rows && query_next(q)) {
        if (query_int(q, 0) != (int64_t)t->tasklet_count) {
            status = refuse(r, "tasklet %" PRIu32 " is missing", t->tasklet_count);
        }
        t->tasklet[t->tasklet_count++] = (struct trace_tasklet){
            .is_chain = query_int(q, 1) == 1,
            .size_bytes = query_int(q, 2),
            .time_ns = query_int(q, 3),
        };
    }
    return close_rows(r, q, status);
}

static enum sim_status read_steps(const struct reading *r)
{
    struct trace *t = r->trace;
    uint32_t rows = 0;
    enum sim_status status = SIM_OK;
    t->step = make_room(r, "SELECT count(*) FROM tasklet_call WHERE run_id = ?", sizeof *t->step,
                        &rows, &status);
    struct query *q = NULL;
    if (status == SIM_OK) {
        status = open_rows(r, &q,
                           "SELECT tasklet, callee, after_ns FROM tasklet_call WHERE run_id = ? "
                           "ORDER BY tasklet, position");
    }
    if (status != SIM_OK) {
        return status;
    }
    while (status == SIM_OK && t->step_count < rows && query_next(q)) {
        if (!is_below(q, 0, t->tasklet_count) || !is_below(q, 1, t->tasklet_count)) {
            status = refuse(r, "tasklet %" PRId64 " calls %" PRId64 ", and not both exist",
                            query_int(q, 0), query_int(q, 1));
            break;
        }
        struct trace_tasklet *caller = &t->tasklet[query_int(q, 0)];
        if (caller->step_count++ == 0) {
            caller->first_step = t->step_count;
        }
        t->step[t->step_count++] = (struct trace_step){(uint32_t)query_int(q, 1), query_int(q, 2)};
    }
    return close_rows(r, q, status);
}

/* ---- nodes, calls, acquisitions ---- */

static enum sim_status read_nodes(const struct reading *r)
{
    struct query *q = NULL;
    enum sim_status status = open_rows(r, &q,
                                       "SELECT node, role = 'registry' FROM node WHERE run_id = ? "
                                       "ORDER BY node");
    if (status != SIM_OK) {
        return status;
    }
    struct trace *t = r->trace;
    bool has_registry = false;
    while (status == SIM_OK && query_next(q)) {
        if (query_int(q, 0) != (int64_t)t->node_count + 1) {
            status = refuse(r, "node %" PRIu32 " is missing", t->node_count + 1);
        } else if (query_int(q, 1) == 1 && !has_registry) {
            has_registry = true;
            t->registry = t->node_count;
        }
        t->node_count++;
    }
    status = close_rows(r, q, status);
    return status == SIM_OK && !has_registry ? refuse(r, "has no registry among its nodes")
                                             : status;
}

static enum sim_status read_calls(const struct reading *r)
{
    struct trace *t = r->trace;
    uint32_t rows = 0;
    enum sim_status status = SIM_OK;
    t->call = make_room(r, "SELECT count(*) FROM call WHERE run_id = ? AND status = 'completed'",
                        sizeof *t->call, &rows, &status);
    struct query *q = NULL;
    if (status == SIM_OK) {
        status = open_rows(r, &q,
                           "SELECT call_id, t_ns, node - 1, chain FROM call "
                           "WHERE run_id = ? AND status = 'completed' ORDER BY t_ns, call_id");
    }
    if (status != SIM_OK) {
        return status;
    }
    while (status == SIM_OK && t->call_count < rows && query_next(q)) {
        const int64_t id = query_int(q, 0);
        if (!is_below(q, 2, t->node_count)) {
            status = refuse(r, "call %" PRId64 " completed on a node that does not exist", id);
        } else if (!is_below(q, 3, t->tasklet_count) || !t->tasklet[query_int(q, 3)].is_chain) {
            status = refuse(r, "call %" PRId64 " calls chain %" PRId64 ", which does not exist", id,
                            query_int(q, 3));
        } else {
            t->call[t->call_count++] = (struct trace_call){
                .call_id = id,
                .t_ns = query_int(q, 1),
                .node = (uint32_t)query_int(q, 2),
                .chain = (uint32_t)query_int(q, 3),
            };
        }
    }
    return close_rows(r, q, status);
}

/* Where a call stands in trace.call, by its number. */
struct numbered {
    int64_t call_id;
    uint32_t index;
};

static int by_call_id(const void *a, const void *b)
{
    const int64_t x = ((const struct numbered *)a)->call_id;
    const int64_t y = ((const struct numbered *)b)->call_id;
    return (x > y) - (x < y);
}

static struct numbered *index_calls(const struct trace *t)
{
    struct numbered *numbered = calloc((size_t)t->call_count + 1, sizeof *numbered);
    for (uint32_t i = 0; numbered != NULL && i < t->call_count; i++) {
        numbered[i] = (struct numbered){t->call[i].call_id, i};
    }
    if (numbered != NULL) {
        qsort(numbered, t->call_count, sizeof *numbered, by_call_id);
    }
    return numbered;
}

static enum sim_status read_acquisition(const struct reading *r, const struct query *q,
                                        const struct numbered *numbered)
{
    struct trace *t = r->trace;
    const struct numbered wanted = {.call_id = query_int(q, 0)};
    if (!is_below(q, 1, t->node_count) || !is_below(q, 2, t->tasklet_count) ||
        !is_below(q, 3, t->node_count)) {
        return refuse(r,
                      "call %" PRId64 " acquires tasklet %" PRId64 " on node %" PRId64
                      " from node %" PRId64 ", and not all of them exist",
                      wanted.call_id, query_int(q, 2), query_int(q, 1) + 1, query_int(q, 3) + 1);
    }
    const struct numbered *found =
        bsearch(&wanted, numbered, t->call_count, sizeof *numbered, by_call_id);
    const uint32_t node = (uint32_t)query_int(q, 1);
    const bool from_cache = query_int(q, 4) == 1;
    if (found != NULL && t->call[found->index].node != node) {
        return refuse(r, "call %" PRId64 " runs on node %" PRIu32 " and acquires on node %" PRIu32,
                      wanted.call_id, t->call[found->index].node + 1, node + 1);
    }
    t->acquisition[t->acquisition_count++] = (struct trace_acquisition){
        .call = found != NULL ? found->index : TRACE_NO_CALL,
        .node = node,
        .tasklet = (uint32_t)query_int(q, 2),
        .source = from_cache ? node : (uint32_t)query_int(q, 3),
    };
    return SIM_OK;
}

static enum sim_status read_acquisitions(const struct reading *r)
{
    struct trace *t = r->trace;
    uint32_t rows = 0;
    enum sim_status status = SIM_OK;
    t->acquisition =
        make_room(r, "SELECT count(*) FROM acquisition WHERE run_id = ? AND source IS NOT NULL",
                  sizeof *t->acquisition, &rows, &status);
    struct query *q = NULL;
    if (status == SIM_OK) {
        status = open_rows(r, &q,
                           "SELECT call_id, node - 1, tasklet, source - 1, served = 'cache' "
                           "FROM acquisition WHERE run_id = ? AND source IS NOT NULL ORDER BY seq");
    }
    if (status != SIM_OK) {
        return status;
    }
    struct numbered *numbered = index_calls(t);
    if (numbered == NULL) {
        store_error_set(r->error, "%s: no memory left to read its calls", r->store->path);
        status = SIM_ERR_NOMEM;
    }
    while (status == SIM_OK && t->acquisition_count < rows && query_next(q)) {
        status = read_acquisition(r, q, numbered);
    }
    free(numbered);
    return close_rows(r, q, status);
}

enum sim_status trace_read(struct trace *t, struct store *store, const struct runs_row *run,
                           struct store_error *error)
{
    *t = (struct trace){0};
    const struct reading r = {.trace = t, .store = store, .run = run, .error = error};
    enum sim_status status = read_tasklets(&r);
    status = status == SIM_OK ? read_steps(&r) : status;
    status = status == SIM_OK ? read_nodes(&r) : status;
    status = status == SIM_OK ? read_calls(&r) : status;
    status = status == SIM_OK ? read_acquisitions(&r) : status;
    if (status != SIM_OK) {
        trace_deinit(t);
    }
    return status;
}

void trace_deinit(struct trace *t)
{
    free(t->call);
    free(t->acquisition);
    free(t->tasklet);
    free(t->step);
    *t = (struct trace){0};
}
