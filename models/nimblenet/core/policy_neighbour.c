/*
 * Neighbour-aware: what a direct neighbour holds goes first, and among that, or
 * where no neighbour is known to hold anything, the least frequently used. A
 * group of neighbours so keeps more distinct tasklets between them.
 *
 * What is known of the neighbours is what the messages tell that pass by anyway:
 *
 *   - A node is a direct neighbour once its query has come over one hop.
 *   - It holds what it offered or sent, and what was sent to it.
 *   - It lacks what it asks for, and what it says is gone.
 *
 * The last word counts, however old: evictions are not announced, so a node may
 * be thought to hold what it has dropped, until it asks for it again. The first
 * NEIGHBOURS_MAX neighbours are known, any others are strangers. Where nobody
 * searches (both ttl 0), nobody gets to know a neighbour, and this is LFU.
 */
#include "models/nimblenet/core/policy.h"

#define NEIGHBOURS_MAX 64u

struct neighbourhood {
    uint32_t count;
    uint32_t node[NEIGHBOURS_MAX];
    uint64_t holders[]; /* of a tasklet: bit i for node[i] */
};

static size_t memory_bytes(uint32_t tasklet_count)
{
    return sizeof(struct neighbourhood) + tasklet_count * sizeof(uint64_t);
}

/* The node's place among the neighbours; count if it is not one of them. */
static uint32_t find(const struct neighbourhood *h, uint32_t node)
{
    uint32_t i = 0;
    while (i < h->count && h->node[i] != node) {
        i++;
    }
    return i;
}

static void note_word(struct cache *c, uint32_t tasklet, uint32_t node, enum cache_word word)
{
    struct neighbourhood *h = c->policy_memory;
    ASSERT(tasklet < c->catalogue->count && h->count <= NEIGHBOURS_MAX);
    const uint32_t i = find(h, node);
    if (i == h->count) {
        if (word == CACHE_LACKS_NEARBY && h->count < NEIGHBOURS_MAX) {
            h->node[h->count++] = node;
        }
    } else if (word == CACHE_HOLDS) {
        h->holders[tasklet] |= UINT64_C(1) << i;
    } else {
        h->holders[tasklet] &= ~(UINT64_C(1) << i);
    }
}

static void count_use(struct cache *c, struct cache_entry *e)
{
    (void)c;
    ASSERT(e->reservations > 0);
    e->uses++;
}

static uint32_t held_nearby_first(const struct cache *c)
{
    const struct neighbourhood *h = c->policy_memory;
    uint32_t victim = CACHE_NONE;
    uint32_t uses = UINT32_MAX;
    uint64_t last_use = UINT64_MAX;
    for (uint32_t i = 0; i < c->count; i++) {
        const struct cache_entry *e = &c->entry[i];
        if (e->reservations == 0 && h->holders[e->tasklet] != 0 &&
            (e->uses < uses || (e->uses == uses && e->last_use < last_use))) {
            victim = i;
            uses = e->uses;
            last_use = e->last_use;
        }
    }
    return victim != CACHE_NONE ? victim : policy_fewest_uses(c);
}

const struct cache_policy policy_neighbour = {
    .summary = "what a direct neighbour holds goes first; among that, the least frequently used",
    .memory_bytes = memory_bytes,
    .reserved = count_use,
    .heard = note_word,
    .victim = held_nearby_first,
};
