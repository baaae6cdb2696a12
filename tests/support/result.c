#include "tests/support/result.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

static char folder[] = "/tmp/nimblesim-result-XXXXXX";

void result_enter(void)
{
    cr_assert_not_null(mkdtemp(folder));
    cr_assert_eq(chdir(folder), 0);
}

void result_leave(void)
{
    DIR *dir = opendir(folder);
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        if (entry->d_name[0] != '.') {
            (void)remove(entry->d_name);
        }
    }
    (void)closedir(dir);
    (void)rmdir(folder);
}

/* ---- the model ---- */

#define KEY(n)                                                                                     \
    {                                                                                              \
        .name = n, .about = "", .type = STORE_INTEGER, .is_key = true                              \
    }
#define WHOLE(n)                                                                                   \
    {                                                                                              \
        .name = n, .about = "", .type = STORE_INTEGER                                              \
    }
#define MAYBE(n)                                                                                   \
    {                                                                                              \
        .name = n, .about = "", .type = STORE_INTEGER, .may_miss = true                            \
    }
#define TIME(n)                                                                                    \
    {                                                                                              \
        .name = n, .about = "", .type = STORE_TIME                                                 \
    }
#define MAYBE_TIME(n)                                                                              \
    {                                                                                              \
        .name = n, .about = "", .type = STORE_TIME, .may_miss = true                               \
    }
#define PLACE(n)                                                                                   \
    {                                                                                              \
        .name = n, .about = "", .type = STORE_REAL, .may_miss = true                               \
    }
#define WORD(n, list)                                                                              \
    {                                                                                              \
        .name = n, .about = "", .type = STORE_TEXT, .words = list                                  \
    }
#define TABLE(n, record, list)                                                                     \
    {                                                                                              \
        .name = n, .about = "rows of " n, .least_record = record, .column = list,                  \
        .columns = sizeof list / sizeof list[0]                                                    \
    }

static const char *const role[] = {"node", "gateway", "registry", NULL};
static const char *const kind[] = {"chain", "algorithm", NULL};
static const char *const status[] = {"out_of_contact", "completed", "failed", "pending", NULL};
static const char *const served[] = {"cache", "neighbour", "global", "registry", "failed", NULL};

static const struct store_column node[] = {KEY("node"), PLACE("x_m"), PLACE("y_m"),
                                           WORD("role", role)};
static const struct store_column node_traffic[] = {
    KEY("node"),          WHOLE("tx_bytes"),    WHOLE("rx_bytes"),
    WHOLE("tx_messages"), WHOLE("rx_messages"), WHOLE("calls"),
    WHOLE("hits"),        WHOLE("evictions"),   WHOLE("cache_high_bytes"),
    TIME("busy_ns")};
static const struct store_column tasklet[] = {
    KEY("tasklet"),  WORD("kind", kind),    WORD("name", NULL),       WHOLE("size_bytes"),
    TIME("time_ns"), MAYBE_TIME("load_ns"), MAYBE_TIME("suspend_ns"), MAYBE_TIME("resume_ns")};
static const struct store_column tasklet_call[] = {KEY("tasklet"), KEY("position"), WHOLE("callee"),
                                                   TIME("after_ns")};
static const struct store_column call[] = {KEY("call_id"),
                                           TIME("t_ns"),
                                           WHOLE("robot"),
                                           MAYBE("node"),
                                           WHOLE("chain"),
                                           WORD("status", status),
                                           MAYBE_TIME("response_ns"),
                                           MAYBE_TIME("queueing_ns"),
                                           MAYBE_TIME("acquisition_ns"),
                                           MAYBE_TIME("execution_ns"),
                                           PLACE("x_m"),
                                           PLACE("y_m")};
static const struct store_column acquisition[] = {
    KEY("seq"),          WHOLE("call_id"),    WHOLE("node"),           WHOLE("tasklet"),
    TIME("t_ns"),        TIME("done_ns"),     WORD("served", served),  MAYBE("source"),
    WHOLE("attempts"),   WHOLE("evicted"),    TIME("local_search_ns"), TIME("global_search_ns"),
    TIME("registry_ns"), TIME("metadata_ns"), TIME("room_ns"),         TIME("transfer_ns"),
    TIME("follow_ns")};
static const struct store_column event[] = {KEY("seq"),         TIME("t_ns"),     WHOLE("node"),
                                            WORD("kind", NULL), MAYBE("call_id"), MAYBE("tasklet"),
                                            MAYBE("peer"),      MAYBE("bytes")};

enum { NODE, NODE_TRAFFIC, TASKLET, TASKLET_CALL, CALL, ACQUISITION, EVENT, TABLES };
static const struct store_table tables[TABLES] = {
    [NODE] = TABLE("node", 0, node),
    [NODE_TRAFFIC] = TABLE("node_traffic", 0, node_traffic),
    [TASKLET] = TABLE("tasklet", 1, tasklet),
    [TASKLET_CALL] = TABLE("tasklet_call", 1, tasklet_call),
    [CALL] = TABLE("call", 1, call),
    [ACQUISITION] = TABLE("acquisition", 1, acquisition),
    [EVENT] = TABLE("event", 2, event),
};

static const struct store_series_column series[] = {
    {"bytes", "B", "sent plus received"}, {"completed", "", "calls that completed"},
    {"response_ns", "ns", "of them"},     {"acquisition_ns", "ns", "of them"},
    {"execution_ns", "ns", "of them"},    {"queueing_ns", "ns", "of them"},
};

const struct store_model result_model = {
    .name = "calls",
    .table = tables,
    .tables = TABLES,
    .series = series,
    .series_count = sizeof series / sizeof series[0],
    .views =
        "-- The nodes that totals count.\n"
        "CREATE VIEW v_node_traffic (run_id, node, tx_bytes, rx_bytes) AS "
        "SELECT t.run_id, t.node, t.tx_bytes, t.rx_bytes "
        "FROM node_traffic AS t JOIN node AS n USING (run_id, node) WHERE n.role <> 'registry';\n"
        "CREATE VIEW v_execution (run_id, variant, replication, call_id, node, chain, execution_s, "
        "executed_s, result, instructions, loads, sub_calls, suspensions, state_bytes, "
        "memory_bytes, host_s) AS "
        "SELECT run_id, variant, replication, call_id, node, chain, execution_ns / 1e9, "
        "platform_ns / 1e9, result, instructions, loads, sub_calls, suspensions, state_bytes, "
        "memory_bytes, (load_host_ns + run_host_ns + suspend_host_ns + resume_host_ns) / 1e9 "
        "FROM execution JOIN call USING (run_id, call_id) JOIN run USING (run_id);\n",
};

/* ---- databases ---- */

const struct result_invocation result_invocation = {
    .program_version = "0.1.0",
    .program_commit = "abc",
    .compiler = "cc",
    .compiler_flags = "-O2",
    .host = "here",
    .arguments = "run \"a, b\"\nc",
    .scenario_path = "x.yaml",
    .scenario_text = "format: 1\n",
    .scenario_resolved = "format: 1\nname: x\n",
    .scenario_hash = RESULT_HASH,
    .seed = 7,
};

struct store *result_create(const char *path)
{
    struct store *store = NULL;
    struct store_error error = {""};
    cr_assert_eq(store_create(&store, path, false, &result_model, &result_invocation, &error),
                 SIM_OK, "%s", error.text);
    return store;
}

void result_begin(struct store *store, int64_t run_id, const char *variant, uint32_t replication,
                  uint64_t seed)
{
    const struct result_run run = {run_id, variant, replication, seed};
    cr_assert_eq(store_begin_run(store, &run), SIM_OK, "%s", store_message(store));
}

void result_end(struct store *store, int64_t run_id, const char *variant, uint32_t replication,
                uint64_t seed, uint64_t digest, uint64_t work_digest, double m)
{
    const struct result_metric metric = {"m", "s", m};
    const struct run_summary summary = {
        .run = {run_id, variant, replication, seed},
        .state = RESULT_COMPLETE,
        .digest = digest,
        .work_digest = work_digest,
        .metrics = &metric,
        .metric_count = 1,
    };
    cr_assert_eq(store_end_run(store, &summary), SIM_OK, "%s", store_message(store));
}

void result_finish(struct store *store)
{
    cr_assert_eq(store_finish(store, RESULT_COMPLETE), SIM_OK, "%s", store_message(store));
    store_destroy(store);
}

struct store *result_open(const char *path)
{
    struct store *store = NULL;
    struct store_error error = {""};
    cr_assert_eq(store_open_readonly(&store, path, false, &error), SIM_OK, "%s", error.text);
    return store;
}

/* ---- rows ---- */

#define I(value)                                                                                   \
    {                                                                                              \
        .integer = value                                                                           \
    }
#define R(value)                                                                                   \
    {                                                                                              \
        .real = value                                                                              \
    }
#define T(value)                                                                                   \
    {                                                                                              \
        .text = value                                                                              \
    }

enum sim_status result_nodes(struct store *store, int64_t run_id, const struct result_node *row,
                             size_t count)
{
    enum sim_status end = SIM_OK;
    for (size_t i = 0; i < count && end == SIM_OK; i++) {
        const struct result_node *n = &row[i];
        const union store_cell place[] = {I(n->node), R(n->x_m), R(n->y_m), T(role[n->role])};
        const union store_cell traffic[] = {
            I(n->node),  I(n->tx_bytes), I(n->rx_bytes),  I(n->tx_messages),      I(n->rx_messages),
            I(n->calls), I(n->hits),     I(n->evictions), I(n->cache_high_bytes), I(n->busy_ns)};
        end = store_rows(store, run_id, NODE, place, 1);
        end = end == SIM_OK ? store_rows(store, run_id, NODE_TRAFFIC, traffic, 1) : end;
    }
    return end;
}

/* All rows go in one transaction: cells holds those of `table`. Frees it. */
static enum sim_status put(struct store *store, int64_t run_id, size_t table,
                           union store_cell *cells, size_t count)
{
    const enum sim_status end = store_rows(store, run_id, table, cells, count);
    free(cells);
    return end;
}

static union store_cell *room(size_t table, size_t count)
{
    union store_cell *cells = calloc(count * tables[table].columns + 1, sizeof *cells);
    cr_assert_not_null(cells);
    return cells;
}

#define FILL(cells, index, table, ...)                                                             \
    memcpy(&(cells)[(index)*tables[table].columns], (const union store_cell[]){__VA_ARGS__},       \
           sizeof(const union store_cell[]){__VA_ARGS__})

enum sim_status result_tasklets(struct store *store, int64_t run_id,
                                const struct result_tasklet *row, size_t count)
{
    union store_cell *cells = room(TASKLET, count);
    for (size_t i = 0; i < count; i++) {
        const struct result_tasklet *t = &row[i];
        FILL(cells, i, TASKLET, I(t->tasklet), T(kind[t->kind]), T(t->name), I(t->size_bytes),
             I(t->time_ns), I(t->load_ns), I(t->suspend_ns), I(t->resume_ns));
    }
    return put(store, run_id, TASKLET, cells, count);
}

enum sim_status result_tasklet_calls(struct store *store, int64_t run_id,
                                     const struct result_tasklet_call *row, size_t count)
{
    union store_cell *cells = room(TASKLET_CALL, count);
    for (size_t i = 0; i < count; i++) {
        FILL(cells, i, TASKLET_CALL, I(row[i].tasklet), I(row[i].position), I(row[i].callee),
             I(row[i].after_ns));
    }
    return put(store, run_id, TASKLET_CALL, cells, count);
}

enum sim_status result_calls(struct store *store, int64_t run_id, const struct result_call *row,
                             size_t count)
{
    union store_cell *cells = room(CALL, count);
    for (size_t i = 0; i < count; i++) {
        const struct result_call *c = &row[i];
        FILL(cells, i, CALL, I(c->call_id), I(c->t_ns), I(c->robot), I(c->node), I(c->chain),
             T(status[c->status]), I(c->response_ns), I(c->queueing_ns), I(c->acquisition_ns),
             I(c->execution_ns), R(c->x_m), R(c->y_m));
    }
    return put(store, run_id, CALL, cells, count);
}

enum sim_status result_acquisitions(struct store *store, int64_t run_id,
                                    const struct result_acquisition *row, size_t count)
{
    union store_cell *cells = room(ACQUISITION, count);
    for (size_t i = 0; i < count; i++) {
        const struct result_acquisition *a = &row[i];
        FILL(cells, i, ACQUISITION, I(a->seq), I(a->call_id), I(a->node), I(a->tasklet), I(a->t_ns),
             I(a->done_ns), T(served[a->served]), I(a->source), I(a->attempts), I(a->evicted),
             I(a->local_search_ns), I(a->global_search_ns), I(a->registry_ns), I(a->metadata_ns),
             I(a->room_ns), I(a->transfer_ns), I(a->follow_ns));
    }
    return put(store, run_id, ACQUISITION, cells, count);
}

enum sim_status result_events(struct store *store, int64_t run_id, const struct result_event *row,
                              size_t count)
{
    union store_cell *cells = room(EVENT, count);
    for (size_t i = 0; i < count; i++) {
        const struct result_event *e = &row[i];
        FILL(cells, i, EVENT, I(e->seq), I(e->t_ns), I(e->node), T(e->kind), I(e->call_id),
             I(e->tasklet), I(e->peer), I(e->bytes));
    }
    return put(store, run_id, EVENT, cells, count);
}
