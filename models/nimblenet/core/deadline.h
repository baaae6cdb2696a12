/*
 * deadline.h - which fetch has waited long enough: those that wait until a time, as a heap.
 * Internal to the core.
 *
 * The earliest deadline comes first, and of equal ones that of the older fetch. Each fetch is in
 * the heap at most once, and knows its place there.
 */
#ifndef MODELS_NIMBLENET_CORE_DEADLINE_H
#define MODELS_NIMBLENET_CORE_DEADLINE_H

#include "models/nimblenet/core/node.h"

/* Sets, moves or, with SIM_TIME_NEVER, takes back the deadline of a fetch. O(log n). */
void deadline_set(struct node *n, uint32_t index, sim_time deadline);

/* The fetch whose deadline comes first, or POOL_NONE. */
static inline uint32_t deadline_first(const struct node *n)
{
    return n->due_count > 0 ? n->due[0] : POOL_NONE;
}

#endif
