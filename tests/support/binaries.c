#include "tests/support/binaries.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdlib.h>

#include "taskgen/module_heap.h"

/* ---- reading and checking ---- */

static void check_imports(const struct taskset *t, uint32_t index, const struct machine_module *m)
{
    const struct taskset_tasklet *k = &t->tasklet[index];
    uint32_t distinct = 0;
    for (uint32_t c = 0; c < k->call_count; c++) {
        const uint32_t *call = &t->call[k->first_call];
        bool is_first = true;
        for (uint32_t d = 0; d < c; d++) {
            is_first = is_first && call[d] != call[c];
        }
        if (is_first) {
            uint32_t found = UINT32_MAX;
            cr_assert_lt(distinct, m->imports, "tasklet %u lacks an import", index);
            cr_assert(module_tasklet_find(t, m->function[distinct].import, &found));
            cr_assert_eq(found, call[c], "tasklet %u imports %u for %u", index, found, call[c]);
            distinct++;
        }
    }
    cr_assert_eq(m->imports, distinct, "tasklet %u has %u imports", index, m->imports);
}

static void check_binary(const struct module_binary *b, const struct machine_module *m,
                         uint64_t drawn_bytes)
{
    uint64_t sum = 0;
    for (int c = 0; c < MODULE_CLASS_COUNT; c++) {
        sum += b->class_count[c];
    }
    cr_assert_eq(sum, b->instructions);
    cr_assert_eq(b->drawn_bytes, drawn_bytes);
    cr_assert_geq(b->length, drawn_bytes);
    cr_assert(b->length == drawn_bytes || m->padding == 0, "raised, and padded");
}

/* What a memory must have: of a twin's copies the last ones first, since all lie side by side. */
static uint64_t heap_of(const struct taskset *t, uint32_t index, bool is_inlined)
{
    const struct taskset_tasklet *k = &t->tasklet[index];
    uint64_t bytes = module_heap_bytes(k->heap_bytes);
    for (uint32_t c = 0; is_inlined && c < k->call_count; c++) {
        bytes += heap_of(t, t->call[k->first_call + c], true);
    }
    return bytes;
}

static void check_heap(const struct machine_module *m, uint64_t bytes, uint32_t index)
{
    cr_assert_eq(m->pages, (bytes + 65535) / 65536, "tasklet %u has %u pages", index, m->pages);
    cr_assert_eq(m->globals > 0, bytes > 0, "tasklet %u has %u globals", index, m->globals);
}

static struct machine_module *read_all(const struct module_set *set)
{
    struct machine_module *module = calloc(set->count, sizeof *module);
    cr_assert_not_null(module);
    for (uint32_t i = 0; i < set->count; i++) {
        const char *wrong = machine_read(&module[i], set->binary[i].bytes, set->binary[i].length);
        cr_assert_null(wrong, "tasklet %u: %s", i, wrong);
    }
    return module;
}

void binaries_init(struct binaries *t, const struct taskset *nimble, sim_time instruction_ns)
{
    *t = (struct binaries){.taskset = nimble};
    cr_assert_eq(module_emit(&t->nimble, nimble, instruction_ns), SIM_OK, "%s", t->nimble.error);
    cr_assert_eq(module_emit_inlined(&t->inlined, nimble, instruction_ns), SIM_OK, "%s",
                 t->inlined.error);
    cr_assert_eq(t->nimble.count, nimble->count);
    cr_assert_eq(t->inlined.count, nimble->chains);
    t->nimble_module = read_all(&t->nimble);
    t->inlined_module = read_all(&t->inlined);
    for (uint32_t i = 0; i < nimble->count; i++) {
        check_imports(nimble, i, &t->nimble_module[i]);
        check_binary(&t->nimble.binary[i], &t->nimble_module[i], nimble->tasklet[i].size_bytes);
        check_heap(&t->nimble_module[i], heap_of(nimble, i, false), i);
    }
    for (uint32_t i = 0; i < nimble->chains; i++) {
        cr_assert_eq(t->inlined_module[i].imports, 0);
        check_binary(&t->inlined.binary[i], &t->inlined_module[i], nimble->tasklet[i].total_bytes);
        check_heap(&t->inlined_module[i], heap_of(nimble, i, true), i);
    }
}

void binaries_deinit(struct binaries *t)
{
    for (uint32_t i = 0; i < t->nimble.count; i++) {
        machine_forget(&t->nimble_module[i]);
    }
    for (uint32_t i = 0; i < t->inlined.count; i++) {
        machine_forget(&t->inlined_module[i]);
    }
    free(t->nimble_module);
    free(t->inlined_module);
    module_set_deinit(&t->nimble);
    module_set_deinit(&t->inlined);
}

/* ---- running ---- */

struct run {
    const struct binaries *binaries;
    uint64_t instructions; /* of the sub-tasklets */
};

static uint64_t sum_up(const uint64_t *class_count)
{
    uint64_t sum = 0;
    for (int c = 0; c < MODULE_CLASS_COUNT; c++) {
        sum += class_count[c];
    }
    return sum;
}

/* A sub-tasklet gets a machine of its own, so that each tasklet's counts are its own. */
static uint32_t call_tasklet(struct machine *machine, const char *name, uint32_t x)
{
    struct run *run = machine->context;
    uint32_t index = 0;
    cr_assert(module_tasklet_find(run->binaries->taskset, name, &index), "no tasklet '%s'", name);
    struct machine callee = {.import = call_tasklet, .context = run};
    const uint32_t result = machine_run(&callee, &run->binaries->nimble_module[index], x);
    cr_assert_null(callee.error, "tasklet %u: %s", index, callee.error);
    cr_assert_eq(callee.used, heap_of(run->binaries->taskset, index, false), "tasklet %u", index);
    run->instructions += sum_up(callee.class_count);
    return result;
}

uint32_t binaries_run(const struct binaries *t, uint32_t index, uint32_t x,
                      uint64_t executed[MODULE_CLASS_COUNT], uint64_t *with_calls)
{
    struct run run = {.binaries = t};
    struct machine machine = {.import = call_tasklet, .context = &run};
    const uint32_t result = machine_run(&machine, &t->nimble_module[index], x);
    cr_assert_null(machine.error, "tasklet %u: %s", index, machine.error);
    cr_assert_eq(machine.used, heap_of(t->taskset, index, false), "tasklet %u", index);
    for (int c = 0; c < MODULE_CLASS_COUNT; c++) {
        executed[c] = machine.class_count[c];
    }
    *with_calls = run.instructions + sum_up(executed);
    return result;
}

uint32_t binaries_run_inlined(const struct binaries *t, uint32_t chain, uint32_t x,
                              uint64_t executed[MODULE_CLASS_COUNT])
{
    struct machine machine = {0};
    const uint32_t result = machine_run(&machine, &t->inlined_module[chain], x);
    cr_assert_null(machine.error, "twin %u: %s", chain, machine.error);
    cr_assert_eq(machine.used, heap_of(t->taskset, chain, true), "twin %u", chain);
    for (int c = 0; c < MODULE_CLASS_COUNT; c++) {
        executed[c] = machine.class_count[c];
    }
    return result;
}

/* ---- what must hold of any taskset ---- */

static void expect_counts(const uint64_t *executed, const struct module_binary *b, uint32_t index)
{
    for (int c = 0; c < MODULE_CLASS_COUNT; c++) {
        cr_assert_eq(executed[c], b->class_count[c],
                     "tasklet %u executes %" PRIu64 " of %s instead of %" PRIu64, index,
                     executed[c], module_class_name[c], b->class_count[c]);
    }
}

static uint64_t wanted_instructions(const struct taskset_tasklet *k, sim_time instruction_ns)
{
    const uint64_t wanted = (uint64_t)((k->own_ns + instruction_ns / 2) / instruction_ns);
    const uint64_t least =
        k->call_count + 2u + 2 * module_heap_instructions(module_heap_bytes(k->heap_bytes));
    return wanted > least ? wanted : least;
}

void binaries_expect_all_to_hold(const struct taskset *nimble, sim_time instruction_ns)
{
    struct binaries t;
    binaries_init(&t, nimble, instruction_ns);
    uint64_t executed[MODULE_CLASS_COUNT];
    uint64_t with_calls = 0;
    for (uint32_t i = 0; i < nimble->count; i++) {
        const uint32_t x = i * 0x9e3779b9u + 1;
        const uint32_t result = binaries_run(&t, i, x, executed, &with_calls);
        expect_counts(executed, &t.nimble.binary[i], i);
        cr_assert_eq(t.nimble.binary[i].instructions,
                     wanted_instructions(&nimble->tasklet[i], instruction_ns), "tasklet %u", i);
        if (i < nimble->chains) {
            cr_assert_eq(binaries_run_inlined(&t, i, x, executed), result, "chain %u", i);
            expect_counts(executed, &t.inlined.binary[i], i);
            cr_assert_eq(t.inlined.binary[i].instructions, with_calls, "chain %u", i);
        }
    }
    binaries_deinit(&t);
}
