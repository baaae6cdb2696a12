/*
 * An answer exactly at the timeout, in a whole world. With 50 ms a hop the round trip to a
 * neighbour takes the local search's 100 ms to the nanosecond: the frame and the timeout are due at
 * the same node at the same instant, and the key must decide, not the order of events.
 */
#include <criterion/criterion.h>
#include <stdio.h>

#include "tests/support/trial.h"

static uint64_t served_by_neighbours(const char *tie, const char *hop_delay)
{
    char text[1024];
    (void)snprintf(text, sizeof text,
                   "format: 1\nduration: 400 s\nseed: 3\nvariants: [nimble]\n"
                   "floor: {width: 40 m, height: 20 m}\n"
                   "nodes: {columns: 2, rows: 1, contact_radius: 15 m, cache: 1000 B}\n"
                   "mesh: {hop_delay: %s}\n"
                   "robots: {count: 2, speed_max: 2 m/s, chains: 1, movement: uniform}\n"
                   "taskset: {chains: 1, algorithms: 3, algorithms_per_chain: 1}\n"
                   "protocol: {deadline_tie: %s, global: {ttl: 0}}\n",
                   hop_delay, tie);
    struct trial t;
    trial_open(&t, "tie.yaml", text, "nimble", 1, NULL);
    trial_run(&t);
    uint64_t served = 0;
    for (uint32_t i = 0; i < 2; i++) {
        served += t.world->node[i].core.stats.served[NODE_SERVED_NEIGHBOUR];
    }
    trial_close(&t);
    return served;
}

Test(tie, an_answer_at_the_timeout_counts_where_ties_are_accepted)
{
    cr_assert_gt(served_by_neighbours("accept", "50 ms"), 0);
}

Test(tie, an_answer_at_the_timeout_is_late_where_ties_are_rejected)
{
    cr_assert_eq(served_by_neighbours("reject", "50 ms"), 0);
}

Test(tie, a_nanosecond_decides_without_a_tie)
{
    cr_assert_gt(served_by_neighbours("reject", "49999999 ns"), 0);
    cr_assert_eq(served_by_neighbours("accept", "50000001 ns"), 0);
}
