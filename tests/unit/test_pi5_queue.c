/*
 * Who is next: by order, by predicted memory, by pairs. All by hand.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "models/pi5/core/queue.h"
#include "sim/engine/rng.h"

enum { MOST = 64 };

static struct pi5_place place[MOST];

static struct pi5_queue queued(const struct pi5_request *request, uint32_t count, bool is_sorted)
{
    struct pi5_queue q;
    for (uint32_t i = 0; i < count; i++) {
        place[i].task = i;
    }
    pi5_queue_init(&q, request, place, count, is_sorted);
    return q;
}

static const struct pi5_wish anything = {.by_memory = false};

/* Takes all and writes them as letters. */
static const char *order(struct pi5_queue *q, const struct pi5_wish *wish)
{
    static char text[MOST + 1];
    uint32_t count = 0;
    for (uint32_t p = pi5_queue_pick(q, wish); p != PI5_NONE; p = pi5_queue_pick(q, wish)) {
        pi5_queue_take(q, wish, p);
        text[count++] = (char)('a' + q->place[p].task);
    }
    text[count] = '\0';
    return text;
}

Test(pi5_queue, unsorted_is_the_order_of_submission)
{
    const struct pi5_request r[] = {{30, 0, 0}, {10, 0, 0}, {20, 0, 0}};
    struct pi5_queue q = queued(r, 3, false);
    cr_assert_str_eq(order(&q, &anything), "abc");
    cr_assert_eq(q.left, 0);
}

Test(pi5_queue, sorted_is_by_predicted_time_and_ties_stay_as_submitted)
{
    const struct pi5_request r[] = {{30, 0, 0}, {10, 0, 0}, {30, 0, 0},
                                    {10, 0, 0}, {-5, 0, 0}, {30, 0, 0}};
    struct pi5_queue q = queued(r, 6, true);
    cr_assert_str_eq(order(&q, &anything), "ebdacf");
}

Test(pi5_queue, sorting_is_stable_for_many)
{
    struct pi5_request r[MOST] = {{0}};
    struct rng rng;
    rng_init(&rng, 1, 0, 0, RNG_TEST);
    for (int round = 0; round < 200; round++) {
        const uint32_t count = (uint32_t)rng_below(&rng, MOST + 1);
        for (uint32_t i = 0; i < count; i++) {
            r[i].predicted_time = rng_between(&rng, -3, 3);
        }
        const struct pi5_queue q = queued(r, count, true);
        for (uint32_t i = 1; i < count; i++) {
            const uint32_t a = q.place[i - 1].task;
            const uint32_t b = q.place[i].task;
            cr_assert(r[a].predicted_time < r[b].predicted_time ||
                      (r[a].predicted_time == r[b].predicted_time && a < b));
        }
    }
}

Test(pi5_queue, an_empty_queue_has_nobody)
{
    const struct pi5_queue q = queued(NULL, 0, true);
    cr_assert_eq(pi5_queue_pick(&q, &anything), PI5_NONE);
}

Test(pi5_queue, exactly_the_cap_fits_and_a_byte_more_does_not)
{
    cr_assert(pi5_fits(60, 40, 100));
    cr_assert_not(pi5_fits(60, 41, 100));
    cr_assert_not(pi5_fits(101, 0, 100));
}

Test(pi5_queue, by_memory_the_first_that_fits_goes_and_those_before_are_overtaken)
{
    const struct pi5_request r[] = {{0, 50, 0}, {0, 41, 0}, {0, 40, 0}, {0, 10, 0}};
    struct pi5_queue q = queued(r, 4, false);
    const struct pi5_wish wish = {.by_memory = true, .used_bytes = 60, .cap_bytes = 100};
    cr_assert_str_eq(order(&q, &wish), "cd");
    cr_assert_eq(q.left, 2);
    cr_assert_eq(q.place[0].overtaken, 2);
    cr_assert_eq(q.place[1].overtaken, 2);
    cr_assert_eq(q.place[3].overtaken, 0);
    cr_assert_str_eq(order(&q, &anything), "ab");
}

/* a b c | d e: the first half is the longer one. */
Test(pi5_queue, halves_take_from_the_half_of_which_the_worker_has_fewer)
{
    const struct pi5_request r[5] = {{0}};
    struct pi5_queue q = queued(r, 5, false);
    cr_assert_eq(pi5_group(&q, PI5_PAIR_HALVES, 2), 0);
    cr_assert_eq(pi5_group(&q, PI5_PAIR_HALVES, 3), 1);
    struct pi5_wish wish = {.pairing = PI5_PAIR_HALVES};
    cr_assert_eq(pi5_queue_pick(&q, &wish), 0, "an idle worker begins with the first half");
    wish.in_group[0] = 1;
    cr_assert_eq(pi5_queue_pick(&q, &wish), 3);
    pi5_queue_take(&q, &wish, 3);
    cr_assert_eq(pi5_queue_pick(&q, &wish), 4);
    pi5_queue_take(&q, &wish, 4);
    cr_assert_eq(pi5_queue_pick(&q, &wish), 0, "nobody is left of the second half");
    wish.in_group[1] = 2;
    cr_assert_eq(pi5_queue_pick(&q, &wish), 0);
}

Test(pi5_queue, types_pair_one_that_computes_with_one_that_infers)
{
    const struct pi5_request r[] = {{0, 9, true}, {0, 9, true}, {0, 9, false}, {0, 5, false}};
    struct pi5_queue q = queued(r, 4, false);
    struct pi5_wish wish = {.pairing = PI5_PAIR_TYPE};
    cr_assert_eq(pi5_queue_pick(&q, &wish), 0, "an idle worker takes whoever is first");
    wish.in_group[1] = 1;
    cr_assert_eq(pi5_queue_pick(&q, &wish), 2);
    wish.by_memory = true;
    wish.cap_bytes = 5;
    cr_assert_eq(pi5_queue_pick(&q, &wish), 3, "of the wanted type the first that fits");
    wish.cap_bytes = 4;
    cr_assert_eq(pi5_queue_pick(&q, &wish), PI5_NONE);
    wish = (struct pi5_wish){.pairing = PI5_PAIR_TYPE, .in_group = {1, 0}};
    cr_assert_eq(pi5_queue_pick(&q, &wish), 0);
}

Test(pi5_queue, where_the_wanted_type_does_not_fit_the_other_goes)
{
    const struct pi5_request r[] = {{0, 3, true}, {0, 9, false}};
    struct pi5_queue q = queued(r, 2, false);
    const struct pi5_wish wish = {
        .pairing = PI5_PAIR_TYPE, .in_group = {0, 1}, .by_memory = true, .cap_bytes = 5};
    cr_assert_eq(pi5_queue_pick(&q, &wish), 0);
}
