/*
 * Least recently used: the entry whose last reservation lies furthest back.
 */
#include "models/nimblenet/core/policy.h"

static uint32_t oldest_use(const struct cache *c)
{
    uint32_t victim = CACHE_NONE;
    uint64_t last_use = UINT64_MAX;
    for (uint32_t i = 0; i < c->count; i++) {
        const struct cache_entry *e = &c->entry[i];
        if (e->reservations == 0 && e->last_use < last_use) {
            victim = i;
            last_use = e->last_use;
        }
    }
    return victim;
}

const struct cache_policy policy_lru = {
    .summary = "least recently used",
    .victim = oldest_use,
};
