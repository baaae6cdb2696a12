/*
 * Eviction policies against traces worked out by hand: LFU with ageing, GDSF, ARC, Belady. LRU, LFU
 * and LFU with a memory are in test_core_cache.c, neighbour-aware in test_policy_neighbour.c.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "models/nimblenet/world/policies.h"
#include "tests/support/reference_string.h"

/* A to H of 10 B each, and one of 40 B. */
enum { A, B, C, D, E, F, G, H, L, TASKLETS };

static const struct tasklet tasklet[TASKLETS] = {
    [A] = {.size_bytes = 10}, [B] = {.size_bytes = 10}, [C] = {.size_bytes = 10},
    [D] = {.size_bytes = 10}, [E] = {.size_bytes = 10}, [F] = {.size_bytes = 10},
    [G] = {.size_bytes = 10}, [H] = {.size_bytes = 10}, [L] = {.size_bytes = 40},
};
static const struct catalogue catalogue = {.tasklet = tasklet, .count = TASKLETS, .depth = 1};

static const char name[] = "ABCDEFGHL";

/* Uses as letters; what goes for each as a letter below it, "." for nothing, "+" where it hits. */
static void follows(const struct cache_policy *policy, uint64_t capacity, const char *uses,
                    const char *expected)
{
    const uint32_t count = (uint32_t)strlen(uses);
    uint32_t use[64] = {0};
    char did[65] = "";
    for (uint32_t i = 0; i < count; i++) {
        use[i] = (uint32_t)(strchr(name, uses[i]) - name);
    }
    struct reference r;
    reference_init(&r, &catalogue, policy, capacity, use, count);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t gone[TASKLETS];
        const uint32_t hits = r.hits;
        const uint32_t victims = reference_step(&r, gone);
        cr_assert_leq(victims, 1, "one letter a use");
        did[i] = r.hits > hits ? '+' : victims == 0 ? '.' : name[gone[0]];
    }
    cr_assert_str_eq(did, expected, "%s\nuses     %s\nexpected %s\ndid      %s",
                     policies_name(policy), uses, expected, did);
    reference_deinit(&r);
}

/*
 * LFU-DA, room for three; keys behind each use, the oldest use first among equals:
 *
 *      use A A A B C   A 3   B 1   C 1     age 0
 *      use D           B goes, age 1       A 3   C 1   D 2
 *      use E           C goes, age 1       A 3   D 2   E 2
 *      use F           D goes, age 2       A 3   E 2   F 3
 *      use B           E goes, age 2       A 3   F 3   B 3
 *      use C           A goes, age 3: three uses long ago are worth one now; LFU would have
 *                      kept A and let F go       F 3   B 3   C 4
 *      use B           is there, its second use: F 3   B 5   C 4
 *      use D           F goes, age 3             B 5   C 4   D 4
 *      use A           C goes, age 4             B 5   D 4   A 5
 *      use E           D goes, age 4             B 5   A 5   E 5
 *      use F           B goes, its use lies furthest back
 */
Test(policy_traces, lfu_with_ageing)
{
    follows(&policy_lfu_aging, 30, "AAABCDEFBCBDAEF", ".++..BCDEA+FCDB");
    follows(&policy_lfu, 30, "AAABCDEFBC", ".++..BCDEF");
}

static uint32_t use(struct cache *c, uint32_t t)
{
    uint32_t gone = CACHE_NONE;
    if (!cache_reserve(c, t)) {
        gone = cache_evict_for(c, 10);
        cache_insert_reserved(c, t);
    }
    cache_release(c, t);
    return gone;
}

/*
 * LFU-DA, room for three; A stays reserved long beyond its turn:
 *
 *      use A B C       A 1   B 1   C 1     age 0
 *      use D, E        B and C go, age 1   A 1   D 2   E 2
 *      use F F         D goes, age 2       A 1   E 2   F 4
 *      use B, C        E goes, age 2, then B (3), age 3      A 1   F 4   C 4
 *      A is released
 *      use D           A goes, and the age stays 3           F 4   C 4   D 4
 *      use E           F goes; had the age fallen to A's key, D would
 */
Test(policy_traces, an_entry_kept_beyond_its_turn_makes_no_cache_younger)
{
    struct cache c;
    void *memory = calloc(1, cache_memory_bytes(&catalogue, &policy_lfu_aging));
    cr_assert_not_null(memory);
    cache_init(&c, &catalogue, &policy_lfu_aging, 30, memory);
    cache_insert_reserved(&c, A);
    (void)use(&c, B);
    (void)use(&c, C);
    cr_assert_eq(use(&c, D), B);
    cr_assert_eq(use(&c, E), C);
    cr_assert_eq(use(&c, F), D);
    cr_assert_eq(use(&c, F), CACHE_NONE);
    cr_assert_eq(use(&c, B), E);
    cr_assert_eq(use(&c, C), B);
    cache_release(&c, A);
    cr_assert_eq(use(&c, D), A);
    cr_assert_eq(use(&c, E), F);
    free(memory);
}

/*
 * GDSF, room for 60 B; keys in uses per byte:
 *
 *      use L L A B     L 2/40 = 0.05   A 0.1   B 0.1       age 0
 *      use C           L goes, used most but largest       age 0.05   A 0.1  B 0.1  C 0.15
 *      use L           A goes, age 0.1         L 0.1 + 0.025   B 0.1   C 0.15
 *      use D           B goes, age 0.1         L 0.125   C 0.15   D 0.2
 *      use A           L goes, age 0.125       C 0.15   D 0.2   A 0.225
 *      use C           is there, its second use: 0.125 + 0.2    C 0.325
 *      use L           D goes, age 0.2         L 0.225   C 0.325   A 0.225
 *      use B           A goes, age 0.225: A's use lies further back than L's
 *                                              L 0.225   C 0.325   B 0.325
 */
Test(policy_traces, greedy_dual_size_frequency)
{
    follows(&policy_gdsf, 60, "LLABCLDACLB", ".+..LABL+DA");
}

/*
 * ARC, room for three, by the algorithm as published; lists from the oldest to the newest:
 *
 *      use             T1      T2      B1      B2      p
 *      A B             A B                             0
 *      A hit           B       A                       0
 *      C               B C     A                       0
 *      D   B goes      C D     A       B               0   T1 is longer than p
 *      E   C goes      D E     A       C               0   T1 + B1 was full: B is forgotten
 *      C   D goes      E       A C     D               1   C's ghost was in B1
 *      F   A goes      E F     C       D       A       1   T1 is as long as p: T2 gives
 *      A   E goes      F       C A     D E             0   A's ghost was in B2
 *      D   C goes      F       A D     E       C       1
 *      C   F goes              A D C   E F             0
 *      G   A goes      G       D C     E F     A       0   T1 is empty: T2 gives
 *      H   G goes      H       D C     F G     A       0   E is forgotten
 *      E   H goes      E       D C     G H     A       0   so it comes in as new; F is forgotten
 *      A   E goes              D C A   G H E           0   p would sink by two
 *      D hit                   C A D   G H E           0
 *      G   C goes              A D G   H E     C       1
 *      H   A goes              D G H   E       C A     2
 *      E   D goes              G H E           C A D   3   by two, but no higher than the room
 *      A   G goes              H E A           C D G   2
 */
Test(policy_traces, arc)
{
    follows(&policy_arc, 30, "ABACDECFADCGHEADGHEA", "..+.BCDAECFAGHE+CADG");
}

/*
 * Belady, room for three, the string by which he showed that FIFO may do worse with more room;
 * seven misses are the least:
 *
 *      A B C           D: used again at 4 (A), 5 (B), 9 (C)    C goes
 *      A B hit         E: A 7, B 8, D 10                       D goes
 *      A B hit         C: A never, B never, E 11               A goes, its use lies further back
 *                      D: B never, C never, E 11               B goes
 *      E hit
 */
Test(policy_traces, belady)
{
    follows(&policy_belady, 30, "ABCDABEABCDE", "...C++D++AB+");
}
