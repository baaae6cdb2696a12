/*
 * outfit.h - what a node's daemon is given before its first event, as one text of bytes.
 *
 * The setup of its core, its number, its row of routes, and an index of tasklets: each one's size
 * and hash, by which it knows a true answer from a false one; where tasklets are really run, the
 * names by which they import each other and a digest of each binary too, and at the registry the
 * binaries themselves: every other node gets them in data messages alone. What chains need is part
 * of it where they preload, and what it will use when where its eviction policy is the one that
 * foresees. A daemon is told nothing else of the scenario.
 *
 * Ownership: an outfit that was decoded owns its memory, and ends with outfit_deinit(); its setup
 *   points into it, so it stays where it is.
 * Errors: SIM_ERR_INVALID for what no encoder writes, whatever its bytes: no more memory is taken
 *   than a multiple of their number; SIM_ERR_NOMEM.
 */
#ifndef MODELS_NIMBLENET_REAL_OUTFIT_H
#define MODELS_NIMBLENET_REAL_OUTFIT_H

#include "models/nimblenet/core/node.h"
#include "models/nimblenet/world/policies.h"
#include "runtime-replay/processes/pack.h"

enum { OUTFIT_NAME_MAX = 8 };

/* A tasklet's binary, where tasklets are really run. */
struct outfit_binary {
    char name[OUTFIT_NAME_MAX]; /* by which others import it */
    const unsigned char *bytes; /* NULL: it is told in index alone */
    uint32_t length;
    uint64_t digest;       /* of the bytes, by digest_bytes() from DIGEST_START */
    uint64_t instructions; /* of a call of it, declared; told to no daemon */
};

/* All of them, and what the longest call of a chain executes. */
struct outfit_work {
    struct outfit_binary *binary; /* a tasklet each */
    uint64_t instructions;
    bool is_metered;         /* each run is to say at once what it takes */
    sim_time instruction_ns; /* then; told to no daemon */
};

struct outfit {
    uint32_t self;
    struct outfit_work work; /* binary NULL: nothing is run. Bytes at the registry alone */
    unsigned char *binaries; /* what its binaries' bytes point into */
    struct node_setup setup;
    struct catalogue catalogue;
    struct tasklet *tasklet;
    uint32_t *updates, *need;
    uint32_t *registry_of; /* its own entry alone is filled */
    uint16_t *next_port;
    struct policies_future *future; /* of all nodes; but its own is empty */
    sim_time *use;
    uint32_t *first_use;
};

/* Writes node self's outfit; p->overflowed tells a lack of room. */
void outfit_encode(struct pack *p, const struct node_setup *setup, uint32_t self,
                   const uint16_t *next_port, const struct outfit_work *work);
/* Bytes that outfit_encode() writes, at most. */
size_t outfit_bytes(const struct node_setup *setup, uint32_t self, const struct outfit_work *work);

SIM_MUST_CHECK enum sim_status outfit_decode(struct outfit *o, const unsigned char *bytes,
                                             size_t length);
void outfit_deinit(struct outfit *o);

#endif
