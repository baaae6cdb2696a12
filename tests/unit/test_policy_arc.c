/*
 * ARC against the algorithm as published, written down here a second time page by page, and what
 * the adaptation to bytes and reservations adds.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "models/nimblenet/core/policy.h"
#include "sim/engine/rng.h"
#include "tests/support/reference_string.h"

/* ---- Megiddo and Modha 2003, figure 4 ---- */

enum { PAGES_MAX = 24, PAGE = 1000 };

/* From the least to the most recently used. */
struct list {
    uint32_t page[2 * PAGES_MAX];
    uint32_t count;
};

struct textbook {
    uint32_t c;
    uint32_t p; /* thousandths of a page */
    struct list t1, t2, b1, b2;
};

static bool take(struct list *l, uint32_t page)
{
    for (uint32_t i = 0; i < l->count; i++) {
        if (l->page[i] == page) {
            memmove(&l->page[i], &l->page[i + 1], (l->count - i - 1) * sizeof l->page[0]);
            l->count--;
            return true;
        }
    }
    return false;
}

static uint32_t take_oldest(struct list *l)
{
    const uint32_t page = l->page[0];
    cr_assert(take(l, page));
    return page;
}

static void put(struct list *l, uint32_t page)
{
    l->page[l->count++] = page;
}

static bool has(const struct list *l, uint32_t page)
{
    struct list copy = *l;
    return take(&copy, page);
}

static uint32_t replace(struct textbook *a, bool was_in_b2)
{
    const uint32_t t1 = a->t1.count * PAGE;
    const bool from_t1 = a->t1.count > 0 && ((was_in_b2 && t1 == a->p) || t1 > a->p);
    const uint32_t page = take_oldest(from_t1 ? &a->t1 : &a->t2);
    put(from_t1 ? &a->b1 : &a->b2, page);
    return page;
}

static uint32_t delta(uint32_t these, uint32_t others)
{
    return these >= others ? PAGE : others * PAGE / these;
}

/* One use: the page that leaves the cache, or CACHE_NONE. */
static uint32_t textbook_use(struct textbook *a, uint32_t x)
{
    const uint32_t b1 = a->b1.count;
    const uint32_t b2 = a->b2.count;
    if (take(&a->t1, x) || take(&a->t2, x)) { /* case I */
        put(&a->t2, x);
        return CACHE_NONE;
    }
    if (has(&a->b1, x)) { /* case II */
        const uint32_t p = a->p + delta(b1, b2);
        a->p = p < a->c * PAGE ? p : a->c * PAGE;
        const uint32_t gone = replace(a, false);
        (void)take(&a->b1, x);
        put(&a->t2, x);
        return gone;
    }
    if (has(&a->b2, x)) { /* case III */
        const uint32_t step = delta(b2, b1);
        a->p = a->p > step ? a->p - step : 0;
        const uint32_t gone = replace(a, true);
        (void)take(&a->b2, x);
        put(&a->t2, x);
        return gone;
    }
    uint32_t gone = CACHE_NONE; /* case IV */
    const uint32_t all = a->t1.count + b1 + a->t2.count + b2;
    if (a->t1.count + b1 == a->c) {
        if (a->t1.count < a->c) {
            (void)take_oldest(&a->b1);
            gone = replace(a, false);
        } else {
            gone = take_oldest(&a->t1);
        }
    } else if (all >= a->c) {
        if (all == 2 * a->c) {
            (void)take_oldest(&a->b2);
        }
        gone = replace(a, false);
    }
    put(&a->t1, x);
    return gone;
}

/* Loops, popular pages and new ones by turns, so that the target has reason to move. */
static void draw_string(struct rng *r, uint32_t *use, uint32_t count, uint32_t pages)
{
    for (uint32_t i = 0; i < count;) {
        const uint32_t style = (uint32_t)rng_below(r, 3);
        const uint32_t span = 1 + (uint32_t)rng_below(r, pages);
        const uint32_t start = (uint32_t)rng_below(r, pages);
        for (uint32_t k = (uint32_t)rng_below(r, 40); k > 0 && i < count; k--, i++) {
            use[i] = style == 0   ? (start + i % span) % pages
                     : style == 1 ? (start + (uint32_t)rng_below(r, span)) % pages
                                  : (uint32_t)rng_below(r, 1 + rng_below(r, pages));
        }
    }
}

Test(policy_arc, equal_sizes_and_no_overlap_are_the_published_algorithm)
{
    enum { STRINGS = 1000, LENGTH = 400 };
    struct tasklet tasklet[PAGES_MAX];
    for (uint32_t i = 0; i < PAGES_MAX; i++) {
        tasklet[i] = (struct tasklet){.size_bytes = PAGE};
    }
    uint64_t ghosts_back = 0;
    for (uint32_t s = 0; s < STRINGS; s++) {
        struct rng r;
        rng_init(&r, 1, s, 0, RNG_TEST);
        const uint32_t pages = 2 + (uint32_t)rng_below(&r, PAGES_MAX - 1);
        struct textbook book = {.c = 1 + (uint32_t)rng_below(&r, pages)};
        const struct catalogue catalogue = {.tasklet = tasklet, .count = pages, .depth = 1};
        uint32_t use[LENGTH];
        draw_string(&r, use, LENGTH, pages);
        struct reference ours;
        reference_init(&ours, &catalogue, &policy_arc, (uint64_t)book.c * PAGE, use, LENGTH);
        for (uint32_t i = 0; i < LENGTH; i++) {
            ghosts_back += has(&book.b1, use[i]) || has(&book.b2, use[i]);
            uint32_t gone[PAGES_MAX] = {CACHE_NONE};
            (void)reference_step(&ours, gone);
            cr_assert_eq(gone[0], textbook_use(&book, use[i]), "string %u, use %u", s, i);
        }
        reference_deinit(&ours);
    }
    cr_assert_gt(ghosts_back, STRINGS, "strings that never meet a ghost show nothing");
}

/* ---- bytes and reservations ---- */

enum { A, B, C, D, BIG, TASKLETS };
static const struct tasklet sized[TASKLETS] = {
    [A] = {.size_bytes = 10}, [B] = {.size_bytes = 10},   [C] = {.size_bytes = 10},
    [D] = {.size_bytes = 10}, [BIG] = {.size_bytes = 25},
};
static const struct catalogue catalogue = {.tasklet = sized, .count = TASKLETS, .depth = 1};

static struct cache cache;
static void *memory;

static void start(void)
{
    memory = calloc(1, cache_memory_bytes(&catalogue, &policy_arc));
    cr_assert_not_null(memory);
    cache_init(&cache, &catalogue, &policy_arc, 30, memory);
}

static void stop(void)
{
    free(memory);
}

TestSuite(policy_arc_bytes, .init = start, .fini = stop);

static uint32_t next_for(uint32_t tasklet)
{
    cache_expect(&cache, tasklet);
    return cache_evict_for(&cache, sized[tasklet].size_bytes);
}

/* T1 is A B C and should give A, but A and B are in use. */
Test(policy_arc_bytes, a_reserved_entry_is_passed_over_and_keeps_its_place)
{
    cache_insert_reserved(&cache, A);
    cache_insert_reserved(&cache, B);
    cache_insert_reserved(&cache, C);
    cr_assert_eq(next_for(D), CACHE_NONE, "all are in use");
    cache_release(&cache, C);
    cr_assert_eq(next_for(D), C);
    cache_insert_reserved(&cache, D);
    cache_release(&cache, D);
    cache_release(&cache, B);
    cache_release(&cache, A);
    cr_assert_eq(next_for(BIG), A, "still the oldest");
    cr_assert_eq(next_for(BIG), B);
    cr_assert_eq(next_for(BIG), D);
    cr_assert_eq(next_for(BIG), CACHE_NONE);
}

/* T1 is B, in use; T2 is A. T1 should give, as p is 0. */
Test(policy_arc_bytes, the_other_list_gives_where_one_is_in_use)
{
    cache_insert_reserved(&cache, A);
    cr_assert(cache_reserve(&cache, A));
    cache_release(&cache, A);
    cache_release(&cache, A);
    cache_insert_reserved(&cache, B);
    cr_assert_eq(next_for(BIG), A);
}

/*
 * B's ghost is in B1 when room for it is made, but the fetch is lost and tried again.
 *
 *      use A B A C     T1 B C   T2 A                p 0
 *      use D           T1 C D   T2 A     B1 B       p 0     B goes
 *      expect B        as often as one likes:       p 10
 *      use B           T1 D     T2 A B   B1 C       p 10    C goes
 */
Test(policy_arc_bytes, a_miss_moves_the_target_once_however_often_it_is_tried)
{
    const uint32_t uses[] = {A, B, A, C};
    for (uint32_t i = 0; i < 4; i++) {
        if (!cache_reserve(&cache, uses[i])) {
            cache_insert_reserved(&cache, uses[i]);
        }
        cache_release(&cache, uses[i]);
    }
    cr_assert_eq(next_for(D), B);
    cache_insert_reserved(&cache, D);
    cache_release(&cache, D);

    cache_expect(&cache, B);
    cache_expect(&cache, B);
    cr_assert_eq(next_for(B), C, "T1 is 20 B; were p 20 B, A would go");
    cache_insert_reserved(&cache, B);
    cache_release(&cache, B);
    cr_assert_eq(next_for(BIG), A, "T1 is 10 B and p is 10 B: T2 gives, the oldest first");
    cr_assert_eq(next_for(BIG), B);
    cr_assert_eq(next_for(BIG), D, "T2 is empty");
    cr_assert_eq(cache.count, 0);
}
