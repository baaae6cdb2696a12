/*
 * Clients, an orchestrator and nodes, in small worlds without chance where every time can be worked
 * out by hand, and in random ones where the books must balance.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "models/qos/world/cluster.h"

enum { NODES = 3, CLIENTS = 10, FOUND_MAX = 256 };

/* A world that a test may change before it runs, and what it heard. */
struct stage {
    struct cluster_node_plan node[NODES];
    sim_time arrival[CLIENTS];
    struct cluster_listener listener[4];
    struct cluster_plan plan;

    struct cluster *cluster;
    struct cluster_finding found[FOUND_MAX];
    uint32_t findings;
    struct cluster_pod pod[CLIENTS + 4];
    uint32_t streams; /* told */
};

static void hear_finding(void *context, const struct cluster_finding *f)
{
    struct stage *s = context;
    cr_assert_lt(s->findings, FOUND_MAX);
    s->found[s->findings++] = *f;
}

static void hear_pod(void *context, const struct cluster_pod *pod)
{
    struct stage *s = context;
    s->pod[pod->pod] = *pod;
}

static void hear_stream(void *context, const struct cluster_stream *stream)
{
    (void)stream;
    ((struct stage *)context)->streams++;
}

/* One node and one client, 100 ms a frame, 1 ms of network, nothing by chance. */
static void prepare(struct stage *s)
{
    *s = (struct stage){.findings = 0};
    for (int i = 0; i < NODES; i++) {
        s->node[i] = (struct cluster_node_plan){
            .service_ns = 100 * SIM_MS,
            .knee = 1000,
            .network_ns = SIM_MS,
            .capacity = ADMISSION_UNLIMITED,
            .pods_max = 1000,
            .schedulable = true,
        };
    }
    s->plan = (struct cluster_plan){
        .seed = 1,
        .duration_ns = 600 * SIM_S,
        .bin_ns = 10 * SIM_S,
        .node = s->node,
        .nodes = 1,
        .sharing = {.law = SERVER_LAW_KNEE, .linear = 1, .thrash = 0, .most = 400},
        .slowdown = 1,
        .arrival = s->arrival,
        .clients = 1,
        .frames = 10,
        .timeout_ns = 500 * SIM_MS,
        .think_ns = 10 * SIM_MS,
        .rule = CLUSTER_ALGORITHM1,
        .serial = true,
        .inference_ns = SIM_TIME_NEVER,
        .network_ns = SIM_TIME_NEVER,
        .probe_timeout_ns = 5 * SIM_S,
        .probe_work = 1,
        .ports = 20,
        .lifetime_ns = 45 * SIM_S,
        .cold_start_ns = SIM_S,
        .listener = s->listener,
        .ready_wait_ns = 120 * SIM_S,
    };
}

static void play(struct stage *s, uint32_t replication, uint64_t events)
{
    const struct cluster_observer observer = {
        .context = s, .finding = hear_finding, .pod = hear_pod, .stream = hear_stream};
    cr_assert_eq(cluster_create(&s->cluster, &s->plan, replication, &observer), SIM_OK);
    for (bool done = false; !done;) {
        cr_assert_eq(cluster_run(s->cluster, events, &done), SIM_OK);
    }
    cluster_close(s->cluster);
    char books[256];
    cluster_audit(s->cluster, books, sizeof books);
    cr_assert_str_empty(books, "%s", books);
}

static void run(struct stage *s)
{
    play(s, 1, UINT64_MAX);
}

static const struct cluster_stream *stream(const struct stage *s, uint32_t client)
{
    return cluster_stream(s->cluster, client);
}

static const struct cluster_finding *find(const struct stage *s, uint32_t client,
                                          enum cluster_word word)
{
    for (uint32_t i = 0; i < s->findings; i++) {
        if (s->found[i].client == client && s->found[i].word == word) {
            return &s->found[i];
        }
    }
    cr_assert_fail("client %u: no such finding", client);
    return NULL;
}

static void finish(struct stage *s)
{
    cluster_destroy(s->cluster);
}

#define EXPECT_TIME(actual, expected)                                                              \
    cr_expect_eq(actual, expected, "%lld, not %lld", (long long)(actual), (long long)(expected))

/* ---- energy ---- */

/* A probe and ten frames of 100 ms; frames of 1000 and answers of 100 bytes, an image of 5000. */
Test(qos_world, a_node_spends_on_inferring_being_on_and_bits)
{
    struct stage s;
    prepare(&s);
    s.node[0].energy = (struct energy_rates){
        .compute_w = 4, .idle_w = 2, .sent_bit_j = 1e-3, .received_bit_j = 1e-4};
    s.node[0].fetch_ns = SIM_S;
    s.plan.frame_bytes = 1000;
    s.plan.answer_bytes = 100;
    s.plan.image_bytes = 5000;
    run(&s);
    const struct energy e = cluster_node_energy(s.cluster, 0);
    cr_expect_float_eq(e.compute_j, 4 * 1.1, 1e-9);
    cr_expect_float_eq(e.idle_j, 2 * (double)cluster_now(s.cluster) / 1e9, 1e-9);
    cr_expect_float_eq(e.sent_j, 8 * 10 * 100 * 1e-3, 1e-9);
    cr_expect_float_eq(e.received_j, 8 * (10 * 1000 + 5000) * 1e-4, 1e-9);
    finish(&s);
}

/* ---- one stream ---- */

Test(qos_world, a_request_and_its_stream_to_the_nanosecond)
{
    struct stage s;
    prepare(&s);
    run(&s);
    /* asked at 0; list 2 ms, ping 2 ms, request 1 ms; probe 102 ms; pod told after 1 ms, ready a
     * second later; the orchestrator and the client hear 1 ms after each other */
    EXPECT_TIME(find(&s, 0, CLUSTER_FASTEST)->latency_ns, 102 * SIM_MS);
    EXPECT_TIME(find(&s, 0, CLUSTER_PLACED)->at, 107 * SIM_MS);
    EXPECT_TIME(stream(&s, 0)->ready, 1108 * SIM_MS);
    EXPECT_TIME(stream(&s, 0)->begun, 1110 * SIM_MS);
    /* ten frames of 102 ms with 10 ms between them */
    EXPECT_TIME(stream(&s, 0)->ended, 1110 * SIM_MS + (10 * 102 + 9 * 10) * SIM_MS);
    cr_expect_eq(stream(&s, 0)->answered, 10);
    EXPECT_TIME(stream(&s, 0)->latency_ns, 1020 * SIM_MS);
    cr_expect_float_eq(cluster_stream_latency_s(stream(&s, 0)), 0.102, 1e-12);
    cr_expect_float_eq(cluster_stream_fps(stream(&s, 0), s.plan.timeout_ns), 10 / 1.11, 1e-9);
    finish(&s);
}

Test(qos_world, frames_do_not_come_faster_than_the_camera)
{
    struct stage s;
    prepare(&s);
    s.node[0].service_ns = 5 * SIM_MS;
    s.plan.frame_gap_ns = 40 * SIM_MS;
    run(&s);
    EXPECT_TIME(stream(&s, 0)->ended - stream(&s, 0)->begun, (9 * 40 + 7) * SIM_MS);
    finish(&s);
}

Test(qos_world, late_answers_are_not_counted_twice)
{
    struct stage s;
    prepare(&s);
    s.node[0].service_ns = 600 * SIM_MS;
    run(&s);
    cr_expect_eq(stream(&s, 0)->state, CLUSTER_COMPLETED);
    cr_expect_eq(stream(&s, 0)->frames, 10);
    cr_expect_eq(stream(&s, 0)->missed, 10, "each answer came after its frame was given up");
    cr_expect_eq(stream(&s, 0)->answered, 0);
    EXPECT_TIME(stream(&s, 0)->ended - stream(&s, 0)->begun, (10 * 500 + 9 * 10) * SIM_MS);
    finish(&s);
}

Test(qos_world, a_lost_stream_has_no_frames_a_second_and_no_latency)
{
    struct stage s;
    prepare(&s);
    s.node[0].service_ns = 600 * SIM_MS;
    run(&s);
    cr_expect(isnan(cluster_stream_fps(stream(&s, 0), s.plan.timeout_ns)));
    cr_expect(isnan(cluster_stream_latency_s(stream(&s, 0))));
    finish(&s);
}

Test(qos_world, a_stale_frame_still_occupies_the_pod)
{
    struct stage s;
    prepare(&s);
    s.node[0].service_ns = 300 * SIM_MS;
    s.plan.timeout_ns = 250 * SIM_MS;
    s.plan.frames = 2;
    run(&s);
    /* The first frame is given up at 250 ms and worked on until 301 ms; only then the second one,
     * which came at 261 ms, has its turn. */
    cr_expect_eq(stream(&s, 0)->missed, 2);
    cr_expect_eq(s.pod[0].served, 2, "both are worked off all the same");
    cr_expect_eq(s.pod[0].dropped, 0);
    EXPECT_TIME(cluster_node(s.cluster, 0).busy_ns, 300 * SIM_MS * 3);
    finish(&s);
}

Test(qos_world, a_pod_that_is_removed_takes_its_backlog_with_it)
{
    struct stage s;
    prepare(&s);
    s.node[0].service_ns = 2 * SIM_S;
    s.plan.lifetime_ns = 0;
    run(&s);
    cr_expect_eq(stream(&s, 0)->missed, 10);
    cr_expect_eq(s.pod[0].served + s.pod[0].dropped, 10);
    cr_expect_geq(s.pod[0].removed, stream(&s, 0)->ended);
    cr_expect_gt(s.pod[0].dropped, 0);
    finish(&s);
}

/* ---- decisions ---- */

Test(qos_world, the_lock_is_held_until_the_pod_is_ready)
{
    struct stage s;
    prepare(&s);
    s.plan.clients = 2;
    run(&s);
    EXPECT_TIME(find(&s, 0, CLUSTER_PLACED)->asked, 5 * SIM_MS);
    /* ready at 1108 ms, which the orchestrator hears 1 ms later */
    EXPECT_TIME(find(&s, 1, CLUSTER_FASTEST)->asked, 1109 * SIM_MS);
    cr_expect_geq(find(&s, 1, CLUSTER_PLACED)->at, stream(&s, 0)->ready);
    finish(&s);

    prepare(&s);
    s.plan.clients = 2;
    s.plan.serial = false;
    run(&s);
    EXPECT_TIME(find(&s, 1, CLUSTER_FASTEST)->asked, 5 * SIM_MS);
    EXPECT_TIME(find(&s, 1, CLUSTER_FASTEST)->latency_ns, 202 * SIM_MS);
    finish(&s);
}

Test(qos_world, a_refusal_frees_the_lock_and_those_refused_do_not_retry)
{
    struct stage s;
    prepare(&s);
    s.plan.clients = 5;
    s.node[0].capacity = 1;
    run(&s);
    cr_expect_eq(cluster_totals(s.cluster)->calls, 5);
    cr_expect_eq(cluster_totals(s.cluster)->state[CLUSTER_REFUSED], 4);
    cr_expect_eq(cluster_totals(s.cluster)->refused[ADMISSION_CAPACITY], 4);
    cr_expect_eq(s.streams, 5, "each client is told of once");
    for (uint32_t i = 1; i < 5; i++) {
        cr_expect_eq(stream(&s, i)->frames, 0);
        EXPECT_TIME(find(&s, i, CLUSTER_TURNED_AWAY)->at, 1109 * SIM_MS);
    }
    cr_expect_eq(cluster_totals(s.cluster)->probes, 1, "who is full is not probed");
    finish(&s);
}

Test(qos_world, a_pod_holds_its_place_for_its_lifetime)
{
    struct stage s;
    prepare(&s);
    s.plan.clients = 3;
    s.node[0].capacity = 1;
    s.arrival[1] = 46 * SIM_S; /* ready at 1.1 s, so the place is taken until 46.1 s */
    s.arrival[2] = 47 * SIM_S;
    run(&s);
    cr_expect_eq(stream(&s, 1)->state, CLUSTER_REFUSED);
    cr_expect_eq(stream(&s, 2)->state, CLUSTER_COMPLETED);
    EXPECT_TIME(s.pod[0].removed, 1109 * SIM_MS + 45 * SIM_S + SIM_MS);
    finish(&s);
}

Test(qos_world, a_pod_outlives_its_time_while_its_stream_runs)
{
    struct stage s;
    prepare(&s);
    s.plan.lifetime_ns = 10 * SIM_MS;
    run(&s);
    cr_expect_eq(stream(&s, 0)->answered, 10);
    EXPECT_TIME(s.pod[0].removed, stream(&s, 0)->ended + 2 * SIM_MS);
    finish(&s);
}

Test(qos_world, pods_left_from_before_count_against_the_capacity)
{
    struct stage s;
    prepare(&s);
    s.node[0].capacity = 2;
    s.node[0].leftover = 2;
    run(&s);
    cr_expect_eq(stream(&s, 0)->reason, ADMISSION_CAPACITY);
    finish(&s);
}

Test(qos_world, a_late_probe_stays_on_its_node)
{
    struct stage s;
    prepare(&s);
    s.plan.nodes = 2;
    s.node[0].service_ns = 8 * SIM_S;
    run(&s);
    const struct cluster_finding *late = find(&s, 0, CLUSTER_LATE);
    cr_expect_eq(late->node, 0);
    EXPECT_TIME(late->at, late->asked + 5 * SIM_S);
    cr_expect_eq(find(&s, 0, CLUSTER_PLACED)->node, 1);
    EXPECT_TIME(cluster_node(s.cluster, 0).busy_ns, 8 * SIM_S);
    cr_expect_eq(cluster_totals(s.cluster)->probes_answered, 1, "the late one is not counted");
    finish(&s);
}

Test(qos_world, nobody_answers_in_time)
{
    struct stage s;
    prepare(&s);
    s.node[0].service_ns = 8 * SIM_S;
    run(&s);
    cr_expect_eq(stream(&s, 0)->reason, ADMISSION_THRESHOLD);
    finish(&s);
}

Test(qos_world, a_client_drops_nodes_that_are_too_far)
{
    struct stage s;
    prepare(&s);
    s.plan.nodes = 2;
    s.plan.network_ns = 2 * SIM_MS;
    s.node[1].network_ns = 2 * SIM_MS;
    s.node[1].service_ns = SIM_MS;
    run(&s);
    cr_expect_eq(find(&s, 0, CLUSTER_FAR)->node, 1);
    cr_expect_eq(find(&s, 0, CLUSTER_PLACED)->node, 0, "a ping at the threshold is near");
    finish(&s);

    prepare(&s);
    s.plan.network_ns = SIM_MS;
    run(&s);
    cr_expect_eq(stream(&s, 0)->reason, ADMISSION_NETWORK);
    finish(&s);
}

Test(qos_world, a_node_without_a_port_left_refuses)
{
    struct stage s;
    prepare(&s);
    s.plan.clients = 3;
    s.plan.ports = 2;
    run(&s);
    cr_expect_eq(stream(&s, 2)->reason, ADMISSION_PORTS);
    cr_expect_eq(stream(&s, 1)->port, 2);
    finish(&s);
}

/* The story of the probe that hurts: beyond the knee of one, two inferences stop each other. */
static void watch_a_probe(double work, uint32_t *missed)
{
    struct stage s;
    prepare(&s);
    s.plan.clients = 2;
    s.plan.frames = 100;
    s.node[0].knee = 1;
    s.plan.sharing.thrash = 4; /* 32 times slower: (1 + 1) * 2^4 */
    s.plan.probe_work = work;
    s.plan.inference_ns = 150 * SIM_MS;
    s.arrival[1] = 5 * SIM_S;
    run(&s);
    cr_assert_eq(stream(&s, 1)->reason, ADMISSION_THRESHOLD);
    *missed = stream(&s, 0)->missed;
    finish(&s);
}

Test(qos_world, a_probe_is_load_and_can_stop_a_stream)
{
    uint32_t missed;
    watch_a_probe(1, &missed);
    cr_expect_geq(missed, 6, "%u", missed);
    watch_a_probe(0, &missed);
    cr_expect_eq(missed, 0, "a probe that costs nothing hurts nobody: %u", missed);
}

Test(qos_world, a_probe_that_costs_nothing_sees_the_node_as_it_is)
{
    struct stage s;
    prepare(&s);
    s.plan.probe_work = 0;
    s.plan.clients = 2;
    s.plan.frames = 1000;
    s.plan.think_ns = 0;
    s.arrival[1] = 3000 * SIM_MS + 50 * SIM_MS;
    run(&s);
    EXPECT_TIME(find(&s, 0, CLUSTER_FASTEST)->latency_ns, 102 * SIM_MS);
    EXPECT_TIME(find(&s, 1, CLUSTER_FASTEST)->latency_ns, 202 * SIM_MS);
    finish(&s);
}

/* ---- everybody is admitted ---- */

Test(qos_world, who_admits_all_takes_no_lock)
{
    struct stage s;
    prepare(&s);
    s.plan.rule = CLUSTER_ADMIT_ALL;
    s.plan.place = CLUSTER_EVEN;
    s.plan.nodes = 3;
    s.plan.clients = 4;
    run(&s);
    static const uint32_t expected[] = {0, 1, 2, 0};
    for (uint32_t i = 0; i < 4; i++) {
        cr_expect_eq(stream(&s, i)->node, expected[i]);
        EXPECT_TIME(stream(&s, i)->ready, 1002 * SIM_MS);
    }
    cr_expect_eq(cluster_totals(s.cluster)->probes, 0);
    finish(&s);
}

Test(qos_world, memory_bounds_the_pods_of_a_node)
{
    struct stage s;
    prepare(&s);
    s.plan.rule = CLUSTER_ADMIT_ALL;
    s.plan.clients = 3;
    s.node[0].pods_max = 2;
    s.plan.ready_wait_ns = 10 * SIM_S;
    run(&s);
    cr_expect_eq(cluster_node(s.cluster, 0).pods_most, 2);
    cr_expect_eq(stream(&s, 2)->state, CLUSTER_NOT_READY);
    EXPECT_TIME(stream(&s, 2)->ended, 10 * SIM_S);
    finish(&s);

    prepare(&s);
    s.plan.clients = 3;
    s.node[0].pods_max = 2;
    run(&s);
    cr_expect_eq(stream(&s, 2)->reason, ADMISSION_CAPACITY);
    finish(&s);
}

Test(qos_world, an_image_is_fetched_once_a_node)
{
    struct stage s;
    prepare(&s);
    s.plan.rule = CLUSTER_ADMIT_ALL;
    s.plan.clients = 3;
    s.node[0].fetch_ns = 30 * SIM_S;
    s.arrival[1] = 10 * SIM_S;
    s.arrival[2] = 60 * SIM_S;
    run(&s);
    EXPECT_TIME(stream(&s, 0)->ready, 31002 * SIM_MS);
    EXPECT_TIME(stream(&s, 1)->ready, 31002 * SIM_MS);
    EXPECT_TIME(stream(&s, 2)->ready, 61002 * SIM_MS);
    finish(&s);
}

/* ---- the authors' driver ---- */

/* Everybody may draw any of three nodes; pods go to node 2 alone, as the public data look. */
static void prepare_harness(struct stage *s)
{
    prepare(s);
    s->plan.rule = CLUSTER_HARNESS;
    s->plan.nodes = 3;
    s->plan.clients = CLIENTS;
    s->node[0].schedulable = s->node[2].schedulable = false;
}

Test(qos_world, frames_are_answered_only_where_something_listens)
{
    struct stage s;
    prepare_harness(&s);
    run(&s);
    uint32_t ready = 0;
    for (uint32_t i = 0; i < CLIENTS; i++) {
        const struct cluster_stream *told = stream(&s, i);
        if (told->state != CLUSTER_COMPLETED) {
            cr_expect_eq(told->state, CLUSTER_NOT_READY);
            continue;
        }
        ready++;
        cr_expect_eq(told->missed, told->node == 1 ? 0 : told->frames, "client %u, node %u", i,
                     told->node);
        cr_expect_eq(s.pod[i].node, 1, "whatever was drawn, the pod is on the only node");
        cr_expect_eq(s.pod[i].port, told->port);
    }
    cr_expect_eq(cluster_totals(s.cluster)->state[CLUSTER_NOT_READY], CLIENTS - ready);
    cr_expect_gt(ready, 1);
    cr_expect_lt(ready, CLIENTS, "of ten, two have drawn the same number");
    finish(&s);
}

Test(qos_world, the_ready_pods_of_a_driver_have_different_ports)
{
    for (uint32_t replication = 1; replication <= 20; replication++) {
        struct stage s;
        prepare_harness(&s);
        play(&s, replication, UINT64_MAX);
        uint32_t seen = 0;
        for (uint32_t i = 0; i < CLIENTS; i++) {
            if (stream(&s, i)->state == CLUSTER_COMPLETED) {
                cr_expect_eq(seen >> stream(&s, i)->port & 1, 0);
                seen |= 1u << stream(&s, i)->port;
            }
        }
        finish(&s);
    }
}

Test(qos_world, a_pod_from_before_answers_who_happens_to_ask_it)
{
    struct stage s;
    prepare_harness(&s);
    s.plan.listeners = 2;
    s.listener[0] = (struct cluster_listener){.node = 0, .port = 1};
    s.listener[1] = (struct cluster_listener){.node = 2, .port = 1};
    run(&s);
    for (uint32_t i = 0; i < CLIENTS; i++) {
        const struct cluster_stream *told = stream(&s, i);
        if (told->state == CLUSTER_COMPLETED) {
            const bool is_heard = told->node == 1 || told->port == 1;
            cr_expect_eq(told->missed, is_heard ? 0 : told->frames);
        }
    }
    finish(&s);
}

Test(qos_world, a_client_that_ended_gives_its_number_back_but_its_pod_stays)
{
    struct stage s;
    prepare_harness(&s);
    s.plan.clients = 2;
    s.plan.nodes = 1;
    s.node[0].schedulable = true;
    s.arrival[1] = 100 * SIM_S;
    run(&s);
    /* Both draw the only node and its lowest number, which the first one's pod still holds. */
    cr_expect_eq(stream(&s, 0)->state, CLUSTER_COMPLETED);
    cr_expect_eq(stream(&s, 1)->state, CLUSTER_NOT_READY);
    EXPECT_TIME(stream(&s, 1)->ended, 220 * SIM_S);
    finish(&s);
}

/* ---- chance ---- */

static void scatter(struct stage *s, uint64_t seed)
{
    struct rng r;
    rng_init(&r, seed, 0, 0, 1000);
    prepare(s);
    s->plan.seed = seed;
    s->plan.nodes = 1 + (uint32_t)rng_below(&r, NODES);
    s->plan.clients = 1 + (uint32_t)rng_below(&r, CLIENTS);
    s->plan.frames = 1 + (uint32_t)rng_below(&r, 40);
    s->plan.rule = (enum cluster_rule)rng_below(&r, 3);
    s->plan.place = (enum cluster_place)rng_below(&r, 2);
    s->plan.serial = rng_below(&r, 2) == 0;
    s->plan.jitter = (struct dist){.kind = DIST_UNIFORM, .low = 0, .high = SIM_S};
    s->plan.hiccup = 0.05;
    s->plan.hiccup_time = (struct dist){.kind = DIST_EXPONENTIAL, .low = SIM_S, .high = SIM_S};
    s->plan.think_sigma = s->plan.cold_start_sigma = s->plan.ping_sigma = 0.3;
    s->plan.inference_ns = rng_between(&r, 50, 400) * SIM_MS;
    s->plan.network_ns = rng_between(&r, 2, 20) * SIM_MS;
    s->plan.probe_timeout_ns = rng_between(&r, 20, 2000) * SIM_MS;
    s->plan.probe_work = (double)rng_below(&r, 3);
    s->plan.timeout_ns = rng_between(&r, 1, 500) * SIM_MS;
    s->plan.ports = 1 + (uint32_t)rng_below(&r, 4);
    s->plan.lifetime_ns = rng_between(&r, 0, 20) * SIM_S;
    s->plan.ready_wait_ns = rng_between(&r, 1, 20) * SIM_S;
    s->plan.duration_ns = rng_between(&r, 1, 60) * SIM_S;
    s->plan.sharing.thrash = (double)rng_below(&r, 9);
    for (uint32_t i = 0; i < NODES; i++) {
        struct cluster_node_plan *n = &s->node[i];
        n->service_ns = rng_between(&r, 1, 200) * SIM_MS;
        n->service_sigma = 0.2;
        n->knee = 1 + (double)rng_below(&r, 3);
        n->network_ns = rng_between(&r, 1, 10) * SIM_MS;
        n->capacity = rng_below(&r, 3) == 0 ? ADMISSION_UNLIMITED : (uint32_t)rng_below(&r, 4);
        n->leftover = (uint32_t)rng_below(&r, 2);
        n->pods_max = 1 + (uint32_t)rng_below(&r, 6);
        n->fetch_ns = (sim_time)rng_below(&r, 2) * SIM_S;
        n->schedulable = rng_below(&r, 4) != 0;
    }
    for (uint32_t i = 0; i < CLIENTS; i++) {
        s->arrival[i] = rng_between(&r, 0, 20) * SIM_S;
    }
}

/* A lock keeps to the capacities; what the memory holds, everybody keeps to. */
static void expect_bounds(const struct stage *s)
{
    for (uint32_t i = 0; i < s->plan.nodes; i++) {
        const struct cluster_node_plan *n = &s->node[i];
        const uint32_t most = cluster_node(s->cluster, i).pods_most;
        if (s->plan.rule == CLUSTER_ALGORITHM1 && s->plan.serial && n->capacity >= n->leftover) {
            cr_expect_leq(most, n->capacity);
        }
        cr_expect_leq(most, n->pods_max > n->leftover ? n->pods_max : n->leftover);
        cr_expect_leq(cluster_node(s->cluster, i).busy_ns, cluster_now(s->cluster));
    }
}

Test(qos_world, the_books_of_random_worlds_balance)
{
    for (uint64_t seed = 1; seed <= 500; seed++) {
        struct stage s;
        scatter(&s, seed);
        play(&s, 1, UINT64_MAX);
        expect_bounds(&s);
        finish(&s);
    }
}

Test(qos_world, a_run_is_the_same_however_it_is_cut)
{
    for (uint64_t seed = 1; seed <= 500; seed++) {
        struct stage whole;
        struct stage cut;
        scatter(&whole, seed);
        scatter(&cut, seed);
        play(&whole, 3, UINT64_MAX);
        play(&cut, 3, 7);
        cr_expect_eq(cluster_digest(whole.cluster), cluster_digest(cut.cluster));
        finish(&whole);
        finish(&cut);
    }
}

static void expect_equal_work(uint64_t seed)
{
    uint64_t work[3];
    for (int rule = 0; rule < 3; rule++) {
        struct stage s;
        scatter(&s, seed);
        s.plan.rule = (enum cluster_rule)rule;
        run(&s);
        work[rule] = cluster_work_digest(s.cluster);
        finish(&s);
    }
    cr_expect(work[0] == work[1] && work[0] == work[2], "seed %llu", (unsigned long long)seed);
}

Test(qos_world, all_rules_are_asked_the_same)
{
    for (uint64_t seed = 1; seed <= 500; seed++) {
        expect_equal_work(seed);
    }
}
