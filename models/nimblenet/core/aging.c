#include "models/nimblenet/core/aging.h"

struct aging {
    uint64_t age;
    uint64_t key[]; /* of a tasklet that is held */
};

size_t aging_memory_bytes(uint32_t tasklet_count)
{
    return sizeof(struct aging) + tasklet_count * sizeof(uint64_t);
}

void aging_inserted(struct cache *c, struct cache_entry *e)
{
    aging_used(c, e, 0);
}

void aging_used(struct cache *c, const struct cache_entry *e, uint64_t worth)
{
    struct aging *a = c->policy_memory;
    ASSERT(e->tasklet < c->catalogue->count);
    a->key[e->tasklet] = a->age + worth;
}

void aging_evicting(struct cache *c, const struct cache_entry *e)
{
    struct aging *a = c->policy_memory;
    ASSERT(e->tasklet < c->catalogue->count && e->reservations == 0);
    if (a->key[e->tasklet] > a->age) {
        a->age = a->key[e->tasklet];
    }
}

uint32_t aging_victim(const struct cache *c)
{
    const struct aging *a = c->policy_memory;
    uint32_t victim = CACHE_NONE;
    uint64_t key = UINT64_MAX;
    uint64_t last_use = UINT64_MAX;
    for (uint32_t i = 0; i < c->count; i++) {
        const struct cache_entry *e = &c->entry[i];
        const uint64_t own = a->key[e->tasklet];
        if (e->reservations == 0 && (own < key || (own == key && e->last_use < last_use))) {
            victim = i;
            key = own;
            last_use = e->last_use;
        }
    }
    return victim;
}
