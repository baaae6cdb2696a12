/*
 * A segment that the end of the run cuts is computed up to there: no node is busy for longer than
 * its executors were there.
 */
#include <criterion/criterion.h>
#include <inttypes.h>

#include "tests/support/trial.h"

static const char crowded[] = "format: 1\nduration: 10 s\nvariants: [nimble]\n"
                              "nodes: {columns: 1, rows: 1, contact_radius: 1 km, executors: 1}\n"
                              "robots: {count: 40, trigger: 50 ms}\n"
                              "taskset: {chain_time: 100 s, algorithm_time: 100 s}\n";

static sim_time busiest(const struct world *w)
{
    sim_time most = 0;
    for (uint32_t i = 0; i < w->spec.setup->node_count; i++) {
        most = w->node[i].cpu.busy_ns > most ? w->node[i].cpu.busy_ns : most;
    }
    return most;
}

Test(busy, time_ends_with_the_run)
{
    struct trial t;
    trial_open(&t, "busy.yaml", crowded, "nimble", 1, NULL);
    trial_run(&t);
    const sim_time most = busiest(t.world);
    cr_expect(most > 0 && most <= 10 * SIM_S, "%" PRId64 " ns", most);
    char wrong[256];
    cr_assert(world_audit(t.world, wrong, sizeof wrong), "%s", wrong);
    trial_close(&t);
}

Test(busy, time_that_no_executor_can_have_had_is_found_by_the_books)
{
    struct trial t;
    trial_open(&t, "busy.yaml", crowded, "nimble", 1, NULL);
    trial_run(&t);
    char wrong[256];
    t.world->node[0].cpu.busy_ns = 10 * SIM_S;
    cr_assert(world_audit(t.world, wrong, sizeof wrong), "%s", wrong);
    t.world->node[0].cpu.busy_ns = 10 * SIM_S + 1;
    cr_assert_not(world_audit(t.world, wrong, sizeof wrong));
    cr_assert_not_null(strstr(wrong, "node 1: computed for 10000000001 ns"), "%s", wrong);
    trial_close(&t);
}
