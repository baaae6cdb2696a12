/*
 * express.h - the short cut: no event where nothing can change.
 *
 * Where links are plain (one constant delay, nothing lost, nothing busy), what a node in the middle
 * does with a message is known when it is sent. So a routed message is one event, at its
 * destination, and its hops are accounted at their times when it leaves. A flood is accounted as a
 * whole: which copies travel when depends on its origin and its hops alone. It makes events only
 * where somebody holds what is searched and can still answer in time. Who answers too late is
 * accounted; so is whoever comes to hold it, or ceases to, before the flood is there.
 *
 * Everything else is as over the full path, to the bit: what arrives at one node in one instant
 * over one link does so in the order of the routes by which it came (express_is_first()).
 *
 * Times are counted in steps of the hop delay from a flood's start: the first copy comes to a node
 * of k hops in step k, its answer is back in step 2k. What the run's end cuts off is not accounted.
 * Of a run that is broken off, what was sent before is accounted as if it went on.
 *
 * Ownership: the world's; its memory grows with the floods under way.
 */
#ifndef MODELS_NIMBLENET_WORLD_EXPRESS_H
#define MODELS_NIMBLENET_WORLD_EXPRESS_H

#include "models/nimblenet/world/world_state.h"

SIM_MUST_CHECK enum sim_status express_create(struct express **x, const struct world_spec *spec);
void express_destroy(struct express *x);
size_t express_memory_bytes(const struct express *x);

/* A node's own message; a flood, or what a node would forward of one, which is dropped. */
void express_send(struct world *w, uint32_t node, sim_time now, const struct wire_message *m);
void express_flood(struct world *w, uint32_t node, sim_time now, const struct wire_message *m);

/* A node holds a tasklet from now on; or not any more. */
void express_stored(struct world *w, uint32_t node, sim_time now, uint32_t tasklet);
void express_evicted(struct world *w, uint32_t node, sim_time now, uint32_t tasklet);

/* The handler of WORLD_EXPRESS: a message has come to where it matters. */
void express_on_message(struct engine *e, void *context, const struct engine_event *ev);

/* Once, after the run: adds the floods' copies to the nodes' and links' accounts. */
void express_settle(struct world *w);

/* What was sent and not received at the end: in bytes, and as part of the digest. */
uint64_t express_bytes_on_their_way(const struct express *x);
uint64_t express_under_way(const struct express *x);

/* Which of two events of one instant, node and source comes first over the full path. */
bool express_is_first(const void *world, uint32_t node, const struct ev_slot *a,
                      const struct ev_slot *b);

#endif
