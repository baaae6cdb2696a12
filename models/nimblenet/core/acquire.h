/*
 * acquire.h - Algorithm 1: how a node comes by a tasklet. Internal to the core.
 *
 *   cache hit, else local search, else global search, else the registry;
 *   then metadata, room, get, data. Each stage that fails falls through to the
 *   next; a lost attempt starts over with the cache; the last one fails the call.
 *
 * A fetch is one tasklet on its way for one call. It ends in call_acquired() or
 * call_not_acquired(), possibly before acquire_start() returns. What then is to be done by its
 * call, and by those who followed it, is left on the node's agenda: node_finish_agenda() does it.
 */
#ifndef MODELS_NIMBLENET_CORE_ACQUIRE_H
#define MODELS_NIMBLENET_CORE_ACQUIRE_H

#include "models/nimblenet/core/fetch.h"

/* Begins a fetch for a call. */
void acquire_start(struct node *n, uint32_t call, uint32_t tasklet, sim_time now,
                   const struct node_sink *out);

/* Ends the oldest fetch of a call that failed elsewhere. */
void acquire_cancel(struct node *n, uint32_t call, sim_time now);

/* The oldest of those whose leader has ended looks again. False where there is none. */
bool acquire_adopt(struct node *n, sim_time now, const struct node_sink *out);

/* Gives one reservation back; those who wait for room try at the end of the step. */
void acquire_release(struct node *n, uint32_t tasklet, uint32_t version,
                     const struct node_sink *out);

/*
 * The fetch that the answer of the one asked is for, if it is good news. POOL_NONE where nobody
 * waits for it (any more), or where the tasklet is gone, which costs the attempt.
 */
uint32_t acquire_on_answer(struct node *n, const struct wire_message *answer, sim_time now,
                           const struct node_sink *out);

/* What may happen to a fetch under way. */
void acquire_on_timeouts(struct node *n, sim_time now, const struct node_sink *out);
void acquire_on_room(struct node *n, sim_time now, const struct node_sink *out);
void acquire_on_found(struct node *n, uint32_t index, uint32_t source, uint32_t size_bytes,
                      sim_time now, const struct node_sink *out);
void acquire_on_size(struct node *n, uint32_t index, uint32_t size_bytes, sim_time now,
                     const struct node_sink *out);
void acquire_on_binary(struct node *n, uint32_t index, uint32_t size_bytes, sim_time now,
                       const struct node_sink *out);
void acquire_on_lost(struct node *n, uint32_t index, sim_time now, const struct node_sink *out);

#endif
