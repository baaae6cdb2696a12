/*
 * The simulated executor on a small program whose times can be added in the head:
 *
 *   tasklet 0, a chain:     10 ns, calls 1, 20 ns, calls 2, 30 ns
 *   tasklet 1, calls 2:      5 ns, calls 2,  6 ns
 *   tasklet 2, calls none: 100 ns
 *
 * Loading takes 1000 ns, resuming 200 ns, and suspending nothing.
 */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "models/nimblenet/world/cpu.h"

static const struct tasklet tasklet[] = {
    {.size_bytes = 1, .first_call = 0, .call_count = 2},
    {.size_bytes = 1, .first_call = 2, .call_count = 1},
    {.size_bytes = 1, .first_call = 3, .call_count = 0},
};
static const uint32_t call[] = {1, 2, 2};
static const sim_time segment_ns[] = {10, 20, 30, 5, 6, 100};
static const struct catalogue catalogue = {
    .tasklet = tasklet, .count = 3, .call = call, .depth = 3};
static const struct cpu_cost cost[] = {{1000, 0, 200}, {1000, 0, 200}, {1000, 0, 200}};
static const struct cpu_program program = {
    .catalogue = &catalogue, .segment_ns = segment_ns, .cost = cost};

enum { SLOTS = 3 };

static struct cpu make_cpu(void)
{
    struct cpu c;
    void *memory = calloc(SLOTS, cpu_slot_bytes(&program));
    cr_assert_not_null(memory);
    cpu_init(&c, &program, memory, cpu_slot_bytes(&program));
    return c;
}

static void drop_cpu(struct cpu *c)
{
    free(c->slots); /* the start of what it was given */
}

Test(cpu, a_chain_with_nested_calls_takes_what_its_parts_take)
{
    struct cpu c = make_cpu();
    cr_expect_eq(cpu_run(&c, 0, 0, 0), 1010, "the chain loads and runs its first segment");
    cr_expect_eq(cpu_speak(&c, 0), 1);
    cr_expect_eq(cpu_run(&c, 0, 1, 1), 1005);
    cr_expect_eq(cpu_speak(&c, 0), 2);
    cr_expect_eq(cpu_run(&c, 0, 2, 2), 1100, "three levels deep");
    cr_expect_eq(cpu_speak(&c, 0), CPU_FINISHED);
    cr_expect_eq(cpu_resume(&c, 0, 1), 206);
    cr_expect_eq(cpu_speak(&c, 0), CPU_FINISHED);
    cr_expect_eq(cpu_resume(&c, 0, 0), 220);
    cr_expect_eq(cpu_speak(&c, 0), 2);
    cr_expect_eq(cpu_run(&c, 0, 1, 2), 1100);
    cr_expect_eq(cpu_speak(&c, 0), CPU_FINISHED);
    cr_expect_eq(cpu_resume(&c, 0, 0), 230);
    cr_expect_eq(cpu_speak(&c, 0), CPU_FINISHED);
    cr_expect_eq(c.busy_ns, 1010 + 1005 + 1100 + 206 + 220 + 1100 + 230);
    drop_cpu(&c);
}

Test(cpu, calls_in_different_slots_do_not_know_of_each_other)
{
    struct cpu c = make_cpu();
    cr_expect_eq(cpu_run(&c, 0, 0, 0), 1010);
    cr_expect_eq(cpu_run(&c, 2, 0, 1), 1005);
    cr_expect_eq(cpu_run(&c, 1, 0, 0), 1010);
    cr_expect_eq(cpu_speak(&c, 2), 2);
    cr_expect_eq(cpu_speak(&c, 0), 1);
    cr_expect_eq(cpu_run(&c, 2, 1, 2), 1100);
    cr_expect_eq(cpu_run(&c, 0, 1, 1), 1005);
    cr_expect_eq(cpu_speak(&c, 2), CPU_FINISHED);
    cr_expect_eq(cpu_resume(&c, 2, 0), 206);
    cr_expect_eq(cpu_speak(&c, 1), 1, "as if it had been alone");
    cr_expect_eq(cpu_speak(&c, 2), CPU_FINISHED);
    drop_cpu(&c);
}

Test(cpu, a_slot_that_is_taken_again_starts_afresh)
{
    struct cpu c = make_cpu();
    for (int round = 0; round < 3; round++) {
        cr_expect_eq(cpu_run(&c, 1, 0, 1), 1005);
        cr_expect_eq(cpu_speak(&c, 1), 2);
        if (round == 1) { /* dropped while its sub-tasklet was on its way */
            continue;
        }
        cr_expect_eq(cpu_run(&c, 1, 1, 2), 1100);
        cr_expect_eq(cpu_speak(&c, 1), CPU_FINISHED);
        cr_expect_eq(cpu_resume(&c, 1, 0), 206);
        cr_expect_eq(cpu_speak(&c, 1), CPU_FINISHED);
    }
    drop_cpu(&c);
}

Test(cpu, each_tasklet_has_costs_of_its_own_and_is_suspended_before_its_calls_alone)
{
    static const struct cpu_cost own[] = {{1000, 70, 200}, {3000, 7, 20}, {5000, 700, 2}};
    const struct cpu_program calibrated = {
        .catalogue = &catalogue, .segment_ns = segment_ns, .cost = own};
    struct cpu c;
    void *memory = calloc(SLOTS, cpu_slot_bytes(&calibrated));
    cr_assert_not_null(memory);
    cpu_init(&c, &calibrated, memory, cpu_slot_bytes(&calibrated));
    cr_expect_eq(cpu_run(&c, 0, 0, 0), 1000 + 10 + 70);
    cr_expect_eq(cpu_speak(&c, 0), 1);
    cr_expect_eq(cpu_run(&c, 0, 1, 1), 3000 + 5 + 7);
    cr_expect_eq(cpu_speak(&c, 0), 2);
    cr_expect_eq(cpu_run(&c, 0, 2, 2), 5000 + 100, "a leaf is never suspended");
    cr_expect_eq(cpu_speak(&c, 0), CPU_FINISHED);
    cr_expect_eq(cpu_resume(&c, 0, 1), 20 + 6, "nor is a tasklet behind its last call");
    cr_expect_eq(cpu_speak(&c, 0), CPU_FINISHED);
    cr_expect_eq(cpu_resume(&c, 0, 0), 200 + 20 + 70);
    cr_expect_eq(cpu_speak(&c, 0), 2);
    cr_expect_eq(cpu_run(&c, 0, 1, 2), 5100);
    cr_expect_eq(cpu_speak(&c, 0), CPU_FINISHED);
    cr_expect_eq(cpu_resume(&c, 0, 0), 200 + 30);
    cr_expect_eq(c.busy_ns, 1080 + 3012 + 5100 + 26 + 290 + 5100 + 230);
    free(memory);
}

Test(cpu, memory_is_enough_for_every_slot_and_level)
{
    for (uint32_t slots = 1; slots < 20; slots++) {
        struct cpu c;
        void *memory = calloc(slots, cpu_slot_bytes(&program));
        cpu_init(&c, &program, memory, cpu_slot_bytes(&program));
        for (uint32_t s = 0; s < slots; s++) { /* an address sanitizer watches */
            (void)cpu_run(&c, s, catalogue.depth - 1, 2);
        }
        for (uint32_t s = 0; s < slots; s++) {
            cr_expect_eq(cpu_speak(&c, s), CPU_FINISHED);
        }
        free(memory);
    }
}
