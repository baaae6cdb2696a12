/*
 * acquire.h - Algorithm 1: how a node comes by a tasklet. Internal to the core.
 *
 *   cache hit, else local search, else global search, else the registry;
 *   then metadata, room, get, data. Each stage that fails falls through to the
 *   next; a lost attempt starts over with the cache; the last one fails the call.
 *
 * A fetch is one tasklet on its way for one call. It ends in call_acquired() or
 * call_not_acquired(), possibly before acquire_start() returns.
 */
#ifndef MODELS_CORE_ACQUIRE_H
#define MODELS_CORE_ACQUIRE_H

#include "models/core/node.h"

#define FETCH_IDLE NODE_STAGES /* free, or between two stages */

struct fetch {
    uint32_t call;
    uint32_t tasklet;
    uint32_t previous, next; /* in the node's list of active fetches */
    uint32_t request;        /* of the search or exchange under way */
    uint32_t source;         /* the node that holds it, where known */
    uint32_t size_bytes;     /* as the source told */
    uint32_t leader;         /* following: the fetch that works for us */
    uint32_t attempts_left;
    uint32_t evicted;
    uint8_t stage;   /* enum node_stage or FETCH_IDLE */
    uint8_t served;  /* enum node_served: which stage found the source */
    bool has_winner; /* a search that goes on to its timeout has its fastest answer */
    bool has_claim;
    sim_time deadline;
    sim_time asked;
    sim_time since; /* when the stage began */
    sim_time spent_ns[NODE_STAGES];
};

/* Begins a fetch for a call. */
void acquire_start(struct node *n, uint32_t call, uint32_t tasklet, sim_time now,
                   struct node_actions *out);

/* Ends every fetch of a call that failed elsewhere. */
void acquire_cancel_all(struct node *n, uint32_t call, sim_time now, struct node_actions *out);

/* Gives one reservation back; those who wait for room try at the end of the step. */
void acquire_release(struct node *n, uint32_t tasklet);

/* What may happen to a fetch under way. */
void acquire_on_timeouts(struct node *n, sim_time now, struct node_actions *out);
void acquire_on_room(struct node *n, sim_time now, struct node_actions *out);
void acquire_on_found(struct node *n, uint32_t index, uint32_t source, uint32_t size_bytes,
                      sim_time now, struct node_actions *out);
void acquire_on_size(struct node *n, uint32_t index, uint32_t size_bytes, sim_time now,
                     struct node_actions *out);
void acquire_on_binary(struct node *n, uint32_t index, uint32_t size_bytes, sim_time now,
                       struct node_actions *out);
void acquire_on_lost(struct node *n, uint32_t index, sim_time now, struct node_actions *out);

/* The fetch that an answer is for, or POOL_NONE if it waits for no such answer (any more). */
uint32_t acquire_expecting(const struct node *n, const struct wire_message *answer);

static inline struct fetch *fetch_at(const struct node *n, uint32_t index)
{
    return pool_at(&n->fetches, index);
}

#endif
