/*
 * deadline.h - which fetch has waited long enough: those that wait until a time, as a heap.
 * Internal to the core.
 *
 * The earliest deadline comes first, and of equal ones that of the older fetch. Each fetch is in
 * the heap at most once. Its place there stands beside the heap: whoever moves another fetch's
 * place has no need of its record.
 */
#ifndef MODELS_NIMBLENET_CORE_DEADLINE_H
#define MODELS_NIMBLENET_CORE_DEADLINE_H

#include "models/nimblenet/core/node.h"

/* Before the first deadline of a fetch of this number. */
void deadline_make_room(struct node *n, uint32_t index);

/* Sets, moves or, with SIM_TIME_NEVER, takes back the deadline of a fetch. O(log n). */
void deadline_set(struct node *n, uint32_t index, sim_time deadline);

/* That of a fetch, or SIM_TIME_NEVER. */
static inline sim_time deadline_of(const struct node *n, uint32_t index)
{
    const uint32_t place = n->due[index].place;
    return place != 0 ? n->due[place - 1].deadline : SIM_TIME_NEVER;
}

#endif
