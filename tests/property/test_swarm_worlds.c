/*
 * Scenarios that draw which features they use at all, run with every checker on, and run again in
 * pieces. PROPERTY_SEED=n PROPERTY_COUNT=m chooses which and how many, as `make soak` does; a
 * failure prints the seed and the scenario.
 */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/checker.h"
#include "tests/support/random_scenario.h"
#include "tests/support/trial.h"

/* Sanitizers take their time. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define COUNT 60
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define COUNT 60
#endif
#endif
#ifndef COUNT
#define COUNT 300
#endif

static uint64_t from_environment(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text != NULL ? strtoull(text, NULL, 10) : otherwise;
}

/* Keys that a scenario has or has not, and what became of calls. */
static const char *const key[] = {
    "graphml:",
    "hop_delay:",
    "bandwidth:",
    "loss:",
    "mtu:",
    "retries:",
    "housekeeping",
    "frame_time:",
    "nodes: {mtbf",
    "links: {mtbf",
    "eviction:",
    "executors:",
    "algorithm_calls:",
    "heap:",
    "attempts:",
    "flood_back:",
    "coalesce:",
    "no_room:",
    "preload:",
    "updates:",
    "events: [",
    "timeout: 1 m",
    "first_answer",
    "holder_forwards:",
    "registry: {mtbf",
    "corruption:",
    "duplication:",
    "reordering:",
    "falsehood:",
};
enum { KEYS = sizeof key / sizeof key[0] };

struct reach {
    uint64_t used[KEYS], unused[KEYS], completed, failed, pending;
};

static void note_reach(struct reach *reach, const char *text, const struct world *w)
{
    for (size_t k = 0; k < KEYS; k++) {
        const bool is_used = strstr(text, key[k]) != NULL;
        reach->used[k] += is_used;
        reach->unused[k] += !is_used;
    }
    reach->completed += w->totals.completed;
    reach->failed += w->totals.failed;
    reach->pending += w->totals.pending;
}

static uint64_t run_watched(const char *text, uint64_t seed, struct reach *reach)
{
    struct trial t;
    struct checker c;
    const struct world_observer observer = checker_observer(&c);
    char wrong[256] = "";
    trial_open(&t, "swarm.yaml", text, "nimble", 1, &observer);
    checker_init(&c, t.world);
    trial_run(&t);
    cr_assert(checker_finish(&c), "PROPERTY_SEED=%" PRIu64 ": %s\n%s", seed, c.wrong, text);
    cr_assert(world_audit(t.world, wrong, sizeof wrong), "PROPERTY_SEED=%" PRIu64 ": %s\n%s", seed,
              wrong, text);
    note_reach(reach, text, t.world);
    const uint64_t digest = world_digest(t.world);
    checker_deinit(&c);
    trial_close(&t);
    return digest;
}

/* Unwatched and in pieces: neither may make a difference. */
static uint64_t run_in_pieces(const char *text)
{
    struct trial t;
    bool done = false;
    trial_open(&t, "swarm.yaml", text, "nimble", 1, NULL);
    while (!done) {
        cr_assert_eq(world_run(t.world, 997, &done), SIM_OK);
    }
    world_close(t.world);
    const uint64_t digest = world_digest(t.world);
    trial_close(&t);
    return digest;
}

Test(swarm_worlds, the_books_balance_and_a_run_is_its_seed)
{
    const uint64_t seed = from_environment("PROPERTY_SEED", 1);
    const uint64_t count =
        from_environment("PROPERTY_COUNT", getenv("PROPERTY_SEED") != NULL ? 1 : COUNT);
    struct reach reach = {.completed = 0};
    for (uint64_t i = 0; i < count; i++) {
        struct random_scenario r;
        random_scenario_init_swarm(&r, seed + i);
        const uint64_t digest = run_watched(r.text, seed + i, &reach);
        cr_assert_eq(digest, run_in_pieces(r.text), "PROPERTY_SEED=%" PRIu64 "\n%s", seed + i,
                     r.text);
        random_scenario_deinit(&r);
    }
    for (size_t k = 0; k < KEYS && count >= 300; k++) {
        cr_expect(reach.used[k] > count / 30, "%s %" PRIu64, key[k], reach.used[k]);
        cr_expect(reach.unused[k] > count / 30, "no %s %" PRIu64, key[k], reach.unused[k]);
    }
    cr_assert(count < 60 || (reach.completed > 0 && reach.failed > 0 && reach.pending > 0));
}
