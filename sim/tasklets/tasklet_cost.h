/*
 * tasklet_cost.h - what a tasklet's binary costs on a platform, one way to make sub-calls or
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
#ifndef SIM_TASKLETS_TASKLET_COST_H
#define SIM_TASKLETS_TASKLET_COST_H

#include "runtime-replay/execute.h"
#include "runtime-replay/platform.h"
#include "sim/tasklets/forms.h"
#include "taskgen/module_emit.h"

struct tasklet_cost {
    sim_time load_ns, work_ns;
    sim_time suspend_ns, resume_ns; /* of each sub-call */
};

/* state: saved at each of its sub-calls; its pages are the binary's. */
SIM_MUST_CHECK enum sim_status tasklet_cost_make(struct tasklet_cost *cost,
                                                 const struct platform *p, enum execute_mode mode,
                                                 const struct module_binary *binary,
                                                 struct platform_state state,
                                                 struct tsv_error *error);

/* Does a platform's table have all that will be needed, instructions aside? */
SIM_MUST_CHECK enum sim_status tasklet_cost_check(const struct platform *p, enum execute_mode mode,
                                                  struct tsv_error *error);

/*
 * What tasklets that are measured may have: memory and instructions enough, since what they need is
 * to be found out, and the Wasm stack that the platforms' tables have.
 */
struct execute_limits tasklet_cost_limits(void);

/* Reads the platform that a scenario names, or the one of that name or path (NULL: none). */
SIM_MUST_CHECK enum sim_status tasklet_cost_platform(struct platform *p, const struct forms *forms,
                                                     const char *asked, struct tsv_error *error);

#endif
