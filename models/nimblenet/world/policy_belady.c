/*
 * Belady's MIN (1966): the entry goes whose next use lies furthest ahead. It
 * needs the future, so no real node could run it; it is the bound that the
 * others are measured against.
 *
 * Nothing beats it where all tasklets are of one size, and the uses come as foretold. It
 * looks at no size: with unequal ones the best choice is a knapsack, and a policy that sees
 * sizes may win. In a network, waits shift uses against each other, which
 * the times foretold do not know.
 *
 * How far a tasklet has come in its uses is counted, not read from a clock, so
 * that a late call's uses are still ahead. A use that never comes (of a call that
 * failed) keeps its tasklet looking wanted until the next one.
 */
#include "models/nimblenet/world/policies.h"

/* What the node will use, and how often it has used each tasklet so far. */
struct belady {
    const struct policies_future *future;
    uint32_t used[];
};

static size_t memory_bytes(uint32_t tasklet_count)
{
    return sizeof(struct belady) + tasklet_count * sizeof(uint32_t);
}

static void foresee(struct cache *c, const void *context, uint32_t node)
{
    struct belady *b = c->policy_memory;
    ASSERT(context != NULL);
    b->future = &((const struct policies_future *)context)[node];
}

static void count_use(struct cache *c, struct cache_entry *e)
{
    ASSERT(e->tasklet < c->catalogue->count && e->reservations > 0);
    struct belady *b = c->policy_memory;
    b->used[e->tasklet]++;
}

static sim_time next_use(const struct cache *c, uint32_t tasklet)
{
    const struct belady *b = c->policy_memory;
    const struct policies_future *f = b->future;
    ASSERT(tasklet < c->catalogue->count && f->first[tasklet] <= f->first[tasklet + 1]);
    const uint32_t used = b->used[tasklet];
    const uint32_t uses = f->first[tasklet + 1] - f->first[tasklet];
    return used < uses ? f->at[f->first[tasklet] + used] : SIM_TIME_NEVER;
}

static uint32_t furthest_next_use(const struct cache *c)
{
    uint32_t victim = CACHE_NONE;
    sim_time next = 0;
    uint64_t last_use = UINT64_MAX;
    for (uint32_t i = 0; i < c->count; i++) {
        const struct cache_entry *e = &c->entry[i];
        if (e->reservations > 0) {
            continue;
        }
        const sim_time own = next_use(c, e->tasklet);
        if (victim == CACHE_NONE || own > next || (own == next && e->last_use < last_use)) {
            victim = i;
            next = own;
            last_use = e->last_use;
        }
    }
    return victim;
}

const struct cache_policy policy_belady = {
    .summary = "the bound: the next use furthest ahead goes, by the known call trace",
    .memory_bytes = memory_bytes,
    .init = foresee,
    .reserved = count_use,
    .victim = furthest_next_use,
};
