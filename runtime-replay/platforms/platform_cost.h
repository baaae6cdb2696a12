/*
 * platform_cost.h - what a tasklet's binary costs on a platform, one way to make sub-calls or
 * another:
 *
 *   load     load the module by its size, start an instance, and end it when it has returned
 *   work     the instructions that it executes itself, by their classes
 *   suspend  save the state, end the instance   (nested: nothing; reexecuted: end it)
 *   resume   load, start, restore the state     (nested: nothing; reexecuted: load, start;
 *                                                kept: start, restore)
 *
 * That a kept module is not ended with its instance is left out: the tables price both as one, and
 * count a little too much there. What a call of an import costs the interpreter is one of the
 * classes. What a re-executed tasklet repeats is no part of work.
 *
 * Units: nanoseconds on the platform; bytes.
 * Errors: those of platform.h.
 */
#ifndef RUNTIME_REPLAY_PLATFORMS_PLATFORM_COST_H
#define RUNTIME_REPLAY_PLATFORMS_PLATFORM_COST_H

#include "runtime-replay/execution/execute.h"
#include "runtime-replay/platforms/platform.h"

struct platform_cost {
    sim_time load_ns, work_ns;
    sim_time suspend_ns, resume_ns; /* of each sub-call */
};

/* A tasklet: its module, and the instructions that it executes, by the classes that tables name. */
struct platform_tasklet {
    const uint8_t *bytes;
    size_t length;
    const char *const *class_name;
    const uint64_t *class_count;
    uint32_t classes;
};

/* state: saved at each of its sub-calls; its pages are the module's. */
SIM_MUST_CHECK enum sim_status platform_cost_make(struct platform_cost *cost,
                                                  const struct platform *p, enum execute_mode mode,
                                                  const struct platform_tasklet *tasklet,
                                                  struct platform_state state,
                                                  struct tsv_error *error);

/* Does a platform's table have all that will be needed, instructions aside? */
SIM_MUST_CHECK enum sim_status platform_cost_check(const struct platform *p, enum execute_mode mode,
                                                   struct tsv_error *error);

/* The tasklet once, with so many sub-calls, but for what these do themselves. */
static inline sim_time platform_cost_of_run(const struct platform_cost *c, uint32_t calls)
{
    return c->load_ns + c->work_ns + (sim_time)calls * (c->suspend_ns + c->resume_ns);
}

/* What bytes of states cost, saved and restored, some of them a memory's, beyond states of none. */
SIM_MUST_CHECK enum sim_status platform_cost_saved(const struct platform *p, uint64_t state_bytes,
                                                   uint64_t memory_bytes, sim_time *ns,
                                                   struct tsv_error *error);

#endif
