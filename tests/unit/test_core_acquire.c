/*
 * Algorithm 1, step by step: one node, whose neighbours, registry and clock are the test's.
 * tests/support/hand.h shows the tasklets and how actions read.
 */
#include <criterion/criterion.h>

#include "models/nimblenet/core/policy.h"
#include "tests/support/hand.h"

static struct hand h;

static void start(void)
{
    hand_init(&h);
}

static void stop(void)
{
    hand_deinit(&h);
}

TestSuite(acquire, .init = start, .fini = stop);

/* ---- the three stages ---- */

Test(acquire, a_cached_tasklet_runs_at_once)
{
    hand_stock(&h, 0, 7);
    hand_did(hand_call(&h, 10, 42, 7), "acquired 7 from cache 0, run 7 at 0");
    hand_did(hand_finish(&h, 20), "answer 42 completed");
    cr_assert_eq(h.actions.item[0].answer.response_ns, 10 * SIM_MS);
    cr_assert_eq(h.actions.item[0].answer.acquisition_ns, 0);
    cr_assert_eq(h.node.stats.served[NODE_SERVED_LOCAL], 1);
}

Test(acquire, a_neighbour_answers_the_local_search)
{
    hand_did(hand_call(&h, 0, 42, 7), "flood query 7 ttl 1");
    cr_assert_eq(hand_next_ms(&h), 100);
    hand_did(hand_answer(&h, 40, WIRE_HAVE, 1), "send meta ask 7 to 1");
    hand_did(hand_answer(&h, 80, WIRE_META_TELL, 1), "send get 7 to 1");
    cr_assert_eq(h.node.cache.claimed_bytes, 100);
    hand_did(hand_answer(&h, 120, WIRE_DATA, 1),
             "store 7, acquired 7 from neighbour 1, run 7 at 0");
    const struct node_acquisition *a = h.actions.item[1].acquired;
    cr_assert_eq(a->call_id, 42);
    cr_assert_eq(a->asked, 0);
    cr_assert_eq(a->attempts, 1);
    cr_assert_eq(a->spent_ns[NODE_STAGE_LOCAL_SEARCH], 40 * SIM_MS);
    cr_assert_eq(a->spent_ns[NODE_STAGE_META], 40 * SIM_MS);
    cr_assert_eq(a->spent_ns[NODE_STAGE_DATA], 40 * SIM_MS);
    cr_assert_eq(h.node.cache.claimed_bytes, 0);
    hand_did(hand_finish(&h, 150), "answer 42 completed");
    cr_assert_eq(h.actions.item[0].answer.response_ns, 150 * SIM_MS);
    cr_assert_eq(h.actions.item[0].answer.acquisition_ns, 120 * SIM_MS);
}

Test(acquire, the_global_search_follows_the_local_timeout)
{
    (void)hand_call(&h, 0, 42, 7);
    hand_did(hand_timeout(&h, 99), "");
    hand_did(hand_timeout(&h, 100), "flood query 7 ttl 255");
    cr_assert_eq(hand_next_ms(&h), 600);
    hand_did(hand_answer(&h, 500, WIRE_HAVE, 2), "send meta ask 7 to 2");
    hand_did(hand_answer(&h, 700, WIRE_META_TELL, 2), "send get 7 to 2");
    hand_did(hand_answer(&h, 900, WIRE_DATA, 2), "store 7, acquired 7 from global 2, run 7 at 0");
}

Test(acquire, the_registry_is_the_fallback)
{
    (void)hand_call(&h, 0, 42, 7);
    (void)hand_timeout(&h, 100);
    hand_did(hand_timeout(&h, 600), "send registry ask 7 to 3");
    hand_did(hand_answer(&h, 800, WIRE_REGISTRY_TELL, 3), "send meta ask 7 to 3");
    hand_did(hand_answer(&h, 1000, WIRE_META_TELL, 3), "send get 7 to 3");
    hand_did(hand_answer(&h, 1200, WIRE_DATA, 3),
             "store 7, acquired 7 from registry 3, run 7 at 0");
    cr_assert_eq(h.node.stats.attempts_lost, 0, "a search without an answer is no lost attempt");
}

Test(acquire, a_search_of_no_hops_is_left_out)
{
    h.setup.protocol.local.ttl = 0;
    hand_did(hand_call(&h, 0, 1, 7), "flood query 7 ttl 255");
    cr_assert_eq(hand_next_ms(&h), 500);
    hand_deinit(&h);

    hand_init(&h);
    h.setup.protocol.global.ttl = 0;
    hand_did(hand_call(&h, 0, 1, 7), "flood query 7 ttl 1");
    hand_did(hand_timeout(&h, 100), "send registry ask 7 to 3");
    hand_deinit(&h);

    hand_init(&h);
    h.setup.protocol.local.ttl = h.setup.protocol.global.ttl = 0;
    hand_did(hand_call(&h, 0, 1, 7), "send registry ask 7 to 3");
}

Test(acquire, searches_of_no_time_go_on_at_once)
{
    h.setup.protocol.local.timeout_ns = h.setup.protocol.global.timeout_ns = 0;
    hand_did(hand_call(&h, 5, 1, 7), "flood query 7 ttl 1");
    cr_assert_eq(hand_next_ms(&h), 5);
    hand_did(hand_timeout(&h, 5), "flood query 7 ttl 255, send registry ask 7 to 3");
}

Test(acquire, coming_back_early_or_twice_does_no_harm)
{
    (void)hand_call(&h, 0, 42, 7);
    hand_did(hand_timeout(&h, 0), "");
    hand_did(hand_timeout(&h, 100), "flood query 7 ttl 255");
    hand_did(hand_timeout(&h, 100), "");
    cr_assert_eq(hand_next_ms(&h), 600);
    hand_did(hand_timeout(&h, 5000), "send registry ask 7 to 3");
    cr_assert_eq(hand_next_ms(&h), 10000);
}

/* ---- who wins a search ---- */

Test(acquire, later_answers_of_a_search_are_only_counted)
{
    (void)hand_call(&h, 0, 42, 7);
    const struct wire_message late = hand_here(&h, WIRE_HAVE, 2);
    hand_did(hand_answer(&h, 40, WIRE_HAVE, 1), "send meta ask 7 to 1");
    hand_did(hand_frame(&h, 41, 1, &late), "");
    cr_assert_eq(h.node.stats.answers_late, 1);
    hand_did(hand_answer(&h, 80, WIRE_META_TELL, 1), "send get 7 to 1");
}

Test(acquire, an_answer_to_the_local_search_is_late_for_the_global_one)
{
    (void)hand_call(&h, 0, 42, 7);
    const struct wire_message late = hand_here(&h, WIRE_HAVE, 1);
    (void)hand_timeout(&h, 100);
    hand_did(hand_frame(&h, 200, 0, &late), "");
    cr_assert_eq(h.node.stats.answers_late, 1);
    cr_assert_eq(hand_next_ms(&h), 600);
}

Test(acquire, without_first_answer_wins_the_fastest_is_taken_at_the_timeout)
{
    h.setup.protocol.first_answer_wins = false;
    (void)hand_call(&h, 0, 42, 7);
    hand_did(hand_answer(&h, 40, WIRE_HAVE, 2), "");
    hand_did(hand_answer(&h, 60, WIRE_HAVE, 1), "");
    cr_assert_eq(hand_next_ms(&h), 100);
    hand_did(hand_timeout(&h, 100), "send meta ask 7 to 2");
    (void)hand_answer(&h, 140, WIRE_META_TELL, 2);
    hand_did(hand_answer(&h, 180, WIRE_DATA, 2),
             "store 7, acquired 7 from neighbour 2, run 7 at 0");
}

Test(acquire, an_answer_exactly_at_the_timeout_counts_where_ties_are_accepted)
{
    (void)hand_call(&h, 0, 42, 7);
    hand_did(hand_answer(&h, 100, WIRE_HAVE, 1), "send meta ask 7 to 1");
}

Test(acquire, an_answer_exactly_at_the_timeout_is_late_where_ties_are_rejected)
{
    h.setup.protocol.deadline_accepts = false;
    (void)hand_call(&h, 0, 42, 7);
    hand_did(hand_answer(&h, 100, WIRE_HAVE, 1), "");
    cr_assert_eq(h.node.stats.answers_late, 1);
    hand_did(hand_timeout(&h, 100), "flood query 7 ttl 255");
    hand_did(hand_answer(&h, 599, WIRE_HAVE, 1), "send meta ask 7 to 1");
}

/* A driver may be late with its timeout; the answer is none the less. */
Test(acquire, an_answer_behind_the_timeout_is_late_also_if_the_driver_is)
{
    (void)hand_call(&h, 0, 42, 7);
    hand_did(hand_answer(&h, 101, WIRE_HAVE, 1), "");
    cr_assert_eq(h.node.stats.answers_late, 1);
    hand_did(hand_timeout(&h, 102), "flood query 7 ttl 255");
}

Test(acquire, the_registry_may_win_a_search_where_it_answers)
{
    (void)hand_call(&h, 0, 42, 7);
    hand_did(hand_answer(&h, 40, WIRE_HAVE, 3), "send meta ask 7 to 3");
    (void)hand_answer(&h, 80, WIRE_META_TELL, 3);
    hand_did(hand_answer(&h, 120, WIRE_DATA, 3), "store 7, acquired 7 from registry 3, run 7 at 0");
}

/* ---- exchanges left out ---- */

Test(acquire, without_a_metadata_exchange_the_answer_is_enough_for_the_get)
{
    h.setup.protocol.metadata_exchange = false;
    (void)hand_call(&h, 0, 42, 7);
    hand_did(hand_answer(&h, 40, WIRE_HAVE, 1), "send get 7 to 1");
    cr_assert_eq(h.node.cache.claimed_bytes, 100, "have tells the size, room is claimed before");
    hand_did(hand_answer(&h, 80, WIRE_DATA, 1), "store 7, acquired 7 from neighbour 1, run 7 at 0");
}

Test(acquire, without_a_fallback_exchange_the_registry_is_asked_for_metadata_at_once)
{
    h.setup.protocol.fallback_exchange = false;
    (void)hand_call(&h, 0, 42, 7);
    (void)hand_timeout(&h, 100);
    hand_did(hand_timeout(&h, 600), "send meta ask 7 to 3");
    hand_did(hand_answer(&h, 800, WIRE_META_TELL, 3), "send get 7 to 3");
    hand_did(hand_answer(&h, 1000, WIRE_DATA, 3),
             "store 7, acquired 7 from registry 3, run 7 at 0");
}

Test(acquire, without_both_the_binary_comes_unannounced_and_room_is_made_on_arrival)
{
    h.setup.protocol.fallback_exchange = h.setup.protocol.metadata_exchange = false;
    h.setup.cache_bytes = 150;
    hand_stock(&h, 0, 7);
    (void)hand_call(&h, 0, 42, 6);
    (void)hand_timeout(&h, 100);
    hand_did(hand_timeout(&h, 600), "send get 6 to 3");
    cr_assert_eq(h.node.cache.claimed_bytes, 0);
    hand_did(hand_answer(&h, 800, WIRE_DATA, 3),
             "evict 7, store 6, acquired 6 from registry 3, run 6 at 0");
}

/* ---- attempts ---- */

Test(acquire, a_source_that_has_lost_the_tasklet_costs_the_attempt)
{
    (void)hand_call(&h, 0, 42, 7);
    (void)hand_answer(&h, 40, WIRE_HAVE, 1);
    hand_did(hand_deny(&h, 80, WIRE_META_TELL, 1), "flood query 7 ttl 1");
    cr_assert_eq(h.node.stats.attempts_lost, 1);
    (void)hand_answer(&h, 120, WIRE_HAVE, 1);
    (void)hand_answer(&h, 160, WIRE_META_TELL, 1);
    cr_assert_eq(h.node.cache.claimed_bytes, 100);
    hand_did(hand_deny(&h, 200, WIRE_DATA, 1), "flood query 7 ttl 1");
    cr_assert_eq(h.node.stats.attempts_lost, 2);
    cr_assert_eq(h.node.cache.claimed_bytes, 0, "the claim went with the attempt");
}

Test(acquire, an_unanswered_request_costs_the_attempt)
{
    (void)hand_call(&h, 0, 42, 7);
    (void)hand_answer(&h, 40, WIRE_HAVE, 1);
    (void)hand_answer(&h, 80, WIRE_META_TELL, 1);
    cr_assert_eq(hand_next_ms(&h), 100, "deadlines given up are noticed when they are reached");
    hand_did(hand_timeout(&h, 100), "");
    cr_assert_eq(hand_next_ms(&h), 5080);
    hand_did(hand_timeout(&h, 5080), "flood query 7 ttl 1");
    cr_assert_eq(h.node.stats.attempts_lost, 1);
    cr_assert_eq(h.node.stats.timeouts, 1);
    cr_assert_eq(h.node.cache.claimed_bytes, 0);
}

Test(acquire, five_attempts_then_the_call_fails_and_everything_is_given_back)
{
    hand_stock(&h, 0, 0);
    (void)hand_call(&h, 0, 42, 0);
    (void)hand_subcall(&h, 0, 2);
    for (int attempt = 1; attempt <= 4; attempt++) {
        (void)hand_answer(&h, attempt, WIRE_HAVE, 1);
        hand_did(hand_deny(&h, attempt, WIRE_META_TELL, 1), "flood query 2 ttl 1");
    }
    (void)hand_answer(&h, 5, WIRE_HAVE, 1);
    hand_did(hand_deny(&h, 5, WIRE_META_TELL, 1), "not acquired 2, answer 42 failed");
    cr_assert_eq(h.node.stats.attempts_lost, 5);
    cr_assert_eq(h.node.cache.reserved_bytes, 0);
    cr_assert_eq(h.node.calls.in_use, 0);
    cr_assert_eq(h.node.fetches.in_use, 0);
    cr_assert_eq(h.node.executors_busy, 0);
}

Test(acquire, a_new_attempt_begins_with_the_cache)
{
    (void)hand_call(&h, 0, 42, 7);
    (void)hand_answer(&h, 10, WIRE_HAVE, 1);
    const struct wire_message gone = hand_gone(&h, WIRE_META_TELL, 1);
    hand_stock(&h, 20, 7);
    hand_did(hand_frame(&h, 30, 0, &gone), "acquired 7 from cache 0, run 7 at 0");
}

Test(acquire, a_registry_without_the_tasklet_costs_the_attempt)
{
    h.setup.protocol.attempts = 1;
    h.setup.protocol.local.ttl = h.setup.protocol.global.ttl = 0;
    (void)hand_call(&h, 0, 42, 7);
    hand_did(hand_deny(&h, 10, WIRE_REGISTRY_TELL, 3), "not acquired 7, answer 42 failed");
}

/* ---- room ---- */

Test(acquire, room_is_made_before_the_get)
{
    h.setup.cache_bytes = 260;
    hand_stock(&h, 0, 2);
    hand_stock(&h, 0, 3);
    hand_stock(&h, 0, 7);
    (void)hand_call(&h, 10, 42, 6);
    (void)hand_answer(&h, 20, WIRE_HAVE, 1);
    hand_did(hand_answer(&h, 30, WIRE_META_TELL, 1), "evict 2, evict 3, send get 6 to 1");
    cr_assert_eq(h.node.stats.evictions, 2);
    cr_assert_eq(h.node.cache.used_bytes, 100);
    cr_assert_eq(h.node.cache.claimed_bytes, 150);
}

/* A 100 B chain holds its reservation, so that 150 B of 200 can never be made free. */
static void fill_with_a_running_chain(void)
{
    h.setup.cache_bytes = 200;
    hand_stock(&h, 0, 7);
    (void)hand_call(&h, 0, 1, 7);
    (void)hand_call(&h, 0, 2, 6);
    (void)hand_answer(&h, 10, WIRE_HAVE, 1);
}

Test(acquire, no_room_costs_the_attempt_where_it_is_to_retry)
{
    fill_with_a_running_chain();
    hand_did(hand_answer(&h, 20, WIRE_META_TELL, 1), "flood query 6 ttl 1");
    cr_assert_eq(h.node.stats.no_room, 1);
    cr_assert_eq(h.node.stats.attempts_lost, 1);
    (void)hand_answer(&h, 30, WIRE_HAVE, 1);
    hand_did(hand_finish(&h, 35), "answer 1 completed");
    hand_did(hand_answer(&h, 40, WIRE_META_TELL, 1), "evict 7, send get 6 to 1");
}

Test(acquire, nothing_is_evicted_in_vain)
{
    h.setup.cache_bytes = 300;
    hand_stock(&h, 0, 2);
    hand_stock(&h, 0, 6);
    hand_stock(&h, 0, 7);
    (void)hand_call(&h, 0, 1, 6);
    (void)hand_call(&h, 0, 2, 7);
    (void)hand_call(&h, 0, 3, 5);
    (void)hand_answer(&h, 10, WIRE_HAVE, 1);
    hand_did(hand_answer(&h, 20, WIRE_META_TELL, 1), "flood query 5 ttl 1");
    cr_assert(cache_holds(&h.node.cache, 2), "50 B would not have been enough for 80");
}

Test(acquire, no_room_waits_for_a_release_where_it_is_to_wait)
{
    h.setup.protocol.no_room = NODE_ROOM_WAIT;
    fill_with_a_running_chain();
    hand_did(hand_answer(&h, 20, WIRE_META_TELL, 1), "");
    cr_assert_eq(h.node.stats.no_room, 1);
    cr_assert_eq(h.node.stalled_since, SIM_TIME_NEVER, "call 1 still runs");
    (void)hand_timeout(&h, 100);
    cr_assert_eq(hand_next_ms(&h), -1, "it waits without a timeout");
    hand_did(hand_finish(&h, 10000), "answer 1 completed, evict 7, send get 6 to 1");
    hand_did(hand_answer(&h, 10040, WIRE_DATA, 1),
             "store 6, acquired 6 from neighbour 1, run 6 at 0");
    cr_assert_eq(h.node.stats.attempts_lost, 0);
}

/* Room for one of 80 B beside the running chain, and two calls that want the same one. */
Test(acquire, a_fetch_that_waits_for_room_takes_what_another_has_brought)
{
    h.setup.protocol.no_room = NODE_ROOM_WAIT;
    h.setup.cache_bytes = 200;
    hand_stock(&h, 0, 7);
    (void)hand_call(&h, 0, 1, 7);
    (void)hand_call(&h, 0, 2, 5);
    (void)hand_answer(&h, 10, WIRE_HAVE, 1);
    hand_did(hand_answer(&h, 20, WIRE_META_TELL, 1), "send get 5 to 1");
    const struct wire_message data = hand_here(&h, WIRE_DATA, 1);
    (void)hand_call(&h, 20, 3, 5);
    (void)hand_answer(&h, 30, WIRE_HAVE, 1);
    hand_did(hand_answer(&h, 40, WIRE_META_TELL, 1), "");
    hand_did(
        hand_frame(&h, 50, 0, &data),
        "store 5, acquired 5 from neighbour 1, run 5 at 0, acquired 5 from cache 0, run 5 at 0");
    cr_assert_eq(h.actions.item[3].acquired->spent_ns[NODE_STAGE_ROOM], 10 * SIM_MS);
}

/* Two chains hold 200 of 240 B, and each waits for 50 B or more: nobody can ever go on. */
Test(acquire, calls_that_hold_and_wait_for_each_other_are_a_stall)
{
    h.setup.protocol.no_room = NODE_ROOM_WAIT;
    h.setup.cache_bytes = 240;
    hand_stock(&h, 0, 0);
    hand_stock(&h, 0, 1);
    (void)hand_call(&h, 0, 1, 0);
    (void)hand_subcall(&h, 1, 2);
    (void)hand_call(&h, 2, 2, 1);
    const struct wire_message have_2 = (struct wire_message){.kind = WIRE_HAVE,
                                                             .origin = 1,
                                                             .tasklet = 2,
                                                             .request = h.asked.request,
                                                             .context = h.asked.context,
                                                             .size = 50,
                                                             .hash = 0xa2};
    (void)hand_subcall(&h, 3, 4);
    (void)hand_answer(&h, 10, WIRE_HAVE, 1);
    hand_did(hand_answer(&h, 20, WIRE_META_TELL, 1), "");
    cr_assert_eq(h.node.stalled_since, SIM_TIME_NEVER, "call 1 still searches");
    hand_did(hand_frame(&h, 30, 0, &have_2), "send meta ask 2 to 1");
    hand_did(hand_answer(&h, 40, WIRE_META_TELL, 1), "");
    cr_assert_eq(h.node.stalled_since, 40 * SIM_MS);
    (void)hand_timeout(&h, 100000);
    cr_assert_eq(h.node.stalled_since, 40 * SIM_MS, "since then");

    /* A third call, which needs nothing new, ends the stall only while it works. */
    hand_did(hand_call(&h, 200000, 3, 0), "acquired 0 from cache 0, run 0 at 0");
    cr_assert_eq(h.node.stalled_since, SIM_TIME_NEVER);
    (void)hand_finish(&h, 200010);
    cr_assert_eq(h.node.stalled_since, 200010 * SIM_MS);
    cr_assert_eq(h.node.stats.no_room, 2,
                 "each fetch that waits counts once, however often it tries");
}

/* ---- what can never fit ---- */

static const struct node_acquisition *given_up(void)
{
    for (size_t i = 0; i < h.actions.count; i++) {
        if (h.actions.item[i].kind == NODE_NOT_ACQUIRED) {
            return h.actions.item[i].acquired;
        }
    }
    cr_assert_fail("nothing was given up");
    return NULL;
}

Test(acquire, a_tasklet_larger_than_the_cache_fails_its_call_when_the_attempts_run_out)
{
    h.setup.cache_bytes = 120;
    h.setup.protocol.attempts = 2;
    hand_stock(&h, 0, 7);
    (void)hand_call(&h, 0, 1, 6);
    (void)hand_answer(&h, 10, WIRE_HAVE, 1);
    hand_did(hand_answer(&h, 20, WIRE_META_TELL, 1), "flood query 6 ttl 1");
    (void)hand_answer(&h, 30, WIRE_HAVE, 1);
    hand_did(hand_answer(&h, 40, WIRE_META_TELL, 1), "not acquired 6, answer 1 failed");
    cr_assert(given_up()->too_large);
    cr_assert_eq(h.node.stats.too_large, 1);
    cr_assert(cache_holds(&h.node.cache, 7), "nothing goes for what cannot come");
}

Test(acquire, a_tasklet_larger_than_the_cache_is_not_waited_for)
{
    h.setup.protocol.no_room = NODE_ROOM_WAIT;
    h.setup.cache_bytes = 120;
    (void)hand_call(&h, 0, 1, 6);
    (void)hand_answer(&h, 10, WIRE_HAVE, 1);
    hand_did(hand_answer(&h, 20, WIRE_META_TELL, 1), "not acquired 6, answer 1 failed");
    cr_assert_eq(h.node.stats.too_large, 1);
    cr_assert_eq(h.node.stalled_since, SIM_TIME_NEVER);
}

Test(acquire, nor_is_one_whose_size_nobody_told_before_it_came)
{
    h.setup.protocol.no_room = NODE_ROOM_WAIT;
    h.setup.protocol.metadata_exchange = false;
    h.setup.protocol.fallback_exchange = false;
    h.setup.protocol.local.ttl = h.setup.protocol.global.ttl = 0;
    h.setup.cache_bytes = 120;
    hand_did(hand_call(&h, 0, 1, 6), "send get 6 to 3");
    hand_did(hand_answer(&h, 20, WIRE_DATA, 3), "not acquired 6, answer 1 failed");
    cr_assert_eq(h.node.stats.too_large, 1);
}

/* 70 B fit into 160, and never beside the 100 B of the chain that calls them. */
Test(acquire, a_tasklet_that_fits_only_without_its_caller_is_not_waited_for)
{
    h.setup.protocol.no_room = NODE_ROOM_WAIT;
    h.setup.cache_bytes = 160;
    hand_stock(&h, 0, 1);
    (void)hand_call(&h, 0, 1, 1);
    (void)hand_subcall(&h, 1, 4);
    (void)hand_answer(&h, 10, WIRE_HAVE, 1);
    hand_did(hand_answer(&h, 20, WIRE_META_TELL, 1), "not acquired 4, answer 1 failed");
    cr_assert(given_up()->too_large);
}

Test(acquire, a_call_that_only_has_to_wait_is_not_too_large)
{
    fill_with_a_running_chain();
    hand_did(hand_answer(&h, 20, WIRE_META_TELL, 1), "flood query 6 ttl 1");
    cr_assert_eq(h.node.stats.too_large, 0);
}

Test(acquire, a_binary_that_came_twice_is_stored_once)
{
    (void)hand_call(&h, 0, 1, 7);
    (void)hand_answer(&h, 10, WIRE_HAVE, 1);
    (void)hand_answer(&h, 20, WIRE_META_TELL, 1);
    const struct wire_message first = hand_here(&h, WIRE_DATA, 1);
    (void)hand_call(&h, 20, 2, 7);
    (void)hand_answer(&h, 30, WIRE_HAVE, 2);
    (void)hand_answer(&h, 40, WIRE_META_TELL, 2);
    cr_assert_eq(h.node.cache.claimed_bytes, 200, "two fetches, two claims");
    hand_did(hand_frame(&h, 50, 0, &first), "store 7, acquired 7 from neighbour 1, run 7 at 0");
    hand_did(hand_answer(&h, 60, WIRE_DATA, 2), "acquired 7 from neighbour 2, run 7 at 0");
    cr_assert_eq(h.node.cache.used_bytes, 100);
    cr_assert_eq(h.node.cache.claimed_bytes, 0);
}

/* ---- coalescing ---- */

Test(acquire, two_calls_fetch_twice_where_fetches_are_not_coalesced)
{
    hand_did(hand_call(&h, 0, 1, 7), "flood query 7 ttl 1");
    hand_did(hand_call(&h, 1, 2, 7), "flood query 7 ttl 1");
}

Test(acquire, coalesced_calls_share_one_fetch)
{
    h.setup.protocol.coalesce = true;
    hand_did(hand_call(&h, 0, 1, 7), "flood query 7 ttl 1");
    hand_did(hand_call(&h, 5, 2, 7), "");
    hand_did(hand_call(&h, 6, 3, 6), "flood query 6 ttl 1");
    hand_did(hand_timeout(&h, 100), "flood query 7 ttl 255");
    (void)hand_answer(&h, 200, WIRE_HAVE, 2);
    (void)hand_answer(&h, 300, WIRE_META_TELL, 2);
    hand_did(hand_answer(&h, 400, WIRE_DATA, 2),
             "store 7, acquired 7 from global 2, run 7 at 0, acquired 7 from cache 0, run 7 at 0");
    cr_assert_eq(h.actions.item[3].acquired->asked, 5 * SIM_MS);
    cr_assert_eq(h.actions.item[3].acquired->spent_ns[NODE_STAGE_FOLLOW], 395 * SIM_MS);
}

Test(acquire, a_follower_takes_over_where_its_leader_fails)
{
    h.setup.protocol.coalesce = true;
    h.setup.protocol.attempts = 1;
    (void)hand_call(&h, 0, 1, 7);
    (void)hand_call(&h, 5, 2, 7);
    (void)hand_answer(&h, 10, WIRE_HAVE, 1);
    hand_did(hand_deny(&h, 20, WIRE_META_TELL, 1),
             "not acquired 7, answer 1 failed, flood query 7 ttl 1");
    (void)hand_answer(&h, 30, WIRE_HAVE, 1);
    (void)hand_answer(&h, 40, WIRE_META_TELL, 1);
    hand_did(hand_answer(&h, 50, WIRE_DATA, 1), "store 7, acquired 7 from neighbour 1, run 7 at 0");
}

/* ---- what the network may say and must not matter ---- */

/* Behind it the fetch goes on as if nothing had come. */
static void changes_nothing(struct wire_message m, const char *why)
{
    const uint64_t counted = h.node.stats.answers_late + h.node.stats.answers_stray;
    cr_assert_str_empty(hand_frame(&h, 50, 0, &m), "%s", why);
    cr_assert_eq(h.node.stats.answers_late + h.node.stats.answers_stray, counted + 1, "%s", why);
    cr_assert_eq(h.node.stats.attempts_lost, 0, "%s", why);
}

static void wrong_answers_change_nothing(enum wire_kind kind, uint32_t from)
{
    const struct wire_message truth = hand_here(&h, kind, from);
    struct wire_message m = truth;
    m.request++;
    changes_nothing(m, "a request that was never made");
    m = truth;
    m.request--;
    changes_nothing(m, "the request before");
    m = truth;
    m.context++;
    changes_nothing(m, "another fetch");
    m.context = UINT32_MAX;
    changes_nothing(m, "a context out of range");
    m = truth;
    m.tasklet = 6;
    changes_nothing(m, "another tasklet");
    m.tasklet = HAND_TASKLETS;
    changes_nothing(m, "a tasklet out of range");
    m.tasklet = UINT32_MAX;
    changes_nothing(m, "a tasklet out of range");
    m = truth;
    m.size++;
    changes_nothing(m, "a wrong size");
    m.size = 0;
    changes_nothing(m, "no size");
    m = truth;
    m.hash ^= 1;
    changes_nothing(m, "a wrong hash");
    m = truth;
    m.origin = 0;
    changes_nothing(m, "the node itself as the source");
    m.origin = HAND_NODES;
    changes_nothing(m, "a source out of range");
    m.origin = UINT32_MAX - 1;
    changes_nothing(m, "a source out of range");
    for (uint8_t other = WIRE_HAVE; other < WIRE_KINDS; other++) {
        m = truth;
        m.kind = other;
        const bool is_answer = other == WIRE_HAVE || other == WIRE_REGISTRY_TELL ||
                               other == WIRE_META_TELL || other == WIRE_DATA;
        if (is_answer && other != kind) {
            changes_nothing(m, wire_kind_name(other));
        }
    }
}

Test(acquire, wrong_answers_change_nothing_in_any_stage)
{
    (void)hand_call(&h, 0, 1, 7);
    wrong_answers_change_nothing(WIRE_HAVE, 1);
    hand_did(hand_answer(&h, 50, WIRE_HAVE, 1), "send meta ask 7 to 1");
    wrong_answers_change_nothing(WIRE_META_TELL, 1);
    changes_nothing(hand_here(&h, WIRE_META_TELL, 2), "another node than the one asked");
    changes_nothing(hand_gone(&h, WIRE_META_TELL, 2), "another node than the one asked");
    hand_did(hand_answer(&h, 50, WIRE_META_TELL, 1), "send get 7 to 1");
    wrong_answers_change_nothing(WIRE_DATA, 1);
    changes_nothing(hand_gone(&h, WIRE_DATA, 2), "another node than the one asked");
    const struct wire_message data = hand_here(&h, WIRE_DATA, 1);
    hand_did(hand_answer(&h, 50, WIRE_DATA, 1), "store 7, acquired 7 from neighbour 1, run 7 at 0");
    changes_nothing(data, "the same data again");
}

Test(acquire, wrong_answers_of_the_registry_change_nothing)
{
    h.setup.protocol.local.ttl = h.setup.protocol.global.ttl = 0;
    (void)hand_call(&h, 0, 1, 7);
    wrong_answers_change_nothing(WIRE_REGISTRY_TELL, 3);
    changes_nothing(hand_here(&h, WIRE_REGISTRY_TELL, 1), "somebody who is not the registry");
    hand_did(hand_answer(&h, 50, WIRE_REGISTRY_TELL, 3), "send meta ask 7 to 3");
}

Test(acquire, an_answer_to_a_call_that_is_over_finds_nobody)
{
    h.setup.protocol.attempts = 1;
    (void)hand_call(&h, 0, 1, 7);
    (void)hand_answer(&h, 10, WIRE_HAVE, 1);
    const struct wire_message told = hand_here(&h, WIRE_META_TELL, 1);
    hand_did(hand_timeout(&h, 5010), "not acquired 7, answer 1 failed");
    hand_did(hand_frame(&h, 5020, 0, &told), "");
    cr_assert_eq(h.node.stats.answers_stray, 1);

    /* Neither does the next call, though it has the same place. */
    (void)hand_call(&h, 6000, 2, 7);
    (void)hand_answer(&h, 6010, WIRE_HAVE, 1);
    hand_did(hand_frame(&h, 6020, 0, &told), "");
    cr_assert_eq(h.node.stats.answers_stray, 2);
}

/* ---- deadlines ---- */

/* Searches of 100 ms that began at 0, 10, ... 90 ms; each goes on to the global search. */
Test(acquire, what_is_due_goes_on_in_order_of_time_however_late_the_driver_is)
{
    static const uint32_t chain[] = {0, 1, 7, 6, 0, 1, 7, 6};
    for (uint64_t i = 0; i < 8; i++) {
        (void)hand_call(&h, (sim_time)(10 * i), i, chain[i]);
    }
    cr_assert_eq(hand_next_ms(&h), 100);
    hand_did(hand_timeout(&h, 99), "");
    hand_did(hand_timeout(&h, 100), "flood query 0 ttl 255");
    cr_assert_eq(hand_next_ms(&h), 110);
    hand_did(hand_timeout(&h, 139),
             "flood query 1 ttl 255, flood query 7 ttl 255, flood query 6 ttl 255");
    cr_assert_eq(hand_next_ms(&h), 140);
    hand_did(hand_timeout(&h, 200), "flood query 0 ttl 255, flood query 1 ttl 255, "
                                    "flood query 7 ttl 255, flood query 6 ttl 255");
    cr_assert_eq(hand_next_ms(&h), 600);
}

/* Eight calls of one instant are due together: the oldest first. */
Test(acquire, what_is_due_at_once_goes_on_by_age)
{
    static const uint32_t chain[] = {7, 6, 1, 0, 6, 7, 0, 1};
    for (uint64_t i = 0; i < 8; i++) {
        (void)hand_call(&h, 0, i, chain[i]);
    }
    hand_did(hand_timeout(&h, 100), "flood query 7 ttl 255, flood query 6 ttl 255, "
                                    "flood query 1 ttl 255, flood query 0 ttl 255, "
                                    "flood query 6 ttl 255, flood query 7 ttl 255, "
                                    "flood query 0 ttl 255, flood query 1 ttl 255");
}
