/*
 * checker.h - a second pair of eyes on a run: from what the observer tells it keeps books of
 * its own, and notes the first thing that cannot be.
 *
 *   - time never runs backwards;
 *   - each call is answered exactly once, or is pending at the end;
 *   - a call acquires what it asked for, and nothing else;
 *   - a link delivers no byte that was not sent over it;
 *   - a cache holds no tasklet twice, no more bytes than it has room for, and gives up nothing
 *     that a call has reserved; a node that fails answers all calls and holds nothing;
 *   - a copy that is retired keeps its bytes until no call has reserved it, and no longer;
 *   - at the end the books agree with the world's.
 *
 * Ownership: checker_init() takes memory, checker_deinit() gives it back. Errors: stops the
 *   program where the host has no memory; what is wrong with the run is in wrong.
 */
#ifndef TESTS_SUPPORT_CHECKER_H
#define TESTS_SUPPORT_CHECKER_H

#include "models/nimblenet/world/world_state.h"

#define CHECKER_DEPTH_MAX 128u
#define CHECKER_RETIRED 0x80000000u

/* One call, as far as it has been seen. */
struct checker_call {
    uint64_t call_id;
    uint32_t node, chain;
    uint32_t wanted; /* asked for and not acquired yet; UINT32_MAX: nothing */
    uint32_t held_count;
    uint32_t depth;                   /* of them on the stack; the others are preloaded */
    uint32_t held[CHECKER_DEPTH_MAX]; /* reserved for it: the stack, then what is preloaded;
                                         of a retired copy: + CHECKER_RETIRED */
    bool is_open, is_running;
};

struct checker {
    const struct world *world;
    sim_time now;
    struct checker_call *call; /* by call_id modulo call_capacity */
    uint64_t call_capacity;
    uint64_t calls, answers;
    uint64_t pending_told;
    int64_t *link_bytes; /* [from * nodes + to]: under way */
    uint32_t *reserved;  /* [node * tasklets + tasklet]: 1 + reservations, 0: not held */
    uint32_t *retired;   /* the same way: reservations of retired copies, */
    uint32_t *copies;    /* and how many such copies there are */
    uint64_t *cache_bytes;
    bool *is_down;   /* a node each */
    char wrong[256]; /* the first finding; empty: none */
};

/* Before the run; the world is looked at during it. */
void checker_init(struct checker *c, const struct world *w);
void checker_deinit(struct checker *c);

/* To be set as the world's observer. */
struct world_observer checker_observer(struct checker *c);

/* The end of the run. True if nothing was wrong. */
bool checker_finish(struct checker *c);

#endif
