/*
 * What a node does for others: it answers, forwards and hands out.
 * tests/support/hand.h shows the tasklets and how actions read.
 */
#include <criterion/criterion.h>

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

TestSuite(relay, .init = start, .fini = stop);

static struct wire_message query(uint32_t origin, uint32_t request, uint32_t tasklet, uint8_t ttl)
{
    return (struct wire_message){
        .kind = WIRE_QUERY,
        .ttl = ttl,
        .origin = origin,
        .destination = WIRE_EVERYONE,
        .tasklet = tasklet,
        .request = request,
        .context = 77,
    };
}

static const char *shown(struct wire_message m, uint16_t port)
{
    return hand_frame(&h, 0, port, &m);
}

/* ---- queries ---- */

Test(relay, a_query_goes_on_with_one_hop_less_but_not_back)
{
    hand_did(shown(query(1, 5, 7, 255), 0), "flood query 7 ttl 254 but port 0");
    hand_did(shown(query(2, 5, 7, 2), 1), "flood query 7 ttl 1 but port 1");
    cr_assert_eq(h.actions.item[0].send.message->origin, 2);
    cr_assert_eq(h.actions.item[0].send.message->context, 77);
}

Test(relay, a_query_without_hops_left_ends_here)
{
    hand_did(shown(query(1, 5, 7, 1), 0), "");
}

Test(relay, a_flood_returns_where_it_is_to)
{
    h.setup.protocol.flood_back = true;
    hand_did(shown(query(1, 5, 7, 255), 0), "flood query 7 ttl 254");
}

Test(relay, later_copies_of_a_flood_are_dropped)
{
    (void)shown(query(1, 5, 7, 255), 0);
    hand_did(shown(query(1, 5, 7, 254), 1), "");
    hand_did(shown(query(1, 5, 7, 255), 0), "");
    cr_assert_eq(h.node.stats.queries_duplicate, 2);
    hand_did(shown(query(1, 6, 7, 255), 0), "flood query 7 ttl 254 but port 0");
}

Test(relay, its_own_flood_that_comes_back_is_dropped)
{
    (void)hand_call(&h, 0, 1, 7);
    hand_did(shown(h.asked, 1), "");
    cr_assert_eq(h.node.stats.queries_duplicate, 1);
}

Test(relay, a_holder_answers_and_forwards)
{
    hand_stock(&h, 0, 7);
    hand_did(shown(query(1, 5, 7, 255), 0), "send have 7 to 1, flood query 7 ttl 254 but port 0");
    const struct wire_message *m = h.actions.item[0].send.message;
    cr_assert_eq(m->request, 5);
    cr_assert_eq(m->context, 77);
    cr_assert_eq(m->size, 100);
    cr_assert_eq(m->hash, 0xa7);
}

Test(relay, a_holder_only_answers_where_it_is_not_to_forward)
{
    h.setup.protocol.holder_forwards = false;
    hand_stock(&h, 0, 7);
    hand_did(shown(query(1, 5, 7, 255), 0), "send have 7 to 1");
    hand_did(shown(query(1, 6, 6, 255), 0), "flood query 6 ttl 254 but port 0");
}

Test(relay, a_query_for_no_tasklet_is_forwarded_and_not_answered)
{
    hand_did(shown(query(1, 5, HAND_TASKLETS, 3), 0), "flood query 8 ttl 2 but port 0");
    hand_did(shown(query(1, 6, UINT32_MAX, 3), 0), "flood query 4294967295 ttl 2 but port 0");
}

Test(relay, a_query_from_nowhere_is_refused_and_counted)
{
    hand_stock(&h, 0, 7);
    hand_did(shown(query(HAND_NODES, 5, 7, 1), 0), "");
    hand_did(shown(query(UINT32_MAX - 1, 5, 7, 1), 0), "");
    hand_did(shown(query(HAND_NODES, 6, 0, 5), 0), "");
    cr_assert_eq(h.node.stats.foreign, 3);
}

/* ---- unicasts ---- */

static struct wire_message request(enum wire_kind kind, uint32_t from, uint32_t to,
                                   uint32_t tasklet)
{
    return (struct wire_message){
        .kind = (uint8_t)kind, .origin = from, .destination = to, .tasklet = tasklet, .request = 9};
}

Test(relay, what_is_for_others_takes_its_shortest_way)
{
    hand_did(shown(request(WIRE_GET, 1, 2, 7), 0), "send get 7 to 2");
    cr_assert_eq(h.actions.item[0].send.port, 1);
    hand_did(shown(request(WIRE_REGISTRY_ASK, 2, HAND_REGISTRY, 7), 1), "send registry ask 7 to 3");
    cr_assert_eq(h.actions.item[0].send.port, 0);
}

Test(relay, what_is_for_nobody_is_dropped)
{
    hand_did(shown(request(WIRE_GET, 1, HAND_NODES, 7), 0), "");
    hand_did(shown(request(WIRE_GET, 1, UINT32_MAX - 1, 7), 0), "");
    cr_assert_eq(h.node.stats.no_route, 2);
}

Test(relay, requests_are_answered_truthfully)
{
    hand_stock(&h, 0, 7);
    hand_did(shown(request(WIRE_META_ASK, 1, 0, 7), 0), "send meta tell 7 to 1");
    cr_assert_eq(h.actions.item[0].send.message->status, WIRE_HERE);
    cr_assert_eq(h.actions.item[0].send.message->size, 100);
    hand_did(shown(request(WIRE_GET, 2, 0, 7), 1), "send data 7 to 2");
    cr_assert_eq(wire_length(h.actions.item[0].send.message), WIRE_HEADER_BYTES + 100);
    hand_did(shown(request(WIRE_GET, 2, 0, 6), 1), "send data 6 to 2");
    cr_assert_eq(h.actions.item[0].send.message->status, WIRE_GONE);
    cr_assert_eq(wire_length(h.actions.item[0].send.message), WIRE_HEADER_BYTES);
    hand_did(shown(request(WIRE_REGISTRY_ASK, 2, 0, 6), 1), "send registry tell 6 to 2");
    cr_assert_eq(h.actions.item[0].send.message->status, WIRE_GONE);
    hand_did(shown(request(WIRE_META_ASK, 1, 0, UINT32_MAX), 0), "send meta tell 4294967295 to 1");
    cr_assert_eq(h.actions.item[0].send.message->status, WIRE_GONE);
}

Test(relay, asking_a_node_reserves_nothing)
{
    hand_stock(&h, 0, 7);
    const struct cache_entry before = h.node.cache.entry[0];
    (void)shown(request(WIRE_META_ASK, 1, 0, 7), 0);
    (void)shown(request(WIRE_GET, 1, 0, 7), 0);
    (void)shown(query(1, 5, 7, 255), 0);
    cr_assert_eq(h.node.cache.entry[0].uses, before.uses, "the paper counts uses by chains here");
    cr_assert_eq(h.node.cache.entry[0].last_use, before.last_use);
}

/* ---- the registry ---- */

Test(relay, the_registry_has_everything_and_answers_direct_requests)
{
    h.setup.registry = 0;
    hand_did(shown(request(WIRE_REGISTRY_ASK, 1, 0, 6), 0), "send registry tell 6 to 1");
    cr_assert_eq(h.actions.item[0].send.message->size, 150);
    hand_did(shown(request(WIRE_GET, 1, 0, 6), 0), "send data 6 to 1");
    hand_did(shown(request(WIRE_GET, 1, 0, HAND_TASKLETS), 0), "send data 8 to 1");
    cr_assert_eq(h.actions.item[0].send.message->status, WIRE_GONE, "everything that there is");
}

Test(relay, the_registry_answers_searches_only_where_it_is_to)
{
    h.setup.registry = 0;
    hand_did(shown(query(1, 5, 7, 1), 0), "");
    hand_deinit(&h);
    hand_init(&h);
    h.setup.registry = 0;
    h.setup.protocol.registry_answers = true;
    hand_did(shown(query(1, 5, 7, 1), 0), "send have 7 to 1");
}

/* ---- boots ---- */

Test(relay, the_searches_of_a_node_that_booted_again_are_heard)
{
    struct wire_message m = query(2, 500, 0, 2);
    hand_did(hand_frame(&h, 0, 0, &m), "flood query 0 ttl 1 but port 0");
    m.request = 1;
    hand_did(hand_frame(&h, 0, 0, &m), "");
    m.epoch = 1;
    hand_did(hand_frame(&h, 0, 0, &m), "flood query 0 ttl 1 but port 0");
    cr_assert_eq(h.actions.item[0].send.message->epoch, 1);
    hand_did(hand_frame(&h, 0, 1, &m), "");
}

Test(relay, an_answer_gives_the_epoch_of_the_question_back)
{
    hand_stock(&h, 0, 7);
    struct wire_message m = query(2, 1, 7, 1);
    m.epoch = 77;
    hand_did(hand_frame(&h, 0, 1, &m), "send have 7 to 2");
    cr_assert_eq(h.actions.item[0].send.message->epoch, 77);
}

Test(relay, an_answer_to_a_question_of_an_earlier_boot_is_late)
{
    (void)hand_call(&h, 0, 1, 0);
    struct wire_message have = hand_here(&h, WIRE_HAVE, 1);
    have.epoch--;
    hand_did(hand_frame(&h, 1, 0, &have), "");
    cr_assert_eq(h.node.stats.answers_late, 1);
    have.epoch++;
    hand_did(hand_frame(&h, 1, 0, &have), "send meta ask 0 to 1");
}
