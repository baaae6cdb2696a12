/*
 * A flood on the paper's grid, counted by hand.
 *
 *       1 -- 2 -- 3 -- 4         registry -- 1
 *       |    |    |    |
 *       5 -- 6 -- 7 -- 8         17 links among the nodes: 3 rows of 3, 2 x 4 columns;
 *       |    |    |    |         one more to the registry: 18
 *       9 - 10 - 11 - 12
 *
 * The origin sends to each of its neighbours. Everyone else forwards the first copy that comes to
 * every neighbour but the one it came from: degree minus one. Degrees sum up to twice the
 * links, 36; of the 12 others than the origin each saves one:
 *
 *       36 - 12 = 24 transmissions, whoever the origin is.
 *
 * Of these the registry, a node of degree one, sends none. With flood_back nobody but the
 * origin saves anything, and the origin drops what comes back:
 *
 *       36 transmissions.
 *
 * With accounting broadcast a flood costs one transmission a node, the registry among them, and
 * a radio cannot spare the neighbour that the copy came from: it hears it with the others.
 *
 *       13 transmissions, 36 copies, with flood_back and without.
 *
 * Of the copies that arrive, 24 or 36, 12 are first ones.
 *
 * On any graph it is so: twice the links less those who are not the origin; twice the links; one a
 * vertex. With the registry at node 1
 *
 *       a path of 5 nodes     5 links, 6 vertices:  5 transmissions,  10,  6 that make 10 copies
 *       a star of 5 nodes     5 links, 6 vertices:  5,                10,  6 that make 10
 *       a ring of 6 nodes     7 links, 7 vertices:  14 - 6 = 8,       14,  7 that make 14
 *
 * In a tree without flooding back nobody is told twice.
 *
 * A second registry, at node 12, makes one link more, and one node: 38 - 13 = 25 transmissions, or
 * 38, or 14 that make 38 copies; 13 are first ones.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/support/trial.h"

enum { GRID = 12, ALL = 13 };

#define TWO "}\nregistry: {attached_to: [1, 12]" /* behind the last of the protocol's keys */

/* What the network did for one query. */
struct flood_count {
    uint64_t sent_copies;   /* over links */
    uint64_t transmissions; /* as the accounts charge them */
    uint64_t received;
    uint64_t duplicates;
    uint64_t reached; /* nodes that got a copy, the origin not counted */
};

/* Feeds a query of origin's into the network at t = 0 and lets it run out. The short cut knows the
 * scenario's searches only, and drops no copies where none comes. */
static struct flood_count flood_over(bool full, uint32_t origin, const char *protocol, uint8_t ttl)
{
    char text[768];
    (void)snprintf(text, sizeof text,
                   "format: 1\nduration: 100 s\nrobots: {count: 1, trigger: 1000 h}\n"
                   "protocol: {message_overhead: 1 B, %s}\n",
                   protocol);
    struct trial t;
    trial_prepare(&t, "flood.yaml", text, "nimble", 1);
    t.plan.world.full_path_for = full ? "--transport" : NULL;
    trial_begin(&t);
    const struct wire_message query = {
        .kind = WIRE_QUERY,
        .ttl = ttl,
        .origin = origin,
        .destination = WIRE_EVERYONE,
        .request = 1,
    };
    bool done;
    cr_assert_eq(world_run(t.world, 0, &done), SIM_OK); /* makes the world ready */
    transport_flood(t.world, origin, 0, NODE_NO_PORT, &query);
    trial_run(&t);

    struct flood_count c = {0};
    for (uint32_t i = 0; i < t.system.mesh.node_count; i++) {
        const struct world_node *n = &t.world->node[i];
        c.transmissions += n->traffic.tx_messages;
        c.sent_copies += n->traffic.copies_bytes; /* of one byte each */
        c.received += n->traffic.rx_messages;
        c.duplicates += n->core.stats.queries_duplicate;
        c.reached += i != origin && n->traffic.rx_messages > 0;
    }
    trial_close(&t);
    return c;
}

static struct flood_count flood_from(uint32_t origin, const char *protocol, uint8_t ttl)
{
    const struct flood_count full = flood_over(true, origin, protocol, ttl);
    const struct flood_count cut = flood_over(false, origin, protocol, ttl);
    cr_assert_eq(cut.transmissions, full.transmissions);
    cr_assert_eq(cut.sent_copies, full.sent_copies);
    cr_assert_eq(cut.received, full.received);
    cr_assert_eq(cut.reached, full.reached);
    return full;
}

static void count_is(struct flood_count c, uint64_t transmissions, uint64_t copies,
                     uint64_t reached, uint32_t origin)
{
    cr_assert_eq(c.transmissions, transmissions, "origin %u: %lu transmissions", origin + 1,
                 (unsigned long)c.transmissions);
    cr_assert_eq(c.sent_copies, copies, "origin %u: %lu copies", origin + 1,
                 (unsigned long)c.sent_copies);
    cr_assert_eq(c.received, copies);
    cr_assert_eq(c.duplicates, copies - reached);
    cr_assert_eq(c.reached, reached);
}

Test(flood_by_hand, a_search_makes_24_transmissions_whoever_asks)
{
    for (uint32_t origin = 0; origin < GRID; origin++) {
        count_is(flood_from(origin, "flood_back: false", 255), 24, 24, 12, origin);
    }
}

Test(flood_by_hand, flooding_back_makes_36)
{
    for (uint32_t origin = 0; origin < GRID; origin++) {
        count_is(flood_from(origin, "flood_back: true", 255), 36, 36, 12, origin);
    }
}

Test(flood_by_hand, broadcast_makes_one_a_node_which_all_its_neighbours_hear)
{
    for (uint32_t origin = 0; origin < GRID; origin++) {
        count_is(flood_from(origin, "accounting: broadcast", 255), 13, 36, 12, origin);
        count_is(flood_from(origin, "accounting: broadcast, flood_back: true", 255), 13, 36, 12,
                 origin);
    }
}

Test(flood_by_hand, a_second_registry_costs_a_transmission_each)
{
    for (uint32_t origin = 0; origin < GRID; origin++) {
        count_is(flood_from(origin, "flood_back: false" TWO, 255), 25, 25, 13, origin);
        count_is(flood_from(origin, "flood_back: true" TWO, 255), 38, 38, 13, origin);
        count_is(flood_from(origin, "accounting: broadcast" TWO, 255), 14, 38, 13, origin);
    }
}

/* ---- other graphs ---- */

struct graph_case {
    uint32_t nodes, links[8][2], link_count;
};

static void write_graph(const char *path, const struct graph_case *g)
{
    FILE *to = fopen(path, "w");
    cr_assert_not_null(to);
    (void)fputs("<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">"
                "<graph id=\"g\" edgedefault=\"undirected\">",
                to);
    for (uint32_t i = 1; i <= g->nodes; i++) {
        (void)fprintf(to, "<node id=\"n%u\"/>", i);
    }
    for (uint32_t i = 0; i < g->link_count; i++) {
        (void)fprintf(to, "<edge source=\"n%u\" target=\"n%u\"/>", g->links[i][0], g->links[i][1]);
    }
    (void)fputs("</graph></graphml>", to);
    (void)fclose(to);
}

/* From every node, in each of the three ways to account for it. */
static void expect_floods(const struct graph_case *g, uint32_t once, uint32_t twice,
                          uint32_t vertices)
{
    static const char *const how[] = {"flood_back: false", "flood_back: true",
                                      "accounting: broadcast"};
    char path[] = "/tmp/nimblesim-flood-XXXXXX";
    const int descriptor = mkstemp(path);
    cr_assert_geq(descriptor, 0);
    (void)close(descriptor);
    write_graph(path, g);
    for (size_t way = 0; way < sizeof how / sizeof how[0]; way++) {
        char protocol[256];
        (void)snprintf(protocol, sizeof protocol,
                       "%s}\nnodes: {columns: %u, rows: 1, spacing: 10 m}\n"
                       "mesh: {links: {graphml: %s}",
                       how[way], g->nodes, path);
        const uint32_t sent[] = {once, twice, vertices};
        for (uint32_t origin = 0; origin < g->nodes; origin++) {
            count_is(flood_from(origin, protocol, 255), sent[way], way == 0 ? once : twice,
                     vertices - 1, origin);
        }
    }
    (void)unlink(path);
}

Test(flood_by_hand, over_a_path_a_star_and_a_ring)
{
    const struct graph_case path = {5, {{1, 2}, {2, 3}, {3, 4}, {4, 5}}, 4};
    const struct graph_case star = {5, {{1, 2}, {1, 3}, {1, 4}, {1, 5}}, 4};
    const struct graph_case ring = {6, {{1, 2}, {2, 3}, {3, 4}, {4, 5}, {5, 6}, {6, 1}}, 6};
    expect_floods(&path, 5, 10, 6);
    expect_floods(&star, 5, 10, 6);
    expect_floods(&ring, 8, 14, 7);
}

/*
 * One hop: the origin's neighbours and nobody else. Two hops from node 1: it tells 2, 5 and the
 * registry (3); 2 tells 3 and 6, 5 tells 6 and 9 (4): 7 transmissions reach 2, 5, the registry, 3,
 * 6 and 9, which makes 6; node 6 is told twice.
 */
Test(flood_by_hand, hops_end_a_flood)
{
    static const uint32_t degree[GRID] = {3, 3, 3, 2, 3, 4, 4, 3, 2, 3, 3, 2};
    for (uint32_t origin = 0; origin < GRID; origin++) {
        count_is(flood_from(origin, "flood_back: false", 1), degree[origin], degree[origin],
                 degree[origin], origin);
    }
    count_is(flood_from(0, "global: {ttl: 2}", 2), 7, 7, 6, 0);
}

/*
 * A robot's call of a chain that nobody holds, from end to end. The node asks its neighbours (its
 * degree), floods (24), and goes to the registry: ask and tell, meta ask and tell, get and data,
 * each over so many hops as the node lies from the registry.
 */
static void note_the_node(void *context, const struct world_call *call)
{
    uint32_t *node = context;
    if (call->status == WORLD_COMPLETED) {
        *node = call->trigger.node;
    }
}

/* The robot stands still, so all calls come to one node. */
static uint32_t run_calls(struct trial *t, const char *more, uint64_t *messages)
{
    static const char still[] =
        "format: 1\nduration: 60 s\nrobots: {count: 1, chains: 1, movement: "
        "uniform, speed_max: 0 m/s, trigger: 40 s}\n"
        "nodes: {contact_radius: 100 m}\n"
        "taskset: {chains: 1, algorithms: 1, algorithms_per_chain: 0}\n";
    char text[512];
    uint32_t node = UINT32_MAX;
    const struct world_observer observer = {.context = &node, .call = note_the_node};
    (void)snprintf(text, sizeof text, "%s%s", still, more);
    trial_open(t, "call.yaml", text, "nimble", 1, &observer);
    trial_run(t);
    cr_assert_lt(node, GRID);
    *messages = 0;
    for (uint32_t i = 0; i < t->system.mesh.node_count; i++) {
        *messages += t->world->node[i].traffic.tx_messages;
    }
    cr_assert_eq(t->world->totals.completed, t->world->node[node].calls,
                 "all calls came to the same node");
    cr_assert_eq(t->world->node[node].core.stats.served[NODE_SERVED_REGISTRY], 1);
    return node;
}

static const uint32_t links_of[GRID] = {3, 3, 3, 2, 3, 4, 4, 3, 2, 3, 3, 2};

Test(flood_by_hand, a_call_that_the_registry_serves_costs_what_can_be_counted)
{
    struct trial t;
    uint64_t messages;
    const uint32_t node = run_calls(&t, "", &messages);
    const uint32_t hops = node % 4 + node / 4 + 1;
    cr_assert_eq(messages, links_of[node] + 24 + 6 * hops, "node %u: %lu messages", node + 1,
                 (unsigned long)messages);
    trial_close(&t);
}

/* From the lower right corner it is so many hops as columns and rows are left. */
Test(flood_by_hand, of_two_registries_the_nearer_one_serves)
{
    for (uint32_t seed = 1; seed <= 8; seed++) {
        char more[128];
        struct trial t;
        uint64_t messages;
        (void)snprintf(more, sizeof more, "seed: %u\nregistry: {attached_to: [1, 12]}\n", seed);
        const uint32_t node = run_calls(&t, more, &messages);
        const uint32_t one = node % 4 + node / 4 + 1;
        const uint32_t two = 3 - node % 4 + 2 - node / 4 + 1;
        const uint32_t links = links_of[node] + (node == 11);
        cr_expect_eq(messages, links + 25 + 6 * (one <= two ? one : two), "node %u: %lu messages",
                     node + 1, (unsigned long)messages);
        cr_expect_eq(t.world->node[12].core.stats.served[NODE_SERVED_REGISTRY], 0);
        cr_expect(t.world->node[one <= two ? 12 : 13].traffic.tx_messages > 0);
        cr_expect_eq(t.world->node[one <= two ? 13 : 12].traffic.tx_messages, 0);
        trial_close(&t);
    }
}
