/* The cache and its policies, against traces worked out by hand. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "models/nimblenet/core/cache.h"
#include "models/nimblenet/world/policies.h"

/* Six tasklets of 10 B each, and one of 25 B. */
enum { A, B, C, D, E, F, BIG, TASKLETS };

static const struct tasklet tasklet[TASKLETS] = {
    [A] = {.size_bytes = 10},   [B] = {.size_bytes = 10}, [C] = {.size_bytes = 10},
    [D] = {.size_bytes = 10},   [E] = {.size_bytes = 10}, [F] = {.size_bytes = 10},
    [BIG] = {.size_bytes = 25},
};
static const struct catalogue catalogue = {.tasklet = tasklet, .count = TASKLETS, .depth = 1};

static struct cache cache;
static void *memory;

static void setup(const struct cache_policy *policy, uint64_t capacity)
{
    memory = calloc(1, cache_memory_bytes(&catalogue, policy));
    cr_assert_not_null(memory);
    cache_init(&cache, &catalogue, policy, capacity, memory);
}

static void teardown(void)
{
    free(memory);
    memory = NULL;
}

/*
 * One use of a tasklet as the node makes it: reserve, or evict and insert; then release. Returns
 * the tasklet that went, or CACHE_NONE.
 */
static uint32_t use(uint32_t t)
{
    uint32_t evicted = CACHE_NONE;
    if (!cache_reserve(&cache, t)) {
        evicted = cache_evict_for(&cache, tasklet[t].size_bytes);
        cr_assert_eq(cache_evict_for(&cache, tasklet[t].size_bytes), CACHE_NONE);
        cache_insert_reserved(&cache, t);
    }
    cache_release(&cache, t);
    cr_assert(cache_is_consistent(&cache));
    return evicted;
}

TestSuite(cache, .fini = teardown);

/*
 * LFU, room for three. Uses while cached, last use in brackets:
 *
 *      use A A B C     A 2 (2)   B 1 (3)   C 1 (4)
 *      use D           B goes: B and C have one use each, B's lies further back
 *                      A 2 (2)   C 1 (4)   D 1 (5)
 *      use D D         A 2 (2)   C 1 (4)   D 3 (7)
 *      use B           C goes; B comes back and starts anew with one use
 *                      A 2 (2)   B 1 (8)   D 3 (7)
 *      use C           B goes, though it was used last: it has one use, A two
 */
Test(cache, lfu_follows_the_trace_worked_by_hand)
{
    setup(&policy_lfu, 30);
    cr_assert_eq(use(A), CACHE_NONE);
    cr_assert_eq(use(A), CACHE_NONE);
    cr_assert_eq(use(B), CACHE_NONE);
    cr_assert_eq(use(C), CACHE_NONE);
    cr_assert_eq(use(D), B);
    cr_assert_eq(use(D), CACHE_NONE);
    cr_assert_eq(use(D), CACHE_NONE);
    cr_assert_eq(use(B), C);
    cr_assert_eq(use(C), B);
}

/*
 * LRU, room for three, the same uses; the last use in brackets:
 *
 *      use A A B C     A (2)   B (3)   C (4)
 *      use D           A goes          B (3)   C (4)   D (5)
 *      use D D                         B (3)   C (4)   D (7)
 *      use B           is there        B (8)   C (4)   D (7)
 *      use A           C goes          A (9)   B (8)   D (7)
 *      use C           D goes
 */
Test(cache, lru_follows_the_trace_worked_by_hand)
{
    setup(&policy_lru, 30);
    cr_assert_eq(use(A), CACHE_NONE);
    cr_assert_eq(use(A), CACHE_NONE);
    cr_assert_eq(use(B), CACHE_NONE);
    cr_assert_eq(use(C), CACHE_NONE);
    cr_assert_eq(use(D), A);
    cr_assert_eq(use(D), CACHE_NONE);
    cr_assert_eq(use(D), CACHE_NONE);
    cr_assert_eq(use(B), CACHE_NONE);
    cr_assert_eq(use(A), C);
    cr_assert_eq(use(C), D);
}

/*
 * LFU that remembers, room for two. Uses ever, those of absent ones in brackets:
 *
 *      use A A A B B   A 3   B 2
 *      use C           B goes   A 3  (B 2)  C 1
 *      use B           C goes   A 3   B 3  (C 1): B takes up its old count, and is used once more
 *      use C           A goes   A's and B's counts are equal, A's last use lies further back;
 *                               without a memory B (1 use) would have gone
 */
Test(cache, lfu_history_takes_up_the_old_count_of_a_tasklet_that_comes_back)
{
    setup(&policy_lfu_history, 20);
    use(A);
    use(A);
    use(A);
    use(B);
    use(B);
    cr_assert_eq(use(C), B);
    cr_assert_eq(use(B), C);
    cr_assert_eq(use(C), A);
}

Test(cache, several_small_ones_go_for_a_large_one)
{
    setup(&policy_lru, 30);
    use(A);
    use(B);
    use(C);
    cr_assert_eq(cache_evict_for(&cache, 25), A);
    cr_assert_eq(cache_evict_for(&cache, 25), B);
    cr_assert_eq(cache_evict_for(&cache, 25), C);
    cr_assert_eq(cache_evict_for(&cache, 25), CACHE_NONE);
    cr_assert_eq(cache.used_bytes, 0);
}

Test(cache, what_fits_evicts_nothing)
{
    setup(&policy_lfu, 30);
    use(A);
    use(B);
    cr_assert_eq(cache_evict_for(&cache, 10), CACHE_NONE);
    cr_assert(cache_holds(&cache, A) && cache_holds(&cache, B));
}

static void reserved_ones_stay(const struct cache_policy *policy)
{
    setup(policy, 30);
    cache_insert_reserved(&cache, A);
    use(B);
    use(B);
    cache_insert_reserved(&cache, C);
    cr_assert(cache_can_fit(&cache, 10));
    cr_assert_not(cache_can_fit(&cache, 11));
    cr_assert_eq(cache_evict_for(&cache, 10), B, "%s: the only one that nobody has",
                 policies_name(policy));
    cr_assert_eq(cache_evict_for(&cache, 20), CACHE_NONE, "%s", policies_name(policy));
    cr_assert(cache_holds(&cache, A) && cache_holds(&cache, C));

    cr_assert(cache_reserve(&cache, A));
    cache_release(&cache, A);
    cr_assert_eq(cache_evict_for(&cache, 20), CACHE_NONE, "A was reserved twice");
    cache_release(&cache, A);
    cr_assert_eq(cache_evict_for(&cache, 20), A);
    cr_assert(cache_is_consistent(&cache));
}

Test(cache, a_reserved_tasklet_never_goes_by_lfu)
{
    reserved_ones_stay(&policy_lfu);
}

Test(cache, a_reserved_tasklet_never_goes_by_lru)
{
    reserved_ones_stay(&policy_lru);
}

Test(cache, a_reserved_tasklet_never_goes_by_lfu_history)
{
    reserved_ones_stay(&policy_lfu_history);
}

Test(cache, claimed_room_is_nobody_elses)
{
    setup(&policy_lfu, 30);
    use(A);
    cache_claim(&cache, 15);
    cr_assert(cache_can_fit(&cache, 15), "A can go");
    cr_assert_not(cache_can_fit(&cache, 16));
    cr_assert_eq(cache_evict_for(&cache, 10), A, "10 + 15 claimed + 10 do not fit into 30");
    cr_assert_eq(cache_evict_for(&cache, 10), CACHE_NONE);
    cr_assert(cache_is_consistent(&cache));
    cache_unclaim(&cache, 15);
    cr_assert(cache_can_fit(&cache, 30));
    cr_assert_eq(cache.high_water_bytes, 25);
}

Test(cache, a_tasklet_of_exactly_the_capacity_fits)
{
    setup(&policy_lfu, 25);
    use(A);
    use(B);
    cr_assert(cache_can_fit(&cache, 25));
    cr_assert_not(cache_can_fit(&cache, 26));
    cr_assert_eq(cache_evict_for(&cache, 25), A);
    cr_assert_eq(cache_evict_for(&cache, 25), B);
    cache_insert_reserved(&cache, BIG);
    cr_assert_eq(cache.used_bytes, cache.capacity_bytes);
    cr_assert(cache_is_consistent(&cache));
}

Test(cache, what_is_not_held_cannot_be_reserved)
{
    setup(&policy_lfu, 30);
    cr_assert_not(cache_reserve(&cache, A));
    cr_assert_eq(cache.count, 0);
    cr_assert_eq(cache.clock, 0);
}

Test(cache, the_recount_notices_each_sum_that_does_not_agree)
{
    setup(&policy_lfu, 30);
    cache_insert_reserved(&cache, A);
    use(B);
    cr_assert(cache_is_consistent(&cache));

    cache.used_bytes++;
    cr_assert_not(cache_is_consistent(&cache), "bytes used");
    cache.used_bytes--;
    cache.reserved_bytes--;
    cr_assert_not(cache_is_consistent(&cache), "bytes reserved");
    cache.reserved_bytes++;
    cache.claimed_bytes += 11;
    cr_assert_not(cache_is_consistent(&cache), "more claimed than there is");
    cache.claimed_bytes -= 11;
    cache.place[B] = 1;
    cr_assert_not(cache_is_consistent(&cache), "B's place is A's");
    cache.place[B] = 2;
    cr_assert(cache_is_consistent(&cache));
}

Test(cache, policies_are_found_by_name)
{
    cr_assert_eq(policies_find("lfu"), &policy_lfu);
    cr_assert_eq(policies_find("lru"), &policy_lru);
    cr_assert_eq(policies_find("lfu-history"), &policy_lfu_history);
    cr_assert_null(policies_find("lf"));
    cr_assert_null(policies_find("lfu "));
    cr_assert_null(policies_find(""));
    size_t count = 0;
    while (policies_at(count) != NULL) {
        const struct cache_policy *policy = policies_at(count);
        cr_assert_eq(policies_find(policies_names[count]), policy);
        cr_assert_not_null(policy->summary);
        count++;
    }
    cr_assert_geq(count, 3);
}
