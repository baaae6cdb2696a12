/*
 * future.h - which tasklets each node will use and when, worked out before the run.
 *
 * The call trace depends on the scenario alone, and a chain's calls on the taskset, so
 * every use of a tasklet is known in advance, its time but for the waits: each call is
 * taken to run from its trigger without any. That is what the eviction policy
 * belady reads, and nothing that a real node could know.
 *
 * Ownership: future_create() takes memory, future_destroy() gives it back; what
 *   it points to is constant in between. Units: nanoseconds since the start.
 * Errors: SIM_ERR_NOMEM, also where there are more than 2^32 - 1 uses; *f is empty then.
 * Threads: several runs may read one future.
 */
#ifndef MODELS_NIMBLENET_WORLD_FUTURE_H
#define MODELS_NIMBLENET_WORLD_FUTURE_H

#include "models/nimblenet/world/policies.h"
#include "models/nimblenet/world/world.h"

struct future {
    struct policies_future *node; /* a node each, the registry included */
    sim_time *at;                 /* what all of them point into */
    uint32_t *first;
};

/*
 * The uses in a run of spec, whose setup's catalogue, protocol, program and robots count. A
 * chain is used at its trigger, and so is what it preloads; a sub-tasklet when it is called.
 */
SIM_MUST_CHECK enum sim_status future_create(struct future *f, const struct world_spec *spec);
void future_destroy(struct future *f);

#endif
