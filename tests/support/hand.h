/*
 * hand.h - one node core driven by hand: the test is the network, the executor and the clock.
 *
 * Four nodes are known to it. The node under test is 0; node 1 is its neighbour at port 0,
 * node 2 at port 1; the registry, node 3, lies behind node 1. The tasklets:
 *
 *      0  chain, 100 B, calls 2 and 3        1  chain, 100 B, calls 4
 *      2  50 B        3  60 B                4  70 B, calls 5        5  80 B
 *      6  150 B, calls nothing               7  100 B, calls nothing
 *
 * What a step makes the node want is kept as one line of text, in order:
 *
 *      flood query 0 ttl 1, send get 2 to 1, store 2, evict 6, acquired 2 from neighbour 1,
 *      not acquired 3, run 0 at 0, resume 0 at 0, answer 7 completed
 *
 * Ownership: hand_init() takes memory, hand_deinit() gives it back. Errors: fails the running
 * Criterion test; the node's books are audited behind every step.
 */
#ifndef TESTS_SUPPORT_HAND_H
#define TESTS_SUPPORT_HAND_H

#include "models/nimblenet/core/node.h"
#include "tests/support/kept.h"

#define HAND_NODES 4u
#define HAND_NODES_MAX 2048u /* that a test may set instead */
#define HAND_REGISTRY 3u
#define HAND_TASKLETS 8u

extern const struct catalogue hand_catalogue;

struct hand {
    struct node_setup setup; /* the paper's protocol with room for everything; change before use */
    struct node node;
    struct kept actions;       /* of the last step */
    struct wire_message asked; /* the last message that the node made itself */
    uint32_t slot;             /* of the call that it ran or resumed last */
    bool is_ready;
    void *memory;
    char text[16384];
};

void hand_init(struct hand *h);
void hand_deinit(struct hand *h);

/* Each feeds one event at a time in milliseconds, and returns what the node wants done. */
const char *hand_call(struct hand *h, sim_time at_ms, uint64_t call_id, uint32_t chain);
const char *hand_timeout(struct hand *h, sim_time at_ms);
const char *hand_finish(struct hand *h, sim_time at_ms); /* the call in h->slot */
const char *hand_subcall(struct hand *h, sim_time at_ms, uint32_t tasklet); /* the same */
const char *hand_trap(struct hand *h, sim_time at_ms);                      /* the same */
const char *hand_frame(struct hand *h, sim_time at_ms, uint16_t port, const struct wire_message *m);

/* The truth about h->asked from a node that has the tasklet; and from one that has not. */
struct wire_message hand_here(const struct hand *h, enum wire_kind kind, uint32_t from);
struct wire_message hand_gone(const struct hand *h, enum wire_kind kind, uint32_t from);

/* Feeds such an answer through port 0. */
const char *hand_answer(struct hand *h, sim_time at_ms, enum wire_kind kind, uint32_t from);
const char *hand_deny(struct hand *h, sim_time at_ms, enum wire_kind kind, uint32_t from);

/* Brings a tasklet from node 1 into the cache by a call of its own, which is over behind it. */
void hand_stock(struct hand *h, sim_time at_ms, uint32_t tasklet);

/* Milliseconds of the node's next timeout; -1: none. */
sim_time hand_next_ms(const struct hand *h);

#define hand_did(did, expected) cr_assert_str_eq(did, expected)

#endif
