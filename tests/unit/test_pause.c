/*
 * Nodes that pause: what comes to them meanwhile waits, or finds no room; nothing else is lost; and
 * a node does nothing before it goes on.
 */
#include <criterion/criterion.h>
#include <gsl/gsl_statistics.h>
#include <math.h>
#include <stdio.h>

#include "models/nimblenet/world/world_state.h"
#include "tests/support/chance.h"
#include "tests/support/checker.h"
#include "tests/support/trial.h"

Test(pause, work_goes_on_whenever_it_can)
{
    static const struct outage_spell spell[] = {{0, 10, 20}, {0, 25, 30}, {1, 5, SIM_TIME_NEVER}};
    struct outage_plan p;
    outage_plan_init(&p);
    cr_assert_eq(outage_plan_list(&p, spell, 2), SIM_OK);
    cr_assert_eq(outage_plan_list(&p, &spell[2], 1), SIM_OK);
    static const struct {
        uint32_t thing;
        sim_time from, work, done;
    } known[] = {
        {0, 0, 0, 0},
        {0, 0, 9, 9},
        {0, 0, 10, 20}, /* not at the moment of a failure */
        {0, 0, 14, 24},
        {0, 0, 15, 30},
        {0, 0, 100, 115},
        {0, 12, 0, 20},
        {0, 12, 4, 24},
        {0, 12, 6, 31},
        {0, 30, 7, 37},
        {1, 0, 4, 4},
        {1, 0, 5, SIM_TIME_NEVER},
        {1, 9, 0, SIM_TIME_NEVER},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        cr_expect_eq(outage_plan_work(&p, known[i].thing, known[i].from, known[i].work),
                     known[i].done, "row %zu", i);
    }
    cr_expect_eq(outage_plan_up(&p, 0, 9), 9);
    cr_expect_eq(outage_plan_up(&p, 0, 10), 20);
    cr_expect_eq(outage_plan_change(&p, 0, 10), 20);
    cr_expect_eq(outage_plan_change(&p, 0, 30), SIM_TIME_NEVER);
    outage_plan_deinit(&p);
}

/* ---- a run ---- */

static const char *const calm = "format: 1\nduration: 600 s\nvariants: [nimble]\n";

static void run(struct trial *t, struct checker *c, const char *outage, const char *more)
{
    char text[1024];
    (void)snprintf(text, sizeof text, "%s%soutage: %s\n", calm, more, outage);
    trial_run_checked(t, c, "pausing.yaml", text);
}

static struct world_account sum_of(const struct trial *t)
{
    struct world_account sum = {.node = 0};
    for (uint32_t i = 0; i < t->plan.setup.node_count; i++) {
        const struct world_account a = world_account(t->world, i);
        sum.lost_bytes += a.lost_bytes;
        sum.overflowed += a.overflowed;
        sum.pauses += a.pauses;
        sum.paused_ns += a.paused_ns;
    }
    return sum;
}

/* Up at first: as with failures, in test_outage.c. */
Test(pause, nodes_pause_for_mttr_of_mtbf_and_mttr)
{
    enum { REPLICATIONS = 30 };
    double share[REPLICATIONS];
    for (uint32_t i = 0; i < REPLICATIONS; i++) {
        struct trial t;
        trial_open(&t, "pausing.yaml",
                   "format: 1\nduration: 3600 s\nvariants: [nimble]\nrobots: {count: 1}\n"
                   "outage: {pauses: {mtbf: 100 s, mttr: 25 s}}\n",
                   "nimble", i + 1, NULL);
        trial_run(&t);
        share[i] = (double)sum_of(&t).paused_ns / (3600e9 * t.plan.setup.registry);
        trial_close(&t);
    }
    const double r_t = (1 / 100.0 + 1 / 25.0) * 3600;
    const double theory = 25.0 / 125 * (1 - (1 - exp(-r_t)) / r_t);
    const double mean = gsl_stats_mean(share, 1, REPLICATIONS);
    const double half = chance_half_width(share, REPLICATIONS, 0.99);
    cr_expect(fabs(mean - theory) <= half, "%.5f +- %.5f, theory says %.5f", mean, half, theory);
    cr_expect_lt(half, 0.05 * theory);
}

/* ---- what waits ---- */

struct acts {
    const struct trial *trial;
    uint64_t all, in_a_pause;
};

static void see_act(void *context, uint32_t node, const struct node_action *a)
{
    struct acts *s = context;
    (void)a;
    s->all++;
    s->in_a_pause += pause_is_on(s->trial->world, node, s->trial->world->engine.now);
}

Test(pause, a_node_does_nothing_before_it_goes_on)
{
    struct trial t;
    struct acts acts = {.trial = &t};
    const struct world_observer observer = {.action = see_act, .context = &acts};
    char text[512];
    (void)snprintf(text, sizeof text,
                   "%soutage: {pauses: {mtbf: 10 s, mttr: 2 s}}\n"
                   "nodes: {frame_time: 3 ms, executors: 1}\n",
                   calm);
    trial_open(&t, "pausing.yaml", text, "nimble", 1, &observer);
    trial_run(&t);
    cr_expect_gt(sum_of(&t).pauses, 300);
    cr_expect_gt(acts.all, 10000);
    cr_expect_eq(acts.in_a_pause, 0);
    trial_close(&t);
}

/* Calls at node 6 that came while it paused from 200 s to 300 s. */
struct late {
    uint64_t calls, completed, refused, early;
};

static void see_call(void *context, const struct world_call *call)
{
    struct late *s = context;
    const sim_time at = call->trigger.at;
    if (call->trigger.node != 5 || at < 200 * SIM_S || at >= 300 * SIM_S) {
        return;
    }
    s->calls++;
    s->refused += call->status == WORLD_FAILED;
    if (call->status == WORLD_COMPLETED) {
        s->completed++;
        s->early += call->queueing_ns < 300 * SIM_S - at ||
                    call->response_ns < call->queueing_ns + call->acquisition_ns;
    }
}

static void run_late(struct trial *t, struct late *late, const char *more)
{
    char text[512];
    const struct world_observer observer = {.call = see_call, .context = late};
    *late = (struct late){.calls = 0};
    (void)snprintf(text, sizeof text,
                   "%s%soutage: {events: [pause of node 6 from 200 s to 300 s]}\n", calm, more);
    trial_open(t, "pausing.yaml", text, "nimble", 1, &observer);
    trial_run(t);
}

Test(pause, calls_wait_for_their_node_and_count_from_when_they_came)
{
    struct trial t;
    struct late late;
    run_late(&t, &late, "");
    cr_expect_gt(late.calls, 10);
    cr_expect_eq(late.completed, late.calls);
    cr_expect_eq(late.early, 0);
    const struct world_account a = world_account(t.world, 5);
    cr_expect(a.pauses == 1 && a.paused_ns == 100 * SIM_S);
    cr_expect_eq(sum_of(&t).lost_bytes, 0);
    cr_expect_eq(sum_of(&t).overflowed, 0);
    trial_close(&t);
}

Test(pause, calls_that_a_node_cannot_hold_are_refused)
{
    struct trial t;
    struct late late;
    run_late(&t, &late, "nodes: {calls_max: 3}\n");
    cr_expect_gt(late.refused, 5);
    cr_expect_eq(late.calls, late.refused + late.completed);
    cr_expect_leq(late.completed, 3);
    cr_expect_eq(late.early, 0);
    char wrong[256];
    cr_expect(world_audit(t.world, wrong, sizeof wrong), "%s", wrong);
    trial_close(&t);
}

Test(pause, frames_wait_in_the_receive_queue_or_find_no_room_there)
{
    static const char *const node_time[] = {"", "frame_time: 1 ms, "};
    for (size_t i = 0; i < 2; i++) {
        struct trial t;
        struct checker c;
        char more[128];
        (void)snprintf(more, sizeof more, "nodes: {%sreceive_queue: 2}\n", node_time[i]);
        run(&t, &c, "{events: [pause of node 6 from 200 s to 300 s]}", more);
        cr_expect_gt(world_account(t.world, 5).overflowed, 20);
        trial_close_checked(&t, &c);
    }
}

/* The last one's end lies behind the run's. */
Test(pause, the_books_balance_whatever_else_befalls_a_node)
{
    struct trial t;
    struct checker c;
    run(&t, &c,
        "{nodes: {mtbf: 20 s, mttr: 3 s}, links: {mtbf: 60 s, mttr: 1 s},\n"
        "  pauses: {mtbf: 10 s, mttr: 5 s}}",
        "nodes: {frame_time: 5 ms, receive_queue: 10, executors: 1, calls_max: 5}\n"
        "updates: {at: [100 s, 200 s], algorithm: [1, 2]}\n"
        "mesh: {loss: 5 %, retries: 2, housekeeping: {interval: {exponential: 1 s}}}\n");
    cr_expect_gt(sum_of(&t).pauses, 200);
    trial_close_checked(&t, &c);
    run(&t, &c, "{events: [pause of node 6 from 200 s, pause of registry from 300 s to 310 s]}",
        "updates: {at: [305 s], algorithm: [1]}\n");
    cr_expect_gt(world_totals(t.world)->pending, 5);
    trial_close_checked(&t, &c);
}
