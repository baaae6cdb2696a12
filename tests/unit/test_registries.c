/*
 * Several registries, nodes that are not alike, and links that a GraphML file describes.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/support/trial.h"

static void run(struct trial *t, const char *more)
{
    char text[1024];
    char wrong[256];
    (void)snprintf(text, sizeof text, "format: 1\nduration: 600 s\nvariants: [nimble]\n%s", more);
    trial_open(t, "several.yaml", text, "nimble", 1, NULL);
    trial_run(t);
    cr_assert(world_audit(t->world, wrong, sizeof wrong), "%s", wrong);
}

/* In the grid of 4 x 3, from 0: 5 is two hops from 0 and three from 11. */
Test(registries, each_node_asks_the_nearest)
{
    struct trial t;
    run(&t, "registry: {attached_to: [1, 12]}\n");
    const struct mesh *m = &t.system.mesh;
    cr_assert_eq(m->registries, 2);
    cr_expect_eq(m->registry_of[0], 12);
    cr_expect_eq(m->registry_of[5], 12);
    cr_expect_eq(m->registry_of[10], 13);
    cr_expect_eq(m->registry_of[11], 13);
    cr_expect_gt(world_account(t.world, 12).tx_bytes, 0);
    cr_expect_gt(world_account(t.world, 13).tx_bytes, 0);
    trial_close(&t);
}

Test(registries, every_fourth_node_has_one)
{
    struct trial t;
    run(&t, "registry: {attached_to: {every: 4 nodes}}\n");
    const struct mesh *m = &t.system.mesh;
    cr_assert_eq(m->registries, 3);
    for (uint32_t i = 0; i < 3; i++) {
        cr_expect_eq(m->link[m->first[12 + i]].to, 4 * i);
    }
    trial_close(&t);
}

Test(registries, lists_of_caches_and_executors_begin_again)
{
    struct trial t;
    run(&t, "nodes: {cache: [32 KiB, 8 KiB], executors: [unlimited, 1, 2]}\n");
    for (uint32_t i = 0; i < 12; i++) {
        cr_expect_eq(t.world->node[i].core.executors, i % 3);
        cr_expect_leq(world_account(t.world, i).cache_high_bytes, i % 2 == 0 ? 32768 : 8192);
    }
    trial_close(&t);
}

/* Three nodes in a row, with the data of their two links. */
static void run_row(struct trial *t, const char *first, const char *second)
{
    char path[] = "/tmp/traits-XXXXXX";
    FILE *to = fdopen(mkstemp(path), "w");
    cr_assert_not_null(to);
    (void)fputs("<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">"
                "<key id=\"d\" for=\"edge\" attr.name=\"delay\" attr.type=\"double\"/>"
                "<key id=\"b\" for=\"edge\" attr.name=\"bandwidth\" attr.type=\"double\"/>"
                "<key id=\"l\" for=\"edge\" attr.name=\"loss\" attr.type=\"double\"/>"
                "<graph id=\"g\" edgedefault=\"undirected\"><node id=\"a\"/><node id=\"b\"/>"
                "<node id=\"c\"/>",
                to);
    (void)fprintf(to,
                  "<edge source=\"a\" target=\"b\">%s</edge><edge source=\"b\" target=\"c\">%s"
                  "</edge></graph></graphml>",
                  first, second);
    (void)fclose(to);
    char more[256];
    (void)snprintf(more, sizeof more,
                   "nodes: {columns: 3, rows: 1}\nmesh: {links: {graphml: \"%s\"}}\n", path);
    run(t, more);
    (void)unlink(path);
}

Test(registries, a_graph_says_what_its_links_are_like)
{
    struct trial t;
    run_row(&t, "<data key=\"d\">0.25</data>", "<data key=\"l\">1</data>");
    const struct mesh *m = &t.system.mesh;
    const struct wire_message query = {.kind = WIRE_QUERY};
    cr_assert_not_null(m->traits);
    cr_expect_eq(radio_delay(t.world, m->first[0], 0, 0, &query), 250 * SIM_MS);
    cr_expect_eq(radio_delay(t.world, m->first[1] + 1, 0, 0, &query), 100 * SIM_MS);
    cr_expect(radio_loses(t.world, m->first[1] + 1, 0, 0, &query));
    cr_expect_not(radio_loses(t.world, m->first[0], 0, 0, &query));
    cr_expect_eq(world_account(t.world, 2).rx_bytes, 0);
    cr_expect_null(world_obstacle(&t.world->spec), "neither asks for the full path");
    trial_close(&t);
}

/* At a bit a second nothing is through in ten minutes; the other link has no rate. */
Test(registries, a_slow_link_of_a_graph_holds_up_its_own_messages_alone)
{
    struct trial t;
    run_row(&t, "", "<data key=\"b\">1</data>");
    cr_expect_str_eq(world_obstacle(&t.world->spec), "mesh.links");
    cr_expect_eq(world_link_backlog(t.world, 0, 0), 0);
    cr_expect_gt(world_link_backlog(t.world, 2, 0), 0);
    cr_expect_eq(world_account(t.world, 2).rx_bytes, 0);
    cr_expect_geq(t.plan.longest_round_ns, 2 * 3 * 88 * 8 * SIM_S,
                  "an answer is waited for as long as the slowest link may need");
    trial_close(&t);
}

/* Their copies of the news are of one version, and the first registry alone tells it. */
Test(registries, all_of_them_have_a_new_version_at_once)
{
    struct trial t;
    run(&t,
        "registry: {attached_to: {every: 4 nodes}}\nupdates: {at: [100 s, 200 s], algorithm: 3}\n");
    const uint32_t tasklet = t.plan.taskset.chains + 2;
    for (uint32_t i = 12; i < 15; i++) {
        cr_expect_eq(t.world->node[i].core.newest[tasklet], 2, "registry %u", i - 11);
    }
    trial_close(&t);
}

/* A node behind the second registry, cut off from the first one, has the new version from there. */
Test(registries, each_serves_what_is_newest)
{
    struct trial t;
    run(&t, "nodes: {columns: 2, rows: 1}\nregistry: {attached_to: [1, 2]}\n"
            "outage: {events: [link 1-2 from 1 s]}\n"
            "taskset: {chains: 5, algorithms: 3, algorithms_per_chain: 3}\nrobots: {chains: 5}\n"
            "updates: {at: [100 s], algorithm: 3, notice: none}\n");
    const struct node *n = &t.world->node[1].core;
    const uint32_t tasklet = t.plan.taskset.chains + 2;
    cr_expect_eq(t.world->node[3].core.newest[tasklet], 1);
    cr_expect_gt(n->stats.served[NODE_SERVED_REGISTRY], 0);
    trial_close(&t);
}
