/*
 * Modules that are broken or mean harm, from tests/hostile/ and made of good ones: each ends in a
 * clear error, within its budget and its memory, and leaves the host as it was.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime-replay/wasm/wasm_host.h"
#include "tests/support/runtime.h"
#include "tests/support/tasklets.h"

static const enum execute_mode modes[] = {EXECUTE_NESTED, EXECUTE_SUSPENDED, EXECUTE_KEPT,
                                          EXECUTE_REEXECUTED};
enum { MODES = 3, BUDGET = 20000, MEMORY = 256 * 1024 };

/* A source that has one binary of our own, and the files. */
struct forged {
    struct execute_binary binary;
    struct execute_source files;
};

static bool find_forged(void *context, const char *name, struct execute_binary *out)
{
    struct forged *f = context;
    if (strcmp(name, "forged") == 0) {
        *out = f->binary;
        return true;
    }
    return f->files.find(f->files.context, name, out);
}

static struct forged forged;

static struct execute_limits tight(void)
{
    struct execute_limits limits = execute_limits_default();
    limits.instructions = BUDGET;
    limits.memory_bytes = MEMORY;
    return limits;
}

static struct execute_runner *make(const struct execute_limits *limits)
{
    need_runtime();
    struct execute_runner *e = NULL;
    forged.files = tasklets_source();
    const struct execute_source source = {.find = find_forged, .context = &forged};
    cr_assert_eq(execute_create(&e, limits, &source), SIM_OK);
    return e;
}

/* The host has not suffered: a good chain gives what its twin gives. */
static void check_host(struct execute_runner *e)
{
    struct execution good;
    struct execution twin;
    const uint32_t x = 7;
    cr_assert(execute_run(e, "chain", &x, 1, EXECUTE_SUSPENDED, &good), "%s", good.error);
    cr_assert(execute_run(e, "chain.inlined", &x, 1, EXECUTE_NESTED, &twin), "%s", twin.error);
    cr_assert_eq(good.result[0], twin.result[0]);
}

Test(wasm_hostile, an_executor_is_there_where_the_runtime_is)
{
    const struct execute_limits limits = tight();
    const struct execute_source source = tasklets_source();
    struct execute_runner *e = NULL;
    cr_assert_eq(execute_create(&e, &limits, &source),
                 wasm_host_is_available() ? SIM_OK : SIM_ERR_NOTFOUND);
    execute_destroy(e);
}

/* ---- each ends as it should ---- */

static const struct {
    const char *name;
    uint32_t argument;
    enum execute_end end;
    const char *says;
} cases[] = {
    {"endless", 0, EXECUTE_OUT_OF_BUDGET, "the run may execute 20000 instructions"},
    {"calls-endless", 0, EXECUTE_OUT_OF_BUDGET, "tasklet 'endless': stopped"},
    {"busy", 0, EXECUTE_OUT_OF_BUDGET, "the run may execute 20000 instructions"},
    {"deep", 0, EXECUTE_TRAPPED, "wasm operand stack overflow"},
    {"grows", 4, EXECUTE_TRAPPED, "out of bounds memory access"},
    {"leaps", 1, EXECUTE_TRAPPED, "out of bounds memory access"},
    {"leaps", 65535, EXECUTE_TRAPPED, "out of bounds memory access"},
    {"leaps", 65536, EXECUTE_TRAPPED, "out of bounds memory access"},
    {"leaps", UINT32_MAX, EXECUTE_TRAPPED, "out of bounds memory access"},
    {"vast", 0, EXECUTE_OUT_OF_MEMORY, "needs more than the 262144 bytes that it may have"},
    {"vast-growing", 0, EXECUTE_OUT_OF_MEMORY, "needs more than the 262144 bytes"},
    {"wide-table", 0, EXECUTE_OUT_OF_MEMORY, "needs more than the 262144 bytes"},
    {"load", 65536 - 16 - 3, EXECUTE_TRAPPED, "out of bounds memory access"},
    {"load", UINT32_MAX, EXECUTE_TRAPPED, "out of bounds memory access"},
    {"load", UINT32_MAX - 15, EXECUTE_TRAPPED, "out of bounds memory access"},
    {"store", 65529, EXECUTE_TRAPPED, "out of bounds memory access"},
    {"store", 0x80000000, EXECUTE_TRAPPED, "out of bounds memory access"},
    {"far", 1, EXECUTE_TRAPPED, "out of bounds memory access"},
    {"far", UINT32_MAX, EXECUTE_TRAPPED, "out of bounds memory access"},
    {"divide", 0, EXECUTE_TRAPPED, "integer divide by zero"},
    {"divide", UINT32_MAX, EXECUTE_TRAPPED, "integer overflow"},
    {"float-to-int", 1, EXECUTE_TRAPPED, "integer overflow"},
    {"unreachable", 0, EXECUTE_TRAPPED, "unreachable"},
    {"calls-broken", 0, EXECUTE_TRAPPED, "tasklet 'unreachable': unreachable"},
    {"indirect", 1, EXECUTE_TRAPPED, "indirect call type mismatch"},
    {"indirect", 2, EXECUTE_TRAPPED, "uninitialized element"},
    {"indirect", 4, EXECUTE_TRAPPED, "undefined element"},
    {"indirect", UINT32_MAX, EXECUTE_TRAPPED, "undefined element"},
    {"itself", 0, EXECUTE_TOO_DEEP, "more than 64 tasklets call each other"},
    {"ping", 0, EXECUTE_TOO_DEEP, "more than 64 tasklets call each other"},
    {"starts", 0, EXECUTE_BAD_MODULE, "has a start function"},
    {"post-instantiate", 0, EXECUTE_BAD_MODULE, "exports '__post_instantiate'"},
    {"no-entry", 0, EXECUTE_BAD_MODULE, "exports 0 functions"},
    {"two-entries", 0, EXECUTE_BAD_MODULE, "exports 2 functions, none of them named 'run'"},
    {"entry-is-import", 0, EXECUTE_BAD_MODULE, "exports what it imports"},
    {"entry-is-memory", 0, EXECUTE_BAD_MODULE, "exports 0 functions"},
    {"memory-import", 0, EXECUTE_BAD_MODULE, "imports a memory, table or global"},
    {"table-import", 0, EXECUTE_BAD_MODULE, "imports a memory, table or global"},
    {"global-import", 0, EXECUTE_BAD_MODULE, "imports a memory, table or global"},
    {"two-results", 0, EXECUTE_BAD_MODULE, "imports 'double' as (i32) -> (i32, i32)"},
    {"too-many-arguments", 0, EXECUTE_BAD_MODULE, "takes at most 16 cells of 32 bits"},
    {"too-wide-entry", 0, EXECUTE_BAD_MODULE, "at most 16 cells of 32 bits each way"},
    {"unlike", 0, EXECUTE_BAD_MODULE, "imports 'double' as (i32) -> (f32), but it is"},
    {"escape", 0, EXECUTE_BAD_MODULE, "no name of 1 to 63 printable ASCII characters"},
    {"long-name", 0, EXECUTE_BAD_MODULE, "no name of 1 to 63 printable ASCII characters"},
    {"lonely", 0, EXECUTE_NO_TASKLET, "calls 'nobody', which is not there"},
    {"absent", 0, EXECUTE_NO_TASKLET, "tasklet 'absent': there is no such tasklet"},
};

Test(wasm_hostile, each_module_ends_as_it_should_in_each_way)
{
    const struct execute_limits limits = tight();
    struct execute_runner *e = make(&limits);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (size_t m = 0; m < MODES; m++) {
            struct execution out;
            cr_assert_not(execute_run(e, cases[i].name, &cases[i].argument, 1, modes[m], &out),
                          "%s", cases[i].name);
            /* Nested tasklets may run out of memory before they are 64. */
            if (cases[i].end == EXECUTE_TOO_DEEP && out.end == EXECUTE_OUT_OF_MEMORY) {
                cr_assert_eq(modes[m], EXECUTE_NESTED);
                continue;
            }
            cr_assert_eq(out.end, cases[i].end, "%s, %s: %s: %s", cases[i].name,
                         execute_mode_name(modes[m]), execute_end_text(out.end), out.error);
            cr_assert_not_null(strstr(out.error, cases[i].says), "%s: %s", cases[i].name,
                               out.error);
            cr_assert_leq(out.peak_bytes, MEMORY);
            cr_assert_leq(out.instructions, BUDGET);
        }
    }
    check_host(e);
    execute_destroy(e);
}

Test(wasm_hostile, what_lies_just_within_bounds_runs)
{
    static const struct {
        const char *name;
        uint32_t argument, result;
    } good[] = {{"load", 65536 - 20, 0},
                {"store", 65528, 0},
                {"indirect", 0, 11},
                {"indirect", 3, 11},
                {"divide", 1, 0x80000000}};
    const struct execute_limits limits = tight();
    struct execute_runner *e = make(&limits);
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        struct execution out;
        cr_assert(execute_run(e, good[i].name, &good[i].argument, 1, EXECUTE_SUSPENDED, &out),
                  "%s: %s", good[i].name, out.error);
        cr_assert_eq(out.result[0], good[i].result, "%s", good[i].name);
    }
    execute_destroy(e);
}

Test(wasm_hostile, an_endless_loop_is_stopped_at_its_very_instruction)
{
    static const uint64_t budgets[] = {0, 1, 2, 1000, BUDGET};
    for (size_t b = 0; b < sizeof budgets / sizeof budgets[0]; b++) {
        struct execute_limits limits = tight();
        limits.instructions = budgets[b];
        struct execute_runner *e = make(&limits);
        for (size_t m = 0; m < MODES; m++) {
            static const char *const name[] = {"endless", "calls-endless", "busy"};
            for (size_t i = 0; i < 3; i++) {
                struct execution out;
                const uint32_t x = 0;
                cr_assert_not(execute_run(e, name[i], &x, 1, modes[m], &out));
                cr_assert_eq(out.end, EXECUTE_OUT_OF_BUDGET, "%s: %s", name[i], out.error);
                cr_assert_eq(out.instructions, budgets[b]);
            }
        }
        execute_destroy(e);
    }
}

/* The counter of the runtime has 31 bits; a budget may have more. */
Test(wasm_hostile, a_budget_beyond_the_runtimes_counter_is_kept)
{
    struct execute_limits limits = tight();
    limits.instructions = UINT64_C(1) << 40;
    struct execute_runner *e = make(&limits);
    struct execution out;
    const uint32_t x = 7;
    cr_assert(execute_run(e, "deeper", &x, 1, EXECUTE_SUSPENDED, &out), "%s", out.error);
    execute_destroy(e);
}

/* ---- what others do for it ---- */

static struct execution run_with(const struct execute_limits *limits, const char *name,
                                 enum execute_mode mode)
{
    struct execute_runner *e = make(limits);
    struct execution out;
    const uint32_t x = 7;
    cr_assert_not(execute_run(e, name, &x, 1, mode, &out));
    check_host(e);
    execute_destroy(e);
    return out;
}

Test(wasm_hostile, saving_and_restoring_and_loading_cost_of_the_toll)
{
    struct execute_limits limits = execute_limits_default();
    limits.toll = 10000000; /* of 640 KiB saved and restored: about a hundred sub-calls */
    const struct execution out = run_with(&limits, "calls-for-ever", EXECUTE_SUSPENDED);
    cr_assert_eq(out.end, EXECUTE_OUT_OF_BUDGET, "%s", out.error);
    cr_assert_not_null(strstr(out.error, "loads, saved states and memory"), "%s", out.error);
    cr_assert_gt(out.sub_calls, 50);
    cr_assert_lt(out.sub_calls, 150);
}

Test(wasm_hostile, growing_memory_costs_of_the_toll)
{
    struct execute_limits limits = execute_limits_default();
    limits.toll = 1000000;
    const struct execution out = run_with(&limits, "grows-for-ever", EXECUTE_NESTED);
    cr_assert_eq(out.end, EXECUTE_OUT_OF_BUDGET, "%s", out.error);
    cr_assert_not_null(strstr(out.error, "loads, saved states and memory"), "%s", out.error);
    cr_assert_lt(out.instructions, 4 * limits.toll / 200 + 10); /* four in a turn */
}

Test(wasm_hostile, sub_calls_are_counted_to_the_last)
{
    struct execute_limits limits = execute_limits_default();
    for (size_t m = 0; m < MODES; m++) {
        limits.sub_calls = 100;
        const struct execution out = run_with(&limits, "calls-for-ever", modes[m]);
        cr_assert_eq(out.end, EXECUTE_OUT_OF_BUDGET, "%s", out.error);
        cr_assert_not_null(strstr(out.error, "may make 100 sub-calls"), "%s", out.error);
        cr_assert_eq(out.sub_calls, 101); /* the last one was refused */
    }
}

Test(wasm_hostile, the_watchdog_stops_what_runs_for_too_long)
{
    static const char *const name[] = {"endless", "busy", "calls-for-ever", "grows-for-ever"};
    struct execute_limits limits = execute_limits_default();
    limits.instructions = UINT64_MAX;
    limits.sub_calls = UINT64_MAX;
    limits.toll = UINT64_MAX;
    limits.host_ns = 50 * SIM_MS;
    for (size_t i = 0; i < sizeof name / sizeof name[0]; i++) {
        const struct execution out = run_with(&limits, name[i], EXECUTE_SUSPENDED);
        cr_assert_eq(out.end, EXECUTE_TOO_LATE, "%s: %s", name[i], out.error);
        cr_assert_not_null(strstr(out.error, "longer than 50 ms"), "%s", out.error);
    }
}

Test(wasm_hostile, memory_grows_up_to_the_cap_and_no_further)
{
    for (size_t memory = 100 * 1024; memory <= 1100 * 1024; memory += 100 * 1024) {
        struct execute_limits limits = tight();
        limits.memory_bytes = memory;
        struct execute_runner *e = make(&limits);
        struct execution out;
        const uint32_t x = 0;
        cr_assert(execute_run(e, "grows", &x, 1, EXECUTE_NESTED, &out), "%s", out.error);
        const size_t pages = out.result[0];
        cr_assert_lt(pages * 65536, memory);
        cr_assert_gt((pages + 1) * 65536 + 30 * 1024, memory, "%zu of %zu", pages, memory);
        cr_assert_leq(out.peak_bytes, memory);
        execute_destroy(e);
    }
}

Test(wasm_hostile, a_stack_that_is_too_small_is_a_trap)
{
    bool has_returned = false;
    for (uint32_t stack = 0; stack < 1500; stack += 4) {
        struct execute_limits limits = tight();
        limits.stack_bytes = stack;
        struct execute_runner *e = make(&limits);
        for (size_t m = 0; m < MODES; m++) {
            struct execution out;
            const uint32_t x = 7;
            const bool ok = execute_run(e, "chain", &x, 1, modes[m], &out);
            cr_assert(ok || strstr(out.error, "stack") != NULL, "%u, %s: %s", stack,
                      execute_mode_name(modes[m]), out.error);
            has_returned = has_returned || ok;
        }
        execute_destroy(e);
    }
    cr_assert(has_returned);
}

/* ---- broken files ---- */

/* Runs what was forged in each way. */
static void run_forged(struct execute_runner *e, const uint8_t *bytes, size_t length)
{
    forged.binary = (struct execute_binary){bytes, length};
    for (size_t m = 0; m < MODES; m++) {
        struct execution out;
        const uint32_t x = 7;
        const bool ok = execute_run(e, "forged", &x, 1, modes[m], &out);
        cr_assert_eq(ok, out.end == EXECUTE_RETURNED);
        cr_assert_eq(ok, out.error[0] == '\0');
        cr_assert_leq(out.instructions, BUDGET);
        cr_assert_leq(out.peak_bytes, MEMORY);
    }
}

static const char *const victims[] = {"chain", "memory", "recursion", "globals"};
enum { VICTIMS = sizeof victims / sizeof victims[0] };

Test(wasm_hostile, a_module_cut_off_anywhere_does_no_harm)
{
    const struct execute_limits limits = tight();
    struct execute_runner *e = make(&limits);
    for (size_t v = 0; v < VICTIMS; v++) {
        const struct execute_binary whole = tasklets_binary(victims[v]);
        size_t refused = 0;
        for (size_t length = 0; length < whole.length; length++) {
            uint8_t *cut = malloc(length + 1); /* a block of its own: a byte too far is seen */
            memcpy(cut, whole.bytes, length);
            cut = realloc(cut, length > 0 ? length : 1);
            run_forged(e, cut, length);
            struct execution out;
            const uint32_t x = 7;
            refused += !execute_run(e, "forged", &x, 1, EXECUTE_NESTED, &out) &&
                       out.end == EXECUTE_BAD_MODULE;
            free(cut);
        }
        /* Without its last section a module may still be one. */
        cr_assert_geq(refused + 2, whole.length, "%s: %zu of %zu", victims[v], refused,
                      whole.length);
        check_host(e);
    }
    execute_destroy(e);
}

Test(wasm_hostile, no_bytes_are_no_module)
{
    const struct execute_limits limits = tight();
    struct execute_runner *e = make(&limits);
    struct execution out;
    forged.binary = (struct execute_binary){(const uint8_t *)"", 0};
    cr_assert_not(execute_run(e, "forged", NULL, 0, EXECUTE_NESTED, &out));
    cr_assert_eq(out.end, EXECUTE_BAD_MODULE);
    cr_assert_str_eq(out.error, "tasklet 'forged': 0 bytes are not a module");
    execute_destroy(e);
}

static void flip_all(const char *victim)
{
    const struct execute_limits limits = tight();
    struct execute_runner *e = make(&limits);
    const struct execute_binary whole = tasklets_binary(victim);
    uint8_t *bytes = malloc(whole.length);
    memcpy(bytes, whole.bytes, whole.length);
    for (size_t bit = 0; bit < 8 * whole.length; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
        run_forged(e, bytes, whole.length);
        bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
        if (bit % 64 == 0) {
            check_host(e);
        }
    }
    run_forged(e, bytes, whole.length);
    check_host(e);
    free(bytes);
    execute_destroy(e);
}

Test(wasm_hostile, no_flipped_bit_of_a_chain_does_harm)
{
    flip_all("chain");
}

Test(wasm_hostile, no_flipped_bit_of_a_module_with_memory_does_harm)
{
    flip_all("memory");
}

Test(wasm_hostile, no_flipped_bit_of_a_module_with_a_table_does_harm)
{
    flip_all("indirect");
}

/* ---- modules that text cannot say ---- */

static void check_refused(const uint8_t *bytes, size_t length, const char *says)
{
    const struct execute_limits limits = tight();
    struct execute_runner *e = make(&limits);
    struct execution out;
    const uint32_t x = 7;
    forged.binary = (struct execute_binary){bytes, length};
    cr_assert_not(execute_run(e, "forged", &x, 1, EXECUTE_SUSPENDED, &out));
    cr_assert_not_null(strstr(out.error, says), "%s", out.error);
    check_host(e);
    execute_destroy(e);
}

/* (func (export "run") (param i32) (result i32) (local i64 ... ) local.get 0) with LOCALS in LEB.
 */
#define MODULE_WITH_LOCALS(...)                                                                    \
    {                                                                                              \
        0, 'a', 's', 'm', 1, 0, 0, 0, 1, 6, 1, 0x60, 1, 0x7f, 1, 0x7f, 3, 2, 1, 0, 7, 7, 1, 3,     \
            'r', 'u', 'n', 0, 0, 10, 12, 1, 10, 1, __VA_ARGS__, 0x7e, 0x20, 0, 0x0b                \
    }

Test(wasm_hostile, many_locals_are_refused_or_do_not_fit_the_stack)
{
    const uint8_t few[] = MODULE_WITH_LOCALS(0xc8, 0x81, 0x80, 0x80, 0);
    const uint8_t many[] = MODULE_WITH_LOCALS(0xff, 0xff, 0x81, 0x80, 0);
    const uint8_t most[] = MODULE_WITH_LOCALS(0xff, 0xff, 0xff, 0xff, 0x0f);
    const struct execute_limits limits = tight();
    struct execute_runner *e = make(&limits);
    struct execution out;
    const uint32_t x = 7;
    forged.binary = (struct execute_binary){few, sizeof few};
    cr_assert(execute_run(e, "forged", &x, 1, EXECUTE_NESTED, &out), "200 fit: %s", out.error);
    cr_assert_eq(out.result[0], 7);
    execute_destroy(e);
    check_refused(many, sizeof many, "stack overflow");
    check_refused(most, sizeof most, "needs more than");
}

/* (table 0xffffffff funcref), as such a number must not be multiplied in 32 bits. */
Test(wasm_hostile, a_table_of_all_there_is_is_refused)
{
    const uint8_t bytes[] = {0,   'a',  's',  'm',  1,    0,    0, 0, 1,    6, 1,   0x60,
                             1,   0x7f, 1,    0x7f, 3,    2,    1, 0, 4,    8, 1,   0x70,
                             0,   0xff, 0xff, 0xff, 0xff, 0x0f, 7, 7, 1,    3, 'r', 'u',
                             'n', 0,    0,    10,   6,    1,    4, 0, 0x20, 0, 0x0b};
    check_refused(bytes, sizeof bytes, "");
}

/* ---- every allocation fails once ---- */

/* The cap rises from nothing to what suffices: what is asked for first at each is refused. */
static void starve(const char *name, uint32_t cells, size_t step, bool may_trap)
{
    for (size_t m = 0; m < MODES; m++) {
        bool has_returned = false;
        size_t failures = 0;
        for (size_t memory = 0; !has_returned; memory += step) {
            struct execute_limits limits = tight();
            limits.instructions = INT32_MAX;
            limits.memory_bytes = memory;
            limits.stack_bytes = 8192;
            struct execute_runner *e = make(&limits);
            struct execution out;
            const uint32_t x[2] = {7, 0};
            has_returned = execute_run(e, name, x, cells, modes[m], &out);
            cr_assert(has_returned || out.end == EXECUTE_OUT_OF_MEMORY ||
                          (may_trap && out.end == EXECUTE_TRAPPED),
                      "%s, %zu bytes: %s", name, memory, out.error);
            cr_assert_leq(out.peak_bytes, memory);
            cr_assert_lt(memory, 1U << 20);
            failures += !has_returned;
            execute_destroy(e); /* asserts that nothing is held */
        }
        cr_assert_gt(failures, 100);
    }
}

Test(wasm_hostile, a_chain_survives_each_refused_allocation)
{
    starve("chain", 1, 8, false);
}

Test(wasm_hostile, tasklets_that_call_tasklets_survive_each_refused_allocation)
{
    starve("deeper", 1, 24, false);
}

/* memory.grow gives -1, and the tasklet does not look. */
Test(wasm_hostile, a_growing_memory_survives_each_refused_allocation)
{
    starve("memory", 1, 256, true);
}

Test(wasm_hostile, a_table_survives_each_refused_allocation)
{
    starve("wide", 2, 8, false);
}
