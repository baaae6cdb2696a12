/*
 * Least frequently used with a memory: a tasklet that comes back takes up its
 * old count. The other reading of "simple LFU caches" (paper, section 4.3).
 */
#include "models/nimblenet/core/policy.h"

static size_t memory_bytes(uint32_t tasklet_count)
{
    return tasklet_count * sizeof(uint32_t);
}

static void recall_count(struct cache *c, struct cache_entry *e)
{
    ASSERT(e->tasklet < c->catalogue->count && e->uses == 0);
    const uint32_t *history = c->policy_memory;
    e->uses = history[e->tasklet];
}

static void count_use(struct cache *c, struct cache_entry *e)
{
    ASSERT(e->tasklet < c->catalogue->count && e->reservations > 0);
    uint32_t *history = c->policy_memory;
    e->uses = ++history[e->tasklet];
}

const struct cache_policy policy_lfu_history = {
    .summary = "least frequently used, counts outliving evictions",
    .memory_bytes = memory_bytes,
    .inserted = recall_count,
    .reserved = count_use,
    .victim = policy_fewest_uses,
};
