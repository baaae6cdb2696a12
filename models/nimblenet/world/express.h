/*
 * express.h - the short cut: no event where nothing can change.
 *
 * Where nothing is busy and a link's delay is constant, what nodes in the middle do with a message
 * is known when it is sent, and so is what the one asked will say, until its cache changes. So a
 * question and its answer are one event, where and when the answer comes: all hops are accounted at
 * their times when the question leaves, and the answer is changed if the cache does before it was
 * due. A flood is accounted as a whole: which copies travel when depends on its origin alone, and
 * on which of them are lost, which their names say. Of the answers to it only the first is an
 * event; those that come behind it, or too late, are accounted; so are those of nodes that come to
 * hold what is searched, or cease to, before the flood is there.
 *
 * Everything else is as over the full path, to the bit: what arrives at one node in one instant
 * over one link does so in the order of the routes by which it came (express_is_first()).
 *
 * Where links are alike and lose nothing, times are counted in steps of the hop delay from a
 * flood's start: the first copy comes to a node of k hops in step k, its answer is back in step 2k.
 * Where links differ, each flood is rehearsed (express_spread.c). What the run's end cuts off is
 * not accounted. Of a run that is broken off, what was sent before is accounted as if it went on.
 *
 * Ownership: the world's; its memory grows with the floods under way.
 */
#ifndef MODELS_NIMBLENET_WORLD_EXPRESS_H
#define MODELS_NIMBLENET_WORLD_EXPRESS_H

#include "models/nimblenet/world/world_state.h"

SIM_MUST_CHECK enum sim_status express_create(struct express **x, const struct world_spec *spec);
void express_destroy(struct express *x);
size_t express_memory_bytes(const struct express *x);

/* A node's own question to another; its flood. */
void express_send(struct world *w, uint32_t node, sim_time now, const struct wire_message *m);
void express_flood(struct world *w, uint32_t node, sim_time now, const struct wire_message *m);

/* A node holds a tasklet from now on; or not any more; a registry has a new version of it. */
void express_stored(struct world *w, uint32_t node, sim_time now, uint32_t tasklet);
void express_evicted(struct world *w, uint32_t node, sim_time now, uint32_t tasklet);
void express_updated(struct world *w, uint32_t registry, sim_time now, uint32_t tasklet);

/* The handler of WORLD_EXPRESS: an answer has come. */
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
