/*
 * ahead.h - what executors say, told ahead: no event for a word that only its own node hears.
 *
 * A tasklet calls one that is in the cache, or returns to whoever called it: what the node makes of
 * that is known beforehand, and nobody else can tell when it was done. So it waits at the node with
 * its time, and is said before anything else comes to the node, in the order and at the times that
 * events would have had. An event is due only for the first word that may be heard elsewhere: that
 * calls what has to be fetched, or ends its call. Where an eviction makes an earlier one of it, one
 * comes earlier.
 *
 * Exact by this: only the node's own steps change its cache, and each finds said whatever was due
 * before. What shares the instant with a word has come from outside and goes first, or is the
 * node's own and goes by sequence, as over the engine.
 *
 * Ownership: in the memory of the node. Threads: as the world.
 */
#ifndef MODELS_NIMBLENET_WORLD_AHEAD_H
#define MODELS_NIMBLENET_WORLD_AHEAD_H

#include "models/nimblenet/world/world_state.h"

/* Whether words of a run of this spec, which takes the short cut, may wait: nobody asks for
 * acquisitions as they happen, a call that has an executor keeps it, and room that a call leaves
 * is nobody's business. */
bool ahead_suits(const struct world_spec *spec);

/* A node's tasklet for a slot will have its word then. */
void ahead_expect(struct world *w, struct world_node *n, sim_time at, uint32_t slot);

/* A node has let a tasklet go, which calls may have been sure of. */
void ahead_evicted(struct world *w, struct world_node *n, uint32_t tasklet);

/* Has a node hear all words up to a time. */
void ahead_hear(struct world *w, struct world_node *n, sim_time until);

/* Before something from outside comes to a node now. */
static inline void ahead_hear_before(struct world *w, struct world_node *n, sim_time now)
{
    if (SIM_UNLIKELY(n->word_at < now)) {
        ahead_hear(w, n, now - 1);
    }
}

/* The same before the node's wake-up, which fires now. */
void ahead_hear_before_wake(struct world *w, struct world_node *n, sim_time now);

/* The handler of WORLD_EXEC where words wait. */
void ahead_on_word(struct engine *e, void *context, const struct engine_event *ev);

#endif
