/*
 * Policies against models of them that are written as the papers' words go: lists that are moved by
 * hand, every choice by looking at everything. Random uses of random sizes; PROPERTY_SEED=n
 * PROPERTY_COUNT=m choose which and how many.
 */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "models/nimblenet/core/policy.h"
#include "models/nimblenet/world/policies.h"
#include "sim/engine/rng.h"
#include "tests/support/reference_string.h"

enum { TASKLETS_MAX = 12, USES = 250, NEIGHBOURS = 3, NOBODY = UINT32_MAX };

/* One run of a policy, and what a model may know of it. */
struct trial {
    uint64_t seed, capacity;
    uint32_t tasklets, use[USES];
    struct tasklet tasklet[TASKLETS_MAX];
    bool held[TASKLETS_MAX];
    uint32_t uses[TASKLETS_MAX];     /* since it came in */
    uint32_t last_use[TASKLETS_MAX]; /* which use that was */
    uint32_t at;
};

static uint64_t size_of(const struct trial *t, uint32_t tasklet)
{
    return t->tasklet[tasklet].size_bytes;
}

/* Of all that are held the one that less() puts first; among equals the oldest use. */
typedef int compare_fn(const struct trial *t, const void *model, uint32_t a, uint32_t b);
static uint32_t first_of(const struct trial *t, const void *model, compare_fn *compare)
{
    uint32_t first = NOBODY;
    for (uint32_t i = 0; i < t->tasklets; i++) {
        if (!t->held[i]) {
            continue;
        }
        const int order = first == NOBODY ? -1 : compare(t, model, i, first);
        if (order < 0 || (order == 0 && t->last_use[i] < t->last_use[first])) {
            first = i;
        }
    }
    return first;
}

/* ---- Belady ---- */

static uint32_t next_use(const struct trial *t, uint32_t tasklet)
{
    for (uint32_t i = t->at; i < USES; i++) {
        if (t->use[i] == tasklet) {
            return i;
        }
    }
    return USES;
}

static int used_later(const struct trial *t, const void *model, uint32_t a, uint32_t b)
{
    (void)model;
    const uint32_t x = next_use(t, a);
    const uint32_t y = next_use(t, b);
    return x > y ? -1 : x < y;
}

static int all_alike(const struct trial *t, const void *model, uint32_t a, uint32_t b)
{
    (void)t, (void)model, (void)a, (void)b;
    return 0; /* the oldest use decides */
}

/* ---- with an age ---- */

struct aged {
    uint64_t age, key[TASKLETS_MAX];
};

static int worth_less(const struct trial *t, const void *model, uint32_t a, uint32_t b)
{
    (void)t;
    const struct aged *m = model;
    return m->key[a] < m->key[b] ? -1 : m->key[a] > m->key[b];
}

/* ---- neighbours ---- */

struct nearby {
    bool is_known[NEIGHBOURS], holds[NEIGHBOURS][TASKLETS_MAX];
};

static bool somebody_holds(const struct nearby *m, uint32_t tasklet)
{
    bool holds = false;
    for (uint32_t n = 0; n < NEIGHBOURS; n++) {
        holds = holds || m->holds[n][tasklet];
    }
    return holds;
}

static int spared_more(const struct trial *t, const void *model, uint32_t a, uint32_t b)
{
    const bool x = somebody_holds(model, a);
    const bool y = somebody_holds(model, b);
    if (x != y) {
        return x ? -1 : 1;
    }
    return t->uses[a] < t->uses[b] ? -1 : t->uses[a] > t->uses[b];
}

static void hear(struct nearby *m, struct rng *r, struct cache *c, uint32_t tasklets)
{
    static const enum cache_word words[] = {CACHE_HOLDS, CACHE_LACKS_NEARBY, CACHE_LACKS};
    const uint32_t node = (uint32_t)rng_below(r, NEIGHBOURS);
    const uint32_t tasklet = (uint32_t)rng_below(r, tasklets);
    const enum cache_word word = words[rng_below(r, 3)];
    c->policy->heard(c, tasklet, 50 + node, word);
    if (m->is_known[node]) {
        m->holds[node][tasklet] = word == CACHE_HOLDS;
    }
    m->is_known[node] = m->is_known[node] || word == CACHE_LACKS_NEARBY;
}

/* ---- ARC ---- */

struct list {
    uint32_t item[TASKLETS_MAX], count; /* oldest first */
};

struct arc_model {
    struct list t1, t2, b1, b2;
    uint64_t target;
    enum { FROM_NOWHERE, FROM_B1, FROM_B2 } comes; /* what the missed tasklet was */
};

static bool take_out(struct list *l, uint32_t tasklet)
{
    for (uint32_t i = 0; i < l->count; i++) {
        if (l->item[i] == tasklet) {
            memmove(&l->item[i], &l->item[i + 1], (--l->count - i) * sizeof l->item[0]);
            return true;
        }
    }
    return false;
}

static void append(struct list *l, uint32_t tasklet)
{
    l->item[l->count++] = tasklet;
}

static uint64_t bytes_of(const struct trial *t, const struct list *l)
{
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < l->count; i++) {
        bytes += size_of(t, l->item[i]);
    }
    return bytes;
}

static uint64_t step_of(uint64_t size, uint64_t these, uint64_t others)
{
    return others > these ? size * others / these : size;
}

static void arc_miss(struct arc_model *m, const struct trial *t, uint32_t tasklet)
{
    const uint64_t b1 = bytes_of(t, &m->b1);
    const uint64_t b2 = bytes_of(t, &m->b2);
    const uint64_t size = size_of(t, tasklet);
    m->comes = FROM_NOWHERE;
    if (take_out(&m->b1, tasklet)) {
        m->comes = FROM_B1;
        m->target += step_of(size, b1, b2);
        m->target = m->target > t->capacity ? t->capacity : m->target;
    } else if (take_out(&m->b2, tasklet)) {
        const uint64_t step = step_of(size, b2, b1);
        m->comes = FROM_B2;
        m->target = step > m->target ? 0 : m->target - step;
    }
}

static uint32_t arc_victim(struct arc_model *m, const struct trial *t)
{
    const uint64_t t1 = bytes_of(t, &m->t1);
    const bool wants_t1 = t1 > m->target || (m->comes == FROM_B2 && t1 == m->target);
    const bool from_t1 = m->t1.count > 0 && (wants_t1 || m->t2.count == 0);
    struct list *from = from_t1 ? &m->t1 : &m->t2;
    const uint32_t victim = from->item[0];
    (void)take_out(from, victim);
    append(from_t1 ? &m->b1 : &m->b2, victim);
    return victim;
}

static void arc_enter(struct arc_model *m, const struct trial *t, uint32_t tasklet)
{
    append(m->comes == FROM_NOWHERE ? &m->t1 : &m->t2, tasklet);
    while (m->b1.count > 0 && bytes_of(t, &m->t1) + bytes_of(t, &m->b1) > t->capacity) {
        (void)take_out(&m->b1, m->b1.item[0]);
    }
    while (m->b2.count > 0 &&
           bytes_of(t, &m->t1) + bytes_of(t, &m->t2) + bytes_of(t, &m->b1) + bytes_of(t, &m->b2) >
               2 * t->capacity) {
        (void)take_out(&m->b2, m->b2.item[0]);
    }
}

static void arc_hit(struct arc_model *m, uint32_t tasklet)
{
    (void)(take_out(&m->t1, tasklet) || take_out(&m->t2, tasklet));
    append(&m->t2, tasklet);
}

/* ---- all of them ---- */

struct models {
    const struct cache_policy *policy;
    struct aged aged;
    struct nearby nearby;
    struct arc_model arc;
};

static uint32_t victim_of(struct models *m, const struct trial *t)
{
    if (m->policy == &policy_arc) {
        return arc_victim(&m->arc, t);
    }
    if (m->policy == &policy_belady) {
        return first_of(t, NULL, used_later);
    }
    if (m->policy == &policy_neighbour || m->policy == &policy_lfu) {
        return first_of(t, &m->nearby, spared_more); /* LFU has no neighbours */
    }
    if (m->policy == &policy_lru) {
        return first_of(t, NULL, all_alike);
    }
    const uint32_t victim = first_of(t, &m->aged, worth_less);
    m->aged.age = m->aged.key[victim] > m->aged.age ? m->aged.key[victim] : m->aged.age;
    return victim;
}

static void note_use(struct models *m, struct trial *t, uint32_t tasklet)
{
    const uint64_t uses = ++t->uses[tasklet];
    const uint64_t worth =
        m->policy == &policy_gdsf ? uses * ((UINT64_C(1) << 36) / size_of(t, tasklet)) : uses;
    m->aged.key[tasklet] = m->aged.age + worth;
    t->last_use[tasklet] = t->at;
}

/* What goes for the next use, in order. */
static uint32_t step(struct models *m, struct trial *t, uint32_t *gone)
{
    const bool is_arc = m->policy == &policy_arc;
    const uint32_t tasklet = t->use[t->at++];
    uint32_t count = 0;
    uint64_t used = 0;
    if (t->held[tasklet]) {
        if (is_arc) {
            arc_hit(&m->arc, tasklet);
        }
        note_use(m, t, tasklet);
        return 0;
    }
    for (uint32_t i = 0; i < t->tasklets; i++) {
        used += t->held[i] ? size_of(t, i) : 0;
    }
    if (is_arc) {
        arc_miss(&m->arc, t, tasklet);
    }
    while (used + size_of(t, tasklet) > t->capacity) {
        const uint32_t victim = victim_of(m, t);
        cr_assert_neq(victim, NOBODY);
        t->held[victim] = false;
        used -= size_of(t, victim);
        gone[count++] = victim;
    }
    if (is_arc) {
        arc_enter(&m->arc, t, tasklet);
    }
    t->held[tasklet] = true;
    t->uses[tasklet] = 0;
    note_use(m, t, tasklet);
    return count;
}

static void draw(struct trial *t, struct rng *r, uint64_t seed)
{
    *t = (struct trial){.seed = seed};
    rng_init(r, seed, 0, 0, RNG_TEST);
    t->tasklets = 3 + (uint32_t)rng_below(r, TASKLETS_MAX - 2);
    const bool alike = rng_below(r, 3) == 0;
    uint64_t largest = 0;
    for (uint32_t i = 0; i < t->tasklets; i++) {
        const uint32_t size = alike ? 10 : 1 + (uint32_t)rng_below(r, 40);
        t->tasklet[i] = (struct tasklet){.size_bytes = size};
        largest = size > largest ? size : largest;
    }
    t->capacity = largest + rng_below(r, largest * t->tasklets / 2);
    uint32_t span = t->tasklets;
    uint32_t first = 0;
    for (uint32_t i = 0; i < USES; i++) {
        if (rng_below(r, 20) == 0) { /* what is popular changes */
            span = 1 + (uint32_t)rng_below(r, t->tasklets);
            first = (uint32_t)rng_below(r, t->tasklets);
        }
        t->use[i] = (first + (uint32_t)rng_below(r, span)) % t->tasklets;
    }
}

static void check(const struct cache_policy *policy, uint64_t seed, uint64_t *evictions)
{
    struct trial t;
    struct rng r;
    struct reference real;
    struct models m = {.policy = policy};
    draw(&t, &r, seed);
    const struct catalogue catalogue = {.tasklet = t.tasklet, .count = t.tasklets, .depth = 1};
    reference_init(&real, &catalogue, policy, t.capacity, t.use, USES);
    for (uint32_t i = 0; i < USES; i++) {
        uint32_t gone[TASKLETS_MAX];
        uint32_t expected[TASKLETS_MAX];
        if (policy == &policy_neighbour && rng_below(&r, 2) == 0) {
            hear(&m.nearby, &r, &real.cache, t.tasklets);
        }
        const uint32_t count = reference_step(&real, gone);
        cr_assert_eq(step(&m, &t, expected), count, "PROPERTY_SEED=%" PRIu64 ": %s, use %u", seed,
                     policies_name(policy), i);
        for (uint32_t k = 0; k < count; k++) {
            cr_assert_eq(gone[k], expected[k],
                         "PROPERTY_SEED=%" PRIu64 ": %s lets %u go at use %u, not %u", seed,
                         policies_name(policy), gone[k], i, expected[k]);
        }
        *evictions += count;
    }
    reference_deinit(&real);
}

static void check_all(const struct cache_policy *policy)
{
    const char *first = getenv("PROPERTY_SEED");
    const char *count = getenv("PROPERTY_COUNT");
    const uint64_t from = first != NULL ? strtoull(first, NULL, 10) : 1;
    const uint64_t most = count != NULL ? strtoull(count, NULL, 10) : 1000;
    uint64_t evictions = 0;
    for (uint64_t seed = from; seed < from + most; seed++) {
        check(policy, seed, &evictions);
    }
    cr_assert_gt(evictions, 10 * most);
}

Test(policy_models, lru)
{
    check_all(&policy_lru);
}

Test(policy_models, lfu)
{
    check_all(&policy_lfu);
}

Test(policy_models, belady)
{
    check_all(&policy_belady);
}

Test(policy_models, lfu_with_ageing)
{
    check_all(&policy_lfu_aging);
}

Test(policy_models, gdsf)
{
    check_all(&policy_gdsf);
}

Test(policy_models, neighbour)
{
    check_all(&policy_neighbour);
}

Test(policy_models, arc)
{
    check_all(&policy_arc);
}
