/*
 * cache.h - a node's local registry: which tasklets it holds, in how many bytes.
 *
 * The cache counts bytes of binaries only. used = sum of the entries' sizes;
 * claimed = room promised to binaries on their way; used + claimed never exceeds
 * the capacity. An entry may be reserved several times over; a reserved one is
 * never evicted (paper, sections 4.1 and 4.3).
 *
 * A reserved copy may be retired: a newer version of its tasklet takes its place, while it stays
 * beside that one for those who have reserved it. It still takes its bytes, is no entry any more,
 * and goes with its last reservation. A tasklet has at most one copy of each version.
 *
 * Which entry goes is the policy's to say: a table of functions in a file of
 * its own, which the driver chooses.
 *
 * Ownership: the cache works in memory handed to cache_init(). The binaries
 *   themselves are the driver's: it hears of each that is stored or evicted.
 */
#ifndef MODELS_NIMBLENET_CORE_CACHE_H
#define MODELS_NIMBLENET_CORE_CACHE_H

#include "models/nimblenet/core/catalogue.h"

#define CACHE_NONE UINT32_MAX

struct cache_entry {
    uint32_t tasklet;
    uint32_t size_bytes;
    uint32_t reservations;
    uint32_t version;
    uint32_t uses;     /* as the policy counts them: reservations ever, but those ahead of a use */
    uint64_t last_use; /* the cache's own clock: rises by one a use */
};

/* What a node overhears of another node: whether that one holds a tasklet. */
enum cache_word {
    CACHE_HOLDS,
    CACHE_LACKS,
    CACHE_LACKS_NEARBY, /* the same, and its word came over one hop */
};

struct cache;

/* How a policy follows the cache. Any function but victim may be NULL. */
struct cache_policy {
    const char *summary;                            /* one line for the help */
    size_t (*memory_bytes)(uint32_t tasklet_count); /* of its own, zeroed, in cache.policy_memory */
    /* Before the first use: what the driver tells a node's policy and no message could. */
    void (*init)(struct cache *c, const void *context, uint32_t node);
    /* A tasklet that is not held is about to get room; again if the attempt is lost. */
    void (*expected)(struct cache *c, uint32_t tasklet);
    /* Its first use follows: at once, or when what it was preloaded for calls it. */
    void (*inserted)(struct cache *c, struct cache_entry *e);
    void (*reserved)(struct cache *c, struct cache_entry *e); /* a use */
    void (*evicting)(struct cache *c, const struct cache_entry *e);
    void (*heard)(struct cache *c, uint32_t tasklet, uint32_t node, enum cache_word word);
    uint32_t (*victim)(const struct cache *c); /* an entry without reservation, or CACHE_NONE */
};

/* What a use and a release need comes first. */
struct cache {
    const struct cache_policy *policy;
    uint32_t *place;           /* tasklet -> its entry + 1; 0: not held */
    struct cache_entry *entry; /* entry[0 .. count) in no order that matters */
    uint32_t count;
    uint32_t retired_count;
    uint64_t clock;
    uint64_t reserved_bytes; /* of the entries that are reserved */
    uint64_t claimed_bytes;
    uint64_t used_bytes;
    uint64_t capacity_bytes;
    uint64_t high_water_bytes;
    const struct catalogue *catalogue;
    void *policy_memory;
    struct cache_entry *retired; /* retired[0 .. retired_count), in no order that matters */
};

/* Bytes that cache_init() needs, a multiple of 16. */
size_t cache_memory_bytes(const struct catalogue *catalogue, const struct cache_policy *policy);

/* memory: zeroed, aligned to 16. A policy that has init() is the caller's to init. */
void cache_init(struct cache *c, const struct catalogue *catalogue,
                const struct cache_policy *policy, uint64_t capacity_bytes, void *memory);

static inline bool cache_holds(const struct cache *c, uint32_t tasklet)
{
    return c->place[tasklet] != 0;
}

/* Of one that is held: 0 until it is said. */
static inline uint32_t cache_version(const struct cache *c, uint32_t tasklet)
{
    ASSERT(cache_holds(c, tasklet));
    return c->entry[c->place[tasklet] - 1].version;
}

static inline void cache_set_version(struct cache *c, uint32_t tasklet, uint32_t version)
{
    ASSERT(cache_holds(c, tasklet));
    c->entry[c->place[tasklet] - 1].version = version;
}

/* Removes one that is held, as evicted. False if it is reserved. */
bool cache_drop(struct cache *c, uint32_t tasklet);

/* A copy that is held and reserved makes room in its name for a newer version; to the policy it is
 * evicted. */
void cache_retire(struct cache *c, uint32_t tasklet);

/* Reserves the newest of a tasklet's retired copies once more. False if there is none. */
bool cache_reserve_retired(struct cache *c, uint32_t tasklet, uint32_t *version);

/* Reserves a tasklet once more. False if it is not held. */
bool cache_reserve(struct cache *c, uint32_t tasklet);

/* The same ahead of a use that is still to come: the policy hears of it when cache_reserve() is. */
bool cache_hold(struct cache *c, uint32_t tasklet);

/* Gives one reservation of a held tasklet back. */
void cache_release(struct cache *c, uint32_t tasklet);

/* The same of that version, which may be retired: true if it was, and is gone now. */
bool cache_release_version(struct cache *c, uint32_t tasklet, uint32_t version);

/* Tells the policy which tasklet cache_evict_for() is about to make room for. */
static inline void cache_expect(struct cache *c, uint32_t tasklet)
{
    if (c->policy->expected != NULL) {
        c->policy->expected(c, tasklet);
    }
}

/*
 * The next entry that must go before size more bytes fit: its tasklet, already removed.
 * CACHE_NONE when they fit or when nothing more can go.
 */
uint32_t cache_evict_for(struct cache *c, uint64_t size);

/* Whether size bytes can be made to fit, by evicting every entry that is not reserved if need be.
 */
static inline bool cache_can_fit(const struct cache *c, uint64_t size)
{
    return size + c->claimed_bytes + c->reserved_bytes <= c->capacity_bytes;
}

/* Promises size bytes, which must fit now, to a binary on its way; and takes the promise back. */
void cache_claim(struct cache *c, uint64_t size);
void cache_unclaim(struct cache *c, uint64_t size);

/* Stores a tasklet that is not held, in room that fits now, with one reservation. */
void cache_insert_reserved(struct cache *c, uint32_t tasklet);

/* The same ahead of its first use, as cache_hold(). */
void cache_insert_held(struct cache *c, uint32_t tasklet);

/* The books: recounts everything. False if a sum does not agree. */
bool cache_is_consistent(const struct cache *c);

#endif
