#include <criterion/criterion.h>

#include "sim/engine/pool.h"
#include "sim/engine/rng.h"

Test(pool, fresh_items_come_in_order_and_a_returned_one_comes_next)
{
    uint64_t memory[4];
    struct pool p;
    pool_init(&p, memory, sizeof memory[0], 4);
    cr_assert_eq(pool_take(&p), 0);
    cr_assert_eq(pool_take(&p), 1);
    cr_assert_eq(pool_take(&p), 2);
    pool_give(&p, 0);
    pool_give(&p, 1);
    cr_assert_eq(pool_take(&p), 1);
    cr_assert_eq(pool_take(&p), 0);
    cr_assert_eq(pool_take(&p), 3);
}

Test(pool, an_empty_pool_says_so_and_recovers)
{
    uint32_t memory[2];
    struct pool p;
    pool_init(&p, memory, sizeof memory[0], 2);
    cr_assert_eq(pool_take(&p), 0);
    cr_assert_eq(pool_take(&p), 1);
    cr_assert_eq(pool_take(&p), POOL_NONE);
    cr_assert_eq(p.in_use, 2);
    pool_give(&p, 1);
    cr_assert_eq(pool_take(&p), 1);
}

Test(pool, a_pool_of_nothing_gives_nothing)
{
    struct pool p;
    pool_init(&p, NULL, 8, 0);
    cr_assert_eq(pool_take(&p), POOL_NONE);
    cr_assert_eq(pool_high_water(&p), 0);
}

Test(pool, items_lie_side_by_side_whatever_their_size)
{
    unsigned char memory[3 * 20];
    struct pool p;
    pool_init(&p, memory, 20, 3);
    for (uint32_t i = 0; i < 3; i++) {
        cr_assert_eq(pool_take(&p), i);
        cr_assert_eq((unsigned char *)pool_at(&p, i), memory + (size_t)20 * i);
    }
}

Test(pool, no_item_is_ever_lent_twice_and_none_is_lost)
{
    enum { CAPACITY = 64, STEPS = 100000 };
    static uint64_t memory[CAPACITY];
    bool lent[CAPACITY] = {false};
    uint32_t held[CAPACITY];
    uint32_t count = 0;
    uint32_t most = 0;
    const uint64_t seed = 1;
    struct rng r;
    struct pool p;
    rng_init(&r, seed, 0, 0, RNG_TEST);
    pool_init(&p, memory, sizeof memory[0], CAPACITY);
    for (int step = 0; step < STEPS; step++) {
        if (rng_below(&r, 2) == 0) {
            const uint32_t index = pool_take(&p);
            cr_assert_eq(index == POOL_NONE, count == CAPACITY, "seed %lu", seed);
            if (index != POOL_NONE) {
                cr_assert_not(lent[index], "seed %lu", seed);
                lent[index] = true;
                held[count++] = index;
            }
        } else if (count > 0) {
            const uint32_t i = (uint32_t)rng_below(&r, count);
            pool_give(&p, held[i]);
            lent[held[i]] = false;
            held[i] = held[--count];
        }
        most = count > most ? count : most;
        cr_assert_eq(p.in_use, count, "seed %lu", seed);
        cr_assert_eq(pool_high_water(&p), most, "seed %lu", seed);
    }
}
