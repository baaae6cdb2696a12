/*
 * Things that fail and come back: streams against theory and against each other, lists by hand, and
 * what a failure does to a node, its calls, its links and the registry.
 */
#include <criterion/criterion.h>
#include <gsl/gsl_statistics.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/support/chance.h"
#include "tests/support/checker.h"
#include "tests/support/trial.h"

/* ---- plans ---- */

static struct outage_stream stream(uint64_t entity)
{
    return (struct outage_stream){
        .mtbf_ns = 100 * SIM_S,
        .mttr_ns = 25 * SIM_S,
        .until_ns = 10000 * SIM_S,
        .seed = 3,
        .replication = 1,
        .entity = entity,
        .purpose = RNG_TEST,
    };
}

Test(outage, a_plan_says_what_asking_as_time_goes_on_says)
{
    struct outage_plan p;
    outage_plan_init(&p);
    for (uint32_t thing = 0; thing < 20; thing++) {
        const struct outage_stream s = stream(thing);
        cr_assert_eq(outage_plan_draw(&p, &s), SIM_OK);
    }
    for (uint32_t thing = 0; thing < 20; thing++) {
        struct outage o;
        outage_init(&o, 100 * SIM_S, 25 * SIM_S, 3, 1, thing, RNG_TEST);
        for (sim_time now = 0; now <= 10000 * SIM_S; now += 777 * SIM_MS) {
            cr_assert_eq(outage_plan_is_down(&p, thing, now), outage_is_down(&o, now));
        }
        cr_assert_eq(outage_plan_total(&p, thing, 10000 * SIM_S), outage_total(&o, 10000 * SIM_S));
    }
    outage_plan_deinit(&p);
}

Test(outage, spells_that_touch_or_overlap_are_one)
{
    static const struct outage_spell spell[] = {
        {0, 10, 20}, {0, 20, 30}, {0, 25, 28}, {0, 40, 50}, {1, 5, SIM_TIME_NEVER}, {1, 9, 12}};
    struct outage_plan p;
    outage_plan_init(&p);
    cr_assert_eq(outage_plan_list(&p, spell, 4), SIM_OK);
    cr_assert_eq(outage_plan_list(&p, &spell[4], 2), SIM_OK);
    cr_assert_eq(outage_plan_list(&p, NULL, 0), SIM_OK);
    static const struct {
        sim_time at;
        bool first, second;
    } known[] = {{0, false, false}, {5, false, true}, {9, false, true},  {10, true, true},
                 {20, true, true},  {29, true, true}, {30, false, true}, {39, false, true},
                 {40, true, true},  {49, true, true}, {50, false, true}, {1000000, false, true}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        cr_expect_eq(outage_plan_is_down(&p, 0, known[i].at), known[i].first, "%ld", known[i].at);
        cr_expect_eq(outage_plan_is_down(&p, 1, known[i].at), known[i].second, "%ld", known[i].at);
        cr_expect_not(outage_plan_is_down(&p, 2, known[i].at));
    }
    cr_expect_eq(outage_plan_total(&p, 0, 45), 25);
    cr_expect_eq(outage_plan_total(&p, 0, 100), 30);
    cr_expect_eq(outage_plan_total(&p, 1, 100), 95);
    cr_expect_eq(outage_plan_total(&p, 2, 100), 0);
    outage_plan_deinit(&p);
}

/* ---- availability ---- */

enum { REPLICATIONS = 30 };

static double share_down(struct trial *t)
{
    double down = 0;
    const uint32_t nodes = t->plan.setup.registry;
    for (uint32_t i = 0; i < nodes; i++) {
        down += (double)world_account(t->world, i).down_ns / (double)t->head.duration_ns;
    }
    return down / nodes;
}

/*
 * Up at first, so that the mean share down up to T is mttr / (mtbf + mttr) times
 * 1 - (1 - exp(-r T)) / (r T), where r = 1 / mtbf + 1 / mttr.
 */
Test(outage, nodes_are_down_for_mttr_of_mtbf_and_mttr)
{
    static const char text[] = "format: 1\nduration: 3600 s\nvariants: [nimble]\n"
                               "robots: {count: 1}\n"
                               "outage: {nodes: {mtbf: 100 s, mttr: 25 s}}\n";
    double down[REPLICATIONS];
    for (uint32_t i = 0; i < REPLICATIONS; i++) {
        struct trial t;
        trial_open(&t, "failing.yaml", text, "nimble", i + 1, NULL);
        trial_run(&t);
        down[i] = share_down(&t);
        trial_close(&t);
    }
    const double r_t = (1 / 100.0 + 1 / 25.0) * 3600;
    const double theory = 25.0 / 125 * (1 - (1 - exp(-r_t)) / r_t);
    const double mean = gsl_stats_mean(down, 1, REPLICATIONS);
    const double half = chance_half_width(down, REPLICATIONS, 0.99);
    cr_log_info("down: %.5f +- %.5f, theory says %.5f", mean, half, theory);
    cr_expect(fabs(mean - theory) <= half, "%.5f +- %.5f, theory says %.5f", mean, half, theory);
    cr_expect_lt(half, 0.05 * theory);
}

/* ---- what a failure does ---- */

static void run(struct trial *t, struct checker *c, const char *outage, const char *more)
{
    char text[1024];
    (void)snprintf(text, sizeof text,
                   "format: 1\nduration: 600 s\nvariants: [nimble]\n%soutage: %s\n", more, outage);
    trial_run_checked(t, c, "failing.yaml", text);
}

/* Calls by when they came, and how they ended. */
struct seen {
    uint64_t before, during, during_failed, after, after_completed;
    uint32_t node;
    sim_time from, to;
};

static void see_call(void *context, const struct world_call *call)
{
    struct seen *s = context;
    const sim_time at = call->trigger.at;
    if (call->status == WORLD_OUT_OF_CONTACT || call->trigger.node != s->node) {
        return;
    }
    if (at < s->from) {
        s->before++;
    } else if (at < s->to) {
        s->during++;
        s->during_failed += call->status == WORLD_FAILED && call->response_ns == 0;
    } else {
        s->after++;
        s->after_completed += call->status == WORLD_COMPLETED;
    }
}

Test(outage, calls_at_a_node_that_is_down_fail_and_those_after_it_do_not)
{
    struct seen s = {.node = 5, .from = 200 * SIM_S, .to = 400 * SIM_S};
    const struct world_observer observer = {.call = see_call, .context = &s};
    struct trial t;
    trial_open(&t, "failing.yaml",
               "format: 1\nduration: 600 s\nvariants: [nimble]\n"
               "outage: {events: [node 6 from 200 s to 400 s]}\n",
               "nimble", 1, &observer);
    trial_run(&t);
    cr_expect(s.before > 10 && s.during > 10 && s.after > 10);
    cr_expect_eq(s.during_failed, s.during);
    cr_expect_gt(s.after_completed, s.after / 2);
    const struct world_totals *totals = world_totals(t.world);
    cr_expect_geq(totals->failed_down, s.during);
    /* And those whose way to a source led over it: routes are fixed. */
    cr_expect_geq(totals->failed, totals->failed_down);
    const struct world_account a = world_account(t.world, 5);
    cr_expect(a.outages == 1 && a.down_ns == 200 * SIM_S);
    trial_close(&t);
}

/* The checker takes everything from a node that is back, and it stores nothing twice after that. */
Test(outage, a_node_that_is_back_has_an_empty_cache)
{
    struct trial t;
    struct checker c;
    run(&t, &c, "{nodes: {mtbf: 60 s, mttr: 10 s}}", "");
    uint64_t outages = 0;
    for (uint32_t i = 0; i < t.plan.setup.registry; i++) {
        outages += world_account(t.world, i).outages;
        cr_expect_eq(t.world->node[i].core.epoch, world_account(t.world, i).outages);
    }
    cr_expect_gt(outages, 50);
    trial_close_checked(&t, &c);
}

Test(outage, executors_compute_nothing_while_their_node_is_down)
{
    struct trial t;
    struct checker c;
    run(&t, &c, "{nodes: {mtbf: 20 s, mttr: 2 s}}",
        "nodes: {executors: 1}\ntaskset: {chain_time: {uniform: [60 s, 90 s]}}\n");
    const sim_time least = 600 * SIM_S;
    for (uint32_t i = 0; i < t.plan.setup.registry; i++) {
        const struct world_account a = world_account(t.world, i);
        cr_expect_leq(a.busy_ns, least - a.down_ns, "node %u", i + 1);
    }
    trial_close_checked(&t, &c);
}

static uint64_t lost_bytes(const struct trial *t)
{
    uint64_t lost = 0;
    for (uint32_t i = 0; i < t->plan.setup.node_count; i++) {
        lost += world_account(t->world, i).lost_bytes;
    }
    return lost;
}

/* The registry's only link: its outage is as good as the registry's, and nothing else is lost. */
Test(outage, a_link_that_is_down_loses_what_enters_it)
{
    struct trial link;
    struct trial none;
    struct checker a;
    struct checker b;
    run(&link, &a, "{events: [link 13-1 from 0 s]}", "");
    run(&none, &b, "{events: [node 1 from 599 s]}", "");
    cr_expect_gt(lost_bytes(&link), 1000);
    cr_expect_eq(world_account(link.world, 12).rx_bytes, 0);
    cr_expect_eq(world_account(link.world, 0).lost_bytes, lost_bytes(&link));
    cr_expect_gt(world_account(none.world, 12).rx_bytes, 0);
    trial_close_checked(&link, &a);
    trial_close_checked(&none, &b);
}

Test(outage, nobody_is_served_by_a_registry_that_is_down)
{
    struct trial t;
    struct checker c;
    run(&t, &c, "{events: [registry from 0 s]}", "");
    for (uint32_t i = 0; i < t.plan.setup.registry; i++) {
        cr_expect_eq(world_account(t.world, i).served[NODE_SERVED_REGISTRY], 0);
    }
    cr_expect_eq(world_totals(t.world)->completed, 0);
    cr_expect_eq(world_totals(t.world)->failed_down, 0); /* the nodes themselves are up */
    trial_close_checked(&t, &c);
}

Test(outage, frames_in_the_hands_of_a_node_that_fails_are_forsaken)
{
    struct trial t;
    struct checker c;
    run(&t, &c, "{nodes: {mtbf: 10 s, mttr: 1 s}}",
        "nodes: {frame_time: 20 ms, receive_queue: 30}\n"
        "mesh: {loss: 5 %, retries: 2, housekeeping: {interval: {exponential: 1 s}}}\n");
    trial_close_checked(&t, &c);
}

Test(outage, a_trace_file_says_the_same_as_a_list)
{
    const char *folder = getenv("TMPDIR");
    char path[256];
    (void)snprintf(path, sizeof path, "%s/outages-XXXXXX", folder != NULL ? folder : "/tmp");
    const int descriptor = mkstemp(path);
    FILE *to = fdopen(descriptor, "w");
    cr_assert_not_null(to);
    (void)fputs("# what failed\n\nnode 6 from 100 s to 300 s\r\nlink 1-2 from 5 s to 6 s\n"
                "node 6 from 250 s to 400 s",
                to);
    (void)fclose(to);
    char trace[320];
    (void)snprintf(trace, sizeof trace, "{trace: {file: \"%s\"}}", path);
    struct trial a;
    struct trial b;
    struct checker x;
    struct checker y;
    run(&a, &x, trace, "");
    run(&b, &y, "{events: [link 2-1 from 5 s to 6 s, node 6 from 100 s to 400 s]}", "");
    cr_expect_eq(world_digest(a.world), world_digest(b.world));
    trial_close_checked(&a, &x);
    trial_close_checked(&b, &y);
    (void)remove(path);
}
