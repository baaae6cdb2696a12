/*
 * tasklet_cost.h - what generated tasklets cost on the platform that a scenario names.
 *
 * Units: nanoseconds on the platform; bytes.
 * Errors: those of platform.h.
 */
#ifndef SIM_TASKLETS_TASKLET_COST_H
#define SIM_TASKLETS_TASKLET_COST_H

#include "runtime-replay/platforms/platform_cost.h"
#include "sim/tasklets/forms.h"
#include "taskgen/module_emit.h"

/* platform_cost_make() of a binary that taskgen has made. */
SIM_MUST_CHECK enum sim_status tasklet_cost_make(struct platform_cost *cost,
                                                 const struct platform *p, enum execute_mode mode,
                                                 const struct module_binary *binary,
                                                 struct platform_state state,
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
