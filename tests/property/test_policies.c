/*
 * Every eviction policy on random reference strings and random operations. PROPERTY_SEED=n
 * PROPERTY_COUNT=m chooses which and how many; a failure prints the seed.
 */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "models/nimblenet/world/policies.h"
#include "sim/engine/rng.h"
#include "tests/support/reference_string.h"

#define COUNT 1500
enum { TASKLETS_MAX = 20, LENGTH = 300, OPERATIONS = 400 };

static uint64_t from_environment(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text != NULL ? strtoull(text, NULL, 10) : otherwise;
}

static uint32_t below(struct rng *r, uint32_t n)
{
    return (uint32_t)rng_below(r, n);
}

/* ---- the bound ---- */

/* Loops, popular tasklets and wide ones by turns. */
static void draw_string(struct rng *r, uint32_t *use, uint32_t tasklets)
{
    for (uint32_t i = 0; i < LENGTH;) {
        const uint32_t style = below(r, 3);
        const uint32_t span = 1 + below(r, tasklets);
        const uint32_t start = below(r, tasklets);
        for (uint32_t k = below(r, 60); k > 0 && i < LENGTH; k--, i++) {
            use[i] = style == 0   ? (start + i % span) % tasklets
                     : style == 1 ? (start + below(r, span)) % tasklets
                                  : below(r, 1 + below(r, tasklets));
        }
    }
}

static void check_bound(uint64_t seed, uint64_t *better)
{
    static struct tasklet tasklet[TASKLETS_MAX];
    struct rng r;
    rng_init(&r, seed, 0, 0, RNG_TEST);
    const uint32_t tasklets = 2 + below(&r, TASKLETS_MAX - 1);
    const uint32_t size = 1 + below(&r, 1000);
    for (uint32_t i = 0; i < tasklets; i++) {
        tasklet[i] = (struct tasklet){.size_bytes = size};
    }
    const struct catalogue catalogue = {.tasklet = tasklet, .count = tasklets, .depth = 1};
    const uint64_t capacity = (uint64_t)(1 + below(&r, tasklets)) * size + below(&r, size);
    uint32_t use[LENGTH];
    draw_string(&r, use, tasklets);
    const uint32_t most = reference_hits(&catalogue, &policy_belady, capacity, use, LENGTH);
    for (size_t i = 0; policies_at(i) != NULL; i++) {
        const struct cache_policy *policy = policies_at(i);
        const uint32_t hits = reference_hits(&catalogue, policy, capacity, use, LENGTH);
        cr_assert_leq(hits, most, "PROPERTY_SEED=%" PRIu64 ": %s beats belady", seed,
                      policies_name(policy));
        *better += hits < most;
    }
    cr_assert_eq(reference_hits(&catalogue, &policy_gdsf, capacity, use, LENGTH),
                 reference_hits(&catalogue, &policy_lfu_aging, capacity, use, LENGTH),
                 "PROPERTY_SEED=%" PRIu64 ": gdsf with one size is not lfu-aging", seed);
}

Test(policies, none_has_more_hits_than_belady_where_sizes_are_equal)
{
    const uint64_t first = from_environment("PROPERTY_SEED", 1);
    const uint64_t count = from_environment("PROPERTY_COUNT", COUNT);
    uint64_t better = 0;
    for (uint64_t seed = first; seed < first + count; seed++) {
        check_bound(seed, &better);
    }
    cr_assert(count < COUNT || better > count, "strings that all serve alike show nothing");
}

/* ---- reservations and books ---- */

/* A cache, and beside it what the test knows to be reserved and claimed. */
struct shadow {
    struct cache cache;
    const struct catalogue *catalogue;
    uint64_t seed;
    uint32_t reserved[TASKLETS_MAX];
    uint32_t claimed[TASKLETS_MAX]; /* fetches that have room for it */
    uint64_t claimed_bytes;
};

#define HOLDS(s, expression)                                                                       \
    cr_assert(expression, "PROPERTY_SEED=%" PRIu64 ", %s: %s", (s)->seed,                          \
              policies_name((s)->cache.policy), #expression)

static void check_books(const struct shadow *s)
{
    const struct cache *c = &s->cache;
    uint64_t used = 0;
    HOLDS(s, cache_is_consistent(c));
    HOLDS(s, c->claimed_bytes == s->claimed_bytes);
    for (uint32_t t = 0; t < s->catalogue->count; t++) {
        const bool held = cache_holds(c, t);
        used += held ? s->catalogue->tasklet[t].size_bytes : 0;
        HOLDS(s, held || s->reserved[t] == 0);
        HOLDS(s, !held || c->entry[c->place[t] - 1].reservations == s->reserved[t]);
    }
    HOLDS(s, used == c->used_bytes);
    HOLDS(s, used + s->claimed_bytes <= c->capacity_bytes);
}

/* As the node makes it: all or nothing, and what goes is nobody's. */
static bool make_room(struct shadow *s, uint32_t tasklet)
{
    struct cache *c = &s->cache;
    const uint64_t size = s->catalogue->tasklet[tasklet].size_bytes;
    if (!cache_can_fit(c, size)) {
        return false;
    }
    cache_expect(c, tasklet);
    for (uint32_t gone; (gone = cache_evict_for(c, size)) != CACHE_NONE;) {
        HOLDS(s, s->reserved[gone] == 0);
        HOLDS(s, !cache_holds(c, gone));
        check_books(s);
    }
    HOLDS(s, c->used_bytes + c->claimed_bytes + size <= c->capacity_bytes);
    return true;
}

static void drop_claim(struct shadow *s, uint32_t tasklet)
{
    const uint64_t size = s->catalogue->tasklet[tasklet].size_bytes;
    cache_unclaim(&s->cache, size);
    s->claimed_bytes -= size;
    s->claimed[tasklet]--;
}

/* A binary arrives for which room was kept; another fetch may have been faster. */
static void arrive(struct shadow *s, uint32_t tasklet)
{
    drop_claim(s, tasklet);
    if (!cache_reserve(&s->cache, tasklet)) {
        cache_insert_reserved(&s->cache, tasklet);
    }
    s->reserved[tasklet]++;
}

static void ask(struct shadow *s, uint32_t tasklet)
{
    if (cache_reserve(&s->cache, tasklet)) {
        s->reserved[tasklet]++;
    } else if (make_room(s, tasklet)) {
        const uint64_t size = s->catalogue->tasklet[tasklet].size_bytes;
        cache_claim(&s->cache, size);
        s->claimed_bytes += size;
        s->claimed[tasklet]++;
    }
}

static void operate(struct shadow *s, struct rng *r)
{
    const uint32_t t = below(r, 1 + below(r, s->catalogue->count));
    switch (below(r, 8)) {
    case 0:
    case 1:
    case 2:
        ask(s, t);
        break;
    case 3:
    case 4:
        if (s->claimed[t] > 0) {
            arrive(s, t);
        }
        break;
    case 5:
    case 6:
        if (s->reserved[t] > 0) {
            cache_release(&s->cache, t);
            s->reserved[t]--;
        } else if (s->claimed[t] > 0) {
            drop_claim(s, t); /* the fetch was lost */
        }
        break;
    default:
        if (s->cache.policy->heard != NULL) {
            s->cache.policy->heard(&s->cache, t, below(r, 80), (enum cache_word)below(r, 3));
        }
    }
}

static void check_operations(uint64_t seed, const struct cache_policy *policy)
{
    struct tasklet tasklet[TASKLETS_MAX];
    sim_time at[4 * TASKLETS_MAX];
    uint32_t first[TASKLETS_MAX + 1] = {0};
    struct rng r;
    rng_init(&r, seed, 1, 0, RNG_TEST);
    const struct catalogue catalogue = {
        .tasklet = tasklet, .count = 1 + below(&r, TASKLETS_MAX), .depth = 1};
    for (uint32_t t = 0; t < catalogue.count; t++) {
        tasklet[t] = (struct tasklet){.size_bytes = below(&r, 100)}; /* empty ones as well */
        const uint32_t uses = below(&r, 5);
        for (uint32_t i = 0; i < uses; i++) {
            at[first[t] + i] = (sim_time)(100 * i + below(&r, 100));
        }
        first[t + 1] = first[t] + uses;
    }
    const struct policies_future future = {at, first};
    struct shadow s = {.catalogue = &catalogue, .seed = seed};
    void *memory = calloc(1, cache_memory_bytes(&catalogue, policy) + 16);
    cr_assert_not_null(memory);
    cache_init(&s.cache, &catalogue, policy, below(&r, 100 * catalogue.count), memory);
    if (policy->init != NULL) {
        policy->init(&s.cache, &future, 0);
    }
    for (uint32_t i = 0; i < OPERATIONS; i++) {
        operate(&s, &r);
        check_books(&s);
    }
    free(memory);
}

Test(policies, none_lets_go_what_is_reserved_or_more_in_than_there_is_room)
{
    const uint64_t first = from_environment("PROPERTY_SEED", 1);
    const uint64_t count = from_environment("PROPERTY_COUNT", COUNT / 5);
    for (uint64_t seed = first; seed < first + count; seed++) {
        for (size_t i = 0; policies_at(i) != NULL; i++) {
            check_operations(seed, policies_at(i));
        }
    }
}
