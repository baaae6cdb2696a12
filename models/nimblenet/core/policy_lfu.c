/*
 * Least frequently used (paper, section 4.3): an entry's count starts anew each
 * time it comes into the cache and rises by one a reservation.
 */
#include "models/nimblenet/core/policy.h"

uint32_t policy_fewest_uses(const struct cache *c)
{
    uint32_t victim = CACHE_NONE;
    uint32_t uses = UINT32_MAX;
    uint64_t last_use = UINT64_MAX;
    for (uint32_t i = 0; i < c->count; i++) {
        const struct cache_entry *e = &c->entry[i];
        /* As good as random: no branch to mispredict. */
        const bool goes = (e->reservations == 0) &
                          ((e->uses < uses) | ((e->uses == uses) & (e->last_use < last_use)));
        victim = goes ? i : victim;
        uses = goes ? e->uses : uses;
        last_use = goes ? e->last_use : last_use;
    }
    return victim;
}

static void count_use(struct cache *c, struct cache_entry *e)
{
    (void)c;
    ASSERT(e->reservations > 0);
    e->uses++;
}

const struct cache_policy policy_lfu = {
    .summary = "least frequently used while cached; among equals the oldest use goes",
    .reserved = count_use,
    .victim = policy_fewest_uses,
};
