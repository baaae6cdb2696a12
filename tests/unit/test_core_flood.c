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
    flood_init(&flood, nodes, SIM_TIME_NEVER, memory);
}

static void stop(void)
{
    free(memory);
    memory = NULL;
}

TestSuite(flood, .fini = stop);

static sim_time now;

static bool is_first(uint32_t origin, uint32_t number)
{
    return flood_is_first(&flood, now, origin, 0, number);
}

static bool is_first_of(uint32_t epoch, uint32_t origin, uint32_t number)
{
    return flood_is_first(&flood, now, origin, epoch, number);
}

Test(flood, the_second_copy_is_no_first)
{
    start(13);
    cr_assert(is_first(5, 1));
    cr_assert_not(is_first(5, 1));
    cr_assert(is_first(5, 2));
    cr_assert_not(is_first(5, 1));
    cr_assert_not(is_first(5, 2));
}

/* At the last moment of its life an origin is not forgotten for another's sake: the table grows. */
Test(flood, an_origin_is_remembered_to_the_end_of_its_life)
{
    enum { NODES = 1000, LIFE = 100 };
    memory = calloc(1, flood_memory_bytes(NODES));
    cr_assert_not_null(memory);
    flood_init(&flood, NODES, LIFE, memory);
    const uint32_t rows = flood.mask + 1;
    cr_assert_lt(2 * rows, NODES);
    now = 0;
    for (uint32_t origin = 0; origin < rows; origin++) {
        cr_assert(is_first(origin, 1));
    }
    now = LIFE;
    for (uint32_t origin = rows; origin < 2 * rows; origin++) {
        cr_assert(is_first(origin, 1));
    }
    for (uint32_t origin = 0; origin < rows; origin++) {
        cr_assert_not(is_first(origin, 1), "origin %u", origin);
    }
    now = 0;
}

Test(flood, origins_do_not_mix)
{
    start(13);
    for (uint32_t origin = 0; origin < 13; origin++) {
        cr_assert(is_first(origin, 7));
    }
    for (uint32_t origin = 0; origin < 13; origin++) {
        cr_assert_not(is_first(origin, 7));
    }
    cr_assert_eq(flood.forgotten, 0);
}

Test(flood, numbers_may_arrive_out_of_order)
{
    start(13);
    cr_assert(is_first(0, 10));
    cr_assert(is_first(0, 8));
    cr_assert(is_first(0, 12));
    cr_assert(is_first(0, 9));
    cr_assert(is_first(0, 11));
    for (uint32_t number = 8; number <= 12; number++) {
        cr_assert_not(is_first(0, number), "%u", number);
    }
}

Test(flood, what_lies_behind_the_window_counts_as_seen)
{
    start(13);
    cr_assert(is_first(0, 1000));
    cr_assert(is_first(0, 1000 - FLOOD_WINDOW + 1), "the window's last");
    cr_assert_not(is_first(0, 1000 - FLOOD_WINDOW));
    cr_assert_not(is_first(0, 1));
}

Test(flood, a_leap_ahead_forgets_the_window)
{
    start(13);
    cr_assert(is_first(0, 1));
    cr_assert(is_first(0, 1 + FLOOD_WINDOW));
    cr_assert(is_first(0, 2), "inside the new window and never shown");
    cr_assert_not(is_first(0, 1), "one behind the window");
    cr_assert(is_first(0, 1000000));
    cr_assert_not(is_first(0, 2));
}

Test(flood, a_leap_of_one_less_than_the_window_keeps_its_last_bit)
{
    start(13);
    cr_assert(is_first(0, 5));
    cr_assert(is_first(0, 5 + FLOOD_WINDOW - 1));
    cr_assert_not(is_first(0, 5));
}

Test(flood, numbers_wrap)
{
    start(13);
    cr_assert(is_first(3, UINT32_MAX - 1));
    cr_assert(is_first(3, 1), "three on: the order is modulo 2^32");
    cr_assert(is_first(3, UINT32_MAX));
    cr_assert(is_first(3, 0));
    cr_assert_not(is_first(3, UINT32_MAX - 1));
    cr_assert_not(is_first(3, UINT32_MAX));
    cr_assert_not(is_first(3, 0));
    cr_assert_not(is_first(3, 1));
}

/* A node that boots again begins its searches at 1. */
Test(flood, an_origin_that_booted_again_is_heard)
{
    start(13);
    for (uint32_t number = 1; number <= 500; number++) {
        cr_assert(is_first_of(7, 3, number));
    }
    for (uint32_t number = 1; number <= 600; number++) {
        cr_assert(is_first_of(8, 3, number), "%u", number);
        cr_assert_not(is_first_of(8, 3, number), "%u", number);
    }
    cr_assert_not(is_first_of(7, 3, 501), "from before it booted");
    cr_assert(is_first_of(UINT32_MAX, 4, 9));
    cr_assert(is_first_of(0, 4, 1), "epochs may wrap");
}

Test(flood, more_origins_than_rows_make_the_table_grow)
{
    start(5000);
    const size_t rows = flood.mask + 1;
    cr_assert_lt(rows, 5000);
    for (uint32_t i = 0; i < 5000; i++) {
        const uint32_t origin = i * 17 % 5000;
        cr_assert(is_first(origin, 1));
        cr_assert_not(is_first(origin, 1), "origin %u was just heard", origin);
    }
    for (uint32_t origin = 0; origin < 5000; origin++) {
        cr_assert_not(is_first(origin, 1), "origin %u is forgotten", origin);
    }
    cr_assert_eq(flood.forgotten, 0);
}

/* 100 floods a second that live for a second: some 100 rows do, whoever asks. */
Test(flood, what_is_over_makes_room)
{
    start(100000);
    flood.life_ns = SIM_S;
    for (uint32_t i = 0; i < 50000; i++) {
        now = i * (SIM_S / 100);
        cr_assert(is_first(i, 1));
        if (i >= 100) {
            cr_assert_not(is_first(i - 100, 1), "%u still lives", i - 100);
        }
    }
    cr_assert_leq(flood.mask + 1, 1024);
    cr_assert_eq(flood.forgotten, 0);
}

Test(flood, origins_outside_the_network_do_no_harm)
{
    start(1);
    for (uint32_t i = 0; i < 1000; i++) {
        cr_assert(is_first(UINT32_MAX - 1 - i, i));
    }
    cr_assert(is_first(0, 1));
    cr_assert_not(is_first(0, 1));
}
