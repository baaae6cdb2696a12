/* The database of a replay: the copy, the executions, going on, and what is read from it. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "analysis/report/executed.h"
#include "analysis/store/store_replay.h"
#include "analysis/store/store_sql.h"
#include "tests/support/recorded.h"
#include "tests/support/result.h"

TestSuite(executions, .init = result_enter, .fini = result_leave);

static const struct result_replay both[] = {
    {.run_id = 1, .mode = "suspended", .sample_ppm = 1000000, .calls = 3, .binaries = 0xb1},
    {.run_id = 2,
     .mode = "suspended",
     .sample_ppm = 1000000,
     .calls = 3,
     .binaries = 0xb2,
     .platform = "pico"},
};

static struct store *copy(void)
{
    struct store_error error = {""};
    recorded_write("a.db");
    struct store *store = result_create("r.db");
    cr_assert_eq(store_copy_runs(store, "a.db", both, 2, &error), SIM_OK, "%s", error.text);
    return store;
}

/* Whoever is killed while two files are locked for writing leaves the journal of both. */
Test(executions, what_is_copied_from_is_only_read)
{
    struct store_error error = {""};
    sqlite3 *writer = NULL;
    recorded_write("a.db");
    struct store *store = result_create("r.db");
    cr_assert_eq(sqlite3_open("a.db", &writer), SQLITE_OK);
    cr_assert_eq(sqlite3_exec(writer, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    (void)sqlite3_busy_timeout(store->db, 0);
    cr_expect_eq(store_copy_runs(store, "a.db", both, 2, &error), SIM_OK, "%s", error.text);
    cr_expect_eq(sqlite3_close(writer), SQLITE_OK);
    store_destroy(store);
}

static struct result_execution executed(int64_t call_id, uint32_t result, sim_time platform_ns)
{
    return (struct result_execution){
        .call_id = call_id,
        .result = result,
        .instructions = 1000,
        .own_instructions = 10,
        .loads = 3,
        .sub_calls = 1,
        .suspensions = 1,
        .state_bytes = 80,
        .memory_bytes = 100 + (uint64_t)call_id,
        .platform_ns = platform_ns,
        .run_host_ns = 500,
    };
}

static void execute(struct store *store, int64_t run_id, int64_t call_id, uint32_t result,
                    sim_time platform_ns)
{
    const struct result_execution e = executed(call_id, result, platform_ns);
    cr_assert_eq(store_executions(store, run_id, &e, 1), SIM_OK, "%s", store_message(store));
}

/* All calls of both runs; the results of call 20 differ if asked. */
static void execute_all(struct store *store, uint32_t other)
{
    for (int64_t run_id = 1; run_id <= 2; run_id++) {
        execute(store, run_id, 30, 3, 4100 * SIM_MS);
        execute(store, run_id, 10, 1, 4200 * SIM_MS);
        execute(store, run_id, 20, run_id == 2 ? other : 2, 3000 * SIM_MS);
    }
}

static uint64_t digest_of(struct store *store, int64_t run_id)
{
    struct store_error error;
    uint64_t digest = 0;
    cr_assert_eq(executions_digest(&digest, store, run_id, &error), SIM_OK);
    return digest;
}

static void finish(struct store *store)
{
    for (int64_t run_id = 1; run_id <= 2; run_id++) {
        cr_assert_eq(store_end_replay(store, run_id, digest_of(store, run_id)), SIM_OK);
    }
    result_finish(store);
}

Test(executions, a_copy_has_what_the_result_had)
{
    struct store *store = copy();
    execute_all(store, 2);
    finish(store);
    static const char *const same[] = {
        "SELECT * FROM run",
        "SELECT * FROM metric",
        "SELECT * FROM node",
        "SELECT * FROM node_traffic",
        "SELECT * FROM tasklet",
        "SELECT * FROM tasklet_call",
        "SELECT * FROM call",
        "SELECT * FROM acquisition",
        ("SELECT scenario_path, scenario_text, scenario_resolved, scenario_hash, seed "
         "FROM invocation"),
    };
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        char *a = strdup(recorded_ask("a.db", same[i]));
        cr_expect_str_eq(recorded_ask("r.db", same[i]), a, "%s", same[i]);
        cr_expect_str_not_empty(a, "%s", same[i]);
        free(a);
    }
    cr_expect_str_eq(recorded_ask("r.db", "SELECT run_id, mode, sample_ppm, calls, binaries, "
                                          "simulated_by, platform FROM replay"),
                     "1|suspended|1000000|3|00000000000000b1|abc|-\n"
                     "2|suspended|1000000|3|00000000000000b2|abc|pico");
    cr_expect_str_eq(recorded_ask("r.db", "PRAGMA integrity_check"), "ok");
    cr_expect_str_eq(recorded_ask("r.db", "PRAGMA foreign_key_check"), "");
}

Test(executions, a_run_that_is_not_there_cannot_be_copied)
{
    struct store_error error = {""};
    const struct result_replay other = {
        .run_id = 9, .mode = "nested", .sample_ppm = 5, .binaries = 1};
    recorded_write("a.db");
    struct store *store = result_create("r.db");
    cr_assert_neq(store_copy_runs(store, "a.db", &other, 1, &error), SIM_OK);
    cr_expect_str_not_empty(error.text);
    store_destroy(store);
    cr_expect_str_eq(recorded_ask("r.db", "SELECT count(*) FROM run"), "0");
    cr_expect_str_eq(recorded_ask("r.db", "SELECT count(*) FROM sqlite_schema "
                                          "WHERE name = 'replay'"),
                     "0");
}

Test(executions, a_result_of_another_model_cannot_be_copied)
{
    struct store_error error = {""};
    recorded_write("a.db");
    recorded_tamper("a.db", "UPDATE invocation SET model = 'boats'");
    struct store *store = result_create("r.db");
    cr_expect_eq(store_copy_runs(store, "a.db", both, 2, &error), SIM_ERR_INVALID);
    cr_expect_str_eq(error.text, "a.db is of another model than calls");
    store_destroy(store);
}

Test(executions, events_stay_behind)
{
    struct store_error error = {""};
    const struct result_event event = {.seq = 1, .node = 1, .kind = "x"};
    struct store *store = result_create("a.db");
    result_begin(store, 1, "nimble", 1, 7);
    cr_assert_eq(result_events(store, 1, &event, 1), SIM_OK);
    result_end(store, 1, "nimble", 1, 7, 1, 1, 0);
    result_finish(store);
    recorded_tamper("a.db", "INSERT INTO input_file VALUES ('g', 'k', x'00', '" RESULT_HASH "', 1);"
                            "INSERT INTO distribution VALUES (1, 'd', 4, 2);"
                            "INSERT INTO distribution_unit VALUES ('d', 's')");
    store = result_create("r.db");
    cr_assert_eq(store_copy_runs(store, "a.db", both, 1, &error), SIM_OK, "%s", error.text);
    store_destroy(store);
    cr_expect_str_eq(recorded_ask("r.db", "SELECT count(*) FROM event"), "0");
    cr_expect_str_eq(recorded_ask("r.db", "SELECT path, length FROM input_file"), "g|1");
    cr_expect_str_eq(recorded_ask("r.db", "SELECT unit, low, count FROM v_distribution"), "s|4|2");
}

Test(executions, are_seen_beside_what_was_simulated)
{
    struct store *store = copy();
    execute_all(store, 2);
    finish(store);
    cr_expect_str_eq(recorded_ask("r.db", "SELECT run_id, variant, call_id, node, execution_s, "
                                          "executed_s, result FROM v_execution WHERE run_id = 1"),
                     "1|nimble|10|1|4.0|4.2|1\n1|nimble|20|2|4.0|3.0|2\n1|nimble|30|1|4.0|4.1|3");
}

Test(executions, the_digest_does_not_depend_on_the_order)
{
    struct store *store = copy();
    execute_all(store, 2);
    execute(store, 2, 40, 4, 1); /* one more, in the second run only */
    const uint64_t more = digest_of(store, 2);
    const uint64_t first = digest_of(store, 1);
    store_destroy(store);
    (void)remove("a.db");
    (void)remove("r.db");
    store = copy();
    execute(store, 1, 10, 1, 5);
    execute(store, 1, 20, 2, 5);
    execute(store, 1, 30, 3, 5);
    cr_expect_eq(digest_of(store, 1), first, "nor on prices");
    cr_expect_neq(more, first);
    execute(store, 2, 10, 1, 5);
    execute(store, 2, 20, 2, 5);
    execute(store, 2, 30, 4, 5);
    cr_expect_neq(digest_of(store, 2), first, "but on results");
    store_destroy(store);
}

Test(executions, go_on_where_they_were_left)
{
    struct store *store = copy();
    execute(store, 1, 10, 1, RESULT_NONE);
    store_destroy(store); /* killed */
    cr_expect_str_eq(recorded_ask("r.db", "SELECT state FROM invocation"), "running");

    struct store_error error = {""};
    cr_assert_eq(store_reopen(&store, "r.db", &error), SIM_OK, "%s", error.text);
    cr_assert_eq(store_finish(store, RESULT_INTERRUPTED), SIM_OK);
    store_destroy(store);
    cr_expect_str_eq(recorded_ask("r.db", "SELECT state FROM invocation UNION ALL "
                                          "SELECT state FROM run"),
                     "interrupted\ninterrupted\ninterrupted");

    cr_assert_eq(store_reopen(&store, "r.db", &error), SIM_OK, "%s", error.text);
    int64_t *done = NULL;
    size_t count = 0;
    cr_assert_eq(executions_done(&done, &count, store, 1, &error), SIM_OK);
    cr_assert_eq(count, 1);
    cr_expect_eq(done[0], 10);
    free(done);
    execute(store, 1, 20, 2, RESULT_NONE);
    execute(store, 1, 30, 3, RESULT_NONE);
    for (int64_t call_id = 10; call_id <= 30; call_id += 10) {
        execute(store, 2, call_id, (uint32_t)call_id / 10, RESULT_NONE);
    }
    finish(store);
    cr_expect_str_eq(recorded_ask("r.db", "SELECT state FROM invocation UNION ALL "
                                          "SELECT state FROM run"),
                     "complete\ncomplete\ncomplete");
}

Test(executions, a_call_is_executed_once)
{
    struct store *store = copy();
    execute(store, 1, 10, 1, RESULT_NONE);
    const struct result_execution again = executed(10, 1, RESULT_NONE);
    cr_expect_eq(store_executions(store, 1, &again, 1), SIM_ERR_INVALID);
    store_destroy(store);
}

Test(executions, variants_are_summed_up)
{
    struct store *store = copy();
    execute_all(store, 2);
    finish(store);
    store = result_open("r.db");
    struct store_error error;
    struct executed_variant *v = NULL;
    size_t count = 0;
    cr_assert_eq(executed_variants(&v, &count, store, &error), SIM_OK);
    cr_assert_eq(count, 2);
    cr_expect_str_eq(v[0].variant, "nimble");
    cr_expect_eq(v[0].runs, 1);
    cr_expect_eq(v[0].calls, 3);
    cr_expect_eq(v[0].instructions, 3000);
    cr_expect_eq(v[0].loads, 9);
    cr_expect_eq(v[0].state_bytes, 240);
    cr_expect_eq(v[0].memory_bytes_max, 130);
    cr_expect_eq(v[0].run_host_ns, 1500);
    cr_expect_float_eq(stats_mean(&v[0].simulated_s), 4.0, 1e-12);
    cr_expect_float_eq(stats_mean(&v[0].extra_s), (0.2 - 1.0 + 0.1) / 3, 1e-12);
    cr_assert_eq(v[0].largest_count, 1, "all are of one chain");
    cr_expect_eq(v[0].largest[0].call_id, 20);
    free(v);
    store_destroy(store);
}

Test(executions, of_each_chain_the_call_that_differs_most_is_shown)
{
    struct store *store = copy();
    execute_all(store, 2);
    recorded_tamper("r.db", "UPDATE call SET chain = call_id / 20");
    struct store_error error;
    struct executed_variant *v = NULL;
    size_t count = 0;
    cr_assert_eq(executed_variants(&v, &count, store, &error), SIM_OK);
    cr_assert_eq(v[0].largest_count, 2);
    cr_expect_eq(v[0].largest[0].call_id, 20, "1 s; 30 is of the same chain");
    cr_expect_eq(v[0].largest[0].chain, 1);
    cr_expect_eq(v[0].largest[1].call_id, 10);
    free(v);
    store_destroy(store);
}

Test(executions, without_a_platform_there_is_no_difference)
{
    struct store *store = copy();
    execute(store, 1, 10, 1, RESULT_NONE);
    struct store_error error;
    struct executed_variant *v = NULL;
    size_t count = 0;
    cr_assert_eq(executed_variants(&v, &count, store, &error), SIM_OK);
    cr_assert_eq(count, 1);
    cr_expect_eq(v[0].extra_s.n, 0);
    cr_expect_eq(v[0].largest_count, 0);
    free(v);
    store_destroy(store);
}

Test(executions, twins_are_compared_call_by_call)
{
    struct store_error error;
    struct executions_pairs pairs;
    struct store *store = copy();
    execute_all(store, 2);
    cr_assert_eq(executions_pairs(&pairs, store, &error), SIM_OK);
    cr_expect_eq(pairs.compared, 3);
    cr_expect_eq(pairs.equal, 3);
    store_destroy(store);
    (void)remove("a.db");
    (void)remove("r.db");
    store = copy();
    execute_all(store, 77);
    cr_assert_eq(executions_pairs(&pairs, store, &error), SIM_OK);
    cr_expect_eq(pairs.equal, 2);
    cr_assert_eq(pairs.mismatch_count, 1);
    cr_expect_eq(pairs.mismatch[0].call_id, 20);
    cr_expect_str_eq(pairs.mismatch[0].variant[1], "monolithic");
    cr_expect_eq(pairs.mismatch[0].result[0], 2);
    cr_expect_eq(pairs.mismatch[0].result[1], 77);
    store_destroy(store);
}

Test(executions, a_result_that_is_no_replay_has_none)
{
    recorded_write("a.db");
    struct store *store = result_open("a.db");
    struct store_error error;
    bool there = true;
    cr_assert_eq(executions_are_there(&there, store, &error), SIM_OK);
    cr_expect_not(there);
    struct executions_run *runs = NULL;
    size_t count = 1;
    cr_assert_eq(executions_runs(&runs, &count, store, &error), SIM_OK);
    cr_expect_eq(count, 0);
    free(runs);
    store_destroy(store);
}

Test(executions, a_table_with_other_columns_can_be_copied)
{
    recorded_write("a.db");
    recorded_tamper("a.db", "DROP VIEW v_tasklet; ALTER TABLE tasklet DROP COLUMN load_ns");
    struct store_error error = {""};
    struct store *store = result_create("r.db");
    cr_assert_eq(store_copy_runs(store, "a.db", both, 2, &error), SIM_OK, "%s", error.text);
    store_destroy(store);
    cr_expect_str_eq(recorded_ask("r.db", "SELECT count(*), count(load_ns) FROM tasklet"), "3|0");
    recorded_tamper("a.db", "DROP TABLE warning");
    store = result_create("s.db");
    cr_assert_eq(store_copy_runs(store, "a.db", both, 2, &error), SIM_ERR_INVALID);
    cr_expect_str_eq(error.text, "a.db has no table warning");
    store_destroy(store);
}

Test(executions, one_of_them_can_be_asked_for)
{
    struct store *store = copy();
    execute_all(store, 2);
    finish(store);
    store = result_open("r.db");
    struct store_error error;
    struct executions_one one;
    cr_assert_eq(executions_one(&one, store, 1, 20, &error), SIM_OK);
    cr_expect_eq(one.result, 2);
    cr_expect_eq(one.memory_bytes, 120);
    cr_expect_float_eq(one.executed_s, 3.0, 1e-12);
    cr_expect_eq(executions_one(&one, store, 1, 40, &error), SIM_ERR_NOTFOUND);
    store_destroy(store);
}
