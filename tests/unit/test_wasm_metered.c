/*
 * The binaries of the paper's taskset in the embedded runtime: each finishes under a budget of the
 * instructions that the emitter says, fails under one less, and chains give what their twins give,
 * whatever the way to make a sub-call. INSTRUCTION_NS=276 asks for all of the work, not for a
 * hundredth of it.
 */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "runtime-replay/execution/execute.h"
#include "runtime-replay/wasm/wasm_host.h"
#include "taskgen/module_emit.h"
#include "taskgen/module_heap.h"
#include "tests/support/runtime.h"
#include "tests/support/tasksets.h"

static struct taskset nimble;
static struct module_set set, twins;

static void emit(struct taskset_spec spec)
{
    const char *wanted = getenv("INSTRUCTION_NS");
    const sim_time instruction_ns = wanted != NULL ? strtoll(wanted, NULL, 10) : 27600;
    nimble = tasksets_draw(&spec);
    cr_assert_eq(module_emit(&set, &nimble, instruction_ns), SIM_OK, "%s", set.error);
    cr_assert_eq(module_emit_inlined(&twins, &nimble, instruction_ns), SIM_OK, "%s", twins.error);
}

static void emit_all(void)
{
    emit(tasksets_papers(1));
}

/* The same taskset, each tasklet with a heap of its own. */
static void emit_with_heaps(void)
{
    struct taskset_spec spec = tasksets_papers(1);
    spec.heap_bytes = uniform(1, 4096);
    emit(spec);
}

static void forget_all(void)
{
    module_set_deinit(&twins);
    module_set_deinit(&set);
    taskset_deinit(&nimble);
}

/* A sub-tasklet that gives back what it got, and costs nothing. */
static enum wasm_answer answer(void *context, struct wasm_instance *w, struct wasm_call *call)
{
    (void)context;
    (void)w;
    call->result[0] = call->argument[0];
    return WASM_ANSWERED;
}

static enum wasm_end run_under(struct wasm_host *host, const struct module_binary *b,
                               uint64_t budget, uint64_t *left)
{
    struct wasm_instance *w = NULL;
    struct wasm_error error;
    cr_assert_eq(wasm_instance_create(&w, host, b->bytes, b->length, &error), SIM_OK, "%s",
                 error.text);
    cr_assert_str_eq(wasm_instance_entry(w)->text, "(i32) -> (i32)");
    const uint32_t argument = 1;
    struct wasm_run run = {.left = budget, .call = answer};
    const enum wasm_end end = wasm_instance_run(w, &argument, &run);
    *left = run.left;
    wasm_instance_destroy(w);
    return end;
}

static void expect_exact_budgets(const struct module_set *s)
{
    need_runtime();
    struct wasm_host *host = NULL;
    const struct wasm_host_limits limits = {.memory_bytes = 1 << 20, .stack_bytes = 4096};
    cr_assert_eq(wasm_host_create(&host, &limits), SIM_OK);
    for (uint32_t i = 0; i < s->count; i++) {
        const struct module_binary *b = &s->binary[i];
        uint64_t left = 1;
        cr_assert_eq(run_under(host, b, b->instructions, &left), WASM_RETURNED, "tasklet %u", i);
        cr_assert_eq(left, 0, "tasklet %u left %" PRIu64, i, left);
        cr_assert_eq(run_under(host, b, b->instructions - 1, &left), WASM_OUT_OF_BUDGET,
                     "tasklet %u", i);
    }
    wasm_host_destroy(host);
}

/* Emitting needs no runtime. */
Test(wasm_metered, there_are_450, .init = emit_all, .fini = forget_all)
{
    cr_assert_eq(set.count + twins.count, 450);
}

Test(wasm_metered, each_executes_its_instructions_to_the_last, .init = emit_all, .fini = forget_all)
{
    expect_exact_budgets(&set);
}

Test(wasm_metered, so_do_the_twins, .init = emit_all, .fini = forget_all)
{
    expect_exact_budgets(&twins);
}

/* Chains and algorithms by their names; twins as "twin", the one that *context says. */
static bool find(void *context, const char *name, struct execute_binary *out)
{
    uint32_t index = 0;
    const struct module_binary *b = NULL;
    if (strcmp(name, "twin") == 0) {
        b = &twins.binary[*(const uint32_t *)context];
    } else if (module_tasklet_find(&nimble, name, &index)) {
        b = &set.binary[index];
    }
    if (b != NULL) {
        *out = (struct execute_binary){b->bytes, b->length};
    }
    return b != NULL;
}

/* Of a call at the tasklet's top level: what is saved with no heap, and what with one. */
enum { STATE_BYTES = 80, GLOBAL_BYTES = 4 };

static uint64_t state_bytes(uint32_t chain)
{
    const struct taskset_tasklet *k = &nimble.tasklet[chain];
    const uint32_t heap = module_heap_bytes(k->heap_bytes);
    return (uint64_t)k->call_count * (STATE_BYTES + heap + (heap > 0 ? GLOBAL_BYTES : 0));
}

static void expect_equal_twins(void)
{
    static const enum execute_mode modes[] = {EXECUTE_NESTED, EXECUTE_SUSPENDED, EXECUTE_KEPT,
                                              EXECUTE_REEXECUTED};
    need_runtime();
    uint32_t chain = 0;
    struct execute_runner *e = NULL;
    struct execute_limits limits = execute_limits_default();
    limits.memory_bytes = (size_t)4 << 20; /* nested, each has a page of its own */
    const struct execute_source source = {.find = find, .context = &chain};
    cr_assert_eq(execute_create(&e, &limits, &source), SIM_OK);
    for (; chain < nimble.chains; chain++) {
        const uint32_t x = chain * 0x9e3779b9u + 7;
        struct execution whole;
        struct execution parts;
        char name[MODULE_TASKLET_NAME_MAX];
        module_tasklet_name(&nimble, chain, name);
        cr_assert(execute_run(e, "twin", &x, 1, EXECUTE_NESTED, &whole), "%s", whole.error);
        for (size_t m = 0; m < sizeof modes / sizeof modes[0]; m++) {
            cr_assert(execute_run(e, name, &x, 1, modes[m], &parts), "%s", parts.error);
            cr_assert_eq(parts.result[0], whole.result[0], "chain %u, %s", chain,
                         execute_mode_name(modes[m]));
            cr_assert_eq(parts.sub_calls, nimble.tasklet[chain].call_count);
            cr_assert_eq(parts.state_bytes, execute_mode_saves(modes[m]) ? state_bytes(chain) : 0,
                         "chain %u", chain);
            if (modes[m] != EXECUTE_REEXECUTED) {
                cr_assert_eq(parts.own_instructions, set.binary[chain].instructions);
                cr_assert_eq(parts.instructions, whole.instructions);
            }
        }
    }
    execute_destroy(e);
}

Test(wasm_metered, chains_give_what_their_twins_give, .init = emit_all, .fini = forget_all)
{
    expect_equal_twins();
}

Test(wasm_metered, with_a_heap_each_executes_its_instructions_to_the_last, .init = emit_with_heaps,
     .fini = forget_all)
{
    expect_exact_budgets(&set);
    expect_exact_budgets(&twins);
}

Test(wasm_metered, with_a_heap_chains_give_what_their_twins_give, .init = emit_with_heaps,
     .fini = forget_all)
{
    expect_equal_twins();
}
