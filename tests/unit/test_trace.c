/* The trace of a stored run: what is read, in which order, and what is not believed. */
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "models/nimblenet/results/trace.h"
#include "tests/support/recorded.h"
#include "tests/support/result.h"

TestSuite(trace, .init = result_enter, .fini = result_leave);

/* Reads run 1 or 2. */
static enum sim_status read(struct trace *t, int64_t run_id, struct store_error *error)
{
    struct store *store = result_open("a.db");
    struct runs runs;
    cr_assert_eq(runs_read(&runs, store, error), SIM_OK, "%s", error->text);
    const enum sim_status status = trace_read(t, store, &runs.row[run_id - 1], error);
    runs_deinit(&runs);
    store_destroy(store);
    return status;
}

Test(trace, calls_come_in_the_order_of_triggers)
{
    struct trace t;
    struct store_error error = {""};
    recorded_write("a.db");
    cr_assert_eq(read(&t, 1, &error), SIM_OK, "%s", error.text);
    cr_assert_eq(t.call_count, 3, "only what completed");
    cr_expect_eq(t.call[0].call_id, 10);
    cr_expect_eq(t.call[1].call_id, 30);
    cr_expect_eq(t.call[2].call_id, 20);
    cr_expect_eq(t.call[2].node, 1);
    cr_expect_eq(t.call[0].node, 0);
    cr_expect_eq(t.node_count, 3);
    cr_expect_eq(t.registry, 2);
    trace_deinit(&t);
}

Test(trace, acquisitions_come_in_the_order_of_their_ends)
{
    struct trace t;
    struct store_error error = {""};
    recorded_write("a.db");
    cr_assert_eq(read(&t, 1, &error), SIM_OK, "%s", error.text);
    cr_assert_eq(t.acquisition_count, 7, "what failed brought nothing");
    const struct trace_acquisition wanted[] = {
        {0, 0, 0, 2},
        {2, 1, 0, 0},
        {1, 0, 0, 0},
        {0, 0, 1, 2},
        {2, 1, 1, 0},
        {1, 0, 1, 0},
        {TRACE_NO_CALL, 1, 0, 1},
    };
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        cr_expect_eq(t.acquisition[i].call, wanted[i].call, "%zu", i);
        cr_expect_eq(t.acquisition[i].node, wanted[i].node, "%zu", i);
        cr_expect_eq(t.acquisition[i].tasklet, wanted[i].tasklet, "%zu", i);
        cr_expect_eq(t.acquisition[i].source, wanted[i].source, "%zu", i);
    }
    trace_deinit(&t);
}

Test(trace, the_taskset_is_read)
{
    struct trace t;
    struct store_error error = {""};
    recorded_write("a.db");
    cr_assert_eq(read(&t, 1, &error), SIM_OK, "%s", error.text);
    cr_assert_eq(t.tasklet_count, 2);
    cr_expect(t.tasklet[0].is_chain);
    cr_expect_not(t.tasklet[1].is_chain);
    cr_expect_eq(t.tasklet[1].size_bytes, 90);
    cr_expect_eq(t.tasklet[1].time_ns, 70);
    cr_assert_eq(t.tasklet[0].step_count, 1);
    cr_expect_eq(t.step[t.tasklet[0].first_step].callee, 1);
    cr_expect_eq(t.step[t.tasklet[0].first_step].after_ns, 10);
    trace_deinit(&t);
    cr_assert_eq(read(&t, 2, &error), SIM_OK, "%s", error.text);
    cr_expect_eq(t.tasklet_count, 1);
    cr_expect_eq(t.step_count, 0);
    trace_deinit(&t);
}

static void assert_refused(const char *sql, const char *wanted)
{
    struct trace t;
    struct store_error error = {""};
    (void)remove("a.db");
    recorded_write("a.db");
    recorded_tamper("a.db", sql);
    cr_assert_eq(read(&t, 1, &error), SIM_ERR_INVALID, "%s", sql);
    const char *prefix = "a.db: run 1 (nimble, replication 1): ";
    cr_assert(strncmp(error.text, prefix, strlen(prefix)) == 0, "%s", error.text);
    cr_assert_str_eq(error.text + strlen(prefix), wanted);
}

Test(trace, what_a_file_says_is_not_believed)
{
    assert_refused("DELETE FROM tasklet WHERE tasklet = 0", "tasklet 0 is missing");
    assert_refused("UPDATE tasklet_call SET callee = 9", "tasklet 0 calls 9, and not both exist");
    assert_refused("UPDATE tasklet_call SET callee = -1", "tasklet 0 calls -1, and not both exist");
    assert_refused("DELETE FROM node WHERE node = 1", "node 1 is missing");
    assert_refused("UPDATE node SET role = 'node'", "has no registry among its nodes");
    assert_refused("UPDATE call SET chain = 7 WHERE call_id = 30",
                   "call 30 calls chain 7, which does not exist");
    assert_refused("UPDATE call SET chain = 1 WHERE call_id = 30",
                   "call 30 calls chain 1, which does not exist");
    assert_refused("UPDATE call SET node = 4 WHERE call_id = 20",
                   "call 20 completed on a node that does not exist");
    assert_refused("UPDATE call SET node = NULL WHERE call_id = 20",
                   "call 20 completed on a node that does not exist");
    assert_refused("UPDATE acquisition SET node = 2 WHERE call_id = 10 AND tasklet = 0",
                   "call 10 runs on node 1 and acquires on node 2");
    assert_refused("UPDATE acquisition SET tasklet = 5 WHERE call_id = 20 AND tasklet = 0",
                   "call 20 acquires tasklet 5 on node 2 from node 1, and not all of them exist");
    assert_refused("UPDATE acquisition SET source = 0 WHERE call_id = 20 AND tasklet = 0",
                   "call 20 acquires tasklet 0 on node 2 from node 0, and not all of them exist");
}
