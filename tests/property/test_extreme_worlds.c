/*
 * Scenarios that no network would be built for, run to their end: no run ends in a limit, and the
 * books of each balance. PROPERTY_SEED=n PROPERTY_COUNT=m chooses which and how many; a failure
 * prints the seed and the scenario.
 */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdlib.h>

#include "tests/support/random_scenario.h"
#include "tests/support/trial.h"

/* Sanitizers take their time. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define COUNT 50
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define COUNT 50
#endif
#endif
#ifndef COUNT
#define COUNT 400 /* 2,000 take a minute: PROPERTY_COUNT=2000 */
#endif

static uint64_t from_environment(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text != NULL ? strtoull(text, NULL, 10) : otherwise;
}

/* What is worth running: a generator that no longer gets there is no use. */
enum reach { SATURATED, TOO_LATE, ATTEMPTS, WAITED, STALLED, PENDING, COMPLETED, REACHES };
static const char *const reach_name[REACHES] = {
    "a saturated link",     "messages under way for longer than the run",
    "attempts of one call", "waits for room",
    "calls that only wait", "calls at the end",
    "calls with an answer",
};

static void note_reach(uint64_t reach[REACHES], const struct world *w)
{
    const struct mesh *mesh = w->spec.mesh;
    for (uint32_t i = 0; i < w->spec.setup->node_count; i++) {
        const struct node *n = &w->node[i].core;
        for (uint32_t port = 0; port < mesh_degree(mesh, i); port++) {
            reach[SATURATED] += world_link_backlog(w, i, port) > w->spec.duration_ns;
        }
        reach[ATTEMPTS] += n->stats.attempts_lost > 1000;
        reach[WAITED] += n->stats.no_room;
        reach[STALLED] += n->stalled_since != SIM_TIME_NEVER;
    }
    reach[TOO_LATE] += w->spec.traffic.hop_delay_ns > w->spec.duration_ns;
    reach[PENDING] += w->totals.pending;
    reach[COMPLETED] += w->totals.completed;
}

/* What is wrong with a run that has ended; NULL: nothing. */
static const char *fault_of(const struct world *w, char *text, size_t bytes)
{
    if (!world_audit(w, text, bytes)) {
        return text;
    }
    for (uint32_t i = 0; i < w->spec.setup->node_count; i++) {
        if (world_account(w, i).searches_forgotten > 0) {
            return "a node forgot a search";
        }
    }
    return NULL;
}

static void check_seed(uint64_t seed, uint64_t reach[REACHES])
{
    struct random_scenario r;
    struct trial t;
    bool done = false;
    char text[256] = "";
    random_scenario_init_extreme(&r, seed);
    trial_open(&t, "extreme.yaml", r.text, "nimble", 1, NULL);
    const enum sim_status status = world_run(t.world, UINT64_MAX, &done);
    cr_assert(status == SIM_OK && done, "PROPERTY_SEED=%" PRIu64 "\n%s", seed, r.text);
    world_close(t.world);
    const char *wrong = fault_of(t.world, text, sizeof text);
    cr_assert_null(wrong, "PROPERTY_SEED=%" PRIu64 ": %s\n%s", seed, wrong, r.text);
    note_reach(reach, t.world);
    trial_close(&t);
    random_scenario_deinit(&r);
}

Test(extreme_worlds, none_ends_in_a_limit_and_all_books_balance)
{
    const uint64_t seed = from_environment("PROPERTY_SEED", 1);
    const uint64_t count =
        from_environment("PROPERTY_COUNT", getenv("PROPERTY_SEED") != NULL ? 1 : COUNT);
    uint64_t reach[REACHES] = {0};
    for (uint64_t i = 0; i < count; i++) {
        check_seed(seed + i, reach);
    }
    for (int k = 0; k < REACHES; k++) {
        cr_log_info("%s: %" PRIu64, reach_name[k], reach[k]);
        cr_assert(count < 400 || reach[k] > 0, "%s: never", reach_name[k]);
    }
}
