/*
 * outage.h - links or nodes that fail and come back: up and down for exponential times, in turn.
 *
 * Each begins up. When it fails depends on (seed, replication, its number) alone, however often it
 * is asked: the world comes first.
 *
 * Units: nanoseconds since the start of the run. Questions to one of them never go back in time.
 * Ownership: a plain value; nothing to free. Threads: one run, one thread.
 */
#ifndef MODELS_PARTS_OUTAGE_H
#define MODELS_PARTS_OUTAGE_H

#include "sim/engine/dist.h"

struct outage {
    struct rng chance;
    struct dist up, down;
    bool is_down, never;
    sim_time since, until; /* of the present state; until SIM_TIME_NEVER: it stays */
    sim_time failed;       /* the last failure; -1: none yet */
    sim_time down_ns;      /* of the outages that are over */
};

/* mtbf_ns 0: it never fails. Else both means are above 0. */
void outage_init(struct outage *o, sim_time mtbf_ns, sim_time mttr_ns, uint64_t seed,
                 uint64_t replication, uint64_t entity, uint64_t purpose);

bool outage_is_down(struct outage *o, sim_time now);

/* Has it been down at any moment from `since` to now? */
bool outage_has_failed(struct outage *o, sim_time since, sim_time now);

/* How long it was down before now. */
sim_time outage_total(struct outage *o, sim_time now);

#endif
