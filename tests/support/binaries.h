/*
 * binaries.h - a taskset's binaries, read and run by the machine of wasm_machine.h.
 *
 * Errors: fails the running Criterion test.
 * Ownership: end with binaries_deinit(); the taskset must outlive it.
 */
#ifndef TESTS_SUPPORT_BINARIES_H
#define TESTS_SUPPORT_BINARIES_H

#include "tests/support/wasm_machine.h"

struct binaries {
    const struct taskset *taskset; /* nimble */
    struct module_set nimble, inlined;
    struct machine_module *nimble_module, *inlined_module;
};

/* Emits, reads and checks: lengths, structure, imports in the order of first calls, no other. */
void binaries_init(struct binaries *t, const struct taskset *nimble, sim_time instruction_ns);
void binaries_deinit(struct binaries *t);

/* Runs tasklet index with all that it calls; executed gets what the index itself executed. Each
 * must have left its heap full, to the last byte, and nothing beyond. */
uint32_t binaries_run(const struct binaries *t, uint32_t index, uint32_t x,
                      uint64_t executed[MODULE_CLASS_COUNT], uint64_t *with_calls);

/* Runs a twin; executed gets all. */
uint32_t binaries_run_inlined(const struct binaries *t, uint32_t chain, uint32_t x,
                              uint64_t executed[MODULE_CLASS_COUNT]);

/*
 * What must hold of any taskset: every binary executes what it says and what was drawn, and every
 * twin does what its parts do, with the same result.
 */
void binaries_expect_all_to_hold(const struct taskset *nimble, sim_time instruction_ns);

#endif
