/*
 * The run's digest: all that happened is in it, and nothing of how a driver got there.
 */
#include <criterion/criterion.h>

#include "tests/support/trial.h"

static const char factory[] = "format: 1\nduration: 200 s\nvariants: [nimble]\n";

/* ---- one node's ---- */

static uint64_t fold(const struct happenings *h)
{
    return happenings_fold(DIGEST_START, h);
}

Test(happenings, each_part_of_what_happened_is_in_the_digest)
{
    struct happenings h[6];
    for (size_t i = 0; i < 6; i++) {
        happenings_init(&h[i]);
    }
    happenings_note(&h[0], 5, HAPPENING_ACQUIRED, 1, 7, 3);
    happenings_note(&h[1], 6, HAPPENING_ACQUIRED, 1, 7, 3);
    happenings_note(&h[2], 5, HAPPENING_NOT_ACQUIRED, 1, 7, 3);
    happenings_note(&h[3], 5, HAPPENING_ACQUIRED, 2, 7, 3);
    happenings_note(&h[4], 5, HAPPENING_ACQUIRED, 1, 8, 3);
    happenings_note(&h[5], 5, HAPPENING_ACQUIRED, 1, 7, 4);
    for (size_t i = 0; i < 6; i++) {
        for (size_t k = 0; k < i; k++) {
            cr_expect_neq(fold(&h[i]), fold(&h[k]), "%zu and %zu", i, k);
        }
    }
}

/* Messages of one size, each in a bin and of a kind; in whatever order they were counted. */
Test(happenings, accounts_are_by_kind_and_bin_and_know_no_order)
{
    struct happenings one, other;
    happenings_init(&one);
    happenings_init(&other);
    for (uint64_t bin = 0; bin < 50; bin++) {
        one.sent[WIRE_GET] += happenings_traffic(happenings_weight(bin), 80);
        other.sent[WIRE_GET] += happenings_traffic(happenings_weight(49 - bin), 80);
    }
    cr_expect_eq(fold(&one), fold(&other));
    other.sent[WIRE_GET] +=
        happenings_traffic(happenings_weight(3), 80) - happenings_traffic(happenings_weight(4), 80);
    cr_expect_neq(fold(&one), fold(&other), "another bin");
    other = one;
    other.sent[WIRE_GET] -= happenings_traffic(happenings_weight(3), 80);
    other.sent[WIRE_HAVE] += happenings_traffic(happenings_weight(3), 80);
    cr_expect_neq(fold(&one), fold(&other), "another kind");
    other = one;
    other.sent[WIRE_GET] += happenings_traffic(happenings_weight(3), 160) -
                            2 * happenings_traffic(happenings_weight(3), 80);
    cr_expect_neq(fold(&one), fold(&other), "one message fewer of as many bytes");
}

/* ---- a run's ---- */

/* Wakes nodes up that want nothing, between each two events, if asked to. */
static uint64_t digest_of(bool wakes, uint64_t *events)
{
    struct trial t;
    bool done = false;
    trial_open(&t, "factory.yaml", factory, "nimble", 1, NULL);
    uint32_t node = 0;
    while (!done) {
        cr_assert_eq(world_run(t.world, wakes ? 10 : UINT64_MAX, &done), SIM_OK);
        if (wakes) {
            node = (node + 1) % t.plan.setup.node_count;
            (void)engine_schedule(&t.world->engine, node, node, t.world->engine.now + SIM_MS,
                                  EV_ANY_ORDER, WORLD_WAKE, 0, NULL, 0);
        }
    }
    world_close(t.world);
    *events = t.world->engine.events;
    const uint64_t digest = world_digest(t.world);
    trial_close(&t);
    return digest;
}

Test(happenings, timeouts_sequence_numbers_and_events_are_not_in_the_digest)
{
    uint64_t plain, woken;
    const uint64_t digest = digest_of(false, &plain);
    cr_expect_eq(digest_of(true, &woken), digest);
    cr_expect_gt(woken, plain + 100);
}
