#include "tests/support/reference_string.h"

#include <criterion/criterion.h>
#include <stdlib.h>

/* Times are places in the string. */
static void foresee(struct reference *r)
{
    const uint32_t tasklets = r->catalogue->count;
    r->times = calloc(r->count + 1, sizeof *r->times);
    r->first = calloc(tasklets + 1, sizeof *r->first);
    cr_assert(r->times != NULL && r->first != NULL);
    uint32_t filled = 0;
    for (uint32_t t = 0; t < tasklets; t++) {
        r->first[t] = filled;
        for (uint32_t i = 0; i < r->count; i++) {
            if (r->use[i] == t) {
                r->times[filled++] = i;
            }
        }
    }
    r->first[tasklets] = filled;
    r->future = (struct policies_future){r->times, r->first};
}

void reference_init(struct reference *r, const struct catalogue *catalogue,
                    const struct cache_policy *policy, uint64_t capacity_bytes, const uint32_t *use,
                    uint32_t count)
{
    *r = (struct reference){.catalogue = catalogue, .use = use, .count = count};
    foresee(r);
    r->memory = calloc(1, cache_memory_bytes(catalogue, policy));
    cr_assert_not_null(r->memory);
    cache_init(&r->cache, catalogue, policy, capacity_bytes, r->memory);
    if (policy->init != NULL) {
        policy->init(&r->cache, &r->future, 0);
    }
}

void reference_deinit(struct reference *r)
{
    free(r->memory);
    free(r->times);
    free(r->first);
    *r = (struct reference){0};
}

uint32_t reference_step(struct reference *r, uint32_t *gone)
{
    struct cache *c = &r->cache;
    const uint32_t t = r->use[r->at++];
    uint32_t count = 0;
    if (cache_reserve(c, t)) {
        r->hits++;
    } else {
        const uint32_t size = r->catalogue->tasklet[t].size_bytes;
        cache_expect(c, t);
        for (uint32_t victim; (victim = cache_evict_for(c, size)) != CACHE_NONE; count++) {
            if (gone != NULL) {
                gone[count] = victim;
            }
        }
        cache_insert_reserved(c, t);
    }
    cache_release(c, t);
    cr_assert(cache_is_consistent(c), "%s, use %u", policies_name(c->policy), r->at - 1);
    return count;
}

uint32_t reference_hits(const struct catalogue *catalogue, const struct cache_policy *policy,
                        uint64_t capacity_bytes, const uint32_t *use, uint32_t count)
{
    struct reference r;
    reference_init(&r, catalogue, policy, capacity_bytes, use, count);
    while (r.at < count) {
        (void)reference_step(&r, NULL);
    }
    const uint32_t hits = r.hits;
    reference_deinit(&r);
    return hits;
}
