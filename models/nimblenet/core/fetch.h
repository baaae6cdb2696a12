/*
 * fetch.h - one tasklet on its way for one call: its record, and who waits for
 * what. Internal to the core.
 *
 * Where fetches are coalesced, one leads and the others of its tasklet follow it. Those whose
 * leader has ended are orphans until they look again. Those that wait for room are a crowd each
 * tasklet: what one of them may do, all may. Followers, orphans, crowds are lists by age.
 *
 * Every change of stage goes through fetch_set_stage(), which keeps the account of
 * where the time went and the node's counts of who waits for what.
 */
#ifndef MODELS_NIMBLENET_CORE_FETCH_H
#define MODELS_NIMBLENET_CORE_FETCH_H

#include "models/nimblenet/core/node.h"

#define FETCH_IDLE NODE_STAGES /* free, or between two stages */

/* What each answer and each change of stage needs comes first. */
struct fetch {
    uint32_t call;
    uint32_t tasklet;
    uint32_t request;    /* of the search or exchange under way */
    uint32_t source;     /* the node that holds it, where known */
    uint32_t size_bytes; /* as the source told */
    uint32_t version;    /* of the binary that has come */
    uint32_t attempts_left;
    uint32_t evicted;
    uint8_t stage;   /* enum node_stage or FETCH_IDLE */
    uint8_t served;  /* enum node_served: which stage found the source */
    bool has_winner; /* a search that goes on to its timeout has its fastest answer */
    bool has_claim;
    bool too_large; /* it fits into no cache beside what its call holds */
    sim_time since; /* when the stage began */
    sim_time asked;
    sim_time timed_out_ns;
    sim_time spent_ns[NODE_STAGES];
    uint32_t elder, junior;  /* of the same call */
    uint32_t age;            /* rises, modulo 2^32, with each fetch of the node */
    uint32_t leader;         /* following: the fetch that works for us; POOL_NONE: an orphan */
    uint32_t older, younger; /* of the same leader, the same orphans, or the same crowd */
    struct fetch_list followers;
};

static inline struct fetch *fetch_at(const struct node *n, uint32_t index)
{
    return pool_at(&n->fetches, index);
}

/* Begins one, between two stages; and ends it, giving back what it claimed. */
uint32_t fetch_open(struct node *n, uint32_t call, uint32_t tasklet, sim_time now);
void fetch_close(struct node *n, uint32_t index, sim_time now);

/* stage: an enum node_stage or FETCH_IDLE. */
void fetch_set_stage(struct node *n, struct fetch *f, unsigned stage, sim_time now);

/* Wants NODE_TIMEOUT at deadline; and no longer. */
void fetch_wait_until(struct node *n, uint32_t index, sim_time deadline);
void fetch_wait_no_longer(struct node *n, uint32_t index);

static inline bool fetch_is_younger(const struct fetch *a, const struct fetch *b)
{
    return a->age - b->age - 1 < UINT32_MAX / 2; /* modulo 2^32: ages may wrap */
}

/* Gives the room back that was claimed for its binary, if any. */
void fetch_drop_claim(struct node *n, struct fetch *f);

/*
 * Coalescing: lets the fetch wait for another of its tasklet that works already, and is true; or
 * makes it the one that others follow.
 */
bool fetch_follow_or_lead(struct node *n, uint32_t index, sim_time now);

/* The oldest orphan, which looks for itself again; POOL_NONE where there is none. */
uint32_t fetch_adopt(struct node *n, sim_time now);

/*
 * The oldest of those that wait for room, and whose tasklet has come since or would fit now;
 * POOL_NONE where there is none.
 */
uint32_t fetch_with_room(const struct node *n);

/* The fetch that an answer is for, or POOL_NONE if it waits for no such answer (any more). */
uint32_t fetch_expecting(const struct node *n, const struct wire_message *answer);

#endif
