/*
 * What the executors' queues did: Little's law on the run's own records, the record of the
 * second half, and the verdict that is drawn from it.
 */
#include <math.h>

#include <criterion/criterion.h>

#include "analysis/statistics/stationarity.h"
#include "models/nimblenet/core/call.h"
#include "models/nimblenet/world/backlog.h"
#include "tests/support/schema.h"
#include "tests/support/trial.h"

/* ---- a run of factory-contended, shortened ---- */

enum { NODES_MAX = 64 };

struct records {
    uint64_t waited_ns[NODES_MAX]; /* of calls that ended, at each node */
    uint64_t calls[NODES_MAX];
};

static void on_call(void *context, const struct world_call *call)
{
    struct records *r = context;
    if (call->status == WORLD_COMPLETED || call->status == WORLD_FAILED) {
        r->waited_ns[call->trigger.node] += (uint64_t)call->queueing_ns;
        r->calls[call->trigger.node]++;
    }
}

struct fixture {
    struct scenario scenario;
    struct model_head head;
    struct compose_system system;
    struct compose_plan plan;
    struct world *world;
    struct records records;
};

static void run_scenario(struct fixture *f, const char *path, const char *set)
{
    struct scenario_errors errors = {0};
    struct model_error error = {.key = NULL};
    const struct scenario_override overrides[] = {{"duration=1800 s"}, {set}};
    enum sim_status status =
        scenario_load(&f->scenario, &schema_registry, path, overrides, 2, &errors);
    cr_assert_eq(status, SIM_OK, "%s", schema_line(&errors, 0));
    f->head = trial_head(&f->scenario);
    status =
        compose_system_init(&f->system, &f->head, trial_config(&f->scenario, "nimble"), &error);
    cr_assert_eq(status, SIM_OK, "%s", error.text);
    status = compose_plan_init(&f->plan, &f->system, 1, &error);
    cr_assert_eq(status, SIM_OK, "%s", error.text);
    f->plan.world.observer = (struct world_observer){.context = &f->records, .call = on_call};
    status = world_create(&f->world, &f->plan.world);
    cr_assert_eq(status, SIM_OK);
    bool done = false;
    while (!done) {
        status = world_run(f->world, 1000, &done);
        cr_assert_eq(status, SIM_OK);
    }
    world_close(f->world);
}

static void end_scenario(struct fixture *f)
{
    world_destroy(f->world);
    compose_plan_deinit(&f->plan);
    compose_system_deinit(&f->system);
    scenario_deinit(&f->scenario);
}

/* What calls that are still at the node have waited for an executor by now. */
static uint64_t waited_so_far(const struct node *n, sim_time now)
{
    uint64_t sum = 0;
    for (uint32_t slot = 0; slot < n->calls.fresh; slot++) {
        const struct call *c = call_at(n, slot);
        if (c->state != CALL_OVER) {
            sum += (uint64_t)c->queueing_ns;
            sum += c->state == CALL_QUEUED ? (uint64_t)(now - c->since) : 0;
        }
    }
    return sum;
}

static void expect_the_area_to_be_the_waits(const char *set)
{
    struct fixture f = {0};
    run_scenario(&f, "scenarios/factory-contended.yaml", set);
    uint64_t sum = 0;
    for (uint32_t i = 0; i + 1 < f.plan.setup.node_count; i++) {
        const struct node *n = &f.world->node[i].core;
        const uint64_t waits = f.records.waited_ns[i] + waited_so_far(n, f.scenario.duration_ns);
        cr_assert_eq(n->stats.queue_area_ns, waits, "node %u: area %llu, waits %llu", i + 1,
                     (unsigned long long)n->stats.queue_area_ns, (unsigned long long)waits);
        sum += waits;
    }
    cr_assert_gt(sum, 0);
    end_scenario(&f);
}

Test(backlog, the_area_below_a_queue_is_the_sum_of_the_waits_to_the_nanosecond)
{
    expect_the_area_to_be_the_waits("seed=1");
}

Test(backlog, also_where_calls_queue_again_at_each_sub_call)
{
    expect_the_area_to_be_the_waits("execution.order=yield");
}

Test(backlog, littles_law_holds_on_the_runs_own_records)
{
    /* L is measured by the node over time, lambda and W by the calls' records: two accounts. */
    struct fixture f = {0};
    run_scenario(&f, "scenarios/factory-contended.yaml", "robots.trigger={uniform: [13 s, 15 s]}");
    const double t = (double)f.scenario.duration_ns;
    for (uint32_t i = 0; i + 1 < f.plan.setup.node_count; i++) {
        const double l = (double)f.world->node[i].core.stats.queue_area_ns / t;
        const double lambda = (double)f.records.calls[i] / t;
        const double w = (double)f.records.waited_ns[i] / (double)f.records.calls[i];
        /* The calls in the queue at the end are in L alone: a few of some 140 a node. */
        cr_assert_float_eq(lambda * w, l, 0.05 * l + 0.02, "node %u: L = %g, lambda W = %g", i + 1,
                           l, lambda * w);
    }
    end_scenario(&f);
}

Test(backlog, every_call_that_asks_gets_an_executor_or_stands_in_the_queue)
{
    struct fixture f = {0};
    run_scenario(&f, "scenarios/factory-contended.yaml", "seed=2");
    cr_assert(backlog_is_complete(&f.world->backlog));
    for (uint32_t i = 0; i < f.plan.setup.node_count; i++) {
        const struct node *n = &f.world->node[i].core;
        const struct backlog_node *b = &f.world->backlog.node[i];
        cr_assert_eq(n->stats.executor_asked - n->stats.executor_granted, n->queue_count);
        cr_assert_leq(b->busy_ns, (uint64_t)f.scenario.duration_ns / 2);
        cr_assert_leq(b->asked, n->stats.executor_asked);
    }
    end_scenario(&f);
}

Test(backlog, unlimited_executors_have_no_queue_and_no_record)
{
    struct fixture f = {0};
    run_scenario(&f, "scenarios/factory.yaml", "seed=1");
    cr_assert_null(f.world->backlog.node);
    cr_assert_not(backlog_is_complete(&f.world->backlog));
    end_scenario(&f);
}

/* ---- the record's arithmetic ---- */

Test(backlog, edges_divide_the_second_half_and_end_with_it)
{
    struct backlog_node record = {0};
    for (sim_time duration = 1; duration < 200; duration++) {
        struct backlog b = {.node = &record, .duration_ns = duration};
        sim_time before = 0;
        for (; b.edges < BACKLOG_SPANS; backlog_pass_edge(&b)) {
            cr_assert(backlog_next_edge(&b) >= before && backlog_next_edge(&b) < duration);
            before = backlog_next_edge(&b);
        }
        cr_assert_eq(backlog_next_edge(&b), duration);
    }
}

/* ---- the verdict ---- */

static struct stationarity judge(uint32_t servers, uint64_t asked, uint64_t granted, double busy,
                                 const double queue[BACKLOG_SPANS])
{
    const struct stationarity_input input = {servers, asked, granted, busy, queue, BACKLOG_SPANS};
    return stationarity_judge(&input, 0.001);
}

static const double calm[BACKLOG_SPANS] = {2, 1, 3, 2, 0, 2, 4, 1, 2, 3, 1, 0, 2, 1, 3, 2};

Test(stationarity, more_calls_than_get_a_server_are_an_overload)
{
    const struct stationarity s = judge(1, 400, 300, 1, calm);
    cr_assert_eq(s.verdict, STATIONARITY_OVERLOADED);
    cr_assert_float_eq(s.offered, 4.0 / 3, 1e-12);
}

Test(stationarity, a_busy_server_that_keeps_up_is_stationary)
{
    const struct stationarity s = judge(1, 300, 301, 0.9, calm);
    cr_assert_eq(s.verdict, STATIONARITY_HOLDS);
    cr_assert_lt(s.offered, 1);
    cr_assert_gt(s.p, 0.1);
}

Test(stationarity, two_servers_take_twice_the_load)
{
    cr_assert_eq(judge(2, 300, 300, 1.7, calm).verdict, STATIONARITY_HOLDS);
    cr_assert_eq(judge(2, 300, 250, 1.9, calm).verdict, STATIONARITY_OVERLOADED);
}

Test(stationarity, a_queue_that_grows_all_the_time_is_told_below_full_load_too)
{
    double queue[BACKLOG_SPANS];
    for (uint32_t i = 0; i < BACKLOG_SPANS; i++) {
        queue[i] = 1 + 0.5 * i;
    }
    const struct stationarity s = judge(1, 300, 293, 0.95, queue);
    cr_assert_eq(s.verdict, STATIONARITY_GROWING);
    cr_assert_float_eq(s.queue_before, 2.75, 1e-12);
    cr_assert_float_eq(s.queue_after, 6.75, 1e-12);
}

Test(stationarity, growth_of_less_than_a_call_is_no_backlog)
{
    double queue[BACKLOG_SPANS];
    for (uint32_t i = 0; i < BACKLOG_SPANS; i++) {
        queue[i] = 0.01 * i;
    }
    cr_assert_eq(judge(1, 300, 299, 0.5, queue).verdict, STATIONARITY_HOLDS);
}

Test(stationarity, a_handful_of_calls_is_not_judged_by_its_load)
{
    cr_assert_eq(judge(1, 4, 2, 0.8, calm).verdict, STATIONARITY_HOLDS);
}

Test(stationarity, calls_of_which_none_got_a_server_are_an_overload)
{
    const struct stationarity s = judge(1, 100, 0, 1, calm);
    cr_assert_eq(s.verdict, STATIONARITY_OVERLOADED);
    cr_assert(isinf(s.offered));
}
