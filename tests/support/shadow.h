/*
 * shadow.h - the same network a second time, driven as a node daemon would drive it.
 *
 * The shadow hears from the world's observer what comes from outside (calls, timeouts, the
 * executors' words) and when a link delivers or loses something; never what. Its own cores make
 * its messages, which travel as bytes: wire_encode() at the sender, wire_decode() at the receiver.
 * So whatever struct passing in the simulator could hide, bytes do not.
 *
 * Links must deliver in order (every hop takes the hop delay).
 * Ownership: shadow_init() takes memory, shadow_deinit() gives it back; the world outlives it.
 * Errors: stops the program where the host has no memory; what differs is in wrong.
 */
#ifndef TESTS_SUPPORT_SHADOW_H
#define TESTS_SUPPORT_SHADOW_H

#include "models/nimblenet/world/world_state.h"
#include "tests/support/kept.h"

struct shadow_frame {
    unsigned char *bytes;
    size_t length;
};

/* First in, first out. */
struct shadow_queue {
    struct shadow_frame *frame;
    size_t first, count, capacity;
};

/* One direction of one link. */
struct shadow_link {
    struct shadow_queue made;      /* not yet sent or lost */
    struct shadow_queue under_way; /* sent */
};

struct shadow {
    const struct world *world;
    struct node *node;
    void **memory;
    struct shadow_link *link; /* as mesh.link */
    uint32_t **slot_call;     /* [node][slot]: the world's call modulo 2^32, for the executors */
    uint32_t **slot_tasklet;  /* [node][slot]: what the executor runs for it */
    struct happenings *happenings; /* a node each */
    struct kept actions;           /* of the last step */
    struct kept wanted;            /* and what the world's node wanted in the same */
    uint32_t stepped;              /* the node that made the last step; UINT32_MAX: none since */
    uint64_t frames;               /* delivered as bytes */
    char wrong[256];               /* the first difference; empty: none */
};

/* Before the run. */
void shadow_init(struct shadow *s, const struct world *w);
void shadow_deinit(struct shadow *s);

/* To be set as the world's observer; the run must be made an event at a time. */
struct world_observer shadow_observer(struct shadow *s);

/* Behind each event: whether world and shadow want the same, byte by byte. */
bool shadow_agrees(struct shadow *s);

/* At the end: whether their nodes have come to the same state, and both to the same digest. */
bool shadow_finish(struct shadow *s);

#endif
