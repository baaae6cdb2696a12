/*
 * Greedy-Dual-Size-Frequency (Cherkasova, "Improving WWW proxies performance with
 * Greedy-Dual-Size-Frequency caching policy", 1998): an entry's worth is its uses
 * since it came into the cache over its size, so many small tasklets stay rather than a large
 * one. Every fetch is taken to cost the same, which is what maximises the hit rate.
 */
#include "models/nimblenet/core/aging.h"
#include "models/nimblenet/core/policy.h"

/*
 * One use of one byte. Fine enough to tell binaries of gigabytes apart; at a
 * hundred bytes a tasklet it leaves room for a billion evictions.
 */
#define WORTH_OF_A_BYTE (UINT64_C(1) << 36)

/* Rounded before it is multiplied: uses of equal sizes add up exactly, and ties stay ties. */
static void count_use(struct cache *c, struct cache_entry *e)
{
    ASSERT(e->reservations > 0);
    const uint64_t size = e->size_bytes > 0 ? e->size_bytes : 1;
    aging_used(c, e, ++e->uses * (WORTH_OF_A_BYTE / size));
}

const struct cache_policy policy_gdsf = {
    .summary = "fewest uses per byte, with dynamic ageing (Greedy-Dual-Size-Frequency)",
    .memory_bytes = aging_memory_bytes,
    .inserted = aging_inserted,
    .reserved = count_use,
    .evicting = aging_evicting,
    .victim = aging_victim,
};
