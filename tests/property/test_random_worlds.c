/*
 * Random scenarios, run to their end with every checker on. PROPERTY_SEED=n PROPERTY_COUNT=m
 * chooses which and how many; a failure prints the seed and the scenario.
 */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdlib.h>

#include "tests/support/checker.h"
#include "tests/support/random_scenario.h"
#include "tests/support/trial.h"

/* Sanitizers take their time. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define COUNT 200
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define COUNT 200
#endif
#endif
#ifndef COUNT
#define COUNT 2000
#endif

static uint64_t from_environment(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text != NULL ? strtoull(text, NULL, 10) : otherwise;
}

/* What a run comes to. */
struct outcome {
    uint64_t digest, trace, calls;
};

/* How often the runs came to what is worth checking: a generator that no longer gets there is no
 * use. */
enum reach {
    CALLS,
    COMPLETED,
    FAILED,
    REFUSED,
    PENDING,
    HIT,
    NEIGHBOUR,
    GLOBAL,
    REGISTRY,
    EVICTION,
    ATTEMPT_LOST,
    NO_ROOM,
    TIMEOUT,
    LATE,
    QUEUED,
    STALLED,
    LOST_BYTES,
    RESENT, /* from here on in rough networks alone */
    OVERFLOWED,
    FAILED_DOWN,
    NODE_FAILURES,
    CORRUPTED,
    DUPLICATED,
    REORDERED,
    FALSE_TOLD,
    REACHES
};
static const char *const reach_name[REACHES] = {
    "calls",
    "completed",
    "failed",
    "refused",
    "pending",
    "served by the cache",
    "served by a neighbour",
    "served by a global search",
    "served by the registry",
    "evictions",
    "attempts lost",
    "no room",
    "request timeouts",
    "late answers",
    "queued calls",
    "stalled nodes",
    "bytes lost",
    "messages sent again",
    "frames without room",
    "calls at nodes that were down",
    "failures of nodes",
    "copies with other bits",
    "copies sent twice",
    "copies held back",
    "words that were not true",
};

static void note_reach(uint64_t reach[REACHES], const struct world *w)
{
    reach[CALLS] += w->totals.calls;
    reach[COMPLETED] += w->totals.completed;
    reach[FAILED] += w->totals.failed;
    reach[REFUSED] += w->totals.refused;
    reach[PENDING] += w->totals.pending;
    reach[FAILED_DOWN] += w->totals.failed_down;
    for (uint32_t i = 0; i < w->spec.setup->node_count; i++) {
        const struct node *n = &w->node[i].core;
        for (int k = 0; k < NODE_SERVED_KINDS; k++) {
            reach[HIT + k] += n->stats.served[k];
        }
        reach[EVICTION] += n->stats.evictions;
        reach[ATTEMPT_LOST] += n->stats.attempts_lost;
        reach[NO_ROOM] += n->stats.no_room;
        reach[TIMEOUT] += n->stats.timeouts;
        reach[LATE] += n->stats.answers_late;
        reach[QUEUED] += n->stats.queue_high_water;
        reach[STALLED] += n->stalled_since != SIM_TIME_NEVER;
        reach[LOST_BYTES] += w->node[i].traffic.lost_bytes;
        reach[RESENT] += w->node[i].traffic.resent;
        reach[OVERFLOWED] += w->node[i].traffic.overflowed;
        reach[NODE_FAILURES] += w->node[i].boots;
        reach[CORRUPTED] += w->node[i].traffic.corrupted;
        reach[DUPLICATED] += w->node[i].traffic.duplicated;
        reach[REORDERED] += w->node[i].traffic.reordered;
        reach[FALSE_TOLD] += w->node[i].traffic.false_told;
    }
}

static struct outcome run_watched(const char *text, const char *variant, uint64_t seed,
                                  uint64_t reach[REACHES])
{
    struct trial t;
    struct checker c;
    const struct world_observer observer = checker_observer(&c);
    trial_open(&t, "random.yaml", text, variant, 1, &observer);
    checker_init(&c, t.world);
    trial_run(&t);

    char wrong[256] = "";
    cr_assert(checker_finish(&c), "PROPERTY_SEED=%" PRIu64 ": %s\n%s", seed, c.wrong, text);
    cr_assert(world_audit(t.world, wrong, sizeof wrong), "PROPERTY_SEED=%" PRIu64 ": %s\n%s", seed,
              wrong, text);
    note_reach(reach, t.world);
    const struct outcome o = {
        .digest = world_digest(t.world),
        .trace = world_trace_digest(t.world),
        .calls = t.world->totals.calls,
    };
    checker_deinit(&c);
    trial_close(&t);
    return o;
}

/* Again, unwatched and in pieces: neither may make a difference. */
static struct outcome run_in_pieces(const char *text, const char *variant)
{
    struct trial t;
    trial_open(&t, "random.yaml", text, variant, 1, NULL);
    bool done = false;
    while (!done) {
        cr_assert_eq(world_run(t.world, 997, &done), SIM_OK);
    }
    world_close(t.world);
    const struct outcome o = {
        .digest = world_digest(t.world),
        .trace = world_trace_digest(t.world),
        .calls = t.world->totals.calls,
    };
    trial_close(&t);
    return o;
}

static void check_seed(uint64_t seed, bool is_rough, uint64_t reach[REACHES])
{
    struct random_scenario r;
    (is_rough ? random_scenario_init_rough : random_scenario_init)(&r, seed);
    const struct outcome first = run_watched(r.text, "nimble", seed, reach);
    const struct outcome again = run_in_pieces(r.text, "nimble");
    cr_assert_eq(first.digest, again.digest, "PROPERTY_SEED=%" PRIu64 ": two runs differ\n%s", seed,
                 r.text);
    if (r.has_monolithic) {
        const struct outcome twin = run_watched(r.text, "monolithic", seed, reach);
        cr_assert_eq(first.trace, twin.trace,
                     "PROPERTY_SEED=%" PRIu64 ": the variants' calls differ\n%s", seed, r.text);
        cr_assert_eq(first.calls, twin.calls, "PROPERTY_SEED=%" PRIu64, seed);
    }
    random_scenario_deinit(&r);
}

Test(random_worlds, the_books_balance_and_a_run_is_its_seed)
{
    const uint64_t seed = from_environment("PROPERTY_SEED", 1);
    const uint64_t count =
        from_environment("PROPERTY_COUNT", getenv("PROPERTY_SEED") != NULL ? 1 : COUNT);
    uint64_t reach[REACHES] = {0};
    for (uint64_t i = 0; i < count; i++) {
        check_seed(seed + i, false, reach);
    }
    for (int k = 0; k < RESENT; k++) {
        cr_log_info("%s: %" PRIu64, reach_name[k], reach[k]);
        cr_assert(count < COUNT || reach[k] > 0, "%s: never", reach_name[k]);
    }
}

Test(random_worlds, the_books_balance_on_rough_networks_too)
{
    const uint64_t seed = from_environment("PROPERTY_SEED", 1);
    const uint64_t count =
        from_environment("PROPERTY_COUNT", getenv("PROPERTY_SEED") != NULL ? 1 : COUNT / 2);
    uint64_t reach[REACHES] = {0};
    for (uint64_t i = 0; i < count; i++) {
        check_seed(seed + i, true, reach);
    }
    for (int k = 0; k < REACHES; k++) {
        cr_log_info("%s: %" PRIu64, reach_name[k], reach[k]);
        cr_assert(count < COUNT / 2 || reach[k] > 0, "%s: never", reach_name[k]);
    }
}
