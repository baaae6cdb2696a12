/*
 * Calls on a node: executors and their queue, nesting, preloading, the limit on calls.
 * tests/support/hand.h shows the tasklets and how actions read.
 */
#include <criterion/criterion.h>
#include <signal.h>

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

static void stock_all(void)
{
    for (uint32_t t = 0; t < HAND_TASKLETS; t++) {
        hand_stock(&h, 0, t);
    }
}

static uint32_t reservations_of(uint32_t tasklet)
{
    const struct cache *c = &h.node.cache;
    return cache_holds(c, tasklet) ? c->entry[c->place[tasklet] - 1].reservations : 0;
}

TestSuite(call, .init = start, .fini = stop);

/* ---- nesting ---- */

Test(call, tasklets_nest_to_any_depth_and_are_reserved_until_they_return)
{
    stock_all();
    hand_did(hand_call(&h, 0, 9, 1), "acquired 1 from cache 0, run 1 at 0");
    hand_did(hand_subcall(&h, 10, 4), "acquired 4 from cache 0, run 4 at 1");
    hand_did(hand_subcall(&h, 20, 5), "acquired 5 from cache 0, run 5 at 2");
    cr_assert_eq(reservations_of(1) + reservations_of(4) + reservations_of(5), 3);
    hand_did(hand_finish(&h, 30), "resume 4 at 1");
    cr_assert_eq(reservations_of(5), 0);
    hand_did(hand_finish(&h, 40), "resume 1 at 0");
    cr_assert_eq(reservations_of(4), 0);
    hand_did(hand_finish(&h, 50), "answer 9 completed");
    cr_assert_eq(reservations_of(1), 0);
    cr_assert_eq(h.actions.item[0].answer.response_ns, 50 * SIM_MS);
    cr_assert_eq(h.actions.item[0].answer.acquisition_ns, 0);
}

Test(call, acquisition_is_the_sum_of_all_waits_for_tasklets)
{
    (void)hand_call(&h, 0, 9, 0);
    (void)hand_answer(&h, 10, WIRE_HAVE, 1);
    (void)hand_answer(&h, 20, WIRE_META_TELL, 1);
    hand_did(hand_answer(&h, 30, WIRE_DATA, 1), "store 0, acquired 0 from neighbour 1, run 0 at 0");
    hand_did(hand_subcall(&h, 100, 2), "flood query 2 ttl 1");
    (void)hand_answer(&h, 105, WIRE_HAVE, 1);
    (void)hand_answer(&h, 110, WIRE_META_TELL, 1);
    hand_did(hand_answer(&h, 115, WIRE_DATA, 1),
             "store 2, acquired 2 from neighbour 1, run 2 at 1");
    hand_did(hand_finish(&h, 200), "resume 0 at 0");
    hand_did(hand_finish(&h, 300), "answer 9 completed");
    cr_assert_eq(h.actions.item[0].answer.response_ns, 300 * SIM_MS);
    cr_assert_eq(h.actions.item[0].answer.acquisition_ns, (30 + 15) * SIM_MS);
    cr_assert_eq(h.actions.item[0].answer.queueing_ns, 0);
}

Test(call, a_trap_gives_back_the_whole_stack)
{
    h.setup.executors = 1;
    stock_all();
    (void)hand_call(&h, 0, 9, 1);
    (void)hand_subcall(&h, 1, 4);
    (void)hand_subcall(&h, 2, 5);
    (void)hand_call(&h, 3, 10, 7);
    hand_did(hand_trap(&h, 10), "answer 9 trapped, run 7 at 0");
    cr_assert_eq(h.node.cache.reserved_bytes, 100, "the next call's alone");
    hand_did(hand_finish(&h, 20), "answer 10 completed");
    cr_assert_eq(h.node.cache.reserved_bytes, 0);
}

/* ---- executors ---- */

Test(call, one_executor_serves_first_come_first_served)
{
    h.setup.executors = 1;
    stock_all();
    hand_did(hand_call(&h, 0, 1, 7), "acquired 7 from cache 0, run 7 at 0");
    hand_did(hand_call(&h, 1, 2, 6), "acquired 6 from cache 0");
    hand_did(hand_call(&h, 2, 3, 7), "acquired 7 from cache 0");
    cr_assert_eq(h.node.queue_count, 2);
    hand_did(hand_finish(&h, 100), "answer 1 completed, run 6 at 0");
    hand_did(hand_finish(&h, 200), "answer 2 completed, run 7 at 0");
    cr_assert_eq(h.actions.item[0].answer.queueing_ns, 99 * SIM_MS);
    hand_did(hand_finish(&h, 300), "answer 3 completed");
    cr_assert_eq(h.actions.item[0].answer.queueing_ns, 198 * SIM_MS);
    cr_assert_eq(h.node.stats.queue_high_water, 2);
    cr_assert_eq(h.node.executors_busy, 0);
}

Test(call, fifo_keeps_the_executor_through_a_subcall)
{
    h.setup.executors = 1;
    stock_all();
    (void)hand_call(&h, 0, 1, 0);
    const uint32_t first = h.slot;
    (void)hand_call(&h, 1, 2, 7);
    hand_did(hand_subcall(&h, 10, 2), "acquired 2 from cache 0, run 2 at 1");
    cr_assert_eq(h.slot, first);
    hand_did(hand_finish(&h, 20), "resume 0 at 0");
    hand_did(hand_finish(&h, 30), "answer 1 completed, run 7 at 0");
}

/* Round robin at sub-calls: the caller goes behind the queue even where the callee is cached. */
Test(call, yield_lets_others_run_at_a_subcall)
{
    h.setup.executors = 1;
    h.setup.protocol.order = NODE_ORDER_YIELD;
    stock_all();
    (void)hand_call(&h, 0, 1, 0);
    (void)hand_call(&h, 1, 2, 7);
    hand_did(hand_subcall(&h, 10, 2), "acquired 2 from cache 0, run 7 at 0");
    hand_did(hand_finish(&h, 50), "answer 2 completed, run 2 at 1");
    hand_did(hand_finish(&h, 60), "resume 0 at 0");
    hand_did(hand_finish(&h, 70), "answer 1 completed");
    cr_assert_eq(h.actions.item[0].answer.queueing_ns, 40 * SIM_MS);
}

Test(call, yield_goes_on_at_once_where_nobody_waits)
{
    h.setup.executors = 1;
    h.setup.protocol.order = NODE_ORDER_YIELD;
    stock_all();
    (void)hand_call(&h, 0, 1, 0);
    hand_did(hand_subcall(&h, 10, 2), "acquired 2 from cache 0, run 2 at 1");
    cr_assert_eq(h.node.executors_busy, 1);
}

Test(call, yield_frees_the_executor_while_a_tasklet_is_fetched)
{
    h.setup.executors = 1;
    h.setup.protocol.order = NODE_ORDER_YIELD;
    hand_stock(&h, 0, 0);
    hand_stock(&h, 0, 7);
    (void)hand_call(&h, 0, 1, 0);
    (void)hand_call(&h, 1, 2, 7);
    hand_did(hand_subcall(&h, 10, 2), "flood query 2 ttl 1, run 7 at 0");
    (void)hand_answer(&h, 20, WIRE_HAVE, 1);
    (void)hand_answer(&h, 30, WIRE_META_TELL, 1);
    hand_did(hand_answer(&h, 40, WIRE_DATA, 1), "store 2, acquired 2 from neighbour 1");
    hand_did(hand_finish(&h, 50), "answer 2 completed, run 2 at 1");
}

Test(call, two_executors_run_two_calls)
{
    h.setup.executors = 2;
    stock_all();
    hand_did(hand_call(&h, 0, 1, 7), "acquired 7 from cache 0, run 7 at 0");
    const uint32_t first = h.slot;
    hand_did(hand_call(&h, 0, 2, 7), "acquired 7 from cache 0, run 7 at 0");
    hand_did(hand_call(&h, 0, 3, 7), "acquired 7 from cache 0");
    h.slot = first;
    hand_did(hand_finish(&h, 5), "answer 1 completed, run 7 at 0");
}

Test(call, a_call_that_fails_in_a_subcall_frees_its_executor)
{
    h.setup.executors = 1;
    h.setup.protocol.attempts = 1;
    hand_stock(&h, 0, 0);
    hand_stock(&h, 0, 7);
    (void)hand_call(&h, 0, 1, 0);
    (void)hand_call(&h, 0, 2, 7);
    (void)hand_subcall(&h, 1, 2);
    (void)hand_answer(&h, 2, WIRE_HAVE, 1);
    hand_did(hand_deny(&h, 3, WIRE_META_TELL, 1), "not acquired 2, answer 1 failed, run 7 at 0");
}

/* ---- preloading ---- */

Test(call, without_preloading_a_chain_starts_alone)
{
    hand_stock(&h, 0, 0);
    hand_did(hand_call(&h, 0, 1, 0), "acquired 0 from cache 0, run 0 at 0");
}

Test(call, preloading_in_sequence_asks_for_one_need_after_the_other)
{
    h.setup.protocol.preload = NODE_PRELOAD_SEQUENTIAL;
    hand_stock(&h, 0, 3);
    hand_stock(&h, 0, 7);
    (void)hand_call(&h, 0, 1, 0);
    (void)hand_answer(&h, 10, WIRE_HAVE, 1);
    (void)hand_answer(&h, 20, WIRE_META_TELL, 1);
    hand_did(hand_answer(&h, 30, WIRE_DATA, 1),
             "store 0, acquired 0 from neighbour 1, flood query 2 ttl 1");
    (void)hand_answer(&h, 40, WIRE_HAVE, 1);
    (void)hand_answer(&h, 50, WIRE_META_TELL, 1);
    hand_did(hand_answer(&h, 60, WIRE_DATA, 1), "store 2, acquired 2 from neighbour 1, run 0 at 0");
    cr_assert_eq(reservations_of(2) + reservations_of(3), 2);
    hand_did(hand_subcall(&h, 70, 2), "acquired 2 from cache 0, run 2 at 1");
    cr_assert_eq(reservations_of(2), 2, "once preloaded, once called");
    hand_did(hand_finish(&h, 80), "resume 0 at 0");
    cr_assert_eq(reservations_of(2), 1);
    hand_did(hand_finish(&h, 90), "answer 1 completed");
    cr_assert_eq(h.actions.item[0].answer.acquisition_ns, 60 * SIM_MS);
    cr_assert_eq(h.node.cache.reserved_bytes, 0);
}

Test(call, preloading_in_parallel_asks_for_all_needs_at_once)
{
    h.setup.protocol.preload = NODE_PRELOAD_PARALLEL;
    h.setup.protocol.metadata_exchange = false;
    hand_stock(&h, 0, 7);
    (void)hand_call(&h, 0, 1, 1);
    (void)hand_answer(&h, 10, WIRE_HAVE, 1);
    hand_did(hand_answer(&h, 20, WIRE_DATA, 1),
             "store 1, acquired 1 from neighbour 1, flood query 4 ttl 1, flood query 5 ttl 1");
    struct wire_message for_4 = hand_here(&h, WIRE_HAVE, 1);
    for_4.tasklet = 4;
    for_4.request--;
    for_4.context--;
    for_4.size = 70;
    for_4.hash = 0xa4;
    (void)hand_answer(&h, 30, WIRE_HAVE, 1);
    hand_did(hand_answer(&h, 40, WIRE_DATA, 1), "store 5, acquired 5 from neighbour 1");
    (void)hand_frame(&h, 50, 0, &for_4);
    hand_did(hand_answer(&h, 60, WIRE_DATA, 1), "store 4, acquired 4 from neighbour 1, run 1 at 0");
}

Test(call, preloading_what_is_cached_runs_at_once)
{
    h.setup.protocol.preload = NODE_PRELOAD_PARALLEL;
    hand_stock(&h, 0, 2);
    hand_stock(&h, 0, 3);
    (void)hand_call(&h, 0, 1, 0);
    (void)hand_answer(&h, 10, WIRE_HAVE, 1);
    (void)hand_answer(&h, 10, WIRE_META_TELL, 1);
    hand_did(hand_answer(&h, 10, WIRE_DATA, 1), "store 0, acquired 0 from neighbour 1, run 0 at 0");
    cr_assert_eq(reservations_of(2) + reservations_of(3), 2);
}

static uint32_t uses_of(uint32_t tasklet)
{
    const struct cache *c = &h.node.cache;
    cr_assert(cache_holds(c, tasklet));
    return c->entry[c->place[tasklet] - 1].uses;
}

Test(call, what_is_preloaded_counts_once_and_when_it_is_called)
{
    hand_stock(&h, 0, 0);
    hand_stock(&h, 0, 2);
    h.setup.protocol.preload = NODE_PRELOAD_SEQUENTIAL;
    const uint32_t before = uses_of(2);
    const uint64_t hits = h.node.stats.served[NODE_SERVED_LOCAL];
    (void)hand_call(&h, 0, 1, 0);
    (void)hand_answer(&h, 10, WIRE_HAVE, 1);
    (void)hand_answer(&h, 20, WIRE_META_TELL, 1);
    hand_did(hand_answer(&h, 30, WIRE_DATA, 1), "store 3, acquired 3 from neighbour 1, run 0 at 0");
    cr_assert_eq(reservations_of(2), 1);
    cr_assert_eq(uses_of(2), before, "held, not used yet");
    cr_assert_eq(uses_of(3), 0, "fetched, not used yet");
    cr_assert_eq(h.node.stats.served[NODE_SERVED_LOCAL], hits + 1, "the chain alone");
    hand_did(hand_subcall(&h, 40, 2), "acquired 2 from cache 0, run 2 at 1");
    cr_assert_eq(uses_of(2), before + 1);
    (void)hand_finish(&h, 50);
    hand_did(hand_subcall(&h, 60, 3), "acquired 3 from cache 0, run 3 at 1");
    cr_assert_eq(uses_of(3), 1);
    cr_assert_eq(h.node.stats.served[NODE_SERVED_LOCAL], hits + 3);
}

Test(call, a_need_that_cannot_be_had_fails_the_call_and_ends_its_other_fetches)
{
    h.setup.protocol.preload = NODE_PRELOAD_PARALLEL;
    h.setup.protocol.attempts = 1;
    hand_stock(&h, 0, 5);
    (void)hand_call(&h, 0, 1, 0);
    (void)hand_answer(&h, 10, WIRE_HAVE, 1);
    (void)hand_answer(&h, 10, WIRE_META_TELL, 1);
    (void)hand_answer(&h, 10, WIRE_DATA, 1);
    cr_assert_eq(h.node.fetches.in_use, 2);
    (void)hand_answer(&h, 20, WIRE_HAVE, 1);
    hand_did(hand_deny(&h, 30, WIRE_META_TELL, 1), "not acquired 3, answer 1 failed");
    cr_assert_eq(h.node.fetches.in_use, 0);
    cr_assert_eq(h.node.cache.reserved_bytes, 0);
}

/* ---- limits ---- */

Test(call, one_call_too_many_is_refused)
{
    h.setup.calls_max = 2;
    hand_stock(&h, 0, 7);
    (void)hand_call(&h, 0, 1, 7);
    (void)hand_call(&h, 0, 2, 6);
    hand_did(hand_call(&h, 0, 3, 7), "answer 3 refused");
    cr_assert_eq(h.actions.item[0].answer.slot, POOL_NONE);
    cr_assert_eq(h.node.calls.in_use, 2);
    (void)hand_finish(&h, 10);
    hand_did(hand_call(&h, 10, 4, 7), "acquired 7 from cache 0, run 7 at 0");
}

/* ---- what comes from outside ---- */

static const char *refused_word(const struct node_event *ev)
{
    const struct node_sink sink = kept_sink(&h.actions);
    kept_clear(&h.actions);
    const uint64_t before = h.node.stats.foreign;
    cr_assert_eq(node_step(&h.node, 20 * SIM_MS, ev, &sink), SIM_ERR_INVALID);
    cr_assert_eq(h.node.stats.foreign, before + 1);
    cr_assert_eq(h.actions.count, 0);
    return node_audit(&h.node);
}

Test(call, words_of_calls_that_do_not_run_are_refused_and_counted)
{
    static const enum node_event_kind words[] = {NODE_EXEC_CALLS, NODE_EXEC_FINISHED,
                                                 NODE_EXEC_TRAPPED};
    hand_stock(&h, 0, 0);
    (void)hand_call(&h, 10, 1, 0);
    (void)hand_subcall(&h, 15, 2); /* it waits for the binary of 2 */
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        const uint32_t slots[] = {h.slot, h.slot + 1, h.setup.calls_max, UINT32_MAX};
        for (size_t k = 0; k < sizeof slots / sizeof slots[0]; k++) {
            cr_assert_null(refused_word(&(struct node_event){.kind = words[i], .slot = slots[k]}));
        }
    }
    cr_assert_eq(h.node.calls.in_use, 1);
}

Test(call, a_tasklet_that_calls_an_unknown_one_traps)
{
    hand_stock(&h, 0, 0);
    (void)hand_call(&h, 10, 1, 0);
    hand_did(hand_subcall(&h, 20, HAND_TASKLETS), "answer 1 trapped");
    (void)hand_call(&h, 30, 2, 0);
    hand_did(hand_subcall(&h, 40, UINT32_MAX), "answer 2 trapped");
    cr_assert_eq(h.node.stats.foreign, 2);
}

Test(call, a_tasklet_that_calls_itself_traps_where_no_stack_of_the_catalogue_is_as_deep)
{
    hand_stock(&h, 0, 0);
    (void)hand_call(&h, 10, 1, 0);
    hand_did(hand_subcall(&h, 20, 0), "acquired 0 from cache 0, run 0 at 1");
    hand_did(hand_subcall(&h, 20, 0), "acquired 0 from cache 0, run 0 at 2");
    hand_did(hand_subcall(&h, 20, 0), "answer 1 trapped");
    cr_assert_eq(reservations_of(0), 0);
}

Test(call, a_call_of_an_unknown_chain_is_refused_and_counted)
{
    hand_did(hand_call(&h, 0, 5, HAND_TASKLETS), "answer 5 refused");
    hand_did(hand_call(&h, 0, 6, UINT32_MAX), "answer 6 refused");
    cr_assert_eq(h.node.stats.foreign, 2);
    cr_assert_eq(h.node.calls.in_use, 0);
}

static void call_back(void *context, const struct node_action *action)
{
    (void)action;
    const struct node_event timeout = {.kind = NODE_TIMEOUT};
    const struct node_sink sink = {.act = call_back};
    cr_assert_eq(node_step(context, 0, &timeout, &sink), SIM_OK);
}

Test(call, a_sink_that_calls_its_node_stops_the_program, .signal = SIGABRT)
{
    hand_stock(&h, 0, 7);
    const struct node_event ev = {.kind = NODE_CALL, .call_id = 1, .tasklet = 7};
    const struct node_sink sink = {.act = call_back, .context = &h.node};
    cr_assert_eq(node_step(&h.node, 0, &ev, &sink), SIM_OK);
}

/*
 * A chain of 60 needs, all cached, and eight calls that wait for its binary together: when it
 * comes, each of them acquires 61 tasklets and runs, all in one step.
 */
enum { NEEDS = 60 };
static struct tasklet wide_tasklet[NEEDS + 1];
static uint32_t wide_need[NEEDS];

static const struct catalogue *wide(void)
{
    static struct catalogue c;
    wide_tasklet[0] = (struct tasklet){.size_bytes = 10, .need_count = NEEDS, .hash = 0xa0};
    for (uint32_t i = 0; i < NEEDS; i++) {
        wide_need[i] = i + 1;
        wide_tasklet[i + 1] = (struct tasklet){.size_bytes = 10, .hash = i + 1};
    }
    c = (struct catalogue){.tasklet = wide_tasklet,
                           .count = NEEDS + 1,
                           .call = wide_need,
                           .need = wide_need,
                           .need_max = NEEDS,
                           .depth = 2};
    return &c;
}

static void many_calls_preload_at_once(enum node_preload preload)
{
    h.setup.catalogue = wide();
    h.setup.protocol.coalesce = true;
    h.setup.protocol.preload = preload;
    (void)hand_timeout(&h, 0);
    for (uint32_t t = 1; t <= NEEDS; t++) {
        cache_insert_reserved(&h.node.cache, t);
        cache_release(&h.node.cache, t);
    }
    for (uint64_t id = 0; id < 8; id++) {
        (void)hand_call(&h, 0, id, 0);
    }
    struct wire_message m = hand_here(&h, WIRE_HAVE, 1);
    m.size = 10;
    (void)hand_frame(&h, 10, 0, &m);
    m.kind = WIRE_META_TELL;
    m.request = h.asked.request;
    (void)hand_frame(&h, 10, 0, &m);
    m.kind = WIRE_DATA;
    m.request = h.asked.request;
    (void)hand_frame(&h, 10, 0, &m);
    cr_assert_eq(h.actions.count, 1 + 8 * (1 + 1));
}

Test(call, many_calls_that_preload_in_sequence_acquire_and_run_in_one_step)
{
    many_calls_preload_at_once(NODE_PRELOAD_SEQUENTIAL);
}

Test(call, many_calls_that_preload_in_parallel_acquire_and_run_in_one_step)
{
    many_calls_preload_at_once(NODE_PRELOAD_PARALLEL);
}
