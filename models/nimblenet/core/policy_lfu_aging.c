/*
 * Least frequently used with dynamic ageing: LFU-DA (Arlitt, Cherkasova, Dilley,
 * Friedrich and Jin, "Evaluating content management techniques for Web proxy
 * caches", 2000). An entry's worth is its uses since it came into the cache.
 */
#include "models/nimblenet/core/aging.h"
#include "models/nimblenet/core/policy.h"

static void count_use(struct cache *c, struct cache_entry *e)
{
    ASSERT(e->reservations > 0);
    aging_used(c, e, ++e->uses);
}

const struct cache_policy policy_lfu_aging = {
    .summary = "least frequently used with dynamic ageing (LFU-DA): old counts fade",
    .memory_bytes = aging_memory_bytes,
    .inserted = aging_inserted,
    .reserved = count_use,
    .evicting = aging_evicting,
    .victim = aging_victim,
};
