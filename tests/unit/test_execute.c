/*
 * Real tasklets in the embedded runtime. The hand-written ones of tests/tasklets/ call their
 * sub-tasklets from loops, ten frames deep, with operands waiting, with globals and memory that
 * change between the calls. Whatever the way to make a sub-call, they must give what their twins
 * give that have the sub-tasklets' code inside.
 */
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "tests/support/runtime.h"
#include "tests/support/tasklets.h"

static const enum execute_mode modes[] = {EXECUTE_NESTED, EXECUTE_SUSPENDED, EXECUTE_KEPT,
                                          EXECUTE_REEXECUTED};
enum { MODES = 3 };

static struct execute_runner *make_executor(const struct execute_limits *limits)
{
    need_runtime();
    struct execute_runner *e = NULL;
    const struct execute_source source = tasklets_source();
    cr_assert_eq(execute_create(&e, limits, &source), SIM_OK);
    return e;
}

static struct execute_runner *make_default(void)
{
    struct execute_limits limits = execute_limits_default();
    return make_executor(&limits);
}

Test(execute, an_executor_is_there_where_the_runtime_is)
{
    const struct execute_limits limits = execute_limits_default();
    const struct execute_source source = tasklets_source();
    struct execute_runner *e = NULL;
    cr_assert_eq(execute_create(&e, &limits, &source),
                 wasm_host_is_available() ? SIM_OK : SIM_ERR_NOTFOUND);
    execute_destroy(e);
}

static struct execution run(struct execute_runner *e, const char *name, const uint32_t *argument,
                            uint32_t cells, enum execute_mode mode)
{
    struct execution out;
    const bool ok = execute_run(e, name, argument, cells, mode, &out);
    cr_assert(ok, "%s, %s: %s", name, execute_mode_name(mode), out.error);
    cr_assert_eq(out.end, EXECUTE_RETURNED);
    cr_assert_str_empty(out.error);
    return out;
}

/* Arguments that reach both arms of each branch, and the corners of their types. */
static const uint32_t arguments[][4] = {
    {0, 0, 0, 0},
    {1, 1, 1, 1},
    {7, 0x80000000, 0, 0x3ff00000},
    {0xffffffff, 0xffffffff, 0xffffffff, 0x7fffffff},
    {0x12345678, 0x40091eb8, 0x9abcdef0, 0xc0091eb8},
};
enum { ARGUMENTS = sizeof arguments / sizeof arguments[0] };

static void check_against_twin(const char *name, uint32_t cells)
{
    struct execute_runner *e = make_default();
    char twin[64];
    (void)snprintf(twin, sizeof twin, "%s.inlined", name);
    for (size_t a = 0; a < ARGUMENTS; a++) {
        const struct execution inlined = run(e, twin, arguments[a], cells, EXECUTE_NESTED);
        cr_assert_eq(inlined.sub_calls, 0);
        for (size_t m = 0; m < MODES; m++) {
            const struct execution out = run(e, name, arguments[a], cells, modes[m]);
            cr_assert_eq(out.result_cells, inlined.result_cells);
            cr_assert_arr_eq(out.result, inlined.result, sizeof out.result, "%s, %s, argument %zu",
                             name, execute_mode_name(modes[m]), a);
            cr_assert_gt(out.sub_calls, 0);
        }
    }
    execute_destroy(e);
}

Test(execute, a_chain_gives_what_its_twin_gives)
{
    check_against_twin("chain", 1);
}

Test(execute, recursion_is_suspended_ten_frames_deep)
{
    check_against_twin("recursion", 1);
}

Test(execute, unexported_globals_outlive_a_suspension)
{
    check_against_twin("globals", 1);
}

Test(execute, memory_outlives_a_suspension_and_may_have_grown)
{
    struct execute_limits limits = execute_limits_default();
    struct execute_runner *e = make_executor(&limits);
    const struct execution out = run(e, "memory", (const uint32_t[]){5}, 1, EXECUTE_SUSPENDED);
    cr_assert_gt(out.peak_bytes, 2 * 65536, "two pages were there");
    execute_destroy(e);
    check_against_twin("memory", 1);
}

Test(execute, a_memory_may_begin_without_a_page)
{
    check_against_twin("pageless", 1);
}

Test(execute, floats_of_both_widths_come_through)
{
    check_against_twin("floats", 2);
}

Test(execute, wide_integers_come_through)
{
    check_against_twin("wide", 2);
}

Test(execute, locals_far_from_the_first_come_through)
{
    check_against_twin("many", 1);
}

Test(execute, blocks_of_every_kind_outlive_a_suspension)
{
    check_against_twin("nests", 1);
}

Test(execute, several_results_come_through)
{
    check_against_twin("several", 3);
}

Test(execute, tasklets_that_call_tasklets_agree_in_all_ways)
{
    struct execute_runner *e = make_default();
    const uint32_t x = 41;
    const struct execution nested = run(e, "deeper", &x, 1, EXECUTE_NESTED);
    const struct execution five = run(e, "chain", (const uint32_t[]){5}, 1, EXECUTE_NESTED);
    const struct execution chain = run(e, "chain", &x, 1, EXECUTE_NESTED);
    const struct execution down = run(e, "recursion", five.result, 1, EXECUTE_NESTED);
    cr_assert_eq(nested.result[0], chain.result[0] - down.result[0]);
    for (size_t m = 0; m < MODES; m++) {
        const struct execution out = run(e, "deeper", &x, 1, modes[m]);
        cr_assert_eq(out.result[0], nested.result[0]);
    }
    execute_destroy(e);
}

Test(execute, the_depth_is_exact_in_each_way)
{
    struct execute_limits limits = execute_limits_default();
    const uint32_t x = 9;
    for (size_t m = 0; m < MODES; m++) {
        limits.depth = 3; /* deeper, chain, double */
        struct execute_runner *e = make_executor(&limits);
        (void)run(e, "deeper", &x, 1, modes[m]);
        execute_destroy(e);

        struct execution out;
        limits.depth = 2;
        e = make_executor(&limits);
        cr_assert_not(execute_run(e, "deeper", &x, 1, modes[m], &out));
        cr_assert_eq(out.end, EXECUTE_TOO_DEEP, "%s", out.error);
        execute_destroy(e);
    }
}

Test(execute, suspending_counts_the_same_instructions_as_nesting)
{
    static const struct {
        const char *name;
        uint32_t cells;
    } tasklet[] = {{"chain", 1}, {"recursion", 1}, {"globals", 1}, {"memory", 1}, {"floats", 2},
                   {"wide", 2},  {"several", 3},   {"deeper", 1},  {"nests", 1},  {"many", 1}};
    struct execute_runner *e = make_default();
    for (size_t i = 0; i < sizeof tasklet / sizeof tasklet[0]; i++) {
        const struct execution nested =
            run(e, tasklet[i].name, arguments[4], tasklet[i].cells, EXECUTE_NESTED);
        const struct execution suspended =
            run(e, tasklet[i].name, arguments[4], tasklet[i].cells, EXECUTE_SUSPENDED);
        cr_assert_eq(suspended.instructions, nested.instructions, "%s: %lu, nested %lu",
                     tasklet[i].name, suspended.instructions, nested.instructions);
        cr_assert_eq(suspended.own_instructions, nested.own_instructions);
        cr_assert_eq(suspended.suspensions, nested.sub_calls);
        cr_assert_eq(nested.suspensions, 0);
    }
    execute_destroy(e);
}

/* double: local.get, const, shl, const, add, end. */
Test(execute, an_instruction_is_an_opcode)
{
    struct execute_runner *e = make_default();
    const struct execution out = run(e, "double", (const uint32_t[]){20}, 1, EXECUTE_NESTED);
    cr_assert_eq(out.result[0], 41);
    cr_assert_eq(out.instructions, 6);
    execute_destroy(e);
}

Test(execute, the_budget_is_exact_in_each_way)
{
    struct execute_limits limits = execute_limits_default();
    for (size_t m = 0; m < MODES; m++) {
        struct execute_runner *e = make_executor(&limits);
        const uint32_t x = 9;
        const uint64_t needed = run(e, "deeper", &x, 1, modes[m]).instructions;
        execute_destroy(e);

        struct execution out;
        limits.instructions = needed;
        e = make_executor(&limits);
        cr_assert(execute_run(e, "deeper", &x, 1, modes[m], &out), "%s", out.error);
        execute_destroy(e);

        limits.instructions = needed - 1;
        e = make_executor(&limits);
        cr_assert_not(execute_run(e, "deeper", &x, 1, modes[m], &out));
        cr_assert_eq(out.end, EXECUTE_OUT_OF_BUDGET, "%s", out.error);
        cr_assert_eq(out.instructions, needed - 1);
        execute_destroy(e);
        limits = execute_limits_default();
    }
}

Test(execute, arguments_are_as_many_as_the_entry_takes)
{
    struct execute_runner *e = make_default();
    for (uint32_t cells = 0; cells < 4; cells++) {
        struct execution out;
        const bool returned = execute_run(e, "double", arguments[4], cells, EXECUTE_NESTED, &out);
        cr_assert_eq(returned, cells == 1, "%u cells", cells);
        cr_assert(returned || out.end == EXECUTE_BAD_MODULE);
        cr_assert(returned || strstr(out.error, "1 cells of arguments: it was given") != NULL);
    }
    execute_destroy(e);
}

Test(execute, suspending_needs_less_memory_than_nesting)
{
    struct execute_runner *e = make_default();
    const uint32_t x = 3;
    const size_t nested = run(e, "deeper", &x, 1, EXECUTE_NESTED).peak_bytes;
    const struct execution suspended = run(e, "deeper", &x, 1, EXECUTE_SUSPENDED);
    cr_assert_lt(suspended.peak_bytes, nested);
    execute_destroy(e);
}

Test(execute, nothing_leaks_over_a_hundred_thousand_suspensions)
{
    struct execute_runner *e = make_default();
    uint64_t suspensions = 0;
    size_t peak = 0;
    for (uint32_t x = 0; suspensions < 100000; x++) {
        const struct execution out = run(e, "chain", &x, 1, EXECUTE_SUSPENDED);
        suspensions += out.suspensions;
        peak = x == 0 ? out.peak_bytes : peak;
        cr_assert_eq(out.peak_bytes, peak, "the same memory suffices each time");
    }
    execute_destroy(e); /* asserts that nothing is held */
}

/* ---- several at once ---- */

enum { THREADS = 4, RUNS = 200 };

struct worker {
    struct execute_runner *executor;
    struct execution run[RUNS];
};

static void *work(void *context)
{
    struct worker *w = context;
    for (uint32_t i = 0; i < RUNS; i++) {
        const uint32_t x = i % 8;
        (void)execute_run(w->executor, i % 2 == 0 ? "chain" : "deeper", &x, 1, modes[i % MODES],
                          &w->run[i]);
    }
    return NULL;
}

Test(execute, executors_in_several_threads_do_not_meet)
{
    static struct worker worker[THREADS + 1];
    pthread_t thread[THREADS];
    for (size_t t = 0; t <= THREADS; t++) {
        worker[t].executor = make_default();
    }
    (void)work(&worker[THREADS]); /* alone; and the source has its files from then on */
    for (size_t t = 0; t < THREADS; t++) {
        cr_assert_eq(pthread_create(&thread[t], NULL, work, &worker[t]), 0);
    }
    for (size_t t = 0; t < THREADS; t++) {
        cr_assert_eq(pthread_join(thread[t], NULL), 0);
    }
    for (size_t t = 0; t <= THREADS; t++) {
        for (size_t i = 0; i < RUNS; i++) {
            const struct execution *alone = &worker[THREADS].run[i];
            const struct execution *run = &worker[t].run[i];
            cr_assert_eq(run->end, EXECUTE_RETURNED, "%s", run->error);
            cr_assert_eq(run->result[0], alone->result[0]);
            cr_assert_eq(run->instructions, alone->instructions);
            cr_assert_eq(run->peak_bytes, alone->peak_bytes);
        }
        execute_destroy(worker[t].executor);
    }
}
