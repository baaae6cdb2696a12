/*
 * A neighbour that asks a million times, as fast as it can, from an origin of its own each time and
 * from nobody's: the node answers what is its business, keeps its memory, its books and its own
 * calls.
 */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "tests/support/hand.h"

enum { QUERIES = 1000000 };

struct counts {
    uint64_t sent, flooded, other;
};

static void count(void *context, const struct node_action *a)
{
    struct counts *c = context;
    c->sent += a->kind == NODE_SEND;
    c->flooded += a->kind == NODE_FLOOD;
    c->other += a->kind != NODE_SEND && a->kind != NODE_FLOOD;
}

/* Of the tasklet, by a new number each time. */
static struct counts storm(struct hand *h, uint32_t tasklet, uint32_t origins)
{
    struct counts c = {0, 0, 0};
    const struct node_sink sink = {count, &c};
    for (uint32_t i = 0; i < QUERIES; i++) {
        const struct wire_message m = {
            .kind = WIRE_QUERY,
            .ttl = 5,
            .origin = 1 + i % origins,
            .destination = WIRE_EVERYONE,
            .tasklet = tasklet,
            .request = 1 + i / origins,
        };
        const struct node_event query = {.kind = NODE_FRAME, .port = 0, .frame = &m};
        cr_assert_eq(node_step(&h->node, 100 * SIM_MS, &query, &sink), SIM_OK);
    }
    cr_assert_null(node_audit(&h->node));
    return c;
}

Test(storm, a_million_queries_are_answered_and_passed_on_once_each)
{
    struct hand *h = calloc(1, sizeof *h);
    cr_assert_not_null(h);
    hand_init(h);
    hand_stock(h, 1, 2);
    const struct counts c = storm(h, 2, 1);
    cr_expect_eq(c.sent, QUERIES);
    cr_expect_eq(c.flooded, QUERIES);
    cr_expect_eq(c.other, 0);
    hand_did(hand_call(h, 200, 7, 7), "flood query 7 ttl 1");
    hand_deinit(h);
    free(h);
}

/* Whom nobody knows gets no room that is somebody's. */
Test(storm, a_million_origins_take_no_memory)
{
    struct hand *h = calloc(1, sizeof *h);
    cr_assert_not_null(h);
    hand_init(h);
    hand_stock(h, 1, 2);
    const struct counts c = storm(h, 2, QUERIES);
    cr_expect_eq(c.sent, HAND_NODES - 1, "those that there are");
    cr_expect_eq(h->node.stats.foreign, QUERIES - (HAND_NODES - 1));
    cr_expect_eq(h->node.flood.forgotten, 0);
    hand_did(hand_call(h, 200, 7, 7), "flood query 7 ttl 1");
    hand_deinit(h);
    free(h);
}
