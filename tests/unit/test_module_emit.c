/*
 * Binaries of tasksets: lengths, counts and results, read and run by a machine of the tests' own.
 * The paper's taskset runs at a thousandth of its work: the machine is no fast one.
 */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "taskgen/module_encode.h"
#include "tests/support/binaries.h"
#include "tests/support/tasksets.h"

static struct taskset_spec small(uint32_t calls, uint32_t nested_calls)
{
    struct taskset_spec spec = tasksets_papers(1);
    spec.chains = 4;
    spec.algorithms = 8;
    spec.chain_time_ns = spec.algorithm_time_ns = uniform(0, 3 * SIM_MS);
    spec.algorithms_per_chain = constant(calls);
    spec.algorithm_calls = constant(nested_calls);
    return spec;
}

Test(module_emit, the_papers_taskset_holds)
{
    const struct taskset_spec spec = tasksets_papers(1);
    struct taskset t = tasksets_draw(&spec);
    binaries_expect_all_to_hold(&t, 304 * SIM_US);
    taskset_deinit(&t);
}

Test(module_emit, few_of_the_papers_binaries_are_raised)
{
    for (uint64_t replication = 1; replication <= 6; replication++) {
        const struct taskset_spec spec = tasksets_papers(replication);
        struct taskset t = tasksets_draw(&spec);
        struct module_set nimble;
        struct module_set inlined;
        cr_assert_eq(module_emit(&nimble, &t, 304), SIM_OK);
        cr_assert_eq(module_emit_inlined(&inlined, &t, 304), SIM_OK);
        uint32_t raised = 0;
        for (uint32_t i = 0; i < nimble.count; i++) {
            raised += nimble.binary[i].length > nimble.binary[i].drawn_bytes;
            cr_assert_eq(nimble.binary[i].instructions,
                         (uint64_t)(t.tasklet[i].own_ns + 152) / 304);
        }
        for (uint32_t i = 0; i < inlined.count; i++) {
            raised += inlined.binary[i].length > inlined.binary[i].drawn_bytes;
        }
        cr_assert_lt(raised * 100, 5 * (nimble.count + inlined.count), "%u are raised", raised);
        module_set_deinit(&nimble);
        module_set_deinit(&inlined);
        taskset_deinit(&t);
    }
}

Test(module_emit, nested_tasksets_hold)
{
    const struct taskset_spec spec = small(4, 2);
    struct taskset t = tasksets_draw(&spec);
    cr_assert_gt(t.depth, 3);
    binaries_expect_all_to_hold(&t, 100);
    taskset_deinit(&t);
}

Test(module_emit, chains_without_calls_hold)
{
    const struct taskset_spec spec = small(0, 0);
    struct taskset t = tasksets_draw(&spec);
    binaries_expect_all_to_hold(&t, 100);
    taskset_deinit(&t);
}

Test(module_emit, many_calls_hold)
{
    struct taskset_spec spec = small(200, 0);
    spec.algorithms = 5000; /* names of one letter and more */
    spec.algorithm_time_ns = uniform(0, 10 * SIM_US);
    struct taskset t = tasksets_draw(&spec);
    binaries_expect_all_to_hold(&t, 100);
    taskset_deinit(&t);
}

/* From nothing at all to enough for a round or two, where every instruction is a case of its own.
 */
Test(module_emit, very_little_work_holds)
{
    for (sim_time work = 0; work < 120; work++) {
        struct taskset_spec spec = small(3, 0);
        spec.seed = (uint64_t)work;
        spec.chain_time_ns = spec.algorithm_time_ns = constant(work);
        spec.chain_size_bytes = spec.algorithm_size_bytes = constant(1);
        struct taskset t = tasksets_draw(&spec);
        binaries_expect_all_to_hold(&t, 1);
        taskset_deinit(&t);
    }
}

/* Whatever is to be made up: 1 and 2 bytes cannot be a section, 130 not with a short length. */
Test(module_emit, every_length_can_be_had)
{
    struct taskset_spec spec = small(2, 0);
    for (int64_t size = 60; size < 460; size++) {
        spec.chain_size_bytes = spec.algorithm_size_bytes = constant(size);
        struct taskset t = tasksets_draw(&spec);
        struct binaries all;
        binaries_init(&all, &t, 1000);
        for (uint32_t i = 0; i < t.count; i++) {
            cr_assert(all.nimble.binary[i].length == size ||
                      (size < 120 && all.nimble.binary[i].length < 120));
        }
        binaries_deinit(&all);
        taskset_deinit(&t);
    }
}

Test(module_emit, large_binaries_hold)
{
    struct taskset_spec spec = small(3, 0);
    spec.chain_size_bytes = spec.algorithm_size_bytes = uniform(16000, 70000);
    struct taskset t = tasksets_draw(&spec);
    binaries_expect_all_to_hold(&t, 1000);
    taskset_deinit(&t);
}

/* ---- heaps ---- */

static struct taskset_spec with_heap(int64_t least, int64_t most)
{
    struct taskset_spec spec = small(4, 2);
    spec.heap_bytes = uniform(least, most);
    return spec;
}

Test(module_emit, tasksets_with_heaps_hold)
{
    const struct taskset_spec spec = with_heap(0, 2000);
    struct taskset t = tasksets_draw(&spec);
    cr_assert_gt(t.depth, 3);
    binaries_expect_all_to_hold(&t, 100);
    taskset_deinit(&t);
}

/* Of every length around a word, a page, and a number's longer encoding. */
Test(module_emit, heaps_of_any_length_hold)
{
    static const int64_t lengths[] = {1,     2,     3,     4,     5,      8,     60,
                                      63,    64,    68,    8188,  8192,   8196,  65532,
                                      65535, 65536, 65537, 65540, 131072, 131073};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        struct taskset_spec spec = with_heap(lengths[i], lengths[i]);
        spec.chains = 2;
        spec.algorithms_per_chain = constant(1);
        spec.algorithm_calls = constant(0);
        struct taskset t = tasksets_draw(&spec);
        binaries_expect_all_to_hold(&t, 100);
        taskset_deinit(&t);
    }
}

/* Every byte that a tasklet with a heap needs beyond one without is known: the lengths that are
 * drawn above are met, those below raised to one length. */
Test(module_emit, every_length_can_be_had_with_a_heap)
{
    struct taskset_spec spec = small(2, 0);
    spec.heap_bytes = constant(256);
    for (int64_t size = 60; size < 460; size++) {
        spec.chain_size_bytes = spec.algorithm_size_bytes = constant(size);
        struct taskset t = tasksets_draw(&spec);
        struct binaries all;
        binaries_init(&all, &t, 1000);
        for (uint32_t i = 0; i < t.count; i++) {
            cr_assert(all.nimble.binary[i].length == size ||
                          (size < 180 && all.nimble.binary[i].length < 180),
                      "%u instead of %d", all.nimble.binary[i].length, (int)size);
        }
        binaries_deinit(&all);
        taskset_deinit(&t);
    }
}

/* The same work in the same time: a heap is part of the drawn instructions, not beside them. */
Test(module_emit, a_heap_takes_its_instructions_from_those_drawn)
{
    struct taskset_spec spec = tasksets_papers(1);
    spec.heap_bytes = constant(2048);
    struct taskset t = tasksets_draw(&spec);
    struct module_set set;
    cr_assert_eq(module_emit(&set, &t, 276), SIM_OK, "%s", set.error);
    for (uint32_t i = 0; i < t.count; i++) {
        cr_assert_eq(set.binary[i].instructions, (uint64_t)(t.tasklet[i].own_ns + 138) / 276);
        cr_assert_eq(set.binary[i].class_count[MODULE_STORE], 2 * 512);
        cr_assert_eq(set.binary[i].class_count[MODULE_LOAD], 2 * 512);
    }
    module_set_deinit(&set);
    taskset_deinit(&t);
}

/* What is drawn beside a heap is drawn as without it, and no heap is no byte of difference. */
Test(module_emit, a_heap_moves_nothing_else)
{
    struct taskset_spec spec = tasksets_papers(1);
    struct taskset without = tasksets_draw(&spec);
    spec.heap_bytes = uniform(1, 4096);
    struct taskset with = tasksets_draw(&spec);
    cr_assert_eq(without.call_count, with.call_count);
    cr_assert_eq(memcmp(without.call, with.call, with.call_count * sizeof *with.call), 0);
    cr_assert_eq(memcmp(without.segment_ns, with.segment_ns,
                        (with.call_count + (size_t)with.count) * sizeof *with.segment_ns),
                 0);
    for (uint32_t i = 0; i < with.count; i++) {
        cr_assert_eq(without.tasklet[i].size_bytes, with.tasklet[i].size_bytes);
        cr_assert_eq(without.tasklet[i].heap_bytes, 0);
        cr_assert_gt(with.tasklet[i].heap_bytes, 0);
        cr_assert_neq(without.tasklet[i].hash, with.tasklet[i].hash);
    }
    taskset_deinit(&without);
    taskset_deinit(&with);
}

Test(module_emit, heaps_that_are_too_much_together)
{
    struct taskset_spec spec = small(1, 22);
    spec.chains = 1;
    spec.algorithms = 12;
    spec.chain_time_ns = spec.algorithm_time_ns = constant(0);
    spec.chain_size_bytes = spec.algorithm_size_bytes = constant(1);
    spec.algorithms_per_chain = constant(12);
    spec.heap_bytes = constant(16 << 20); /* 4096 copies of it, each stirred twice */
    struct taskset t = tasksets_draw(&spec);
    struct module_set set;
    cr_assert_eq(module_emit(&set, &t, 304), SIM_OK, "%s", set.error);
    module_set_deinit(&set);
    cr_assert_eq(module_emit_inlined(&set, &t, 304), SIM_ERR_INVALID);
    cr_assert_not_null(strstr(set.error, "tasklet 0 with all that it calls executes 549755908095"),
                       "%s", set.error);
    taskset_deinit(&t);
}

/* ---- order, sameness, limits ---- */

Test(module_emit, the_same_taskset_makes_the_same_bytes)
{
    const struct taskset_spec spec = tasksets_papers(2);
    struct taskset t = tasksets_draw(&spec);
    struct module_set set[2];
    for (int k = 0; k < 2; k++) {
        cr_assert_eq(module_emit(&set[k], &t, 304), SIM_OK);
    }
    for (uint32_t i = 0; i < t.count; i++) {
        cr_assert_eq(set[0].binary[i].length, set[1].binary[i].length);
        cr_assert_eq(set[0].binary[i].hash, set[1].binary[i].hash);
        cr_assert_eq(
            memcmp(set[0].binary[i].bytes, set[1].binary[i].bytes, set[0].binary[i].length), 0);
    }
    module_set_deinit(&set[0]);
    module_set_deinit(&set[1]);
    taskset_deinit(&t);
}

static uint32_t run_chain(const struct taskset *t, uint32_t chain, uint32_t x)
{
    struct binaries all;
    uint64_t executed[MODULE_CLASS_COUNT];
    uint64_t with_calls = 0;
    binaries_init(&all, t, 304 * SIM_US);
    const uint32_t result = binaries_run(&all, chain, x, executed, &with_calls);
    binaries_deinit(&all);
    return result;
}

/* Any two calls of any chain, swapped: another result. */
Test(module_emit, the_result_depends_on_the_order_of_all_calls)
{
    struct taskset_spec spec = tasksets_papers(1);
    spec.chains = 8;
    struct taskset t = tasksets_draw(&spec);
    for (uint32_t chain = 0; chain < t.chains; chain++) {
        const uint32_t result = run_chain(&t, chain, 12345);
        uint32_t *call = &t.call[t.tasklet[chain].first_call];
        for (uint32_t a = 0; a < t.tasklet[chain].call_count; a++) {
            for (uint32_t b = 0; b < a; b++) {
                const uint32_t kept = call[a];
                call[a] = call[b];
                call[b] = kept;
                cr_assert_neq(run_chain(&t, chain, 12345), result, "calls %u and %u of chain %u", a,
                              b, chain);
                call[b] = call[a];
                call[a] = kept;
            }
        }
    }
    taskset_deinit(&t);
}

/* Calls come when they were drawn to, but for a few rounds. */
Test(module_emit, sub_calls_come_at_their_time)
{
    const struct taskset_spec spec = tasksets_papers(1);
    struct taskset t = tasksets_draw(&spec);
    struct binaries all;
    binaries_init(&all, &t, 304);
    for (uint32_t i = 0; i < t.chains; i++) {
        const struct machine_module *m = &all.nimble_module[i];
        const uint8_t *at = m->function[m->exported].code;
        const sim_time *segment = &t.segment_ns[taskset_first_segment(&t, i)];
        for (uint32_t c = 0; c <= t.tasklet[i].call_count; c++) {
            uint32_t rounds = 0;
            for (; *at != MODULE_OP_CALL || (at[1] >= m->imports); at++) {
                if (*at == MODULE_OP_END) {
                    break;
                }
                if (*at == MODULE_OP_I32_CONST) {
                    unsigned shift = 0;
                    do {
                        rounds |= (uint32_t)(*++at & 0x7f) << shift;
                        shift += 7;
                    } while ((*at & 0x80) != 0);
                } else if (*at != MODULE_OP_NOP) {
                    at++;
                }
            }
            at += *at == MODULE_OP_CALL ? 2 : 0;
            const double share = (double)segment[c] / (double)t.tasklet[i].own_ns;
            const double work = (double)all.nimble.binary[i].class_count[MODULE_LOCAL_TEE];
            cr_assert_lt(share * work - rounds, 5, "segment %u of chain %u", c, i);
            cr_assert_gt(share * work - rounds, -5, "segment %u of chain %u", c, i);
        }
    }
    binaries_deinit(&all);
    taskset_deinit(&t);
}

Test(module_emit, the_greatest_count_that_can_be_metered)
{
    struct taskset_spec spec = small(0, 0);
    spec.chain_time_ns = constant(INT32_MAX);
    struct taskset t = tasksets_draw(&spec);
    struct module_set set;
    cr_assert_eq(module_emit(&set, &t, 1), SIM_OK);
    cr_assert_eq(set.binary[0].instructions, INT32_MAX);
    module_set_deinit(&set);
    taskset_deinit(&t);

    spec.chain_time_ns = constant(INT32_MAX + INT64_C(1));
    t = tasksets_draw(&spec);
    cr_assert_eq(module_emit(&set, &t, 1), SIM_ERR_INVALID);
    cr_assert_not_null(strstr(set.error, "tasklet 0 of 2.14748 s is 2147483648 instructions"), "%s",
                       set.error);
    cr_assert_null(set.binary);
    cr_assert_eq(set.count, 0);
    taskset_deinit(&t);
}

Test(module_emit, parts_that_are_too_much_together)
{
    struct taskset_spec spec = small(2, 0);
    spec.chain_time_ns = spec.algorithm_time_ns = constant(SIM_S);
    struct taskset t = tasksets_draw(&spec);
    struct module_set set;
    cr_assert_eq(module_emit(&set, &t, 1), SIM_OK);
    module_set_deinit(&set);
    cr_assert_eq(module_emit_inlined(&set, &t, 1), SIM_ERR_INVALID);
    cr_assert_not_null(strstr(set.error, "tasklet 0 with all that it calls executes 3000000000"),
                       "%s", set.error);
    taskset_deinit(&t);
}

/* Each level calls all below it: a million and more copies of the last one. */
Test(module_emit, a_twin_of_too_many_copies_is_refused)
{
    struct taskset_spec spec = small(1, 22);
    spec.chains = 1;
    spec.algorithms = 22;
    spec.chain_time_ns = spec.algorithm_time_ns = constant(0);
    spec.chain_size_bytes = spec.algorithm_size_bytes = constant(1);
    spec.algorithms_per_chain = constant(22);
    struct taskset t = tasksets_draw(&spec);
    struct module_set set;
    cr_assert_eq(module_emit_inlined(&set, &t, 304), SIM_ERR_INVALID);
    cr_assert_not_null(strstr(set.error, "is the code of 4194304 tasklets"), "%s", set.error);
    taskset_deinit(&t);
}

/* ---- sizes alone, and names ---- */

Test(module_emit, sizes_are_those_of_the_binaries)
{
    struct taskset_spec spec = tasksets_papers(3);
    spec.algorithm_calls = uniform(0, 2);
    spec.algorithm_size_bytes = uniform(1, 200);
    spec.algorithm_time_ns = uniform(0, SIM_MS);
    struct taskset t = tasksets_draw(&spec);
    uint32_t *size = calloc(t.count, sizeof *size);
    char error[MODULE_ERROR_MAX];
    struct module_set set;
    cr_assert_eq(module_emit(&set, &t, 304), SIM_OK);
    cr_assert_eq(module_sizes(size, &t, 304, error), SIM_OK);
    for (uint32_t i = 0; i < set.count; i++) {
        cr_assert_eq(size[i], set.binary[i].length);
    }
    module_set_deinit(&set);
    cr_assert_eq(module_emit_inlined(&set, &t, 304), SIM_OK, "%s", set.error);
    cr_assert_eq(module_sizes_inlined(size, &t, 304, error), SIM_OK);
    for (uint32_t i = 0; i < set.count; i++) {
        cr_assert_eq(size[i], set.binary[i].length);
    }
    module_set_deinit(&set);
    free(size);
    taskset_deinit(&t);
}

Test(module_emit, names_are_short_and_lead_back)
{
    const struct taskset t = {.count = 300000, .chains = 200};
    char name[MODULE_TASKLET_NAME_MAX];
    module_tasklet_name(&t, 200, name);
    cr_assert_str_eq(name, "A");
    module_tasklet_name(&t, 263, name);
    cr_assert_str_eq(name, "_");
    module_tasklet_name(&t, 264, name);
    cr_assert_str_eq(name, "AA");
    module_tasklet_name(&t, 200 + 64 + 4096, name);
    cr_assert_str_eq(name, "AAA");
    for (uint32_t i = 0; i < t.count; i++) {
        uint32_t found = UINT32_MAX;
        module_tasklet_name(&t, i, name);
        cr_assert(module_tasklet_find(&t, name, &found), "%s", name);
        cr_assert_eq(found, i, "%s", name);
    }
}

Test(module_emit, what_is_no_name_is_not_found)
{
    const struct taskset t = {.count = 250, .chains = 200};
    static const char *const wrong[] = {"", "?", "A ", "zzzz", "AAAAAAAA", "\xc3\xa4"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        uint32_t found = 7;
        cr_assert_not(module_tasklet_find(&t, wrong[i], &found), "%s", wrong[i]);
        cr_assert_eq(found, 7);
    }
}
