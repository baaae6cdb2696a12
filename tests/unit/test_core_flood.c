/* Duplicate suppression: which copy of a search is the first. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "models/parts/flood.h"

static struct flood flood;
static void *memory;

static void start(uint32_t nodes)
{
    memory = calloc(1, flood_memory_bytes(nodes));
    cr_assert_not_null(memory);
    flood_init(&flood, nodes, memory);
}

static void stop(void)
{
    free(memory);
    memory = NULL;
}

TestSuite(flood, .fini = stop);

Test(flood, the_second_copy_is_no_first)
{
    start(13);
    cr_assert(flood_is_first(&flood, 5, 1));
    cr_assert_not(flood_is_first(&flood, 5, 1));
    cr_assert(flood_is_first(&flood, 5, 2));
    cr_assert_not(flood_is_first(&flood, 5, 1));
    cr_assert_not(flood_is_first(&flood, 5, 2));
}

Test(flood, origins_do_not_mix)
{
    start(13);
    for (uint32_t origin = 0; origin < 13; origin++) {
        cr_assert(flood_is_first(&flood, origin, 7));
    }
    for (uint32_t origin = 0; origin < 13; origin++) {
        cr_assert_not(flood_is_first(&flood, origin, 7));
    }
    cr_assert_eq(flood.forgotten, 0);
}

Test(flood, numbers_may_arrive_out_of_order)
{
    start(13);
    cr_assert(flood_is_first(&flood, 0, 10));
    cr_assert(flood_is_first(&flood, 0, 8));
    cr_assert(flood_is_first(&flood, 0, 12));
    cr_assert(flood_is_first(&flood, 0, 9));
    cr_assert(flood_is_first(&flood, 0, 11));
    for (uint32_t number = 8; number <= 12; number++) {
        cr_assert_not(flood_is_first(&flood, 0, number), "%u", number);
    }
}

Test(flood, what_lies_behind_the_window_counts_as_seen)
{
    start(13);
    cr_assert(flood_is_first(&flood, 0, 1000));
    cr_assert(flood_is_first(&flood, 0, 1000 - FLOOD_WINDOW + 1), "the window's last");
    cr_assert_not(flood_is_first(&flood, 0, 1000 - FLOOD_WINDOW));
    cr_assert_not(flood_is_first(&flood, 0, 1));
}

Test(flood, a_leap_ahead_forgets_the_window)
{
    start(13);
    cr_assert(flood_is_first(&flood, 0, 1));
    cr_assert(flood_is_first(&flood, 0, 1 + FLOOD_WINDOW));
    cr_assert(flood_is_first(&flood, 0, 2), "inside the new window and never shown");
    cr_assert_not(flood_is_first(&flood, 0, 1), "one behind the window");
    cr_assert(flood_is_first(&flood, 0, 1000000));
    cr_assert_not(flood_is_first(&flood, 0, 2));
}

Test(flood, a_leap_of_one_less_than_the_window_keeps_its_last_bit)
{
    start(13);
    cr_assert(flood_is_first(&flood, 0, 5));
    cr_assert(flood_is_first(&flood, 0, 5 + FLOOD_WINDOW - 1));
    cr_assert_not(flood_is_first(&flood, 0, 5));
}

Test(flood, numbers_wrap)
{
    start(13);
    cr_assert(flood_is_first(&flood, 3, UINT32_MAX - 1));
    cr_assert(flood_is_first(&flood, 3, 1), "three on: the order is modulo 2^32");
    cr_assert(flood_is_first(&flood, 3, UINT32_MAX));
    cr_assert(flood_is_first(&flood, 3, 0));
    cr_assert_not(flood_is_first(&flood, 3, UINT32_MAX - 1));
    cr_assert_not(flood_is_first(&flood, 3, UINT32_MAX));
    cr_assert_not(flood_is_first(&flood, 3, 0));
    cr_assert_not(flood_is_first(&flood, 3, 1));
}

/*
 * 5000 origins and 1024 rows. The one heard of least recently of those that share its rows gives
 * way; whoever has just spoken is remembered.
 */
Test(flood, more_origins_than_rows_give_way_to_each_other)
{
    start(5000);
    cr_assert_eq(flood_memory_bytes(5000), flood_memory_bytes(FLOOD_ORIGINS_MAX));
    for (uint32_t origin = 0; origin < 5000; origin++) {
        cr_assert(flood_is_first(&flood, origin, 1));
        cr_assert_not(flood_is_first(&flood, origin, 1), "origin %u was just heard", origin);
    }
    cr_assert_eq(flood.forgotten, 5000 - FLOOD_ORIGINS_MAX);
    cr_assert(flood_is_first(&flood, 0, 1), "forgotten long ago");
}

Test(flood, origins_outside_the_network_do_no_harm)
{
    start(1);
    for (uint32_t i = 0; i < 1000; i++) {
        cr_assert(flood_is_first(&flood, UINT32_MAX - 1 - i, i));
    }
    cr_assert(flood_is_first(&flood, 0, 1));
    cr_assert_not(flood_is_first(&flood, 0, 1));
}
