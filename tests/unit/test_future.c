/*
 * What is foretold of a run, against what the run did; and one chain's uses worked out by hand.
 */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "models/nimblenet/world/future.h"
#include "tests/support/trial.h"

/* Three nodes in a row, room for everything, so that nothing but waits shifts a use. */
static const char scenario[] =
    "format: 1\n"
    "duration: 600 s\n"
    "floor: {width: 60 m, height: 20 m}\n"
    "nodes: {columns: 3, rows: 1, eviction: belady}\n"
    "robots: {count: 5, chains: 4}\n"
    "taskset: {chains: 8, algorithms: 6, algorithms_per_chain: {uniform: [2, 4]}}\n";

/* ---- against a run ---- */

enum { NODES = 4, TASKLETS = 14 };

struct counted {
    uint32_t used[NODES][TASKLETS];
    sim_time triggers[1024];
    uint32_t chain[1024], node[1024], calls;
    uint32_t pending;
};

static void on_acquisition(void *context, const struct world_acquisition *a)
{
    struct counted *c = context;
    cr_assert_not(a->failed);
    c->used[a->node][a->detail->tasklet]++;
}

static void on_call(void *context, const struct world_call *call)
{
    struct counted *c = context;
    if (call->status == WORLD_OUT_OF_CONTACT) {
        return;
    }
    cr_assert_lt(c->calls, 1024);
    c->triggers[c->calls] = call->trigger.at;
    c->chain[c->calls] = call->trigger.chain;
    c->node[c->calls++] = call->trigger.node;
    c->pending += call->status == WORLD_PENDING;
}

static void run(struct trial *t, const char *text, struct counted *counted)
{
    *counted = (struct counted){0};
    const struct world_observer observer = {
        .context = counted, .call = on_call, .acquisition = on_acquisition};
    trial_open(t, "future.yaml", text, "nimble", 1, &observer);
    cr_assert_eq(t->plan.setup.node_count, NODES);
    cr_assert_eq(t->plan.catalogue.count, TASKLETS);
    trial_run(t);
    cr_assert_gt(counted->calls, 20);
    cr_assert_lt(counted->pending, 8);
}

static uint32_t foretold(const struct trial *t, uint32_t node, uint32_t tasklet)
{
    const struct policies_future *f = &t->plan.future.node[node];
    return f->first[tasklet + 1] - f->first[tasklet];
}

/* Only what the run's end cut off did not come. */
Test(future, each_use_of_a_run_was_foretold)
{
    struct trial t;
    static struct counted counted;
    run(&t, scenario, &counted);
    uint32_t missing = 0;
    for (uint32_t node = 0; node < NODES; node++) {
        for (uint32_t tasklet = 0; tasklet < TASKLETS; tasklet++) {
            cr_assert_leq(counted.used[node][tasklet], foretold(&t, node, tasklet));
            missing += foretold(&t, node, tasklet) - counted.used[node][tasklet];
        }
    }
    cr_assert_leq(missing, counted.pending * (t.plan.catalogue.need_max + 1));
    trial_close(&t);
}

Test(future, a_chain_is_used_at_its_trigger)
{
    struct trial t;
    static struct counted counted;
    run(&t, scenario, &counted);
    for (uint32_t i = 0; i < counted.calls; i++) {
        const struct policies_future *f = &t.plan.future.node[counted.node[i]];
        uint32_t found = 0;
        for (uint32_t k = f->first[counted.chain[i]]; k < f->first[counted.chain[i] + 1]; k++) {
            found += f->at[k] == counted.triggers[i];
        }
        cr_assert_geq(found, 1, "call %u", i);
    }
    trial_close(&t);
}

Test(future, uses_of_a_tasklet_come_in_the_order_of_time)
{
    struct trial t;
    static struct counted counted;
    run(&t, scenario, &counted);
    const struct future *f = &t.plan.future;
    for (uint32_t i = 0; i < NODES * TASKLETS; i++) {
        for (uint32_t k = f->first[i] + 1; k < f->first[i + 1]; k++) {
            cr_assert_leq(f->at[k - 1], f->at[k]);
        }
    }
    trial_close(&t);
}

struct called {
    uint32_t used[NODES][TASKLETS];
    uint32_t open, ended;
};

static void on_event(void *context, const struct world_event *e)
{
    struct called *c = context;
    if (e->kind == WORLD_EV_CALL || e->kind == WORLD_EV_SUBCALL) {
        c->used[e->node][e->tasklet]++;
    }
    c->open += e->kind == WORLD_EV_CALL;
    c->ended += e->kind == WORLD_EV_ANSWERED;
}

/* A use is a call: holding a tasklet ahead of it, and fetching it, is none. */
Test(future, what_is_preloaded_is_used_when_it_is_called_and_only_then)
{
    struct trial t;
    static struct called called;
    const struct world_observer observer = {.context = &called, .event = on_event};
    char text[sizeof scenario + 64];
    (void)snprintf(text, sizeof text, "%sprotocol: {preload: sequential}\n", scenario);
    called = (struct called){0};
    trial_open(&t, "future.yaml", text, "nimble", 1, &observer);
    trial_run(&t);
    uint32_t missing = 0;
    for (uint32_t node = 0; node < NODES; node++) {
        for (uint32_t tasklet = 0; tasklet < TASKLETS; tasklet++) {
            cr_assert_leq(called.used[node][tasklet], foretold(&t, node, tasklet));
            missing += foretold(&t, node, tasklet) - called.used[node][tasklet];
        }
    }
    cr_assert_gt(called.ended, 20);
    cr_assert_leq(missing, (called.open - called.ended) * (t.plan.catalogue.need_max + 1));
    trial_close(&t);
}

Test(future, only_the_oracle_is_told)
{
    struct trial t;
    trial_open(&t, "future.yaml", "format: 1\nduration: 1 s\n", "nimble", 1, NULL);
    cr_assert_null(t.plan.setup.policy_context);
    cr_assert_null(t.plan.future.node);
    trial_close(&t);
}

/* ---- by hand ---- */

/*
 * Chain 0 calls 1 twice, and 1 calls 2. Loads take 5 ms, returns 1 ms; segments 100, 200 and
 * 300 ms of 0, 10 and 20 ms of 1, 40 ms of 2.
 *
 *      0 loads                  0     runs to 105
 *      1 is called            105     loads, runs to 120
 *      2 is called            120     loads, runs to 165
 *      1 goes on to its end           166, 186
 *      0 goes on                      187, runs to 387
 *      1 is called again      387     402
 *      2 is called again      402
 */
Test(future, one_chain_worked_out_by_hand)
{
    static const uint32_t call[] = {1, 1, 2};
    static const struct tasklet tasklet[] = {
        {.size_bytes = 1, .first_call = 0, .call_count = 2},
        {.size_bytes = 1, .first_call = 2, .call_count = 1},
        {.size_bytes = 1, .first_call = 3, .call_count = 0},
    };
    static const sim_time segment[] = {100 * SIM_MS, 200 * SIM_MS, 300 * SIM_MS,
                                       10 * SIM_MS,  20 * SIM_MS,  40 * SIM_MS};
    const struct catalogue catalogue = {.tasklet = tasklet, .count = 3, .call = call, .depth = 3};
    const struct cpu_cost each = {.load_ns = 5 * SIM_MS, .resume_ns = 1 * SIM_MS};
    const struct cpu_cost cost[] = {each, each, each};
    const struct cpu_program program = {&catalogue, segment, cost};
    const struct node_setup setup = {.catalogue = &catalogue, .node_count = 2, .registry = 1};
    const struct floor_point centre = {10, 10};
    struct floor_plan floor;
    cr_assert_eq(floor_init(&floor, 20, 20, 30, &centre, 1), SIM_OK);
    const struct world_spec spec = {
        .duration_ns = 9 * SIM_S,
        .floor = &floor,
        .setup = &setup,
        .program = &program,
        .robots = {.seed = 1,
                   .replication = 1,
                   .count = 1,
                   .trajectory = {.kind = TRAJECTORY_BY_HEADING,
                                  .width_m = 20,
                                  .height_m = 20,
                                  .speed_max_mps = 1,
                                  .octaves = 1,
                                  .feature_s = 100,
                                  .amplitude = 1},
                   .chains = 1,
                   .chains_all = 1,
                   .trigger_ns = {.kind = DIST_UNIFORM, .low = 8 * SIM_S, .high = 8 * SIM_S},
                   .contact = FLOOR_NEAREST},
    };
    struct future f;
    cr_assert_eq(future_create(&f, &spec), SIM_OK);
    const struct policies_future *own = &f.node[0];
    cr_assert_geq(own->first[1] - own->first[0], 1);
    const sim_time trigger = own->at[own->first[0]];
    const sim_time *one = &own->at[own->first[1]];
    const sim_time *two = &own->at[own->first[2]];
    cr_assert_eq(one[0] - trigger, 105 * SIM_MS);
    cr_assert_eq(one[1] - trigger, 387 * SIM_MS);
    cr_assert_eq(two[0] - trigger, 120 * SIM_MS);
    cr_assert_eq(two[1] - trigger, 402 * SIM_MS);
    const uint32_t calls = own->first[1] - own->first[0];
    cr_assert_eq(own->first[2] - own->first[1], 2 * calls);
    cr_assert_eq(own->first[3] - own->first[2], 2 * calls);
    cr_assert_eq(f.node[1].first[3], f.node[1].first[0], "the registry runs nothing");
    future_destroy(&f);
    cr_assert_null(f.node);
    floor_deinit(&floor);
}
