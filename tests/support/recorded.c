#include "tests/support/recorded.h"

#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#include "tests/support/result.h"

enum { S = 1000000000 };

static const struct result_call calls[] = {
    {10, 1 * (int64_t)S, 1, 1, 0, RESULT_CALL_COMPLETED, 5 * (int64_t)S, 0, 1 * (int64_t)S,
     4 * (int64_t)S, 1, 1},
    {30, 2 * (int64_t)S, 1, 1, 0, RESULT_CALL_COMPLETED, 5 * (int64_t)S, 0, 1 * (int64_t)S,
     4 * (int64_t)S, 1, 1},
    {20, 3 * (int64_t)S, 2, 2, 0, RESULT_CALL_COMPLETED, 5 * (int64_t)S, 0, 1 * (int64_t)S,
     4 * (int64_t)S, 1, 1},
    {40, 4 * (int64_t)S, 2, 2, 0, RESULT_CALL_PENDING, RESULT_NONE, RESULT_NONE, RESULT_NONE,
     RESULT_NONE, 1, 1},
    {50, 5 * (int64_t)S, 2, RESULT_NONE, 0, RESULT_OUT_OF_CONTACT, RESULT_NONE, RESULT_NONE,
     RESULT_NONE, RESULT_NONE, 9, 9},
};
enum { CALLS = sizeof calls / sizeof calls[0] };

static void add(struct store *store, int64_t run_id, int64_t seq, int64_t call_id, int64_t node,
                int64_t tasklet, enum result_served served, int64_t source)
{
    const struct result_acquisition a = {
        .seq = seq,
        .call_id = call_id,
        .node = node,
        .tasklet = tasklet,
        .served = served,
        .source = source,
        .attempts = 1,
    };
    cr_assert_eq(result_acquisitions(store, run_id, &a, 1), SIM_OK, "%s", store_message(store));
}

static void write_run(struct store *store, int64_t run_id, const char *variant, bool nimble)
{
    const struct result_tasklet tasklets[] = {
        {.tasklet = 0, .kind = RESULT_CHAIN, .name = "chain 0", .size_bytes = 200, .time_ns = 30},
        {.tasklet = 1, .kind = RESULT_ALGORITHM, .name = "one", .size_bytes = 90, .time_ns = 70},
    };
    const struct result_tasklet_call step = {.tasklet = 0, .callee = 1, .after_ns = 10};
    const size_t count = nimble ? 2 : 1;
    result_begin(store, run_id, variant, 1, 7);
    cr_assert_eq(result_tasklets(store, run_id, tasklets, count), SIM_OK);
    cr_assert_eq(result_tasklet_calls(store, run_id, &step, nimble), SIM_OK);
    cr_assert_eq(result_calls(store, run_id, calls, CALLS), SIM_OK);
    for (int64_t t = 0; t < (int64_t)count; t++) {
        add(store, run_id, 10 * t + 0, 10, 1, t, RESULT_FROM_REGISTRY, 3);
        add(store, run_id, 10 * t + 1, 20, 2, t, RESULT_FROM_NEIGHBOUR, 1);
        add(store, run_id, 10 * t + 2, 30, 1, t, RESULT_FROM_CACHE, 1);
    }
    add(store, run_id, 30, 40, 2, 0, RESULT_FROM_CACHE, 2);
    add(store, run_id, 31, 40, 2, 0, RESULT_NOT_SERVED, RESULT_NONE);
}

static void end_run(struct store *store, int64_t run_id, const char *variant)
{
    const struct result_node nodes[] = {
        {.node = 1, .role = RESULT_GATEWAY},
        {.node = 2, .role = RESULT_NODE},
        {.node = 3, .x_m = (double)NAN, .y_m = (double)NAN, .role = RESULT_REGISTRY},
    };
    const struct result_metric metric = {"m", "s", 1.5};
    const struct run_summary summary = {
        .run = {run_id, variant, 1, 7},
        .state = RESULT_COMPLETE,
        .digest = 0xd0 + (uint64_t)run_id,
        .work_digest = 0xaa,
        .metrics = &metric,
        .metric_count = 1,
    };
    cr_assert_eq(result_nodes(store, run_id, nodes, 3), SIM_OK);
    cr_assert_eq(store_end_run(store, &summary), SIM_OK, "%s", store_message(store));
}

void recorded_write(const char *path)
{
    struct store *store = result_create(path);
    write_run(store, 1, "nimble", true);
    end_run(store, 1, "nimble");
    write_run(store, 2, "monolithic", false);
    end_run(store, 2, "monolithic");
    result_finish(store);
}

void recorded_tamper(const char *path, const char *sql)
{
    sqlite3 *db = NULL;
    char *error = NULL;
    cr_assert_eq(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    cr_assert_eq(sqlite3_exec(db, "PRAGMA ignore_check_constraints = ON", NULL, NULL, NULL),
                 SQLITE_OK);
    cr_assert_eq(sqlite3_exec(db, sql, NULL, NULL, &error), SQLITE_OK, "%s: %s", sql, error);
    cr_assert_eq(sqlite3_close(db), SQLITE_OK);
}

const char *recorded_ask(const char *path, const char *sql)
{
    static char answer[65536];
    size_t used = 0;
    answer[0] = '\0';
    sqlite3 *db = NULL;
    sqlite3_stmt *query = NULL;
    cr_assert_eq(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    cr_assert_eq(sqlite3_prepare_v2(db, sql, -1, &query, NULL), SQLITE_OK, "%s", sql);
    while (sqlite3_step(query) == SQLITE_ROW) {
        for (int i = 0; i < sqlite3_column_count(query); i++) {
            const char *text = (const char *)sqlite3_column_text(query, i);
            used += (size_t)snprintf(answer + used, sizeof answer - used, "%s%s",
                                     i > 0 ? "|" : (used > 0 ? "\n" : ""), text ? text : "-");
            cr_assert_lt(used, sizeof answer);
        }
    }
    (void)sqlite3_finalize(query);
    (void)sqlite3_close(db);
    return answer;
}
