/*
 * express_state.h - the short cut's insides, shared by the files named express*.
 */
#ifndef MODELS_NIMBLENET_WORLD_EXPRESS_STATE_H
#define MODELS_NIMBLENET_WORLD_EXPRESS_STATE_H

#include "models/nimblenet/world/express.h"

#define EXPRESS_NOBODY UINT32_MAX

/* Searches differ in how far they go and how long they wait; a scenario has two. */
enum { EXPRESS_SEARCHES = 2 };

/* A search whose copies are under way. */
struct express_flood {
    sim_time at;
    uint64_t sequence; /* the number of its query */
    uint32_t origin, request, context, epoch;
    uint32_t reach;   /* hops of the farthest node that it comes to */
    uint32_t in_time; /* hops up to which an answer is not too late */
    uint32_t next;    /* of the same tasklet, or of the free ones */
    uint8_t ttl;
};

/* What travels in a step after a flood's start, sent or received by any but the registry. */
struct express_ring {
    uint32_t sent, received;
};

/* How a message came to be made. */
struct express_made {
    uint64_t number;
    uint64_t because; /* the number of the message that caused it */
    uint32_t cause; /* the neighbour which that came from; EXPRESS_NOBODY: a robot, or its maker */
    uint32_t maker;
    uint8_t kind;
};

struct express {
    uint32_t nodes, registry, tasklets, diameter;
    uint64_t query_bytes, have_bytes;
    struct express_made *made; /* the last made_mask + 1 messages, by their numbers */
    uint64_t made_count;
    uint32_t made_mask;

    /* Who holds a tasklet: holder[tasklet * nodes ..], so many; where[..] finds a node among them
     * (+ 1; 0: it is not). */
    uint32_t *holder, *holders, *where;

    uint32_t *first_flood; /* a tasklet's, or EXPRESS_NOBODY */
    struct express_flood *flood;
    uint32_t flood_count, flood_capacity, flood_free;

    struct express_ring *ring; /* an origin's diameter + 2; made when it first searches */
    bool *has_ring;
    uint64_t *floods; /* [search * nodes + origin]: that all came to their end */
    uint64_t *weight; /* of their steps in accounts by bin: diameter + 2 a search and origin */

    uint64_t bytes_on_their_way, under_way;
    void *memory;
    size_t memory_bytes;
};

/* ---- ways ---- */

static inline uint32_t express_hops(const struct world *w, uint32_t a, uint32_t b)
{
    const struct mesh *mesh = w->spec.mesh;
    return mesh->hops[(size_t)a * mesh->node_count + b];
}

/* A node's link towards another. */
static inline uint32_t express_link(const struct world *w, uint32_t node, uint32_t destination)
{
    const struct mesh *mesh = w->spec.mesh;
    const uint16_t port = mesh->next_port[(size_t)node * mesh->node_count + destination];
    ASSERT(port != UINT16_MAX);
    return mesh->first[node] + port;
}

/*
 * The next node towards another. Of the neighbours that are nearer a route takes the first, and of
 * a flood's first copies that from the first counts: so this is also whom a flood from there comes
 * from.
 */
static inline uint32_t express_towards(const struct world *w, uint32_t node, uint32_t destination)
{
    return w->spec.mesh->link[express_link(w, node, destination)].to;
}

/* ---- express_order.c ---- */

/* Numbers a message of that kind as it is made, in the event that fires now. */
uint64_t express_number(struct world *w, uint32_t node, uint8_t kind);

/* ---- express_account.c ---- */

/* A message of that kind over all its hops; or, where it was accounted and will not be sent, back.
 */
void express_account_way(struct world *w, uint32_t from, uint32_t to, sim_time at, uint8_t kind,
                         uint64_t bytes, bool is_back);
/* A flood's copies. */
void express_account_flood(struct world *w, const struct express_flood *f);

#endif
