/*
 * Faults of links besides loss, and sources that do not say the truth: each as often as the
 * scenario says, with the books balanced; and what is said to happen then does.
 */
#include <criterion/criterion.h>
#include <math.h>

#include "tests/support/trial.h"

struct sums {
    uint64_t sent, received, corrupted, duplicated, reordered, false_told;
    uint64_t served[NODE_SERVED_KINDS], attempts_lost, resent;
    struct world_totals totals;
    uint64_t digest;
};

static struct sums run(const char *mesh, const char *nodes)
{
    struct trial t;
    struct sums s = {.sent = 0};
    char text[512];
    char books[256] = "";
    (void)snprintf(text, sizeof text,
                   "format: 1\n"
                   "duration: 400 s\n"
                   "nodes: {cache: 6000 B%s}\n"
                   "mesh: {hop_delay: 20 ms%s}\n"
                   "taskset: {chains: 40, algorithms: 30}\n",
                   nodes, mesh);
    trial_open(&t, "faulty.yaml", text, "nimble", 1, NULL);
    trial_run(&t);
    cr_assert(world_audit(t.world, books, sizeof books), "%s\n%s", books, text);
    for (uint32_t i = 0; i < t.world->spec.setup->node_count; i++) {
        const struct world_account a = world_account(t.world, i);
        s.sent += a.tx_messages;
        s.received += a.rx_messages;
        s.corrupted += a.corrupted;
        s.duplicated += a.duplicated;
        s.reordered += a.reordered;
        s.false_told += a.false_told;
        s.attempts_lost += a.attempts_lost;
        s.resent += a.resent;
        for (int k = 0; k < NODE_SERVED_KINDS; k++) {
            s.served[k] += a.served[k];
        }
    }
    s.totals = *world_totals(t.world);
    s.digest = world_digest(t.world);
    trial_close(&t);
    return s;
}

/* So many of so many, at 99.9 %. */
static void expect_share(uint64_t found, uint64_t of, double share)
{
    const double mean = (double)of * share;
    cr_expect_gt(of, 1000);
    cr_expect_lt(fabs((double)found - mean), 3.3 * sqrt(mean * (1 - share)),
                 "%.0f of %.0f instead of %g", (double)found, (double)of, share);
}

Test(faulty_links, each_fault_is_as_frequent_as_the_scenario_says)
{
    struct sums s = run(", corruption: 0.1", "");
    expect_share(s.corrupted, s.sent, 0.1);
    s = run(", duplication: 0.2", "");
    expect_share(s.duplicated, s.sent - s.duplicated, 0.2);
    s = run(", reordering: 0.3, reordering_time: 15 ms", "");
    expect_share(s.reordered, s.sent, 0.3);
}

Test(faulty_links, none_of_them_is_what_the_scenario_does_not_say)
{
    const struct sums plain = run("", "");
    const struct sums full =
        run(", corruption: 0, duplication: 0, reordering: 0", ", falsehood: 0");
    cr_expect_eq(plain.digest, full.digest);
    cr_expect_eq(full.corrupted + full.duplicated + full.reordered + full.false_told, 0);
}

/* Whoever hears nothing fails in the end, and says so. */
Test(faulty_links, where_all_is_corrupted_nothing_is_received)
{
    const struct sums s = run(", corruption: 1", "");
    cr_expect_gt(s.corrupted, 1000);
    cr_expect_eq(s.received, 0);
    cr_expect_eq(s.totals.completed, 0);
    cr_expect_gt(s.totals.failed, 100);
}

Test(faulty_links, what_is_corrupted_is_sent_again)
{
    const struct sums once = run(", corruption: 0.3", "");
    const struct sums again = run(", corruption: 0.3, retries: 8, ack_time: 5 ms", "");
    cr_expect_eq(once.resent, 0);
    cr_expect_gt(again.resent, 1000);
    cr_expect_gt(again.totals.completed, once.totals.completed);
}

Test(faulty_links, what_comes_twice_is_done_once)
{
    const struct sums once = run("", "");
    const struct sums twice = run(", duplication: 1", "");
    cr_expect_eq(2 * twice.duplicated, twice.sent);
    cr_expect_eq(twice.totals.completed, once.totals.completed);
    cr_expect_eq(twice.attempts_lost, once.attempts_lost);
}

/* Every node lies whenever it is asked; the registry is above that. */
Test(faulty_links, a_source_that_lies_costs_an_attempt_and_serves_nobody)
{
    const struct sums s = run("", ", falsehood: 1");
    cr_expect_gt(s.false_told, 100);
    cr_expect_gt(s.attempts_lost, 100);
    cr_expect_eq(s.served[NODE_SERVED_NEIGHBOUR] + s.served[NODE_SERVED_GLOBAL], 0);
    cr_expect_gt(s.served[NODE_SERVED_REGISTRY], 0);
    cr_expect_gt(s.totals.completed, 0);
}
