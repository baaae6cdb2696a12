/*
 * taskset.h - the tasklets of one replication, drawn as in the paper's section 5.3.
 *
 * Nimble: chains 0 .. chains-1, then the algorithms that they share. A tasklet
 * runs segment 0, calls its first sub-tasklet, runs segment 1, and so on: one
 * segment more than calls. Monolithic: the same chains with everything they
 * call inlined, equal in run time and size.
 *
 * Units: nanoseconds, bytes.
 * Ownership: the caller owns struct taskset and ends it with taskset_deinit().
 * Order: what is drawn depends on (seed, replication) and the spec alone; each
 *   tasklet has streams of its own, so more chains do not change the first ones.
 */
#ifndef TASKGEN_TASKSET_H
#define TASKGEN_TASKSET_H

#include "sim/engine/dist.h"

/* The random streams of a taskset, counted from the spec's first purpose. */
enum { TASKSET_CHAIN, TASKSET_ALGORITHM, TASKSET_CALLS, TASKSET_PURPOSES };

struct taskset_spec {
    uint64_t seed, replication;
    uint64_t purpose; /* the first of TASKSET_PURPOSES */
    uint32_t chains;
    struct dist chain_time_ns, chain_size_bytes; /* of the chain alone, without what it calls */
    uint32_t algorithms;
    struct dist algorithm_time_ns, algorithm_size_bytes;
    struct dist algorithms_per_chain; /* distinct ones */
    struct dist algorithm_calls;      /* algorithms that an algorithm calls: 0 in the paper */
    struct dist heap_bytes; /* of memory alive in any tasklet, all along: 0 in the paper */
};

struct taskset_tasklet {
    uint32_t size_bytes;             /* at least 1 */
    uint32_t drawn_bytes;            /* the same, unless taskset_resize() changed it */
    uint32_t heap_bytes;             /* of memory; a twin's: what its parts have, copy by copy */
    uint32_t first_call, call_count; /* into taskset.call; segments start at first_call + index */
    uint32_t first_need, need_count; /* into taskset.need */
    uint32_t depth;                  /* tasklets on the longest way down, itself included */
    sim_time own_ns;                 /* sum of its segments */
    sim_time total_ns;               /* with everything that it calls */
    uint64_t total_bytes;            /* with everything that it calls, each call counted */
    uint64_t total_drawn_bytes;
    uint64_t total_heap_bytes;
    uint64_t hash;
};

struct taskset {
    struct taskset_tasklet *tasklet;
    uint32_t count, chains;
    uint32_t *call;       /* sub-tasklets in order of their calls */
    sim_time *segment_ns; /* tasklet i's are segment_ns[first_call + i ..] */
    uint32_t *need;       /* every tasklet below, each once, in the order a run meets them */
    uint32_t call_count, need_count;
    uint32_t need_max, depth;
};

/*
 * SIM_ERR_NOMEM; or SIM_ERR_INVALID where more algorithms a chain are drawn than exist, or where
 * nesting makes a total pass its type.
 */
SIM_MUST_CHECK enum sim_status taskset_draw(struct taskset *t, const struct taskset_spec *spec);

/*
 * The monolithic twin of nimble: every chain with its calls inlined, recursively. SIM_ERR_NOMEM, or
 * SIM_ERR_INVALID where a chain or its heap would grow beyond 4 GiB.
 */
SIM_MUST_CHECK enum sim_status taskset_inline(struct taskset *t, const struct taskset *nimble);

/*
 * Other sizes, one a tasklet, than those drawn; totals and hashes follow. SIM_ERR_INVALID where a
 * total would pass its type: end t then.
 */
SIM_MUST_CHECK enum sim_status taskset_resize(struct taskset *t, const uint32_t *size_bytes);

void taskset_deinit(struct taskset *t);

/* Where a tasklet's segments start in segment_ns. */
static inline uint32_t taskset_first_segment(const struct taskset *t, uint32_t tasklet)
{
    return t->tasklet[tasklet].first_call + tasklet;
}

/* of[] of a tasklet and of all that it calls, each call counted. */
sim_time taskset_sum(const struct taskset *t, const sim_time *of, uint32_t tasklet);

#endif
