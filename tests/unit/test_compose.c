/*
 * From a scenario to a run: what of the scenario ends up where, and which wishes that the loader
 * cannot judge are refused here.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "models/nimblenet/model.h"
#include "tests/support/schema.h"
#include "tests/support/trial.h"

static void set_up(void)
{
    mesh_library_init();
}

TestSuite(compose, .init = set_up);

/* The shipped defaults with some lines of YAML on top. */
static struct scenario scenario_of(const char *yaml)
{
    struct scenario s;
    struct scenario_errors errors = {0};
    char text[4096];
    const int length = snprintf(text, sizeof text, "format: 1\nname: test\n%s", yaml);
    cr_assert(length > 0 && (size_t)length < sizeof text);
    const enum sim_status status =
        scenario_parse(&s, &schema_registry, "test.yaml", text, (size_t)length, NULL, 0, &errors);
    cr_assert_eq(status, SIM_OK, "%s", schema_line(&errors, 0));
    scenario_errors_deinit(&errors);
    return s;
}

struct made {
    struct scenario scenario;
    struct model_head head;
    struct compose_system system;
    struct compose_plan plan;
};

static void make(struct made *m, const char *yaml, const char *variant)
{
    struct model_error error = {.key = NULL};
    m->scenario = scenario_of(yaml);
    m->head = trial_head(&m->scenario);
    const struct nimblenet_config *config = trial_config(&m->scenario, variant);
    cr_assert_eq(compose_system_init(&m->system, &m->head, config, &error), SIM_OK, "%s",
                 error.text);
    cr_assert_eq(compose_plan_init(&m->plan, &m->system, 1, &error), SIM_OK, "%s", error.text);
}

static void unmake(struct made *m)
{
    compose_plan_deinit(&m->plan);
    compose_system_deinit(&m->system);
    scenario_deinit(&m->scenario);
}

Test(compose, the_defaults_are_the_papers_factory)
{
    struct made m;
    make(&m, "", "nimble");
    const struct floor_plan *f = &m.system.floor;
    cr_expect(f->node_count == 12 && f->width_m == 80 && f->height_m == 60 && f->radius_m == 10);
    cr_expect(f->node[0].x_m == 10 && f->node[0].y_m == 10, "node 1 is the corner");
    cr_expect(f->node[3].x_m == 70 && f->node[3].y_m == 10);
    cr_expect(f->node[4].x_m == 10 && f->node[4].y_m == 30, "row by row");
    cr_expect(f->node[11].x_m == 70 && f->node[11].y_m == 50);

    const struct node_setup *n = &m.plan.setup;
    cr_expect(n->node_count == 13 && n->registry == 12);
    cr_expect(n->cache_bytes == 32768 && n->executors == 0);
    cr_expect_str_eq(policies_name(n->policy), "lfu");
    cr_expect_eq(n->protocol.attempts, 5);
    cr_expect(n->protocol.local.ttl == 1 && n->protocol.local.timeout_ns == 100 * SIM_MS);
    cr_expect(n->protocol.global.ttl == 255 && n->protocol.global.timeout_ns == 500 * SIM_MS);
    cr_expect(n->protocol.holder_forwards && n->protocol.first_answer_wins);
    cr_expect(n->protocol.metadata_exchange && n->protocol.fallback_exchange);
    cr_expect(!n->protocol.flood_back && !n->protocol.registry_answers && !n->protocol.coalesce);

    const struct world_spec *w = &m.plan.world;
    cr_expect(w->duration_ns == 3600 * SIM_S && w->robots.count == 20);
    cr_expect(w->traffic.overhead_bytes == 88 && w->traffic.hop_delay_ns == 100 * SIM_MS);
    cr_expect(w->traffic.mtu_bytes == 0 && w->traffic.bandwidth_bps == 0 && w->traffic.loss == 0);
    for (uint32_t i = 0; i < m.plan.taskset.count; i++) {
        const struct cpu_cost *cost = &m.plan.program.cost[i];
        cr_assert(cost->load_ns == 5 * SIM_MS && cost->resume_ns == SIM_MS);
        cr_assert_eq(cost->suspend_ns, 0, "the drawn times know no suspension");
    }
    unmake(&m);
}

Test(compose, the_node_sees_the_taskset_that_was_drawn)
{
    static const char *const variants[] = {"nimble", "monolithic"};
    for (int v = 0; v < 2; v++) {
        struct made m;
        make(&m, "nodes: {cache: 1 MiB}\ntaskset: {algorithm_calls: 2}\n", variants[v]);
        const struct taskset *t = &m.plan.taskset;
        const struct catalogue *c = &m.plan.catalogue;
        cr_assert(c->count == t->count && c->depth == t->depth && c->need_max == t->need_max);
        for (uint32_t i = 0; i < t->count; i++) {
            cr_assert_eq(c->tasklet[i].size_bytes, t->tasklet[i].size_bytes);
            cr_assert_eq(c->tasklet[i].hash, t->tasklet[i].hash);
            cr_assert_eq(c->tasklet[i].first_call, t->tasklet[i].first_call);
            cr_assert_eq(c->tasklet[i].call_count, t->tasklet[i].call_count);
            cr_assert_eq(c->tasklet[i].need_count, t->tasklet[i].need_count);
        }
        cr_expect_eq(m.plan.world.program->segment_ns, t->segment_ns);
        unmake(&m);
    }
}

Test(compose, robots_do_the_same_in_every_variant)
{
    struct made nimble, monolithic;
    make(&nimble, "", "nimble");
    make(&monolithic, "", "monolithic");
    const struct robot_spec *a = &nimble.plan.world.robots;
    const struct robot_spec *b = &monolithic.plan.world.robots;
    cr_expect(a->seed == b->seed && a->replication == b->replication);
    cr_expect(a->chains == b->chains && a->chains_all == b->chains_all);
    unmake(&nimble);
    unmake(&monolithic);
}

Test(compose, replications_draw_tasksets_of_their_own)
{
    struct scenario s = scenario_of("");
    const struct model_head head = trial_head(&s);
    const struct nimblenet_config *c = trial_config(&s, "nimble");
    struct model_error error;
    struct taskset first, again, second;
    cr_assert_eq(compose_taskset(&first, &head, c, 1, &error), SIM_OK);
    cr_assert_eq(compose_taskset(&again, &head, c, 1, &error), SIM_OK);
    cr_assert_eq(compose_taskset(&second, &head, c, 2, &error), SIM_OK);
    cr_expect_eq(first.tasklet[0].hash, again.tasklet[0].hash);
    cr_expect_neq(first.tasklet[0].hash, second.tasklet[0].hash);
    taskset_deinit(&first);
    taskset_deinit(&again);
    taskset_deinit(&second);
    scenario_deinit(&s);
}

Test(compose, real_overhead_is_the_codecs_header_with_the_lower_layers)
{
    struct made m;
    make(&m, "protocol: {message_overhead: real, lower_layer_header: 48 B}\n", "nimble");
    cr_expect_eq(m.plan.world.traffic.overhead_bytes, WIRE_HEADER_BYTES + 48);
    unmake(&m);
}

Test(compose, every_switch_of_the_protocol_arrives)
{
    struct made m;
    make(&m,
         "nodes: {eviction: lru, executors: 2, contact: random}\n"
         "mesh: {hop_delay_on: forwarded, bandwidth: 1 Mbit/s, loss: 0.25, mtu: 200 B}\n"
         "protocol: {accounting: broadcast, flood_back: true, holder_forwards: false,\n"
         "  registry_answers: true, first_answer_wins: false, deadline_tie: reject,\n"
         "  metadata_exchange: false, fallback_exchange: false, coalesce: true, no_room: wait,\n"
         "  preload: parallel}\n"
         "execution: {order: yield}\n",
         "nimble");
    const struct node_protocol *p = &m.plan.setup.protocol;
    cr_expect_str_eq(policies_name(m.plan.setup.policy), "lru");
    cr_expect_eq(m.plan.setup.executors, 2);
    cr_expect(p->flood_back && !p->holder_forwards && p->registry_answers && !p->first_answer_wins);
    cr_expect(!p->deadline_accepts && !p->metadata_exchange && !p->fallback_exchange);
    cr_expect(p->coalesce && p->no_room == NODE_ROOM_WAIT && p->order == NODE_ORDER_YIELD);
    cr_expect_eq(p->preload, NODE_PRELOAD_PARALLEL);
    const struct world_spec *w = &m.plan.world;
    cr_expect_eq(w->robots.contact, FLOOR_RANDOM);
    cr_expect(w->traffic.broadcast && w->traffic.first_hop_is_free);
    cr_expect(w->traffic.bandwidth_bps == 1000000 && w->traffic.mtu_bytes == 200);
    cr_expect_eq(w->traffic.loss, 0.25);
    unmake(&m);
}

static sim_time request_timeout(const char *yaml)
{
    struct made m;
    make(&m, yaml, "nimble");
    const sim_time timeout_ns = m.plan.setup.protocol.request_timeout_ns;
    unmake(&m);
    return timeout_ns;
}

/* The registry behind node 1 of a row of n: the longest way has n hops. */
Test(compose, a_request_waits_as_long_as_the_longest_way_there_and_back)
{
    cr_expect_eq(request_timeout(""), 5 * SIM_S);
    cr_expect_eq(request_timeout("floor: {width: 600 m}\nnodes: {columns: 30, rows: 1}\n"
                                 "robots: {movement: uniform}\n"),
                 6 * SIM_S);
    cr_expect_eq(request_timeout("mesh: {hop_delay: 1 s}\n"), 12 * SIM_S);
    /* 412 B of binary and 88 B beside it are 4000 bit */
    cr_expect_eq(request_timeout("mesh: {bandwidth: 2 kbit/s}\n"
                                 "taskset: {chain_size: 412 B, algorithm_size: 100 B}\n"),
                 2 * 6 * 2100 * SIM_MS);
    cr_expect_eq(request_timeout("mesh: {hop_delay: {uniform: [0.1 s, 1 s]}, retries: 2, "
                                 "ack_time: 20 ms}\nnodes: {frame_time: 5 ms}\n"),
                 2 * 6 * (3 * SIM_S + 2 * 20 * SIM_MS + 5 * SIM_MS));
    cr_expect_eq(request_timeout("mesh: {hop_delay: 1 s}\nprotocol: {request_timeout: 3 s}\n"),
                 3 * SIM_S, "as long as it says");
    cr_expect_eq(request_timeout("mesh: {bandwidth: 1 bit/s}\n"
                                 "taskset: {chain_size: 1000 MiB, algorithm_size: 1 B}\n"
                                 "nodes: {cache: 1024 MiB}\n"),
                 SIM_TIME_NEVER / 4, "which is later than any run ends");
}

Test(compose, a_flood_lives_as_long_as_its_hops_take)
{
    struct made m;
    make(&m, "mesh: {hop_delay: 10 ms}\nprotocol: {local: {ttl: 2}, global: {ttl: 30}}\n",
         "nimble");
    cr_expect_eq(m.plan.setup.flood_life_ns, 310 * SIM_MS);
    unmake(&m);
    make(&m, "mesh: {hop_delay: 10 ms}\nprotocol: {local: {ttl: 9}, global: {ttl: 3}}\n", "nimble");
    cr_expect_eq(m.plan.setup.flood_life_ns, 100 * SIM_MS);
    unmake(&m);
    make(&m, "mesh: {hop_delay: 10 ms, bandwidth: 1 Mbit/s}\n", "nimble");
    cr_expect_eq(m.plan.setup.flood_life_ns, 0, "a copy waits in a link for no one knows how long");
    unmake(&m);
}

/* ---- what is refused ---- */

static void expect_system_refusal(const char *yaml, enum sim_status want, const char *key,
                                  const char *why)
{
    struct scenario s = scenario_of(yaml);
    const struct model_head head = trial_head(&s);
    struct compose_system system;
    struct model_error error = {.key = NULL};
    cr_expect_eq(compose_system_init(&system, &head, trial_config(&s, "nimble"), &error), want,
                 "%s", yaml);
    cr_expect_not_null(strstr(error.text, why), "'%s' does not say '%s'", error.text, why);
    cr_expect_str_eq(error.key, key, "the culprit is named: %s", error.text);
    scenario_deinit(&s);
}

static void expect_plan_refusal(const char *yaml, const char *variant, const char *key,
                                const char *why)
{
    struct scenario s = scenario_of(yaml);
    const struct model_head head = trial_head(&s);
    struct compose_system system;
    struct compose_plan plan;
    struct model_error error = {.key = NULL};
    cr_assert_eq(compose_system_init(&system, &head, trial_config(&s, variant), &error), SIM_OK,
                 "%s", error.text);
    cr_expect_eq(compose_plan_init(&plan, &system, 1, &error), SIM_ERR_INVALID, "%s", yaml);
    cr_expect_not_null(strstr(error.text, why), "'%s' does not say '%s'", error.text, why);
    cr_expect_str_eq(error.key, key, "the culprit is named: %s", error.text);
    compose_system_deinit(&system);
    scenario_deinit(&s);
}

Test(compose, nodes_off_the_floor_are_refused)
{
    expect_system_refusal("nodes: {spacing: 30 m}\n", SIM_ERR_INVALID, "nodes.spacing",
                          "node 4 stands at (105 m, 15 m), off the floor of 80 m x 60 m");
}

Test(compose, noise_that_outruns_the_robots_is_refused)
{
    expect_system_refusal("robots: {noise: {feature: 20 s}}\n", SIM_ERR_INVALID,
                          "robots.noise.feature", "20 s would need robots");
    expect_system_refusal("robots: {speed_max: 0.001 m/s}\n", SIM_ERR_INVALID,
                          "robots.noise.feature", "at least");
    struct made m; /* by heading nothing depends on it */
    make(&m, "robots: {movement: uniform, noise: {feature: 20 s}}\n", "nimble");
    unmake(&m);
}

Test(compose, more_octaves_than_can_be_summed_never_come_to_a_run)
{
    struct scenario s = scenario_of("robots: {movement: uniform}\n");
    const struct model_head head = trial_head(&s);
    struct nimblenet_config c = *trial_config(&s, "nimble");
    struct compose_system system;
    struct model_error error = {.key = NULL};
    c.robots.noise.octaves = NOISE_OCTAVES_MAX;
    cr_assert_eq(compose_system_init(&system, &head, &c, &error), SIM_OK, "%s", error.text);
    compose_system_deinit(&system);
    c.robots.noise.octaves = NOISE_OCTAVES_MAX + 1;
    cr_expect_eq(compose_system_init(&system, &head, &c, &error), SIM_ERR_INVALID);
    cr_expect_str_eq(error.key, "robots.noise.octaves");
    scenario_deinit(&s);
}

/* ---- graphs from files ---- */

#define GRAPH(body)                                                                                \
    "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n"                                  \
    "<key id=\"x\" for=\"node\" attr.name=\"x\" attr.type=\"double\"/>\n"                          \
    "<key id=\"y\" for=\"node\" attr.name=\"y\" attr.type=\"double\"/>\n"                          \
    "<graph edgedefault=\"undirected\">\n" body "</graph></graphml>\n"
#define AT(id, x, y)                                                                               \
    "<node id=\"" id "\"><data key=\"x\">" x "</data><data key=\"y\">" y "</data></node>\n"
#define BARE(id) "<node id=\"" id "\"/>\n"
#define EDGE(a, b) "<edge source=\"" a "\" target=\"" b "\"/>\n"

/* YAML that names a file with this graph, which is gone once the scenario has been read. */
struct graph_file {
    char path[64];
    char yaml[256];
};

static void write_graph(struct graph_file *f, const char *graph, const char *more)
{
    (void)snprintf(f->path, sizeof f->path, "/tmp/nimblesim-compose-XXXXXX");
    const int fd = mkstemp(f->path);
    cr_assert_geq(fd, 0);
    cr_assert_eq(write(fd, graph, strlen(graph)), (ssize_t)strlen(graph));
    (void)close(fd);
    (void)snprintf(f->yaml, sizeof f->yaml, "%smesh: {links: {graphml: %s}}\n", more, f->path);
}

static void expect_graph_refusal(const char *graph, const char *more, const char *key,
                                 const char *why)
{
    struct graph_file f;
    write_graph(&f, graph, more);
    expect_system_refusal(f.yaml, SIM_ERR_INVALID, key, why);
    cr_assert_eq(unlink(f.path), 0);
}

Test(compose, a_mesh_file_that_is_missing_is_refused)
{
    expect_system_refusal("mesh: {links: {graphml: /nowhere/mesh.graphml}}\n", SIM_ERR_NOTFOUND,
                          "mesh.links", "/nowhere/mesh.graphml");
}

Test(compose, a_link_that_cannot_be_is_refused_in_its_line)
{
    static const char graph[] =
        GRAPH(AT("a", "1", "1") AT("b", "2", "2") "<edge source=\"a\" target=\"b\">"
                                                  "<data key=\"l\">2</data></edge>\n");
    char keyed[1024];
    const char *body = strstr(graph, "<graph ");
    (void)snprintf(keyed, sizeof keyed,
                   "%.*s<key id=\"l\" for=\"edge\" attr.name=\"loss\" attr.type=\"double\"/>\n%s",
                   (int)(body - graph), graph, body);
    expect_graph_refusal(keyed, "", "mesh.links", ":8: link 1-2 has a loss of 2");
}

Test(compose, a_graph_without_places_has_the_grids)
{
    static const char graph[] = GRAPH(BARE("a") BARE("b") EDGE("a", "b"));
    expect_graph_refusal(graph, "", "mesh.links", "the graph has 2 nodes and no positions");

    struct graph_file f;
    struct made m;
    write_graph(&f, graph, "nodes: {columns: 2, rows: 1}\n");
    make(&m, f.yaml, "nimble");
    cr_expect(m.system.floor.node_count == 2 && m.system.floor.node[1].x_m == 30);
    unmake(&m);
    cr_assert_eq(unlink(f.path), 0);
}

Test(compose, mistakes_of_a_graph_are_told_with_their_line)
{
    expect_graph_refusal(GRAPH(AT("a", "1", "1") AT("b", "90", "1") EDGE("a", "b")), "",
                         "mesh.links", ":6: node 2 stands at (90 m, 1 m), off the floor");
    expect_graph_refusal(GRAPH(BARE("a") BARE("a")), "", "mesh.links",
                         ":6: node \"a\" is there twice; first in line 5");
    expect_graph_refusal(GRAPH(BARE("a") EDGE("a", "b")), "", "mesh.links",
                         ":6: an edge to node \"b\", which is not declared");
    expect_graph_refusal(GRAPH(BARE("a") BARE("b")), "nodes: {columns: 2, rows: 1}\n", "mesh.links",
                         "not connected");
}

Test(compose, a_grid_that_contradicts_the_graph_is_refused)
{
    static const char graph[] = GRAPH(AT("a", "1", "1") AT("b", "2", "1") EDGE("a", "b"));
    expect_graph_refusal(graph, "nodes: {columns: 5}\n", "nodes.columns",
                         "gives 15 nodes, but the graph of mesh.links has 2");
    struct graph_file f; /* who says nothing of a grid contradicts nobody */
    struct made m;
    write_graph(&f, graph, "");
    make(&m, f.yaml, "nimble");
    cr_expect_eq(m.plan.setup.node_count, 3);
    unmake(&m);
    cr_assert_eq(unlink(f.path), 0);
}

struct heard {
    uint32_t count;
    char text[512];
};

static void note_warning(void *context, sim_time at, const char *text)
{
    struct heard *h = context;
    cr_expect_eq(at, 0);
    h->count++;
    (void)snprintf(h->text, sizeof h->text, "%s", text);
}

static struct heard forewarnings(const char *yaml, const char *variant)
{
    struct made m;
    struct heard h = {0};
    const struct model_listener listener = {.context = &h, .warn = note_warning};
    make(&m, yaml, variant);
    nimblenet_forewarn(&m.plan, &listener);
    unmake(&m);
    return h;
}

Test(compose, chains_that_fit_no_cache_are_warned_of_and_others_run)
{
    const struct heard whole = forewarnings("nodes: {cache: 3000 B}\n", "monolithic");
    cr_expect_eq(whole.count, 1);
    cr_expect(strstr(whole.text, " of 200 chains can never run") != NULL, "%s", whole.text);
    cr_expect(strstr(whole.text, "nodes.cache (3000 B)") != NULL, "%s", whole.text);
    cr_expect_eq(forewarnings("nodes: {cache: 3000 B}\n", "nimble").count, 0);
    /* Some chains and the algorithms that they call need up to 1000 B; preloading wants them all.
     */
    cr_expect_eq(forewarnings("nodes: {cache: 900 B}\n", "nimble").count, 1);
    cr_expect_eq(
        forewarnings("nodes: {cache: 3000 B}\nprotocol: {preload: sequential}\n", "nimble").count,
        1);
}

Test(compose, a_chain_that_grows_without_bounds_is_refused)
{
    expect_plan_refusal("taskset: {algorithms: 80, algorithm_calls: 80}\n", "nimble", "taskset",
                        "grows beyond");
    expect_plan_refusal("nodes: {cache: 1024 MiB}\n"
                        "taskset: {algorithms: 30, algorithm_calls: 30}\n",
                        "monolithic", "taskset", "grows beyond 4 GiB");
}

Test(compose, more_sub_tasklets_than_can_be_preloaded_are_refused)
{
    static const char yaml[] = "taskset: {algorithms: 70, algorithms_per_chain: 70}\n"
                               "protocol: {preload: sequential}\n";
    expect_plan_refusal(yaml, "nimble", "protocol.preload", "at most 64 can be preloaded");
    struct made m;
    make(&m, yaml, "monolithic");
    unmake(&m);
}

/* Real sizes are those of the binaries; where none is raised, nothing is changed at all. */
Test(compose, real_sizes_differ_only_where_a_binary_is_longer_than_drawn)
{
    static const char *const variants[] = {"nimble", "monolithic"};
    for (int v = 0; v < 2; v++) {
        struct scenario drawn = scenario_of("");
        struct scenario real = scenario_of("taskset: {sizes: real}\n");
        const struct model_head head = trial_head(&drawn);
        struct model_error error;
        struct taskset a, b;
        cr_assert_eq(compose_taskset(&a, &head, trial_config(&drawn, variants[v]), 1, &error),
                     SIM_OK);
        cr_assert_eq(compose_taskset(&b, &head, trial_config(&real, variants[v]), 1, &error),
                     SIM_OK);
        uint32_t raised = 0;
        for (uint32_t i = 0; i < a.count; i++) {
            cr_assert_geq(b.tasklet[i].size_bytes, a.tasklet[i].size_bytes);
            cr_assert_eq(b.tasklet[i].own_ns, a.tasklet[i].own_ns);
            if (b.tasklet[i].size_bytes > a.tasklet[i].size_bytes) {
                cr_assert_lt(b.tasklet[i].size_bytes, 200, "only the smallest are raised");
                raised++;
            } else if (i >= a.chains) {
                cr_assert_eq(b.tasklet[i].hash, a.tasklet[i].hash);
            }
        }
        cr_assert(v == 0 ? raised > 0 : raised == 0, "%u", raised);
        taskset_deinit(&a);
        taskset_deinit(&b);
        scenario_deinit(&drawn);
        scenario_deinit(&real);
    }
}

Test(compose, real_sizes_of_what_no_binary_can_do_are_refused)
{
    expect_plan_refusal("taskset: {sizes: real}\nplatform: {instruction_time: 1 ns}\n",
                        "monolithic", "taskset.sizes",
                        "real: replication 1: tasklet 0 with all that it calls executes");
    expect_plan_refusal("taskset: {sizes: real, chain_time: 3 s}\n"
                        "platform: {instruction_time: 1 ns}\n",
                        "nimble", "taskset.sizes",
                        "tasklet 0 of 3 s is 3000000000 instructions of 1 ns");
}
